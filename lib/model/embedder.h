/* embedder.h - turns texts into vectors: builtin, over HTTP, or by a command.
 *
 * One interface for every provider. A provider is a table of functions (embedder_provider.h). The cache stands in front
 * of it: each vector is kept as it comes, a text is asked once however often it stands there, and the model is asked
 * for a probe text along with the first request of a run, so that weights that changed under the same name are noticed.
 * What fails for one text is told in that text's result; what ends the run is the function's error. */
#ifndef MODEL_EMBEDDER_H
#define MODEL_EMBEDDER_H

#include "base/arena.h"
#include "base/error.h"

enum { EMBEDDING_DIMENSION_MAXIMUM = 65536 };

enum embed_purpose { EMBED_DOCUMENT, EMBED_QUERY };

enum embed_provider {
    EMBED_BUILTIN,
    EMBED_OPENAI,
    EMBED_OLLAMA,
    EMBED_TEI,
    EMBED_COHERE,
    EMBED_VOYAGE,
    EMBED_BEDROCK,
    EMBED_COMMAND,
    EMBED_PROVIDER_COUNT
};

/* Names as typed: "builtin", "openai", ..., "command"; ends with NULL. */
extern const char *const embed_provider_names[];

struct embedder_settings {
    enum embed_provider provider;
    const char *url;                 /* of the server: without, with a part of, or with the whole path of its dialect */
    const char *model;               /* as the server calls it; NULL: the server's own, or the builtin's only one */
    int64_t dimension;               /* wanted; 0: the model's own */
    const char *command;             /* for the shell; command only */
    const char *api_key_environment; /* name of the variable that holds the key; NULL: no key */
    const char *api_key_file;
    const char *document_prefix, *query_prefix;    /* put before each text; NULL: nothing */
    int64_t batch_size;                            /* texts a request; 0: the provider's own */
    int64_t concurrency;                           /* requests under way; 0: the provider's own */
    double timeout;                                /* seconds a request may take; 0: 300 */
    double first_byte_timeout, stall_timeout;      /* 0: 60, 30 */
    double max_wait;                               /* that a server may ask for; 0: 300 */
    double requests_per_minute, tokens_per_minute; /* 0: no limit */
    bool truncates;           /* a text beyond the model's limit is cut at its end; else it fails */
    const char *cache_folder; /* NULL: none. Used when the model is named */
    const char *cache_scope;  /* tells apart what one name stood for; NULL: nothing */
    double cache_days;        /* answers older than that are removed; 0: never */
    int64_t seed;
    void (*notice)(void *context, const char *message); /* a remark for the user; may be NULL */
    void *notice_context;
    bool allows_plain_http; /* a key may travel unencrypted to another host */
    bool is_offline;
};

struct embed_result {
    const float *vector; /* dimension of them; arena; NULL when this text failed */
    enum code code;      /* why */
    const char *reason;  /* arena */
};

struct embedder;

/* Owned: embedder_close(). Errors: E_USAGE (what is missing or does not fit), E_UNAVAILABLE, E_NO_INPUT (key file). */
struct embedder *embedder_open(const struct embedder_settings *settings, struct error *error) MUST_CHECK;

/* Fills results[count]. Texts are valid UTF-8 without prefix; vectors live in the arena. The same text gives the same
 * vector whatever stands beside it. The builtin provider may be called from many threads at once, the others from one.
 * Errors: E_UNAVAILABLE (no server), E_PROTOCOL (nonsense), interrupts. */
bool embedder_embed(struct embedder *embedder, enum embed_purpose purpose, const struct slice *texts, size_t count,
                    struct arena *arena, struct embed_result *results, struct error *error) MUST_CHECK;

struct client_counters;
struct cache_counters;
/* Of what was asked over the network, and found in the cache; NULL when there is no such part. Borrowed. */
const struct client_counters *embedder_client_counters(const struct embedder *embedder);
const struct cache_counters *embedder_cache_counters(const struct embedder *embedder);

/* What the server takes, as far as it told or is known of its dialect; 0: unknown. Told by the first answer. */
struct embedder_limits {
    int64_t batch;   /* texts a request */
    int64_t tokens;  /* a request */
    int64_t context; /* tokens a text may have */
};
struct embedder_limits embedder_limits(const struct embedder *embedder);

/* How many texts at a time are worth collecting: requests under way x texts a request. */
size_t embedder_window(const struct embedder *embedder);

/* "provider:model:dimension", what records carry as embedding_model. The dimension of an unknown model is known after
 * the first answer; before that it is 0. Borrowed until the next embedder_embed(). */
const char *embedder_model(const struct embedder *embedder);
uint32_t embedder_dimension(const struct embedder *embedder);

void embedder_close(struct embedder *embedder);

/* Of an embedding_model: which provider, model and dimension. false: not of that form. */
bool embedding_model_split(struct slice embedding_model, enum embed_provider *provider, struct slice *model,
                           int64_t *dimension);

/* Cosine of two vectors, 0 when one has no length. Thread safe. */
double embedding_cosine(const float *a, const float *b, size_t dimension);

#endif
