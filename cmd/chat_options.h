/* chat_options.h - the option rows by which tools name a chat model and bound what it may cost: the same words in
 * generate and judge. */
#ifndef CMD_CHAT_OPTIONS_H
#define CMD_CHAT_OPTIONS_H

#include "model/chat.h"
#include "record/stage.h"
#include "service_rows.h"

struct chat_model_options {
    unsigned provider; /* index into chat_provider_choices: 0 is "not said" */
    const char *url;
    const char *model;
    const char *command;
    const char *api_key_env;
    const char *api_key_file;
    bool allow_plain_http;
    int64_t concurrency;
    double requests_per_minute;
    double tokens_per_minute;
    double timeout;
    double max_wait;
    const char *cache, *cache_scope;
    double cache_max_age;
    int64_t max_tokens;
    const char *temperature;
    const char *top_p;
    struct option_list stop;
    const char *prices;
    const char *input_price;
    const char *output_price;
    int64_t max_requests;
    const char *max_cost;
    const char *batch_requests;
    struct option_list batch_results;
};

/* "" (not said), openai, ollama, anthropic, bedrock, command. */
extern const char *const chat_provider_choices[];

/* Rows for a struct `type` that has a member `struct chat_model_options model`. */
#define CHAT_MODEL_ROWS(type)                                                                                          \
    { .name = "provider",                                                                                              \
      SERVICE_FIELD(type, provider),                                                                                   \
      .heading = "Model",                                                                                              \
      .argument = "NAME",                                                                                              \
      .choices = chat_provider_choices,                                                                                \
      .help = "who answers; without it --url means openai, --command means command" },                                 \
        { .name = "url",                                                                                               \
          SERVICE_FIELD(type, url),                                                                                    \
          .meaning = MEANING_URL,                                                                                      \
          .argument = "URL",                                                                                           \
          .help = "the server, such as http://127.0.0.1:8080; the path is put behind it" },                            \
        { .name = "model",                                                                                             \
          SERVICE_FIELD(type, model),                                                                                  \
          .argument = "NAME",                                                                                          \
          .help = "the model as the server calls it, or a named model",                                                \
          .details = "Named models stand in $GARNER_CONFIG or ~/.config/garner/config.yaml, and in a pipeline: their " \
                     "provider, url, model, limits, prices and where the key is. Options given here win." },           \
        { .name = "command",                                                                                           \
          SERVICE_FIELD(type, command),                                                                                \
          .meaning = MEANING_PROGRAM,                                                                                  \
          .argument = "PROGRAM",                                                                                       \
          .help = "a shell command that answers {\"id\",\"messages\"} lines by {\"id\",\"completion\"} lines",         \
          .details = "It also gets model, max_tokens, temperature, top_p, seed, stop and schema as far as they are "   \
                     "told, may answer finish_reason, usage and model, or {\"id\",\"error\"} for a question that it "  \
                     "cannot answer. One that dies is started again." },                                               \
        SERVICE_KEY_ROWS(type),                                                                                        \
        { .name = "max-tokens",                                                                                        \
          SERVICE_FIELD(type, max_tokens),                                                                             \
          .argument = "N",                                                                                             \
          .minimum = 1,                                                                                                \
          .maximum = 10000000,                                                                                         \
          .help = "longest answer; without it the model's own limit (anthropic: 4096)" },                              \
        { .name = "temperature",                                                                                       \
          SERVICE_FIELD(type, temperature),                                                                            \
          .argument = "T",                                                                                             \
          .help = "how free the answers are, 0 to 2; without it the model's own" },                                    \
        { .name = "top-p",                                                                                             \
          SERVICE_FIELD(type, top_p),                                                                                  \
          .argument = "P",                                                                                             \
          .help = "sample from the likeliest tokens of that share, 0 to 1" },                                          \
        { .name = "stop",                                                                                              \
          SERVICE_FIELD(type, stop),                                                                                   \
          .keeps_commas = true,                                                                                        \
          .argument = "TEXT",                                                                                          \
          .help = "end an answer there; may be given several times" },                                                 \
        { .name = "concurrency",                                                                                       \
          SERVICE_FIELD(type, concurrency),                                                                            \
          .heading = "Limits",                                                                                         \
          .argument = "N",                                                                                             \
          .initial = "8",                                                                                              \
          .minimum = 1,                                                                                                \
          .maximum = 1024,                                                                                             \
          .help = "requests under way at once, at most" },                                                             \
        { .name = "requests-per-minute",                                                                               \
          SERVICE_FIELD(type, requests_per_minute),                                                                    \
          .argument = "N",                                                                                             \
          .minimum = 0,                                                                                                \
          .maximum = 1e9,                                                                                              \
          .help = "start no more than so many; 0: no limit" },                                                         \
        { .name = "tokens-per-minute",                                                                                 \
          SERVICE_FIELD(type, tokens_per_minute),                                                                      \
          .argument = "N",                                                                                             \
          .minimum = 0,                                                                                                \
          .maximum = 1e12,                                                                                             \
          .help = "send and ask for no more than about so many; 0: no limit" },                                        \
        SERVICE_TIMEOUT_ROW(type),                                                                                     \
        { .name = "max-wait",                                                                                          \
          SERVICE_FIELD(type, max_wait),                                                                               \
          .meaning = MEANING_SECONDS,                                                                                  \
          .argument = "SECONDS",                                                                                       \
          .initial = "300",                                                                                            \
          .minimum = 0,                                                                                                \
          .maximum = 86400,                                                                                            \
          .help = "longest wait that a server may ask for" },                                                          \
        { .name = "max-requests",                                                                                      \
          SERVICE_FIELD(type, max_requests),                                                                           \
          .argument = "N",                                                                                             \
          .minimum = 1,                                                                                                \
          .maximum = 1e15,                                                                                             \
          .help = "ask for so many new answers at most; the rest are rejects",                                         \
          .details = "Answers from the cache do not count, nor do retries. What is beyond has the code E_BUDGET; run " \
                     "it again to go on." },                                                                           \
        { .name = "max-cost",                                                                                          \
          SERVICE_FIELD(type, max_cost),                                                                               \
          .argument = "AMOUNT",                                                                                        \
          .help = "spend so much at most; the rest are rejects",                                                       \
          .details = "Before a request goes out the most that it can cost is set aside: its tokens as estimated and "  \
                     "a quarter more, and --max-tokens of answer. What does not fit has the code E_BUDGET." },         \
        { .name = "prices",                                                                                            \
          SERVICE_FIELD(type, prices),                                                                                 \
          .meaning = MEANING_FILE,                                                                                     \
          .argument = "FILE",                                                                                          \
          .help = "YAML: model: {input: 3, output: 15} in money per million tokens",                                   \
          .details = "A name that ends in * stands for all that begin so; the longest one counts." },                  \
        { .name = "input-price",                                                                                       \
          SERVICE_FIELD(type, input_price),                                                                            \
          .argument = "AMOUNT",                                                                                        \
          .help = "of a million tokens sent, in place of --prices" },                                                  \
        { .name = "output-price",                                                                                      \
          SERVICE_FIELD(type, output_price),                                                                           \
          .argument = "AMOUNT",                                                                                        \
          .help = "of a million tokens answered" },                                                                    \
        { .name = "batch-requests",                                                                                    \
          SERVICE_FIELD(type, batch_requests),                                                                         \
          .heading = "Batches",                                                                                        \
          .meaning = MEANING_FILE,                                                                                     \
          .argument = "FILE",                                                                                          \
          .help = "write questions there for the service's batch interface",                                           \
          .details = "For openai, anthropic and bedrock (Converse jobs). Nothing is asked; records without an answer " \
                     "in the cache are dropped as 'batched'. The file holds each question once." },                    \
        { .name = "batch-results",                                                                                     \
          SERVICE_FIELD(type, batch_results),                                                                          \
          .meaning = MEANING_FILE,                                                                                     \
          .argument = "FILE",                                                                                          \
          .help = "take answers from result files of such a batch",                                                    \
          .details = "They go into the cache, joined by what was asked, in any order. Nothing is asked: what has no "  \
                     "answer is a reject, or goes to --batch-requests. Give the same options and records as when the " \
                     "batch was written." },                                                                           \
        { .name = "cache",                                                                                             \
          SERVICE_FIELD(type, cache),                                                                                  \
          .heading = "Cache",                                                                                          \
          .meaning = MEANING_FOLDER,                                                                                   \
          .argument = "DIR",                                                                                           \
          .help = "keep answers there; none: keep none [~/.cache/garner]",                                             \
          .details = "An answer counts for the same provider, --model and question; without --model for the same "     \
                     "server or program only." },                                                                      \
        SERVICE_CACHE_ROWS(type)

/* The settings those options mean; the schema and the seed of samples are the caller's. Texts are borrowed from the
 * options or live in the arena. Errors: E_USAGE, E_CONFIG, E_NO_INPUT (price table). */
bool chat_model_settings(const struct chat_model_options *options, const struct run_settings *run, struct arena *arena,
                         struct chat_settings *settings, struct error *error) MUST_CHECK;

/* Prints what the client remarks, as the tool `context` (a stage). */
void chat_options_notice(void *context, const char *message);

#endif
