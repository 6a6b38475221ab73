/* profile_together.c - rows of Together and Fireworks: OpenAI's forms with rules of their own. */
#include "dataset/profile_list.h"

/* clang-format off */
/* Together's parts: images as base64 only. */
static const struct profile_node image_url_nodes[] = {
    { .key = "url", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_URI, .check = TEXT_CHECK_IMAGE_DATA },
};
static const struct profile_shape image_url = { .name = "an image", PROFILE_NODES(image_url_nodes) };
static const struct profile_shape *const image_urls[] = { &image_url, NULL };
static const char *const type_image[] = { "image_url", NULL };
static const struct profile_node image_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_image },
    { .key = "image_url", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = image_urls },
};
static const struct profile_shape image_part = {
    .name = "an image part", PROFILE_NODES(image_nodes), .discriminator = "type", .discriminator_value = "image_url",
    .is_part = true, .part_kind = DATASET_PART_IMAGE };
static const struct profile_shape *const parts[] = { &openai_text_part, &image_part, NULL };

static const struct profile_node message_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED, .meaning = MEANING_CONTENT, .shapes = parts },
    { .key = "weight", .types = TYPE_NUMBER, .flags = NODE_INTEGER, .meaning = MEANING_WEIGHT, .minimum = 0, .maximum = 1 },
};
static const struct profile_shape message = { .name = "a message", PROFILE_NODES(message_nodes) };
static const struct profile_shape *const messages[] = { &message, NULL };

/* Three forms, one a file, and no other key at all. */
static const struct profile_node chat_nodes[] = {
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = messages },
};
static const struct profile_shape chat = { .name = "a chat row", PROFILE_NODES(chat_nodes), .discriminator = "messages", .is_closed = true };
static const struct profile_layout chat_layout = { DATASET_CHAT, false, &chat };
static const struct profile_node completion_nodes[] = {
    { .key = "prompt", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED, .meaning = MEANING_PROMPT, .shapes = messages },
    { .key = "completion", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED, .meaning = MEANING_COMPLETION, .shapes = messages },
};
static const struct profile_shape completion = { .name = "an instruction row", PROFILE_NODES(completion_nodes), .discriminator = "prompt", .is_closed = true };
static const struct profile_layout completion_layout = { DATASET_COMPLETION, true, &completion };
static const struct profile_node text_row_nodes[] = {
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_TEXT },
};
static const struct profile_shape text_row = { .name = "a text row", PROFILE_NODES(text_row_nodes), .discriminator = "text", .is_closed = true };
static const struct profile_layout text_layout = { DATASET_TEXT, true, &text_row };
static const struct profile_layout *const together_layouts[] = { &chat_layout, &completion_layout, &text_layout, NULL };

static const struct profile_node input_nodes[] = {
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = messages },
};
static const struct profile_shape input = { .name = "an input", PROFILE_NODES(input_nodes) };
static const struct profile_shape *const inputs[] = { &input, NULL };
static const struct profile_node preference_nodes[] = {
    { .key = "input", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = inputs },
    { .key = "preferred_output", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CHOSEN, .shapes = messages },
    { .key = "non_preferred_output", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_REJECTED, .shapes = messages },
};
static const struct profile_shape preference = { .name = "a preference row", PROFILE_NODES(preference_nodes), .discriminator = "input", .is_closed = true };
static const struct profile_layout preference_layout = { DATASET_PREFERENCE, false, &preference };
static const struct profile_layout *const preference_layouts[] = { &preference_layout, NULL };

static const char *const image_formats[] = { "jpeg", "png", "webp", NULL };

const struct profile profile_together_chat = {
    .name = "together-chat", .title = "Together fine-tuning: chat, instruction or text", .version = "client 1.5", .date = "2026-11",
    .source = "https://docs.together.ai/docs/fine-tuning-data-preparation", .note = "one form a file; no key but those of the form",
    .layouts = together_layouts, .roles = simple_roles, .file_rules = FILE_ONE_LAYOUT, .image_formats = image_formats,
    .rules = RULE_NO_EQUAL_NEIGHBOURS | RULE_HAS_ASSISTANT | RULE_ALL_MULTIMODAL | RULE_IMAGE_USER_ONLY | RULE_ONE_FORM_A_ROW | RULE_WARN_LAST_ASSISTANT,
    .limits = { .rows_minimum = 1, .file_bytes_maximum = 50100000000, .validation_bytes_maximum = 50100000000,
                .images_maximum = 10, .image_bytes_maximum = 10LL << 20 } };

