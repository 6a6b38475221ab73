/* commit.c - publishes what a writer gathered: under the lock, segments first, then the manifest. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"
#include "index/folder.h"
#include "index/merge.h"
#include "index/tombstones.h"
#include "index/writer_private.h"

/* A segment of the index as it will be. */
struct part {
    struct index_segment segment; /* copy of the one in base, in pending or in merged: it lives there */
    struct file_seal seal;
    uint32_t number;              /* 0: not published yet */
    struct sections_writer *file; /* of an unpublished one; borrowed */
    uint64_t *deleted;            /* owned copy, NULL: all rows live */
    uint32_t deleted_count;
};

struct commit {
    struct index_writer *writer;
    struct index *base; /* NULL: there was no manifest */
    size_t own_count;   /* pending segments that go in */
    struct part *parts;
    size_t part_count;
    size_t base_count; /* of parts that come from base, as long as nothing was merged */
    struct pending_segment *merged;
    size_t merged_count;
    size_t merged_capacity;
    struct manifest next;
    struct arena arena;
    bool changes_dead; /* the tombstones file must be written anew */
    bool compacts;
    int64_t removed;
    int64_t merged_away;
};

static uint64_t *copy_words(const uint64_t *words, uint32_t row_count)
{
    size_t count = bitmap_words(row_count);
    uint64_t *copy = memory_allocate_zeroed(count + 1, sizeof copy[0]);
    if (words)
        memcpy(copy, words, count * sizeof copy[0]);
    return copy;
}

static void add_part(struct commit *commit, const struct index_segment *segment, const struct file_seal *seal,
                     struct sections_writer *file, const uint64_t *deleted, uint32_t deleted_count)
{
    struct part *part = &commit->parts[commit->part_count++];
    *part = (struct part){ .segment = *segment, .seal = *seal, .number = segment->number, .file = file };
    if (deleted_count) {
        part->deleted = copy_words(deleted, segment->row_count);
        part->deleted_count = deleted_count;
    }
}

static void gather_parts(struct commit *commit)
{
    struct index_writer *writer = commit->writer;
    struct index *base = commit->base;
    commit->base_count = base ? base->segment_count : 0;
    commit->parts = memory_allocate_zeroed(commit->base_count + commit->own_count + 1, sizeof commit->parts[0]);
    for (size_t i = 0; i < commit->base_count; i++) {
        const struct index_segment *segment = &base->segments[i];
        add_part(commit, segment, &base->manifest.segments[i].seal, NULL, segment->deleted,
                 segment->row_count - segment->live_count);
    }
    for (size_t i = 0; i < commit->own_count; i++) {
        const struct pending_segment *pending = &writer->pending[i];
        add_part(commit, &pending->segment, &pending->seal, pending->file, pending->deleted, pending->deleted_count);
        commit->changes_dead = commit->changes_dead || pending->deleted_count > 0;
    }
}

static bool kill_base_row(struct commit *commit, struct part *part, uint32_t row)
{
    if (!part->deleted)
        part->deleted = copy_words(NULL, part->segment.row_count);
    if (bitmap_has(part->deleted, row))
        return false;
    bitmap_add(part->deleted, row);
    part->deleted_count++;
    commit->changes_dead = true;
    commit->removed++;
    return true;
}

/* The rows that earlier commits hold of a document. true: there were live ones. */
static bool kill_base_document(struct commit *commit, struct slice document)
{
    bool was_there = false;
    for (size_t i = 0; i < commit->base_count; i++) {
        struct part *part = &commit->parts[i];
        uint32_t run = 0;
        for (bool is_there = segment_find_document(&part->segment, document, &run); is_there;
             is_there = segment_previous_run(&part->segment, &run)) {
            uint32_t row = 0;
            uint32_t end = 0;
            for (segment_run_rows(&part->segment, run, &row, &end); row < end; row++)
                was_there = kill_base_row(commit, part, row) || was_there;
        }
    }
    return was_there;
}

static bool kill_base_id(struct commit *commit, struct slice id)
{
    bool was_there = false;
    for (size_t i = 0; i < commit->base_count; i++) {
        uint32_t row = 0;
        if (strings_find(&commit->parts[i].segment.ids, id, &row))
            was_there = kill_base_row(commit, &commit->parts[i], row) || was_there;
    }
    return was_there;
}

static bool run_has_live_row(const struct part *part, uint32_t run)
{
    uint32_t row = 0;
    uint32_t end = 0;
    segment_run_rows(&part->segment, run, &row, &end);
    while (row < end && part->deleted && bitmap_has(part->deleted, row))
        row++;
    return row < end;
}

