/* validate_fix.c - what can safely be mended in a row: white space, rows encoded twice, the order of keys, reserved
 * texts. */
#include "base/utf8.h"
#include "validate.h"
#include "json/write.h"

struct fixing {
    const struct profile *profile;
    struct arena *arena;
    struct buffer *output;
};

static void append_value(struct fixing *fixing, const struct profile_shape *const *shapes, struct json_value value);

static struct slice decoded(struct fixing *fixing, struct json_value value)
{
    struct slice text;
    struct error error;
    return json_decode(value, fixing->arena, &text, &error) ? text : SLICE("");
}

/* Where a reserved text begins at the start of rest: how long it is; 0: none does. */
static size_t reserved_at(const struct profile *profile, struct slice rest, char before)
{
    for (const struct profile_reserved *reserved = profile->reserved; reserved && reserved->text; reserved++) {
        struct slice text = slice_of_string(reserved->text), start = slice_between(rest, 0, text.length);
        bool is_letter = (before | 0x20) >= 'a' && (before | 0x20) <= 'z';
        bool is_equal = reserved->ignores_case ? slice_equal_ignore_case(start, text) : slice_equal(start, text);
        if (is_equal && !(reserved->is_word && is_letter))
            return text.length;
    }
    return 0;
}

/* A space before the last character: "User :", "[EOS ]". */
static bool append_mended(struct fixing *fixing, struct slice text, struct buffer *mended)
{
    bool has_changed = false;
    for (size_t i = 0; i < text.length;) {
        size_t length = reserved_at(fixing->profile, slice_from(text, i), i > 0 ? text.bytes[i - 1] : '\0');
        if (length < 2) {
            buffer_append_byte(mended, text.bytes[i++]);
            continue;
        }
        buffer_append(mended, text.bytes + i, length - 1);
        buffer_append_byte(mended, ' ');
        buffer_append_byte(mended, text.bytes[i + length - 1]);
        i += length;
        has_changed = true;
    }
    return has_changed;
}

static void append_string(struct fixing *fixing, struct json_value value)
{
    struct buffer mended = { 0 };
    if (fixing->profile->reserved && append_mended(fixing, decoded(fixing, value), &mended))
        json_append_string(fixing->output, buffer_slice(&mended));
    else
        buffer_append_slice(fixing->output, value.text);
    buffer_release(&mended);
}

static void append_field(struct fixing *fixing, const struct profile_node *node, const struct json_field *field)
{
    char last = fixing->output->bytes[fixing->output->length - 1];
    if (last != '{')
        buffer_append_byte(fixing->output, ',');
    buffer_append_byte(fixing->output, '"');
    buffer_append_slice(fixing->output, field->key);
    buffer_append_string(fixing->output, "\":");
    append_value(fixing, node ? node->shapes : NULL, field->value);
}

/* Keys in the order of the table; those that it does not know behind, as they came. */
static void append_object(struct fixing *fixing, const struct profile_shape *shape, struct json_value object)
{
    struct json_field field;
    buffer_append_byte(fixing->output, '{');
    for (size_t i = 0; shape && i < shape->count; i++)
        for (struct json_iterator iterator = json_iterate(object); json_next(&iterator, &field);)
            if (json_key_equal(&field, slice_of_string(shape->nodes[i].key)))
                append_field(fixing, &shape->nodes[i], &field);
    for (struct json_iterator iterator = json_iterate(object); json_next(&iterator, &field);)
        if (!profile_node_of(shape, &field))
            append_field(fixing, NULL, &field);
    buffer_append_byte(fixing->output, '}');
}

static void append_value(struct fixing *fixing, const struct profile_shape *const *shapes, struct json_value value)
{
    struct json_field field;
    if (value.type == JSON_STRING) {
        append_string(fixing, value);
    } else if (value.type == JSON_OBJECT) {
        append_object(fixing, profile_shape_of(shapes, value), value);
    } else if (value.type == JSON_ARRAY) {
        size_t count = 0;
        buffer_append_byte(fixing->output, '[');
        for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);) {
            if (count++ > 0)
                buffer_append_byte(fixing->output, ',');
            append_value(fixing, shapes, field.value);
        }
        buffer_append_byte(fixing->output, ']');
    } else {
        buffer_append_slice(fixing->output, value.text);
    }
}

static const struct profile_shape *row_shape(const struct profile *profile, struct json_value object)
{
    for (size_t i = 0; profile->layouts[i]; i++) {
        const struct profile_shape *shape = profile->layouts[i]->shape;
        if (!shape->discriminator || json_member(object, slice_of_string(shape->discriminator)).type != JSON_MISSING)
            return shape;
    }
    return NULL;
}

/* Are keys out of order, or is a reserved text in it? What is as it should be stays byte for byte. */
void validate_fix_row(const struct profile *profile, struct slice line, struct arena *scratch, struct buffer *output,
                      bool *was_changed)
{
    struct json_value value, object;
    struct error error;
    struct fixing fixing = { profile, scratch, output };
    struct slice text = slice_trim(line), inner;
    size_t start = output->length;
    *was_changed = slice_ends_with(line, SLICE("\r"));
    if (!json_scan(text, &value, &error)) {
        for (size_t i = 0; i < text.length; i++) /* broken: it stays one line */
            buffer_append_byte(output, text.bytes[i] == '\n' ? ' ' : text.bytes[i]);
        return;
    }
    if (value.type == JSON_STRING && json_decode(value, scratch, &inner, &error) && json_scan(inner, &object, &error) &&
        object.type == JSON_OBJECT) {
        *was_changed = true;
        value = object;
    }
    if (value.type == JSON_OBJECT)
        append_object(&fixing, row_shape(profile, value), value);
    else
        buffer_append_slice(output, value.text);
    /* Only white space differs on one line: then the row is as it was. */
    struct slice written = slice_from(buffer_slice(output), start);
    size_t i = 0, j = 0;
    bool is_same = slice_find_byte(value.text, '\n') == value.text.length;
    for (bool in_string = false; is_same && j < value.text.length; j++) {
        char byte = value.text.bytes[j];
        if (!in_string && (byte == ' ' || byte == '\t' || byte == '\r'))
            continue;
        is_same = i < written.length && written.bytes[i++] == byte;
        if (byte == '\\' && in_string && is_same)
            is_same = ++j < value.text.length && i < written.length && written.bytes[i++] == value.text.bytes[j];
        else if (byte == '"')
            in_string = !in_string;
    }
    if (is_same && i == written.length) {
        output->length = start;
        buffer_append_slice(output, value.text);
    } else {
        *was_changed = true;
    }
}
