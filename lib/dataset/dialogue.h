/* dialogue.h - the conversations in a record, and the answers to choose from, by a mapping.
 *
 * Texts are without white space at both ends. Everything lives in the arena or is borrowed from the record. Thread
 * safe. Cost: linear in the record; a tree's leaves each repeat the way to them, and rows what stands outside of them,
 * which the two limits bound. */
#ifndef DATASET_DIALOGUE_H
#define DATASET_DIALOGUE_H

#include "dataset/mapping.h"

/* What one record, or one thread, may make. */
enum { DIALOGUE_TURNS_MAXIMUM = 1000000, DIALOGUE_BYTES_MAXIMUM = 256 * 1024 * 1024 /* texts and passages */ };

struct dialogue_turn {
    struct slice speaker; /* as it was written; empty: the mapping says the role */
    enum dataset_role role;
    struct slice text;
    struct slice image; /* URI; empty: none */
    struct json_value weight;
};

/* One of several answers to a dialogue. */
struct dialogue_answer {
    struct dialogue_turn *turns;
    size_t count;
    double score;
    bool has_score;
};

struct dialogue {
    struct dialogue_turn *turns;
    size_t count;
    struct dialogue_answer *answers;
    size_t answer_count;
    struct slice passage; /* what the answer must be found in; empty: none */
    bool has_passage;     /* the mapping asks for one */
};

struct dialogues {
    struct arena *arena;
    struct dialogue *list;
    size_t count, capacity;
    size_t turn_count;  /* in all of them */
    size_t bytes;       /* of their texts and passages */
    size_t object;      /* of a group: the one under way, whose fault an error is */
    bool wants_answers; /* dialogues are prompts with answers */
};

/* Adds those of a record, roles not told yet. Errors, with the field: E_FIELD_MISSING, E_FIELD_TYPE, E_JSON_DUPKEY,
 * E_JSON_SURROGATE; E_DATA for a text that is no JSON or YAML; E_LIMIT. */
bool dialogues_of_record(const struct mapping *mapping, const struct json_object *object, struct dialogues *dialogues,
                         struct error *error) MUST_CHECK;

/* Adds the one that records make together: a thread's turns in their order, or the answers of records of one group. */
bool dialogues_of_group(const struct mapping *mapping, const struct json_object *const *objects, size_t count,
                        struct dialogues *dialogues, struct error *error) MUST_CHECK;

/* Tells the roles of turns and takes out those that are skipped. NULL, or why the dialogue cannot be used: a stable
 * name of a reason. */
const char *dialogue_tell_roles(const struct mapping *mapping, struct dialogue *dialogue);

/* The same for the turns of an answer, each of which must say something. */
const char *dialogue_tell_answer(const struct mapping *mapping, struct dialogue_answer *answer);

/* A record as paths of a mapping see it: its own fields, and behind them those of its metadata; arena. */
struct json_object mapping_view(const struct json_object *object, struct arena *arena);

/* What stands at a path as text: a string, or the text parts of a list of parts; empty for null and nothing. */
bool mapping_text_at(const struct json_path *path, struct json_value value, struct arena *arena, struct slice *text,
                     struct error *error) MUST_CHECK;

/* The same in a view. */
bool mapping_text_in(const struct json_path *path, const struct json_object *view, struct arena *arena,
                     struct slice *text, struct error *error) MUST_CHECK;

/* A template's text for a view, trimmed; arena. */
bool mapping_render(const struct mapping_template *template, const struct json_object *view, struct arena *arena,
                    struct slice *text, struct error *error) MUST_CHECK;

#endif
