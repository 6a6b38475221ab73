/* columns.c - reads the columns of a segment. */
#include "index/columns.h"

#include <inttypes.h>

#include "base/buffer.h"
#include "base/utf8.h"

_Static_assert(sizeof(struct columns_trailer) == 32, "trailer is 32 bytes");
_Static_assert(sizeof(struct column_entry) == 56, "entry is 56 bytes");

static bool fits(uint64_t offset, uint64_t bytes, uint64_t end)
{
    return offset <= end && bytes <= end - offset;
}

static bool check_entry(const struct column_entry *entry, uint32_t row_count, uint64_t end)
{
    uint64_t offsets_bytes = ((uint64_t)entry->dictionary_count + 1) * sizeof(uint32_t);
    return fits(entry->path_offset, entry->path_bytes, end) &&
           (entry->kinds_offset == 0 || fits(entry->kinds_offset, row_count, end)) &&
           (entry->value_bytes == 0 || entry->value_bytes == 1 || entry->value_bytes == 2 || entry->value_bytes == 4 ||
            entry->value_bytes == 8) &&
           fits(entry->values_offset, (uint64_t)entry->value_bytes * row_count, end) && entry->values_offset % 8 == 0 &&
           entry->dictionary_offset % 8 == 0 && entry->kind < COLUMN_KIND_COUNT &&
           fits(entry->dictionary_offset, offsets_bytes + entry->dictionary_bytes, end);
}

bool columns_open(struct slice section, uint32_t row_count, struct columns *columns, struct error *error)
{
    *columns = (struct columns){ 0 };
    if (section.length < sizeof(struct columns_trailer) || section.length % 8 != 0)
        return error_set(error, E_INDEX_DAMAGED, "it is shorter than its trailer");
    uint64_t entries_end = section.length - sizeof(struct columns_trailer);
    const struct columns_trailer *trailer = (const void *)(section.bytes + entries_end);
    uint64_t entries_bytes = trailer->column_count * (uint64_t)sizeof(struct column_entry);
    if (trailer->row_count != row_count || trailer->column_count > COLUMN_COUNT_MAXIMUM ||
        entries_bytes > entries_end || trailer->entries_offset != entries_end - entries_bytes)
        return error_set(error, E_INDEX_DAMAGED, "its trailer does not fit");
    const struct column_entry *entries = (const void *)(section.bytes + trailer->entries_offset);
    for (uint32_t i = 0; i < trailer->column_count; i++)
        if (!check_entry(&entries[i], row_count, trailer->entries_offset))
            return error_set(error, E_INDEX_DAMAGED, "column %" PRIu32 " reaches beyond it", i);
    *columns = (struct columns){ section, trailer, entries };
    return true;
}

struct slice column_path(const struct columns *columns, const struct column_entry *entry)
{
    return slice_of(columns->section.bytes + entry->path_offset, entry->path_bytes);
}

static const struct column_entry *find_entry(const struct columns *columns, struct slice path)
{
    for (uint32_t i = 0; i < columns->trailer->column_count; i++)
        if (slice_equal(column_path(columns, &columns->entries[i]), path))
            return &columns->entries[i];
    return NULL;
}

static bool has_entry_below(const struct columns *columns, struct slice path)
{
    for (uint32_t i = 0; i < columns->trailer->column_count; i++) {
        struct slice other = column_path(columns, &columns->entries[i]);
        if (other.length > path.length && slice_starts_with(other, path) &&
            (other.bytes[path.length] == '.' || other.bytes[path.length] == '['))
            return true;
    }
    return false;
}

static bool is_never_a_column(struct slice key)
{
    return slice_equal(key, SLICE("text")) || slice_equal(key, SLICE("embedding")) ||
           slice_equal(key, SLICE("embedding_model"));
}

/* The longest start of the path that is a column decides: the cells of `a` answer for a[0] and a.b too. */
struct column_binding columns_bind(const struct columns *columns, const struct json_path *path)
{
    struct column_binding binding = { .kind = BINDING_STORED };
    size_t keys = 0;
    while (keys < path->count && path->steps[keys].kind == JSON_STEP_KEY)
        keys++;
    if (keys == 0 || is_never_a_column(path->steps[0].key))
        return binding;
    struct buffer name = { 0 };
    for (size_t count = keys; count > 0 && !binding.entry; count--) {
        buffer_reset(&name);
        for (size_t i = 0; i < count; i++)
            column_path_append_key(&name, path->steps[i].key);
        binding.entry = find_entry(columns, buffer_slice(&name));
        binding.rest = path->steps + count;
        binding.rest_count = path->count - count;
        if (count == keys && !binding.entry && has_entry_below(columns, buffer_slice(&name)))
            break;
        if (count == 1 && !binding.entry && columns->trailer->is_complete)
            binding.kind = BINDING_MISSING;
    }
    if (binding.entry)
        binding.kind = BINDING_COLUMN;
    buffer_release(&name);
    return binding;
}

