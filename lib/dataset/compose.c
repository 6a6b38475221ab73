/* compose.c - windows, limits and checks between a conversation and its rows. */
#include "dataset/compose.h"

#include "base/utf8.h"
#include "dataset/joined.h"
#include "dataset/support.h"

/* The messages of a dialogue on their way into rows. */
struct exchange {
    const struct compose_settings *settings;
    struct arena *arena;
    void *memory;
    struct composed *composed;
    struct dialogue_turn *turns; /* without the system's */
    size_t count;
    struct slice system;
    const struct dialogue *dialogue;
};

void compose_drop(struct composed *composed, struct arena *arena, const char *code, const char *reason)
{
    if (composed->drop_count == composed->drop_capacity)
        composed->drops = arena_grow(arena, composed->drops, &composed->drop_capacity, composed->drop_count + 1,
                                     sizeof *composed->drops);
    composed->drops[composed->drop_count++] = (struct compose_drop){ code, reason };
}

/* The leading system texts become one; neighbours of one role, too, when that is asked for. */
static void arrange(struct exchange *exchange, const struct dialogue *dialogue)
{
    struct joined system = { 0 }, said = { 0 };
    exchange->turns = arena_allocate(exchange->arena, (dialogue->count + 1) * sizeof *exchange->turns);
    for (size_t i = 0; i < dialogue->count; i++) {
        struct dialogue_turn turn = dialogue->turns[i];
        struct dialogue_turn *last = exchange->count ? &exchange->turns[exchange->count - 1] : NULL;
        if (turn.role == DATASET_SYSTEM && !last) {
            joined_add(&system, exchange->arena, SLICE("\n\n"), turn.text);
        } else if (exchange->settings->merges_turns && last && last->role == turn.role && !turn.image.length) {
            joined_add(&said, exchange->arena, SLICE("\n"), turn.text);
            last->text = said.text;
        } else {
            exchange->turns[exchange->count++] = turn;
            said = (struct joined){ .text = turn.text };
        }
    }
    exchange->system = system.text;
}

static bool is_user(const struct exchange *exchange, size_t place)
{
    return exchange->turns[place].role == DATASET_USER;
}

static bool is_last(const struct exchange *exchange, size_t place)
{
    return exchange->turns[place].role == (exchange->settings->wants_prompts ? DATASET_USER : DATASET_ASSISTANT);
}

/* Without what stands before the first question and behind the last answer. */
static const char *cut_ends(struct exchange *exchange)
{
    size_t start = 0, end = exchange->count;
    while (start < end && !is_user(exchange, start))
        start++;
    if (start == end)
        return "no_question";
    while (end > start && !is_last(exchange, end - 1))
        end--;
    if (end == start)
        return "no_answer";
    exchange->composed->turns_cut += exchange->count - (end - start);
    exchange->turns += start;
    exchange->count = end - start;
    return NULL;
}

static const char *find_empty(const struct exchange *exchange)
{
    for (size_t i = 0; i < exchange->count; i++)
        if (exchange->turns[i].text.length == 0 && exchange->turns[i].image.length == 0) {
            if (exchange->count > 2)
                return "empty_turn";
            return is_user(exchange, i) ? "no_question" : "no_answer";
        }
    return NULL;
}

const char *compose_reason(const char *code)
{
    static const char *const reasons[][2] = {
        { "no_question", "there is no question" },
        { "no_answer", "there is no answer" },
        { "empty_turn", "a turn says nothing" },
        { "unknown_role", "a speaker's role is not known" },
        { "too_long", "not even the last exchange is within the limits" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i][0], code) == 0)
            return reasons[i][1];
    return code;
}

static bool measure(const struct exchange *exchange, const struct dialogue_turn *turn, int64_t *characters,
                    int64_t *tokens, struct error *error)
{
    const struct compose_settings *settings = exchange->settings;
    size_t count = 0;
    if (settings->characters_maximum)
        *characters += (int64_t)utf8_count(turn->text);
    if (settings->tokens_maximum &&
        !tokenizer_count_text(settings->tokenizer, exchange->memory, turn->text, &count, error))
        return false;
    *tokens += (int64_t)count;
    return true;
}

