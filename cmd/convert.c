/* convert.c - rows of one training form become rows of another, and what is lost on the way is named. */
#include <stdio.h>

#include "base/hash.h"
#include "base/memory.h"
#include "dataset/detect.h"
#include "dataset/render.h"
#include "dataset/reshape.h"
#include "dataset/validate.h"
#include "record/expression.h"
#include "tools.h"
#include "json/write.h"

struct convert_options {
    const char *from, *to;
    unsigned answers, on_loss;
    struct option_list accepted;
    const char *system, *system_joiner, *model;
    bool keeps_extras;
};

enum { ON_LOSS_WARN, ON_LOSS_DROP, ON_LOSS_REJECT };
static const char *const on_loss_choices[] = { "warn", "drop", "reject", NULL };

#define FIELD(name) OPTION_FIELD(struct convert_options, name)
static const struct option convert_options[] = {
    { .name = "from",
      FIELD(from),
      .argument = "PROFILE",
      .initial = "auto",
      .help = "the form of the rows; auto finds it for each row",
      .details = "'garner validate --list' shows all profiles. auto takes the one whose table has the fewest faults "
                 "with the row, and refuses a row that may be of two forms. Naming it is several times faster." },
    { .name = "to", FIELD(to), .is_required = true, .argument = "PROFILE", .help = "the form that they become" },
    { .name = "answers",
      FIELD(answers),
      .initial = "keep",
      .argument = "WHICH",
      .choices = dataset_answers_names,
      .help = "of rows with several or labelled answers: which go on",
      .details =
          "keep: as they are. chosen: the better answer alone, as a completion; labelled rows only if good, "
          "steps if all are. each: a labelled row for each answer of a preference. none: the prompt alone, for a "
          "teacher." },
    { .name = "on-loss",
      FIELD(on_loss),
      .initial = "warn",
      .argument = "WHAT",
      .choices = on_loss_choices,
      .help = "what to do with a row that loses something",
      .details = "Losses: system, role, turns, tools, media, weight, name, reasoning, label, answers, extras, parts, "
                 "ids, split. --summary counts them. drop keeps the row in --dropped, reject in --rejects." },
    { .name = "accept-loss",
      FIELD(accepted),
      .argument = "LOSS",
      .help = "losses that are meant, and so are none",
      .details = "A list of names: --accept-loss=weight,extras." },
    { .name = "system", FIELD(system), .argument = "TEXT", .help = "a system text for rows that have none" },
    { .name = "system-joiner",
      FIELD(system_joiner),
      .argument = "TEXT",
      .help = "where the target has no system text: put it in front of the user's, with TEXT between" },
    { .name = "model", FIELD(model), .argument = "NAME", .help = "the model of batch rows that name none" },
    { .name = "keep-extras",
      FIELD(keeps_extras),
      .help = "append other top-level fields, where the target allows any" },
    { .name = NULL },
};

struct convert_worker {
    struct arena arena; /* of one record */
    struct buffer line;
    int64_t losses[LOSS_COUNT];
    int64_t *from; /* rows of each profile */
};

struct convert {
    const struct profile *from; /* NULL: auto */
    const struct profile *to;
    struct dataset_render_options render;
    unsigned accepted; /* losses */
    bool wants_id;
    struct convert_worker *workers;
};

static bool find_profile(const char *label, const char *name, const struct profile **profile, struct error *error)
{
    *profile = profile_find(slice_of_string(name), error);
    return *profile || expression_label_error(error, label);
}

static bool find_losses(const struct option_list *names, unsigned *losses, struct error *error)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t loss = 0;
        while (loss < LOSS_COUNT && strcmp(names->values[i], dataset_loss_names[loss]) != 0)
            loss++;
        if (loss == LOSS_COUNT) {
            const char *nearest = nearest_name(slice_of_string(names->values[i]), dataset_loss_names, LOSS_COUNT);
            return error_set(error, E_USAGE, "--accept-loss: no loss '%s'%s%s", names->values[i],
                             nearest ? ", nearest is " : "", nearest ? nearest : "");
        }
        *losses |= 1U << loss;
    }
    return true;
}

static bool settle_options(const struct convert_options *options, struct convert *convert, struct error *error)
{
    bool is_auto = strcmp(options->from, "auto") == 0;
    return (is_auto || find_profile("--from", options->from, &convert->from, error)) &&
           find_profile("--to", options->to, &convert->to, error) &&
           find_losses(&options->accepted, &convert->accepted, error);
}

static bool convert_check(const struct tool_call *call, struct error *error)
{
    struct convert convert = { 0 };
    return settle_options(call->options, &convert, error);
}

