/* plain_text.c - records of documents as rows of plain text. */
#include "dataset/plain_text.h"

#include "base/utf8.h"

static const struct profile_node *text_node(const struct profile_shape *shape)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->nodes[i].meaning == MEANING_TEXT)
            return &shape->nodes[i];
    return NULL;
}

bool plain_text_form_of(const char *name, struct plain_text_form *form, struct error *error)
{
    const struct profile *profile = profile_find(slice_of_string(name), error);
    if (!profile)
        return false;
    for (size_t i = 0; profile->layouts[i]; i++) {
        const struct profile_shape *shape = profile->layouts[i]->shape;
        const struct profile_node *node = text_node(shape);
        if (profile->layouts[i]->form != DATASET_TEXT || !node)
            continue;
        *form = (struct plain_text_form){ node->key, shape->is_closed, profile->limits.characters_per_token };
        return true;
    }
    return error_set(error, E_USAGE, "'%s' has no rows of plain text; trl-text, nova-cpt and bedrock-cpt do", name);
}

bool plain_text_find(const struct json_path *path, const struct json_object *object, struct json_value *value,
                     struct error *error)
{
    struct slice name = path->text;
    bool is_ambiguous = false;
    *value = json_path_find(path, object, &is_ambiguous);
    if (!is_ambiguous && value->type == JSON_STRING)
        return true;
    if (is_ambiguous)
        error_set(error, E_JSON_DUPKEY, "key '%.*s' stands twice", (int)name.length, name.bytes);
    else if (value->type == JSON_MISSING && json_object_find(object, SLICE("messages")))
        error_set(error, E_FIELD_MISSING,
                  "field '%.*s' is missing: how a chat becomes text is the business of its trainer's template",
                  (int)name.length, name.bytes);
    else
        error_set(error, value->type == JSON_MISSING ? E_FIELD_MISSING : E_FIELD_TYPE,
                  "field '%.*s' is %s, expected a string", (int)name.length, name.bytes, json_type_phrase(value->type));
    return error_field(error, name);
}

void plain_text_unescape(const char *typed, struct buffer *output)
{
    static const char letters[] = "ntr\\", bytes[] = "\n\t\r\\";
    for (; *typed; typed++) {
        const char *place = typed[0] == '\\' && typed[1] ? strchr(letters, typed[1]) : NULL;
        buffer_append_byte(output, place ? bytes[place - letters] : *typed);
        typed += place != NULL;
    }
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\v';
}

static struct slice strip(struct slice text)
{
    while (text.length > 0 && (is_blank(text.bytes[0]) || text.bytes[0] == '\n'))
        text = slice_from(text, 1);
    while (text.length > 0 && (is_blank(text.bytes[text.length - 1]) || text.bytes[text.length - 1] == '\n'))
        text.length--;
    return text;
}

static void tidy(struct slice text, struct buffer *output)
{
    size_t line_ends = 0;
    while (text.length > 0) {
        size_t end = slice_find_byte(text, '\n');
        struct slice line = slice_between(text, 0, end);
        bool has_end = end < text.length;
        text = slice_from(text, end + 1);
        while (line.length > 0 && is_blank(line.bytes[line.length - 1]))
            line.length--;
        buffer_append_slice(output, line);
        line_ends = line.length > 0 ? 0 : line_ends;
        if (has_end && line_ends++ < 2)
            buffer_append_byte(output, '\n');
    }
}

struct slice plain_text_clean(struct slice text, struct plain_text_rules rules, struct buffer *scratch)
{
    if (rules.tidies) {
        buffer_reset(scratch);
        tidy(text, scratch);
        bool is_same = slice_equal(text, buffer_slice(scratch));
        text = is_same ? text : buffer_slice(scratch);
    }
    return rules.strips ? strip(text) : text;
}

void plain_text_join(struct plain_text_joiner *joiner, struct slice text, int64_t start, int64_t end,
                     struct slice separator)
{
    bool is_placed = start >= 0 && end >= start && joiner->end >= 0;
    if (!joiner->has_any) {
        buffer_reset(&joiner->text);
    } else if (!is_placed || start > joiner->end + 1) {
        buffer_append_slice(&joiner->text, separator);
    } else if (start == joiner->end + 1) {
        buffer_append_byte(&joiner->text, ' ');
    } else {
        text = slice_from(text, utf8_offset(text, (size_t)(joiner->end - start)));
    }
    buffer_append_slice(&joiner->text, text);
    bool is_further = !joiner->has_any || !is_placed || end > joiner->end;
    joiner->end = is_further ? (start >= 0 && end >= start ? end : -1) : joiner->end;
    joiner->has_any = true;
}
