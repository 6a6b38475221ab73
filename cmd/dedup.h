/* dedup.h - what the methods of dedup share: options, what becomes of a duplicate, and rows that wait.
 *
 * Rows are numbered as they come, those of --against first, and tombstones and marks among them: a number tells the
 * first of equal rows, and the order in which rows that waited go on. */
#ifndef CMD_DEDUP_H
#define CMD_DEDUP_H

#include "base/big_endian.h"
#include "cli/option.h"
#include "record/pack.h"
#include "record/stage.h"
#include "record/text_fields.h"
#include "spill/sorter.h"
#include "spill/spool.h"

enum dedup_method {
    DEDUP_EXACT,
    DEDUP_NORMALIZED,
    DEDUP_MINHASH,
    DEDUP_SIMHASH,
    DEDUP_LINES,
    DEDUP_SENTENCES,
    DEDUP_SUBSTRING,
    DEDUP_SEMANTIC
};
enum dedup_unit { DEDUP_BYTES, DEDUP_WORDS };
enum dedup_emit { DEDUP_ROWS, DEDUP_CLUSTERS, DEDUP_PAIRS, DEDUP_IDS };

struct dedup_options {
    unsigned method; /* enum dedup_method */
    unsigned emit;   /* enum dedup_emit */
    unsigned preset; /* index into dedup_presets */
    double threshold;
    int64_t distance; /* 0: the preset's */
    int64_t least;    /* 0: the method's */
    int64_t window;   /* sentences */
    int64_t rest;     /* words */
    unsigned unit;    /* enum dedup_unit */
    struct option_list by, field, against;
    int64_t memory;
};
extern const char *const dedup_methods[];

/* By a fingerprint of what is compared: exact, normalized. */
extern const struct stage_class *const dedup_exact_stages[];
bool dedup_exact_check(const struct dedup_options *options, struct arena *arena, struct error *error) MUST_CHECK;

/* By signatures of texts: minhash, simhash. */
#define DEDUP_THRESHOLD 0.7
extern const char *const dedup_presets[]; /* the first is "": none given */
extern const struct stage_class *const dedup_near_stages[];
bool dedup_near_check(const struct dedup_options *options, struct arena *arena, struct error *error) MUST_CHECK;

/* By stretches of texts, which are removed: lines, sentences, substring. */
extern const struct stage_class *const dedup_cut_stages[];
bool dedup_cut_check(const struct dedup_options *options, struct arena *arena, struct error *error) MUST_CHECK;

/* By embeddings: semantic. */
extern const struct stage_class *const dedup_semantic_stages[];
bool dedup_semantic_check(const struct dedup_options *options, struct arena *arena, struct error *error) MUST_CHECK;

/* How a row is called later: its id as JSON, or its place. */
enum { DEDUP_LABEL_MAXIMUM = 1024 };
void dedup_append_label(struct batch *batch, struct record *record, struct buffer *label);

/* A row that another one repeats. */
struct dedup_twin {
    uint64_t row;
    struct slice label; /* of dedup_append_label() */
};

/* What leaves the tool. */
struct dedup_report {
    enum dedup_emit emit;
    uint64_t against;       /* rows below it stand in files of --against */
    struct sorter *members; /* of clusters */
    struct buffer scratch;
    const char *phrase; /* "the same as" */
};
void dedup_report_open(struct dedup_report *report, const struct dedup_options *options);
void dedup_report_close(struct dedup_report *report);

void dedup_keep(const struct dedup_report *report, struct batch *batch, const struct record *record);
/* Drops a row for its twin. Errors: those of sorter_add(). */
bool dedup_drop(struct dedup_report *report, const struct stage *stage, struct batch *batch, struct record *record,
                uint64_t row, const struct dedup_twin *twin, struct error *error) MUST_CHECK;
/* The same in parts, for rows that lose a stretch: a row of a cluster, whose least row is `first`; and the line
 * for pairs and ids, of a whole row or of the characters [start, end) (start below 0: whole). */
bool dedup_report_member(struct dedup_report *report, uint64_t row, struct slice label, uint64_t first,
                         struct slice first_label, struct error *error) MUST_CHECK;
void dedup_report_line(struct dedup_report *report, struct batch *batch, uint64_t row, struct slice label,
                       int64_t start, int64_t end, const struct dedup_twin *twin);
/* When no more rows come. */
enum flow dedup_report_finish(struct dedup_report *report, struct sink *sink, struct error *error);

/* All rows from some number on, which wait until it is known what becomes of them. */
struct dedup_waiting {
    uint64_t first;          /* the number of the first of them */
    struct spool *rows;      /* packed records */
    struct sorter *verdicts; /* by number: the twin of a row that is dropped */
    struct pack_files files;
    struct buffer packed;
};
void dedup_waiting_open(struct dedup_waiting *waiting, uint64_t first, size_t memory);
void dedup_waiting_close(struct dedup_waiting *waiting);
uint64_t dedup_waiting_spilled(const struct dedup_waiting *waiting);
/* The next row. Errors: those of spool_put(). */
bool dedup_wait(struct dedup_waiting *waiting, const struct record *record, struct error *error) MUST_CHECK;
/* In any order; of a row at most once. Rows that do not wait are passed over. */
bool dedup_judge(struct dedup_waiting *waiting, uint64_t row, const struct dedup_twin *twin,
                 struct error *error) MUST_CHECK;
/* Lets all go, in order: settle appends to the batch what becomes of a row. */
typedef bool dedup_settle(void *context, struct batch *batch, uint64_t row, struct record *record, struct error *error);
enum flow dedup_let_go(struct dedup_waiting *waiting, struct sink *sink, void *context, dedup_settle *settle,
                       struct error *error);
/* Only looks at them, in order. */
bool dedup_waiting_visit(struct dedup_waiting *waiting, void *context, dedup_settle *visit,
                         struct error *error) MUST_CHECK;
/* Lets all go: those that were judged are dropped. */
enum flow dedup_release(struct dedup_waiting *waiting, struct stage *stage, struct dedup_report *report,
                        struct sink *sink, struct error *error);

/* The rows of --against in order: of files, and of indexes the live rows with their vectors, segment by segment. take
 * gets each and may use the batch's arena. Errors: of the files and of take, placed. */
typedef bool dedup_take(void *context, struct batch *batch, struct record *record, struct error *error);
bool dedup_read_against(const struct dedup_options *options, void *context, dedup_take *take,
                        struct error *error) MUST_CHECK;

/* The texts of a record, in the order in which they stand in its line; a record of no known form has none. Arena of the
 * batch. Errors: those of text_fields_find() and json_decode(). */
struct dedup_text {
    struct json_value value;
    struct slice decoded;
};
struct dedup_texts {
    struct dedup_text *texts;
    size_t count;
};
bool dedup_compile_fields(const struct dedup_options *options, struct arena *arena, struct text_fields *fields,
                          struct error *error) MUST_CHECK;
bool dedup_find_texts(const struct text_fields *fields, struct batch *batch, struct record *record,
                      struct dedup_texts *found, struct error *error) MUST_CHECK;

/* A row as a key: base/big_endian.h. */
enum { DEDUP_ROW_BYTES = BIG_ENDIAN_BYTES };

#endif
