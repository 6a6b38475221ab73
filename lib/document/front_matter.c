/* front_matter.c - YAML between two lines of --- at the start of a text: its metadata. */
#include "document/front_matter.h"

#include "document/html.h"
#include "yaml/yaml.h"

/* The lines between the fences; empty: there is none. */
static struct slice find_yaml(struct slice text)
{
    size_t first = slice_find_byte(text, '\n');
    if (!slice_starts_with(text, SLICE("---")) || slice_trim(slice_between(text, 3, first)).length > 0)
        return SLICE("");
    size_t start = first + 1, at = start;
    while (at < text.length) {
        size_t length = slice_find_byte(slice_from(text, at), '\n');
        struct slice line = slice_between(text, at, at + length);
        while (line.length && (line.bytes[line.length - 1] == ' ' || line.bytes[line.length - 1] == '\r'))
            line.length--;
        if (slice_equal(line, SLICE("---")) || slice_equal(line, SLICE("...")))
            return slice_between(text, start, at);
        at += length + 1;
    }
    return SLICE("");
}

bool front_matter_read(struct decode *decode, struct slice text, struct document *document, struct error *error)
{
    struct slice yaml = find_yaml(text);
    struct arena arena = { 0 };
    struct error fault;
    error_reset(&fault);
    if (slice_trim(yaml).length == 0)
        return true;
    struct yaml_node *root = yaml_parse(yaml, "front matter", &arena, &fault);
    struct buffer members = { 0 };
    for (size_t i = 0; root && root->type == YAML_MAP && i < root->count; i++) {
        document_append_key(&members, root->pairs[i].key->text);
        yaml_append_json(root->pairs[i].value, &members);
    }
    const struct yaml_node *language = yaml_member(root, SLICE("lang"));
    if (language && language->type == YAML_TEXT)
        document->language = arena_copy(&decode->decoder->arena, html_language_tag(language->text));
    document->metadata = arena_copy(&decode->decoder->arena, buffer_slice(&members));
    buffer_release(&members);
    arena_release(&arena);
    if (root || fault.code != E_LIMIT)
        return true;
    return error_set(error, E_LIMIT, "front matter, line %lld: %s", (long long)fault.line + 1, fault.message);
}
