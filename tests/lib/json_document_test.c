/* json_document_test.c - JSON and JSONL files: which rows they hold, and what is kept of them. */
#include "base/arena.h"
#include "collect.h"
#include "document/json_extent.h"
#include "document/json_row.h"
#include "test.h"

/* Every size of pieces gives the same. The facts bytes and hash are cut out of the records. */
static void expect(const char *format, const char *json, const struct document_options *options, const char *records,
                   const char *rejects)
{
    static const size_t pieces[] = { 0, 1, 2, 7, 64, 4096 };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct collected found = { 0 };
        struct buffer plain = { 0 };
        collect(&found, format, "t", slice_of_string(json), pieces[i], options);
        if (!found.is_done)
            error_format(&found.error, &found.rejects);
        struct slice rest = buffer_slice(&found.records);
        while (rest.length) { /* ,"bytes":N,"hash":"..." */
            size_t start = slice_find(rest, SLICE(",\"bytes\":"));
            buffer_append_slice(&plain, slice_between(rest, 0, start));
            rest = slice_from(rest, start);
            if (rest.length)
                rest = slice_from(rest, slice_find(rest, SLICE("\"hash\":")) + 41);
        }
        EXPECT_SLICE(buffer_slice(&plain), slice_of_string(records));
        EXPECT_SLICE(buffer_slice(&found.rejects), slice_of_string(rejects));
        buffer_release(&plain);
        collected_release(&found);
    }
}

#define META(mime) "\"metadata\":{\"source\":\"t\",\"mime\":\"application/" mime "\""

TEST(json_document_object, "json file: one object is one document")
{
    expect("json", "{\"text\":\"a\\nb\",\"year\":1.0,\"deep\":{\"x\": [1, 2]}}", NULL,
           "{\"id\":\"t\",\"text\":\"a\\nb\"," META("json") ",\"year\":1.0,\"deep\":{\"x\": [1, 2]}}}\n", "");
    expect("json", " \n{\n \"a\": \"x\",\n \"b\": [1, \"two\", {\"c\": true}], \"d\": null, \"e\": \"\"}\n", NULL,
           "{\"id\":\"t\",\"text\":\"a: x\\nb: 1, two\\nb[2].c: true\"," META("json") "}}\n", "");
    expect("json", "{\"id\":\"mine\",\"text\":\"x\",\n\"metadata\":{\"source\":\"s\"}}", NULL,
           "{\"id\":\"mine\",\"text\":\"x\",\"metadata\":{\"source\":\"s\"}}\n", "");
    expect("json", "{\"a\": tru}", NULL, "", "t:1:7: expected a value");
    expect("json", "{\n\n\"a\": tru}", NULL, "", "t:3:6: expected a value");
    expect("json", "", NULL, "", "t:1: the file is empty, expected an object or array");
    expect("json", "{\"a\":\"", NULL, "", "t:1: a value that begins here is not closed");
}

TEST(json_document_array, "json file: the elements of an array are rows")
{
    expect("json", "[]", NULL, "", "");
    expect("json", " [ {\"id\":\"a\",\"text\":\"x\"} , {\"id\":\"b\",\"text\":\"y\"}\n]\n", NULL,
           "{\"id\":\"a\",\"text\":\"x\",\"metadata\":{\"source\":\"t\"}}\n"
           "{\"id\":\"b\",\"text\":\"y\",\"metadata\":{\"source\":\"t\"}}\n",
           "");
    expect("json", "[\n5,\n{\"id\":\"b\",\"text\":\"y\"},\n{\"a\" 1}]", NULL,
           "{\"id\":\"b\",\"text\":\"y\",\"metadata\":{\"source\":\"t\"}}\n",
           "E_RECORD_TYPE t:2: the line is a number, expected an object\n"
           "E_JSON_SYNTAX t:4: expected ':' after a key\n");
    expect("json", "[\"\\u00e9\\\"]\"]", NULL,
           "{\"id\":\"t#1d673240219b50aa19cee9e437b6312d\",\"text\":\"\xc3\xa9\\\"]\"," META("json") "}}\n", "");
    expect("json", "[{\"id\":\"b\",\"text\":\"y\"}", NULL,
           "{\"id\":\"b\",\"text\":\"y\",\"metadata\":{\"source\":\"t\"}}\n", "t:1: the array is not closed");
    expect("json", "[1 2]", NULL, "",
           "E_RECORD_TYPE t:1: the line is a number, expected an object\nt:1: expected ',' or ']' behind a value");
    expect("json", "[1,,2]", NULL, "",
           "E_RECORD_TYPE t:1: the line is a number, expected an object\nt:1: a value is missing");
    expect("json", "[]]", NULL, "", "t:1: text behind the end of the array");
    expect("json", "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\n\"text\":\"y\"} {\"id\":\"c\",\"text\":\"z\"}", NULL,
           "{\"id\":\"a\",\"text\":\"x\",\"metadata\":{\"source\":\"t\"}}\n"
           "{\"id\":\"b\",\"text\":\"y\",\"metadata\":{\"source\":\"t\"}}\n"
           "{\"id\":\"c\",\"text\":\"z\",\"metadata\":{\"source\":\"t\"}}\n",
           "");
}