/* The first turn from which the row fits: *start, `end` when nothing does. */
static bool find_fit(const struct exchange *exchange, size_t *start, size_t end, struct error *error)
{
    const struct compose_settings *settings = exchange->settings;
    const struct dialogue_turn system = { .text = exchange->system };
    int64_t characters = 0, tokens = 0;
    size_t fit = end;
    if (!settings->characters_maximum && !settings->tokens_maximum && !settings->turns_maximum)
        return true;
    if (!measure(exchange, &system, &characters, &tokens, error))
        return false;
    for (size_t i = end; i > *start; i--) {
        if (!measure(exchange, &exchange->turns[i - 1], &characters, &tokens, error))
            return false;
        if ((settings->characters_maximum && characters > settings->characters_maximum) ||
            (settings->tokens_maximum && tokens > settings->tokens_maximum) ||
            (settings->turns_maximum && (int64_t)(end - i + 1) > settings->turns_maximum))
            break;
        if (is_user(exchange, i - 1) && (i < end || settings->wants_prompts))
            fit = i - 1;
    }
    *start = fit;
    return true;
}

void compose_message(const struct compose_settings *settings, const struct dialogue_turn *turn, struct arena *arena,
                     struct dataset_message *message)
{
    *message = (struct dataset_message){ .role = turn->role,
                                         .role_name = slice_of_string(dataset_role_names[turn->role]),
                                         .weight = turn->weight,
                                         .content_was_string = turn->image.length == 0 };
    message->parts = arena_allocate_zeroed(arena, 2, sizeof *message->parts);
    if (turn->image.length) {
        struct dataset_part *part = &message->parts[message->part_count++];
        part->kind = DATASET_PART_IMAGE;
        struct joined uri = { .text = slice_of_string(settings->image_prefix) };
        joined_add(&uri, arena, SLICE(""), turn->image);
        part->uri = uri.text;
    }
    if (turn->text.length || !turn->image.length)
        message->parts[message->part_count++] = (struct dataset_part){ .kind = DATASET_PART_TEXT, .text = turn->text };
}

struct dataset_row *compose_add_row(struct composed *composed, struct arena *arena)
{
    if (composed->count == composed->capacity)
        composed->rows =
            arena_grow(arena, composed->rows, &composed->capacity, composed->count + 1, sizeof *composed->rows);
    struct dataset_row *row = &composed->rows[composed->count++];
    *row = (struct dataset_row){ .form = DATASET_CHAT };
    return row;
}

/* All turns but the last as one text with tags, the last one as what completes it. */
static void tag_row(const struct exchange *exchange, size_t start, size_t end, struct dataset_row *row)
{
    const struct compose_settings *settings = exchange->settings;
    struct arena *arena = exchange->arena;
    struct buffer text = { 0 };
    struct dialogue_turn prompt = { .role = DATASET_USER }, answer = exchange->turns[end - 1];
    size_t last = settings->wants_prompts ? end : end - 1;
    if (exchange->system.length) {
        buffer_append_slice(&text, settings->tags[DATASET_SYSTEM]);
        buffer_append_slice(&text, exchange->system);
        buffer_append_byte(&text, '\n');
    }
    for (size_t i = start; i < last; i++) {
        buffer_append_slice(&text, settings->tags[exchange->turns[i].role]);
        buffer_append_slice(&text, exchange->turns[i].text);
        buffer_append_byte(&text, '\n');
    }
    buffer_append_slice(&text, settings->tags[DATASET_ASSISTANT]);
    prompt.text = slice_trim(arena_copy(arena, buffer_slice(&text)));
    buffer_release(&text);
    row->form = settings->wants_prompts ? DATASET_CHAT : DATASET_COMPLETION;
    row->is_plain = true;
    row->messages = arena_allocate_zeroed(arena, 1, sizeof *row->messages);
    row->message_count = 1;
    compose_message(settings, &prompt, arena, row->messages);
    if (settings->wants_prompts)
        return;
    row->answers = arena_allocate_zeroed(arena, 1, sizeof *row->answers);
    row->answer_count = 1;
    row->answers->messages = arena_allocate_zeroed(arena, 1, sizeof *row->answers->messages);
    row->answers->count = 1;
    compose_message(settings, &answer, arena, row->answers->messages);
}

