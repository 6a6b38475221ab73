/* glob_test.c - patterns over paths, and the lines of a .gitignore. */
#include "document/glob.h"
#include "test.h"

struct glob_case {
    const char *pattern, *path;
    bool is_folder, matches;
};

static void check_cases(const struct glob_case *cases, size_t count, bool is_bytewise)
{
    struct arena arena = { 0 };
    for (size_t i = 0; i < count; i++) {
        struct glob glob;
        struct error error;
        EXPECT_OK(glob_compile(slice_of_string(cases[i].pattern), is_bytewise, &arena, &glob, &error), &error);
        if (glob_match(&glob, slice_of_string(cases[i].path), cases[i].is_folder) != cases[i].matches)
            test_fail(__FILE__, __LINE__, "pattern %s and path %s: expected %s", cases[i].pattern, cases[i].path,
                      cases[i].matches ? "a match" : "none");
    }
    arena_release(&arena);
}

#define CHECK(cases, is_bytewise) check_cases(cases, sizeof(cases) / sizeof *(cases), is_bytewise)

TEST(glob_names, "glob: a pattern without a slash is compared with the last component at any depth")
{
    static const struct glob_case cases[] = {
        { "*.md", "a.md", false, true },       { "*.md", "x/y/a.md", false, true },
        { "*.md", "a.md.txt", false, false },  { "*.md", ".md", false, true },
        { "a*c", "abbc", false, true },        { "a*c", "x/ac", false, true },
        { "a*c", "a/c", false, false },        { "*a*b*", "xxaxxbxx", false, true },
        { "*a*b*", "xxbxxaxx", false, false }, { "build/", "build", true, true },
        { "build/", "build", false, false },   { "build/", "x/build", true, true },
        { "build", "build/x", false, false },  { "**", "a", false, true },
        { "**.md", "x/a.md", false, true },    { "a?c", "abc", false, true },
        { "a?c", "a/c", false, false },        { "a?c", "ac", false, false },
        { "README", "readme", false, false },
    };
    CHECK(cases, false);
}

TEST(glob_anchored, "glob: a pattern with a slash is compared with the whole path")
{
    static const struct glob_case cases[] = {
        { "/a.md", "a.md", false, true },
        { "/a.md", "x/a.md", false, false },
        { "x/*.md", "x/a.md", false, true },
        { "x/*.md", "x/y/a.md", false, false },
        { "x/*.md", "w/x/a.md", false, false },
        { "**/a", "a", false, true },
        { "**/a", "x/y/a", false, true },
        { "**/a", "x/ya", false, false },
        { "x/**", "x/a", false, true },
        { "x/**", "x/a/b", false, true },
        { "x/**", "x", true, false },
        { "x/**/b", "x/b", false, true },
        { "x/**/b", "x/p/q/b", false, true },
        { "x/**/b", "x/p/q/c", false, false },
        { "x/**/b/*.c", "x/b/b/a.c", false, true },
        { "**/b/**/c", "a/b/b/x/c", false, true },
        { "**/b/**/c", "a/c/b", false, false },
        { "/**", "a/b", false, true },
        { "x/a**b", "x/a1b", false, true },
        { "x/a**b", "x/a/b", false, false },
        { "x/**/", "x/y", true, true },
        { "x/**/", "x/y", false, false },
        { "x//y", "x/y", false, false },
        { "x\\/y", "x/y", false, true },
        { "[a/b]c", "ac", false, true },
        { "[a/b]c", "x/ac", false, false },
    };
    CHECK(cases, false);
}

TEST(glob_classes, "glob: classes, ranges, negation, names and escapes")
{
    static const struct glob_case cases[] = {
        { "[abc]x", "bx", false, true },        { "[abc]x", "dx", false, false },
        { "[a-c]x", "bx", false, true },        { "[!a-c]x", "bx", false, false },
        { "[^a-c]x", "dx", false, true },       { "[]a]x", "]x", false, true },
        { "[!]a]x", "]x", false, false },       { "[a-]x", "-x", false, true },
        { "[--0]x", ".x", false, true },        { "[c-a]x", "cx", false, true },
        { "[c-a]x", "bx", false, false },       { "[a\\]b]x", "]x", false, true },
        { "[[:digit:]]x", "7x", false, true },  { "[[:digit:]a]x", "ax", false, true },
        { "[![:space:]]x", "ax", false, true }, { "[[:upper:]]x", "ax", false, false },
        { "\\*x", "*x", false, true },          { "\\*x", "ax", false, false },
        { "\\!x", "!x", false, true },          { "a\\bc", "abc", false, true },
        { "[[:foo]x", "ox", false, true },
    };
    CHECK(cases, false);
}

