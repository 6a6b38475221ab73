/* zstd.c - zstd frames, both ways. */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/memory.h"
#include "stream/codec.h"

enum { ZSTD_LEVEL = 3, ZSTD_WINDOW_LOG_MAXIMUM = 27 };

struct zstd_decoder {
    struct decoder base;
    ZSTD_DCtx *context;
    bool is_inside;   /* a frame has begun and not ended */
    bool is_full;     /* the last output had no room left: more may wait inside */
    bool has_decoded; /* at least one frame ended */
};

static bool set_zstd_error(const struct zstd_decoder *decoder, size_t result, struct error *error)
{
    ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    long long offset = (long long)decoder->base.offset;
    if (code == ZSTD_error_frameParameter_windowTooLarge)
        return error_set(error, E_LIMIT, "zstd data need a window above 128 MiB, which is refused");
    if (code == ZSTD_error_memory_allocation)
        return error_set(error, E_SYSTEM, "zstd cannot have the memory it needs");
    if (code == ZSTD_error_prefix_unknown && decoder->has_decoded && !decoder->is_inside)
        return error_set(error, E_COMPRESSED, "bytes that are no zstd data follow the zstd data after byte %lld",
                         offset);
    return error_set(error, E_COMPRESSED, "zstd data are damaged after byte %lld: %s", offset,
                     ZSTD_getErrorName(result));
}

static bool zstd_decode(struct decoder *base, struct slice *input, bool is_end, char *output, size_t capacity,
                        size_t *produced, struct error *error)
{
    struct zstd_decoder *decoder = (struct zstd_decoder *)base;
    ZSTD_inBuffer in = { input->bytes, input->length, 0 };
    ZSTD_outBuffer out = { output, capacity, 0 };
    while (out.pos == 0 && (in.pos < in.size || decoder->is_full)) {
        size_t before = in.pos;
        size_t result = ZSTD_decompressStream(decoder->context, &out, &in);
        if (ZSTD_isError(result))
            return set_zstd_error(decoder, result, error);
        base->offset += (int64_t)(in.pos - before);
        decoder->is_inside = result != 0;
        decoder->is_full = decoder->is_inside && out.pos == out.size;
        if (result == 0)
            decoder->has_decoded = true;
    }
    *input = slice_from(*input, in.pos);
    *produced = out.pos;
    if (out.pos == 0 && is_end && decoder->is_inside)
        return error_set(error, E_COMPRESSED, "zstd data are cut short after byte %lld", (long long)base->offset);
    return true;
}

static void zstd_decoder_free(struct decoder *base)
{
    ZSTD_freeDCtx(((struct zstd_decoder *)base)->context);
    memory_free(base);
}

struct decoder *zstd_decoder_create(void)
{
    struct zstd_decoder *decoder = memory_allocate_zeroed(1, sizeof *decoder);
    decoder->base.decode = zstd_decode;
    decoder->base.free = zstd_decoder_free;
    decoder->context = ZSTD_createDCtx();
    if (!decoder->context)
        memory_exit(EXIT_OSERR, "out of memory");
    ZSTD_DCtx_setParameter(decoder->context, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAXIMUM);
    return &decoder->base;
}

struct zstd_encoder {
    struct encoder base;
    ZSTD_CCtx *context;
};

static size_t zstd_encode(struct encoder *base, struct slice *input, enum encode_mode mode, char *output,
                          size_t capacity, bool *is_done)
{
    static const ZSTD_EndDirective directives[] = { ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end };
    struct zstd_encoder *encoder = (struct zstd_encoder *)base;
    ZSTD_inBuffer in = { input->bytes, input->length, 0 };
    ZSTD_outBuffer out = { output, capacity, 0 };
    size_t left = ZSTD_compressStream2(encoder->context, &out, &in, directives[mode]);
    if (ZSTD_isError(left)) /* there is no other failure for a valid context */
        memory_exit(EXIT_OSERR, "out of memory");
    *input = slice_from(*input, in.pos);
    *is_done = input->length == 0 && (mode == ENCODE_MORE || left == 0);
    return out.pos;
}

static void zstd_encoder_free(struct encoder *base)
{
    ZSTD_freeCCtx(((struct zstd_encoder *)base)->context);
    memory_free(base);
}

struct encoder *zstd_encoder_create(void)
{
    struct zstd_encoder *encoder = memory_allocate_zeroed(1, sizeof *encoder);
    encoder->base.encode = zstd_encode;
    encoder->base.free = zstd_encoder_free;
    encoder->context = ZSTD_createCCtx();
    if (!encoder->context)
        memory_exit(EXIT_OSERR, "out of memory");
    ZSTD_CCtx_setParameter(encoder->context, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(encoder->context, ZSTD_c_checksumFlag, 1);
    return &encoder->base;
}
