/* ingest_compare.h - the walk beside the ledger: both in the order of paths, each looked at once.
 *
 * Costs one stat a file. A file that is not met is gone, unless it, or a folder above it, could not be read; what lies
 * below operands that are not named is not looked at. Only in the driver's thread. */
#ifndef CMD_INGEST_COMPARE_H
#define CMD_INGEST_COMPARE_H

#include "ingest_events.h"
#include "ingest_options.h"

struct comparison;

enum verdict {
    VERDICT_UNCHANGED, /* nothing to do */
    VERDICT_REPEAT,    /* unchanged, and its faults are told again */
    VERDICT_READ
};

struct comparison_counts {
    int64_t unchanged, added, changed, pending; /* by what stat and the ledger say */
    int64_t vanished;                           /* not met */
    int64_t vanished_before;                    /* in an earlier run, not acknowledged */
};

/* Takes the ledger's lock, unless is_dry_run: then nothing is written, and a ledger that is not there is an empty one.
 * Owned: comparison_close(). Errors: E_BUSY naming who has the lock, those of ledger_open(). */
struct comparison *comparison_open(const struct ingest_options *options, const struct ingest_settings *settings,
                                   bool is_dry_run, struct error *error) MUST_CHECK;

/* From the start again, for another walk: what came out since comparison_open(), and has not changed, need not be
 * acknowledged to count as unchanged. */
void comparison_restart(struct comparison *comparison);

/* A file that the walk gave. *known: borrowed until the next call. */
bool comparison_file(struct comparison *comparison, const struct walk *walk, const struct walk_file *file,
                     enum verdict *verdict, const struct ingest_known **known, struct error *error) MUST_CHECK;

/* A fault of the walk: what the ledger has at that place and below stays. */
bool comparison_fault(struct comparison *comparison, const struct walk *walk, struct error *error) MUST_CHECK;

/* The walk is at its end. numbers: rows whose documents must be buried, `count` of them, borrowed; none without
 * --prune but those of earlier runs. Errors: E_MAX_DELETES. */
bool comparison_end(struct comparison *comparison, const int64_t **numbers, size_t *count,
                    struct error *error) MUST_CHECK;

const struct comparison_counts *comparison_counts(const struct comparison *comparison);
void comparison_close(struct comparison *comparison); /* NULL is fine */

#endif
