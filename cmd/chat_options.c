/* chat_options.c - what the options that name a chat model mean. */
#include "chat_options.h"

#include "base/number.h"
#include "store/cache.h"

const char *const chat_provider_choices[] = { "", "openai", "ollama", "anthropic", "bedrock", "command", NULL };

/* An empty text is what a variable without a value leaves behind: as if the option were not there. */
static const char *given(const char *text)
{
    return text && *text ? text : NULL;
}

static bool choose_provider(const struct chat_model_options *options, enum chat_provider *provider, struct error *error)
{
    const char *url = given(options->url), *command = given(options->command);
    if (url && command)
        return error_set(error, E_USAGE, "--url and --command exclude one another");
    if (options->provider)
        *provider = (enum chat_provider)(options->provider - 1);
    else if (url || command)
        *provider = command ? CHAT_COMMAND : CHAT_OPENAI;
    else
        return error_set(error, E_USAGE, "no model is named: give --url URL or --command PROGRAM");
    if (*provider == CHAT_COMMAND ? url != NULL : command != NULL)
        return error_set(error, E_USAGE, "%s is not for provider %s", url ? "--url" : "--command",
                         chat_provider_names[*provider]);
    return true;
}

static bool read_number(const char *name, const char *text, double maximum, double *number, struct error *error)
{
    *number = -1;
    if (!given(text))
        return true;
    return (number_parse_double(slice_of_string(text), number) && *number >= 0 && *number <= maximum) ||
           error_set(error, E_USAGE, "%s: '%s' is not a number between 0 and %g", name, text, maximum);
}

static bool read_amount(const char *name, const char *text, bool is_price, int64_t *pico, struct error *error)
{
    struct error inner;
    *pico = 0;
    if (!given(text))
        return true;
    struct slice amount = slice_of_string(text);
    if (is_price ? price_parse_million(amount, pico, &inner) : price_parse_money(amount, pico, &inner))
        return true;
    return error_set(error, E_USAGE, "%s: %s", name, inner.message);
}

static bool read_prices(const struct chat_model_options *options, struct price *price, struct error *error)
{
    if (given(options->prices)) {
        if (!given(options->model))
            return error_set(error, E_USAGE, "--prices needs --model");
        if (!price_find(options->prices, options->model, price, error))
            return false;
    }
    if (given(options->batch_requests) && price->batch_permille) {
        price->input = price->input * price->batch_permille / 1000;
        price->output = price->output * price->batch_permille / 1000;
    }
    if (given(options->input_price) || given(options->output_price))
        price->is_known = true;
    return (!given(options->input_price) ||
            read_amount("--input-price", options->input_price, true, &price->input, error)) &&
           (!given(options->output_price) ||
            read_amount("--output-price", options->output_price, true, &price->output, error));
}

bool chat_model_settings(const struct chat_model_options *options, const struct run_settings *run, struct arena *arena,
                         struct chat_settings *settings, struct error *error)
{
    *settings = (struct chat_settings){ .model = given(options->model),
                                        .command = given(options->command),
                                        .maximum_requests = options->max_requests,
                                        .batch_requests = given(options->batch_requests),
                                        .batch_results = options->batch_results.values,
                                        .batch_result_count = options->batch_results.count,
                                        .is_dry_run = run->is_dry_run };
    settings->client = (struct client_settings){ .url = given(options->url),
                                                 .api_key_environment = given(options->api_key_env),
                                                 .api_key_file = given(options->api_key_file),
                                                 .concurrency = options->concurrency,
                                                 .requests_per_minute = options->requests_per_minute,
                                                 .tokens_per_minute = options->tokens_per_minute,
                                                 .first_byte_seconds = options->timeout,
                                                 .total_seconds = options->timeout,
                                                 .max_wait = options->max_wait,
                                                 .allows_plain_http = options->allow_plain_http,
                                                 .is_offline = run->is_offline,
                                                 .seed = run->seed };
    settings->parameters = (struct chat_parameters){ .maximum_tokens = options->max_tokens,
                                                     .has_seed = run->seed != 0,
                                                     .seed = run->seed,
                                                     .stops = options->stop.values,
                                                     .stop_count = options->stop.count };
    settings->scope = given(options->cache_scope);
    settings->cache_days = options->cache_max_age;
    settings->cache_folder = cache_default_folder(given(options->cache), arena);
    return choose_provider(options, &settings->provider, error) &&
           read_number("--temperature", options->temperature, 2, &settings->parameters.temperature, error) &&
           read_number("--top-p", options->top_p, 1, &settings->parameters.top_p, error) &&
           read_amount("--max-cost", options->max_cost, false, &settings->maximum_cost, error) &&
           read_prices(options, &settings->price, error);
}

void chat_options_notice(void *context, const char *message)
{
    const struct stage *stage = context;
    struct error note;
    error_set(&note, E_UNAVAILABLE, "%s", message);
    stage->run->say(stage->step, &note);
}
