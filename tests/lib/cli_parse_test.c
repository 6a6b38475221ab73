/* cli_parse_test.c - argv to a call of a tool. */
#include "cli/parse.h"

#include "cli/common.h"
#include "test.h"

struct sift_options {
    const char *expression;
    int64_t top;
    bool keep;
    struct option_list matches;
    const char *url;
};

#define FIELD(name) OPTION_FIELD(struct sift_options, name)
static const struct option sift_table[] = {
    { .name = "expression",
      .is_operand = true,
      .is_required = true,
      .yields_to = "match,url",
      FIELD(expression),
      .argument = "EXPR" },
    { .name = "top", .letter = 'k', FIELD(top), .argument = "N", .initial = "10", .minimum = 1, .maximum = 0 },
    { .name = "keep", .letter = 'x', FIELD(keep), .initial = "true" },
    { .name = "match", FIELD(matches), .argument = "PCRE", .initial = "a,b" },
    { .name = "url", FIELD(url), .argument = "URL" },
    { .name = NULL },
};

static bool sift_check(const struct tool_call *call, struct error *error)
{
    const struct sift_options *options = call->options;
    return options->top != 13 || error_set(error, E_USAGE, "--top: 13 brings bad luck");
}

static int sift_run(struct tool_call *call, struct error *error)
{
    (void)call;
    (void)error;
    return 0;
}

static const struct tool tool_sift = {
    .name = "sift",
    .summary = "Sift records",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = sift_table,
    .options_bytes = sizeof(struct sift_options),
    .check = sift_check,
    .run = sift_run,
};
static const struct tool tool_quiet = { .name = "hush", .is_hidden = true, .takes_any_arguments = true };
static const struct tool *const tools[] = { &tool_sift, &tool_quiet, NULL };

static struct arena arena;
static struct tool_call call;
static struct error error;

/* Parses words, which end with NULL. */
static enum parse_outcome parse(const struct tool *tool, const char *const *words)
{
    int count = 0;
    while (words[count])
        count++;
    error_reset(&error);
    arena_release(&arena);
    return tool_call_parse(&call, tool, tools, count, words, &arena, &error);
}

#define WORDS(...) ((const char *[]){ __VA_ARGS__, NULL })
#define SIFT(...)  parse(&tool_sift, WORDS(__VA_ARGS__))

static const struct sift_options *options(void)
{
    return call.options;
}

TEST(parse_forms, "parse: values follow by = or as the next word, letters take theirs at once, flags group")
{
    EXPECT_INTEGER(SIFT("a > 1", "--top=5", "-qvv", "-j", "3", "x.jsonl"), PARSE_DONE);
    EXPECT_INTEGER(options()->top, 5);
    EXPECT(call.common.quiet);
    EXPECT_INTEGER(call.common.verbose, 2);
    EXPECT_INTEGER(call.common.jobs, 3);
    EXPECT_INTEGER(SIFT("e", "-k7"), PARSE_DONE);
    EXPECT_INTEGER(options()->top, 7);
    EXPECT_INTEGER(SIFT("e", "-qk", "8"), PARSE_DONE);
    EXPECT_INTEGER(options()->top, 8);
    EXPECT_INTEGER(SIFT("e", "--top", "1", "--top", "2"), PARSE_DONE);
    EXPECT_INTEGER(options()->top, 2);
    EXPECT(options()->keep);
    EXPECT_INTEGER(SIFT("e", "--no-keep"), PARSE_DONE);
    EXPECT(!options()->keep);
    EXPECT_INTEGER(SIFT("e", "--keep=false"), PARSE_DONE);
    EXPECT(!options()->keep);
    EXPECT_INTEGER(SIFT("e", "--no-keep", "-x"), PARSE_DONE);
    EXPECT(options()->keep);
}

TEST(parse_operands, "parse: operands go to their rows in order, files to the rest, dashes are kept apart")
{
    EXPECT_INTEGER(SIFT("e", "a.jsonl", "-", "b.jsonl"), PARSE_DONE);
    EXPECT_TEXT(slice_of_string(options()->expression), "e");
    EXPECT_INTEGER(call.common.inputs.count, 3);
    EXPECT_TEXT(slice_of_string(call.common.inputs.values[1]), "-");
    EXPECT_INTEGER(SIFT("--", "-k", "--top"), PARSE_DONE);
    EXPECT_TEXT(slice_of_string(options()->expression), "-k");
    EXPECT_TEXT(slice_of_string(call.common.inputs.values[0]), "--top");
    EXPECT_INTEGER(SIFT("e", "with,comma.jsonl"), PARSE_DONE);
    EXPECT_TEXT(slice_of_string(call.common.inputs.values[0]), "with,comma.jsonl");
}

TEST(parse_yield, "parse: an operand that yields to an option leaves its place to the next one")
{
    EXPECT_INTEGER(SIFT("a.jsonl", "--match", "x", "b.jsonl"), PARSE_DONE);
    EXPECT(options()->expression == NULL);
    EXPECT_INTEGER(call.common.inputs.count, 2);
    EXPECT_TEXT(slice_of_string(call.common.inputs.values[0]), "a.jsonl");
    EXPECT(tool_call_has(&call, "match"));
    EXPECT(!tool_call_has(&call, "top"));
    EXPECT_INTEGER(SIFT("--top", "3"), PARSE_FAILED);
    EXPECT_ERROR(&error, E_USAGE, "EXPR is missing; without it give --match or --url");
}