uint64_t column_bits(const struct columns *columns, const struct column_entry *entry, uint32_t row)
{
    const char *values = columns->section.bytes + entry->values_offset;
    uint16_t half = 0;
    switch (entry->value_bytes) {
    case 1:
        return (uint8_t)values[row];
    case 2:
        memcpy(&half, values + (size_t)row * sizeof half, sizeof half);
        return half;
    case 4:
        return load_u32(values + (size_t)row * sizeof(uint32_t));
    case 8:
        return load_u64(values + (size_t)row * sizeof(uint64_t));
    default:
        return 0;
    }
}

enum column_kind column_kind_of(const struct columns *columns, const struct column_entry *entry, uint32_t row)
{
    uint8_t kind = entry->kind;
    if (entry->kinds_offset)
        kind = (uint8_t)columns->section.bytes[entry->kinds_offset + row];
    return (enum column_kind)kind;
}

static bool bad_cell(const struct columns *columns, const struct column_entry *entry, const char *what,
                     struct error *error)
{
    struct slice path = column_path(columns, entry);
    return error_set(error, E_INDEX_DAMAGED, "a cell of column '%.*s' %s", (int)path.length, path.bytes, what);
}

bool column_text(const struct columns *columns, const struct column_entry *entry, uint64_t number, struct slice *text,
                 struct error *error)
{
    const char *offsets = columns->section.bytes + entry->dictionary_offset;
    const char *bytes = offsets + ((size_t)entry->dictionary_count + 1) * sizeof(uint32_t);
    if (number < entry->dictionary_count) {
        uint32_t start = load_u32(offsets + number * sizeof start);
        uint32_t end = load_u32(offsets + (number + 1) * sizeof end);
        if (start <= end && end <= entry->dictionary_bytes) {
            *text = slice_of(bytes + start, end - start);
            return true;
        }
    }
    return bad_cell(columns, entry, "points outside its dictionary", error);
}

bool column_cell(const struct columns *columns, const struct column_entry *entry, uint32_t row, struct arena *scratch,
                 struct value *value, bool *is_stored, struct error *error)
{
    *value = (struct value){ .type = VALUE_NULL };
    *is_stored = false;
    struct json_value json;
    struct slice text = SLICE("");
    uint64_t bits = column_bits(columns, entry, row);
    switch (column_kind_of(columns, entry, row)) {
    case COLUMN_MISSING:
    case COLUMN_NULL:
        return true;
    case COLUMN_FALSE:
    case COLUMN_TRUE:
        value->type = VALUE_BOOLEAN;
        value->boolean = column_kind_of(columns, entry, row) == COLUMN_TRUE;
        return true;
    case COLUMN_INTEGER:
        value->type = VALUE_INTEGER;
        value->integer = (int64_t)((uint64_t)entry->base + bits);
        return true;
    case COLUMN_DOUBLE:
        value->type = VALUE_DOUBLE;
        memcpy(&value->number, &bits, sizeof bits);
        return true;
    case COLUMN_TEXT:
        value->type = VALUE_TEXT;
        if (!column_text(columns, entry, bits, &value->text, error))
            return false;
        if (!utf8_is_valid(value->text))
            return bad_cell(columns, entry, "is not valid UTF-8", error);
        return true;
    case COLUMN_JSON:
        if (!column_text(columns, entry, bits, &text, error))
            return false;
        if (!json_scan(text, &json, NULL))
            return bad_cell(columns, entry, "is no JSON", error);
        return value_of_json(json, scratch, value, error);
    case COLUMN_STORED:
        *is_stored = true;
        return true;
    case COLUMN_KIND_COUNT:
        break;
    }
    return bad_cell(columns, entry, "has an unknown kind", error);
}

bool column_value(const struct columns *columns, const struct column_binding *binding, uint32_t row,
                  struct arena *scratch, struct value *value, bool *is_stored, struct error *error)
{
    *value = (struct value){ .type = VALUE_NULL };
    *is_stored = binding->kind == BINDING_STORED;
    if (binding->kind != BINDING_COLUMN)
        return true;
    if (!column_cell(columns, binding->entry, row, scratch, value, is_stored, error))
        return false;
    if (binding->rest_count == 0 || *is_stored)
        return true;
    struct json_path rest = { .steps = binding->rest, .count = binding->rest_count };
    struct json_value inner = { .type = JSON_MISSING };
    if (value->type == VALUE_JSON)
        inner = json_path_find_value(&rest, value->json, NULL);
    *value = (struct value){ .type = VALUE_NULL };
    return inner.type == JSON_MISSING || value_of_json(inner, scratch, value, error);
}

bool columns_verify(const struct columns *columns, struct error *error)
{
    struct arena scratch = { 0 };
    bool is_sound = true;
    for (uint32_t i = 0; i < columns->trailer->column_count && is_sound; i++) {
        const struct column_entry *entry = &columns->entries[i];
        struct value value;
        bool is_stored = false;
        if (i > 0 && slice_compare(column_path(columns, entry - 1), column_path(columns, entry)) >= 0)
            is_sound = error_set(error, E_INDEX_DAMAGED, "column %" PRIu32 " is out of order", i);
        for (uint32_t row = 0; row < columns->trailer->row_count && is_sound; row++) {
            is_sound = column_cell(columns, entry, row, &scratch, &value, &is_stored, error);
            if (arena_bytes(&scratch) > 1024 * 1024)
                arena_reset(&scratch);
        }
    }
    arena_release(&scratch);
    return is_sound;
}
