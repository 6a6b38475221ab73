/* reader.c - an index as one commit left it. */
#include "index/reader.h"

#include <inttypes.h>

#include "base/memory.h"
#include "index/tombstones.h"

/* A commit that replaces segments removes the old ones; a reader that came between manifest and segments starts over.
 */
enum { OPEN_TRIES = 100 };

static bool open_tombstones(struct index *index, struct error *error)
{
    const struct manifest *manifest = &index->manifest;
    if (!manifest->tombstones_number)
        return true;
    const char *path = tombstones_path(&index->arena, index->folder, manifest->tombstones_number);
    return tombstones_open(path, &manifest->tombstones_seal, &index->tombstones, error);
}

static bool attach_tombstones(struct index *index, size_t number, struct error *error)
{
    struct index_segment *segment = &index->segments[number];
    const struct manifest_segment *entry = &index->manifest.segments[number];
    if (entry->deleted_count == 0)
        return true;
    error_reset(error);
    segment->deleted = tombstones_find(&index->tombstones, segment->number, segment->row_count, error);
    if (!segment->deleted || bitmap_count(segment->deleted, segment->row_count) != entry->deleted_count) {
        error_set(error, E_INDEX_DAMAGED, "the tombstones of segment %" PRIu32 " do not fit the manifest",
                  segment->number);
        return error_place(error, tombstones_path(&index->arena, index->folder, index->manifest.tombstones_number), 0,
                           0);
    }
    segment->live_count = segment->row_count - entry->deleted_count;
    return true;
}

static bool open_segment(struct index *index, size_t number, struct error *error)
{
    struct index_segment *segment = &index->segments[number];
    const struct manifest_segment *entry = &index->manifest.segments[number];
    const char *path = segment_path(&index->arena, index->folder, entry->number);
    if (!segment_open(path, &entry->seal, segment, error))
        return false;
    index->segment_count++;
    segment->number = entry->number;
    bool agrees = segment->row_count == entry->row_count && segment->documents.count == entry->document_count &&
                  segment->vectors.dimension == index->manifest.settings.dimension;
    if (!agrees) {
        error_set(error, E_INDEX_DAMAGED, "its rows, documents or dimension are not those that the manifest names");
        return error_place(error, path, 0, 0);
    }
    return attach_tombstones(index, number, error);
}

static bool open_once(struct index *index, struct error *error)
{
    if (!manifest_read(index->folder, &index->arena, &index->manifest, error) || !open_tombstones(index, error))
        return false;
    size_t count = index->manifest.segment_count;
    index->segments = arena_allocate_zeroed(&index->arena, count + 1, sizeof index->segments[0]);
    for (size_t i = 0; i < count; i++)
        if (!open_segment(index, i, error))
            return false;
    return true;
}

static void close_files(struct index *index)
{
    for (size_t i = 0; i < index->segment_count; i++)
        segment_close(&index->segments[i]);
    index->segment_count = 0;
    sections_close(&index->tombstones);
}

/* Whether the manifest has moved on since it was read. */
static bool has_newer_commit(struct index *index)
{
    struct manifest now;
    return manifest_read(index->folder, &index->arena, &now, NULL) && now.sequence != index->manifest.sequence;
}

struct index *index_open(const char *folder, struct error *error)
{
    struct index *index = memory_allocate_zeroed(1, sizeof *index);
    index->folder = memory_copy_string(folder);
    for (int i = 0; i < OPEN_TRIES; i++) {
        error_reset(error);
        if (open_once(index, error))
            return index;
        close_files(index);
        if (error->code != E_NO_INPUT || index->manifest.sequence == 0 || !has_newer_commit(index))
            break;
    }
    /* A file that the manifest names and that is not there is no missing input but a damaged index. */
    if (error->code == E_NO_INPUT && index->manifest.sequence > 0)
        error->code = E_INDEX_DAMAGED;
    index_close(index);
    return NULL;
}

void index_close(struct index *index)
{
    if (!index)
        return;
    close_files(index);
    arena_release(&index->arena);
    memory_free(index->folder);
    memory_free(index);
}

struct slice index_id(const struct index *index, struct index_row row)
{
    return strings_get(&index->segments[row.segment].ids, row.row);
}

int index_compare_ids(const struct index *index, struct index_row a, struct index_row b)
{
    return slice_compare(index_id(index, a), index_id(index, b));
}

bool index_find_id(const struct index *index, struct slice id, struct index_row *row)
{
    for (size_t i = index->segment_count; i > 0; i--) {
        const struct index_segment *segment = &index->segments[i - 1];
        uint32_t found = 0;
        if (strings_find(&segment->ids, id, &found) && segment_row_is_live(segment, found)) {
            *row = (struct index_row){ (uint32_t)(i - 1), found };
            return true;
        }
    }
    return false;
}

struct slice index_document_id(const struct index *index, struct index_row row)
{
    const struct index_segment *segment = &index->segments[row.segment];
    return strings_get(&segment->documents, segment_document_of(segment, row.row));
}

static bool run_is_live(const struct index_segment *segment, uint32_t run)
{
    uint32_t row = 0;
    uint32_t end = 0;
    segment_run_rows(segment, run, &row, &end);
    while (row < end && !segment_row_is_live(segment, row))
        row++;
    return row < end;
}

/* Whether an older segment, or an older run of this one, holds a live row of the document. */
static bool was_counted(const struct index *index, size_t number, uint32_t run, struct slice document)
{
    for (uint32_t before = run; segment_previous_run(&index->segments[number], &before);)
        if (run_is_live(&index->segments[number], before))
            return true;
    for (size_t i = 0; i < number; i++) {
        uint32_t other = 0;
        bool is_there = segment_find_document(&index->segments[i], document, &other);
        for (; is_there; is_there = segment_previous_run(&index->segments[i], &other))
            if (run_is_live(&index->segments[i], other))
                return true;
    }
    return false;
}

uint64_t index_document_count(const struct index *index)
{
    uint64_t count = 0;
    for (size_t i = 0; i < index->segment_count; i++) {
        const struct index_segment *segment = &index->segments[i];
        for (uint32_t run = 0; run < segment->documents.count; run++)
            count += run_is_live(segment, run) && !was_counted(index, i, run, strings_get(&segment->documents, run));
    }
    return count;
}

bool index_record(const struct index *index, struct index_row row, struct index_scratch *scratch, struct slice *json,
                  struct error *error)
{
    const struct index_segment *segment = &index->segments[row.segment];
    if (stored_read(&segment->stored, row.row, &scratch->stored, json, error))
        return true;
    return error_place(error, segment->path, 0, 0);
}

void index_scratch_release(struct index_scratch *scratch)
{
    stored_scratch_release(&scratch->stored);
}
