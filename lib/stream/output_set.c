/* output_set.c - several outputs that appear together. */
#include "stream/output_set.h"

#include "base/map.h"
#include "base/memory.h"
#include "stream/files.h"
#include "stream/system.h"

struct member {
    struct output *output;
    bool is_ended;
};

struct output_set {
    const char *text;
    const char *const *names;
    struct output_settings settings;
    struct map paths; /* the number of each */
    struct member *members;
    size_t capacity;
    struct buffer path;
};

/* A piece of a template: literal text, then a name's index, or -1 at the end. */
struct piece {
    struct slice literal;
    int name;
};

static int name_index(const char *const *names, struct slice name)
{
    for (int i = 0; names && names[i]; i++)
        if (slice_equal(slice_of_string(names[i]), name))
            return i;
    return -1;
}

static bool unknown_name(struct slice name, const char *const *names, struct error *error)
{
    struct buffer list = { 0 };
    for (size_t i = 0; names && names[i]; i++)
        buffer_append_format(&list, "%s{%s}", i ? ", " : "", names[i]);
    error_set(error, E_USAGE, "--output: '{%.*s}' is no part of a file's name here, expected %s", (int)name.length,
              name.bytes, buffer_string(&list));
    buffer_release(&list);
    return false;
}

/* The next piece; *rest moves behind it. */
static bool next_piece(struct slice *rest, const char *const *names, struct piece *piece, struct error *error)
{
    size_t open = slice_find_byte(*rest, '{');
    *piece = (struct piece){ slice_between(*rest, 0, open), -1 };
    if (slice_find_byte(piece->literal, '}') < piece->literal.length)
        return error_set(error, E_USAGE, "--output: a '}' without its '{'");
    if (open == rest->length) {
        *rest = slice_from(*rest, open);
        return true;
    }
    struct slice inside = slice_from(*rest, open + 1);
    size_t close = slice_find_byte(inside, '}');
    if (close == inside.length)
        return error_set(error, E_USAGE, "--output: a '{' without its '}'");
    struct slice name = slice_between(inside, 0, close);
    piece->name = name_index(names, name);
    *rest = slice_from(inside, close + 1);
    return piece->name >= 0 || unknown_name(name, names, error);
}

bool output_template_is(const char *path)
{
    return path && strpbrk(path, "{}");
}

bool output_template_check(const char *text, const char *const *names, struct error *error)
{
    struct slice rest = slice_of_string(text);
    struct piece piece;
    while (rest.length > 0)
        if (!next_piece(&rest, names, &piece, error))
            return false;
    return true;
}

bool output_template_has(const char *text, const char *name)
{
    const char *const names[] = { name, NULL };
    struct slice rest = slice_of_string(text);
    for (;;) {
        size_t open = slice_find_byte(rest, '{');
        struct slice inside = slice_from(rest, open + 1);
        size_t close = slice_find_byte(inside, '}');
        if (open == rest.length || close == inside.length)
            return false;
        if (name_index(names, slice_between(inside, 0, close)) == 0)
            return true;
        rest = slice_from(inside, close + 1);
    }
}

struct output_set *output_set_create(const char *text, const char *const *names, const struct output_settings *settings,
                                     struct error *error)
{
    if (!output_template_check(text, names, error))
        return NULL;
    system_allow_files();
    struct output_set *set = memory_allocate_zeroed(1, sizeof *set);
    set->text = text;
    set->names = names;
    if (settings)
        set->settings = *settings;
    return set;
}

static bool check_value(const char *name, struct slice value, struct error *error)
{
    bool is_good = value.length > 0 && !slice_equal(value, SLICE(".")) && !slice_equal(value, SLICE(".."));
    for (size_t i = 0; i < value.length && is_good; i++)
        is_good = (unsigned char)value.bytes[i] >= ' ' && value.bytes[i] != '/' && value.bytes[i] != 0x7f;
    return is_good || error_set(error, E_FIELD_VALUE, "'%.*s' for {%s} cannot be part of a file's name",
                                (int)value.length, value.bytes, name);
}

