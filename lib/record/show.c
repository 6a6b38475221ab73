/* show.c - a record as people read it. */
#include "record/show.h"

#include <math.h>

#include "text/layout.h"

enum {
    INDENT = 2,
    SHORT_TEXT = 60,       /* a text up to this length without line break stands beside its name */
    EMBEDDING_SHOWN = 4,   /* numbers */
    NESTING_FLATTENED = 4, /* objects in objects become a.b.c; deeper ones are shown as JSON */
    FAULTY_LINES = 3       /* of a line that is no record */
};

static void append_rule(struct show *show, struct slice title)
{
    size_t before = show->output->length;
    buffer_append_string(show->output, "--- ");
    layout_append_cut(show->output, title, show->width - 5);
    size_t columns = layout_width(slice_from(buffer_slice(show->output), before));
    buffer_append_byte(show->output, ' ');
    if (columns + 1 < show->width)
        buffer_append_repeated(show->output, '-', show->width - columns - 1);
    buffer_append_byte(show->output, '\n');
}

static void append_block(struct show *show, struct slice text)
{
    struct layout layout = { show->width, INDENT, show->lines_maximum };
    layout_append_wrapped(show->output, text, &layout);
}

/* "name: value" where it fits in a line, else the value below its name. */
static void append_text(struct show *show, struct slice name, struct slice text)
{
    text_append_printable(show->output, name);
    bool is_short = text.length <= SHORT_TEXT && slice_find_byte(text, '\n') == text.length &&
                    layout_width(name) + 2 + layout_width(text) <= show->width;
    buffer_append_string(show->output, is_short ? ": " : ":\n");
    if (is_short) {
        text_append_printable(show->output, text);
        buffer_append_byte(show->output, '\n');
    } else {
        append_block(show, text);
    }
}

/* The characters of a string; as it stands in the line where it cannot be decoded. */
static struct slice text_of(struct show *show, struct json_value value)
{
    struct error ignored;
    struct slice text;
    if (value.type == JSON_STRING && json_decode(value, &show->scratch, &text, &ignored))
        return text;
    return value.text;
}

static void append_embedding(struct show *show, struct slice name, struct json_value value)
{
    const float *numbers;
    size_t count;
    struct error ignored;
    if (!json_floats(value, &show->scratch, &numbers, &count, &ignored) || count == 0) {
        append_text(show, name, text_of(show, value));
        return;
    }
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += (double)numbers[i] * (double)numbers[i];
    text_append_printable(show->output, name);
    buffer_append_format(show->output, ": %zu numbers of length %.3f:", count, sqrt(squares));
    for (size_t i = 0; i < count && i < EMBEDDING_SHOWN; i++)
        buffer_append_format(show->output, " %.4f", (double)numbers[i]);
    buffer_append_string(show->output, count > EMBEDDING_SHOWN ? " ...\n" : "\n");
}

/* An array with a role and a content in each element. */
static bool is_dialogue(struct json_value value)
{
    if (value.type != JSON_ARRAY)
        return false;
    struct json_iterator iterator = json_iterate(value);
    struct json_field turn;
    size_t count = 0;
    for (; json_next(&iterator, &turn); count++)
        if (json_member(turn.value, SLICE("role")).type != JSON_STRING)
            return false;
    return count > 0;
}

static void append_dialogue(struct show *show, struct json_value value)
{
    struct json_iterator iterator = json_iterate(value);
    struct json_field turn, part;
    while (json_next(&iterator, &turn)) {
        text_append_printable(show->output, text_of(show, json_member(turn.value, SLICE("role"))));
        buffer_append_string(show->output, ":\n");
        struct json_iterator parts = json_iterate(turn.value);
        while (json_next(&parts, &part)) {
            if (json_key_equal(&part, SLICE("role")) || part.value.type == JSON_NULL)
                continue;
            if (!json_key_equal(&part, SLICE("content"))) {
                buffer_append_repeated(show->output, ' ', INDENT);
                text_append_printable(show->output, part.key);
                buffer_append_string(show->output, ":\n");
            }
            append_block(show, text_of(show, part.value));
        }
    }
}

static void append_value(struct show *show, struct slice name, struct json_value value, int depth)
{
    if (value.type == JSON_OBJECT && depth < NESTING_FLATTENED) {
        struct json_iterator iterator = json_iterate(value);
        struct json_field field;
        while (json_next(&iterator, &field)) {
            struct buffer longer = { 0 };
            buffer_append_slice(&longer, name);
            buffer_append_byte(&longer, '.');
            buffer_append_slice(&longer, field.key);
            append_value(show, buffer_slice(&longer), field.value, depth + 1);
            buffer_release(&longer);
        }
    } else if (slice_equal(name, SLICE("embedding"))) {
        append_embedding(show, name, value);
    } else if (is_dialogue(value)) {
        if (!slice_equal(name, SLICE("messages"))) {
            text_append_printable(show->output, name);
            buffer_append_string(show->output, ":\n");
        }
        append_dialogue(show, value);
    } else {
        append_text(show, name, text_of(show, value));
    }
}

