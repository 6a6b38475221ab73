/* outcomes.h - what became of records that did not go on: the rejects and dropped files, counts per code, the limits.
 *
 * Called in the order of the input, in the driver's thread. */
#ifndef CLI_OUTCOMES_H
#define CLI_OUTCOMES_H

#include "base/map.h"
#include "cli/tool.h"

struct outcomes {
    const struct common_options *common;
    struct outcomes *whole; /* of the whole run, when this is one step's: counts go there too, and files it has none of
                               its own for */
    struct stage *stages;   /* the run's stages, whose totals rise */
    bool stops_at_reject;
    struct output *rejects, *dropped; /* NULL when not asked for */
    int64_t rejected_count, dropped_count;
    int64_t shown_count;  /* messages printed for rejects */
    int64_t warned_count; /* for remarks */
    struct map rejects_by_code, drops_by_code;
    const char *last_drop; /* the name of the last one dropped, and its place in drops_by_code: most are alike */
    size_t last_drop_entry;
    bool has_limit;      /* --max-errors */
    int64_t limit_count; /* -1 when it is a share */
    double limit_share;
    struct buffer scratch;
};

/* whole: see there; NULL for the run's own. Errors: E_USAGE for --max-errors, E_CREATE. */
bool outcomes_open(struct outcomes *outcomes, const struct common_options *common, struct outcomes *whole,
                   bool skips_by_default, struct error *error) MUST_CHECK;

/* Counts and keeps the batch's outcomes and takes them out of it. Each outcome's stage has its outcomes in
 * private_driver; its totals rise. false: the run must end with error (the first reject under --on-error fail,
 * --max-errors passed, a write failed). */
bool outcomes_settle(struct batch *batch, struct error *error) MUST_CHECK;

/* At the end, `in` records having come in: whether the share of --max-errors is kept. */
bool outcomes_check_share(const struct outcomes *outcomes, int64_t in, struct error *error) MUST_CHECK;

/* Publishes the files, also after a failure: what was rejected is never lost. */
bool outcomes_commit(struct outcomes *outcomes, struct error *error) MUST_CHECK;
void outcomes_close(struct outcomes *outcomes);

/* "3 rejected (E_JSON_SYNTAX 2, E_FIELD_MISSING 1)". */
void outcomes_describe(const struct map *by_code, struct buffer *text);

#endif
