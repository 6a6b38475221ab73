/* embed_memory.c - the cache in front of a provider of embeddings. */
#include "model/embed_memory.h"

#include <stdio.h>

#include "base/map.h"
#include "base/memory.h"

#define PROBE_TEXT   "The quick brown fox jumps over the lazy dog near the harbour."
#define PROBE_COSINE 0.999

struct embed_memory {
    struct cache *cache;
    struct cache_key_prefix prefixes[2]; /* by purpose */
    struct cache_key probe_key;
    bool is_probed;
};

/* Everything that determines a vector but the text, which has its prefix. */
static void make_prefixes(struct embed_memory *memory, const struct embedder_settings *settings)
{
    static const char *const purposes[] = { "document", "query" };
    char dimension[32];
    struct slice parts[7];
    snprintf(dimension, sizeof dimension, "%lld", (long long)settings->dimension);
    parts[0] = slice_of_string(embed_provider_names[settings->provider]);
    parts[1] = slice_of_string(settings->model);
    parts[2] = slice_of_string(settings->cache_scope);
    parts[3] = slice_of_string(dimension);
    parts[4] = SLICE("server"); /* vectors are normalised or not as the server does it */
    parts[5] = slice_of_string(settings->truncates ? "end" : "none");
    for (unsigned i = 0; i < 2; i++) {
        parts[6] = slice_of_string(purposes[i]);
        cache_key_prefix_make(CACHE_VECTOR, parts, 7, &memory->prefixes[i]);
    }
    cache_key_make(CACHE_PROBE, parts, 5, &memory->probe_key);
}

struct embed_memory *embed_memory_open(const struct embedder_settings *settings, struct error *error)
{
    struct cache_settings cache = { .folder = settings->cache_folder,
                                    .maximum_age = settings->cache_days,
                                    .notice = settings->notice,
                                    .notice_context = settings->notice_context };
    struct embed_memory *memory = memory_allocate_zeroed(1, sizeof *memory);
    memory->cache = cache_open(&cache, error);
    if (!memory->cache) {
        embed_memory_close(memory);
        return NULL;
    }
    make_prefixes(memory, settings);
    return memory;
}

/* What is asked of the provider: texts[0] is the probe when has_probe. */
struct misses {
    struct embed_memory *memory;
    struct slice *texts;
    struct cache_key *keys;
    size_t *places; /* of the job's first text of that kind */
    size_t count;
    struct embed_result *results;
    struct embedder_identity *identity;
    struct arena *arena;
    bool has_probe;
};

static struct slice bytes_of(const float *vector, uint32_t dimension)
{
    return slice_of((const char *)vector, dimension * sizeof *vector);
}

static bool check_probe(struct misses *misses, struct error *error)
{
    struct embed_memory *memory = misses->memory;
    const float *vector = misses->results[0].vector;
    uint32_t dimension = misses->identity->dimension;
    struct slice known;
    bool is_known;
    memory->is_probed = true;
    if (!vector)
        return true; /* refused: nothing can be said */
    if (!cache_get(memory->cache, CACHE_PROBE, &memory->probe_key, misses->arena, &known, &is_known, error))
        return false;
    if (!is_known) {
        struct cache_entry entry = { CACHE_PROBE, &memory->probe_key, bytes_of(vector, dimension) };
        return cache_put(memory->cache, &entry, 1, error);
    }
    bool has_same_length = known.length == dimension * sizeof *vector;
    double nearness =
        has_same_length ? embedding_cosine(vector, (const float *)(const void *)known.bytes, dimension) : 0;
    if (nearness >= PROBE_COSINE)
        return true;
    return error_set(
        error, E_MODEL_CHANGED,
        "the model '%s' is not the one that filled the cache: a text has another vector now (cosine %.4f); "
        "--cache-scope NAME keeps the two apart",
        misses->identity->model, nearness);
}

/* Answers are in the cache before anything else happens to them. */
static bool keep(void *context, size_t first, size_t count, struct error *error)
{
    struct misses *misses = context;
    if (misses->has_probe && first == 0 && !check_probe(misses, error))
        return false;
    struct cache_entry *entries = arena_allocate(misses->arena, (count + 1) * sizeof *entries);
    size_t kept = 0;
    for (size_t i = first; i < first + count; i++)
        if (misses->results[i].vector && !(misses->has_probe && i == 0))
            entries[kept++] = (struct cache_entry){ CACHE_VECTOR, &misses->keys[i],
                                                    bytes_of(misses->results[i].vector, misses->identity->dimension) };
    return cache_put(misses->memory->cache, entries, kept, error);
}

/* A known vector is taken when it fits those of this run. */
static bool take_known(const struct embed_job *job, size_t i, struct slice value)
{
    uint32_t count = (uint32_t)(value.length / sizeof(float));
    if (!count || value.length % sizeof(float) || count > EMBEDDING_DIMENSION_MAXIMUM ||
        (job->identity->dimension && job->identity->dimension != count))
        return false;
    job->identity->dimension = count;
    job->results[i].vector = (const float *)(const void *)value.bytes; /* the arena aligns */
    return true;
}

