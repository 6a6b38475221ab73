/* path_test.c - paths: their syntax, what they find, and splices. */
#include "test.h"
#include "json/path.h"

static struct arena arena;

static struct json_path compiled(const char *text)
{
    struct json_path path;
    struct error error;
    EXPECT_OK(json_path_compile(slice_of_string(text), &arena, &path, &error), &error);
    return path;
}

static struct json_object object_of(const char *text)
{
    struct json_object object;
    struct error error;
    EXPECT_OK(json_scan_object(slice_of_string(text), &arena, &object, &error), &error);
    return object;
}

TEST(path_find, "path: keys, indexes, quotes and pointers lead to the same value")
{
    struct json_object object =
        object_of("{\"metadata\":{\"source\":\"x\",\"a.b\":2,\"it's\":3},\"messages\":[{\"role\":\"user\"},"
                  "{\"role\":\"system\"}],\"0\":{\"\":7},\"tags\":[]}");
    static const char *const cases[][2] = {
        { "metadata.source", "\"x\"" },
        { ".metadata.source", "\"x\"" },
        { "/metadata/source", "\"x\"" },
        { "metadata['a.b']", "2" },
        { "metadata[\"it's\"]", "3" },
        { "metadata['it\\'s']", "3" },
        { "messages[0].role", "\"user\"" },
        { "messages[-1].role", "\"system\"" },
        { "messages.1.role", "\"system\"" },
        { "/messages/1/role", "\"system\"" },
        { "messages[*].role", "\"user\"" },
        { "['0']['']", "7" },
        { "/0/", "7" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_path path = compiled(cases[i][0]);
        EXPECT_SLICE(json_path_find(&path, &object, NULL).text, slice_of_string(cases[i][1]));
    }
    static const char *const nowhere[] = {
        "x",       "metadata.x", "metadata[0]", "messages[2]", "messages[-3]", "messages.role", "metadata.source.x",
        "tags[*]", "tags[0]",    "[0]"
    };
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        struct json_path path = compiled(nowhere[i]);
        EXPECT_INTEGER(json_path_find(&path, &object, NULL).type, JSON_MISSING);
    }
    arena_release(&arena);
}

TEST(path_all, "path: [*] gives every element, at each level")
{
    struct json_object object = object_of("{\"a\":[{\"b\":[1,2]},{\"c\":0},{\"b\":[3]},4]}");
    struct json_path path = compiled("a[*].b[*]");
    struct json_value *values;
    EXPECT_INTEGER(json_path_find_all(&path, &object, &arena, &values), 3);
    EXPECT_TEXT(values[2].text, "3");
    arena_release(&arena);
}

TEST(path_ambiguous, "path: a key that stands twice on the way is told")
{
    struct json_object object = object_of("{\"a\":1,\"\\u0061\":2,\"b\":{\"c\":1,\"c\":2},\"d\":3}");
    bool is_ambiguous;
    struct json_path path = compiled("a");
    EXPECT_TEXT(json_path_find(&path, &object, &is_ambiguous).text, "1");
    EXPECT(is_ambiguous);
    path = compiled("b.c");
    EXPECT_TEXT(json_path_find(&path, &object, &is_ambiguous).text, "1");
    EXPECT(is_ambiguous);
    path = compiled("d");
    EXPECT_TEXT(json_path_find(&path, &object, &is_ambiguous).text, "3");
    EXPECT(!is_ambiguous);
    arena_release(&arena);
}

