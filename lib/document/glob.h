/* glob.h - patterns over paths, as gitignore(5) has them.
 *
 * `*` is any run without '/', `?` one character, `[a-z]` `[!a-z]` `[[:alpha:]]` a class, `\` takes the next character
 * as it is, `**` as a whole component any number of folders. A pattern with a '/' before its end is compared with the
 * path from the root on, any other with the last component alone, at any depth. A '/' at the end means folders only; a
 * '!' in front is kept as a flag. Letters are case-sensitive. A compiled glob is constant and thread safe. */
#ifndef DOCUMENT_GLOB_H
#define DOCUMENT_GLOB_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

struct glob_part;

struct glob {
    struct glob_part *parts; /* one a component */
    size_t count;
    bool is_negated;
    bool is_folder_only;
    bool is_anchored; /* compared with the whole path */
    bool is_bytewise; /* `?` and classes take bytes, as git has it, not characters */
};

/* Arena: the glob lives as long; pattern is copied. Errors: E_USAGE for an empty pattern, an open bracket, an unknown
 * class name, a backslash at the end: such a pattern matches nothing. */
bool glob_compile(struct slice pattern, bool is_bytewise, struct arena *arena, struct glob *glob,
                  struct error *error) MUST_CHECK;

/* path: components joined by '/', none in front. The negation is the caller's business. Cost: at most the product of
 * both lengths, without recursion. */
bool glob_match(const struct glob *glob, struct slice path, bool is_folder);

/* Patterns in order, as the lines of one ignore file. The zeroed struct is an empty list. */
struct glob_list {
    struct arena arena;
    struct glob *globs;
    size_t count;
    size_t capacity;
};

enum glob_answer { GLOB_UNDECIDED, GLOB_YES, GLOB_NO };

bool glob_list_add(struct glob_list *list, struct slice pattern, struct error *error) MUST_CHECK;

/* The lines of a .gitignore: comments, escapes, spaces at the end and patterns that are none as git takes them. */
void glob_list_parse_ignore(struct glob_list *list, struct slice content);

/* The last pattern that matches decides: GLOB_NO for a negated one. */
enum glob_answer glob_list_ask(const struct glob_list *list, struct slice path, bool is_folder);

/* The same for a path below a folder that was not asked before: a folder on the way that is taken takes all below it,
 * whatever follows. Used for members of archives. */
enum glob_answer glob_list_ask_way(const struct glob_list *list, struct slice path, bool is_folder);

void glob_list_release(struct glob_list *list);

#endif