/* A document counts at the last live run that this commit holds of it. */
static bool stands_later(const struct commit *commit, size_t number, uint32_t run, struct slice document)
{
    for (size_t i = number; i < commit->part_count; i++) {
        const struct part *part = &commit->parts[i];
        uint32_t other = 0;
        if (!segment_find_document(&part->segment, document, &other))
            continue;
        do {
            if ((i > number || other > run) && run_has_live_row(part, other))
                return true;
        } while ((i > number || other > run) && segment_previous_run(&part->segment, &other));
    }
    return false;
}

/* What the new rows take the place of. Replaced documents are remembered by the mark 'r' in seen. */
static void replace_in_base(struct commit *commit, struct index_changes *changes)
{
    struct map replaced = { 0 };
    for (size_t i = commit->base_count; i < commit->part_count; i++) {
        const struct part *part = &commit->parts[i];
        changes->added += part->segment.row_count - part->deleted_count;
        for (uint32_t run = 0; run < part->segment.documents.count; run++) {
            struct slice document = strings_get(&part->segment.documents, run);
            if (kill_base_document(commit, document))
                map_insert(&replaced, document, NULL);
            if (!run_has_live_row(part, run) || stands_later(commit, i, run, document))
                continue;
            if (map_find(&replaced, document))
                changes->documents_replaced++;
            else
                changes->documents_added++;
        }
        for (uint32_t row = 0; row < part->segment.row_count && commit->base_count; row++)
            kill_base_id(commit, strings_get(&part->segment.ids, row));
    }
    map_release(&replaced);
}

static bool is_document_of_this_commit(const struct commit *commit, struct slice document)
{
    uint32_t run = 0;
    for (size_t i = commit->base_count; i < commit->part_count; i++)
        if (segment_find_document(&commit->parts[i].segment, document, &run) &&
            run_has_live_row(&commit->parts[i], run))
            return true;
    return false;
}

static void delete_one(struct commit *commit, char kind, struct slice id, struct index_changes *changes)
{
    bool was_document = kill_base_document(commit, id);
    bool was_row = kind == 'n' && kill_base_id(commit, id);
    if (kind == 'n' && (was_document || was_row))
        map_insert(&commit->writer->found, id, NULL);
    if (!was_document)
        return;
    if (is_document_of_this_commit(commit, id)) {
        changes->documents_replaced++;
        changes->documents_added--;
    } else {
        changes->documents_deleted++;
    }
}

/* Deletions come first, so that a document whose tombstone precedes its new version counts as replaced. */
static void delete_in_base(struct commit *commit, struct index_changes *changes)
{
    for (size_t i = 0; i < commit->writer->deletes.count; i++) {
        struct slice key = commit->writer->deletes.entries[i].key;
        delete_one(commit, key.bytes[0], slice_from(key, 1), changes);
    }
}

/* Parts [start, end) become one; without live rows, none. */
static bool merge_parts(struct commit *commit, size_t start, size_t end, struct error *error)
{
    struct pending_segment merged = { 0 };
    uint32_t live = 0;
    struct merge_source *sources = memory_allocate((end - start) * sizeof *sources);
    for (size_t i = start; i < end; i++) {
        sources[i - start] = (struct merge_source){ &commit->parts[i].segment, commit->parts[i].deleted };
        live += commit->parts[i].segment.row_count - commit->parts[i].deleted_count;
    }
    bool is_done = true;
    if (live) {
        merged.file = sections_writer_create(commit->writer->folder, FILE_SEGMENT, error);
        is_done = merged.file && segments_merge(sources, end - start, merged.file, &merged.seal, error) &&
                  segment_open(sections_writer_path(merged.file), &merged.seal, &merged.segment, error);
    }
    memory_free(sources);
    if (!is_done) {
        pending_release(&merged);
        return false;
    }
    for (size_t i = start; i < end; i++) {
        commit->changes_dead = commit->changes_dead || commit->parts[i].deleted_count > 0;
        memory_free(commit->parts[i].deleted);
    }
    size_t kept = live ? 1 : 0;
    memmove(commit->parts + start + kept, commit->parts + end, (commit->part_count - end) * sizeof commit->parts[0]);
    commit->part_count -= end - start - kept;
    commit->merged_away += (int64_t)(end - start - kept);
    if (live) {
        commit->merged =
            memory_grow(commit->merged, &commit->merged_capacity, commit->merged_count + 1, sizeof commit->merged[0]);
        commit->merged[commit->merged_count++] = merged;
        commit->parts[start] = (struct part){ .segment = merged.segment, .seal = merged.seal, .file = merged.file };
    }
    return true;
}

