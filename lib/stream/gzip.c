/* gzip.c - gzip members (RFC 1952), both ways. */
#include <limits.h>
#include <zlib.h>

#include "base/memory.h"
#include "stream/codec.h"

enum { GZIP_LEVEL = 6, GZIP_WINDOW_BITS = 15 + 16, GZIP_MEMORY_LEVEL = 8, GZIP_HEADER_BYTES = 10 };

static void *allocate(void *context, unsigned count, unsigned bytes_each)
{
    (void)context;
    return memory_allocate_zeroed(count, bytes_each);
}

static void release(void *context, void *memory)
{
    (void)context;
    memory_free(memory);
}

/* zlib counts in unsigned int, and its input pointer is not const without ZLIB_CONST. */
static unsigned set_input(z_stream *stream, struct slice input)
{
    unsigned length = input.length > UINT_MAX ? UINT_MAX : (unsigned)input.length;
    stream->next_in = (unsigned char *)(uintptr_t)input.bytes;
    stream->avail_in = length;
    return length;
}

static unsigned set_output(z_stream *stream, char *output, size_t capacity)
{
    unsigned length = capacity > UINT_MAX ? UINT_MAX : (unsigned)capacity;
    stream->next_out = (unsigned char *)output;
    stream->avail_out = length;
    return length;
}

struct gzip_decoder {
    struct decoder base;
    z_stream stream;
    bool is_between;      /* a member ended and no other has begun */
    bool is_full;         /* the last output had no room left: more may wait inside */
    bool has_decoded;     /* at least one member ended */
    int64_t member_start; /* offset */
};

static bool set_garbage(const struct gzip_decoder *decoder, struct error *error)
{
    return error_set(error, E_COMPRESSED, "bytes that are no gzip data follow the gzip data after byte %lld",
                     (long long)decoder->member_start);
}

/* Between members: zeros are padding (tapes, fixed blocks), 0x1f begins a member, anything else is garbage. */
static bool begin_member(struct gzip_decoder *decoder, struct slice *input, struct error *error)
{
    size_t zeros = 0;
    while (zeros < input->length && input->bytes[zeros] == '\0')
        zeros++;
    *input = slice_from(*input, zeros);
    decoder->base.offset += (int64_t)zeros;
    if (input->length == 0)
        return true;
    decoder->member_start = decoder->base.offset;
    if (input->bytes[0] != '\x1f')
        return set_garbage(decoder, error);
    inflateReset(&decoder->stream);
    decoder->is_between = false;
    return true;
}

/* One call of inflate. */
static bool inflate_some(struct gzip_decoder *decoder, struct slice *input, struct error *error)
{
    z_stream *stream = &decoder->stream;
    unsigned given = set_input(stream, *input);
    int result = inflate(stream, Z_NO_FLUSH);
    unsigned taken = given - stream->avail_in;
    *input = slice_from(*input, taken);
    decoder->base.offset += taken;
    if (result == Z_DATA_ERROR || result == Z_NEED_DICT || result == Z_STREAM_ERROR) {
        long long offset = decoder->base.offset;
        if (decoder->has_decoded && offset - decoder->member_start < GZIP_HEADER_BYTES)
            return set_garbage(decoder, error);
        return error_set(error, E_COMPRESSED, "gzip data are damaged after byte %lld: %s", offset,
                         stream->msg ? stream->msg : "unknown reason");
    }
    decoder->is_full = stream->avail_out == 0;
    if (result == Z_STREAM_END) {
        decoder->is_between = true;
        decoder->is_full = false;
        decoder->has_decoded = true;
        decoder->member_start = decoder->base.offset;
    }
    return true;
}

static bool gzip_decode(struct decoder *base, struct slice *input, bool is_end, char *output, size_t capacity,
                        size_t *produced, struct error *error)
{
    struct gzip_decoder *decoder = (struct gzip_decoder *)base;
    unsigned room = set_output(&decoder->stream, output, capacity);
    while (decoder->stream.avail_out > 0 && (input->length > 0 || decoder->is_full)) {
        bool is_good = decoder->is_between ? begin_member(decoder, input, error) : inflate_some(decoder, input, error);
        if (!is_good && decoder->stream.avail_out == room)
            return false;
        if (!is_good)
            break; /* what was good goes out first; the next call meets the fault again */
    }
    *produced = room - decoder->stream.avail_out;
    if (*produced == 0 && is_end && input->length == 0 && !decoder->is_between)
        return error_set(error, E_COMPRESSED, "gzip data are cut short after byte %lld", (long long)base->offset);
    return true;
}

static void gzip_decoder_free(struct decoder *base)
{
    inflateEnd(&((struct gzip_decoder *)base)->stream);
    memory_free(base);
}

struct decoder *gzip_decoder_create(void)
{
    struct gzip_decoder *decoder = memory_allocate_zeroed(1, sizeof *decoder);
    decoder->base.decode = gzip_decode;
    decoder->base.free = gzip_decoder_free;
    decoder->stream.zalloc = allocate;
    decoder->stream.zfree = release;
    ENSURE(inflateInit2(&decoder->stream, GZIP_WINDOW_BITS) == Z_OK);
    return &decoder->base;
}

struct gzip_encoder {
    struct encoder base;
    z_stream stream;
};

static size_t gzip_encode(struct encoder *base, struct slice *input, enum encode_mode mode, char *output,
                          size_t capacity, bool *is_done)
{
    static const int flushes[] = { Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH };
    z_stream *stream = &((struct gzip_encoder *)base)->stream;
    unsigned room = set_output(stream, output, capacity);
    unsigned given = set_input(stream, *input);
    int result = deflate(stream, given < input->length ? Z_NO_FLUSH : flushes[mode]);
    ENSURE(result != Z_STREAM_ERROR);
    *input = slice_from(*input, given - stream->avail_in);
    *is_done = input->length == 0 && (mode == ENCODE_END ? result == Z_STREAM_END : stream->avail_out > 0);
    return room - stream->avail_out;
}

static void gzip_encoder_free(struct encoder *base)
{
    deflateEnd(&((struct gzip_encoder *)base)->stream);
    memory_free(base);
}

/* zlib's own header has no name and the time 0. */
struct encoder *gzip_encoder_create(void)
{
    struct gzip_encoder *encoder = memory_allocate_zeroed(1, sizeof *encoder);
    encoder->base.encode = gzip_encode;
    encoder->base.free = gzip_encoder_free;
    encoder->stream.zalloc = allocate;
    encoder->stream.zfree = release;
    ENSURE(deflateInit2(&encoder->stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS, GZIP_MEMORY_LEVEL,
                        Z_DEFAULT_STRATEGY) == Z_OK);
    return &encoder->base;
}
