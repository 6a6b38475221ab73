/* output_set.h - several outputs that appear together: 'out/{split}-{shard}.jsonl.zst'.
 *
 * A template is a path with names in braces. For each combination of values there is one output, made when it is first
 * asked for, in a folder that is made, too. output_set_commit() writes and syncs all temporaries first and renames
 * them then, in the order in which they were made: whatever fails before the first rename leaves the old files, and a
 * crash between two renames leaves whole files only, old or new. Nothing is seen until then; output_set_close()
 * without a commit throws all away.
 *
 * Two ways to use it. A tool of stages that writes records lists its names in `struct tool` (output_names): a -o with
 * braces is then a template, stage->outputs is the set (NULL without one), the stage writes the number of an output
 * into record->part, and writing, summary, seal and commit are the driver's. Records that are no data go to every
 * output. Or a tool that also lists file_stages keeps sets of its own (shards and their indexes, from stage->files):
 * output_set_create() in open, output_set_output() and output_write(), output_set_end() when one is full,
 * output_set_commit() in finish. Not thread safe; numbers are known
 * once made, so that parallel stages may use those of open. */
#ifndef STREAM_OUTPUT_SET_H
#define STREAM_OUTPUT_SET_H

#include "base/arena.h"
#include "stream/output.h"

enum { OUTPUT_SET_MAXIMUM = 10000 };

/* Whether path is a template: it has a brace. */
bool output_template_is(const char *path);

/* Checks a template: names is NULL-terminated. Errors: E_USAGE for a name that is not
 * there, a brace that is not closed. */
bool output_template_check(const char *text, const char *const *names, struct error *error) MUST_CHECK;

/* Whether the template has {name}. */
bool output_template_has(const char *text, const char *name);

struct output_set;

/* text and names are borrowed for its life; settings (may be NULL) are those of each output. Owned:
 * output_set_close(). Errors: those of output_template_check(). */
struct output_set *output_set_create(const char *text, const char *const *names, const struct output_settings *settings,
                                     struct error *error) MUST_CHECK;

/* *number: of the output for these values, one for each name in order (those that the template does not have do not
 * count). Made when there is none. A value becomes part of a file's name: one that is empty, "." or "..", or holds '/'
 * or a control character is refused. Errors: E_FIELD_VALUE; E_LIMIT above OUTPUT_SET_MAXIMUM; E_CREATE. */
bool output_set_find(struct output_set *set, const struct slice *values, uint32_t *number,
                     struct error *error) MUST_CHECK;

/* Borrowed. count outputs, numbered from 0. */
struct output *output_set_output(const struct output_set *set, uint32_t number);
uint32_t output_set_count(const struct output_set *set);

/* No more comes for this output: it is synced and its descriptor given back; it becomes visible at the commit. Errors:
 * E_IO. */
bool output_set_end(struct output_set *set, uint32_t number, struct error *error) MUST_CHECK;

/* Ends all that are not, then publishes all. Errors: E_IO, E_CREATE. */
bool output_set_commit(struct output_set *set, struct error *error) MUST_CHECK;

void output_set_close(struct output_set *set); /* NULL is fine */

#endif
