/* json_row.h - private to the module: one JSON value to one document. */
#ifndef DOCUMENT_JSON_ROW_H
#define DOCUMENT_JSON_ROW_H

#include "base/map.h"
#include "document/rows.h"
#include "json/path.h"

/* A member of the metadata to be. */
struct json_member {
    struct slice key; /* escaped, without quotes */
    struct slice value;
};

struct json_rows {
    struct rows rows;
    struct json_path *text_paths; /* as options has them */
    struct json_path *metadata_paths;
    struct json_path *id_path; /* NULL: none */
    bool takes_rest;           /* metadata gets all that is not text */
    struct arena arena;        /* of one row */
    struct map keys;           /* of one row's metadata */
    struct json_member *members;
    size_t member_count;
    size_t member_capacity;
    unsigned taken; /* facts that members stand for */
};

bool json_rows_open(struct json_rows *json, struct decode *decode, struct error *error) MUST_CHECK;
void json_rows_close(struct json_rows *json);

/* Emits the document of raw, one value without white space around it, or hands it on as rejected. It begins in that
 * line and column (0: unknown). */
void json_row(struct json_rows *json, struct slice raw, int64_t line, int64_t column);

/* The same for a file that holds one object: its id is the source's name, and a fault is the file's. */
bool json_whole(struct json_rows *json, struct slice raw, struct error *error) MUST_CHECK;

/* Appends what is in `value`, checked JSON, as "path: value" lines; null and empty strings are left out, and scalars
 * that follow each other in an array share a line, with commas. false: output grew beyond maximum. */
bool json_append_leaves(struct buffer *output, struct json_value value, struct arena *arena, size_t maximum);

/* Appends JSON text without the white space between its tokens, if it spans lines; else as it is. */
void json_append_one_line(struct buffer *output, struct slice json);

#endif
