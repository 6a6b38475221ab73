/* dialogue_test.c - records to conversations to rows, by mappings. */
#include "dataset/compose.h"
#include "dataset/outlet.h"

#include "test.h"

static struct arena arena;

/* "user: a | assistant: b", a line a row; then "-code: reason" for what was not made. */
static void append_row(const struct dataset_row *row, struct buffer *text)
{
    for (size_t i = 0; i < row->message_count; i++) {
        const struct dataset_message *message = &row->messages[i];
        struct slice said = dataset_message_text(message, &arena);
        buffer_append_format(text, "%s%c%s: %.*s", i ? " | " : "", dataset_role_names[message->role][0],
                             message->weight.type == JSON_NUMBER ? "!" : "", (int)said.length, said.bytes);
        if (message->parts[0].kind == DATASET_PART_IMAGE)
            buffer_append_format(text, "<%.*s>", (int)message->parts[0].uri.length, message->parts[0].uri.bytes);
    }
    if (row->answer_count)
        buffer_append_format(text, " => %.*s", (int)dataset_message_text(row->answers->messages, &arena).length,
                             dataset_message_text(row->answers->messages, &arena).bytes);
    buffer_append_byte(text, '\n');
}

/* What a record gives; of the error when it fails. Records of one thread are split by newlines. */
static struct slice rows_of(const char *mapping_text, const char *records, const struct compose_settings *settings)
{
    struct mapping mapping;
    struct error error;
    struct buffer text = { 0 };
    struct composed composed = { 0 };
    struct dialogues dialogues = { .arena = &arena };
    const struct json_object *objects[8];
    size_t count = 0;
    EXPECT_OK(mapping_load(slice_of_string(mapping_text), "m.yaml", &arena, &mapping, &error), &error);
    for (struct slice rest = slice_of_string(records); rest.length > 0;) {
        size_t end = slice_find_byte(rest, '\n');
        struct json_object *object = arena_allocate(&arena, sizeof *object);
        EXPECT_OK(json_scan_object(slice_between(rest, 0, end), &arena, object, &error), &error);
        objects[count++] = object;
        rest = slice_from(rest, end + 1);
    }
    bool is_good = mapping_gathers(&mapping) ? dialogues_of_group(&mapping, objects, count, &dialogues, &error)
                                             : dialogues_of_record(&mapping, objects[0], &dialogues, &error);
    for (size_t i = 0; is_good && i < dialogues.count; i++)
        is_good = compose_rows(settings, &mapping, &dialogues.list[i], NULL, &arena, &composed, &error);
    for (size_t i = 0; i < composed.count; i++)
        append_row(&composed.rows[i], &text);
    for (size_t i = 0; i < composed.drop_count; i++)
        buffer_append_format(&text, "-%s\n", composed.drops[i].code);
    if (!is_good)
        buffer_append_format(&text, "!%s %s", code_entry(error.code)->name, error.message);
    struct slice result = arena_copy(&arena, buffer_slice(&text));
    buffer_release(&text);
    mapping_release(&mapping);
    return result;
}

#define TURNS "turns: {path: m, role: r, content: c}\n"

TEST(dialogue_bytes, "dialogue: a tree whose leaves repeat a long text ends at a limit")
{
    enum { TEXT = 1024 * 1024, LEAVES = 300 };
    struct buffer record = { 0 };
    buffer_append_string(&record, "{\"p\":{\"r\":\"user\",\"c\":\"");
    for (size_t i = 0; i < TEXT / 16; i++)
        buffer_append_string(&record, "sixteen letters ");
    buffer_append_string(&record, ".\",\"k\":[");
    for (size_t i = 0; i < LEAVES; i++)
        buffer_append_string(&record, i ? ",{\"c\":\"a\"}" : "{\"c\":\"a\"}");
    buffer_append_string(&record, "]}}");
    const struct compose_settings settings = { .support = -1 };
    EXPECT_SLICE(rows_of("tree: {path: p, role: r, content: c, children: k}", buffer_string(&record), &settings),
                 SLICE("!E_LIMIT the record or thread makes more than 256 MiB of text, the most that one may"));
    buffer_release(&record);
    arena_release(&arena);
}