TEST(path_errors, "path: a wrong path is named with the column")
{
    static const struct {
        const char *text;
        int64_t column;
    } cases[] = { { "a..b", 3 }, { "a.", 3 }, { "a[", 3 },   { "a[x]", 3 },  { "a[1", 4 },    { "a['b", 5 },
                  { "a b", 2 },  { "a]", 2 }, { "/a~2", 4 }, { "a[1]b", 5 }, { "a[--1]", 3 }, { "\xff", 1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_path path;
        struct error error;
        EXPECT(!json_path_compile(slice_of_string(cases[i].text), &arena, &path, &error));
        EXPECT_INTEGER(error.code, E_USAGE);
        EXPECT_INTEGER(error.column, cases[i].column);
    }
    arena_release(&arena);
}

TEST(path_set, "path: setting a value keeps every other byte")
{
    static const char *const cases[][4] = {
        { "{\"a\":1}", "a", "2", "{\"a\":2}" },
        { "{ \"a\" : 1.0 , \"b\":1e400 }", "a", "[]", "{ \"a\" : [] , \"b\":1e400 }" },
        { "{ \"a\" : 1.0 }", "b", "2", "{ \"a\" : 1.0,\"b\":2 }" },
        { "{}", "b", "2", "{\"b\":2}" },
        { "{}", "a.b.c", "\"x\"", "{\"a\":{\"b\":{\"c\":\"x\"}}}" },
        { "{\"a\":{\"b\":{}},\"z\":0}", "a.b.c", "1", "{\"a\":{\"b\":{\"c\":1}},\"z\":0}" },
        { "{\"a\":{\"b\":{\"x\":[1]}},\"z\":0}", "a.b.c.d", "1",
          "{\"a\":{\"b\":{\"x\":[1],\"c\":{\"d\":1}}},\"z\":0}" },
        { "{\"m\":[{\"r\":1},{\"r\":2}]}", "m[-1].r", "null", "{\"m\":[{\"r\":1},{\"r\":null}]}" },
        { "{\"m\":[{\"r\":1},{\"r\":2}]}", "m[0].s", "true", "{\"m\":[{\"r\":1,\"s\":true},{\"r\":2}]}" },
        { "{\"m\":{}}", "m['a\"b']", "1", "{\"m\":{\"a\\\"b\":1}}" },
        { "{\"\\u0061\":1}", "a", "2", "{\"\\u0061\":2}" },
        { "{\"a\":{}}", "a", "{\"b\":1}", "{\"a\":{\"b\":1}}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_object object = object_of(cases[i][0]);
        struct json_path path = compiled(cases[i][1]);
        struct buffer output = { 0 };
        struct error error;
        EXPECT_OK(json_path_set(&path, &object, slice_of_string(cases[i][2]), &output, &error), &error);
        EXPECT_SLICE(buffer_slice(&output), slice_of_string(cases[i][3]));
        buffer_release(&output);
    }
    arena_release(&arena);
}

TEST(path_set_errors, "path: a way that cannot be made is refused and nothing is written")
{
    static const struct {
        const char *object, *path;
        enum code code;
        const char *message;
    } cases[] = {
        { "{\"a\":\"x\"}", "a.b", E_FIELD_TYPE,
          "field 'a.b' cannot be set at 'b': it is in a string, expected an object" },
        { "{\"a\":[1]}", "a[1]", E_FIELD_TYPE, "field 'a[1]' cannot be set: the array has no element of that number" },
        { "{\"a\":{}}", "a[0]", E_FIELD_TYPE, "field 'a[0]' cannot be set: it is in an object, expected an array" },
        { "{}", "a[0]", E_FIELD_TYPE, "field 'a[0]' cannot be set: the array does not exist" },
        { "{\"a\":[]}", "a[*]", E_FIELD_TYPE, "field 'a[*]' cannot be set: [*] names many places, expected one" },
        { "{\"a\":1,\"a\":2}", "a", E_JSON_DUPKEY,
          "field 'a' cannot be set at 'a': the key stands twice in one object" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_object object = object_of(cases[i].object);
        struct json_path path = compiled(cases[i].path);
        struct buffer output = { 0 };
        struct error error;
        EXPECT(!json_path_set(&path, &object, SLICE("0"), &output, &error));
        EXPECT_ERROR(&error, cases[i].code, cases[i].message);
        EXPECT_INTEGER(output.length, 0);
        buffer_release(&output);
    }
    arena_release(&arena);
}

TEST(path_set_depth, "path: a value is replaced or added at every depth, and nothing else changes")
{
    struct buffer record = { 0 }, text = { 0 }, output = { 0 }, wanted = { 0 };
    for (size_t depth = 1; depth < 500; depth += depth < 8 ? 1 : 61) {
        buffer_reset(&record);
        buffer_reset(&text);
        for (size_t i = 0; i < depth; i++) {
            buffer_append_string(&record, i % 2 ? "[0, " : "{ \"x\":1.0 , \"k\": ");
            buffer_append_string(&text, i % 2 ? "[-1]" : i ? ".k" : "k");
        }
        size_t start = record.length;
        buffer_append_string(&record, "{\"old\":1e400}");
        size_t end = record.length;
        for (size_t i = depth; i-- > 0;)
            buffer_append_string(&record, i % 2 ? " ]" : ", \"z\":\"\\u00e9\"}");
        for (int adds = 0; adds < 2; adds++) {
            if (adds)
                buffer_append_string(&text, ".new");
            struct json_object object = object_of(buffer_string(&record));
            struct json_path path = compiled(buffer_string(&text));
            struct error error;
            buffer_reset(&output);
            buffer_reset(&wanted);
            EXPECT_OK(json_path_set(&path, &object, SLICE("true"), &output, &error), &error);
            buffer_append(&wanted, record.bytes, start);
            buffer_append_string(&wanted, adds ? "{\"old\":1e400,\"new\":true}" : "true");
            buffer_append(&wanted, record.bytes + end, record.length - end);
            EXPECT_SLICE(buffer_slice(&output), buffer_slice(&wanted));
        }
        arena_reset(&arena);
    }
    buffer_release(&record);
    buffer_release(&text);
    buffer_release(&output);
    buffer_release(&wanted);
    arena_release(&arena);
}
