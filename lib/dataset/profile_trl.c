/* profile_trl.c - rows of TRL's trainers, and garner's own, which looks like them. */
#include "dataset/profile_list.h"

/* clang-format off */
const struct profile_role trl_roles[] = {
    { "system", DATASET_SYSTEM, false },
    { "developer", DATASET_SYSTEM, false },
    { "user", DATASET_USER, false },
    { "assistant", DATASET_ASSISTANT, false },
    { "tool", DATASET_TOOL, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};

/* Parts of a content: a picture stands by itself. */
static const char *const type_image[] = { "image", NULL };
static const struct profile_node image_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_image },
    { .key = "image", .types = TYPE_STRING, .meaning = MEANING_PART_URI },
};
static const struct profile_shape image_part = {
    .name = "an image part", PROFILE_NODES(image_nodes), .discriminator = "type", .discriminator_value = "image",
    .is_part = true, .part_kind = DATASET_PART_IMAGE };
const struct profile_shape *const trl_parts[] = { &openai_text_part, &image_part, NULL };

/* Calls of tools: chat templates want arguments as objects; ids are rare. */
static const char *const type_function[] = { "function", NULL };
static const struct profile_node called_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_NAME },
    { .key = "arguments", .types = TYPE_OBJECT | TYPE_STRING, .flags = NODE_REQUIRED | NODE_OBJECT_FIRST, .meaning = MEANING_CALL_ARGUMENTS },
};
static const struct profile_shape called = { .name = "a function", PROFILE_NODES(called_nodes) };
static const struct profile_shape *const called_functions[] = { &called, NULL };
static const struct profile_node call_nodes[] = {
    { .key = "id", .types = TYPE_STRING, .meaning = MEANING_CALL_ID },
    { .key = "type", .types = TYPE_STRING, .flags = NODE_WRITTEN, .values = type_function },
    { .key = "function", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = called_functions },
};
static const struct profile_shape call = { .name = "a tool call", PROFILE_NODES(call_nodes) };
const struct profile_shape *const trl_calls[] = { &call, NULL };

static const struct profile_node message_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_STRING | TYPE_NULL | TYPE_ARRAY, .meaning = MEANING_CONTENT, .shapes = trl_parts },
    { .key = "thinking", .types = TYPE_STRING, .meaning = MEANING_REASONING },
    { .key = "tool_calls", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOL_CALLS, .shapes = trl_calls },
    { .key = "tool_call_id", .types = TYPE_STRING, .meaning = MEANING_TOOL_CALL_ID },
    { .key = "name", .types = TYPE_STRING, .meaning = MEANING_NAME },
};
static const struct profile_shape message = { .name = "a message", PROFILE_NODES(message_nodes) };
const struct profile_shape *const trl_messages[] = { &message, NULL };

#define SIDE(word, what) { .key = (word), .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = (what), .shapes = trl_messages }
#define TOOLS { .key = "tools", .types = TYPE_ARRAY | TYPE_STRING, .meaning = MEANING_TOOLS, .shapes = openai_tools }

static const struct profile_node text_row_nodes[] = {
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_TEXT },
};
static const struct profile_shape text_row = { .name = "a text row", PROFILE_NODES(text_row_nodes), .discriminator = "text" };
static const struct profile_layout text_layout = { DATASET_TEXT, true, &text_row };

static const struct profile_node chat_nodes[] = {
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = trl_messages },
    TOOLS,
};
static const struct profile_shape chat = { .name = "a chat row", PROFILE_NODES(chat_nodes), .discriminator = "messages" };
static const struct profile_layout chat_layout = { DATASET_CHAT, false, &chat };

static const struct profile_node completion_nodes[] = { SIDE("prompt", MEANING_PROMPT), SIDE("completion", MEANING_COMPLETION), TOOLS };
static const struct profile_shape completion = { .name = "a prompt and its completion", PROFILE_NODES(completion_nodes), .discriminator = "completion" };
static const struct profile_layout completion_layout = { DATASET_COMPLETION, false, &completion };