static bool convert_open(struct stage *stage, struct error *error)
{
    const struct convert_options *options = stage->options;
    struct convert *convert = memory_allocate_zeroed(1, sizeof *convert);
    stage->state = convert;
    if (!settle_options(options, convert, error))
        return false;
    convert->render.keeps_extras = options->keeps_extras;
    convert->render.system_joiner = options->system_joiner;
    convert->wants_id = dataset_profile_holds(convert->to, MEANING_ID);
    convert->workers = memory_allocate_zeroed(stage->run->jobs, sizeof *convert->workers);
    for (unsigned i = 0; i < stage->run->jobs; i++)
        convert->workers[i].from = memory_allocate_zeroed(profile_count, sizeof(int64_t));
    return true;
}

static void convert_close(struct stage *stage)
{
    struct convert *convert = stage->state;
    if (!convert)
        return;
    for (unsigned i = 0; convert->workers && i < stage->run->jobs; i++) {
        arena_release(&convert->workers[i].arena);
        buffer_release(&convert->workers[i].line);
        memory_free(convert->workers[i].from);
    }
    memory_free(convert->workers);
    memory_free(convert);
    stage->state = NULL;
}

/* The first refusal as an error: "as openai-sft: role is 'User', expected one of ...". */
static bool set_fault(const struct dataset_faults *faults, const struct profile *profile, const char *side,
                      struct error *error)
{
    const struct dataset_fault *fault = NULL;
    for (size_t i = 0; i < faults->count && !fault; i++)
        if (!faults->faults[i].is_warning)
            fault = &faults->faults[i];
    if (!fault)
        return error_set(error, E_CONVERT_FORM, "%s %s the row has faults", side, profile->name);
    error_set(error, fault->code, "%s %s: %s%s%s", side, profile->name, fault->message,
              fault->expected ? ", expected " : "", fault->expected ? fault->expected : "");
    return error_field(error, slice_of_string(dataset_fault_pointer(faults, fault)));
}

static bool read_row(const struct convert *convert, struct convert_worker *worker, const struct json_object *object,
                     struct dataset_row *row, struct error *error)
{
    struct dataset_faults faults = { .arena = &worker->arena, .root = { object->text, JSON_OBJECT, false } };
    const struct profile *profile = convert->from;
    const struct profile_layout *layout = NULL;
    if (!profile) {
        profile = dataset_detect(object, &worker->arena, row, &faults, error);
        if (!profile)
            return false;
    } else {
        layout = dataset_layout_of(profile, object, &faults);
        if (layout)
            dataset_read(profile, layout, object, &worker->arena, row, &faults);
    }
    if (faults.refusals > 0)
        return set_fault(&faults, profile, "as", error);
    for (size_t i = 0; i < profile_count; i++)
        worker->from[i] += profiles[i] == profile;
    return true;
}

/* The row's own id where it has one, else one made of its content. */
static void add_id(struct convert_worker *worker, const struct record *record, struct dataset_row *row)
{
    char hash[HASH128_TEXT + 1];
    struct error error;
    for (size_t i = 0; i < row->extra_count && row->id.length == 0; i++)
        if (json_key_equal(&row->extras[i], SLICE("id")) && row->extras[i].value.type == JSON_STRING)
            (void)!json_decode(row->extras[i].value, &worker->arena, &row->id, &error);
    bool is_plain = row->id.length > 0 && row->id.length <= 64;
    for (size_t i = 0; i < row->id.length && is_plain; i++)
        is_plain = row->id.bytes[i] &&
                   strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", row->id.bytes[i]);
    if (is_plain)
        return;
    hash128_format(hash_128(record->line), hash);
    row->id = slice_of_string(arena_format(&worker->arena, "row-%s", hash));
}

static void add_system(struct convert_worker *worker, const char *text, struct dataset_row *row)
{
    for (size_t i = 0; i < row->message_count; i++)
        if (row->messages[i].role == DATASET_SYSTEM)
            return;
    struct dataset_message *messages = arena_allocate_zeroed(&worker->arena, row->message_count + 1, sizeof *messages);
    struct dataset_part *part = arena_allocate_zeroed(&worker->arena, 1, sizeof *part);
    part->text = slice_of_string(text);
    messages[0] =
        (struct dataset_message){ .role = DATASET_SYSTEM, .content_was_string = true, .parts = part, .part_count = 1 };
    if (row->message_count)
        memcpy(messages + 1, row->messages, row->message_count * sizeof *messages);
    row->messages = messages;
    row->message_count++;
    row->is_plain = false;
}

