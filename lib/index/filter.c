/* filter.c - which rows of an index an expression keeps, by its columns, before any search. */
#include "index/filter.h"

#include "base/memory.h"
#include "base/utf8.h"

enum { SCRATCH_BYTES = 256 * 1024 };

/* One segment under test. */
struct filter_scan {
    const struct index *index;
    const struct expression *where;
    const struct index_segment *segment;
    struct index_row row;
    struct column_binding *bindings; /* by path */
    struct arena scratch;
    struct index_scratch records;
    struct json_object object; /* of row, once it was needed */
    bool has_object;
    uint8_t *known; /* by dictionary entry, where that alone decides: enum verdict */
};

enum verdict { VERDICT_OPEN, VERDICT_NO, VERDICT_YES };

static bool is_id(const struct json_path *path)
{
    return path->count == 1 && path->steps[0].kind == JSON_STEP_KEY && slice_equal(path->steps[0].key, SLICE("id"));
}

static bool fetch_stored(struct filter_scan *scan, const struct json_path *path, struct value *value,
                         struct error *error)
{
    struct slice line;
    if (!scan->has_object) {
        if (!index_record(scan->index, scan->row, &scan->records, &line, error))
            return false;
        if (!json_scan_object(line, &scan->scratch, &scan->object, error)) {
            error_set(error, E_INDEX_DAMAGED, "the record of a row is no JSON object");
            return error_place(error, scan->segment->path, 0, 0);
        }
        scan->has_object = true;
    }
    struct json_value json = json_path_find(path, &scan->object, NULL);
    return value_of_json(json, &scan->scratch, value, error);
}

/* A string id has its own section instead of a column. */
static bool fetch_id(const struct filter_scan *scan, struct value *value, struct error *error)
{
    *value = (struct value){ .type = VALUE_TEXT, .text = index_id(scan->index, scan->row) };
    if (utf8_is_valid(value->text))
        return true;
    error_set(error, E_INDEX_DAMAGED, "an id is not valid UTF-8");
    return error_place(error, scan->segment->path, 0, 0);
}

static bool fetch(void *context, size_t path_index, struct value *value, struct error *error)
{
    struct filter_scan *scan = context;
    const struct column_binding *binding = &scan->bindings[path_index];
    const struct json_path *path = expression_path(scan->where, path_index);
    bool is_stored = false;
    if (!column_value(&scan->segment->columns, binding, scan->row.row, &scan->scratch, value, &is_stored, error))
        return error_place(error, scan->segment->path, 0, 0);
    if (is_stored)
        return fetch_stored(scan, path, value, error);
    if (value->type == VALUE_NULL && is_id(path))
        return fetch_id(scan, value, error);
    return true;
}

static bool test_row(struct filter_scan *scan, bool *is_kept, struct error *error)
{
    struct expression_source source = { .context = scan, .fetch = fetch };
    enum truth truth = TRUTH_UNKNOWN;
    scan->has_object = false;
    if (!expression_test(scan->where, &source, &scan->scratch, &truth, error))
        return false;
    *is_kept = truth == TRUTH_TRUE;
    if (arena_bytes(&scan->scratch) > SCRATCH_BYTES)
        arena_reset(&scan->scratch);
    return true;
}

/* When the condition reads one column of texts, each distinct text is tested once. */
static uint8_t *verdict_of(struct filter_scan *scan, uint32_t row)
{
    if (!scan->known)
        return NULL;
    const struct columns *columns = &scan->segment->columns;
    const struct column_entry *entry = scan->bindings[0].entry;
    uint64_t number = column_bits(columns, entry, row);
    bool is_text = column_kind_of(columns, entry, row) == COLUMN_TEXT;
    return is_text && number < entry->dictionary_count ? &scan->known[number] : NULL;
}

static bool scan_rows(struct filter_scan *scan, uint64_t *allowed, struct error *error)
{
    uint32_t row_count = scan->segment->row_count;
    for (uint32_t row = 0; row < row_count; row++) {
        if (!bitmap_has(allowed, row))
            continue;
        uint8_t *verdict = verdict_of(scan, row);
        bool is_kept = verdict && *verdict == VERDICT_YES;
        if (!verdict || *verdict == VERDICT_OPEN) {
            scan->row.row = row;
            if (!test_row(scan, &is_kept, error))
                return false;
            if (verdict)
                *verdict = is_kept ? VERDICT_YES : VERDICT_NO;
        }
        if (!is_kept)
            bitmap_remove(allowed, row);
    }
    return true;
}

static bool scan_segment(const struct index *index, size_t number, const struct expression *where, uint64_t *allowed,
                         struct error *error)
{
    const struct index_segment *segment = &index->segments[number];
    size_t path_count = expression_path_count(where);
    struct filter_scan scan = {
        .index = index, .where = where, .segment = segment, .row = { .segment = (uint32_t)number }
    };
    scan.bindings = memory_allocate((path_count + 1) * sizeof scan.bindings[0]);
    for (size_t i = 0; i < path_count; i++)
        scan.bindings[i] = columns_bind(&segment->columns, expression_path(where, i));
    if (path_count == 1 && scan.bindings[0].kind == BINDING_COLUMN)
        scan.known = memory_allocate_zeroed((size_t)scan.bindings[0].entry->dictionary_count + 1, 1);
    bool is_done = scan_rows(&scan, allowed, error);
    memory_free(scan.known);
    memory_free(scan.bindings);
    index_scratch_release(&scan.records);
    arena_release(&scan.scratch);
    return is_done;
}

bool index_filter(const struct index *index, const struct expression *where, struct arena *arena,
                  struct index_filter *filter, struct error *error)
{
    size_t count = index->segment_count;
    filter->allowed = arena_allocate_zeroed(arena, count + 1, sizeof filter->allowed[0]);
    filter->counts = arena_allocate_zeroed(arena, count + 1, sizeof filter->counts[0]);
    filter->count = 0;
    for (size_t i = 0; i < count; i++) {
        filter->allowed[i] = segment_live_rows(&index->segments[i], arena);
        if (where && !scan_segment(index, i, where, filter->allowed[i], error))
            return false;
        filter->counts[i] = bitmap_count(filter->allowed[i], index->segments[i].row_count);
        filter->count += filter->counts[i];
    }
    return true;
}
