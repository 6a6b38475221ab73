/* filter_rules.h - filter's rules about the quality of texts: presets, rules of one's own. */
#ifndef FILTER_RULES_H
#define FILTER_RULES_H

#include "cli/option.h"
#include "curate/rules.h"
#include "record/stage.h"

struct filter_rules_options {
    struct option_list presets, files, thresholds;
    unsigned words, action;
    const char *into;
};

extern const char *const filter_words_choices[], *const filter_action_choices[];

/* Rows of the table of a struct that has the options in a field of that name. */
#define FILTER_RULES_ROWS(type_name, field)                                                                            \
    { .name = "preset",                                                                                                \
      OPTION_FIELD(type_name, field.presets),                                                                          \
      .argument = "NAME",                                                                                              \
      .heading = "Quality of texts",                                                                                   \
      .help = "keep texts that pass the rules of gopher-quality, c4, fineweb and others",                              \
      .details =                                                                                                       \
          "gopher-quality, gopher-repetition, c4, c4-paragraphs, fineweb, nemo; 'garner help presets' has all "        \
          "their rules. Several are asked in the order given; the first rule that fails is the reason. c4 also "       \
          "cuts lines out of texts, and what follows sees what is left. FineWeb's own order is "                       \
          "--preset=gopher-repetition,gopher-quality,c4,fineweb --threshold=c4.no-end-mark=off." },                    \
        { .name = "rules",                                                                                             \
          OPTION_FIELD(type_name, field.files),                                                                        \
          .meaning = MEANING_FILE,                                                                                     \
          .argument = "FILE",                                                                                          \
          .help = "rules of your own, in YAML; after the presets",                                                     \
          .details = "A list 'rules:' of {measure: NAME, min: N, max: N}, {match: PCRE}, {no-match: PCRE} and "        \
                     "{preset: NAME, thresholds: {RULE: N}}; 'garner help presets' names the measures." },             \
        { .name = "threshold",                                                                                         \
          OPTION_FIELD(type_name, field.thresholds),                                                                   \
          .argument = "RULE=NUMBER",                                                                                   \
          .help = "another threshold for a rule, or none",                                                             \
          .details = "For example --threshold=gopher-quality.min-words=20,c4.citations=off." },                        \
        { .name = "words",                                                                                             \
          OPTION_FIELD(type_name, field.words),                                                                        \
          .argument = "HOW",                                                                                           \
          .initial = "whitespace",                                                                                     \
          .choices = filter_words_choices,                                                                             \
          .help = "what a word is to the rules: runs between white space, or Unicode's" },                             \
        { .name = "action",                                                                                            \
          OPTION_FIELD(type_name, field.action),                                                                       \
          .argument = "WHAT",                                                                                          \
          .initial = "drop",                                                                                           \
          .choices = filter_action_choices,                                                                            \
          .help = "what to do with a text that fails a rule",                                                          \
          .details = "tag: all records go on, and --into gets the first rule that failed (null for none) and the "     \
                     "value of every rule; no line is cut." },                                                         \
    {                                                                                                                  \
        .name = "into", OPTION_FIELD(type_name, field.into), .meaning = MEANING_PATH, .argument = "PATH",              \
        .initial = "metadata.quality", .help = "where --action tag puts what it found"                                 \
    }

/* The page that explains presets, rules and measures. */
extern const struct topic filter_presets_topic;

bool filter_rules_given(const struct filter_rules_options *options);
/* Whether they are given, and mark records instead of dropping them. */
bool filter_rules_tag(const struct filter_rules_options *options);

/* Rules between the options. The files are not read. Errors: E_USAGE. */
bool filter_rules_check(const struct filter_rules_options *options, struct arena *arena,
                        struct error *error) MUST_CHECK;

/* Rules at work, for `jobs` workers. fields: paths of the texts, none: those of the record's form. Owned:
 * filter_rules_close(). */
struct filter_rules;
struct filter_rules *filter_rules_open(const struct filter_rules_options *options, const struct option_list *fields,
                                       unsigned jobs, struct error *error) MUST_CHECK;
void filter_rules_close(struct filter_rules *rules); /* NULL is fine */

/* The reason of a drop; code NULL: the record passes. */
struct filter_verdict {
    const char *code, *field, *reason; /* static, or in the batch's arena */
};

/* Checks a record. One that passes may get another line (lines cut out, a tag) when may_change. false: error is set. */
bool filter_rules_take(struct filter_rules *rules, unsigned worker, struct batch *batch, struct record *record,
                       bool may_change, struct filter_verdict *verdict, struct error *error) MUST_CHECK;

/* Members for --summary: how many records failed which rule, how many lines were cut by which. */
void filter_rules_summarize(const struct filter_rules *rules, struct buffer *json);
/* One line for people: the same. */
void filter_rules_describe(const struct filter_rules *rules, struct buffer *line);

#endif
