/* input_test.c - reading files, pipes and memory, plain and compressed. */
#include "stream/input.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/memory.h"
#include "compressed_fixtures.h"
#include "stream/codec.h"
#include "stream/decompress.h"
#include "stream/output.h"
#include "test.h"

/* The test program stands in for the real binary as the decompressing child; it can be told to crash, or to loop, after
 * a first frame. */
__attribute__((constructor)) static void be_the_child(int count, char **arguments)
{
    if (count > 0 && strcmp(arguments[0], "garner-decompress") == 0) {
        const char *fate = getenv("TEST_CHILD_FATE");
        if (!fate)
            _exit(decompress_child(STDIN_FILENO, STDOUT_FILENO));
        (void)!write(STDOUT_FILENO, "\4\0\0\0text", 8);
        if (strcmp(fate, "crash") == 0)
            raise(SIGKILL);
        for (;;)
            pause();
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static const char *path_of(const char *name)
{
    static char path[4][512];
    static unsigned next;
    char *chosen = path[next++ % 4];
    snprintf(chosen, sizeof path[0], "%s/%s", test_folder(), name);
    return chosen;
}

static const char *write_file(const char *name, struct slice content)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    EXPECT_INTEGER(fwrite(content.bytes, 1, content.length, file), content.length);
    EXPECT_INTEGER(fclose(file), 0);
    return path;
}

static void compress_with(struct encoder *encoder, struct slice text, struct buffer *output)
{
    bool is_done = false;
    while (!is_done) {
        char *next = buffer_reserve(output, 4096);
        output->length += encoder->encode(encoder, &text, ENCODE_END, next, 4096, &is_done);
    }
    encoder->free(encoder);
}

/* Repeatable text that compresses badly. */
static void append_noise(struct buffer *text, size_t bytes)
{
    uint64_t random = 7;
    while (text->length < bytes) {
        random = hash_64(SLICE("noise"), random);
        buffer_append_format(text, "%llx\n", (unsigned long long)random);
    }
}

static bool read_all(struct input *input, struct buffer *text, struct error *error)
{
    for (;;) {
        struct slice bytes;
        if (!input_read(input, &bytes, error))
            return false;
        if (bytes.length == 0)
            return true;
        buffer_append_slice(text, bytes);
    }
}

/* What reading the file gives, and how it ends. */
static bool read_path(const char *path, struct buffer *text, struct error *error)
{
    buffer_reset(text);
    struct input *input = input_open(path, NULL, error);
    if (!input)
        return false;
    bool is_good = read_all(input, text, error);
    input_close(input);
    return is_good;
}

static bool read_memory(struct slice bytes, struct buffer *text, struct error *error)
{
    buffer_reset(text);
    struct input *input = input_open_memory(bytes, "memory", NULL, error);
    bool is_good = read_all(input, text, error);
    input_close(input);
    return is_good;
}

static void expect_small_text(struct slice text)
{
    struct buffer wanted = { 0 };
    for (int i = 1; i <= 20; i++)
        buffer_append_format(&wanted, "line %d of a small text\n", i);
    EXPECT_SLICE(text, buffer_slice(&wanted));
    buffer_release(&wanted);
}

TEST(input_missing, "input: a missing file, a folder and an unreadable file are named")
{
    struct error error;
    EXPECT(!input_open("/nonexistent/a.jsonl", NULL, &error));
    EXPECT_ERROR(&error, E_NO_INPUT, "cannot open '/nonexistent/a.jsonl': no such file or directory");
    EXPECT(!input_open("/", NULL, &error));
    EXPECT_ERROR(&error, E_NO_INPUT, "'/' is a folder, expected a file");
}

TEST(input_plain, "input: a plain file comes as it is, with name, size and position")
{
    struct error error;
    struct buffer noise = { 0 }, text = { 0 };
    append_noise(&noise, 1000000);
    const char *path = write_file("noise", buffer_slice(&noise));
    struct input *input = input_open(path, NULL, &error);
    EXPECT_OK(input != NULL, &error);
    EXPECT_INTEGER(input_size(input), noise.length);
    EXPECT_INTEGER(input_position(input), 0);
    EXPECT(strcmp(input_name(input), path) == 0);
    EXPECT(input_is_ready(input, 0));
    EXPECT_OK(read_all(input, &text, &error), &error);
    EXPECT_INTEGER(input_position(input), noise.length);
    input_close(input);
    EXPECT_SLICE(buffer_slice(&text), buffer_slice(&noise));
    EXPECT_OK(read_path(write_file("empty", SLICE("")), &text, &error), &error);
    EXPECT_TEXT(buffer_slice(&text), "");
    EXPECT_OK(read_path("/proc/self/status", &text, &error), &error);
    EXPECT(text.length > 100);
    EXPECT_OK(read_memory(SLICE("a\0b"), &text, &error), &error);
    EXPECT_TEXT(buffer_slice(&text), "a\0b");
    buffer_release(&noise);
    buffer_release(&text);
}

TEST(input_compressed, "input: zstd and gzip of several frames and members are read through, whatever the name")
{
    struct error error;
    struct buffer noise = { 0 }, packed = { 0 }, text = { 0 };
    append_noise(&noise, 700000);
    struct slice half = slice_between(buffer_slice(&noise), 0, 300000);
    struct slice rest = slice_from(buffer_slice(&noise), 300000);
    struct encoder *(*makers[])(void) = { zstd_encoder_create, gzip_encoder_create };
    for (size_t i = 0; i < 2; i++) {
        buffer_reset(&packed);
        compress_with(makers[i](), half, &packed);
        compress_with(makers[i](), SLICE(""), &packed);
        compress_with(makers[i](), rest, &packed);
        EXPECT_OK(read_path(write_file("packed.txt", buffer_slice(&packed)), &text, &error), &error);
        EXPECT_SLICE(buffer_slice(&text), buffer_slice(&noise));
        EXPECT_OK(read_memory(buffer_slice(&packed), &text, &error), &error);
        EXPECT_SLICE(buffer_slice(&text), buffer_slice(&noise));
    }
    struct input_settings raw = { .is_raw = true };
    struct input *input = input_open_memory(buffer_slice(&packed), "memory", &raw, &error);
    buffer_reset(&text);
    EXPECT_OK(read_all(input, &text, &error), &error);
    EXPECT_SLICE(buffer_slice(&text), buffer_slice(&packed));
    input_close(input);
    buffer_release(&noise);
    buffer_release(&packed);
    buffer_release(&text);
}

/* For each cut the reader must give a true start of the text and then say that it was cut. */
static void expect_cuts_noticed(struct slice packed, struct slice whole, const char *word)
{
    struct error error;
    struct buffer text = { 0 };
    for (size_t length = COMPRESSION_START_BYTES; length < packed.length; length += 1 + packed.length / 97) {
        error_reset(&error);
        EXPECT(!read_memory(slice_between(packed, 0, length), &text, &error));
        EXPECT_ERROR(&error, E_COMPRESSED, NULL);
        EXPECT(strstr(error.message, word) != NULL);
        EXPECT(strcmp(error.file, "memory") == 0);
        EXPECT(slice_starts_with(whole, buffer_slice(&text)));
    }
    buffer_release(&text);
}

TEST(input_cut, "input: compressed data cut at any place are E_COMPRESSED, never a short file")
{
    struct buffer noise = { 0 }, packed = { 0 };
    append_noise(&noise, 300000);
    compress_with(zstd_encoder_create(), buffer_slice(&noise), &packed);
    expect_cuts_noticed(buffer_slice(&packed), buffer_slice(&noise), "zstd data are cut short after byte ");
    buffer_reset(&packed);
    compress_with(gzip_encoder_create(), buffer_slice(&noise), &packed);
    expect_cuts_noticed(buffer_slice(&packed), buffer_slice(&noise), "gzip data are cut short after byte ");
    buffer_release(&noise);
    buffer_release(&packed);
}

TEST(input_garbage, "input: what follows compressed data is named; zeros after gzip are padding")
{
    struct error error;
    struct buffer packed = { 0 }, text = { 0 };
    compress_with(gzip_encoder_create(), SLICE("some text\n"), &packed);
    size_t length = packed.length;
    buffer_append_repeated(&packed, '\0', 5000);
    EXPECT_OK(read_memory(buffer_slice(&packed), &text, &error), &error);
    EXPECT_TEXT(buffer_slice(&text), "some text\n");
    buffer_append_string(&packed, "garbage");
    EXPECT(!read_memory(buffer_slice(&packed), &text, &error));
    EXPECT_ERROR(&error, E_COMPRESSED, "bytes that are no gzip data follow the gzip data after byte 5030");
    EXPECT_TEXT(buffer_slice(&text), "some text\n");
    packed.length = length;
    buffer_append_string(&packed, "\x1f garbage");
    EXPECT(!read_memory(buffer_slice(&packed), &text, &error));
    EXPECT_ERROR(&error, E_COMPRESSED, "bytes that are no gzip data follow the gzip data after byte 30");

    buffer_reset(&packed);
    compress_with(zstd_encoder_create(), SLICE("some text\n"), &packed);
    length = packed.length;
    buffer_append_string(&packed, "garbage");
    EXPECT(!read_memory(buffer_slice(&packed), &text, &error));
    EXPECT_ERROR(&error, E_COMPRESSED, "bytes that are no zstd data follow the zstd data after byte 23");
    EXPECT_TEXT(buffer_slice(&text), "some text\n");
    buffer_release(&packed);
    buffer_release(&text);
}

TEST(input_damaged, "input: a changed byte inside compressed data is noticed")
{
    struct error error;
    struct buffer noise = { 0 }, packed = { 0 }, text = { 0 };
    append_noise(&noise, 200000);
    struct encoder *(*makers[])(void) = { zstd_encoder_create, gzip_encoder_create };
    for (size_t i = 0; i < 2; i++) {
        buffer_reset(&packed);
        compress_with(makers[i](), buffer_slice(&noise), &packed);
        for (size_t at = 20; at < packed.length; at += packed.length / 40) {
            packed.bytes[at] = (char)(packed.bytes[at] ^ 0x10);
            EXPECT(!read_memory(buffer_slice(&packed), &text, &error));
            EXPECT_ERROR(&error, E_COMPRESSED, NULL);
            packed.bytes[at] = (char)(packed.bytes[at] ^ 0x10);
        }
    }
    buffer_release(&noise);
    buffer_release(&packed);
    buffer_release(&text);
}

TEST(input_window, "input: a zstd frame that asks for more than 128 MiB of window is refused")
{
    /* Magic, descriptor without content size, window of 2^28 bytes, one empty last block. */
    struct error error;
    struct buffer text = { 0 };
    EXPECT(!read_memory(SLICE("\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00"), &text, &error));
    EXPECT_ERROR(&error, E_LIMIT, "zstd data need a window above 128 MiB, which is refused");
    buffer_release(&text);
}

TEST(input_limit, "input: a bomb ends at the limit, which is named")
{
    struct error error;
    struct buffer zeros = { 0 }, packed = { 0 }, text = { 0 };
    buffer_append_repeated(&zeros, '\0', 20 << 20);
    compress_with(zstd_encoder_create(), buffer_slice(&zeros), &packed);
    struct input_settings settings = { .decoded_maximum = 1 << 20, .limit_name = "--document-bytes" };
    struct input *input = input_open_memory(buffer_slice(&packed), "bomb.zst", &settings, &error);
    EXPECT(!read_all(input, &text, &error));
    EXPECT_ERROR(&error, E_LIMIT, "longer than 1048576 bytes, the limit of --document-bytes");
    EXPECT(text.length <= 1 << 20);
    input_close(input);
    settings.decoded_maximum = 20 << 20;
    input = input_open_memory(buffer_slice(&packed), "bomb.zst", &settings, &error);
    EXPECT_OK(read_all(input, &text, &error), &error);
    input_close(input);
    buffer_release(&zeros);
    buffer_release(&packed);
    buffer_release(&text);
}

struct foreign {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

static const struct foreign foreign[] = {
    { "xz", fixture_xz, sizeof fixture_xz },
    { "bzip2", fixture_bzip2, sizeof fixture_bzip2 },
    { "lz4", fixture_lz4, sizeof fixture_lz4 },
};

static struct slice foreign_slice(const struct foreign *one)
{
    return slice_of((const char *)one->bytes, one->length);
}

TEST(input_foreign, "input: xz, bzip2 and lz4 are read by a child, from a file, a pipe and memory")
{
    struct error error;
    struct buffer text = { 0 };
    for (size_t i = 0; i < 3; i++) {
        struct slice packed = foreign_slice(&foreign[i]);
        EXPECT(strcmp(compression_of(packed), foreign[i].name) == 0);
        EXPECT_OK(read_path(write_file("packed", packed), &text, &error), &error);
        expect_small_text(buffer_slice(&text));
        EXPECT_OK(read_memory(packed, &text, &error), &error);
        expect_small_text(buffer_slice(&text));
        const char *fifo = path_of("fifo");
        EXPECT_INTEGER(mkfifo(fifo, 0600), 0);
        int writer = open(fifo, O_RDWR);
        EXPECT_INTEGER(write(writer, packed.bytes, packed.length), packed.length);
        struct input *input = input_open(fifo, NULL, &error);
        EXPECT_OK(input != NULL, &error);
        close(writer);
        buffer_reset(&text);
        EXPECT_OK(read_all(input, &text, &error), &error);
        expect_small_text(buffer_slice(&text));
        input_close(input);
        unlink(fifo);
    }
    buffer_release(&text);
}

TEST(input_foreign_streams, "input: several xz, bzip2 and lz4 streams in a row are one text")
{
    struct error error;
    struct buffer packed = { 0 }, text = { 0 };
    for (size_t i = 0; i < 3; i++) {
        buffer_reset(&packed);
        for (int copy = 0; copy < 3000; copy++)
            buffer_append_slice(&packed, foreign_slice(&foreign[i]));
        EXPECT_OK(read_memory(buffer_slice(&packed), &text, &error), &error);
        EXPECT_INTEGER(text.length, 3000 * 471);
    }
    buffer_release(&packed);
    buffer_release(&text);
}

TEST(input_foreign_cut, "input: cut or damaged xz, bzip2 and lz4 data are E_COMPRESSED")
{
    struct error error;
    struct buffer packed = { 0 }, text = { 0 };
    for (size_t i = 0; i < 3; i++) {
        struct slice whole = foreign_slice(&foreign[i]);
        for (size_t cut = 1; cut <= 3; cut++) {
            EXPECT(!read_memory(slice_between(whole, 0, whole.length - 1 - (cut - 1) * 20), &text, &error));
            EXPECT_ERROR(&error, E_COMPRESSED, NULL);
            EXPECT(strstr(error.message, " data are cut short after byte ") != NULL);
        }
        buffer_reset(&packed);
        buffer_append_slice(&packed, whole);
        packed.bytes[whole.length / 2] = (char)(packed.bytes[whole.length / 2] ^ 0x55);
        EXPECT(!read_memory(buffer_slice(&packed), &text, &error));
        EXPECT_ERROR(&error, E_COMPRESSED, NULL);
        buffer_reset(&packed);
        buffer_append_slice(&packed, whole);
        buffer_append_string(&packed, "this is garbage after the end");
        EXPECT(!read_memory(buffer_slice(&packed), &text, &error));
        EXPECT_ERROR(&error, E_COMPRESSED, NULL);
        EXPECT(strstr(error.message, i == 0 ? " data are damaged after byte " : " data are followed by other bytes "));
    }
    buffer_release(&packed);
    buffer_release(&text);
}

TEST(input_foreign_crash,
     "input: a decompressor that dies is E_COMPRESSED after what it gave, one that hangs dies with us")
{
    struct error error;
    struct buffer text = { 0 };
    setenv("TEST_CHILD_FATE", "crash", 1);
    EXPECT(!read_memory(foreign_slice(&foreign[0]), &text, &error));
    EXPECT_ERROR(&error, E_COMPRESSED,
                 "xz data cannot be decoded: after 4 decoded bytes the decoder ended with signal 9 (killed)");
    EXPECT_TEXT(buffer_slice(&text), "text");
    setenv("TEST_CHILD_FATE", "hang", 1);
    struct input *input = input_open_memory(foreign_slice(&foreign[0]), "memory", NULL, &error);
    struct slice bytes;
    EXPECT_OK(input_read(input, &bytes, &error), &error);
    EXPECT_TEXT(bytes, "text");
    input_close(input);
    unsetenv("TEST_CHILD_FATE");
    buffer_release(&text);
}

TEST(input_live, "input: a live pipe gives its first bytes at once, also such as begin a magic number")
{
    int ends[2];
    EXPECT_INTEGER(pipe(ends), 0);
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
    struct error error;
    struct input *input = input_open(name, NULL, &error);
    EXPECT_OK(input != NULL, &error);
    EXPECT_INTEGER(input_size(input), -1);
    EXPECT(!input_is_ready(input, 0));
    EXPECT_INTEGER(write(ends[1], "{\n", 2), 2);
    EXPECT(input_is_ready(input, 0));
    struct slice bytes;
    EXPECT_OK(input_read(input, &bytes, &error), &error);
    EXPECT_TEXT(bytes, "{\n");
    EXPECT_INTEGER(write(ends[1], "B", 1), 1);
    EXPECT_OK(input_read(input, &bytes, &error), &error);
    EXPECT_TEXT(bytes, "B");
    close(ends[1]);
    EXPECT(input_is_ready(input, 0));
    EXPECT_OK(input_read(input, &bytes, &error), &error);
    EXPECT_INTEGER(bytes.length, 0);
    input_close(input);
    close(ends[0]);

    /* "BZ" could begin bzip2, so more is awaited, but the end is an end. */
    struct buffer text = { 0 };
    EXPECT_OK(read_path(write_file("short", SLICE("BZh9")), &text, &error), &error);
    EXPECT_TEXT(buffer_slice(&text), "BZh9");
    EXPECT_OK(read_path(write_file("short", SLICE("\x28")), &text, &error), &error);
    EXPECT_TEXT(buffer_slice(&text), "\x28");
    buffer_release(&text);
}

TEST(input_sniff, "input: only real magic numbers count as compression")
{
    EXPECT(compression_of(SLICE("BZh9 is no bzip2")) == NULL);
    EXPECT(compression_of(SLICE("\x1f\x8b\x08\xff")) == NULL);
    EXPECT(compression_of(SLICE("")) == NULL);
    EXPECT(strcmp(compression_of(SLICE("\x1f\x8b\x08\x08")), "gzip") == 0);
    EXPECT(strcmp(compression_of(SLICE("\x5e\x2a\x4d\x18")), "zstd") == 0);
}
