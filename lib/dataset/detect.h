/* detect.h - which profile a record was written for. */
#ifndef DATASET_DETECT_H
#define DATASET_DETECT_H

#include "dataset/read.h"

/* Reads the record by every profile whose required keys it has, and takes the one with the fewest faults and remarks;
 * of those that are alike the first of the list, since they make the same row. NULL: none has its keys
 * (E_FORMAT_UNKNOWN), or the best of them make rows of different forms (E_FORMAT_AMBIGUOUS, naming them). row and
 * faults are those of the profile that is returned; faults->root and arena are set by the caller. Cost: one reading for
 * each candidate; a record without fault and remark by the first of them is read once. Thread safe; the outcome depends
 * on the record alone. */
const struct profile *dataset_detect(const struct json_object *object, struct arena *arena, struct dataset_row *row,
                                     struct dataset_faults *faults, struct error *error) MUST_CHECK;

#endif
