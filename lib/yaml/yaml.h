/* yaml.h - a YAML text as a tree whose every node knows its line and column.
 *
 * YAML 1.2 core schema: null ~ and the empty scalar; true and false (not yes, no, on, off); 12, 0o14, 0xC; 1.5, 1e3,
 * .inf, .nan; all else is text. Quoted scalars are text. Refused, each with its place: a second document, duplicate
 * keys, keys that are no scalars, tags outside the core schema, aliases into themselves, and more than the limits
 * below: an alias is a copy as far as they count, so a "billion laughs" file ends at once. Merge keys (<<) are YAML 1.1
 * and have no meaning here. */
#ifndef YAML_YAML_H
#define YAML_YAML_H

#include "base/arena.h"
#include "base/error.h"

enum {
    YAML_BYTES_MAXIMUM = 8 * 1024 * 1024,
    YAML_DEPTH_MAXIMUM = 64,
    YAML_NODES_MAXIMUM = 100000,
    YAML_ALIASES_MAXIMUM = 100
};

enum yaml_type { YAML_NULL, YAML_BOOLEAN, YAML_INTEGER, YAML_FLOAT, YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node;

struct yaml_pair {
    struct yaml_node *key; /* a scalar; NULL in a list */
    struct yaml_node *value;
};

struct yaml_node {
    enum yaml_type type;
    int64_t line, column;    /* 1-based, where it begins */
    struct slice text;       /* a scalar's characters; followed by a NUL */
    struct yaml_pair *pairs; /* count of them: of a list or map, in order */
    size_t count;
};

/* "null", "boolean", "integer", "number", "text", "list", "map": for messages. */
const char *yaml_type_name(enum yaml_type type);

/* The tree lives in the arena. An empty text gives a YAML_NULL node. Errors: E_CONFIG with file, line and column;
 * E_LIMIT. */
struct yaml_node *yaml_parse(struct slice text, const char *file, struct arena *arena, struct error *error) MUST_CHECK;

/* The value of that key in a map, NULL when there is none or node is no map. */
struct yaml_node *yaml_member(const struct yaml_node *node, struct slice key);

/* What is read here cannot be: E_CONFIG with the node's place in file. Returns false. */
bool yaml_refuse(const struct yaml_node *node, const char *file, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The type that a plain scalar of these characters has. */
enum yaml_type yaml_scalar_type(struct slice text);

/* Appends the node as JSON: integers and floats as numbers (.inf and .nan as text), maps in order. */
void yaml_append_json(const struct yaml_node *node, struct buffer *json);

#endif
