/* ingest_events.h - what the ledger's stage must know about files, in its place among their records.
 *
 * An event stands in a batch as a record of the kind RECORD_MARK; the batch's payload holds the events. */
#ifndef CMD_INGEST_EVENTS_H
#define CMD_INGEST_EVENTS_H

#include "document/file.h"
#include "record/record.h"

enum ingest_event_kind {
    EVENT_BEGIN,  /* the records and faults up to END are of this file */
    EVENT_FAULT,  /* of the file between BEGIN and END */
    EVENT_END,    /* it was read */
    EVENT_TOUCH,  /* its content is what the ledger knows, under a new stamp */
    EVENT_REPEAT, /* unchanged, with faults that are told again */
    EVENT_GONE,   /* it vanished */
    EVENT_ROUND   /* all files were seen: the run ends */
};

/* What the ledger knows of a file that must be opened. */
struct ingest_known {
    struct slice root, path;
    int64_t number; /* of its row, 0: none */
    struct hash128 hash;
    bool may_be_same; /* acknowledged and of this recipe: with the same content nothing comes out */
    bool has_faults;
};

struct ingest_event {
    enum ingest_event_kind kind;
    struct ingest_known known;
    struct file_state state;
    int64_t checked;
    bool is_stable;
    const struct error *fault;
    int64_t unchanged; /* of ROUND: files that needed no look */
};

/* A new event at the end of the batch; texts in it must live as long as the batch. */
struct ingest_event *ingest_event_add(struct batch *batch, enum ingest_event_kind kind);
void ingest_event_add_fault(struct batch *batch, const struct error *fault);

/* The event that a record of the kind RECORD_MARK stands for; NULL: it is a mark of a stream. */
const struct ingest_event *ingest_event_of(const struct batch *batch, const struct record *record);

/* Copies the texts into the arena. */
struct ingest_known *ingest_known_copy(const struct ingest_known *known, struct arena *arena);

/* The record's id, decoded: ours begin with it; a JSON row of its own may have it anywhere. */
bool ingest_record_id(struct batch *batch, struct record *record, struct slice *id);

#endif
