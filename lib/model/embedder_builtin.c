/* embedder_builtin.c - vectors without a model: hashed words, pairs of words and pieces of words.
 *
 * Lexical, not semantic: texts are near when they share words or parts of words, so plurals, compounds and typing
 * errors still meet, synonyms do not. Each feature goes to two places of the vector by its hash, with a sign (feature
 * hashing: Weinberger and others 2009); its weight is the square root of how often it stands in the text, times a
 * factor by kind: short common words weigh little, pieces a quarter. Unit length. Only additions, multiplications,
 * divisions and square roots, in the order of the text: the same bits on every machine. */
#include <math.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "model/embedder_provider.h"
#include "text/letters.h"
#include "text/segment.h"

#define BUILTIN_MODEL "ngram-1"
enum { DEFAULT_DIMENSION = 384, WINDOW = 1024, PIECE_SHORTEST = 3, PIECE_LONGEST = 5, WORD_CHARACTERS_MAXIMUM = 64 };
enum { SEED_WORD = 1, SEED_PAIR = 2, SEED_PIECE = 3, SEED_RAW = 4 };

struct feature {
    uint64_t hash;
    float weight; /* of its kind */
    uint32_t count;
};

/* The distinct features of one text, in the order in which they first stand there. */
struct features {
    struct feature *list;
    size_t count, capacity;
    uint32_t *slots; /* index + 1, 0 free */
    size_t slot_count;
};

static void grow_slots(struct features *features)
{
    features->slot_count = features->slot_count ? features->slot_count * 2 : 1024;
    memory_free(features->slots);
    features->slots = memory_allocate_zeroed(features->slot_count, sizeof *features->slots);
    for (size_t i = 0; i < features->count; i++) {
        size_t slot = features->list[i].hash & (features->slot_count - 1);
        while (features->slots[slot])
            slot = (slot + 1) & (features->slot_count - 1);
        features->slots[slot] = (uint32_t)i + 1;
    }
}

static void add(struct features *features, uint64_t hash, float weight)
{
    if ((features->count + 1) * 2 > features->slot_count)
        grow_slots(features);
    size_t mask = features->slot_count - 1, slot = hash & mask;
    while (features->slots[slot] && features->list[features->slots[slot] - 1].hash != hash)
        slot = (slot + 1) & mask;
    if (features->slots[slot]) {
        features->list[features->slots[slot] - 1].count++;
        return;
    }
    features->list = memory_grow(features->list, &features->capacity, features->count + 1, sizeof *features->list);
    features->list[features->count] = (struct feature){ hash, weight, 1 };
    features->slots[slot] = (uint32_t)++features->count;
}

static bool is_acronym_or_number(struct slice word)
{
    size_t capitals = 0;
    for (size_t i = 0; i < word.length; i++) {
        if (word.bytes[i] >= '0' && word.bytes[i] <= '9')
            return true;
        capitals += word.bytes[i] >= 'A' && word.bytes[i] <= 'Z';
    }
    return capitals >= 2;
}

/* Without a corpus there is no document frequency; in most languages the commonest words are the shortest. */
static float word_weight(struct slice word, size_t characters)
{
    bool is_ascii = characters == word.length;
    if (!is_ascii)
        return characters == 1 ? 0.7f : 1.0f; /* one CJK character says more than one letter */
    if (is_acronym_or_number(word))
        return 1.0f;
    return characters <= 3 ? 0.2f : characters == 4 ? 0.6f : 1.0f;
}

/* All runs of 3 to 5 characters of the word with a mark at both ends. */
static void add_pieces(struct features *features, struct slice word, struct buffer *marked)
{
    size_t starts[WORD_CHARACTERS_MAXIMUM + 3], count = 0;
    buffer_reset(marked);
    buffer_append_byte(marked, '^');
    buffer_append_slice(marked, word);
    buffer_append_byte(marked, '$');
    for (size_t i = 0; i < marked->length && count < WORD_CHARACTERS_MAXIMUM + 2; i++)
        if (((unsigned char)marked->bytes[i] & 0xc0) != 0x80)
            starts[count++] = i;
    starts[count] = marked->length;
    for (size_t length = PIECE_SHORTEST; length <= PIECE_LONGEST; length++)
        for (size_t i = 0; i + length <= count; i++)
            add(features, hash_64(slice_between(buffer_slice(marked), starts[i], starts[i + length]), SEED_PIECE),
                0.25f);
}

