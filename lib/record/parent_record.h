/* parent_record.h - from the record of a chunk of a hierarchy to its parent's.
 *
 * A chunk carries its parent (record/chunk_record.h). The parent's record is the chunk's with the parent's id, text,
 * metadata.start and metadata.end; the members parent_id, parent_start, parent_end and parent_text are gone, and all
 * others (headings, page, chunk) still speak of the chunk that was found. */
#ifndef RECORD_PARENT_RECORD_H
#define RECORD_PARENT_RECORD_H

#include "json/json.h"

/* *id: the parent's, decoded, borrowed from json or in the arena; "" when the record is no chunk with a parent. json: a
 * JSON object. Errors: E_JSON_*. */
bool parent_record_id(struct slice json, struct arena *arena, struct slice *id, struct error *error) MUST_CHECK;

/* Appends the parent's record. The record has a parent. Errors: E_JSON_*. */
bool parent_record_write(struct slice json, struct arena *arena, struct buffer *output, struct error *error) MUST_CHECK;

#endif