/* NULL, or why the passage does not hold the answer. */
static const char *find_unsupported(const struct exchange *exchange, size_t start, size_t end)
{
    const struct dialogue *dialogue = exchange->dialogue;
    struct support support;
    if (exchange->settings->support < 0 || !dialogue->has_passage || exchange->settings->wants_prompts)
        return NULL;
    support_check(exchange->turns[end - 1].text, dialogue->passage, exchange->turns[start].text, exchange->arena,
                  &support);
    if (support.missing_number.length)
        return arena_format(exchange->arena, "number %.*s is not in the passage", (int)support.missing_number.length,
                            support.missing_number.bytes);
    if (support.missing_quote.length)
        return arena_format(exchange->arena, "the quotation \"%.*s\" is not in the passage",
                            (int)support.missing_quote.length, support.missing_quote.bytes);
    if (support_share(&support) >= exchange->settings->support)
        return NULL;
    return arena_format(exchange->arena, "%zu of %zu words are in the passage; '%.*s' is not", support.found,
                        support.words, (int)support.missing_word.length, support.missing_word.bytes);
}

static bool add_window(const struct exchange *exchange, size_t start, size_t end, struct error *error)
{
    const struct compose_settings *settings = exchange->settings;
    struct arena *arena = exchange->arena;
    size_t first = start;
    if (!find_fit(exchange, &start, end, error))
        return false;
    const char *unsupported = start < end ? find_unsupported(exchange, start, end) : NULL;
    if (start >= end || unsupported) {
        compose_drop(exchange->composed, arena, unsupported ? "unsupported" : "too_long",
                     unsupported ? unsupported : compose_reason("too_long"));
        return true;
    }
    exchange->composed->turns_cut += start - first;
    struct dataset_row *row = compose_add_row(exchange->composed, arena);
    if (settings->has_tags) {
        tag_row(exchange, start, end, row);
        return true;
    }
    row->messages = arena_allocate_zeroed(arena, end - start + 1, sizeof *row->messages);
    if (exchange->system.length) {
        const struct dialogue_turn system = { .role = DATASET_SYSTEM, .text = exchange->system };
        compose_message(settings, &system, arena, &row->messages[row->message_count++]);
    }
    for (size_t i = start; i < end; i++) {
        struct dataset_message *message = &row->messages[row->message_count++];
        compose_message(settings, &exchange->turns[i], arena, message);
        if (settings->trains_last && message->role == DATASET_ASSISTANT && i + 1 < end)
            message->weight = (struct json_value){ .text = SLICE("0"), .type = JSON_NUMBER };
    }
    return true;
}

static bool add_windows(const struct exchange *exchange, struct error *error)
{
    size_t window = (size_t)exchange->settings->window;
    size_t stride = exchange->settings->stride ? (size_t)exchange->settings->stride : window;
    size_t covered = 0;
    if (window == 0 || window >= exchange->count)
        return add_window(exchange, 0, exchange->count, error);
    for (size_t start = 0; start < exchange->count && covered < exchange->count; start += stride) {
        while (start < exchange->count && !is_user(exchange, start))
            start++;
        size_t end = start + window < exchange->count ? start + window : exchange->count;
        while (end > start && !is_last(exchange, end - 1))
            end--;
        if (end <= start || end <= covered)
            continue;
        covered = end;
        if (!add_window(exchange, start, end, error))
            return false;
    }
    return true;
}

bool compose_rows(const struct compose_settings *settings, const struct mapping *mapping, struct dialogue *dialogue,
                  void *memory, struct arena *arena, struct composed *composed, struct error *error)
{
    struct exchange exchange = {
        .settings = settings, .arena = arena, .memory = memory, .composed = composed, .dialogue = dialogue
    };
    const char *code = dialogue_tell_roles(mapping, dialogue);
    if (!code) {
        arrange(&exchange, dialogue);
        code = cut_ends(&exchange);
    }
    if (!code)
        code = find_empty(&exchange);
    if (!code)
        return add_windows(&exchange, error);
    compose_drop(composed, arena, code, compose_reason(code));
    return true;
}
