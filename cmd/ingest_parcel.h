/* ingest_parcel.h - what the stages of ingest hand on to one another.
 *
 * Two stages, or three. The first (ingest_find.c), in the driver's thread, walks and makes parcels of files; large
 * archives and streams it unpacks itself, so that their members can be decoded on all workers. The second
 * (ingest_read.c), on every worker, opens and decodes. Whatever the first one has to say travels in the parcels too:
 * what comes out is in one order for any --jobs. With a ledger the third (ingest_ledger.c), in the driver's thread,
 * compares the documents with what came out before. */
#ifndef CMD_INGEST_PARCEL_H
#define CMD_INGEST_PARCEL_H

#include "document/file.h"
#include "ingest_events.h"
#include "record/stage.h"

enum { INGEST_PIECE_BYTES = 256 * 1024 /* records, and members, go on in batches of about that size */ };

enum item_kind { ITEM_FILE, ITEM_MEMBER, ITEM_RECORD, ITEM_FAULT, ITEM_DROP, ITEM_EVENT };

/* One piece of work for the second stage; its batch has a record for each, so that they are counted. */
struct item {
    enum item_kind kind;
    struct walk_file file;
    struct file_member member;
    struct slice bytes; /* of the member, the record or the faulty row */
    const char *path;   /* of a record or drop */
    int64_t line;
    const struct document_format *format;
    struct error *fault;
    const struct ingest_known *known; /* of a file, with a ledger */
    const struct ingest_event *event;
};

/* The payload of a batch. */
struct parcel {
    struct item *items;
    size_t count, capacity;
    size_t weight;
    struct file_counts counts; /* of what was unpacked for it */
};

/* No fault of the file: a library is missing, a process cannot be had, or somebody wants us to stop. */
bool ingest_is_fatal(const struct error *error);

extern const struct stage_class ingest_find_class, ingest_read_class, ingest_ledger_class;

#endif
