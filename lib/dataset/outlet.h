/* outlet.h - what rows are written as: a profile by its name, and what was lost on the way to it. */
#ifndef DATASET_OUTLET_H
#define DATASET_OUTLET_H

#include "base/buffer.h"
#include "base/error.h"
#include "dataset/row.h"

enum { OUTLET_LOSSES = 32 };

struct outlet {
    const struct profile *profile;
    bool keeps_extras;         /* rows take their extras along where the profile's are open */
    const char *system_joiner; /* see render.h */
};

/* Losses of some rows, counted. */
struct outlet_losses {
    int64_t rows[OUTLET_LOSSES]; /* rows that lost this */
};

/* The neutral form when name is NULL. Errors: E_USAGE with the nearest name ("--profile: ..."). */
bool outlet_open(const char *name, struct outlet *outlet, struct error *error) MUST_CHECK;

/* Whether the profile has rows of that form. */
bool outlet_has_form(const struct outlet *outlet, enum dataset_form form);

/* Appends the row as one record, without newline. Errors: those of dataset_render(). Thread safe. */
bool outlet_render(const struct outlet *outlet, const struct dataset_row *row, struct arena *scratch,
                   struct buffer *output, struct outlet_losses *losses, struct error *error) MUST_CHECK;

void outlet_losses_add(struct outlet_losses *all, const struct outlet_losses *some);
/* Appends `"lost":{"weight":12}`, nothing when nothing was lost. */
void outlet_losses_append_json(const struct outlet_losses *losses, struct buffer *json);
/* "weight 12, name 3"; false when nothing was lost. */
bool outlet_losses_append_text(const struct outlet_losses *losses, struct buffer *text);

#endif
