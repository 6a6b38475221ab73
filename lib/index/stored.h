/* stored.h - the records of a segment, compressed in blocks of about 64 KiB.
 *
 * Layout: blocks (zstd frames of whole lines, each line one record and a newline), a table of struct stored_block, one
 * more entry that ends it, and struct stored_trailer at the very end. A longer record is a block of its own. One read
 * costs one block. */
#ifndef INDEX_STORED_H
#define INDEX_STORED_H

#include "base/buffer.h"
#include "index/sections.h"
#include "stream/block.h"

enum { STORED_BLOCK_BYTES = 64 * 1024, STORED_RAW_MAXIMUM = 80 * 1024 * 1024 };

struct stored_block {
    uint64_t offset; /* in the section; the last entry: where the blocks end */
    uint32_t raw_bytes;
    uint32_t first_row; /* the last entry: the row count */
};

struct stored_trailer {
    uint32_t row_count;
    uint32_t block_count;
    uint64_t table_offset;
    uint64_t reserved[2]; /* 0 */
};

struct stored {
    struct slice section;
    const struct stored_block *blocks; /* block_count + 1 */
    uint32_t block_count;
    uint32_t row_count;
};

/* Borrows section. Errors: E_INDEX_DAMAGED. */
bool stored_open(struct slice section, struct stored *stored, struct error *error) MUST_CHECK;

/* The block unpacked last. The zeroed struct is valid; one thread. */
struct stored_scratch {
    struct block_codec *codec;
    struct buffer raw;
    const struct stored *stored; /* whose block it is */
    uint32_t block;
    uint32_t row; /* where the last read ended: rows in order cost no search */
    size_t row_offset;
};
/* The line of a row, without newline; borrowed from scratch until the next call. Errors: E_INDEX_DAMAGED. */
bool stored_read(const struct stored *stored, uint32_t row, struct stored_scratch *scratch, struct slice *line,
                 struct error *error) MUST_CHECK;
/* A closed or replaced stored must not be found in the scratch again. */
void stored_scratch_forget(struct stored_scratch *scratch);
void stored_scratch_release(struct stored_scratch *scratch);

/* Collects lines 0, 1, 2, ... The zeroed struct is valid. Blocks are compressed as they fill. */
struct stored_builder {
    struct block_codec *codec;
    struct buffer raw;        /* the block that fills */
    struct buffer compressed; /* blocks that are not yet written to a file */
    struct stored_block *blocks;
    size_t block_count;
    size_t block_capacity;
    uint32_t row_count;
    uint32_t block_first_row;
    uint64_t written; /* bytes that stored_builder_drain() took away */
};
void stored_builder_add(struct stored_builder *builder, struct slice line);
/* Memory held. */
size_t stored_builder_bytes(const struct stored_builder *builder);
/* Between sections_begin() and sections_end(): moves the finished blocks to the file, so that a merge holds few. */
bool stored_builder_drain(struct stored_builder *builder, struct sections_writer *writer,
                          struct error *error) MUST_CHECK;
/* The rest: last block, table, trailer. Empties the builder. Errors: E_IO. */
bool stored_builder_finish(struct stored_builder *builder, struct sections_writer *writer,
                           struct error *error) MUST_CHECK;
void stored_builder_release(struct stored_builder *builder);

#endif