static void complete_row(const struct stage *stage, struct convert_worker *worker, const struct record *record,
                         struct dataset_row *row)
{
    const struct convert_options *options = stage->options;
    const struct convert *convert = stage->state;
    if (convert->wants_id)
        add_id(worker, record, row);
    if (options->model && row->model.length == 0)
        row->model = slice_of_string(options->model);
    if (options->system && row->form != DATASET_TEXT)
        add_system(worker, options->system, row);
}

/* What was written must be what the target takes. */
static bool check_result(const struct convert *convert, struct convert_worker *worker, struct slice line,
                         struct error *error)
{
    struct json_object object;
    struct dataset_row row;
    if (!json_scan_object(line, &worker->arena, &object, error))
        return false;
    struct dataset_faults faults = { .arena = &worker->arena, .root = { object.text, JSON_OBJECT, false } };
    const struct profile_layout *layout = dataset_layout_of(convert->to, &object, &faults);
    if (layout)
        dataset_read(convert->to, layout, &object, &worker->arena, &row, &faults);
    const struct dataset_rules rules = { .profile = convert->to };
    if (faults.refusals == 0)
        dataset_check_row(&rules, &row, &faults);
    return faults.refusals == 0 || set_fault(&faults, convert->to, "for", error);
}

static bool render_row(const struct stage *stage, struct convert_worker *worker, const struct dataset_row *row,
                       unsigned *losses, struct error *error)
{
    const struct convert_options *options = stage->options;
    const struct convert *convert = stage->state;
    unsigned lost = 0;
    size_t start = worker->line.length;
    if (!dataset_render(convert->to, row, &convert->render, &worker->arena, &worker->line, &lost, error)) {
        if (row->form == DATASET_PREFERENCE && options->answers == DATASET_ANSWERS_KEEP) {
            struct error plain = *error;
            error_set(error, plain.code, "%s; --answers=chosen takes the better answer", plain.message);
        }
        return false;
    }
    *losses |= lost;
    return check_result(convert, worker, slice_from(buffer_slice(&worker->line), start), error);
}

/* "the row loses system, weight". */
static void set_loss(unsigned losses, struct error *error)
{
    char names[256] = "";
    size_t length = 0;
    for (unsigned i = 0; i < LOSS_COUNT; i++)
        if (losses >> i & 1)
            length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", length ? ", " : "",
                                       dataset_loss_names[i]);
    error_set(error, E_CONVERT_LOSS, "the row loses %s", names);
}

/* Ends of rows in the worker's buffer. */
struct written_rows {
    size_t *ends;
    size_t count;
    unsigned losses;
};

static bool write_rows(const struct stage *stage, struct convert_worker *worker, const struct dataset_row *row,
                       struct written_rows *written, struct error *error)
{
    const struct convert_options *options = stage->options;
    struct dataset_rows rows;
    buffer_reset(&worker->line);
    if (!dataset_reshape(row, (enum dataset_answers)options->answers, &worker->arena, &rows, error))
        return false;
    *written = (struct written_rows){ .losses = rows.losses };
    written->ends = arena_allocate_zeroed(&worker->arena, rows.count + 1, sizeof *written->ends);
    for (size_t i = 0; i < rows.count; i++) {
        if (!render_row(stage, worker, &rows.rows[i], &written->losses, error))
            return false;
        written->ends[written->count++] = worker->line.length;
    }
    return true;
}

/* false: a reject ends the run. */
static bool emit_rows(const struct stage *stage, struct convert_worker *worker, struct batch *batch,
                      const struct record *record, const struct written_rows *written)
{
    const struct convert_options *options = stage->options;
    const struct convert *convert = stage->state;
    unsigned losses = written->losses & ~convert->accepted;
    struct error error;
    if (written->count == 0) {
        batch_drop(batch, stage, record, "not_chosen", "", "no answer of the row is labelled good");
        return true;
    }
    for (unsigned i = 0; i < LOSS_COUNT; i++)
        worker->losses[i] += losses >> i & 1;
    if (losses) {
        set_loss(losses, &error);
        if (options->on_loss == ON_LOSS_REJECT) {
            error_place(&error, record->file, record->line_number, 0);
            return batch_reject(batch, stage, record, &error);
        }
        if (options->on_loss == ON_LOSS_DROP) {
            batch_drop(batch, stage, record, "loss", "", error.message);
            return true;
        }
        batch_warn(batch, stage, record, &error);
    }
    size_t start = 0;
    for (size_t i = 0; i < written->count; i++) {
        struct slice line = slice_between(buffer_slice(&worker->line), start, written->ends[i]);
        batch_append_changed(batch, record, arena_copy(&batch->arena, line));
        start = written->ends[i];
    }
    return true;
}

