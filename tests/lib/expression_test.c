/* expression_test.c - the SQL form: truth tables, types, numbers, paths, operators. */
#include "record/expression.h"

#include <stdio.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "record/expression_node.h"
#include "test.h"

/* 't', 'f', 'u' for the condition over a record, or 'e' for an error while it is tested. */
static char test_over(const char *text, const char *line)
{
    struct error error;
    struct arena arena = { 0 };
    struct expression *expression = expression_compile(slice_of_string(text), &arena, &error);
    if (!expression)
        test_fail(__FILE__, __LINE__, "%s: column %d: %s", text, (int)error.column, error.message);
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    record->line = slice_of_string(line);
    record->file = "";
    enum truth truth;
    char answer = 'e';
    if (expression_test_record(expression, batch, record, &truth, &error))
        answer = "ftu"[truth];
    expression_free(expression);
    batch_free(batch);
    arena_release(&arena);
    return answer;
}

static const char sample[] =
    "{\"id\":\"a-1\",\"text\":\"Gr\\u00fc\\u00df dich,\\nWelt\",\"n\":5,\"half\":0.5,\"big\":9007199254740993,"
    "\"huge\":18446744073709551617,\"far\":1e400,\"zero\":-0.0,\"yes\":true,\"no\":false,\"none\":null,\"empty\":\"\","
    "\"tags\":[\"red\",\"gr\\u00fcn\",7,null,true],\"nothing\":[],\"metadata\":{\"source\":\"docs/a.md\",\"a.b\":3,"
    "\"pages\":[1,2,3]},\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":"
    "\"hello there\",\"calls\":[{\"name\":\"f\"},{\"name\":\"g\"}]}],\"in\":10,\"rejected\":1,\"gr\\u00f6\\u00dfe\":2}";

struct claim {
    const char *text;
    char answer;
};

static void check_claims(const struct claim *claims, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char found = test_over(claims[i].text, sample);
        if (found != claims[i].answer)
            test_fail(__FILE__, __LINE__, "%s is '%c', expected '%c'", claims[i].text, found, claims[i].answer);
    }
}
#define CHECK(claims) check_claims(claims, sizeof(claims) / sizeof((claims)[0]))

TEST(expression_truth_table, "expression: AND, OR and NOT follow the three-valued truth tables")
{
    static const char *const terms[] = { "no", "yes", "none" }; /* in the order of enum truth */
    static const char and_table[] = "fff"
                                    "ftu"
                                    "fuu";
    static const char or_table[] = "ftu"
                                   "ttt"
                                   "utu";
    char text[64];
    for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
            snprintf(text, sizeof text, "%s AND %s", terms[a], terms[b]);
            EXPECT_INTEGER(test_over(text, sample), and_table[3 * a + b]);
            snprintf(text, sizeof text, "%s && %s", terms[a], terms[b]);
            EXPECT_INTEGER(test_over(text, sample), and_table[3 * a + b]);
            snprintf(text, sizeof text, "%s or %s", terms[a], terms[b]);
            EXPECT_INTEGER(test_over(text, sample), or_table[3 * a + b]);
            snprintf(text, sizeof text, "%s || %s", terms[a], terms[b]);
            EXPECT_INTEGER(test_over(text, sample), or_table[3 * a + b]);
        }
        snprintf(text, sizeof text, "NOT %s", terms[a]);
        EXPECT_INTEGER(test_over(text, sample), "tfu"[a]);
        snprintf(text, sizeof text, "!%s", terms[a]);
        EXPECT_INTEGER(test_over(text, sample), "tfu"[a]);
    }
}