static void append_chosen_fields(struct show *show, const struct json_object *object)
{
    for (size_t i = 0; i < show->field_count; i++) {
        struct json_value value = json_path_find(&show->fields[i], object, NULL);
        if (value.type != JSON_MISSING)
            append_value(show, show->fields[i].text, value, 0);
    }
}

static void append_title(struct show *show, const struct json_object *object, int64_t number)
{
    static const char *const names[] = { "id", "_id" };
    struct buffer title = { 0 };
    for (size_t i = 0; i < 2 && title.length == 0; i++) {
        const struct json_field *id = json_object_find(object, slice_of_string(names[i]));
        if (id)
            buffer_append_slice(&title, text_of(show, id->value));
    }
    if (title.length == 0)
        buffer_append_format(&title, "record %lld", (long long)number);
    append_rule(show, buffer_slice(&title));
    buffer_release(&title);
}

static void append_record(struct show *show, const struct json_object *object, int64_t number)
{
    append_title(show, object, number);
    if (show->field_count > 0) {
        append_chosen_fields(show, object);
    } else {
        for (size_t i = 0; i < object->count; i++)
            if (!json_key_equal(&object->fields[i], SLICE("id")) && !json_key_equal(&object->fields[i], SLICE("_id")))
                append_value(show, object->fields[i].key, object->fields[i].value, 0);
    }
    buffer_append_byte(show->output, '\n');
}

/* The string at first.second, empty where there is none. */
static struct json_value member_of(const struct json_object *object, const char *first, const char *second)
{
    const struct json_field *field = json_object_find(object, slice_of_string(first));
    return field ? json_member(field->value, slice_of_string(second)) : (struct json_value){ .type = JSON_MISSING };
}

/* Tombstones, seals and errors say something about the stream. */
static void append_signal(struct show *show, const struct json_object *object, enum record_kind kind)
{
    struct buffer title = { 0 };
    if (kind == RECORD_TOMBSTONE) {
        const struct json_field *id = json_object_find(object, SLICE("id"));
        buffer_append_slice(&title, id ? text_of(show, id->value) : SLICE("document"));
        buffer_append_string(&title, " (deleted)");
    } else if (kind == RECORD_MARK) {
        buffer_append_string(&title, "end of run ");
        buffer_append_slice(&title, json_member(member_of(object, "garner", "ledger"), SLICE("run")).text);
        buffer_append_string(&title, " of a ledger");
    } else if (kind == RECORD_END) {
        struct slice count = json_member(member_of(object, "garner", "end"), SLICE("records")).text;
        buffer_append_string(&title, "end of the stream: ");
        buffer_append_slice(&title, count);
        buffer_append_string(&title, slice_equal(count, SLICE("1")) ? " record" : " records");
    } else {
        struct json_value fault = member_of(object, "garner", "error");
        buffer_append_string(&title, "the stream was cut: ");
        buffer_append_slice(&title, text_of(show, json_member(fault, SLICE("tool"))));
        buffer_append_string(&title, ": ");
        buffer_append_slice(&title, text_of(show, json_member(fault, SLICE("message"))));
    }
    append_rule(show, buffer_slice(&title));
    buffer_append_byte(show->output, '\n');
    buffer_release(&title);
}

static void append_fault(struct show *show, struct slice line, int64_t number, const struct error *fault)
{
    struct buffer title = { 0 };
    buffer_append_format(&title, "line %lld is no record: %s", (long long)number, fault->message);
    append_rule(show, buffer_slice(&title));
    struct layout layout = { show->width, INDENT, FAULTY_LINES };
    layout_append_wrapped(show->output, line, &layout);
    buffer_append_byte(show->output, '\n');
    buffer_release(&title);
}

bool show_line(struct show *show, struct slice line, int64_t number, enum record_kind *kind, struct error *fault)
{
    struct json_object object;
    arena_reset(&show->scratch);
    if (!json_scan_object(line, &show->scratch, &object, fault)) {
        append_fault(show, line, number, fault);
        return false;
    }
    enum record_kind found = record_kind_of(line);
    if (found == RECORD_DATA)
        append_record(show, &object, number);
    else
        append_signal(show, &object, found);
    if (kind)
        *kind = found;
    return true;
}
