/* json.c - values of a checked text: types, children, keys, strings and numbers. */
#include "json/json.h"

#include "base/number.h"
#include "base/utf8.h"
#include "json/scan_fast.h"

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = {
        "missing", "null", "boolean", "boolean", "number", "string", "array", "object"
    };
    return names[type];
}

const char *json_type_phrase(enum json_type type)
{
    static const char *const phrases[] = { "missing",  "null",     "a boolean", "a boolean",
                                           "a number", "a string", "an array",  "an object" };
    return phrases[type];
}

static struct json_value value_of(struct slice text, bool has_escape)
{
    return (struct json_value){ .text = text,
                                .type = (enum json_type)json_type_of_byte[(unsigned char)text.bytes[0]],
                                .has_escape = has_escape };
}

/* The fast scanner where it can say yes; the other one decides the rest. */
static bool scan(struct slice text, struct json_collector *collector, struct slice *span, struct error *error)
{
    *span = slice_trim(text);
    bool is_fit = false;
    if (span->length >= 2) {
        char first = span->bytes[0], last = span->bytes[span->length - 1];
        is_fit = (first == '{' && last == '}') || (first == '[' && last == ']' && !collector->arena);
    }
    if (is_fit && json_scan_fast(*span, collector))
        return true;
    collector->count = 0;
    return json_scan_bytes(text, collector, span, error);
}

bool json_scan(struct slice text, struct json_value *value, struct error *error)
{
    struct json_collector collector = { 0 };
    struct slice span;
    if (!scan(text, &collector, &span, error))
        return false;
    *value = value_of(span, *span.bytes == '"' && memchr(span.bytes, '\\', span.length));
    return true;
}

bool json_scan_object(struct slice text, struct arena *arena, struct json_object *object, struct error *error)
{
    struct json_collector collector = { .arena = arena };
    struct slice span;
    if (!scan(text, &collector, &span, error))
        return false;
    if (*span.bytes != '{')
        return error_set(error, E_RECORD_TYPE, "the line is %s, expected an object",
                         json_type_phrase((enum json_type)json_type_of_byte[(unsigned char)*span.bytes]));
    *object = (struct json_object){ .fields = collector.fields, .count = collector.count, .text = span };
    return true;
}

static const char *skip_space(const char *next)
{
    while (*next == ' ' || *next == '\n' || *next == '\r' || *next == '\t')
        next++;
    return next;
}

/* Is the quote at `quote` part of an escape? The text before it begins at `start`, behind the opening quote. */
static bool is_escaped(const char *start, const char *quote)
{
    const char *first = quote;
    while (first > start && first[-1] == '\\')
        first--;
    return (quote - first) % 2 != 0;
}

/* Behind the closing quote of a checked string, which lies before end. */
static const char *skip_string(const char *next, const char *end, bool *has_escape)
{
    enum { SHORT_BYTES = 16 };
    const char *start = ++next;
    *has_escape = false;
    for (; next - start < SHORT_BYTES && *next != '"'; next++)
        if (*next == '\\') {
            *has_escape = true;
            next++;
        }
    if (next - start < SHORT_BYTES)
        return next + 1;
    const char *inside = next; /* not behind a backslash */
    do {
        next = memchr(next, '"', (size_t)(end - next));
        next++;
    } while (is_escaped(inside, next - 1));
    *has_escape = *has_escape || memchr(inside, '\\', (size_t)(next - inside)) != NULL;
    return next;
}

/* Behind the closing bracket of a checked array or object. */
static const char *skip_container(const char *next, const char *end)
{
    bool has_escape;
    for (size_t depth = 0;;) {
        if (*next == '"') {
            next = skip_string(next, end, &has_escape);
            continue;
        }
        depth += *next == '{' || *next == '[';
        depth -= *next == '}' || *next == ']';
        next++;
        if (depth == 0)
            return next;
    }
}

/* Behind the number or literal: it lies inside a container, so a delimiter follows. */
static const char *skip_word(const char *next)
{
    while (*next != ',' && *next != ']' && *next != '}' && (unsigned char)*next > ' ')
        next++;
    return next;
}

struct json_iterator json_iterate(struct json_value container)
{
    if (container.type != JSON_ARRAY && container.type != JSON_OBJECT)
        return (struct json_iterator){ 0 };
    return (struct json_iterator){ .next = container.text.bytes + 1,
                                   .end = container.text.bytes + container.text.length - 1,
                                   .is_object = container.type == JSON_OBJECT };
}

bool json_next(struct json_iterator *iterator, struct json_field *field)
{
    if (iterator->next == iterator->end)
        return false;
    const char *next = skip_space(iterator->next);
    if (next == iterator->end)
        return false;
    field->key = SLICE("");
    field->key_has_escape = false;
    if (iterator->is_object) {
        const char *opening = next;
        next = skip_string(next, iterator->end, &field->key_has_escape);
        field->key = slice_of(opening + 1, (size_t)(next - opening) - 2);
        next = skip_space(skip_space(next) + 1);
    }
    const char *first = next;
    bool has_escape = false;
    if (*first == '"')
        next = skip_string(first, iterator->end, &has_escape);
    else if (*first == '{' || *first == '[')
        next = skip_container(first, iterator->end);
    else
        next = skip_word(first);
    field->value = value_of(slice_of(first, (size_t)(next - first)), has_escape);
    next = skip_space(next);
    iterator->next = next == iterator->end ? next : next + 1; /* the comma */
    return true;
}

bool json_key_equal(const struct json_field *field, struct slice key)
{
    if (!field->key_has_escape)
        return slice_equal(field->key, key);
    char local[128];
    struct buffer long_text = { 0 };
    /* Escapes only shrink: a key longer than six times the wanted one cannot be it. */
    if (field->key.length < key.length || field->key.length / 6 > key.length)
        return false;
    char *place = field->key.length <= sizeof local ? local : buffer_reserve(&long_text, field->key.length);
    size_t length;
    bool is_equal = json_unescape(field->key, place, &length) && slice_equal(slice_of(place, length), key);
    buffer_release(&long_text);
    return is_equal;
}

struct json_value json_member(struct json_value object, struct slice key)
{
    if (object.type == JSON_OBJECT) {
        struct json_field field;
        for (struct json_iterator iterator = json_iterate(object); json_next(&iterator, &field);)
            if (json_key_equal(&field, key))
                return field.value;
    }
    return (struct json_value){ 0 };
}

struct json_field *json_object_find(const struct json_object *object, struct slice key)
{
    for (size_t i = 0; i < object->count; i++)
        if (json_key_equal(&object->fields[i], key))
            return &object->fields[i];
    return NULL;
}

size_t json_object_count(const struct json_object *object, struct slice key)
{
    size_t count = 0;
    for (size_t i = 0; i < object->count; i++)
        count += json_key_equal(&object->fields[i], key);
    return count;
}

bool json_integer(struct json_value value, int64_t *number)
{
    return value.type == JSON_NUMBER && number_parse_integer(value.text, number);
}

bool json_double(struct json_value value, double *number)
{
    return value.type == JSON_NUMBER && number_parse_double(value.text, number);
}
