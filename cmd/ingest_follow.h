/* ingest_follow.h - the source of `ingest --follow`: files that grow, and standard input that trickles. */
#ifndef CMD_INGEST_FOLLOW_H
#define CMD_INGEST_FOLLOW_H

#include "record/stage.h"

/* In the driver's thread: rows are decoded as they come. */
extern const struct stage_class ingest_follow_class;

#endif
