/* profile.h - what one service or trainer wants of a row and of a file: data, not code.
 *
 * A profile is a tree of shapes (an object's members) with a *meaning* at each place. One walker (read.h) checks a
 * record against the tree and gathers a dataset_row by the meanings; one renderer (render.h) walks the same tree and
 * writes a row. What a tree cannot say (the order of roles, tools and their results, images, preference pairs) are
 * rules: bits and numbers that validate.h applies to the gathered row. A new profile is a new table; there is no code
 * for one.
 *
 * All tables are constant and static; thread safe. */
#ifndef DATASET_PROFILE_H
#define DATASET_PROFILE_H

#include "dataset/row.h"

/* What stands at a place. In brackets: the JSON types that the walker understands there. */
enum profile_meaning {
    MEANING_NONE, /* checked only, or a step on the way to what has a meaning */

    /* Of the row. */
    MEANING_ID,          /* [string] */
    MEANING_MODEL_NAME,  /* [string] */
    MEANING_STREAM,      /* [boolean]: true is W_STREAM */
    MEANING_URL_PATH,    /* [string]: where a batch row goes */
    MEANING_SYSTEM,      /* [string; array of shapes with part meanings]: a system message before all others; an
                            empty one is none */
    MEANING_MESSAGES,    /* [array of message shapes]: the conversation, or the prompt of a preference */
    MEANING_PROMPT,      /* [string: one user message; array of message shapes] */
    MEANING_COMPLETION,  /* [string; object or array of message shapes]: answers[0] */
    MEANING_CHOSEN,      /* [string; object or array of message shapes]: an answer, labelled good */
    MEANING_REJECTED,    /* the same, bad */
    MEANING_LABEL,       /* [boolean]: of answers[0]; without MEANING_COMPLETION that is what stands in the messages
                            behind the last user's */
    MEANING_STEPS,       /* [array of strings or of message shapes]: each an answer */
    MEANING_STEP_LABELS, /* [array of booleans]: of the steps in turn, one for each; E_LENGTH_MISMATCH */
    MEANING_TEXT,        /* [string]: DATASET_TEXT */
    MEANING_INSTRUCTION, /* [string]: the user's message, in front of MEANING_INPUT */
    MEANING_INPUT,       /* [string]: appended to it behind a newline, unless empty */
    MEANING_HISTORY,     /* [array of [question, answer]]: turns before the instruction */
    MEANING_TOOLS,       /* [array of tool shapes; string that holds it] */
    MEANING_PARALLEL_TOOL_CALLS, /* [boolean] */
    MEANING_IMAGES,              /* [string or array of strings]: they become parts where <image> stands in the texts,
                                    in that order; the tokens go */
    MEANING_IMAGE_REFERENCE,     /* [string]: the user's message is this image (image and caption rows) */
    MEANING_CANDIDATES,          /* [array of shapes with MEANING_CANDIDATE_LABEL]: answers, in place of content */
    MEANING_CANDIDATE_LABEL,     /* [string]: profile->labels */
    MEANING_CANDIDATE_SCORE,     /* [number]: without labels the highest is good and the others are bad */

    /* Of a message. */
    MEANING_ROLE,         /* [string]: profile->roles */
    MEANING_CONTENT,      /* [string, null, array of part shapes] */
    MEANING_REASONING,    /* [string] */
    MEANING_WEIGHT,       /* [number] */
    MEANING_NAME,         /* [string] */
    MEANING_TOOL_CALLS,   /* [array of call shapes] */
    MEANING_TOOL_CALL_ID, /* [string] */

    /* Of a part. Shapes: part_kind says what the part is. */
    MEANING_PART_TEXT,   /* [string] */
    MEANING_PART_URI,    /* [string]; data: URIs are taken apart */
    MEANING_PART_DATA,   /* [string], base64 */
    MEANING_PART_FORMAT, /* [string]: "png", or "image/png" */
    MEANING_PART_OWNER,  /* [string] */
    MEANING_PART_DETAIL, /* [string] */

