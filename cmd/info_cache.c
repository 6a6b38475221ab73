/* info_cache.c - what a cache of models' answers holds. */
#include "info.h"
#include "store/cache.h"

bool info_describe_cache(const char *path, struct buffer *json, struct error *error)
{
    struct cache_info info;
    if (!cache_verify(path, NULL, NULL, &info, error))
        return false;
    info_put_text(json, "kind", SLICE("cache"));
    info_put_number(json, "bytes_on_disk", info.bytes);
    info_put_number(json, "logs", info.logs);
    info_put_number(json, "vectors", info.entries[CACHE_VECTOR]);
    info_put_number(json, "chat_answers", info.entries[CACHE_CHAT]);
    info_put_number(json, "scores", info.entries[CACHE_RERANK]);
    info_put_number(json, "probes", info.entries[CACHE_PROBE]);
    info_put_number(json, "damaged", info.damaged);
    return true;
}