static bool render(struct output_set *set, const struct slice *values, struct error *error)
{
    struct slice rest = slice_of_string(set->text);
    struct piece piece;
    buffer_reset(&set->path);
    while (rest.length > 0) {
        if (!next_piece(&rest, set->names, &piece, error))
            return false;
        buffer_append_slice(&set->path, piece.literal);
        if (piece.name < 0)
            continue;
        if (!check_value(set->names[piece.name], values[piece.name], error))
            return false;
        buffer_append_slice(&set->path, values[piece.name]);
    }
    return true;
}

static bool make_folder(const char *path, struct error *error)
{
    struct buffer folder = { 0 };
    path_folder(path, &folder);
    bool is_made = folder_create(buffer_string(&folder), error);
    buffer_release(&folder);
    return is_made;
}

bool output_set_find(struct output_set *set, const struct slice *values, uint32_t *number, struct error *error)
{
    if (!render(set, values, error))
        return false;
    const struct map_entry *known = map_find(&set->paths, buffer_slice(&set->path));
    if (known) {
        *number = (uint32_t)known->value;
        return true;
    }
    size_t count = set->paths.count;
    if (count == OUTPUT_SET_MAXIMUM)
        return error_set(error, E_LIMIT, "more than %d outputs", OUTPUT_SET_MAXIMUM);
    const char *path = buffer_string(&set->path);
    struct output *output = make_folder(path, error) ? output_open(path, &set->settings, error) : NULL;
    if (!output)
        return false;
    if (count == set->capacity)
        set->members = memory_grow(set->members, &set->capacity, count + 1, sizeof *set->members);
    set->members[count] = (struct member){ output, false };
    map_insert(&set->paths, buffer_slice(&set->path), NULL)->value = count;
    *number = (uint32_t)count;
    return true;
}

struct output *output_set_output(const struct output_set *set, uint32_t number)
{
    return set->members[number].output;
}

uint32_t output_set_count(const struct output_set *set)
{
    return (uint32_t)set->paths.count;
}

/* Who took all of an output's bytes and left has what it wanted; in a set that is a fault. */
static bool tell_closed(const struct output *output, struct error *error)
{
    if (!output_is_closed(output))
        return false;
    return error_set(error, E_IO, "the reader of '%s' left", output_name(output));
}

bool output_set_end(struct output_set *set, uint32_t number, struct error *error)
{
    struct member *member = &set->members[number];
    if (!member->is_ended && !output_end(member->output, error))
        return tell_closed(member->output, error);
    member->is_ended = true;
    return true;
}

/* Each folder once. */
static bool sync_folders(const struct output_set *set, struct error *error)
{
    struct map folders = { 0 };
    struct buffer folder = { 0 };
    bool is_good = true, is_new;
    for (uint32_t i = 0; i < output_set_count(set) && is_good; i++) {
        const char *path = output_path(set->members[i].output);
        if (!path)
            continue;
        path_folder(path, &folder);
        map_insert(&folders, buffer_slice(&folder), &is_new);
        is_good = !is_new || folder_sync_of(path, error);
    }
    buffer_release(&folder);
    map_release(&folders);
    return is_good;
}

bool output_set_commit(struct output_set *set, struct error *error)
{
    for (uint32_t i = 0; i < output_set_count(set); i++)
        if (!output_set_end(set, i, error))
            return false;
    for (uint32_t i = 0; i < output_set_count(set); i++)
        if (!output_publish(set->members[i].output, error))
            return false;
    return sync_folders(set, error);
}

void output_set_close(struct output_set *set)
{
    if (!set)
        return;
    for (uint32_t i = 0; i < output_set_count(set); i++)
        output_close(set->members[i].output);
    memory_free(set->members);
    map_release(&set->paths);
    buffer_release(&set->path);
    memory_free(set);
}
