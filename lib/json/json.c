/* json.c - values of a checked text: types, children, keys, strings and numbers. */
#include "json/json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

#if defined(__SSE2__)
enum { SPECIAL_BYTES = 16 };

static unsigned equal_bytes(__m128i bytes, char wanted)
{
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted)));
}

/* Whole blocks of a string, up to its closing quote: NULL when it ends in none of them; *next is behind them then. */
static const char *skip_blocks(const char **next, const char *end, bool *has_escape)
{
    unsigned escaped = 0; /* bit 0: the first byte of the block belongs to a backslash before it */
    const char *at = *next;
    for (; end - at >= SPECIAL_BYTES; at += SPECIAL_BYTES) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        unsigned quotes = equal_bytes(bytes, '"'), backslashes = equal_bytes(bytes, '\\');
        for (backslashes &= ~escaped; backslashes; backslashes &= ~escaped) {
            unsigned first = backslashes & (0 - backslashes);
            if (quotes & ~escaped & (first - 1))
                break;
            *has_escape = true;
            escaped |= first << 1;
            backslashes &= ~first;
        }
        quotes &= ~escaped;
        if (quotes)
            return at + __builtin_ctz(quotes) + 1;
        escaped = escaped >> SPECIAL_BYTES & 1;
    }
    *next = at + escaped;
    return NULL;
}
#endif

/* Behind the closing quote of a checked string, which lies before end. */
static const char *skip_string(const char *next, const char *end, bool *has_escape)
{
    next++;
    *has_escape = false;
#if defined(__SSE2__)
    const char *behind = skip_blocks(&next, end, has_escape);
    if (behind)
        return behind;
#endif
    (void)end;
    for (; *next != '"'; next++)
        if (*next == '\\') {
            *has_escape = true;
            next++;
        }
    return next + 1;
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

/* Behind the value, its white space and the comma. */
static void go_behind(struct json_iterator *iterator, const char *next)
{
    next = skip_space(next);
    iterator->next = *next == ',' ? next + 1 : next;
}

/* The key of the next child; where its value begins. NULL: there is none. */
static const char *next_value(struct json_iterator *iterator, struct json_field *field)
{
    const char *next = skip_space(iterator->next);
    if (*next == ']' || *next == '}') {
        iterator->next = next;
        return NULL;
    }
    field->key = SLICE("");
    field->key_has_escape = false;
    if (iterator->is_object) {
        const char *opening = next;
        next = skip_string(next, iterator->end, &field->key_has_escape);
        field->key = slice_of(opening + 1, (size_t)(next - opening) - 2);
        next = skip_space(skip_space(next) + 1);
    }
    return next;
}

bool json_next_shallow(struct json_iterator *iterator, struct json_field *field)
{
    const char *first = iterator->next == iterator->end ? NULL : next_value(iterator, field);
    bool has_escape = false;
    if (!first)
        return false;
    if (*first == '{' || *first == '[') {
        field->value = value_of(slice_of(first, (size_t)(iterator->end - first) + 1), false);
        iterator->next = first;
        return true;
    }
    const char *next = *first == '"' ? skip_string(first, iterator->end, &has_escape) : skip_word(first);
    field->value = value_of(slice_of(first, (size_t)(next - first)), has_escape);
    go_behind(iterator, next);
    return true;
}

struct json_iterator json_enter(struct json_value child)
{
    return json_iterate(child);
}

void json_leave(struct json_iterator *iterator, const struct json_iterator *inner, struct json_value *child)
{
    child->text.length = (size_t)(inner->next + 1 - child->text.bytes);
    go_behind(iterator, inner->next + 1);
}

void json_pass(struct json_iterator *iterator, struct json_value *child)
{
    const char *next = skip_container(child->text.bytes, iterator->end);
    child->text.length = (size_t)(next - child->text.bytes);
    go_behind(iterator, next);
}

bool json_next(struct json_iterator *iterator, struct json_field *field)
{
    if (!json_next_shallow(iterator, field))
        return false;
    if (field->value.type == JSON_ARRAY || field->value.type == JSON_OBJECT)
        json_pass(iterator, &field->value);
    return true;
}

bool json_is_empty(struct json_value container)
{
    if (container.type != JSON_ARRAY && container.type != JSON_OBJECT)
        return true;
    char first = *skip_space(container.text.bytes + 1);
    return first == ']' || first == '}';
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
