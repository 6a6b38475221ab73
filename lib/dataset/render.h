/* render.h - a row becomes a record, by the tables of a profile, and says what it lost on the way. */
#ifndef DATASET_RENDER_H
#define DATASET_RENDER_H

#include "base/buffer.h"
#include "dataset/fault.h"
#include "dataset/profile.h"

/* A chat becomes a completion behind its last user's message, a completion a chat; all other changes of form are
 * reshape.h's, since somebody must choose.
 *
 * What cannot be had in the target is left out and named once a row; lossless rows name nothing. */
enum dataset_loss {
    LOSS_SYSTEM, /* a system text that the target has no place for */
    LOSS_ROLE,   /* tool or further system messages */
    LOSS_TURNS,  /* earlier turns */
    LOSS_TOOLS,  /* declarations, calls, results */
    LOSS_MEDIA,  /* images, video, audio, documents */
    LOSS_WEIGHT,
    LOSS_NAME,
    LOSS_REASONING,
    LOSS_LABEL,   /* labels and scores of answers */
    LOSS_ANSWERS, /* candidates beyond those that the target takes */
    LOSS_EXTRAS,  /* top-level fields, where the target allows no other keys */
    LOSS_PARTS,   /* several text parts became one, or a text beside a call went */
    LOSS_IDS,     /* of tool calls: made anew or left out */
    LOSS_SPLIT,   /* where the prompt ended and the answer began */
    LOSS_COUNT
};
extern const char *const dataset_loss_names[];

struct dataset_render_options {
    bool keeps_extras;         /* append the row's extras where the target's row is open */
    const char *system_joiner; /* when the target has no place for a system text: put in front of the first user's text,
                                  with this in between; NULL: it is lost */
};

/* Appends the record, without newline. *losses: bits of 1 << enum dataset_loss. Fails when the row cannot be that
 * profile's at all (a text for a chat profile): E_CONVERT_FORM with what is missing; nothing is appended then. Keys
 * come in the order of the shape, numbers and schemas as they stood. Thread safe. */
bool dataset_render(const struct profile *profile, const struct dataset_row *row,
                    const struct dataset_render_options *options, struct arena *scratch, struct buffer *output,
                    unsigned *losses, struct error *error) MUST_CHECK;

/* Whether any of its rows has a place for that. */
bool dataset_profile_holds(const struct profile *profile, enum profile_meaning meaning);

#endif
