/* prompt.h - how a record becomes a question to a chat model: prompt engineering as a file.
 *
 *     system: You write questions for a school book.             # templates (text/template.h) in all texts but the
 *     constraints:                                               # examples' own
 *       - The answer must stand in the passage, word for word.
 *       - No question about figures or tables.
 *     examples:
 *       - record: {text: "The lamp was lit in 1821."}            # asked as a record would be, by the user template
 *         assistant: '{"question": "When was the lamp lit?", "answer": "1821"}'
 *       - user: "Passage: ..."                                   # or word for word
 *         assistant: "..."
 *     user: "Passage: {{text}}"
 *     schema:                                                    # JSON Schema of the answer
 *       type: object
 *       required: [question, answer]
 *
 * The question: the system text with the constraints as a list below it; the examples as turns of user and assistant;
 * the user text. Without a user template the record itself is the question: its 'messages' (chat form, the last one not
 * the assistant's), else its 'prompt' (a text, or messages). A loaded prompt is constant and thread safe. */
#ifndef MODEL_PROMPT_H
#define MODEL_PROMPT_H

#include "model/chat_message.h"
#include "text/template.h"

enum { PROMPT_BYTES_MAXIMUM = 1024 * 1024 };

struct prompt_example {
    struct slice user, assistant;
};

struct prompt {
    bool has_system, has_user;
    struct template system, user;
    struct slice constraints; /* "- a\n- b"; empty: none */
    struct prompt_example *examples;
    size_t example_count;
    struct slice schema; /* JSON; empty: none */
};

struct prompt_settings {
    const char *file;          /* NULL: none */
    const char *system, *user; /* templates that take the place of the file's; NULL: not said */
    const char *schema_file;   /* JSON, takes the place of the file's; NULL: none */
};

/* Arena: the prompt lives as long. Errors: E_NO_INPUT; E_CONFIG with file, line and column; E_USAGE for a template of
 * the settings ("--user: ..."). */
bool prompt_load(const struct prompt_settings *settings, struct arena *arena, struct prompt *prompt,
                 struct error *error) MUST_CHECK;

/* The messages for a record; arena. Errors: those of template_render() and chat_read_messages(), with the field. */
bool prompt_apply(const struct prompt *prompt, const struct json_object *object, struct arena *arena,
                  struct chat_message **messages, size_t *count, struct error *error) MUST_CHECK;

#endif
