/* shard_manifest.h - the file that names the shards of a set (shard_set.h). Private to the module. */
#ifndef DATASET_SHARD_MANIFEST_H
#define DATASET_SHARD_MANIFEST_H

#include "base/digest.h"
#include "dataset/shard_set.h"

#define SHARD_INDEX_SUFFIX ".index"

struct shard_entry {
    struct slice file; /* a name in the manifest's folder */
    int64_t rows, tokens, bytes, decompressed;
    char sha256[DIGEST_TEXT + 1], index_sha256[DIGEST_TEXT + 1];
};

struct shard_manifest {
    struct shard_layout layout;
    struct shard_totals totals;
    const struct shard_entry *entries;
    size_t count;
    struct slice options; /* JSON object; empty: none */
};

/* PREFIXmanifest.json for a pattern PREFIX{shard}. Appends. */
void shard_manifest_path(const char *pattern, struct buffer *path);
/* FOLDER/file + suffix, FOLDER being that of the manifest. Replaces what stands in path. */
void shard_manifest_sibling(const char *manifest, struct slice file, const char *suffix, struct buffer *path);
/* Of the manifest, if it is not there. Errors: E_CREATE. */
bool shard_manifest_make_folder(const char *manifest, struct error *error) MUST_CHECK;

/* Calls visit for the manifest at path, or for each in the folder at path, by name. Errors: E_NO_INPUT, of visit. */
bool shard_manifests_visit(const char *path, bool (*visit)(void *context, const char *manifest, struct error *error),
                           void *context, struct error *error) MUST_CHECK;
void shard_totals_add(struct shard_totals *totals, const struct shard_totals *more);

/* One shard a line. */
void shard_manifest_append(const struct shard_manifest *manifest, struct buffer *json);

/* Of a manifest's text, whose copy lives in the arena. Errors: E_SHARDS. */
bool shard_manifest_parse(struct slice text, struct arena *arena, struct shard_manifest *manifest,
                          struct error *error) MUST_CHECK;

/* Checked: names hold no '/', numbers are not negative and add up, digests have 64 digits. Arena. Errors: E_NO_INPUT,
 * E_IO; E_SHARDS, placed. */
bool shard_manifest_read(const char *path, struct arena *arena, struct shard_manifest *manifest,
                         struct error *error) MUST_CHECK;

#endif
