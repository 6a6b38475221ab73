/* filter_language.h - `filter --language`: which language a record is in, and whether it is wanted.
 *
 * A record that says its language in metadata.language is believed (en-GB as en); the text of the others is looked at
 * (curate/language.h), and metadata.language and metadata.language_confidence are written into it. */
#ifndef CMD_FILTER_LANGUAGE_H
#define CMD_FILTER_LANGUAGE_H

#include "cli/option.h"
#include "record/stage.h"

struct filter_language_options {
    struct option_list wanted; /* codes, or "any" */
    double confidence;
    bool detects; /* believes no record */
};

struct filter_language;

bool filter_language_check(const struct filter_language_options *options, struct error *error);

/* fields: paths of the text, none: the usual ones. Owned: filter_language_free(). Errors: those of the field's path. */
struct filter_language *filter_language_open(const struct filter_language_options *options,
                                             const struct option_list *fields, unsigned jobs,
                                             struct error *error) MUST_CHECK;
void filter_language_free(struct filter_language *filter);

/* What a record is, and why it is not wanted. */
struct filter_language_verdict {
    bool is_wanted;
    struct slice line;         /* the record with its language written; as it was when it is believed */
    const char *code, *reason; /* of a drop; reason: arena of the batch */
};

/* false: the record is at fault; error is placed. */
bool filter_language_test(struct filter_language *filter, unsigned worker, struct batch *batch, struct record *record,
                          struct filter_language_verdict *verdict, struct error *error) MUST_CHECK;

/* "languages":{"de":12,"en":3}: how many records were in which, in order of the codes. Appends. */
void filter_language_summarize(const struct filter_language *filter, struct buffer *json);

#endif
