/* json_test.c - the scanner, values, strings, numbers in records. */
#include "test.h"
#include "json/json.h"
#include "json/write.h"

static struct json_value scanned(struct slice text)
{
    struct json_value value = { 0 };
    struct error error;
    EXPECT_OK(json_scan(text, &value, &error), &error);
    return value;
}

TEST(json_numbers_keep_text, "json: numbers keep their text")
{
    struct arena arena = { 0 };
    struct error error;
    struct json_object object;
    EXPECT_OK(json_scan_object(SLICE(" {\"a\" : 9007199254740993,\"b\":1e400 ,\"c\":1.0, \"d\":-0} \r"), &arena,
                               &object, &error),
              &error);
    EXPECT_INTEGER(object.count, 4);
    EXPECT_TEXT(object.fields[0].value.text, "9007199254740993");
    EXPECT_TEXT(object.fields[1].value.text, "1e400");
    EXPECT_TEXT(object.fields[2].value.text, "1.0");
    EXPECT_TEXT(object.fields[3].value.text, "-0");
    int64_t number;
    double real;
    EXPECT(json_integer(object.fields[0].value, &number));
    EXPECT_INTEGER(number, 9007199254740993);
    EXPECT(!json_integer(object.fields[2].value, &number));
    EXPECT(json_double(object.fields[1].value, &real));
    EXPECT(isinf(real));
    arena_release(&arena);
}

TEST(json_errors, "json: an error names the column and what was expected")
{
    static const struct {
        struct slice text;
        enum code code;
        int64_t column;
        const char *message;
    } cases[] = {
        { SLICE_INIT(""), E_JSON_SYNTAX, 1, "there is nothing, expected a value" },
        { SLICE_INIT(" \t"), E_JSON_SYNTAX, 3, "there is nothing, expected a value" },
        { SLICE_INIT("\xef\xbb\xbf{}"), E_JSON_SYNTAX, 1, "a byte order mark (BOM) must not stand before the value" },
        { SLICE_INIT("{\"a\":1 \"b\":2}"), E_JSON_SYNTAX, 8, "expected ',' or '}' after a value" },
        { SLICE_INIT("[1 2]"), E_JSON_SYNTAX, 4, "expected ',' or ']' after a value" },
        { SLICE_INIT("{\"a\":1"), E_JSON_SYNTAX, 7, "the text is cut short: expected ',' or '}' after a value" },
        { SLICE_INIT("{\"a\":1}}"), E_JSON_SYNTAX, 8, "nothing may follow the value" },
        { SLICE_INIT("{\"a\":1,}"), E_JSON_SYNTAX, 8, "a comma must not stand before the closing bracket" },
        { SLICE_INIT("[1, ]"), E_JSON_SYNTAX, 5, "a comma must not stand before the closing bracket" },
        { SLICE_INIT("{\"a\" 1}"), E_JSON_SYNTAX, 6, "expected ':' after a key" },
        { SLICE_INIT("{a:1}"), E_JSON_SYNTAX, 2, "expected a key in double quotes" },
        { SLICE_INIT("{\"a\":'b'}"), E_JSON_SYNTAX, 6, "strings stand in double quotes, not in single ones" },
        { SLICE_INIT("{\"a\":NaN}"), E_JSON_SYNTAX, 6, "NaN is not JSON, expected a value" },
        { SLICE_INIT("{\"a\":True}"), E_JSON_SYNTAX, 6, "expected a value, literals are lower case: true" },
        { SLICE_INIT("[01]"), E_JSON_SYNTAX, 2, "a number must not have leading zeros" },
        { SLICE_INIT("[1.]"), E_JSON_SYNTAX, 4, "expected a digit after '.'" },
        { SLICE_INIT("[-]"), E_JSON_SYNTAX, 3, "expected a digit after '-'" },
        { SLICE_INIT("[1e+]"), E_JSON_SYNTAX, 5, "expected a digit in the exponent of a number" },
        { SLICE_INIT("[+1]"), E_JSON_SYNTAX, 2, "a number must not start with '+'" },
        { SLICE_INIT("[\"a\x01\"]"), E_JSON_SYNTAX, 4, "a control byte in a string must be escaped" },
        { SLICE_INIT("[\"ab]"), E_JSON_SYNTAX, 2,
          "the text is cut short: the string that starts here has no closing quote" },
        { SLICE_INIT("[\"a\\x\"]"), E_JSON_SYNTAX, 4,
          "unknown escape in a string, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u" },
        { SLICE_INIT("[\"\\u12g4\"]"), E_JSON_SYNTAX, 3, "\\u in a string needs four hexadecimal digits" },
        { SLICE_INIT("[\"a\xff\"]"), E_JSON_UTF8, 4, "a string is not valid UTF-8" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        struct json_value value;
        EXPECT(!json_scan(cases[i].text, &value, &error));
        EXPECT_ERROR(&error, cases[i].code, cases[i].message);
        EXPECT_INTEGER(error.column, cases[i].column);
    }
}

TEST(json_depth, "json: 512 brackets deep is allowed, 513 is not")
{
    struct buffer text = { 0 };
    struct error error;
    struct json_value value;
    for (size_t depth = 512; depth <= 513; depth++) {
        buffer_reset(&text);
        buffer_append_repeated(&text, '[', depth);
        buffer_append_repeated(&text, ']', depth);
        EXPECT(json_scan(buffer_slice(&text), &value, &error) == (depth == 512));
    }
    EXPECT_ERROR(&error, E_JSON_DEPTH, "arrays and objects are nested more than 512 deep");
    EXPECT_INTEGER(error.column, 513);
    buffer_release(&text);
}

TEST(json_record_type, "json: a record that is no object says what it is")
{
    struct arena arena = { 0 };
    struct json_object object;
    struct error error;
    EXPECT(!json_scan_object(SLICE("[1]"), &arena, &object, &error));
    EXPECT_ERROR(&error, E_RECORD_TYPE, "the line is an array, expected an object");
    EXPECT(!json_scan_object(SLICE("[1"), &arena, &object, &error));
    EXPECT_ERROR(&error, E_JSON_SYNTAX, NULL);
    arena_release(&arena);
}

TEST(json_decode, "json: strings are decoded, pairs become one character, half a pair is refused")
{
    struct arena arena = { 0 };
    struct error error;
    struct slice text;
    EXPECT_OK(json_decode(scanned(SLICE("\"a\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00z\"")), &arena, &text,
                          &error),
              &error);
    EXPECT_TEXT(text, "a\0\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80z");
    static const char *const halves[] = { "\"\\ud83d\"", "\"\\ude00\\ud83d\"", "\"\\ud83d\\n\"", "\"\\ud83dabcdef\"" };
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        EXPECT(!json_decode(scanned(slice_of_string(halves[i])), &arena, &text, &error));
        EXPECT_ERROR(&error, E_JSON_SURROGATE, "a string holds half a surrogate pair");
    }
    EXPECT(!json_decode(scanned(SLICE("1")), &arena, &text, &error));
    EXPECT_ERROR(&error, E_FIELD_TYPE, "the value is a number, expected a string");
    arena_release(&arena);
}

