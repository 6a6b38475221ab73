/* reshape.c - picks answers of a row. */
#include "dataset/reshape.h"

#include "dataset/render.h"

const char *const dataset_answers_names[] = { "keep", "chosen", "each", "none", NULL };

static struct dataset_row *make_rows(struct dataset_rows *rows, const struct dataset_row *row, size_t count,
                                     struct arena *arena)
{
    rows->rows = arena_allocate_zeroed(arena, count ? count : 1, sizeof *rows->rows);
    rows->count = count;
    for (size_t i = 0; i < count; i++)
        rows->rows[i] = *row;
    return rows->rows;
}

/* The steps of a solution as one answer, on lines of their own. */
static struct dataset_answer *join_steps(const struct dataset_row *row, struct arena *arena)
{
    struct dataset_answer *answer = arena_allocate_zeroed(arena, 1, sizeof *answer);
    struct dataset_part *parts = arena_allocate_zeroed(arena, row->answer_count + 1, sizeof *parts);
    struct dataset_message *message = arena_allocate_zeroed(arena, 1, sizeof *message);
    for (size_t i = 0; i < row->answer_count; i++) {
        parts[i].kind = DATASET_PART_TEXT;
        if (row->answers[i].count > 0)
            parts[i].text = dataset_message_text(row->answers[i].messages, arena);
    }
    message->parts = parts;
    message->part_count = row->answer_count;
    parts[0].text = dataset_message_text(message, arena);
    message->part_count = 1;
    message->role = DATASET_ASSISTANT;
    message->content_was_string = true;
    answer->messages = message;
    answer->count = 1;
    return answer;
}

static bool all_are_good(const struct dataset_row *row)
{
    for (size_t i = 0; i < row->answer_count; i++)
        if (row->answers[i].label != DATASET_LABEL_GOOD)
            return false;
    return row->answer_count > 0;
}

static struct dataset_answer *first_good(const struct dataset_row *row)
{
    for (size_t i = 0; i < row->answer_count; i++)
        if (row->answers[i].label == DATASET_LABEL_GOOD)
            return &row->answers[i];
    return NULL;
}

static bool take_chosen(const struct dataset_row *row, struct arena *arena, struct dataset_rows *rows,
                        struct error *error)
{
    bool is_labelled = row->form == DATASET_UNPAIRED || row->form == DATASET_STEPWISE;
    const struct dataset_answer *good = first_good(row);
    if (row->form != DATASET_PREFERENCE && !is_labelled) {
        make_rows(rows, row, 1, arena);
        return true;
    }
    if (is_labelled && !all_are_good(row)) {
        make_rows(rows, row, 0, arena);
        return true;
    }
    if (!good)
        return error_set(error, E_CONVERT_FORM, "no answer of the row is labelled as the better one");
    rows->losses = 1U << LOSS_LABEL;
    if (row->answer_count > 1 && row->form == DATASET_PREFERENCE)
        rows->losses |= 1U << LOSS_ANSWERS;
    if (row->answer_count > 1 && row->form == DATASET_STEPWISE)
        rows->losses |= 1U << LOSS_PARTS;
    struct dataset_row *made = make_rows(rows, row, 1, arena);
    made->form = DATASET_COMPLETION;
    made->answers =
        row->form == DATASET_STEPWISE ? join_steps(row, arena) : arena_allocate(arena, sizeof *made->answers);
    if (row->form != DATASET_STEPWISE)
        *made->answers = *good;
    made->answers->label = DATASET_LABEL_NONE;
    made->answers->score = (struct json_value){ 0 };
    made->answer_count = 1;
    return true;
}

static void take_each(const struct dataset_row *row, struct arena *arena, struct dataset_rows *rows)
{
    size_t count = 0;
    if (row->form != DATASET_PREFERENCE) {
        make_rows(rows, row, 1, arena);
        return;
    }
    struct dataset_row *made = make_rows(rows, row, row->answer_count, arena);
    for (size_t i = 0; i < row->answer_count; i++) {
        if (row->answers[i].label == DATASET_LABEL_NONE) {
            rows->losses |= 1U << LOSS_ANSWERS;
            continue;
        }
        made[count].form = DATASET_UNPAIRED;
        made[count].answers = &row->answers[i];
        made[count++].answer_count = 1;
    }
    rows->count = count;
}

static bool take_prompt(const struct dataset_row *row, struct arena *arena, struct dataset_rows *rows,
                        struct error *error)
{
    if (row->form == DATASET_TEXT)
        return error_set(error, E_CONVERT_FORM, "the row is plain text, which has no prompt");
    struct dataset_row *made = make_rows(rows, row, 1, arena);
    while (made->message_count > 0 && made->messages[made->message_count - 1].role != DATASET_USER)
        made->message_count--;
    if (made->message_count == 0)
        return error_set(error, E_CONVERT_FORM, "the row has no message of a user, which is the prompt");
    if (made->answer_count > 0 || made->message_count != row->message_count)
        rows->losses = 1U << LOSS_ANSWERS;
    made->form = DATASET_CHAT;
    made->is_plain = false;
    made->answer_count = 0;
    return true;
}

bool dataset_reshape(const struct dataset_row *row, enum dataset_answers answers, struct arena *arena,
                     struct dataset_rows *rows, struct error *error)
{
    *rows = (struct dataset_rows){ 0 };
    switch (answers) {
    case DATASET_ANSWERS_CHOSEN:
        return take_chosen(row, arena, rows, error);
    case DATASET_ANSWERS_EACH:
        take_each(row, arena, rows);
        return true;
    case DATASET_ANSWERS_NONE:
        return take_prompt(row, arena, rows, error);
    case DATASET_ANSWERS_KEEP:
    default:
        make_rows(rows, row, 1, arena);
        return true;
    }
}
