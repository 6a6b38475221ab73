/* digest.c - what an index holds, as one number. */
#include <stdlib.h>

#include "base/memory.h"
#include "index/verify.h"

struct digest_row {
    struct slice id;
    struct hash128 hash;
};

static int compare_rows(const void *a, const void *b)
{
    const struct digest_row *left = a;
    const struct digest_row *right = b;
    return slice_compare(left->id, right->id);
}

/* Lengths go in front, so that no two contents run together. */
static void add_part(struct hash_stream *stream, struct slice bytes)
{
    uint64_t length = bytes.length;
    hash_stream_add(stream, slice_of((const char *)&length, sizeof length));
    hash_stream_add(stream, bytes);
}

static struct hash128 hash_row(struct slice id, struct slice line, const struct vector_rows *vectors, uint32_t row)
{
    struct hash_stream *stream = hash_stream_create();
    add_part(stream, id);
    add_part(stream, line);
    struct slice vector = SLICE("");
    if (vectors->values)
        vector = slice_of((const char *)(vectors->values + row * vectors->stride),
                          vectors->dimension * sizeof vectors->values[0]);
    add_part(stream, vector);
    struct hash128 hash = hash_stream_digest_128(stream);
    hash_stream_free(stream);
    return hash;
}

static bool hash_rows(const struct index *index, struct digest_row *rows, struct error *error)
{
    struct index_scratch scratch = { 0 };
    bool is_done = true;
    size_t count = 0;
    for (uint32_t s = 0; s < index->segment_count; s++) {
        const struct index_segment *segment = &index->segments[s];
        for (uint32_t row = 0; row < segment->row_count && is_done; row++) {
            struct slice line;
            if (!segment_row_is_live(segment, row))
                continue;
            is_done = index_record(index, (struct index_row){ s, row }, &scratch, &line, error);
            struct slice id = strings_get(&segment->ids, row);
            if (is_done)
                rows[count++] = (struct digest_row){ id, hash_row(id, line, &segment->vectors, row) };
        }
    }
    index_scratch_release(&scratch);
    return is_done;
}

/* Each row is hashed where it lies, since records come in blocks; then the hashes are put in order of id. */
bool index_digest(const struct index *index, struct hash128 *digest, struct error *error)
{
    size_t count = (size_t)index->manifest.row_count;
    struct digest_row *rows = memory_allocate_zeroed(count + 1, sizeof *rows);
    bool is_done = hash_rows(index, rows, error);
    if (is_done) {
        qsort(rows, count, sizeof rows[0], compare_rows);
        struct hash_stream *stream = hash_stream_create();
        for (size_t i = 0; i < count; i++)
            hash_stream_add(stream, slice_of((const char *)&rows[i].hash, sizeof rows[i].hash));
        *digest = hash_stream_digest_128(stream);
        hash_stream_free(stream);
    }
    memory_free(rows);
    return is_done;
}
