/* chat_message.h - what is said to a chat model and what it says back: plain data, the same for every dialect. */
#ifndef MODEL_CHAT_MESSAGE_H
#define MODEL_CHAT_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "json/json.h"

enum chat_role { CHAT_SYSTEM, CHAT_USER, CHAT_ASSISTANT, CHAT_ROLE_COUNT };

/* "system", "user", "assistant"; static. */
extern const char *const chat_role_names[];

struct chat_message {
    enum chat_role role;
    struct slice text; /* valid UTF-8 */
};

/* What holds for all questions of a run. Zeroed is wrong: begin with CHAT_PARAMETERS_INIT. */
struct chat_parameters {
    int64_t maximum_tokens; /* of an answer; 0: the model's own limit (anthropic, which wants one: 4096) */
    double temperature;     /* below 0: the model's own */
    double top_p;           /* below 0: the model's own */
    bool has_seed;
    int64_t seed;             /* of sample 0; sample k is asked with seed + k */
    const char *const *stops; /* stop_count of them: texts that end an answer */
    size_t stop_count;
    struct slice schema;  /* JSON Schema of the answer, one JSON object; empty: free text */
    bool names_old_limit; /* openai: "max_tokens", as servers before max_completion_tokens call it */
};
#define CHAT_PARAMETERS_INIT                                                                                           \
    (struct chat_parameters)                                                                                           \
    {                                                                                                                  \
        .temperature = -1, .top_p = -1                                                                                 \
    }

enum { CHAT_MAXIMUM_TOKENS_DEFAULT = 4096, CHAT_SAMPLES_MAXIMUM = 1000 };

struct chat_question {
    const struct chat_message *messages; /* count of them */
    size_t count;
    int64_t sample; /* from 0: the same messages with another sample are another question */
};

enum chat_status {
    CHAT_COMPLETE,
    CHAT_TRUNCATED, /* a limit of tokens ended it */
    CHAT_FILTERED,  /* the service kept the answer, or part of it, back */
    CHAT_REFUSED,   /* the model said that it will not */
    CHAT_UNUSABLE,  /* ended for a reason that is none of these: a tool call, an abort */
    CHAT_FAILED     /* there is no answer: the server took this one question amiss */
};

/* Texts live in the arena that the function which fills it names. */
struct chat_answer {
    void *tag; /* of who asked (model/chat.h) */
    enum chat_status status;
    struct slice text;                   /* what there is of it; with a schema: JSON */
    struct slice finish_reason;          /* as the server calls it; empty: it said none */
    struct slice model;                  /* as the server calls it; empty: it said none */
    struct slice fingerprint;            /* of the server's build; mostly empty */
    int64_t input_tokens, output_tokens; /* -1: it did not say */
    enum code code;                      /* when the status is not CHAT_COMPLETE */
    const char *reason;                  /* then: one line; static or arena */
    bool is_cached;                      /* it was there already and cost nothing now */
};

/* Appends the request in the one form that the cache's key is made of: keys in order, no dialect, no sample. */
void chat_append_canonical(const struct chat_parameters *parameters, const struct chat_message *messages, size_t count,
                           struct buffer *json);

/* The answer as one JSON object, as it is cached, and back. code and reason are made from the status. Only for answers
 * that came: not CHAT_FAILED. Errors: E_DATA for a text that chat_append_answer() did not write. */
void chat_append_answer(const struct chat_answer *answer, struct buffer *json);
bool chat_read_answer(struct slice json, struct arena *arena, struct chat_answer *answer,
                      struct error *error) MUST_CHECK;

/* Sets code and reason as its status asks for: E_ANSWER_TRUNCATED, ... */
void chat_explain(struct chat_answer *answer, struct arena *arena);

/* The messages of {"messages":[{"role","content"},...]}: content is a string or a list of {"type":"text","text"} parts.
 * Arena. The role developer is read as system. Errors: E_FIELD_TYPE, E_FIELD_VALUE, E_FIELD_MISSING. */
bool chat_read_messages(struct json_value list, struct arena *arena, struct chat_message **messages, size_t *count,
                        struct error *error) MUST_CHECK;

#endif
