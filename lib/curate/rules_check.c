/* rules_check.c - a record's texts against a set of rules. */
#include "base/memory.h"
#include "curate/rules.h"
#include "text/segment.h"

struct checker_text {
    struct slice text;    /* as given, or what is left */
    struct buffer output; /* what is left */
    bool is_changed;
};

struct rule_checker {
    const struct rule_set *set;
    struct quality *quality;
    struct checker_text *texts;
    size_t count, capacity;
    struct buffer whole, scratch, spare; /* whole: all texts, when there are several */
    bool is_begun;                       /* quality has the texts as they are now */
    struct line_counts counts;
    double *values;
};

struct rule_checker *rule_checker_create(const struct rule_set *set, enum quality_words words)
{
    struct rule_checker *checker = memory_allocate_zeroed(1, sizeof *checker);
    checker->set = set;
    checker->quality = quality_create(words);
    checker->values = memory_allocate_zeroed(set->count, sizeof *checker->values);
    return checker;
}

void rule_checker_free(struct rule_checker *checker)
{
    if (!checker)
        return;
    quality_free(checker->quality);
    for (size_t i = 0; i < checker->capacity; i++)
        buffer_release(&checker->texts[i].output);
    memory_free(checker->texts);
    memory_free(checker->values);
    buffer_release(&checker->whole);
    buffer_release(&checker->scratch);
    buffer_release(&checker->spare);
    memory_free(checker);
}

struct slice rules_text(const struct rule_checker *checker, size_t number, bool *is_changed)
{
    *is_changed = checker->texts[number].is_changed;
    return checker->texts[number].text;
}

const double *rules_values(const struct rule_checker *checker)
{
    return checker->values;
}

const struct line_counts *rules_line_counts(const struct rule_checker *checker)
{
    return &checker->counts;
}

static void take_texts(struct rule_checker *checker, const struct slice *texts, size_t count)
{
    if (count > checker->capacity) {
        size_t before = checker->capacity;
        checker->texts = memory_grow(checker->texts, &checker->capacity, count, sizeof *checker->texts);
        memset(checker->texts + before, 0, (checker->capacity - before) * sizeof *checker->texts);
    }
    for (size_t i = 0; i < count; i++) {
        checker->texts[i].text = texts[i];
        checker->texts[i].is_changed = false;
    }
    checker->count = count;
    checker->is_begun = false;
}

static bool is_blank(const struct rule_checker *checker)
{
    for (size_t i = 0; i < checker->count; i++)
        if (white_space_end(checker->texts[i].text, 0) < checker->texts[i].text.length)
            return false;
    return true;
}

/* Several strings are one text, parted by blank lines. */
static void begin(struct rule_checker *checker)
{
    if (checker->is_begun)
        return;
    checker->is_begun = true;
    if (checker->count == 1) {
        quality_begin(checker->quality, checker->texts[0].text);
        return;
    }
    buffer_reset(&checker->whole);
    for (size_t i = 0; i < checker->count; i++) {
        if (i > 0)
            buffer_append_string(&checker->whole, "\n\n");
        buffer_append_slice(&checker->whole, checker->texts[i].text);
    }
    quality_begin(checker->quality, buffer_slice(&checker->whole));
}

/* The rules about lines that follow one another from the one with the number first. */
static size_t gather_lines(const struct rule_set *set, size_t first, struct line_rules *rules)
{
    size_t next = first;
    *rules = (struct line_rules){ 0 };
    for (; next < set->count; next++) {
        const struct rule *rule = &set->rules[next];
        if (rule->check == RULE_LINE) {
            rules->is_on[rule->line] = !rule->is_off;
            rules->threshold[rule->line] = rule->threshold;
        } else if (rule->check == RULE_SENTENCES) {
            rules->counts_sentences = !rule->is_off;
        } else {
            break;
        }
    }
    return next;
}

static const struct rule *line_rule_of(const struct rule_set *set, size_t first, enum line_rule line)
{
    while (set->rules[first].check != RULE_LINE || set->rules[first].line != line)
        first++;
    return &set->rules[first];
}

/* One pass of C4 over all texts. The first rule that fails the record, NULL: none. */
static const struct rule *cut_texts(struct rule_checker *checker, size_t first, size_t next,
                                    const struct line_rules *rules, double *value)
{
    int64_t sentences = checker->counts.sentences;
    checker->is_begun = false;
    for (size_t i = 0; i < checker->count; i++) {
        struct checker_text *text = &checker->texts[i];
        struct buffer output = checker->spare;
        buffer_reset(&output);
        enum line_rule failed = lines_cut(rules, text->text, &checker->scratch, &output, &checker->counts);
        checker->spare = output;
        if (failed != LINE_RULE_COUNT)
            return line_rule_of(checker->set, first, failed);
        text->is_changed |= !slice_equal(buffer_slice(&output), text->text);
        checker->spare = text->output; /* it may be what was cut just now */
        text->output = output;
        text->text = buffer_slice(&text->output);
    }
    *value = (double)(checker->counts.sentences - sentences);
    for (size_t i = first; i < next; i++) {
        const struct rule *rule = &checker->set->rules[i];
        if (rule->check == RULE_SENTENCES) {
            checker->values[i] = *value;
            if (!rule->is_off && *value < rule->threshold)
                return rule;
        }
    }
    return NULL;
}

static bool measure(struct rule_checker *checker, size_t number, bool *fails, struct error *error)
{
    const struct rule *rule = &checker->set->rules[number];
    double value;
    begin(checker);
    if (!quality_measure(checker->quality, rule->measure, &rule->parameter, &value, error))
        return false;
    checker->values[number] = value;
    *fails = rule->check == RULE_MINIMUM ? value < rule->threshold : value > rule->threshold;
    return true;
}

bool rules_check(struct rule_checker *checker, const struct slice *texts, size_t count, bool measures_all,
                 struct rule_verdict *verdict, struct error *error)
{
    const struct rule_set *set = checker->set;
    *verdict = (struct rule_verdict){ 0 };
    take_texts(checker, texts, count);
    if (measures_all && set->count > 0) /* a text that a line condemns gets no count of sentences */
        memset(checker->values, 0, set->count * sizeof *checker->values);
    verdict->is_empty = is_blank(checker);
    for (size_t i = 0, next; i < set->count && !verdict->is_empty; i = next) {
        const struct rule *rule = &set->rules[i], *failed = NULL;
        struct line_rules lines;
        double value = 0;
        bool fails = false;
        next = i + 1;
        if (rule->check == RULE_LINE || rule->check == RULE_SENTENCES) {
            next = gather_lines(set, i, &lines);
            failed = cut_texts(checker, i, next, &lines, &value);
            verdict->is_empty = !failed && !verdict->rule && is_blank(checker);
        } else if (!rule->is_off) {
            if (!measure(checker, i, &fails, error))
                return false;
            failed = fails ? rule : NULL;
            value = checker->values[i];
        }
        if (failed && !verdict->rule) {
            verdict->rule = failed;
            verdict->value = value;
        }
        if (verdict->rule && !measures_all)
            break;
    }
    return true;
}
