/* split.h - what the files of split share: options, the plan, what is known of one row, and rows that wait. */
#ifndef CMD_SPLIT_H
#define CMD_SPLIT_H

#include "base/map.h"
#include "cli/option.h"
#include "curate/fingerprint.h"
#include "curate/minhash.h"
#include "record/pack.h"
#include "record/stage.h"
#include "spill/sorter.h"
#include "spill/spool.h"
#include "spill/union_find.h"

enum { SPLITS_MAXIMUM = 32, SPLIT_BANDS_MAXIMUM = 32 };

enum split_on_leak { LEAK_REPORT, LEAK_MOVE, LEAK_DROP };
enum split_leak { LEAK_EXACT, LEAK_NORMALIZED, LEAK_PROMPT, LEAK_NGRAM, LEAK_NEAR, LEAK_KINDS };
extern const char *const split_leak_names[]; /* and NULL */
extern const enum code split_leak_codes[];

struct split_options {
    struct option_list ratio, count, by, cut, leak;
    const char *stratify, *time, *into;
    unsigned on_leak; /* enum split_on_leak */
    bool group_near;
    double threshold;
    int64_t ngram, memory;
};

/* What the options say; constant. */
struct split_plan {
    struct arena arena;
    const struct split_options *options;
    const char **names; /* of the splits; the first is that which others leak from */
    unsigned count;
    double bounds[SPLITS_MAXIMUM];  /* shares up to and with each */
    int64_t wanted[SPLITS_MAXIMUM]; /* rows, of --count; -1: the rest */
    struct split_cut {
        struct buffer text, number; /* keys as of split_time_key(); number empty: it is none */
    } cuts[SPLITS_MAXIMUM];         /* of --cut: the first value that is not in each */
    unsigned cut_count;
    struct json_path *by, stratum, time, into;
    size_t by_count;
    struct fingerprint exact, normalized;
    struct text_fields texts; /* of the usual forms */
    bool leaks[LEAK_KINDS];
    bool has_into;
    uint32_t parts[SPLITS_MAXIMUM]; /* of stage->outputs */
    struct minhash *minhash;        /* NULL: nothing near is asked for */
};

/* Errors: E_USAGE; E_UNAVAILABLE. Released in any case. */
bool split_plan_make(struct split_plan *plan, const struct split_options *options, struct error *error) MUST_CHECK;
void split_plan_release(struct split_plan *plan);

/* Fills parts: each split has its output, also when no row goes there. Without several outputs the name goes into the
 * row. Errors: those of output_set_find(). */
bool split_open_outputs(struct split_plan *plan, const struct stage *stage, struct error *error) MUST_CHECK;
/* The summary's rows of each split. */
void split_append_counts(const struct split_plan *plan, const int64_t *rows, struct buffer *json);

/* What is known of a row. */
struct split_row {
    uint64_t hash;  /* of its group: what stays together */
    uint64_t place; /* in the spool */
    uint32_t stratum;
    unsigned char split;
    unsigned char leak; /* 1 + enum split_leak; 0: none */
};

/* One thread's memory. */
struct split_scratch {
    struct buffer text, folded, hashes;
};
void split_scratch_release(struct split_scratch *scratch);

/* The hash of the row's group: of the values of --by, else of its prompt, else of all of it but id and metadata.
 * Errors: E_FIELD_MISSING for --by; those of record_object(), placed by the caller. */
bool split_group(const struct split_plan *plan, int64_t seed, struct batch *batch, struct record *record,
                 struct split_scratch *scratch, uint64_t *hash, struct error *error) MUST_CHECK;

/* Appends the value of --time, so that bytes have its order. Errors: E_FIELD_MISSING; E_FIELD_TYPE, for a value that no
 * --cut can be compared with, too. */
bool split_time_key(const struct split_plan *plan, struct batch *batch, struct record *record, struct buffer *key,
                    struct error *error) MUST_CHECK;
unsigned split_by_cuts(const struct split_plan *plan, struct slice key);
unsigned split_by_hash(const struct split_plan *plan, uint64_t hash);

/* The record goes on, to its output and with --into. false: a reject ends the run. */
bool split_emit(const struct split_plan *plan, const struct stage *stage, struct batch *batch, struct record *record,
                unsigned split);

/* Appends the text in which n-grams and near rows are looked for; nothing where there is none. */
void split_append_text(const struct split_plan *plan, struct batch *batch, struct record *record, struct buffer *text);

/* Rows that wait until all are there. */
struct split_waiting {
    struct split_plan plan;
    struct spool *spool; /* packed records; those that are no data, too */
    struct split_row *rows;
    size_t count, capacity;
    struct sorter *times;  /* time, row */
    struct sorter *hashes; /* kind, hash, row: what exact, normalized and prompt compare */
    struct sorter *bands;  /* band, its hash, row */
    struct map strata;     /* values of --stratify: their numbers */
    struct pack_files files;
    struct buffer packed;
    struct union_find near; /* rows that are alike */
    struct union_find sets; /* rows that leak into each other, for --on-leak move */
    int64_t leaks[LEAK_KINDS], moved;
    uint64_t *twins; /* of a row that leaks: the row that has it, too */
};
enum { SPLIT_NONE = 0xff /* the split of what is no data */ };

/* A waiting record again; batch: where it lives. */
struct record *split_read(struct split_waiting *waiting, size_t row, struct batch *batch,
                          struct error *error) MUST_CHECK;

/* Fills waiting->near. */
bool split_join_near(struct split_waiting *waiting, struct error *error) MUST_CHECK;
/* Gives each row its split, all being there. */
bool split_assign(struct split_waiting *waiting, struct error *error) MUST_CHECK;
/* Finds leaks, and moves them for --on-leak move. */
bool split_find_leaks(struct split_waiting *waiting, struct error *error) MUST_CHECK;

extern const struct stage_class *const split_waiting_stages[];

#endif