/* Each operator over each pair of kinds: rows and columns are missing, null, false, true, 5, 0.5, "b", [..], {..}. */
TEST(expression_type_table, "expression: every comparison of every two types has its defined truth")
{
    static const char *const terms[] = { "missing", "none", "no", "yes", "n", "half", "id", "tags", "metadata" };
    static const char equal_table[] = "uuuuuuuuu"
                                      "uuuuuuuuu"
                                      "uutffffff"
                                      "uuftfffff"
                                      "uufftffff"
                                      "uuffftfff"
                                      "uufffftff"
                                      "uuffffftf"
                                      "uufffffft";
    static const char less_table[] = "uuuuuuuuu"
                                     "uuuuuuuuu"
                                     "uuftuuuuu"
                                     "uuffuuuuu"
                                     "uuuuffuuu"
                                     "uuuutfuuu"
                                     "uuuuuufuu"
                                     "uuuuuuuuu"
                                     "uuuuuuuuu";
    char text[64];
    for (size_t a = 0; a < 9; a++) {
        for (size_t b = 0; b < 9; b++) {
            char equal = equal_table[9 * a + b], less = less_table[9 * a + b], more = less_table[9 * b + a];
            char unequal = (char)(equal == 't' ? 'f' : equal == 'f' ? 't' : 'u');
            char at_most = (char)(less == 'u' ? 'u' : more == 't' ? 'f' : 't');
            char at_least = (char)(less == 'u' ? 'u' : less == 't' ? 'f' : 't');
            const struct {
                const char *operator;
                char answer;
            } cases[] = { { "=", equal }, { "==", equal },   { "!=", unequal }, { "<>", unequal },
                          { "<", less },  { "<=", at_most }, { ">", more },     { ">=", at_least } };
            for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                snprintf(text, sizeof text, "%s %s %s", terms[a], cases[i].operator, terms[b]);
                char found = test_over(text, sample);
                if (found != cases[i].answer)
                    test_fail(__FILE__, __LINE__, "%s is '%c', expected '%c'", text, found, cases[i].answer);
            }
        }
    }
}

TEST(expression_numbers, "expression: numbers are compared exactly, whatever their size")
{
    static const struct claim claims[] = {
        { "big = 9007199254740993", 't' },
        { "big = 9007199254740992", 'f' },
        { "big > 9007199254740992.0", 't' },
        { "9007199254740992.0 < big", 't' },
        { "big = 9007199254740993.0", 'f' }, /* a number with a point is a double */
        { "huge = 18446744073709551617", 't' },
        { "huge = 18446744073709551616", 'f' },
        { "huge > 18446744073709551616", 't' },
        { "huge > 1.8446744073709551616e19", 't' },
        { "18446744073709551616 = 1.8446744073709551616e19", 't' },
        { "huge > 9223372036854775807", 't' },
        { "-huge < -9223372036854775808", 't' },
        { "huge < 1e300", 't' },
        { "far > huge", 't' },
        { "far = 1e400", 't' },
        { "far = 10e399", 't' },
        { "far < 1e401", 't' },
        { "-far < 0", 't' },
        { "zero = 0", 't' },
        { "n = 5.0", 't' },
        { "n = 5e0", 't' },
        { "half = .5", 't' },
        { "9223372036854775807 < 9223372036854775808", 't' },
        { "-9223372036854775808 = -9223372036854775808.0", 't' },
        { "9223372036854775807 = 9223372036854775808.0", 'f' },
    };
    CHECK(claims);
}

TEST(expression_arithmetic, "expression: integers stay exact, quotients come out even or as doubles, nonsense is NULL")
{
    static const struct claim claims[] = {
        { "1 + 2 * 3 = 7", 't' },
        { "(1 + 2) * 3 = 9", 't' },
        { "10 - 4 - 3 = 3", 't' },
        { "7 / 2 = 3.5", 't' },
        { "6 / 3 = 2", 't' },
        { "-7 % 3 = -1", 't' },
        { "7.5 % 2 = 1.5", 't' },
        { "n % 2 = 1 AND -n = -5 AND - -n = 5 AND +n = 5", 't' },
        { "1 / 0 IS NULL", 't' },
        { "1 % 0 IS NULL", 't' },
        { "0.0 / 0 IS NULL", 't' },
        { "1e308 * 10 IS NULL", 't' },
        { "9223372036854775807 + 1 = 9223372036854775808.0", 't' },
        { "9223372036854775806 + 1 = 9223372036854775807", 't' },
        { "-9223372036854775808 / -1 = 9223372036854775808.0", 't' },
        { "-9223372036854775808 % -1 = 0", 't' },
        { "id + 1 IS NULL", 't' },
        { "missing * 0 IS NULL", 't' },
        { "rejected < 0.2 * in", 't' },
    };
    CHECK(claims);
}

