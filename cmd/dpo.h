/* dpo.h - what the two stages of dpo share: the preferences that rows say, and what becomes of those that contradict
 * each other. */
#ifndef CMD_DPO_H
#define CMD_DPO_H

#include "base/hash.h"
#include "training.h"

struct dpo_options {
    struct training_options training; /* first */
    unsigned method, conflicts;
    bool merge_turns;
    double margin, good_from;
};

enum { DPO_BEST_WORST, DPO_ALL };
enum { DPO_CONFLICTS_DROP, DPO_CONFLICTS_KEEP };

/* What a row says: answers by the hashes of their texts. A labelled answer stands against nothing, which has the zero
 * hash. */
struct dpo_edge {
    struct hash128 prompt, better, worse;
    int64_t better_characters, worse_characters;
};

/* batch->payload between the stages: an edge for each record that is data, in order; arena of the batch. */
struct dpo_edges {
    struct dpo_edge *edges;
    size_t count, capacity;
};

extern const struct stage_class dpo_conflicts_stage;

#endif
