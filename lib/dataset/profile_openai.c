/* profile_openai.c - rows of OpenAI and Azure OpenAI: chat, preference, batch files. */
#include "dataset/profile_list.h"

/* clang-format off */
const struct profile_role openai_roles[] = {
    { "system", DATASET_SYSTEM, false },
    { "developer", DATASET_SYSTEM, false },
    { "user", DATASET_USER, false },
    { "assistant", DATASET_ASSISTANT, false },
    { "tool", DATASET_TOOL, false },
    { "function", DATASET_TOOL, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};

/* Parts of a content. */
static const char *const details[] = { "auto", "low", "high", NULL };
static const struct profile_node image_url_nodes[] = {
    { .key = "url", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_URI, .check = TEXT_CHECK_IMAGE_URL },
    { .key = "detail", .types = TYPE_STRING, .meaning = MEANING_PART_DETAIL, .values = details },
};
static const struct profile_shape image_url = { .name = "an image", PROFILE_NODES(image_url_nodes) };
static const struct profile_shape *const image_urls[] = { &image_url, NULL };

static const char *const type_text[] = { "text", NULL };
static const struct profile_node text_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_text },
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_TEXT },
};
const struct profile_shape openai_text_part = {
    .name = "a text part", PROFILE_NODES(text_nodes), .discriminator = "type", .discriminator_value = "text",
    .is_part = true, .part_kind = DATASET_PART_TEXT };
static const char *const type_image[] = { "image_url", NULL };
static const struct profile_node image_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_image },
    { .key = "image_url", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = image_urls },
};
static const struct profile_shape image_part = {
    .name = "an image part", PROFILE_NODES(image_nodes), .discriminator = "type", .discriminator_value = "image_url",
    .is_part = true, .part_kind = DATASET_PART_IMAGE };
static const struct profile_node audio_data_nodes[] = {
    { .key = "data", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_DATA, .check = TEXT_CHECK_BASE64 },
    { .key = "format", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_FORMAT },
};
static const struct profile_shape audio_data = { .name = "an audio", PROFILE_NODES(audio_data_nodes) };
static const struct profile_shape *const audio_datas[] = { &audio_data, NULL };
static const char *const type_audio[] = { "input_audio", NULL };
static const struct profile_node audio_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_audio },
    { .key = "input_audio", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = audio_datas },
};
static const struct profile_shape audio_part = {
    .name = "an audio part", PROFILE_NODES(audio_nodes), .discriminator = "type", .discriminator_value = "input_audio",
    .is_part = true, .part_kind = DATASET_PART_AUDIO };
static const char *const type_refusal[] = { "refusal", NULL };
static const struct profile_node refusal_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_refusal },
    { .key = "refusal", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_TEXT },
};
static const struct profile_shape refusal_part = {
    .name = "a refusal", PROFILE_NODES(refusal_nodes), .discriminator = "type", .discriminator_value = "refusal",
    .is_part = true, .part_kind = DATASET_PART_TEXT };
const struct profile_shape *const openai_parts[] = { &openai_text_part, &image_part, &audio_part, &refusal_part, NULL };

/* Calls of tools. */
static const char *const type_function[] = { "function", NULL };
static const struct profile_node called_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_NAME },
    { .key = "arguments", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_CALL_ARGUMENTS },
};
static const struct profile_shape called = { .name = "a function", PROFILE_NODES(called_nodes) };
static const struct profile_shape *const called_functions[] = { &called, NULL };
static const struct profile_node call_nodes[] = {
    { .key = "id", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_ID },
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_function },
    { .key = "function", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = called_functions },
};
static const struct profile_shape call = { .name = "a tool call", PROFILE_NODES(call_nodes) };
const struct profile_shape *const openai_calls[] = { &call, NULL };

static const struct profile_node message_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_STRING | TYPE_NULL | TYPE_ARRAY, .meaning = MEANING_CONTENT, .shapes = openai_parts },
    { .key = "name", .types = TYPE_STRING, .meaning = MEANING_NAME },
    { .key = "tool_calls", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOL_CALLS, .shapes = openai_calls },
    { .key = "tool_call_id", .types = TYPE_STRING, .meaning = MEANING_TOOL_CALL_ID },
    { .key = "weight", .types = TYPE_NUMBER, .flags = NODE_INTEGER, .meaning = MEANING_WEIGHT, .minimum = 0, .maximum = 1 },
    { .key = "function_call", .types = TYPE_OBJECT | TYPE_NULL, .shapes = called_functions },
    { .key = "refusal", .types = TYPE_STRING | TYPE_NULL },
};
static const struct profile_shape message = { .name = "a message", PROFILE_NODES(message_nodes) };
const struct profile_shape *const openai_messages[] = { &message, NULL };

