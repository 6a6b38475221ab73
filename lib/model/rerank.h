/* rerank.h - asks a reranker how well documents answer a query.
 *
 * Dialects over HTTP (model/client.h: retries, limits, keys), or a program that reads
 *     {"id":0,"query":"...","documents":["...","..."]}
 * a line each and answers {"id":0,"scores":[0.9,0.1]}, {"id":0,"results":[{"index":1,"score":0.1},...]} or
 * {"id":0,"error":"why"}. Answers are read by one tolerant reader (model/rerank_answer.h).
 *
 * Scores are kept as they come (store/cache.h), by provider, model, scope, query and document; where the model has no
 * name, by the server's URL or the program, too. Only what is missing is asked for. One thread. */
#ifndef MODEL_RERANK_H
#define MODEL_RERANK_H

#include "base/arena.h"
#include "model/client.h"

enum rerank_provider {
    RERANK_COHERE,
    RERANK_JINA, /* also vLLM, llama.cpp and many gateways */
    RERANK_VOYAGE,
    RERANK_TEI,
    RERANK_BEDROCK,
    RERANK_COMMAND,
    RERANK_PROVIDER_COUNT
};

/* Names as typed: "cohere", "jina", "voyage", "tei", "bedrock", "command"; ends with NULL. */
extern const char *const rerank_provider_names[];

struct reranker_settings {
    enum rerank_provider provider;
    const char *model;   /* as the server calls it; bedrock: the ARN; NULL where one is not needed: jina, tei */
    const char *command; /* for the shell; command only */
    int64_t batch_size;  /* documents a request; 0: the provider's own */
    struct client_settings client; /* url, keys, limits; authorization is set here */
    const char *cache_folder;      /* NULL: no cache */
    const char *scope;             /* part of the cache's key: what keeps scores apart that would be the same; NULL */
    double cache_days;             /* logs of the cache that are older are removed; 0: none */
};

struct reranker;

/* Owned: reranker_close(). Texts of the settings are borrowed. Errors: those of client_open() and cache_open(); E_USAGE
 * for what is missing or does not fit. */
struct reranker *reranker_open(const struct reranker_settings *settings, struct error *error) MUST_CHECK;

/* Fills scores[count]: higher is better, finite, as exact as float32; the scale is the model's. Many documents go in
 * several requests; a request that the server finds too large is halved. Texts are valid UTF-8. Errors: E_UNAVAILABLE,
 * E_PROTOCOL (nonsense, or a document that the server refuses), E_IO (cache), interrupts. */
bool reranker_score(struct reranker *reranker, struct slice query, const struct slice *documents, size_t count,
                    struct arena *arena, double *scores, struct error *error) MUST_CHECK;

/* "jina:MODEL". Borrowed. */
const char *reranker_name(const struct reranker *reranker);

/* NULL is fine. */
void reranker_close(struct reranker *reranker);

#endif
