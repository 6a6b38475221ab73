/* info_index.c - what an index or one segment of it holds. */
#include <inttypes.h>

#include "base/map.h"
#include "index/verify.h"
#include "info.h"
#include "json/write.h"

/* Which kinds of cells a column has, one bit each. */
static uint64_t column_kinds(const struct columns *columns, const struct column_entry *entry)
{
    uint64_t kinds = 0;
    for (uint32_t row = 0; row < columns->trailer->row_count; row++) {
        kinds |= UINT64_C(1) << (column_kind_of(columns, entry, row) % 64);
        if (entry->kinds_offset == 0)
            break;
    }
    return kinds;
}

static void append_kinds(struct buffer *text, uint64_t kinds)
{
    static const struct {
        uint64_t bits;
        const char *name;
    } names[] = {
        { 1 << COLUMN_TEXT, "text" },     { 1 << COLUMN_INTEGER, "integer" },
        { 1 << COLUMN_DOUBLE, "number" }, { 1 << COLUMN_FALSE | 1 << COLUMN_TRUE, "boolean" },
        { 1 << COLUMN_JSON, "array" },    { 1 << COLUMN_STORED, "other" },
    };
    size_t start = text->length;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (kinds & names[i].bits)
            buffer_append_format(text, "%s%s", text->length > start ? ", " : "", names[i].name);
    if (text->length == start)
        buffer_append_string(text, "null");
}

static void put_columns(struct buffer *json, const struct index *index)
{
    struct map kinds = { 0 };
    for (size_t s = 0; s < index->segment_count; s++) {
        const struct columns *columns = &index->segments[s].columns;
        for (uint32_t i = 0; i < columns->trailer->column_count; i++)
            map_insert(&kinds, column_path(columns, &columns->entries[i]), NULL)->value |=
                column_kinds(columns, &columns->entries[i]);
    }
    json_append_key(json, SLICE("columns"));
    buffer_append_byte(json, '{');
    struct buffer text = { 0 };
    for (size_t i = 0; i < kinds.count; i++) {
        buffer_reset(&text);
        buffer_append_slice(&text, kinds.entries[i].key);
        struct buffer names = { 0 };
        append_kinds(&names, kinds.entries[i].value);
        info_put_text(json, buffer_string(&text), buffer_slice(&names));
        buffer_release(&names);
    }
    buffer_append_byte(json, '}');
    buffer_release(&text);
    map_release(&kinds);
}

static void put_settings(struct buffer *json, const struct index_settings *settings)
{
    info_put_text(json, "model", settings->model);
    info_put_number(json, "dimension", settings->dimension);
    info_put_text(json, "metric", slice_of_string(vector_metric_name(settings->metric)));
    if (settings->query_prefix.length)
        info_put_text(json, "query_prefix", settings->query_prefix);
    if (settings->document_prefix.length)
        info_put_text(json, "document_prefix", settings->document_prefix);
    info_put_text(json, "language", settings->language);
    json_append_key(json, SLICE("fields"));
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < settings->field_count; i++) {
        buffer_append_string(json, i ? "," : "");
        json_append_string(json, settings->fields[i]);
    }
    buffer_append_byte(json, ']');
}

bool info_describe_index(const char *path, bool has_digest, struct buffer *json, struct error *error)
{
    struct index *index = index_open(path, error);
    if (!index)
        return false;
    uint64_t bytes = index->manifest.tombstones_seal.bytes;
    uint64_t all_rows = 0;
    for (size_t i = 0; i < index->segment_count; i++) {
        bytes += index->manifest.segments[i].seal.bytes;
        all_rows += index->segments[i].row_count;
    }
    info_put_text(json, "kind", SLICE("index"));
    info_put_number(json, "format", INDEX_FORMAT_VERSION);
    info_put_number(json, "rows", (int64_t)index->manifest.row_count);
    info_put_number(json, "documents", (int64_t)index_document_count(index));
    info_put_number(json, "rows_dead", (int64_t)(all_rows - index->manifest.row_count));
    info_put_number(json, "segments", (int64_t)index->segment_count);
    info_put_number(json, "commits", (int64_t)index->manifest.sequence);
    info_put_number(json, "bytes", (int64_t)bytes);
    put_settings(json, &index->manifest.settings);
    put_columns(json, index);
    struct hash128 digest = { 0 };
    bool is_done = !has_digest || index_digest(index, &digest, error);
    if (is_done && has_digest) {
        char text[HASH128_TEXT + 1];
        hash128_format(digest, text);
        info_put_text(json, "digest", slice_of(text, HASH128_TEXT));
    }
    index_close(index);
    return is_done;
}

bool info_describe_segment(const char *path, struct buffer *json, struct error *error)
{
    struct sections sections;
    if (!sections_open(path, NULL, FILE_ANY, &sections, error))
        return false;
    info_put_text(json, "kind", sections.header->kind == FILE_SEGMENT ? SLICE("segment") : SLICE("tombstones"));
    info_put_number(json, "format", sections.header->version);
    info_put_number(json, "rows", (int64_t)sections.header->row_count);
    info_put_number(json, "bytes", (int64_t)sections.header->file_bytes);
    json_append_key(json, SLICE("sections"));
    buffer_append_byte(json, '{');
    for (uint32_t i = 0; i < sections.header->section_count; i++)
        info_put_number(json, section_type_name(sections.entries[i].type), (int64_t)sections.entries[i].bytes);
    buffer_append_byte(json, '}');
    sections_close(&sections);
    return true;
}
