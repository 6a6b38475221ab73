/* query.h - what the files of the query tool share. */
#ifndef CMD_QUERY_H
#define CMD_QUERY_H

#include "cli/tool.h"
#include "index/search.h"
#include "model/rerank.h"
#include "model_options.h"

enum query_format { QUERY_AUTO, QUERY_JSONL, QUERY_TABLE, QUERY_TREC, QUERY_PROMPT };
enum query_mode { QUERY_MODE_AUTO, QUERY_MODE_HYBRID, QUERY_MODE_VECTOR, QUERY_MODE_LEXICAL };

/* A model besides the one that makes the vectors: a reranker, a chat model. */
struct service_options {
    const char *name;  /* URL */
    unsigned provider; /* index into its choices: 0 is "not said" */
    const char *model, *command, *api_key_env;
};

struct query_options {
    struct embed_model_options model;
    const char *path;
    struct option_list texts;
    const char *queries;
    int64_t top_k;
    unsigned mode;
    const char *where;
    const char *by;
    bool parents;
    const char *weights;
    double rrf_k;
    double k1, b;
    unsigned format;
    int64_t budget;
    struct service_options rerank;
    int64_t rerank_candidates; /* 0: not said */
    bool rerank_fallback;
};

extern const struct option query_table[];

/* A question in one or more wordings: each is searched, and the answers become one. The first is the question itself.
 */
struct question {
    struct slice id;
    const struct slice *wordings; /* wording_count of them */
    const float **vectors;        /* of each; NULL when vectors are not searched */
    size_t wording_count;
};

/* One call of the tool. */
struct query_run {
    const struct query_options *options;
    struct tool_call *call;
    struct arena arena;
    struct index *index;
    struct index_filter filter;
    struct analyser *analyser;
    struct analyser_scratch *scratch;
    struct embedder *embedder; /* NULL: lexical only */
    struct reranker *reranker; /* NULL: the search alone ranks */
    struct expression *where, *by;
    struct question *questions;
    size_t question_count, question_capacity;
    enum query_mode mode;
    struct fusion fusion;
    int64_t hit_count;
};

/* A row of the answer, or a parent, which stands for the best of its rows. */
struct query_hit {
    struct search_hit found; /* by the search */
    double score;            /* what ranks: the search's, or the reranker's */
    uint32_t search_rank;    /* with a reranker: the place before it, 1-based; else 0 */
    struct slice id;         /* the row's or the parent's */
    bool is_parent;
    struct slice *children; /* of a parent: ids of its rows that were found, best first */
    size_t child_count, child_capacity;
};

/* Best first; arena. */
struct query_hits {
    struct query_hit *list;
    size_t count;
};

/* query_questions.c: reads the questions of the options into the run. Errors: E_USAGE, those of the file. */
bool query_take_questions(struct query_run *run, struct error *error) MUST_CHECK;

/* query_model.c: opens the embedder that the index wants and gives each wording its vector. */
bool query_embed(struct query_run *run, struct error *error) MUST_CHECK;

/* query_rerank.c: whether a reranker is asked for; what is wrong with the options about it (E_USAGE); how many rows it
 * sees; opens it. */
bool query_has_reranker(const struct query_options *options);
bool query_check_reranker(const struct query_options *options, struct error *error) MUST_CHECK;
size_t query_rerank_candidates(const struct query_options *options);
bool query_open_reranker(struct query_run *run, struct error *error) MUST_CHECK;
/* Orders hits anew by the reranker's scores, equal ones by id; what it does not see is gone. Errors: those of
 * reranker_score(), E_INDEX_DAMAGED. */
bool query_rerank(struct query_run *run, const struct question *question, struct arena *arena, struct query_hits *hits,
                  struct error *error) MUST_CHECK;

/* query_search.c: what answers a question, at most top_k. Arena. */
bool query_search(struct query_run *run, const struct question *question, struct arena *arena, struct query_hits *hits,
                  struct error *error) MUST_CHECK;

/* One answer: its hits with what is printed of them. */
struct query_answer {
    const struct question *question;
    const struct index *index;
    const struct query_hits *hits;
    bool is_fused; /* of words and vectors */
    bool has_many; /* queries: lines carry the query's id */
};

/* query_output.c: appends the answer in the format (never QUERY_AUTO). budget: tokens of a prompt. *left_out: passages
 * that did not fit. Errors: E_INDEX_DAMAGED. */
bool query_append(const struct query_answer *answer, enum query_format format, int64_t budget, struct buffer *output,
                  size_t *left_out, struct error *error) MUST_CHECK;

#endif
