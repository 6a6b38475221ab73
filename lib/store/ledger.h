/* ledger.h - what was ingested: files, the documents made of them, and whether an index has them.
 *
 * A row a file, under the name of its tree (root) and the bytes of its path below. It says what the file was when it
 * was read (stamp, hash, recipe), which documents came of it, and which faults. Rows that a run wrote are pending until
 * ledger_acknowledge() says that what the run put out was committed; pending ones come out again in the next run.
 *
 * Order that makes a kill harmless: what is about to come out is committed here first, as pending, with the ids of the
 * old and the new version. A run ends with a mark, the last line of its stream; who reads the mark has seen everything
 * before it. The mark names the run and a digest of what it held, so that another ledger does not take it for its own;
 * what a later run put out once more belongs to that one.
 *
 * Times are nanoseconds since 1970. Errors: those of database.h, E_LEDGER. One thread. */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "base/hash.h"
#include "store/database.h"

struct ledger;

enum ledger_access {
    LEDGER_READ,        /* must exist */
    LEDGER_ACKNOWLEDGE, /* must exist */
    LEDGER_WRITE        /* made when missing; the caller holds the lock (ledger_lock_path) */
};

/* wait_seconds: for another process's transaction, which is short. Owned: ledger_close(). */
struct ledger *ledger_open(const char *path, enum ledger_access access, double wait_seconds,
                           struct error *error) MUST_CHECK;
void ledger_close(struct ledger *ledger); /* what was not committed is gone; NULL is fine */
struct database *ledger_database(struct ledger *ledger);

/* Whether the file is, or claims to be, a ledger of ours: for tools that are given anything. */
bool ledger_is_at(const char *path);

/* The file whose lock a run holds: path + ".lock". Appends. */
void ledger_lock_path(const char *path, struct buffer *lock_path);

/* What stat(2) says. */
struct ledger_stamp {
    int64_t size, modified, changed, inode;
};

enum ledger_state {
    LEDGER_PENDING, /* put out, not acknowledged */
    LEDGER_DONE,
    LEDGER_GONE /* the file is not there any more: its tombstones are pending */
};

struct ledger_file {
    int64_t number;    /* of the row */
    struct slice path; /* below the root; borrowed until the next one of the scan */
    struct ledger_stamp stamp;
    int64_t checked; /* when that was seen */
    struct hash128 hash, recipe;
    enum ledger_state state;
    int64_t documents, faults;
};

/* The file is as it was, by what stat says, and its row is done. A clock may be coarse: where the file was touched so
 * shortly before it was read that a later change could bear the same time, false (the rule is git's, "racy git"). */
bool ledger_is_current(const struct ledger_file *file, const struct ledger_stamp *stamp);

/* All files of a root in the order of their paths' bytes, read a thousand at a time: changes behind the scan are fine,
 * and no lock is held between calls. */
struct ledger_scan;
struct ledger_scan *ledger_scan_open(struct ledger *ledger, struct slice root); /* root: copied */
/* *file NULL at the end; borrowed until the next call. */
bool ledger_scan_next(struct ledger_scan *scan, const struct ledger_file **file, struct error *error) MUST_CHECK;
void ledger_scan_close(struct ledger_scan *scan);

/* Called with the id of a document for which a tombstone must come out; valid for the call. */
struct ledger_tombstones {
    void *context;
    void (*add)(void *context, struct slice id);
};

/* A file is about to be read. Everything up to ledger_file_end() is about it. */
bool ledger_file_begin(struct ledger *ledger, struct slice root, struct slice path, struct error *error) MUST_CHECK;

enum ledger_document_change {
    LEDGER_DOCUMENT_NEW,
    LEDGER_DOCUMENT_CHANGED, /* an older version may be in an index: a tombstone comes before the new one */
    LEDGER_DOCUMENT_SAME     /* byte for byte what was acknowledged: it need not come out */
};

/* A document of the file. hash: of its record's text. */
bool ledger_document(struct ledger *ledger, struct slice id, uint64_t hash, enum ledger_document_change *change,
                     struct error *error) MUST_CHECK;

/* A fault of the file: kept, so that it can be told again without reading the file again. */
bool ledger_fault(struct ledger *ledger, const struct error *fault, struct error *error) MUST_CHECK;

struct ledger_reading {
    struct ledger_stamp stamp;
    int64_t checked;
    struct hash128 hash, recipe;
    bool is_stable; /* the file did not change meanwhile; else it is read again in the next run */
    bool is_whole;  /* nothing failed that may work another time (I/O); else old documents that did not come stay */
};

/* Documents of older versions that did not come again go to tombstones, unless another file has them. */
bool ledger_file_end(struct ledger *ledger, const struct ledger_reading *reading,
                     const struct ledger_tombstones *tombstones, struct error *error) MUST_CHECK;

/* The same content under a new stamp. */
bool ledger_file_touch(struct ledger *ledger, int64_t number, const struct ledger_stamp *stamp, int64_t checked,
                       struct error *error) MUST_CHECK;

/* The file vanished, or vanished in an earlier run that was not acknowledged. */
bool ledger_file_gone(struct ledger *ledger, int64_t number, const struct ledger_tombstones *tombstones,
                      struct error *error) MUST_CHECK;

/* The faults of a file as they were told when it was read: at most LEDGER_FAULTS_MAXIMUM, then one more that says how
 * many others there were. */
enum { LEDGER_FAULTS_MAXIMUM = 1000 };
bool ledger_faults(struct ledger *ledger, int64_t number, void (*tell)(void *context, const struct error *fault),
                   void *context, struct error *error) MUST_CHECK;

/* Makes everything so far durable, as pending. Must come before the records go out. */
bool ledger_commit(struct ledger *ledger, struct error *error) MUST_CHECK;

struct ledger_mark {
    int64_t run;
    struct hash128 digest; /* of what the run wrote */
};

/* Ends the run and commits; the next call that writes begins another one. *has_mark false: there is nothing to be
 * acknowledged. */
bool ledger_run_end(struct ledger *ledger, struct ledger_mark *mark, bool *has_mark, struct error *error) MUST_CHECK;

/* The mark as a line of a stream, without newline; and back. false: the line is no mark. */
void ledger_mark_append(const struct ledger_mark *mark, struct buffer *line);
bool ledger_mark_parse(struct slice line, struct ledger_mark *mark);

/* The run's stream was committed: its rows are done, what vanished is forgotten. Again is fine. Errors: E_LEDGER for a
 * mark that is not of this ledger. */
bool ledger_acknowledge(struct ledger *ledger, const struct ledger_mark *mark, struct error *error) MUST_CHECK;
/* The same without doing it. */
bool ledger_check_mark(struct ledger *ledger, const struct ledger_mark *mark, struct error *error) MUST_CHECK;

/* Forgets the oldest events of the journal: keeps at most `events` (negative: all), none older than `seconds`
 * (negative: any age). */
bool ledger_prune_journal(struct ledger *ledger, int64_t events, double seconds, struct error *error) MUST_CHECK;

struct ledger_counts {
    int64_t files, pending, gone, failed, documents, faults, events, runs;
};
bool ledger_count(struct ledger *ledger, struct ledger_counts *counts, struct error *error) MUST_CHECK;

#endif
