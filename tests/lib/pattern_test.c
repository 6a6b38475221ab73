/* pattern_test.c - PCRE2 patterns: Unicode, groups, empty matches, limits, threads. */
#include "text/pattern.h"

#include "base/buffer.h"
#include "parallel/parallel.h"
#include "test.h"

static struct pattern *compile(const char *text, unsigned flags)
{
    struct error error;
    struct pattern *pattern = pattern_compile(slice_of_string(text), flags, &error);
    if (!pattern)
        test_fail(__FILE__, __LINE__, "%s: %s", text, error.message);
    return pattern;
}

static bool has_match(const char *text, unsigned flags, struct slice subject)
{
    struct error error;
    struct pattern *pattern = compile(text, flags);
    bool is_match = false;
    EXPECT_OK(pattern_test(pattern, subject, &is_match, &error), &error);
    pattern_free(pattern);
    return is_match;
}

/* "start-end" of all matches, joined by blanks; groups of each in brackets. */
static void list_matches(const char *text, struct slice subject, struct buffer *list)
{
    struct error error;
    struct pattern *pattern = compile(text, 0);
    struct pattern_search search;
    bool is_found;
    pattern_search_begin(&search, pattern, subject);
    for (;;) {
        EXPECT_OK(pattern_search_next(&search, &is_found, &error), &error);
        if (!is_found)
            break;
        for (size_t i = 0; i <= pattern_group_count(pattern); i++) {
            struct pattern_span span = pattern_search_span(&search, i);
            if (list->length && i == 0)
                buffer_append_byte(list, ' ');
            if (span.is_set)
                buffer_append_format(list, i ? "(%zu-%zu)" : "%zu-%zu", span.start, span.end);
            else
                buffer_append_string(list, "()");
        }
    }
    pattern_search_end(&search);
    pattern_free(pattern);
}

#define EXPECT_MATCHES(pattern, subject, wanted)                                                                       \
    do {                                                                                                               \
        struct buffer test_list = { 0 };                                                                               \
        list_matches(pattern, SLICE(subject), &test_list);                                                             \
        EXPECT_TEXT(buffer_slice(&test_list), wanted);                                                                 \
        buffer_release(&test_list);                                                                                    \
    } while (0)

TEST(pattern_knows_unicode, "pattern: letters, case and dots are characters, not bytes")
{
    EXPECT(has_match("^\\w+$", 0,
                     SLICE("Stra\xc3\x9f"
                           "e")));
    EXPECT(!has_match("^\\w+$", PATTERN_ASCII,
                      SLICE("Stra\xc3\x9f"
                            "e")));
    EXPECT(has_match("^.$", 0, SLICE("\xf0\x9f\x98\x80")));
    EXPECT(has_match("\xc3\x84PFEL", PATTERN_IGNORE_CASE, SLICE("ein \xc3\xa4pfel")));
    EXPECT(!has_match("\xc3\x84PFEL", 0, SLICE("ein \xc3\xa4pfel")));
    EXPECT(has_match("a.b", 0, SLICE("a\0b")));
}

TEST(pattern_lines, "pattern: lines end at \\n only, and flags change the anchors")
{
    EXPECT(!has_match("^b", 0, SLICE("a\nb")));
    EXPECT(has_match("^b", PATTERN_MULTILINE, SLICE("a\nb")));
    EXPECT(!has_match("a.b", 0, SLICE("a\nb")));
    EXPECT(has_match("a.b", 0, SLICE("a\rb")));
    EXPECT(has_match("a.b", PATTERN_DOT_ALL, SLICE("a\nb")));
}

TEST(pattern_walks_matches, "pattern: matches come from left to right with their groups")
{
    EXPECT_MATCHES("(\\d+)-(\\d+)", "1-22 x 333-4", "0-4(0-1)(2-4) 7-12(7-10)(11-12)");
    EXPECT_MATCHES("a|(b)", "ab", "0-1() 1-2(1-2)");
    EXPECT_MATCHES("x", "", "");
}

TEST(pattern_empty_matches, "pattern: an empty match moves on by one character and is found once")
{
    EXPECT_MATCHES("a*", "aab", "0-2 2-2 3-3");
    EXPECT_MATCHES("", "\xc3\xa9x", "0-0 2-2 3-3");
    EXPECT_MATCHES("", "", "0-0");
    EXPECT_MATCHES("(?=a)|a", "aa", "0-0 0-1 1-1 1-2");
    EXPECT_MATCHES("a\\Kb?", "aab", "1-1 2-3");
    EXPECT_MATCHES("$", "a\n", "1-1 2-2");
}

