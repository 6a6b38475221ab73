/* ingest_deletes.h - --max-deletes: how many files may vanish at once, so that a folder that is not mounted does not
 * empty an index. */
#ifndef CMD_INGEST_DELETES_H
#define CMD_INGEST_DELETES_H

#include "base/error.h"

struct deletes_limit {
    int64_t count; /* negative: a share */
    double share;  /* of 1 */
    const char *text;
};

/* "10%" or "500". Errors: E_USAGE. */
bool deletes_limit_parse(const char *text, struct deletes_limit *limit, struct error *error) MUST_CHECK;

/* A share is of the files that the ledger has of each operand: at least one may go, but below 100 % never all. Errors:
 * E_MAX_DELETES naming both counts. */
bool deletes_limit_check_share(const struct deletes_limit *limit, const char *operand, int64_t vanished, int64_t files,
                               struct error *error) MUST_CHECK;
/* A count is of all operands together. */
bool deletes_limit_check_count(const struct deletes_limit *limit, int64_t vanished, struct error *error) MUST_CHECK;

#endif
