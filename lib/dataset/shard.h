/* shard.h - rows dealt to the shards of a set, in frames.
 *
 * A shard is a file of rows, each to be found without reading what stands before it: a file of JSON lines, or a ustar
 * archive with one member NUMBER.json a row (the WebDataset layout), plain or as zstd frames with a seek table
 * (stream/frames.h). The bytes depend on the rows and the settings alone: members have no time and no owner.
 *
 * A frame is about SHARD_FRAME_BYTES of rows of one shard. The dealer makes frames in one thread, workers compress
 * them, and the set (shard_set.h) writes them in order. */
#ifndef DATASET_SHARD_H
#define DATASET_SHARD_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "stream/frames.h"

enum { SHARD_FRAME_BYTES = 1024 * 1024, SHARD_COUNT_MAXIMUM = 512 };

struct shard_layout {
    bool is_tar, is_compressed;
};

/* What a pattern such as 'out/{shard}.jsonl.zst' asks for: {shard} once, in the file's name; .jsonl, .tar, either also
 * with .zst. Errors: E_USAGE. */
bool shard_layout_of(const char *pattern, struct shard_layout *layout, struct error *error) MUST_CHECK;

struct shard_settings {
    struct shard_layout layout;
    int64_t bytes; /* of a shard's file, at most, but for a single frame; or: */
    int64_t rows;  /* of a shard; or: */
    int64_t count; /* so many shards, the rows dealt in turn */
};

/* A row's place in its frame's text; of a member its content. */
struct shard_row {
    uint32_t offset, length; /* without the newline */
    uint32_t tokens;
    uint32_t check; /* by shard_frame_seal() */
};

struct shard_frame {
    struct slice text; /* as it is read */
    struct slice file; /* as it stands in the file, by shard_frame_seal() */
    struct shard_row *rows;
    size_t count;
    uint32_t shard;  /* for `count` shards, else 0 */
    bool ends_shard; /* the next frame begins another one */
};

/* Owned: shard_dealer_free(). */
struct shard_dealer;
struct shard_dealer *shard_dealer_create(const struct shard_settings *settings);
void shard_dealer_free(struct shard_dealer *dealer);

/* The row's line is appended to what begin gives; end takes it. */
struct buffer *shard_dealer_begin(struct shard_dealer *dealer);
void shard_dealer_end(struct shard_dealer *dealer, uint32_t tokens);

/* A frame that is full, or with is_last any that holds rows; arena. false: there is none. To be asked after each row,
 * and at the end until there are no more. */
bool shard_dealer_take(struct shard_dealer *dealer, bool is_last, struct arena *arena, struct shard_frame *frame);

/* Checks of the rows, and the bytes for the file (arena): on any thread. compressor: its own; NULL for plain shards. */
void shard_frame_seal(struct shard_frame *frame, struct frame_compressor *compressor, struct arena *arena);

#endif
