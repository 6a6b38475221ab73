/* cli_option_test.c - the one setter of options and its messages. */
#include "cli/option.h"

#include "test.h"

struct values {
    bool flag;
    int64_t size, memory, wait;
    double rate, timeout;
    const char *text, *file;
    unsigned unit;
    struct option_list kinds, patterns;
};

static const char *const units[] = { "tokens", "words", "chars", NULL };
static const char *const actions[] = { "", "fail", "skip", NULL };

#define FIELD(name) OPTION_FIELD(struct values, name)
static const struct option table[] = {
    { .name = "flag", FIELD(flag), .initial = "true", .help = "a flag" },
    { .name = "size", .letter = 's', FIELD(size), .argument = "N", .initial = "200", .minimum = 1, .maximum = 1000 },
    { .name = "memory", FIELD(memory), .argument = "SIZE", .meaning = MEANING_BYTES, .initial = "64M" },
    { .name = "wait", FIELD(wait), .argument = "SECONDS", .meaning = MEANING_SECONDS, .minimum = 1, .maximum = 0 },
    { .name = "rate", FIELD(rate), .argument = "X", .initial = "0.5", .minimum = 0, .maximum = 1 },
    { .name = "timeout", FIELD(timeout), .argument = "SECONDS", .meaning = MEANING_SECONDS },
    { .name = "text", FIELD(text), .argument = "TEXT" },
    { .name = "file", FIELD(file), .argument = "FILE", .meaning = MEANING_FILE },
    { .name = "unit", FIELD(unit), .argument = "UNIT", .choices = units, .initial = "words" },
    { .name = "kind", FIELD(kinds), .argument = "KIND", .choices = units, .initial = "words,chars" },
    { .name = "pattern", FIELD(patterns), .argument = "PCRE", .keeps_commas = true },
    { .name = NULL },
};

static struct arena arena;
static struct values values;

static bool assign(const char *name, const char *text, struct error *error)
{
    return option_assign(option_find(table, slice_of_string(name)), &values, text, &arena, error);
}

static void expect_refusal(const char *name, const char *text, const char *message)
{
    struct error error = { 0 };
    EXPECT(!assign(name, text, &error));
    EXPECT_ERROR(&error, E_USAGE, message);
}

TEST(option_defaults, "option: defaults are set by the setter that users reach")
{
    struct error error = { 0 };
    memset(&values, 0x55, sizeof values);
    EXPECT_OK(options_initialise(table, &values, &arena, &error), &error);
    EXPECT(values.flag);
    EXPECT_INTEGER(values.size, 200);
    EXPECT_INTEGER(values.memory, 64 * 1024 * 1024);
    EXPECT_INTEGER(values.wait, 0);
    EXPECT(values.rate == 0.5);
    EXPECT(values.text == NULL);
    EXPECT_INTEGER(values.unit, 1);
    EXPECT_INTEGER(values.kinds.count, 2);
    EXPECT_TEXT(slice_of_string(values.kinds.values[1]), "chars");
    EXPECT_INTEGER(values.patterns.count, 0);
    arena_release(&arena);
}

TEST(option_refusals, "option: what is wrong and what is expected, in one line")
{
    memset(&values, 0, sizeof values);
    expect_refusal("size", "80x", "--size: '80x' is not an integer");
    expect_refusal("size", "", "--size: '' is not an integer");
    expect_refusal("size", "1e3", "--size: '1e3' is not an integer");
    expect_refusal("size", "99999999999999999999", "--size: '99999999999999999999' is not an integer");
    expect_refusal("size", "0", "--size: 0 is below 1");
    expect_refusal("size", "1001", "--size: 1001 is above 1000");
    expect_refusal("wait", "0", "--wait: 0 is below 1");
    expect_refusal("rate", "1.5", "--rate: 1.5 is above 1");
    expect_refusal("rate", "nan", "--rate: 'nan' is not a number");
    expect_refusal("rate", "1e999", "--rate: '1e999' is not a number");
    expect_refusal("memory", "64Q", "--memory: '64Q' is not a size such as 64M or 250000");
    expect_refusal("timeout", "5 min", "--timeout: '5 min' is not a time such as 1.5, 90s, 5m or 2h");
    expect_refusal("flag", "yes", "--flag: 'yes' is not true or false");
    expect_refusal("file", "", "--file: an empty name, expected a file");
    expect_refusal("unit", "token", "--unit: 'token' is not one of tokens, words, chars; nearest is 'tokens'");
    expect_refusal("unit", "sentences", "--unit: 'sentences' is not one of tokens, words, chars");
    expect_refusal("kind", "words,wrods", "--kind: 'wrods' is not one of tokens, words, chars; nearest is 'words'");
    expect_refusal("kind", "words,,chars", "--kind: 'words,,chars' has an empty part");
    arena_release(&arena);
}

