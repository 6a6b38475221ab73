/* index_acknowledge.h - telling a ledger what was committed: index --acknowledge. */
#ifndef CMD_INDEX_ACKNOWLEDGE_H
#define CMD_INDEX_ACKNOWLEDGE_H

#include "store/ledger.h"

/* The zeroed one, and one that was opened without a path, does nothing. */
struct acknowledgement {
    struct ledger *ledger; /* NULL until the first mark: ingest may be about to make it */
    const char *path;
    double wait_seconds;
    struct ledger_mark *marks; /* seen, not committed yet */
    size_t count, capacity;
};

bool acknowledgement_open(struct acknowledgement *acknowledgement, const char *path, double wait_seconds,
                          struct error *error) MUST_CHECK;

/* A mark of the stream. Errors: E_LEDGER when it is of another ledger. */
bool acknowledgement_add(struct acknowledgement *acknowledgement, struct slice line, struct error *error) MUST_CHECK;

/* Everything before the marks is committed. */
bool acknowledgement_send(struct acknowledgement *acknowledgement, struct error *error) MUST_CHECK;
void acknowledgement_close(struct acknowledgement *acknowledgement);

#endif
