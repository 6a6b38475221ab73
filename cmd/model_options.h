/* model_options.h - the option rows by which tools name an embedding model: the same words in embed and query. */
#ifndef CMD_MODEL_OPTIONS_H
#define CMD_MODEL_OPTIONS_H

#include "model/embedder.h"
#include "service_rows.h"

struct embed_model_options {
    unsigned provider; /* index into embed_provider_choices: 0 is "not said" */
    const char *url;
    const char *model;
    int64_t dimension;
    const char *command;
    const char *api_key_env;
    const char *api_key_file;
    bool allow_plain_http;
    int64_t batch_size;
    int64_t concurrency;
    double timeout, first_byte_timeout, stall_timeout, max_wait;
    double requests_per_minute, tokens_per_minute;
    unsigned truncate;
    const char *document_prefix;
    const char *query_prefix;
    const char *cache, *cache_scope;
    double cache_max_age;
};

/* "" (not said), builtin, openai, ..., command. */
extern const char *const embed_provider_choices[];
extern const char *const embed_truncate_choices[];

/* Rows for a struct `type` that has a member `struct embed_model_options model`. */
#define EMBED_MODEL_ROWS(type)                                                                                         \
    { .name = "provider",                                                                                              \
      SERVICE_FIELD(type, provider),                                                                                   \
      .heading = "Model",                                                                                              \
      .argument = "NAME",                                                                                              \
      .choices = embed_provider_choices,                                                                               \
      .help = "who makes the vectors: builtin (no model), a server's dialect, a program",                              \
      .details = "Without it --url means openai, --command means command, and nothing means builtin. The builtin "     \
                 "provider is lexical: it finds texts that share words or parts of words, not synonyms." },            \
        { .name = "url",                                                                                               \
          SERVICE_FIELD(type, url),                                                                                    \
          .meaning = MEANING_URL,                                                                                      \
          .argument = "URL",                                                                                           \
          .help = "the server, such as http://127.0.0.1:8080; its dialect's path is put behind it" },                  \
        { .name = "model",                                                                                             \
          SERVICE_FIELD(type, model),                                                                                  \
          .argument = "NAME",                                                                                          \
          .help = "the model as the server calls it" },                                                                \
        { .name = "dimension",                                                                                         \
          SERVICE_FIELD(type, dimension),                                                                              \
          .argument = "N",                                                                                             \
          .minimum = 1,                                                                                                \
          .maximum = EMBEDDING_DIMENSION_MAXIMUM,                                                                      \
          .help = "numbers in a vector; builtin: 384, else the model's own" },                                         \
        { .name = "command",                                                                                           \
          SERVICE_FIELD(type, command),                                                                                \
          .meaning = MEANING_PROGRAM,                                                                                  \
          .argument = "PROGRAM",                                                                                       \
          .help = "a shell command that reads {\"id\",\"text\",\"type\"} lines and answers {\"embedding\"} lines" },   \
        SERVICE_KEY_ROWS(type),                                                                                        \
        { .name = "batch-size",                                                                                        \
          SERVICE_FIELD(type, batch_size),                                                                             \
          .argument = "N",                                                                                             \
          .minimum = 1,                                                                                                \
          .maximum = 2048,                                                                                             \
          .help = "texts in one request; else as many as suit the server" },                                           \
        { .name = "concurrency",                                                                                       \
          SERVICE_FIELD(type, concurrency),                                                                            \
          .argument = "N",                                                                                             \
          .minimum = 1,                                                                                                \
          .maximum = 64,                                                                                               \
          .help = "requests under way at once, at most [4]" },                                                         \
        SERVICE_TIMEOUT_ROW(type),                                                                                     \
        { .name = "first-byte-timeout",                                                                                \
          SERVICE_FIELD(type, first_byte_timeout),                                                                     \
          .meaning = MEANING_SECONDS,                                                                                  \
          .argument = "SECONDS",                                                                                       \
          .initial = "60",                                                                                             \
          .minimum = 0.1,                                                                                              \
          .maximum = 86400,                                                                                            \
          .help = "how long a server may be silent" },                                                                 \
        { .name = "stall-timeout",                                                                                     \
          SERVICE_FIELD(type, stall_timeout),                                                                          \
          .meaning = MEANING_SECONDS,                                                                                  \
          .argument = "SECONDS",                                                                                       \
          .initial = "30",                                                                                             \
          .minimum = 0.1,                                                                                              \
          .maximum = 86400,                                                                                            \
          .help = "how long an answer that has begun may stand still" },                                               \
        { .name = "max-wait",                                                                                          \
          SERVICE_FIELD(type, max_wait),                                                                               \
          .meaning = MEANING_SECONDS,                                                                                  \
          .argument = "SECONDS",                                                                                       \
          .initial = "300",                                                                                            \
          .minimum = 0.1,                                                                                              \
          .maximum = 86400,                                                                                            \
          .help = "longest wait that a server may ask for (Retry-After); beyond it the run ends with 69" },            \
        { .name = "requests-per-minute",                                                                               \
          SERVICE_FIELD(type, requests_per_minute),                                                                    \
          .argument = "N",                                                                                             \
          .minimum = 0,                                                                                                \
          .maximum = 1e9,                                                                                              \
          .help = "no more than that; failed ones count" },                                                            \
        { .name = "tokens-per-minute",                                                                                 \
          SERVICE_FIELD(type, tokens_per_minute),                                                                      \
          .argument = "N",                                                                                             \
          .minimum = 0,                                                                                                \
          .maximum = 1e12,                                                                                             \
          .help = "no more than that, by estimate" },                                                                  \
        { .name = "truncate",                                                                                          \
          SERVICE_FIELD(type, truncate),                                                                               \
          .argument = "WHERE",                                                                                         \
          .choices = embed_truncate_choices,                                                                           \
          .initial = "none",                                                                                           \
          .help = "end: cut a text that is longer than the model takes; none: reject it" },                            \
        { .name = "cache",                                                                                             \
          SERVICE_FIELD(type, cache),                                                                                  \
          .meaning = MEANING_FOLDER,                                                                                   \
          .argument = "DIR",                                                                                           \
          .help = "where vectors are kept, or none; else garner in the user's cache folder",                           \
          .details =                                                                                                   \
              "Each vector of a named --model is kept there before it counts, so a run that died goes on where "       \
              "it was, and one that is done asks for nothing. Texts stand there as digests, vectors as they "          \
              "are." },                                                                                                \
        SERVICE_CACHE_ROWS(type),                                                                                      \
        { .name = "document-prefix",                                                                                   \
          SERVICE_FIELD(type, document_prefix),                                                                        \
          .argument = "TEXT",                                                                                          \
          .help = "put before each document's text, as some models want it" },                                         \
    {                                                                                                                  \
        .name = "query-prefix", SERVICE_FIELD(type, query_prefix), .argument = "TEXT",                                 \
        .help = "put before each query's text"                                                                         \
    }

/* The settings those options mean; offline from the common options. Errors: E_USAGE for options that exclude one
 * another. */
bool embed_model_settings(const struct embed_model_options *options, bool is_offline,
                          struct embedder_settings *settings, struct error *error) MUST_CHECK;

/* Where their vectors are kept, as --cache says; arena. Apart, since only those who embed touch the folder. */
void embed_model_cache(const struct embed_model_options *options, struct arena *arena,
                       struct embedder_settings *settings);

#endif
