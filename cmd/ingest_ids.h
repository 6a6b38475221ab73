/* ingest_ids.h - the stage that finds ids which rows of one run share. */
#ifndef CMD_INGEST_IDS_H
#define CMD_INGEST_IDS_H

#include "record/stage.h"

enum {
    /* Ids that are remembered, 16 bytes each and as much again for free room: beyond them repeats pass. */
    INGEST_IDS_MAXIMUM = 2 * 1024 * 1024
};

/* Serial, in the order of the rows: a row with the id of an earlier one is a reject that names both places, since one
 * of them would replace the other in an index. Whole files and members have ids that are different by themselves, and
 * so have rows that ingest names by their content, SOURCE#HASH: none of them is remembered. After EVENT_ROUND all
 * begins anew: a file may come again. */
extern const struct stage_class ingest_ids_class;

#endif