TEST(pattern_names_groups, "pattern: a named group is found by its name")
{
    struct pattern *pattern = compile("(?<year>\\d{4})-(?<month>\\d\\d)", 0);
    EXPECT_INTEGER(pattern_group_count(pattern), 2);
    EXPECT_INTEGER(pattern_group(pattern, SLICE("month")), 2);
    EXPECT_INTEGER(pattern_group(pattern, SLICE("day")), 0);
    EXPECT_TEXT(pattern_text(pattern), "(?<year>\\d{4})-(?<month>\\d\\d)");
    pattern_free(pattern);
}

TEST(pattern_compile_errors, "pattern: a fault is named with its column")
{
    struct error error;
    EXPECT(!pattern_compile(SLICE("ab(c"), 0, &error));
    EXPECT_ERROR(&error, E_USAGE, "pattern: missing closing parenthesis");
    EXPECT_INTEGER(error.column, 5);
    EXPECT(!pattern_compile(SLICE("a\\C"), 0, &error));
    EXPECT_ERROR(&error, E_USAGE, NULL);
    EXPECT(!pattern_compile(SLICE("a\xff"), 0, &error));
    EXPECT_ERROR(&error, E_USAGE, "pattern: not valid UTF-8");
    EXPECT_INTEGER(error.column, 2);
    struct buffer nested = { 0 };
    buffer_append_repeated(&nested, '(', PATTERN_NESTING_MAXIMUM + 1);
    buffer_append_repeated(&nested, ')', PATTERN_NESTING_MAXIMUM + 1);
    EXPECT(!pattern_compile(buffer_slice(&nested), 0, &error));
    EXPECT_ERROR(&error, E_USAGE, "pattern: parentheses are too deeply nested");
    buffer_reset(&nested);
    buffer_append_repeated(&nested, 'a', PATTERN_BYTES_MAXIMUM + 1);
    EXPECT(!pattern_compile(buffer_slice(&nested), 0, &error));
    EXPECT_ERROR(&error, E_USAGE, "a pattern has 65537 bytes, at most 65536 are allowed");
    buffer_release(&nested);
}

TEST(pattern_match_limit, "pattern: catastrophic backtracking ends at the match limit")
{
    struct error error;
    struct pattern *pattern = compile("^(a+)+$", 0);
    struct buffer text = { 0 };
    buffer_append_repeated(&text, 'a', 60);
    buffer_append_byte(&text, 'b');
    bool is_match = true;
    EXPECT(!pattern_test(pattern, buffer_slice(&text), &is_match, &error));
    EXPECT(!is_match);
    EXPECT_ERROR(&error, E_LIMIT, "pattern '^(a+)+$' reached the match limit of 1000000 steps");
    pattern_free(pattern);
    buffer_release(&text);
}

TEST(pattern_large_texts, "pattern: a megabyte that is captured piece by piece needs no stack of the thread")
{
    struct error error;
    struct pattern *pattern = compile("^(?:(x)|y)*z?$", PATTERN_ASCII);
    struct buffer text = { 0 };
    buffer_append_repeated(&text, 'x', 3000);
    bool is_match = false;
    EXPECT_OK(pattern_test(pattern, buffer_slice(&text), &is_match, &error), &error);
    EXPECT(is_match);
    buffer_append_repeated(&text, 'x', 1000000);
    if (!pattern_test(pattern, buffer_slice(&text), &is_match, &error))
        EXPECT_ERROR(&error, E_LIMIT, NULL);
    pattern_free(pattern);
    buffer_release(&text);
}
static struct slice literal_of(const char *text, unsigned flags, char *copy)
{
    struct pattern *pattern = compile(text, flags);
    struct slice literal = pattern_literal(pattern);
    memcpy(copy, literal.bytes, literal.length);
    literal.bytes = copy;
    pattern_free(pattern);
    return literal;
}

