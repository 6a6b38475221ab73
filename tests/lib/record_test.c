/* record_test.c - records, their embeddings and kinds, rejects and drops. */
#include "record/record.h"
#include "test.h"

static struct record *record_in(struct batch *batch, const char *line)
{
    struct record *record = batch_append(batch);
    record->line = slice_of_string(line);
    record->file = "notes.jsonl";
    record->line_number = 17;
    return record;
}

TEST(record_text, "record: a text field is decoded; what is wrong with it is placed")
{
    static const struct {
        const char *line;
        enum code code;
        const char *message;
    } cases[] = {
        { "{\"text\":5}", E_FIELD_TYPE, "field 'text' is a number, expected a string" },
        { "{\"t\":\"\"}", E_FIELD_MISSING, "field 'text' is missing" },
        { "{\"id\":1,\"Text\":\"\"}", E_FIELD_MISSING, "field 'text' is missing, nearest is 'Text'" },
        { "{\"text\":\"a\",\"te\\u0078t\":\"b\"}", E_JSON_DUPKEY, "field 'text' stands twice" },
        { "{\"text\":\"\\ud800\"}", E_JSON_SURROGATE, "field 'text' holds half a surrogate pair" },
        { "{\"text\":\"a\"", E_JSON_SYNTAX, "the text is cut short: expected ',' or '}' after a value" },
        { "7", E_RECORD_TYPE, "the line is a number, expected an object" },
    };
    struct batch *batch = batch_create();
    struct slice text;
    struct error error;
    EXPECT_OK(record_text(batch, record_in(batch, "{\"text\":\"a\\nb\"}"), SLICE("text"), &text, &error), &error);
    EXPECT_TEXT(text, "a\nb");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EXPECT(!record_text(batch, record_in(batch, cases[i].line), SLICE("text"), &text, &error));
        EXPECT_ERROR(&error, cases[i].code, cases[i].message);
        EXPECT_SLICE(slice_of_string(error.file), SLICE("notes.jsonl"));
        EXPECT_INTEGER(error.line, 17);
    }
    batch_free(batch);
}

TEST(record_embedding, "record: an embedding is read from numbers and from base64")
{
    static const char *const lines[] = { "{\"embedding\":[0.5,-2],\"embedding_model\":\"m:x:2\"}",
                                         "{\"embedding_model\":\"m:x:2\",\"embedding\":\"AAAAPwAAAMA=\"}" };
    struct batch *batch = batch_create();
    struct error error;
    const float *values;
    uint32_t dimension;
    struct slice model;
    for (size_t i = 0; i < 2; i++) {
        EXPECT_OK(record_embedding(batch, record_in(batch, lines[i]), &values, &dimension, &model, &error), &error);
        EXPECT_INTEGER(dimension, 2);
        EXPECT(values[0] == 0.5f && values[1] == -2.0f);
        EXPECT_TEXT(model, "m:x:2");
    }
    EXPECT_OK(record_embedding(batch, record_in(batch, "{}"), &values, &dimension, &model, &error), &error);
    EXPECT(values == NULL);
    static const char *const faults[][2] = {
        { "{\"embedding\":[1,\"a\"]}", "field 'embedding': element 1 is a string, expected a number" },
        { "{\"embedding\":\"AAAAPwAA\"}", "field 'embedding' holds 6 bytes, expected 4 for each float" },
        { "{\"embedding\":\"AAA!\"}", "field 'embedding' is a string, but not valid base64" },
        { "{\"embedding\":\"AADAfw==\"}", "field 'embedding': element 0 is not finite" },
        { "{\"embedding\":{}}", "field 'embedding' is an object, expected an array of numbers or base64" },
        { "{\"embedding\":[]}", "field 'embedding' is empty, expected numbers" },
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        EXPECT(!record_embedding(batch, record_in(batch, faults[i][0]), &values, &dimension, &model, &error));
        EXPECT_SLICE(slice_of_string(error.message), slice_of_string(faults[i][1]));
    }
    batch_free(batch);
}

TEST(record_render, "record: the embedding is spliced in, in place or before the closing brace")
{
    static const char *const cases[][2] = {
        { "{\"id\":\"a\"}", "{\"id\":\"a\",\"embedding\":[0.5,0],\"embedding_model\":\"m:x:2\"}" },
        { " { } ", "{\"embedding\":[0.5,0],\"embedding_model\":\"m:x:2\" }" },
        { "{\"embedding\":[1],\"id\":1.0,\"embedding_model\":\"old\"}",
          "{\"embedding\":[0.5,0],\"id\":1.0,\"embedding_model\":\"m:x:2\"}" },
        { "{\"embedding\":null,\"id\":{\"embedding\":7}}",
          "{\"embedding\":[0.5,0],\"id\":{\"embedding\":7},\"embedding_model\":\"m:x:2\"}" },
    };
    const float vector[] = { 0.5f, -0.0f };
    struct buffer output = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct record record = {
            .line = slice_of_string(cases[i][0]), .vector = vector, .dimension = 2, .vector_model = SLICE_INIT("m:x:2")
        };
        buffer_reset(&output);
        record_render(&record, false, &output);
        EXPECT_SLICE(buffer_slice(&output), slice_of_string(cases[i][1]));
    }
    struct record record = { .line = SLICE_INIT("{\"a\":1}"), .vector = vector, .dimension = 2 };
    buffer_reset(&output);
    record_render(&record, true, &output);
    EXPECT_TEXT(buffer_slice(&output), "{\"a\":1,\"embedding\":\"AAAAPwAAAAA=\"}");
    buffer_release(&output);
}

