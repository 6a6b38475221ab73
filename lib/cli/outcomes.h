/* outcomes.h - what became of records that did not go on: the rejects and dropped files, counts per code, the limits.
 *
 * Called in the order of the input, in the driver's thread. */
#ifndef CLI_OUTCOMES_H
#define CLI_OUTCOMES_H

#include "base/map.h"
#include "cli/tool.h"

struct outcomes {
    const struct common_options *common;
    bool stops_at_reject;
    struct output *rejects, *dropped; /* NULL when not asked for */
    int64_t rejected_count, dropped_count;
    int64_t shown_count; /* messages printed for rejects */
    struct map rejects_by_code, drops_by_code;
    bool has_limit;      /* --max-errors */
    int64_t limit_count; /* -1 when it is a share */
    double limit_share;
    struct buffer scratch;
};

/* Errors: E_USAGE for --max-errors, E_CREATE. */
bool outcomes_open(struct outcomes *outcomes, const struct common_options *common, bool skips_by_default,
                   bool is_dry_run, struct error *error) MUST_CHECK;

/* Counts and keeps the batch's outcomes and takes them out of it. stages: the array that outcome.stage points into; its
 * totals rise. false: the run must end with error (the first reject under --on-error fail, --max-errors passed, a write
 * failed). */
bool outcomes_settle(struct outcomes *outcomes, struct stage *stages, size_t stage_count, struct batch *batch,
                     struct error *error) MUST_CHECK;

/* At the end, `in` records having come in: whether the share of --max-errors is kept. */
bool outcomes_check_share(const struct outcomes *outcomes, int64_t in, struct error *error) MUST_CHECK;

/* Publishes the files, also after a failure: what was rejected is never lost. */
bool outcomes_commit(struct outcomes *outcomes, struct error *error) MUST_CHECK;
void outcomes_close(struct outcomes *outcomes);

/* "3 rejected (E_JSON_SYNTAX 2, E_FIELD_MISSING 1)". */
void outcomes_describe(const struct map *by_code, struct buffer *text);

#endif
