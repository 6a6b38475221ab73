/* validate.h - the rules of a profile that a tree of shapes cannot say, over the gathered row.
 *
 * Order of turns, tools and their results, media, pairs, weights, texts that must not stand there, lengths. Rules that
 * hold for every profile: a weight is the assistant's, a pair differs, names of tools are unique. */
#ifndef DATASET_VALIDATE_H
#define DATASET_VALIDATE_H

#include "dataset/fault.h"
#include "dataset/profile.h"
#include "text/tokens.h"

struct dataset_rules {
    const struct profile *profile;
    const struct tokenizer *tokenizer; /* counts tokens; NULL: the profile's characters a token, or an estimate */
    void *tokenizer_memory;            /* of the calling thread */
};

/* Adds every fault. Linear in the row but for tools and calls, which are compared with each other by sorting. Thread
 * safe. */
void dataset_check_row(const struct dataset_rules *rules, const struct dataset_row *row, struct dataset_faults *faults);

/* Whether a training run learns from the message: the assistant's, not of weight 0, with something in it. */
bool dataset_is_trained(const struct dataset_message *message);

#endif
