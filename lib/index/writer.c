/* writer.c - takes rows and deletions, settles settings, gives full memory away to segment files. */
#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "index/folder.h"
#include "index/merge.h"
#include "index/writer_private.h"

enum { PENDING_MAXIMUM = 64 };

void writer_copy_settings(struct arena *arena, const struct index_settings *from, struct index_settings *to)
{
    *to = *from;
    to->model = arena_copy(arena, from->model);
    to->query_prefix = arena_copy(arena, from->query_prefix);
    to->document_prefix = arena_copy(arena, from->document_prefix);
    to->language = arena_copy(arena, from->language);
    struct slice *fields = arena_allocate(arena, (from->field_count + 1) * sizeof *fields);
    for (size_t i = 0; i < from->field_count; i++)
        fields[i] = arena_copy(arena, from->fields[i]);
    to->fields = fields;
    for (size_t i = 0; i < from->probe_count; i++) {
        float *vector = arena_allocate(arena, from->dimension * sizeof *vector + 1);
        memcpy(vector, from->probes[i].vector, from->dimension * sizeof *vector);
        to->probes[i] = (struct probe){ arena_copy(arena, from->probes[i].text), vector };
    }
}

static bool refuse_setting(struct error *error, const char *what, struct slice theirs, struct slice ours)
{
    return error_set(error, E_INDEX_SETTINGS, "the index was made with %s '%.*s', not '%.*s'", what, (int)theirs.length,
                     theirs.bytes, (int)ours.length, ours.bytes);
}

static bool fields_agree(const struct index_settings *ours, const struct index_settings *theirs)
{
    bool agree = ours->field_count == theirs->field_count;
    for (size_t i = 0; i < ours->field_count && agree; i++)
        agree = slice_equal(ours->fields[i], theirs->fields[i]);
    return agree;
}

static struct slice join_fields(const struct index_settings *settings, struct arena *arena)
{
    struct buffer text = { 0 };
    for (size_t i = 0; i < settings->field_count; i++)
        buffer_append_format(&text, "%s%.*s", i ? "," : "", (int)settings->fields[i].length, settings->fields[i].bytes);
    struct slice joined = arena_copy(arena, buffer_slice(&text));
    buffer_release(&text);
    return joined;
}

/* Empty members of ours agree with anything. */
static bool wishes_agree(const struct index_settings *ours, bool has_metric, const struct index_settings *theirs,
                         struct error *error)
{
    if (ours->language.length && !slice_equal(ours->language, theirs->language))
        return refuse_setting(error, "language", theirs->language, ours->language);
    if (has_metric && ours->metric != theirs->metric)
        return refuse_setting(error, "metric", slice_of_string(vector_metric_name(theirs->metric)),
                              slice_of_string(vector_metric_name(ours->metric)));
    if (ours->query_prefix.length && !slice_equal(ours->query_prefix, theirs->query_prefix))
        return refuse_setting(error, "query prefix", theirs->query_prefix, ours->query_prefix);
    if (ours->document_prefix.length && !slice_equal(ours->document_prefix, theirs->document_prefix))
        return refuse_setting(error, "document prefix", theirs->document_prefix, ours->document_prefix);
    if (ours->field_count && !fields_agree(ours, theirs)) {
        struct arena scratch = { 0 };
        refuse_setting(error, "fields", join_fields(theirs, &scratch), join_fields(ours, &scratch));
        arena_release(&scratch);
        return false;
    }
    return true;
}

static bool refuse_model(struct error *error, const struct index_settings *theirs, struct slice model,
                         uint32_t dimension)
{
    struct slice name = theirs->model.length ? theirs->model : SLICE("unknown");
    struct slice other = model.length ? model : SLICE("unknown");
    if (theirs->dimension == 0)
        return error_set(error, E_INDEX_MODEL,
                         "the index holds no vectors, but these records have some of model '%.*s'", (int)other.length,
                         other.bytes);
    if (theirs->dimension != dimension)
        return error_set(error, E_INDEX_MODEL,
                         "a vector of %" PRIu32 " dimensions by model '%.*s', the index holds %" PRIu32
                         " dimensions by '%.*s'",
                         dimension, (int)other.length, other.bytes, theirs->dimension, (int)name.length, name.bytes);
    return error_set(error, E_INDEX_MODEL, "vectors of model '%.*s', the index holds those of '%.*s'",
                     (int)other.length, other.bytes, (int)name.length, name.bytes);
}