static const struct profile_node preference_nodes[] = {
    SIDE("prompt", MEANING_PROMPT), SIDE("chosen", MEANING_CHOSEN), SIDE("rejected", MEANING_REJECTED), TOOLS,
};
static const struct profile_shape preference = { .name = "a preference row", PROFILE_NODES(preference_nodes), .discriminator = "chosen" };
static const struct profile_layout preference_layout = { DATASET_PREFERENCE, false, &preference };

static const struct profile_node implicit_nodes[] = { SIDE("chosen", MEANING_CHOSEN), SIDE("rejected", MEANING_REJECTED), TOOLS };
static const struct profile_shape implicit = { .name = "a preference row", PROFILE_NODES(implicit_nodes), .discriminator = "chosen" };
static const struct profile_layout implicit_layout = { DATASET_PREFERENCE, false, &implicit };

static const struct profile_node unpaired_nodes[] = {
    SIDE("prompt", MEANING_PROMPT), SIDE("completion", MEANING_COMPLETION),
    { .key = "label", .types = TYPE_BOOLEAN, .flags = NODE_REQUIRED, .meaning = MEANING_LABEL },
    TOOLS,
};
static const struct profile_shape unpaired = { .name = "a labelled completion", PROFILE_NODES(unpaired_nodes), .discriminator = "label" };
static const struct profile_layout unpaired_layout = { DATASET_UNPAIRED, false, &unpaired };

static const struct profile_node stepwise_nodes[] = {
    { .key = "prompt", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PROMPT },
    { .key = "completions", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_STEPS, .item_types = TYPE_STRING },
    { .key = "labels", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_STEP_LABELS, .item_types = TYPE_BOOLEAN },
};
static const struct profile_shape stepwise = { .name = "a solution in steps", PROFILE_NODES(stepwise_nodes), .discriminator = "completions" };
static const struct profile_layout stepwise_layout = { DATASET_STEPWISE, true, &stepwise };

static const struct profile_layout *const text_layouts[] = { &text_layout, NULL };
static const struct profile_layout *const chat_layouts[] = { &chat_layout, NULL };
static const struct profile_layout *const completion_layouts[] = { &completion_layout, NULL };
static const struct profile_layout *const preference_layouts[] = { &preference_layout, NULL };
static const struct profile_layout *const implicit_layouts[] = { &implicit_layout, NULL };
static const struct profile_layout *const unpaired_layouts[] = { &unpaired_layout, NULL };
static const struct profile_layout *const stepwise_layouts[] = { &stepwise_layout, NULL };

#define TRL_SOURCE "https://huggingface.co/docs/trl/dataset_formats"
#define TRL_RULES (RULE_CONTENT_OR_CALLS | RULE_ONE_FORM_A_ROW)

const struct profile profile_trl_text = {
    .name = "trl-text", .title = "TRL language modelling, plain text", .version = "0.25", .date = "2026-11", .source = TRL_SOURCE,
    .layouts = text_layouts, .file_rules = FILE_ONE_LAYOUT | FILE_TAKES_ARRAY };

const struct profile profile_trl_messages = {
    .name = "trl-messages", .title = "TRL language modelling, conversations", .version = "0.25", .date = "2026-11", .source = TRL_SOURCE,
    .note = "which roles there are is the chat template's business", .layouts = chat_layouts, .roles = trl_roles,
    .rules = TRL_RULES | RULE_HAS_ASSISTANT | RULE_WARN_LAST_ASSISTANT, .file_rules = FILE_ONE_LAYOUT | FILE_TAKES_ARRAY };

const struct profile profile_trl_prompt_completion = {
    .name = "trl-prompt-completion", .title = "TRL prompt and completion", .version = "0.25", .date = "2026-11", .source = TRL_SOURCE,
    .note = "strings, or lists of messages; a file is of one kind", .layouts = completion_layouts, .roles = trl_roles,
    .rules = TRL_RULES | RULE_ANSWER_ROLES, .file_rules = FILE_ONE_LAYOUT | FILE_TAKES_ARRAY };

