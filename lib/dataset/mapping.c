/* mapping.c - reads mapping files by a table of their keys. */
#include "dataset/mapping.h"

#include "base/nearest.h"
#include "base/number.h"
#include "stream/files.h"
#include "yaml/yaml.h"

/* What stands behind a key. */
enum entry_kind { ENTRY_TEMPLATE, ENTRY_PATH, ENTRY_PATTERN, ENTRY_NAMES, ENTRY_CHOICE, ENTRY_COUNT, ENTRY_NUMBER };

struct entry {
    const char *key;
    enum entry_kind kind;
    size_t offset;
    const char *const *choices;
};
#define ENTRY(name, entry_kind, type, field, ...)                                                                      \
    {                                                                                                                  \
        .key = (name), .kind = (entry_kind), .offset = offsetof(type, field), __VA_ARGS__                              \
    }

static const char *const parse_choices[] = { "none", "json", "yaml", NULL };
static const char *const shape_choices[] = { "objects", "alternating", "alternatives", "pairs", NULL };
static const char *const choose_choices[] = { "all", "best", NULL };
static const char *const others_choices[] = { "refuse", "opener", "user", "assistant", "skip", NULL };

static const struct entry top_entries[] = {
    ENTRY("parse", ENTRY_CHOICE, struct mapping, parse, .choices = parse_choices),
    ENTRY("text", ENTRY_PATH, struct mapping, text, .choices = NULL),
    ENTRY("system", ENTRY_TEMPLATE, struct mapping, system, .choices = NULL),
    ENTRY("user", ENTRY_TEMPLATE, struct mapping, user, .choices = NULL),
    ENTRY("assistant", ENTRY_TEMPLATE, struct mapping, assistant, .choices = NULL),
    ENTRY("image", ENTRY_TEMPLATE, struct mapping, image, .choices = NULL),
    ENTRY("passage", ENTRY_TEMPLATE, struct mapping, passage, .choices = NULL),
    ENTRY("group", ENTRY_TEMPLATE, struct mapping, group, .choices = NULL),
};
static const struct entry turns_entries[] = {
    ENTRY("path", ENTRY_PATH, struct mapping_turns, path, .choices = NULL),
    ENTRY("shape", ENTRY_CHOICE, struct mapping_turns, shape, .choices = shape_choices),
    ENTRY("role", ENTRY_PATH, struct mapping_turns, role, .choices = NULL),
    ENTRY("content", ENTRY_PATH, struct mapping_turns, content, .choices = NULL),
    ENTRY("order", ENTRY_PATH, struct mapping_turns, order, .choices = NULL),
    ENTRY("weight", ENTRY_PATH, struct mapping_turns, weight, .choices = NULL),
};
static const struct entry lines_entries[] = {
    ENTRY("path", ENTRY_PATH, struct mapping_lines, path, .choices = NULL),
    ENTRY("pattern", ENTRY_PATTERN, struct mapping_lines, pattern, .choices = NULL),
    ENTRY("addressed", ENTRY_PATTERN, struct mapping_lines, addressed, .choices = NULL),
    ENTRY("within", ENTRY_COUNT, struct mapping_lines, within, .choices = NULL),
};
static const struct entry tree_entries[] = {
    ENTRY("path", ENTRY_PATH, struct mapping_tree, path, .choices = NULL),
    ENTRY("role", ENTRY_PATH, struct mapping_tree, role, .choices = NULL),
    ENTRY("content", ENTRY_PATH, struct mapping_tree, content, .choices = NULL),
    ENTRY("children", ENTRY_PATH, struct mapping_tree, children, .choices = NULL),
    ENTRY("rank", ENTRY_PATH, struct mapping_tree, rank, .choices = NULL),
    ENTRY("choose", ENTRY_CHOICE, struct mapping_tree, choose, .choices = choose_choices),
};
static const struct entry thread_entries[] = {
    ENTRY("key", ENTRY_PATH, struct mapping_thread, key, .choices = NULL),
    ENTRY("id", ENTRY_PATH, struct mapping_thread, id, .choices = NULL),
    ENTRY("reply-to", ENTRY_PATH, struct mapping_thread, reply_to, .choices = NULL),
    ENTRY("order", ENTRY_PATH, struct mapping_thread, order, .choices = NULL),
    ENTRY("role", ENTRY_PATH, struct mapping_thread, role, .choices = NULL),
    ENTRY("content", ENTRY_PATH, struct mapping_thread, content, .choices = NULL),
};
static const struct entry roles_entries[] = {
    ENTRY("system", ENTRY_NAMES, struct mapping, roles[DATASET_SYSTEM], .choices = NULL),
    ENTRY("user", ENTRY_NAMES, struct mapping, roles[DATASET_USER], .choices = NULL),
    ENTRY("assistant", ENTRY_NAMES, struct mapping, roles[DATASET_ASSISTANT], .choices = NULL),
    ENTRY("tool", ENTRY_NAMES, struct mapping, roles[DATASET_TOOL], .choices = NULL),
    ENTRY("skip", ENTRY_NAMES, struct mapping, skip, .choices = NULL),
    ENTRY("others", ENTRY_CHOICE, struct mapping, others, .choices = others_choices),
};
static const struct entry answer_entries[] = {
    ENTRY("text", ENTRY_TEMPLATE, struct mapping_answer, text, .choices = NULL),
    ENTRY("score", ENTRY_TEMPLATE, struct mapping_answer, score, .choices = NULL),
};
static const struct entry array_entries[] = {
    ENTRY("path", ENTRY_PATH, struct mapping_answers, path, .choices = NULL),
    ENTRY("text", ENTRY_PATH, struct mapping_answers, text, .choices = NULL),
    ENTRY("score", ENTRY_PATH, struct mapping_answers, score, .choices = NULL),
    ENTRY("scores", ENTRY_PATH, struct mapping_answers, scores, .choices = NULL),
};
static const struct entry preferred_entries[] = {
    ENTRY("path", ENTRY_PATH, struct mapping_preferred, path, .choices = NULL),
    ENTRY("first", ENTRY_NAMES, struct mapping_preferred, first, .choices = NULL),
    ENTRY("second", ENTRY_NAMES, struct mapping_preferred, second, .choices = NULL),
    ENTRY("tie", ENTRY_NAMES, struct mapping_preferred, tie, .choices = NULL),
    ENTRY("middle", ENTRY_NUMBER, struct mapping_preferred, middle, .choices = NULL),
};
#define ENTRIES(table) (table), sizeof(table) / sizeof *(table)

