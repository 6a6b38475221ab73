/* text_fields.h - which fields of a record are its text.
 *
 * The caller's paths, or those of the form that the record has: a document's text, a chat's messages, a prompt with its
 * answers, an instruction with its output, a conversation, a question with its answer. */
#ifndef RECORD_TEXT_FIELDS_H
#define RECORD_TEXT_FIELDS_H

#include "record/record.h"
#include "json/path.h"

enum { TEXT_FIELDS_MAXIMUM = 64 };

/* Constant once compiled; thread safe. */
struct text_fields {
    struct json_path *paths; /* arena; of all forms, one after the other, when no path was given */
    size_t count;
    bool is_given;
};

/* names: `count` paths, 0 for the usual forms. Errors: E_USAGE with the column, E_LIMIT. */
bool text_fields_compile(const char *const *names, size_t count, struct arena *arena, struct text_fields *fields,
                         struct error *error) MUST_CHECK;

/* The strings of a record, in the order of the paths; arena of the batch. A path that leads nowhere, or to null, gives
 * none; at least one must be there. Errors, placed and with the field: those of record_object; E_FIELD_MISSING,
 * E_FIELD_TYPE (neither a string nor null), E_JSON_DUPKEY. */
bool text_fields_find(const struct text_fields *fields, struct batch *batch, struct record *record,
                      struct json_value **values, size_t *count, struct error *error) MUST_CHECK;

/* Puts values into the order in which they stand in the line, each once; returns how many there are then. */
size_t text_fields_order(struct json_value *values, size_t count);

#endif