/* Declared tools. */
static const struct profile_node function_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_TOOL_NAME, .minimum = 1, .maximum = 64 },
    { .key = "description", .types = TYPE_STRING, .meaning = MEANING_TOOL_DESCRIPTION },
    { .key = "parameters", .types = TYPE_OBJECT, .meaning = MEANING_TOOL_PARAMETERS },
};
static const struct profile_shape function = { .name = "a function", PROFILE_NODES(function_nodes) };
static const struct profile_shape *const functions[] = { &function, NULL };
static const struct profile_node tool_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_function },
    { .key = "function", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = functions },
};
static const struct profile_shape tool = { .name = "a tool", PROFILE_NODES(tool_nodes) };
const struct profile_shape *const openai_tools[] = { &tool, NULL };

/* Chat. */
static const struct profile_node chat_nodes[] = {
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = openai_messages },
    { .key = "tools", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOLS, .shapes = openai_tools },
    { .key = "parallel_tool_calls", .types = TYPE_BOOLEAN, .meaning = MEANING_PARALLEL_TOOL_CALLS },
};
static const struct profile_shape chat = { .name = "a chat row", PROFILE_NODES(chat_nodes), .discriminator = "messages" };
static const struct profile_layout chat_layout = { DATASET_CHAT, false, &chat };
static const struct profile_layout *const chat_layouts[] = { &chat_layout, NULL };

/* Preference. */
static const struct profile_shape input = { .name = "an input", PROFILE_NODES(chat_nodes) };
static const struct profile_shape *const inputs[] = { &input, NULL };
static const struct profile_node preference_nodes[] = {
    { .key = "input", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = inputs },
    { .key = "preferred_output", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CHOSEN, .shapes = openai_messages },
    { .key = "non_preferred_output", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_REJECTED, .shapes = openai_messages },
};
static const struct profile_shape preference = { .name = "a preference row", PROFILE_NODES(preference_nodes), .discriminator = "input" };
static const struct profile_layout preference_layout = { DATASET_PREFERENCE, false, &preference };
static const struct profile_layout *const preference_layouts[] = { &preference_layout, NULL };

/* Batch files. */
static const char *const batch_urls[] = { "/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/completions", "/v1/moderations",
                                          "/v1/images/generations", "/v1/images/edits", "/v1/videos", NULL };
static const char *const post[] = { "POST", NULL };
static const struct profile_node chat_body_nodes[] = {
    { .key = "model", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MODEL_NAME },
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = openai_messages },
    { .key = "tools", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOLS, .shapes = openai_tools },
    { .key = "parallel_tool_calls", .types = TYPE_BOOLEAN, .meaning = MEANING_PARALLEL_TOOL_CALLS },
    { .key = "stream", .types = TYPE_BOOLEAN | TYPE_NULL, .meaning = MEANING_STREAM },
};
static const struct profile_shape chat_body = { .name = "a chat request", PROFILE_NODES(chat_body_nodes), .discriminator = "messages" };
static const struct profile_node input_body_nodes[] = {
    { .key = "model", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MODEL_NAME },
    { .key = "input", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY },
    { .key = "stream", .types = TYPE_BOOLEAN | TYPE_NULL, .meaning = MEANING_STREAM },
};
static const struct profile_shape input_body = { .name = "a request", PROFILE_NODES(input_body_nodes), .discriminator = "input" };
static const struct profile_node prompt_body_nodes[] = {
    { .key = "model", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MODEL_NAME },
    { .key = "prompt", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY },
    { .key = "stream", .types = TYPE_BOOLEAN | TYPE_NULL, .meaning = MEANING_STREAM },
};
static const struct profile_shape prompt_body = { .name = "a request", PROFILE_NODES(prompt_body_nodes), .discriminator = "prompt" };
static const struct profile_shape *const bodies[] = { &chat_body, &input_body, &prompt_body, NULL };
static const struct profile_node batch_nodes[] = {
    { .key = "custom_id", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_ID },
    { .key = "method", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = post, .check = TEXT_CHECK_BATCH_METHOD },
    { .key = "url", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_URL_PATH, .values = batch_urls, .initial = "\"/v1/chat/completions\"", .check = TEXT_CHECK_BATCH_URL },
    { .key = "body", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = bodies },
};
static const struct profile_shape batch = { .name = "a batch row", PROFILE_NODES(batch_nodes), .discriminator = "body" };
static const struct profile_layout batch_layout = { DATASET_CHAT, false, &batch };
static const struct profile_layout *const batch_layouts[] = { &batch_layout, NULL };

