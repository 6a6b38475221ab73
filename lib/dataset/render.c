/* render.c - walks the shape of a profile's row and writes what a row has for each place. */
#include "dataset/render.h"

#include <stdio.h>

#include "dataset/rendering.h"
#include "json/write.h"

const char *const dataset_loss_names[LOSS_COUNT] = {
    [LOSS_SYSTEM] = "system", [LOSS_ROLE] = "role",       [LOSS_TURNS] = "turns",   [LOSS_TOOLS] = "tools",
    [LOSS_MEDIA] = "media",   [LOSS_WEIGHT] = "weight",   [LOSS_NAME] = "name",     [LOSS_REASONING] = "reasoning",
    [LOSS_LABEL] = "label",   [LOSS_ANSWERS] = "answers", [LOSS_EXTRAS] = "extras", [LOSS_PARTS] = "parts",
    [LOSS_IDS] = "ids",       [LOSS_SPLIT] = "split",
};

/* A constant, or what the table says for a place that the row does not fill. */
static bool write_initial(struct rendering *rendering, const struct profile_node *node)
{
    if (node->initial)
        buffer_append_string(rendering->output, node->initial);
    else if (node->values && node->values[0] && !node->values[1])
        json_append_string(rendering->output, slice_of_string(node->values[0]));
    else
        return false;
    return true;
}

static enum written write_step(struct rendering *rendering, const struct profile_node *node, const struct scope *scope)
{
    if (!node->shapes)
        return ABSENT;
    if (node->types & TYPE_OBJECT)
        return rendering_first(rendering, node->shapes, scope);
    buffer_append_byte(rendering->output, '[');
    enum written written = rendering_first(rendering, node->shapes, scope);
    buffer_append_byte(rendering->output, ']');
    return written;
}

static enum written write_any(struct rendering *rendering, const struct profile_node *node, const struct scope *scope)
{
    enum profile_meaning meaning = node->meaning;
    if (meaning == MEANING_NONE)
        return write_step(rendering, node, scope);
    if (meaning == MEANING_CANDIDATES && scope->turn && scope->turn->is_candidates)
        return rendering_row_value(rendering, node);
    if (meaning == MEANING_CANDIDATE_LABEL || meaning == MEANING_CANDIDATE_SCORE)
        return rendering_candidate_value(rendering, node, scope->answer);
    if (meaning == MEANING_TOOL_CALL_ID || (meaning >= MEANING_RESULT_ID && meaning <= MEANING_RESULT_CONTENT))
        return rendering_result(rendering, node, scope);
    if (meaning >= MEANING_TOOL_NAME)
        return rendering_tool(rendering, node, scope->tool);
    if (meaning >= MEANING_CALL_ID)
        return rendering_call(rendering, node, scope);
    if (meaning >= MEANING_PART_TEXT)
        return rendering_part(rendering, node, scope->part);
    if (meaning >= MEANING_ROLE)
        return scope->turn ? rendering_message_value(rendering, node, scope) : ABSENT;
    return scope->turn ? ABSENT : rendering_row_value(rendering, node);
}

/* One member of an object; nothing is left behind unless it was written. *has_content becomes true when something of
 * the row is in it.
 */
static bool write_member(struct rendering *rendering, const struct profile_node *node, const struct scope *scope,
                         bool *has_content)
{
    size_t start = rendering->output->length;
    json_append_key(rendering->output, slice_of_string(node->key));
    size_t value = rendering->output->length;
    enum written written = write_any(rendering, node, scope);
    if (written == WRITTEN) {
        if (node->meaning != MEANING_NONE)
            rendering->written |= UINT64_C(1) << node->meaning;
        *has_content = true;
        return true;
    }
    rendering_rewind(rendering, value);
    bool is_wanted = node->flags & (NODE_REQUIRED | NODE_WRITTEN);
    if (written == ABSENT && is_wanted && write_initial(rendering, node))
        return true;
    rendering_rewind(rendering, start);
    if (!(node->flags & NODE_REQUIRED)) {
        error_reset(rendering->error);
        return true;
    }
    if (written == IMPOSSIBLE && error_is_set(rendering->error))
        return false; /* what is missing inside */
    return error_set(rendering->error, E_CONVERT_FORM, "the row has nothing for '%s', which %s wants", node->key,
                     rendering->profile->name);
}