TEST(json_walk, "json: children are found with their spans, whatever the white space")
{
    struct json_value root = scanned(SLICE(" { \"a\" : [ 1 , {\"x\":\"]\\\"}\"} , [ ] , null ] , \"\\u0062\":true }"));
    struct json_value array = json_member(root, SLICE("a"));
    EXPECT_INTEGER(array.type, JSON_ARRAY);
    static const char *const wanted[] = { "1", "{\"x\":\"]\\\"}\"}", "[ ]", "null" };
    struct json_iterator iterator = json_iterate(array);
    struct json_field field;
    for (size_t i = 0; i < 4; i++) {
        EXPECT(json_next(&iterator, &field));
        EXPECT_SLICE(field.value.text, slice_of_string(wanted[i]));
    }
    EXPECT(!json_next(&iterator, &field));
    EXPECT(!json_next(&iterator, &field));
    EXPECT_INTEGER(json_member(root, SLICE("b")).type, JSON_TRUE);
    EXPECT_INTEGER(json_member(root, SLICE("c")).type, JSON_MISSING);
}

TEST(json_floats, "json: an array of numbers becomes floats, anything else is named")
{
    struct arena arena = { 0 };
    struct error error;
    const float *values;
    size_t count;
    EXPECT_OK(json_floats(scanned(SLICE("[ 0.5,-1e-3 , 7]")), &arena, &values, &count, &error), &error);
    EXPECT_INTEGER(count, 3);
    EXPECT(values[0] == 0.5f && values[1] == -1e-3f && values[2] == 7.0f);
    EXPECT(!json_floats(scanned(SLICE("[1,null]")), &arena, &values, &count, &error));
    EXPECT_ERROR(&error, E_FIELD_TYPE, "element 1 is null, expected a number");
    EXPECT(!json_floats(scanned(SLICE("[1,2,1e39]")), &arena, &values, &count, &error));
    EXPECT_ERROR(&error, E_FIELD_VALUE, "element 2 is beyond the range of a 32-bit float");
    EXPECT_OK(json_floats(scanned(SLICE("[ ]")), &arena, &values, &count, &error), &error);
    EXPECT_INTEGER(count, 0);
    arena_release(&arena);
}

TEST(json_write, "json: strings are written with the fewest escapes")
{
    struct buffer output = { 0 };
    json_append_string(&output, SLICE("a\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9\xe2\x80\xa8\0"));
    EXPECT_TEXT(buffer_slice(&output), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\xe2\x80\xa8\\u0000\"");
    buffer_reset(&output);
    buffer_append_byte(&output, '{');
    json_append_key(&output, SLICE("a"));
    json_append_integer(&output, -5);
    json_append_key(&output, SLICE("b"));
    json_append_floats(&output, (const float[]){ 0.1f, -0.0f, 1e-7f, 16777216.0f, 1e21f }, 5);
    json_append_key(&output, SLICE("c"));
    json_append_double(&output, 123456.789);
    buffer_append_byte(&output, '}');
    EXPECT_TEXT(buffer_slice(&output), "{\"a\":-5,\"b\":[0.1,0,1e-7,16777216,1e+21],\"c\":123456.789}");
    buffer_release(&output);
}
