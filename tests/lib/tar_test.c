/* tar_test.c - members of tar archives, made by hand header by header. */
#include "document/tar.h"

#include <stdio.h>

#include "test.h"

/* An archive in memory, handed out in pieces of `piece` bytes. */
struct tape {
    struct buffer bytes;
    size_t position, piece;
};

static bool tape_read(void *context, struct slice *bytes, struct error *error)
{
    (void)error;
    struct tape *tape = context;
    *bytes = slice_between(buffer_slice(&tape->bytes), tape->position, tape->position + tape->piece);
    tape->position += bytes->length;
    return true;
}

static void set_checksum(char *header)
{
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
}

static void add_block(struct tape *tape, const char *header)
{
    buffer_append(&tape->bytes, header, 512);
}

static void make_header(char *header, const char *name, char type, size_t size, const char *magic)
{
    memset(header, 0, 512);
    memcpy(header, name, strlen(name) < 100 ? strlen(name) : 100);
    snprintf(header + 100, 8, "0000644");
    snprintf(header + 124, 12, "%011o", (unsigned)size & 0x7fffffff);
    snprintf(header + 136, 12, "%011o", 1700000000u);
    header[156] = type;
    memcpy(header + 257, magic, 8);
    set_checksum(header);
}

static const char USTAR[] = "ustar\0"
                            "00",
                  GNU[] = "ustar  ", V7[9];

static void add_content(struct tape *tape, const char *content)
{
    buffer_append_string(&tape->bytes, content);
    buffer_append_repeated(&tape->bytes, 0, (512 - strlen(content) % 512) % 512);
}

static void add(struct tape *tape, const char *name, char type, const char *content, const char *magic)
{
    char header[512];
    make_header(header, name, type, strlen(content), magic);
    add_block(tape, header);
    add_content(tape, content);
}

static void add_end(struct tape *tape)
{
    buffer_append_repeated(&tape->bytes, 0, 1024);
}

/* Lists the archive as "name kind size: content" lines, an error as "! message". */
static void list(struct tape *tape, size_t piece, struct buffer *found)
{
    static const char *const kinds[] = { "file", "folder", "link", "special", "sparse" };
    struct error error;
    struct tar_member member;
    bool has_member;
    buffer_reset(found);
    tape->position = 0;
    tape->piece = piece;
    struct tar_source source = { tape, tape_read };
    struct tar *tar = tar_open(&source);
    for (;;) {
        error_reset(&error);
        if (!tar_next(tar, &member, &has_member, &error))
            buffer_append_format(found, "! %s\n", error.message);
        if (!has_member)
            break;
        buffer_append_format(found, "%.*s %s %lld: ", (int)member.name.length, member.name.bytes, kinds[member.kind],
                             (long long)member.size);
        struct slice part = { "", 0 };
        bool is_good = tar_read_whole(tar, &part);
        if (is_good)
            buffer_append_slice(found, part);
        while (!is_good && tar_read(tar, &part, &error) && part.length > 0)
            buffer_append_slice(found, part);
        if (error_is_set(&error))
            buffer_append_format(found, "! %s", error.message);
        buffer_append_byte(found, '\n');
    }
    tar_close(tar);
}

/* The same whatever the size of the pieces. */
static void check(struct tape *tape, const char *expected)
{
    static const size_t pieces[] = { 1 << 20, 512, 100, 1000, 1 };
    struct buffer found = { 0 };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        list(tape, pieces[i], &found);
        EXPECT_SLICE(buffer_slice(&found), slice_of_string(expected));
    }
    buffer_release(&found);
    buffer_release(&tape->bytes);
}

TEST(tar_plain, "tar: v7, ustar with a prefix and GNU headers; folders, links and devices are told apart")
{
    struct tape tape = { 0 };
    char header[512];
    add(&tape, "a.md", 0, "alpha", V7);
    add(&tape, "folder/", 0, "", V7);
    make_header(header, "b.md", '0', 4, USTAR);
    memcpy(header + 345, "long/prefix", 11);
    set_checksum(header);
    add_block(&tape, header);
    add_content(&tape, "beta");
    add(&tape, "dir", '5', "", GNU);
    add(&tape, "soft", '2', "", GNU);
    add(&tape, "null", '3', "", GNU);
    add(&tape, "c.md", '7', "gamma", GNU);
    add(&tape, "empty", '0', "", GNU);
    add_end(&tape);
    add(&tape, "behind the end", '0', "", GNU);
    check(&tape, "a.md file 5: alpha\nfolder/ folder 0: \nlong/prefix/b.md file 4: beta\ndir folder 0: \n"
                 "soft link 0: \nnull special 0: \nc.md file 5: gamma\nempty file 0: \n");
}

