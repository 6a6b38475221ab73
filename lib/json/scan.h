/* scan.h - the two scanners behind json_scan() and json_scan_object(); private to the module. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "json/json.h"

/* Gathers the fields of the top level while a scanner runs. */
struct json_collector {
    struct arena *arena; /* NULL: nothing is gathered */
    struct json_field *fields;
    size_t count;
    size_t capacity;
};

/* Room for one more field at fields[count]; the caller fills it and adds to count. */
static inline struct json_field *json_collector_next(struct json_collector *collector)
{
    if (collector->count == collector->capacity)
        collector->fields = arena_grow(collector->arena, collector->fields, &collector->capacity,
                                       collector->count ? collector->count + 1 : 16, sizeof *collector->fields);
    return &collector->fields[collector->count];
}

/* What the first byte of a valid value says. */
extern const uint8_t json_type_of_byte[256];

/* The reference: byte by byte, names the exact fault. value: its span. */
bool json_scan_bytes(struct slice text, struct json_collector *collector, struct slice *value,
                     struct error *error) MUST_CHECK;

/* What stands between the quotes of a checked string, without escapes: place has room for escaped.length bytes. false:
 * half a surrogate pair. */
bool json_unescape(struct slice escaped, char *place, size_t *length) MUST_CHECK;

#endif
