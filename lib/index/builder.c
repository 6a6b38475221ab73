/* builder.c - one segment in memory, on its way to a file. */
#include "index/builder.h"

#include "base/memory.h"
#include "index/reader.h"
#include "index/screen.h"

/* Vectors are kept in chunks of their own, so that growing never copies them. */
enum { VECTOR_CHUNK_BYTES = 4 * 1024 * 1024 };

struct segment_builder {
    uint32_t dimension;
    uint32_t row_count;
    bool ends_run;
    struct strings_builder ids;
    struct strings_builder documents; /* of each run */
    struct document_run *runs;
    size_t run_capacity;
    struct stored_builder stored;
    struct columns_builder *columns;
    struct lexical_builder *lexical;
    float **chunks;
    size_t chunk_count;
    size_t chunk_capacity;
    uint32_t rows_in_chunk; /* that a chunk has room for */
    float *scales;
    size_t scale_capacity;
};

struct segment_builder *segment_builder_create(uint32_t dimension)
{
    struct segment_builder *builder = memory_allocate_zeroed(1, sizeof *builder);
    builder->dimension = dimension;
    builder->columns = columns_builder_create();
    builder->lexical = lexical_builder_create();
    if (dimension)
        builder->rows_in_chunk = VECTOR_CHUNK_BYTES / (dimension * (uint32_t)sizeof(float)) + 1;
    return builder;
}

bool segment_builder_find(const struct segment_builder *builder, struct slice id, uint32_t *row)
{
    return strings_builder_find(&builder->ids, id, row);
}

bool segment_builder_find_document(const struct segment_builder *builder, struct slice document, uint32_t *run)
{
    return strings_builder_find(&builder->documents, document, run);
}

bool segment_builder_previous_run(const struct segment_builder *builder, uint32_t *run)
{
    if (builder->runs[*run].previous == 0)
        return false;
    *run = builder->runs[*run].previous - 1;
    return true;
}

static void add_vector(struct segment_builder *builder, const float *vector, float scale)
{
    uint32_t place = builder->row_count % builder->rows_in_chunk;
    if (place == 0) {
        builder->chunks =
            memory_grow(builder->chunks, &builder->chunk_capacity, builder->chunk_count + 1, sizeof builder->chunks[0]);
        builder->chunks[builder->chunk_count++] =
            memory_allocate((size_t)builder->rows_in_chunk * builder->dimension * sizeof(float));
    }
    float *target = builder->chunks[builder->chunk_count - 1] + (size_t)place * builder->dimension;
    for (uint32_t i = 0; i < builder->dimension; i++)
        target[i] = vector[i] + 0.0F; /* -0 becomes 0 */
    builder->scales =
        memory_grow(builder->scales, &builder->scale_capacity, builder->row_count + 1, sizeof builder->scales[0]);
    builder->scales[builder->row_count] = scale;
}

static void begin_run(struct segment_builder *builder, struct slice document)
{
    uint32_t run = (uint32_t)builder->documents.count;
    uint32_t previous = strings_builder_add(&builder->documents, document);
    builder->runs = memory_grow(builder->runs, &builder->run_capacity, (size_t)run + 2, sizeof builder->runs[0]);
    builder->runs[run] = (struct document_run){ builder->row_count, previous == UINT32_MAX ? 0 : previous + 1 };
    builder->ends_run = false;
}

uint32_t segment_builder_add(struct segment_builder *builder, const struct builder_row *row)
{
    uint32_t number = builder->row_count;
    uint32_t run = (uint32_t)builder->documents.count;
    if (run == 0 || builder->ends_run || !slice_equal(strings_builder_get(&builder->documents, run - 1), row->document))
        begin_run(builder, row->document);
    strings_builder_add(&builder->ids, row->id);
    stored_builder_add(&builder->stored, row->json);
    columns_builder_add(builder->columns, row->object);
    lexical_builder_add(builder->lexical, number, row->lexical);
    if (builder->dimension)
        add_vector(builder, row->vector, row->scale);
    builder->row_count++;
    return number;
}

uint32_t segment_builder_rows(const struct segment_builder *builder)
{
    return builder->row_count;
}

void segment_builder_end_run(struct segment_builder *builder)
{
    builder->ends_run = true;
}

size_t segment_builder_bytes(const struct segment_builder *builder)
{
    return strings_builder_bytes(&builder->ids) + strings_builder_bytes(&builder->documents) +
           builder->run_capacity * sizeof builder->runs[0] + stored_builder_bytes(&builder->stored) +
           columns_builder_bytes(builder->columns) + lexical_builder_bytes(builder->lexical) +
           builder->chunk_count * builder->rows_in_chunk * builder->dimension * sizeof(float) +
           builder->scale_capacity * sizeof(float);
}

void segment_builder_run_rows(const struct segment_builder *builder, uint32_t run, uint32_t *start, uint32_t *end)
{
    *start = builder->runs[run].first_row;
    *end = run + 1 < builder->documents.count ? builder->runs[run + 1].first_row : builder->row_count;
}

struct slice segment_builder_document(const struct segment_builder *builder, uint32_t run)
{
    return strings_builder_get(&builder->documents, run);
}

