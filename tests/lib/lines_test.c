/* lines_test.c - whole lines in blocks. */
#include "stream/lines.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/memory.h"
#include "parallel/parallel.h"
#include "stream/newlines.h"
#include "test.h"

static struct lines *open_text(struct slice text, size_t block_bytes)
{
    struct error error;
    struct input *input = input_open_memory(text, "text.jsonl", NULL, &error);
    return lines_create(input, block_bytes);
}

/* Reads to the end; checks that blocks are whole, numbered and nothing is lost. */
static void expect_same(struct slice text, size_t block_bytes)
{
    struct error error;
    struct lines *lines = open_text(text, block_bytes);
    struct buffer found = { 0 };
    int64_t next = 1;
    for (;;) {
        struct lines_block block;
        EXPECT_OK(lines_read(lines, false, &block, &error), &error);
        if (block.line_count == 0)
            break;
        EXPECT_INTEGER(block.first_line, next);
        size_t newlines = newlines_count_scalar(block.text);
        bool is_cut = block.text.bytes[block.text.length - 1] != '\n';
        EXPECT_INTEGER(block.line_count, newlines + is_cut);
        next += block.line_count;
        buffer_append_slice(&found, block.text);
        EXPECT(!is_cut || found.length == text.length);
        lines_block_release(&block);
        EXPECT(block.owner == NULL);
    }
    lines_close(lines);
    EXPECT_SLICE(buffer_slice(&found), text);
    buffer_release(&found);
}