TEST(dialogue_mappings, "dialogue: every kind of source, and what is missing in it")
{
    static const char *const cases[][3] = {
        { "user: '{{q}}'\nassistant: '{{a}}'", "{\"q\":\" 2+2?\\n\",\"a\":4}", "u: 2+2? | a: 4\n" },
        { "user: '{{q}}'\nassistant: '{{a}}'", "{\"q\":\"x\",\"metadata\":{\"q\":\"y\",\"a\":\"z\"}}",
          "u: x | a: z\n" },
        { "user: '{{q}}'\nassistant: '{{a}}'", "{\"q\":\"x\"}",
          "!E_FIELD_MISSING field 'a' is missing, expected by the template; {{a|}} allows that" },
        { "user: '{{q}}'\nassistant: '{{a}}'", "{\"q\":\"x\",\"a\":\" \"}", "-no_answer\n" },
        { "user: '{{q}}'\nassistant: '{{a}}'", "{\"q\":\"\",\"a\":\"y\"}", "-no_question\n" },
        { "system: '{{s|}}'\nuser: '{{q}}'\nassistant: x", "{\"q\":\"y\"}", "u: y | a: x\n" },
        { "system: '{{s|}}'\nuser: '{{q}}'\nassistant: x", "{\"q\":\"y\",\"s\":\"z\"}", "s: z | u: y | a: x\n" },
        { TURNS, "{\"m\":[{\"r\":\"human\",\"c\":\"a\"},{\"r\":\"GPT\",\"c\":\"b\"}]}", "u: a | a: b\n" },
        { TURNS,
          "{\"m\":[{\"r\":\"bot\",\"c\":\"hi\"},{\"r\":\"user\",\"c\":\"a\"},{\"r\":\"bot\",\"c\":\"b\"},"
          "{\"r\":\"user\",\"c\":\"c\"}]}",
          "u: a | a: b\n" },
        { TURNS,
          "{\"m\":[{\"r\":\"user\",\"c\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\"},\"b\"]},"
          "{\"r\":\"model\",\"c\":\"b\"}]}",
          "u: a\nb | a: b\n" },
        { TURNS,
          "{\"m\":[{\"r\":\"user\",\"c\":\"a\"},{\"r\":\"agent\",\"c\":null},{\"r\":\"user\",\"c\":\"a\"},"
          "{\"r\":\"agent\",\"c\":\"b\"}]}",
          "-empty_turn\n" },
        { TURNS, "{\"m\":[{\"r\":\"user\",\"c\":\"a\"},{\"r\":\"boss\",\"c\":\"b\"}]}", "-unknown_role\n" },
        { TURNS, "{\"m\":[{\"r\":\"user\",\"c\":{}}]}", "!E_FIELD_TYPE 'c' is an object, expected a text" },
        { "parse: yaml\nrows: $\nturns: {shape: alternatives}", "{\"text\":\"- 7\"}",
          "!E_FIELD_TYPE '$' is a number, expected an array" },
        { "thread: {key: k, role: r, content: c}", "{\"k\":1,\"r\":{},\"c\":\"a\"}",
          "!E_FIELD_TYPE 'r' is an object, expected a text" },
        { "thread: {key: k, role: r, content: c}", "{\"k\":1,\"r\":\"user\",\"r\":\"bot\",\"c\":\"a\"}",
          "!E_JSON_DUPKEY a key of 'r' stands twice" },
        { TURNS, "{\"m\":[{\"c\":\"a\"}]}", "!E_FIELD_MISSING a turn has no 'r'" },
        { TURNS, "{\"m\":7}", "!E_FIELD_TYPE 'm' is a number, expected an array" },
        { TURNS, "{}", "!E_FIELD_MISSING 'm' is missing, expected an array" },
        { TURNS, "{\"m\":[]}", "-no_question\n" },
        { TURNS "roles: {assistant: [boss], skip: [log]}",
          "{\"m\":[{\"r\":\"user\",\"c\":\"a\"},{\"r\":\"log\",\"c\":\"b\"},{\"r\":\"Boss\",\"c\":\"c\"}]}",
          "u: a | a: c\n" },
        { TURNS "roles: {others: opener}",
          "{\"m\":[{\"r\":\"ann\",\"c\":\"a\"},{\"r\":\"bob\",\"c\":\"b\"},{\"r\":\"eve\",\"c\":\"c\"},{\"r\":\"Ann\","
          "\"c\":\"d\"},"
          "{\"r\":\"bob\",\"c\":\"e\"}]}",
          "u: a | a: b | a: c | u: d | a: e\n" },
        { "turns: {path: m, role: r, content: c, order: n, weight: w}",
          "{\"m\":[{\"r\":\"gpt\",\"c\":\"b\",\"n\":2,\"w\":0},{\"r\":\"user\",\"c\":\"a\",\"n\":1}]}",
          "u: a | a!: b\n" },
        { "turns: {path: t, shape: alternating}", "{\"t\":[\"a\",\"b\",\"c\"]}", "u: a | a: b\n" },
        { "turns: {path: h, shape: pairs}\nuser: '{{q}}'\nassistant: '{{a}}'",
          "{\"h\":[[\"a\",\"b\"],[\"c\",\"d\"]],\"q\":\"e\",\"a\":\"f\"}",
          "u: a | a: b | u: c | a: d | u: e | a: f\n" },
        { "turns: {path: h, shape: pairs}\nuser: '{{q}}'\nassistant: '{{a}}'", "{\"q\":\"e\",\"a\":\"f\"}",
          "u: e | a: f\n" },
        { "parse: yaml\nrows: c\nturns: {shape: alternatives}", "{\"text\":\"c:\\n- [a, b, c]\\n- [d]\\n\"}",
          "u: a | a: b\nu: a | a: c\n-no_answer\n" },
        { "parse: json\nrows: $\nuser: '{{0}}'\nassistant: '{{1}} of {{record.id}}'",
          "{\"id\":\"x\",\"text\":\"[[\\\"a\\\",\\\"b\\\"],[\\\"c\\\",1.0]]\"}",
          "u: a | a: b of x\nu: c | a: 1.0 of x\n" },
        { "parse: json\nuser: '{{q}}'\nassistant: x", "{\"text\":\"{q: 1}\"}",
          "!E_DATA the text is no JSON: expected a key in double quotes" },
        { "rows: i\nuser: '{{record.q}} {{x|}}'\nassistant: '{{y}}'",
          "{\"q\":\"a\",\"i\":[{\"y\":\"b\"},{\"x\":1,\"y\":2}]}", "u: a | a: b\nu: a 1 | a: 2\n" },
        { "tree: {path: p, role: r, content: c, children: k, rank: n}",
          "{\"p\":{\"r\":\"user\",\"c\":\"a\",\"k\":[{\"r\":\"gpt\",\"c\":\"b\",\"n\":1,\"k\":[]},{\"r\":\"gpt\",\"c\":"
          "\"c\",\"n\":0}]}}",
          "u: a | a: b\nu: a | a: c\n" },
        { "tree: {path: p, role: r, content: c, children: k, rank: n, choose: best}",
          "{\"p\":{\"r\":\"user\",\"c\":\"a\",\"k\":[{\"r\":\"gpt\",\"c\":\"b\",\"n\":1,\"k\":[]},{\"r\":\"gpt\",\"c\":"
          "\"c\",\"n\":0}]}}",
          "u: a | a: c\n" },
        { "tree: {path: p, role: r, content: c, children: k}", "{\"p\":[]}",
          "!E_FIELD_TYPE 'p' is an array, expected an object" },
        { "thread: {key: k, role: r, content: c}", "{\"r\":\"user\",\"c\":\"a\"}\n{\"r\":\"gpt\",\"c\":\"b\"}",
          "u: a | a: b\n" },
        { "image: '{{f}}'\nassistant: '{{t}}'", "{\"f\":\"a.png\",\"t\":\"cat\"}", "u: <a.png> | a: cat\n" },
        { "image: '{{f}}'\nuser: what?\nassistant: '{{t}}'", "{\"f\":\"a.png\",\"t\":\"cat\"}",
          "u: what?<a.png> | a: cat\n" },
    };
    static const struct compose_settings settings = { .support = -1 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_SLICE(rows_of(cases[i][0], cases[i][1], &settings), slice_of_string(cases[i][2]));
    arena_release(&arena);
}

#define LOG                                                                                                            \
    "lines: {pattern: '(?m)^<(?<speaker>\\w+)> (?<text>.*)$', addressed: '^(?<to>\\w+)[:,] ', within: 3}\n"            \
    "roles: {others: opener}"

TEST(dialogue_lines, "dialogue: transcripts and chat logs")
{
    static const char *const cases[][3] = {
        { "lines: {path: t, pattern: '(?:^|\\n\\n)(?<speaker>Human|Assistant):'}",
          "{\"t\":\"\\n\\nHuman: a\\n\\nb\\n\\nAssistant: c\\n\\nHuman: d\\n\\nAssistant:\"}", "-empty_turn\n" },
        { "lines: {path: t, pattern: '(?:^|\\n\\n)(?<speaker>Human|Assistant):'}",
          "{\"t\":\"\\n\\nHuman: a\\n\\nb\\n\\nAssistant: c Human: d\"}", "u: a\n\nb | a: c Human: d\n" },
        { "lines: {path: t, pattern: 'x(?<speaker>y)'}", "{\"t\":\"nothing\"}", "-no_question\n" },
        { "lines: {path: t, pattern: 'x(?<speaker>y)'}", "{}", "!E_FIELD_MISSING 't' is missing, expected a text" },
        { LOG, "{\"text\":\"<a> how?\\n<b> noise\\n<c> a: so\\n\"}", "u: how? | a: so\n" },
        { LOG, "{\"text\":\"<a> how?\\n<a> now\\n<b> a: so\\n<b> and so\\n<a> b, why?\\n<b> a: thus\\n\"}",
          "u: how?\nnow | a: so\nand so | u: why? | a: thus\n" },
        { LOG, "{\"text\":\"<a> 1?\\n<b> a: x\\n<c> a: y\\n\"}", "u: 1? | a: x\nu: 1? | a: y\n" },
        { LOG, "{\"text\":\"<a> 1?\\n<b> n\\n<c> n\\n<b> n\\n<d> a: too late\\n\"}", "" },
        { LOG, "{\"text\":\"<a> 1?\\n<b> nobody: x\\n\"}", "" },
    };
    static const struct compose_settings settings = { .support = -1 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_SLICE(rows_of(cases[i][0], cases[i][1], &settings), slice_of_string(cases[i][2]));
    arena_release(&arena);
}

#define SIX                                                                                                            \
    "{\"m\":[{\"r\":\"system\",\"c\":\"s\"},{\"r\":\"user\",\"c\":\"aaaa\"},{\"r\":\"gpt\",\"c\":\"b\"},"              \
    "{\"r\":\"user\",\"c\":\"c\"},{\"r\":\"gpt\",\"c\":\"d\"},{\"r\":\"user\",\"c\":\"e\"},{\"r\":\"gpt\",\"c\":"      \
    "\"f\"}]}"
#define DOUBLE                                                                                                         \
    "{\"m\":[{\"r\":\"user\",\"c\":\"a\"},{\"r\":\"user\",\"c\":\"b\"},{\"r\":\"gpt\",\"c\":\"c\"},{\"r\":\"gpt\","    \
    "\"c\":\"d\"}]}"

TEST(dialogue_windows, "compose: windows, limits, merged turns, weights, tags, prompts")
{
    static const struct {
        struct compose_settings settings;
        const char *record, *rows;
    } cases[] = {
        { { .window = 2 }, SIX, "s: s | u: aaaa | a: b\ns: s | u: c | a: d\ns: s | u: e | a: f\n" },
        { { .window = 4 }, SIX, "s: s | u: aaaa | a: b | u: c | a: d\ns: s | u: e | a: f\n" },
        { { .window = 4, .stride = 2 },
          SIX,
          "s: s | u: aaaa | a: b | u: c | a: d\ns: s | u: c | a: d | u: e | a: f\n" },
        { { .window = 3 }, SIX, "s: s | u: aaaa | a: b\ns: s | u: e | a: f\n" },
        { { .turns_maximum = 4 }, SIX, "s: s | u: c | a: d | u: e | a: f\n" },
        { { .turns_maximum = 3 }, SIX, "s: s | u: e | a: f\n" },
        { { .characters_maximum = 7 }, SIX, "s: s | u: c | a: d | u: e | a: f\n" },
        { { .characters_maximum = 2 }, SIX, "-too_long\n" },
        { { .tokens_maximum = 3, .tokenizer = &tokenizer_o200k_estimate }, SIX, "s: s | u: e | a: f\n" },
        { { .trains_last = true }, SIX, "s: s | u: aaaa | a!: b | u: c | a!: d | u: e | a: f\n" },
        { { .wants_prompts = true }, SIX, "s: s | u: aaaa | a: b | u: c | a: d | u: e\n" },
        { { .merges_turns = false }, DOUBLE, "u: a | u: b | a: c | a: d\n" },
        { { .merges_turns = true }, DOUBLE, "u: a\nb | a: c\nd\n" },
        { { .has_tags = true, .tags = { SLICE_INIT(""), SLICE_INIT("Q: "), SLICE_INIT("A: ") }, .turns_maximum = 4 },
          SIX,
          "u: s\nQ: c\nA: d\nQ: e\nA: => f\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct compose_settings settings = cases[i].settings;
        settings.support = -1;
        EXPECT_SLICE(rows_of(TURNS, cases[i].record, &settings), slice_of_string(cases[i].rows));
    }
    arena_release(&arena);
}

#define PASSAGE "passage: '{{p}}'\nuser: '{{q}}'\nassistant: '{{a}}'\n"
#define LAMP                                                                                                           \
    "{\"p\":\"The lamp was lit in 1821 by 1,200 men. \\\"Let there be light\\\", said Ann.\",\"q\":\"When?\",\"a\":\""

TEST(dialogue_support, "compose: an answer that the passage does not hold is named")
{
    static const char *const cases[][2] = {
        { LAMP "1821\"}", "u: When? | a: 1821\n" },
        { LAMP "It was in the year 1822\"}", "-unsupported number 1822 is not in the passage\n" },
        { LAMP "By 1200 men\"}", "u: When? | a: By 1200 men\n" },
        { LAMP "Ann said \\\"Let there be light\\\"\"}", "u: When? | a: Ann said \"Let there be light\"\n" },
        { LAMP "Ann said \\\"Let there be no light\\\"\"}",
          "-unsupported the quotation \"Let there be no light\" is not in the passage\n" },
        { LAMP "Somebody painted the LAMP\"}", "-unsupported 1 of 3 words are in the passage; 'Somebody' is not\n" },
    };
    static const struct compose_settings settings = { .support = 0.5 };
    struct mapping mapping;
    struct error error;
    EXPECT_OK(mapping_load(SLICE(PASSAGE), "m.yaml", &arena, &mapping, &error), &error);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_object object;
        struct composed composed = { 0 };
        struct dialogues dialogues = { .arena = &arena };
        struct buffer text = { 0 };
        EXPECT_OK(json_scan_object(slice_of_string(cases[i][0]), &arena, &object, &error), &error);
        EXPECT_OK(dialogues_of_record(&mapping, &object, &dialogues, &error), &error);
        EXPECT_OK(compose_rows(&settings, &mapping, dialogues.list, NULL, &arena, &composed, &error), &error);
        for (size_t k = 0; k < composed.count; k++)
            append_row(&composed.rows[k], &text);
        for (size_t k = 0; k < composed.drop_count; k++)
            buffer_append_format(&text, "-%s %s\n", composed.drops[k].code, composed.drops[k].reason);
        EXPECT_SLICE(buffer_slice(&text), slice_of_string(cases[i][1]));
        buffer_release(&text);
    }
    mapping_release(&mapping);
    arena_release(&arena);
}