TEST(tar_long_names, "tar: pax path, size and time, GNU long names, global headers, a NUL in neither")
{
    struct tape tape = { 0 };
    char name[301];
    memset(name, 'n', 300);
    name[300] = '\0';
    add(&tape, "././@LongLink", 'L', name, GNU);
    add(&tape, "nnn", '0', "one", GNU);
    add(&tape, "pax_global_header", 'g', "18 comment=a=b=cc\n", USTAR);
    add(&tape, "PaxHeaders/x", 'x', "19 path=caf\xc3\xa9/deep\n10 size=3\n22 mtime=1700000001.5\n", USTAR);
    char header[512];
    make_header(header, "short", '0', 0, USTAR);
    add_block(&tape, header);
    add_content(&tape, "two");
    add(&tape, "plain", '0', "three", USTAR);
    add_end(&tape);
    char expected[1000];
    snprintf(expected, sizeof expected, "%s file 3: one\ncaf\xc3\xa9/deep file 3: two\nplain file 5: three\n", name);
    check(&tape, expected);
}

TEST(tar_links, "tar: a hard link may have content, or only say a size")
{
    struct tape tape = { 0 };
    char header[512];
    make_header(header, "hard", '1', 4000, USTAR);
    add_block(&tape, header);
    add(&tape, "after", '0', "x", USTAR);
    char content[701];
    memset(content, 'c', 700);
    content[700] = '\0';
    add(&tape, "full", '1', content, USTAR);
    add(&tape, "last", '0', "y", USTAR);
    make_header(header, "end", '1', 4000, USTAR);
    add_block(&tape, header);
    add_end(&tape);
    check(&tape, "hard link 0: \nafter file 1: x\nfull link 0: \nlast file 1: y\nend link 0: \n");
}

TEST(tar_sparse, "tar: sparse members of both kinds are told as such and skipped")
{
    struct tape tape = { 0 };
    char header[512], map[512] = { 0 };
    make_header(header, "old", 'S', 3, GNU);
    header[482] = 1;
    set_checksum(header);
    add_block(&tape, header);
    map[504] = 1;
    add_block(&tape, map);
    map[504] = 0;
    add_block(&tape, map);
    add_content(&tape, "abc");
    add(&tape, "p", 'x', "22 GNU.sparse.major=1\n24 GNU.sparse.name=real\n", USTAR);
    add(&tape, "new", '0', "abc", USTAR);
    add(&tape, "plain", '0', "x", USTAR);
    add_end(&tape);
    check(&tape, "old sparse 3: abc\nreal sparse 3: abc\nplain file 1: x\n");
}

TEST(tar_base256, "tar: sizes in base 256, and sizes that cannot be")
{
    struct tape tape = { 0 };
    char header[512];
    make_header(header, "big", '0', 0, GNU);
    memset(header + 124, 0, 12);
    header[124] = (char)0x80;
    header[135] = 3;
    set_checksum(header);
    add_block(&tape, header);
    add_content(&tape, "abc");
    memset(header + 124, 0x7f, 12);
    header[124] = (char)0x80;
    set_checksum(header);
    add_block(&tape, header);
    check(&tape, "big file 3: abc\n! the tar header before byte 1536 has a size that is no number\n");
}

TEST(tar_damaged, "tar: a wrong checksum, an archive cut anywhere, pax records that lie")
{
    struct tape tape = { 0 };
    add(&tape, "a", '0', "alpha", USTAR);
    add(&tape, "b", '0', "beta", USTAR);
    tape.bytes.bytes[1024 + 3] = '!';
    check(&tape, "a file 5: alpha\n! the tar header before byte 1536 has a wrong checksum\n");
    add(&tape, "a", '0', "alpha", USTAR);
    tape.bytes.length = 514;
    check(&tape, "a file 5: al! the archive is cut short at byte 514\n");
    add(&tape, "a", '0', "alpha", USTAR);
    check(&tape, "a file 5: alpha\n");
    buffer_append(&tape.bytes, "no tar", 6);
    check(&tape, "! the archive is cut short at byte 6\n");
    static const char *const lies[] = { "99 path=x\n", "-1 path=x\n", "path=x\n",
                                        "3 \n\n",      "10 path=abc", "99999999999999999999 path=x\n",
                                        "0 path=x\n" };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        add(&tape, "p", 'x', lies[i], USTAR);
        check(&tape, "! the tar header before byte 1024 has a broken pax record\n");
    }
    char header[512];
    make_header(header, "p", 'x', 2 << 20, USTAR);
    add_block(&tape, header);
    check(&tape, "! the tar header before byte 512 is longer than 1048576 bytes\n");
}

TEST(tar_noise, "tar: mutated archives end, with or without an error")
{
    uint64_t state = 7;
    for (int round = 0; round < 2000; round++) {
        struct tape tape = { 0 };
        add(&tape, "p", 'x', "19 path=caf\xc3\xa9/deep\n10 size=5\n", USTAR);
        add(&tape, "a", '0', "alpha", USTAR);
        add(&tape, "././@LongLink", 'L', "name", GNU);
        add(&tape, "b", '1', "beta", USTAR);
        add_end(&tape);
        for (int i = 0; i < 4; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            size_t at = (size_t)(state >> 33) % tape.bytes.length;
            tape.bytes.bytes[at] = (char)(state >> 20);
            if (round % 2) /* past the checksum, so that the fields behind it are reached */
                set_checksum(tape.bytes.bytes + at / 512 * 512);
        }
        struct buffer found = { 0 };
        list(&tape, 700, &found);
        buffer_release(&found);
        buffer_release(&tape.bytes);
    }
}
