/* variables.c - ${name} in the scalar values of a pipeline file. */
#include "pipeline/variables.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/nearest.h"

void variables_set(struct variables *variables, struct slice name, const char *text)
{
    bool is_new;
    struct map_entry *entry = map_insert(&variables->values, name, &is_new);
    if (is_new) {
        entry->value = variables->count;
        variables->texts =
            memory_grow(variables->texts, &variables->capacity, variables->count + 1, sizeof *variables->texts);
        variables->count++;
    }
    variables->texts[entry->value] = text;
}

const char *variables_get(const struct variables *variables, struct slice name)
{
    const struct map_entry *entry = map_find(&variables->values, name);
    return entry ? variables->texts[entry->value] : NULL;
}

const char *variables_nearest(const struct variables *variables, struct slice name, struct arena *arena)
{
    const char **names = arena_allocate(arena, (variables->count + 1) * sizeof *names);
    for (size_t i = 0; i < variables->count; i++)
        names[i] = arena_copy_string(arena, variables->values.entries[i].key);
    return nearest_name(name, names, variables->count);
}

static bool is_name(struct slice name)
{
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.bytes[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
        bool is_other = (byte >= '0' && byte <= '9') || byte == '.' || byte == '-';
        if (!is_letter && !(is_other && i > 0))
            return false;
    }
    return name.length > 0;
}

static bool undefined(const struct variables *variables, struct slice name, bool is_environment, struct arena *arena,
                      struct error *error)
{
    if (is_environment)
        return error_set(error, E_CONFIG, "the environment has no '%.*s'; ${env.%.*s:-DEFAULT} gives a default",
                         (int)name.length, name.bytes, (int)name.length, name.bytes);
    const char *nearest = variables_nearest(variables, name, arena);
    return error_set(error, E_CONFIG, "undefined variable '%.*s'%s%s%s", (int)name.length, name.bytes,
                     nearest ? ", nearest is '" : "", nearest ? nearest : "", nearest ? "'" : "");
}

/* inside: what stands between ${ and }. */
static bool expand_one(const struct variables *variables, struct slice inside, struct arena *arena,
                       struct buffer *output, struct error *error)
{
    size_t split = slice_find(inside, SLICE(":-"));
    struct slice name = slice_of(inside.bytes, split);
    bool has_default = split < inside.length;
    if (!is_name(name))
        return error_set(error, E_CONFIG, "'${%.*s}' is not a variable; $${ stands for a literal ${",
                         (int)inside.length, inside.bytes);
    bool is_environment = slice_starts_with(name, SLICE("env."));
    if (is_environment)
        name = slice_from(name, 4);
    const char *text = is_environment ? getenv(arena_copy_string(arena, name)) : variables_get(variables, name);
    if (has_default && (!text || !*text)) {
        buffer_append_slice(output, slice_from(inside, split + 2));
        return true;
    }
    if (!text)
        return undefined(variables, name, is_environment, arena, error);
    buffer_append_string(output, text);
    return true;
}

static bool expand_all(const struct variables *variables, struct slice text, struct arena *arena, struct buffer *output,
                       struct error *error)
{
    size_t position = 0;
    while (position < text.length) {
        struct slice rest = slice_from(text, position);
        if (slice_starts_with(rest, SLICE("$${"))) {
            buffer_append_string(output, "${");
            position += 3;
        } else if (slice_starts_with(rest, SLICE("${"))) {
            size_t close = slice_find_byte(rest, '}');
            bool is_good = close < rest.length
                               ? expand_one(variables, slice_between(rest, 2, close), arena, output, error)
                               : error_set(error, E_CONFIG, "'${' without a '}'");
            if (!is_good)
                return error_place(error, NULL, 0, (int64_t)position + 1);
            position += close + 1;
        } else {
            buffer_append_byte(output, rest.bytes[0]);
            position++;
        }
    }
    return true;
}

bool variables_expand(const struct variables *variables, struct slice text, struct arena *arena, const char **expanded,
                      struct error *error)
{
    struct buffer output = { 0 };
    bool is_good = expand_all(variables, text, arena, &output, error);
    if (is_good)
        *expanded = arena_copy_string(arena, buffer_slice(&output));
    buffer_release(&output);
    return is_good;
}

void variables_release(struct variables *variables)
{
    map_release(&variables->values);
    memory_free(variables->texts);
    *variables = (struct variables){ 0 };
}
