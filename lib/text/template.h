/* template.h - a text with places for the fields of a record: "Summarise {{text}}, titled {{metadata.title|untitled}}".
 *
 * {{PATH}} becomes the value at that path (json/path.h): the characters of a string, a number or boolean as it stands
 * in the record, an array or object as its JSON text. What is missing or null fails, unless a default stands behind a
 * bar: {{PATH|default}} takes it as it is, also an empty one. Values are put in once: braces that come from a record
 * are plain text. A single brace is itself; \{{ is a literal {{, and \\ right before {{ is a backslash.
 *
 * Compiled once, applied to many records; a compiled template is constant and thread safe. */
#ifndef TEXT_TEMPLATE_H
#define TEXT_TEMPLATE_H

#include "json/path.h"

struct template_part {
    struct slice text; /* when it is literal, and the default when has_default */
    struct json_path path;
    bool is_field, has_default;
};

struct template
{
    struct template_part *parts; /* arena */
    size_t count;
};

/* Arena: the template lives as long, and text, too. Errors: E_USAGE with error->column into the text (1-based byte): a
 * {{ without its }}, or a path that cannot be read. */
bool template_compile(struct slice text, struct arena *arena, struct template *template,
                      struct error *error) MUST_CHECK;

/* Appends the text for that record. scratch: for decoded strings, nothing in it is needed afterwards. Errors, with the
 * field's path: E_FIELD_MISSING, E_JSON_DUPKEY, E_JSON_SURROGATE. Then a part may have been appended. */
bool template_render(const struct template *template, const struct json_object *object, struct arena *scratch,
                     struct buffer *output, struct error *error) MUST_CHECK;

#endif
