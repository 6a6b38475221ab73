/* verify.c - whether an index is whole. */
#include "index/verify.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "index/tombstones.h"

struct verify {
    void (*report)(void *context, const struct error *error);
    void *context;
    size_t count;
};

static void add_fault(struct verify *verify, struct error *error, const char *path)
{
    error_place(error, path, 0, 0);
    verify->report(verify->context, error);
    verify->count++;
}

static bool check_runs(const struct index_segment *segment, struct error *error)
{
    uint32_t count = segment->documents.count;
    if (!segment->runs)
        return true;
    if (segment->runs[0].first_row != 0)
        return error_set(error, E_INDEX_DAMAGED, "the first run of rows does not begin at row 0");
    for (uint32_t run = 0; run < count; run++) {
        uint32_t previous = segment->runs[run].previous;
        struct slice document = strings_get(&segment->documents, run);
        if (segment->runs[run].first_row >= segment->runs[run + 1].first_row)
            return error_set(error, E_INDEX_DAMAGED, "run %" PRIu32 " of rows is out of order", run);
        if (previous > run || (previous && !slice_equal(strings_get(&segment->documents, previous - 1), document)))
            return error_set(error, E_INDEX_DAMAGED, "run %" PRIu32 " names a wrong run before it", run);
    }
    return true;
}

static bool check_records(const struct index_segment *segment, struct error *error)
{
    struct stored_scratch scratch = { 0 };
    struct arena arena = { 0 };
    bool is_sound = true;
    for (uint32_t row = 0; row < segment->row_count && is_sound; row++) {
        struct slice line;
        struct json_object object;
        is_sound = stored_read(&segment->stored, row, &scratch, &line, error);
        if (is_sound && !json_scan_object(line, &arena, &object, NULL))
            is_sound = error_set(error, E_INDEX_DAMAGED, "the record of row %" PRIu32 " is no JSON object", row);
        arena_reset(&arena);
    }
    stored_scratch_release(&scratch);
    arena_release(&arena);
    return is_sound;
}

static bool check_vectors(const struct index_segment *segment, struct error *error)
{
    const struct vector_rows *rows = &segment->vectors;
    for (uint32_t row = 0; row < rows->count; row++) {
        const float *values = rows->values + row * rows->stride;
        float scale = vector_scale(values, rows->dimension);
        bool is_padded = true;
        for (size_t i = rows->dimension; i < rows->stride; i++)
            is_padded = is_padded && values[i] == 0;
        if (!(scale > 0 && scale == rows->scales[row] && is_padded))
            return error_set(error, E_INDEX_DAMAGED, "the vector of row %" PRIu32 " is not finite or its norm is wrong",
                             row);
    }
    return true;
}

/* Checksums first: without them a fault of the structure says little. */
static void verify_segment(struct verify *verify, const struct index_segment *segment)
{
    struct error error = { 0 };
    if (!sections_verify(&segment->sections, segment->path, &error)) {
        add_fault(verify, &error, segment->path);
        return;
    }
    bool (*const checks[])(const struct index_segment *, struct error *) = { check_runs, check_records, check_vectors };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        error_reset(&error);
        if (!checks[i](segment, &error))
            add_fault(verify, &error, segment->path);
    }
    error_reset(&error);
    if (!strings_verify(&segment->ids, &error) || !strings_verify(&segment->documents, &error) ||
        !columns_verify(&segment->columns, &error) || !lexical_verify(&segment->lexical, &error))
        add_fault(verify, &error, segment->path);
}

/* An id stands once among the live rows, and looking it up leads to its row. */
static void verify_ids(struct verify *verify, const struct index *index)
{
    for (uint32_t s = 0; s < index->segment_count; s++) {
        const struct index_segment *segment = &index->segments[s];
        for (uint32_t row = 0; row < segment->row_count; row++) {
            struct index_row found = { 0 };
            struct slice id = strings_get(&segment->ids, row);
            if (!segment_row_is_live(segment, row) ||
                (index_find_id(index, id, &found) && found.segment == s && found.row == row))
                continue;
            struct error error = { 0 };
            error_set(&error, E_INDEX_DAMAGED, "id '%.*s' stands more than once", (int)id.length, id.bytes);
            add_fault(verify, &error, segment->path);
            return;
        }
    }
}

/* A segment that cannot be opened hides the rest of the index from index_open(); each file is looked at alone. */
static void verify_files(struct verify *verify, const char *folder, const struct manifest *manifest,
                         struct arena *arena)
{
    for (size_t i = 0; i < manifest->segment_count; i++) {
        const struct manifest_segment *entry = &manifest->segments[i];
        struct index_segment segment;
        struct error error = { 0 };
        const char *path = segment_path(arena, folder, entry->number);
        if (!segment_open(path, &entry->seal, &segment, &error)) {
            add_fault(verify, &error, path);
            continue;
        }
        verify_segment(verify, &segment);
        segment_close(&segment);
    }
    if (!manifest->tombstones_number)
        return;
    struct sections tombstones;
    struct error error = { 0 };
    const char *path = tombstones_path(arena, folder, manifest->tombstones_number);
    if (!tombstones_open(path, &manifest->tombstones_seal, &tombstones, &error)) {
        add_fault(verify, &error, path);
        return;
    }
    if (!sections_verify(&tombstones, path, &error))
        add_fault(verify, &error, path);
    sections_close(&tombstones);
}

size_t index_verify(const char *folder, void (*report)(void *context, const struct error *error), void *context)
{
    struct verify verify = { .report = report, .context = context };
    struct arena arena = { 0 };
    struct manifest manifest;
    struct error error = { 0 };
    if (!manifest_read(folder, &arena, &manifest, &error)) {
        add_fault(&verify, &error, folder);
    } else {
        verify_files(&verify, folder, &manifest, &arena);
        struct index *index = verify.count ? NULL : index_open(folder, &error);
        if (index)
            verify_ids(&verify, index);
        else if (verify.count == 0)
            add_fault(&verify, &error, folder);
        index_close(index);
    }
    arena_release(&arena);
    return verify.count;
}
