/* quality_test.c - measures of texts, with values counted by hand, and rules over them. */
#include "curate/rules.h"
#include "test.h"

static double measure(struct slice text, enum quality_measure which, int64_t number, enum quality_words words)
{
    struct quality *quality = quality_create(words);
    struct quality_parameter parameter = { .number = number };
    struct error error;
    double value = -1;
    quality_begin(quality, text);
    EXPECT_OK(quality_measure(quality, which, &parameter, &value, &error), &error);
    quality_free(quality);
    return value;
}

TEST(quality_measures, "quality: measures of small texts, counted by hand")
{
    static const struct {
        enum quality_measure measure;
        int64_t number;
        struct slice text;
        double value;
    } rows[] = {
        { QUALITY_CHARACTERS, 0, SLICE_INIT("t\xc3\xa9 \xf0\x9f\x8d\xb5"), 4 },
        { QUALITY_LINES, 0,
          SLICE_INIT("a\r\nb\n\nc\xe2\x80\xa8"
                     "d\x1c"),
          5 },
        { QUALITY_SENTENCES, 0, SLICE_INIT("One. Two! Three"), 3 },
        { QUALITY_WORDS, 0,
          SLICE_INIT(" a\xc2\xa0"
                     "b\xe3\x80\x80"
                     "c - \xe2\x80\xa6\n"),
          5 },
        { QUALITY_TEXT_WORDS, 0, SLICE_INIT("a - \xe2\x80\xa6 \xef\xbc\x91 \xe0\xa5\xa4 \xc2\xa7 1"), 3 },
        { QUALITY_WORD_LENGTH, 0, SLICE_INIT("ab \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 -"), 7.0 / 3 },
        { QUALITY_TEXT_WORD_LENGTH, 0, SLICE_INIT("ab \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 -"), 3 },
        { QUALITY_LONGEST_WORD, 0, SLICE_INIT("ab \xc3\xa9\xc3\xa9\xc3\xa9 -"), 3 },
        { QUALITY_ALPHABETIC_WORDS, 0, SLICE_INIT("a1 1 \xe8\x8c\xb6 --"), 0.5 },
        { QUALITY_STOP_WORDS, 0, SLICE_INIT("The the be, be to"), 3 },
        { QUALITY_SYMBOL_WORDS, 0, SLICE_INIT("# ## #a# ... a"), 0.6 },
        { QUALITY_HASHES, 0, SLICE_INIT("#a ## b c"), 0.75 },
        { QUALITY_ELLIPSES, 0, SLICE_INIT("a.... b\xe2\x80\xa6 c..d e......"), 1 },
        { QUALITY_NEWLINES, 0, SLICE_INIT("a b\nc\n\nd"), 0.75 },
        { QUALITY_BULLET_LINES, 0, SLICE_INIT(" - a\n\xe2\x80\xa2 b\n* c\nd"), 0.5 },
        { QUALITY_ELLIPSIS_LINES, 0, SLICE_INIT("a... \nb\xe2\x80\xa6\nc..\nd"), 0.5 },
        { QUALITY_ENDED_ROWS, 0, SLICE_INIT("a.\n\nb\xe3\x80\x82\nc\"\nd. "), 0.5 },
        { QUALITY_UNENDED_ROWS, 0, SLICE_INIT("a.\n\nb\xe3\x80\x82\nc\"\nd. "), 0.25 },
        { QUALITY_SHORT_ROWS, 2, SLICE_INIT("a\n\n\xc3\xa9\xc3\xa9\nabc\nabcd"), 0.5 },
        { QUALITY_LONG_LINES, 2, SLICE_INIT("a\n\xc3\xa9\xc3\xa9\nab\n\xc3\xa9"), 2 },
        { QUALITY_BULLET_ROWS, 0, SLICE_INIT(" \xe2\x97\x8f a\n- b"), 0.5 },
        { QUALITY_ELLIPSIS_ROWS, 0, SLICE_INIT("a [...]\nRead More\nb"), 2.0 / 3 },
        { QUALITY_REPEATED_ROW_CHARACTERS, 0, SLICE_INIT("ab\ncd\nab\n"), 2.0 / 6 },
        { QUALITY_UNIQUE_ROWS, 0, SLICE_INIT("ab\nab\ncd\n \n"), 2.0 / 3 },
        { QUALITY_UNIQUE_ROW_CHARACTERS, 0, SLICE_INIT("abcd\nabcd\nxy"), 0.6 },
        { QUALITY_UNIQUE_PARAGRAPHS, 0, SLICE_INIT("a\n\na\n\nb\n\n"), 0.75 },
        { QUALITY_UNIQUE_PARAGRAPH_CHARACTERS, 0, SLICE_INIT("abc\n\nabc\n\nb"), 4.0 / 7 },
        { QUALITY_BOILERPLATE_PARAGRAPHS, 0, SLICE_INIT("We use Coo\xe2\x84\xaaies.\n\nTea."), 0.5 },
        { QUALITY_BOILERPLATE_PARAGRAPHS, 0, SLICE_INIT("Lorem IPSUM\n\nTea."), 1 },
        { QUALITY_DUPLICATE_PARAGRAPHS, 0, SLICE_INIT("\n\na\nb\n\n\na\nb\n\nc\n"), 1.0 / 3 },
        { QUALITY_DUPLICATE_PARAGRAPH_CHARACTERS, 0, SLICE_INIT("a\nb\n\na\nb"), 3.0 / 8 },
        { QUALITY_DUPLICATE_LINES, 0, SLICE_INIT("\na\n\na\n"), 0.5 },
        { QUALITY_DUPLICATE_LINE_CHARACTERS, 0, SLICE_INIT("ab\nab\nab"), 0.5 },
        { QUALITY_TOP_GRAM, 2, SLICE_INIT("a bb  c a\nbb"), 8.0 / 12 },
        { QUALITY_TOP_GRAM, 2, SLICE_INIT("abc d e f"), 5.0 / 9 }, /* of equals the first */
        { QUALITY_TOP_GRAM, 3, SLICE_INIT("a b"), 0 },
        { QUALITY_DUPLICATED_GRAMS, 2, SLICE_INIT("a bc ab c"), 3.0 / 9 }, /* joined with nothing */
        { QUALITY_DUPLICATED_GRAMS, 2, SLICE_INIT("a a a a a"), 4.0 / 9 },
        { QUALITY_NEMO_TOP_GRAM, 2, SLICE_INIT("a b c a b xa b"), 9.0 / 14 },
        { QUALITY_NEMO_TOP_GRAM, 3, SLICE_INIT("a b"), 1 },
        { QUALITY_NEMO_DUPLICATED_GRAMS, 2, SLICE_INIT("a b c a b c"), 5.0 / 11 },
        { QUALITY_NEMO_DUPLICATED_GRAMS, 3, SLICE_INIT("a b"), 1 },
        { QUALITY_NON_ALPHANUMERIC, 0, SLICE_INIT("a1\n?!,. \xc3\xa9;"), 0.3 },
        { QUALITY_DIGITS, 0,
          SLICE_INIT("1\xd9\xa1"
                     "ab"),
          0.5 },
        { QUALITY_URLS, 0, SLICE_INIT("https://a.b%2f/c http:// xhttp://y"), 22.0 / 34 },
        { QUALITY_WHITE_SPACE, 0,
          SLICE_INIT("a \t\n\r\x0b\xc2\xa0"
                     "b"),
          0.5 },
        { QUALITY_PARENTHESES, 0, SLICE_INIT("(a)[]{}\xe2\x9f\xa8\xe2\x9f\xa9<"), 0.8 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value = measure(rows[i].text, rows[i].measure, rows[i].number, QUALITY_WORDS_WHITE_SPACE);
        if (!(fabs(value - rows[i].value) < 1e-12))
            test_fail(__FILE__, __LINE__, "%s of '%s' (row %zu) is %.17g, expected %.17g",
                      quality_measure_row(rows[i].measure)->name, rows[i].text.bytes, i, value, rows[i].value);
    }
}

TEST(quality_unicode_words, "quality: words of Unicode hold no punctuation, an ideograph is one")
{
    EXPECT_NEAR(measure(SLICE("Tea, \xe8\x8c\xb6\xe8\x8c\xb6 - can't"), QUALITY_WORDS, 0, QUALITY_WORDS_UNICODE), 4, 0);
    EXPECT_NEAR(measure(SLICE("Tea, tea, tea"), QUALITY_TOP_GRAM, 2, QUALITY_WORDS_UNICODE), 7.0 / 13, 1e-12);
}

/* Words longer than the table of powers, and n-grams that only differ far apart. */
TEST(quality_long_words, "quality: n-grams of very long words")
{
    struct buffer text = { 0 };
    for (int i = 0; i < 4; i++) {
        buffer_append_repeated(&text, 'a', 3000);
        buffer_append_string(&text, i == 3 ? "c " : "b ");
    }
    buffer_append_string(&text, "d");
    EXPECT_NEAR(measure(buffer_slice(&text), QUALITY_DUPLICATED_GRAMS, 1, QUALITY_WORDS_WHITE_SPACE),
                2 * 3001.0 / (double)text.length, 1e-12);
    EXPECT_NEAR(measure(buffer_slice(&text), QUALITY_TOP_GRAM, 2, QUALITY_WORDS_WHITE_SPACE),
                2 * 6003.0 / (double)text.length, 1e-12);
    buffer_release(&text);
}

TEST(quality_lines_cut, "lines: C4's rules one by one")
{
    static const struct {
        struct slice text, left;
        enum line_rule condemned;
    } rows[] = {
        { SLICE_INIT(""), SLICE_INIT(""), LINE_RULE_COUNT },
        { SLICE_INIT("  One two three. \r\nno end\n\"a b c'"), SLICE_INIT("One two three.\n\"a b c'"),
          LINE_RULE_COUNT },
        { SLICE_INIT("One two three...\nOne two."), SLICE_INIT(""), LINE_RULE_COUNT },
        { SLICE_INIT("One[] two[12] three[\xd9\xa1].[edit][citation needed]"), SLICE_INIT("One two three."),
          LINE_RULE_COUNT },
        { SLICE_INIT("One [x] two [1 three."), SLICE_INIT("One [x] two [1 three."), LINE_RULE_COUNT },
        { SLICE_INIT("One two three [1]."), SLICE_INIT("One two three ."), LINE_RULE_COUNT },
        { SLICE_INIT("Turn on JAVASCRIPT now.\nUse of coo\xe2\x84\xaaies is fine.\nTea for two."),
          SLICE_INIT("Tea for two."), LINE_RULE_COUNT },
        { SLICE_INIT("Here is Lorem Ipsum."), SLICE_INIT(""), LINE_LOREM_IPSUM },
        { SLICE_INIT("lorem ipsum\nHere is { one."), SLICE_INIT(""), LINE_CURLY_BRACKET },
    };
    struct line_rules rules = { .threshold = { [LINE_LONG_WORD] = 1000, [LINE_FEW_WORDS] = 3 } };
    struct buffer scratch = { 0 }, output = { 0 };
    for (size_t i = 0; i < LINE_RULE_COUNT; i++)
        rules.is_on[i] = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct line_counts counts = { 0 };
        buffer_reset(&output);
        EXPECT_INTEGER(lines_cut(&rules, rows[i].text, &scratch, &output, &counts), rows[i].condemned);
        if (rows[i].condemned == LINE_RULE_COUNT)
            EXPECT_SLICE(buffer_slice(&output), rows[i].left);
    }
    buffer_release(&scratch);
    buffer_release(&output);
}