TEST(option_values, "option: sizes, times and lists as people write them")
{
    struct error error = { 0 };
    EXPECT_OK(options_initialise(table, &values, &arena, &error), &error);
    EXPECT_OK(assign("size", "1000", &error), &error);
    EXPECT_INTEGER(values.size, 1000);
    EXPECT_OK(assign("memory", "2GiB", &error), &error);
    EXPECT_INTEGER(values.memory, 2147483648LL);
    EXPECT_OK(assign("wait", "2h", &error), &error);
    EXPECT_INTEGER(values.wait, 7200);
    EXPECT_OK(assign("timeout", "1500ms", &error), &error);
    EXPECT(values.timeout == 1.5);
    EXPECT_OK(assign("timeout", "0.5m", &error), &error);
    EXPECT(values.timeout == 30);
    EXPECT_OK(assign("text", "", &error), &error);
    EXPECT_TEXT(slice_of_string(values.text), "");
    EXPECT_OK(assign("pattern", "a,b", &error), &error);
    EXPECT_OK(assign("pattern", "c", &error), &error);
    EXPECT_INTEGER(values.patterns.count, 2);
    EXPECT_TEXT(slice_of_string(values.patterns.values[0]), "a,b");
    for (int i = 0; i < 1000; i++)
        EXPECT_OK(assign("pattern", i % 2 ? "odd" : "even", &error), &error);
    EXPECT_INTEGER(values.patterns.count, 1002);
    EXPECT_TEXT(slice_of_string(values.patterns.values[1001]), "odd");
    EXPECT_TEXT(slice_of_string(values.patterns.values[0]), "a,b");
    arena_release(&arena);
}

TEST(option_empty_choice, "option: an empty first choice means not given and cannot be typed")
{
    struct error error = { 0 };
    unsigned action = 9;
    const struct option row = { .name = "on-error", .type = OPTION_CHOICE, .argument = "ACTION", .choices = actions };
    const struct option rows[] = { row, { .name = NULL } };
    EXPECT_OK(options_initialise(rows, &action, &arena, &error), &error);
    EXPECT_INTEGER(action, 0);
    EXPECT(!option_assign(&rows[0], &action, "", &arena, &error));
    EXPECT_ERROR(&error, E_USAGE, "--on-error: '' is not one of fail, skip");
    EXPECT_OK(option_assign(&rows[0], &action, "skip", &arena, &error), &error);
    EXPECT_INTEGER(action, 2);
    arena_release(&arena);
}

TEST(option_nearest, "nearest: one slip in short names, up to three in long ones, and the start of a name")
{
    static const char *const names[] = { "chunk", "embed", "index", "overlap", "max-tokens", NULL, "k" };
    size_t count = sizeof names / sizeof names[0];
    EXPECT_TEXT(slice_of_string(nearest_name(SLICE("chnuk"), names, count)), "chunk");
    EXPECT_TEXT(slice_of_string(nearest_name(SLICE("CHUNK"), names, count)), "chunk");
    EXPECT_TEXT(slice_of_string(nearest_name(SLICE("idnex"), names, count)), "index");
    EXPECT_TEXT(slice_of_string(nearest_name(SLICE("over"), names, count)), "overlap");
    EXPECT_TEXT(slice_of_string(nearest_name(SLICE("max_token"), names, count)), "max-tokens");
    EXPECT(nearest_name(SLICE("query"), names, count) == NULL);
    EXPECT(nearest_name(SLICE(""), names, count) == NULL);
    EXPECT(nearest_name(SLICE("x"), names, count) == NULL);
}
