/* convert_test.c - laws of rendering and reading, over all profiles and rows that are made up from a seed. */
#include <stdio.h>

#include "dataset/detect.h"
#include "dataset/read.h"
#include "dataset/render.h"
#include "test.h"

enum { ROWS = 300, PAIR_ROWS = 50, MESSAGES_MAXIMUM = 16 };

struct random {
    uint64_t state;
};

static unsigned pick(struct random *random, unsigned count)
{
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return (unsigned)((random->state >> 11) % count);
}

static struct slice text(struct random *random)
{
    static const struct slice texts[] = {
        SLICE_INIT("How high is the tide?"),
        SLICE_INIT("a"),
        SLICE_INIT("\"quoted\" \\ and\nlines\t"),
        SLICE_INIT("\xc3\xa9t\xc3\xa9 \xf0\x9f\x8c\x8a"),
        SLICE_INIT("nul \0 inside"),
        SLICE_INIT(" spaces around "),
        SLICE_INIT("{\"json\": 1e400}"),
        SLICE_INIT("\xe2\x80\xa8 separators"),
        SLICE_INIT("Four metres, at noon."),
        SLICE_INIT("zz top"),
    };
    return texts[pick(random, sizeof texts / sizeof *texts)];
}

static struct json_value json(struct slice wanted)
{
    struct json_value value = { 0 };
    struct error error;
    EXPECT_OK(json_scan(wanted, &value, &error), &error);
    return value;
}

static void set_text(struct random *random, struct arena *arena, struct dataset_message *message)
{
    message->parts = arena_allocate_zeroed(arena, 4, sizeof *message->parts);
    message->parts[0].text = text(random);
    message->part_count = 1;
    message->content_was_string = true;
}

static void add_media(struct random *random, struct dataset_message *message)
{
    static const struct dataset_part media[] = {
        { .kind = DATASET_PART_IMAGE, .uri = SLICE_INIT("s3://bucket/a/cat.png"), .format = SLICE_INIT("png") },
        { .kind = DATASET_PART_IMAGE, .uri = SLICE_INIT("https://example.org/cat.jpeg") },
        { .kind = DATASET_PART_IMAGE, .data = SLICE_INIT("iVBORw0KGgo="), .format = SLICE_INIT("png") },
        { .kind = DATASET_PART_VIDEO, .uri = SLICE_INIT("gs://bucket/film.mp4"), .format = SLICE_INIT("mp4") },
        { .kind = DATASET_PART_DOCUMENT, .uri = SLICE_INIT("s3://bucket/a.pdf"), .format = SLICE_INIT("pdf") },
    };
    message->parts[message->part_count++] = media[pick(random, sizeof media / sizeof *media)];
    message->content_was_string = false;
}

/* A call of a tool, and what it answered. */
static size_t add_call(struct random *random, struct arena *arena, struct dataset_message *messages)
{
    static const struct slice arguments[] = { SLICE_INIT("{}"), SLICE_INIT("{\"n\":9007199254740993,\"x\":1.0}"),
                                              SLICE_INIT("{\"a\":[1e400,-0,{\"b\":null}]}") };
    struct dataset_tool_call *call = arena_allocate_zeroed(arena, 1, sizeof *call);
    call->name = SLICE("tide_at");
    call->arguments = arguments[pick(random, 3)];
    call->was_string = pick(random, 2);
    call->id = pick(random, 3) ? SLICE("abcdefgh1") : SLICE("");
    messages[0] = (struct dataset_message){ .role = DATASET_ASSISTANT, .content_is_null = true };
    messages[0].tool_calls = call;
    messages[0].tool_call_count = 1;
    messages[1] = (struct dataset_message){ .role = DATASET_TOOL, .tool_call_id = call->id };
    set_text(random, arena, &messages[1]);
    if (pick(random, 4) == 0)
        messages[1].name = call->name;
    return 2;
}

