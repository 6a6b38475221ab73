/* validate_rows.c - a batch of lines under every profile asked for, on a worker. */
#include <inttypes.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "dataset/digest.h"
#include "dataset/line.h"
#include "dataset/read.h"
#include "validate.h"

enum { SEED_ID = 7 };

struct validate_batch *validate_batch_create(size_t count)
{
    struct validate_batch *batch = memory_allocate_zeroed(1, sizeof *batch);
    batch->faults = memory_allocate_zeroed(count, sizeof *batch->faults);
    return batch;
}

void validate_batch_free(struct validate_batch *batch)
{
    if (!batch)
        return;
    lines_block_release(&batch->block);
    buffer_release(&batch->fixed);
    arena_release(&batch->arena);
    memory_free(batch->faults);
    memory_free(batch);
}

void validate_batch_add(struct validate_batch *batch, struct slice line, int64_t number)
{
    if (batch->count == batch->capacity)
        batch->lines =
            arena_grow(&batch->arena, batch->lines, &batch->capacity, batch->count + 1, sizeof *batch->lines);
    batch->lines[batch->count++] = (struct validate_line){ line, number };
}

static const char *copy_text(struct arena *arena, const char *text)
{
    return text ? arena_copy_string(arena, slice_of_string(text)) : NULL;
}

/* Counts all, keeps the first of each code: of a batch never more than are shown of a file. */
static void take_faults(const struct validate_run *run, struct validate_batch *batch, struct validate_faults *all,
                        const struct dataset_faults *faults, int64_t line)
{
    int64_t maximum = run->profile_count > 1 ? 1 : run->options->faults_maximum;
    for (size_t i = 0; i < faults->count; i++) {
        const struct dataset_fault *fault = &faults->faults[i];
        if (all->counts[fault->code]++ >= maximum || run->is_against)
            continue;
        if (all->shown_count == all->shown_capacity)
            all->shown =
                arena_grow(&batch->arena, all->shown, &all->shown_capacity, all->shown_count + 1, sizeof *all->shown);
        all->shown[all->shown_count++] =
            (struct validate_fault){ .line = line,
                                     .code = fault->code,
                                     .pointer = copy_text(&batch->arena, dataset_fault_pointer(faults, fault)),
                                     .message = copy_text(&batch->arena, fault->message),
                                     .expected = copy_text(&batch->arena, fault->expected),
                                     .hint = copy_text(&batch->arena, fault->hint) };
    }
    all->faulty += faults->refusals > 0;
    all->warned += faults->refusals == 0 && faults->count > 0;
}

static uint64_t hash_word(struct slice text)
{
    return text.length > 0 ? hash_64(text, SEED_ID) | 1 : 0;
}

static void take_facts(const struct validate_run *run, struct validate_worker *worker, const struct dataset_row *row,
                       struct validate_facts *facts)
{
    facts->id = hash_word(row->id);
    facts->model = hash_word(row->model);
    facts->url = hash_word(row->url);
    if (row->form == DATASET_UNPAIRED && row->answer_count > 0)
        facts->label = (uint8_t)row->answers[0].label;
    bool is_pair = row->form == DATASET_PREFERENCE && row->answer_count == 2;
    if (is_pair || run->leaks)
        facts->prompt = dataset_hash_prompt(row, NULL);
    if (run->leaks)
        facts->folded = dataset_hash_prompt(row, &worker->folded);
    for (size_t i = 0; i < 2 && is_pair; i++)
        *(row->answers[i].label == DATASET_LABEL_GOOD ? &facts->chosen : &facts->rejected) =
            dataset_hash_answer(&row->answers[i]);
}

enum { SHOWN_CHARACTERS = 60 };

static void explain_message(const struct dataset_message *message, size_t number, const char *fate,
                            struct arena *scratch, struct buffer *text)
{
    struct slice whole = dataset_message_text(message, scratch);
    struct slice start = slice_between(whole, 0, utf8_offset(whole, SHOWN_CHARACTERS));
    buffer_append_format(text, "  %2zu %-10s %-12s ", number, dataset_role_names[message->role], fate);
    text_append_printable(text, start);
    if (start.length < whole.length)
        buffer_append_format(text, "... (%zu characters)", utf8_count(whole));
    for (size_t i = 0; i < message->tool_call_count; i++) {
        buffer_append_string(text, i || whole.length ? " calls " : "calls ");
        text_append_printable(text, message->tool_calls[i].name);
    }
    buffer_append_byte(text, '\n');
}

