/* named_options.c - what a named model says, as options. */
#include "named_options.h"

#include "store/cache.h"

const char *const rerank_provider_choices[] = { "", "cohere", "jina", "voyage", "tei", "bedrock", "command", NULL };

const struct option named_embedder_table[] = { EMBED_MODEL_ROWS(struct named_embedder), { .name = NULL } };
const struct option named_chat_table[] = { CHAT_MODEL_ROWS(struct named_chat), { .name = NULL } };

#define FIELD(name) OPTION_FIELD(struct rerank_model_options, name)
const struct option named_reranker_table[] = {
    { .name = "provider", FIELD(provider), .choices = rerank_provider_choices },
    { .name = "url", FIELD(url) },
    { .name = "model", FIELD(model) },
    { .name = "command", FIELD(command) },
    { .name = "api-key-env", FIELD(api_key_env) },
    { .name = "api-key-file", FIELD(api_key_file) },
    { .name = "allow-plain-http", FIELD(allow_plain_http) },
    { .name = "batch-size", FIELD(batch_size), .minimum = 1, .maximum = 1000 },
    { .name = "concurrency", FIELD(concurrency), .minimum = 1, .maximum = 1024 },
    { .name = "timeout",
      FIELD(timeout),
      .meaning = MEANING_SECONDS,
      .initial = "300",
      .minimum = 0.1,
      .maximum = 86400 },
    { .name = "first-byte-timeout",
      FIELD(first_byte_timeout),
      .meaning = MEANING_SECONDS,
      .minimum = 0.1,
      .maximum = 86400 },
    { .name = "max-wait", FIELD(max_wait), .meaning = MEANING_SECONDS, .minimum = 0, .maximum = 86400 },
    { .name = "requests-per-minute", FIELD(requests_per_minute), .minimum = 0, .maximum = 1e9 },
    { .name = "tokens-per-minute", FIELD(tokens_per_minute), .minimum = 0, .maximum = 1e12 },
    { .name = "cache", FIELD(cache) },
    { .name = "cache-scope", FIELD(cache_scope) },
    { .name = "cache-max-age", FIELD(cache_max_age), .minimum = 0, .maximum = 1e6 },
    { .name = NULL },
};

bool named_options_fill(const struct named_model *model, const struct option *table, void *values, struct arena *arena,
                        struct error *error)
{
    return options_initialise(table, values, arena, error) &&
           (!model || models_apply(model, table, values, arena, error));
}

static enum rerank_provider provider_of(const struct rerank_model_options *options)
{
    if (options->provider)
        return (enum rerank_provider)(options->provider - 1);
    return options->command ? RERANK_COMMAND : RERANK_JINA;
}

void rerank_model_settings(const struct rerank_model_options *options, const struct run_settings *run,
                           struct arena *arena, struct reranker_settings *settings)
{
    *settings = (struct reranker_settings){ .provider = provider_of(options),
                                            .model = options->model,
                                            .command = options->command,
                                            .batch_size = options->batch_size,
                                            .cache_folder = cache_default_folder(options->cache, arena),
                                            .cache_days = options->cache_max_age,
                                            .scope = options->cache_scope };
    settings->client = (struct client_settings){ .url = options->url,
                                                 .api_key_environment = options->api_key_env,
                                                 .api_key_file = options->api_key_file,
                                                 .concurrency = options->concurrency,
                                                 .requests_per_minute = options->requests_per_minute,
                                                 .tokens_per_minute = options->tokens_per_minute,
                                                 .first_byte_seconds = options->first_byte_timeout,
                                                 .total_seconds = options->timeout,
                                                 .max_wait = options->max_wait,
                                                 .allows_plain_http = options->allow_plain_http,
                                                 .is_offline = run->is_offline,
                                                 .seed = run->seed };
}