static struct dataset_message *add_message(struct random *random, struct arena *arena, struct dataset_row *row,
                                           enum dataset_role role)
{
    struct dataset_message *message = &row->messages[row->message_count++];
    *message = (struct dataset_message){ .role = role };
    set_text(random, arena, message);
    return message;
}

static void add_answer(struct random *random, struct arena *arena, struct dataset_row *row, enum dataset_label label)
{
    struct dataset_answer *answer = &row->answers[row->answer_count++];
    *answer = (struct dataset_answer){ .label = label, .count = 1 };
    answer->messages = arena_allocate_zeroed(arena, 1, sizeof *answer->messages);
    answer->messages->role = DATASET_ASSISTANT;
    set_text(random, arena, answer->messages);
}

static void add_tools(struct random *random, struct arena *arena, struct dataset_row *row)
{
    row->tools = arena_allocate_zeroed(arena, 1, sizeof *row->tools);
    row->tools->name = SLICE("tide_at");
    row->tools->description = pick(random, 2) ? SLICE("Height of the tide.") : SLICE("");
    row->tools->parameters = json(SLICE("{\"type\":\"object\",\"maximum\":1e400}"));
    row->tool_count = 1;
}

static void add_turns(struct random *random, struct arena *arena, struct dataset_row *row, bool is_rich)
{
    if (pick(random, 2))
        add_message(random, arena, row, DATASET_SYSTEM);
    if (is_rich && pick(random, 3) == 0)
        add_tools(random, arena, row);
    for (unsigned turns = pick(random, 3); turns > 0; turns--) {
        struct dataset_message *user = add_message(random, arena, row, DATASET_USER);
        if (is_rich && pick(random, 4) == 0)
            add_media(random, user);
        if (row->tool_count && pick(random, 2))
            row->message_count += add_call(random, arena, &row->messages[row->message_count]);
        struct dataset_message *assistant = add_message(random, arena, row, DATASET_ASSISTANT);
        if (is_rich && pick(random, 4) == 0)
            assistant->weight = json(pick(random, 2) ? SLICE("1") : SLICE("0"));
    }
    add_message(random, arena, row, DATASET_USER);
}

static void make_row(struct random *random, struct arena *arena, struct dataset_row *row)
{
    bool is_rich = pick(random, 2);
    *row = (struct dataset_row){ .form = (enum dataset_form)pick(random, DATASET_FORM_COUNT) };
    row->messages = arena_allocate_zeroed(arena, MESSAGES_MAXIMUM, sizeof *row->messages);
    row->answers = arena_allocate_zeroed(arena, 4, sizeof *row->answers);
    if (row->form == DATASET_TEXT) {
        row->is_plain = true;
        row->text = text(random);
        return;
    }
    row->is_plain = row->form != DATASET_CHAT && (row->form == DATASET_STEPWISE || pick(random, 2));
    if (row->is_plain)
        add_message(random, arena, row, DATASET_USER);
    else
        add_turns(random, arena, row, is_rich);
    if (row->form == DATASET_CHAT)
        add_message(random, arena, row, DATASET_ASSISTANT);
    if (row->form == DATASET_COMPLETION)
        add_answer(random, arena, row, DATASET_LABEL_NONE);
    if (row->form == DATASET_UNPAIRED || row->form == DATASET_PREFERENCE || row->form == DATASET_STEPWISE)
        add_answer(random, arena, row, DATASET_LABEL_GOOD);
    if (row->form == DATASET_PREFERENCE || row->form == DATASET_STEPWISE)
        add_answer(random, arena, row, DATASET_LABEL_BAD);
    while (row->answer_count == 2 &&
           slice_equal(row->answers[0].messages->parts->text, row->answers[1].messages->parts->text))
        row->answers[1].messages->parts->text = text(random);
}

