/* stats_fields.h - what stands at each path of many records.
 *
 * A path is a.b[*].c: elements of an array share one. When there are more paths than STATS_FIELDS, the shallowest are
 * kept, of equally deep ones those with the smallest hash: a choice that the order of records does not change, and
 * whose figures are exact. Values below STATS_DEPTH and elements beyond the first STATS_ELEMENTS are not looked at. */
#ifndef CURATE_STATS_FIELDS_H
#define CURATE_STATS_FIELDS_H

#include "base/buffer.h"
#include "curate/tally.h"
#include "json/json.h"

enum { STATS_FIELDS = 400, STATS_DEPTH = 12, STATS_ELEMENTS = 256, STATS_VALUES = 128, STATS_PATH_MAXIMUM = 240 };

enum stats_type {
    STATS_NULL,
    STATS_BOOLEAN,
    STATS_INTEGER,
    STATS_NUMBER,
    STATS_STRING,
    STATS_ARRAY,
    STATS_OBJECT,
    STATS_TYPES
};
extern const char *const stats_type_names[STATS_TYPES];

/* Of lengths. */
struct stats_extent {
    uint64_t count, sum, least, greatest;
};

struct stats_field {
    uint64_t hash;
    unsigned depth;
    char *path_bytes; /* what path is made of */
    struct slice path;
    uint64_t records; /* that have it */
    uint64_t last;    /* the last one counted there */
    uint64_t types[STATS_TYPES];
    struct stats_extent characters, elements; /* of strings, of arrays */
    double least, greatest;                   /* of numbers */
    int64_t least_integer, greatest_integer;  /* of those that are integers, exactly */
    struct tally values;                      /* strings, numbers and booleans */
};

struct stats_fields {
    struct stats_field **fields; /* count of them, in no order */
    size_t count;
    uint16_t *slots;        /* index + 1 by hash */
    bool is_cut;            /* there were more */
    unsigned ceiling_depth; /* is_cut: the first that was left out */
    uint64_t ceiling_hash;
    uint64_t records;
};

/* The zeroed struct is empty. arena: scratch of one record. */
void stats_fields_add(struct stats_fields *fields, const struct json_object *object, struct buffer *path,
                      struct arena *arena);
void stats_fields_merge(struct stats_fields *fields, const struct stats_fields *other);
void stats_fields_release(struct stats_fields *fields);

/* In order of their paths; arena. */
const struct stats_field **stats_fields_sorted(const struct stats_fields *fields, struct arena *arena);

#endif
