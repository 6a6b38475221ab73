/* mapping_test.c - what a mapping file may say; answers that are set against each other, and chosen. */
#include <stdio.h>

#include "cli/topics.h"
#include "dataset/choose.h"
#include "dataset/pairs.h"
#include "dataset/preference_graph.h"

#include "test.h"

static struct arena arena;

TEST(mapping_faults, "mapping: what a file cannot say is named with its place")
{
    static const char *const cases[][2] = {
        { "user: '{{q'", "m.yaml:1:7: user: '{{' has no '}}' behind it; write \\{{ for braces that are text" },
        { "usr: x", "m.yaml:1:1: a mapping has no key 'usr', nearest is 'user'" },
        { "[]", "m.yaml:1:1: a mapping is list, expected a map" },
        { "user: [a]", "m.yaml:1:7: user is list, expected a text" },
        { "parse: xml", "m.yaml:1:8: parse is 'xml', which it cannot be" },
        { "turns: {path: a}", "m.yaml:1:8: role of turns is missing" },
        { "turns: {path: a, shape: alternate}", "m.yaml:1:25: shape is 'alternate', which it cannot be, nearest is "
                                                "'alternating'" },
        { "lines: {pattern: 'x'}", "m.yaml:1:8: lines: pattern is missing or has no group (?<speaker>...)" },
        { "lines: {pattern: '(?<speaker>x', within: 3}", NULL },
        { "lines: {pattern: '(?<speaker>x)', within: 0}", "m.yaml:1:43: within is '0', expected a number of turns" },
        { "lines: {pattern: '(?<speaker>x)', addressed: y}", "m.yaml:1:8: lines: addressed has no group (?<to>...)" },
        { "thread: {role: a, content: b}", "m.yaml:1:9: thread has either 'key', or 'id' and 'reply-to'" },
        { "thread: {key: k, role: a, content: b}\ngroup: '{{k}}'",
          "m.yaml:1:9: the turns of a 'thread' are records, there are no 'answers' and no 'group'" },
        { "tree: {path: a, role: b, content: c}", "m.yaml:1:7: children of tree is missing" },
        { "turns: {shape: pairs}\ntree: {}",
          "m.yaml:1:1: a mapping has more than one of 'turns', 'lines', 'tree' and 'thread'" },
        { "preferred: {path: a, middle: 1}", "m.yaml:1:12: preferred needs 'answers'" },
        { "answers: []", "m.yaml:1:10: answers is neither a map nor a list of 1 to 64" },
        { "answers: [{score: '1'}]", "m.yaml:1:11: text of an answer is missing" },
        { "answers: [{text: a}]\npreferred: {path: a}",
          "m.yaml:2:12: preferred has either 'middle', or 'first' and 'second'" },
        { "rows: 'a['", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mapping mapping;
        struct error error;
        struct buffer text = { 0 };
        EXPECT(!mapping_load(slice_of_string(cases[i][0]), "m.yaml", &arena, &mapping, &error));
        EXPECT_INTEGER(error.code, E_CONFIG);
        error_format(&error, &text);
        if (cases[i][1])
            EXPECT_SLICE(buffer_slice(&text), slice_of_string(cases[i][1]));
        buffer_release(&text);
        mapping_release(&mapping);
    }
    arena_release(&arena);
}

TEST(mapping_presets_load, "mapping: every preset loads, and the page of help names it")
{
    struct buffer page = { 0 };
    topics_append_mappings(&page);
    for (const struct mapping_preset *preset = mapping_presets; preset->name; preset++) {
        struct mapping mapping;
        struct error error;
        char line[64];
        EXPECT_OK(mapping_load_preset(preset->name, &arena, &mapping, &error), &error);
        mapping_release(&mapping);
        snprintf(line, sizeof line, "\n  %s ", preset->name);
        EXPECT(slice_find(buffer_slice(&page), slice_of_string(line)) < page.length);
    }
    buffer_release(&page);
    arena_release(&arena);
}

/* "chosen>rejected" or "+answer" or the whole of a conversation, a line a row, then the drops. */
static void append_rows(const struct composed *composed, struct buffer *text)
{
    for (size_t i = 0; i < composed->count; i++) {
        const struct dataset_row *row = &composed->rows[i];
        for (size_t k = 0; k < row->message_count; k++) {
            struct slice said = dataset_message_text(&row->messages[k], &arena);
            buffer_append_format(text, "%s%.*s", k ? " | " : "", (int)said.length, said.bytes);
        }
        for (size_t k = 0; k < row->answer_count; k++) {
            struct slice said = dataset_message_text(row->answers[k].messages, &arena);
            buffer_append_format(text, "%s%.*s", row->answers[k].label == DATASET_LABEL_GOOD ? " +" : " -",
                                 (int)said.length, said.bytes);
        }
        buffer_append_byte(text, '\n');
    }
    for (size_t i = 0; i < composed->drop_count; i++)
        buffer_append_format(text, "!%s\n", composed->drops[i].code);
}

static void expect_answers(const char *mapping_text, const char *record, const struct pairs_settings *pairs,
                           const struct choose_settings *choose, const char *wanted)
{
    struct mapping mapping;
    struct error error;
    struct json_object object;
    struct composed composed = { 0 };
    struct dialogues dialogues = { .arena = &arena, .wants_answers = true };
    struct buffer text = { 0 };
    EXPECT_OK(mapping_load(slice_of_string(mapping_text), "m.yaml", &arena, &mapping, &error), &error);
    EXPECT_OK(json_scan_object(slice_of_string(record), &arena, &object, &error), &error);
    bool is_good = dialogues_of_record(&mapping, &object, &dialogues, &error);
    for (size_t i = 0; is_good && i < dialogues.count; i++)
        is_good = pairs ? pairs_make(pairs, &mapping, &dialogues.list[i], &arena, &composed, &error)
                        : choose_answers(choose, &mapping, &dialogues.list[i], &arena, &composed, &error);
    append_rows(&composed, &text);
    if (!is_good)
        buffer_append_format(&text, "%s", error.message);
    EXPECT_SLICE(buffer_slice(&text), slice_of_string(wanted));
    buffer_release(&text);
    mapping_release(&mapping);
}

#define ARRAY "user: '{{q}}'\nanswers: {path: a, scores: s}\n"
#define TWO   "user: '{{q}}'\nanswers: [{text: '{{c}}', score: '1'}, {text: '{{r}}', score: '0'}]\n"
#define SAID                                                                                                           \
    "lines: {pattern: '(?:^|;)(?<speaker>[HA]):'}\nroles: {user: [H], assistant: [A]}\n"                               \
    "answers: [{text: '{{c}}', score: '1'}, {text: '{{r}}', score: '0'}]\n"

TEST(pairs_cases, "pairs: best and worst, all, margins, ties, and what teaches nothing")
{
    static const struct {
        struct pairs_settings settings;
        const char *mapping, *record, *rows;
    } cases[] = {
        { { .margin = 0 }, ARRAY, "{\"q\":\"q\",\"a\":[\"x\",\"y\",\"z\"],\"s\":[1,3,2]}", "q +y -x\n" },
        { { .takes_all = true },
          ARRAY,
          "{\"q\":\"q\",\"a\":[\"x\",\"y\",\"z\"],\"s\":[1,3,2]}",
          "q +y -z\nq +y -x\nq +z -x\n" },
        { { .takes_all = true, .margin = 2 },
          ARRAY,
          "{\"q\":\"q\",\"a\":[\"x\",\"y\",\"z\"],\"s\":[1,3,2]}",
          "q +y -x\n!below_margin\n!below_margin\n" },
        { { .margin = 0 }, ARRAY, "{\"q\":\"q\",\"a\":[\"x\",\"y\"],\"s\":[2,2.0]}", "!tie\n" },
        { { .margin = 0 }, ARRAY, "{\"q\":\"q\",\"a\":[\"x\",\"y\"],\"s\":[true,false]}", "q +x -y\n" },
        { { .margin = 0 }, ARRAY, "{\"q\":\"q\",\"a\":[\"x\",\"y\"],\"s\":[1]}", "!no_score\n!no_pair\n" },
        { { .margin = 0 }, ARRAY, "{\"q\":\"q\",\"a\":[\"x\",\"y\"],\"s\":[1,\"z\"]}", "the score 'z' is no number" },
        { { .margin = 0 }, ARRAY, "{\"q\":\"q\",\"a\":[\"x\"],\"s\":[1]}", "!no_pair\n" },
        { { .margin = 0 }, TWO, "{\"q\":\"\",\"c\":\"x\",\"r\":\"y\"}", "!E_PREF_NO_PROMPT\n" },
        { { .margin = 0 }, TWO, "{\"q\":\"q\",\"c\":\"x\",\"r\":\" x \"}", "!E_PREF_IDENTICAL\n" },
        { { .margin = 0 }, TWO, "{\"q\":\"q\",\"c\":\"x\",\"r\":\"xy\"}", "!E_PREF_PREFIX\n" },
        { { .margin = 0 }, TWO, "{\"q\":\"q\",\"c\":\"q x\",\"r\":\"y\"}", "!E_PREF_PROMPT_REPEATED\n!no_pair\n" },
        { { .margin = 0 }, TWO, "{\"q\":\"q\",\"c\":\"x\",\"r\":\"\"}", "!no_answer\n!no_pair\n" },
        { { .labels_answers = true, .good_from = 0.5 }, TWO, "{\"q\":\"q\",\"c\":\"x\",\"r\":\"y\"}", "q +x\nq -y\n" },
        { { .labels_answers = true, .good_from = 2 }, TWO, "{\"q\":\"q\",\"c\":\"x\",\"r\":\"y\"}", "q -x\nq -y\n" },
        { { .margin = 0 }, SAID, "{\"c\":\"H:a;A:b;H:c;A:d\",\"r\":\"H:a;A:b;H:c;A:e\"}", "a | b | c +d -e\n" },
        { { .margin = 0 },
          SAID,
          "{\"c\":\"H:a;A:b;H:c;A:d\",\"r\":\"H:a;A:b;H:x;A:e\"}",
          "!E_PREF_INPUT_ENDS_ASSISTANT\n" },
        { { .margin = 0 }, SAID, "{\"c\":\"H:a;A:b\",\"r\":\"H:x;A:e\"}", "!E_PREF_NO_PROMPT\n" },
        { { .margin = 0 },
          TWO "preferred: {path: p, first: [A], second: [B], tie: [C]}",
          "{\"q\":\"q\",\"c\":\"x\",\"r\":\"y\",\"p\":\"b\"}",
          "q +y -x\n" },
        { { .margin = 0 },
          TWO "preferred: {path: p, first: [A], second: [B], tie: [C]}",
          "{\"q\":\"q\",\"c\":\"x\",\"r\":\"y\",\"p\":\"C\"}",
          "!tie\n" },
        { { .margin = 0 },
          TWO "preferred: {path: p, first: [A], second: [B], tie: [C]}",
          "{\"q\":\"q\",\"c\":\"x\",\"r\":\"y\",\"p\":\"D\"}",
          "the preference 'D' is none of those that the mapping names" },
        { { .margin = 0.5 },
          TWO "preferred: {path: p, middle: 1.5}",
          "{\"q\":\"q\",\"c\":\"x\",\"r\":\"y\",\"p\":1.9}",
          "q +y -x\n" },
        { { .margin = 0.5 },
          TWO "preferred: {path: p, middle: 1.5}",
          "{\"q\":\"q\",\"c\":\"x\",\"r\":\"y\",\"p\":1.6}",
          "!below_margin\n" },
        { { .margin = 0 },
          "tree: {path: p, role: r, content: c, children: k, rank: n}",
          "{\"p\":{\"r\":\"user\",\"c\":\"a\",\"k\":[{\"r\":\"gpt\",\"c\":\"b\",\"n\":1},{\"r\":\"gpt\",\"c\":\"c\","
          "\"n\":0,\"k\":["
          "{\"r\":\"user\",\"c\":\"d\"},{\"r\":\"user\",\"c\":\"e\"}]}]}}",
          "a +c -b\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pairs_settings settings = cases[i].settings;
        settings.compose = (struct compose_settings){ .wants_prompts = true, .support = -1 };
        expect_answers(cases[i].mapping, cases[i].record, &settings, NULL, cases[i].rows);
    }
    arena_release(&arena);
}

TEST(choose_cases, "choose: scores, votes, repeated answers")
{
    static const struct {
        struct choose_settings settings;
        const char *vote, *record, *rows;
    } cases[] = {
        { { .which = CHOOSE_ANSWERS_BEST }, NULL, "{\"q\":\"q\",\"a\":[\"x\",\"y\"],\"s\":[1,2]}", "q | y\n" },
        { { .which = CHOOSE_ANSWERS_BEST }, NULL, "{\"q\":\"q\",\"a\":[\"x\",\"y\"]}", "q | x\n" },
        { { .which = CHOOSE_ANSWERS_FIRST }, NULL, "{\"q\":\"q\",\"a\":[\"x\",\"y\"],\"s\":[1,2]}", "q | x\n" },
        { { .which = CHOOSE_ANSWERS_ALL },
          NULL,
          "{\"q\":\"q\",\"a\":[\"x\",\"y\",\"x\",\" \"]}",
          "q | x\nq | y\n!repeated\n!no_answer\n" },
        { { .has_minimum = true, .score_minimum = 2 },
          NULL,
          "{\"q\":\"q\",\"a\":[\"x\",\"y\"],\"s\":[1,2]}",
          "q | y\n!below_score\n" },
        { { .has_minimum = true, .score_minimum = 3 },
          NULL,
          "{\"q\":\"q\",\"a\":[\"x\",\"y\"],\"s\":[1]}",
          "!below_score\n!no_score\n" },
        { { .which = CHOOSE_ANSWERS_FIRST },
          "= *(\\d+)",
          "{\"q\":\"q\",\"a\":[\"=1\",\"=1 no =2\",\"= 2\"]}",
          "q | =1 no =2\n!outvoted\n" },
        { { .which = CHOOSE_ANSWERS_FIRST },
          "= *(\\d+)",
          "{\"q\":\"q\",\"a\":[\"=1\",\"=2\",\"what\"]}",
          "!no_vote\n!no_majority\n" },
        { { .agreement = 0.7 }, "\\d+", "{\"q\":\"q\",\"a\":[\"1\",\"is 1\",\"2\"]}", "!no_majority\n" },
        { { .agreement = 0.6 }, "\\d+", "{\"q\":\"q\",\"a\":[\"1\",\"is 1\",\"2\"]}", "q | 1\n!outvoted\n" },
        { { .which = CHOOSE_ANSWERS_BEST }, NULL, "{\"q\":\"\",\"a\":[\"x\"]}", "!no_question\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct choose_settings settings = cases[i].settings;
        struct error error;
        struct pattern *vote = cases[i].vote ? pattern_compile(slice_of_string(cases[i].vote), 0, &error) : NULL;
        settings.compose = (struct compose_settings){ .wants_prompts = true, .support = -1 };
        settings.vote = vote;
        expect_answers(ARRAY, cases[i].record, NULL, &settings, cases[i].rows);
        pattern_free(vote);
    }
    arena_release(&arena);
}

TEST(preference_graphs, "preference graph: contradictions, cycles and repeats, and what hangs on them")
{
    static const char *const cases[][2] = {
        { "ab", "." },
        { "ab bc", ".." },
        { "ab ab", ".r" },
        { "ab ba", "xx" },
        { "ab ba ac", "xx." },
        { "ab bc ca", "ccc" },
        { "ab bc ca cd", "ccc." },
        { "da ab bc ca", ".ccc" },
        { "ab cd dc ef", ".xx." },
        { "ab bc cd de ea af", "ccccc." },
        { "ab ba bc cb", "xxxx" },
        { "ab bc ca ba", "xccx" },
    };
    static const char marks[] = ".rxc";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preference_edge edges[8];
        char found[8] = "";
        size_t count = (strlen(cases[i][0]) + 1) / 3;
        for (size_t k = 0; k < count; k++)
            edges[k] = (struct preference_edge){ .better = { 0, (uint64_t)cases[i][0][3 * k] },
                                                 .worse = { 0, (uint64_t)cases[i][0][3 * k + 1] } };
        preference_graph_judge(edges, count, &arena);
        for (size_t k = 0; k < count; k++)
            found[k] = marks[edges[k].fault];
        EXPECT_SLICE(slice_of_string(found), slice_of_string(cases[i][1]));
    }
    arena_release(&arena);
}
