/* render_row.c - what stands at the places of a row and of a message. */
#include "dataset/rendering.h"
#include "json/write.h"

static const uint64_t one = 1;

static const struct rendered_answer *labelled(const struct rendering *rendering, enum dataset_label label)
{
    for (size_t i = 0; i < rendering->answer_count; i++)
        if (rendering->answers[i].answer->label == label)
            return &rendering->answers[i];
    return NULL;
}

/* The last turn of that role. */
static const struct turn *last_turn(const struct turns *turns, enum dataset_role role)
{
    for (size_t i = turns->count; i > 0; i--)
        if (turns->list[i - 1].role == role)
            return &turns->list[i - 1];
    return NULL;
}

/* What a message has and this target did not take. */
static void tell_losses(struct rendering *rendering, const struct turn *turn)
{
    uint64_t written = rendering->written;
    for (size_t i = 0; i < turn->count; i++) {
        const struct dataset_message *message = turn->messages[i];
        bool has_id = message->tool_call_id.length > 0;
        if (message->weight.type != JSON_MISSING && !(written >> MEANING_WEIGHT & 1))
            rendering_lose(rendering, LOSS_WEIGHT);
        if (message->name.length && !(written >> MEANING_NAME & 1) && !(written >> MEANING_RESULT_NAME & 1))
            rendering_lose(rendering, LOSS_NAME);
        for (size_t j = 0; j < message->tool_call_count; j++)
            has_id = has_id || message->tool_calls[j].id.length > 0;
        if (message->tool_call_count > 0 && !(written >> MEANING_CALL_NAME & 1))
            rendering_lose(rendering, LOSS_TOOLS);
        if (has_id && !(written & (one << MEANING_CALL_ID | one << MEANING_TOOL_CALL_ID | one << MEANING_RESULT_ID)))
            rendering_lose(rendering, LOSS_IDS);
        for (size_t j = 0; j < message->part_count; j++)
            if (message->parts[j].kind == DATASET_PART_REASONING && !(written >> MEANING_REASONING & 1))
                rendering_lose(rendering, LOSS_REASONING);
    }
}

/* Whether a message of the turn may have this shape: by its role, or by what it has. */
static bool shape_fits_turn(const struct profile_shape *shape, const struct turn *turn)
{
    if (!shape->discriminator)
        return !turn->is_candidates;
    for (size_t i = 0; i < shape->count; i++) {
        const struct profile_node *node = &shape->nodes[i];
        if (strcmp(node->key, shape->discriminator) != 0)
            continue;
        if (node->meaning == MEANING_CANDIDATES || turn->is_candidates)
            return node->meaning == MEANING_CANDIDATES && turn->is_candidates;
        if (node->meaning == MEANING_ROLE && shape->discriminator_value)
            return slice_equal(slice_of_string(shape->discriminator_value), turn->role_name);
    }
    return true;
}

static enum written write_turn(struct rendering *rendering, const struct profile_shape *const *shapes,
                               const struct turn *turn)
{
    struct scope scope = { .turn = turn, .result = turn->role == DATASET_TOOL ? turn->messages[0] : NULL };
    size_t start = rendering->output->length;
    uint64_t before = rendering->written;
    unsigned losses = rendering->losses;
    for (; shapes && *shapes; shapes++) {
        bool has_content;
        if (!shape_fits_turn(*shapes, turn))
            continue;
        scope.shape = *shapes;
        rendering->written = 0;
        if (rendering_shape(rendering, *shapes, &scope, &has_content)) {
            tell_losses(rendering, turn);
            rendering->written |= before;
            return WRITTEN;
        }
        rendering_rewind(rendering, start);
        rendering->losses = losses;
    }
    rendering->written = before;
    return IMPOSSIBLE;
}

static enum written write_turns(struct rendering *rendering, const struct profile_node *node, const struct turns *turns,
                                bool adds_candidates)
{
    struct turn candidates = { .role = DATASET_ASSISTANT, .is_candidates = true };
    buffer_append_byte(rendering->output, '[');
    for (size_t i = 0; i < turns->count; i++) {
        if (i > 0)
            buffer_append_byte(rendering->output, ',');
        if (write_turn(rendering, node->shapes, &turns->list[i]) != WRITTEN)
            return IMPOSSIBLE;
    }
    if (adds_candidates) {
        for (const struct profile_role *role = rendering->profile->roles; role && role->name; role++)
            if (role->role == DATASET_ASSISTANT && !candidates.role_name.length)
                candidates.role_name = slice_of_string(role->name);
        if (turns->count)
            buffer_append_byte(rendering->output, ',');
        if (write_turn(rendering, node->shapes, &candidates) != WRITTEN)
            return IMPOSSIBLE;
    }
    buffer_append_byte(rendering->output, ']');
    return turns->count > 0 || adds_candidates ? WRITTEN : ABSENT;
}

