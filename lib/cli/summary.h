/* summary.h - the figures of a run: for --summary, --require and the closing line. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "cli/driver.h"
#include "cli/outcomes.h"
#include "cli/writer.h"

/* The totals of one step: a tool may be made of several stages. in = kept + dropped + rejected. */
struct step_totals {
    const char *name;
    int64_t in, out, kept, dropped, rejected;
    const struct stage *first; /* its stages */
    size_t stage_count;
};

struct summary {
    const char *tool_name;
    const struct step_totals *steps;
    size_t step_count;
    const struct outcomes *outcomes;
    double seconds;
    const struct writer *writer;
    int exit_code;
    const struct error *error; /* NULL or unset: it went well */
};

/* {"tool","exit","in","out","kept","dropped","rejected","seconds","codes","drops","steps","output","error"}. in is that
 * of the first step, out of the last, dropped and rejected are sums. Where -o names several outputs there is a list
 * "outputs" instead of "output". */
void summary_append(const struct summary *summary, struct buffer *json);

/* Each expression must be true of the summary's object. Errors: E_GATE naming the first that is not, E_USAGE for one
 * that cannot be read. */
bool summary_require(const struct summary *summary, const struct option_list *gates, struct error *error) MUST_CHECK;

/* The same of any JSON object: for tools that own their streams. */
bool summary_require_of(struct slice json, const struct option_list *gates, struct error *error) MUST_CHECK;

/* Whether the gates can be read at all: before any work. */
bool summary_check_gates(const struct option_list *gates, struct error *error) MUST_CHECK;

#endif
