/* stats_fields.c - what stands at each path of many records. */
#include "curate/stats_fields.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { SLOT_BITS = 11, SLOTS = 1 << SLOT_BITS };

const char *const stats_type_names[STATS_TYPES] = {
    "null", "boolean", "integer", "number", "string", "array", "object"
};

static size_t first_slot(uint64_t hash)
{
    return (size_t)(((hash ^ hash_table_seed()) * 0x9e3779b97f4a7c15u) >> (64 - SLOT_BITS));
}

static uint16_t *find_slot(const struct stats_fields *fields, uint64_t hash)
{
    size_t place = first_slot(hash);
    while (fields->slots[place] && fields->fields[fields->slots[place] - 1]->hash != hash)
        place = (place + 1) % SLOTS;
    return &fields->slots[place];
}

static void fill_slots(struct stats_fields *fields)
{
    memset(fields->slots, 0, SLOTS * sizeof *fields->slots);
    for (size_t i = 0; i < fields->count; i++)
        *find_slot(fields, fields->fields[i]->hash) = (uint16_t)(i + 1);
}

static void free_field(struct stats_field *field)
{
    tally_release(&field->values);
    memory_free(field->path_bytes);
    memory_free(field);
}

static bool is_before(unsigned depth, uint64_t hash, unsigned other_depth, uint64_t other_hash)
{
    return depth != other_depth ? depth < other_depth : hash < other_hash;
}

/* The one that is last in the order of keeping goes, and whatever is behind it will not come again. */
static void leave_out_last(struct stats_fields *fields)
{
    size_t last = 0;
    for (size_t i = 1; i < fields->count; i++)
        if (is_before(fields->fields[last]->depth, fields->fields[last]->hash, fields->fields[i]->depth,
                      fields->fields[i]->hash))
            last = i;
    fields->is_cut = true;
    fields->ceiling_depth = fields->fields[last]->depth;
    fields->ceiling_hash = fields->fields[last]->hash;
    free_field(fields->fields[last]);
    fields->fields[last] = fields->fields[--fields->count];
    fill_slots(fields);
}

/* NULL: it is left out. */
static struct stats_field *find_field(struct stats_fields *fields, struct slice path, uint64_t hash, unsigned depth)
{
    if (fields->is_cut && !is_before(depth, hash, fields->ceiling_depth, fields->ceiling_hash))
        return NULL;
    if (!fields->slots) {
        fields->slots = memory_allocate_zeroed(SLOTS, sizeof *fields->slots);
        fields->fields = memory_allocate_zeroed(STATS_FIELDS + 1, sizeof(void *));
    }
    uint16_t *slot = find_slot(fields, hash);
    if (*slot)
        return fields->fields[*slot - 1];
    struct stats_field *field = memory_allocate_zeroed(1, sizeof *field);
    char *copy = memory_allocate(path.length + 1);
    memcpy(copy, path.bytes, path.length);
    *field = (struct stats_field){ .hash = hash, .depth = depth, .path_bytes = copy, .path = { copy, path.length } };
    tally_init(&field->values, STATS_VALUES);
    fields->fields[fields->count++] = field;
    *slot = (uint16_t)fields->count;
    if (fields->count <= STATS_FIELDS)
        return field;
    leave_out_last(fields);
    slot = find_slot(fields, hash);
    return *slot ? fields->fields[*slot - 1] : NULL;
}

static void extend(struct stats_extent *extent, uint64_t length)
{
    extent->least = extent->count == 0 || length < extent->least ? length : extent->least;
    extent->greatest = length > extent->greatest ? length : extent->greatest;
    extent->sum += length;
    extent->count++;
}

static void note_number(struct stats_field *field, double number)
{
    bool is_first = field->types[STATS_INTEGER] + field->types[STATS_NUMBER] == 0;
    field->least = is_first || number < field->least ? number : field->least;
    field->greatest = is_first || number > field->greatest ? number : field->greatest;
}