/* The same row for every way to spell it: what was a string and what a list is forgotten. */
static void forget_spelling(struct dataset_message *messages, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        struct dataset_tool_call *calls = arena_allocate_zeroed(arena, messages[i].tool_call_count + 1, sizeof *calls);
        for (size_t j = 0; j < messages[i].tool_call_count; j++) {
            calls[j] = messages[i].tool_calls[j];
            calls[j].was_string = true;
        }
        messages[i].tool_calls = calls;
        messages[i].role_name = SLICE("");
        if (messages[i].role == DATASET_TOOL)
            messages[i].name = SLICE(""); /* that of the call */
        messages[i].content_was_string = messages[i].part_count == 1 && messages[i].parts[0].kind == DATASET_PART_TEXT;
        messages[i].content_is_null = messages[i].part_count == 0;
        struct dataset_part *parts = arena_allocate_zeroed(arena, messages[i].part_count + 1, sizeof *parts);
        for (size_t j = 0; j < messages[i].part_count; j++) {
            parts[j] = messages[i].parts[j];
            struct slice rest = parts[j].uri; /* the format that its name says */
            while (slice_find_byte(rest, '.') < rest.length)
                rest = slice_from(rest, slice_find_byte(rest, '.') + 1);
            if (parts[j].format.length == 0)
                parts[j].format = rest;
        }
        messages[i].parts = parts;
    }
}

/* A prompt with its completion is a chat. */
static void join_answer(struct dataset_row *row, struct arena *arena)
{
    size_t count = row->answers[0].count;
    struct dataset_message *messages = arena_allocate_zeroed(arena, row->message_count + count + 1, sizeof *messages);
    memcpy(messages, row->messages, row->message_count * sizeof *messages);
    memcpy(messages + row->message_count, row->answers[0].messages, count * sizeof *messages);
    row->messages = messages;
    row->message_count += count;
    row->answer_count = 0;
    row->form = DATASET_CHAT;
}

static struct slice canonical(const struct dataset_row *row, struct arena *arena)
{
    static const struct dataset_render_options none = { 0 };
    struct dataset_row copy = *row;
    struct buffer output = { 0 };
    struct error error;
    unsigned losses;
    copy.is_plain = copy.form == DATASET_TEXT || copy.form == DATASET_STEPWISE;
    copy.messages = arena_allocate_zeroed(arena, row->message_count + 1, sizeof *copy.messages);
    if (row->message_count)
        memcpy(copy.messages, row->messages, row->message_count * sizeof *copy.messages);
    forget_spelling(copy.messages, copy.message_count, arena);
    copy.answers = arena_allocate_zeroed(arena, row->answer_count + 1, sizeof *copy.answers);
    for (size_t i = 0; i < row->answer_count; i++) {
        copy.answers[i] = row->answers[i];
        copy.answers[i].messages = arena_allocate_zeroed(arena, row->answers[i].count + 1, sizeof *copy.messages);
        if (row->answers[i].count)
            memcpy(copy.answers[i].messages, row->answers[i].messages, row->answers[i].count * sizeof *copy.messages);
        forget_spelling(copy.answers[i].messages, copy.answers[i].count, arena);
    }
    if (copy.form == DATASET_COMPLETION)
        join_answer(&copy, arena);
    const struct profile *garner = profile_find(SLICE("garner"), &error);
    EXPECT_OK(dataset_render(garner, &copy, &none, arena, &output, &losses, &error), &error);
    struct slice kept = arena_copy(arena, buffer_slice(&output));
    buffer_release(&output);
    return kept;
}

/* Writes it; false: its form is none of the profile's, or it lacks what the profile wants. */
static bool write_row(const struct profile *profile, const struct dataset_row *row, struct arena *arena,
                      struct slice *line, unsigned *losses)
{
    static const struct dataset_render_options none = { 0 };
    struct dataset_row named = *row;
    struct buffer output = { 0 };
    struct error error;
    bool takes_id = dataset_profile_holds(profile, MEANING_ID);
    named.id = takes_id ? SLICE("row-1") : SLICE("");
    named.model = dataset_profile_holds(profile, MEANING_MODEL_NAME) ? SLICE("m") : SLICE("");
    bool is_written = dataset_render(profile, &named, &none, arena, &output, losses, &error);
    if (!is_written)
        EXPECT_ERROR(&error, E_CONVERT_FORM, NULL);
    *line = arena_copy(arena, buffer_slice(&output));
    buffer_release(&output);
    return is_written;
}