TEST(json_document_lines, "jsonl: each line is a row, a faulty one is rejected with its place")
{
    expect("jsonl", "", NULL, "", "");
    expect("jsonl", "\r\n\n{\"id\":\"a\",\"text\":\"x\"}\r\n  {\"id\":\"b\",\"text\":\"y\"}", NULL,
           "{\"id\":\"a\",\"text\":\"x\",\"metadata\":{\"source\":\"t\"}}\n"
           "{\"id\":\"b\",\"text\":\"y\",\"metadata\":{\"source\":\"t\"}}\n",
           "");
    expect("jsonl", "{\n  {\"a\":01}\n[1]\n{\"text\":\"\\ud800\"}\n", NULL, "",
           "E_JSON_SYNTAX t:1:2: the text is cut short: expected a key in double quotes\n"
           "E_JSON_SYNTAX t:2:8: a number must not have leading zeros\n"
           "E_RECORD_TYPE t:3: the line is an array, expected an object\n"
           "E_JSON_SURROGATE t:4: a string holds half a surrogate pair\n");
}

TEST(json_document_own, "jsonl: a row that is a document stays byte for byte but for its source")
{
    expect("jsonl",
           "{\"id\":\"a\", \"n\":1e400, \"text\":\"\\u0041\", \"metadata\": {\"k\":2.0 }}\n"
           "{\"id\":\"b\",\"text\":\"\",\"metadata\":{ }}\n"
           "{\"id\":\"c\",\"text\":\"\",\"metadata\":[1]}\n"
           "{\"metadata\":{\"source\":\"web\"},\"id\":\"d\",\"text\":\"x\",\"embedding\":[1]}\n"
           "{\"id\":\"e\",\"text\":\"\xff\"}\n",
           NULL,
           "{\"id\":\"a\", \"n\":1e400, \"text\":\"\\u0041\", \"metadata\": {\"k\":2.0 ,\"source\":\"t\"}}\n"
           "{\"id\":\"b\",\"text\":\"\",\"metadata\":{ \"source\":\"t\"}}\n"
           "{\"id\":\"c\",\"text\":\"\",\"metadata\":[1]}\n"
           "{\"metadata\":{\"source\":\"web\"},\"id\":\"d\",\"text\":\"x\",\"embedding\":[1]}\n"
           "{\"id\":\"e\",\"text\":\"\xef\xbf\xbd\",\"metadata\":{\"source\":\"t\",\"replaced\":1}}\n",
           "");
    expect("jsonl", "{\"id\":\"a\",\"id\":\"b\",\"text\":\"x\"}\n", NULL, "",
           "E_JSON_DUPKEY t:1: key 'id' stands twice\n");
}

TEST(json_document_orders, "jsonl: a tombstone or a control line in a file is data")
{
    struct collected found = { 0 };
    collect(&found, "jsonl", "t", SLICE("{\"id\":\"a\",\"deleted\":true}\n{\"garner\":{\"end\":{\"records\":1}}}\n"), 0,
            NULL);
    struct slice records = buffer_slice(&found.records);
    EXPECT(slice_starts_with(records, SLICE("{\"id\":\"t#")));
    EXPECT(slice_find(records, SLICE("\"text\":\"id: a\\ndeleted: true\"")) < records.length);
    EXPECT(slice_find(records, SLICE("\"text\":\"garner.end.records: 1\"")) < records.length);
    collected_release(&found);
    collect(&found, "jsonl", "t", SLICE("{\"id\":\"a\",\"text\":\"x\",\"deleted\":true}\n"), 0, NULL);
    EXPECT(slice_find(buffer_slice(&found.records), SLICE("\"metadata\":{\"source\":\"t\"")) < found.records.length);
    collected_release(&found);
}

TEST(json_document_fields, "jsonl: options choose id, text and metadata by path")
{
    static const char *const text[] = { "a.title", "body" }, *const some[] = { "n", "a.title", "none" },
                             *const all[] = { "*" };
    struct document_options options = { .text_fields = text, .text_field_count = 2, .id_field = "key" };
    expect("jsonl",
           "{\"key\":17,\"a\":{\"title\":\"T\"},\"body\":[1,\"x\"],\"n\":2}\n{\"key\":\"\",\"body\":\"B\"}\n"
           "{\"body\":\"B\"}\n{\"key\":\"k\"}\n",
           &options,
           "{\"id\":\"17\",\"text\":\"T\\n\\n1, x\"," META("jsonl") ",\"key\":17,\"a\":{\"title\":\"T\"},\"n\":2}}\n",
           "E_FIELD_VALUE t:2: field 'key' for --id-field is empty\n"
           "E_FIELD_MISSING t:3: field 'key' for --id-field is missing\n"
           "E_FIELD_MISSING t:4: field 'a.title' is missing\n");
    options = (struct document_options){ .metadata_fields = some, .metadata_field_count = 3, .id_field = "n" };
    expect("jsonl", "{\"text\":\"x\",\"a\":{\"title\":\"T\"},\"n\":2,\"more\":1}\n", &options,
           "{\"id\":\"2\",\"text\":\"x\"," META("jsonl") ",\"n\":2,\"a.title\":\"T\"}}\n", "");
    options = (struct document_options){ .metadata_fields = all, .metadata_field_count = 1, .id_field = "n" };
    expect("jsonl", "{\"n\":\"1\",\"mime\":\"m\",\"metadata\":{\"p\":1}}\n", &options,
           "{\"id\":\"1\",\"text\":\"n: 1\\nmime: m\\nmetadata.p: 1\",\"metadata\":{\"source\":\"t\""
           ",\"n\":\"1\",\"mime\":\"m\",\"p\":1}}\n",
           "");
}