bool writer_settings_agree(const struct index_settings *ours, const struct index_settings *theirs, struct error *error)
{
    if (ours->dimension != theirs->dimension || !slice_equal(ours->model, theirs->model))
        return refuse_model(error, theirs, ours->model, ours->dimension);
    return wishes_agree(ours, true, theirs, error);
}

static const struct slice default_fields[] = { SLICE_INIT("title"), SLICE_INIT("text") };

/* The settings of an index without rows: what is wished for, else what it was made with, else what is usual. */
static void choose_settings(struct index_writer *writer, const struct index_settings *former)
{
    const struct index_settings *wanted = &writer->wanted;
    struct index_settings *settings = &writer->settings;
    *settings = *former;
    settings->dimension = 0;
    settings->model = SLICE("");
    settings->probe_count = 0;
    if (wanted->language.length || !former->language.length)
        settings->language = wanted->language.length ? wanted->language : SLICE("english");
    if (writer->has_metric)
        settings->metric = wanted->metric;
    if (wanted->query_prefix.length)
        settings->query_prefix = wanted->query_prefix;
    if (wanted->document_prefix.length)
        settings->document_prefix = wanted->document_prefix;
    if (wanted->field_count || !former->field_count) {
        settings->fields = wanted->field_count ? wanted->fields : default_fields;
        settings->field_count =
            wanted->field_count ? wanted->field_count : sizeof default_fields / sizeof default_fields[0];
    }
}

/* Reads what is there, so that a wrong wish fails before any work is done. */
static bool settle_early(struct index_writer *writer, struct error *error)
{
    if (!folder_check(writer->folder, &writer->has_index, error))
        return false;
    struct manifest manifest = { 0 };
    if (writer->has_index && !manifest_read(writer->folder, &writer->arena, &manifest, error))
        return false;
    writer->changes.row_count = (int64_t)manifest.row_count;
    if (manifest.segment_count == 0) {
        choose_settings(writer, &manifest.settings);
        return true;
    }
    writer->settings = manifest.settings;
    writer->is_settled = true;
    if (wishes_agree(&writer->wanted, writer->has_metric, &writer->settings, error))
        return true;
    return error_place(error, writer->folder, 0, 0);
}

struct index_writer *index_writer_open(const struct index_writer_settings *settings, struct error *error)
{
    struct index_writer *writer = memory_allocate_zeroed(1, sizeof *writer);
    writer->folder = memory_copy_string(settings->folder);
    writer->memory = settings->memory ? settings->memory : WRITER_MEMORY_DEFAULT;
    writer->wait_seconds = settings->wait_seconds;
    writer->compacts = settings->compacts;
    writer->has_metric = settings->has_metric;
    writer_copy_settings(&writer->arena, &settings->wanted, &writer->wanted);
    if (!settle_early(writer, error)) {
        index_writer_close(writer);
        return NULL;
    }
    return writer;
}

const struct index_settings *index_writer_settings_of(const struct index_writer *writer)
{
    return &writer->settings;
}

const struct index_changes *index_writer_changes(const struct index_writer *writer)
{
    return &writer->changes;
}

/* The first row of an index says whether there are vectors, of which model and how long. */
static void settle(struct index_writer *writer, const struct index_new_row *row)
{
    writer->settings.probe_count = 0;
    writer->settings.dimension = row->vector ? row->dimension : 0;
    writer->settings.model = row->vector ? arena_copy(&writer->arena, row->model) : SLICE("");
    writer->is_settled = true;
}

/* The first text that is short enough stands for the model from now on. */
static void take_probe(struct index_writer *writer, const struct index_new_row *row)
{
    struct index_settings *settings = &writer->settings;
    if (settings->probe_count > 0 || !row->vector || slice_trim(row->embedded_text).length == 0 ||
        row->embedded_text.length > PROBE_TEXT_MAXIMUM)
        return;
    float *vector = arena_allocate(&writer->arena, row->dimension * sizeof *vector);
    memcpy(vector, row->vector, row->dimension * sizeof *vector);
    settings->probes[settings->probe_count++] =
        (struct probe){ arena_copy(&writer->arena, row->embedded_text), vector };
}

static bool check_id(struct slice id, const char *field, struct error *error)
{
    if (id.length > 0 && id.length <= STRING_BYTES_MAXIMUM)
        return true;
    if (id.length == 0)
        error_set(error, E_FIELD_VALUE, "field '%s' is empty", field);
    else
        error_set(error, E_FIELD_VALUE, "field '%s' has %zu bytes, at most %d are allowed", field, id.length,
                  (int)STRING_BYTES_MAXIMUM);
    return error_field(error, slice_of_string(field));
}