static bool row_has_candidates(const struct rendering *rendering)
{
    const struct profile_shape *shape = rendering->layout->shape;
    for (size_t i = 0; i < shape->count; i++)
        if (shape->nodes[i].meaning == MEANING_CANDIDATES)
            return true;
    return false;
}

/* All turns as one text: of a plain answer that holds its prompt. */
static struct slice all_text(struct rendering *rendering, const struct turns *turns)
{
    struct slice text = { 0 };
    for (size_t i = 0; i < turns->count; i++) {
        struct slice next = rendering_turn_text(rendering, &turns->list[i]);
        tell_losses(rendering, &turns->list[i]);
        if (i == 0)
            text = next;
        else
            text = dataset_join(text, SLICE(""), next, rendering->arena);
    }
    return text;
}

static enum written write_plain(struct rendering *rendering, const struct turns *turns, enum dataset_role role)
{
    const struct turn *turn = last_turn(turns, role);
    if (!turn)
        return ABSENT;
    if (rendering->profile->rules & RULE_SHARED_PREFIX) {
        json_append_string(rendering->output, all_text(rendering, turns));
        return WRITTEN;
    }
    uint64_t before = rendering->written;
    rendering->written = 0;
    json_append_string(rendering->output, rendering_turn_text(rendering, turn));
    tell_losses(rendering, turn);
    rendering->written = before;
    for (size_t i = 0; i < turns->count; i++)
        if (&turns->list[i] != turn)
            rendering_lose(rendering, turns->list[i].role == DATASET_SYSTEM ? LOSS_SYSTEM : LOSS_TURNS);
    return WRITTEN;
}

/* Whether a prompt or an answer is a string here: when the target has nothing else, or has both and the row came so. */
static bool is_text(const struct rendering *rendering, const struct profile_node *node)
{
    if (node->meaning == MEANING_STEPS)
        return node->item_types & TYPE_STRING || !node->shapes;
    if (!(node->types & (TYPE_OBJECT | TYPE_ARRAY)))
        return true;
    return node->types & TYPE_STRING &&
           (rendering->layout->is_plain || (rendering->row->is_plain && !rendering->prefers_lists));
}

static enum written write_answer(struct rendering *rendering, const struct profile_node *node,
                                 const struct rendered_answer *answer)
{
    if (!answer)
        return ABSENT;
    if (is_text(rendering, node))
        return write_plain(rendering, &answer->turns, DATASET_ASSISTANT);
    if (node->types & TYPE_ARRAY)
        return write_turns(rendering, node, &answer->turns, false);
    const struct turn *turn = last_turn(&answer->turns, DATASET_ASSISTANT);
    if (answer->turns.count > 1)
        rendering_lose(rendering, LOSS_TURNS);
    return turn ? write_turn(rendering, node->shapes, turn) : ABSENT;
}

static enum written write_prompt(struct rendering *rendering, const struct profile_node *node)
{
    if (is_text(rendering, node))
        return write_plain(rendering, &rendering->prompt, DATASET_USER);
    return write_turns(rendering, node, &rendering->prompt, false);
}

/* [[question, answer]...] of the turns before the last question. */
static enum written write_history(struct rendering *rendering)
{
    const struct turns *turns = &rendering->prompt;
    size_t start = rendering->output->length, last = 0;
    for (size_t i = 0; i < turns->count; i++)
        if (turns->list[i].role == DATASET_USER)
            last = i;
    buffer_append_byte(rendering->output, '[');
    for (size_t i = 0; i < last; i++) {
        if (turns->list[i].role == DATASET_SYSTEM)
            continue;
        if (turns->list[i].role != DATASET_USER || i + 1 == last || turns->list[i + 1].role != DATASET_ASSISTANT) {
            rendering_lose(rendering, LOSS_TURNS);
            continue;
        }
        if (rendering->output->length > start + 1)
            buffer_append_byte(rendering->output, ',');
        buffer_append_byte(rendering->output, '[');
        json_append_string(rendering->output, rendering_turn_text(rendering, &turns->list[i]));
        buffer_append_byte(rendering->output, ',');
        json_append_string(rendering->output, rendering_turn_text(rendering, &turns->list[i + 1]));
        buffer_append_byte(rendering->output, ']');
        rendering->written = 0;
        tell_losses(rendering, &turns->list[i]);
        tell_losses(rendering, &turns->list[i + 1]);
        i++;
    }
    buffer_append_byte(rendering->output, ']');
    return rendering->output->length > start + 2 ? WRITTEN : ABSENT;
}