TEST(pattern_literals, "pattern: the text that a match cannot do without is found, or none")
{
    static const char *const cases[][2] = {
        { "zebra", "zebra" },
        { "^\\w+@\\w+\\.com$", ".com" },
        { "colou?r", "colo" },
        { "ab+c", "ab" },
        { "a{2}bcd", "bcd" },
        { "abc*?de", "ab" },
        { "(?:foo|bar) baz", " baz" },
        { "[a-z]+ing\\b", "ing" },
        { "Gr\xc3\xbc\xc3\x9f"
          "?e",
          "Gr\xc3\xbc" },
        { "a|b", "" },
        { "(?i)abc", "" },
        { "\\Qa|b\\E", "" },
        { "a\\x41bc", "" },
        { "(*ACCEPT)abc", "" },
        { "\\p{Lu}xyz\\PLq", "xyz" },
        { "[]a]bc[^]]", "bc" },
        { "(?<year>\\d+)-(?=x)-", "-" },
    };
    char copy[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        EXPECT_SLICE(literal_of(cases[i][0], 0, copy), slice_of_string(cases[i][1]));
    EXPECT_TEXT(literal_of("abc", PATTERN_IGNORE_CASE, copy), "");
    EXPECT(!has_match("^(a+)+$x", 0, SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")));
}

/* The same pattern as an alternative has no literal: both must find the same. */
TEST(pattern_literals_change_nothing, "pattern: looking for the literal first never changes the answer")
{
    static const char *const pieces[] = { "a",    "b",      "ab",  "c",   "\\.",      ".",    "^",       "$",
                                          "*",    "+",      "?",   "{2}", "{0,}",     "{1,}", "\\d",     "[ab]",
                                          "(",    ")",      "(?:", "|",   "[^a]",     "\\b",  "+?",      "*+",
                                          "[]a]", "\\p{L}", "(?=", "-",   "\xc3\xa9", "(?i)", "\\Qa\\E", "\\x61" };
    uint64_t state = 12345;
    unsigned compiled = 0, with_literal = 0;
    struct buffer text = { 0 }, other = { 0 };
    for (int round = 0; round < 20000; round++) {
        char subject[24];
        size_t length = 0;
        buffer_reset(&text);
        for (uint64_t i = 1 + (state >> 40) % 7; i > 0; i--) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            buffer_append_string(&text, pieces[(state >> 33) % (sizeof pieces / sizeof pieces[0])]);
        }
        struct error error;
        struct pattern *pattern = pattern_compile(buffer_slice(&text), 0, &error);
        if (!pattern)
            continue;
        compiled++;
        with_literal += pattern_literal(pattern).length > 0;
        buffer_reset(&other);
        buffer_append_format(&other, "(?:%s)|\\b\\B", buffer_string(&text));
        struct pattern *alternative = compile(buffer_string(&other), 0);
        for (int trial = 0; trial < 8; trial++) {
            for (length = 0; length < (state >> 50) % sizeof subject; length++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                subject[length] = "aaabbbcAB.-1 "[(state >> 33) % 13];
            }
            bool found = false, expected = true;
            EXPECT_OK(pattern_test(pattern, slice_of(subject, length), &found, &error), &error);
            EXPECT_OK(pattern_test(alternative, slice_of(subject, length), &expected, &error), &error);
            if (found != expected)
                test_fail(__FILE__, __LINE__, "%s on '%.*s'", buffer_string(&text), (int)length, subject);
        }
        pattern_free(alternative);
        pattern_free(pattern);
    }
    EXPECT(compiled > 3000 && with_literal > 1000);
    buffer_release(&other);
    buffer_release(&text);
}

struct shared {
    struct pattern *pattern;
    unsigned char found[64];
};

static void search_many(void *context, size_t i)
{
    struct shared *shared = context;
    struct error error;
    char text[80];
    memset(text, 'a', sizeof text);
    text[i] = '7';
    unsigned count = 0;
    for (int round = 0; round < 200; round++) {
        bool is_match = false;
        if (pattern_test(shared->pattern, slice_of(text, sizeof text), &is_match, &error) && is_match)
            count++;
    }
    shared->found[i] = count == 200;
}

TEST(pattern_is_shared_by_threads, "parallel pattern: one compiled pattern serves many threads")
{
    struct shared shared = { .pattern = compile("a*(\\d)a*", 0) };
    parallel_for(4, 64, &shared, search_many);
    for (size_t i = 0; i < 64; i++)
        EXPECT(shared.found[i]);
    pattern_free(shared.pattern);
}
