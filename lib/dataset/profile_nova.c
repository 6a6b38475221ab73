/* profile_nova.c - rows of Amazon Nova: conversations, preferences, plain text. */
#include "dataset/profile_list.h"

/* clang-format off */

/* Media stand in S3; the location's path has few characters. */
static const struct profile_node s3_nodes[] = {
    { .key = "uri", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_URI, .check = TEXT_CHECK_S3_URI_NOVA },
    { .key = "bucketOwner", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_PART_OWNER },
};
static const struct profile_shape s3_location = { .name = "a location in S3", PROFILE_NODES(s3_nodes) };
static const struct profile_shape *const s3_locations[] = { &s3_location, NULL };
static const struct profile_node source_nodes[] = {
    { .key = "s3Location", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = s3_locations },
};
static const struct profile_shape source = { .name = "a source", PROFILE_NODES(source_nodes) };
static const struct profile_shape *const sources[] = { &source, NULL };
static const struct profile_node media_nodes[] = {
    { .key = "format", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_FORMAT },
    { .key = "source", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = sources },
};
static const struct profile_shape media = { .name = "a file", PROFILE_NODES(media_nodes) };
static const struct profile_shape *const medias[] = { &media, NULL };
static const char *const document_formats[] = { "pdf", NULL };
static const struct profile_node document_file_nodes[] = {
    { .key = "format", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_FORMAT, .values = document_formats },
    { .key = "name", .types = TYPE_STRING },
    { .key = "source", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = sources },
};
static const struct profile_shape document_file = { .name = "a document", PROFILE_NODES(document_file_nodes) };
static const struct profile_shape *const document_files[] = { &document_file, NULL };

static const struct profile_node image_nodes[] = { { .key = "image", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = medias } };
static const struct profile_shape image = {
    .name = "an image block", PROFILE_NODES(image_nodes), .discriminator = "image", .is_part = true, .part_kind = DATASET_PART_IMAGE };
static const struct profile_node video_nodes[] = { { .key = "video", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = medias } };
static const struct profile_shape video = {
    .name = "a video block", PROFILE_NODES(video_nodes), .discriminator = "video", .is_part = true, .part_kind = DATASET_PART_VIDEO };
static const struct profile_node document_nodes[] = { { .key = "document", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = document_files } };
static const struct profile_shape document = {
    .name = "a document block", PROFILE_NODES(document_nodes), .discriminator = "document", .is_part = true, .part_kind = DATASET_PART_DOCUMENT };

/* Thinking: of Nova 2 alone. */
static const struct profile_node reasoning_text_nodes[] = {
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_TEXT },
};
static const struct profile_shape reasoning_text = { .name = "a reasoning text", PROFILE_NODES(reasoning_text_nodes) };
static const struct profile_shape *const reasoning_texts[] = { &reasoning_text, NULL };
static const struct profile_node reasoning_content_nodes[] = {
    { .key = "reasoningText", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = reasoning_texts },
};
static const struct profile_shape reasoning_content = { .name = "a reasoning content", PROFILE_NODES(reasoning_content_nodes) };
static const struct profile_shape *const reasoning_contents[] = { &reasoning_content, NULL };
static const struct profile_node reasoning_nodes[] = {
    { .key = "reasoningContent", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = reasoning_contents },
};
static const struct profile_shape reasoning = {
    .name = "a reasoning block", PROFILE_NODES(reasoning_nodes), .discriminator = "reasoningContent", .is_part = true, .part_kind = DATASET_PART_REASONING };

/* Calls and their results are blocks, too. */
static const struct profile_node use_nodes[] = {
    { .key = "toolUseId", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_ID },
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_NAME },
    { .key = "input", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .meaning = MEANING_CALL_ARGUMENTS },
};
static const struct profile_shape use = { .name = "a use of a tool", PROFILE_NODES(use_nodes) };
static const struct profile_shape *const uses[] = { &use, NULL };
static const struct profile_node tool_use_nodes[] = { { .key = "toolUse", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = uses } };
static const struct profile_shape tool_use = { .name = "a toolUse block", PROFILE_NODES(tool_use_nodes), .discriminator = "toolUse", .is_part = true };
static const struct profile_node json_nodes[] = {
    { .key = "json", .types = TYPE_OBJECT | TYPE_ARRAY | TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_TEXT },
};
static const struct profile_shape json = { .name = "a JSON block", PROFILE_NODES(json_nodes), .discriminator = "json", .is_part = true };
static const struct profile_shape *const result_blocks[] = { &converse_text_block, &json, NULL };
static const char *const statuses[] = { "success", "error", NULL };
static const struct profile_node result_nodes[] = {
    { .key = "toolUseId", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_RESULT_ID },
    { .key = "content", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_RESULT_CONTENT, .shapes = result_blocks },
    { .key = "status", .types = TYPE_STRING, .values = statuses },
};
static const struct profile_shape result = { .name = "a result of a tool", PROFILE_NODES(result_nodes) };
static const struct profile_shape *const results[] = { &result, NULL };
static const struct profile_node tool_result_nodes[] = { { .key = "toolResult", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = results } };
static const struct profile_shape tool_result = { .name = "a toolResult block", PROFILE_NODES(tool_result_nodes), .discriminator = "toolResult", .is_part = true };

