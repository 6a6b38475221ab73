/* row.h - one training row, whatever service or trainer it was written for.
 *
 * A row is a prompt (messages) and what was answered (answers):
 *   chat        messages hold the whole conversation, answers are empty; one that ends with the user is a prompt for a
 *               teacher.
 *   completion  messages are the prompt, answers[0] is the completion.
 *   preference  answers are the candidates, each labelled; two with one of each label is the ordinary case.
 *   unpaired    answers[0] with a label of its own (KTO).
 *   stepwise    answers are the steps of one solution in order, each labelled.
 *   text        text alone: continued pre-training.
 *
 * A system text is a message of role DATASET_SYSTEM, wherever the form keeps it. is_plain says that prompt and answers
 * were strings, not conversations; then each is one message with one text part.
 *
 * All slices are borrowed from the record's text or live in the arena that dataset_read() was given; text is decoded
 * and valid UTF-8. `value` members say where in the record something stood, for JSON pointers; JSON_MISSING when made
 * by us. */
#ifndef DATASET_ROW_H
#define DATASET_ROW_H

#include "json/json.h"

enum dataset_form {
    DATASET_CHAT,
    DATASET_COMPLETION,
    DATASET_PREFERENCE,
    DATASET_UNPAIRED,
    DATASET_STEPWISE,
    DATASET_TEXT,
    DATASET_FORM_COUNT
};

enum dataset_role {
    DATASET_SYSTEM, /* developer, too */
    DATASET_USER,
    DATASET_ASSISTANT,
    DATASET_TOOL, /* the answer of a tool: observation, function, ipython */
    DATASET_ROLE_UNKNOWN
};

enum dataset_part_kind {
    DATASET_PART_TEXT,
    DATASET_PART_IMAGE,
    DATASET_PART_VIDEO,
    DATASET_PART_AUDIO,
    DATASET_PART_DOCUMENT,
    DATASET_PART_REASONING /* a model's thinking, in text */
};

struct dataset_part {
    enum dataset_part_kind kind;
    struct slice text;   /* of text and reasoning */
    struct slice uri;    /* s3://, gs://, https://, a path; empty when data holds the bytes */
    struct slice data;   /* base64, as it stood */
    struct slice format; /* "png", "jpeg", "mp4", ...: without "image/"; empty: not said */
    struct slice owner;  /* S3: the account of the bucket; empty: not said */
    struct slice detail; /* OpenAI: low, high, auto */
    struct json_value value;
};

struct dataset_tool_call {
    struct slice id;
    struct slice name;
    struct slice arguments; /* JSON text; when was_string, what the string held, checked or not */
    bool was_string;        /* OpenAI's form: a string that holds JSON */
    struct json_value value;
};

enum dataset_label { DATASET_LABEL_NONE, DATASET_LABEL_GOOD, DATASET_LABEL_BAD };

struct dataset_message {
    enum dataset_role role;
    struct slice role_name; /* as it was written */
    struct dataset_part *parts;
    size_t part_count;
    bool content_is_null;    /* content: null; legal beside tool calls only */
    bool content_was_string; /* not a list of parts */
    struct dataset_tool_call *tool_calls;
    size_t tool_call_count;
    struct slice tool_call_id; /* of a DATASET_TOOL message: which call it answers */
    struct slice name;         /* of the speaker or tool */
    struct json_value weight;  /* JSON_MISSING: none; 0: not trained on */
    struct json_value content; /* JSON_MISSING: none stands there */
    struct json_value value;   /* several results of tools in one message (Bedrock) have the same one */
};

struct dataset_answer {
    struct dataset_message *messages;
    size_t count;
    enum dataset_label label;
    struct json_value score; /* JSON_MISSING: none */
    struct json_value value;
};

struct dataset_tool {
    struct slice name;
    struct slice description;
    struct json_value parameters; /* JSON Schema, JSON_MISSING: none */
    struct json_value value;
};

struct dataset_row {
    enum dataset_form form;
    bool is_plain;
    struct dataset_message *messages;
    size_t message_count;
    struct dataset_answer *answers;
    size_t answer_count;
    struct dataset_tool *tools;
    size_t tool_count;
    struct json_value parallel_tool_calls; /* JSON_MISSING: not said */
    struct slice text;                     /* DATASET_TEXT */
    struct json_value text_value;
    struct slice id;    /* custom_id, recordId, id; empty: none */
    struct slice model; /* of batch files and logs; empty: none */
    struct slice url;   /* of batch files; empty: none */
    struct json_value id_value, model_value, url_value;
    struct json_field *extras; /* top-level fields that mean nothing to the form: id, metadata, source, ... */
    size_t extra_count;
};

/* "chat", "completion", "preference", "unpaired", "stepwise", "text"; static. */
extern const char *const dataset_form_names[];
/* "system", "user", "assistant", "tool"; static. */
extern const char *const dataset_role_names[];

/* All text of a message, its parts joined by a newline; the part itself when there is one. */
struct slice dataset_message_text(const struct dataset_message *message, struct arena *arena);

/* What stands behind the last dot of its address: "PNG" of "s3://b/k/cat.PNG"; empty: nothing does. */
struct slice dataset_part_ending(const struct dataset_part *part);

/* One text behind the other with something between; they may hold NULs. Arena. */
struct slice dataset_join(struct slice first, struct slice between, struct slice second, struct arena *arena);

#endif