TEST(expression_operators, "expression: IN, BETWEEN, LIKE, ~ and IS, and their negations")
{
    static const struct claim claims[] = {
        { "n IN (1, 5, 9)", 't' },
        { "n IN (1, 5.0)", 't' },
        { "half IN (1, 2, 0.5)", 't' },
        { "n NOT IN (1, 9)", 't' },
        { "n IN (1, null)", 'u' },
        { "n NOT IN (1, null)", 'u' },
        { "n IN (5, null)", 't' },
        { "missing IN (1)", 'u' },
        { "n IN ('5')", 'f' },
        { "id IN ('a', 'a-1', \"b\")", 't' },
        { "text IN ('x', 'Gr\xc3\xbc\xc3\x9f dich,\nWelt')", 't' },
        { "n IN (in / 2)", 't' },
        { "big IN (9007199254740992.0)", 'f' },
        { "n BETWEEN 5 AND 6", 't' },
        { "n BETWEEN 6 AND 5", 'f' },
        { "n NOT BETWEEN 6 AND 9", 't' },
        { "n BETWEEN missing AND 4", 'f' },
        { "n BETWEEN missing AND 6", 'u' },
        { "id between 'a' and 'b'", 't' },
        { "id LIKE 'a-_'", 't' },
        { "id LIKE 'A-_'", 'f' },
        { "id LIKE '%'", 't' },
        { "id LIKE 'a'", 'f' },
        { "id LIKE '%1'", 't' },
        { "id LIKE '%-%'", 't' },
        { "id LIKE '%a%1%'", 't' },
        { "id LIKE '%1%a%'", 'f' },
        { "empty LIKE '%'", 't' },
        { "empty LIKE '_'", 'f' },
        { "text LIKE 'Gr__ dich,%lt'", 't' },
        { "text LIKE '%_elt'", 't' },
        { "text LIKE '%d_ch%'", 't' },
        { "text NOT LIKE '%x%'", 't' },
        { "n LIKE '5'", 'u' },
        { "'100%' LIKE '100!%' ESCAPE '!'", 't' },
        { "'1000' LIKE '100!%' ESCAPE '!'", 'f' },
        { "'a_b' LIKE 'a\\_b' ESCAPE '\\'", 't' },
        { "id LIKE id", 't' },
        { "'aaab' LIKE '%a_b'", 't' },
        { "'abcabc' LIKE '%b_%b_'", 't' },
        { "id ~ '^a-\\d$'", 't' },
        { "id ~ 'A'", 'f' },
        { "id ~* 'A'", 't' },
        { "id !~ 'A'", 't' },
        { "id !~* 'A'", 'f' },
        { "text ~ '^\\w+ dich,$|(?m)^Welt'", 't' },
        { "n ~ '5'", 'u' },
        { "matches(id, '-')", 't' },
        { "none IS NULL AND missing IS NULL AND n IS NOT NULL", 't' },
        { "none IS NOT NULL", 'f' },
        { "(n > 'x') IS NULL", 't' },
        { "(n > 'x') IS UNKNOWN AND yes IS TRUE AND no IS FALSE AND none IS NOT TRUE", 't' },
        { "null = null", 'u' },
    };
    CHECK(claims);
}

