/* chat_dialect.h - the wire forms of chat services: pure functions between our data and their JSON. Private to the
 * model module.
 *
 * Where a service has no schema for answers (anthropic, bedrock) a tool named "answer" stands for it: the model must
 * call it, and what it is called with is the answer. */
#ifndef MODEL_CHAT_DIALECT_H
#define MODEL_CHAT_DIALECT_H

#include "model/chat_message.h"

struct chat_dialect {
    const char *name;
    /* Behind the URL's host or base; what of it the user wrote already is not put there again. */
    void (*append_path)(const char *model, struct buffer *path);
    /* The body of one request. model may be NULL: the server's own. */
    void (*append_request)(const struct chat_parameters *parameters, const struct chat_question *question,
                           const char *model, struct buffer *body);
    /* The body of a good answer, checked as JSON. Texts: arena or borrowed from the root's text. Errors: E_PROTOCOL, it
     * is not of the dialect's form; then the question may be asked again. */
    bool (*read_answer)(struct json_value root, struct arena *arena, struct chat_answer *answer, struct error *error);
    bool has_seed; /* the service takes one */
};

extern const struct chat_dialect chat_dialect_openai, chat_dialect_ollama, chat_dialect_anthropic, chat_dialect_bedrock;

/* The dialect of that name, NULL if there is none. */
const struct chat_dialect *chat_dialect_find(struct slice name);

/* Shared by the dialects. */
#define CHAT_TOOL_NAME "answer"

/* A word of the service and what it means; the last row has no word. */
struct chat_ending {
    const char *word;
    enum chat_status status;
};
extern const struct chat_ending chat_endings_openai[];
/* Sets finish_reason and status; a word that is not in the table is CHAT_UNUSABLE, none at all CHAT_COMPLETE. Errors:
 * E_PROTOCOL when it is no string. */
bool chat_read_ending(struct json_value value, const struct chat_ending *endings, struct arena *arena,
                      struct chat_answer *answer, struct error *error) MUST_CHECK;
/* A string, or nothing where there is none, null or no string. */
struct slice chat_read_text(struct json_value object, struct slice key, struct arena *arena);
/* A count of tokens, -1 where there is none. */
int64_t chat_read_count(struct json_value object, struct slice key);
/* "model":NAME, nothing for NULL; the first member of its object. */
void chat_append_model(struct buffer *json, const char *model);
/* "messages":[{"role","content":BEFORE"text"AFTER},...] without system messages, for services that have them apart. */
void chat_append_turns(const struct chat_question *question, const char *before, const char *after,
                       struct buffer *json);
/* [{"role","content"},...] with plain strings. */
void chat_append_messages(const struct chat_question *question, struct buffer *json);
/* All system messages, blank lines between them. */
void chat_append_system(const struct chat_question *question, struct buffer *text);
bool chat_has_system(const struct chat_question *question);
/* "key":number for what was given, in the order of the arguments' names. */
void chat_append_number(struct buffer *json, struct slice key, double value);
/* "key":["a","b"] when there is any. */
void chat_append_stops(struct buffer *json, struct slice key, const struct chat_parameters *parameters);

#endif
