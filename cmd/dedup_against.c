/* dedup_against.c - the rows of --against, from files and from indexes. */
#include <sys/stat.h>

#include "cli/reader.h"
#include "dedup.h"
#include "index/reader.h"

enum { ROWS_A_BATCH = 256 };

/* What is done with each row. */
struct taker {
    void *context;
    dedup_take *take;
};

static bool take_batch(const struct taker *taker, struct batch *batch, struct error *error)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->records[i].kind == RECORD_DATA && !taker->take(taker->context, batch, &batch->records[i], error)) {
            error_place(error, batch->records[i].file, batch->records[i].line_number, 0);
            return false;
        }
    return true;
}

static bool read_file(const char *const *path, const struct taker *taker, struct error *error)
{
    const struct reader_settings settings = { .paths = path, .count = 1 };
    struct batch *batch = NULL;
    struct reader *reader = reader_open(&settings, error);
    bool is_good = reader != NULL;
    while (is_good && (is_good = reader_next(reader, &batch, error)) && batch) {
        is_good = take_batch(taker, batch, error);
        batch_free(batch);
        batch = NULL;
    }
    if (batch)
        batch_free(batch);
    if (reader)
        reader_close(reader);
    return is_good;
}

/* A stored record, and its vector in the index. */
static bool append_stored(const struct index *index, struct index_row row, struct index_scratch *scratch,
                          struct batch *batch, struct error *error)
{
    const struct vector_rows *vectors = &index->segments[row.segment].vectors;
    struct slice line;
    if (!index_record(index, row, scratch, &line, error))
        return false;
    struct record *record = batch_append(batch);
    record->line = arena_copy(&batch->arena, line);
    record->file = index->folder;
    if (vectors->values) {
        record->vector = vectors->values + row.row * vectors->stride;
        record->dimension = vectors->dimension;
    }
    return true;
}

static bool read_index(const char *path, const struct taker *taker, struct error *error)
{
    struct index_scratch scratch = { 0 };
    struct index *index = index_open(path, error);
    bool is_good = index != NULL;
    for (uint32_t s = 0; is_good && s < index->segment_count; s++) {
        const struct index_segment *segment = &index->segments[s];
        for (uint32_t row = 0; is_good && row < segment->row_count;) {
            struct batch *batch = batch_create();
            for (; is_good && row < segment->row_count && batch->count < ROWS_A_BATCH; row++)
                if (segment_row_is_live(segment, row))
                    is_good = append_stored(index, (struct index_row){ s, row }, &scratch, batch, error);
            is_good = is_good && take_batch(taker, batch, error);
            batch_free(batch);
        }
    }
    index_scratch_release(&scratch);
    index_close(index);
    return is_good;
}

bool dedup_read_against(const struct dedup_options *options, void *context, dedup_take *take, struct error *error)
{
    const struct taker taker = { context, take };
    struct stat status;
    for (size_t i = 0; i < options->against.count; i++) {
        const char *const *path = options->against.values + i;
        bool is_folder = stat(*path, &status) == 0 && S_ISDIR(status.st_mode);
        if (!(is_folder ? read_index(*path, &taker, error) : read_file(path, &taker, error)))
            return false;
    }
    return true;
}