struct loader {
    const char *file;
    struct arena *arena;
    struct error *error;
};

static bool expect_text(const struct loader *loader, const struct yaml_node *node, const char *key)
{
    if (node->type != YAML_LIST && node->type != YAML_MAP && node->type != YAML_NULL)
        return true;
    return yaml_refuse(node, loader->file, loader->error, "%s is %s, expected a text", key, yaml_type_name(node->type));
}

static bool load_choice(const struct loader *loader, const struct yaml_node *node, const struct entry *entry,
                        unsigned *choice)
{
    size_t count = 0;
    for (; entry->choices[count]; count++)
        if (slice_equal(node->text, slice_of_string(entry->choices[count]))) {
            *choice = (unsigned)count;
            return true;
        }
    const char *nearest = nearest_name(node->text, entry->choices, count);
    return yaml_refuse(node, loader->file, loader->error, "%s is '%.*s', which it cannot be%s%s%s", entry->key,
                       (int)node->text.length, node->text.bytes, nearest ? ", nearest is '" : "",
                       nearest ? nearest : "", nearest ? "'" : "");
}

static bool load_names(const struct loader *loader, const struct yaml_node *node, const char *key,
                       struct mapping_names *names)
{
    if (node->type != YAML_LIST) {
        names->names = arena_allocate(loader->arena, sizeof *names->names);
        names->names[0] = arena_copy(loader->arena, node->text);
        names->count = 1;
        return expect_text(loader, node, key);
    }
    names->names = arena_allocate(loader->arena, (node->count + 1) * sizeof *names->names);
    for (names->count = 0; names->count < node->count; names->count++) {
        const struct yaml_node *name = node->pairs[names->count].value;
        if (!expect_text(loader, name, key))
            return false;
        names->names[names->count] = arena_copy(loader->arena, name->text);
    }
    return true;
}

