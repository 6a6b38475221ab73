/* model_options.c - what the options that name an embedding model mean. */
#include "model_options.h"

#include "cli/say.h"
#include "store/cache.h"

const char *const embed_provider_choices[] = { "",       "builtin", "openai",  "ollama",  "tei",
                                               "cohere", "voyage",  "bedrock", "command", NULL };
const char *const embed_truncate_choices[] = { "none", "end", NULL };

/* An empty text is what a variable without a value leaves behind: as if the option were not there. */
static const char *given(const char *text)
{
    return text && *text ? text : NULL;
}

static enum embed_provider provider_of(const struct embed_model_options *options)
{
    if (options->provider)
        return (enum embed_provider)(options->provider - 1);
    if (given(options->command))
        return EMBED_COMMAND;
    return given(options->url) ? EMBED_OPENAI : EMBED_BUILTIN;
}

static void notice(void *context, const char *message)
{
    (void)context;
    say_note("embed", "%s", message);
}

bool embed_model_settings(const struct embed_model_options *options, bool is_offline,
                          struct embedder_settings *settings, struct error *error)
{
    *settings = (struct embedder_settings){
        .provider = provider_of(options),
        .url = given(options->url),
        .model = given(options->model),
        .dimension = options->dimension,
        .command = given(options->command),
        .api_key_environment = given(options->api_key_env),
        .api_key_file = given(options->api_key_file),
        .document_prefix = given(options->document_prefix),
        .query_prefix = given(options->query_prefix),
        .batch_size = options->batch_size,
        .concurrency = options->concurrency,
        .timeout = options->timeout,
        .first_byte_timeout = options->first_byte_timeout,
        .stall_timeout = options->stall_timeout,
        .max_wait = options->max_wait,
        .requests_per_minute = options->requests_per_minute,
        .tokens_per_minute = options->tokens_per_minute,
        .truncates = options->truncate > 0,
        .cache_scope = given(options->cache_scope),
        .cache_days = options->cache_max_age,
        .notice = notice,
        .allows_plain_http = options->allow_plain_http,
        .is_offline = is_offline,
    };
    if (settings->url && settings->command)
        return error_set(error, E_USAGE, "--url and --command exclude one another");
    if ((settings->provider == EMBED_BUILTIN || settings->provider == EMBED_COMMAND) && settings->url)
        return error_set(error, E_USAGE, "--url is for servers, not for provider %s",
                         embed_provider_names[settings->provider]);
    if (settings->provider != EMBED_COMMAND && settings->command)
        return error_set(error, E_USAGE, "--command is for provider command, not %s",
                         embed_provider_names[settings->provider]);
    return true;
}

void embed_model_cache(const struct embed_model_options *options, struct arena *arena,
                       struct embedder_settings *settings)
{
    settings->cache_folder = cache_default_folder(options->cache, arena);
}