TEST(expression_paths, "expression: paths lead into objects and arrays, and [*] means any element")
{
    static const struct claim claims[] = {
        { "metadata.source = 'docs/a.md'", 't' },
        { ".metadata.source = 'docs/a.md'", 't' },
        { "metadata['a.b'] = 3", 't' },
        { "metadata[\"a.b\"] = 3", 't' },
        { "['metadata'].source LIKE '%.md'", 't' },
        { "messages[0].role = 'user'", 't' },
        { "messages[-1].content = 'hello there'", 't' },
        { "messages[7].role = 'user'", 'u' },
        { "gr\xc3\xb6\xc3\x9f"
          "e = 2",
          't' },
        { "tags[*] = 'red'", 't' },
        { "tags[*] = 'gr\xc3\xbcn'", 't' },
        { "tags[*] > 6", 't' },
        { "tags[*] = 'blue'", 'u' }, /* one element is null */
        { "metadata.pages[*] = 4", 'f' },
        { "metadata.pages[*] BETWEEN 3 AND 9", 't' },
        { "metadata.pages[*] != 1", 't' },
        { "NOT metadata.pages[*] = 1", 'f' },
        { "NOT metadata.pages[*] = 9", 't' },
        { "metadata.pages[*] NOT IN (1, 2)", 't' },
        { "metadata.pages[*] + 1 = 4", 't' },
        { "nothing[*] = 1", 'f' },
        { "NOT nothing[*] = 1", 't' },
        { "missing[*] = 1", 'u' },
        { "n[*] = 5", 'u' },
        { "messages[*].role = 'assistant'", 't' },
        { "messages[*].role = 'system'", 'f' },
        { "messages[*].calls IS NULL", 't' },
        { "messages[*].calls[*].name = 'g'", 't' },
        { "messages[*].calls[*].name = 'h'", 'f' },
        { "messages[*].content ~ '^hel+o' AND messages[*].content = 'hi'", 't' },
        { "length(messages[*].content) > 10", 't' },
        { "messages[*].role = 'user' OR tags[*] = 'blue'", 't' },
        { "(tags[*] = 7) = true", 't' },
    };
    CHECK(claims);
    EXPECT_INTEGER(test_over("flags[*]", "{\"flags\":[false,true]}"), 't');
    EXPECT_INTEGER(test_over("flags[*] AND yes", "{\"flags\":[false,true],\"yes\":true}"), 't');
    EXPECT_INTEGER(test_over("NOT flags[*]", "{\"flags\":[false,true]}"), 'f');
    EXPECT_INTEGER(test_over("a[*] = 1 AND a[*] = 2", "{\"a\":[1,2]}"), 't');
    EXPECT_INTEGER(test_over("a[*] >= 1 AND NOT (a[*] < 1 OR a[*] > 2)", "{\"a\":[1,2]}"), 't');
    EXPECT_INTEGER(test_over("a['x[*]'] = 1", "{\"a\":{\"x[*]\":1}}"), 't');
}

TEST(expression_words_as_fields, "expression: in, like, between and is are fields where a value is expected")
{
    static const char line[] = "{\"in\":1,\"like\":2,\"between\":3,\"is\":4,\"escape\":5,\"length\":6}";
    EXPECT_INTEGER(test_over("in in (1) and like = 2 and between between 3 and 3", line), 't');
    EXPECT_INTEGER(test_over("is is not null and escape = 5 and length = 6", line), 't');
}

