/* writer_run.c - the rows of one document, from the first to the last; what they replace inside a commit. */
#include "base/memory.h"
#include "index/writer_private.h"

/* Rows of the pending segments and, behind them, of the builder. */
static bool kill_row(struct index_writer *writer, size_t target, uint32_t row)
{
    if (target < writer->pending_count) {
        struct pending_segment *pending = &writer->pending[target];
        if (!pending->deleted)
            pending->deleted =
                memory_allocate_zeroed(bitmap_words(pending->segment.row_count) + 1, sizeof pending->deleted[0]);
        if (bitmap_has(pending->deleted, row))
            return false;
        bitmap_add(pending->deleted, row);
        pending->deleted_count++;
        return true;
    }
    size_t words = bitmap_words((size_t)row + 1);
    if (words > writer->builder_deleted_words) {
        size_t capacity = writer->builder_deleted_words;
        writer->builder_deleted =
            memory_grow(writer->builder_deleted, &capacity, words, sizeof writer->builder_deleted[0]);
        memset(writer->builder_deleted + writer->builder_deleted_words, 0,
               (capacity - writer->builder_deleted_words) * sizeof writer->builder_deleted[0]);
        writer->builder_deleted_words = capacity;
    }
    if (bitmap_has(writer->builder_deleted, row))
        return false;
    bitmap_add(writer->builder_deleted, row);
    writer->builder_deleted_count++;
    return true;
}

static bool is_live(const struct index_writer *writer, size_t target, uint32_t row)
{
    if (target < writer->pending_count) {
        const struct pending_segment *pending = &writer->pending[target];
        return !pending->deleted || !bitmap_has(pending->deleted, row);
    }
    return row / 64 >= writer->builder_deleted_words || !bitmap_has(writer->builder_deleted, row);
}

static struct slice document_of(const struct index_writer *writer, size_t target, uint32_t row)
{
    if (target < writer->pending_count) {
        const struct index_segment *segment = &writer->pending[target].segment;
        return strings_get(&segment->documents, segment_document_of(segment, row));
    }
    return segment_builder_document(writer->builder, segment_builder_run_of(writer->builder, row));
}

/* The row with that id in a target, if it lives. */
static bool find_row(const struct index_writer *writer, size_t target, struct slice id, uint32_t *row)
{
    bool is_found = target < writer->pending_count ? strings_find(&writer->pending[target].segment.ids, id, row)
                                                   : segment_builder_find(writer->builder, id, row);
    return is_found && is_live(writer, target, *row);
}

static bool is_of_open_run(const struct open_run *run, size_t target, uint32_t row)
{
    return target > run->first_target || (target == run->first_target && row >= run->first_row);
}

/* Remembers which rows a row of the open run takes the place of. */
static void note_replaced(struct index_writer *writer, struct slice id)
{
    struct open_run *run = &writer->run;
    for (size_t target = 0; target <= writer->pending_count; target++) {
        uint32_t row = 0;
        if (!find_row(writer, target, id, &row))
            continue;
        run->replaced =
            memory_grow(run->replaced, &run->replaced_capacity, run->replaced_count + 1, sizeof run->replaced[0]);
        run->replaced[run->replaced_count++] = (struct replaced_row){ target, row };
        if (!is_of_open_run(run, target, row) &&
            slice_equal(document_of(writer, target, row), buffer_slice(&run->document)))
            run->is_new_version = true;
    }
}

static bool insert_row(struct index_writer *writer, const struct run_row *row, struct error *error)
{
    struct json_object object;
    if (!json_scan_object(row->json, &writer->scratch, &object, error))
        return false;
    note_replaced(writer, row->id);
    struct builder_row entry = { .id = row->id,
                                 .document = buffer_slice(&writer->run.document),
                                 .json = row->json,
                                 .object = &object,
                                 .lexical = &row->lexical,
                                 .vector = row->vector,
                                 .scale = row->scale };
    segment_builder_add(writer->builder, &entry);
    arena_reset(&writer->scratch);
    return true;
}

static bool copy_rows(struct index_writer *writer, struct error *error)
{
    struct open_run *run = &writer->run;
    if (!writer->builder)
        writer->builder = segment_builder_create(writer->settings.dimension);
    if (!run->is_spilled) {
        segment_builder_end_run(writer->builder);
        run->first_target = writer->pending_count;
        run->first_row = segment_builder_rows(writer->builder);
    }
    for (size_t i = 0; i < run->count; i++)
        if (!insert_row(writer, &run->rows[i], error))
            return false;
    return true;
}

static void forget_rows(struct open_run *run)
{
    run->count = 0;
    run->rows = NULL;
    run->capacity = 0;
    run->published = 0;
    arena_reset(&run->arena);
}

/* Moves the waiting rows into the builder. */
static bool insert_rows(struct index_writer *writer, struct error *error)
{
    if (!copy_rows(writer, error))
        return false;
    forget_rows(&writer->run);
    return segment_builder_bytes(writer->builder) < writer->memory || writer_flush(writer, error);
}

