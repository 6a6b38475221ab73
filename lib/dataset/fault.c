/* fault.c - gathers what is wrong with a row, and says where. */
#include "dataset/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "base/utf8.h"

enum { SHOWN_BYTES = 80 };

/* Text of our own or of the row: control bytes are escaped, so that it fits on a line. */
static const char *printable(struct arena *arena, struct slice text)
{
    struct buffer safe = { 0 };
    text_append_printable(&safe, text);
    const char *copy = arena_copy_string(arena, buffer_slice(&safe));
    buffer_release(&safe);
    return copy;
}

void dataset_fault_add(struct dataset_faults *faults, enum code code, struct json_value place, const char *key,
                       const char *expected, const char *hint, const char *format, ...)
{
    bool is_warning = code_entry(code)->name[0] == 'W';
    faults->refusals += !is_warning;
    if (faults->count == DATASET_FAULTS_MAXIMUM) {
        faults->beyond++;
        return;
    }
    if (faults->count == faults->capacity)
        faults->faults =
            arena_grow(faults->arena, faults->faults, &faults->capacity, faults->count + 1, sizeof *faults->faults);
    char message[ERROR_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    size_t kept = length < 0 ? 0 : (size_t)length < sizeof message ? (size_t)length : sizeof message - 1;
    faults->faults[faults->count++] =
        (struct dataset_fault){ .code = code,
                                .is_warning = is_warning,
                                .place = place,
                                .key = key,
                                .message = printable(faults->arena, slice_of(message, kept)),
                                .expected = expected,
                                .hint = hint };
}

int dataset_fault_shown(struct slice text)
{
    return (int)utf8_cut(text, SHOWN_BYTES);
}

const char *dataset_fault_values(struct arena *arena, const char *const *values)
{
    struct buffer text = { 0 };
    if (values[0] && !values[1])
        buffer_append_format(&text, "'%s'", values[0]);
    else
        for (size_t i = 0; values[i]; i++)
            buffer_append_format(&text, "%s%s", i ? ", " : "one of ", values[i]);
    const char *copy = arena_copy_string(arena, buffer_slice(&text));
    buffer_release(&text);
    return copy;
}

static bool holds(struct slice whole, const char *place)
{
    return place >= whole.bytes && place < whole.bytes + whole.length;
}

/* RFC 6901: ~ and / of a key are ~0 and ~1. */
static void append_token(struct buffer *pointer, struct slice key)
{
    buffer_append_byte(pointer, '/');
    for (size_t i = 0; i < key.length; i++)
        if (key.bytes[i] == '~' || key.bytes[i] == '/')
            buffer_append_string(pointer, key.bytes[i] == '~' ? "~0" : "~1");
        else
            buffer_append_byte(pointer, key.bytes[i]);
}

static struct slice decoded_key(const struct json_field *field, struct arena *arena)
{
    struct json_value quoted = { slice_of(field->key.bytes - 1, field->key.length + 2), JSON_STRING,
                                 field->key_has_escape };
    struct slice key;
    struct error error;
    return json_decode(quoted, arena, &key, &error) ? key : field->key;
}

const char *dataset_fault_pointer(const struct dataset_faults *faults, const struct dataset_fault *fault)
{
    struct buffer pointer = { 0 };
    struct json_value value = faults->root;
    const char *place = fault->place.type == JSON_MISSING ? NULL : fault->place.text.bytes;
    bool is_inside = place && holds(value.text, place);
    while (is_inside && value.text.bytes != place) {
        struct json_field field;
        struct json_iterator iterator = json_iterate(value);
        int64_t index = 0;
        bool is_found = false;
        for (; !is_found && json_next(&iterator, &field); index++)
            is_found = holds(field.value.text, place);
        if (!is_found)
            break;
        if (value.type == JSON_OBJECT) {
            append_token(&pointer, decoded_key(&field, faults->arena));
        } else {
            buffer_append_byte(&pointer, '/');
            buffer_append_decimal(&pointer, index - 1);
        }
        value = field.value;
    }
    if (fault->key && (is_inside || !place))
        append_token(&pointer, slice_of_string(fault->key));
    const char *copy = arena_copy_string(faults->arena, buffer_slice(&pointer));
    buffer_release(&pointer);
    return copy;
}