TEST(expression_functions, "expression: functions, with NULL for what they cannot take")
{
    static const struct claim claims[] = {
        { "length(text) = 15", 't' },
        { "bytes(text) = 17", 't' },
        { "words(text) = 3", 't' },
        { "lines(text) = 2", 't' },
        { "lines('a\n') = 1 AND lines('') = 0 AND lines('a\n\nb') = 3", 't' },
        { "length(tags) = 5 AND count(tags) = 5 AND count(metadata) = 3 AND count(nothing) = 0", 't' },
        { "length(n) IS NULL AND count(id) IS NULL AND length(missing) IS NULL", 't' },
        { "lower('\xc3\x84PFEL') = '\xc3\xa4pfel' AND upper(text) LIKE 'GR\xc3\x9c%'", 't' },
        { "trim('  a b \n') = 'a b'", 't' },
        { "starts_with(text, 'Gr\xc3\xbc') AND ends_with(text, 'Welt') AND contains(text, 'dich')", 't' },
        { "contains(text, ',\n') AND NOT contains(text, 'n')", 't' },
        { "contains(empty, '') AND NOT contains(empty, 'a')", 't' },
        { "contains(tags, 'red') AND has(tags, 7) AND has(tags, true) AND NOT has(tags, 'x')", 't' },
        { "has(tags, 'gr\xc3\xbcn') AND has(metadata, 'source') AND NOT has(metadata, 'title')", 't' },
        { "has(id, 'a')", 'u' },
        { "has(tags, missing)", 'u' },
        { "coalesce(missing, none, n) = 5", 't' },
        { "coalesce(missing, none) IS NULL", 't' },
        { "exists(none) AND NOT exists(missing) AND exists(metadata.source)", 't' },
        { "type(n) = 'number' AND type(none) = 'null' AND type(missing) = 'missing' AND type(tags) = 'array'", 't' },
        { "type(yes) = 'boolean' AND type(text) = 'string' AND type(metadata) = 'object' AND type(huge) = 'number'",
          't' },
        { "number('12') = 12 AND number(' 1.5 ') = 1.5 AND number('x') IS NULL AND number(yes) IS NULL", 't' },
        { "number('18446744073709551617') = huge", 't' },
        { "text(n) = '5' AND text(half) = '0.5' AND text(yes) = 'true' AND text(nothing) = '[]'", 't' },
        { "text(huge) = '18446744073709551617' AND text(none) IS NULL", 't' },
        { "abs(-5) = 5 AND abs(-half) = 0.5 AND abs(-huge) = huge AND abs(-9223372036854775808) > 0", 't' },
        { "round(2.5) = 3 AND round(-2.5) = -3 AND floor(-0.5) = -1 AND ceil(half) = 1 AND round(n) = 5", 't' },
        { "type(round(2.5)) = 'number' AND text(round(2.5)) = '3'", 't' },
        { "min(3, n, 1) = 1 AND max(n, 9.5) = 9.5 AND min('b', 'a') = 'a'", 't' },
        { "min(1, null) IS NULL AND max(1, 'a') IS NULL", 't' },
        { "substr('abcdef', 2) = 'bcdef' AND substr('abcdef', 2, 3) = 'bcd' AND substr('abcdef', -2) = 'ef'", 't' },
        { "substr('abc', 0, 2) = 'a' AND substr('abc', 9) = '' AND substr('abc', 2, 0) = ''", 't' },
        { "substr(text, 3, 2) = '\xc3\xbc\xc3\x9f' AND substr('abc', -5, 3) = 'a'", 't' },
        { "LENGTH(id) = 3", 't' },
    };
    CHECK(claims);
}

TEST(expression_reads_escapes, "expression: length and contains see through escapes without decoding")
{
    EXPECT_INTEGER(test_over("length(t) = 3", "{\"t\":\"\\ud83d\\ude00\\\\\\n\"}"), 't');
    EXPECT_INTEGER(test_over("contains(t, 'n')", "{\"t\":\"\\n\"}"), 'f');
    EXPECT_INTEGER(test_over("contains(t, 'A')", "{\"t\":\"\\u0041\"}"), 't');
    EXPECT_INTEGER(test_over("contains(t, '/x')", "{\"t\":\"\\/x\"}"), 't');
    EXPECT_INTEGER(test_over("contains(t, '\"')", "{\"t\":\"a\\\"b\"}"), 't');
    EXPECT_INTEGER(test_over("t = 'A\"'", "{\"t\":\"\\u0041\\\"\"}"), 't');
    EXPECT_INTEGER(test_over("tags = other", "{\"tags\":[1, {\"a\" : \"] \"}],\"other\":[ 1,{\"a\":\"] \"}]}"), 't');
    EXPECT_INTEGER(test_over("tags = other", "{\"tags\":[1,2],\"other\":[12]}"), 'f');
}