/* The user's message of a form that keeps earlier turns apart. */
static enum written write_instruction(struct rendering *rendering)
{
    const struct turn *turn = last_turn(&rendering->prompt, DATASET_USER);
    if (!turn)
        return ABSENT;
    rendering->written = 0;
    json_append_string(rendering->output, rendering_turn_text(rendering, turn));
    tell_losses(rendering, turn);
    return WRITTEN;
}

/* The image of rows that are a picture and its caption; what else was said is lost. */
static enum written write_image_reference(struct rendering *rendering, const struct profile_node *node)
{
    const struct turn *turn = last_turn(&rendering->prompt, DATASET_USER);
    const struct dataset_part *image = NULL;
    for (size_t i = 0; turn && i < turn->count; i++)
        for (size_t j = 0; j < turn->messages[i]->part_count; j++) {
            const struct dataset_part *part = &turn->messages[i]->parts[j];
            if (part->kind == DATASET_PART_IMAGE && !image)
                image = part;
            else
                rendering_lose(rendering, part->kind == DATASET_PART_TEXT ? LOSS_PARTS : LOSS_MEDIA);
        }
    return image ? rendering_text(rendering, node, image->uri) : ABSENT;
}

static enum written write_steps(struct rendering *rendering, const struct profile_node *node, bool labels)
{
    buffer_append_byte(rendering->output, '[');
    for (size_t i = 0; i < rendering->answer_count; i++) {
        const struct rendered_answer *answer = &rendering->answers[i];
        if (i > 0)
            buffer_append_byte(rendering->output, ',');
        if (labels)
            buffer_append_string(rendering->output, answer->answer->label == DATASET_LABEL_GOOD ? "true" : "false");
        else if (write_answer(rendering, node, answer) != WRITTEN)
            return IMPOSSIBLE;
    }
    buffer_append_byte(rendering->output, ']');
    return WRITTEN;
}

static enum written write_candidates(struct rendering *rendering, const struct profile_node *node)
{
    buffer_append_byte(rendering->output, '[');
    for (size_t i = 0; i < rendering->answer_count; i++) {
        const struct rendered_answer *answer = &rendering->answers[i];
        const struct turn *turn = last_turn(&answer->turns, DATASET_ASSISTANT);
        struct scope scope = { .turn = turn, .answer = answer, .shape = node->shapes ? node->shapes[0] : NULL };
        if (answer->turns.count > 1)
            rendering_lose(rendering, LOSS_TURNS);
        if (i > 0)
            buffer_append_byte(rendering->output, ',');
        if (!turn || rendering_first(rendering, node->shapes, &scope) != WRITTEN)
            return IMPOSSIBLE;
        if (answer->answer->score.type != JSON_MISSING && !rendering_holds(rendering, MEANING_CANDIDATE_SCORE))
            rendering_lose(rendering, LOSS_LABEL);
    }
    buffer_append_byte(rendering->output, ']');
    return WRITTEN;
}

static enum written write_raw(struct rendering *rendering, struct json_value value)
{
    if (value.type == JSON_MISSING)
        return ABSENT;
    buffer_append_slice(rendering->output, value.text);
    return WRITTEN;
}

static enum written write_score(struct rendering *rendering, const struct rendered_answer *answer)
{
    if (!answer)
        return ABSENT;
    if (answer->answer->score.type == JSON_NUMBER)
        return write_raw(rendering, answer->answer->score);
    buffer_append_string(rendering->output, answer->answer->label == DATASET_LABEL_GOOD ? "1" : "0");
    return WRITTEN;
}

static enum written write_candidate_label(struct rendering *rendering, const struct profile_node *node,
                                          const struct rendered_answer *answer)
{
    const char *const *labels = rendering->profile->labels;
    if (!answer || !labels || answer->answer->label == DATASET_LABEL_NONE)
        return ABSENT;
    return rendering_text(rendering, node,
                          slice_of_string(labels[answer->answer->label == DATASET_LABEL_GOOD ? 0 : 1]));
}

static enum written write_number(struct rendering *rendering, const struct profile_node *node, struct json_value value)
{
    double number;
    int64_t integer;
    bool fits = value.type == JSON_NUMBER && (!(node->flags & NODE_INTEGER) || json_integer(value, &integer)) &&
                json_double(value, &number) &&
                ((node->minimum == 0 && node->maximum == 0) ||
                 (number >= (double)node->minimum && number <= (double)node->maximum));
    return fits ? write_raw(rendering, value) : ABSENT;
}

