/* ingest_watch.h - when `ingest --watch` walks again.
 *
 * Events are never the truth: they only say that something changed, and then the whole tree is compared with the ledger
 * anew, which costs a stat a file. A file that is being written to is waited for, until its writer closes it or pauses,
 * but not for ever. Rounds are spaced so that they take a fifth of the time at most. The walk calls
 * ingest_watch_enter() before it reads a folder: what comes into it later is heard. Where nothing is heard (network
 * file systems, too many folders) the tree is looked at every so often. Only in the driver's thread. */
#ifndef CMD_INGEST_WATCH_H
#define CMD_INGEST_WATCH_H

#include "ingest_options.h"
#include "record/stage.h"

struct ingest_watch;

/* stage: for messages; both must outlive it. Owned: ingest_watch_close(). */
struct ingest_watch *ingest_watch_open(const struct stage *stage, const struct walk_settings *walk);
void ingest_watch_close(struct ingest_watch *self); /* NULL is fine */

/* For walk_settings.enters; context is the watch. */
void ingest_watch_enter(void *context, const char *folder);

/* Around each walk. */
void ingest_watch_begin_round(struct ingest_watch *self);
void ingest_watch_end_round(struct ingest_watch *self, bool had_news);
/* Instead: the walk could not begin. There is another one soon. */
void ingest_watch_fail_round(struct ingest_watch *self, const struct error *fault);

/* Between rounds: whether there is a reason for the next one, or to end, after waiting up to that long for it. The
 * first call after a round says no: what the round gave is to be settled before. */
bool ingest_watch_wait(struct ingest_watch *self, int milliseconds);
/* --idle-exit has come. */
bool ingest_watch_is_idle(const struct ingest_watch *self);

#endif
