/* embed_memory.h - the cache in front of a provider of embeddings. Private to the module.
 *
 * Texts that are known are not asked for, texts that stand there twice are asked for once, and every vector is in the
 * cache before embed_memory_ask() returns, durably. The first request of a run asks for a probe text, too: when its
 * vector is another one than the cache has for this model, the weights have changed. */
#ifndef MODEL_EMBED_MEMORY_H
#define MODEL_EMBED_MEMORY_H

#include "model/embedder_provider.h"
#include "store/cache.h"

struct embed_memory;

/* Owned: embed_memory_close(). Errors: as cache_open(). */
struct embed_memory *embed_memory_open(const struct embedder_settings *settings, struct error *error) MUST_CHECK;

/* What the provider's embed() does. Errors: those, E_MODEL_CHANGED, E_IO. */
bool embed_memory_ask(struct embed_memory *memory, const struct embedder_provider *provider, void *state,
                      const struct embed_job *job, struct error *error) MUST_CHECK;

const struct cache_counters *embed_memory_counters(const struct embed_memory *memory);

/* NULL is fine. */
void embed_memory_close(struct embed_memory *memory);

#endif
