/* yaml.c - builds the tree from libyaml's events; types, limits and duplicate keys are ours. */
#include "yaml/yaml.h"

#include <stdio.h>
#include <yaml.h>

#include "base/map.h"

struct builder {
    yaml_parser_t parser;
    const char *file;
    struct arena *arena;
    struct map anchors; /* name to node pointer */
    size_t nodes;       /* counted through aliases */
    size_t aliases;
    struct error *error;
};

const char *yaml_type_name(enum yaml_type type)
{
    static const char *const names[] = { "null", "boolean", "integer", "number", "text", "list", "map" };
    return names[type];
}

static bool fail(struct builder *builder, const yaml_mark_t *mark, enum code code, const char *message)
{
    error_set(builder->error, code, "%s", message);
    return error_place(builder->error, builder->file, (int64_t)mark->line + 1, (int64_t)mark->column + 1);
}

static bool fail_parser(struct builder *builder)
{
    const yaml_parser_t *parser = &builder->parser;
    const char *problem = parser->problem ? parser->problem : "not YAML";
    if (parser->error == YAML_READER_ERROR) {
        error_set(builder->error, E_CONFIG, "byte %zu: %s", parser->problem_offset, problem);
        return error_place(builder->error, builder->file, 0, 0);
    }
    char message[256];
    snprintf(message, sizeof message, "%s%s%s", problem, parser->context ? " " : "",
             parser->context ? parser->context : "");
    return fail(builder, &parser->problem_mark, E_CONFIG, message);
}

static bool next_event(struct builder *builder, yaml_event_t *event)
{
    return yaml_parser_parse(&builder->parser, event) || fail_parser(builder);
}

static bool is_core_tag(const yaml_char_t *tag)
{
    static const char *const names[] = { "str", "int", "float", "bool", "null", "seq", "map" };
    static const char start[] = "tag:yaml.org,2002:";
    const char *text = (const char *)tag;
    if (!text || strcmp(text, "!") == 0)
        return true;
    if (strncmp(text, start, sizeof start - 1) != 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text + sizeof start - 1, names[i]) == 0)
            return true;
    return false;
}

static bool count_nodes(struct builder *builder, const yaml_mark_t *mark, size_t more)
{
    builder->nodes += more;
    if (builder->nodes <= YAML_NODES_MAXIMUM)
        return true;
    return fail(builder, mark, E_LIMIT, "more than 100000 nodes, an alias counted as what it stands for");
}

/* A collection's anchor is kept by the caller once it is whole: an alias inside itself is then an unknown one. */
static void keep_anchor(struct builder *builder, const yaml_char_t *anchor, struct yaml_node *node)
{
    if (anchor)
        map_insert(&builder->anchors, slice_of_string((const char *)anchor), NULL)->value = (uintptr_t)node;
}

static struct yaml_node *new_node(struct builder *builder, const yaml_event_t *event, const yaml_char_t *tag,
                                  enum yaml_type type)
{
    if (!is_core_tag(tag)) {
        fail(builder, &event->start_mark, E_CONFIG, "a tag outside the YAML core schema");
        return NULL;
    }
    if (!count_nodes(builder, &event->start_mark, 1))
        return NULL;
    struct yaml_node *node = arena_allocate_zeroed(builder->arena, 1, sizeof *node);
    node->type = type;
    node->line = (int64_t)event->start_mark.line + 1;
    node->column = (int64_t)event->start_mark.column + 1;
    return node;
}

static struct yaml_node *scalar_node(struct builder *builder, const yaml_event_t *event)
{
    const char *tag = (const char *)event->data.scalar.tag;
    struct slice text = slice_of((const char *)event->data.scalar.value, event->data.scalar.length);
    bool is_text = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
                   (tag && (strcmp(tag, "tag:yaml.org,2002:str") == 0 || strcmp(tag, "!") == 0));
    struct yaml_node *node =
        new_node(builder, event, event->data.scalar.tag, is_text ? YAML_TEXT : yaml_scalar_type(text));
    if (!node)
        return NULL;
    node->text = arena_copy(builder->arena, text);
    keep_anchor(builder, event->data.scalar.anchor, node);
    return node;
}

static size_t tree_size(const struct yaml_node *node)
{
    size_t size = 1;
    for (size_t i = 0; i < node->count && size <= YAML_NODES_MAXIMUM; i++)
        size += tree_size(node->pairs[i].value) + (node->pairs[i].key != NULL);
    return size;
}

static struct yaml_node *alias_node(struct builder *builder, const yaml_event_t *event)
{
    struct slice name = slice_of_string((const char *)event->data.alias.anchor);
    const struct map_entry *entry = map_find(&builder->anchors, name);
    if (!entry) {
        fail(builder, &event->start_mark, E_CONFIG, "an alias to an anchor that does not stand before it");
        return NULL;
    }
    if (++builder->aliases > YAML_ALIASES_MAXIMUM) {
        fail(builder, &event->start_mark, E_LIMIT, "more than 100 aliases");
        return NULL;
    }
    struct yaml_node *node = (struct yaml_node *)(uintptr_t)entry->value;
    return count_nodes(builder, &event->start_mark, tree_size(node)) ? node : NULL;
}

static struct yaml_node *build(struct builder *builder, const yaml_event_t *event, unsigned depth);