/* false: a reject ends the run. */
static bool take_record(const struct stage *stage, struct convert_worker *worker, struct batch *batch,
                        struct record *record)
{
    const struct convert *convert = stage->state;
    struct written_rows written = { 0 };
    struct dataset_row row = { 0 };
    struct error error;
    if (record->kind != RECORD_DATA) {
        *batch_append(batch) = *record;
        return true;
    }
    error_reset(&error);
    arena_reset(&worker->arena);
    const struct json_object *object = record_object(batch, record, &error);
    bool is_good = object && read_row(convert, worker, object, &row, &error);
    if (is_good) {
        complete_row(stage, worker, record, &row);
        is_good = write_rows(stage, worker, &row, &written, &error);
    }
    if (is_good)
        return emit_rows(stage, worker, batch, record, &written);
    error_place(&error, record->file, record->line_number, 0);
    return batch_reject(batch, stage, record, &error);
}

static enum flow convert_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                              struct error *error)
{
    struct convert *convert = stage->state;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++)
        if (!take_record(stage, &convert->workers[worker], batch, &records[i]))
            break;
    return sink_emit(sink, batch, error);
}

static void append_counts(struct buffer *json, const char *key, const char *const *names, const int64_t *counts,
                          size_t count)
{
    buffer_append_format(json, "\"%s\":{", key);
    for (size_t i = 0; i < count; i++)
        if (counts[i] > 0) {
            json_append_key(json, slice_of_string(names[i]));
            json_append_integer(json, counts[i]);
        }
    buffer_append_byte(json, '}');
}

/* "from":{"sharegpt":12},"losses":{"system":3}. */
static void convert_summarize(const struct stage *stage, struct buffer *json)
{
    const struct convert *convert = stage->state;
    int64_t losses[LOSS_COUNT] = { 0 };
    if (!convert || !convert->workers)
        return;
    const char **names = memory_allocate_zeroed(profile_count, sizeof(const char *));
    int64_t *from = memory_allocate_zeroed(profile_count, sizeof *from);
    for (unsigned worker = 0; worker < stage->run->jobs; worker++) {
        for (size_t i = 0; i < profile_count; i++)
            from[i] += convert->workers[worker].from[i];
        for (size_t i = 0; i < LOSS_COUNT; i++)
            losses[i] += convert->workers[worker].losses[i];
    }
    for (size_t i = 0; i < profile_count; i++)
        names[i] = profiles[i]->name;
    append_counts(json, "from", names, from, profile_count);
    buffer_append_byte(json, ',');
    append_counts(json, "losses", dataset_loss_names, losses, LOSS_COUNT);
    memory_free(names);
    memory_free(from);
}

static const struct stage_class convert_stage = {
    .name = "convert",
    .is_parallel = true,
    .open = convert_open,
    .push = convert_push,
    .close = convert_close,
    .summarize = convert_summarize,
};
static const struct stage_class *const convert_stages[] = { &convert_stage, NULL };

static const struct tool_example convert_examples[] = {
    { "garner convert --to=openai-sft", "{\"instruction\":\"Opposite of hot?\",\"input\":\"\",\"output\":\"Cold.\"}\n",
      "{\"messages\":[{\"role\":\"user\",\"content\":\"Opposite of hot?\"},{\"role\":\"assistant\",\"content\":\"Cold."
      "\"}]}\n",
      "Alpaca as OpenAI chat" },
    { "garner convert --to=trl-prompt-completion --answers=chosen -q",
      "{\"prompt\":\"Sky?\",\"chosen\":\"Blue.\",\"rejected\":\"Green.\"}\n",
      "{\"prompt\":\"Sky?\",\"completion\":\"Blue.\"}\n", "the better answers of preferences, for SFT" },
    { .command = NULL },
};

const struct tool tool_convert = {
    .name = "convert",
    .summary = "Change rows of one training form into another",
    .description =
        "Reads training rows by the table of one profile and writes them by that of another: messages, system texts, "
        "tools and their calls, images by reference, weights, preferences and labels go to where the target keeps "
        "them. What it has no place for is left out and named, row by row: see --on-loss. A row that cannot be had in "
        "that form at all, or would break the target's table, is rejected with the reason.\n\n"
        "A file may also be one JSON array of rows, as Alpaca and ShareGPT come; lines in messages are elements then. "
        "Text and numbers stay as they are. 'garner validate --list' shows the profiles; garner is the form that holds "
        "what all others do.",
    .group = GROUP_TRAIN,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .takes_arrays = true,
    .options = convert_options,
    .options_bytes = sizeof(struct convert_options),
    .check = convert_check,
    .examples = convert_examples,
    .stages = convert_stages,
};
