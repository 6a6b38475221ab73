/* arena.h - memory that is given back all at once.
 *
 * An arena belongs to one batch or one run and to one thread at a time. The zeroed struct is a valid empty arena.
 * Everything handed out lives until arena_reset() or arena_release(). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    char *next;
    char *end;
};

/* Aligned for any type (16 bytes); not zeroed. */
void *arena_allocate(struct arena *arena, size_t bytes) __attribute__((returns_nonnull, warn_unused_result));
void *arena_allocate_zeroed(struct arena *arena, size_t count, size_t bytes_each)
    __attribute__((returns_nonnull, warn_unused_result));
/* Bytes without alignment, for text. */
char *arena_allocate_text(struct arena *arena, size_t bytes) __attribute__((returns_nonnull, warn_unused_result));

/* A copy that is also followed by a NUL. */
struct slice arena_copy(struct arena *arena, struct slice text);
char *arena_copy_string(struct arena *arena, struct slice text);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Grows an array that lives in the arena (the old place is left behind); sets *capacity. */
void *arena_grow(struct arena *arena, void *array, size_t *capacity, size_t needed, size_t bytes_each)
    __attribute__((returns_nonnull, warn_unused_result));

/* Gives back what was handed out since the arena looked like `before` (a copy of the struct) when that is cheap: as
 * long as no further block was needed. For scratch memory of one record in the arena of its batch. */
static inline void arena_rewind(struct arena *arena, const struct arena *before)
{
    if (arena->blocks == before->blocks)
        *arena = *before;
}

/* Bytes held from the system. */
size_t arena_bytes(const struct arena *arena);

/* Forgets all that was handed out and keeps one block of ordinary size for the next use. */
void arena_reset(struct arena *arena);
void arena_release(struct arena *arena);

#endif
