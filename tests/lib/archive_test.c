/* archive_test.c - members of archives through the one wrapper of libarchive. */
#include "stream/archive.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive_fixtures.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "stream/codec.h"
#include "stream/files.h"
#include "test.h"

#define FIXTURE(name) slice_of((const char *)(name), sizeof(name))

/* "NAME KIND SIZE: CONTENT|" for each member; a fault ends it with "! CODE". */
static void list(struct archive_reader *reader, struct buffer *text)
{
    static const char *const kinds[] = { "file", "folder", "link", "other" };
    struct error error;
    for (;;) {
        struct archive_member member;
        bool has_member;
        if (!archive_next(reader, &member, &has_member, &error)) {
            buffer_append_format(text, "! %s", code_entry(error.code)->name);
            if (!archive_is_usable(reader))
                return;
            continue;
        }
        if (!has_member)
            return;
        text_append_printable(text, member.name);
        buffer_append_format(text, " %s%s %lld: ", member.is_encrypted ? "encrypted " : "", kinds[member.kind],
                             (long long)member.size);
        struct slice bytes;
        do {
            if (!archive_read(reader, &bytes, &error)) {
                buffer_append_format(text, "! %s", code_entry(error.code)->name);
                bytes.length = 0;
                if (!archive_is_usable(reader))
                    return;
            }
            text_append_printable(text, bytes);
        } while (bytes.length > 0);
        buffer_append_byte(text, '|');
    }
}

static void list_memory(struct slice bytes, struct buffer *text)
{
    struct error error;
    buffer_reset(text);
    setlocale(LC_CTYPE, "C.UTF-8"); /* as in the child */
    struct archive_reader *reader = archive_open_memory(bytes, "archive", ARCHIVE_MEMBERS, &error);
    if (reader)
        list(reader, text);
    else
        buffer_append_format(text, "! %s %s", code_entry(error.code)->name, error.message);
    archive_close(reader);
    setlocale(LC_CTYPE, "C");
}

