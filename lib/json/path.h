/* path.h - names a place inside a record: metadata.source, messages[0].role, messages[-1].content, metadata['a.b'],
 * tags[*].
 *
 * Compiled once, applied to many records; a compiled path is constant and thread safe. `[*]` gives every element. A key
 * that is no identifier stands in brackets and quotes. JSON Pointers (/metadata/source) are also read, and a leading
 * dot as jq writes it. A key that is a decimal number also names that element of an array: messages.0.role,
 * /messages/0/role. */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include "json/json.h"

struct json_step {
    struct slice key; /* when it is a key */
    int64_t index;    /* when it is an index; negative from the end */
    enum { JSON_STEP_KEY, JSON_STEP_INDEX, JSON_STEP_ALL } kind;
};

struct json_path {
    struct slice text; /* as it was given, for messages */
    struct json_step *steps;
    size_t count;
};

/* Arena: the path lives as long. Errors: E_USAGE with error->column into the text. */
bool json_path_compile(struct slice text, struct arena *arena, struct json_path *path, struct error *error) MUST_CHECK;

/* The value there, JSON_MISSING if the path leads nowhere. [*] takes the first element. Duplicate keys on the way: the
 * first is taken and *is_ambiguous (may be NULL) becomes true. */
struct json_value json_path_find(const struct json_path *path, const struct json_object *object, bool *is_ambiguous);
struct json_value json_path_find_value(const struct json_path *path, struct json_value root, bool *is_ambiguous);

/* All values there, through every [*]; arena; returns how many. */
size_t json_path_find_all(const struct json_path *path, const struct json_object *object, struct arena *arena,
                          struct json_value **values);

/* A copy of the object's text with the value at path replaced, or appended before the closing brace of the innermost
 * object that exists (missing objects on the way are made). All other bytes stay. json: valid JSON text of the new
 * value. Errors: E_FIELD_TYPE when the way leads through something that is no object, an index outside its array, or
 * [*]; E_JSON_DUPKEY. Then nothing is appended. */
bool json_path_set(const struct json_path *path, const struct json_object *object, struct slice json,
                   struct buffer *output, struct error *error) MUST_CHECK;

#endif
