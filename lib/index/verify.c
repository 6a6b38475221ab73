/* verify.c - whether an index is whole. */
#include "index/verify.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "index/screen.h"
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

static bool check_screen(const struct index_segment *segment, struct error *error)
{
    const struct vector_rows *rows = &segment->vectors;
    uint32_t stride = screen_stride(rows->dimension);
    int8_t *codes = memory_allocate(stride + 1);
    bool is_sound = true;
    for (uint32_t row = 0; rows->screen_codes && row < rows->count && is_sound; row++) {
        struct screen_bound bound;
        screen_encode(rows->values + (size_t)row * rows->stride, rows->dimension, codes, &bound);
        if (memcmp(codes, rows->screen_codes + (size_t)row * stride, stride) != 0 ||
            memcmp(&bound, &rows->screen_bounds[row], sizeof bound) != 0)
            is_sound =
                error_set(error, E_INDEX_DAMAGED, "the codes of row %" PRIu32 " are not those of its vector", row);
    }
    memory_free(codes);
    return is_sound;
}

/* Checksums first: without them a fault of the structure says little. */
static void verify_segment(struct verify *verify, const struct index_segment *segment)
{
    struct error error = { 0 };
    if (!sections_verify(&segment->sections, segment->path, &error)) {
        add_fault(verify, &error, segment->path);
        return;
    }
    bool (*const checks[])(const struct index_segment *, struct error *) = { check_runs, check_records, check_vectors,
                                                                             check_screen };
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

/* The files of one commit. Each is opened by itself: one that cannot be must not hide the rest. */
struct file_set {
    struct arena arena;
    struct manifest manifest;
    struct index_segment *segments;
    struct error *errors; /* by segment; unset for an open one */
    struct sections tombstones;
    struct error tombstones_error;
};

static bool open_files(const char *folder, struct file_set *files, struct error *error)
{
    if (!manifest_read(folder, &files->arena, &files->manifest, error))
        return false;
    size_t count = files->manifest.segment_count;
    files->segments = arena_allocate_zeroed(&files->arena, count + 1, sizeof files->segments[0]);
    files->errors = arena_allocate_zeroed(&files->arena, count + 1, sizeof files->errors[0]);
    for (size_t i = 0; i < count; i++) {
        const struct manifest_segment *entry = &files->manifest.segments[i];
        const char *path = segment_path(&files->arena, folder, entry->number);
        if (!segment_open(path, &entry->seal, &files->segments[i], &files->errors[i]))
            error_place(&files->errors[i], path, 0, 0);
    }
    if (files->manifest.tombstones_number) {
        const char *path = tombstones_path(&files->arena, folder, files->manifest.tombstones_number);
        if (!tombstones_open(path, &files->manifest.tombstones_seal, &files->tombstones, &files->tombstones_error))
            error_place(&files->tombstones_error, path, 0, 0);
    }
    return true;
}

static void close_files(struct file_set *files)
{
    for (size_t i = 0; i < files->manifest.segment_count; i++)
        if (!error_is_set(&files->errors[i]))
            segment_close(&files->segments[i]);
    sections_close(&files->tombstones);
    arena_release(&files->arena);
    *files = (struct file_set){ 0 };
}

/* A file that is not there may have been removed by a commit since the manifest was read. */
static bool has_moved_on(const char *folder, struct file_set *files)
{
    bool is_missing = files->tombstones_error.code == E_NO_INPUT;
    for (size_t i = 0; i < files->manifest.segment_count; i++)
        is_missing = is_missing || files->errors[i].code == E_NO_INPUT;
    struct manifest now;
    return is_missing && manifest_read(folder, &files->arena, &now, NULL) && now.sequence != files->manifest.sequence;
}

/* A file that the manifest names and that is not there is damage of the index, no missing input. */
static void add_open_fault(struct verify *verify, struct error *error)
{
    if (error->code == E_NO_INPUT)
        error->code = E_INDEX_DAMAGED;
    add_fault(verify, error, "");
}

static void verify_files(struct verify *verify, const char *folder, struct file_set *files)
{
    struct error error = { 0 };
    for (size_t i = 0; i < files->manifest.segment_count; i++) {
        if (error_is_set(&files->errors[i]))
            add_open_fault(verify, &files->errors[i]);
        else
            verify_segment(verify, &files->segments[i]);
    }
    if (!files->manifest.tombstones_number)
        return;
    const char *path = tombstones_path(&files->arena, folder, files->manifest.tombstones_number);
    if (error_is_set(&files->tombstones_error))
        add_open_fault(verify, &files->tombstones_error);
    else if (!sections_verify(&files->tombstones, path, &error))
        add_fault(verify, &error, path);
}

size_t index_verify(const char *folder, void (*report)(void *context, const struct error *error), void *context)
{
    enum { OPEN_TRIES = 100 };
    struct verify verify = { .report = report, .context = context };
    struct file_set files = { 0 };
    struct error error = { 0 };
    bool is_open = open_files(folder, &files, &error);
    for (int i = 0; i < OPEN_TRIES && is_open && has_moved_on(folder, &files); i++) {
        close_files(&files);
        is_open = open_files(folder, &files, &error);
    }
    if (is_open)
        verify_files(&verify, folder, &files);
    else
        add_fault(&verify, &error, folder);
    struct index *index = verify.count ? NULL : index_open(folder, &error);
    if (index)
        verify_ids(&verify, index);
    else if (verify.count == 0)
        add_fault(&verify, &error, folder);
    index_close(index);
    close_files(&files);
    return verify.count;
}