    /* Of a tool call, also inside a part (Bedrock, Anthropic, Gemini), and of its result inside a part. */
    MEANING_CALL_ID,        /* [string] */
    MEANING_CALL_NAME,      /* [string] */
    MEANING_CALL_ARGUMENTS, /* [string that holds JSON; object] */
    MEANING_RESULT_ID,      /* [string]: the message becomes one of role DATASET_TOOL */
    MEANING_RESULT_NAME,    /* [string] */
    MEANING_RESULT_CONTENT, /* [string, object, array of part shapes] */

    /* Of a declared tool. */
    MEANING_TOOL_NAME,
    MEANING_TOOL_DESCRIPTION,
    MEANING_TOOL_PARAMETERS, /* [object] */
    MEANING_COUNT
};

enum profile_types { /* bits */
                     TYPE_NULL = 1 << JSON_NULL,
                     TYPE_BOOLEAN = 1 << JSON_TRUE | 1 << JSON_FALSE,
                     TYPE_NUMBER = 1 << JSON_NUMBER,
                     TYPE_STRING = 1 << JSON_STRING,
                     TYPE_ARRAY = 1 << JSON_ARRAY,
                     TYPE_OBJECT = 1 << JSON_OBJECT,
                     TYPE_ANY = TYPE_NULL | TYPE_BOOLEAN | TYPE_NUMBER | TYPE_STRING | TYPE_ARRAY | TYPE_OBJECT
};

enum profile_node_flags {
    NODE_REQUIRED = 1 << 0,  /* E_KEY_MISSING */
    NODE_NOT_EMPTY = 1 << 1, /* E_EMPTY: "", [], {} */
    NODE_NOT_BLANK = 1 << 2, /* E_EMPTY: white space only, too */
    NODE_INTEGER = 1 << 3,   /* E_TYPE: 0.5 */
    NODE_WRITTEN = 1 << 4,   /* the renderer writes its constant (values[0]) although it is not required */
    NODE_USUAL = 1 << 5,     /* W_KEY_ABSENT */
    NODE_OBJECT_FIRST =
        1 << 6 /* arguments of a call: the renderer writes an object also where the row has a string that holds one */
};

/* What a string must look like. */
enum profile_text_check {
    TEXT_CHECK_NONE,
    TEXT_CHECK_S3_URI,      /* s3://bucket/key; E_S3_URI */
    TEXT_CHECK_S3_URI_NOVA, /* and only [A-Za-z0-9_./-] in it */
    TEXT_CHECK_GS_URI,      /* gs://bucket/object; E_TYPE */
    TEXT_CHECK_BASE64,      /* E_TYPE */
    TEXT_CHECK_IMAGE_URL,   /* https:// or data:image/...;base64, ; E_IMAGE_FORMAT */
    TEXT_CHECK_IMAGE_DATA,  /* data:image/...;base64, */
    TEXT_CHECK_ID_64,       /* [A-Za-z0-9_-]{1,64}; E_ID_FORMAT */
    TEXT_CHECK_ID_9,        /* nine of [A-Za-z0-9] */
    TEXT_CHECK_BATCH_URL,   /* /v1/... of profile->batch_urls; E_URL */
    TEXT_CHECK_BATCH_METHOD /* values[0]; E_METHOD */
};

/* One member of an object. */
struct profile_node {
    const char *key;
    unsigned types;
    unsigned flags;
    enum profile_meaning meaning;
    const char *const *values; /* NULL-terminated: the strings that may stand there; one alone is a constant (E_CONST,
                                  else E_ENUM); NULL: any */
    int64_t minimum, maximum;  /* items of an array, characters of a string, value of a number; both 0: no bounds */
    const struct profile_shape *const *shapes; /* NULL-terminated: what objects here, or objects in the array here, look
                                                  like; the first whose discriminator fits. NULL: anything */
    enum profile_text_check check;
    unsigned item_types; /* of an array's elements; 0: objects when there are shapes, else any */
    const char *initial; /* JSON that the renderer writes at a required place for which the row has nothing: "1024" for
                            max_tokens; NULL: values[0] when it stands alone, else the row cannot be written */
};