/* A scalar behind a key. */
static bool load_scalar(const struct loader *loader, const struct yaml_node *node, const struct entry *entry,
                        void *place)
{
    struct error error;
    struct slice text = arena_copy(loader->arena, node->text);
    struct mapping_template *template = place;
    struct pattern **pattern = place;
    switch (entry->kind) {
    case ENTRY_TEMPLATE:
        template->is_given = true;
        return template_compile(text, loader->arena, &template->template, &error) ||
               yaml_refuse(node, loader->file, loader->error, "%s: %s", entry->key, error.message);
    case ENTRY_PATH:
        return json_path_compile(text, loader->arena, place, &error) ||
               yaml_refuse(node, loader->file, loader->error, "%s: %s", entry->key, error.message);
    case ENTRY_PATTERN:
        *pattern = pattern_compile(text, 0, &error);
        return *pattern || yaml_refuse(node, loader->file, loader->error, "%s: %s", entry->key, error.message);
    case ENTRY_COUNT:
        return (number_parse_integer(text, place) && *(int64_t *)place > 0) ||
               yaml_refuse(node, loader->file, loader->error, "%s is '%s', expected a number of turns", entry->key,
                           text.bytes);
    case ENTRY_NUMBER:
        return number_parse_double(text, place) ||
               yaml_refuse(node, loader->file, loader->error, "%s is '%s', expected a number", entry->key, text.bytes);
    case ENTRY_NAMES:
    case ENTRY_CHOICE:
        break;
    }
    return load_choice(loader, node, entry, place);
}

static bool load_entry(const struct loader *loader, const struct yaml_node *node, const struct entry *entry,
                       void *values)
{
    void *place = (char *)values + entry->offset;
    if (entry->kind == ENTRY_NAMES)
        return load_names(loader, node, entry->key, place);
    return expect_text(loader, node, entry->key) && load_scalar(loader, node, entry, place);
}

/* A key that none of the entries has is a fault, but one of `others` (may be NULL). */
static bool load_map(const struct loader *loader, const struct yaml_node *map, const char *what,
                     const struct entry *entries, size_t count, void *values, const char *const *others)
{
    const char *names[48];
    size_t name_count = 0;
    if (map->type != YAML_MAP)
        return yaml_refuse(map, loader->file, loader->error, "%s is %s, expected a map", what,
                           yaml_type_name(map->type));
    for (size_t i = 0; i < count; i++)
        names[name_count++] = entries[i].key;
    for (size_t i = 0; others && others[i]; i++)
        names[name_count++] = others[i];
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->pairs[i].key;
        size_t found = 0;
        while (found < name_count && !slice_equal(key->text, slice_of_string(names[found])))
            found++;
        if (found < count && !load_entry(loader, map->pairs[i].value, &entries[found], values))
            return false;
        if (found < name_count)
            continue;
        const char *nearest = nearest_name(key->text, names, name_count);
        return yaml_refuse(key, loader->file, loader->error, "%s has no key '%.*s'%s%s%s", what, (int)key->text.length,
                           key->text.bytes, nearest ? ", nearest is '" : "", nearest ? nearest : "",
                           nearest ? "'" : "");
    }
    return true;
}

static bool expect_path(const struct loader *loader, const struct yaml_node *node, const struct json_path *path,
                        const char *what)
{
    return path->count > 0 || yaml_refuse(node, loader->file, loader->error, "%s is missing", what);
}

static bool load_turns(const struct loader *loader, const struct yaml_node *node, struct mapping_turns *turns)
{
    turns->is_given = true;
    return load_map(loader, node, "turns", ENTRIES(turns_entries), turns, NULL) &&
           (turns->shape != SHAPE_OBJECTS || (expect_path(loader, node, &turns->role, "role of turns") &&
                                              expect_path(loader, node, &turns->content, "content of turns")));
}

