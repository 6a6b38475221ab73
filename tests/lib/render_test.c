/* render_test.c - rows made by hand, written by the tables of profiles. */
#include "dataset/render.h"
#include "test.h"

/* A row on the stack of a test: parts and messages are taken from here. */
struct making {
    struct arena arena;
    struct dataset_row row;
};

static struct dataset_part text_of(const char *text)
{
    return (struct dataset_part){ .kind = DATASET_PART_TEXT, .text = slice_of_string(text) };
}

static struct dataset_message message(struct making *making, enum dataset_role role, const char *text)
{
    struct dataset_message made = { .role = role, .content_was_string = true };
    if (!text)
        made.content_is_null = true;
    if (!text)
        return made;
    made.parts = arena_allocate_zeroed(&making->arena, 4, sizeof *made.parts);
    made.parts[0] = text_of(text);
    made.part_count = 1;
    return made;
}

static struct dataset_message *add(struct making *making, enum dataset_role role, const char *text)
{
    struct dataset_row *row = &making->row;
    if (!row->messages)
        row->messages = arena_allocate_zeroed(&making->arena, 16, sizeof *row->messages);
    row->messages[row->message_count] = message(making, role, text);
    return &row->messages[row->message_count++];
}

static struct dataset_answer *answer(struct making *making, const char *text, enum dataset_label label)
{
    struct dataset_row *row = &making->row;
    if (!row->answers)
        row->answers = arena_allocate_zeroed(&making->arena, 8, sizeof *row->answers);
    struct dataset_answer *made = &row->answers[row->answer_count++];
    made->messages = arena_allocate_zeroed(&making->arena, 4, sizeof *made->messages);
    made->messages[0] = message(making, DATASET_ASSISTANT, text);
    made->count = 1;
    made->label = label;
    return made;
}

static void add_call(struct making *making, struct dataset_message *to, const char *id, const char *name,
                     const char *arguments)
{
    to->tool_calls = arena_allocate_zeroed(&making->arena, 1, sizeof *to->tool_calls);
    to->tool_calls[0] = (struct dataset_tool_call){ .id = slice_of_string(id),
                                                    .name = slice_of_string(name),
                                                    .arguments = slice_of_string(arguments),
                                                    .was_string = true };
    to->tool_call_count = 1;
}

/* "system media" of the bits; static storage is the arena's. */
static const char *losses_text(unsigned losses, struct arena *arena)
{
    const char *text = "";
    for (unsigned i = 0; i < LOSS_COUNT; i++)
        if (losses >> i & 1)
            text = arena_format(arena, "%s%s%s", text, *text ? " " : "", dataset_loss_names[i]);
    return text;
}

/* Writes the row for the profile; wanted: the record, then what is lost. */
static void expect_row(struct making *making, const char *profile_name, const struct dataset_render_options *options,
                       const char *wanted, const char *lost)
{
    static const struct dataset_render_options none = { 0 };
    struct buffer output = { 0 };
    struct error error;
    unsigned losses;
    const struct profile *profile = profile_find(slice_of_string(profile_name), &error);
    EXPECT_OK(profile, &error);
    EXPECT_OK(
        dataset_render(profile, &making->row, options ? options : &none, &making->arena, &output, &losses, &error),
        &error);
    EXPECT_SLICE(buffer_slice(&output), slice_of_string(wanted));
    EXPECT_SLICE(slice_of_string(losses_text(losses, &making->arena)), slice_of_string(lost));
    buffer_release(&output);
}

static void expect_refusal(struct making *making, const char *profile_name, const char *message_wanted)
{
    static const struct dataset_render_options none = { 0 };
    struct buffer output = { 0 };
    struct error error;
    unsigned losses;
    const struct profile *profile = profile_find(slice_of_string(profile_name), &error);
    EXPECT_OK(profile, &error);
    EXPECT(!dataset_render(profile, &making->row, &none, &making->arena, &output, &losses, &error));
    EXPECT_ERROR(&error, E_CONVERT_FORM, message_wanted);
    EXPECT_INTEGER(output.length, 0);
    buffer_release(&output);
}

static struct json_value json(const char *text)
{
    struct json_value value = { 0 };
    struct error error;
    EXPECT_OK(json_scan(slice_of_string(text), &value, &error), &error);
    return value;
}

