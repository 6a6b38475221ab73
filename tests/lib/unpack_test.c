/* unpack_test.c - decoder children that die, lie or keep silent. */
#include "document/unpack.h"

#include <stdio.h>
#include <sys/stat.h>

#include "document/frame.h"
#include "test.h"

/* A program that plays the child. */
static const char *make_child(char *path, size_t bytes, const char *script)
{
    snprintf(path, bytes, "%s/child", test_folder());
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    EXPECT(chmod(path, 0755) == 0);
    return path;
}

/* What is said of an archive whose child runs script. */
static void check_child(const char *script, const char *message)
{
    char path[512];
    struct error error;
    struct unpack_member member;
    bool has_member;
    const struct unpack_limits limits = { .silence_seconds = 2 };
    struct unpacker *unpacker = unpacker_create(make_child(path, sizeof path, script), &limits);
    for (int round = 0; round < 2; round++) { /* the second archive gets a new child */
        error_reset(&error);
        bool is_good = unpack_open(unpacker, "x.zip", slice_of("", 0), &error) &&
                       unpack_next(unpacker, &member, &has_member, &error);
        EXPECT(!is_good);
        EXPECT_ERROR(&error, E_DECODER, message);
        EXPECT(!unpack_is_usable(unpacker));
        EXPECT_OK(unpack_next(unpacker, &member, &has_member, &error), &error);
        EXPECT(!has_member);
    }
    unpacker_free(unpacker);
}

TEST(unpack_dead_child, "unpack: a child that dies is one error with its exit code or signal")
{
    check_child("head -c 1 > /dev/null; exit 3", "the decoder died: exit code 3");
    check_child("kill -9 $$", "the decoder died: signal 9 (killed)");
    check_child("printf '\\100\\0\\0\\0Mabc'; kill -11 $$", "the decoder died: signal 11 (segmentation fault)");
}

TEST(unpack_lying_child, "unpack: wrong lengths, types and fields are nonsense, not trusted")
{
    static const char *const lies[] = {
        "printf 'aaaaaaaaaaaaaaaa'; exec sleep 100", /* a length beyond the maximum */
        "printf '\\0\\0\\0\\0Y'; exec sleep 100",    /* an unknown type */
        "printf '\\3\\0\\0\\0Mabc'; exec sleep 100", /* a member without its fields */
        "printf '\\3\\0\\0\\0Fabc'; exec sleep 100", /* a fault without its fields */
        "printf '\\1\\0\\0\\0Wa'; exec sleep 100",   /* a question without its fields */
        "printf '\\20\\0\\0\\0W\\377\\377\\377\\377\\377\\377\\377\\377\\1\\0\\0\\0\\0\\0\\0\\0'; exec sleep 100",
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        check_child(lies[i], "the decoder answered nonsense");
}

TEST(unpack_silent_child, "unpack: a child of which nothing is heard is given up")
{
    check_child("exec sleep 100", "the decoder said nothing for 2 seconds");
}