static bool check_key(struct builder *builder, const struct yaml_node *map, const struct yaml_node *key,
                      const yaml_mark_t *mark)
{
    if (key->type == YAML_LIST || key->type == YAML_MAP)
        return fail(builder, mark, E_CONFIG, "a key must be a scalar");
    if (!yaml_member(map, key->text))
        return true;
    error_set(builder->error, E_CONFIG, "duplicate key '%.*s'", (int)key->text.length, key->text.bytes);
    return error_place(builder->error, builder->file, key->line, key->column);
}

/* The next child of a list or map into *child; NULL at its end. */
static bool next_child(struct builder *builder, yaml_event_type_t end, unsigned depth, struct yaml_node **child,
                       yaml_mark_t *mark)
{
    yaml_event_t event;
    *child = NULL;
    if (!next_event(builder, &event))
        return false;
    bool is_end = event.type == end;
    *mark = event.start_mark;
    if (!is_end)
        *child = build(builder, &event, depth + 1);
    yaml_event_delete(&event);
    return is_end || *child;
}

static bool build_children(struct builder *builder, struct yaml_node *node, unsigned depth)
{
    bool is_map = node->type == YAML_MAP;
    yaml_event_type_t end = is_map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    size_t capacity = 0;
    yaml_mark_t mark;
    for (;;) {
        struct yaml_node *first, *value;
        if (!next_child(builder, end, depth, &first, &mark))
            return false;
        if (!first)
            return true;
        value = first;
        if (is_map && (!check_key(builder, node, first, &mark) || !next_child(builder, end, depth, &value, &mark)))
            return false;
        node->pairs = arena_grow(builder->arena, node->pairs, &capacity, node->count + 1, sizeof *node->pairs);
        node->pairs[node->count++] = (struct yaml_pair){ is_map ? first : NULL, value };
    }
}

static struct yaml_node *collection_node(struct builder *builder, const yaml_event_t *event, unsigned depth)
{
    bool is_map = event->type == YAML_MAPPING_START_EVENT;
    if (depth >= YAML_DEPTH_MAXIMUM) {
        fail(builder, &event->start_mark, E_LIMIT, "lists and maps nest more than 64 deep");
        return NULL;
    }
    struct yaml_node *node =
        new_node(builder, event, is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag,
                 is_map ? YAML_MAP : YAML_LIST);
    if (!node || !build_children(builder, node, depth))
        return NULL;
    keep_anchor(builder, is_map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor, node);
    return node;
}

static struct yaml_node *build(struct builder *builder, const yaml_event_t *event, unsigned depth)
{
    switch ((int)event->type) {
    case YAML_SCALAR_EVENT:
        return scalar_node(builder, event);
    case YAML_ALIAS_EVENT:
        return alias_node(builder, event);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return collection_node(builder, event, depth);
    default:
        fail(builder, &event->start_mark, E_CONFIG, "a value was expected");
        return NULL;
    }
}

static bool take_event(struct builder *builder, const yaml_event_t *event, struct yaml_node **root)
{
    switch ((int)event->type) {
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    case YAML_DOCUMENT_START_EVENT:
        return !*root || fail(builder, &event->start_mark, E_CONFIG, "a second document; one file is one document");
    default:
        *root = build(builder, event, 0);
        return *root != NULL;
    }
}

static struct yaml_node *build_document(struct builder *builder)
{
    struct yaml_node *root = NULL;
    yaml_event_type_t type;
    do {
        yaml_event_t event;
        if (!next_event(builder, &event))
            return NULL;
        type = event.type;
        bool is_good = take_event(builder, &event, &root);
        yaml_event_delete(&event);
        if (!is_good)
            return NULL;
    } while (type != YAML_STREAM_END_EVENT);
    if (!root) {
        root = arena_allocate_zeroed(builder->arena, 1, sizeof *root);
        root->line = root->column = 1;
    }
    return root;
}

struct yaml_node *yaml_parse(struct slice text, const char *file, struct arena *arena, struct error *error)
{
    struct builder builder = { .file = file, .arena = arena, .error = error };
    if (text.length > YAML_BYTES_MAXIMUM) {
        error_set(error, E_LIMIT, "larger than 8 MiB, which is too large for a YAML file");
        error_place(error, file, 0, 0);
        return NULL;
    }
    if (!yaml_parser_initialize(&builder.parser)) {
        error_set(error, E_SYSTEM, "libyaml cannot start");
        return NULL;
    }
    yaml_parser_set_input_string(&builder.parser, (const unsigned char *)text.bytes, text.length);
    struct yaml_node *root = build_document(&builder);
    yaml_parser_delete(&builder.parser);
    map_release(&builder.anchors);
    return root;
}

struct yaml_node *yaml_member(const struct yaml_node *node, struct slice key)
{
    if (!node || node->type != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < node->count; i++)
        if (slice_equal(node->pairs[i].key->text, key))
            return node->pairs[i].value;
    return NULL;
}

bool yaml_refuse(const struct yaml_node *node, const char *file, struct error *error, const char *format, ...)
{
    struct buffer text = { 0 };
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(&text, format, arguments);
    va_end(arguments);
    error_set(error, E_CONFIG, "%s", buffer_string(&text));
    buffer_release(&text);
    return error_place(error, file, node->line, node->column);
}
