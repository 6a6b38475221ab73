/* pack_measure.c - on all workers: the pieces of each record's text, and their tokens. */
#include "pack.h"

#include "base/memory.h"
#include "dataset/plain_text.h"
#include "record/text_fields.h"
#include "json/path.h"

struct measuring {
    struct arena arena;
    struct pack_plan plan;
    struct json_path field;
    struct text_fields usual; /* for --strategy none */
    struct measuring_worker {
        struct piece_maker *maker;
        void *memory; /* of the tokenizer */
    } * workers;
};

static bool measure_open(struct stage *stage, struct error *error)
{
    const struct pack_options *options = stage->options;
    struct measuring *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    if (!pack_plan_make(options, &state->plan, error) ||
        !json_path_compile(slice_of_string(options->field), &state->arena, &state->field, error) ||
        !text_fields_compile(NULL, 0, &state->arena, &state->usual, error))
        return false;
    const struct pack_settings *settings = &state->plan.settings;
    struct piece_settings pieces = { .tokenizer = &state->plan.tokenizer,
                                     .emits_ids = settings->emits_ids,
                                     .is_stream = settings->strategy == PACK_WRAPPED,
                                     .action = (enum pack_long)options->action,
                                     .maximum = pack_piece_maximum(settings, false),
                                     .last_maximum = pack_piece_maximum(settings, true) };
    state->workers = memory_allocate_zeroed(stage->run->jobs, sizeof state->workers[0]);
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        if (options->strategy == PACK_CHOICE_NONE)
            state->workers[i].memory = tokenizer_memory(&state->plan.tokenizer);
        else
            state->workers[i].maker = piece_maker_create(&pieces);
    }
    return true;
}

static void measure_close(struct stage *stage)
{
    struct measuring *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; state->workers && i < stage->run->jobs; i++) {
        piece_maker_free(state->workers[i].maker);
        tokenizer_memory_free(&state->plan.tokenizer, state->workers[i].memory);
    }
    memory_free(state->workers);
    pack_plan_release(&state->plan);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

/* For messages and the list of documents: the id as it stands. */
static struct slice id_of(const struct json_object *object)
{
    const struct json_field *field = json_object_find(object, SLICE("id"));
    if (!field || (field->value.type != JSON_STRING && field->value.type != JSON_NUMBER))
        return slice_of("", 0);
    return field->value.text;
}

/* Rows of any form go into shards; what has no text has no tokens. */
static bool count_all(const struct measuring *state, const struct measuring_worker *worker, struct batch *batch,
                      struct record *record, struct pack_measured_record *measured, struct error *error)
{
    struct json_value *values;
    size_t value_count, tokens;
    struct error fault = { 0 };
    if (!text_fields_find(&state->usual, batch, record, &values, &value_count, &fault)) {
        if (fault.code == E_FIELD_MISSING)
            return true;
        *error = fault;
        return false;
    }
    for (size_t i = 0; i < value_count; i++) {
        struct slice text;
        if (!json_decode(values[i], &batch->arena, &text, error) ||
            !tokenizer_count_text(&state->plan.tokenizer, worker->memory, text, &tokens, error))
            return false;
        measured->document.tokens += tokens;
    }
    return true;
}

/* Of one push. */
struct measure_call {
    const struct stage *stage;
    const struct measuring_worker *worker;
};

static bool measure_record(void *context, struct batch *batch, struct record *record, void *item, struct error *error)
{
    const struct measure_call *call = context;
    const struct measuring *state = call->stage->state;
    const struct pack_options *options = call->stage->options;
    struct pack_measured_record *measured = item;
    const struct json_object *object = record_object(batch, record, error);
    struct json_value text;
    if (!object)
        return false;
    if (options->strategy == PACK_CHOICE_NONE)
        return count_all(state, call->worker, batch, record, measured, error);
    if (!plain_text_find(&state->field, object, &text, error))
        return false;
    if (text.text.length == 2) {
        batch_drop(batch, call->stage, record, "empty_text", options->field, "the text is empty");
        return false;
    }
    measured->id = id_of(object);
    if (!piece_maker_cut(call->worker->maker, text, &batch->arena, &measured->document, error))
        return error_field(error, state->field.text);
    if (measured->document.is_too_long)
        batch_drop(batch, call->stage, record, "too_long", options->field,
                   arena_format(&batch->arena, "the text has %zu tokens, a row has room for %u",
                                measured->document.tokens, pack_piece_maximum(&state->plan.settings, true)));
    return !measured->document.is_too_long;
}

static enum flow measure_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                              struct error *error)
{
    const struct measuring *state = stage->state;
    struct measure_call call = { stage, &state->workers[worker] };
    struct pack_measured *measured = arena_allocate_zeroed(&batch->arena, 1, sizeof *measured);
    measured->plan = &state->plan;
    measured->records = batch_look(batch, stage, sizeof *measured->records, measure_record, &call);
    batch->payload = measured;
    return sink_emit(sink, batch, error);
}

const struct stage_class pack_measure_stage = {
    .name = "pack", .is_parallel = true, .open = measure_open, .push = measure_push, .close = measure_close
};
