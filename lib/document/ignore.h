/* ignore.h - the .gitignore files that hold for a place in a tree, the nearest first.
 *
 * As git: a deeper file goes before a higher one, the last line that matches decides, .git/info/exclude comes after all
 * files, a linked .gitignore does not count, and a repository inside another one starts afresh. The user's own
 * core.excludesFile is not read: the same tree gives the same files for everybody. The zeroed struct is empty. */
#ifndef DOCUMENT_IGNORE_H
#define DOCUMENT_IGNORE_H

#include "document/glob.h"

enum { IGNORE_FILE_BYTES_MAXIMUM = 16 * 1024 * 1024 };

struct ignore_level;

struct ignore_stack {
    struct ignore_level *levels;
    size_t count, capacity;
    size_t floor;         /* those below belong to an outer repository */
    struct buffer prefix; /* from the repository's root to the operand, with '/' at the end */
    struct buffer match;  /* scratch: prefix and the path asked for */
};

struct ignore_mark {
    size_t count, floor;
};

struct ignore_seen {
    bool has_gitignore, has_git; /* names found in a folder */
};

/* Before a new operand: empties the stack; ignore_stack_start() then reads the files above the operand, up to the
 * folder that holds .git; without such a folder none of them count. */
void ignore_stack_reset(struct ignore_stack *stack);
void ignore_stack_start(struct ignore_stack *stack, const char *operand);

struct ignore_mark ignore_stack_mark(const struct ignore_stack *stack);

/* Adds the files of an open folder; below is its path below the operand, "" for itself. Errors: E_LIMIT for one above
 * IGNORE_FILE_BYTES_MAXIMUM, E_IO; the others count all the same. */
bool ignore_stack_enter(struct ignore_stack *stack, int folder, const struct ignore_seen *seen, struct slice below,
                        struct error *error) MUST_CHECK;

/* Back to how it was at the mark. */
void ignore_stack_return(struct ignore_stack *stack, struct ignore_mark mark);

/* Is the path below the operand to be left out? The folders above it were asked before. */
bool ignore_stack_ask(struct ignore_stack *stack, struct slice below, bool is_folder);

void ignore_stack_release(struct ignore_stack *stack);

#endif
