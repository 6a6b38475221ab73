/* checking.h - one row under the rules; private to validate*.c. */
#ifndef DATASET_CHECKING_H
#define DATASET_CHECKING_H

#include "dataset/validate.h"

struct checking {
    const struct dataset_rules *settings;
    const struct profile *profile;
    const struct dataset_row *row;
    struct dataset_faults *faults;
    struct arena *arena;
};

static inline bool checking_rule(const struct checking *checking, enum profile_rules rule)
{
    return (checking->profile->rules & (unsigned)rule) != 0;
}

/* Every message of the row in turn: the prompt's, then the answers'. */
struct message_walk {
    size_t answer, index; /* of the next one */
    bool is_answer;       /* the current one is in an answer */
    bool is_behind_prompt;
};
const struct dataset_message *next_message(const struct dataset_row *row, struct message_walk *walk);

void check_turns(const struct checking *checking);
void check_tools(const struct checking *checking);
void check_media(const struct checking *checking);
void check_answers(const struct checking *checking);
void check_texts(const struct checking *checking);

#endif