bool rendering_shape(struct rendering *rendering, const struct profile_shape *shape, const struct scope *scope,
                     bool *has_content)
{
    bool some = false;
    buffer_append_byte(rendering->output, '{');
    for (size_t i = 0; i < shape->count; i++)
        if (!write_member(rendering, &shape->nodes[i], scope, &some))
            return false;
    buffer_append_byte(rendering->output, '}');
    if (has_content)
        *has_content = some;
    return true;
}

enum written rendering_first(struct rendering *rendering, const struct profile_shape *const *shapes,
                             const struct scope *scope)
{
    size_t start = rendering->output->length;
    uint64_t written = rendering->written;
    unsigned losses = rendering->losses;
    enum written outcome = ABSENT;
    for (; shapes && *shapes; shapes++) {
        bool has_content = false;
        if (scope->part && (*shapes)->is_part && (*shapes)->part_kind != scope->part->kind)
            continue;
        bool fits = rendering_shape(rendering, *shapes, scope, &has_content);
        if (fits && has_content)
            return WRITTEN;
        if (!fits)
            outcome = IMPOSSIBLE;
        rendering_rewind(rendering, start);
        rendering->written = written;
        rendering->losses = losses;
    }
    return outcome;
}

void rendering_separate(struct rendering *rendering)
{
    if (rendering->output->bytes[rendering->output->length - 1] != '[')
        buffer_append_byte(rendering->output, ',');
}

bool rendering_element(struct rendering *rendering, const struct profile_shape *const *shapes,
                       const struct scope *scope)
{
    size_t start = rendering->output->length;
    rendering_separate(rendering);
    if (rendering_first(rendering, shapes, scope) == WRITTEN)
        return true;
    rendering_rewind(rendering, start);
    return false;
}

/* Top-level fields that the form gives no meaning, behind its own. */
static void append_extras(struct rendering *rendering)
{
    const struct dataset_row *row = rendering->row;
    const struct profile_shape *shape = rendering->layout->shape;
    if (row->extra_count > 0 && (shape->is_closed || !rendering->options->keeps_extras))
        rendering_lose(rendering, LOSS_EXTRAS);
    if (shape->is_closed || !rendering->options->keeps_extras)
        return;
    rendering_rewind(rendering, rendering->output->length - 1);
    for (size_t i = 0; i < row->extra_count; i++) {
        const struct json_field *field = &row->extras[i];
        if (profile_node_of(shape, field)) {
            rendering_lose(rendering, LOSS_EXTRAS);
            continue;
        }
        if (rendering->output->bytes[rendering->output->length - 1] != '{')
            buffer_append_byte(rendering->output, ',');
        buffer_append_byte(rendering->output, '"');
        buffer_append_slice(rendering->output, field->key);
        buffer_append_string(rendering->output, "\":");
        buffer_append_slice(rendering->output, field->value.text);
    }
    buffer_append_byte(rendering->output, '}');
}

static bool is_written(const struct rendering *rendering, enum profile_meaning meaning)
{
    return rendering->written >> meaning & 1;
}