static bool load_lines(const struct loader *loader, const struct yaml_node *node, struct mapping_lines *lines)
{
    lines->is_given = true;
    lines->within = 50;
    if (!load_map(loader, node, "lines", ENTRIES(lines_entries), lines, NULL))
        return false;
    if (lines->pattern) {
        lines->speaker = pattern_group(lines->pattern, SLICE("speaker"));
        lines->text = pattern_group(lines->pattern, SLICE("text"));
    }
    if (lines->addressed)
        lines->to = pattern_group(lines->addressed, SLICE("to"));
    if (lines->speaker == 0)
        return yaml_refuse(node, loader->file, loader->error,
                           "lines: pattern is missing or has no group (?<speaker>...)");
    if (lines->addressed && lines->to == 0)
        return yaml_refuse(node, loader->file, loader->error, "lines: addressed has no group (?<to>...)");
    return true;
}

static bool load_tree(const struct loader *loader, const struct yaml_node *node, struct mapping_tree *tree)
{
    tree->is_given = true;
    return load_map(loader, node, "tree", ENTRIES(tree_entries), tree, NULL) &&
           expect_path(loader, node, &tree->path, "path of tree") &&
           expect_path(loader, node, &tree->role, "role of tree") &&
           expect_path(loader, node, &tree->content, "content of tree") &&
           expect_path(loader, node, &tree->children, "children of tree");
}

static bool load_thread(const struct loader *loader, const struct yaml_node *node, struct mapping_thread *thread)
{
    thread->is_given = true;
    if (!load_map(loader, node, "thread", ENTRIES(thread_entries), thread, NULL) ||
        !expect_path(loader, node, &thread->role, "role of thread") ||
        !expect_path(loader, node, &thread->content, "content of thread"))
        return false;
    bool is_linked = thread->id.count > 0 && thread->reply_to.count > 0;
    return is_linked != (thread->key.count > 0) ||
           yaml_refuse(node, loader->file, loader->error, "thread has either 'key', or 'id' and 'reply-to'");
}

static bool load_answers(const struct loader *loader, const struct yaml_node *node, struct mapping_answers *answers)
{
    if (node->type == YAML_MAP) {
        answers->has_array = true;
        return load_map(loader, node, "answers", ENTRIES(array_entries), answers, NULL) &&
               expect_path(loader, node, &answers->path, "path of answers");
    }
    if (node->type != YAML_LIST || node->count == 0 || node->count > MAPPING_ANSWERS_MAXIMUM)
        return yaml_refuse(node, loader->file, loader->error, "answers is neither a map nor a list of 1 to %d",
                           MAPPING_ANSWERS_MAXIMUM);
    answers->list = arena_allocate_zeroed(loader->arena, node->count, sizeof *answers->list);
    for (; answers->count < node->count; answers->count++) {
        const struct yaml_node *item = node->pairs[answers->count].value;
        struct mapping_answer *answer = &answers->list[answers->count];
        if (!load_map(loader, item, "an answer", ENTRIES(answer_entries), answer, NULL))
            return false;
        if (!answer->text.is_given)
            return yaml_refuse(item, loader->file, loader->error, "text of an answer is missing");
    }
    return true;
}

static bool load_preferred(const struct loader *loader, const struct yaml_node *node,
                           struct mapping_preferred *preferred)
{
    preferred->is_given = true;
    preferred->has_middle = yaml_member(node, SLICE("middle")) != NULL;
    if (!load_map(loader, node, "preferred", ENTRIES(preferred_entries), preferred, NULL) ||
        !expect_path(loader, node, &preferred->path, "path of preferred"))
        return false;
    return preferred->has_middle != (preferred->first.count > 0 && preferred->second.count > 0) ||
           yaml_refuse(node, loader->file, loader->error, "preferred has either 'middle', or 'first' and 'second'");
}

static bool load_rows(const struct loader *loader, const struct yaml_node *node, struct mapping *mapping)
{
    static const struct entry entry = ENTRY("rows", ENTRY_PATH, struct mapping, rows, .choices = NULL);
    mapping->has_rows = true;
    mapping->rows_are_root = slice_equal(node->text, SLICE("$"));
    return mapping->rows_are_root || load_entry(loader, node, &entry, mapping);
}

