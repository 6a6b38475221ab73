/* dataset_fuzz.c - fuzz entry: any line under every profile: faults have places, rows have sound parts, and a row
 * without a refusal can be hashed and, where it is of its own profile's form, written again. */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "dataset/digest.h"
#include "dataset/line.h"
#include "dataset/read.h"
#include "dataset/render.h"
#include "dataset/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void expect(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_faults(const struct dataset_faults *faults)
{
    expect(faults->count <= DATASET_FAULTS_MAXIMUM);
    for (size_t i = 0; i < faults->count && i < 32; i++) {
        const char *pointer = dataset_fault_pointer(faults, &faults->faults[i]);
        expect(*pointer == '\0' || *pointer == '/');
        expect(faults->faults[i].code > E_NONE && faults->faults[i].code < CODE_COUNT);
    }
}

static void check_messages(const struct dataset_message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect(messages[i].role <= DATASET_ROLE_UNKNOWN);
        for (size_t j = 0; j < messages[i].part_count; j++)
            expect(utf8_is_valid(messages[i].parts[j].text) && utf8_is_valid(messages[i].parts[j].uri));
    }
}

static void try_profile(const struct profile *profile, const struct json_object *object, struct arena *arena,
                        const struct dataset_faults *common)
{
    struct dataset_row row;
    struct dataset_faults faults = { .arena = arena, .root = common->root };
    const struct dataset_rules rules = { .profile = profile };
    const struct dataset_render_options options = { .keeps_extras = true };
    struct buffer text = { 0 };
    struct error error = { 0 };
    unsigned losses = 0;
    const struct profile_layout *layout = dataset_layout_of(profile, object, &faults);
    expect(layout || faults.refusals > 0);
    if (layout) {
        dataset_read(profile, layout, object, arena, &row, &faults);
        dataset_check_row(&rules, &row, &faults);
        check_messages(row.messages, row.message_count);
        for (size_t i = 0; i < row.answer_count; i++)
            check_messages(row.answers[i].messages, row.answers[i].count);
        dataset_hash_prompt(&row, &text);
        buffer_reset(&text);
        if (faults.refusals == 0 && dataset_render(profile, &row, &options, arena, &text, &losses, &error)) {
            struct json_value value;
            expect(json_scan(buffer_slice(&text), &value, &error));
        }
    }
    check_faults(&faults);
    buffer_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = { 0 };
    struct json_object object;
    struct dataset_faults faults = { .arena = &arena };
    if (dataset_line_object(slice_of((const char *)bytes, length), &arena, &object, &faults)) {
        dataset_hash_value(faults.root, &arena);
        for (size_t i = 0; i < profile_count; i++)
            try_profile(profiles[i], &object, &arena, &faults);
    } else {
        expect(faults.refusals == 1);
    }
    check_faults(&faults);
    arena_release(&arena);
    return 0;
}