/* --explain: each turn, and what training makes of it. */
static void explain_row(const struct validate_run *run, const struct dataset_row *row, int64_t line,
                        struct arena *scratch, struct buffer *text)
{
    static const char *const fates[] = { "trained", "chosen", "rejected" }; /* by label */
    size_t number = 1;
    text_append_printable(text, slice_of_string(run->path));
    buffer_append_format(text, ":%" PRId64 " %s\n", line, dataset_form_names[row->form]);
    for (size_t i = 0; i < row->message_count; i++) {
        bool is_trained = row->form == DATASET_CHAT && dataset_is_trained(&row->messages[i]);
        explain_message(&row->messages[i], number++, is_trained ? "trained" : "", scratch, text);
    }
    for (size_t i = 0; i < row->answer_count; i++)
        for (size_t j = 0; j < row->answers[i].count; j++)
            explain_message(&row->answers[i].messages[j], number++, fates[row->answers[i].label], scratch, text);
    if (row->form == DATASET_TEXT)
        buffer_append_format(text, "     text       trained      %zu characters\n", utf8_count(row->text));
}

/* One row under one profile. */
static void check_object(struct validate_run *run, struct validate_worker *worker, const struct profile *profile,
                         const struct json_object *object, struct dataset_faults *faults, struct validate_facts *facts,
                         struct buffer *explained)
{
    struct dataset_row row;
    const struct dataset_rules rules = { .profile = profile,
                                         .tokenizer = run->has_tokenizer ? &run->tokenizer : NULL,
                                         .tokenizer_memory = worker->tokenizer_memory };
    const struct profile_layout *layout = dataset_layout_of(profile, object, faults);
    if (!layout)
        return;
    dataset_read(profile, layout, object, &worker->scratch, &row, faults);
    dataset_check_row(&rules, &row, faults);
    for (size_t i = 0; profile->layouts[i]; i++)
        if (profile->layouts[i] == layout)
            facts->layout = (uint8_t)(i + 1);
    take_facts(run, worker, &row, facts);
    if (run->options->explains)
        explain_row(run, &row, facts->line, &worker->scratch, explained);
}

static void check_line(struct validate_run *run, struct validate_worker *worker, struct validate_batch *batch,
                       size_t index)
{
    struct json_object object;
    struct dataset_faults common = { .arena = &worker->scratch };
    struct slice line = batch->lines[index].text;
    if (run->options->fixes) {
        bool was_changed = false;
        size_t start = batch->fixed.length;
        validate_fix_row(run->profiles[0], line, &worker->scratch, &batch->fixed, &was_changed);
        batch->fixes += was_changed;
        line = arena_copy(&worker->scratch, slice_from(buffer_slice(&batch->fixed), start));
        buffer_append_byte(&batch->fixed, '\n');
    }
    bool is_object = dataset_line_object(line, &worker->scratch, &object, &common);
    uint64_t whole = 0;
    if (is_object && run->profile_count == 1)
        whole = dataset_hash_value((struct json_value){ object.text, JSON_OBJECT, false }, &worker->scratch) | 1;
    for (size_t p = 0; p < run->profile_count; p++) {
        struct validate_facts *facts = &batch->facts[p * batch->count + index];
        struct dataset_faults faults = common;
        *facts = (struct validate_facts){ .line = batch->lines[index].number, .whole = whole };
        if (common.count > 0) { /* profiles must not write into one list */
            faults.faults = arena_allocate(&worker->scratch, common.count * sizeof *common.faults);
            memcpy(faults.faults, common.faults, common.count * sizeof *common.faults);
            faults.capacity = common.count;
        }
        if (is_object)
            check_object(run, worker, run->profiles[p], &object, &faults, facts, &batch->fixed);
        take_faults(run, batch, &batch->faults[p], &faults, batch->lines[index].number);
    }
    arena_reset(&worker->scratch);
}

/* A block's lines; blank ones are counted. */
static void split_lines(struct validate_batch *batch)
{
    struct slice text = batch->block.text;
    int64_t number = batch->block.first_line;
    for (size_t at = 0; at < text.length; number++) {
        size_t length = slice_find_byte(slice_from(text, at), '\n');
        struct slice line = slice_between(text, at, at + length);
        if (slice_trim(line).length == 0)
            batch->blanks++;
        else
            validate_batch_add(batch, line, number);
        at += length + 1;
    }
}

void validate_check_batch(struct validate_run *run, unsigned worker, struct validate_batch *batch)
{
    if (batch->block.text.length > 0)
        split_lines(batch);
    batch->facts = arena_allocate(&batch->arena, (batch->count * run->profile_count + 1) * sizeof *batch->facts);
    for (size_t i = 0; i < batch->count; i++)
        check_line(run, &run->workers[worker], batch, i);
}