/* A run above a quarter of the memory: the complete rows before it get a segment of their own, so that a commit can
 * still publish them alone. */
static bool spill(struct index_writer *writer, struct error *error)
{
    if (!writer->run.is_spilled && writer->builder && !writer_flush(writer, error))
        return false;
    if (!insert_rows(writer, error))
        return false;
    writer->run.is_spilled = true;
    return true;
}

bool run_add(struct index_writer *writer, const struct index_new_row *row, struct error *error)
{
    struct open_run *run = &writer->run;
    if (!run->is_open) {
        buffer_reset(&run->document);
        buffer_append_slice(&run->document, row->document);
        run->is_open = true;
    }
    run->rows = arena_grow(&run->arena, run->rows, &run->capacity, run->count + 1, sizeof run->rows[0]);
    struct run_row *copy = &run->rows[run->count++];
    *copy = (struct run_row){ .id = arena_copy(&run->arena, row->id),
                              .json = arena_copy(&run->arena, row->json),
                              .lexical = lexical_row_copy(row->lexical, &run->arena),
                              .scale = row->scale };
    if (row->vector) {
        float *vector = arena_allocate(&run->arena, row->dimension * sizeof *vector);
        memcpy(vector, row->vector, row->dimension * sizeof *vector);
        copy->vector = vector;
    }
    return arena_bytes(&run->arena) < writer->memory / 4 || spill(writer, error);
}

static bool kill_segment_run(struct index_writer *writer, size_t target, uint32_t start, uint32_t end,
                             const struct open_run *keep)
{
    bool was_there = false;
    for (uint32_t row = start; row < end; row++)
        if (!keep || !is_of_open_run(keep, target, row))
            was_there = kill_row(writer, target, row) || was_there;
    return was_there;
}

/* keep: rows of this run stay. */
static bool kill_document(struct index_writer *writer, struct slice document, const struct open_run *keep)
{
    bool was_there = false;
    uint32_t run = 0;
    uint32_t start = 0;
    uint32_t end = 0;
    for (size_t target = 0; target < writer->pending_count; target++) {
        const struct index_segment *segment = &writer->pending[target].segment;
        for (bool is_there = segment_find_document(segment, document, &run); is_there;
             is_there = segment_previous_run(segment, &run)) {
            segment_run_rows(segment, run, &start, &end);
            was_there = kill_segment_run(writer, target, start, end, keep) || was_there;
        }
    }
    if (!writer->builder)
        return was_there;
    for (bool is_there = segment_builder_find_document(writer->builder, document, &run); is_there;
         is_there = segment_builder_previous_run(writer->builder, &run)) {
        segment_builder_run_rows(writer->builder, run, &start, &end);
        was_there = kill_segment_run(writer, writer->pending_count, start, end, keep) || was_there;
    }
    return was_there;
}

bool writer_kill_document(struct index_writer *writer, struct slice document)
{
    return kill_document(writer, document, NULL);
}

bool writer_kill_id(struct index_writer *writer, struct slice id)
{
    bool was_there = false;
    uint32_t row = 0;
    for (size_t target = 0; target < writer->pending_count + (writer->builder != NULL); target++)
        if (find_row(writer, target, id, &row))
            was_there = kill_row(writer, target, row) || was_there;
    return was_there;
}

/* The rows are in the builder: what they take the place of goes. */
static void replace_rows(struct index_writer *writer)
{
    struct open_run *run = &writer->run;
    for (size_t i = 0; i < run->replaced_count; i++)
        kill_row(writer, run->replaced[i].target, run->replaced[i].row);
    if (run->is_new_version)
        kill_document(writer, buffer_slice(&run->document), run);
    run->replaced_count = 0;
    run->is_new_version = false;
}

bool run_end(struct index_writer *writer, struct error *error)
{
    struct open_run *run = &writer->run;
    if (!run->is_open)
        return true;
    bool is_published = run->published > 0 && run->published == run->count;
    if (is_published)
        forget_rows(run);
    else if (!insert_rows(writer, error))
        return false;
    replace_rows(writer);
    run->is_spilled = false;
    run->is_open = false;
    return true;
}

bool run_copy(struct index_writer *writer, struct error *error)
{
    struct open_run *run = &writer->run;
    if (!run->is_open || run->is_spilled || run->published == run->count)
        return true;
    if (!copy_rows(writer, error))
        return false;
    replace_rows(writer);
    run->published = run->count;
    return true;
}

bool run_begins_anew(const struct open_run *run, struct slice id)
{
    return run->published > 0 && slice_equal(run->rows[0].id, id);
}

void run_release(struct open_run *run)
{
    buffer_release(&run->document);
    arena_release(&run->arena);
    memory_free(run->replaced);
    *run = (struct open_run){ 0 };
}