/* What the row has and the target did not take. */
static void tell_row_losses(struct rendering *rendering)
{
    const struct dataset_row *row = rendering->row;
    size_t good = 0, bad = 0;
    if (row->tool_count > 0 && !is_written(rendering, MEANING_TOOLS))
        rendering_lose(rendering, LOSS_TOOLS);
    if (row->parallel_tool_calls.type != JSON_MISSING && !is_written(rendering, MEANING_PARALLEL_TOOL_CALLS))
        rendering_lose(rendering, LOSS_TOOLS);
    if ((row->id.length && !is_written(rendering, MEANING_ID)) ||
        (row->model.length && !is_written(rendering, MEANING_MODEL_NAME)))
        rendering_lose(rendering, LOSS_EXTRAS);
    for (size_t i = 0; i < row->answer_count; i++) {
        const struct dataset_answer *answer = &row->answers[i];
        good += answer->label == DATASET_LABEL_GOOD;
        bad += answer->label == DATASET_LABEL_BAD;
        if (answer->score.type != JSON_MISSING && !rendering_holds(rendering, MEANING_CANDIDATE_SCORE))
            rendering_lose(rendering, LOSS_LABEL);
    }
    if (row->form == DATASET_PREFERENCE && !rendering_holds(rendering, MEANING_CANDIDATES) &&
        (row->answer_count > 2 || good > 1 || bad > 1))
        rendering_lose(rendering, LOSS_ANSWERS);
    if ((row->form == DATASET_COMPLETION && (good || bad)))
        rendering_lose(rendering, LOSS_LABEL);
}

static bool has_media(const struct dataset_message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < messages[i].part_count; j++)
            if (messages[i].parts[j].kind != DATASET_PART_TEXT && messages[i].parts[j].kind != DATASET_PART_REASONING)
                return true;
    return false;
}

static bool render_layout(struct rendering *rendering)
{
    const struct scope scope = { 0 };
    size_t start = rendering->output->length;
    rendering_look(rendering);
    rendering->has_media = has_media(rendering->row->messages, rendering->row->message_count);
    if (!rendering_arrange(rendering))
        return false;
    if (!rendering_shape(rendering, rendering->layout->shape, &scope, NULL)) {
        rendering_rewind(rendering, start);
        return false;
    }
    tell_row_losses(rendering);
    append_extras(rendering);
    return true;
}

/* How well a layout suits the row; 0: its form cannot hold it. */
static int suitability(const struct profile_layout *layout, const struct dataset_row *row)
{
    bool is_alike = layout->form == row->form;
    bool is_near = (layout->form == DATASET_CHAT && row->form == DATASET_COMPLETION) ||
                   (layout->form == DATASET_COMPLETION && row->form == DATASET_CHAT);
    if (!is_alike && !is_near)
        return 0;
    if (layout->is_plain && !row->is_plain)
        return 1 + is_alike; /* turns and roles have no place there */
    return 3 + 2 * is_alike + (layout->is_plain == row->is_plain);
}

static bool refuse_form(const struct profile *profile, const struct dataset_row *row, struct error *error)
{
    char forms[128] = "";
    unsigned seen = 0;
    for (size_t i = 0; profile->layouts[i]; i++) {
        enum dataset_form form = profile->layouts[i]->form;
        if (seen >> form & 1)
            continue;
        size_t length = strlen(forms);
        snprintf(forms + length, sizeof forms - length, "%s%s", seen ? ", " : "", dataset_form_names[form]);
        seen |= 1U << form;
    }
    return error_set(error, E_CONVERT_FORM, "the row is of the form %s, %s takes %s", dataset_form_names[row->form],
                     profile->name, forms);
}

bool dataset_render(const struct profile *profile, const struct dataset_row *row,
                    const struct dataset_render_options *options, struct arena *scratch, struct buffer *output,
                    unsigned *losses, struct error *error)
{
    unsigned tried = 0;
    error_reset(error);
    for (;;) {
        size_t best = 0;
        int best_suitability = 0;
        for (size_t i = 0; profile->layouts[i]; i++) {
            int suits = tried >> i & 1 ? 0 : suitability(profile->layouts[i], row);
            if (suits > best_suitability) {
                best = i;
                best_suitability = suits;
            }
        }
        if (best_suitability == 0)
            return error_is_set(error) ? false : refuse_form(profile, row, error);
        struct error fault;
        error_reset(&fault);
        struct rendering rendering = { .profile = profile,
                                       .layout = profile->layouts[best],
                                       .row = row,
                                       .options = options,
                                       .arena = scratch,
                                       .output = output,
                                       .error = &fault };
        if (render_layout(&rendering)) {
            *losses = rendering.losses;
            error_reset(error);
            return true;
        }
        if (!error_is_set(error))
            *error = fault;
        tried |= 1U << best;
    }
}
