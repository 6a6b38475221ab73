/* decontaminate.h - what the files of decontaminate share: options, the items to compare with, and one record's hits.
 */
#ifndef CMD_DECONTAMINATE_H
#define CMD_DECONTAMINATE_H

#include "cli/option.h"
#include "curate/contamination.h"
#include "curate/redact.h"
#include "record/stage.h"
#include "record/text_fields.h"

enum decon_preset { DECON_OWN, DECON_DATATROVE, DECON_NEMO };
enum decon_action { DECON_DROP, DECON_CUT, DECON_TAG };

struct decon_options {
    struct option_list against, against_field, field;
    unsigned preset; /* enum decon_preset */
    unsigned action; /* enum decon_action */
    int64_t ngram, shortest, max_matches, around, keep, max_pieces, memory;
    const char *into;
};

/* An evaluation item. */
struct decon_item {
    uint32_t file; /* of --against */
    bool is_short;
    int64_t line;
    struct slice id; /* JSON; empty: it has none */
};

struct decon_against {
    struct arena arena;
    struct ngram_index *index;
    struct decon_item *items;
    size_t count, capacity;
    enum word_form form;
};

/* Reads the files of --against. Errors: those of table_read(); E_LIMIT; E_FIELD_MISSING for --against-field. */
bool decon_against_open(struct decon_against *against, const struct decon_options *options,
                        struct error *error) MUST_CHECK;
void decon_against_close(struct decon_against *against);
/* Tells which items are too short. */
void decon_against_warn(const struct decon_against *against, const struct decon_options *options, const char *step);
/* Appends the summary's list of files. found: of each item whether a record has it. */
void decon_against_summarize(const struct decon_against *against, const struct decon_options *options,
                             const unsigned char *found, struct buffer *json);

/* One thread's memory. */
struct decon_worker {
    struct word_forms words;
    struct ngram_hits hits;
    struct contaminated_list spans;
    struct buffer line, piece;
    struct redact_paths paths;
    unsigned char *found; /* of each item */
    int64_t records;      /* that share something */
};

struct decon {
    struct arena arena;
    const struct decon_options *options;
    struct decon_against against;
    struct text_fields fields;
    struct json_path into;
    struct decon_worker *workers;
    unsigned worker_count;
    const uint32_t *counts; /* of each n-gram in all records, once known; NULL: none is too common */
};

/* Fills worker->hits for a record. Errors: those of text_fields_find(), placed. */
bool decon_look(const struct decon *decon, struct decon_worker *worker, struct batch *batch, struct record *record,
                struct error *error) MUST_CHECK;

/* Lets the record go on, or what --action makes of it. false: a reject ends the run. */
bool decon_take(const struct decon *decon, struct decon_worker *worker, const struct stage *stage, struct batch *batch,
                struct record *record);

/* For --max-matches: n-grams are counted before anything is done. */
extern const struct stage_class decon_waiting_stage;

/* What the first stage hands to it: batch->payload. */
struct decon_found {
    struct decon *decon;
    struct slice *grams; /* of each record: numbers of n-grams (uint32_t each) that it has */
};

#endif
