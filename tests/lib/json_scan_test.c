/* json_scan_test.c - what is JSON and what is not, and the fast scanner against the byte by byte one. */
#include "base/utf8.h"
#include "test.h"
#include "json/escape.h"
#include "json/scan.h"
#include "json/write.h"

/* Each text is also tried inside a long record, where the fast scanner works. */
static bool is_json(struct slice text)
{
    static const char filler[] = "{\"filler\":\"0123456789012345678901234567890123456789\",\"value\":";
    struct buffer record = { 0 };
    struct arena arena = { 0 };
    struct json_value value;
    struct json_object object;
    struct error error;
    bool is_valid = json_scan(text, &value, &error);
    for (int after = 0; after < 2; after++) {
        buffer_reset(&record);
        buffer_append_string(&record, filler);
        buffer_append_slice(&record, text);
        buffer_append_string(&record, after ? ",\"last\":\"0123456789012345678901234567890123456789\"}" : "}");
        bool is_valid_inside = json_scan_object(buffer_slice(&record), &arena, &object, &error);
        if (is_valid_inside)
            EXPECT_INTEGER(object.count, 2 + after);
        if (is_valid_inside != is_valid)
            test_fail(__FILE__, __LINE__, "judged differently inside a record: %.200s", text.bytes);
    }
    buffer_release(&record);
    arena_release(&arena);
    return is_valid;
}

