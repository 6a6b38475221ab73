/* embedder_provider.h - what a provider of embeddings implements. Private to the model module. */
#ifndef MODEL_EMBEDDER_PROVIDER_H
#define MODEL_EMBEDDER_PROVIDER_H

#include "model/client.h"
#include "model/embedder.h"
#include "json/json.h"

/* What a provider knows of its model: an unnamed model and an unknown dimension are filled in by the first answer. */
struct embedder_identity {
    const char *model;  /* static, or owned by the provider's state; NULL unknown */
    uint32_t dimension; /* 0 unknown */
};

/* Texts to embed, and what becomes of them. */
struct embed_job {
    enum embed_purpose purpose;
    const struct slice *texts; /* with their prefix; count of them */
    size_t count;
    struct arena *arena;
    struct embed_result *results; /* zeroed */
    struct embedder_identity *identity;
    /* Called as results [first, first + count) come, so that they are kept before anything else happens; may be NULL.
     */
    bool (*keep)(void *context, size_t first, size_t count, struct error *error);
    void *context;
};

struct embedder_provider {
    /* Checks the settings and fills *state and *identity. */
    bool (*open)(const struct embedder_settings *settings, void **state, struct embedder_identity *identity,
                 struct error *error);
    /* Every vector has identity->dimension numbers, which is set by the first. */
    bool (*embed)(void *state, const struct embed_job *job, struct error *error);
    size_t (*window)(const void *state);
    size_t (*batch)(const void *state);                           /* texts a request; NULL: no matter */
    struct embedder_limits (*limits)(const void *state);          /* NULL: none are known */
    const struct client_counters *(*counters)(const void *state); /* NULL: there are none */
    void (*close)(void *state);
};

extern const struct embedder_provider embedder_builtin;
extern const struct embedder_provider embedder_server;
extern const struct embedder_provider embedder_command;

/* Reads a vector from an answer (numbers, or base64 of little-endian float32) and checks it: the dimension is the
 * identity's (or becomes it), all numbers are finite, not all zero; -0 becomes 0. NULL: fine, result->vector is set;
 * else what is wrong (static or arena). */
const char *embed_result_read(struct embed_result *result, struct json_value value, struct arena *arena,
                              struct embedder_identity *identity);
void embed_result_fail(struct embed_result *result, struct arena *arena, enum code code, const char *reason);

#endif