TEST(parse_lists, "parse: the first value of a list replaces its default, further ones append")
{
    EXPECT_INTEGER(SIFT("--url=u"), PARSE_DONE);
    EXPECT_INTEGER(options()->matches.count, 2);
    EXPECT_INTEGER(SIFT("--match=x,y", "--match", "z"), PARSE_DONE);
    EXPECT_INTEGER(options()->matches.count, 3);
    EXPECT_TEXT(slice_of_string(options()->matches.values[0]), "x");
    EXPECT_TEXT(slice_of_string(options()->matches.values[2]), "z");
}

TEST(parse_refusals, "parse: each fault has its message")
{
    static const struct {
        const char *words[4];
        const char *message;
    } cases[] = {
        { { "e", "--topp", "3" }, "unknown option '--topp', nearest is '--top'" },
        { { "e", "--to" }, "unknown option '--to', nearest is '--top'" },
        { { "e", "--outptu=x" }, "unknown option '--outptu', nearest is '--output'" },
        { { "e", "--zzz" }, "unknown option '--zzz'" },
        { { "e", "-Z" }, "unknown option '-Z'" },
        { { "e", "-qZ" }, "unknown option '-Z' in '-qZ'" },
        { { "e", "--top" }, "--top: a value is missing, expected N" },
        { { "e", "-k" }, "-k: a value is missing, expected N" },
        { { "e", "-kx" }, "--top: 'x' is not an integer" },
        { { "e", "--top=-5" }, "--top: -5 is below 1" },
        { { "e", "--no-keep=1" }, "--no-keep takes no value" },
        { { "e", "--no-top" }, "unknown option '--no-top'" },
        { { "e", "--quiet=perhaps" }, "--quiet: 'perhaps' is not true or false" },
        { { "e", "--expression=x" }, "unknown option '--expression'" },
        { { "e", "--top=13" }, "--top: 13 brings bad luck" },
        { { "e", "--output", "" }, "--output: an empty name, expected a file" },
        { { "e", "--\x1b[31m" }, "unknown option '--\\x1b[31m'" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INTEGER(parse(&tool_sift, cases[i].words), PARSE_FAILED);
        EXPECT_ERROR(&error, E_USAGE, cases[i].message);
    }
}

TEST(parse_help, "parse: help wins wherever it stands, but for behind --")
{
    EXPECT_INTEGER(SIFT("--help"), PARSE_HELP);
    EXPECT_INTEGER(SIFT("e", "-h"), PARSE_HELP);
    EXPECT_INTEGER(SIFT("-qh"), PARSE_HELP);
    EXPECT_INTEGER(SIFT("--bogus", "--help"), PARSE_HELP);
    EXPECT_INTEGER(SIFT("--version"), PARSE_VERSION);
    EXPECT_INTEGER(SIFT("--", "--help"), PARSE_DONE);
    EXPECT_TEXT(slice_of_string(options()->expression), "--help");
}

TEST(parse_raw, "parse: a tool that takes any arguments gets them as they are")
{
    EXPECT_INTEGER(parse(&tool_quiet, WORDS("--help", "-x", "--")), PARSE_DONE);
    EXPECT_INTEGER(call.common.inputs.count, 3);
    EXPECT_TEXT(slice_of_string(call.common.inputs.values[0]), "--help");
}

TEST(parse_keys, "parse: keys of a pipeline file name operands, too, and are told apart in messages")
{
    error_reset(&error);
    EXPECT_OK(tool_call_start(&call, &tool_sift, tools, &arena, &error), &error);
    const struct option *row = tool_call_find(&call, SLICE("expression"), true, &error);
    EXPECT(row == &sift_table[0]);
    EXPECT_OK(tool_call_assign(&call, row, "a = 1", &error), &error);
    EXPECT_TEXT(slice_of_string(options()->expression), "a = 1");
    EXPECT(tool_call_find(&call, SLICE("input"), true, &error) != NULL);
    EXPECT(tool_call_find(&call, SLICE("expresion"), true, &error) == NULL);
    EXPECT_ERROR(&error, E_USAGE, "sift has no option 'expresion', nearest is 'expression'");
    error_reset(&error);
    EXPECT_OK(tool_call_finish(&call, &error), &error);
    arena_release(&arena);
}

TEST(parse_common_rows, "parse: common options are those that make sense for the tool")
{
    const struct tool few = { .name = "few", .writes = TOOL_BYTES, .has_few_common = true };
    const struct option *seal = option_find(common_option_table, SLICE("seal"));
    EXPECT(common_applies(&tool_sift, seal));
    EXPECT(!common_applies(&few, seal));
    EXPECT(common_applies(&few, option_find(common_option_table, SLICE("output"))));
    EXPECT(!common_applies(&few, option_find(common_option_table, SLICE("jobs"))));
    EXPECT(!common_applies(&few, option_find(common_option_table, SLICE("input"))));
}