static const char *const image_formats[] = { "jpeg", "png", "webp", NULL };

/* Two turns of the user in a row are legal, and so is a conversation that the user ends. */
#define CHAT_RULES (RULE_HAS_ASSISTANT | RULE_WARN_LAST_ASSISTANT | RULE_CONTENT_OR_CALLS | RULE_TOOL_IDS | RULE_TOOL_DECLARED | RULE_IMAGE_USER_ONLY)
#define PREFERENCE_RULES (RULE_ANSWER_ROLES | RULE_CONTENT_OR_CALLS | RULE_TOOL_IDS | RULE_IMAGE_USER_ONLY)
#define OPENAI_NOTE "closed to new users in 2026; the form lives on at Azure, Together, Fireworks and in TRL"

const struct profile profile_openai_sft = {
    .name = "openai-sft", .title = "OpenAI supervised fine-tuning", .version = "2025-06", .date = "2026-11",
    .source = "https://platform.openai.com/docs/guides/supervised-fine-tuning", .note = OPENAI_NOTE,
    .layouts = chat_layouts, .roles = openai_roles, .rules = CHAT_RULES, .image_formats = image_formats,
    .limits = { .rows_minimum = 10, .file_bytes_maximum = 512LL << 20, .validation_bytes_maximum = 512LL << 20,
                .images_maximum = 10, .image_bytes_maximum = 10LL << 20 } };

const struct profile profile_openai_dpo = {
    .name = "openai-dpo", .title = "OpenAI direct preference optimisation", .version = "2025-06", .date = "2026-11",
    .source = "https://platform.openai.com/docs/guides/direct-preference-optimization", .note = OPENAI_NOTE,
    .layouts = preference_layouts, .roles = openai_roles, .rules = PREFERENCE_RULES,
    .limits = { .rows_minimum = 10, .file_bytes_maximum = 512LL << 20, .validation_bytes_maximum = 512LL << 20 } };

const struct profile profile_openai_batch = {
    .name = "openai-batch", .title = "OpenAI batch requests", .version = "v1", .date = "2026-11",
    .source = "https://platform.openai.com/docs/guides/batch", .layouts = batch_layouts, .roles = openai_roles,
    .rules = RULE_CONTENT_OR_CALLS | RULE_TOOL_IDS, .batch_urls = batch_urls,
    .file_rules = FILE_UNIQUE_IDS | FILE_ONE_URL | FILE_ONE_MODEL | FILE_NO_VALIDATION_SET,
    .limits = { .rows_maximum = 50000, .file_bytes_maximum = 200LL << 20 } };

const struct profile profile_azure_openai = {
    .name = "azure-openai", .title = "Azure OpenAI supervised fine-tuning", .version = "2025-06", .date = "2026-11",
    .source = "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/fine-tuning",
    .layouts = chat_layouts, .roles = openai_roles, .rules = CHAT_RULES, .file_rules = FILE_WANTS_BOM, .image_formats = image_formats,
    .limits = { .rows_minimum = 10, .file_bytes_maximum = 512LL << 20, .validation_bytes_maximum = 512LL << 20,
                .images_maximum = 10, .image_bytes_maximum = 10LL << 20 } };

const struct profile profile_azure_openai_dpo = {
    .name = "azure-openai-dpo", .title = "Azure OpenAI direct preference optimisation", .version = "2025-06", .date = "2026-11",
    .source = "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/fine-tuning-direct-preference-optimization",
    .layouts = preference_layouts, .roles = openai_roles, .rules = PREFERENCE_RULES, .file_rules = FILE_WANTS_BOM,
    .limits = { .rows_minimum = 10, .file_bytes_maximum = 512LL << 20, .validation_bytes_maximum = 512LL << 20 } };
/* clang-format on */
