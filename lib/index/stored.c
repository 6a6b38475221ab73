/* stored.c - the records of a segment, compressed in blocks of about 64 KiB. */
#include "index/stored.h"

#include <inttypes.h>

#include "base/memory.h"

_Static_assert(sizeof(struct stored_block) == 16, "block entry is 16 bytes");
_Static_assert(sizeof(struct stored_trailer) == 32, "trailer is 32 bytes");

enum { STORED_LEVEL = 3 };

bool stored_open(struct slice section, struct stored *stored, struct error *error)
{
    *stored = (struct stored){ 0 };
    if (section.length < sizeof(struct stored_trailer) || section.length % 16 != 0)
        return error_set(error, E_INDEX_DAMAGED, "it is shorter than its trailer");
    const struct stored_trailer *trailer = (const void *)(section.bytes + section.length - sizeof *trailer);
    uint64_t table_bytes = ((uint64_t)trailer->block_count + 1) * sizeof(struct stored_block);
    uint64_t table_end = section.length - sizeof *trailer;
    if (table_bytes > table_end || trailer->table_offset != table_end - table_bytes)
        return error_set(error, E_INDEX_DAMAGED, "its block table does not fit");
    const struct stored_block *blocks = (const void *)(section.bytes + trailer->table_offset);
    if (blocks[trailer->block_count].first_row != trailer->row_count ||
        blocks[trailer->block_count].offset > trailer->table_offset)
        return error_set(error, E_INDEX_DAMAGED, "its block table does not end with its rows");
    stored->section = section;
    stored->blocks = blocks;
    stored->block_count = trailer->block_count;
    stored->row_count = trailer->row_count;
    return true;
}

static bool damaged_block(struct error *error, uint32_t block, const char *what)
{
    return error_set(error, E_INDEX_DAMAGED, "block %" PRIu32 " of the stored records %s", block, what);
}

