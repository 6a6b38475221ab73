/* chat_asking.c - batches that wait for their answers. */
#include "chat_asking.h"

#include "base/memory.h"
#include "json/path.h"

/* A record, its questions' answers, or why it asks none. */
struct asking_slot {
    struct asking_batch *owner;
    struct chat_answer *answers; /* count of them; batch arena */
    size_t count;
    struct error *fault; /* NULL: none */
};

struct asking_batch {
    struct asking_batch *next;
    struct batch *batch;
    struct asking_slot *slots; /* one a record */
    size_t missing;            /* answers that did not come yet */
};

/* The tag of a question: where its answer goes. */
struct place {
    struct asking_batch *owner;
    struct chat_answer *answer;
};

static void keep_answer(const struct place *place, const struct chat_answer *answer)
{
    struct arena *arena = &place->owner->batch->arena;
    struct chat_answer *kept = place->answer;
    *kept = *answer;
    kept->text = arena_copy(arena, answer->text);
    kept->finish_reason = arena_copy(arena, answer->finish_reason);
    kept->model = arena_copy(arena, answer->model);
    kept->fingerprint = arena_copy(arena, answer->fingerprint);
    kept->reason = answer->reason ? arena_copy_string(arena, slice_of_string(answer->reason)) : NULL;
    place->owner->missing--;
}

/* Takes one answer, waiting for it when may_wait. */
static bool take(struct asking *asking, bool may_wait, bool *has_answer, struct error *error)
{
    struct arena scratch = { 0 };
    struct chat_answer answer;
    bool is_good = chat_next(asking->chat, may_wait ? -1 : 0, &scratch, &answer, has_answer, error);
    if (is_good && *has_answer)
        keep_answer(answer.tag, &answer);
    arena_release(&scratch);
    return is_good;
}

static void settle_record(const struct asking *asking, struct batch *batch, struct record *record,
                          struct asking_slot *slot, struct error *error, bool *stops)
{
    const char *code = "", *reason = "";
    enum asking_outcome outcome = ASKING_REJECT;
    bool is_batched = false;
    for (size_t i = 0; i < slot->count; i++)
        is_batched |= slot->answers[i].status == CHAT_FAILED && slot->answers[i].code == E_NONE;
    if (slot->fault) {
        *error = *slot->fault;
    } else if (is_batched) {
        outcome = ASKING_DROP;
        code = "batched";
        reason = "its question is in the batch file";
    } else
        outcome = asking->tool->place(asking->stage, batch, record, slot->answers, slot->count, error, &code, &reason);
    if (outcome == ASKING_PASS)
        *batch_append(batch) = *record;
    if (outcome == ASKING_DROP)
        batch_drop(batch, asking->stage, record, code, "", reason);
    if (outcome == ASKING_REJECT) {
        error_place(error, record->file, record->line_number, 0);
        *stops = !batch_reject(batch, asking->stage, record, error);
    }
}

/* Settles the records of a batch that has all its answers, in order. */
static void place_batch(const struct asking *asking, struct asking_batch *held)
{
    size_t count;
    bool stops = false;
    struct record *records = batch_take_records(held->batch, &count);
    for (size_t i = 0; i < count && !stops; i++) {
        struct error error;
        error_reset(&error);
        if (records[i].kind != RECORD_DATA)
            *batch_append(held->batch) = records[i];
        else
            settle_record(asking, held->batch, &records[i], &held->slots[i], &error, &stops);
    }
}

static enum flow emit_ready(struct asking *asking, struct sink *sink, struct error *error)
{
    while (asking->first && asking->first->missing == 0) {
        struct asking_batch *held = asking->first;
        struct batch *batch = held->batch;
        place_batch(asking, held);
        asking->first = held->next;
        asking->last = asking->first ? asking->last : NULL;
        asking->held--;
        memory_free(held);
        /* The run is about to end: what is under way is paid, so it is kept. */
        if (!(batch->has_failed ? chat_settle(asking->chat, error) : chat_commit(asking->chat, error))) {
            batch_free(batch);
            return FLOW_ERROR;
        }
        enum flow flow = sink_emit(sink, batch, error);
        if (flow != FLOW_OK)
            return flow;
    }
    return FLOW_OK;
}

/* Waits until there is room for another question. */
static bool make_room(struct asking *asking, struct error *error)
{
    bool has_answer = true;
    while (has_answer)
        if (!take(asking, false, &has_answer, error))
            return false;
    has_answer = true;
    while (has_answer && chat_room(asking->chat) == 0)
        if (!take(asking, true, &has_answer, error))
            return false;
    return true;
}

static bool prepare(struct asking *asking, struct batch *batch, struct record *record, struct asking_slot *slot,
                    struct chat_question **questions)
{
    struct error error;
    error_reset(&error);
    if (asking->tool->prepare(asking->stage, batch, record, questions, &slot->count, &error)) {
        slot->answers = arena_allocate_zeroed(&batch->arena, slot->count + 1, sizeof *slot->answers);
        return true;
    }
    slot->fault = arena_allocate(&batch->arena, sizeof *slot->fault);
    *slot->fault = error;
    slot->count = 0;
    return false;
}

