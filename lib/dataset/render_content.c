/* render_content.c - what is in a message: texts, parts, media by reference, reasoning. */
#include "dataset/joined.h"
#include "dataset/rendering.h"
#include "dataset/text_check.h"
#include "json/write.h"

static void join(struct joined *joined, struct arena *arena, struct slice text)
{
    joined_add(joined, arena, SLICE(""), text);
}

/* Text parts of one message follow each other on lines of their own; an <image> glues. */
struct joining {
    struct joined text;
    size_t texts;
    bool after_text;
};

static void join_part(struct rendering *rendering, struct joining *joining, const struct dataset_part *part)
{
    if (part->kind == DATASET_PART_TEXT) {
        if (joining->after_text) {
            join(&joining->text, rendering->arena, SLICE("\n"));
            rendering_lose(rendering, LOSS_PARTS);
        }
        join(&joining->text, rendering->arena, part->text);
        joining->after_text = true;
    } else if (part->kind == DATASET_PART_IMAGE && rendering_holds(rendering, MEANING_IMAGES) && part->uri.length) {
        join(&joining->text, rendering->arena, SLICE("<image>"));
        joining->after_text = false;
    } else if (part->kind == DATASET_PART_IMAGE && rendering_holds(rendering, MEANING_IMAGE_REFERENCE)) {
        joining->after_text = false;
    } else if (part->kind != DATASET_PART_REASONING) {
        rendering_lose(rendering, LOSS_MEDIA);
    }
}

/* The only text of the turn when there is but one part: nothing is copied then. */
static const struct slice *single_text(const struct turn *turn)
{
    if (turn->count != 1 || turn->messages[0]->part_count != 1 || turn->messages[0]->parts[0].kind != DATASET_PART_TEXT)
        return NULL;
    return &turn->messages[0]->parts[0].text;
}

struct slice rendering_turn_text(struct rendering *rendering, const struct turn *turn)
{
    const struct slice *single = single_text(turn);
    struct joining joining = { 0 };
    if (single)
        return *single;
    for (size_t i = 0; i < turn->count; i++) {
        if (i > 0 && joining.text.text.length)
            join(&joining.text, rendering->arena, SLICE("\n"));
        joining.after_text = false;
        for (size_t j = 0; j < turn->messages[i]->part_count; j++)
            join_part(rendering, &joining, &turn->messages[i]->parts[j]);
    }
    return joining.text.text;
}

static enum written write_string(struct rendering *rendering, struct slice text)
{
    json_append_string(rendering->output, text);
    return WRITTEN;
}

static bool is_listed(const char *const *values, struct slice text)
{
    for (; values && *values; values++)
        if (slice_equal(slice_of_string(*values), text))
            return true;
    return false;
}

