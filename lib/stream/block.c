/* block.c - blocks of memory to zstd frames and back. */
#include "stream/block.h"

#include <zstd.h>

#include "base/memory.h"

struct block_codec {
    ZSTD_CCtx *compressor;
    ZSTD_DCtx *decompressor;
    int level;
};

struct block_codec *block_codec_create(int level)
{
    struct block_codec *codec = memory_allocate_zeroed(1, sizeof *codec);
    codec->level = level;
    return codec;
}

/* The contexts are made when they are first needed: a reader never compresses. */
static ZSTD_CCtx *compressor_of(struct block_codec *codec)
{
    if (!codec->compressor)
        codec->compressor = ZSTD_createCCtx();
    if (!codec->compressor)
        memory_exit(EXIT_OSERR, "out of memory for a zstd context");
    return codec->compressor;
}

void block_compress(struct block_codec *codec, struct slice raw, struct buffer *output)
{
    size_t bound = ZSTD_compressBound(raw.length);
    char *place = buffer_reserve(output, bound);
    size_t written = ZSTD_compressCCtx(compressor_of(codec), place, bound, raw.bytes, raw.length, codec->level);
    if (ZSTD_isError(written))
        memory_exit(EXIT_OSERR, "out of memory in zstd");
    output->length += written;
    output->bytes[output->length] = '\0';
}

bool block_decompress(struct block_codec *codec, struct slice frame, char *raw, size_t raw_bytes, struct error *error)
{
    if (!codec->decompressor)
        codec->decompressor = ZSTD_createDCtx();
    if (!codec->decompressor)
        memory_exit(EXIT_OSERR, "out of memory for a zstd context");
    size_t written = ZSTD_decompressDCtx(codec->decompressor, raw, raw_bytes, frame.bytes, frame.length);
    if (ZSTD_isError(written))
        return error_set(error, E_COMPRESSED, "a zstd frame is damaged: %s", ZSTD_getErrorName(written));
    if (written != raw_bytes)
        return error_set(error, E_COMPRESSED, "a zstd frame holds %zu bytes, expected %zu", written, raw_bytes);
    return true;
}

void block_codec_free(struct block_codec *codec)
{
    if (!codec)
        return;
    ZSTD_freeCCtx(codec->compressor);
    ZSTD_freeDCtx(codec->decompressor);
    memory_free(codec);
}
