/* split_row.c - what is known of one row, and how it leaves. */
#include <math.h>

#include "record/prompt_text.h"
#include "record/sort_key.h"
#include "split.h"
#include "text/fold.h"
#include "json/write.h"

void split_scratch_release(struct split_scratch *scratch)
{
    buffer_release(&scratch->text);
    buffer_release(&scratch->folded);
    buffer_release(&scratch->hashes);
}

static bool missing(const struct json_path *path, const char *why, struct error *error)
{
    error_set(error, E_FIELD_MISSING, "field '%.*s' is missing, %s", (int)path->text.length, path->text.bytes, why);
    return error_field(error, path->text);
}

static bool append_keys(const struct split_plan *plan, struct batch *batch, struct record *record, struct buffer *key,
                        struct error *error)
{
    bool has_any = false;
    for (size_t i = 0; i < plan->by_count; i++) {
        has_any |= json_path_find(&plan->by[i], record->object, NULL).type != JSON_MISSING;
        if (!sort_key_append_path(key, &plan->by[i], record->object, false, &batch->arena, error))
            return false;
    }
    return has_any || missing(&plan->by[0], "which --by names", error);
}

bool split_group(const struct split_plan *plan, int64_t seed, struct batch *batch, struct record *record,
                 struct split_scratch *scratch, uint64_t *hash, struct error *error)
{
    struct hash128 whole;
    bool has_hash;
    buffer_reset(&scratch->text);
    buffer_reset(&scratch->folded);
    if (plan->by_count > 0) {
        if (!append_keys(plan, batch, record, &scratch->folded, error))
            return false;
    } else {
        if (!prompt_text_append(record->object, &batch->arena, &scratch->text, error))
            return false;
        text_fold(&scratch->folded, buffer_slice(&scratch->text));
    }
    if (scratch->folded.length == 0) {
        if (!fingerprint_take(&plan->normalized, batch, record, &scratch->text, &whole, &has_hash, error))
            return false;
        buffer_append(&scratch->folded, &whole, sizeof whole);
    }
    *hash = hash_64(buffer_slice(&scratch->folded), (uint64_t)seed);
    return true;
}

bool split_time_key(const struct split_plan *plan, struct batch *batch, struct record *record, struct buffer *key,
                    struct error *error)
{
    struct json_value value = json_path_find(&plan->time, record->object, NULL);
    if (value.type == JSON_MISSING || value.type == JSON_NULL)
        return missing(&plan->time, "which --time names", error);
    bool is_number = value.type == JSON_NUMBER;
    if ((!is_number && value.type != JSON_STRING) ||
        (is_number && plan->cut_count > 0 && plan->cuts[0].number.length == 0)) {
        error_set(error, E_FIELD_TYPE, "field '%.*s' is %s, expected %s", (int)plan->time.text.length,
                  plan->time.text.bytes, json_type_phrase(value.type),
                  is_number ? "text, as --cut has it" : "text or a number");
        return error_field(error, plan->time.text);
    }
    buffer_append_byte(key, is_number ? 'n' : 's');
    return sort_key_append(key, value, false, &batch->arena, error);
}

unsigned split_by_cuts(const struct split_plan *plan, struct slice key)
{
    unsigned split = 0;
    bool is_number = slice_byte(key, 0) == 'n';
    while (split < plan->cut_count &&
           slice_compare(key, buffer_slice(is_number ? &plan->cuts[split].number : &plan->cuts[split].text)) >= 0)
        split++;
    return split;
}

unsigned split_by_hash(const struct split_plan *plan, uint64_t hash)
{
    double place = ldexp((double)(hash >> 11), -53);
    unsigned split = 0;
    while (split + 1 < plan->count && place >= plan->bounds[split])
        split++;
    return split;
}

bool split_emit(const struct split_plan *plan, const struct stage *stage, struct batch *batch, struct record *record,
                unsigned split)
{
    record->part = plan->parts[split];
    if (!plan->has_into) {
        *batch_append(batch) = *record;
        return true;
    }
    struct error error;
    struct buffer name = { 0 }, line = { 0 };
    error_reset(&error);
    json_append_string(&name, slice_of_string(plan->names[split]));
    bool is_good = record_object(batch, record, &error) &&
                   json_path_set(&plan->into, record->object, buffer_slice(&name), &line, &error);
    if (is_good)
        batch_append_changed(batch, record, arena_copy(&batch->arena, buffer_slice(&line)));
    buffer_release(&name);
    buffer_release(&line);
    error_place(&error, record->file, record->line_number, 0);
    return is_good || batch_reject(batch, stage, record, &error);
}

void split_append_text(const struct split_plan *plan, struct batch *batch, struct record *record, struct buffer *text)
{
    struct json_value *values;
    struct error ignored;
    size_t count;
    error_reset(&ignored);
    if (!text_fields_find(&plan->texts, batch, record, &values, &count, &ignored))
        return;
    count = text_fields_order(values, count);
    for (size_t i = 0; i < count; i++) {
        struct slice decoded;
        if (!json_decode(values[i], &batch->arena, &decoded, &ignored))
            return;
        buffer_append_slice(text, decoded);
        buffer_append_byte(text, '\n');
    }
}