TEST(expression_escaped_length, "expression: the SIMD count of escaped characters agrees with decoding")
{
    static const char *const pieces[] = { "a",
                                          "\\n",
                                          "\\\\",
                                          "\\u00e9",
                                          "\\ud83d\\ude00",
                                          "\xc3\xa9",
                                          "\xe2\x82\xac",
                                          "\xf0\x9f\x98\x80",
                                          "\\\"",
                                          "bcdefghijklmnopqrstuvwxyz0123456789" };
    uint64_t state = 88172645463325252u;
    struct buffer text = { 0 };
    struct arena arena = { 0 };
    for (int round = 0; round < 3000; round++) {
        buffer_reset(&text);
        buffer_append_byte(&text, '"');
        for (uint64_t i = state % 60; i > 0; i--) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            buffer_append_string(&text, pieces[state % 10]);
        }
        buffer_append_byte(&text, '"');
        struct json_value value = { buffer_slice(&text), JSON_STRING, true };
        struct slice decoded;
        struct error error;
        size_t count;
        EXPECT_OK(json_decode(value, &arena, &decoded, &error), &error);
        EXPECT_OK(escaped_length(slice_between(value.text, 1, value.text.length - 1), &count, &error), &error);
        EXPECT_INTEGER(count, utf8_count(decoded));
        arena_reset(&arena);
    }
    buffer_release(&text);
    arena_release(&arena);
}

static void expect_record_error(const char *text, const char *line, enum code code, const char *field)
{
    struct error error;
    struct arena arena = { 0 };
    struct expression *expression = expression_compile(slice_of_string(text), &arena, &error);
    EXPECT(expression != NULL);
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    record->line = slice_of_string(line);
    record->file = "x.jsonl";
    record->line_number = 7;
    enum truth truth;
    EXPECT(!expression_test_record(expression, batch, record, &truth, &error));
    EXPECT_ERROR(&error, code, NULL);
    EXPECT_SLICE(slice_of_string(error.field), slice_of_string(field));
    EXPECT_INTEGER(error.line, 7);
    expression_free(expression);
    batch_free(batch);
    arena_release(&arena);
}

TEST(expression_record_faults, "expression: a faulty field that is read is an error with place and field")
{
    expect_record_error("n = 1", "{\"n\":1,\"n\":2}", E_JSON_DUPKEY, "n");
    expect_record_error("a.b = 1", "{\"a\":{\"b\":1,\"b\":2}}", E_JSON_DUPKEY, "a.b");
    expect_record_error("t = 'x'", "{\"t\":\"\\ud800\"}", E_JSON_SURROGATE, "t");
    expect_record_error("length(t) = 1", "{\"t\":\"\\ud800\"}", E_JSON_SURROGATE, "t");
    expect_record_error("t ~ 'x'", "{\"t\":\"\\udc00\"}", E_JSON_SURROGATE, "t");
    expect_record_error("n = 1", "[1]", E_RECORD_TYPE, "");
    expect_record_error("n = 1", "{\"n\":}", E_JSON_SYNTAX, "");
    EXPECT_INTEGER(test_over("n = 1", "{\"n\":1,\"m\":2,\"m\":3,\"t\":\"\\ud800\"}"), 't');
}

static void expect_fault(const char *text, int column, const char *message)
{
    struct error error;
    struct arena arena = { 0 };
    error_reset(&error);
    struct expression *expression = expression_compile(slice_of_string(text), &arena, &error);
    if (expression)
        test_fail(__FILE__, __LINE__, "%s compiles, expected: %s", text, message);
    if (error.code != E_USAGE || strcmp(error.message, message) != 0 || error.column != column)
        test_fail(__FILE__, __LINE__, "%s: column %d: %s; expected column %d: %s", text, (int)error.column,
                  error.message, column, message);
    arena_release(&arena);
}

