/* path.c - paths compiled, and followed through a record. */
#include "json/path.h"

#include "base/number.h"
#include "base/utf8.h"

/* A key step whose text is a decimal also names that element of an array: messages.0.role, /messages/0/role. */
enum { NO_INDEX = -1 };

struct parser {
    struct slice text;
    size_t position;
    struct arena *arena;
    struct json_path *path;
    size_t capacity;
    struct error *error;
};

static bool fail(struct parser *parser, const char *expected)
{
    error_set(parser->error, E_USAGE, "path '%.*s': %s", (int)(parser->text.length < 200 ? parser->text.length : 200),
              parser->text.bytes, expected);
    return error_place(parser->error, NULL, 0, (int64_t)parser->position + 1);
}

static char peek(const struct parser *parser)
{
    if (parser->position >= parser->text.length)
        return '\0';
    return parser->text.bytes[parser->position];
}

static struct json_step *add_step(struct parser *parser)
{
    struct json_path *path = parser->path;
    if (path->count == parser->capacity)
        path->steps = arena_grow(parser->arena, path->steps, &parser->capacity, path->count ? path->count + 1 : 4,
                                 sizeof *path->steps);
    struct json_step *step = &path->steps[path->count++];
    *step = (struct json_step){ .index = NO_INDEX, .kind = JSON_STEP_KEY };
    return step;
}

static void add_key(struct parser *parser, struct slice key, bool may_be_index)
{
    struct json_step *step = add_step(parser);
    step->key = arena_copy(parser->arena, key);
    int64_t index;
    if (may_be_index && key.length && key.bytes[0] != '-' && number_parse_integer(key, &index))
        step->index = index;
}

static bool is_name_byte(char byte)
{
    return byte && !strchr(".[]'\"*\\ \t", byte) && (unsigned char)byte > 0x20 && byte != 0x7f;
}

static bool parse_name(struct parser *parser)
{
    size_t start = parser->position;
    while (is_name_byte(peek(parser)))
        parser->position++;
    if (parser->position == start)
        return fail(parser, "expected a key here; one with other characters stands in ['...']");
    add_key(parser, slice_between(parser->text, start, parser->position), true);
    return true;
}

/* 'key' or "key": a backslash makes the next byte stand for itself. */
static bool parse_quoted(struct parser *parser)
{
    char quote = peek(parser);
    struct buffer key = { 0 };
    for (parser->position++; peek(parser) != quote; parser->position++) {
        if (peek(parser) == '\\')
            parser->position++;
        if (parser->position >= parser->text.length) {
            buffer_release(&key);
            return fail(parser, "the key has no closing quote");
        }
        buffer_append_byte(&key, peek(parser));
    }
    parser->position++;
    add_key(parser, buffer_slice(&key), false);
    buffer_release(&key);
    return true;
}

static bool parse_bracket(struct parser *parser)
{
    parser->position++;
    if (peek(parser) == '\'' || peek(parser) == '"') {
        if (!parse_quoted(parser))
            return false;
    } else if (peek(parser) == '*') {
        parser->position++;
        add_step(parser)->kind = JSON_STEP_ALL;
    } else {
        size_t start = parser->position;
        while (peek(parser) == '-' || (peek(parser) >= '0' && peek(parser) <= '9'))
            parser->position++;
        int64_t index;
        if (!number_parse_integer(slice_between(parser->text, start, parser->position), &index)) {
            parser->position = start;
            return fail(parser, "expected a number, * or a key in quotes after '['");
        }
        struct json_step *step = add_step(parser);
        step->kind = JSON_STEP_INDEX;
        step->index = index;
    }
    if (peek(parser) != ']')
        return fail(parser, "expected ']'");
    parser->position++;
    return true;
}

/* /metadata/source: ~1 is a slash, ~0 a tilde (RFC 6901). */
static bool parse_pointer(struct parser *parser)
{
    struct buffer key = { 0 };
    while (parser->position < parser->text.length) {
        buffer_reset(&key);
        for (parser->position++; parser->position < parser->text.length && peek(parser) != '/'; parser->position++) {
            char byte = peek(parser);
            if (byte == '~') {
                parser->position++;
                byte = peek(parser) == '0' ? '~' : '/';
                if (peek(parser) != '0' && peek(parser) != '1') {
                    buffer_release(&key);
                    return fail(parser, "expected ~0 or ~1 in a JSON Pointer");
                }
            }
            buffer_append_byte(&key, byte);
        }
        add_key(parser, buffer_slice(&key), true);
    }
    buffer_release(&key);
    return true;
}

static bool parse_path(struct parser *parser)
{
    if (peek(parser) == '/')
        return parse_pointer(parser);
    if (peek(parser) == '.')
        parser->position++; /* as jq writes it */
    if (peek(parser) != '[' && !parse_name(parser))
        return false;
    while (parser->position < parser->text.length) {
        if (peek(parser) == '[') {
            if (!parse_bracket(parser))
                return false;
        } else if (peek(parser) == '.') {
            parser->position++;
            if (!parse_name(parser))
                return false;
        } else {
            return fail(parser, "expected '.' or '['");
        }
    }
    return true;
}

