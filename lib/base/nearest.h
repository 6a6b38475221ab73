/* nearest.h - the name somebody probably meant: "did you mean" for tools, options, keys, fields and functions. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

#include "base/slice.h"

/* The nearest of `count` names (NULLs are passed over), or NULL when none is near: a name that begins with wanted, or
 * the one with the fewest edits (insert, delete, replace, swap of neighbours; ASCII case is ignored), at most a third
 * of wanted's length and 3. The first of equals wins. Thread safe. Source: optimal string alignment (restricted
 * Damerau-Levenshtein). Cost: length x length per name. */
const char *nearest_name(struct slice wanted, const char *const *names, size_t count);

#endif
