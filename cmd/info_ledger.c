/* info_ledger.c - what a ledger of ingest is. */
#include "info.h"

#include "store/ledger.h"

enum { READ_SECONDS = 10 /* wait for a run that writes */ };

bool info_describe_ledger(const char *path, struct buffer *json, struct error *error)
{
    struct ledger_counts counts = { 0 };
    struct ledger *ledger = ledger_open(path, LEDGER_READ, READ_SECONDS, error);
    bool is_done = ledger && ledger_count(ledger, &counts, error);
    ledger_close(ledger);
    if (!is_done)
        return false;
    info_put_text(json, "kind", SLICE("ledger"));
    info_put_number(json, "files", counts.files);
    info_put_number(json, "pending", counts.pending);
    info_put_number(json, "gone", counts.gone);
    info_put_number(json, "failed", counts.failed);
    info_put_number(json, "documents", counts.documents);
    info_put_number(json, "faults", counts.faults);
    info_put_number(json, "events", counts.events);
    info_put_number(json, "runs", counts.runs);
    return true;
}