TEST(expression_faults, "expression: a fault is named with its column and what was expected")
{
    expect_fault("", 1, "the expression is empty");
    expect_fault("n =", 4, "expected a value after '='");
    expect_fault("n = )", 5, "expected a value, found ')'");
    expect_fault("= 3", 1, "expected a value, found '='");
    expect_fault("n 3", 3, "expected an operator or the end, found '3'");
    expect_fault("n = 1 AND", 10, "expected a value after 'AND'");
    expect_fault("(n = 1", 1, "the '(' is not closed");
    expect_fault("(n = 1 2", 8, "expected an operator or ')', found '2'");
    expect_fault("n = 'abc", 5, "the string is not closed, expected another '");
    expect_fault("n & 1", 3, "unexpected '&', expected '&&'");
    expect_fault("n = #", 5, "unexpected character '#'");
    expect_fault("1 < n < 3", 7, "comparisons do not chain, join them with AND");
    expect_fault("n = 10k", 7, "the number '10' ends here, expected an operator");
    expect_fault("n = 007", 5, "a number cannot begin with 0 and another digit");
    expect_fault("n IN 3", 6, "expected '(' and a list of values, found '3'");
    expect_fault("n IN ()", 7, "expected a value, found ')'");
    expect_fault("n NOT 3", 7, "expected IN, BETWEEN or LIKE, found '3'");
    expect_fault("n BETWEEN 1 OR 2", 13, "expected AND and the upper bound of BETWEEN, found 'OR'");
    expect_fault("n IS 3", 6, "expected NULL, NOT NULL, TRUE or FALSE, found '3'");
    expect_fault("id ~ n", 6, "expected a pattern in quotes, found 'n'");
    expect_fault("id ~ 'a(b'", 10, "pattern: missing closing parenthesis");
    expect_fault("id LIKE 'a!' ESCAPE '!'", 9, "the pattern of LIKE ends in its escape character");
    expect_fault("id LIKE 'a' ESCAPE 'xy'", 20, "expected one character in quotes, found ''xy''");
    expect_fault("lenght(id) > 2", 1, "unknown function 'lenght', did you mean 'length'");
    expect_fault("purple(id) > 2", 1, "unknown function 'purple', see 'garner help expressions'");
    expect_fault("length() > 2", 1, "length() takes 1 argument, found 0");
    expect_fault("n > substr(id)", 5, "substr() takes 2 to 3 arguments, found 1");
    expect_fault("length(id", 10, "expected ',' or ')' after 'id'");
    expect_fault("exists(1)", 8, "exists() takes the path of a field");
    expect_fault("count(tags[*]) = 1", 7,
                 "count() of 'tags[*]' would count inside each element, leave out the last [*]");
    expect_fault("a[*] = b[*]", 8, "a comparison may have one path with [*]");
    expect_fault("a[0", 2, "the '[' is not closed");
    expect_fault("n = a[x]", 7, "path 'a[x]': expected a number, * or a key in quotes after '['");
    expect_fault("n = 1 AND \xff", 11, "the expression is not valid UTF-8");
    expect_fault("not", 4, "expected a value after 'not'");
    expect_fault("id ILIKE 'a%'", 4, "expected an operator or the end, found 'ILIKE', did you mean 'like'");
    expect_fault("id contains 'a'", 4, "expected an operator, found the function contains(...)");
    expect_fault("n = 1 OR 2", 10, "expected a condition here, found a number or text");
    expect_fault("NOT length(id)", 5, "expected a condition here, found a number or text");
    expect_fault("n in (1) = 1", 10, "comparisons do not chain, join them with AND");
}