TEST(json_accepts, "json: what RFC 8259 allows is accepted, alone and inside a record")
{
    static const struct slice cases[] = {
        SLICE_INIT("[]"),
        SLICE_INIT("[ ]"),
        SLICE_INIT("{}"),
        SLICE_INIT("{ }"),
        SLICE_INIT("[[],{}]"),
        SLICE_INIT("[null,true,false]"),
        SLICE_INIT("null"),
        SLICE_INIT("true"),
        SLICE_INIT("false"),
        SLICE_INIT("\"\""),
        SLICE_INIT("0"),
        SLICE_INIT("-0"),
        SLICE_INIT("-1"),
        SLICE_INIT("10"),
        SLICE_INIT("0.0"),
        SLICE_INIT("-0.1e-1"),
        SLICE_INIT("1E+2"),
        SLICE_INIT("1e0"),
        SLICE_INIT("0e1"),
        SLICE_INIT("123456789012345678901234567890"),
        SLICE_INIT("0.00000000000000000000000000001"),
        SLICE_INIT("1.5e300000"),
        SLICE_INIT("-1234567.1234567"),
        SLICE_INIT("12345678.12345678"),
        SLICE_INIT("[1,-2,3.5,4e5]"),
        SLICE_INIT("{\"\":0}"),
        SLICE_INIT("{\"a\":1,\"a\":2}"),
        SLICE_INIT("\"\\u0000\""),
        SLICE_INIT("\"\\uD800\""),
        SLICE_INIT("\"\\ud83d\\ude00\""),
        SLICE_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
        SLICE_INIT("\"\x7f\""),
        SLICE_INIT("\"\xc2\x80\""),
        SLICE_INIT("\"\xe2\x80\xa8\xe2\x80\xa9\""),
        SLICE_INIT("\"\xef\xbb\xbf\""),
        SLICE_INIT("\"\xf4\x8f\xbf\xbf\""),
        SLICE_INIT("\"\\\\u12\""),
        SLICE_INIT("\"\\\\\\\\\\\\\""),
        SLICE_INIT("\t[\r\n1 ,\t2 ]\n"),
        SLICE_INIT("{ \"a\" : [ ] , \"b\" : { } }"),
        SLICE_INIT("\"[{]},:\""),
        SLICE_INIT("[\"]\"]"),
        SLICE_INIT("\"\\uabcd\\uABCD\""),
        SLICE_INIT("[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!is_json(cases[i]))
            test_fail(__FILE__, __LINE__, "refused: %s", cases[i].bytes);
}

TEST(json_refuses, "json: what RFC 8259 does not allow is refused, alone and inside a record")
{
    static const struct slice cases[] = {
        /* values */
        SLICE_INIT("nul"),
        SLICE_INIT("nulll"),
        SLICE_INIT("truee"),
        SLICE_INIT("fals"),
        SLICE_INIT("True"),
        SLICE_INIT("TRUE"),
        SLICE_INIT("None"),
        SLICE_INIT("undefined"),
        SLICE_INIT("*"),
        SLICE_INIT("\0"),
        SLICE_INIT("1 2"),
        SLICE_INIT("\"a\"\"b\""),
        SLICE_INIT("[]]"),
        SLICE_INIT("{}}"),
        SLICE_INIT("[][]"),
        SLICE_INIT("true false"),
        SLICE_INIT("\xe9"),
        SLICE_INIT("\xef\xbb\xbf"
                   "1"),
        SLICE_INIT("1\0"),
        SLICE_INIT("/**/1"),
        SLICE_INIT("1//"),
        SLICE_INIT("#1"),
        SLICE_INIT("\x0b"
                   "1"),
        SLICE_INIT("\xc2\xa0"
                   "1"),
        SLICE_INIT("\f1"),
        SLICE_INIT("\xe2\x81\xa0"
                   "1"),
        SLICE_INIT("<null>"),
        SLICE_INIT("a"),
        SLICE_INIT("\\"),
        /* numbers */
        SLICE_INIT("01"),
        SLICE_INIT("-01"),
        SLICE_INIT("00"),
        SLICE_INIT("-"),
        SLICE_INIT("--1"),
        SLICE_INIT("+1"),
        SLICE_INIT("1."),
        SLICE_INIT(".1"),
        SLICE_INIT("-.1"),
        SLICE_INIT("1..2"),
        SLICE_INIT("1.2.3"),
        SLICE_INIT("1e"),
        SLICE_INIT("1e+"),
        SLICE_INIT("1e-"),
        SLICE_INIT("1ee2"),
        SLICE_INIT("1e1.5"),
        SLICE_INIT("1.e1"),
        SLICE_INIT("0x10"),
        SLICE_INIT("1_000"),
        SLICE_INIT("1-2"),
        SLICE_INIT("1+2"),
        SLICE_INIT("NaN"),
        SLICE_INIT("-NaN"),
        SLICE_INIT("Infinity"),
        SLICE_INIT("-Infinity"),
        SLICE_INIT("1a"),
        SLICE_INIT("0123456789.5"),
        SLICE_INIT("0e"),
        SLICE_INIT("-1x"),
        SLICE_INIT("1,2"),
        SLICE_INIT("\xef\xbc\x91"),
        SLICE_INIT("1e99e9"),
        SLICE_INIT("123456789012345678901234567890."),
        SLICE_INIT("1.2345678901234567890e"),
        /* arrays */
        SLICE_INIT("["),
        SLICE_INIT("]"),
        SLICE_INIT("[1"),
        SLICE_INIT("[1,"),
        SLICE_INIT("[1,]"),
        SLICE_INIT("[,1]"),
        SLICE_INIT("[,]"),
        SLICE_INIT("[1,,2]"),
        SLICE_INIT("[1 2]"),
        SLICE_INIT("[1:2]"),
        SLICE_INIT("[\"a\":1]"),
        SLICE_INIT("[1}"),
        SLICE_INIT("[\"a"),
        SLICE_INIT("[\"a\""),
        SLICE_INIT("[1;2]"),
        SLICE_INIT("[[]"),
        SLICE_INIT("[\"a\" \"b\"]"),
        SLICE_INIT("[{}"),
        SLICE_INIT("[1]x"),
        SLICE_INIT("[\"\"1]"),
        SLICE_INIT("[]1"),
        /* objects */
        SLICE_INIT("{"),
        SLICE_INIT("}"),
        SLICE_INIT("{\"a\"}"),
        SLICE_INIT("{\"a\":}"),
        SLICE_INIT("{\"a\":1,}"),
        SLICE_INIT("{,\"a\":1}"),
        SLICE_INIT("{:1}"),
        SLICE_INIT("{1:1}"),
        SLICE_INIT("{a:1}"),
        SLICE_INIT("{'a':1}"),
        SLICE_INIT("{\"a\":1 \"b\":2}"),
        SLICE_INIT("{\"a\" 1}"),
        SLICE_INIT("{\"a\"::1}"),
        SLICE_INIT("{\"a\":1:2}"),
        SLICE_INIT("{\"a\":1,,\"b\":2}"),
        SLICE_INIT("{\"a\":1]"),
        SLICE_INIT("{\"a\",\"b\"}"),
        SLICE_INIT("{[]:1}"),
        SLICE_INIT("{\"a\":1,2:3}"),
        SLICE_INIT("{\"a\":1,\"b\"}"),
        SLICE_INIT("{\"a\":1,null}"),
        SLICE_INIT("{{}}"),
        SLICE_INIT("{\"a\":\"b\"\"c\":1}"),
        SLICE_INIT("{\"a\":1} x"),
        SLICE_INIT("{\"a\":1}/**/"),
        SLICE_INIT("{null}"),
        SLICE_INIT("{\"a\"\"b\":1}"),
        SLICE_INIT("{\"a\":1,{}}"),
        SLICE_INIT("{\"a\":1{}}"),
        SLICE_INIT("{\"a\":[}]"),
        /* strings */
        SLICE_INIT("\""),
        SLICE_INIT("\"a"),
        SLICE_INIT("\"\\\""),
        SLICE_INIT("'a'"),
        SLICE_INIT("a\""),
        SLICE_INIT("\"\n\""),
        SLICE_INIT("\"\t\""),
        SLICE_INIT("\"\0\""),
        SLICE_INIT("\"\x1f\""),
        SLICE_INIT("\"\r\""),
        SLICE_INIT("\"\\x41\""),
        SLICE_INIT("\"\\a\""),
        SLICE_INIT("\"\\'\""),
        SLICE_INIT("\"\\0\""),
        SLICE_INIT("\"\\ \""),
        SLICE_INIT("\"\\u\""),
        SLICE_INIT("\"\\u1\""),
        SLICE_INIT("\"\\u12\""),
        SLICE_INIT("\"\\u123\""),
        SLICE_INIT("\"\\u12G4\""),
        SLICE_INIT("\"\\u-123\""),
        SLICE_INIT("\"\\U0041\""),
        SLICE_INIT("\"\\ud83d\\u\""),
        SLICE_INIT("\"\\\xc3\xa9\""),
        SLICE_INIT("\"\\\n\""),
        SLICE_INIT("\"\\u 123\""),
        SLICE_INIT("\"\\u00\\n\""),
        /* UTF-8 */
        SLICE_INIT("\"\x80\""),
        SLICE_INIT("\"\xc3\""),
        SLICE_INIT("\"\xc0\x80\""),
        SLICE_INIT("\"\xc1\xbf\""),
        SLICE_INIT("\"\xe0\x80\x80\""),
        SLICE_INIT("\"\xe2\x82\""),
        SLICE_INIT("\"\xed\xa0\x80\""),
        SLICE_INIT("\"\xed\xbf\xbf\""),
        SLICE_INIT("\"\xf0\x80\x80\x80\""),
        SLICE_INIT("\"\xf4\x90\x80\x80\""),
        SLICE_INIT("\"\xf5\x80\x80\x80\""),
        SLICE_INIT("\"\xf8\x88\x80\x80\x80\""),
        SLICE_INIT("\"\xff\""),
        SLICE_INIT("\"\xfe\""),
        SLICE_INIT("\"\xe9 latin\""),
        SLICE_INIT("\"\xf0\x9f\x98\""),
        SLICE_INIT("\"a\xcc\""),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (is_json(cases[i]))
            test_fail(__FILE__, __LINE__, "accepted: %s", cases[i].bytes);
}

static uint64_t random_state;

static uint64_t next_random(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1d;
}

static const char *any_of(const char *const *choices, size_t count)
{
    return choices[next_random() % count];
}
#define ANY_OF(choices) any_of(choices, sizeof(choices) / sizeof *(choices))

static void append_space(struct buffer *text)
{
    static const char *const spaces[] = { "", "", "", "", " ", " ", "  ", "\t", "\r\n", "          " };
    buffer_append_string(text, ANY_OF(spaces));
}

static void append_string(struct buffer *text)
{
    static const char *const pieces[] = { "a",
                                          "word ",
                                          "\\n",
                                          "\\\"",
                                          "\\\\",
                                          "\\u00e9",
                                          "\xc3\xa9",
                                          "\xe4\xb8\xad",
                                          "\xf0\x9f\x98\x80",
                                          "{",
                                          "]",
                                          ",",
                                          ":",
                                          "a longer run of plain characters ",
                                          "\\ud83d\\ude00",
                                          "\\/",
                                          "'" };
    size_t count = next_random() % 4 ? next_random() % 4 : next_random() % 40;
    buffer_append_byte(text, '"');
    while (count--)
        buffer_append_string(text, ANY_OF(pieces));
    buffer_append_byte(text, '"');
}

static void append_value(struct buffer *text, unsigned depth)
{
    static const char *const scalars[] = { "0",
                                           "-1",
                                           "3.25",
                                           "1e5",
                                           "-0.5E-7",
                                           "123456789012345678",
                                           "true",
                                           "false",
                                           "null",
                                           "9007199254740993",
                                           "0.1234567890123" };
    append_space(text);
    unsigned kind = (unsigned)(next_random() % (depth < 6 ? 8 : 5));
    if (kind < 2) {
        buffer_append_string(text, ANY_OF(scalars));
    } else if (kind < 5) {
        append_string(text);
    } else {
        bool is_object = kind < 7;
        buffer_append_byte(text, is_object ? '{' : '[');
        for (size_t i = 0, count = next_random() % 5; i < count; i++) {
            if (i)
                buffer_append_byte(text, ',');
            append_space(text);
            if (is_object) {
                append_string(text);
                append_space(text);
                buffer_append_byte(text, ':');
            }
            append_value(text, depth + 1);
        }
        append_space(text);
        buffer_append_byte(text, is_object ? '}' : ']');
    }
    append_space(text);
}

static void append_record(struct buffer *text)
{
    buffer_append_byte(text, '{');
    for (size_t i = 0, count = next_random() % 8; i < count; i++) {
        buffer_append_string(text, i ? "," : "");
        append_space(text);
        append_string(text);
        buffer_append_byte(text, ':');
        append_value(text, 1);
    }
    buffer_append_byte(text, '}');
}

static void expect_same_fields(const struct json_object *found, const struct json_collector *wanted)
{
    struct json_iterator iterator = json_iterate((struct json_value){ .text = found->text, .type = JSON_OBJECT });
    struct json_field field;
    for (size_t i = 0; json_next(&iterator, &field); i++) {
        EXPECT(i < wanted->count);
        EXPECT_SLICE(field.key, wanted->fields[i].key);
        EXPECT_SLICE(field.value.text, wanted->fields[i].value.text);
        EXPECT_INTEGER(field.value.has_escape, wanted->fields[i].value.has_escape);
    }
    EXPECT_INTEGER(found->count, wanted->count);
    for (size_t i = 0; i < found->count; i++) {
        EXPECT_SLICE(found->fields[i].key, wanted->fields[i].key);
        EXPECT_SLICE(found->fields[i].value.text, wanted->fields[i].value.text);
        EXPECT(found->fields[i].value.text.bytes == wanted->fields[i].value.text.bytes);
        EXPECT_INTEGER(found->fields[i].value.type, wanted->fields[i].value.type);
        EXPECT_INTEGER(found->fields[i].value.has_escape, wanted->fields[i].value.has_escape);
        EXPECT_INTEGER(found->fields[i].key_has_escape, wanted->fields[i].key_has_escape);
    }
}

/* Both scanners say the same about text, field by field. Returns whether it is a record. */
static bool expect_agreement(struct slice text, struct arena *arena)
{
    struct json_collector collector = { .arena = arena };
    struct json_object object;
    struct json_value value;
    struct slice span;
    struct error found, wanted;
    arena_reset(arena);
    bool is_valid = json_scan_bytes(text, &collector, &span, &wanted);
    bool is_object = is_valid && *span.bytes == '{';
    if (json_scan_object(text, arena, &object, &found) != is_object || json_scan(text, &value, &found) != is_valid)
        test_fail(__FILE__, __LINE__, "the scanners differ on: %.*s", (int)text.length, text.bytes);
    if (is_object) {
        expect_same_fields(&object, &collector);
        EXPECT_SLICE(object.text, span);
    }
    if (is_valid)
        EXPECT_SLICE(value.text, span);
    return is_valid;
}

TEST(json_mutations, "json: on random records, and on damaged ones, both scanners say the same")
{
    static const char damage[] = "\"\\{}[]:, \t\n\x01"
                                 "0123456789.-+eEtfnu\x80\xc3\xff";
    struct buffer text = { 0 };
    struct arena arena = { 0 };
    size_t valid = 0;
    random_state = 4711;
    for (int round = 0; round < 30000; round++) {
        buffer_reset(&text);
        append_record(&text);
        /* An own allocation of the exact size, so that a read behind the end is seen by sanitizers. */
        arena_reset(&arena);
        struct buffer exact = { 0 };
        char *bytes = buffer_reserve(&exact, text.length);
        memcpy(bytes, text.bytes, text.length);
        EXPECT(expect_agreement(slice_of(bytes, text.length), &arena));
        for (int i = 0; i < 4; i++) {
            bytes[next_random() % text.length] = damage[next_random() % (sizeof damage - 1)];
            valid += expect_agreement(slice_of(bytes, text.length), &arena);
            expect_agreement(slice_of(bytes, next_random() % text.length), &arena);
        }
        buffer_release(&exact);
    }
    EXPECT(valid > 1000);
    buffer_release(&text);
    arena_release(&arena);
}

TEST(json_deep_record, "json: depth counts arrays and objects in a record alike")
{
    struct buffer text = { 0 };
    struct arena arena = { 0 };
    for (size_t depth = 1; depth < 520; depth += depth < 500 ? 33 : 1) {
        buffer_reset(&text);
        for (size_t i = 0; i < depth; i++)
            buffer_append_string(&text, i % 3 ? "[" : "{\"k\":");
        buffer_append_string(&text, "\"some text that makes the record long enough\"");
        for (size_t i = depth; i-- > 0;)
            buffer_append_string(&text, i % 3 ? "]" : "}");
        EXPECT_INTEGER(expect_agreement(buffer_slice(&text), &arena), depth <= 512);
    }
    buffer_release(&text);
    arena_release(&arena);
}

TEST(json_escapes_random, "json: any text survives writing, scanning and decoding; SIMD and bytes write the same")
{
    struct buffer text = { 0 }, written = { 0 };
    struct arena arena = { 0 };
    struct error error;
    char expected[4000];
    random_state = 815;
    for (int round = 0; round < 20000; round++) {
        buffer_reset(&text);
        buffer_reset(&written);
        arena_reset(&arena);
        size_t wanted = next_random() % 400;
        unsigned plain = (unsigned)(next_random() % 40) + 1;
        while (text.length < wanted)
            utf8_append(&text, next_random() % plain == 0 ? (uint32_t)next_random() % 0x60
                                                          : (uint32_t)('a' + text.length % 26));
        char *end = json_escape_bytes(expected, buffer_slice(&text));
        json_append_escaped(&written, buffer_slice(&text));
        EXPECT_SLICE(buffer_slice(&written), slice_of(expected, (size_t)(end - expected)));
        buffer_reset(&written);
        json_append_string(&written, buffer_slice(&text));
        struct json_value value;
        struct slice decoded;
        EXPECT_OK(json_scan(buffer_slice(&written), &value, &error), &error);
        EXPECT_OK(json_decode(value, &arena, &decoded, &error), &error);
        EXPECT_SLICE(decoded, buffer_slice(&text));
    }
    /* A text longer than one piece of the writer. */
    buffer_reset(&text);
    buffer_reset(&written);
    buffer_append_repeated(&text, '\x01', 20000);
    json_append_escaped(&written, buffer_slice(&text));
    EXPECT_INTEGER(written.length, 120000);
    buffer_release(&text);
    buffer_release(&written);
    arena_release(&arena);
}
