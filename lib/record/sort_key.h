/* sort_key.h - JSON values as byte strings whose order is the order of the values.
 *
 * First null, then false, true, numbers by value, strings by code point, arrays and objects by their text; what is
 * missing comes last, in a reversed order too. Numbers are compared exactly, whatever their size and digits: 2^53+1
 * comes after 2^53, 1e400 after both, 1.0 and 1 are equal. Keys may be put one behind the other for an order by several
 * values. */
#ifndef RECORD_SORT_KEY_H
#define RECORD_SORT_KEY_H

#include "json/path.h"

/* Appends the key of value; reverses: the largest first. Errors: E_JSON_SURROGATE. */
bool sort_key_append(struct buffer *key, struct json_value value, bool reverses, struct arena *arena,
                     struct error *error) MUST_CHECK;

/* The same for what stands at a path. Errors, with the field: also E_JSON_DUPKEY for a key on the way that stands
 * twice. */
bool sort_key_append_path(struct buffer *key, const struct json_path *path, const struct json_object *object,
                          bool reverses, struct arena *arena, struct error *error) MUST_CHECK;

#endif
