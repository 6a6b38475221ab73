/* template.c - finds the places once, fills them for each record. */
#include "text/template.h"

static struct template_part *next_part(struct template *template, size_t *capacity, struct arena *arena)
{
    if (template->count == *capacity)
        template->parts =
            arena_grow(arena, template->parts, capacity, *capacity ? *capacity + 1 : 8, sizeof *template->parts);
    struct template_part *part = &template->parts[template->count++];
    memset(part, 0, sizeof *part);
    return part;
}

static void add_literal(struct template *template, size_t *capacity, struct arena *arena, struct slice text)
{
    if (text.length)
        next_part(template, capacity, arena)->text = text;
}

/* The bar that begins the default: not one inside a quoted key such as metadata['a|b']. */
static size_t find_bar(struct slice inside)
{
    char quote = '\0';
    for (size_t i = 0; i < inside.length; i++) {
        char byte = inside.bytes[i];
        if (quote && byte == quote)
            quote = '\0';
        else if (!quote && (byte == '\'' || byte == '"'))
            quote = byte;
        else if (!quote && byte == '|')
            return i;
    }
    return inside.length;
}

static bool add_field(struct template *template, size_t *capacity, struct arena *arena, struct slice inside,
                      size_t offset, struct error *error)
{
    struct template_part *part = next_part(template, capacity, arena);
    size_t bar = find_bar(inside);
    struct slice path = slice_trim(slice_between(inside, 0, bar));
    part->is_field = true;
    part->has_default = bar < inside.length;
    if (part->has_default)
        part->text = slice_from(inside, bar + 1);
    if (!path.length)
        error_set(error, E_USAGE, "'{{%.*s}}' names no field", (int)inside.length, inside.bytes);
    else if (json_path_compile(path, arena, &part->path, error))
        return true;
    error->column = (int64_t)offset + 1;
    return false;
}

/* The backslashes before {{: pairs stand for one each, an odd one takes the meaning from the braces. Adds what comes
 * before the braces and says whether they are literal. */
static bool add_before_braces(struct template *template, size_t *capacity, struct arena *arena, struct slice literal)
{
    size_t backslashes = 0;
    while (backslashes < literal.length && literal.bytes[literal.length - backslashes - 1] == '\\')
        backslashes++;
    literal.length -= (backslashes + 1) / 2;
    add_literal(template, capacity, arena, literal);
    return backslashes % 2 == 1;
}

bool template_compile(struct slice text, struct arena *arena, struct template *template, struct error *error)
{
    size_t capacity = 0, done = 0;
    *template = (struct template){ 0 };
    for (;;) {
        size_t open = done + slice_find(slice_from(text, done), SLICE("{{"));
        if (open >= text.length) {
            add_literal(template, &capacity, arena, slice_from(text, done));
            return true;
        }
        if (add_before_braces(template, &capacity, arena, slice_between(text, done, open))) {
            add_literal(template, &capacity, arena, slice_between(text, open, open + 2));
            done = open + 2;
            continue;
        }
        struct slice rest = slice_from(text, open + 2);
        size_t length = slice_find(rest, SLICE("}}"));
        if (length == rest.length) {
            error_set(error, E_USAGE, "'{{' has no '}}' behind it; write \\{{ for braces that are text");
            error->column = (int64_t)open + 1;
            return false;
        }
        if (!add_field(template, &capacity, arena, slice_between(rest, 0, length), open, error))
            return false;
        done = open + 2 + length + 2;
    }
}

static bool render_field(const struct template_part *part, const struct json_object *object, struct arena *scratch,
                         struct buffer *output, struct error *error)
{
    bool is_ambiguous = false;
    struct slice name = part->path.text, text;
    struct json_value value = json_path_find(&part->path, object, &is_ambiguous);
    if (is_ambiguous) {
        error_set(error, E_JSON_DUPKEY, "field '%.*s' stands twice", (int)name.length, name.bytes);
        return error_field(error, name);
    }
    if (value.type == JSON_MISSING || value.type == JSON_NULL) {
        if (part->has_default) {
            buffer_append_slice(output, part->text);
            return true;
        }
        error_set(error, E_FIELD_MISSING, "field '%.*s' is %s, expected by the template; {{%.*s|}} allows that",
                  (int)name.length, name.bytes, json_type_name(value.type), (int)name.length, name.bytes);
        return error_field(error, name);
    }
    if (value.type != JSON_STRING) {
        buffer_append_slice(output, value.text);
        return true;
    }
    if (!json_decode(value, scratch, &text, error))
        return error_field(error, name);
    buffer_append_slice(output, text);
    return true;
}

bool template_render(const struct template *template, const struct json_object *object, struct arena *scratch,
                     struct buffer *output, struct error *error)
{
    for (size_t i = 0; i < template->count; i++) {
        const struct template_part *part = &template->parts[i];
        if (!part->is_field)
            buffer_append_slice(output, part->text);
        else if (!render_field(part, object, scratch, output, error))
            return false;
    }
    return true;
}
