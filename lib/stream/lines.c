/* lines.c - whole lines from an input, in blocks that workers may hold and release. */
#define _GNU_SOURCE /* memrchr */
#include "stream/lines.h"

#include <inttypes.h>
#include <stdatomic.h>

#include "base/memory.h"
#include "stream/array_lines.h"
#include "stream/newlines.h"

enum { ROOM_BYTES = 64 * 1024 };

/* Memory of a block. */
struct block {
    struct block_pool *pool;
    struct block *next; /* in a list of free ones */
    size_t capacity;
    size_t length; /* filled */
    char bytes[];
};

/* Released blocks come back from any thread. Only the reader takes them, all at once, so a plain exchange is safe where
 * taking one by one would not be. */
struct block_pool {
    _Atomic(struct block *) released;
    atomic_size_t users; /* the reader and every block in other hands */
    size_t kept_bytes;   /* larger blocks, made for one long line, are not kept */
};

struct lines {
    struct input *input;
    size_t block_bytes;
    struct block_pool *pool;
    struct block *spare;   /* free blocks, the reader's own list */
    struct block *current; /* being filled: begins with the cut line that the block before ended in */
    bool had_mark;         /* a byte order mark stood in front */
    size_t searched;       /* bytes of current known to hold no newline */
    int64_t next_line;     /* 1-based */
    bool takes_arrays;
    struct array_lines array;
    bool is_at_end;
    bool is_skipping; /* what is left of a line that was too long */
    bool has_failed;
    struct error failure; /* of the input: reported when the lines before it were handed out */
};

static void free_list(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        memory_free(block);
        block = next;
    }
}

static void pool_leave(struct block_pool *pool)
{
    if (atomic_fetch_sub(&pool->users, 1) != 1)
        return;
    free_list(atomic_load(&pool->released));
    memory_free(pool);
}

static struct block *take_block(struct lines *lines, size_t capacity)
{
    if (!lines->spare)
        lines->spare = atomic_exchange(&lines->pool->released, NULL);
    struct block *block = lines->spare;
    if (block && block->capacity >= capacity) {
        lines->spare = block->next;
    } else {
        block = memory_allocate(sizeof *block + capacity);
        block->pool = lines->pool;
        block->capacity = capacity;
    }
    block->next = NULL;
    block->length = 0;
    return block;
}

void lines_block_release(struct lines_block *text)
{
    struct block *block = text->owner;
    *text = (struct lines_block){ 0 };
    if (!block)
        return;
    struct block_pool *pool = block->pool;
    if (block->capacity > pool->kept_bytes) {
        memory_free(block);
    } else {
        block->next = atomic_load(&pool->released);
        while (!atomic_compare_exchange_weak(&pool->released, &block->next, block)) {
        }
    }
    pool_leave(pool);
}

struct lines *lines_create(struct input *input, size_t block_bytes)
{
    struct lines *lines = memory_allocate_zeroed(1, sizeof *lines);
    lines->input = input;
    lines->block_bytes = block_bytes ? block_bytes : STREAM_BLOCK_BYTES;
    if (lines->block_bytes < 4 * INPUT_FILL_MINIMUM)
        lines->block_bytes = 4 * INPUT_FILL_MINIMUM;
    lines->pool = memory_allocate_zeroed(1, sizeof *lines->pool);
    lines->pool->kept_bytes = 4 * lines->block_bytes;
    atomic_init(&lines->pool->users, 1);
    lines->next_line = 1;
    return lines;
}

void lines_take_arrays(struct lines *lines)
{
    lines->takes_arrays = true;
}

/* Drops what is there of a line that was too long. */
static void skip(struct lines *lines)
{
    struct block *block = lines->current;
    size_t end = slice_find_byte(slice_of(block->bytes, block->length), '\n');
    lines->is_skipping = end == block->length;
    size_t rest = lines->is_skipping ? 0 : block->length - end - 1;
    memmove(block->bytes, block->bytes + block->length - rest, rest);
    block->length = rest;
    lines->searched = 0;
}

static bool set_line_length(struct lines *lines, struct error *error)
{
    error_set(error, E_LINE_LENGTH, "line is longer than %d bytes", LINE_BYTES_MAXIMUM);
    const char *name = input_name(lines->input);
    error_place(error, strcmp(name, "-") == 0 ? "stdin" : name, lines->next_line, 0);
    lines->next_line++;
    skip(lines);
    return false;
}

/* Bytes that a read should have room for. */
static size_t wanted_room(const struct lines *lines)
{
    return lines->block_bytes / 4 < ROOM_BYTES ? lines->block_bytes / 4 : ROOM_BYTES;
}

/* A block grows only while it holds no whole line. */
static void make_room(struct lines *lines)
{
    struct block *block = lines->current;
    size_t wanted = wanted_room(lines);
    if (!block) {
        lines->current = take_block(lines, lines->block_bytes);
    } else if (block->capacity - block->length < wanted) {
        size_t larger = 2 * block->capacity;
        size_t most = (size_t)LINE_BYTES_MAXIMUM + 1 + wanted;
        lines->current = take_block(lines, larger < most ? larger : most);
        memcpy(lines->current->bytes, block->bytes, block->length);
        lines->current->length = block->length;
        memory_free(block);
    }
}

