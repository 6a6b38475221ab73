/* reading.h - one record on its way into a row; private to read*.c. */
#ifndef DATASET_READING_H
#define DATASET_READING_H

#include "dataset/read.h"
#include "dataset/text_check.h"

struct message_list {
    struct dataset_message *messages;
    size_t count, capacity;
};

struct answer_list {
    struct dataset_answer *answers;
    size_t count, capacity;
};

struct part_list {
    struct dataset_part *parts;
    size_t count, capacity;
};

struct call_list {
    struct dataset_tool_call *calls;
    size_t count, capacity;
};

/* The answer of a tool that is part of a message. */
struct tool_result {
    struct slice id, name;
    struct part_list parts;
    bool content_was_string;
};

struct result_list {
    struct tool_result *results;
    size_t count, capacity;
};

/* A message while it is read. */
struct message_reading {
    struct dataset_message message;
    struct part_list parts;
    struct call_list calls;
    struct result_list results;
    struct slice reasoning;
    struct json_value role; /* JSON_MISSING: none yet */
    bool role_is_call;
    bool has_candidates; /* they went to reading->answers */
};

/* A part while it is read: it may turn out to be a call or a result. */
struct part_reading {
    struct dataset_part part;
    struct dataset_tool_call call;
    struct tool_result result;
    bool is_call, is_result;
};

struct reading {
    const struct profile *profile;
    const struct profile_layout *layout;
    struct arena *arena;
    struct dataset_row *row;
    struct dataset_faults *faults;
    struct json_value outer; /* what is read stands inside this string, which is where faults are */

    struct message_list prompt, history;
    struct dataset_message system;
    bool has_system;
    struct slice instruction, input;
    struct json_value instruction_value;
    struct json_value image_reference;
    struct json_value *images;
    size_t image_count, image_capacity;
    struct json_value images_value;
    struct answer_list answers;
    struct json_value label, labels; /* of an unpaired row; of steps */
    struct json_value candidates;    /* JSON_MISSING: none */
    size_t candidates_at;            /* how many messages stood before */
    struct {                         /* of tools, while the list grows */
        struct dataset_tool *list;
        size_t count, capacity;
    } tools;
    size_t extra_capacity;
    bool has_plain, has_lists; /* prompt or answers were strings; were lists */
};

/* What is being filled; members that do not apply are NULL. */
struct target {
    struct message_reading *message;
    struct part_reading *part;
    struct dataset_tool *tool;
    struct dataset_answer *answer;
};

/* Where a fault is told: the value, or the string around it. */
static inline struct json_value reading_place(const struct reading *reading, struct json_value value)
{
    return reading->outer.type == JSON_MISSING ? value : reading->outer;
}
#define READING_FAULT(reading, code, value, key, expected, hint, ...)                                                  \
    dataset_fault_add((reading)->faults, code, reading_place(reading, value), key, expected, hint, __VA_ARGS__)

/* Checks an object against a shape and gathers what its members mean. */
void reading_object(struct reading *reading, const struct profile_shape *shape, struct json_value object,
                    const struct target *target);

/* The same for an object that a shallow walk is in front of; inner is walked to its end. */
void reading_members(struct reading *reading, const struct profile_shape *shape, struct json_value object,
                     struct json_iterator *inner, const struct target *target);

/* The first shape that the object fits; NULL with a fault. */
const struct profile_shape *reading_shape(struct reading *reading, const struct profile_shape *const *shapes,
                                          struct json_value object);

/* The shape of one entry of the list that stands at node; NULL when none describes it, which is told unless the node
 * leaves it open, and what is below it was walked. */
const struct profile_shape *reading_entry(struct reading *reading, const struct profile_node *node,
                                          struct json_value entry);

/* Whether the list takes entries of that type: those of its item_types, else objects; false with a fault. */
bool reading_entry_fits(struct reading *reading, const struct profile_node *node, struct json_value entry);

/* A string's characters; false with a fault for half a surrogate pair. */
bool reading_text(struct reading *reading, struct json_value value, struct slice *text);

/* Below what no shape describes: keys that stand twice, halves of pairs. */
void reading_unknown(struct reading *reading, struct json_value value);

/* After types, values and bounds were checked: what the value means. text: of a string. */
void reading_gather(struct reading *reading, const struct profile_node *node, struct json_value value,
                    struct slice text, const struct target *target);
void reading_gather_message(struct reading *reading, const struct profile_node *node, struct json_value value,
                            struct slice text, const struct target *target);
void reading_gather_part(struct reading *reading, const struct profile_node *node, struct json_value value,
                         struct slice text, const struct target *target);

/* An array of messages; of parts. */
void reading_messages(struct reading *reading, const struct profile_node *node, struct json_value array,
                      struct message_list *list);
void reading_message(struct reading *reading, const struct profile_node *node, struct json_value object,
                     struct message_list *list);
void reading_parts(struct reading *reading, const struct profile_node *node, struct json_value array,
                   struct message_reading *message);
void reading_answer(struct reading *reading, const struct profile_node *node, struct json_value value,
                    struct slice text, enum dataset_label label);
void reading_candidates(struct reading *reading, const struct profile_node *node, struct json_value array,
                        struct message_reading *message);

void message_list_append(struct message_list *list, struct arena *arena, const struct dataset_message *message);
void part_list_append(struct part_list *list, struct arena *arena, const struct dataset_part *part);
void reading_append_answer(struct reading *reading, const struct dataset_answer *answer);
/* A message of one text. */
struct dataset_message reading_plain_message(struct reading *reading, enum dataset_role role, struct slice text,
                                             struct json_value value);

/* Puts the pieces together when the whole record was read. */
void reading_finish(struct reading *reading);

/* What stands in "expected ...". Arena. */
const char *expected_roles(struct arena *arena, const struct profile_role *roles);
const char *expected_types(struct arena *arena, unsigned types);

#endif