/* The first weight or name of a turn's messages: they are merged rarely. */
static const struct dataset_message *first_message(const struct scope *scope)
{
    return scope->turn && scope->turn->count ? scope->turn->messages[0] : NULL;
}

static enum written write_reasoning(struct rendering *rendering, const struct profile_node *node,
                                    const struct scope *scope)
{
    const struct dataset_message *message = first_message(scope);
    enum written written = ABSENT;
    for (size_t i = 0; message && i < message->part_count; i++) {
        if (message->parts[i].kind != DATASET_PART_REASONING)
            continue;
        if (written == WRITTEN)
            rendering_lose(rendering, LOSS_PARTS);
        else
            written = rendering_text(rendering, node, message->parts[i].text);
    }
    return written;
}

enum written rendering_message_value(struct rendering *rendering, const struct profile_node *node,
                                     const struct scope *scope)
{
    const struct dataset_message *message = first_message(scope);
    switch ((int)node->meaning) {
    case MEANING_ROLE:
        json_append_string(rendering->output, scope->turn->role_name);
        return WRITTEN;
    case MEANING_CONTENT:
        return rendering_content(rendering, node, scope);
    case MEANING_REASONING:
        return write_reasoning(rendering, node, scope);
    case MEANING_WEIGHT:
        return message ? write_number(rendering, node, message->weight) : ABSENT;
    case MEANING_NAME:
        if (message && message->role == DATASET_TOOL && scope->result) {
            struct profile_node named = *node;
            named.meaning = MEANING_RESULT_NAME;
            return rendering_result(rendering, &named, scope);
        }
        return message ? rendering_text(rendering, node, message->name) : ABSENT;
    case MEANING_TOOL_CALLS:
        return rendering_calls(rendering, node, scope);
    default:
        return ABSENT;
    }
}

static enum written write_label(struct rendering *rendering)
{
    enum dataset_label label = rendering->answer_count ? rendering->answers[0].answer->label : DATASET_LABEL_NONE;
    if (label == DATASET_LABEL_NONE)
        return ABSENT;
    buffer_append_string(rendering->output, label == DATASET_LABEL_GOOD ? "true" : "false");
    return WRITTEN;
}

static const struct rendered_answer *first_answer(const struct rendering *rendering)
{
    return rendering->answer_count ? &rendering->answers[0] : NULL;
}

enum written rendering_row_value(struct rendering *rendering, const struct profile_node *node)
{
    const struct dataset_row *row = rendering->row;
    switch ((int)node->meaning) {
    case MEANING_ID:
        return rendering_text(rendering, node, row->id);
    case MEANING_MODEL_NAME:
        return rendering_text(rendering, node, row->model);
    case MEANING_URL_PATH:
        return rendering_text(rendering, node, row->url);
    case MEANING_SYSTEM:
        return rendering_system(rendering, node);
    case MEANING_MESSAGES:
        return write_turns(rendering, node, &rendering->prompt,
                           rendering_holds(rendering, MEANING_CANDIDATES) && !row_has_candidates(rendering));
    case MEANING_PROMPT:
        return write_prompt(rendering, node);
    case MEANING_COMPLETION:
        return write_answer(rendering, node, first_answer(rendering));
    case MEANING_CHOSEN:
        return write_answer(rendering, node, labelled(rendering, DATASET_LABEL_GOOD));
    case MEANING_REJECTED:
        return write_answer(rendering, node, labelled(rendering, DATASET_LABEL_BAD));
    case MEANING_LABEL:
        return write_label(rendering);
    case MEANING_STEPS:
        return write_steps(rendering, node, false);
    case MEANING_STEP_LABELS:
        return write_steps(rendering, node, true);
    case MEANING_TEXT:
        json_append_string(rendering->output, row->text);
        return WRITTEN;
    case MEANING_INSTRUCTION:
        return write_instruction(rendering);
    case MEANING_HISTORY:
        return write_history(rendering);
    case MEANING_TOOLS:
        return rendering_tools(rendering, node);
    case MEANING_PARALLEL_TOOL_CALLS:
        return write_raw(rendering, row->parallel_tool_calls);
    case MEANING_IMAGES:
        return rendering_images(rendering, node);
    case MEANING_IMAGE_REFERENCE:
        return write_image_reference(rendering, node);
    case MEANING_CANDIDATES:
        return write_candidates(rendering, node);
    default:
        return ABSENT;
    }
}

enum written rendering_candidate_value(struct rendering *rendering, const struct profile_node *node,
                                       const struct rendered_answer *answer)
{
    if (node->meaning == MEANING_CANDIDATE_SCORE)
        return write_score(rendering, answer);
    return write_candidate_label(rendering, node, answer);
}
