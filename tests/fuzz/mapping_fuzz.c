/* mapping_fuzz.c - any bytes as a mapping, behind an empty line as a record: an error with its place, or rows. */
#include <stdint.h>
#include <stdlib.h>

#include "dataset/choose.h"
#include "dataset/pairs.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void make_rows(const struct mapping *mapping, const struct json_object *object, struct arena *arena)
{
    struct dialogues dialogues = { .arena = arena };
    struct composed composed = { 0 };
    struct error error;
    static const struct compose_settings settings = { .merges_turns = true, .window = 4, .stride = 1, .support = 0.5 };
    if (!dialogues_of_record(mapping, object, &dialogues, &error))
        return;
    for (size_t i = 0; i < dialogues.count; i++)
        if (!compose_rows(&settings, mapping, &dialogues.list[i], NULL, arena, &composed, &error))
            abort();
    for (size_t i = 0; i < composed.count; i++)
        if (composed.rows[i].messages[composed.rows[i].message_count - 1].role != DATASET_ASSISTANT)
            abort();
}

static void make_pairs(const struct mapping *mapping, const struct json_object *object, struct arena *arena)
{
    struct dialogues dialogues = { .arena = arena, .wants_answers = true };
    struct composed pairs = { 0 }, chosen = { 0 };
    struct error error;
    const struct compose_settings prompts = { .wants_prompts = true, .support = -1 };
    const struct pairs_settings settings = { .compose = prompts, .takes_all = true };
    const struct choose_settings choose = { .compose = prompts, .which = CHOOSE_ANSWERS_ALL };
    if (!dialogues_of_record(mapping, object, &dialogues, &error))
        return;
    for (size_t i = 0; i < dialogues.count; i++)
        if (!choose_answers(&choose, mapping, &dialogues.list[i], arena, &chosen, &error) ||
            !pairs_make(&settings, mapping, &dialogues.list[i], arena, &pairs, &error))
            return;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = { 0 };
    struct mapping mapping;
    struct json_object object;
    struct error error;
    struct slice text = slice_of((const char *)bytes, length);
    size_t end = slice_find(text, SLICE("\n\n"));
    error_reset(&error);
    if (!mapping_load(slice_between(text, 0, end), "m.yaml", &arena, &mapping, &error)) {
        if (error.code != E_CONFIG && error.code != E_LIMIT)
            abort();
    } else if (json_scan_object(slice_from(text, end + 2), &arena, &object, &error)) {
        if (!mapping_gathers(&mapping))
            make_rows(&mapping, &object, &arena);
        if (mapping_has_answers(&mapping))
            make_pairs(&mapping, &object, &arena);
    }
    mapping_release(&mapping);
    arena_release(&arena);
    return 0;
}
