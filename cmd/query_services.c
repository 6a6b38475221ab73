/* query_services.c - the models besides the embedder: a named model or a URL, and the options that go with it. */
#include "query.h"

#include "cli/parse.h"

/* A name is no URL. NULL without an error: it is one, or nothing is said. */
static bool find_model(struct tool_call *call, const char *label, const char *name, const struct named_model **model,
                       struct error *error)
{
    struct model_list models;
    *model = NULL;
    if (!name || strstr(name, "://"))
        return true;
    if (!models_of_call(call, &models, error))
        return false;
    *model = models_need(&models, label, name, error);
    return *model != NULL;
}

/* What the command line says of a service goes before what its model says. */
#define TAKE_SERVICE(options, service)                                                                                 \
    do {                                                                                                               \
        if ((service)->provider)                                                                                       \
            (options)->provider = (service)->provider;                                                                 \
        if ((service)->model)                                                                                          \
            (options)->model = (service)->model;                                                                       \
        if ((service)->api_key_env || (service)->api_key_file) {                                                       \
            (options)->api_key_env = (service)->api_key_env;                                                           \
            (options)->api_key_file = (service)->api_key_file;                                                         \
        }                                                                                                              \
    } while (0)

/* So do the options that hold for every model of the query. */
#define TAKE_SHARED(call, options, shared)                                                                             \
    do {                                                                                                               \
        if (tool_call_has(call, "timeout"))                                                                            \
            (options)->timeout = (shared)->timeout;                                                                    \
        if (tool_call_has(call, "max-wait"))                                                                           \
            (options)->max_wait = (shared)->max_wait;                                                                  \
        if (tool_call_has(call, "concurrency"))                                                                        \
            (options)->concurrency = (shared)->concurrency;                                                            \
        if (tool_call_has(call, "requests-per-minute"))                                                                \
            (options)->requests_per_minute = (shared)->requests_per_minute;                                            \
        if (tool_call_has(call, "tokens-per-minute"))                                                                  \
            (options)->tokens_per_minute = (shared)->tokens_per_minute;                                                \
        if (tool_call_has(call, "allow-plain-http"))                                                                   \
            (options)->allow_plain_http = (shared)->allow_plain_http;                                                  \
        if (tool_call_has(call, "cache"))                                                                              \
            (options)->cache = (shared)->cache;                                                                        \
        if (tool_call_has(call, "cache-scope"))                                                                        \
            (options)->cache_scope = (shared)->cache_scope;                                                            \
        if (tool_call_has(call, "cache-max-age"))                                                                      \
            (options)->cache_max_age = (shared)->cache_max_age;                                                        \
    } while (0)

static bool fill_reranker(struct tool_call *call, struct query_options *options, struct error *error)
{
    const struct service_options *service = &options->rerank;
    struct rerank_model_options *reranker = &options->reranker;
    const struct named_model *model;
    if (!find_model(call, "--rerank", service->name, &model, error) ||
        !named_options_fill(model, named_reranker_table, reranker, call->arena, error))
        return false;
    if (!model) {
        reranker->url = service->name;
        reranker->command = service->command;
    }
    TAKE_SERVICE(reranker, service);
    TAKE_SHARED(call, reranker, &options->model);
    if (tool_call_has(call, "first-byte-timeout"))
        reranker->first_byte_timeout = options->model.first_byte_timeout;
    return true;
}

/* name: of the option `label`. What --answer-model and the like say is of the server that is not told otherwise. */
static bool fill_chat(struct tool_call *call, const char *label, const char *name, const char *command, bool is_answer,
                      struct chat_model_options *chat, struct error *error)
{
    const struct query_options *options = call->options;
    struct named_chat said = { 0 };
    const struct named_model *model;
    if (!find_model(call, label, name, &model, error) ||
        !named_options_fill(model, named_chat_table, &said, call->arena, error))
        return false;
    *chat = said.model;
    if (!model) {
        chat->url = name;
        chat->command = command;
    }
    if (is_answer || !model)
        TAKE_SERVICE(chat, &options->answer);
    if (!model && command)
        chat->provider = CHAT_COMMAND + 1;
    TAKE_SHARED(call, chat, &options->model);
    return true;
}

bool query_fill(struct tool_call *call, struct error *error)
{
    struct query_options *options = call->options;
    /* First, since the embedder's model brings limits of its own. */
    return fill_reranker(call, options, error) &&
           fill_chat(call, "--answer", options->answer.name, options->answer.command, true, &options->answerer,
                     error) &&
           fill_chat(call, "--rewrite-by", options->rewrite_by, options->rewrite_command, false, &options->rewriter,
                     error) &&
           models_fill(call, error);
}
