/* schema.c - walks a value and its schema side by side. */
#include "json/schema.h"

#include <math.h>

#include "base/utf8.h"
#include "json/path.h"

enum { DEPTH_MAXIMUM = 128, STEPS_MAXIMUM = 1000000 };

struct walk {
    struct json_value root; /* of the schema */
    struct arena arena;
    struct buffer pointer; /* where in the value */
    struct error *error;
    int depth;
    int64_t steps;
};

static bool fault(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool fits(struct walk *walk, struct json_value schema, struct json_value value);

static bool fault(struct walk *walk, const char *format, ...)
{
    struct buffer text = { 0 };
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(&text, format, arguments);
    va_end(arguments);
    if (!error_is_set(walk->error))
        error_set(walk->error, E_ANSWER_SCHEMA, "%s %s",
                  walk->pointer.length ? buffer_string(&walk->pointer) : "the answer", buffer_string(&text));
    buffer_release(&text);
    return false;
}

static bool same_text(struct walk *walk, struct json_value a, struct json_value b)
{
    struct slice left, right;
    struct error ignored;
    return json_decode(a, &walk->arena, &left, &ignored) && json_decode(b, &walk->arena, &right, &ignored) &&
           slice_equal(left, right);
}

/* The field of object with the same key as `field`. */
static struct json_value member_like(struct walk *walk, struct json_value object, const struct json_field *field)
{
    struct slice key = field->key;
    struct error ignored;
    if (field->key_has_escape) {
        /* The key's quotes stand around it in the text. */
        struct json_value quoted = { slice_of(key.bytes - 1, key.length + 2), JSON_STRING, true };
        if (!json_decode(quoted, &walk->arena, &key, &ignored))
            return (struct json_value){ 0 };
    }
    return json_member(object, key);
}

static bool equal(struct walk *walk, struct json_value a, struct json_value b)
{
    double left, right;
    if (a.type != b.type)
        return false;
    if (a.type == JSON_STRING)
        return same_text(walk, a, b);
    if (a.type == JSON_NUMBER)
        return slice_equal(a.text, b.text) || (json_double(a, &left) && json_double(b, &right) && left == right);
    if (a.type != JSON_ARRAY && a.type != JSON_OBJECT)
        return true;
    struct json_iterator each = json_iterate(a), other = json_iterate(b);
    struct json_field field, match;
    size_t count = 0;
    for (; json_next(&each, &field); count++) {
        if (a.type == JSON_OBJECT)
            match.value = member_like(walk, b, &field);
        else if (!json_next(&other, &match))
            return false;
        if (match.value.type == JSON_MISSING || !equal(walk, field.value, match.value))
            return false;
    }
    for (other = json_iterate(b); json_next(&other, &match);)
        count--;
    return count == 0;
}

static bool has_type(struct json_value value, struct slice name)
{
    double number;
    if (slice_equal(name, SLICE("integer")))
        return value.type == JSON_NUMBER && json_double(value, &number) && number == floor(number);
    if (value.type == JSON_TRUE || value.type == JSON_FALSE)
        return slice_equal(name, SLICE("boolean"));
    return slice_equal(name, slice_of_string(json_type_name(value.type)));
}

static bool fits_type(struct walk *walk, struct json_value type, struct json_value value)
{
    struct slice name, list = type.text;
    struct error ignored;
    struct json_field each;
    if (type.type == JSON_MISSING)
        return true;
    if (type.type == JSON_STRING) {
        if (!json_decode(type, &walk->arena, &name, &ignored))
            return true;
        return has_type(value, name) ||
               fault(walk, "is %s, expected %.*s", json_type_phrase(value.type), (int)name.length, name.bytes);
    }
    for (struct json_iterator types = json_iterate(type); json_next(&types, &each);)
        if (json_decode(each.value, &walk->arena, &name, &ignored) && has_type(value, name))
            return true;
    return fault(walk, "is %s, expected one of %.*s", json_type_phrase(value.type), (int)list.length, list.bytes);
}

static bool fits_values(struct walk *walk, struct json_value schema, struct json_value value)
{
    struct json_value list = json_member(schema, SLICE("enum")), wanted = json_member(schema, SLICE("const"));
    struct json_field each;
    if (wanted.type != JSON_MISSING && !equal(walk, wanted, value))
        return fault(walk, "is not %.*s", (int)wanted.text.length, wanted.text.bytes);
    if (list.type == JSON_MISSING)
        return true;
    for (struct json_iterator values = json_iterate(list); json_next(&values, &each);)
        if (equal(walk, each.value, value))
            return true;
    return fault(walk, "is %.*s, expected one of %.*s", (int)(value.text.length < 80 ? value.text.length : 80),
                 value.text.bytes, (int)list.text.length, list.text.bytes);
}

static bool fits_bounds(struct walk *walk, struct json_value schema, struct json_value value)
{
    static const char *const names[] = { "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" };
    double number, bound;
    if (value.type != JSON_NUMBER || !json_double(value, &number))
        return true;
    for (size_t i = 0; i < 4; i++) {
        struct json_value given = json_member(schema, slice_of_string(names[i]));
        if (!json_double(given, &bound))
            continue;
        bool is_good = i == 0 ? number >= bound : i == 1 ? number <= bound : i == 2 ? number > bound : number < bound;
        if (!is_good)
            return fault(walk, "is %.*s, beyond its %s %.*s", (int)value.text.length, value.text.bytes, names[i],
                         (int)given.text.length, given.text.bytes);
    }
    return true;
}

/* A count that must lie between two keywords' numbers. */
static bool fits_count(struct walk *walk, struct json_value schema, const char *least, const char *most, size_t count,
                       const char *what)
{
    double bound;
    if (json_double(json_member(schema, slice_of_string(least)), &bound) && (double)count < bound)
        return fault(walk, "has %zu %s, expected at least %.0f", count, what, bound);
    if (json_double(json_member(schema, slice_of_string(most)), &bound) && (double)count > bound)
        return fault(walk, "has %zu %s, expected at most %.0f", count, what, bound);
    return true;
}

static bool fits_string(struct walk *walk, struct json_value schema, struct json_value value)
{
    struct slice text;
    struct error ignored;
    if (value.type != JSON_STRING)
        return true;
    if (!json_decode(value, &walk->arena, &text, &ignored))
        return fault(walk, "holds half a character");
    return fits_count(walk, schema, "minLength", "maxLength", utf8_count(text), "characters");
}

static bool fits_items(struct walk *walk, struct json_value schema, struct json_value value)
{
    struct json_value items = json_member(schema, SLICE("items"));
    struct json_field item;
    size_t count = 0, before = walk->pointer.length;
    if (value.type != JSON_ARRAY)
        return true;
    for (struct json_iterator each = json_iterate(value); json_next(&each, &item); count++) {
        buffer_append_format(&walk->pointer, "/%zu", count);
        if (items.type != JSON_MISSING && !fits(walk, items, item.value))
            return false;
        walk->pointer.length = before;
    }
    return fits_count(walk, schema, "minItems", "maxItems", count, "elements");
}

static bool fits_required(struct walk *walk, struct json_value schema, struct json_value value)
{
    struct json_value required = json_member(schema, SLICE("required"));
    struct json_field each;
    struct slice name;
    struct error ignored;
    if (required.type == JSON_MISSING)
        return true;
    for (struct json_iterator names = json_iterate(required); json_next(&names, &each);)
        if (json_decode(each.value, &walk->arena, &name, &ignored) && json_member(value, name).type == JSON_MISSING)
            return fault(walk, "has no '%.*s'", (int)name.length, name.bytes);
    return true;
}

static bool fits_properties(struct walk *walk, struct json_value schema, struct json_value value)
{
    struct json_value properties = json_member(schema, SLICE("properties"));
    struct json_value others = json_member(schema, SLICE("additionalProperties"));
    struct json_field field;
    size_t before = walk->pointer.length;
    if (value.type != JSON_OBJECT)
        return true;
    if (!fits_required(walk, schema, value))
        return false;
    for (struct json_iterator each = json_iterate(value); json_next(&each, &field);) {
        struct json_value own = member_like(walk, properties, &field);
        if (own.type == JSON_MISSING && others.type == JSON_FALSE)
            return fault(walk, "has a '%.*s', which the schema does not know", (int)field.key.length, field.key.bytes);
        if (own.type == JSON_MISSING)
            own = others;
        buffer_append_byte(&walk->pointer, '/');
        buffer_append_slice(&walk->pointer, field.key);
        if (own.type != JSON_MISSING && !fits(walk, own, field.value))
            return false;
        walk->pointer.length = before;
    }
    return true;
}

/* anyOf, oneOf, allOf: how many of the schemas fit. */
static bool fits_several(struct walk *walk, struct json_value schema, struct json_value value)
{
    static const char *const names[] = { "anyOf", "oneOf", "allOf" };
    for (size_t i = 0; i < 3; i++) {
        struct json_value list = json_member(schema, slice_of_string(names[i]));
        struct json_field each;
        size_t fitting = 0, count = 0;
        if (list.type == JSON_MISSING)
            continue;
        for (struct json_iterator schemas = json_iterate(list); json_next(&schemas, &each); count++) {
            struct error kept = { .code = E_NONE }, *real = walk->error;
            size_t before = walk->pointer.length;
            error_reset(&kept);
            walk->error = &kept;
            fitting += fits(walk, each.value, value);
            walk->error = real;
            walk->pointer.length = before;
            if (kept.code == E_LIMIT)
                return error_set(real, E_LIMIT, "%s", kept.message);
            if (i == 2 && error_is_set(&kept))
                return error_set(real, kept.code, "%s", kept.message);
        }
        if (i < 2 && (fitting == 0 || (i == 1 && fitting > 1)))
            return fault(walk, "fits %zu of the %zu schemas of %s", fitting, count, names[i]);
    }
    return true;
}

/* "#/$defs/name" in the schema itself. */
static struct json_value resolve(struct walk *walk, struct json_value reference)
{
    struct slice text;
    struct json_path path;
    struct error ignored;
    if (!json_decode(reference, &walk->arena, &text, &ignored) ||
        (text.length > 1 && !slice_starts_with(text, SLICE("#/"))) || slice_byte(text, 0) != '#')
        return (struct json_value){ 0 };
    if (text.length == 1)
        return walk->root;
    if (!json_path_compile(slice_from(text, 1), &walk->arena, &path, &ignored))
        return (struct json_value){ 0 };
    return json_path_find_value(&path, walk->root, NULL);
}

static bool fits_object(struct walk *walk, struct json_value schema, struct json_value value)
{
    struct json_value reference = json_member(schema, SLICE("$ref"));
    if (reference.type != JSON_MISSING && !fits(walk, resolve(walk, reference), value))
        return false;
    return fits_type(walk, json_member(schema, SLICE("type")), value) && fits_values(walk, schema, value) &&
           fits_bounds(walk, schema, value) && fits_string(walk, schema, value) && fits_items(walk, schema, value) &&
           fits_properties(walk, schema, value) && fits_several(walk, schema, value);
}

static bool fits(struct walk *walk, struct json_value schema, struct json_value value)
{
    if (walk->depth >= DEPTH_MAXIMUM || ++walk->steps > STEPS_MAXIMUM)
        return error_set(walk->error, E_LIMIT, "the schema leads in a circle, or to more than %d comparisons",
                         STEPS_MAXIMUM);
    if (schema.type == JSON_FALSE)
        return fault(walk, "is not allowed");
    if (schema.type != JSON_OBJECT)
        return true;
    walk->depth++;
    bool is_good = fits_object(walk, schema, value);
    walk->depth--;
    return is_good;
}

bool json_schema_fits(struct slice schema, struct json_value value, struct error *error)
{
    struct walk walk = { .error = error };
    error_reset(error);
    bool is_good = json_scan(schema, &walk.root, error) && fits(&walk, walk.root, value);
    arena_release(&walk.arena);
    buffer_release(&walk.pointer);
    return is_good;
}

/* What kind of value each keyword wants. */
enum keyword_kind {
    KEYWORD_SCHEMA,
    KEYWORD_SCHEMAS,
    KEYWORD_MAP,
    KEYWORD_NUMBER,
    KEYWORD_ARRAY,
    KEYWORD_TYPE,
    KEYWORD_REFERENCE
};
static const struct {
    const char *name;
    enum keyword_kind kind;
} keywords[] = {
    { "type", KEYWORD_TYPE },
    { "properties", KEYWORD_MAP },
    { "$defs", KEYWORD_MAP },
    { "definitions", KEYWORD_MAP },
    { "required", KEYWORD_ARRAY },
    { "additionalProperties", KEYWORD_SCHEMA },
    { "items", KEYWORD_SCHEMA },
    { "enum", KEYWORD_ARRAY },
    { "minItems", KEYWORD_NUMBER },
    { "maxItems", KEYWORD_NUMBER },
    { "minLength", KEYWORD_NUMBER },
    { "maxLength", KEYWORD_NUMBER },
    { "minimum", KEYWORD_NUMBER },
    { "maximum", KEYWORD_NUMBER },
    { "exclusiveMinimum", KEYWORD_NUMBER },
    { "exclusiveMaximum", KEYWORD_NUMBER },
    { "anyOf", KEYWORD_SCHEMAS },
    { "oneOf", KEYWORD_SCHEMAS },
    { "allOf", KEYWORD_SCHEMAS },
    { "$ref", KEYWORD_REFERENCE },
};

static bool check(struct walk *walk, struct json_value schema);

static bool misfit(struct walk *walk, const char *keyword, const char *expected)
{
    error_set(walk->error, E_CONFIG, "the schema's '%s' is no %s", keyword, expected);
    return error_field(walk->error, buffer_slice(&walk->pointer));
}

static bool check_children(struct walk *walk, struct json_value list)
{
    struct json_field child;
    size_t before = walk->pointer.length, index = 0;
    for (struct json_iterator each = json_iterate(list); json_next(&each, &child); index++) {
        if (list.type == JSON_OBJECT)
            buffer_append_format(&walk->pointer, "/%.*s", (int)child.key.length, child.key.bytes);
        else
            buffer_append_format(&walk->pointer, "/%zu", index);
        if (!check(walk, child.value))
            return false;
        walk->pointer.length = before;
    }
    return true;
}

static bool check_keyword(struct walk *walk, const char *name, enum keyword_kind kind, struct json_value value)
{
    switch (kind) {
    case KEYWORD_SCHEMA:
        return check(walk, value);
    case KEYWORD_SCHEMAS:
        return value.type == JSON_ARRAY ? check_children(walk, value) : misfit(walk, name, "array");
    case KEYWORD_MAP:
        return value.type == JSON_OBJECT ? check_children(walk, value) : misfit(walk, name, "object");
    case KEYWORD_NUMBER:
        return value.type == JSON_NUMBER || misfit(walk, name, "number");
    case KEYWORD_ARRAY:
        return value.type == JSON_ARRAY || misfit(walk, name, "array");
    case KEYWORD_TYPE:
        return value.type == JSON_STRING || value.type == JSON_ARRAY || misfit(walk, name, "string or array");
    case KEYWORD_REFERENCE:
        return resolve(walk, value).type != JSON_MISSING || misfit(walk, name, "place in the schema (#/$defs/NAME)");
    }
    return true;
}

static bool check(struct walk *walk, struct json_value schema)
{
    size_t before = walk->pointer.length;
    if (schema.type == JSON_TRUE || schema.type == JSON_FALSE)
        return true;
    if (schema.type != JSON_OBJECT)
        return misfit(walk, walk->pointer.length ? buffer_string(&walk->pointer) : "root", "object");
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        struct json_value value = json_member(schema, slice_of_string(keywords[i].name));
        if (value.type == JSON_MISSING)
            continue;
        buffer_append_format(&walk->pointer, "/%s", keywords[i].name);
        if (!check_keyword(walk, keywords[i].name, keywords[i].kind, value))
            return false;
        walk->pointer.length = before;
    }
    return true;
}

