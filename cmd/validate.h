/* validate.h - what the parts of `validate` share: the run, a batch of lines under way, what became of a file. */
#ifndef CMD_VALIDATE_H
#define CMD_VALIDATE_H

#include "cli/tool.h"
#include "curate/seen.h"
#include "dataset/profile.h"
#include "dataset/validate.h"
#include "stream/lines.h"
#include "text/tokens.h"

enum validate_format { VALIDATE_TABLE, VALIDATE_JSONL, VALIDATE_JUNIT, VALIDATE_GITHUB };
enum validate_role { VALIDATE_TRAIN, VALIDATE_VALIDATION };

struct validate_options {
    struct option_list paths, profiles, against;
    bool lists, fixes, is_strict, explains;
    unsigned format; /* enum validate_format */
    unsigned role;   /* enum validate_role */
    int64_t faults_maximum;
    const char *tokenizer;
    int64_t memory;
};

/* A fault that is shown. All texts live in the arena of whoever holds it. */
struct validate_fault {
    int64_t line; /* 0: the file as a whole */
    enum code code;
    const char *pointer, *message, *expected, *hint; /* "" or NULL: none */
};

struct validate_faults {
    int64_t counts[CODE_COUNT]; /* all there were */
    struct validate_fault *shown;
    size_t shown_count, shown_capacity;
    int64_t faulty, warned; /* rows */
};

/* By what rows of a file are compared with each other. */
struct validate_facts {
    int64_t line;
    uint64_t whole, prompt, folded, chosen, rejected, id, model, url;
    uint8_t layout; /* 1-based; 0: none */
    uint8_t label;  /* enum dataset_label */
};

struct validate_line {
    struct slice text;
    int64_t number;
};

/* Lines on their way through a worker. */
struct validate_batch {
    struct arena arena;
    struct lines_block block; /* what lines point into; may be empty */
    struct validate_line *lines;
    size_t count, capacity;
    int64_t bytes;
    int64_t blanks;
    struct validate_faults *faults; /* one for each profile */
    struct validate_facts *facts;   /* count for each profile, profile by profile */
    struct buffer fixed;            /* --fix: the rows as they go out; --explain: their turns */
    int64_t fixes;
};

struct validate_worker {
    struct arena scratch; /* of one row */
    struct buffer folded;
    void *tokenizer_memory;
};

/* What is known of the file against one profile. */
struct validate_verdict {
    const struct profile *profile;
    int64_t rows, faulty, warned;
    int64_t counts[CODE_COUNT], shown[CODE_COUNT];
    struct validate_fault first; /* refusal; code E_NONE: none */
    uint8_t layout;              /* of the first row */
    int64_t layout_line;
    uint64_t model, url;
    int64_t labels[3];
    char *sample;     /* a row that was accepted, to try a conversion with; NULL: none */
    const char *mend; /* the command that writes the file in this form; NULL: there is none */
};

/* A preference: chosen is better than rejected. */
struct validate_edge {
    uint64_t prompt, chosen, rejected;
    int64_t line;
};

struct validate_run {
    struct tool_call *call;
    const struct validate_options *options;
    const struct profile *const *profiles;
    size_t profile_count;
    bool is_all; /* --profile all */
    unsigned jobs;
    struct tokenizer tokenizer; /* data NULL: none */
    bool has_tokenizer;
    struct validate_worker *workers;
    struct seen *leaks; /* of --against: whole rows, prompts, folded prompts */
    struct error *error;
    bool has_failed; /* output or input */

    /* Of the file that is read. */
    const char *path;
    struct validate_verdict *verdicts;
    struct seen *rows, *pairs, *ids;
    bool seen_is_full;
    struct validate_edge *edges;
    size_t edge_count, edge_capacity;
    int64_t bytes, blanks;
    bool is_against; /* reading --against: nothing is told */
    int64_t against_rows;
    bool has_refusals;
    struct buffer report; /* junit: the cases of the file */
    struct buffer summary;
    int64_t rows_sum, faulty_sum, warned_sum, counts_sum[CODE_COUNT]; /* over files and profiles */
    int64_t fixes;
};

/* Reads a file to its end, row by row. false: it could not be read or written; run->error is filled. */
bool validate_read_file(struct validate_run *run, const char *path) MUST_CHECK;

/* On a worker. */
void validate_check_batch(struct validate_run *run, unsigned worker, struct validate_batch *batch);

/* In the order of the file. */
bool validate_take_batch(struct validate_run *run, struct validate_batch *batch) MUST_CHECK;
bool validate_finish_file(struct validate_run *run) MUST_CHECK;
/* A fault of the file itself. line may be 0. */
bool validate_file_fault(struct validate_run *run, size_t profile, int64_t line, enum code code, const char *expected,
                         const char *hint, const char *format, ...) __attribute__((format(printf, 7, 8)));

/* Is the file accepted, as far as rows were read? */
bool validate_accepts(const struct validate_run *run, const struct validate_verdict *verdict);

/* What is shown, and where. */
bool validate_show_fault(struct validate_run *run, const struct profile *profile,
                         const struct validate_fault *fault) MUST_CHECK;
bool validate_show_file(struct validate_run *run) MUST_CHECK;
/* {"E_TYPE":3,...}, without codes that did not occur. */
void validate_append_counts(const int64_t *counts, struct buffer *json);
bool validate_show_begin(struct validate_run *run) MUST_CHECK;
bool validate_show_end(struct validate_run *run) MUST_CHECK;
bool validate_show_list(struct tool_call *call, bool is_json, struct error *error) MUST_CHECK;

/* Appends the row as --fix writes it; *was_changed is set when it differs. line: one value, perhaps encoded twice. */
void validate_fix_row(const struct profile *profile, struct slice line, struct arena *scratch, struct buffer *output,
                      bool *was_changed);

struct validate_batch *validate_batch_create(size_t count); /* of profiles */
void validate_batch_free(struct validate_batch *batch);
void validate_batch_add(struct validate_batch *batch, struct slice line, int64_t number);

#endif
