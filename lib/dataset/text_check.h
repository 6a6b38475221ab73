/* text_check.h - what certain strings of a profile must look like; private to the module. */
#ifndef DATASET_TEXT_CHECK_H
#define DATASET_TEXT_CHECK_H

#include "base/error.h"
#include "dataset/profile.h"

/* What text_check asks for; NULL: it is so. *code: of the fault. */
const char *text_check_expected(const struct profile *profile, const struct profile_node *node, struct slice text,
                                enum code *code);

#endif