static bool check_values(const float *vector, uint32_t dimension, float *scale, struct error *error)
{
    bool is_finite = true;
    for (uint32_t i = 0; i < dimension && is_finite; i++)
        is_finite = isfinite(vector[i]);
    *scale = vector_scale(vector, dimension);
    if (dimension > VECTOR_DIMENSION_MAXIMUM || dimension == 0)
        error_set(error, E_FIELD_VALUE, "field 'embedding' has %" PRIu32 " numbers, expected 1 to %d", dimension,
                  (int)VECTOR_DIMENSION_MAXIMUM);
    else if (!is_finite)
        error_set(error, E_FIELD_VALUE, "field 'embedding' holds a number that is not finite");
    else if (*scale <= 0)
        error_set(error, E_FIELD_VALUE, "field 'embedding' is a zero vector, which has no direction");
    else
        return true;
    return error_field(error, SLICE("embedding"));
}

bool index_row_check(struct index_new_row *row, struct error *error)
{
    row->scale = 0;
    return check_id(row->id, "id", error) && check_id(row->document, "metadata.document_id", error) &&
           (!row->vector || check_values(row->vector, row->dimension, &row->scale, error));
}

/* Whether a sound row fits the index. */
static bool check_model(const struct index_writer *writer, const struct index_new_row *row, struct error *error)
{
    const struct index_settings *settings = &writer->settings;
    if (!writer->is_settled)
        return true;
    if (!row->vector && settings->dimension) {
        error_set(error, E_FIELD_MISSING, "field 'embedding' is missing, the index holds vectors of model '%.*s'",
                  (int)settings->model.length, settings->model.bytes);
        return error_field(error, SLICE("embedding"));
    }
    if (row->vector && (settings->dimension != row->dimension || !slice_equal(settings->model, row->model)))
        return refuse_model(error, settings, row->model, row->dimension);
    return true;
}

void pending_release(struct pending_segment *pending)
{
    segment_close(&pending->segment);
    sections_writer_close(pending->file);
    memory_free(pending->deleted);
    *pending = (struct pending_segment){ 0 };
}

static bool open_pending(struct pending_segment *pending, struct error *error)
{
    return segment_open(sections_writer_path(pending->file), &pending->seal, &pending->segment, error);
}

static void append_pending(struct index_writer *writer, const struct pending_segment *pending)
{
    writer->pending =
        memory_grow(writer->pending, &writer->pending_capacity, writer->pending_count + 1, sizeof writer->pending[0]);
    writer->pending[writer->pending_count++] = *pending;
}

bool writer_flush(struct index_writer *writer, struct error *error)
{
    if (!writer->builder || segment_builder_rows(writer->builder) == 0)
        return true;
    if (!folder_create(writer->folder, error))
        return false;
    struct pending_segment pending = { .file = sections_writer_create(writer->folder, FILE_SEGMENT, error) };
    if (!pending.file)
        return false;
    uint32_t row_count = segment_builder_rows(writer->builder);
    if (!segment_builder_write(writer->builder, pending.file, &pending.seal, error) || !open_pending(&pending, error)) {
        pending_release(&pending);
        return false;
    }
    if (writer->builder_deleted_count) {
        size_t words = bitmap_words(row_count);
        pending.deleted = memory_allocate_zeroed(words + 1, sizeof pending.deleted[0]);
        size_t known = words < writer->builder_deleted_words ? words : writer->builder_deleted_words;
        memcpy(pending.deleted, writer->builder_deleted, known * sizeof pending.deleted[0]);
        pending.deleted_count = writer->builder_deleted_count;
        memset(writer->builder_deleted, 0, writer->builder_deleted_words * sizeof writer->builder_deleted[0]);
        writer->builder_deleted_count = 0;
    }
    append_pending(writer, &pending);
    return true;
}

static void remember_delete(struct index_writer *writer, char kind, struct slice id)
{
    struct buffer key = { 0 };
    buffer_append_byte(&key, kind);
    buffer_append_slice(&key, id);
    map_insert(&writer->deletes, buffer_slice(&key), NULL);
    buffer_release(&key);
}

/* A merge forgets runs without a live row; what earlier commits hold of their documents must go all the same. */
static void remember_dead_runs(struct index_writer *writer, const struct pending_segment *pending)
{
    for (uint32_t run = 0; pending->deleted && run < pending->segment.documents.count; run++) {
        uint32_t row = 0;
        uint32_t end = 0;
        segment_run_rows(&pending->segment, run, &row, &end);
        while (row < end && bitmap_has(pending->deleted, row))
            row++;
        if (row == end)
            remember_delete(writer, 'd', strings_get(&pending->segment.documents, run));
    }
}