const struct profile profile_together_preference = {
    .name = "together-preference", .title = "Together preference fine-tuning (DPO)", .version = "client 1.5", .date = "2026-11",
    .source = "https://docs.together.ai/docs/preference-fine-tuning", .layouts = preference_layouts, .roles = simple_roles,
    .rules = RULE_NO_EQUAL_NEIGHBOURS | RULE_ANSWER_ONE_MESSAGE | RULE_ANSWER_ROLES | RULE_LAST_IS_PROMPT | RULE_IMAGE_USER_ONLY,
    .image_formats = image_formats,
    .limits = { .rows_minimum = 1, .file_bytes_maximum = 50100000000, .validation_bytes_maximum = 50100000000,
                .images_maximum = 10, .image_bytes_maximum = 10LL << 20 } };

/* Fireworks reads OpenAI's shapes. */
static const struct profile_node fireworks_nodes[] = {
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = openai_messages },
    { .key = "tools", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOLS, .shapes = openai_tools },
};
static const struct profile_shape fireworks = { .name = "a chat row", PROFILE_NODES(fireworks_nodes), .discriminator = "messages" };
static const struct profile_layout fireworks_layout = { DATASET_CHAT, false, &fireworks };
static const struct profile_layout *const fireworks_layouts[] = { &fireworks_layout, NULL };
static const struct profile_shape fireworks_input = { .name = "an input", PROFILE_NODES(fireworks_nodes) };
static const struct profile_shape *const fireworks_inputs[] = { &fireworks_input, NULL };
static const struct profile_node fireworks_preference_nodes[] = {
    { .key = "input", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = fireworks_inputs },
    { .key = "preferred_output", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CHOSEN, .shapes = openai_messages },
    { .key = "non_preferred_output", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_REJECTED, .shapes = openai_messages },
};
static const struct profile_shape fireworks_preference = { .name = "a preference row", PROFILE_NODES(fireworks_preference_nodes), .discriminator = "input" };
static const struct profile_layout fireworks_preference_layout = { DATASET_PREFERENCE, false, &fireworks_preference };
static const struct profile_layout *const fireworks_preference_layouts[] = { &fireworks_preference_layout, NULL };
static const struct profile_role fireworks_roles[] = {
    { "system", DATASET_SYSTEM, false },
    { "user", DATASET_USER, false },
    { "assistant", DATASET_ASSISTANT, false },
    { "tool", DATASET_TOOL, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};

const struct profile profile_fireworks = {
    .name = "fireworks", .title = "Fireworks supervised fine-tuning", .version = "2025", .date = "2026-11",
    .source = "https://docs.fireworks.ai/fine-tuning/fine-tuning-models", .layouts = fireworks_layouts, .roles = fireworks_roles,
    .rules = RULE_SYSTEM_FIRST | RULE_HAS_ASSISTANT | RULE_WARN_LAST_ASSISTANT | RULE_CONTENT_OR_CALLS | RULE_TOOL_IDS,
    .limits = { .rows_minimum = 3, .rows_maximum = 3000000 } };

const struct profile profile_fireworks_dpo = {
    .name = "fireworks-dpo", .title = "Fireworks direct preference optimisation", .version = "2025", .date = "2026-11",
    .source = "https://docs.fireworks.ai/fine-tuning/dpo-fine-tuning", .layouts = fireworks_preference_layouts, .roles = fireworks_roles,
    .rules = RULE_SYSTEM_FIRST | RULE_ANSWER_ROLES | RULE_LAST_IS_PROMPT | RULE_CONTENT_OR_CALLS,
    .limits = { .rows_minimum = 3, .rows_maximum = 3000000 } };
/* clang-format on */
