/* dedup_text.c - the texts of a record that methods look into. */
#include <stdlib.h>

#include "dedup.h"

bool dedup_compile_fields(const struct dedup_options *options, struct arena *arena, struct text_fields *fields,
                          struct error *error)
{
    if (text_fields_compile(options->field.values, options->field.count, arena, fields, error))
        return true;
    struct error inner = *error;
    return error_set(error, inner.code, "--field: %s", inner.message);
}

static int compare_places(const void *left, const void *right)
{
    const struct dedup_text *a = left, *b = right;
    return a->value.text.bytes < b->value.text.bytes ? -1 : a->value.text.bytes > b->value.text.bytes;
}

/* In the order in which they stand in the line, each once. */
static size_t order_texts(struct dedup_text *texts, size_t count)
{
    size_t kept = 0;
    if (count > 1)
        qsort(texts, count, sizeof *texts, compare_places);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || texts[kept - 1].value.text.bytes != texts[i].value.text.bytes)
            texts[kept++] = texts[i];
    return kept;
}

bool dedup_find_texts(const struct text_fields *fields, struct batch *batch, struct record *record,
                      struct dedup_texts *found, struct error *error)
{
    struct json_value *values;
    *found = (struct dedup_texts){ 0 };
    if (!text_fields_find(fields, batch, record, &values, &found->count, error)) {
        found->count = 0;
        return !fields->is_given && error->code == E_FIELD_MISSING;
    }
    found->texts = arena_allocate(&batch->arena, (found->count + 1) * sizeof *found->texts);
    for (size_t i = 0; i < found->count; i++) {
        found->texts[i].value = values[i];
        if (!json_decode(values[i], &batch->arena, &found->texts[i].decoded, error))
            return false;
    }
    found->count = order_texts(found->texts, found->count);
    return true;
}
