/* merge.c - several segments as one, without the dead rows. */
#include "index/merge.h"

#include "base/memory.h"
#include "index/builder.h"

struct merge {
    const struct merge_source *sources;
    size_t count;
    struct sections_writer *writer;
    uint32_t **new_rows; /* by source and row: the row's new number, UINT32_MAX when it is dead */
    uint32_t row_count;
    uint32_t dimension;
};

static bool is_dead(const struct merge_source *source, uint32_t row)
{
    return source->deleted && bitmap_has(source->deleted, row);
}

static void number_rows(struct merge *merge)
{
    merge->new_rows = memory_allocate(merge->count * sizeof merge->new_rows[0]);
    for (size_t s = 0; s < merge->count; s++) {
        const struct merge_source *source = &merge->sources[s];
        uint32_t row_count = source->segment->row_count;
        merge->new_rows[s] = memory_allocate(row_count * sizeof(uint32_t));
        for (uint32_t row = 0; row < row_count; row++)
            merge->new_rows[s][row] = is_dead(source, row) ? UINT32_MAX : merge->row_count++;
        if (source->segment->vectors.dimension)
            merge->dimension = source->segment->vectors.dimension;
    }
}

static void gather_ids(const struct merge *merge, struct strings_builder *ids)
{
    for (size_t s = 0; s < merge->count; s++) {
        const struct index_segment *segment = merge->sources[s].segment;
        for (uint32_t row = 0; row < segment->row_count; row++)
            if (merge->new_rows[s][row] != UINT32_MAX)
                strings_builder_add(ids, strings_get(&segment->ids, row));
    }
}

struct run_list {
    struct strings_builder documents;
    struct document_run *runs;
    size_t capacity;
};

static void add_run(struct run_list *list, struct slice document, uint32_t first_row)
{
    size_t count = list->documents.count;
    uint32_t previous = strings_builder_add(&list->documents, document);
    list->runs = memory_grow(list->runs, &list->capacity, count + 2, sizeof list->runs[0]);
    list->runs[count] = (struct document_run){ first_row, previous == UINT32_MAX ? 0 : previous + 1 };
}

/* Runs whose rows are all dead vanish; what then stands side by side of one document is one run. */
static void gather_runs(const struct merge *merge, struct run_list *list)
{
    for (size_t s = 0; s < merge->count; s++) {
        const struct index_segment *segment = merge->sources[s].segment;
        for (uint32_t run = 0; run < segment->documents.count; run++) {
            uint32_t start = 0;
            uint32_t end = 0;
            segment_run_rows(segment, run, &start, &end);
            while (start < end && merge->new_rows[s][start] == UINT32_MAX)
                start++;
            struct slice document = strings_get(&segment->documents, run);
            size_t count = list->documents.count;
            if (start < end && (count == 0 || !slice_equal(strings_builder_get(&list->documents, count - 1), document)))
                add_run(list, document, merge->new_rows[s][start]);
        }
    }
}

static bool merge_identities(const struct merge *merge, struct error *error)
{
    struct strings_builder ids = { 0 };
    struct run_list list = { 0 };
    gather_ids(merge, &ids);
    gather_runs(merge, &list);
    list.runs = memory_grow(list.runs, &list.capacity, list.documents.count + 1, sizeof list.runs[0]);
    bool is_done = identities_write(&ids, &list.documents, list.runs, merge->writer, error);
    strings_builder_release(&ids);
    strings_builder_release(&list.documents);
    memory_free(list.runs);
    return is_done;
}

static bool copy_records(const struct merge *merge, struct stored_scratch *scratch, struct stored_builder *builder,
                         struct error *error)
{
    for (size_t s = 0; s < merge->count; s++) {
        const struct index_segment *segment = merge->sources[s].segment;
        for (uint32_t row = 0; row < segment->row_count; row++) {
            struct slice line;
            if (merge->new_rows[s][row] == UINT32_MAX)
                continue;
            if (!stored_read(&segment->stored, row, scratch, &line, error))
                return error_place(error, segment->path, 0, 0);
            stored_builder_add(builder, line);
            if (builder->compressed.length > 1024 * 1024 && !stored_builder_drain(builder, merge->writer, error))
                return false;
        }
    }
    return stored_builder_finish(builder, merge->writer, error);
}