TEST(expression_limits, "expression: depth, length, paths and patterns are bounded, width is not")
{
    struct error error;
    struct arena arena = { 0 };
    struct buffer text = { 0 };
    buffer_append_repeated(&text, '(', 100000);
    EXPECT(!expression_compile(buffer_slice(&text), &arena, &error));
    EXPECT_ERROR(&error, E_USAGE, "the expression nests more than 200 deep");
    buffer_reset(&text);
    for (int i = 0; i < 1000; i++)
        buffer_append_string(&text, "NOT ");
    EXPECT(!expression_compile(buffer_slice(&text), &arena, &error));
    EXPECT_ERROR(&error, E_USAGE, "the expression nests more than 200 deep");
    buffer_reset(&text);
    buffer_append_string(&text, "n = 1");
    for (int i = 0; i < 1000; i++)
        buffer_append_string(&text, " + n");
    EXPECT(!expression_compile(buffer_slice(&text), &arena, &error));
    EXPECT_ERROR(&error, E_USAGE, "the expression nests more than 200 deep");
    buffer_reset(&text);
    buffer_append_repeated(&text, ' ', EXPRESSION_BYTES_MAXIMUM + 1);
    EXPECT(!expression_compile(buffer_slice(&text), &arena, &error));
    EXPECT_ERROR(&error, E_USAGE, "the expression has 1048577 bytes, at most 1048576 are allowed");
    buffer_reset(&text);
    for (int i = 0; i < 300; i++)
        buffer_append_format(&text, "%sf%d = 1", i ? " OR " : "", i);
    EXPECT(!expression_compile(buffer_slice(&text), &arena, &error));
    EXPECT_ERROR(&error, E_USAGE, "the expression reads more than 256 fields");
    buffer_reset(&text);
    buffer_append_string(&text, "n IN (0");
    for (int i = 1; i < 20000; i++)
        buffer_append_format(&text, ",%d", 2 * i);
    buffer_append_string(&text, ") OR id IN ('x'");
    for (int i = 1; i < 20000; i++)
        buffer_append_format(&text, ",'a-%d'", i);
    buffer_append_string(&text, ")");
    EXPECT_INTEGER(test_over(buffer_string(&text), sample), 't');
    EXPECT_INTEGER(test_over(buffer_string(&text), "{\"n\":7,\"id\":\"b\"}"), 'f');
    EXPECT_INTEGER(test_over(buffer_string(&text), "{\"n\":39998}"), 't');
    buffer_release(&text);
    arena_release(&arena);
}

TEST(expression_match_limit, "expression: a pattern that reaches its match limit is an error of the record")
{
    EXPECT_INTEGER(test_over("t ~ '^(a+)+$'", "{\"t\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"}"), 'e');
}

struct values {
    const struct expression *expression;
    int calls;
};

static bool fetch(void *context, size_t path_index, struct value *value, struct error *error)
{
    struct values *values = context;
    (void)error;
    values->calls++;
    if (slice_equal(expression_path(values->expression, path_index)->text, SLICE("n")))
        *value = (struct value){ .type = VALUE_INTEGER, .integer = 42 };
    return true;
}

TEST(expression_value_from_source, "expression: values come from any source, each path is fetched once")
{
    struct error error;
    struct arena arena = { 0 };
    struct expression *expression = expression_compile(SLICE("coalesce(x, n * n - n)"), &arena, &error);
    EXPECT(expression != NULL);
    EXPECT_INTEGER(expression_path_count(expression), 2);
    struct values values = { expression, 0 };
    struct expression_source source = { &values, fetch };
    struct value value;
    EXPECT_OK(expression_value(expression, &source, &arena, &value, &error), &error);
    EXPECT_INTEGER(value.type, VALUE_INTEGER);
    EXPECT_INTEGER(value.integer, 42 * 41);
    EXPECT_INTEGER(values.calls, 2);
    expression_free(expression);
    expression =
        expression_compile(SLICE("messages[*].role = 'x' AND messages[*].content = 'y' OR a[0].b"), &arena, &error);
    EXPECT(expression != NULL);
    EXPECT_INTEGER(expression_path_count(expression), 2);
    EXPECT_TEXT(expression_path(expression, 0)->text, "messages");
    EXPECT_TEXT(expression_path(expression, 1)->text, "a[0].b");
    expression_free(expression);
    arena_release(&arena);
}

TEST(expression_embedding_column, "expression: an embedding beside the line is a field of the record")
{
    struct error error;
    struct arena arena = { 0 };
    const float vector[] = { 0.5f, -1.0f };
    struct expression *expression = expression_compile(
        SLICE("count(embedding) = 2 AND embedding[1] = -1 AND embedding_model = 'builtin'"), &arena, &error);
    EXPECT(expression != NULL);
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    record->line = SLICE("{\"id\":\"a\"}");
    record->vector = vector;
    record->dimension = 2;
    record->vector_model = SLICE("builtin");
    enum truth truth;
    EXPECT_OK(expression_test_record(expression, batch, record, &truth, &error), &error);
    EXPECT_INTEGER(truth, TRUTH_TRUE);
    expression_free(expression);
    batch_free(batch);
    arena_release(&arena);
}
