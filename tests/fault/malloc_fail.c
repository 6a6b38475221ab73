/* malloc_fail.c - LD_PRELOAD: the allocation number $FAIL_AT of a process fails, and all after it; $FAIL_COUNT=FILE
 * gets how many there were. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_long count;
static long fail_at;

__attribute__((constructor)) static void start(void)
{
    const char *text = getenv("FAIL_AT");
    fail_at = text ? strtol(text, NULL, 10) : 0;
    atomic_store(&count, 0);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAIL_COUNT");
    int descriptor = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (descriptor < 0)
        return;
    dprintf(descriptor, "%ld\n", atomic_load(&count));
    close(descriptor);
}

static int fails(void)
{
    long number = atomic_fetch_add(&count, 1) + 1;
    if (fail_at == 0 || number < fail_at)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    return fails() ? NULL : __libc_calloc(number, size);
}

void *realloc(void *block, size_t size)
{
    return fails() ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    void *found = fails() ? NULL : __libc_memalign(alignment, size);
    if (!found)
        return ENOMEM;
    *block = found;
    return 0;
}