static void read_row(const struct profile *profile, struct slice line, struct arena *arena, struct dataset_row *row)
{
    struct json_object object;
    struct error error;
    EXPECT_OK(json_scan_object(line, arena, &object, &error), &error);
    struct dataset_faults faults = { .arena = arena, .root = { object.text, JSON_OBJECT, false } };
    const struct profile_layout *layout = dataset_layout_of(profile, &object, &faults);
    if (layout)
        dataset_read(profile, layout, &object, arena, row, &faults);
    if (!layout || faults.refusals > 0)
        test_fail(__FILE__, __LINE__, "%s refuses what was written for it: %s\n# %.*s", profile->name,
                  faults.faults[0].message, (int)line.length, line.bytes);
}

static void expect_same(const struct profile *profile, const struct profile *by, struct slice found,
                        struct slice wanted)
{
    if (!slice_equal(found, wanted))
        test_fail(__FILE__, __LINE__,
                  "%s%s%s: the row differs though no loss was named\n# found:    %.*s\n# expected: %.*s", profile->name,
                  by ? " by " : "", by ? by->name : "", (int)found.length, found.bytes, (int)wanted.length,
                  wanted.bytes);
}

TEST(convert_render_read,
     "convert: what is written for a profile is read back equal, but for the losses that were named")
{
    struct random random = { 20261127 };
    struct arena arena = { 0 };
    size_t exact = 0;
    for (size_t i = 0; i < profile_count * ROWS; i++) {
        const struct profile *profile = profiles[i % profile_count];
        struct dataset_row row, back;
        struct slice line, again;
        unsigned losses, more;
        make_row(&random, &arena, &row);
        if (write_row(profile, &row, &arena, &line, &losses)) {
            read_row(profile, line, &arena, &back);
            bool is_same_form = back.form == row.form;
            if (losses == 0 && is_same_form)
                expect_same(profile, NULL, canonical(&back, &arena), canonical(&row, &arena));
            exact += losses == 0 && is_same_form;
            bool is_whole =
                back.form == DATASET_TEXT || back.message_count > 0; /* else the shared prompt was not found */
            if (is_whole) {                                          /* what remained stays */
                EXPECT(write_row(profile, &back, &arena, &again, &more));
                read_row(profile, again, &arena, &row);
                expect_same(profile, NULL, canonical(&row, &arena), canonical(&back, &arena));
            }
        }
        arena_reset(&arena);
    }
    EXPECT(exact > profile_count * ROWS / 20);
    arena_release(&arena);
}

TEST(convert_pairs, "convert: from one profile to another and back is the same row when no loss was named")
{
    struct random random = { 42 };
    struct arena arena = { 0 };
    size_t exact = 0;
    for (size_t i = 0; i < profile_count * profile_count * PAIR_ROWS; i++) {
        const struct profile *one = profiles[i % profile_count], *other = profiles[i / profile_count % profile_count];
        struct dataset_row made, row, there, back;
        struct slice line;
        unsigned losses;
        make_row(&random, &arena, &made);
        if (write_row(one, &made, &arena, &line, &losses)) {
            read_row(one, line, &arena, &row);
            bool is_whole =
                row.form == DATASET_TEXT || row.message_count > 0; /* else the shared prompt was not found */
            if (is_whole && write_row(other, &row, &arena, &line, &losses)) {
                bool is_lossless = losses == 0;
                read_row(other, line, &arena, &there);
                if (is_lossless) {
                    EXPECT(write_row(one, &there, &arena, &line, &losses));
                    read_row(one, line, &arena, &back);
                    expect_same(one, other, canonical(&back, &arena), canonical(&row, &arena));
                    exact++;
                }
            }
        }
        arena_reset(&arena);
    }
    EXPECT(exact > profile_count * profile_count);
    arena_release(&arena);
}
