/* prompt_test.c - prompt files: what they make of a record, and where they are wrong. */
#include "model/prompt.h"

#include <stdio.h>

#include "test.h"

static struct arena arena;

static const char *write_file(const char *name, const char *text)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL);
    fputs(text, file);
    fclose(file);
    return path;
}

/* "role: text" lines; of the error when it fails. */
static struct slice applied(const struct prompt *prompt, const char *record)
{
    struct json_object object;
    struct chat_message *messages;
    size_t count;
    struct error error;
    struct buffer text = { 0 };
    error_reset(&error);
    EXPECT_OK(json_scan_object(slice_of_string(record), &arena, &object, &error), &error);
    if (!prompt_apply(prompt, &object, &arena, &messages, &count, &error))
        return arena_copy(&arena, slice_of_string(error.message));
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&text, "%s%s: %.*s", i ? "|" : "", chat_role_names[messages[i].role],
                             (int)messages[i].text.length, messages[i].text.bytes);
    struct slice result = arena_copy(&arena, buffer_slice(&text));
    buffer_release(&text);
    return result;
}

TEST(prompt_file, "prompt: system with constraints, examples in both forms, user and schema")
{
    struct prompt prompt;
    struct error error;
    struct prompt_settings settings = {
        .file = write_file("p.yaml", "system: You know {{topic|everything}}.\n"
                                     "constraints:\n  - Be short.\n  - Be right.\n"
                                     "examples:\n  - record: {text: 'Lit in 1821.'}\n    assistant: '1821'\n"
                                     "  - user: word {{for}} word\n    assistant: 7\n"
                                     "user: 'Passage: {{text}}'\n"
                                     "schema: {type: object, required: [q]}\n")
    };
    EXPECT_OK(prompt_load(&settings, &arena, &prompt, &error), &error);
    EXPECT_TEXT(applied(&prompt, "{\"text\":\"x {{y}}\"}"),
                "system: You know everything.\n\n- Be short.\n- Be right.|user: Passage: Lit in 1821.|assistant: 1821|"
                "user: word {{for}} word|assistant: 7|user: Passage: x {{y}}");
    EXPECT_TEXT(prompt.schema, "{\"type\":\"object\",\"required\":[\"q\"]}");
    EXPECT_TEXT(applied(&prompt, "{}"), "field 'text' is missing, expected by the template; {{text|}} allows that");
    settings.user = "{{text}}!";
    settings.system = "";
    EXPECT_OK(prompt_load(&settings, &arena, &prompt, &error), &error);
    EXPECT_TEXT(applied(&prompt, "{\"text\":\"x\"}"),
                "system: - Be short.\n- Be right.|user: Lit in 1821.!|assistant: 1821|user: word {{for}} word|"
                "assistant: 7|user: x!");
    arena_release(&arena);
}

TEST(prompt_own, "prompt: without a user template the record's messages or prompt are the question")
{
    struct prompt prompt;
    struct error error;
    struct prompt_settings settings = { .system = "S" };
    EXPECT_OK(prompt_load(&settings, &arena, &prompt, &error), &error);
    EXPECT_TEXT(
        applied(&prompt,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},"
                "{\"role\":\"user\",\"content\":\"c\"}],\"prompt\":\"x\"}"),
        "system: S|user: a|assistant: b|user: c");
    EXPECT_TEXT(applied(&prompt, "{\"prompt\":\"x\"}"), "system: S|user: x");
    EXPECT_TEXT(applied(&prompt, "{\"prompt\":[{\"role\":\"user\",\"content\":\"a\"}]}"), "system: S|user: a");
    EXPECT_TEXT(applied(&prompt, "{\"messages\":[{\"role\":\"assistant\",\"content\":\"b\"}]}"),
                "the last message is the assistant's, so there is nothing to ask");
    EXPECT_TEXT(applied(&prompt, "{\"text\":\"b\"}"),
                "there is no field 'messages' or 'prompt', and no --user template is given");
    EXPECT_TEXT(applied(&prompt, "{\"prompt\":1}"), "'messages' is a number, expected an array");
    EXPECT_TEXT(applied(&prompt, "{\"prompt\":\"a\",\"prompt\":\"b\"}"), "field 'prompt' stands twice");
    arena_release(&arena);
}

TEST(prompt_faults, "prompt: a fault of the file has its line and column")
{
    static const struct {
        const char *text, *message;
        int64_t line, column;
    } cases[] = {
        { "sytem: x\n", "a prompt file has no key 'sytem', nearest is 'system'", 1, 1 },
        { "- x\n", "a prompt file is list, expected a map", 1, 1 },
        { "user: '{{text'\n", "user: '{{' has no '}}' behind it; write \\{{ for braces that are text", 1, 7 },
        { "user: [a]\n", "user is list, expected a text", 1, 7 },
        { "constraints: x\n", "constraints is text, expected a list of texts", 1, 14 },
        { "examples:\n  - user: x\n", "an example has 'assistant' and one of 'record' and 'user'", 2, 5 },
        { "examples:\n  - {record: {a: 1}, assistant: x}\n", "an example with a record needs a user template", 2, 14 },
        { "user: '{{b}}'\nexamples:\n  - {record: {a: 1}, assistant: x}\n",
          "an example's record: field 'b' is missing, expected by the template; {{b|}} allows that", 3, 14 },
        { "schema: {type: 5}\n", "schema/type: the schema's 'type' is no string or array", 1, 9 },
        { "schema: x\n", "schema is text, expected a map", 1, 9 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct prompt prompt;
        struct error error;
        struct prompt_settings settings = { .file = write_file("p.yaml", cases[i].text) };
        EXPECT(!prompt_load(&settings, &arena, &prompt, &error));
        EXPECT_ERROR(&error, E_CONFIG, cases[i].message);
        EXPECT_INTEGER(error.line, cases[i].line);
        EXPECT_INTEGER(error.column, cases[i].column);
    }
    arena_release(&arena);
}

TEST(prompt_schema_file, "prompt: a schema of its own file takes one line")
{
    struct prompt prompt;
    struct error error;
    struct prompt_settings settings = { .schema_file = write_file("s.json", "{\n  \"type\": \"object\"\r\n}\n") };
    EXPECT_OK(prompt_load(&settings, &arena, &prompt, &error), &error);
    EXPECT_TEXT(prompt.schema, "{   \"type\": \"object\"  }");
    settings.schema_file = write_file("s.json", "{\"type\":");
    EXPECT(!prompt_load(&settings, &arena, &prompt, &error));
    EXPECT_ERROR(&error, E_CONFIG, NULL);
    settings.schema_file = NULL;
    settings.user = "a {{";
    EXPECT(!prompt_load(&settings, &arena, &prompt, &error));
    EXPECT_ERROR(&error, E_USAGE, "--user: '{{' has no '}}' behind it; write \\{{ for braces that are text (byte 3)");
    arena_release(&arena);
}
