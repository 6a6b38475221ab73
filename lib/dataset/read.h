/* read.h - a record becomes a row, by the tables of a profile. */
#ifndef DATASET_READ_H
#define DATASET_READ_H

#include "dataset/fault.h"
#include "dataset/profile.h"

/* Which layout of the profile the object has; NULL with a fault (E_KEY_MISSING, E_FORMAT_AMBIGUOUS). */
const struct profile_layout *dataset_layout_of(const struct profile *profile, const struct json_object *object,
                                               struct dataset_faults *faults);

/* Walks the object by the layout's shape: adds every fault of keys, types, values and bounds, and gathers the row as
 * far as it can be understood. Without a fault the row is whole. Rules are not applied (validate.h). Cost: one walk
 * over the record's tokens. Thread safe. */
void dataset_read(const struct profile *profile, const struct profile_layout *layout, const struct json_object *object,
                  struct arena *arena, struct dataset_row *row, struct dataset_faults *faults);

#endif