bool json_schema_check(struct slice schema, struct error *error)
{
    struct walk walk = { .error = error };
    bool is_good = json_scan(schema, &walk.root, error);
    if (!is_good)
        error->code = E_CONFIG;
    else if (walk.root.type != JSON_OBJECT)
        is_good = error_set(error, E_CONFIG, "the schema is %s, expected an object", json_type_phrase(walk.root.type));
    else
        is_good = check(&walk, walk.root);
    arena_release(&walk.arena);
    buffer_release(&walk.pointer);
    return is_good;
}

static bool is_strict(struct json_value schema)
{
    struct json_value properties = json_member(schema, SLICE("properties"));
    struct json_value required = json_member(schema, SLICE("required"));
    struct json_field field, name;
    size_t properties_count = 0, required_count = 0;
    if (properties.type == JSON_OBJECT) {
        for (struct json_iterator each = json_iterate(required); json_next(&each, &name);)
            required_count++;
        for (struct json_iterator each = json_iterate(properties); json_next(&each, &field);)
            properties_count++;
        if (json_member(schema, SLICE("additionalProperties")).type != JSON_FALSE || properties_count != required_count)
            return false;
    }
    if (schema.type != JSON_OBJECT && schema.type != JSON_ARRAY)
        return true;
    for (struct json_iterator each = json_iterate(schema); json_next(&each, &field);)
        if (!is_strict(field.value))
            return false;
    return true;
}

bool json_schema_is_strict(struct slice schema)
{
    struct json_value root;
    struct error ignored;
    return json_scan(schema, &root, &ignored) && json_member(root, SLICE("properties")).type == JSON_OBJECT &&
           is_strict(root);
}
