/* query.h - what the files of the query tool share. */
#ifndef CMD_QUERY_H
#define CMD_QUERY_H

#include "cli/tool.h"
#include "index/search.h"
#include "named_options.h"

enum query_format { QUERY_AUTO, QUERY_JSONL, QUERY_TABLE, QUERY_TREC, QUERY_PROMPT };
enum query_mode { QUERY_MODE_AUTO, QUERY_MODE_HYBRID, QUERY_MODE_VECTOR, QUERY_MODE_LEXICAL };

/* A model besides the one that makes the vectors: a reranker, a chat model. */
struct service_options {
    const char *name;  /* URL, or of a named model */
    unsigned provider; /* index into its choices: 0 is "not said" */
    const char *model, *command, *api_key_env, *api_key_file;
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
    struct service_options answer;
    int64_t answer_tokens;
    double answer_temperature;
    bool checks_citations;
    int64_t rewrite; /* 0: not asked for */
    const char *rewrite_by, *rewrite_command;
    /* Not typed, but filled by query_fill(): the models that those options come to. */
    struct rerank_model_options reranker;
    struct chat_model_options answerer, rewriter;
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
    struct chat *chat;         /* NULL: nothing is answered */
    struct expression *where, *by;
    struct question *questions;
    size_t question_count, question_capacity;
    enum query_mode mode;
    struct fusion fusion;
    int64_t hit_count;
    bool has_no;         /* a question without an answer, or a citation that is wrong */
    bool has_unfinished; /* an answer that the model did not bring to an end */
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

/* query_services.c: named models become options. Errors: those of models_fill(). */
bool query_fill(struct tool_call *call, struct error *error) MUST_CHECK;

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

/* What is shown of a hit: fields of its record, or of its parent's. */
struct hit_fields {
    struct json_object object;
    struct slice text;
    struct slice source;   /* metadata.source, else the document's id, else the id */
    struct buffer heading; /* "Loans > Fees"; hit_fields_release() */
    int64_t page;          /* 0: none */
    int64_t start, end;    /* in the document's text; -1: not known */
};

/* query_output.c: json is the stored record. Texts: arena. Errors: E_INDEX_DAMAGED. */
bool hit_fields_read(const struct index *index, const struct query_hit *hit, struct slice json, struct arena *arena,
                     struct hit_fields *fields, struct error *error) MUST_CHECK;
void hit_fields_release(struct hit_fields *fields);
/* "docs/keys.md, page 3 (Keys > Rotation)", without control bytes. */
void hit_fields_append_place(const struct hit_fields *fields, struct buffer *output);

/* query_chat.c: prints what a client remarks. */
void query_notice(void *context, const char *message);

/* query_chat.c: whether an answer is asked for; what is wrong with the options about chat models (E_USAGE); opens the
 * one that answers. */
bool query_has_chat(const struct query_options *options);
bool query_check_chat(const struct query_options *options, struct error *error) MUST_CHECK;
bool query_open_chat(struct query_run *run, struct error *error) MUST_CHECK;
/* Adds to each question the other wordings that --rewrite asks for. */
bool query_rewrite(struct query_run *run, struct error *error) MUST_CHECK;

/* query_answer.c: asks the chat model, and appends its answer in the format: QUERY_TABLE, or QUERY_JSONL. */
bool query_answer(struct query_run *run, const struct question *question, const struct query_hits *hits,
                  enum query_format format, struct buffer *output, struct error *error) MUST_CHECK;

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
