/* index_acknowledge.c - telling a ledger what was committed. */
#include "index_acknowledge.h"

#include "base/memory.h"

enum {
    BUSY_SECONDS = 60 /* at least: a run of ingest writes in short transactions, but may be on its way to a commit */
};

bool acknowledgement_open(struct acknowledgement *acknowledgement, const char *path, double wait_seconds,
                          struct error *error)
{
    double seconds = wait_seconds > BUSY_SECONDS ? wait_seconds : BUSY_SECONDS;
    *acknowledgement = (struct acknowledgement){ .path = path, .wait_seconds = seconds };
    if (!path || !ledger_is_at(path))
        return true;
    acknowledgement->ledger = ledger_open(path, LEDGER_ACKNOWLEDGE, seconds, error);
    return acknowledgement->ledger != NULL;
}

bool acknowledgement_add(struct acknowledgement *acknowledgement, struct slice line, struct error *error)
{
    struct ledger_mark mark;
    if (!acknowledgement->path)
        return true;
    if (!acknowledgement->ledger)
        acknowledgement->ledger =
            ledger_open(acknowledgement->path, LEDGER_ACKNOWLEDGE, acknowledgement->wait_seconds, error);
    if (!acknowledgement->ledger)
        return false;
    if (!ledger_mark_parse(line, &mark))
        return error_set(error, E_LEDGER, "the mark of a run is not one that this version knows");
    if (!ledger_check_mark(acknowledgement->ledger, &mark, error))
        return false;
    if (acknowledgement->count == acknowledgement->capacity)
        acknowledgement->marks = memory_grow(acknowledgement->marks, &acknowledgement->capacity,
                                             acknowledgement->count + 1, sizeof *acknowledgement->marks);
    acknowledgement->marks[acknowledgement->count++] = mark;
    return true;
}

bool acknowledgement_send(struct acknowledgement *acknowledgement, struct error *error)
{
    for (size_t i = 0; i < acknowledgement->count; i++)
        if (!ledger_acknowledge(acknowledgement->ledger, &acknowledgement->marks[i], error))
            return false;
    acknowledgement->count = 0;
    return true;
}

void acknowledgement_close(struct acknowledgement *acknowledgement)
{
    ledger_close(acknowledgement->ledger);
    memory_free(acknowledgement->marks);
    *acknowledgement = (struct acknowledgement){ 0 };
}