static bool load_parts(const struct loader *loader, const struct yaml_node *root, struct mapping *mapping)
{
    static const char *const others[] = { "rows",  "turns",   "lines",     "tree", "thread",
                                          "roles", "answers", "preferred", NULL };
    if (!load_map(loader, root, "a mapping", ENTRIES(top_entries), mapping, others))
        return false;
    const struct yaml_node *parts[8] = { NULL };
    for (size_t i = 0; others[i]; i++)
        parts[i] = yaml_member(root, slice_of_string(others[i]));
    int sources = (parts[1] != NULL) + (parts[2] != NULL) + (parts[3] != NULL) + (parts[4] != NULL);
    if (sources > 1)
        return yaml_refuse(root, loader->file, loader->error,
                           "a mapping has more than one of 'turns', 'lines', 'tree' and 'thread'");
    if (parts[7] && !parts[6])
        return yaml_refuse(parts[7], loader->file, loader->error, "preferred needs 'answers'");
    if (parts[4] && (parts[6] || mapping->group.is_given))
        return yaml_refuse(parts[4], loader->file, loader->error,
                           "the turns of a 'thread' are records, there are no 'answers' and no 'group'");
    return (!parts[0] || load_rows(loader, parts[0], mapping)) &&
           (!parts[1] || load_turns(loader, parts[1], &mapping->turns)) &&
           (!parts[2] || load_lines(loader, parts[2], &mapping->lines)) &&
           (!parts[3] || load_tree(loader, parts[3], &mapping->tree)) &&
           (!parts[4] || load_thread(loader, parts[4], &mapping->thread)) &&
           (!parts[5] || load_map(loader, parts[5], "roles", ENTRIES(roles_entries), mapping, NULL)) &&
           (!parts[6] || load_answers(loader, parts[6], &mapping->answers)) &&
           (!parts[7] || load_preferred(loader, parts[7], &mapping->preferred));
}

bool mapping_load(struct slice text, const char *file, struct arena *arena, struct mapping *mapping,
                  struct error *error)
{
    const struct loader loader = { file, arena, error };
    *mapping = (struct mapping){ 0 };
    const struct yaml_node *root = yaml_parse(text, file, arena, error);
    return root && load_parts(&loader, root, mapping) &&
           (mapping->text.count > 0 || json_path_compile(SLICE("text"), arena, &mapping->text, error));
}

bool mapping_load_file(const char *file, struct arena *arena, struct mapping *mapping, struct error *error)
{
    struct buffer text = { 0 };
    *mapping = (struct mapping){ 0 };
    bool is_good = file_read(file, MAPPING_BYTES_MAXIMUM, "a mapping", &text, error) &&
                   mapping_load(arena_copy(arena, buffer_slice(&text)), file, arena, mapping, error);
    buffer_release(&text);
    return is_good;
}

bool mapping_load_preset(const char *name, struct arena *arena, struct mapping *mapping, struct error *error)
{
    const char *names[64];
    size_t count = 0;
    *mapping = (struct mapping){ 0 };
    for (const struct mapping_preset *preset = mapping_presets; preset->name; preset++) {
        if (strcmp(preset->name, name) == 0)
            return mapping_load(slice_of_string(preset->text), preset->name, arena, mapping, error);
        names[count++] = preset->name;
    }
    const char *nearest = nearest_name(slice_of_string(name), names, count);
    return error_set(error, E_USAGE, "--preset: '%s' is none%s%s%s", name, nearest ? ", nearest is '" : "",
                     nearest ? nearest : "", nearest ? "'" : "");
}

bool mapping_set_template(struct mapping_template *place, const char *text, const char *option, struct arena *arena,
                          struct error *error)
{
    struct error fault;
    if (!text)
        return true;
    place->is_given = true;
    return template_compile(slice_of_string(text), arena, &place->template, &fault) ||
           error_set(error, E_USAGE, "%s: %s", option, fault.message);
}

void mapping_release(struct mapping *mapping)
{
    pattern_free(mapping->lines.pattern);
    pattern_free(mapping->lines.addressed);
    mapping->lines = (struct mapping_lines){ 0 };
}

bool mapping_gathers(const struct mapping *mapping)
{
    return mapping->thread.is_given || mapping->group.is_given;
}

bool mapping_has_answers(const struct mapping *mapping)
{
    return mapping->answers.count || mapping->answers.has_array || mapping->tree.is_given;
}
