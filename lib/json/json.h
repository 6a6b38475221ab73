/* json.h - a strict scanner that hands out spans of the text it was given.
 *
 * RFC 8259: one value, UTF-8, no comments, no trailing comma, no leading zeros, nothing after the value. Nothing is
 * copied and nothing is decoded until asked for, so numbers keep their text (2^53+1, 1e400, 1.0) and strings their
 * escapes. A json_value is a span of a text that was checked as a whole by json_scan() or json_scan_object(); walking
 * inside it does not check again. All functions are thread safe. Spans are borrowed from the text. */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

enum {
    JSON_DEPTH_MAXIMUM = 512 /* arrays and objects around a value */
};

enum json_type { JSON_MISSING, JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_value {
    struct slice text;   /* the value itself, strings with their quotes, no white space around it */
    enum json_type type; /* JSON_MISSING for "there is none" */
    bool has_escape;     /* a string with a backslash in it: json_decode() must work */
};

struct json_field {
    struct slice key; /* between the quotes, still escaped */
    struct json_value value;
    bool key_has_escape;
};

/* The top level of one object, in the order of the text. */
struct json_object {
    struct json_field *fields; /* arena */
    size_t count;
    struct slice text; /* from { to } */
};

/* "null", "boolean", "number", "string", "array", "object", "missing": for messages. */
const char *json_type_name(enum json_type type);
/* "null", "a boolean", "an array", ...: behind "is". */
const char *json_type_phrase(enum json_type type);

/* Checks that text is one JSON value with white space around it. Errors: E_JSON_SYNTAX, E_JSON_UTF8, E_JSON_DEPTH with
 * error->column = 1-based byte of the fault. Cost: with AVX2 3 bytes per cycle in long strings and 0.6 in small nested
 * records, all of it checked. */
bool json_scan(struct slice text, struct json_value *value, struct error *error) MUST_CHECK;

/* The same, and the value must be an object (else E_RECORD_TYPE); fields of its top level go to the arena. */
bool json_scan_object(struct slice text, struct arena *arena, struct json_object *object,
                      struct error *error) MUST_CHECK;

/* Walk over the direct children of a checked array or object. */
struct json_iterator {
    const char *next; /* private */
    const char *end;
    bool is_object;
};
struct json_iterator json_iterate(struct json_value container);
/* false at the end. field->key is empty for arrays. */
bool json_next(struct json_iterator *iterator, struct json_field *field);

/* Has it no children? Of anything but arrays and objects: true. */
bool json_is_empty(struct json_value container);

/* The same walk for who goes into arrays and objects anyway, so that no byte is looked at twice: such a child's text is
 * not known to its end yet (it reaches to the end of what is walked), and before the next call the iterator must be
 * brought behind it: by json_enter(), a walk to the end of what that gives, and json_leave(); or by json_pass(). Both
 * give the child its whole text. */
bool json_next_shallow(struct json_iterator *iterator, struct json_field *field);
struct json_iterator json_enter(struct json_value child);
void json_leave(struct json_iterator *iterator, const struct json_iterator *inner, struct json_value *child);
void json_pass(struct json_iterator *iterator, struct json_value *child);

/* The first direct child with that (unescaped) key; type JSON_MISSING if there is none or value is no object. */
struct json_value json_member(struct json_value object, struct slice key);
struct json_field *json_object_find(const struct json_object *object, struct slice key);
/* Compares an escaped key with plain text. */
bool json_key_equal(const struct json_field *field, struct slice key);
/* How many of the fields have that key; more than 1 for a key that is used is E_JSON_DUPKEY. */
size_t json_object_count(const struct json_object *object, struct slice key);

/* A string's characters. Borrowed from the text when there is no escape, else in the arena. Errors: E_FIELD_TYPE when
 * it is no string, E_JSON_SURROGATE for half a pair. */
bool json_decode(struct json_value value, struct arena *arena, struct slice *text, struct error *error) MUST_CHECK;

bool json_integer(struct json_value value, int64_t *number); /* exact integers only: 1, not 1.0 or 1e3 */
bool json_double(struct json_value value, double *number);   /* false when it is no number */

/* An array of numbers into floats: dimension is set to how many there are; values (arena). Errors: E_FIELD_TYPE,
 * E_FIELD_VALUE (not finite). */
bool json_floats(struct json_value value, struct arena *arena, const float **values, size_t *count,
                 struct error *error) MUST_CHECK;

#endif
