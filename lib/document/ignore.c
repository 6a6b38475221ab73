/* ignore.c - the .gitignore files that hold for a place in a tree, the nearest first. */
#define _GNU_SOURCE /* realpath */
#include "document/ignore.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

struct ignore_level {
    struct glob_list list;
    size_t base; /* its patterns hold for what follows that many bytes of the path from the repository's root */
};

static bool read_rules(struct ignore_stack *stack, int folder, const char *name, size_t base, struct error *error)
{
    int descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT || errno == ELOOP || errno == ENOTDIR ||
               error_set_system(error, E_IO, errno, "cannot read '%s'", name);
    struct stat status;
    struct buffer content = { 0 };
    bool is_good = fstat(descriptor, &status) == 0;
    if (is_good && S_ISREG(status.st_mode)) {
        ssize_t length = 1;
        while (length > 0 && content.length <= IGNORE_FILE_BYTES_MAXIMUM) {
            length = read(descriptor, buffer_reserve(&content, 64 * 1024), 64 * 1024);
            content.length += length > 0 ? (size_t)length : 0;
        }
        is_good = length >= 0;
    }
    if (!is_good)
        error_set_system(error, E_IO, errno, "cannot read '%s'", name);
    close(descriptor);
    if (is_good && content.length > IGNORE_FILE_BYTES_MAXIMUM)
        is_good = error_set(error, E_LIMIT, "'%s' is larger than %d MiB and was not heeded", name,
                            IGNORE_FILE_BYTES_MAXIMUM >> 20);
    if (is_good && content.length > 0) {
        if (stack->count == stack->capacity)
            stack->levels = memory_grow(stack->levels, &stack->capacity, stack->count + 1, sizeof *stack->levels);
        struct ignore_level *level = &stack->levels[stack->count++];
        *level = (struct ignore_level){ .base = base };
        glob_list_parse_ignore(&level->list, buffer_slice(&content));
    }
    buffer_release(&content);
    return is_good;
}

void ignore_stack_reset(struct ignore_stack *stack)
{
    ignore_stack_return(stack, (struct ignore_mark){ 0, 0 });
    buffer_reset(&stack->prefix);
}

/* The rules of one folder above the operand; path is cut at `length` for the while. */
static void read_above(struct ignore_stack *stack, char *path, size_t length, size_t root, bool is_root)
{
    struct error passed;
    error_reset(&passed);
    char saved = path[length];
    path[length] = '\0';
    int folder = open(length ? path : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    path[length] = saved;
    if (folder < 0)
        return;
    size_t base = length > root ? length - root : 0;
    bool is_good = !is_root || read_rules(stack, folder, ".git/info/exclude", 0, &passed);
    is_good = read_rules(stack, folder, ".gitignore", base, &passed) && is_good;
    (void)is_good; /* a file above the operand that cannot be read is no fault of the operand's */
    close(folder);
}

static bool holds_git(const char *folder, size_t length)
{
    struct buffer name = { 0 };
    buffer_append(&name, folder, length);
    buffer_append_string(&name, "/.git");
    struct stat status;
    bool is_there = lstat(buffer_string(&name), &status) == 0;
    buffer_release(&name);
    return is_there;
}

void ignore_stack_start(struct ignore_stack *stack, const char *operand)
{
    char path[PATH_MAX];
    if (!realpath(operand, path))
        return;
    size_t end = strlen(path), root = end;
    while (root > 0 && !holds_git(path, root)) {
        do
            root--;
        while (root > 0 && path[root] != '/');
    }
    if (root == end || !holds_git(path, root))
        return;
    root++;
    buffer_append(&stack->prefix, path + root, end - root);
    buffer_append_byte(&stack->prefix, '/');
    for (size_t cut = root - 1; cut < end; cut++)
        if (cut == root - 1 || path[cut] == '/')
            read_above(stack, path, cut, root - 1, cut == root - 1);
}

struct ignore_mark ignore_stack_mark(const struct ignore_stack *stack)
{
    return (struct ignore_mark){ stack->count, stack->floor };
}

bool ignore_stack_enter(struct ignore_stack *stack, int folder, const struct ignore_seen *seen, struct slice below,
                        struct error *error)
{
    size_t base = stack->prefix.length + below.length + (below.length > 0);
    bool is_good = true;
    if (seen->has_git) {
        stack->floor = stack->count;
        is_good = read_rules(stack, folder, ".git/info/exclude", base, error);
    }
    if (seen->has_gitignore)
        is_good = read_rules(stack, folder, ".gitignore", base, error) && is_good;
    return is_good;
}

void ignore_stack_return(struct ignore_stack *stack, struct ignore_mark mark)
{
    while (stack->count > mark.count)
        glob_list_release(&stack->levels[--stack->count].list);
    stack->floor = mark.floor;
}

bool ignore_stack_ask(struct ignore_stack *stack, struct slice below, bool is_folder)
{
    if (stack->count == stack->floor)
        return false;
    stack->match.length = 0;
    buffer_append_slice(&stack->match, buffer_slice(&stack->prefix));
    buffer_append_slice(&stack->match, below);
    for (size_t i = stack->count; i-- > stack->floor;) {
        const struct ignore_level *level = &stack->levels[i];
        enum glob_answer answer =
            glob_list_ask(&level->list, slice_from(buffer_slice(&stack->match), level->base), is_folder);
        if (answer != GLOB_UNDECIDED)
            return answer == GLOB_YES;
    }
    return false;
}

void ignore_stack_release(struct ignore_stack *stack)
{
    ignore_stack_reset(stack);
    buffer_release(&stack->prefix);
    buffer_release(&stack->match);
    memory_free(stack->levels);
    *stack = (struct ignore_stack){ 0 };
}
