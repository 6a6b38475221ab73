/* rules_private.h - what the files about rules share; private to the module. */
#ifndef CURATE_RULES_PRIVATE_H
#define CURATE_RULES_PRIVATE_H

#include "curate/rules.h"

/* Errors: E_USAGE when the name is there, E_LIMIT. */
bool rules_append(struct rule_set *set, const struct rule *rule, struct error *error) MUST_CHECK;

/* A number, or on, off. Errors: E_USAGE. */
bool rule_set_value(struct rule *rule, struct slice value, struct error *error) MUST_CHECK;

/* Among the rules from the one with the number first. Errors: E_USAGE with the nearest name. */
struct rule *rules_find(const struct rule_set *set, size_t first, struct slice name, struct error *error) MUST_CHECK;

#endif