/* A segment that is mostly dead is rewritten, one that is all dead goes. */
static bool drop_dead(struct commit *commit, struct error *error)
{
    for (size_t i = commit->part_count; i > 0; i--) {
        const struct part *part = &commit->parts[i - 1];
        bool is_bad =
            part->deleted_count == part->segment.row_count || part->deleted_count > part->segment.row_count / 2;
        if (is_bad && !merge_parts(commit, i - 1, i, error))
            return false;
    }
    return true;
}

static bool compact_all(struct commit *commit, struct error *error)
{
    enum { COMPACT_ROWS_MAXIMUM = 8 * 1024 * 1024 };
    for (size_t start = 0; start < commit->part_count; start++) {
        uint64_t rows = 0;
        size_t end = start;
        while (end < commit->part_count &&
               (end == start || rows + commit->parts[end].segment.row_count <= COMPACT_ROWS_MAXIMUM))
            rows += commit->parts[end++].segment.row_count;
        if ((end - start > 1 || commit->parts[start].deleted_count) && !merge_parts(commit, start, end, error))
            return false;
    }
    return true;
}

static bool merge_by_plan(struct commit *commit, struct error *error)
{
    bool is_done = drop_dead(commit, error);
    bool goes_on = true;
    while (is_done && goes_on) {
        size_t start = 0;
        size_t end = 0;
        uint32_t *rows = memory_allocate(commit->part_count * sizeof *rows);
        for (size_t i = 0; i < commit->part_count; i++)
            rows[i] = commit->parts[i].segment.row_count - commit->parts[i].deleted_count;
        goes_on = merge_plan(rows, commit->part_count, &start, &end);
        memory_free(rows);
        is_done = !goes_on || merge_parts(commit, start, end, error);
    }
    return is_done;
}

static bool publish_segments(struct commit *commit, struct error *error)
{
    struct manifest *next = &commit->next;
    next->segments = arena_allocate_zeroed(&commit->arena, commit->part_count + 1, sizeof next->segments[0]);
    next->segment_count = commit->part_count;
    next->row_count = 0;
    if (commit->part_count > INDEX_SEGMENTS_MAXIMUM)
        return error_set(error, E_LIMIT, "the index would have more than %d segments; run it once with --compact",
                         (int)INDEX_SEGMENTS_MAXIMUM);
    for (size_t i = 0; i < commit->part_count; i++) {
        struct part *part = &commit->parts[i];
        if (part->number == 0) {
            char name[64];
            part->number = next->next_number++;
            snprintf(name, sizeof name, "segment-%08" PRIu32 ".seg", part->number);
            if (!sections_publish(part->file, name, error))
                return false;
        }
        next->segments[i] = (struct manifest_segment){ .number = part->number,
                                                       .row_count = part->segment.row_count,
                                                       .document_count = part->segment.documents.count,
                                                       .deleted_count = part->deleted_count,
                                                       .seal = part->seal };
        next->row_count += part->segment.row_count - part->deleted_count;
    }
    return true;
}

static bool write_tombstones_file(struct commit *commit, const struct tombstones_part *parts, size_t count,
                                  struct error *error)
{
    struct sections_writer *file = sections_writer_create(commit->writer->folder, FILE_TOMBSTONES, error);
    if (!file)
        return false;
    char name[64];
    commit->next.tombstones_number = commit->next.next_number++;
    snprintf(name, sizeof name, "tombstones-%08" PRIu32 ".seg", commit->next.tombstones_number);
    bool is_done = tombstones_write(parts, count, file, error) &&
                   sections_finish(file, 0, &commit->next.tombstones_seal, error) &&
                   sections_publish(file, name, error);
    sections_writer_close(file);
    return is_done;
}

static bool publish_tombstones(struct commit *commit, struct error *error)
{
    if (!commit->changes_dead)
        return true;
    commit->next.tombstones_number = 0;
    commit->next.tombstones_seal = (struct file_seal){ 0 };
    struct tombstones_part *parts = memory_allocate((commit->part_count + 1) * sizeof *parts);
    size_t count = 0;
    for (size_t i = 0; i < commit->part_count; i++)
        if (commit->parts[i].deleted_count)
            parts[count++] = (struct tombstones_part){ commit->parts[i].number, commit->parts[i].segment.row_count,
                                                       commit->parts[i].deleted };
    bool is_done = count == 0 || write_tombstones_file(commit, parts, count, error);
    memory_free(parts);
    return is_done;
}