TEST(render_chat, "render: a chat in the forms of several services")
{
    struct making making = { .row.form = DATASET_CHAT };
    add(&making, DATASET_SYSTEM, "One word.");
    add(&making, DATASET_USER, "Opposite of \"hot\"?");
    add(&making, DATASET_ASSISTANT, "Cold.")->weight = json("1");
    expect_row(&making, "openai-sft", NULL,
               "{\"messages\":[{\"role\":\"system\",\"content\":\"One word.\"},"
               "{\"role\":\"user\",\"content\":\"Opposite of \\\"hot\\\"?\"},"
               "{\"role\":\"assistant\",\"content\":\"Cold.\",\"weight\":1}]}",
               "");
    expect_row(&making, "bedrock-converse", NULL,
               "{\"schemaVersion\":\"bedrock-conversation-2024\",\"system\":[{\"text\":\"One word.\"}],\"messages\":["
               "{\"role\":\"user\",\"content\":[{\"text\":\"Opposite of \\\"hot\\\"?\"}]},"
               "{\"role\":\"assistant\",\"content\":[{\"text\":\"Cold.\"}]}]}",
               "weight");
    expect_row(&making, "bedrock-claude", NULL,
               "{\"system\":\"One word.\",\"messages\":[{\"role\":\"user\",\"content\":\"Opposite of \\\"hot\\\"?\"},"
               "{\"role\":\"assistant\",\"content\":\"Cold.\"}]}",
               "weight");
    expect_row(&making, "trl-prompt-completion", NULL,
               "{\"prompt\":[{\"role\":\"system\",\"content\":\"One word.\"},"
               "{\"role\":\"user\",\"content\":\"Opposite of \\\"hot\\\"?\"}],"
               "\"completion\":[{\"role\":\"assistant\",\"content\":\"Cold.\"}]}",
               "weight");
    expect_row(&making, "bedrock-text", NULL, "{\"prompt\":\"Opposite of \\\"hot\\\"?\",\"completion\":\"Cold.\"}",
               "system weight");
    expect_row(&making, "bedrock-text", &(struct dataset_render_options){ .system_joiner = "\n\n" },
               "{\"prompt\":\"One word.\\n\\nOpposite of \\\"hot\\\"?\",\"completion\":\"Cold.\"}", "role weight");
    expect_refusal(&making, "trl-text", "the row is of the form chat, trl-text takes text");
    arena_release(&making.arena);
}

TEST(render_tools, "render: calls of tools keep their arguments, ids are made where a target wants them")
{
    struct making making = { .row.form = DATASET_CHAT };
    struct dataset_tool tool = { .name = SLICE_INIT("tide_at"), .parameters = json("{\"type\":\"object\"}") };
    making.row.tools = &tool;
    making.row.tool_count = 1;
    add(&making, DATASET_USER, "Tide?");
    add_call(&making, add(&making, DATASET_ASSISTANT, NULL), "", "tide_at", "{\"p\":1e400}");
    add(&making, DATASET_TOOL, "4 m");
    add(&making, DATASET_ASSISTANT, "4 m");
    expect_row(&making, "openai-sft", NULL,
               "{\"messages\":[{\"role\":\"user\",\"content\":\"Tide?\"},{\"role\":\"assistant\",\"content\":null,"
               "\"tool_calls\":[{\"id\":\"call00001\",\"type\":\"function\",\"function\":{\"name\":\"tide_at\","
               "\"arguments\":\"{\\\"p\\\":1e400}\"}}]},{\"role\":\"tool\",\"content\":\"4 m\",\"tool_call_id\":"
               "\"call00001\"},{\"role\":\"assistant\",\"content\":\"4 m\"}],\"tools\":[{\"type\":\"function\","
               "\"function\":{\"name\":\"tide_at\",\"parameters\":{\"type\":\"object\"}}}]}",
               "ids");
    making.row.messages[1].tool_calls[0].was_string = false;
    expect_row(&making, "trl-messages", NULL,
               "{\"messages\":[{\"role\":\"user\",\"content\":\"Tide?\"},{\"role\":\"assistant\",\"content\":null,"
               "\"tool_calls\":[{\"type\":\"function\",\"function\":{\"name\":\"tide_at\","
               "\"arguments\":{\"p\":1e400}}}]},{\"role\":\"tool\",\"content\":\"4 m\"},{\"role\":\"assistant\","
               "\"content\":\"4 m\"}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"tide_at\","
               "\"parameters\":{\"type\":\"object\"}}}]}",
               "");
    expect_row(
        &making, "bedrock-claude", NULL,
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Tide?\"},{\"role\":\"assistant\",\"content\":\"4 m\"}]}",
        "tools");
    arena_release(&making.arena);
}

