/* query_rerank.c - the best rows of a search, ordered anew by a reranker. */
#include <stdlib.h>

#include "cli/say.h"
#include "query.h"

enum { CANDIDATES_DEFAULT = 50 };

bool query_has_reranker(const struct query_options *options)
{
    return options->rerank.name || options->rerank.command;
}

bool query_check_reranker(const struct query_options *options, struct error *error)
{
    const struct service_options *service = &options->rerank;
    if (!query_has_reranker(options)) {
        const char *lost = service->provider            ? "--rerank-provider"
                           : service->model             ? "--rerank-model"
                           : service->api_key_env       ? "--rerank-api-key-env"
                           : service->api_key_file      ? "--rerank-api-key-file"
                           : options->rerank_candidates ? "--rerank-candidates"
                           : options->rerank_fallback   ? "--rerank-fallback"
                                                        : NULL;
        return !lost || error_set(error, E_USAGE, "%s: needs --rerank or --rerank-command", lost);
    }
    if (service->name && service->command)
        return error_set(error, E_USAGE, "--rerank and --rerank-command exclude one another");
    bool is_command = options->reranker.provider == RERANK_COMMAND + 1;
    if (options->reranker.command ? options->reranker.provider && !is_command : is_command)
        return error_set(error, E_USAGE,
                         "--rerank-provider command goes with --rerank-command, the others with --rerank");
    if (options->rerank_candidates && options->rerank_candidates < options->top_k)
        return error_set(error, E_USAGE, "--rerank-candidates: %lld must be at least --top-k %lld",
                         (long long)options->rerank_candidates, (long long)options->top_k);
    return true;
}

size_t query_rerank_candidates(const struct query_options *options)
{
    if (options->rerank_candidates)
        return (size_t)options->rerank_candidates;
    return options->top_k > CANDIDATES_DEFAULT ? (size_t)options->top_k : CANDIDATES_DEFAULT;
}

bool query_open_reranker(struct query_run *run, struct error *error)
{
    const struct query_options *options = run->options;
    struct run_settings how = { .is_offline = run->call->common.offline, .seed = run->call->common.seed };
    struct reranker_settings settings;
    if (!query_has_reranker(options) || run->question_count == 0)
        return true;
    rerank_model_settings(&options->reranker, &how, &run->arena, &settings);
    settings.client.notice = query_notice;
    run->reranker = reranker_open(&settings, error);
    return run->reranker != NULL;
}

/* What the reranker reads of a row: its text, or its id where it has none. Arena. */
static bool read_text(struct query_run *run, const struct query_hit *hit, struct index_scratch *scratch,
                      struct arena *arena, struct slice *text, struct error *error)
{
    struct slice json;
    struct json_object object;
    if (!index_record(run->index, hit->found.row, scratch, &json, error) ||
        !json_scan_object(json, arena, &object, error))
        return false;
    const struct json_field *field = json_object_find(&object, SLICE("text"));
    struct slice found = SLICE("");
    struct error ignored;
    if (field && field->value.type == JSON_STRING && json_decode(field->value, arena, &found, &ignored))
        found = slice_trim(found);
    *text = arena_copy(arena, found.length ? found : hit->id);
    return true;
}

static int compare_hits(const void *a, const void *b)
{
    const struct query_hit *first = a, *second = b;
    if (first->score != second->score)
        return first->score > second->score ? -1 : 1;
    return slice_compare(first->id, second->id);
}

/* With --rerank-fallback what the model did wrong is no reason to say nothing. */
static bool may_fall_back(const struct query_run *run, const struct error *error)
{
    return run->options->rerank_fallback && (error->code == E_UNAVAILABLE || error->code == E_PROTOCOL);
}

bool query_rerank(struct query_run *run, const struct question *question, struct arena *arena, struct query_hits *hits,
                  struct error *error)
{
    size_t count = query_rerank_candidates(run->options);
    if (count > hits->count)
        count = hits->count;
    struct slice *texts = arena_allocate(arena, (count + 1) * sizeof *texts);
    double *scores = arena_allocate_zeroed(arena, count + 1, sizeof *scores);
    struct index_scratch scratch = { 0 };
    bool is_good = true;
    for (size_t i = 0; i < count && is_good; i++)
        is_good = read_text(run, &hits->list[i], &scratch, arena, &texts[i], error);
    index_scratch_release(&scratch);
    if (!is_good)
        return false;
    if (!reranker_score(run->reranker, question->wordings[0], texts, count, arena, scores, error)) {
        if (!may_fall_back(run, error))
            return false;
        say_warning("query", error);
        say_note("query", "the reranker is left out from here on (--rerank-fallback)");
        error_reset(error);
        reranker_close(run->reranker);
        run->reranker = NULL;
        return true;
    }
    hits->count = count;
    for (size_t i = 0; i < count; i++) {
        hits->list[i].search_rank = (uint32_t)i + 1;
        hits->list[i].score = scores[i];
    }
    qsort(hits->list, count, sizeof *hits->list, compare_hits);
    return true;
}
