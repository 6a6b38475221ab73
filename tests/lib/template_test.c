/* template_test.c - templates: what they put in, what they refuse. */
#include "text/template.h"

#include "test.h"

#define RECORD                                                                                                         \
    "{\"id\":\"a\",\"text\":\"L\\u00e4uft {{id}} \\n\",\"n\":9007199254740993,\"x\":1.0,\"null\":null,\"yes\":true,"   \
    "\"metadata\":{\"title\":\"T\",\"a|b\":\"bar\",\"tags\":[\"p\", \"q\"]},\"twice\":1,\"twice\":2,"                  \
    "\"half\":\"\\ud800\"}"

static struct arena arena;

/* The text of a template for RECORD; of its error when it fails. */
static struct slice rendered(const char *text, struct error *error)
{
    struct template template;
    struct json_object object;
    struct buffer output = { 0 };
    struct slice result = { 0 };
    error_reset(error);
    EXPECT_OK(json_scan_object(SLICE(RECORD), &arena, &object, error), error);
    if (template_compile(slice_of_string(text), &arena, &template, error) &&
        template_render(&template, &object, &arena, &output, error))
        result = arena_copy(&arena, buffer_slice(&output));
    else
        result = arena_copy(&arena, slice_of_string(error->message));
    buffer_release(&output);
    return result;
}

TEST(template_values, "template: values of every type, defaults, and braces that are text")
{
    static const char *const cases[][2] = {
        { "", "" },
        { "plain } text { \\ of {one} brace", "plain } text { \\ of {one} brace" },
        { "{{id}}", "a" },
        { "<{{ id }}>", "<a>" },
        { "{{text}}", "L\xc3\xa4uft {{id}} \n" },
        { "{{n}} {{x}} {{yes}}", "9007199254740993 1.0 true" },
        { "{{metadata.title}}/{{metadata.tags}}/{{metadata.tags[1]}}", "T/[\"p\", \"q\"]/q" },
        { "{{metadata['a|b']}}{{metadata['a|c']|none}}", "barnone" },
        { "{{null|}}{{missing| a b }}{{id|c}}", " a b a" },
        { "\\{{id}} \\\\{{id}} \\\\\\{{id}}", "{{id}} \\a \\{{id}}" },
        { "{{id}}}", "a}" },
        { "}}{{id}}{{id}}", "}}aa" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        EXPECT_SLICE(rendered(cases[i][0], &error), slice_of_string(cases[i][1]));
        EXPECT_INTEGER(error.code, E_NONE);
    }
    arena_release(&arena);
}

TEST(template_faults, "template: a missing field names itself, a bad template its column")
{
    static const struct {
        const char *text;
        enum code code;
        int64_t column;
        const char *field, *message;
    } cases[] = {
        { "{{metadata.author}}", E_FIELD_MISSING, 0, "metadata.author",
          "field 'metadata.author' is missing, expected by the template; {{metadata.author|}} allows that" },
        { "{{null}}", E_FIELD_MISSING, 0, "null",
          "field 'null' is null, expected by the template; {{null|}} allows that" },
        { "{{twice}}", E_JSON_DUPKEY, 0, "twice", "field 'twice' stands twice" },
        { "{{half}}", E_JSON_SURROGATE, 0, "half", NULL },
        { "ab{{id", E_USAGE, 3, "", "'{{' has no '}}' behind it; write \\{{ for braces that are text" },
        { "{{}}", E_USAGE, 1, "", "'{{}}' names no field" },
        { "ab {{ |x}}", E_USAGE, 4, "", "'{{ |x}}' names no field" },
        { "ab {{a..b}}", E_USAGE, 4, "", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        rendered(cases[i].text, &error);
        EXPECT_ERROR(&error, cases[i].code, cases[i].message);
        EXPECT_INTEGER(error.column, cases[i].column);
        EXPECT_SLICE(slice_of_string(error.field), slice_of_string(cases[i].field));
    }
    arena_release(&arena);
}