/* An object's members, in the order in which the renderer writes them. */
struct profile_shape {
    const char *name; /* for messages: "a text part" */
    const struct profile_node *nodes;
    size_t count;
    /* Which of several shapes an object is: it has the member `discriminator`, and, with discriminator_value, that
     * string there. NULL: it fits always. */
    const char *discriminator;
    const char *discriminator_value;
    bool is_closed; /* other keys are E_KEY_UNKNOWN; else W_KEY_EXTRA at the row's top level, nothing elsewhere */
    bool is_part;   /* objects of this shape are parts of a message; of part_kind unless they are calls or results */
    enum dataset_part_kind part_kind;
};
#define PROFILE_NODES(array) .nodes = (array), .count = sizeof(array) / sizeof((array)[0])

enum profile_rules {                                    /* bits; over the gathered row */
                     RULE_SYSTEM_FIRST = 1 << 0,        /* E_SYSTEM_NOT_FIRST */
                     RULE_SYSTEM_ONCE = 1 << 1,         /* E_COUNT */
                     RULE_FIRST_USER = 1 << 2,          /* after the system; E_FIRST_NOT_USER */
                     RULE_LAST_ASSISTANT = 1 << 3,      /* E_LAST_NOT_ASSISTANT */
                     RULE_WARN_LAST_ASSISTANT = 1 << 4, /* W_LAST_NOT_ASSISTANT */
                     RULE_ALTERNATE =
                         1 << 5, /* user, assistant, user, ...; tool results count as the user's; E_ROLE_ORDER */
                     RULE_NO_EQUAL_NEIGHBOURS = 1 << 6,  /* no two equal roles in a row; E_ROLE_ORDER */
                     RULE_NO_USER_NEIGHBOURS = 1 << 7,   /* E_ROLE_ORDER */
                     RULE_ASSISTANT_AFTER_USER = 1 << 8, /* or after tool; E_ROLE_ORDER */
                     RULE_HAS_ASSISTANT = 1 << 9,        /* E_NO_ASSISTANT */
                     RULE_PAIRS = 1 << 10, /* ShareGPT: odd places user or tool, even ones assistant, an even count */
                     RULE_ONE_TURN = 1 << 11,           /* E_MULTI_TURN */
                     RULE_LAST_IS_PROMPT = 1 << 12,     /* a preference's messages must not end with the assistant;
                                                           E_PREF_INPUT_ENDS_ASSISTANT */
                     RULE_ANSWER_ONE_MESSAGE = 1 << 13, /* E_PREF_COUNT */
                     RULE_ANSWER_ROLES = 1 << 14,  /* assistant or tool only, one assistant at least; E_PREF_ROLE */
                     RULE_SHARED_PREFIX = 1 << 15, /* chosen and rejected both hold the prompt: reading takes what they
                                                      share (whole messages, or characters of plain texts) into
                                                      messages; E_PREF_NO_PROMPT, _PROMPT_DIVERGES */
                     RULE_LABELS_DIFFER = 1 << 16, /* E_PREF_LABEL */
                     RULE_TOOL_IDS =
                         1 << 17, /* each result answers a call before it, ids are unique; E_TOOL_RESULT_ORPHAN, ... */
                     RULE_TOOL_DECLARED = 1 << 18,       /* E_TOOL_UNDECLARED */
                     RULE_TOOL_RESULT_FOLLOWS = 1 << 19, /* right behind the call; E_ROLE_ORDER */
                     RULE_IMAGE_USER_ONLY = 1 << 20,     /* E_IMAGE_ROLE */
                     RULE_TEXT_ONLY = 1 << 21,           /* E_MODALITY */
                     RULE_IMAGE_OR_VIDEO = 1 << 22,      /* E_MEDIA_MIX */
                     RULE_ALL_MULTIMODAL =
                         1 << 23, /* the contents of a row are all strings or all lists; E_FORMAT_MIXED */
                     RULE_IMAGE_TOKENS = 1 << 24, /* as many <image> as images; E_IMAGE_TOKEN_COUNT */
                     RULE_ONE_FORM_A_ROW = 1
                                           << 25, /* prompt and answers all strings or all lists; E_FORMAT_AMBIGUOUS */
                     RULE_CANDIDATES_LAST = 1 << 26, /* E_CANDIDATES_NOT_LAST */
                     RULE_CONTENT_OR_CALLS =
                         1 << 27 /* an assistant's content may be null or absent only beside calls; E_EMPTY */
};