TEST(record_kind, "record: tombstones and control records are told from data")
{
    static const struct {
        const char *line;
        enum record_kind kind;
    } cases[] = {
        { "{\"id\":\"a\",\"deleted\":true}", RECORD_TOMBSTONE },
        { " { \"id\" : \"a\" , \"deleted\" : true } ", RECORD_TOMBSTONE },
        { "{\"deleted\":true,\"id\":\"a\"}", RECORD_TOMBSTONE },
        { "{\"id\":\"a\",\"deleted\":false}", RECORD_DATA },
        { "{\"id\":\"a\",\"text\":\"\",\"deleted\":true}", RECORD_DATA },
        { "{\"id\":7,\"deleted\":true}", RECORD_DATA },
        { "{\"id\":\"a\",\"deleted\":true", RECORD_DATA },
        { "{\"id\":\"a\"}", RECORD_DATA },
        { "{\"garner\":{\"error\":{\"code\":\"E_IO\"}}}", RECORD_ERROR },
        { "{\"garner\":{\"end\":{\"records\":3}}}", RECORD_END },
        { "{\"garner\":{\"end\":{\"records\":3}},\"id\":\"a\"}", RECORD_DATA },
        { "{\"garner\":7}", RECORD_DATA },
        { "", RECORD_DATA },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_INTEGER(record_kind_of(slice_of_string(cases[i].line)), cases[i].kind);
}

TEST(batch_outcomes, "batch: rejects and drops keep place, field, reason and text")
{
    struct batch *batch = batch_create();
    struct error error;
    struct slice text;
    struct record *record = record_in(batch, "{\"text\":5}");
    EXPECT(!record_text(batch, record, SLICE("text"), &text, &error));
    EXPECT(batch_reject(batch, NULL, record, &error));
    EXPECT(!batch->has_failed);
    batch->stops_at_reject = true;
    struct record *broken = record_in(batch, "{\"text\"");
    EXPECT(!record_text(batch, broken, SLICE("text"), &text, &error));
    EXPECT(!batch_reject(batch, NULL, broken, &error));
    EXPECT(batch->has_failed);
    batch_drop(batch, NULL, record, "short", "text", "1 word");
    EXPECT_INTEGER(batch->outcome_count, 3);
    EXPECT_INTEGER(batch->outcomes[0].kind, OUTCOME_REJECTED);
    EXPECT_SLICE(slice_of_string(batch->outcomes[0].field), SLICE("text"));
    EXPECT_TEXT(batch->outcomes[0].record, "{\"text\":5}");
    EXPECT(!batch->outcomes[0].is_raw);
    EXPECT(batch->outcomes[1].is_raw);
    EXPECT_INTEGER(batch->outcomes[1].line_number, 17);
    EXPECT_INTEGER(batch->outcomes[2].kind, OUTCOME_DROPPED);
    EXPECT_SLICE(slice_of_string(batch->outcomes[2].reason_code), SLICE("short"));
    batch_free(batch);
}

TEST(batch_changed, "batch: a stage walks the old records while it appends new ones")
{
    struct batch *batch = batch_create();
    for (size_t i = 0; i < 200; i++)
        record_in(batch, "{}");
    size_t count;
    struct record *old = batch_take_records(batch, &count);
    EXPECT_INTEGER(count, 200);
    for (size_t i = 0; i < count; i += 2)
        batch_append_changed(batch, &old[i], SLICE("{\"a\":1}"));
    EXPECT_INTEGER(batch->count, 100);
    EXPECT_INTEGER(batch->records[99].line_number, 17);
    EXPECT_TEXT(batch->records[99].line, "{\"a\":1}");
    batch_free(batch);
}

/* Lines of an even length go on, with that length; odd ones are rejected, one character is dropped. */
static bool look_at_length(void *context, struct batch *batch, struct record *record, void *item, struct error *error)
{
    size_t *length = item, *calls = context;
    ++*calls;
    *length = record->line.length;
    if (record->line.length == 1)
        batch_drop(batch, NULL, record, "short", "", "one character");
    return *length % 2 == 0 || (*length > 1 && error_set(error, E_FIELD_VALUE, "odd"));
}

TEST(batch_items, "batch: a look at each record leaves an item for each that goes on")
{
    static const char *const lines[] = { "22", "1", "333", "deleted", "4444" };
    size_t calls = 0;
    struct batch *batch = batch_create();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        record_in(batch, lines[i]);
    batch->records[3].kind = RECORD_TOMBSTONE;
    const size_t *items = batch_look(batch, NULL, sizeof *items, look_at_length, &calls);
    EXPECT_INTEGER(calls, 4);
    EXPECT_INTEGER(batch->count, 3);
    EXPECT_INTEGER(items[0], 2);
    EXPECT_INTEGER(items[1], 0);
    EXPECT_INTEGER(items[2], 4);
    EXPECT_TEXT(batch->records[2].line, "4444");
    EXPECT_INTEGER(batch->outcome_count, 2);
    EXPECT_INTEGER(batch->outcomes[0].kind, OUTCOME_DROPPED);
    EXPECT_INTEGER(batch->outcomes[1].kind, OUTCOME_REJECTED);
    EXPECT_INTEGER(batch->outcomes[1].line_number, 17);
    batch->stops_at_reject = true;
    record_in(batch, "333");
    record_in(batch, "22");
    items = batch_look(batch, NULL, sizeof *items, look_at_length, &calls);
    EXPECT_INTEGER(batch->count, 3);
    EXPECT(batch->has_failed);
    batch_free(batch);
}