/* The block that holds row: the last one whose first row is not above it. */
static uint32_t find_block(const struct stored *stored, uint32_t row)
{
    uint32_t low = 0;
    uint32_t high = stored->block_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (stored->blocks[middle].first_row <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool unpack(const struct stored *stored, uint32_t block, struct stored_scratch *scratch, struct error *error)
{
    const struct stored_block *entry = &stored->blocks[block];
    if (entry->offset > entry[1].offset || entry[1].offset > stored->section.length)
        return damaged_block(error, block, "lies outside its section");
    if (entry->raw_bytes > STORED_RAW_MAXIMUM)
        return damaged_block(error, block, "claims to be larger than any record may be");
    struct slice frame = slice_of(stored->section.bytes + entry->offset, (size_t)(entry[1].offset - entry->offset));
    /* zstd shrinks at most about 1 : 32768 here; a small frame that claims much would only make us allocate. */
    if (entry->raw_bytes / 65536 > frame.length)
        return damaged_block(error, block, "claims more bytes than its frame can hold");
    if (!scratch->codec)
        scratch->codec = block_codec_create(STORED_LEVEL);
    stored_scratch_forget(scratch);
    char *raw = buffer_reserve(&scratch->raw, entry->raw_bytes);
    if (!block_decompress(scratch->codec, frame, raw, entry->raw_bytes, error))
        return damaged_block(error, block, "is damaged");
    scratch->raw.length = entry->raw_bytes;
    scratch->stored = stored;
    scratch->block = block;
    scratch->row = entry->first_row;
    scratch->row_offset = 0;
    return true;
}

bool stored_read(const struct stored *stored, uint32_t row, struct stored_scratch *scratch, struct slice *line,
                 struct error *error)
{
    if (row >= stored->row_count || stored->block_count == 0)
        return error_set(error, E_INDEX_DAMAGED, "row %" PRIu32 " has no stored record", row);
    bool is_here = scratch->stored == stored && row >= stored->blocks[scratch->block].first_row &&
                   row < stored->blocks[scratch->block + 1].first_row;
    if (!is_here && !unpack(stored, find_block(stored, row), scratch, error))
        return false;
    if (row < scratch->row) {
        scratch->row = stored->blocks[scratch->block].first_row;
        scratch->row_offset = 0;
    }
    struct slice rest = slice_from(buffer_slice(&scratch->raw), scratch->row_offset);
    size_t length = slice_find_byte(rest, '\n');
    while (scratch->row < row && length < rest.length) {
        rest = slice_from(rest, length + 1);
        length = slice_find_byte(rest, '\n');
        scratch->row++;
    }
    scratch->row_offset = scratch->raw.length - rest.length;
    if (length == rest.length)
        return damaged_block(error, scratch->block, "has fewer records than rows");
    *line = slice_of(rest.bytes, length);
    return true;
}

void stored_scratch_forget(struct stored_scratch *scratch)
{
    scratch->stored = NULL;
    buffer_reset(&scratch->raw);
}

void stored_scratch_release(struct stored_scratch *scratch)
{
    block_codec_free(scratch->codec);
    buffer_release(&scratch->raw);
    *scratch = (struct stored_scratch){ 0 };
}

static void add_entry(struct stored_builder *builder, uint32_t raw_bytes)
{
    builder->blocks =
        memory_grow(builder->blocks, &builder->block_capacity, builder->block_count + 1, sizeof builder->blocks[0]);
    builder->blocks[builder->block_count++] =
        (struct stored_block){ .offset = builder->written + builder->compressed.length,
                               .raw_bytes = raw_bytes,
                               .first_row = builder->block_first_row };
}

static void end_block(struct stored_builder *builder)
{
    if (builder->raw.length == 0)
        return;
    if (!builder->codec)
        builder->codec = block_codec_create(STORED_LEVEL);
    add_entry(builder, (uint32_t)builder->raw.length);
    block_compress(builder->codec, buffer_slice(&builder->raw), &builder->compressed);
    buffer_reset(&builder->raw);
    builder->block_first_row = builder->row_count;
}

void stored_builder_add(struct stored_builder *builder, struct slice line)
{
    if (builder->raw.length + line.length >= STORED_BLOCK_BYTES)
        end_block(builder);
    buffer_append_slice(&builder->raw, line);
    buffer_append_byte(&builder->raw, '\n');
    builder->row_count++;
}

size_t stored_builder_bytes(const struct stored_builder *builder)
{
    return builder->raw.capacity + builder->compressed.capacity + builder->block_capacity * sizeof builder->blocks[0];
}

bool stored_builder_drain(struct stored_builder *builder, struct sections_writer *writer, struct error *error)
{
    if (!sections_append(writer, builder->compressed.bytes, builder->compressed.length, error))
        return false;
    builder->written += builder->compressed.length;
    buffer_reset(&builder->compressed);
    return true;
}

bool stored_builder_finish(struct stored_builder *builder, struct sections_writer *writer, struct error *error)
{
    end_block(builder);
    add_entry(builder, 0);
    if (!stored_builder_drain(builder, writer, error) || !sections_pad(writer, 16, error))
        return false;
    struct stored_trailer trailer = { .row_count = builder->row_count,
                                      .block_count = (uint32_t)(builder->block_count - 1),
                                      .table_offset = sections_position(writer) };
    bool is_done = sections_append(writer, builder->blocks, builder->block_count * sizeof builder->blocks[0], error) &&
                   sections_append(writer, &trailer, sizeof trailer, error);
    builder->block_count = 0;
    builder->row_count = 0;
    builder->block_first_row = 0;
    builder->written = 0;
    return is_done;
}

void stored_builder_release(struct stored_builder *builder)
{
    block_codec_free(builder->codec);
    buffer_release(&builder->raw);
    buffer_release(&builder->compressed);
    memory_free(builder->blocks);
    *builder = (struct stored_builder){ 0 };
}