static bool merge_pending(struct index_writer *writer, size_t start, size_t end, struct error *error)
{
    struct merge_source *sources = memory_allocate((end - start) * sizeof *sources);
    for (size_t i = start; i < end; i++) {
        sources[i - start] = (struct merge_source){ &writer->pending[i].segment, writer->pending[i].deleted };
        remember_dead_runs(writer, &writer->pending[i]);
    }
    struct pending_segment merged = { .file = sections_writer_create(writer->folder, FILE_SEGMENT, error) };
    bool is_done = merged.file && segments_merge(sources, end - start, merged.file, &merged.seal, error) &&
                   open_pending(&merged, error);
    memory_free(sources);
    if (!is_done) {
        pending_release(&merged);
        return false;
    }
    for (size_t i = start; i < end; i++)
        pending_release(&writer->pending[i]);
    writer->pending[start] = merged;
    memmove(writer->pending + start + 1, writer->pending + end,
            (writer->pending_count - end) * sizeof *writer->pending);
    writer->pending_count -= end - start - 1;
    return true;
}

/* Each pending segment holds a descriptor. Only between two runs: an open run counts on their order. */
static bool reduce_pending(struct index_writer *writer, struct error *error)
{
    bool is_done = true;
    while (is_done && writer->pending_count >= PENDING_MAXIMUM) {
        uint32_t rows[PENDING_MAXIMUM];
        size_t start = writer->pending_count - PENDING_MAXIMUM;
        size_t end = writer->pending_count;
        for (size_t i = start; i < end; i++)
            rows[i - start] = writer->pending[i].segment.row_count - writer->pending[i].deleted_count;
        size_t from = 0;
        size_t to = PENDING_MAXIMUM;
        if (!merge_plan(rows, PENDING_MAXIMUM, &from, &to)) {
            from = 0;
            to = PENDING_MAXIMUM;
        }
        is_done = merge_pending(writer, start + from, start + to, error);
    }
    return is_done;
}

bool index_writer_check(const struct index_writer *writer, const struct index_new_row *row, struct error *error)
{
    struct index_new_row copy = *row;
    return index_row_check(&copy, error) && check_model(writer, row, error);
}

bool index_writer_continues(const struct index_writer *writer, struct slice document)
{
    return writer->run.is_open && slice_equal(buffer_slice(&writer->run.document), document);
}

bool index_writer_add(struct index_writer *writer, const struct index_new_row *row, struct error *error)
{
    struct index_new_row copy = *row;
    bool is_checked = row->vector && row->scale > 0;
    if (!is_checked && !index_row_check(&copy, error))
        return false;
    if (!check_model(writer, row, error))
        return false;
    bool continues = index_writer_continues(writer, row->document) && !run_begins_anew(&writer->run, row->id);
    if (!continues && (!run_end(writer, error) || !reduce_pending(writer, error)))
        return false;
    if (!writer->is_settled)
        settle(writer, row);
    take_probe(writer, row);
    return run_add(writer, &copy, error);
}

bool index_writer_end_document(struct index_writer *writer, struct error *error)
{
    return run_end(writer, error);
}

bool index_writer_delete_document(struct index_writer *writer, struct slice document, struct error *error)
{
    if (!run_end(writer, error))
        return false;
    writer_kill_document(writer, document);
    remember_delete(writer, 'd', document);
    return true;
}

bool index_writer_delete_id(struct index_writer *writer, struct slice id, struct error *error)
{
    if (!run_end(writer, error))
        return false;
    bool was_document = writer_kill_document(writer, id);
    if (writer_kill_id(writer, id) || was_document)
        map_insert(&writer->found, id, NULL);
    remember_delete(writer, 'n', id);
    return true;
}

bool index_writer_was_there(const struct index_writer *writer, struct slice id)
{
    return map_find(&writer->found, id) != NULL;
}

void index_writer_close(struct index_writer *writer)
{
    if (!writer)
        return;
    for (size_t i = 0; i < writer->pending_count; i++)
        pending_release(&writer->pending[i]);
    memory_free(writer->pending);
    run_release(&writer->run);
    segment_builder_free(writer->builder);
    memory_free(writer->builder_deleted);
    map_release(&writer->deletes);
    map_release(&writer->found);
    arena_release(&writer->scratch);
    arena_release(&writer->arena);
    memory_free(writer->folder);
    memory_free(writer);
}
