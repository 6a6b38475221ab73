/* query.h - what the files of the query tool share. */
#ifndef CMD_QUERY_H
#define CMD_QUERY_H

#include "cli/option.h"
#include "index/search.h"
#include "model_options.h"

enum query_format { QUERY_AUTO, QUERY_JSONL, QUERY_TABLE, QUERY_TREC, QUERY_PROMPT };
enum query_mode { QUERY_MODE_AUTO, QUERY_MODE_HYBRID, QUERY_MODE_VECTOR, QUERY_MODE_LEXICAL };

struct query_options {
    struct embed_model_options model;
    const char *path;
    const char *text;
    const char *queries;
    int64_t top_k;
    unsigned mode;
    const char *where;
    const char *by;
    const char *weights;
    double rrf_k;
    double k1, b;
    unsigned format;
    int64_t budget;
};

struct query_text {
    struct slice id;
    struct slice text;
};

/* One answer: its hits with what is printed of them. */
struct query_answer {
    const struct query_text *query;
    const struct index *index;
    const struct search_hits *hits;
    bool is_fused;
    bool has_many; /* queries: lines carry the query's id */
};

/* Appends the answer in the format (never QUERY_AUTO). budget: tokens of a prompt. *left_out: passages that did not
 * fit. Errors: E_INDEX_DAMAGED. */
bool query_append(const struct query_answer *answer, enum query_format format, int64_t budget, struct buffer *output,
                  size_t *left_out, struct error *error) MUST_CHECK;

#endif
