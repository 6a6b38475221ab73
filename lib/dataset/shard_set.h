/* shard_set.h - a set of shards on disk: the files, their indexes, a manifest; writing and verifying.
 *
 *     out/00000.jsonl.zst        rows
 *     out/00000.jsonl.zst.index  16 bytes a row, little-endian: u64 offset, u32 length (of the row in the decompressed
 *                                shard, without newline or tar header), u32 check (the low half of its XXH3-64)
 *     out/manifest.json          {"kind":"shards","version":1,...,"shards":[{"file","rows","tokens","bytes",
 *                                "decompressed","sha256","index_sha256"},...]}; `PREFIXmanifest.json` for PREFIX{shard}
 *
 * The manifest is the commit point: it vanishes before the shards of a run are renamed into place and comes back last,
 * so a set with a manifest is whole. Files that only the manifest before names are removed. Not thread safe. */
#ifndef DATASET_SHARD_SET_H
#define DATASET_SHARD_SET_H

#include "dataset/shard.h"

enum { SHARD_INDEX_BYTES = 16 /* a row */, SHARD_MANIFEST_MAXIMUM = 64 * 1024 * 1024, SHARD_SET_VERSION = 1 };

struct shard_set_settings {
    const char *pattern; /* shard_layout_of() */
    struct shard_settings shards;
    struct slice options; /* JSON object: how the rows were made; goes into the manifest */
};

struct shard_totals {
    int64_t shards, rows, tokens, bytes, decompressed;
};

struct shard_set;

/* settings are copied, what they point to must outlive the set. digest_load() is called. Owned: shard_set_close(),
 * which without a commit throws all away. Errors: E_USAGE, E_UNAVAILABLE. */
struct shard_set *shard_set_create(const struct shard_set_settings *settings, struct error *error) MUST_CHECK;

/* A frame, compressed where the layout says so (frame->file). Errors: E_IO, E_CREATE, E_LIMIT. */
bool shard_set_add(struct shard_set *set, const struct shard_frame *frame, struct error *error) MUST_CHECK;

/* Publishes everything. Errors: E_IO, E_CREATE. */
bool shard_set_commit(struct shard_set *set, struct error *error) MUST_CHECK;

const struct shard_totals *shard_set_totals(const struct shard_set *set);
void shard_set_close(struct shard_set *set);

/* Whether a path is a set: a manifest, or a folder with one or more in it. */
bool shard_set_is_one(const char *path);

/* What the manifests there say; options: JSON objects, split by commas, of how the rows were made; appends. Errors:
 * E_NO_INPUT, E_IO, E_SHARDS. */
bool shard_set_count(const char *path, struct shard_totals *totals, struct buffer *options,
                     struct error *error) MUST_CHECK;

/* Reads every byte of the sets at path (as above) and reports each fault: a file that is missing, has another length or
 * another SHA-256, a seek table that does not fit, and the number (from 0, in its shard) of each row that is not where
 * the index says or not what was written. *totals: of what the manifests say. Cost: about 700 MB a CPU second of
 * decompressed rows. Errors, for what stands in the way of looking at all: E_NO_INPUT, E_SHARDS. */
bool shard_set_verify(const char *path, void (*report)(void *context, const struct error *error), void *context,
                      struct shard_totals *totals, struct error *error) MUST_CHECK;

#endif
