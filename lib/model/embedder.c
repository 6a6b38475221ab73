/* embedder.c - the one door to all providers. */
#include "model/embedder.h"

#include <math.h>

#include "base/base64.h"
#include "base/memory.h"
#include "base/number.h"
#include "model/embed_memory.h"
#include "model/embedder_provider.h"

const char *const embed_provider_names[] = { "builtin", "openai",  "ollama",  "tei", "cohere",
                                             "voyage",  "bedrock", "command", NULL };

static const struct embedder_provider *provider_of(enum embed_provider provider)
{
    if (provider == EMBED_BUILTIN)
        return &embedder_builtin;
    return provider == EMBED_COMMAND ? &embedder_command : &embedder_server;
}

struct embedder {
    struct embedder_settings settings;
    const struct embedder_provider *provider;
    void *state;
    struct embedder_identity identity;
    struct buffer name;          /* provider:model:dimension */
    struct embed_memory *memory; /* NULL: no cache */
};

static void make_name(struct embedder *embedder)
{
    buffer_reset(&embedder->name);
    buffer_append_format(&embedder->name, "%s:%s:%u", embed_provider_names[embedder->settings.provider],
                         embedder->identity.model ? embedder->identity.model : "", embedder->identity.dimension);
}

struct embedder *embedder_open(const struct embedder_settings *settings, struct error *error)
{
    if (settings->dimension < 0 || settings->dimension > EMBEDDING_DIMENSION_MAXIMUM) {
        error_set(error, E_USAGE, "a dimension of %lld is not between 1 and %d", (long long)settings->dimension,
                  EMBEDDING_DIMENSION_MAXIMUM);
        return NULL;
    }
    struct embedder *embedder = memory_allocate_zeroed(1, sizeof *embedder);
    embedder->settings = *settings;
    embedder->provider = provider_of(settings->provider);
    bool is_good = embedder->provider->open(settings, &embedder->state, &embedder->identity, error);
    /* Without a name a model is what happens to run there: nothing that could be known again. */
    bool is_named =
        settings->model && !(settings->provider == EMBED_COMMAND && strcmp(settings->model, "command") == 0);
    bool has_cache = settings->cache_folder && is_named && settings->provider != EMBED_BUILTIN;
    if (is_good && has_cache) {
        embedder->memory = embed_memory_open(settings, error);
        is_good = embedder->memory != NULL;
    }
    if (!is_good) {
        embedder_close(embedder);
        return NULL;
    }
    make_name(embedder);
    return embedder;
}

static const struct slice *with_prefix(const char *prefix, const struct slice *texts, size_t count, struct arena *arena)
{
    struct slice start = slice_of_string(prefix);
    if (start.length == 0)
        return texts;
    struct slice *prefixed = arena_allocate(arena, count * sizeof *prefixed);
    for (size_t i = 0; i < count; i++) {
        char *bytes = arena_allocate_text(arena, start.length + texts[i].length);
        memcpy(bytes, start.bytes, start.length);
        if (texts[i].length)
            memcpy(bytes + start.length, texts[i].bytes, texts[i].length);
        prefixed[i] = slice_of(bytes, start.length + texts[i].length);
    }
    return prefixed;
}

bool embedder_embed(struct embedder *embedder, enum embed_purpose purpose, const struct slice *texts, size_t count,
                    struct arena *arena, struct embed_result *results, struct error *error)
{
    const char *prefix = purpose == EMBED_QUERY ? embedder->settings.query_prefix : embedder->settings.document_prefix;
    struct embedder_identity identity = embedder->identity;
    memset(results, 0, count * sizeof *results);
    texts = with_prefix(prefix, texts, count, arena);
    struct embed_job job = {
        .purpose = purpose, .texts = texts, .count = count, .arena = arena, .results = results, .identity = &identity
    };
    bool is_good = embedder->memory
                       ? embed_memory_ask(embedder->memory, embedder->provider, embedder->state, &job, error)
                       : embedder->provider->embed(embedder->state, &job, error);
    if (!is_good)
        return false;
    /* Only providers that one thread calls learn their identity late, so the builtin one never writes here. */
    if (identity.dimension != embedder->identity.dimension || identity.model != embedder->identity.model) {
        embedder->identity = identity;
        make_name(embedder);
    }
    return true;
}

