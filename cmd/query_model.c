/* query_model.c - the vectors of the questions, by the model that made those of the index. */

#include "query.h"

/* The index says which model, the user says where it is. */
static bool model_settings(struct query_run *run, struct embedder_settings *settings, struct error *error)
{
    const struct index_settings *index = &run->index->manifest.settings;
    struct embed_model_options options = run->options->model;
    enum embed_provider provider;
    struct slice model = { NULL, 0 };
    int64_t dimension = 0;
    bool is_known = embedding_model_split(index->model, &provider, &model, &dimension);
    if (!is_known && !options.url && !options.command && !options.provider)
        return error_set(error, E_USAGE,
                         "the vectors of the index come from '%.*s', which garner does not know; name a model with "
                         "--url or --command, or use --mode lexical",
                         (int)index->model.length, index->model.bytes);
    /* A URL says where the server is, the index how it is asked. */
    if (is_known && !options.provider && !options.command &&
        (!options.url || (provider != EMBED_BUILTIN && provider != EMBED_COMMAND)))
        options.provider = (unsigned)provider + 1;
    if (is_known && options.provider > EMBED_BUILTIN + 1 && options.provider < EMBED_COMMAND + 1 && !options.url)
        return error_set(error, E_USAGE,
                         "the index was embedded by '%.*s'; --url says where that model is, or use --mode lexical",
                         (int)index->model.length, index->model.bytes);
    if (is_known && options.provider == EMBED_COMMAND + 1 && !options.command)
        return error_set(error, E_USAGE,
                         "the index was embedded by a command; --command names it, or use --mode lexical");
    if (!embed_model_settings(&options, run->call->common.offline, settings, error))
        return false;
    if (is_known && !settings->model && model.length)
        settings->model = arena_copy_string(&run->arena, model);
    if (settings->provider == EMBED_BUILTIN)
        settings->dimension = index->dimension;
    if (!settings->query_prefix && index->query_prefix.length)
        settings->query_prefix = arena_copy_string(&run->arena, index->query_prefix);
    if (!settings->document_prefix && index->document_prefix.length)
        settings->document_prefix = arena_copy_string(&run->arena, index->document_prefix);
    embed_model_cache(&options, &run->arena, settings);
    return true;
}

/* The same name and dimension do not make the same model: a text of the index is embedded again and compared. Only of
 * the builtin ones the name says it all. */
static bool check_probe(struct query_run *run, bool is_builtin, struct error *error)
{
    const struct index_settings *settings = &run->index->manifest.settings;
    struct embed_result result;
    bool is_same_name = slice_equal(slice_of_string(embedder_model(run->embedder)), settings->model);
    if (settings->probe_count == 0 || (is_builtin && is_same_name))
        return true;
    const struct probe *probe = &settings->probes[0];
    if (!embedder_embed(run->embedder, EMBED_DOCUMENT, &probe->text, 1, &run->arena, &result, error))
        return false;
    if (!result.vector)
        return error_set(error, E_INDEX_MODEL, "the model refuses a text of the index: %s", result.reason);
    if (embedder_dimension(run->embedder) != settings->dimension)
        return error_set(error, E_INDEX_MODEL, "the model '%s' gives %u numbers, the index has %u",
                         embedder_model(run->embedder), embedder_dimension(run->embedder), settings->dimension);
    double nearness = embedding_cosine(result.vector, probe->vector, settings->dimension);
    if (nearness >= PROBE_COSINE)
        return true;
    return error_set(
        error, E_INDEX_MODEL,
        "the model '%s' is not the one that made the index ('%.*s'), or gets another prefix: a text of the index has "
        "another vector (cosine %.4f)",
        embedder_model(run->embedder), (int)settings->model.length, settings->model.bytes, nearness);
}

/* All wordings of all questions are asked for together. */
static bool embed_wordings(struct query_run *run, struct error *error)
{
    size_t count = 0, next = 0;
    for (size_t i = 0; i < run->question_count; i++)
        count += run->questions[i].wording_count;
    struct slice *texts = arena_allocate(&run->arena, count * sizeof *texts);
    struct embed_result *results = arena_allocate_zeroed(&run->arena, count, sizeof *results);
    const float **vectors = arena_allocate_zeroed(&run->arena, count, sizeof *vectors);
    for (size_t i = 0; i < run->question_count; i++)
        for (size_t k = 0; k < run->questions[i].wording_count; k++)
            texts[next++] = run->questions[i].wordings[k];
    if (!embedder_embed(run->embedder, EMBED_QUERY, texts, count, &run->arena, results, error))
        return false;
    if (embedder_dimension(run->embedder) != run->index->manifest.settings.dimension)
        return error_set(error, E_INDEX_MODEL, "the model gives %u numbers, the index has %u",
                         embedder_dimension(run->embedder), run->index->manifest.settings.dimension);
    for (size_t i = 0, first = 0; i < run->question_count; first += run->questions[i++].wording_count) {
        struct question *question = &run->questions[i];
        question->vectors = &vectors[first];
        for (size_t k = 0; k < question->wording_count; k++) {
            vectors[first + k] = results[first + k].vector;
            if (!results[first + k].vector)
                return error_set(error, results[first + k].code, "query '%.*s': %s", (int)question->id.length,
                                 question->id.bytes, results[first + k].reason);
        }
    }
    return true;
}

bool query_embed(struct query_run *run, struct error *error)
{
    struct embedder_settings settings = { 0 };
    if (run->mode == QUERY_MODE_LEXICAL || run->question_count == 0)
        return true;
    if (!model_settings(run, &settings, error))
        return false;
    run->embedder = embedder_open(&settings, error);
    return run->embedder && check_probe(run, settings.provider == EMBED_BUILTIN, error) && embed_wordings(run, error);
}