const struct profile profile_trl_preference = {
    .name = "trl-preference", .title = "TRL preference, explicit prompt (DPO, CPO, ORPO)", .version = "0.25", .date = "2026-11", .source = TRL_SOURCE,
    .layouts = preference_layouts, .roles = trl_roles, .rules = TRL_RULES | RULE_ANSWER_ROLES, .file_rules = FILE_ONE_LAYOUT | FILE_TAKES_ARRAY };

const struct profile profile_trl_preference_implicit = {
    .name = "trl-preference-implicit", .title = "TRL preference, prompt inside both answers (reward models)", .version = "0.25", .date = "2026-11",
    .source = TRL_SOURCE, .note = "an explicit prompt is safer: see trl-preference", .layouts = implicit_layouts, .roles = trl_roles,
    .rules = TRL_RULES | RULE_SHARED_PREFIX, .file_rules = FILE_ONE_LAYOUT | FILE_TAKES_ARRAY };

const struct profile profile_trl_kto = {
    .name = "trl-kto", .title = "TRL labelled completions (KTO, BCO)", .version = "0.25", .date = "2026-11", .source = TRL_SOURCE,
    .layouts = unpaired_layouts, .roles = trl_roles, .rules = TRL_RULES | RULE_ANSWER_ROLES, .file_rules = FILE_ONE_LAYOUT | FILE_TAKES_ARRAY };

const struct profile profile_trl_stepwise = {
    .name = "trl-stepwise", .title = "TRL solutions in labelled steps (PRM)", .version = "0.25", .date = "2026-11", .source = TRL_SOURCE,
    .layouts = stepwise_layouts, .file_rules = FILE_ONE_LAYOUT | FILE_TAKES_ARRAY };

/* The neutral row as JSON: all that a row can hold, as OpenAI writes it, and other media and reasoning beside. */
#define MEDIA_NODES(word)                                                                                              \
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = (word) },                                   \
    { .key = "uri", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_PART_URI }, \
    { .key = "data", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_PART_DATA, .check = TEXT_CHECK_BASE64 }, \
    { .key = "format", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_PART_FORMAT },                \
    { .key = "owner", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_PART_OWNER },                  \
    { .key = "detail", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_PART_DETAIL }
static const char *const type_video[] = { "video", NULL };
static const char *const type_audio[] = { "audio", NULL };
static const char *const type_document[] = { "document", NULL };
static const char *const type_reasoning[] = { "reasoning", NULL };
static const struct profile_node garner_image_nodes[] = { MEDIA_NODES(type_image) };
static const struct profile_node garner_video_nodes[] = { MEDIA_NODES(type_video) };
static const struct profile_node garner_audio_nodes[] = { MEDIA_NODES(type_audio) };
static const struct profile_node garner_document_nodes[] = { MEDIA_NODES(type_document) };
static const struct profile_node garner_reasoning_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_reasoning },
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_TEXT },
};
#define PART(word, phrase, kind)                                                                                       \
    { .name = (phrase), PROFILE_NODES(garner_##word##_nodes), .discriminator = "type", .discriminator_value = #word,     \
      .is_part = true, .part_kind = (kind) }
static const struct profile_shape garner_image = PART(image, "an image part", DATASET_PART_IMAGE);
static const struct profile_shape garner_video = PART(video, "a video part", DATASET_PART_VIDEO);
static const struct profile_shape garner_audio = PART(audio, "an audio part", DATASET_PART_AUDIO);
static const struct profile_shape garner_document = PART(document, "a document part", DATASET_PART_DOCUMENT);
static const struct profile_shape garner_reasoning = PART(reasoning, "a reasoning part", DATASET_PART_REASONING);
static const struct profile_shape *const garner_parts[] = { &openai_text_part, &garner_image, &garner_video, &garner_audio,
                                                            &garner_document, &garner_reasoning, NULL };
static const struct profile_node garner_called_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_NAME },
    { .key = "arguments", .types = TYPE_OBJECT | TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_CALL_ARGUMENTS },
};
static const struct profile_shape garner_called = { .name = "a function", PROFILE_NODES(garner_called_nodes) };
static const struct profile_shape *const garner_called_functions[] = { &garner_called, NULL };
static const struct profile_node garner_call_nodes[] = {
    { .key = "id", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_CALL_ID },
    { .key = "type", .types = TYPE_STRING, .flags = NODE_WRITTEN, .values = type_function },
    { .key = "function", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = garner_called_functions },
};
static const struct profile_shape garner_call = { .name = "a tool call", PROFILE_NODES(garner_call_nodes) };
static const struct profile_shape *const garner_calls[] = { &garner_call, NULL };
static const struct profile_node garner_message_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_STRING | TYPE_NULL | TYPE_ARRAY, .meaning = MEANING_CONTENT, .shapes = garner_parts },
    { .key = "tool_calls", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOL_CALLS, .shapes = garner_calls },
    { .key = "tool_call_id", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOL_CALL_ID },
    { .key = "name", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_NAME },
    { .key = "weight", .types = TYPE_NUMBER, .meaning = MEANING_WEIGHT },
};
static const struct profile_shape garner_message = { .name = "a message", PROFILE_NODES(garner_message_nodes) };
static const struct profile_shape *const garner_messages[] = { &garner_message, NULL };

