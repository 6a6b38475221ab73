/* training.c - records in, rows to train on out. */
#include "training.h"

#include "base/memory.h"
#include "record/expression.h"
#include "json/write.h"

bool training_load(const struct training_options *options, struct arena *arena, struct training *training,
                   struct error *error)
{
    static const char *const usual[] = { "id" };
    struct mapping *mapping = &training->mapping;
    const char *const *names = options->keep.count ? options->keep.values : usual;
    const size_t count = options->keep.count ? options->keep.count : 1;
    if (options->gather.map && options->gather.preset)
        return error_set(error, E_USAGE, "--map: excludes --preset");
    if (!gather_load_mapping(&options->gather, arena, mapping, error) ||
        !mapping_set_template(&mapping->system, options->system, "--system", arena, error) ||
        !mapping_set_template(&mapping->user, options->user, "--user", arena, error) ||
        !mapping_set_template(&mapping->assistant, options->assistant, "--assistant", arena, error) ||
        !mapping_set_template(&mapping->image, options->image, "--image", arena, error) ||
        !mapping_set_template(&mapping->passage, options->passage, "--passage", arena, error) ||
        !outlet_open(options->profile, &training->outlet, error))
        return false;
    training->outlet.system_joiner = "\n\n";
    training->outlet.keeps_extras |= options->keep.count > 0;
    training->keep_count = count;
    training->keep = arena_allocate(arena, count * sizeof *training->keep);
    for (size_t i = 0; i < count; i++) {
        if (!json_path_compile(slice_of_string(names[i]), arena, &training->keep[i], error))
            return expression_label_error(error, "--keep");
        if (training->keep[i].steps[training->keep[i].count - 1].kind != JSON_STEP_KEY)
            return error_set(error, E_USAGE, "--keep: '%s' does not end with a name", names[i]);
    }
    return true;
}

bool training_open(struct stage *stage, struct training *training, struct error *error)
{
    training->worker_count = stage->run->jobs ? stage->run->jobs : 1;
    training->workers = memory_allocate_zeroed(training->worker_count, sizeof *training->workers);
    return training_load(stage->options, &training->arena, training, error);
}

void training_close(struct training *training)
{
    for (unsigned i = 0; training->workers && i < training->worker_count; i++) {
        buffer_release(&training->workers[i].line);
        map_release(&training->workers[i].drops);
    }
    memory_free(training->workers);
    mapping_release(&training->mapping);
    arena_release(&training->arena);
}

/* What rows take along of their first record; nothing when the profile has no place for it. */
static void find_extras(const struct training *training, const struct json_object *object, struct arena *arena,
                        struct dataset_row *row)
{
    if (!training->outlet.keeps_extras)
        return;
    row->extras = arena_allocate(arena, training->keep_count * sizeof *row->extras);
    for (size_t i = 0; i < training->keep_count; i++) {
        const struct json_path *path = &training->keep[i];
        struct json_value value = json_path_find(path, object, NULL);
        if (value.type != JSON_MISSING)
            row->extras[row->extra_count++] = (struct json_field){ path->steps[path->count - 1].key, value, false };
    }
}

/* Of several rows each has an id of its own: ID#0, ID#1, ... */
static void number_id(struct dataset_row *row, size_t number, struct arena *arena)
{
    struct json_field *extras = arena_allocate(arena, (row->extra_count + 1) * sizeof *extras);
    for (size_t i = 0; i < row->extra_count; i++) {
        extras[i] = row->extras[i];
        struct slice text = extras[i].value.text;
        if (slice_equal(extras[i].key, SLICE("id")) && extras[i].value.type == JSON_STRING)
            extras[i].value.text =
                slice_of_string(arena_format(arena, "%.*s#%zu\"", (int)(text.length - 1), text.bytes, number));
    }
    row->extras = extras;
}

static void count_drop(struct training_worker *worker, const char *code)
{
    map_insert(&worker->drops, slice_of_string(code), NULL)->value++;
}

/* Rows into records; how many. Those that the profile cannot hold are drops, too. */
static size_t write_rows(const struct training *training, struct training_worker *worker, struct batch *batch,
                         const struct record *record, const struct json_object *object, struct composed *composed)
{
    struct dataset_row along = { 0 };
    struct error fault;
    size_t written = 0;
    find_extras(training, object, &batch->arena, &along);
    for (size_t i = 0; i < composed->count; i++) {
        struct dataset_row *row = &composed->rows[i];
        row->extras = along.extras;
        row->extra_count = along.extra_count;
        if (composed->count > 1)
            number_id(row, i, &batch->arena);
        buffer_reset(&worker->line);
        if (!outlet_render(&training->outlet, row, &batch->arena, &worker->line, &worker->losses, &fault)) {
            compose_drop(composed, &batch->arena, code_entry(fault.code)->name,
                         arena_copy_string(&batch->arena, slice_of_string(fault.message)));
            continue;
        }
        struct record *line = batch_append(batch);
        line->line = arena_copy(&batch->arena, buffer_slice(&worker->line));
        line->file = record->file;
        line->line_number = record->line_number;
        written++;
        if (training->note)
            training->note(batch, row);
    }
    worker->rows += (int64_t)written;
    worker->turns_cut += (int64_t)composed->turns_cut;
    return written;
}

