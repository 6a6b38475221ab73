/* filter_presets.c - the page of `garner help` about presets, rules and measures. */
#include "base/number.h"
#include "cli/topics.h"
#include "cli/wrap.h"
#include "filter_rules.h"

enum { NUMBER_COLUMN = 38, SUBJECT_COLUMN = 46, MEANING_COLUMN = 34 };

static void append_padding(struct buffer *output, size_t start, size_t column)
{
    size_t length = output->length - start;
    buffer_append_repeated(output, ' ', length < column ? column - length : 1);
}

static void append_rule(const struct rule *rule, size_t preset_length, struct buffer *output)
{
    size_t start = output->length;
    char number[NUMBER_TEXT];
    struct buffer subject = { 0 };
    buffer_append_format(output, "  %s", rule->name + preset_length + 1);
    append_padding(output, start, NUMBER_COLUMN);
    if (rule_has_number(rule))
        buffer_append(output, number, number_format_double(rule->threshold, number));
    else
        buffer_append_string(output, "on");
    append_padding(output, start, SUBJECT_COLUMN);
    rule_append_subject(rule, &subject);
    wrap_append(output, buffer_slice(&subject), SUBJECT_COLUMN, SUBJECT_COLUMN, HELP_WIDTH);
    buffer_release(&subject);
}

static void append_measures(struct buffer *output)
{
    static const char *const keys[] = { "", " (length)", " (n)", " (words)", " (pattern)" };
    for (unsigned i = 0; i < QUALITY_MEASURE_COUNT; i++) {
        const struct quality_measure_row *row = quality_measure_row((enum quality_measure)i);
        size_t start = output->length;
        buffer_append_format(output, "  %s%s", row->name, keys[row->parameter]);
        append_padding(output, start, MEANING_COLUMN);
        wrap_append(output, slice_of_string(row->meaning), MEANING_COLUMN, MEANING_COLUMN, HELP_WIDTH);
    }
}

static void append_page(struct buffer *output)
{
    buffer_append_string(output, "filter --preset NAME drops texts that fail one of the preset's rules, asked in\n"
                                 "this order; the reason in --dropped has the code PRESET.RULE. min- fails below\n"
                                 "the number, max- above it. --threshold=c4.few-words=5,c4.policy=off\n"
                                 "changes rules. Lengths are code points.\n");
    for (const struct preset *preset = presets; preset->name; preset++) {
        buffer_append_format(output, "\n%s: %s\n", preset->name, preset->summary);
        for (const struct rule *rule = preset->rules; rule->name; rule++)
            append_rule(rule, strlen(preset->name), output);
    }
    buffer_append_string(output, "\nRules of your own (filter --rules FILE) are over these measures. Shares are\n"
                                 "between 0 and 1. A word is a run between white space (--words). Rows are lines\n"
                                 "that are not blank.\n\n");
    append_measures(output);
    buffer_append_string(output, "\nFor example:\n\n"
                                 "  rules:\n"
                                 "    - preset: gopher-quality\n"
                                 "      thresholds: {min-words: 20, max-hashes: off}\n"
                                 "    - {measure: digits, max: 0.2, code: too-many-digits}\n"
                                 "    - {measure: stop-words, words: [der, die, das], min: 2}\n"
                                 "    - {measure: duplicated-grams, n: 12, max: 0.1}\n"
                                 "    - {measure: matches, pattern: 'https?://', max: 10, code: links}\n"
                                 "    - {no-match: '(?i)all rights reserved', code: notice}\n");
}

const struct topic filter_presets_topic = { "presets", "Rules and measures of filter --preset and --rules", NULL,
                                            append_page };
