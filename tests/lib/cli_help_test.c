/* cli_help_test.c - help, manual page and schema of a sample table. */
#include "cli/help.h"

#include "cli/describe.h"
#include "cli/man.h"
#include "cli/wrap.h"
#include "test.h"
#include "json/json.h"

struct slice_options {
    int64_t size, overlap;
    unsigned unit;
    bool keep;
    const char *model, *secret;
    struct option_list stops;
};

static const char *const units[] = { "tokens", "words", "chars", NULL };

#define FIELD(name) OPTION_FIELD(struct slice_options, name)
static const struct option slice_table[] = {
    { .name = "size",
      .letter = 's',
      FIELD(size),
      .argument = "UNITS",
      .initial = "200",
      .minimum = 1,
      .maximum = 0,
      .help = "largest piece" },
    { .name = "overlap", FIELD(overlap), .argument = "UNITS", .initial = "20", .help = "units shared by neighbours" },
    { .name = "unit",
      .letter = 'u',
      FIELD(unit),
      .argument = "UNIT",
      .choices = units,
      .initial = "tokens",
      .help = "what is counted" },
    { .name = "keep", FIELD(keep), .initial = "true", .help = "keep what is short" },
    { .name = "model",
      FIELD(model),
      .argument = "NAME",
      .is_required = true,
      .heading = "Models",
      .help = "whose tokens are counted",
      .details = "It's a name. Another sentence with a \\ in it." },
    { .name = "stop-sequences-of-the-model",
      FIELD(stops),
      .argument = "TEXT",
      .help = "a help text that is so long that it does not fit into one line of the help and wraps" },
    { .name = "secret", FIELD(secret), .argument = "X", .is_hidden = true },
    { .name = NULL },
};

static const struct tool_example examples[] = {
    { "garner slice --model m notes.jsonl", NULL, NULL, "pieces of 200" },
    { NULL, NULL, NULL, NULL },
};

static const struct tool tool_slice = {
    .name = "slice",
    .summary = "Split each record's text into overlapping pieces",
    .description = "A first paragraph. It has two sentences.\n\n  verbatim lines\n    stay\n\nA last one.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = slice_table,
    .options_bytes = sizeof(struct slice_options),
    .examples = examples,
};

TEST(help_of_a_tool, "help: usage, options with choices and defaults, headings, examples, from the table")
{
    struct buffer help = { 0 };
    help_append_tool(&tool_slice, &help);
    EXPECT_TEXT(buffer_slice(&help), "usage: garner slice --model=NAME [OPTION...] [FILE...]\n"
                                     "\n"
                                     "Split each record's text into overlapping pieces\n"
                                     "\n"
                                     "A first paragraph. It has two sentences.\n"
                                     "\n"
                                     "  verbatim lines\n"
                                     "    stay\n"
                                     "\n"
                                     "A last one.\n"
                                     "\n"
                                     "  FILE...                  records, one JSON object a line; - or none: standard\n"
                                     "                           input\n"
                                     "\n"
                                     "  -s, --size=UNITS         largest piece [200]\n"
                                     "      --overlap=UNITS      units shared by neighbours [20]\n"
                                     "  -u, --unit=UNIT          what is counted: tokens, words, chars [tokens]\n"
                                     "      --[no-]keep          keep what is short [yes]\n"
                                     "\n"
                                     "Models:\n"
                                     "      --model=NAME         whose tokens are counted (required)\n"
                                     "      --stop-sequences-of-the-model=TEXT\n"
                                     "                           a help text that is so long that it does not fit\n"
                                     "                           into one line of the help and wraps\n"
                                     "\n"
                                     "common options (garner help options):\n"
                                     "  -o/--output=FILE -j/--jobs=N --seed=N --on-error=ACTION --rejects=FILE\n"
                                     "  --dropped=FILE --max-errors=N|P% --summary=FILE --require=EXPR --dry-run\n"
                                     "  --offline --seal --sealed -q/--quiet -v/--verbose --log-format=FORMAT\n"
                                     "  --progress=WHEN -h/--help\n"
                                     "\n"
                                     "example:\n"
                                     "  # pieces of 200\n"
                                     "  garner slice --model m notes.jsonl\n"
                                     "\n"
                                     "exit codes: garner help exit-codes\n");
    buffer_release(&help);
}