bool json_path_compile(struct slice text, struct arena *arena, struct json_path *path, struct error *error)
{
    *path = (struct json_path){ .text = arena_copy(arena, text) };
    struct parser parser = { .text = path->text, .arena = arena, .path = path, .error = error };
    if (text.length == 0)
        return error_set(error, E_USAGE, "a path is empty, expected one such as metadata.source");
    parser.position = utf8_valid_length(text);
    if (parser.position < text.length)
        return fail(&parser, "not valid UTF-8");
    parser.position = 0;
    return parse_path(&parser);
}

static struct json_value element(struct json_value array, int64_t index)
{
    struct json_field field;
    struct json_iterator iterator = json_iterate(array);
    if (index < 0) {
        int64_t count = 0;
        for (struct json_iterator counter = iterator; json_next(&counter, &field);)
            count++;
        index += count;
    }
    while (index >= 0 && json_next(&iterator, &field))
        if (index-- == 0)
            return field.value;
    return (struct json_value){ 0 };
}

static struct json_value member(struct json_value object, struct slice key, bool *is_ambiguous)
{
    struct json_value found = { 0 };
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(object); json_next(&iterator, &field);) {
        if (!json_key_equal(&field, key))
            continue;
        if (found.type == JSON_MISSING)
            found = field.value;
        else if (is_ambiguous)
            *is_ambiguous = true;
        if (!is_ambiguous)
            break;
    }
    return found;
}

static struct json_value step_down(const struct json_step *step, struct json_value value, bool *is_ambiguous)
{
    if (step->kind == JSON_STEP_KEY && value.type == JSON_OBJECT)
        return member(value, step->key, is_ambiguous);
    if (value.type != JSON_ARRAY || (step->kind == JSON_STEP_KEY && step->index == NO_INDEX))
        return (struct json_value){ 0 };
    return element(value, step->kind == JSON_STEP_ALL ? 0 : step->index);
}

static struct json_value follow(const struct json_path *path, size_t from, struct json_value value, bool *is_ambiguous)
{
    for (size_t i = from; i < path->count && value.type != JSON_MISSING; i++)
        value = step_down(&path->steps[i], value, is_ambiguous);
    return value;
}

static struct json_value top_field(const struct json_object *object, struct slice key, bool *is_ambiguous)
{
    struct json_value found = { 0 };
    for (size_t i = 0; i < object->count; i++) {
        if (!json_key_equal(&object->fields[i], key))
            continue;
        if (found.type != JSON_MISSING) {
            if (is_ambiguous)
                *is_ambiguous = true;
            break;
        }
        found = object->fields[i].value;
    }
    return found;
}

struct json_value json_path_find_value(const struct json_path *path, struct json_value root, bool *is_ambiguous)
{
    if (is_ambiguous)
        *is_ambiguous = false;
    return follow(path, 0, root, is_ambiguous);
}

struct json_value json_path_find(const struct json_path *path, const struct json_object *object, bool *is_ambiguous)
{
    if (is_ambiguous)
        *is_ambiguous = false;
    if (path->count == 0 || path->steps[0].kind != JSON_STEP_KEY)
        return (struct json_value){ 0 };
    return follow(path, 1, top_field(object, path->steps[0].key, is_ambiguous), is_ambiguous);
}

struct gathering {
    struct arena *arena;
    struct json_value *values;
    size_t count;
    size_t capacity;
};

static void add_value(struct gathering *all, struct json_value value)
{
    if (value.type == JSON_MISSING)
        return;
    if (all->count == all->capacity)
        all->values =
            arena_grow(all->arena, all->values, &all->capacity, all->count ? all->count + 1 : 8, sizeof *all->values);
    all->values[all->count++] = value;
}

size_t json_path_find_all(const struct json_path *path, const struct json_object *object, struct arena *arena,
                          struct json_value **values)
{
    struct gathering now = { .arena = arena };
    *values = NULL;
    if (path->count == 0 || path->steps[0].kind != JSON_STEP_KEY)
        return 0;
    add_value(&now, top_field(object, path->steps[0].key, NULL));
    for (size_t i = 1; i < path->count && now.count; i++) {
        struct gathering next = { .arena = arena };
        for (size_t j = 0; j < now.count; j++) {
            struct json_field field;
            if (path->steps[i].kind != JSON_STEP_ALL)
                add_value(&next, step_down(&path->steps[i], now.values[j], NULL));
            else if (now.values[j].type == JSON_ARRAY)
                for (struct json_iterator iterator = json_iterate(now.values[j]); json_next(&iterator, &field);)
                    add_value(&next, field.value);
        }
        now = next;
    }
    *values = now.values;
    return now.count;
}
