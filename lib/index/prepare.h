/* prepare.h - from a record to what a writer takes: id, document, text, vector. Many threads at once. */
#ifndef INDEX_PREPARE_H
#define INDEX_PREPARE_H

#include "index/analyser.h"
#include "index/writer.h"
#include "record/record.h"
#include "json/path.h"

/* How records are read; constant, made once. */
struct row_plan {
    struct json_path *fields; /* the text that lexical search sees */
    size_t field_count;
    struct json_path embedded; /* the text that the vectors were made from */
};

/* embedded: path of the text that the vectors were made from. Arena. Errors: E_USAGE, E_INDEX_DAMAGED for a path that
 * is none. */
bool row_plan_make(const struct index_settings *settings, struct slice embedded, struct arena *arena,
                   struct row_plan *plan, struct error *error) MUST_CHECK;

/* Fills row; what it points to lives in the batch's arena. Ids: "id", or "_id" as BEIR has it, a string or an integer;
 * the document is metadata.document_id, else the id. row->json is the line without embedding and embedding_model, all
 * other bytes as they were. A tombstone gives id and document alone. Errors: of this record (E_JSON_*, E_FIELD_*),
 * placed. */
bool row_prepare(const struct row_plan *plan, struct analyser_scratch *scratch, struct batch *batch,
                 struct record *record, struct index_new_row *row, struct error *error) MUST_CHECK;

#endif