/* The rows of records that belong together. *faulty: which of them an error is about. */
static bool build_rows(struct stage *stage, unsigned worker, struct arena *arena,
                       const struct json_object *const *objects, size_t count, struct composed *composed,
                       size_t *faulty, struct error *error)
{
    const struct training *training = stage->state;
    const struct mapping *mapping = training->mapping_of ? training->mapping_of(stage, objects[0]) : &training->mapping;
    struct dialogues dialogues = { .arena = arena, .wants_answers = training->chooses && mapping_has_answers(mapping) };
    bool is_good = mapping_gathers(mapping) ? dialogues_of_group(mapping, objects, count, &dialogues, error)
                                            : dialogues_of_record(mapping, objects[0], &dialogues, error);
    *faulty = is_good ? 0 : dialogues.object;
    for (size_t i = 0; is_good && i < dialogues.count; i++)
        is_good = training->build(stage, worker, mapping, &dialogues.list[i], arena, composed, error);
    return is_good;
}

/* Some records that belong together. false: a reject ends the run. */
static bool take_group(struct stage *stage, unsigned number, struct batch *batch, struct record *records, size_t count)
{
    const struct training *training = stage->state;
    struct training_worker *worker = &training->workers[number];
    const struct json_object **objects =
        arena_allocate(&batch->arena, (count + 1) * sizeof(const struct json_object *));
    struct composed composed = { 0 };
    struct error error;
    size_t good = 0, faulty;
    for (size_t i = 0; i < count; i++) {
        objects[good] = record_object(batch, &records[i], &error);
        if (objects[good])
            records[good++] = records[i];
        else if (!batch_reject(batch, stage, &records[i], &error))
            return false;
    }
    if (good == 0)
        return true;
    if (!build_rows(stage, number, &batch->arena, objects, good, &composed, &faulty, &error)) {
        bool goes_on = true;
        error_place(&error, records[faulty].file, records[faulty].line_number, 0);
        for (size_t i = 0; i < good && goes_on; i++)
            goes_on = batch_reject(batch, stage, &records[i], &error);
        return goes_on;
    }
    size_t written = write_rows(training, worker, batch, &records[0], objects[0], &composed);
    for (size_t i = 0; written > 0 && i < composed.drop_count; i++)
        count_drop(worker, composed.drops[i].code);
    const struct compose_drop *first = composed.drop_count ? &composed.drops[0] : NULL;
    for (size_t i = 0; written == 0 && i < good; i++)
        batch_drop(batch, stage, &records[i], first ? first->code : "no_rows", "",
                   first ? first->reason : "the record holds no row");
    return true;
}

enum flow training_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                        struct error *error)
{
    const struct gathered *groups = batch->payload;
    size_t count, start = 0;
    struct record *records = batch_take_records(batch, &count);
    bool goes_on = true;
    batch->payload = NULL;
    for (size_t i = 0; start < count && goes_on; i++) {
        size_t end = groups && i < groups->count ? groups->ends[i] : start + 1;
        if (records[start].kind != RECORD_DATA) {
            *batch_append(batch) = records[start];
            end = start + 1;
        } else
            goes_on = take_group(stage, worker, batch, records + start, end - start);
        start = end;
    }
    return sink_emit(sink, batch, error);
}

/* All workers' figures. */
static void sum_up(const struct training *training, struct training_worker *sum)
{
    *sum = (struct training_worker){ 0 };
    for (unsigned i = 0; training->workers && i < training->worker_count; i++) {
        const struct training_worker *worker = &training->workers[i];
        outlet_losses_add(&sum->losses, &worker->losses);
        sum->rows += worker->rows;
        sum->turns_cut += worker->turns_cut;
        for (size_t k = 0; k < worker->drops.count; k++)
            map_insert(&sum->drops, worker->drops.entries[k].key, NULL)->value += worker->drops.entries[k].value;
    }
}

/* Codes of drops in the order of their names, whatever worker saw them first. */
static const struct map_entry *next_code(const struct map *drops, const struct map_entry *last)
{
    const struct map_entry *next = NULL;
    for (size_t i = 0; i < drops->count; i++) {
        const struct map_entry *entry = &drops->entries[i];
        if ((!last || slice_compare(entry->key, last->key) > 0) && (!next || slice_compare(entry->key, next->key) < 0))
            next = entry;
    }
    return next;
}

void training_summarize(const struct stage *stage, struct buffer *json)
{
    static const struct training none;
    struct training_worker sum;
    sum_up(stage->state ? stage->state : &none, &sum);
    buffer_append_format(json, "\"rows\":%lld,\"turns_cut\":%lld,\"rows_dropped\":{", (long long)sum.rows,
                         (long long)sum.turns_cut);
    for (const struct map_entry *entry = NULL; (entry = next_code(&sum.drops, entry));) {
        json_append_key(json, entry->key);
        json_append_integer(json, (int64_t)entry->value);
    }
    buffer_append_byte(json, '}');
    outlet_losses_append_json(&sum.losses, json);
    map_release(&sum.drops);
}

enum flow training_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct training_worker sum;
    struct buffer text = { 0 };
    struct error note;
    (void)sink;
    (void)error;
    sum_up(stage->state, &sum);
    for (const struct map_entry *entry = NULL; (entry = next_code(&sum.drops, entry));)
        buffer_append_format(&text, "%s%.*s %lld",
                             text.length ? ", " : "rows not made beside others: ", (int)entry->key.length,
                             entry->key.bytes, (long long)entry->value);
    if (text.length && !stage->run->is_quiet) {
        error_set(&note, E_USAGE, "%s", buffer_string(&text));
        stage->run->say(stage->step, &note);
    }
    buffer_reset(&text);
    if (outlet_losses_append_text(&sum.losses, &text) && !stage->run->is_quiet) {
        error_set(&note, E_USAGE, "the profile has no place for: %s", buffer_string(&text));
        stage->run->say(stage->step, &note);
    }
    buffer_release(&text);
    map_release(&sum.drops);
    return FLOW_OK;
}
