/* stats_fuzz.c - fuzz entry: figures of any records are the same however the records are parted, and every form in
 * which they are shown is whole: JSON that scans, a page without tags from the records. */
#include <stdint.h>

#include "base/utf8.h"
#include "curate/stats_report.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Lines of the input to one of two parts, by turns; both may be the same. */
static void add_lines(struct slice text, const struct stats_settings *settings, struct stats *even, struct stats *odd)
{
    struct buffer scratch = { 0 };
    for (unsigned number = 0; text.length; number++) {
        struct batch *batch = batch_create();
        size_t end = slice_find_byte(text, '\n');
        struct record record = { .line = slice_between(text, 0, end), .file = "input" };
        struct error error;
        record.kind = record_kind_of(record.line);
        (void)!stats_add(number % 2 ? odd : even, settings, NULL, batch, &record, &scratch, &error);
        text = slice_from(text, end + 1);
        batch_free(batch);
    }
    buffer_release(&scratch);
}

static void render(const struct stats *stats, const struct stats_settings *settings, struct buffer *json)
{
    struct arena arena = { 0 };
    struct buffer output = { 0 };
    struct error error;
    struct json_value value;
    struct report *report = stats_report(stats, settings, SLICE("input"), &arena);
    report_append_json(json, report);
    ENSURE(json_scan(buffer_slice(json), &value, &error));
    report_append_json_pair(&output, report, report);
    ENSURE(json_scan(buffer_slice(&output), &value, &error));
    buffer_reset(&output);
    report_append_page(&output, report, report, SLICE("input"));
    ENSURE(slice_find(buffer_slice(&output), SLICE("<script")) == output.length);
    ENSURE(utf8_is_valid(buffer_slice(&output)));
    buffer_reset(&output);
    report_append_lines(&output, report, report, 80);
    ENSURE(slice_find_byte(buffer_slice(&output), '\x1b') == output.length);
    buffer_reset(&output);
    stats_append_card(&output, stats, report, SLICE("input"), &arena);
    ENSURE(utf8_is_valid(buffer_slice(&output)));
    buffer_release(&output);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice text = slice_of((const char *)bytes, length);
    struct stats_settings settings = { .tokenizer = tokenizer_o200k_estimate };
    struct fingerprint_settings exact = { 0 }, folded = { .folds = true };
    struct stats whole, even, odd;
    struct arena arena = { 0 };
    struct buffer one = { 0 }, two = { 0 };
    struct error error;
    ENSURE(text_fields_compile(NULL, 0, &arena, &settings.texts, &error) &&
           fingerprint_compile(&exact, &arena, &settings.exact, &error) &&
           fingerprint_compile(&folded, &arena, &settings.folded, &error));
    settings.identifier = language_identifier_create();
    stats_init(&whole);
    stats_init(&even);
    stats_init(&odd);
    add_lines(text, &settings, &whole, &whole);
    add_lines(text, &settings, &even, &odd);
    stats_merge(&odd, &even);
    render(&whole, &settings, &one);
    render(&odd, &settings, &two);
    ENSURE(slice_equal(buffer_slice(&one), buffer_slice(&two)));
    stats_release(&whole);
    stats_release(&even);
    stats_release(&odd);
    language_identifier_free(settings.identifier);
    arena_release(&arena);
    buffer_release(&one);
    buffer_release(&two);
    return 0;
}
