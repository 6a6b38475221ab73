/* dialogue_private.h - what the files of dialogue.h share. */
#ifndef DATASET_DIALOGUE_PRIVATE_H
#define DATASET_DIALOGUE_PRIVATE_H

#include "dataset/dialogue.h"

/* One row of a record: where paths begin. */
struct mapping_row {
    struct json_object view;
    struct json_value value;
};

/* A turn list that grows. */
struct turn_list {
    struct dialogue_turn *turns; /* arena */
    size_t count, capacity;
};
struct dialogue_turn *turn_list_add(struct turn_list *list, struct arena *arena);

/* A new dialogue with a copy of those turns. Errors: E_LIMIT. */
bool dialogues_add(struct dialogues *dialogues, const struct dialogue_turn *turns, size_t count,
                   struct error *error) MUST_CHECK;

/* Adds the turns of a text that a pattern splits. Errors: E_LIMIT. */
bool turns_of_text(const struct mapping_lines *lines, struct slice text, struct turn_list *list, struct arena *arena,
                   struct error *error) MUST_CHECK;
/* Adds the chains of answers among the turns of a text: dialogues. */
bool dialogues_of_chains(const struct mapping_lines *lines, const struct turn_list *list, struct dialogues *dialogues,
                         struct error *error) MUST_CHECK;

/* Adds the dialogues of a tree; with wants_answers a prompt for each message, not
 * the assistant's, that has two answers. */
bool dialogues_of_tree(const struct mapping *mapping, struct json_value root, const struct turn_list *before,
                       struct dialogues *dialogues, struct error *error) MUST_CHECK;

/* Fills in the answers of a dialogue, by the mapping's answers and preferred. With lines, what the answers have in
 * common is moved to the dialogue. */
bool dialogue_find_answers(const struct mapping *mapping, const struct mapping_row *row, struct arena *arena,
                           struct dialogue *dialogue, struct error *error) MUST_CHECK;

/* The path of a value itself. */
extern const struct json_path mapping_whole;

/* Says that what stands at a path is not what was expected ("an array"). Always false. */
bool mapping_refuse_type(const struct json_path *path, struct json_value value, const char *expected,
                         struct error *error);

/* What stands at a path, JSON_MISSING for nothing. Errors: E_JSON_DUPKEY. */
bool mapping_value_at(const struct json_path *path, const struct json_object *view, struct json_value *value,
                      struct error *error) MUST_CHECK;

#endif