static const struct profile_shape *const blocks[] = { &converse_text_block, &image, &video, &document, &tool_use, &tool_result, NULL };
static const struct profile_shape *const reasoning_blocks[] = { &converse_text_block, &image, &video, &document, &tool_use, &tool_result, &reasoning, NULL };
static const struct profile_shape *const prompt_blocks[] = { &converse_text_block, &image, NULL };

/* Declared tools: toolConfig.tools[].toolSpec. */
static const struct profile_node schema_nodes[] = { { .key = "json", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .meaning = MEANING_TOOL_PARAMETERS } };
static const struct profile_shape schema = { .name = "a schema", PROFILE_NODES(schema_nodes) };
static const struct profile_shape *const schemas[] = { &schema, NULL };
static const struct profile_node spec_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_TOOL_NAME, .minimum = 1, .maximum = 64 },
    { .key = "description", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOL_DESCRIPTION },
    { .key = "inputSchema", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = schemas, .initial = "{\"json\":{\"type\":\"object\"}}" },
};
static const struct profile_shape spec = { .name = "a tool's specification", PROFILE_NODES(spec_nodes) };
static const struct profile_shape *const specs[] = { &spec, NULL };
static const struct profile_node tool_nodes[] = { { .key = "toolSpec", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = specs } };
static const struct profile_shape tool = { .name = "a tool", PROFILE_NODES(tool_nodes) };
static const struct profile_shape *const tools[] = { &tool, NULL };
static const struct profile_node config_nodes[] = {
    { .key = "tools", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_TOOLS, .shapes = tools },
    { .key = "toolChoice", .types = TYPE_OBJECT },
};
static const struct profile_shape config = { .name = "a configuration of tools", PROFILE_NODES(config_nodes) };
static const struct profile_shape *const configs[] = { &config, NULL };

/* Messages. */
#define ROLE { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE }
#define CONTENT(kinds) { .key = "content", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CONTENT, .shapes = (kinds) }
static const struct profile_node message_nodes[] = { ROLE, CONTENT(blocks) };
static const struct profile_shape message = { .name = "a message", PROFILE_NODES(message_nodes) };
static const struct profile_shape *const messages[] = { &message, NULL };
static const struct profile_node message_2_nodes[] = { ROLE, CONTENT(reasoning_blocks) };
static const struct profile_shape message_2 = { .name = "a message", PROFILE_NODES(message_2_nodes) };
static const struct profile_shape *const messages_2[] = { &message_2, NULL };

/* The version may be anything; this is what the documents write. */
#define HEAD                                                                                                                               \
    { .key = "schemaVersion", .types = TYPE_STRING, .flags = NODE_WRITTEN, .initial = "\"bedrock-conversation-2024\"" },                   \
    { .key = "system", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_SYSTEM, .shapes = converse_text_blocks }
#define MESSAGES(kinds) { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = (kinds) }
static const struct profile_node chat_nodes[] = { HEAD, MESSAGES(messages), { .key = "toolConfig", .types = TYPE_OBJECT, .shapes = configs } };
static const struct profile_shape chat = { .name = "a conversation", PROFILE_NODES(chat_nodes), .discriminator = "messages" };
static const struct profile_layout chat_layout = { DATASET_CHAT, false, &chat };
static const struct profile_layout *const chat_layouts[] = { &chat_layout, NULL };
static const struct profile_node chat_2_nodes[] = { HEAD, MESSAGES(messages_2), { .key = "toolConfig", .types = TYPE_OBJECT, .shapes = configs } };
static const struct profile_shape chat_2 = { .name = "a conversation", PROFILE_NODES(chat_2_nodes), .discriminator = "messages" };
static const struct profile_layout chat_2_layout = { DATASET_CHAT, false, &chat_2 };
static const struct profile_layout *const chat_2_layouts[] = { &chat_2_layout, NULL };