TEST(json_document_metadata, "jsonl: other fields become metadata, and none is lost")
{
    struct document_options options = { .id_field = "id" };
    expect("jsonl",
           "{\"id\":1,\"content\":\"x\",\"metadata\":{\"a\":1},\"b\":2}\n"
           "{\"id\":2,\"content\":\"x\",\"metadata\":{\"b\":1},\"b\":2}\n"
           "{\"id\":3,\"content\":\"x\",\"source\":\"mine\"}\n"
           "{\"id\":4,\"content\":\"x\",\"b\":1,\"b\":2}\n",
           &options,
           "{\"id\":\"1\",\"text\":\"x\"," META(
               "jsonl") ",\"id\":1,\"a\":1,\"b\":2}}\n"
                        "{\"id\":\"2\",\"text\":\"x\"," META(
                            "jsonl") ",\"id\":2,\"metadata\":{\"b\":1},\"b\":2}}\n"
                                     "{\"id\":\"3\",\"text\":\"x\",\"metadata\":{\"mime\":\"application/"
                                     "jsonl\",\"id\":3,\"source\":\"mine\"}}\n",
           "E_JSON_DUPKEY t:4: key 'b' stands twice\n");
    expect("jsonl", "{\"_id\":\"7\",\"title\":\"T\",\"text\":\"x\",\"metadata\":{}}\n", NULL,
           "{\"id\":\"7\",\"text\":\"T\\n\\nx\"," META("jsonl") ",\"title\":\"T\"}}\n", "");
}

TEST(json_leaves, "json file: the walk over values names every path, at any depth")
{
    struct buffer json = { 0 }, text = { 0 };
    struct arena arena = { 0 };
    struct error error = { 0 };
    struct json_value value;
    EXPECT_OK(json_scan(SLICE("{\"a\":[[1,2],[],[{\"b\":\"c\"},3]],\"\":{\"k\\n\":-1.50}}"), &value, &error), &error);
    EXPECT(json_append_leaves(&text, value, &arena, 1000));
    EXPECT_TEXT(buffer_slice(&text), "a[0]: 1, 2\na[2][0].b: c\na[2]: 3\nk\n: -1.50");
    buffer_reset(&text);
    buffer_append_repeated(&json, '[', JSON_DEPTH_MAXIMUM);
    buffer_append_byte(&json, '1');
    buffer_append_repeated(&json, ']', JSON_DEPTH_MAXIMUM);
    EXPECT_OK(json_scan(buffer_slice(&json), &value, &error), &error);
    EXPECT(json_append_leaves(&text, value, &arena, 10000));
    EXPECT_INTEGER(text.length, 3 * (JSON_DEPTH_MAXIMUM - 1) + 3);
    EXPECT(!json_append_leaves(&text, value, &arena, 100));
    buffer_release(&json);
    buffer_release(&text);
    arena_release(&arena);
}

TEST(json_extent_twins, "json file: the vector loops and their scalar twins agree, in any pieces")
{
    static const char alphabet[] = "ab12 ,:{}[]\"\\\n{[\"}]";
    uint64_t state = 12345;
    for (int round = 0; round < 20000; round++) {
        char bytes[100];
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t length = (state >> 33) % sizeof bytes;
        for (size_t i = 0; i < length; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = round % 2 && (state >> 60) ? 'x' : alphabet[(state >> 33) % (sizeof alphabet - 1)];
        }
        EXPECT_INTEGER(json_find_string_end(bytes, length), json_find_string_end_scalar(bytes, length));
        EXPECT_INTEGER(json_find_structure(bytes, length), json_find_structure_scalar(bytes, length));
        struct json_extent whole = { 0 }, pieces = { 0 };
        bool is_found = json_extent_find(&whole, slice_of(bytes, length)), found = false;
        for (size_t end = 0; end <= length && !found; end += 7)
            found = json_extent_find(&pieces, slice_of(bytes, end));
        found = found || json_extent_find(&pieces, slice_of(bytes, length));
        EXPECT(found == is_found);
        EXPECT_INTEGER(pieces.at, whole.at);
    }
}