static bool merge_records(const struct merge *merge, struct error *error)
{
    struct stored_scratch scratch = { 0 };
    struct stored_builder builder = { 0 };
    bool is_done = sections_begin(merge->writer, SECTION_STORED, 1, 0, SECTION_ALIGNMENT, error) &&
                   copy_records(merge, &scratch, &builder, error);
    if (is_done)
        sections_end(merge->writer);
    stored_scratch_release(&scratch);
    stored_builder_release(&builder);
    return is_done;
}

static bool merge_columns(const struct merge *merge, struct error *error)
{
    struct columns_source *sources = memory_allocate(merge->count * sizeof *sources);
    for (size_t s = 0; s < merge->count; s++)
        sources[s] = (struct columns_source){ &merge->sources[s].segment->columns, merge->new_rows[s] };
    bool is_done = columns_merge(sources, merge->count, merge->row_count, merge->writer, error);
    memory_free(sources);
    return is_done;
}

static bool merge_lexical(const struct merge *merge, struct error *error)
{
    struct lexical_source *sources = memory_allocate(merge->count * sizeof *sources);
    for (size_t s = 0; s < merge->count; s++)
        sources[s] = (struct lexical_source){ &merge->sources[s].segment->lexical, merge->new_rows[s] };
    bool is_done = sections_begin(merge->writer, SECTION_LEXICAL, 1, 0, SECTION_ALIGNMENT, error) &&
                   lexical_merge(sources, merge->count, merge->row_count, merge->writer, error);
    if (is_done)
        sections_end(merge->writer);
    memory_free(sources);
    return is_done;
}

/* The rows that stay, in their new order: of one segment after the other. */
struct kept_rows {
    const struct merge *merge;
    size_t source;
    uint32_t row;
};

/* The vector of the next one; then it is row - 1 of its source. */
static const float *next_kept(void *context, uint32_t number)
{
    struct kept_rows *kept = context;
    (void)number;
    for (;; kept->source++, kept->row = 0) {
        ENSURE(kept->source < kept->merge->count);
        const struct index_segment *segment = kept->merge->sources[kept->source].segment;
        while (kept->row < segment->row_count && kept->merge->new_rows[kept->source][kept->row] == UINT32_MAX)
            kept->row++;
        if (kept->row < segment->row_count)
            return segment->vectors.values + (size_t)kept->row++ * segment->vectors.stride;
    }
}

static bool merge_vectors(const struct merge *merge, struct error *error)
{
    struct kept_rows kept = { .merge = merge };
    struct buffer scales = { 0 };
    bool is_done = vectors_section_begin(merge->writer, merge->dimension, merge->row_count, error);
    for (uint32_t row = 0; row < merge->row_count && is_done; row++) {
        is_done = vectors_section_row(merge->writer, merge->dimension, next_kept(&kept, row), error);
        const float *scale = &merge->sources[kept.source].segment->vectors.scales[kept.row - 1];
        buffer_append(&scales, scale, sizeof *scale);
    }
    if (is_done)
        sections_end(merge->writer);
    kept = (struct kept_rows){ .merge = merge };
    is_done = is_done && section_write(merge->writer, SECTION_VECTOR_SCALES, scales.bytes, scales.length, error) &&
              screen_section_write(merge->writer, merge->dimension, merge->row_count, next_kept, &kept, error);
    buffer_release(&scales);
    return is_done;
}

static bool check_dimensions(const struct merge *merge, struct error *error)
{
    for (size_t s = 0; s < merge->count; s++)
        if (merge->sources[s].segment->vectors.dimension != merge->dimension)
            return error_set(error, E_INDEX_DAMAGED, "the segments have vectors of different dimensions");
    return true;
}

bool segments_merge(const struct merge_source *sources, size_t count, struct sections_writer *writer,
                    struct file_seal *seal, struct error *error)
{
    struct merge merge = { .sources = sources, .count = count, .writer = writer };
    number_rows(&merge);
    bool is_done = check_dimensions(&merge, error) && merge_identities(&merge, error) && merge_records(&merge, error) &&
                   merge_columns(&merge, error) && merge_lexical(&merge, error) &&
                   (merge.dimension == 0 || merge_vectors(&merge, error)) &&
                   sections_finish(writer, merge.row_count, seal, error);
    for (size_t s = 0; s < count; s++)
        memory_free(merge.new_rows[s]);
    memory_free(merge.new_rows);
    return is_done;
}
