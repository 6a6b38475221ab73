/* compose.h - conversations become rows to train on.
 *
 * A row is a system text, if there is one, and messages that begin with the user and end with the assistant; or, for a
 * teacher, end with the user. Turns before the first question and behind the last answer are cut. A window of a long
 * conversation is a row of its own with the same system text. A row that is beyond a limit loses its earliest exchanges
 * until it fits.
 *
 * Rows live in the arena. Thread safe. Cost: linear in the turns of all rows. */
#ifndef DATASET_COMPOSE_H
#define DATASET_COMPOSE_H

#include "dataset/dialogue.h"
#include "text/tokens.h"

struct compose_settings {
    bool wants_prompts; /* rows end with the user */
    bool merges_turns;  /* neighbours of one role become one message */
    bool trains_last;   /* earlier answers get weight 0 */
    int64_t window;     /* messages in a row, without system; 0: all */
    int64_t stride;     /* messages from one window's start to the next; 0: window */
    int64_t turns_maximum, characters_maximum, tokens_maximum; /* 0: no limit */
    const struct tokenizer *tokenizer;                         /* for tokens_maximum */
    double support;           /* share of an answer's words that the passage must hold; negative: not looked at */
    const char *image_prefix; /* in front of images; NULL: nothing */
    struct slice tags[DATASET_ROLE_UNKNOWN]; /* in front of each text, which then become one prompt */
    bool has_tags;
};

/* Why a row was not made; texts static or in the arena. */
struct compose_drop {
    const char *code;
    const char *reason;
};

struct composed {
    struct dataset_row *rows; /* form, messages, answers; the rest is the caller's */
    size_t count, capacity;
    struct compose_drop *drops;
    size_t drop_count, drop_capacity;
    size_t turns_cut; /* that are in no row of a dialogue that gave some */
};

/* Adds the rows of a dialogue, whose roles are told by the mapping. memory: the tokenizer's. Errors: those of the
 * tokenizer. */
bool compose_rows(const struct compose_settings *settings, const struct mapping *mapping, struct dialogue *dialogue,
                  void *memory, struct arena *arena, struct composed *composed, struct error *error) MUST_CHECK;

/* An empty conversation behind the others; valid until the next one is added. */
struct dataset_row *compose_add_row(struct composed *composed, struct arena *arena);

void compose_drop(struct composed *composed, struct arena *arena, const char *code, const char *reason);

/* What a code says to people; static. */
const char *compose_reason(const char *code);

/* A message of a turn: its text, behind its image. Arena. */
void compose_message(const struct compose_settings *settings, const struct dialogue_turn *turn, struct arena *arena,
                     struct dataset_message *message);

#endif