static bool is_letter_or_digit(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* Does an address end in the name of a format? */
static bool is_format_name(struct slice ending)
{
    for (size_t i = 0; i < ending.length; i++)
        if (!is_letter_or_digit(ending.bytes[i]))
            return false;
    return ending.length >= 2 && ending.length <= 5;
}

enum written rendering_text(struct rendering *rendering, const struct profile_node *node, struct slice text)
{
    enum code code;
    if (text.length == 0 || text_check_expected(rendering->profile, node, text, &code) ||
        (node->values && !is_listed(node->values, text)))
        return ABSENT;
    return write_string(rendering, text);
}

/* "png" of "s3://b/k/cat.PNG"; jpg is jpeg. Empty: cannot be told. */
static struct slice format_of(const struct dataset_part *part, struct arena *arena)
{
    struct slice text = part->format;
    if (text.length == 0) {
        text = dataset_part_ending(part);
        if (!is_format_name(text))
            return SLICE("");
        char *bytes = arena_copy_string(arena, text);
        for (size_t i = 0; i < text.length; i++)
            if (bytes[i] >= 'A' && bytes[i] <= 'Z')
                bytes[i] = (char)(bytes[i] + 'a' - 'A');
        text = slice_of(bytes, text.length);
    }
    return slice_equal(text, SLICE("jpg")) ? SLICE("jpeg") : text;
}

static struct slice media_type(const struct dataset_part *part, struct slice format, struct arena *arena)
{
    static const char *const families[] = { [DATASET_PART_IMAGE] = "image",
                                            [DATASET_PART_VIDEO] = "video",
                                            [DATASET_PART_AUDIO] = "audio",
                                            [DATASET_PART_DOCUMENT] = "application" };
    const char *family = part->kind < sizeof families / sizeof *families ? families[part->kind] : NULL;
    if (!family || format.length == 0)
        return slice_of("", 0);
    return slice_of_string(arena_format(arena, "%s/%.*s", family, (int)format.length, format.bytes));
}

/* Whether the table lists media types: "image/png", where others say "png". */
static bool wants_media_type(const struct profile_node *node)
{
    return node->values && node->values[0] && strchr(node->values[0], '/');
}

static enum written write_format(struct rendering *rendering, const struct profile_node *node,
                                 const struct dataset_part *part)
{
    struct slice format = format_of(part, rendering->arena);
    const char *const *formats = part->kind == DATASET_PART_IMAGE   ? rendering->profile->image_formats
                                 : part->kind == DATASET_PART_VIDEO ? rendering->profile->video_formats
                                                                    : NULL;
    if (formats && !is_listed(formats, format))
        return IMPOSSIBLE;
    if (wants_media_type(node))
        format = media_type(part, format, rendering->arena);
    if (node->values && !is_listed(node->values, format))
        return IMPOSSIBLE;
    return rendering_text(rendering, node, format);
}

static enum written write_uri(struct rendering *rendering, const struct profile_node *node,
                              const struct dataset_part *part)
{
    if (part->uri.length)
        return rendering_text(rendering, node, part->uri);
    bool takes_data =
        part->data.length && (node->check == TEXT_CHECK_IMAGE_URL || node->check == TEXT_CHECK_IMAGE_DATA ||
                              (node->check == TEXT_CHECK_NONE && !rendering_holds(rendering, MEANING_PART_DATA)));
    struct slice type = media_type(part, format_of(part, rendering->arena), rendering->arena);
    if (!takes_data || type.length == 0)
        return ABSENT;
    buffer_append_string(rendering->output, "\"data:");
    json_append_escaped(rendering->output, type);
    buffer_append_string(rendering->output, ";base64,");
    json_append_escaped(rendering->output, part->data);
    buffer_append_byte(rendering->output, '"');
    return WRITTEN;
}

enum written rendering_part(struct rendering *rendering, const struct profile_node *node,
                            const struct dataset_part *part)
{
    if (!part)
        return ABSENT;
    if (node->meaning == MEANING_PART_TEXT)
        return part->kind == DATASET_PART_TEXT || part->kind == DATASET_PART_REASONING
                   ? write_string(rendering, part->text)
                   : ABSENT;
    if (node->meaning == MEANING_PART_URI)
        return write_uri(rendering, node, part);
    if (node->meaning == MEANING_PART_FORMAT)
        return write_format(rendering, node, part);
    if (node->meaning == MEANING_PART_DATA)
        return rendering_text(rendering, node, part->data);
    return rendering_text(rendering, node, node->meaning == MEANING_PART_OWNER ? part->owner : part->detail);
}

/* One element of a content, which is counted. false: it cannot be written; nothing is left behind. */
static bool write_element(struct rendering *rendering, const struct profile_shape *const *shapes,
                          const struct scope *scope)
{
    if (!rendering_element(rendering, shapes, scope))
        return false;
    bool is_text = scope->part && scope->part->kind == DATASET_PART_TEXT;
    rendering->texts += is_text;
    rendering->others += !is_text;
    return true;
}

static void write_part_element(struct rendering *rendering, const struct profile_node *node, const struct scope *scope,
                               const struct dataset_part *part)
{
    struct scope inner = *scope;
    inner.part = part;
    inner.call = NULL;
    inner.result = NULL;
    if (part->kind == DATASET_PART_REASONING && rendering->written >> MEANING_REASONING & 1)
        return;
    if (write_element(rendering, node->shapes, &inner)) {
        if (part->kind == DATASET_PART_REASONING)
            rendering->written |= UINT64_C(1) << MEANING_REASONING;
    } else if (part->kind != DATASET_PART_REASONING) {
        rendering_lose(rendering, part->kind == DATASET_PART_TEXT ? LOSS_PARTS : LOSS_MEDIA);
    }
}

static bool shape_has(const struct profile_shape *shape, enum profile_meaning meaning)
{
    for (size_t i = 0; shape && i < shape->count; i++)
        if (shape->nodes[i].meaning == meaning)
            return true;
    return false;
}

/* A list of one text: what the turn says, joined. */
static enum written write_single(struct rendering *rendering, const struct profile_node *node,
                                 const struct scope *scope)
{
    struct dataset_part part = { .kind = DATASET_PART_TEXT, .text = rendering_turn_text(rendering, scope->turn) };
    struct scope inner = *scope;
    inner.part = &part;
    buffer_append_byte(rendering->output, '[');
    if (!write_element(rendering, node->shapes, &inner))
        return ABSENT;
    buffer_append_byte(rendering->output, ']');
    return WRITTEN;
}

static enum written write_list(struct rendering *rendering, const struct profile_node *node, const struct scope *scope)
{
    const struct turn *turn = scope->turn;
    size_t start = rendering->output->length;
    if (node->maximum == 1 && (turn->count != 1 || turn->messages[0]->part_count > 1))
        return write_single(rendering, node, scope);
    bool puts_calls = !shape_has(scope->shape, MEANING_TOOL_CALLS);
    buffer_append_byte(rendering->output, '[');
    for (size_t i = 0; i < turn->count; i++) {
        const struct dataset_message *message = turn->messages[i];
        struct scope inner = *scope;
        if (message->role == DATASET_TOOL && turn->role != DATASET_TOOL) {
            inner.result = message;
            if (!write_element(rendering, node->shapes, &inner))
                rendering_lose(rendering, LOSS_TOOLS);
            continue;
        }
        for (size_t j = 0; j < message->part_count; j++)
            write_part_element(rendering, node, scope, &message->parts[j]);
        for (size_t j = 0; puts_calls && j < message->tool_call_count; j++) {
            inner.call = &message->tool_calls[j];
            if (!write_element(rendering, node->shapes, &inner))
                rendering_lose(rendering, LOSS_TOOLS);
        }
    }
    if (rendering->output->length == start + 1) {
        rendering_rewind(rendering, start);
        return ABSENT;
    }
    buffer_append_byte(rendering->output, ']');
    return WRITTEN;
}

/* Whether the turn has what a string cannot hold and this list can. */
static bool needs_list(const struct rendering *rendering, const struct scope *scope)
{
    const struct turn *turn = scope->turn;
    size_t texts = 0;
    for (size_t i = 0; i < turn->count; i++) {
        const struct dataset_message *message = turn->messages[i];
        if (message->role == DATASET_TOOL && turn->role != DATASET_TOOL)
            return true;
        if (message->tool_call_count > 0 && !shape_has(scope->shape, MEANING_TOOL_CALLS) &&
            rendering_holds(rendering, MEANING_CALL_NAME))
            return true;
        for (size_t j = 0; j < message->part_count; j++)
            if (message->parts[j].kind == DATASET_PART_TEXT)
                texts++;
            else if (message->parts[j].kind != DATASET_PART_REASONING || !shape_has(scope->shape, MEANING_REASONING))
                return true;
    }
    return texts > 1;
}

static bool turn_has_text(const struct turn *turn)
{
    for (size_t i = 0; i < turn->count; i++)
        for (size_t j = 0; j < turn->messages[i]->part_count; j++)
            if (turn->messages[i]->parts[j].kind != DATASET_PART_REASONING)
                return true;
    return false;
}

static bool turn_has_calls(const struct turn *turn)
{
    for (size_t i = 0; i < turn->count; i++)
        if (turn->messages[i]->tool_call_count > 0)
            return true;
    return false;
}

enum written rendering_content(struct rendering *rendering, const struct profile_node *node, const struct scope *scope)
{
    const struct turn *turn = scope->turn;
    bool takes_string = node->types & TYPE_STRING;
    bool takes_list = node->types & TYPE_ARRAY && node->shapes;
    if (turn->is_candidates)
        return ABSENT;
    if (turn->is_call)
        return rendering_calls(rendering, node, scope);
    bool wants_list =
        needs_list(rendering, scope) || (rendering->profile->rules & RULE_ALL_MULTIMODAL && rendering->has_media);
    if (takes_list && (!takes_string || wants_list)) {
        size_t start = rendering->output->length;
        rendering->texts = rendering->others = 0;
        enum written written = write_list(rendering, node, scope);
        bool is_one_text = rendering->texts == 1 && rendering->others == 0;
        bool is_string = takes_string && is_one_text && !(rendering->profile->rules & RULE_ALL_MULTIMODAL);
        if (!is_string && (written != ABSENT || !takes_string))
            return written;
        rendering_rewind(rendering, start); /* the rest was lost */
    }
    if (!takes_string)
        return ABSENT;
    if (!turn_has_text(turn)) {
        if (node->types & TYPE_NULL) {
            buffer_append_string(rendering->output, "null");
            return WRITTEN;
        }
        if (turn_has_calls(turn) && !(node->flags & NODE_REQUIRED))
            return ABSENT;
    }
    return write_string(rendering, rendering_turn_text(rendering, turn));
}

enum written rendering_system(struct rendering *rendering, const struct profile_node *node)
{
    const struct dataset_message *messages[1] = { rendering->system };
    struct turn turn = { .role = DATASET_SYSTEM, .messages = messages, .count = 1 };
    struct scope scope = { .turn = &turn };
    if (!rendering->system)
        return ABSENT;
    if (node->types & TYPE_STRING && (!(node->types & TYPE_ARRAY) || !needs_list(rendering, &scope)))
        return write_string(rendering, rendering_turn_text(rendering, &turn));
    if (!(node->types & TYPE_ARRAY))
        return rendering_first(rendering, node->shapes, &scope);
    return write_list(rendering, node, &scope);
}

/* The files of the <image> tokens, over the whole row. */
static void add_images(struct rendering *rendering, const struct turns *turns)
{
    for (size_t i = 0; i < turns->count; i++)
        for (size_t j = 0; j < turns->list[i].count; j++) {
            const struct dataset_message *message = turns->list[i].messages[j];
            for (size_t k = 0; k < message->part_count; k++)
                if (message->parts[k].kind == DATASET_PART_IMAGE && message->parts[k].uri.length) {
                    rendering_separate(rendering);
                    json_append_string(rendering->output, message->parts[k].uri);
                }
        }
}

enum written rendering_images(struct rendering *rendering, const struct profile_node *node)
{
    size_t start = rendering->output->length;
    (void)node;
    buffer_append_byte(rendering->output, '[');
    add_images(rendering, &rendering->prompt);
    for (size_t i = 0; i < rendering->answer_count; i++)
        add_images(rendering, &rendering->answers[i].turns);
    if (rendering->output->length == start + 1)
        return ABSENT;
    buffer_append_byte(rendering->output, ']');
    return WRITTEN;
}