TEST(glob_characters, "glob: ? takes a character for users and a byte in a .gitignore")
{
    static const struct glob_case users[] = { { "caf?", "caf\xc3\xa9", false, true },
                                              { "caf[\xc3\xa0-\xc3\xaf]", "caf\xc3\xa9", false, true },
                                              { "caf?", "caf\xe9", false, true },
                                              { "caf??", "caf\xc3\xa9", false, false } };
    static const struct glob_case bytes[] = { { "caf?", "caf\xc3\xa9", false, false },
                                              { "caf??", "caf\xc3\xa9", false, true } };
    CHECK(users, false);
    CHECK(bytes, true);
}

TEST(glob_refused, "glob: a pattern that could match nothing is refused by name")
{
    struct arena arena = { 0 };
    struct glob glob;
    struct error error;
    EXPECT(!glob_compile(SLICE("a[b"), false, &arena, &glob, &error));
    EXPECT_ERROR(&error, E_USAGE, "pattern 'a[b' has an open bracket or an unknown class");
    EXPECT(!glob_compile(SLICE("[[:foo:]]"), false, &arena, &glob, &error));
    EXPECT(!glob_compile(SLICE("a\\"), false, &arena, &glob, &error));
    EXPECT_ERROR(&error, E_USAGE, "pattern 'a\\' ends in a backslash");
    EXPECT(!glob_compile(SLICE("/"), false, &arena, &glob, &error));
    EXPECT_ERROR(&error, E_USAGE, "pattern '/' is empty");
    EXPECT(!glob_compile(SLICE("!"), false, &arena, &glob, &error));
    arena_release(&arena);
}

TEST(glob_time, "glob: many stars against a long name end at once")
{
    struct arena arena = { 0 };
    struct buffer pattern = { 0 }, path = { 0 };
    for (int i = 0; i < 200; i++) {
        buffer_append_string(&pattern, "**/a*a*a*/");
        buffer_append_string(&path, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/");
    }
    buffer_append_string(&pattern, "b");
    buffer_append_string(&path, "c");
    struct glob glob;
    struct error error;
    EXPECT_OK(glob_compile(buffer_slice(&pattern), false, &arena, &glob, &error), &error);
    EXPECT(!glob_match(&glob, buffer_slice(&path), false));
    buffer_release(&pattern);
    buffer_release(&path);
    arena_release(&arena);
}

TEST(glob_ignore_file, "glob: comments, escapes, final spaces, CRLF and a BOM of a .gitignore")
{
    struct glob_list list = { 0 };
    glob_list_parse_ignore(
        &list,
        SLICE("\xef\xbb\xbf# comment\r\n\r\n*.log\r\n!keep.log\n\\#name\n\\!name\nspace \\ \ntrail   \n[bad\n/\nlast"));
    EXPECT_INTEGER(list.count, 7);
    EXPECT_INTEGER(glob_list_ask(&list, SLICE("a.log"), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask(&list, SLICE("keep.log"), false), GLOB_NO);
    EXPECT_INTEGER(glob_list_ask(&list, SLICE("#name"), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask(&list, SLICE("!name"), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask(&list, SLICE("space  "), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask(&list, SLICE("trail"), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask(&list, SLICE("last"), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask(&list, SLICE("# comment"), false), GLOB_UNDECIDED);
    glob_list_release(&list);
}

TEST(glob_way, "glob: a folder that is taken takes all below it, and nothing below comes back")
{
    struct glob_list list = { 0 };
    glob_list_parse_ignore(&list, SLICE("drafts/\n!drafts/a.md\n*.tmp\n!b.tmp\n"));
    EXPECT_INTEGER(glob_list_ask_way(&list, SLICE("drafts/a.md"), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask_way(&list, SLICE("x/drafts/y/a.md"), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask_way(&list, SLICE("x/b.tmp"), false), GLOB_NO);
    EXPECT_INTEGER(glob_list_ask_way(&list, SLICE("x/c.tmp"), false), GLOB_YES);
    EXPECT_INTEGER(glob_list_ask_way(&list, SLICE("x/c.md"), false), GLOB_UNDECIDED);
    EXPECT_INTEGER(glob_list_ask_way(&list, SLICE("drafts"), false), GLOB_UNDECIDED);
    glob_list_release(&list);
}