/* Reads the index as it is now, and sees whether another writer settled it differently meanwhile. */
static bool open_base(struct commit *commit, struct error *error)
{
    struct index_writer *writer = commit->writer;
    bool exists = false;
    if (!folder_check(writer->folder, &exists, error))
        return false;
    commit->next = (struct manifest){ .next_number = 1 };
    if (exists) {
        commit->base = index_open(writer->folder, error);
        if (!commit->base)
            return false;
        folder_sweep(writer->folder, &commit->base->manifest);
        commit->next = commit->base->manifest;
    }
    bool has_rows = commit->base && commit->base->segment_count > 0;
    if (has_rows && commit->own_count &&
        !writer_settings_agree(&writer->settings, &commit->base->manifest.settings, error))
        return error_place(error, writer->folder, 0, 0);
    if (!has_rows)
        commit->next.settings = writer->settings;
    commit->next.sequence++;
    return true;
}

/* Removes what no manifest names. After a failure the manifest on disk may be the old or the new one, so it is read
 * again; when that fails, too, everything stays. */
static void sweep(struct commit *commit, bool is_published)
{
    struct manifest manifest = commit->next;
    if (is_published || manifest_read(commit->writer->folder, &commit->arena, &manifest, NULL))
        folder_sweep(commit->writer->folder, &manifest);
}

static bool run_commit(struct commit *commit, struct index_changes *changes, struct error *error)
{
    if (!open_base(commit, error))
        return false;
    gather_parts(commit);
    delete_in_base(commit, changes);
    replace_in_base(commit, changes);
    if (!(commit->compacts ? compact_all(commit, error) : merge_by_plan(commit, error)))
        return false;
    bool changes_nothing = commit->base && commit->own_count == 0 && commit->removed == 0 && commit->merged_away == 0 &&
                           commit->merged_count == 0;
    if (changes_nothing) {
        commit->next = commit->base->manifest;
        return true;
    }
    bool is_done = publish_segments(commit, error) && publish_tombstones(commit, error) &&
                   manifest_write(commit->writer->folder, &commit->next, error);
    sweep(commit, is_done);
    changes->removed += commit->removed;
    changes->merged_segments += commit->merged_away;
    changes->row_count = (int64_t)commit->next.row_count;
    changes->commits++;
    return is_done;
}

static void release_commit(struct commit *commit)
{
    for (size_t i = 0; i < commit->part_count; i++)
        memory_free(commit->parts[i].deleted);
    memory_free(commit->parts);
    for (size_t i = 0; i < commit->merged_count; i++)
        pending_release(&commit->merged[i]);
    memory_free(commit->merged);
    index_close(commit->base);
    arena_release(&commit->arena);
}

/* What was published is no longer pending. The rest belongs to a spilled run, whose targets move up. */
static void forget_published(struct index_writer *writer, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pending_release(&writer->pending[i]);
    if (count) {
        writer->pending_count -= count;
        memmove(writer->pending, writer->pending + count, writer->pending_count * sizeof writer->pending[0]);
    }
    struct open_run *run = &writer->run;
    size_t kept = 0;
    for (size_t i = 0; i < run->replaced_count; i++)
        if (run->replaced[i].target >= count)
            run->replaced[kept++] = (struct replaced_row){ run->replaced[i].target - count, run->replaced[i].row };
    run->replaced_count = kept;
    if (run->is_spilled)
        run->first_target -= count;
    map_reset(&writer->deletes);
}

bool index_writer_commit(struct index_writer *writer, enum commit_extent extent, struct error *error)
{
    bool ends = extent == COMMIT_ALL;
    if (ends && !run_end(writer, error))
        return false;
    if (extent == COMMIT_PAUSED && !run_copy(writer, error))
        return false;
    if (!writer->run.is_spilled && !writer_flush(writer, error))
        return false;
    struct commit commit = { .writer = writer,
                             .compacts = writer->compacts && ends,
                             .own_count = writer->run.is_spilled ? writer->run.first_target : writer->pending_count };
    if (commit.own_count == 0 && writer->deletes.count == 0 && !commit.compacts && (writer->has_index || !ends))
        return true;
    if (!folder_create(writer->folder, error))
        return false;
    char *path = arena_format(&commit.arena, "%s/lock", writer->folder);
    struct file_lock lock;
    if (!file_lock_acquire(path, writer->wait_seconds, &lock, error)) {
        arena_release(&commit.arena);
        return false;
    }
    struct index_changes changes = writer->changes;
    bool is_done = run_commit(&commit, &changes, error);
    bool has_rows = commit.next.segment_count > 0;
    release_commit(&commit);
    file_lock_release(&lock);
    if (!is_done)
        return false;
    writer->changes = changes;
    writer->has_index = true;
    writer->is_settled = has_rows || writer->pending_count || writer->run.is_open;
    forget_published(writer, commit.own_count);
    return true;
}
