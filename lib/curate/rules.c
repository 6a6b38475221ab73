/* rules.c - sets of rules. */
#include "curate/rules.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "base/number.h"
#include "curate/rules_private.h"
#include "text/pattern.h"

bool rules_append(struct rule_set *set, const struct rule *rule, struct error *error)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->rules[i].name, rule->name) == 0)
            return error_set(error, E_USAGE, "rule '%s' is there twice", rule->name);
    if (set->count == RULES_MAXIMUM)
        return error_set(error, E_LIMIT, "more than %d rules", RULES_MAXIMUM);
    if (set->count == set->capacity)
        set->rules = memory_grow(set->rules, &set->capacity, set->count + 1, sizeof *set->rules);
    set->rules[set->count++] = *rule;
    return true;
}

bool rules_add_preset(struct rule_set *set, struct slice name, struct error *error)
{
    const char *names[RULES_MAXIMUM];
    size_t count = 0;
    for (const struct preset *preset = presets; preset->name; preset++) {
        names[count++] = preset->name;
        if (!slice_equal(name, slice_of_string(preset->name)))
            continue;
        for (const struct rule *rule = preset->rules; rule->name; rule++)
            if (!rules_append(set, rule, error))
                return false;
        return true;
    }
    const char *nearest = nearest_name(name, names, count);
    return error_set(error, E_USAGE, "no preset '%.*s'%s%s", (int)name.length, name.bytes,
                     nearest ? ", nearest is " : ", see garner help presets", nearest ? nearest : "");
}

bool rule_has_number(const struct rule *rule)
{
    return rule->check != RULE_LINE || rule->line == LINE_LONG_WORD || rule->line == LINE_FEW_WORDS;
}

bool rule_set_value(struct rule *rule, struct slice value, struct error *error)
{
    double number;
    if (slice_equal(value, SLICE("off")) || slice_equal(value, SLICE("on"))) {
        rule->is_off = value.length == 3;
        return true;
    }
    if (!rule_has_number(rule))
        return error_set(error, E_USAGE, "'%.*s' is not on or off, which is all that '%s' takes", (int)value.length,
                         value.bytes, rule->name);
    if (!number_parse_double(value, &number))
        return error_set(error, E_USAGE, "'%.*s' is not a number or off", (int)value.length, value.bytes);
    rule->threshold = number;
    rule->is_off = false;
    return true;
}

struct rule *rules_find(const struct rule_set *set, size_t first, struct slice name, struct error *error)
{
    const char *names[RULES_MAXIMUM];
    for (size_t i = first; i < set->count; i++) {
        if (slice_equal(name, slice_of_string(set->rules[i].name)))
            return &set->rules[i];
        names[i - first] = set->rules[i].name;
    }
    const char *nearest = nearest_name(name, names, set->count - first);
    error_set(error, E_USAGE, "no rule '%.*s' is in use%s%s", (int)name.length, name.bytes,
              nearest ? ", nearest is " : "", nearest ? nearest : "");
    return NULL;
}

bool rules_set_threshold(struct rule_set *set, struct slice setting, struct error *error)
{
    size_t equals = slice_find_byte(setting, '=');
    if (equals == setting.length)
        return error_set(error, E_USAGE, "'%.*s' has no '=', expected RULE=NUMBER or RULE=off", (int)setting.length,
                         setting.bytes);
    struct rule *rule = rules_find(set, 0, slice_between(setting, 0, equals), error);
    return rule && rule_set_value(rule, slice_from(setting, equals + 1), error);
}

bool rules_edit(const struct rule_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->rules[i].check == RULE_LINE && !set->rules[i].is_off)
            return true;
    return false;
}

void rules_release(struct rule_set *set)
{
    for (size_t i = 0; i < set->pattern_count; i++)
        pattern_free(set->patterns[i]);
    memory_free(set->patterns);
    memory_free(set->rules);
    arena_release(&set->arena);
    *set = (struct rule_set){ 0 };
}

/* "duplicated-grams of 5 words" */
static void append_subject(const struct rule *rule, struct buffer *output)
{
    const struct quality_measure_row *row = quality_measure_row(rule->measure);
    buffer_append_string(output, row->name);
    if (row->parameter == QUALITY_LENGTH)
        buffer_append_format(output, " of %lld characters", (long long)rule->parameter.number);
    else if (row->parameter == QUALITY_WIDTH)
        buffer_append_format(output, " of %lld words", (long long)rule->parameter.number);
}

void rule_append_subject(const struct rule *rule, struct buffer *output)
{
    static const char *const line_rules[LINE_RULE_COUNT] = {
        [LINE_LONG_WORD] = "lines with a word of more characters",
        [LINE_CITATIONS] = "[1], [edit], [citation needed]",
        [LINE_NO_END_MARK] = "lines that do not end in . ? ! \" or ', or end in ...",
        [LINE_FEW_WORDS] = "lines of fewer words",
        [LINE_LOREM_IPSUM] = "a line with 'lorem ipsum'",
        [LINE_JAVASCRIPT] = "lines with 'javascript'",
        [LINE_CURLY_BRACKET] = "a line with {",
        [LINE_POLICY] = "lines about terms of use, privacy policy, cookies",
    };
    if (rule->check == RULE_LINE)
        buffer_append_string(output, line_rules[rule->line]);
    else if (rule->check == RULE_SENTENCES)
        buffer_append_string(output, "sentences in the lines that are left");
    else
        append_subject(rule, output);
}

const char *rule_reason(const struct rule *rule, double value, struct arena *arena)
{
    struct buffer subject = { 0 };
    char found[NUMBER_TEXT], wanted[NUMBER_TEXT];
    rule_append_subject(rule, &subject);
    int found_length = (int)number_format_double(value, found);
    int wanted_length = (int)number_format_double(rule->threshold, wanted);
    const char *reason =
        rule->check == RULE_LINE
            ? arena_format(arena, "%s", buffer_string(&subject))
            : arena_format(arena, "%s: %.*s, expected at %s %.*s", buffer_string(&subject), found_length, found,
                           rule->check == RULE_MAXIMUM ? "most" : "least", wanted_length, wanted);
    buffer_release(&subject);
    return reason;
}
