/* shards_fuzz.c - any bytes as the manifest of a set of shards, and as a file with a seek table. */
#include "base/digest.h"
#include "dataset/shard_manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_frames(struct slice file, struct arena *arena)
{
    const struct frame_size *frames;
    size_t count;
    struct error error = { 0 };
    struct buffer text = { 0 };
    if (!frame_table_read(file, arena, &frames, &count, &error))
        return;
    for (size_t i = 0; i < count && i < 16; i++) {
        struct slice frame = slice_between(file, 0, frames[i].compressed);
        buffer_reset(&text);
        if (frames[i].decompressed < 1 << 20 && frame_decompress(frame, frames[i], &text, &error))
            ENSURE(text.length == frames[i].decompressed);
        file = slice_from(file, frames[i].compressed);
    }
    buffer_release(&text);
}

/* What is read is written again, and read the same. */
static void read_manifest(struct slice text, struct arena *arena)
{
    struct shard_manifest manifest, again;
    struct error error = { 0 };
    struct buffer json = { 0 };
    if (shard_manifest_parse(text, arena, &manifest, &error)) {
        shard_manifest_append(&manifest, &json);
        ENSURE(shard_manifest_parse(buffer_slice(&json), arena, &again, &error));
        ENSURE(again.count == manifest.count && again.totals.rows == manifest.totals.rows);
    }
    buffer_release(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct slice bytes = slice_of((const char *)data, size);
    if (size > 0 && data[0] == '{')
        read_manifest(bytes, &arena);
    else
        read_frames(bytes, &arena);
    arena_release(&arena);
    return 0;
}
