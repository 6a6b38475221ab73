/* convert_fuzz.c - fuzz entry: any bytes as a file of rows, an array or lines: each row whose form is found is written
 * for every profile, what was written is JSON on one line that its own profile reads, whatever was chosen of its
 * answers. */
#include <stdlib.h>

#include "base/buffer.h"
#include "dataset/detect.h"
#include "dataset/render.h"
#include "dataset/reshape.h"
#include "stream/array_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void expect(bool is_true)
{
    if (!is_true)
        abort();
}

static void write_for(const struct profile *profile, const struct dataset_row *row, struct arena *arena)
{
    static const struct dataset_render_options options = { .keeps_extras = true, .system_joiner = "\n" };
    struct buffer output = { 0 };
    struct json_object object;
    struct error error;
    unsigned losses = 0;
    if (dataset_render(profile, row, &options, arena, &output, &losses, &error)) {
        expect(losses >> LOSS_COUNT == 0);
        expect(!memchr(output.bytes, '\n', output.length));
        expect(json_scan_object(buffer_slice(&output), arena, &object, &error));
        struct dataset_faults faults = { .arena = arena, .root = { object.text, JSON_OBJECT, false } };
        expect(dataset_layout_of(profile, &object, &faults) || faults.refusals > 0);
    } else {
        expect(error.code == E_CONVERT_FORM && output.length == 0);
    }
    buffer_release(&output);
}

static void try_line(struct slice line)
{
    struct arena arena = { 0 };
    struct json_object object;
    struct dataset_row row;
    struct dataset_rows rows;
    struct error error;
    if (json_scan_object(line, &arena, &object, &error)) {
        struct dataset_faults faults = { .arena = &arena, .root = { object.text, JSON_OBJECT, false } };
        const struct profile *found = dataset_detect(&object, &arena, &row, &faults, &error);
        for (unsigned answers = 0; found && dataset_answers_names[answers]; answers++)
            if (dataset_reshape(&row, (enum dataset_answers)answers, &arena, &rows, &error))
                for (size_t i = 0; i < rows.count * profile_count; i++)
                    write_for(profiles[i % profile_count], &rows.rows[i / profile_count], &arena);
    }
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct array_lines array = { 0 };
    struct buffer text = { 0 };
    buffer_append(&text, bytes, length);
    if (length > 0)
        array_lines_take(&array, text.bytes, text.length);
    for (struct slice rest = buffer_slice(&text); rest.length > 0;) {
        size_t end = slice_find_byte(rest, '\n');
        try_line(slice_between(rest, 0, end));
        rest = slice_from(rest, end + 1);
    }
    buffer_release(&text);
    return 0;
}
