/* rules_fuzz.c - fuzz entry: measures of any text are sane, and what C4 leaves is valid; rules from any YAML. */
#include <stdint.h>

#include "base/utf8.h"
#include "curate/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_all_presets(struct slice whole, enum quality_words words)
{
    struct rule_set set = { 0 };
    struct rule_verdict verdict;
    struct error error;
    bool is_changed;
    const struct slice texts[] = { slice_between(whole, 0, utf8_cut(whole, whole.length / 2)),
                                   slice_from(whole, utf8_cut(whole, whole.length / 2)) };
    for (const struct preset *preset = presets; preset->name; preset++)
        ENSURE(rules_add_preset(&set, slice_of_string(preset->name), &error));
    struct rule_checker *checker = rule_checker_create(&set, words);
    ENSURE(rules_check(checker, texts, 2, true, &verdict, &error));
    for (size_t i = 0; i < set.count && !verdict.is_empty; i++)
        ENSURE(rules_values(checker)[i] >= 0);
    for (size_t i = 0; i < 2; i++)
        ENSURE(utf8_is_valid(rules_text(checker, i, &is_changed)));
    rule_checker_free(checker);
    rules_release(&set);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice input = slice_of((const char *)bytes, length);
    struct rule_set set = { 0 };
    struct error error;
    struct buffer text = { 0 };
    if (slice_starts_with(input, SLICE("rules")) && utf8_is_valid(input) &&
        !rules_add_yaml(&set, input, "fuzz.yaml", &error))
        ENSURE(error_is_set(&error) && error.message[0]);
    rules_release(&set);
    utf8_append_repaired(&text, input);
    check_all_presets(buffer_slice(&text), length & 1 ? QUALITY_WORDS_UNICODE : QUALITY_WORDS_WHITE_SPACE);
    buffer_release(&text);
    return 0;
}
