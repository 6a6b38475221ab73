/* memory.c - allocation that does not fail. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/codes.h"

enum { HUGE_PAGE_BYTES = 2 * 1024 * 1024 };
/* Above the largest block of an arena (4 MiB) memory comes from the system and goes back to it. */
enum { KEPT_BLOCK_BYTES = 5 * 1024 * 1024, KEPT_FREE_BYTES = 32 * 1024 * 1024 };

static void (*cleanup_hook)(void);

void memory_keep_freed(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_BLOCK_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_FREE_BYTES);
#endif
}

void memory_set_cleanup(void (*cleanup)(void))
{
    cleanup_hook = cleanup;
}

/* write(2) and _exit(2): stdio and atexit handlers may allocate, and there is nothing left to allocate from. */
void memory_exit(int exit_code, const char *message)
{
    static const char start[] = "garner: ";
    if (write(STDERR_FILENO, start, sizeof start - 1) < 0 || write(STDERR_FILENO, message, strlen(message)) < 0 ||
        write(STDERR_FILENO, "\n", 1) < 0)
        exit_code = exit_code ? exit_code : EXIT_OSERR; /* nobody reads it: the code alone must tell */
    void (*hook)(void) = cleanup_hook;
    cleanup_hook = NULL;
    if (hook)
        hook();
    _exit(exit_code);
}

static void out_of_memory(void) __attribute__((noreturn));
static void out_of_memory(void)
{
    memory_exit(EXIT_OSERR, "out of memory");
}

static size_t multiply(size_t count, size_t bytes_each)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, bytes_each, &bytes) || bytes > PTRDIFF_MAX)
        out_of_memory();
    return bytes ? bytes : 1;
}

void *memory_allocate(size_t bytes)
{
    void *memory = malloc(multiply(bytes, 1));
    if (!memory)
        out_of_memory();
    return memory;
}

void *memory_allocate_zeroed(size_t count, size_t bytes_each)
{
    void *memory = calloc(1, multiply(count, bytes_each));
    if (!memory)
        out_of_memory();
    return memory;
}

void *memory_allocate_aligned(size_t alignment, size_t bytes)
{
    void *memory = NULL;
    bool is_huge = bytes >= HUGE_PAGE_BYTES;
    if (posix_memalign(&memory, is_huge ? HUGE_PAGE_BYTES : alignment, multiply(bytes, 1)) != 0)
        out_of_memory();
    if (is_huge) /* a wish: a table that is hit at random then costs few misses of the page tables */
        (void)madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

void *memory_resize(void *memory, size_t count, size_t bytes_each)
{
    void *moved = realloc(memory, multiply(count, bytes_each));
    if (!moved)
        out_of_memory();
    return moved;
}

void *memory_grow(void *array, size_t *capacity, size_t needed, size_t bytes_each)
{
    if (array && needed <= *capacity)
        return array;
    size_t larger = *capacity < 8 ? 8 : *capacity;
    while (larger < needed)
        if (__builtin_mul_overflow(larger, (size_t)2, &larger))
            out_of_memory();
    array = memory_resize(array, larger, bytes_each);
    *capacity = larger;
    return array;
}

char *memory_copy_string(const char *string)
{
    size_t bytes = strlen(string) + 1;
    return memcpy(memory_allocate(bytes), string, bytes);
}

void memory_free(void *memory)
{
    free(memory);
}