static void append_tar(struct buffer *tar, const char *name, char type, const char *link, struct slice content)
{
    char header[512] = { 0 };
    snprintf(header, 100, "%s", name);
    snprintf(header + 100, 8, "0000644");
    snprintf(header + 124, 12, "%011lo", (unsigned long)content.length);
    snprintf(header + 136, 12, "%011lo", 1700000000ul);
    memset(header + 148, ' ', 8);
    header[156] = type;
    snprintf(header + 157, 100, "%s", link);
    memcpy(header + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof header; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    buffer_append(tar, header, sizeof header);
    buffer_append_slice(tar, content);
    buffer_append_repeated(tar, '\0', (512 - content.length % 512) % 512);
}

static void end_tar(struct buffer *tar)
{
    buffer_append_repeated(tar, '\0', 1024);
}

static void append_compressed(struct encoder *encoder, struct slice text, struct buffer *output)
{
    bool is_done = false;
    while (!is_done) {
        char *next = buffer_reserve(output, 65536);
        output->length += encoder->encode(encoder, &text, ENCODE_END, next, 65536, &is_done);
    }
    encoder->free(encoder);
}

TEST(archive_formats, "archive: zip, 7zip, cpio and ar give their members")
{
    struct buffer text = { 0 };
    static const char beta[] = "beta beta beta beta beta beta beta beta\\n|";
    char wanted[512];
    list_memory(FIXTURE(fixture_zip), &text);
    snprintf(wanted, sizeof wanted,
             "a.txt file 6: alpha\\n|sub/ folder 0: |sub/b.txt file 40: %sü.txt file 7: umlaut\\n|", beta);
    EXPECT_SLICE(buffer_slice(&text), slice_of_string(wanted));
    list_memory(FIXTURE(fixture_7zip), &text);
    snprintf(wanted, sizeof wanted,
             "sub/ folder 0: |a.txt file 6: alpha\\n|sub/b.txt file 40: %sü.txt file 7: umlaut\\n|", beta);
    EXPECT_SLICE(buffer_slice(&text), slice_of_string(wanted));
    list_memory(FIXTURE(fixture_cpio), &text);
    snprintf(wanted, sizeof wanted, "a.txt file 6: alpha\\n|sub/b.txt file 40: %s", beta);
    EXPECT_SLICE(buffer_slice(&text), slice_of_string(wanted));
    list_memory(FIXTURE(fixture_ar), &text);
    EXPECT_TEXT(buffer_slice(&text), "a.txt file 6: alpha\\n|");
    buffer_release(&text);
}

TEST(archive_sniff, "archive: the first bytes tell the format")
{
    struct buffer tar = { 0 };
    append_tar(&tar, "a", '0', "", SLICE("x"));
    EXPECT(strcmp(archive_format_of(FIXTURE(fixture_zip)), "zip") == 0);
    EXPECT(strcmp(archive_format_of(FIXTURE(fixture_7zip)), "7zip") == 0);
    EXPECT(strcmp(archive_format_of(FIXTURE(fixture_cpio)), "cpio") == 0);
    EXPECT(strcmp(archive_format_of(FIXTURE(fixture_ar)), "ar") == 0);
    EXPECT(strcmp(archive_format_of(buffer_slice(&tar)), "tar") == 0);
    EXPECT(archive_format_of(SLICE("PK is no archive")) == NULL);
    EXPECT(archive_format_of(SLICE("")) == NULL);
    /* A tar from before ustar has only its checksum. */
    char *header = tar.bytes;
    unsigned sum = 0;
    memset(header + 257, 0, 8);
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    EXPECT(strcmp(archive_format_of(buffer_slice(&tar)), "tar") == 0);
    header[0] ^= 1;
    EXPECT(archive_format_of(buffer_slice(&tar)) == NULL);
    memset(header, 0, 512);
    EXPECT(archive_format_of(buffer_slice(&tar)) == NULL);
    buffer_release(&tar);
}

TEST(archive_tar, "archive: links, folders and devices of a tar are told apart; times and odd names come through")
{
    struct buffer tar = { 0 }, text = { 0 };
    append_tar(&tar, "/abs/../a", '0', "", SLICE("one"));
    append_tar(&tar, "hard", '1', "/abs/../a", SLICE(""));
    append_tar(&tar, "soft", '2', "a", SLICE(""));
    append_tar(&tar, "device", '3', "", SLICE(""));
    append_tar(&tar, "folder/", '5', "", SLICE(""));
    append_tar(&tar, "fifo", '6', "", SLICE(""));
    append_tar(&tar, "latin\xfc\x1b.txt", '0', "", SLICE("two"));
    end_tar(&tar);
    list_memory(buffer_slice(&tar), &text);
    EXPECT_TEXT(buffer_slice(&text), "/abs/../a file 3: one|hard link 0: |soft link 0: |device other 0: |"
                                     "folder/ folder 0: |fifo other 0: |latin\xef\xbf\xbd\\x1b.txt file 3: two|");

    struct error error;
    struct archive_member member;
    bool has_member;
    struct archive_reader *reader = archive_open_memory(buffer_slice(&tar), "t", ARCHIVE_MEMBERS, &error);
    EXPECT(strcmp(archive_kind(reader), "") == 0);
    EXPECT_OK(archive_next(reader, &member, &has_member, &error), &error);
    EXPECT_INTEGER(member.modified, 1700000000);
    EXPECT(strcmp(archive_kind(reader), "tar") == 0);
    for (int i = 0; i < 6; i++)
        EXPECT_OK(archive_next(reader, &member, &has_member, &error), &error);
    EXPECT_TEXT(member.raw_name, "latin\xfc\x1b.txt");
    archive_close(reader);
    buffer_release(&tar);
    buffer_release(&text);
}

TEST(archive_layers, "archive: two layers of compression are read, a third is refused")
{
    struct buffer tar = { 0 }, one = { 0 }, two = { 0 }, three = { 0 }, text = { 0 };
    append_tar(&tar, "a", '0', "", SLICE("one"));
    end_tar(&tar);
    append_compressed(zstd_encoder_create(), buffer_slice(&tar), &one);
    append_compressed(gzip_encoder_create(), buffer_slice(&one), &two);
    append_compressed(zstd_encoder_create(), buffer_slice(&two), &three);
    list_memory(buffer_slice(&one), &text);
    EXPECT_TEXT(buffer_slice(&text), "a file 3: one|");
    list_memory(buffer_slice(&two), &text);
    EXPECT_TEXT(buffer_slice(&text), "a file 3: one|");
    list_memory(buffer_slice(&three), &text);
    EXPECT_TEXT(buffer_slice(&text), "! E_LIMIT compressed more than 2 times over");
    buffer_release(&tar);
    buffer_release(&one);
    buffer_release(&two);
    buffer_release(&three);
    buffer_release(&text);
}

TEST(archive_faults, "archive: damaged, cut, encrypted and foreign files are told")
{
    struct buffer tar = { 0 }, text = { 0 };
    list_memory(SLICE("this is just text and no archive at all"), &text);
    EXPECT_TEXT(buffer_slice(&text), "! E_ARCHIVE unrecognized archive format");
    list_memory(SLICE(""), &text);
    EXPECT_TEXT(buffer_slice(&text), "! E_ARCHIVE unrecognized archive format");
    list_memory(FIXTURE(fixture_encrypted_zip), &text);
    EXPECT_TEXT(buffer_slice(&text), "a.txt encrypted file 6: ! E_ENCRYPTED|");
    list_memory(FIXTURE(fixture_encrypted_7zip), &text);
    EXPECT_TEXT(buffer_slice(&text), "! E_ENCRYPTED");
    append_tar(&tar, "a", '0', "", SLICE("one"));
    append_tar(&tar, "b", '0', "", SLICE("two"));
    list_memory(slice_between(buffer_slice(&tar), 0, 512 * 3 + 1), &text);
    EXPECT_TEXT(buffer_slice(&text), "a file 3: one|b file 3: t! E_ARCHIVE");
    /* A wrong checksum in one member leaves the others readable. */
    struct buffer zip = { 0 };
    buffer_append_slice(&zip, FIXTURE(fixture_zip));
    size_t at = slice_find(buffer_slice(&zip), SLICE("alpha"));
    EXPECT(at < zip.length);
    zip.bytes[at] = 'A';
    list_memory(buffer_slice(&zip), &text);
    EXPECT(slice_starts_with(buffer_slice(&text), SLICE("a.txt file 6: ")));
    EXPECT(slice_find(buffer_slice(&text), SLICE("! E_ARCHIVE")) < 30);
    EXPECT(slice_find(buffer_slice(&text), SLICE("umlaut")) < text.length);
    buffer_release(&zip);
    buffer_release(&tar);
    buffer_release(&text);
}

struct pieces {
    struct slice rest;
    size_t piece;
    bool fails;
};

static bool read_piece(void *context, struct slice *bytes, struct error *error)
{
    struct pieces *pieces = context;
    if (pieces->fails && pieces->rest.length < 1600)
        return error_set(error, E_IO, "the source broke");
    *bytes = slice_between(pieces->rest, 0, pieces->piece);
    pieces->rest = slice_from(pieces->rest, pieces->piece);
    return true;
}

TEST(archive_source, "archive: a source without seek serves tar and zip; its own fault is the one reported")
{
    struct error error;
    struct buffer tar = { 0 }, text = { 0 };
    append_tar(&tar, "a", '0', "", SLICE("one"));
    end_tar(&tar);
    struct pieces pieces = { buffer_slice(&tar), 100, false };
    struct archive_source source = { &pieces, read_piece, NULL, -1 };
    struct archive_reader *reader = archive_open_source(&source, "t", ARCHIVE_MEMBERS, &error);
    EXPECT_OK(reader != NULL, &error);
    list(reader, &text);
    EXPECT_TEXT(buffer_slice(&text), "a file 3: one|");
    archive_close(reader);

    pieces = (struct pieces){ FIXTURE(fixture_zip), 7, false };
    reader = archive_open_source(&source, "t", ARCHIVE_MEMBERS, &error);
    buffer_reset(&text);
    list(reader, &text);
    EXPECT(slice_find(buffer_slice(&text), SLICE("umlaut")) < text.length);
    archive_close(reader);

    pieces = (struct pieces){ buffer_slice(&tar), 512, true };
    reader = archive_open_source(&source, "t", ARCHIVE_MEMBERS, &error);
    struct archive_member member;
    bool has_member = true;
    bool is_good = reader != NULL;
    while (is_good && has_member)
        is_good = archive_next(reader, &member, &has_member, &error);
    EXPECT(!is_good);
    EXPECT_ERROR(&error, E_IO, "the source broke");
    archive_close(reader);
    buffer_release(&tar);
    buffer_release(&text);
}

TEST(archive_descriptor, "archive: a file is read by its descriptor, 7zip with seeks")
{
    struct error error;
    struct buffer text = { 0 };
    char path[512];
    snprintf(path, sizeof path, "%s/a.7z", test_folder());
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    EXPECT(write_fully(descriptor, fixture_7zip, sizeof fixture_7zip));
    EXPECT_INTEGER(lseek(descriptor, 0, SEEK_SET), 0);
    struct archive_reader *reader = archive_open_descriptor(descriptor, path, ARCHIVE_MEMBERS, &error);
    EXPECT_OK(reader != NULL, &error);
    list(reader, &text);
    EXPECT(slice_starts_with(buffer_slice(&text), SLICE("sub/ folder 0: |a.txt file 6: alpha\\n|")));
    archive_close(reader);
    close(descriptor);
    buffer_release(&text);
}

/* GNU sparse 1.0 would need a pax header; the old GNU form has its map in the header. */
TEST(archive_sparse, "archive: holes of a sparse member come as zeros")
{
    struct error error;
    struct buffer tar = { 0 };
    append_tar(&tar, "sparse", 'S', "", SLICE("data"));
    char *header = tar.bytes;
    memcpy(header + 257, "ustar  ", 8);
    snprintf(header + 386, 12, "%011o", 100000u);
    snprintf(header + 398, 12, "%011o", 4u);
    snprintf(header + 483, 12, "%011o", 200000u);
    memset(header + 148, ' ', 8);
    unsigned sum = 0;
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    end_tar(&tar);
    struct archive_reader *reader = archive_open_memory(buffer_slice(&tar), "t", ARCHIVE_MEMBERS, &error);
    struct archive_member member;
    bool has_member;
    EXPECT_OK(archive_next(reader, &member, &has_member, &error), &error);
    struct buffer content = { 0 };
    struct slice bytes;
    do {
        EXPECT_OK(archive_read(reader, &bytes, &error), &error);
        buffer_append_slice(&content, bytes);
    } while (bytes.length > 0);
    EXPECT_INTEGER(content.length, 200000);
    EXPECT_TEXT(slice_between(buffer_slice(&content), 99999, 100005), "\0data\0");
    archive_close(reader);
    buffer_release(&content);
    buffer_release(&tar);
}