TEST(quality_rules, "rules: several texts are one, c4 cuts each by itself, the reason has numbers")
{
    struct rule_set set = { 0 };
    struct rule_verdict verdict;
    struct error error;
    bool is_changed;
    const struct slice texts[] = { SLICE("Menu\nTea is served. It is hot."), SLICE("Tea is served. It is old.") };
    EXPECT_OK(rules_add_preset(&set, SLICE("c4"), &error), &error);
    EXPECT_OK(rules_set_threshold(&set, SLICE("c4.min-sentences=4"), &error), &error);
    EXPECT_OK(rules_add_yaml(&set, SLICE("rules: [{measure: lines, min: 4}]"), "r.yaml", &error), &error);
    struct rule_checker *checker = rule_checker_create(&set, QUALITY_WORDS_WHITE_SPACE);
    EXPECT_OK(rules_check(checker, texts, 2, false, &verdict, &error), &error);
    EXPECT(verdict.rule && strcmp(verdict.rule->name, "min-lines") == 0);
    EXPECT_TEXT(slice_of_string(rule_reason(verdict.rule, verdict.value, &set.arena)), "lines: 3, expected at least 4");
    EXPECT_TEXT(rules_text(checker, 0, &is_changed), "Tea is served. It is hot.");
    EXPECT(is_changed);
    EXPECT_TEXT(rules_text(checker, 1, &is_changed), "Tea is served. It is old.");
    EXPECT(!is_changed);
    EXPECT_OK(rules_check(checker, texts, 1, false, &verdict, &error), &error);
    EXPECT(verdict.rule && strcmp(verdict.rule->name, "c4.min-sentences") == 0);
    rule_checker_free(checker);
    rules_release(&set);
}
