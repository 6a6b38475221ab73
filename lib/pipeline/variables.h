/* variables.h - ${name}, ${name:-default}, ${env.NAME}, $${ for a literal ${. Private to the pipeline module.
 *
 * Substituted in scalar values after parsing, once: what comes in is not looked at again, so data cannot become
 * structure. */
#ifndef PIPELINE_VARIABLES_H
#define PIPELINE_VARIABLES_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

struct variables {
    struct map values; /* name to index into texts */
    const char **texts;
    size_t count, capacity;
};

void variables_set(struct variables *variables, struct slice name, const char *text);
/* NULL when there is none. */
const char *variables_get(const struct variables *variables, struct slice name);
/* The nearest name, or NULL. */
const char *variables_nearest(const struct variables *variables, struct slice name, struct arena *arena);

/* Errors: E_CONFIG for an undefined name (with the nearest one) or a "${" that does not close; error->column is the
 * 1-based character in text. */
bool variables_expand(const struct variables *variables, struct slice text, struct arena *arena, const char **expanded,
                      struct error *error) MUST_CHECK;

void variables_release(struct variables *variables);

#endif
