/* manifest.h - the one file that says what an index is.
 *
 * Two lines: a JSON object, and {"checksum":"16 hexadecimal digits"} of the first line (XXH3-64, newline included). It
 * is replaced by rename, so it is the old or the new one. Unknown members of the object are an error only when the
 * format version is higher than ours. Lives in an arena. */
#ifndef INDEX_MANIFEST_H
#define INDEX_MANIFEST_H

#include "base/arena.h"
#include "base/error.h"
#include "index/sections.h"

enum vector_metric { METRIC_COSINE, METRIC_DOT, METRIC_EUCLIDEAN };
const char *vector_metric_name(enum vector_metric metric);

enum {
    MANIFEST_BYTES_MAXIMUM = 64 * 1024 * 1024,
    PROBES_MAXIMUM = 8,
    PROBE_TEXT_MAXIMUM = 8192,
    VECTOR_DIMENSION_MAXIMUM = 65536
};

/* A text and the vector that the model gave for it when the index was made. Vectors that a model gives now are compared
 * with it by cosine (>= PROBE_COSINE), never bit by bit: servers are not exact. */
struct probe {
    struct slice text; /* without prefix */
    const float *vector;
};
#define PROBE_COSINE 0.999

/* Settled when the first row comes, the same for every later one. */
struct index_settings {
    struct slice model; /* embedding_model as the records have it, "provider:model:dimension"; "" unknown */
    uint32_t dimension; /* 0: no vectors, the index is lexical only */
    enum vector_metric metric;
    struct slice query_prefix;    /* put before a query's text by the model's rules */
    struct slice document_prefix; /* was put before each text */
    struct probe probes[PROBES_MAXIMUM];
    size_t probe_count;
    struct slice language;      /* of the lexical analyser: "english", "none", ... */
    const struct slice *fields; /* paths of the text that lexical search sees */
    size_t field_count;
};

struct manifest_segment {
    uint32_t number; /* segment-%08u.seg */
    uint32_t row_count;
    uint32_t document_count;
    uint32_t deleted_count; /* rows that are dead by the tombstones file */
    struct file_seal seal;
};

struct manifest {
    uint64_t sequence;    /* rises by one with each commit; 0: no commit yet */
    uint32_t next_number; /* for the next file; never used twice for files that a manifest named */
    uint64_t row_count;   /* live rows */
    struct index_settings settings;
    struct manifest_segment *segments; /* oldest first: later rows win */
    size_t segment_count;
    uint32_t tombstones_number; /* tombstones-%08u.seg; 0: no row is dead */
    struct file_seal tombstones_seal;
};

/* Errors: E_NO_INPUT (no index there, or no manifest in it), E_INDEX_DAMAGED, E_INDEX_FORMAT. */
bool manifest_read(const char *folder, struct arena *arena, struct manifest *manifest, struct error *error) MUST_CHECK;
/* From memory; name is for messages. */
bool manifest_parse(struct slice text, const char *name, struct arena *arena, struct manifest *manifest,
                    struct error *error) MUST_CHECK;
void manifest_render(const struct manifest *manifest, struct buffer *output);
/* Temporary, fsync, rename, fsync of the folder. Errors: E_IO, E_CREATE. */
bool manifest_write(const char *folder, const struct manifest *manifest, struct error *error) MUST_CHECK;

/* "FOLDER/segment-00000001.seg". */
char *segment_path(struct arena *arena, const char *folder, uint32_t number);
char *tombstones_path(struct arena *arena, const char *folder, uint32_t number);

#endif
