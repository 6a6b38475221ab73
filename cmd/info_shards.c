/* info_shards.c - what sets of shards hold. */
#include "dataset/shard_set.h"
#include "info.h"
#include "json/write.h"

bool info_describe_shards(const char *path, struct buffer *json, struct error *error)
{
    struct shard_totals totals = { 0 };
    struct buffer options = { 0 };
    bool is_good = shard_set_count(path, &totals, &options, error);
    if (is_good) {
        info_put_text(json, "kind", SLICE("shards"));
        info_put_number(json, "shards", totals.shards);
        info_put_number(json, "rows", totals.rows);
        info_put_number(json, "tokens", totals.tokens);
        info_put_number(json, "shard_bytes", totals.bytes);
        info_put_number(json, "decompressed", totals.decompressed);
        json_append_key(json, SLICE("options"));
        buffer_append_byte(json, '[');
        buffer_append_slice(json, buffer_slice(&options));
        buffer_append_byte(json, ']');
    }
    buffer_release(&options);
    return is_good;
}
