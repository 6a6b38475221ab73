/* dataset_test.c - every profile takes its good rows and names the one fault of each bad one.
 *
 * tests/dataset/PROFILE.good.jsonl holds rows, PROFILE.bad.jsonl {"code", "at": JSON pointer, "row": {...} or "line":
 * text that is no row}. */
#include <stdio.h>

#include "base/memory.h"
#include "collect.h"
#include "dataset/line.h"
#include "dataset/profile.h"
#include "dataset/read.h"
#include "dataset/validate.h"
#include "stream/lines.h"
#include "test.h"

struct sample {
    const struct profile *profile;
    struct arena arena;
    int64_t rows, failures;
    bool is_bad;
};

/* All that is wrong with one line. */
static void check_line(struct sample *sample, struct slice line, struct dataset_faults *faults)
{
    struct json_object object;
    struct dataset_row row;
    *faults = (struct dataset_faults){ .arena = &sample->arena };
    if (!dataset_line_object(line, &sample->arena, &object, faults))
        return;
    const struct profile_layout *layout = dataset_layout_of(sample->profile, &object, faults);
    if (!layout)
        return;
    dataset_read(sample->profile, layout, &object, &sample->arena, &row, faults);
    const struct dataset_rules rules = { .profile = sample->profile };
    dataset_check_row(&rules, &row, faults);
}

static void fail_with(struct sample *sample, int64_t number, const struct dataset_faults *faults, const char *wanted)
{
    struct buffer text = { 0 };
    for (size_t i = 0; i < faults->count; i++)
        buffer_append_format(&text, "%s%s at '%s': %s", i ? "; " : "", code_entry(faults->faults[i].code)->name,
                             dataset_fault_pointer(faults, &faults->faults[i]), faults->faults[i].message);
    const char *copy = arena_format(faults->arena, "%s", buffer_string(&text));
    buffer_release(&text);
    printf("# %s.%s.jsonl:%lld: expected %s, found %s\n", sample->profile->name, sample->is_bad ? "bad" : "good",
           (long long)number, wanted, copy);
    sample->failures++;
}

static bool visit_good(void *context, struct slice line, int64_t number, struct error *error)
{
    struct sample *sample = context;
    struct dataset_faults faults;
    (void)error;
    check_line(sample, line, &faults);
    if (faults.count > 0)
        fail_with(sample, number, &faults, "no fault");
    sample->rows++;
    arena_reset(&sample->arena);
    return true;
}

static struct slice text_of(struct sample *sample, struct json_value object, struct slice key)
{
    struct slice text = { 0 };
    struct error error;
    struct json_value value = json_member(object, key);
    if (value.type == JSON_OBJECT)
        return value.text;
    if (value.type == JSON_STRING)
        EXPECT_OK(json_decode(value, &sample->arena, &text, &error), &error);
    return text;
}

/* One refusal and no other, or no refusal and that warning. */
static bool visit_bad(void *context, struct slice line, int64_t number, struct error *error)
{
    struct sample *sample = context;
    struct json_value object;
    struct dataset_faults faults;
    EXPECT_OK(json_scan(line, &object, error), error);
    struct slice code = text_of(sample, object, SLICE("code")), at = text_of(sample, object, SLICE("at"));
    struct slice row = text_of(sample, object, SLICE("row"));
    check_line(sample, row.bytes ? row : text_of(sample, object, SLICE("line")), &faults);
    const struct dataset_fault *found = NULL;
    for (size_t i = 0; i < faults.count; i++)
        if (slice_equal(code, slice_of_string(code_entry(faults.faults[i].code)->name)))
            found = &faults.faults[i];
    bool is_right = found && faults.refusals == !found->is_warning;
    is_right = is_right && (!at.bytes || slice_equal(at, slice_of_string(dataset_fault_pointer(&faults, found))));
    if (!is_right)
        fail_with(sample, number, &faults,
                  arena_format(&sample->arena, "%.*s at '%.*s'", (int)code.length, code.bytes, (int)at.length,
                               at.bytes ? at.bytes : "anywhere"));
    sample->rows++;
    arena_reset(&sample->arena);
    return true;
}

static int64_t visit_file(const struct profile *profile, bool is_bad)
{
    struct sample sample = { .profile = profile, .is_bad = is_bad };
    struct error error = { 0 };
    char path[256];
    snprintf(path, sizeof path, "tests/dataset/%s.%s.jsonl", profile->name, is_bad ? "bad" : "good");
    struct input *input = input_open(path, NULL, &error);
    EXPECT_OK(input, &error);
    struct lines *lines = lines_create(input, 0);
    EXPECT_OK(lines_visit(lines, is_bad ? visit_bad : visit_good, &sample, &error), &error);
    lines_close(lines);
    arena_release(&sample.arena);
    return sample.failures ? -1 : sample.rows;
}

TEST(dataset_good_rows, "dataset: every profile takes its good rows without a remark")
{
    size_t failed = 0;
    for (size_t i = 0; i < profile_count; i++)
        failed += visit_file(profiles[i], false) < 1;
    EXPECT_INTEGER(failed, 0);
}

TEST(dataset_bad_rows, "dataset: every profile names the one fault of each of its bad rows, and where it is")
{
    size_t failed = 0;
    for (size_t i = 0; i < profile_count; i++)
        failed += visit_file(profiles[i], true) < 8;
    EXPECT_INTEGER(failed, 0);
}

TEST(dataset_profile_find, "dataset: a profile that is not there is told with the nearest name")
{
    struct error error = { 0 };
    const struct profile *profile = profile_find(SLICE("openai-sft"), &error);
    EXPECT_OK(profile, &error);
    EXPECT_TEXT(slice_of_string(profile->name), "openai-sft");
    EXPECT(!profile_find(SLICE("openai-stf"), &error));
    EXPECT_ERROR(&error, E_USAGE, "no profile 'openai-stf', nearest is 'openai-sft'");
}