uint32_t segment_builder_run_of(const struct segment_builder *builder, uint32_t row)
{
    uint32_t low = 0;
    uint32_t high = (uint32_t)builder->documents.count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (builder->runs[middle].first_row <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

bool section_write(struct sections_writer *writer, enum section_type type, const void *bytes, size_t length,
                   struct error *error)
{
    if (!sections_begin(writer, type, 1, 0, SECTION_ALIGNMENT, error) || !sections_append(writer, bytes, length, error))
        return false;
    sections_end(writer);
    return true;
}

static uint32_t stride_of(uint32_t dimension)
{
    return (dimension + 3) & ~UINT32_C(3);
}

bool vectors_section_begin(struct sections_writer *writer, uint32_t dimension, uint32_t row_count, struct error *error)
{
    struct vectors_header header = { .dimension = dimension, .stride = stride_of(dimension), .row_count = row_count };
    return sections_begin(writer, SECTION_VECTORS, 1, 0, SECTION_START, error) &&
           sections_append(writer, &header, sizeof header, error);
}

bool vectors_section_row(struct sections_writer *writer, uint32_t dimension, const float *values, struct error *error)
{
    static const float zeros[3];
    return sections_append(writer, values, dimension * sizeof values[0], error) &&
           sections_append(writer, zeros, (stride_of(dimension) - dimension) * sizeof zeros[0], error);
}

bool screen_section_write(struct sections_writer *writer, uint32_t dimension, uint32_t row_count,
                          const float *(*next)(void *context, uint32_t row), void *context, struct error *error)
{
    struct screen_header header = { .dimension = dimension,
                                    .stride = screen_stride(dimension),
                                    .row_count = row_count };
    if (row_count < SCREEN_ROWS_MINIMUM)
        return true;
    struct screen_bound *bounds = memory_allocate(row_count * sizeof *bounds);
    int8_t *codes = memory_allocate(header.stride);
    bool is_done = sections_begin(writer, SECTION_SCREEN, 1, 0, SECTION_ALIGNMENT, error) &&
                   sections_append(writer, &header, sizeof header, error);
    for (uint32_t row = 0; row < row_count && is_done; row++) {
        screen_encode(next(context, row), dimension, codes, &bounds[row]);
        is_done = sections_append(writer, codes, header.stride, error);
    }
    is_done = is_done && sections_append(writer, bounds, row_count * sizeof *bounds, error);
    if (is_done)
        sections_end(writer);
    memory_free(codes);
    memory_free(bounds);
    return is_done;
}

static const float *vector_of(void *context, uint32_t row)
{
    const struct segment_builder *builder = context;
    return builder->chunks[row / builder->rows_in_chunk] + (size_t)(row % builder->rows_in_chunk) * builder->dimension;
}

static bool write_vectors(struct segment_builder *builder, struct sections_writer *writer, struct error *error)
{
    if (!vectors_section_begin(writer, builder->dimension, builder->row_count, error))
        return false;
    for (uint32_t row = 0; row < builder->row_count; row++)
        if (!vectors_section_row(writer, builder->dimension, vector_of(builder, row), error))
            return false;
    sections_end(writer);
    return section_write(writer, SECTION_VECTOR_SCALES, builder->scales, builder->row_count * sizeof(float), error) &&
           screen_section_write(writer, builder->dimension, builder->row_count, vector_of, builder, error);
}

/* Forgets the rows, keeps what memory is cheap to keep. */
static void builder_reset(struct segment_builder *builder)
{
    builder->row_count = 0;
    builder->ends_run = false;
    strings_builder_reset(&builder->ids);
    strings_builder_reset(&builder->documents);
    for (size_t i = 0; i < builder->chunk_count; i++)
        memory_free(builder->chunks[i]);
    builder->chunk_count = 0;
}

bool identities_write(const struct strings_builder *ids, const struct strings_builder *documents,
                      struct document_run *runs, struct sections_writer *writer, struct error *error)
{
    size_t count = documents->count;
    runs[count] = (struct document_run){ .first_row = (uint32_t)ids->count };
    bool is_same = ids->count == count && slice_equal(buffer_slice(&ids->bytes), buffer_slice(&documents->bytes)) &&
                   (count == 0 || memcmp(ids->ends, documents->ends, count * sizeof ids->ends[0]) == 0);
    return strings_builder_write(ids, writer, SECTION_IDS, error) &&
           (is_same || (strings_builder_write(documents, writer, SECTION_DOCUMENTS, error) &&
                        section_write(writer, SECTION_DOCUMENT_RUNS, runs, (count + 1) * sizeof runs[0], error)));
}

bool segment_builder_write(struct segment_builder *builder, struct sections_writer *writer, struct file_seal *seal,
                           struct error *error)
{
    uint32_t run_count = (uint32_t)builder->documents.count;
    builder->runs = memory_grow(builder->runs, &builder->run_capacity, (size_t)run_count + 1, sizeof builder->runs[0]);
    bool is_done = identities_write(&builder->ids, &builder->documents, builder->runs, writer, error) &&
                   sections_begin(writer, SECTION_STORED, 1, 0, SECTION_ALIGNMENT, error) &&
                   stored_builder_finish(&builder->stored, writer, error);
    if (is_done)
        sections_end(writer);
    is_done = is_done && columns_builder_write(builder->columns, writer, error) &&
              sections_begin(writer, SECTION_LEXICAL, 1, 0, SECTION_ALIGNMENT, error) &&
              lexical_builder_finish(builder->lexical, builder->row_count, writer, error);
    if (is_done)
        sections_end(writer);
    is_done = is_done && (builder->dimension == 0 || write_vectors(builder, writer, error)) &&
              sections_finish(writer, builder->row_count, seal, error);
    builder_reset(builder);
    return is_done;
}

void segment_builder_free(struct segment_builder *builder)
{
    if (!builder)
        return;
    builder_reset(builder);
    strings_builder_release(&builder->ids);
    strings_builder_release(&builder->documents);
    stored_builder_release(&builder->stored);
    columns_builder_free(builder->columns);
    lexical_builder_free(builder->lexical);
    memory_free(builder->runs);
    memory_free(builder->chunks);
    memory_free(builder->scales);
    memory_free(builder);
}
