/* member_test.c - names of archive members as they stand in ids. */
#include "document/member.h"
#include "test.h"

TEST(member_names_are_safe, "member: names lose what leads out of the archive, and say so")
{
    static const struct {
        const char *raw, *name;
        bool is_changed;
    } cases[] = {
        { "a/b.md", "a/b.md", false },
        { "./a.md", "a.md", false },
        { "././a/./b", "a/b", false },
        { "/etc/passwd", "etc/passwd", true },
        { "../../etc/passwd", "etc/passwd", true },
        { "a/../b", "a/b", true },
        { "a//b", "a/b", true },
        { "C:/x/y", "x/y", true },
        { "c:\\x\\y.txt", "x/y.txt", true },
        { "x\\y.txt", "x/y.txt", true },
        { "a/b\\c", "a/b\\c", false },
        { "D:name", "D:name", false },
        { "", "unnamed", true },
        { "..", "unnamed", true },
        { "/", "unnamed", true },
        { "caf\xe9", "caf%E9", true },
        { "x/C:/y", "x/C:/y", false },
    };
    struct buffer name = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_reset(&name);
        bool is_changed = member_append_name(&name, slice_of_string(cases[i].raw));
        EXPECT_SLICE(buffer_slice(&name), slice_of_string(cases[i].name));
        if (is_changed != cases[i].is_changed)
            test_fail(__FILE__, __LINE__, "%s: changed is %d", cases[i].raw, is_changed);
    }
    buffer_release(&name);
}

TEST(member_repeats, "member: repeats of a name are counted among many names")
{
    struct member_names names = { 0 };
    struct buffer name = { 0 };
    for (int i = 0; i < 5000; i++) {
        buffer_reset(&name);
        buffer_append_format(&name, "member %d", i);
        EXPECT_INTEGER(member_names_add(&names, buffer_slice(&name)), 1);
    }
    EXPECT_INTEGER(member_names_add(&names, SLICE("member 7")), 2);
    EXPECT_INTEGER(member_names_add(&names, SLICE("member 7")), 3);
    EXPECT_INTEGER(member_names_add(&names, SLICE("member 5000")), 1);
    buffer_release(&name);
    member_names_release(&names);
}