static void collect(struct features *features, struct slice text, struct arena *arena)
{
    struct slice word;
    struct buffer marked = { 0 };
    size_t position = 0;
    uint64_t before = 0;
    while (word_next(text, &position, &word)) {
        struct slice lower = text_lower(word, arena);
        size_t characters = utf8_count(lower);
        float weight = word_weight(word, characters);
        uint64_t hash = hash_64(lower, SEED_WORD);
        add(features, hash, weight);
        if (before) {
            uint64_t pair[2] = { before, hash };
            add(features, hash_64(slice_of((const char *)pair, sizeof pair), SEED_PAIR), weight * 0.5f);
        }
        if (characters >= 4)
            add_pieces(features, lower, &marked);
        before = hash;
    }
    if (features->count == 0) /* punctuation only: it is at least equal to itself */
        add(features, hash_64(text, SEED_RAW), 1.0f);
    buffer_release(&marked);
}

static void accumulate(const struct features *features, float *vector, size_t dimension)
{
    for (size_t i = 0; i < features->count; i++) {
        const struct feature *feature = &features->list[i];
        float weight = feature->weight * sqrtf((float)feature->count);
        uint64_t hash = feature->hash;
        vector[(hash & 0x7fffffff) % dimension] += hash >> 63 ? -weight : weight;
        vector[(hash >> 31 & 0x7fffffff) % dimension] += hash >> 62 & 1 ? -weight : weight;
    }
}

static void make_unit(float *vector, size_t dimension)
{
    double square = 0;
    for (size_t i = 0; i < dimension; i++)
        square += (double)vector[i] * (double)vector[i];
    if (!(square > 0)) { /* all features cancelled out */
        vector[0] = 1;
        return;
    }
    double length = sqrt(square);
    for (size_t i = 0; i < dimension; i++)
        vector[i] = (float)((double)vector[i] / length) + 0.0f;
}

struct builtin {
    uint32_t dimension;
};

static bool open_builtin(const struct embedder_settings *settings, void **state, struct embedder_identity *identity,
                         struct error *error)
{
    if (settings->model && *settings->model && strcmp(settings->model, BUILTIN_MODEL) != 0)
        return error_set(error, E_USAGE, "the builtin provider has the model '%s' only, not '%s'", BUILTIN_MODEL,
                         settings->model);
    struct builtin *builtin = memory_allocate_zeroed(1, sizeof *builtin);
    builtin->dimension = settings->dimension ? (uint32_t)settings->dimension : DEFAULT_DIMENSION;
    *state = builtin;
    *identity = (struct embedder_identity){ BUILTIN_MODEL, builtin->dimension };
    return true;
}

static bool embed_builtin(void *state, const struct embed_job *job, struct error *error)
{
    (void)error;
    const struct builtin *builtin = state;
    struct features features = { 0 };
    for (size_t i = 0; i < job->count; i++) {
        float *vector = arena_allocate_zeroed(job->arena, builtin->dimension, sizeof *vector);
        features.count = 0;
        if (features.slots)
            memset(features.slots, 0, features.slot_count * sizeof *features.slots);
        collect(&features, job->texts[i], job->arena);
        accumulate(&features, vector, builtin->dimension);
        make_unit(vector, builtin->dimension);
        job->results[i].vector = vector;
    }
    memory_free(features.list);
    memory_free(features.slots);
    return true;
}

static size_t window_builtin(const void *state)
{
    (void)state;
    return WINDOW;
}

static void close_builtin(void *state)
{
    memory_free(state);
}

const struct embedder_provider embedder_builtin = {
    .open = open_builtin, .embed = embed_builtin, .window = window_builtin, .close = close_builtin
};
