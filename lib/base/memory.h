/* memory.h - allocation that does not fail.
 *
 * Out of memory, and a size that overflows, end the process with one line and exit code 71 after the cleanup hook ran.
 * Sizes that come from input must be bounded by a named limit before they reach these functions. malloc and free are
 * called nowhere else. Thread safe. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* All: owned by the caller, memory_free(). A size of zero gives a valid pointer. */
void *memory_allocate(size_t bytes) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *memory_allocate_zeroed(size_t count, size_t bytes_each)
    __attribute__((malloc, returns_nonnull, warn_unused_result));
/* Aligned for SIMD rows and lines of the cache: alignment is a power of two. From 2 MiB on it asks for huge pages. */
void *memory_allocate_aligned(size_t alignment, size_t bytes)
    __attribute__((malloc, returns_nonnull, warn_unused_result));
void *memory_resize(void *memory, size_t count, size_t bytes_each) __attribute__((returns_nonnull, warn_unused_result));
char *memory_copy_string(const char *string) __attribute__((malloc, returns_nonnull, warn_unused_result));
void memory_free(void *memory);

/* Grows an array of `bytes_each` bytes an element so that it holds at least `needed`, at least doubling. Returns the
 * new place and sets *capacity. */
void *memory_grow(void *array, size_t *capacity, size_t needed, size_t bytes_each)
    __attribute__((returns_nonnull, warn_unused_result));

/* Called once at the start: what is freed is kept for the next batch instead of being given back to the system and
 * faulted in again, page by page. */
void memory_keep_freed(void);

/* Called once, before the process ends for want of memory or by memory_exit(): removes temporary files. */
void memory_set_cleanup(void (*cleanup)(void));

/* Ends the process now with a message of ours; used by memory and by threads that cannot start. */
void memory_exit(int exit_code, const char *message) __attribute__((noreturn));

#endif
