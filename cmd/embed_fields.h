/* embed_fields.h - attributes that are embedded together with a text, as `ingest` keeps them from sidecars. */
#ifndef CMD_EMBED_FIELDS_H
#define CMD_EMBED_FIELDS_H

#include "json/json.h"

/* Puts a line `key: value` in front of *text for each key in metadata.embed_fields that metadata has, in the order of
 * the list; values of a list are joined by ", ". What is no list of strings, and values that are objects or null, say
 * nothing. *text stays as it is, or lives in arena. Errors: those of json_decode(). */
bool embed_fields_join(const struct json_object *object, struct arena *arena, struct slice *text,
                       struct error *error) MUST_CHECK;

#endif
