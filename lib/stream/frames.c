/* frames.c - zstd data that can be entered in the middle. */
#include "stream/frames.h"

#include <string.h>
#include <zstd.h>

#include "base/memory.h"

enum { FRAME_LEVEL = 3, SKIPPED_HEAD_BYTES = 8, ENTRY_BYTES = 8, DESCRIPTOR_CHECKSUMS = 0x80 };
static const uint32_t table_magic = 0x184D2A5E, end_magic = 0x8F92EAB1;

struct frame_compressor {
    ZSTD_CCtx *context;
};

struct frame_compressor *frame_compressor_create(void)
{
    struct frame_compressor *compressor = memory_allocate_zeroed(1, sizeof *compressor);
    compressor->context = ZSTD_createCCtx();
    if (!compressor->context)
        memory_exit(EXIT_OSERR, "out of memory");
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_compressionLevel, FRAME_LEVEL);
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_checksumFlag, 1);
    return compressor;
}

void frame_compressor_free(struct frame_compressor *compressor)
{
    if (!compressor)
        return;
    ZSTD_freeCCtx(compressor->context);
    memory_free(compressor);
}

void frame_compress(struct frame_compressor *compressor, struct slice text, struct buffer *output)
{
    ENSURE(text.length <= FRAME_BYTES_MAXIMUM);
    size_t room = ZSTD_compressBound(text.length);
    char *place = buffer_reserve(output, room);
    size_t length = ZSTD_compress2(compressor->context, place, room, text.bytes, text.length);
    if (ZSTD_isError(length)) /* there is no other failure for a valid context and enough room */
        memory_exit(EXIT_OSERR, "out of memory");
    output->length += length;
}

static void append_number(struct buffer *output, uint32_t number)
{
    for (int shift = 0; shift < 32; shift += 8)
        buffer_append_byte(output, (char)(number >> shift & 0xff));
}

static uint32_t number_at(const char *bytes)
{
    uint32_t number = 0;
    for (int i = 3; i >= 0; i--)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

size_t frame_table_bytes(size_t count)
{
    return SKIPPED_HEAD_BYTES + count * ENTRY_BYTES + FRAME_TABLE_END_BYTES;
}

void frame_table_append(const struct frame_size *frames, size_t count, struct buffer *output)
{
    append_number(output, table_magic);
    append_number(output, (uint32_t)(count * ENTRY_BYTES + FRAME_TABLE_END_BYTES));
    for (size_t i = 0; i < count; i++) {
        append_number(output, frames[i].compressed);
        append_number(output, frames[i].decompressed);
    }
    append_number(output, (uint32_t)count);
    buffer_append_byte(output, 0);
    append_number(output, end_magic);
}

bool frame_table_read(struct slice file, struct arena *arena, const struct frame_size **frames, size_t *count,
                      struct error *error)
{
    size_t shortest = frame_table_bytes(0);
    const char *end = file.bytes + file.length;
    if (file.length < shortest || number_at(end - 4) != end_magic)
        return error_set(error, E_COMPRESSED, "there is no seek table at the end of the file");
    uint32_t frame_count = number_at(end - FRAME_TABLE_END_BYTES);
    if (end[-5] & DESCRIPTOR_CHECKSUMS)
        return error_set(error, E_COMPRESSED, "the seek table has checksums, which are not read");
    if (frame_count > (file.length - shortest) / ENTRY_BYTES)
        return error_set(error, E_COMPRESSED, "the seek table counts %u frames, more than the file can hold",
                         frame_count);
    const char *table = end - frame_table_bytes(frame_count);
    if (number_at(table) != table_magic || number_at(table + 4) != frame_count * ENTRY_BYTES + FRAME_TABLE_END_BYTES)
        return error_set(error, E_COMPRESSED, "the head of the seek table is damaged");
    struct frame_size *read = arena_allocate(arena, (frame_count + 1) * sizeof *read);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < frame_count; i++) {
        const char *entry = table + SKIPPED_HEAD_BYTES + (size_t)i * ENTRY_BYTES;
        read[i] = (struct frame_size){ number_at(entry), number_at(entry + 4) };
        sum += read[i].compressed;
    }
    if (sum != (uint64_t)(table - file.bytes))
        return error_set(error, E_COMPRESSED, "the frames of the seek table do not add up to the file");
    *frames = read;
    *count = frame_count;
    return true;
}

bool frame_decompress(struct slice frame, struct frame_size size, struct buffer *output, struct error *error)
{
    if (size.decompressed > FRAME_BYTES_MAXIMUM)
        return error_set(error, E_COMPRESSED, "a frame claims to hold %u bytes, at most %d are read", size.decompressed,
                         FRAME_BYTES_MAXIMUM);
    char *place = buffer_reserve(output, size.decompressed);
    size_t length = ZSTD_decompress(place, size.decompressed, frame.bytes, frame.length);
    if (ZSTD_isError(length))
        return error_set(error, E_COMPRESSED, "%s", ZSTD_getErrorName(length));
    if (length != size.decompressed)
        return error_set(error, E_COMPRESSED, "a frame holds %zu bytes, its entry in the seek table says %u", length,
                         size.decompressed);
    output->length += length;
    return true;
}