static bool holds(const struct buffer *text, const char *part)
{
    struct slice whole = buffer_slice(text);
    return slice_find(whole, slice_of_string(part)) < whole.length;
}

TEST(help_man_page, "man: one table row is one tagged paragraph, sentences begin lines, escapes are safe")
{
    struct buffer page = { 0 };
    man_append_tool(&tool_slice, &page);
    EXPECT(holds(&page, ".Dt GARNER-SLICE 1\n"));
    EXPECT(holds(&page, ".Nd split each record's text into overlapping pieces\n"));
    EXPECT(holds(&page, ".It Fl s , Fl -size Ns = Ns Ar \\&UNITS\nLargest piece.\nAt least 1.\nThe default is 200.\n"));
    EXPECT(holds(&page, "\nIt's a name.\nAnother sentence with a \\e in it.\n"));
    EXPECT(holds(&page, ".Bd -literal\n  verbatim lines\n    stay\n.Ed\n.Pp\nA last one.\n"));
    EXPECT(holds(&page, ".It Fl -keep , Fl -no-keep\n"));
    EXPECT(holds(&page, ".Ss Models\n"));
    EXPECT(!holds(&page, "secret"));
    buffer_release(&page);
}

TEST(help_schema, "schema: types, bounds, choices, defaults and what is required are in it")
{
    static const struct tool *const tools[] = { &tool_slice, NULL };
    struct buffer schema = { 0 };
    struct json_value value;
    struct error error = { 0 };
    schema_append_tool(&tool_slice, &schema);
    EXPECT_OK(json_scan(buffer_slice(&schema), &value, &error), &error);
    EXPECT(holds(&schema, "\"required\": [\n"));
    EXPECT(holds(&schema, "\"minimum\": 1\n"));
    EXPECT(holds(&schema, "\"default\": 200\n"));
    EXPECT(holds(&schema, "\"default\": true\n"));
    EXPECT(holds(&schema, "\"default\": \"tokens\"\n"));
    EXPECT(!holds(&schema, "secret"));
    buffer_reset(&schema);
    schema_append_pipeline(tools, &schema);
    EXPECT_OK(json_scan(buffer_slice(&schema), &value, &error), &error);
    buffer_reset(&schema);
    help_append_json(tools, &schema);
    EXPECT_OK(json_scan(buffer_slice(&schema), &value, &error), &error);
    buffer_release(&schema);
}

TEST(help_indent, "json_append_indented: strings are left alone, empty containers stay on their line")
{
    struct buffer output = { 0 };
    json_append_indented(&output, SLICE("{\"a\":[1,{\"b:\\\"{\":[]}],\"c\":{}}"));
    EXPECT_TEXT(buffer_slice(&output), "{\n"
                                       "  \"a\": [\n"
                                       "    1,\n"
                                       "    {\n"
                                       "      \"b:\\\"{\": []\n"
                                       "    }\n"
                                       "  ],\n"
                                       "  \"c\": {}\n"
                                       "}\n");
    buffer_release(&output);
}

TEST(help_wrap, "wrap: words fill lines, a long word stands alone, blank lines part paragraphs")
{
    struct buffer output = { 0 };
    wrap_append(&output, SLICE("aaa bbb  ccc\nddd"), 4, 2, 11);
    EXPECT_TEXT(buffer_slice(&output), "aaa bbb\n  ccc ddd\n");
    buffer_reset(&output);
    wrap_append(&output, SLICE("a bbbbbbbbbbbbbbbb c"), 0, 0, 10);
    EXPECT_TEXT(buffer_slice(&output), "a\nbbbbbbbbbbbbbbbb\nc\n");
    buffer_reset(&output);
    wrap_append_paragraphs(&output, SLICE("one\ntwo\n\n  as is\nthree"), 20);
    EXPECT_TEXT(buffer_slice(&output), "one two\n\n  as is\nthree\n");
    buffer_release(&output);
}
