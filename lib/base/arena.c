/* arena.c - memory that is given back all at once. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { ARENA_ALIGNMENT = 16, ARENA_BLOCK_BYTES = 64 * 1024, ARENA_BLOCK_LARGEST = 4 * 1024 * 1024 };

struct arena_block {
    alignas(ARENA_ALIGNMENT) struct arena_block *older;
    size_t bytes; /* of the room after this header */
};

/* Blocks double up to a bound, so that a large batch costs few calls and a small one little memory. */
static void add_block(struct arena *arena, size_t needed)
{
    size_t bytes = ARENA_BLOCK_BYTES;
    if (arena->blocks && arena->blocks->bytes >= bytes)
        bytes = arena->blocks->bytes < ARENA_BLOCK_LARGEST / 2 ? arena->blocks->bytes * 2 : ARENA_BLOCK_LARGEST;
    if (bytes < needed)
        bytes = needed;
    struct arena_block *block = memory_resize(NULL, 1, sizeof *block + bytes);
    block->older = arena->blocks;
    block->bytes = bytes;
    arena->blocks = block;
    arena->next = (char *)(block + 1);
    arena->end = arena->next + bytes;
}

char *arena_allocate_text(struct arena *arena, size_t bytes)
{
    if ((size_t)(arena->end - arena->next) < bytes || !arena->next)
        add_block(arena, bytes);
    char *place = arena->next;
    arena->next += bytes;
    return place;
}

void *arena_allocate(struct arena *arena, size_t bytes)
{
    size_t over = (uintptr_t)arena->next % ARENA_ALIGNMENT;
    size_t padding = over ? ARENA_ALIGNMENT - over : 0;
    if (!arena->next || (size_t)(arena->end - arena->next) < padding ||
        (size_t)(arena->end - arena->next) - padding < bytes) {
        add_block(arena, bytes);
        padding = 0;
    }
    char *place = arena->next + padding;
    arena->next = place + bytes;
    return place;
}

void *arena_allocate_zeroed(struct arena *arena, size_t count, size_t bytes_each)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, bytes_each, &bytes))
        memory_exit(71, "out of memory");
    return memset(arena_allocate(arena, bytes), 0, bytes);
}

char *arena_copy_string(struct arena *arena, struct slice text)
{
    char *place = arena_allocate_text(arena, text.length + 1);
    if (text.length)
        memcpy(place, text.bytes, text.length);
    place[text.length] = '\0';
    return place;
}

struct slice arena_copy(struct arena *arena, struct slice text)
{
    return slice_of(arena_copy_string(arena, text), text.length);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t bytes = (length > 0 ? (size_t)length : 0) + 1;
    char *place = arena_allocate_text(arena, bytes);
    place[0] = '\0';
    va_start(arguments, format);
    vsnprintf(place, bytes, format, arguments);
    va_end(arguments);
    return place;
}

void *arena_grow(struct arena *arena, void *array, size_t *capacity, size_t needed, size_t bytes_each)
{
    if (array && needed <= *capacity)
        return array;
    size_t larger = *capacity < 8 ? 8 : *capacity * 2;
    if (larger < needed)
        larger = needed;
    size_t bytes;
    if (__builtin_mul_overflow(larger, bytes_each, &bytes))
        memory_exit(71, "out of memory");
    void *moved = arena_allocate(arena, bytes);
    if (array)
        memcpy(moved, array, *capacity * bytes_each);
    *capacity = larger;
    return moved;
}

size_t arena_bytes(const struct arena *arena)
{
    size_t bytes = 0;
    for (const struct arena_block *block = arena->blocks; block; block = block->older)
        bytes += sizeof *block + block->bytes;
    return bytes;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = NULL;
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->older;
        if (!kept && block->bytes <= ARENA_BLOCK_LARGEST) {
            kept = block;
        } else {
            memory_free(block);
        }
    }
    *arena = (struct arena){ 0 };
    if (kept) {
        kept->older = NULL;
        arena->blocks = kept;
        arena->next = (char *)(kept + 1);
        arena->end = arena->next + kept->bytes;
    }
}

void arena_release(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->older;
        memory_free(block);
    }
    *arena = (struct arena){ 0 };
}
