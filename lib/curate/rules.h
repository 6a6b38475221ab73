/* rules.h - rules over the measures of a text: presets of the known filters, thresholds of one's own, rules from YAML.
 *
 * A set is a list of rules in order; the first that a text fails names the reason. A rule compares one measure with one
 * threshold, or is one of C4's rules about lines, which cut lines out of the text: what follows in the set sees what
 * was left. A set is constant once made: many threads may check with it.
 *
 * A record's strings count as one text, parted by blank lines; lines are cut out of each string by itself. A text
 * without any character but white space fails the rule "empty", always.
 *
 * Sources of the presets: datatrove's filters gopher_quality, gopher_repetition, c4 and fineweb_quality, NeMo Curator's
 * heuristic_filter_en.yaml, as of 2025. */
#ifndef CURATE_RULES_H
#define CURATE_RULES_H

#include "base/arena.h"
#include "curate/lines.h"
#include "curate/quality.h"

enum rule_check {
    RULE_MINIMUM,  /* fails below the threshold */
    RULE_MAXIMUM,  /* fails above */
    RULE_LINE,     /* of lines.h: `line` */
    RULE_SENTENCES /* in the lines that were left, at least so many */
};

enum { RULES_MAXIMUM = 256, RULES_FILE_BYTES_MAXIMUM = 8 * 1024 * 1024 };

struct rule {
    const char *name; /* "gopher-quality.min-words": the reason's code, and the name in --threshold */
    enum rule_check check;
    enum quality_measure measure;
    enum line_rule line;
    struct quality_parameter parameter;
    double threshold; /* of lines.h's rules: the number, for those that have one */
    bool is_off;
};

struct preset {
    const char *name, *summary;
    const struct rule *rules; /* up to a nameless one */
};
/* Up to a nameless one. */
extern const struct preset presets[];

struct rule_set {
    struct arena arena;
    struct rule *rules;
    size_t count, capacity;
    struct pattern **patterns; /* of its rules */
    size_t pattern_count, pattern_capacity;
};

/* Appends a preset's rules. Errors: E_USAGE with the nearest name; E_LIMIT; a name that is there already. */
bool rules_add_preset(struct rule_set *set, struct slice name, struct error *error) MUST_CHECK;
/* Appends the rules of a YAML text; file: for messages. Errors: E_CONFIG with line, column and the nearest name. */
bool rules_add_yaml(struct rule_set *set, struct slice text, const char *file, struct error *error) MUST_CHECK;
/* "gopher-quality.min-words=20", "c4.citations=off". Errors: E_USAGE with the nearest name. */
bool rules_set_threshold(struct rule_set *set, struct slice setting, struct error *error) MUST_CHECK;
/* Whether it may cut lines out of texts. */
bool rules_edit(const struct rule_set *set);
void rules_release(struct rule_set *set);

/* What one thread needs to check texts. */
struct rule_checker;
struct rule_checker *rule_checker_create(const struct rule_set *set, enum quality_words words);
void rule_checker_free(struct rule_checker *checker); /* NULL is fine */

struct rule_verdict {
    const struct rule *rule; /* the first that fails, NULL: none, or the text is empty */
    bool is_empty;
    double value;
};

/* texts: `count` of them, borrowed until the next call. measures_all: does not stop at the first failure; then `values`
 * has the value of each rule, 0 sentences where a line condemned the text. Errors: E_LIMIT of a pattern. */
bool rules_check(struct rule_checker *checker, const struct slice *texts, size_t count, bool measures_all,
                 struct rule_verdict *verdict, struct error *error) MUST_CHECK;

/* After a check. What is left of that text, and whether lines or parts of lines were cut out of it. */
struct slice rules_text(const struct rule_checker *checker, size_t number, bool *is_changed);
/* Of each rule of the set, when all were measured. */
const double *rules_values(const struct rule_checker *checker);
/* Of all texts so far: lines that each rule about lines cut out, and lines that were kept. */
const struct line_counts *rules_line_counts(const struct rule_checker *checker);

/* Appends what the rule looks at: "top-gram of 2 words". */
void rule_append_subject(const struct rule *rule, struct buffer *output);
/* Whether it takes a number, not only on and off. */
bool rule_has_number(const struct rule *rule);

/* "text-words: 12, expected at least 50". Arena. */
const char *rule_reason(const struct rule *rule, double value, struct arena *arena);

#endif
