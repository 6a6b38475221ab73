/* record.h - records, and batches of them.
 *
 * A record is one JSON object on one line. It is held as that text; its top-level fields are found when a tool first
 * asks. A stage that changes a record puts a new text into the batch's arena (json/path.h splices); what it does not
 * own leaves byte for byte. An embedding may travel beside the text as floats: it becomes text (record_render) only at
 * a process edge, so fused steps never print and parse it.
 *
 * A batch owns its arena, its records and the block of input that their lines point into. One thread at a time. */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "base/arena.h"
#include "base/error.h"
#include "stream/lines.h"
#include "json/json.h"

struct stage;

enum record_kind {
    RECORD_DATA,
    RECORD_TOMBSTONE, /* {"id": DOCUMENT, "deleted": true}: every tool passes it on untouched */
    RECORD_ERROR,     /* {"garner":{"error":...}}: the writer failed; nothing after it */
    RECORD_END,       /* {"garner":{"end":{"records":N}}}: the seal */
    RECORD_MARK       /* {"garner":{"ledger":...}}: everything that a run of ingest put out stands before it. Every tool
                       * passes it on in its place; one that holds records back lets it go after them. Between stages
                       * of one tool it may also stand for something in batch->payload; then its line is empty. */
};

struct record {
    struct slice line;          /* JSON text without newline; borrowed from the batch */
    struct json_object *object; /* NULL until record_object(); points into line */
    const char *file;           /* where it came from, for messages; "" unknown */
    int64_t line_number;        /* there; 1-based, 0 unknown */
    const float *vector;        /* not NULL: an embedding that line does not hold yet */
    uint32_t dimension;
    enum record_kind kind;
    uint32_t part;             /* of the last step's outputs (stream/output_set.h), where -o names several */
    struct slice vector_model; /* its embedding_model */
};

enum outcome_kind { OUTCOME_DROPPED, OUTCOME_REJECTED, OUTCOME_WARNED };

/* What became of a record that does not go on (or, warned, goes on with a remark). */
struct outcome {
    enum outcome_kind kind;
    const struct stage *stage; /* whose decision */
    enum code code;            /* registry; for dropped records reason_code may name a rule instead */
    const char *reason_code;   /* stable name, static or arena; NULL: the name of code */
    const char *file;
    int64_t line_number;
    const char *field;   /* "" for none */
    const char *reason;  /* the message */
    struct slice record; /* its text, or raw bytes when it is no JSON */
    bool is_raw;
};

struct batch {
    struct arena arena;
    struct record *records;
    size_t count;
    size_t capacity;
    struct outcome *outcomes;
    size_t outcome_count;
    size_t outcome_capacity;
    struct lines_block block; /* what the lines point into, released with the batch */
    size_t bytes;             /* about how much it holds, for bounds */
    bool stops_at_reject;     /* --on-error fail: the stage stops at the first reject; what came before goes on */
    bool has_failed;          /* it did */
    void *payload;            /* between the stages of one tool; arena */
};

struct batch *batch_create(void); /* owned: batch_free(), or whoever it is handed to */
void batch_free(struct batch *batch);

/* Room for count records in all: for who knows how many come. */
void batch_reserve(struct batch *batch, size_t count);

/* A new zeroed record at the end. Borrowed until the next append. */
struct record *batch_append(struct batch *batch);

/* Appends a copy of record whose line is `line` (arena text of the batch); its fields are not found yet and its vector
 * is kept. */
struct record *batch_append_changed(struct batch *batch, const struct record *record, struct slice line);

/* Takes the records out, so that the stage can append anew while it walks the old ones: returns the old array and its
 * length, both alive until the batch is freed. */
struct record *batch_take_records(struct batch *batch, size_t *count);

/* The top-level fields, checked (strict JSON, UTF-8) and kept in the record. NULL: not a JSON object; error is placed.
 */
const struct json_object *record_object(struct batch *batch, struct record *record, struct error *error) MUST_CHECK;

/* A top-level string field, decoded. Errors: E_FIELD_MISSING, E_FIELD_TYPE, E_JSON_DUPKEY, E_JSON_SURROGATE, and those
 * of record_object; placed and with the field's name. */
bool record_text(struct batch *batch, struct record *record, struct slice name, struct slice *text,
                 struct error *error) MUST_CHECK;

/* The embedding, from the column or from the field "embedding" (array of numbers or base64 of little-endian float32).
 * *values NULL when there is none. */
bool record_embedding(struct batch *batch, struct record *record, const float **values, uint32_t *dimension,
                      struct slice *model, struct error *error) MUST_CHECK;

/* What the line says without a full check: tombstones and control records. Cheap for ordinary lines. */
enum record_kind record_kind_of(struct slice line);

/* The count of a RECORD_END, {"garner":{"end":{"records":N}}}; -1 where it cannot be read. */
int64_t record_seal_count(struct slice line);

/* The line as it leaves the process: with the embedding column spliced in. encoding_base64 as `embed --encoding
 * base64`. Appends no newline. */
void record_render(const struct record *record, bool encoding_base64, struct buffer *output);

/* The record at fault does not go on. Takes code, field, message and place from error. Returns true when the stage may
 * go on with the next record, false when it must stop (batch->stops_at_reject). */
bool batch_reject(struct batch *batch, const struct stage *stage, const struct record *record,
                  const struct error *error);
/* The record goes on, with a remark: code, field and message from error. The first few are shown. */
void batch_warn(struct batch *batch, const struct stage *stage, const struct record *record, const struct error *error);
/* By design: a filter's no. reason_code is a stable rule name. */
void batch_drop(struct batch *batch, const struct stage *stage, const struct record *record, const char *reason_code,
                const char *field, const char *reason);

/* Something beside each record, for the next stage of the tool: calls look for every record that is data, with an item
 * of so many zeroed bytes. false: the record does not go on: it is rejected with the error, placed, or, where none is
 * set, look dropped it. Returns the items of the records that are left; arena. */
void *batch_look(struct batch *batch, const struct stage *stage, size_t bytes,
                 bool (*look)(void *context, struct batch *batch, struct record *record, void *item,
                              struct error *error),
                 void *context);

#endif
