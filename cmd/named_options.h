/* named_options.h - what a named model says, as the options of a reranker, of a chat model or of an embedder. For tools
 * that meet models by their names alone: query and doctor. */
#ifndef CMD_NAMED_OPTIONS_H
#define CMD_NAMED_OPTIONS_H

#include "chat_options.h"
#include "model/rerank.h"
#include "model_options.h"
#include "pipeline/models.h"

struct rerank_model_options {
    unsigned provider; /* index into rerank_provider_choices: 0 is "not said" */
    const char *url, *model, *command;
    const char *api_key_env, *api_key_file;
    bool allow_plain_http;
    int64_t batch_size, concurrency;
    double timeout, first_byte_timeout, max_wait;
    double requests_per_minute, tokens_per_minute;
    const char *cache, *cache_scope;
    double cache_max_age;
};

/* "" (not said), cohere, jina, voyage, tei, bedrock, command. */
extern const char *const rerank_provider_choices[];

struct named_embedder {
    struct embed_model_options model;
};
struct named_chat {
    struct chat_model_options model;
};

/* Rows for those structs and for struct rerank_model_options; no tool shows them. */
extern const struct option named_embedder_table[], named_chat_table[], named_reranker_table[];

/* Fills *values (zeroed) by the table's defaults and by what the model says; NULL: by the defaults. Errors: E_USAGE,
 * with the place in the file. */
bool named_options_fill(const struct named_model *model, const struct option *table, void *values, struct arena *arena,
                        struct error *error) MUST_CHECK;

/* The settings those options mean; cache folder: arena. */
void rerank_model_settings(const struct rerank_model_options *options, const struct run_settings *run,
                           struct arena *arena, struct reranker_settings *settings);

#endif