static void note_integer(struct stats_field *field, int64_t integer)
{
    bool is_first = field->types[STATS_INTEGER] == 0;
    field->least_integer = is_first || integer < field->least_integer ? integer : field->least_integer;
    field->greatest_integer = is_first || integer > field->greatest_integer ? integer : field->greatest_integer;
}

static void note_value(struct stats_field *field, struct json_value value, struct arena *arena)
{
    struct slice text = value.text;
    struct error error;
    int64_t integer;
    double number = 0;
    enum stats_type type = STATS_NULL;
    switch (value.type) {
    case JSON_FALSE:
    case JSON_TRUE:
        type = STATS_BOOLEAN;
        break;
    case JSON_NUMBER:
        type = json_integer(value, &integer) ? STATS_INTEGER : STATS_NUMBER;
        if (json_double(value, &number))
            note_number(field, number);
        if (type == STATS_INTEGER)
            note_integer(field, integer);
        break;
    case JSON_STRING:
        type = STATS_STRING;
        if (!json_decode(value, arena, &text, &error)) /* half a surrogate pair: as it is written */
            text = slice_between(value.text, 1, value.text.length - 1);
        extend(&field->characters, utf8_count(text));
        break;
    case JSON_ARRAY:
        type = STATS_ARRAY;
        break;
    case JSON_OBJECT:
        type = STATS_OBJECT;
        break;
    case JSON_MISSING:
    case JSON_NULL:
        break;
    }
    field->types[type]++;
    if (type == STATS_BOOLEAN || type == STATS_INTEGER || type == STATS_NUMBER || type == STATS_STRING)
        tally_add(&field->values, text, hash_64(text, type == STATS_STRING), 1);
}

struct walk {
    struct stats_fields *fields;
    struct buffer *path;
    struct arena *arena;
};

static bool is_plain_key(struct slice key)
{
    bool is_plain = key.length > 0 && !(key.bytes[0] >= '0' && key.bytes[0] <= '9');
    for (size_t i = 0; i < key.length && is_plain; i++)
        is_plain = (key.bytes[i] >= 'a' && key.bytes[i] <= 'z') || (key.bytes[i] >= 'A' && key.bytes[i] <= 'Z') ||
                   (key.bytes[i] >= '0' && key.bytes[i] <= '9') || key.bytes[i] == '_';
    return is_plain;
}

/* A key as json/path.h reads it; escapes stay as they are written. */
static void append_key(struct buffer *path, struct slice key)
{
    if (is_plain_key(key)) {
        if (path->length)
            buffer_append_byte(path, '.');
        buffer_append_slice(path, key);
        return;
    }
    buffer_append_string(path, "['");
    buffer_append_slice(path, key);
    buffer_append_string(path, "']");
}

static void walk_value(struct walk *walk, struct json_value value, unsigned depth);

static void walk_children(struct walk *walk, struct json_value container, unsigned depth, struct stats_field *field)
{
    struct json_iterator iterator = json_iterate(container);
    struct json_field child;
    size_t length = walk->path->length;
    uint64_t count = 0;
    for (; json_next(&iterator, &child); count++) {
        if (depth >= STATS_DEPTH || (container.type == JSON_ARRAY && count >= STATS_ELEMENTS))
            continue;
        if (container.type == JSON_ARRAY)
            buffer_append_string(walk->path, "[*]");
        else
            append_key(walk->path, child.key);
        if (walk->path->length <= STATS_PATH_MAXIMUM)
            walk_value(walk, child.value, depth);
        walk->path->length = length;
    }
    if (field && container.type == JSON_ARRAY)
        extend(&field->elements, count);
}

/* depth: keys and brackets of the path. */
static void walk_value(struct walk *walk, struct json_value value, unsigned depth)
{
    struct slice path = buffer_slice(walk->path);
    struct stats_field *field = find_field(walk->fields, path, hash_64(path, 0), depth);
    if (field) {
        field->records += field->last != walk->fields->records;
        field->last = walk->fields->records;
        note_value(field, value, walk->arena);
    }
    if (value.type == JSON_ARRAY || value.type == JSON_OBJECT)
        walk_children(walk, value, depth + 1, field);
}