#define GARNER_SIDE(word, what) { .key = (word), .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED, .meaning = (what), .shapes = garner_messages }
#define GARNER_TAIL                                                                                                    \
    TOOLS, { .key = "parallel_tool_calls", .types = TYPE_BOOLEAN, .meaning = MEANING_PARALLEL_TOOL_CALLS }
static const struct profile_node garner_chat_nodes[] = {
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = garner_messages },
    GARNER_TAIL,
};
static const struct profile_node garner_completion_nodes[] = { GARNER_SIDE("prompt", MEANING_PROMPT), GARNER_SIDE("completion", MEANING_COMPLETION), GARNER_TAIL };
static const struct profile_node garner_preference_nodes[] = { GARNER_SIDE("prompt", MEANING_PROMPT), GARNER_SIDE("chosen", MEANING_CHOSEN),
                                                               GARNER_SIDE("rejected", MEANING_REJECTED), GARNER_TAIL };
static const struct profile_node garner_unpaired_nodes[] = {
    GARNER_SIDE("prompt", MEANING_PROMPT), GARNER_SIDE("completion", MEANING_COMPLETION),
    { .key = "label", .types = TYPE_BOOLEAN, .flags = NODE_REQUIRED, .meaning = MEANING_LABEL }, GARNER_TAIL,
};
static const struct profile_shape garner_chat = { .name = "a chat row", PROFILE_NODES(garner_chat_nodes), .discriminator = "messages" };
static const struct profile_shape garner_completion = { .name = "a prompt and its completion", PROFILE_NODES(garner_completion_nodes), .discriminator = "completion" };
static const struct profile_shape garner_preference = { .name = "a preference row", PROFILE_NODES(garner_preference_nodes), .discriminator = "chosen" };
static const struct profile_shape garner_unpaired = { .name = "a labelled completion", PROFILE_NODES(garner_unpaired_nodes), .discriminator = "label" };
static const struct profile_layout garner_chat_layout = { DATASET_CHAT, false, &garner_chat };
static const struct profile_layout garner_completion_layout = { DATASET_COMPLETION, false, &garner_completion };
static const struct profile_layout garner_preference_layout = { DATASET_PREFERENCE, false, &garner_preference };
static const struct profile_layout garner_unpaired_layout = { DATASET_UNPAIRED, false, &garner_unpaired };
static const struct profile_layout *const garner_layouts[] = { &garner_chat_layout, &garner_preference_layout, &garner_unpaired_layout,
                                                               &garner_completion_layout, &stepwise_layout, &text_layout, NULL };

const struct profile profile_garner = {
    .name = "garner", .title = "garner's own form: holds what any other does", .version = "1", .date = "2026-11", .source = "garner convert --help",
    .layouts = garner_layouts, .roles = openai_roles, .rules = RULE_CONTENT_OR_CALLS | RULE_ONE_FORM_A_ROW };
/* clang-format on */