enum profile_file_rules {                           /* bits; over the whole file */
                          FILE_ONE_LAYOUT = 1 << 0, /* E_FORMAT_MIXED: every row the same layout */
                          FILE_WANTS_BOM = 1 << 1,  /* W_BOM_ABSENT; without this bit a BOM is E_BOM */
                          FILE_UNIQUE_IDS = 1 << 2, /* E_ID_DUP */
                          FILE_ONE_MODEL = 1 << 3,  /* E_MODEL_MIXED */
                          FILE_ONE_URL = 1 << 4,    /* E_URL_MIXED */
                          FILE_NO_VALIDATION_SET = 1 << 5,
                          FILE_TAKES_ARRAY = 1 << 6 /* one JSON array of rows is as good as lines */
};

struct profile_role {
    const char *name;
    enum dataset_role role;
    bool is_call; /* the content is the call of a tool as JSON, {"name", "arguments"} or a list of those: ShareGPT */
};

struct profile_limits { /* 0: none */
    int64_t rows_minimum, rows_maximum;
    int64_t validation_rows_minimum, validation_rows_maximum;
    int64_t rows_together_maximum; /* training and validation: with --against */
    int64_t file_bytes_maximum;
    int64_t validation_bytes_maximum;
    int64_t tokens_row_maximum;
    double characters_per_token;                               /* how the service plans; 0: the builtin estimate */
    int64_t images_maximum, videos_maximum, documents_maximum; /* in a row */
    int64_t image_bytes_maximum;                               /* decoded */
    int64_t turns_minimum;                                     /* messages without system; E_TURNS_MIN */
};

/* Text that must not stand in a row. */
struct profile_reserved {
    const char *text;
    bool ignores_case;
    bool is_word; /* not inside a longer word: "superuser:" is none of "User:" */
};

struct profile {
    const char *name;    /* "openai-sft" */
    const char *title;   /* "OpenAI supervised fine-tuning, chat" */
    const char *version; /* of the format, or of the software that defines it */
    const char *date;    /* "2026-11": when it was last checked against its source */
    const char *source;  /* where it is defined */
    const char *note;    /* what a user should know; NULL: nothing */
    /* NULL-terminated: the forms a row may take (together: messages, or prompt and completion, or text). A row is the
     * first whose discriminator it has; one that has another's, too, which is no key of its own shape, is
     * E_FORMAT_AMBIGUOUS. The renderer takes the one that is most like the row. */
    const struct profile_layout *const *layouts;
    const struct profile_role *roles; /* name NULL ends it; the first of a role is the one that is written */
    const char *const *labels;        /* of candidates: good, bad, NULL */
    unsigned rules;                   /* enum profile_rules */
    unsigned file_rules;
    struct profile_limits limits;
    const char *const *image_formats; /* NULL-terminated; NULL: any */
    const char *const *video_formats;
    const char *const *batch_urls;
    const struct profile_reserved *reserved; /* text NULL ends it */
};

struct profile_layout {
    enum dataset_form form;
    bool is_plain;                     /* strings, not conversations */
    const struct profile_shape *shape; /* of the row */
};

/* The place of that key; NULL: the shape (which may be NULL) does not know it. */
const struct profile_node *profile_node_of(const struct profile_shape *shape, const struct json_field *field);

/* The first of the shapes (NULL: of none) that the object fits; NULL: none. */
const struct profile_shape *profile_shape_of(const struct profile_shape *const *shapes, struct json_value object);

/* All of them, in the order of `validate --list`: profile_list.h. */
extern const struct profile *const profiles[];
extern const size_t profile_count;

/* NULL: none; error E_USAGE with the nearest name. */
const struct profile *profile_find(struct slice name, struct error *error) MUST_CHECK;

#endif
