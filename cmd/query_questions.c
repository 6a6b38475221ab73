/* query_questions.c - the questions that are asked: the operand, or a file. */
#include "base/memory.h"
#include "base/utf8.h"
#include "query.h"
#include "stream/lines.h"

/* {"id","text"}, or {"_id","text"} as BEIR has it; an id may be an integer, as in an index. */
static bool read_query(struct query_run *run, struct batch *batch, struct record *record, struct question *question,
                       struct error *error)
{
    struct slice id = { 0 }, text = { 0 };
    const struct json_object *object = record_object(batch, record, error);
    if (!object)
        return false;
    bool is_beir = !json_object_find(object, SLICE("id")) && json_object_find(object, SLICE("_id"));
    struct slice key = is_beir ? SLICE("_id") : SLICE("id");
    const struct json_field *field = json_object_find(object, key);
    int64_t number = 0;
    if (field && json_object_count(object, key) == 1 && json_integer(field->value, &number))
        id = field->value.text;
    else if (!record_text(batch, record, key, &id, error))
        return false;
    if (!record_text(batch, record, SLICE("text"), &text, error))
        return false;
    struct slice *wording = arena_allocate(&run->arena, sizeof *wording);
    *wording = arena_copy(&run->arena, text);
    *question = (struct question){ .id = arena_copy(&run->arena, id), .wordings = wording, .wording_count = 1 };
    return true;
}

static bool add_question(void *context, struct slice line, int64_t number, struct error *error)
{
    struct query_run *run = context;
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    *record = (struct record){ .line = line, .file = run->options->queries, .line_number = number };
    run->questions =
        memory_grow(run->questions, &run->question_capacity, run->question_count + 1, sizeof *run->questions);
    bool is_good = read_query(run, batch, record, &run->questions[run->question_count], error);
    run->question_count += is_good;
    batch_free(batch);
    return is_good;
}

static bool read_queries(struct query_run *run, struct error *error)
{
    struct input *input = input_open(run->options->queries, NULL, error);
    if (!input)
        return false;
    struct lines *lines = lines_create(input, 0);
    bool is_good = lines_visit(lines, add_question, run, error);
    lines_close(lines);
    return is_good;
}

bool query_take_questions(struct query_run *run, struct error *error)
{
    if (run->options->queries)
        return read_queries(run, error);
    const struct option_list *texts = &run->options->texts;
    struct slice *wordings = arena_allocate(&run->arena, texts->count * sizeof *wordings);
    for (size_t i = 0; i < texts->count; i++) {
        wordings[i] = slice_of_string(texts->values[i]);
        if (!utf8_is_valid(wordings[i]))
            return error_set(error, E_USAGE, "TEXT is not valid UTF-8");
        if (slice_trim(wordings[i]).length == 0)
            return error_set(error, E_USAGE, "TEXT is empty");
    }
    run->questions = memory_allocate(sizeof *run->questions);
    run->questions[0] = (struct question){ .id = SLICE("1"), .wordings = wordings, .wording_count = texts->count };
    run->question_count = 1;
    return true;
}