void stats_fields_add(struct stats_fields *fields, const struct json_object *object, struct buffer *path,
                      struct arena *arena)
{
    struct walk walk = { fields, path, arena };
    fields->records++;
    for (size_t i = 0; i < object->count; i++) {
        buffer_reset(path);
        append_key(path, object->fields[i].key);
        if (path->length <= STATS_PATH_MAXIMUM)
            walk_value(&walk, object->fields[i].value, 0);
    }
}

static void merge_extent(struct stats_extent *extent, const struct stats_extent *other)
{
    if (other->count == 0)
        return;
    extent->least = extent->count == 0 || other->least < extent->least ? other->least : extent->least;
    extent->greatest = other->greatest > extent->greatest ? other->greatest : extent->greatest;
    extent->sum += other->sum;
    extent->count += other->count;
}

static void merge_field(struct stats_field *field, const struct stats_field *other)
{
    if (other->types[STATS_INTEGER] + other->types[STATS_NUMBER] > 0) {
        bool is_first = field->types[STATS_INTEGER] + field->types[STATS_NUMBER] == 0;
        field->least = is_first || other->least < field->least ? other->least : field->least;
        field->greatest = is_first || other->greatest > field->greatest ? other->greatest : field->greatest;
    }
    if (other->types[STATS_INTEGER] > 0) {
        bool is_first = field->types[STATS_INTEGER] == 0;
        if (is_first || other->least_integer < field->least_integer)
            field->least_integer = other->least_integer;
        if (is_first || other->greatest_integer > field->greatest_integer)
            field->greatest_integer = other->greatest_integer;
    }
    field->records += other->records;
    for (unsigned type = 0; type < STATS_TYPES; type++)
        field->types[type] += other->types[type];
    merge_extent(&field->characters, &other->characters);
    merge_extent(&field->elements, &other->elements);
    tally_merge(&field->values, &other->values);
}

void stats_fields_merge(struct stats_fields *fields, const struct stats_fields *other)
{
    fields->records += other->records;
    for (size_t i = 0; i < other->count; i++) {
        const struct stats_field *from = other->fields[i];
        struct stats_field *field = find_field(fields, from->path, from->hash, from->depth);
        if (field)
            merge_field(field, from);
    }
    /* what the other left out is left out of both */
    while (other->is_cut && fields->count > 0) {
        size_t i = 0;
        while (i < fields->count &&
               is_before(fields->fields[i]->depth, fields->fields[i]->hash, other->ceiling_depth, other->ceiling_hash))
            i++;
        if (i == fields->count)
            break;
        leave_out_last(fields);
    }
    if (other->is_cut && (!fields->is_cut || is_before(other->ceiling_depth, other->ceiling_hash, fields->ceiling_depth,
                                                       fields->ceiling_hash))) {
        fields->is_cut = true;
        fields->ceiling_depth = other->ceiling_depth;
        fields->ceiling_hash = other->ceiling_hash;
    }
}

void stats_fields_release(struct stats_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        free_field(fields->fields[i]);
    memory_free(fields->fields);
    memory_free(fields->slots);
    *fields = (struct stats_fields){ 0 };
}

static int compare_paths(const void *a, const void *b)
{
    return slice_compare((*(const struct stats_field *const *)a)->path, (*(const struct stats_field *const *)b)->path);
}

const struct stats_field **stats_fields_sorted(const struct stats_fields *fields, struct arena *arena)
{
    const struct stats_field **sorted = arena_allocate(arena, (fields->count + 1) * sizeof(void *));
    for (size_t i = 0; i < fields->count; i++)
        sorted[i] = fields->fields[i];
    if (fields->count > 1)
        qsort(sorted, fields->count, sizeof(void *), compare_paths);
    return sorted;
}