TEST(lines_shapes, "lines: every text comes back in whole numbered lines, whatever the block size")
{
    static const char *const texts[] = { "", "\n", "\n\n\n", "a", "a\n", "a\nb", "a\r\nb\r\n\r\n", "\n\na\n\nb" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        expect_same(slice_of_string(texts[i]), 0);
    struct buffer text = { 0 };
    uint64_t random = 3;
    for (int i = 0; i < 3000; i++) {
        random = hash_64(SLICE("lines"), random);
        buffer_append_repeated(&text, 'x', random % (i % 50 == 0 ? 5000 : 90));
        buffer_append_byte(&text, '\n');
    }
    buffer_append_string(&text, "no newline");
    static const size_t sizes[] = { 1, 256, 300, 1000, 4096, 65536, 0, 1 << 20 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        expect_same(buffer_slice(&text), sizes[i]);
    buffer_release(&text);
}

TEST(lines_long, "lines: a line of 64 MiB is a line, one byte more is named, and the line after it is read")
{
    struct error error;
    struct lines_block block;
    struct buffer text = { 0 };
    buffer_append_string(&text, "first\n");
    buffer_append_repeated(&text, 'x', LINE_BYTES_MAXIMUM);
    buffer_append_string(&text, "\nthird\n");
    struct lines *lines = open_text(buffer_slice(&text), 0);
    int64_t seen = 0;
    do {
        EXPECT_OK(lines_read(lines, false, &block, &error), &error);
        seen += block.line_count;
        lines_block_release(&block);
    } while (seen < 3);
    lines_close(lines);

    text.bytes[5] = 'x'; /* joins the first line and the second: six bytes too many */
    lines = open_text(buffer_slice(&text), 0);
    EXPECT(!lines_read(lines, false, &block, &error));
    EXPECT_ERROR(&error, E_LINE_LENGTH, "line is longer than 67108864 bytes");
    EXPECT_INTEGER(error.line, 1);
    EXPECT(strcmp(error.file, "text.jsonl") == 0);
    EXPECT_OK(lines_read(lines, false, &block, &error), &error);
    EXPECT_TEXT(block.text, "third\n");
    EXPECT_INTEGER(block.first_line, 2);
    lines_block_release(&block);
    EXPECT_OK(lines_read(lines, false, &block, &error), &error);
    EXPECT_INTEGER(block.line_count, 0);
    lines_close(lines);
    buffer_release(&text);
}

TEST(lines_fault, "lines: whole lines before a fault of the input are handed out, then the fault, again and again")
{
    /* gzip of "one\ntwo\nthree\n" without its last bytes, the text stored and not deflated. */
    static const char packed[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x0e\0\xf1\xff"
                                 "one\ntwo\nthr";
    struct error error;
    struct lines_block block;
    struct lines *lines = open_text(slice_of(packed, sizeof packed - 1), 0);
    EXPECT_OK(lines_read(lines, false, &block, &error), &error);
    EXPECT_TEXT(block.text, "one\ntwo\n");
    lines_block_release(&block);
    for (int i = 0; i < 2; i++) {
        EXPECT(!lines_read(lines, false, &block, &error));
        EXPECT_ERROR(&error, E_COMPRESSED, "gzip data are cut short after byte 26");
    }
    lines_close(lines);
}

TEST(lines_eager, "lines: an eager reader takes what a live pipe has; half a line waits")
{
    int ends[2];
    EXPECT_INTEGER(pipe(ends), 0);
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
    struct error error;
    struct lines *lines = lines_create(input_open(name, NULL, &error), 0);
    struct lines_block block;
    EXPECT_INTEGER(write(ends[1], "one\ntwo\nthr", 11), 11);
    EXPECT_OK(lines_read(lines, true, &block, &error), &error);
    EXPECT_TEXT(block.text, "one\ntwo\n");
    lines_block_release(&block);
    EXPECT_INTEGER(write(ends[1], "ee\n", 3), 3);
    EXPECT_OK(lines_read(lines, true, &block, &error), &error);
    EXPECT_TEXT(block.text, "three\n");
    EXPECT_INTEGER(block.first_line, 3);
    lines_block_release(&block);
    EXPECT_INTEGER(write(ends[1], "four", 4), 4);
    close(ends[1]);
    EXPECT_OK(lines_read(lines, true, &block, &error), &error);
    EXPECT_TEXT(block.text, "four");
    lines_block_release(&block);
    EXPECT_OK(lines_read(lines, true, &block, &error), &error);
    EXPECT_INTEGER(block.line_count, 0);
    lines_close(lines);
    close(ends[0]);
}

struct release_run {
    size_t bytes;
};

static void release_work(void *context, unsigned worker, void *job, struct parallel_job *running)
{
    (void)context;
    (void)worker;
    struct lines_block *block = job;
    size_t *bytes = memory_allocate(sizeof *bytes);
    *bytes = block->text.length;
    lines_block_release(block);
    memory_free(block);
    parallel_emit(running, bytes, sizeof *bytes);
}

static bool release_deliver(void *context, void *result)
{
    struct release_run *run = context;
    run->bytes += *(size_t *)result;
    memory_free(result);
    return true;
}

static void discard(void *context, void *thing)
{
    (void)context;
    memory_free(thing);
}

TEST(lines_workers, "lines: blocks are released by other threads, and after the reader is closed")
{
    struct buffer text = { 0 };
    for (int i = 0; i < 200000; i++)
        buffer_append_format(&text, "line %d\n", i);
    struct error error;
    struct release_run run = { 0 };
    struct parallel *pool = parallel_create(&(struct parallel_settings){ .workers = 3,
                                                                         .context = &run,
                                                                         .work = release_work,
                                                                         .deliver = release_deliver,
                                                                         .discard_job = discard,
                                                                         .discard_result = discard });
    struct lines *lines = open_text(buffer_slice(&text), 4096);
    struct lines_block last = { 0 };
    for (;;) {
        struct lines_block *block = memory_allocate(sizeof *block);
        EXPECT_OK(lines_read(lines, false, block, &error), &error);
        if (block->line_count == 0) {
            memory_free(block);
            break;
        }
        lines_block_release(&last);
        if (block->first_line == 1) {
            last = *block;
            run.bytes += last.text.length;
            memory_free(block);
        } else {
            EXPECT(parallel_submit(pool, block));
        }
    }
    lines_close(lines);
    EXPECT(parallel_drain(pool));
    EXPECT_INTEGER(run.bytes, text.length);
    lines_block_release(&last);
    parallel_free(pool);
    buffer_release(&text);
}

TEST(lines_newlines, "lines: newlines are counted alike by all kernels")
{
    struct buffer text = { 0 };
    uint64_t random = 1;
    for (size_t length = 0; length < 600; length++) {
        random = hash_64(SLICE("newline"), random);
        buffer_append_byte(&text, random % 3 == 0 ? '\n' : (char)(random >> 8));
        for (size_t start = 0; start < 3; start++) {
            struct slice part = slice_from(buffer_slice(&text), start);
            EXPECT_INTEGER(newlines_count(part), newlines_count_scalar(part));
        }
    }
    buffer_release(&text);
}

struct visited {
    struct buffer text;
    int64_t stop_at;
};

static bool visit_line(void *context, struct slice line, int64_t number, struct error *error)
{
    struct visited *visited = context;
    buffer_append_format(&visited->text, "%d:%.*s ", (int)number, (int)line.length, line.bytes);
    return number != visited->stop_at || error_set(error, E_DATA, "enough");
}

TEST(lines_visit, "lines: a visitor sees each line that is not blank with its number, until it says no")
{
    struct error error;
    struct visited visited = { .stop_at = 0 };
    struct lines *lines = open_text(SLICE("a\n\n \t\r\nb\nc"), 4);
    EXPECT_OK(lines_visit(lines, visit_line, &visited, &error), &error);
    EXPECT_SLICE(buffer_slice(&visited.text), SLICE("1:a 4:b 5:c "));
    lines_close(lines);
    buffer_reset(&visited.text);
    visited.stop_at = 4;
    lines = open_text(SLICE("a\n\n\nb\nc"), 0);
    EXPECT(!lines_visit(lines, visit_line, &visited, &error));
    EXPECT_INTEGER(error.code, E_DATA);
    EXPECT_SLICE(buffer_slice(&visited.text), SLICE("1:a 4:b "));
    lines_close(lines);
    buffer_release(&visited.text);
}
