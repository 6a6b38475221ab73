/* pretrain_join.c - chunks that follow one another become their document again. */
#include "base/memory.h"
#include "dataset/plain_text.h"
#include "pretrain.h"
#include "json/write.h"

enum { JOINED_BYTES_MAXIMUM = 48 * 1024 * 1024 /* of a text: as a record, escaped, it must stay one */ };

/* What a record says of its place in a document: the payload of a batch, one for each record. */
struct place {
    struct slice document; /* decoded; bytes NULL: the record is no chunk */
    struct slice text;
    int64_t start, end;
};

struct looking {
    struct arena arena;
    struct json_path field, document, start, end;
};

static bool look_open(struct stage *stage, struct error *error)
{
    const struct pretrain_options *options = stage->options;
    struct looking *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    return json_path_compile(slice_of_string(options->field), &state->arena, &state->field, error) &&
           json_path_compile(SLICE("metadata.document_id"), &state->arena, &state->document, error) &&
           json_path_compile(SLICE("metadata.start"), &state->arena, &state->start, error) &&
           json_path_compile(SLICE("metadata.end"), &state->arena, &state->end, error);
}

static void look_close(struct stage *stage)
{
    struct looking *state = stage->state;
    if (!state)
        return;
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

static bool look_at(void *context, struct batch *batch, struct record *record, void *item, struct error *error)
{
    const struct looking *state = context;
    struct place *place = item;
    const struct json_object *object = record_object(batch, record, error);
    struct json_value text;
    *place = (struct place){ .start = -1, .end = -1 };
    if (!object || !plain_text_find(&state->field, object, &text, error) ||
        !json_decode(text, &batch->arena, &place->text, error))
        return false;
    struct json_value document = json_path_find(&state->document, object, NULL);
    if (document.type != JSON_STRING)
        return true;
    if (!json_integer(json_path_find(&state->start, object, NULL), &place->start) ||
        !json_integer(json_path_find(&state->end, object, NULL), &place->end))
        place->start = place->end = -1;
    return json_decode(document, &batch->arena, &place->document, error);
}

static enum flow look_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    (void)worker;
    batch->payload = batch_look(batch, stage, sizeof(struct place), look_at, stage->state);
    return sink_emit(sink, batch, error);
}

const struct stage_class pretrain_look_stage = {
    .name = "pretrain", .is_parallel = true, .open = look_open, .push = look_push, .close = look_close
};

struct joining {
    struct arena arena;
    struct json_path field, id;
    struct plain_text_joiner joiner;
    struct buffer document, line; /* of the document under way: its id, and the line of its first chunk */
    bool is_inside;
    const char *file; /* of that chunk */
    int64_t line_number;
    struct buffer separator, scratch;
};

static bool join_open(struct stage *stage, struct error *error)
{
    const struct pretrain_options *options = stage->options;
    struct joining *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    plain_text_unescape(options->separator, &state->separator);
    return json_path_compile(slice_of_string(options->field), &state->arena, &state->field, error) &&
           json_path_compile(SLICE("id"), &state->arena, &state->id, error);
}

static void join_close(struct stage *stage)
{
    struct joining *state = stage->state;
    if (!state)
        return;
    arena_release(&state->arena);
    buffer_release(&state->joiner.text);
    buffer_release(&state->document);
    buffer_release(&state->line);
    buffer_release(&state->separator);
    buffer_release(&state->scratch);
    memory_free(state);
    stage->state = NULL;
}

/* The line with another value at path; arena. */
static bool replace(struct joining *state, struct batch *batch, const struct json_path *path, struct slice value,
                    struct slice *line, struct error *error)
{
    struct json_object object;
    struct buffer changed = { 0 };
    buffer_reset(&state->scratch);
    json_append_string(&state->scratch, value);
    bool is_done = json_scan_object(*line, &batch->arena, &object, error) &&
                   json_path_set(path, &object, buffer_slice(&state->scratch), &changed, error);
    if (is_done)
        *line = arena_copy(&batch->arena, buffer_slice(&changed));
    buffer_release(&changed);
    return is_done;
}

/* The document under way as one record: its first chunk's, with the whole text and the document's id. */
static bool end_document(struct joining *state, struct batch *batch, struct error *error)
{
    if (!state->is_inside)
        return true;
    state->is_inside = state->joiner.has_any = false;
    struct slice line = arena_copy(&batch->arena, buffer_slice(&state->line));
    if (!replace(state, batch, &state->field, buffer_slice(&state->joiner.text), &line, error) ||
        !replace(state, batch, &state->id, buffer_slice(&state->document), &line, error))
        return error_place(error, state->file, state->line_number, 0);
    struct record *record = batch_append(batch);
    record->line = line;
    record->file = state->file;
    record->line_number = state->line_number;
    return true;
}

static void begin_document(struct joining *state, const struct record *record, const struct place *place)
{
    state->is_inside = true;
    state->file = record->file;
    state->line_number = record->line_number;
    buffer_reset(&state->document);
    buffer_append_slice(&state->document, place->document);
    buffer_reset(&state->line);
    buffer_append_slice(&state->line, record->line);
}

static bool take_record(const struct stage *stage, struct batch *batch, const struct record *record,
                        const struct place *place, struct error *error)
{
    struct joining *state = stage->state;
    bool is_chunk = record->kind == RECORD_DATA && place->document.bytes;
    bool goes_on = state->is_inside && is_chunk && slice_equal(place->document, buffer_slice(&state->document)) &&
                   state->joiner.text.length + place->text.length < JOINED_BYTES_MAXIMUM;
    if (!goes_on && !end_document(state, batch, error))
        return false;
    if (!is_chunk) {
        *batch_append(batch) = *record;
        return true;
    }
    if (!goes_on)
        begin_document(state, record, place);
    plain_text_join(&state->joiner, place->text, place->start, place->end, buffer_slice(&state->separator));
    return true;
}

static enum flow join_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    (void)worker;
    const struct place *places = batch->payload;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++)
        if (!take_record(stage, batch, &records[i], &places[i], error)) {
            batch_free(batch);
            return FLOW_ERROR;
        }
    return sink_emit(sink, batch, error);
}

static enum flow join_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct batch *batch = batch_create();
    if (end_document(stage->state, batch, error))
        return sink_emit(sink, batch, error);
    batch_free(batch);
    return FLOW_ERROR;
}

const struct stage_class pretrain_join_stage = {
    .name = "pretrain", .open = join_open, .push = join_push, .finish = join_finish, .close = join_close
};