TEST(render_preference, "render: a preference with its prompt apart, inside both answers, and as plain texts")
{
    struct making making = { .row.form = DATASET_PREFERENCE };
    add(&making, DATASET_USER, "Sky?");
    answer(&making, "Blue.", DATASET_LABEL_GOOD);
    answer(&making, "Green.", DATASET_LABEL_BAD);
    expect_row(&making, "openai-dpo", NULL,
               "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"Sky?\"}]},"
               "\"preferred_output\":[{\"role\":\"assistant\",\"content\":\"Blue.\"}],"
               "\"non_preferred_output\":[{\"role\":\"assistant\",\"content\":\"Green.\"}]}",
               "");
    expect_row(
        &making, "trl-preference-implicit", NULL,
        "{\"chosen\":[{\"role\":\"user\",\"content\":\"Sky?\"},{\"role\":\"assistant\",\"content\":\"Blue.\"}],"
        "\"rejected\":[{\"role\":\"user\",\"content\":\"Sky?\"},{\"role\":\"assistant\",\"content\":\"Green.\"}]}",
        "");
    making.row.is_plain = true;
    expect_row(&making, "trl-preference", NULL, "{\"prompt\":\"Sky?\",\"chosen\":\"Blue.\",\"rejected\":\"Green.\"}",
               "");
    answer(&making, "Red.", DATASET_LABEL_BAD);
    expect_row(&making, "trl-preference", NULL, "{\"prompt\":\"Sky?\",\"chosen\":\"Blue.\",\"rejected\":\"Green.\"}",
               "answers");
    expect_refusal(&making, "openai-sft", "the row is of the form preference, openai-sft takes chat");
    making.row.answer_count = 1;
    expect_refusal(&making, "trl-preference", "the row has nothing for 'rejected', which trl-preference wants");
    arena_release(&making.arena);
}

TEST(render_media, "render: an image goes by reference where the target takes such, else it is named as lost")
{
    struct making making = { .row.form = DATASET_CHAT };
    struct dataset_message *asked = add(&making, DATASET_USER, "What is it?");
    asked->parts[1] = (struct dataset_part){ .kind = DATASET_PART_IMAGE, .uri = SLICE_INIT("s3://b/cat.JPG") };
    asked->part_count = 2;
    asked->content_was_string = false;
    add(&making, DATASET_ASSISTANT, "A cat.");
    expect_row(&making, "bedrock-converse", NULL,
               "{\"schemaVersion\":\"bedrock-conversation-2024\",\"messages\":[{\"role\":\"user\",\"content\":["
               "{\"text\":\"What is it?\"},{\"image\":{\"format\":\"jpeg\",\"source\":{\"s3Location\":{\"uri\":"
               "\"s3://b/cat.JPG\"}}}}]},{\"role\":\"assistant\",\"content\":[{\"text\":\"A cat.\"}]}]}",
               "");
    expect_row(&making, "openai-sft", NULL,
               "{\"messages\":[{\"role\":\"user\",\"content\":\"What is it?\"},"
               "{\"role\":\"assistant\",\"content\":\"A cat.\"}]}",
               "media");
    asked->parts[1] = (struct dataset_part){ .kind = DATASET_PART_IMAGE,
                                             .data = SLICE_INIT("iVBORw0KGgo="),
                                             .format = SLICE_INIT("png") };
    expect_row(&making, "openai-sft", NULL,
               "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"},"
               "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}}]},"
               "{\"role\":\"assistant\",\"content\":\"A cat.\"}]}",
               "");
    expect_row(&making, "bedrock-text", NULL, "{\"prompt\":\"What is it?\",\"completion\":\"A cat.\"}", "media");
    arena_release(&making.arena);
}

TEST(render_extras, "render: other fields go along when asked for and where the target allows them")
{
    struct making making = { .row.form = DATASET_COMPLETION, .row.is_plain = true };
    struct json_field extras[] = { { .key = SLICE_INIT("id"), .value = json("9007199254740993") },
                                   { .key = SLICE_INIT("tools"), .value = json("1") } };
    making.row.extras = extras;
    making.row.extra_count = 2;
    add(&making, DATASET_USER, "p");
    answer(&making, "c", DATASET_LABEL_NONE);
    const struct dataset_render_options keeping = { .keeps_extras = true };
    expect_row(&making, "trl-prompt-completion", NULL, "{\"prompt\":\"p\",\"completion\":\"c\"}", "extras");
    expect_row(&making, "bedrock-text", &keeping,
               "{\"prompt\":\"p\",\"completion\":\"c\",\"id\":9007199254740993,\"tools\":1}", "");
    expect_row(&making, "trl-prompt-completion", &keeping,
               "{\"prompt\":\"p\",\"completion\":\"c\",\"id\":9007199254740993}", "extras");
    expect_row(&making, "bedrock-claude", &keeping,
               "{\"messages\":[{\"role\":\"user\",\"content\":\"p\"},{\"role\":\"assistant\",\"content\":\"c\"}]}",
               "extras");
    arena_release(&making.arena);
}

TEST(render_turns, "render: neighbours of one role become one where roles alternate")
{
    struct making making = { .row.form = DATASET_CHAT };
    add(&making, DATASET_USER, "a");
    add(&making, DATASET_USER, "b");
    add(&making, DATASET_ASSISTANT, "c");
    expect_row(&making, "bedrock-claude", NULL,
               "{\"messages\":[{\"role\":\"user\",\"content\":\"a\\nb\"},{\"role\":\"assistant\",\"content\":\"c\"}]}",
               "turns");
    making.row.message_count = 2;
    expect_refusal(&making, "trl-prompt-completion",
                   "the chat has no answer to its last message, expected a user's message and an answer");
    arena_release(&making.arena);
}