const struct client_counters *embedder_client_counters(const struct embedder *embedder)
{
    return embedder->provider->counters ? embedder->provider->counters(embedder->state) : NULL;
}

const struct cache_counters *embedder_cache_counters(const struct embedder *embedder)
{
    return embedder->memory ? embed_memory_counters(embedder->memory) : NULL;
}

struct embedder_limits embedder_limits(const struct embedder *embedder)
{
    return embedder->provider->limits ? embedder->provider->limits(embedder->state) : (struct embedder_limits){ 0 };
}

size_t embedder_window(const struct embedder *embedder)
{
    return embedder->provider->window(embedder->state);
}

const char *embedder_model(const struct embedder *embedder)
{
    return buffer_string(&embedder->name);
}

uint32_t embedder_dimension(const struct embedder *embedder)
{
    return embedder->identity.dimension;
}

void embedder_close(struct embedder *embedder)
{
    if (!embedder)
        return;
    embed_memory_close(embedder->memory);
    if (embedder->state)
        embedder->provider->close(embedder->state);
    buffer_release(&embedder->name);
    memory_free(embedder);
}

bool embedding_model_split(struct slice embedding_model, enum embed_provider *provider, struct slice *model,
                           int64_t *dimension)
{
    size_t first = slice_find_byte(embedding_model, ':'), last = embedding_model.length;
    while (last > 0 && embedding_model.bytes[last - 1] != ':')
        last--;
    if (first == embedding_model.length || last <= first + 1 ||
        !number_parse_integer(slice_from(embedding_model, last), dimension))
        return false;
    *model = slice_between(embedding_model, first + 1, last - 1);
    for (unsigned i = 0; i < EMBED_PROVIDER_COUNT; i++)
        if (slice_equal(slice_of(embedding_model.bytes, first), slice_of_string(embed_provider_names[i]))) {
            *provider = (enum embed_provider)i;
            return true;
        }
    return false;
}

void embed_result_fail(struct embed_result *result, struct arena *arena, enum code code, const char *reason)
{
    result->vector = NULL;
    result->code = code;
    result->reason = arena_copy_string(arena, slice_of_string(reason));
}

static const char *read_numbers(struct json_value value, struct arena *arena, float **vector, size_t *count)
{
    static const char neither[] = "an embedding is neither numbers nor base64 of float32";
    struct error ignored;
    struct slice text;
    const float *values;
    size_t bytes;
    if (value.type == JSON_STRING) {
        if (!json_decode(value, arena, &text, &ignored))
            return neither;
        *vector = arena_allocate(arena, base64_decoded_bound(text.length));
        if (!base64_decode(text, *vector, &bytes) || bytes % sizeof **vector)
            return neither;
        *count = bytes / sizeof **vector; /* every machine that this builds for is little-endian */
        return NULL;
    }
    if (!json_floats(value, arena, &values, count, &ignored))
        return neither;
    *vector = arena_allocate(arena, (*count + 1) * sizeof **vector);
    memcpy(*vector, values, *count * sizeof **vector);
    return NULL;
}

const char *embed_result_read(struct embed_result *result, struct json_value value, struct arena *arena,
                              struct embedder_identity *identity)
{
    float *vector;
    size_t count = 0;
    bool is_zero = true;
    const char *fault = read_numbers(value, arena, &vector, &count);
    if (fault)
        return fault;
    if (count == 0 || count > EMBEDDING_DIMENSION_MAXIMUM || (identity->dimension && count != identity->dimension))
        return arena_format(arena, "an embedding has %zu numbers, expected %u", count, identity->dimension);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(vector[i]))
            return "an embedding has a number that is not finite";
        vector[i] += 0.0f; /* -0 becomes 0 */
        is_zero &= vector[i] == 0;
    }
    if (is_zero)
        return "an embedding is all zeros";
    identity->dimension = (uint32_t)count;
    result->vector = vector;
    return NULL;
}

double embedding_cosine(const float *a, const float *b, size_t dimension)
{
    double dot = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < dimension; i++) {
        dot += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    return aa > 0 && bb > 0 ? dot / sqrt(aa * bb) : 0;
}
