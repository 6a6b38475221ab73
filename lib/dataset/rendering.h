/* rendering.h - one row on its way into one layout of a profile; private to render*.c. */
#ifndef DATASET_RENDERING_H
#define DATASET_RENDERING_H

#include "dataset/render.h"

/* One message as the target will have it. Several messages of the row may go into one: results of tools that are parts
 * of a user's message, and neighbours of one role where roles must alternate. */
struct turn {
    enum dataset_role role;
    struct slice role_name;
    bool is_call;       /* the content is the call */
    bool is_candidates; /* the content is the row's answers */
    const struct dataset_message **messages;
    size_t count, capacity;
};

struct turns {
    struct turn *list;
    size_t count, capacity;
};

struct rendered_answer {
    const struct dataset_answer *answer;
    struct turns turns;
};

/* A call, or a result and which call it answers. */
struct call_link {
    const struct dataset_message *result; /* NULL: the link is of the call itself */
    const struct dataset_tool_call *call; /* NULL: the result answers none */
    size_t number;                        /* of the call in the row, 1-based */
};

struct rendering {
    const struct profile *profile;
    const struct profile_layout *layout;
    const struct dataset_row *row;
    const struct dataset_render_options *options;
    struct arena *arena;
    struct buffer *output;
    struct error *error;
    unsigned losses;

    uint64_t holds;       /* bits of 1 << enum profile_meaning: what the layout has a place for, at any depth */
    unsigned part_kinds;  /* bits of 1 << enum dataset_part_kind, likewise */
    bool has_media;       /* the row has, and the layout has places for it */
    size_t texts, others; /* elements of the list that was written last */
    bool prefers_lists;   /* plain texts would not keep the prompt apart */
    uint64_t written;     /* meanings that were written; turns begin with none */

    const struct dataset_message *system; /* for MEANING_SYSTEM; NULL: none */
    struct turns prompt;                  /* or the whole conversation */
    struct rendered_answer *answers;
    size_t answer_count;
    struct call_link *links; /* of all calls and results, in the order of the row */
    size_t link_count, link_capacity;
    size_t link_asked; /* what was asked for last: the next one is near */
};

/* What a place is in the middle of; members that do not apply are NULL. */
struct scope {
    const struct turn *turn;
    const struct dataset_message *result; /* of a tool, as a part */
    const struct dataset_part *part;
    const struct dataset_tool_call *call;
    const struct dataset_tool *tool;
    const struct rendered_answer *answer;
    const struct profile_shape *shape; /* of the message */
};

/* What became of a place. Impossible: the row cannot fill what the target requires there. */
enum written { WRITTEN, ABSENT, IMPOSSIBLE };

static inline bool rendering_holds(const struct rendering *rendering, enum profile_meaning meaning)
{
    return rendering->holds >> meaning & 1;
}

static inline void rendering_lose(struct rendering *rendering, enum dataset_loss loss)
{
    rendering->losses |= 1U << loss;
}

/* Sets holds and part_kinds. */
void rendering_look(struct rendering *rendering);

/* Fills system, prompt, answers and links. false: the forms do not fit; error is filled. */
bool rendering_arrange(struct rendering *rendering) MUST_CHECK;

/* The call that a result answers, or the link of a call; NULL: none. */
const struct call_link *rendering_link(struct rendering *rendering, const struct dataset_message *result,
                                       const struct dataset_tool_call *call);

/* Writes the object; *has_content (may be NULL): something of the row is in it. */
bool rendering_shape(struct rendering *rendering, const struct profile_shape *shape, const struct scope *scope,
                     bool *has_content) MUST_CHECK;
/* The first of the shapes that can be written with something of the row in it; nothing is left behind otherwise. */
enum written rendering_first(struct rendering *rendering, const struct profile_shape *const *shapes,
                             const struct scope *scope);
/* The same as an element of the list that is being written: behind a comma unless it is the first. */
bool rendering_element(struct rendering *rendering, const struct profile_shape *const *shapes,
                       const struct scope *scope) MUST_CHECK;
/* A comma in front of all but the first element of a list. */
void rendering_separate(struct rendering *rendering);

/* Values of the meanings of a row, a message, a candidate, and what is in them. */
enum written rendering_row_value(struct rendering *rendering, const struct profile_node *node);
enum written rendering_message_value(struct rendering *rendering, const struct profile_node *node,
                                     const struct scope *scope);
enum written rendering_candidate_value(struct rendering *rendering, const struct profile_node *node,
                                       const struct rendered_answer *answer);
enum written rendering_text(struct rendering *rendering, const struct profile_node *node, struct slice text);
enum written rendering_content(struct rendering *rendering, const struct profile_node *node, const struct scope *scope);
enum written rendering_system(struct rendering *rendering, const struct profile_node *node);
enum written rendering_part(struct rendering *rendering, const struct profile_node *node,
                            const struct dataset_part *part);
enum written rendering_calls(struct rendering *rendering, const struct profile_node *node, const struct scope *scope);
enum written rendering_call(struct rendering *rendering, const struct profile_node *node, const struct scope *scope);
enum written rendering_result(struct rendering *rendering, const struct profile_node *node, const struct scope *scope);
enum written rendering_tools(struct rendering *rendering, const struct profile_node *node);
enum written rendering_tool(struct rendering *rendering, const struct profile_node *node,
                            const struct dataset_tool *tool);
enum written rendering_images(struct rendering *rendering, const struct profile_node *node);

/* All text of the turn as one string, images as <image> where the layout lists them apart; arena. */
struct slice rendering_turn_text(struct rendering *rendering, const struct turn *turn);

/* Takes back what was appended behind length. */
static inline void rendering_rewind(struct rendering *rendering, size_t length)
{
    rendering->output->length = length;
    if (rendering->output->bytes)
        rendering->output->bytes[length] = '\0';
}

#endif