/* Hands out the first `length` bytes of the current block; what follows them begins the next one. */
static void hand_out(struct lines *lines, size_t length, struct lines_block *text)
{
    struct block *block = lines->current;
    size_t rest = block->length - length;
    lines->current = NULL;
    if (rest > 0) {
        size_t needed = rest + wanted_room(lines);
        size_t capacity = needed > lines->block_bytes ? needed : lines->block_bytes;
        lines->current = take_block(lines, capacity);
        memcpy(lines->current->bytes, block->bytes + length, rest);
        lines->current->length = rest;
    }
    lines->searched = rest;
    text->text = slice_of(block->bytes, length);
    text->first_line = lines->next_line;
    text->line_count = (int64_t)newlines_count(text->text) + (block->bytes[length - 1] != '\n');
    text->owner = block;
    if (lines->next_line == 1 && slice_starts_with(text->text, SLICE("\xef\xbb\xbf"))) {
        text->text = slice_from(text->text, 3);
        lines->had_mark = true;
    }
    lines->next_line += text->line_count;
    atomic_fetch_add(&lines->pool->users, 1);
}

/* Bytes of the current block up to the last newline, 0 for none. */
static size_t whole_lines(struct lines *lines)
{
    struct block *block = lines->current;
    size_t from = lines->searched;
    const char *newline = memrchr(block->bytes + from, '\n', block->length - from);
    lines->searched = block->length;
    return newline ? (size_t)(newline + 1 - block->bytes) : 0;
}

/* The first line of the current block, as far as it is there, is above the limit. */
static bool is_too_long(const struct lines *lines)
{
    const struct block *block = lines->current;
    return block->length > LINE_BYTES_MAXIMUM && !memchr(block->bytes, '\n', (size_t)LINE_BYTES_MAXIMUM + 1);
}

static bool is_worth_handing_out(const struct lines *lines, bool is_eager)
{
    const struct block *block = lines->current;
    if (block->length >= lines->block_bytes - lines->block_bytes / 4 ||
        block->capacity - block->length < wanted_room(lines))
        return true;
    return is_eager && !input_is_ready(lines->input, 0);
}

static void set_array_cut(struct lines *lines)
{
    const char *name = input_name(lines->input);
    error_set(&lines->failure, E_DATA, "the JSON array is cut short: its ']' is missing");
    error_place(&lines->failure, strcmp(name, "-") == 0 ? "stdin" : name, 0, 0);
    lines->has_failed = true;
}

/* Reads until there are whole lines; how many bytes of them goes to *whole. */
static bool gather(struct lines *lines, bool is_eager, size_t *whole, struct error *error)
{
    while (!lines->is_at_end) {
        make_room(lines);
        struct block *block = lines->current;
        size_t length;
        if (!input_fill(lines->input, block->bytes + block->length, block->capacity - block->length, &length,
                        &lines->failure)) {
            lines->has_failed = true;
            lines->is_at_end = true;
            return true;
        }
        if (lines->takes_arrays)
            array_lines_take(&lines->array, block->bytes + block->length, length);
        block->length += length;
        lines->is_at_end = length == 0;
        if (lines->is_at_end && array_lines_is_cut(&lines->array))
            set_array_cut(lines);
        if (lines->is_skipping) {
            skip(lines);
            continue;
        }
        if (*whole == 0 && is_too_long(lines))
            return set_line_length(lines, error);
        size_t seen = whole_lines(lines);
        *whole = seen > 0 ? seen : *whole;
        if (*whole > 0 && is_worth_handing_out(lines, is_eager))
            return true;
    }
    /* A last line without newline, but not one that a fault of the input cut. */
    if (lines->current && !lines->has_failed)
        *whole = lines->current->length;
    return true;
}

bool lines_read(struct lines *lines, bool is_eager, struct lines_block *text, struct error *error)
{
    *text = (struct lines_block){ 0 };
    size_t whole = 0;
    if (!gather(lines, is_eager, &whole, error))
        return false;
    if (whole > 0) {
        hand_out(lines, whole, text);
        return true;
    }
    if (lines->has_failed && error)
        *error = lines->failure;
    return !lines->has_failed;
}

bool lines_visit(struct lines *lines,
                 bool (*visit)(void *context, struct slice line, int64_t number, struct error *error), void *context,
                 struct error *error)
{
    struct lines_block block;
    bool goes_on = true;
    while (goes_on && (goes_on = lines_read(lines, false, &block, error)) && block.line_count) {
        struct slice rest = block.text;
        for (int64_t number = block.first_line; goes_on && rest.length; number++) {
            struct slice line = slice_between(rest, 0, slice_find_byte(rest, '\n'));
            rest = slice_from(rest, line.length + 1);
            goes_on = slice_trim(line).length == 0 || visit(context, line, number, error);
        }
        lines_block_release(&block);
    }
    return goes_on;
}

bool lines_had_mark(const struct lines *lines)
{
    return lines->had_mark;
}

const struct input *lines_input(const struct lines *lines)
{
    return lines->input;
}

void lines_close(struct lines *lines)
{
    if (!lines)
        return;
    input_close(lines->input);
    memory_free(lines->current);
    free_list(lines->spare);
    pool_leave(lines->pool);
    memory_free(lines);
}