/* Fills what is known, lists what is not; same_as[i]: which of the misses text i is. */
static bool look_up(struct embed_memory *memory, const struct embed_job *job, struct misses *misses, size_t *same_as,
                    struct error *error)
{
    struct map seen = { 0 };
    bool is_good = true;
    for (size_t i = 0; i < job->count && is_good; i++) {
        struct slice value;
        struct cache_key *key = &misses->keys[misses->count];
        bool is_known, is_new;
        cache_key_finish(&memory->prefixes[job->purpose], job->texts[i], key);
        is_good = cache_get(memory->cache, CACHE_VECTOR, key, job->arena, &value, &is_known, error);
        if (!is_good || (is_known && take_known(job, i, value)))
            continue;
        struct map_entry *entry = map_insert(&seen, slice_of((const char *)key->bytes, sizeof key->bytes), &is_new);
        if (is_new) {
            entry->value = misses->count;
            misses->texts[misses->count] = job->texts[i];
            misses->places[misses->count++] = i;
        }
        same_as[i] = (size_t)entry->value + 1;
    }
    map_release(&seen);
    return is_good;
}

static bool ask(struct misses *misses, const struct embedder_provider *provider, void *state,
                enum embed_purpose purpose, size_t first, size_t count, struct error *error);

/* The probe goes with the first request alone, so that nothing is kept before it was looked at. */
static bool ask_all(struct misses *misses, const struct embedder_provider *provider, void *state,
                    enum embed_purpose purpose, struct error *error)
{
    size_t start = misses->has_probe ? 0 : 1, end = misses->count;
    if (misses->has_probe) {
        size_t batch = provider->batch ? provider->batch(state) : 2;
        size_t count = batch < end ? (batch ? batch : 1) : end;
        if (!ask(misses, provider, state, purpose, 0, count, error))
            return false;
        misses->memory->is_probed = true;
        misses->has_probe = false;
        start = count;
    }
    return start >= end || ask(misses, provider, state, purpose, start, end - start, error);
}

/* Positions of a job's results are turned into those of all misses. */
struct part {
    struct misses *misses;
    size_t first;
};

static bool keep_part(void *context, size_t first, size_t count, struct error *error)
{
    const struct part *part = context;
    return keep(part->misses, part->first + first, count, error);
}

static bool ask(struct misses *misses, const struct embedder_provider *provider, void *state,
                enum embed_purpose purpose, size_t first, size_t count, struct error *error)
{
    struct part part = { misses, first };
    struct embed_job job = { .purpose = purpose,
                             .texts = misses->texts + first,
                             .count = count,
                             .arena = misses->arena,
                             .results = misses->results + first,
                             .identity = misses->identity,
                             .keep = keep_part,
                             .context = &part };
    return provider->embed(state, &job, error);
}

bool embed_memory_ask(struct embed_memory *memory, const struct embedder_provider *provider, void *state,
                      const struct embed_job *job, struct error *error)
{
    size_t room = job->count + 2;
    /* Index 0 is the probe's, whether it is asked for or not. */
    struct misses misses = { .memory = memory,
                             .texts = arena_allocate(job->arena, room * sizeof *misses.texts),
                             .keys = arena_allocate(job->arena, room * sizeof *misses.keys),
                             .places = arena_allocate(job->arena, room * sizeof *misses.places),
                             .count = 1,
                             .results = arena_allocate_zeroed(job->arena, room, sizeof *misses.results),
                             .identity = job->identity,
                             .arena = job->arena,
                             .has_probe = !memory->is_probed };
    size_t *same_as = arena_allocate_zeroed(job->arena, room, sizeof *same_as);
    misses.texts[0] = SLICE(PROBE_TEXT);
    if (!look_up(memory, job, &misses, same_as, error))
        return false;
    bool is_good = misses.count == 1 || ask_all(&misses, provider, state, job->purpose, error);
    /* Also after a failure: what came is kept. */
    struct error ignored;
    if (!cache_commit(memory->cache, is_good ? error : &ignored))
        is_good = false;
    for (size_t i = 0; is_good && i < job->count; i++)
        if (same_as[i])
            job->results[i] = misses.results[same_as[i] - 1];
    return is_good;
}

const struct cache_counters *embed_memory_counters(const struct embed_memory *memory)
{
    return cache_counters(memory->cache);
}

void embed_memory_close(struct embed_memory *memory)
{
    if (!memory)
        return;
    cache_close(memory->cache);
    cache_key_prefix_release(&memory->prefixes[0]);
    cache_key_prefix_release(&memory->prefixes[1]);
    memory_free(memory);
}