/* Preferences: the last turn of the assistant holds candidates. */
static const char *const labels[] = { "preferred", "non-preferred", NULL };
static const struct profile_node candidate_nodes[] = {
    CONTENT(converse_text_blocks),
    { .key = "preferenceLabel", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_CANDIDATE_LABEL },
};
static const struct profile_shape candidate = { .name = "a candidate", PROFILE_NODES(candidate_nodes) };
static const struct profile_shape *const candidates[] = { &candidate, NULL };
static const struct profile_node candidates_nodes[] = {
    ROLE, { .key = "candidates", .types = TYPE_ARRAY, .flags = NODE_REQUIRED, .meaning = MEANING_CANDIDATES, .shapes = candidates },
};
static const struct profile_shape candidates_message = { .name = "a turn with candidates", PROFILE_NODES(candidates_nodes), .discriminator = "candidates" };
static const struct profile_node prompt_nodes[] = { ROLE, CONTENT(prompt_blocks) };
static const struct profile_shape prompt = { .name = "a message", PROFILE_NODES(prompt_nodes) };
static const struct profile_shape *const preference_messages[] = { &candidates_message, &prompt, NULL };
static const struct profile_node preference_nodes[] = { HEAD, MESSAGES(preference_messages) };
static const struct profile_shape preference = { .name = "a preference row", PROFILE_NODES(preference_nodes), .discriminator = "messages" };
static const struct profile_layout preference_layout = { DATASET_PREFERENCE, false, &preference };
static const struct profile_layout *const preference_layouts[] = { &preference_layout, NULL };

static const struct profile_node plain_nodes[] = {
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_TEXT },
};
static const struct profile_shape plain = { .name = "a text row", PROFILE_NODES(plain_nodes), .discriminator = "text" };
static const struct profile_layout plain_layout = { DATASET_TEXT, true, &plain };
static const struct profile_layout *const plain_layouts[] = { &plain_layout, NULL };

static const char *const image_formats[] = { "jpeg", "png", "gif", "webp", NULL };
static const char *const video_formats[] = { "mp4", "mov", "mkv", "webm", NULL };
static const char *const image_formats_2[] = { "jpeg", "png", "gif", NULL };
static const char *const video_formats_2[] = { "mp4", "mov", "mkv", NULL };

/* Anywhere in a text, in any case, these make a job fail. */
static const struct profile_reserved reserved[] = {
    { .text = "User:", .ignores_case = true, .is_word = true },
    { .text = "Bot:", .ignores_case = true, .is_word = true },
    { .text = "Assistant:", .ignores_case = true, .is_word = true },
    { .text = "System:", .ignores_case = true, .is_word = true },
    { .text = "<image>", .ignores_case = true },
    { .text = "<video>", .ignores_case = true },
    { .text = "[EOS]", .ignores_case = true },
    { .text = NULL },
};

#define CHAT_RULES (RULE_FIRST_USER | RULE_LAST_ASSISTANT | RULE_ALTERNATE | RULE_IMAGE_USER_ONLY | RULE_IMAGE_OR_VIDEO | RULE_TOOL_IDS | \
                    RULE_TOOL_DECLARED | RULE_TOOL_RESULT_FOLLOWS)

const struct profile profile_nova_sft = {
    .name = "nova-sft", .title = "Amazon Nova 1 supervised fine-tuning", .version = "1.0", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html",
    .layouts = chat_layouts, .roles = converse_roles, .rules = CHAT_RULES, .image_formats = image_formats, .video_formats = video_formats,
    .reserved = reserved,
    .limits = { .rows_minimum = 8, .rows_maximum = 20000, .images_maximum = 10, .videos_maximum = 1, .documents_maximum = 1, .turns_minimum = 2 } };

const struct profile profile_nova_2_sft = {
    .name = "nova-2-sft", .title = "Amazon Nova 2 Lite supervised fine-tuning, with reasoning", .version = "lite-2.0", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/nova/latest/nova2-userguide/nova-data-prep-sft-2.html",
    .note = "Bedrock's own page says that tools may fail the job; a validation file is passed over",
    .layouts = chat_2_layouts, .roles = converse_roles, .rules = CHAT_RULES, .file_rules = FILE_NO_VALIDATION_SET,
    .image_formats = image_formats_2, .video_formats = video_formats_2, .reserved = reserved,
    .limits = { .rows_minimum = 200, .rows_maximum = 20000, .images_maximum = 10, .videos_maximum = 1, .documents_maximum = 1, .turns_minimum = 2 } };

const struct profile profile_nova_dpo = {
    .name = "nova-dpo", .title = "Amazon Nova 1 direct preference optimisation", .version = "1.0", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/nova/latest/userguide/nova-dpo.html", .layouts = preference_layouts, .roles = converse_roles,
    .labels = labels, .rules = RULE_FIRST_USER | RULE_ALTERNATE | RULE_LAST_IS_PROMPT | RULE_LABELS_DIFFER | RULE_IMAGE_USER_ONLY | RULE_CANDIDATES_LAST,
    .image_formats = image_formats, .reserved = reserved, .limits = { .rows_minimum = 8, .rows_maximum = 20000, .images_maximum = 10 } };

const struct profile profile_nova_cpt = {
    .name = "nova-cpt", .title = "Amazon Nova continued pre-training", .version = "1.0", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/nova/latest/userguide/nova-cpt.html", .layouts = plain_layouts };
/* clang-format on */