static bool ask_record(struct asking *asking, struct asking_batch *held, size_t index, struct error *error)
{
    struct asking_slot *slot = &held->slots[index];
    struct chat_question *questions;
    if (held->batch->records[index].kind != RECORD_DATA ||
        !prepare(asking, held->batch, &held->batch->records[index], slot, &questions))
        return true;
    for (size_t i = 0; i < slot->count; i++) {
        struct place *place = arena_allocate(&held->batch->arena, sizeof *place);
        *place = (struct place){ held, &slot->answers[i] };
        held->missing++;
        if (!make_room(asking, error) || !chat_submit(asking->chat, &questions[i], place, error))
            return false;
    }
    return true;
}

static bool estimate(struct asking *asking, struct batch *batch, struct error *error)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct asking_slot slot = { 0 };
        struct chat_question *questions;
        if (batch->records[i].kind != RECORD_DATA)
            continue;
        if (!prepare(asking, batch, &batch->records[i], &slot, &questions))
            continue;
        for (size_t k = 0; k < slot.count; k++) {
            bool is_cached;
            if (!chat_is_cached(asking->chat, &questions[k], &is_cached, error))
                return false;
            asking->estimate.questions++;
            asking->estimate.cached += is_cached;
            if (!is_cached)
                asking->estimate.input_tokens += chat_estimate_tokens(questions[k].messages, questions[k].count);
        }
    }
    return true;
}

enum flow asking_push(struct asking *asking, struct batch *batch, struct sink *sink, struct error *error)
{
    bool has_answer = true;
    if (asking->stage->run->is_dry_run) {
        if (estimate(asking, batch, error))
            return sink_emit(sink, batch, error);
        batch_free(batch);
        return FLOW_ERROR;
    }
    struct asking_batch *held = memory_allocate_zeroed(1, sizeof *held);
    held->batch = batch;
    held->slots = arena_allocate_zeroed(&batch->arena, batch->count + 1, sizeof *held->slots);
    held->missing = 1; /* until all its records were asked about */
    if (asking->last)
        asking->last->next = held;
    else
        asking->first = held;
    asking->last = held;
    asking->held++;
    for (size_t i = 0; i < batch->count; i++) {
        if (!ask_record(asking, held, i, error))
            return FLOW_ERROR;
        enum flow flow = emit_ready(asking, sink, error);
        if (flow != FLOW_OK)
            return flow;
    }
    held->missing--;
    enum flow flow = emit_ready(asking, sink, error);
    while (flow == FLOW_OK && has_answer && asking->held >= ASKING_BATCHES)
        flow = take(asking, true, &has_answer, error) ? emit_ready(asking, sink, error) : FLOW_ERROR;
    return flow;
}

enum flow asking_drain(struct asking *asking, struct sink *sink, struct error *error)
{
    bool has_answer = true;
    enum flow flow = emit_ready(asking, sink, error);
    while (flow == FLOW_OK && has_answer && asking->held)
        flow = take(asking, true, &has_answer, error) ? emit_ready(asking, sink, error) : FLOW_ERROR;
    return flow;
}

enum flow asking_finish(struct asking *asking, struct sink *sink, struct error *error)
{
    enum flow flow = asking_drain(asking, sink, error);
    bool is_finished = flow != FLOW_OK || asking->stage->run->is_dry_run || chat_finish(asking->chat, error);
    return is_finished ? flow : FLOW_ERROR;
}

void asking_say_estimate(const struct asking *asking, const struct chat_settings *settings)
{
    const struct asking_estimate *estimate = &asking->estimate;
    struct buffer text = { 0 };
    struct error note;
    int64_t fresh = estimate->questions - estimate->cached, output = fresh * settings->parameters.maximum_tokens;
    buffer_append_format(&text, "dry run: %lld questions, %lld answered in the cache, about %lld tokens to send",
                         (long long)estimate->questions, (long long)estimate->cached,
                         (long long)estimate->input_tokens);
    if (settings->parameters.maximum_tokens)
        buffer_append_format(&text, ", at most %lld to come", (long long)output);
    if (settings->price.is_known) {
        buffer_append_string(&text, settings->parameters.maximum_tokens ? ", cost at most about "
                                                                        : ", cost of what is sent about ");
        price_append_money(price_of(&settings->price, estimate->input_tokens, output), &text);
    }
    error_set(&note, E_USAGE, "%s", buffer_string(&text));
    asking->stage->run->say(asking->stage->step, &note);
    buffer_release(&text);
}

void asking_release(struct asking *asking)
{
    while (asking->first) {
        struct asking_batch *held = asking->first;
        asking->first = held->next;
        batch_free(held->batch);
        memory_free(held);
    }
    asking->last = NULL;
}

bool asking_set_field(struct batch *batch, struct record *record, struct slice name, struct slice json,
                      struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    struct json_path path;
    struct buffer line = { 0 };
    if (!object || !json_path_compile(name, &batch->arena, &path, error))
        return false;
    bool is_good = json_path_set(&path, object, json, &line, error);
    if (is_good) {
        record->line = arena_copy(&batch->arena, buffer_slice(&line));
        record->object = NULL;
    }
    buffer_release(&line);
    return is_good;
}
