/* profile_others.c - rows of JumpStart, Gemini, Mistral, Cohere, torchtune, axolotl and Anthropic's batches. */
#include "dataset/profile_list.h"

/* clang-format off */
#define ROLE { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE }
#define TEXT_CONTENT { .key = "content", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_CONTENT }
#define MESSAGES(word, kinds) { .key = (word), .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = (kinds) }

/* A role and a text. */
static const struct profile_node simple_nodes[] = { ROLE, TEXT_CONTENT };
static const struct profile_shape simple = { .name = "a message", PROFILE_NODES(simple_nodes) };
static const struct profile_shape *const simple_messages[] = { &simple, NULL };
const struct profile_role simple_roles[] = {
    { "system", DATASET_SYSTEM, false },
    { "user", DATASET_USER, false },
    { "assistant", DATASET_ASSISTANT, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};

/* SageMaker JumpStart. */
static const struct profile_node jumpstart_text_nodes[] = {
    { .key = "prompt", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_PROMPT },
    { .key = "completion", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_COMPLETION },
};
static const struct profile_shape jumpstart_text = { .name = "a prompt and its completion", PROFILE_NODES(jumpstart_text_nodes), .discriminator = "completion" };
static const struct profile_layout jumpstart_text_layout = { DATASET_COMPLETION, true, &jumpstart_text };
static const struct profile_node dialog_nodes[] = { MESSAGES("dialog", simple_messages) };
static const struct profile_shape dialog = { .name = "a dialog", PROFILE_NODES(dialog_nodes), .discriminator = "dialog" };
static const struct profile_layout dialog_layout = { DATASET_CHAT, false, &dialog };
static const struct profile_layout *const jumpstart_layouts[] = { &dialog_layout, &jumpstart_text_layout, NULL };

const struct profile profile_jumpstart = {
    .name = "jumpstart", .title = "SageMaker JumpStart: prompt and completion, or a dialog", .version = "2024", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/sagemaker/latest/dg/jumpstart-foundation-models-fine-tuning-instruction-based.html",
    .note = "with a template.json rows may have any keys: make them with 'garner sft'", .layouts = jumpstart_layouts, .roles = simple_roles,
    .rules = RULE_SYSTEM_FIRST | RULE_SYSTEM_ONCE | RULE_FIRST_USER | RULE_LAST_ASSISTANT | RULE_ALTERNATE, .file_rules = FILE_ONE_LAYOUT };

/* Gemini: a media type says what kind a file is. */
static const struct profile_role gemini_roles[] = {
    { "user", DATASET_USER, false },
    { "model", DATASET_ASSISTANT, false },
    { "function", DATASET_USER, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};
static const char *const media_types[] = {
    "image/png", "image/jpeg", "image/webp", "image/heic", "image/heif", "video/mp4", "video/mpeg", "video/mov", "video/quicktime", "video/avi",
    "video/x-flv", "video/mpg", "video/webm", "video/wmv", "video/3gpp", "audio/mp3", "audio/mpeg", "audio/wav", "audio/aac", "audio/flac",
    "audio/ogg", "audio/m4a", "application/pdf", NULL };
static const struct profile_node file_nodes[] = {
    { .key = "mimeType", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_FORMAT, .values = media_types },
    { .key = "fileUri", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_URI, .check = TEXT_CHECK_GS_URI },
};
static const struct profile_shape file = { .name = "a file", PROFILE_NODES(file_nodes) };
static const struct profile_shape *const files[] = { &file, NULL };
static const struct profile_node gemini_file_nodes[] = { { .key = "fileData", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = files } };
#define FILE_PART(kind) { .name = "a file part", PROFILE_NODES(gemini_file_nodes), .discriminator = "fileData", .is_part = true, .part_kind = (kind) }
static const struct profile_shape gemini_image = FILE_PART(DATASET_PART_IMAGE);
static const struct profile_shape gemini_video = FILE_PART(DATASET_PART_VIDEO);
static const struct profile_shape gemini_audio = FILE_PART(DATASET_PART_AUDIO);
static const struct profile_shape gemini_document = FILE_PART(DATASET_PART_DOCUMENT);
static const struct profile_node gemini_text_nodes[] = {
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_TEXT },
};
static const struct profile_shape gemini_text = {
    .name = "a text part", PROFILE_NODES(gemini_text_nodes), .discriminator = "text", .is_part = true, .part_kind = DATASET_PART_TEXT };
static const struct profile_node gemini_called_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_NAME },
    { .key = "args", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .meaning = MEANING_CALL_ARGUMENTS },
};
static const struct profile_shape gemini_called = { .name = "a call", PROFILE_NODES(gemini_called_nodes) };
static const struct profile_shape *const gemini_calls[] = { &gemini_called, NULL };
static const struct profile_node gemini_call_nodes[] = { { .key = "functionCall", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = gemini_calls } };
static const struct profile_shape gemini_call = { .name = "a call part", PROFILE_NODES(gemini_call_nodes), .discriminator = "functionCall", .is_part = true };
static const struct profile_node gemini_response_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_RESULT_NAME },
    { .key = "response", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .meaning = MEANING_RESULT_CONTENT },
};
static const struct profile_shape gemini_response = { .name = "a response", PROFILE_NODES(gemini_response_nodes) };
static const struct profile_shape *const gemini_responses[] = { &gemini_response, NULL };
static const struct profile_node gemini_result_nodes[] = { { .key = "functionResponse", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = gemini_responses } };
static const struct profile_shape gemini_result = { .name = "a response part", PROFILE_NODES(gemini_result_nodes), .discriminator = "functionResponse", .is_part = true };
static const struct profile_shape *const gemini_parts[] = { &gemini_text, &gemini_image, &gemini_video, &gemini_audio, &gemini_document,
                                                            &gemini_call, &gemini_result, NULL };
static const struct profile_shape *const gemini_texts[] = { &gemini_text, NULL };
#define PARTS(kinds) { .key = "parts", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CONTENT, .shapes = (kinds) }
static const struct profile_node content_nodes[] = { ROLE, PARTS(gemini_parts) };
static const struct profile_shape content = { .name = "a content", PROFILE_NODES(content_nodes) };
static const struct profile_shape *const contents[] = { &content, NULL };
static const struct profile_node instruction_nodes[] = {
    { .key = "role", .types = TYPE_STRING },
    { .key = "parts", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_SYSTEM, .shapes = gemini_texts },
};
static const struct profile_shape instruction = { .name = "an instruction", PROFILE_NODES(instruction_nodes) };
static const struct profile_shape *const instructions[] = { &instruction, NULL };
static const struct profile_node declaration_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_TOOL_NAME },
    { .key = "description", .types = TYPE_STRING, .meaning = MEANING_TOOL_DESCRIPTION },
    { .key = "parameters", .types = TYPE_OBJECT, .meaning = MEANING_TOOL_PARAMETERS },
};
static const struct profile_shape declaration = { .name = "a declaration", PROFILE_NODES(declaration_nodes) };
static const struct profile_shape *const declarations[] = { &declaration, NULL };
static const struct profile_node gemini_tool_nodes[] = {
    { .key = "functionDeclarations", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_TOOLS, .shapes = declarations },
};
static const struct profile_shape gemini_tool = { .name = "a list of declarations", PROFILE_NODES(gemini_tool_nodes) };
static const struct profile_shape *const gemini_tools[] = { &gemini_tool, NULL };
static const struct profile_node gemini_nodes[] = {
    { .key = "systemInstruction", .types = TYPE_OBJECT, .shapes = instructions },
    MESSAGES("contents", contents),
    { .key = "tools", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .shapes = gemini_tools },
    { .key = "generationConfig", .types = TYPE_OBJECT },
};
static const struct profile_shape gemini = { .name = "an example", PROFILE_NODES(gemini_nodes), .discriminator = "contents" };
static const struct profile_layout gemini_layout = { DATASET_CHAT, false, &gemini };
static const struct profile_layout *const gemini_layouts[] = { &gemini_layout, NULL };

const struct profile profile_gemini = {
    .name = "gemini", .title = "Gemini supervised fine-tuning (Vertex AI)", .version = "v1", .date = "2026-11",
    .source = "https://cloud.google.com/vertex-ai/generative-ai/docs/models/gemini-supervised-tuning-prepare",
    .layouts = gemini_layouts, .roles = gemini_roles, .rules = RULE_LAST_ASSISTANT | RULE_IMAGE_USER_ONLY,
    .limits = { .file_bytes_maximum = 1LL << 30, .validation_rows_maximum = 5000, .tokens_row_maximum = 131072, .images_maximum = 30,
                .image_bytes_maximum = 20LL << 20 } };

/* Two completions, scored 1 and 0. */
static const struct profile_node gemini_answer_nodes[] = { ROLE, PARTS(gemini_texts) };
static const struct profile_shape gemini_answer = { .name = "a content", PROFILE_NODES(gemini_answer_nodes) };
static const struct profile_shape *const gemini_answers[] = { &gemini_answer, NULL };
static const struct profile_node scored_nodes[] = {
    { .key = "score", .types = TYPE_NUMBER, .flags = NODE_REQUIRED, .meaning = MEANING_CANDIDATE_SCORE, .minimum = 0, .maximum = 1 },
    { .key = "completion", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = gemini_answers },
};
static const struct profile_shape scored = { .name = "a scored completion", PROFILE_NODES(scored_nodes) };
static const struct profile_shape *const scoreds[] = { &scored, NULL };
static const struct profile_shape *const gemini_prompts[] = { &gemini_answer, NULL };
static const struct profile_node gemini_preference_nodes[] = {
    { .key = "system_instruction", .types = TYPE_OBJECT, .shapes = instructions },
    MESSAGES("contents", gemini_prompts),
    { .key = "completions", .types = TYPE_ARRAY, .flags = NODE_REQUIRED, .meaning = MEANING_CANDIDATES, .shapes = scoreds, .minimum = 2, .maximum = 2 },
};
static const struct profile_shape gemini_preference = { .name = "an example", PROFILE_NODES(gemini_preference_nodes), .discriminator = "completions" };
static const struct profile_layout gemini_preference_layout = { DATASET_PREFERENCE, false, &gemini_preference };
static const struct profile_layout *const gemini_preference_layouts[] = { &gemini_preference_layout, NULL };

const struct profile profile_gemini_preference = {
    .name = "gemini-preference", .title = "Gemini preference tuning (Vertex AI)", .version = "v1", .date = "2026-11",
    .source = "https://cloud.google.com/vertex-ai/generative-ai/docs/models/gemini-preference-tuning-prepare",
    .layouts = gemini_preference_layouts, .roles = gemini_roles, .rules = RULE_LAST_IS_PROMPT | RULE_LABELS_DIFFER | RULE_TEXT_ONLY,
    .limits = { .file_bytes_maximum = 1LL << 30, .validation_rows_maximum = 5000, .tokens_row_maximum = 131072 } };

/* Mistral. */
static const char *const type_function[] = { "function", NULL };
static const struct profile_node mistral_called_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_NAME },
    { .key = "arguments", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_CALL_ARGUMENTS },
};
static const struct profile_shape mistral_called = { .name = "a function", PROFILE_NODES(mistral_called_nodes) };
static const struct profile_shape *const mistral_calleds[] = { &mistral_called, NULL };
static const struct profile_node mistral_call_nodes[] = {
    { .key = "id", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_CALL_ID, .check = TEXT_CHECK_ID_9 },
    { .key = "type", .types = TYPE_STRING, .flags = NODE_WRITTEN, .values = type_function },
    { .key = "function", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = mistral_calleds },
};
static const struct profile_shape mistral_call = { .name = "a tool call", PROFILE_NODES(mistral_call_nodes) };
static const struct profile_shape *const mistral_calls[] = { &mistral_call, NULL };
static const struct profile_node mistral_message_nodes[] = {
    ROLE,
    { .key = "content", .types = TYPE_STRING | TYPE_NULL, .meaning = MEANING_CONTENT },
    { .key = "tool_calls", .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOL_CALLS, .shapes = mistral_calls },
    { .key = "tool_call_id", .types = TYPE_STRING, .meaning = MEANING_TOOL_CALL_ID, .check = TEXT_CHECK_ID_9 },
    { .key = "name", .types = TYPE_STRING, .meaning = MEANING_NAME },
    { .key = "weight", .types = TYPE_NUMBER, .flags = NODE_INTEGER, .meaning = MEANING_WEIGHT, .minimum = 0, .maximum = 1 },
};
static const struct profile_shape mistral_message = { .name = "a message", PROFILE_NODES(mistral_message_nodes) };
static const struct profile_shape *const mistral_messages[] = { &mistral_message, NULL };
#define MISTRAL_TOOLS(word) { .key = (word), .types = TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_TOOLS, .shapes = openai_tools }
static const struct profile_node mistral_nodes[] = { MESSAGES("messages", mistral_messages), MISTRAL_TOOLS("tools") };
static const struct profile_shape mistral = { .name = "a conversation", PROFILE_NODES(mistral_nodes), .discriminator = "messages" };
static const struct profile_layout mistral_layout = { DATASET_CHAT, false, &mistral };
static const struct profile_node interaction_nodes[] = { MESSAGES("interactions", mistral_messages), MISTRAL_TOOLS("available_tools") };
static const struct profile_shape interaction = { .name = "a conversation", PROFILE_NODES(interaction_nodes), .discriminator = "interactions" };
static const struct profile_layout interaction_layout = { DATASET_CHAT, false, &interaction };
static const struct profile_layout *const mistral_layouts[] = { &mistral_layout, &interaction_layout, NULL };

const struct profile profile_mistral = {
    .name = "mistral", .title = "Mistral fine-tuning", .version = "mistral-finetune 1.0", .date = "2026-11",
    .source = "https://github.com/mistralai/mistral-finetune", .note = "the repository is archived; the hosted service takes the same rows",
    .layouts = mistral_layouts, .roles = openai_roles,
    .rules = RULE_SYSTEM_FIRST | RULE_SYSTEM_ONCE | RULE_LAST_ASSISTANT | RULE_CONTENT_OR_CALLS | RULE_TOOL_IDS | RULE_TOOL_DECLARED };

/* Cohere. */
static const struct profile_role cohere_roles[] = {
    { "System", DATASET_SYSTEM, false },
    { "User", DATASET_USER, false },
    { "Chatbot", DATASET_ASSISTANT, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};
static const struct profile_node cohere_nodes[] = { MESSAGES("messages", simple_messages) };
static const struct profile_shape cohere = { .name = "a conversation", PROFILE_NODES(cohere_nodes), .discriminator = "messages" };
static const struct profile_layout cohere_layout = { DATASET_CHAT, false, &cohere };
static const struct profile_layout *const cohere_layouts[] = { &cohere_layout, NULL };

const struct profile profile_cohere = {
    .name = "cohere", .title = "Cohere chat fine-tuning", .version = "v1", .date = "2026-11",
    .source = "https://docs.cohere.com/docs/chat-preparing-the-data", .note = "the service was closed on 2025-09-15; Bedrock took the same rows",
    .layouts = cohere_layouts, .roles = cohere_roles, .rules = RULE_SYSTEM_FIRST | RULE_SYSTEM_ONCE | RULE_HAS_ASSISTANT,
    .limits = { .rows_minimum = 32 } };

/* torchtune. */
static const struct profile_role torchtune_roles[] = {
    { "system", DATASET_SYSTEM, false },
    { "user", DATASET_USER, false },
    { "assistant", DATASET_ASSISTANT, false },
    { "tool", DATASET_TOOL, false },
    { "ipython", DATASET_TOOL, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};
static const char *const type_text[] = { "text", NULL };
static const struct profile_node torchtune_text_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_text },
    { .key = "content", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_TEXT },
};
static const struct profile_shape torchtune_text = {
    .name = "a text part", PROFILE_NODES(torchtune_text_nodes), .discriminator = "type", .discriminator_value = "text",
    .is_part = true, .part_kind = DATASET_PART_TEXT };
static const char *const type_image[] = { "image", NULL };
static const struct profile_node torchtune_image_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_image },
    { .key = "content", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_URI },
};
static const struct profile_shape torchtune_image = {
    .name = "an image part", PROFILE_NODES(torchtune_image_nodes), .discriminator = "type", .discriminator_value = "image",
    .is_part = true, .part_kind = DATASET_PART_IMAGE };
static const struct profile_shape *const torchtune_parts[] = { &torchtune_text, &torchtune_image, NULL };
static const struct profile_node torchtune_message_nodes[] = {
    ROLE,
    { .key = "content", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED, .meaning = MEANING_CONTENT, .shapes = torchtune_parts },
};
static const struct profile_shape torchtune_message = { .name = "a message", PROFILE_NODES(torchtune_message_nodes) };
static const struct profile_shape *const torchtune_messages[] = { &torchtune_message, NULL };
static const struct profile_node torchtune_nodes[] = { MESSAGES("messages", torchtune_messages) };
static const struct profile_shape torchtune = { .name = "a conversation", PROFILE_NODES(torchtune_nodes), .discriminator = "messages" };
static const struct profile_layout torchtune_layout = { DATASET_CHAT, false, &torchtune };
static const struct profile_layout *const torchtune_layouts[] = { &torchtune_layout, NULL };
#define TORCHTUNE_SIDE(word, what) { .key = (word), .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = (what), .shapes = torchtune_messages }
static const struct profile_node torchtune_preference_nodes[] = { TORCHTUNE_SIDE("chosen", MEANING_CHOSEN), TORCHTUNE_SIDE("rejected", MEANING_REJECTED) };
static const struct profile_shape torchtune_preference = { .name = "a preference row", PROFILE_NODES(torchtune_preference_nodes), .discriminator = "chosen" };
static const struct profile_layout torchtune_preference_layout = { DATASET_PREFERENCE, false, &torchtune_preference };
static const struct profile_layout *const torchtune_preference_layouts[] = { &torchtune_preference_layout, NULL };
#define TORCHTUNE_RULES (RULE_SYSTEM_FIRST | RULE_NO_USER_NEIGHBOURS | RULE_ASSISTANT_AFTER_USER)

const struct profile profile_torchtune = {
    .name = "torchtune", .title = "torchtune chat", .version = "0.6", .date = "2026-11",
    .source = "https://meta-pytorch.org/torchtune/stable/basics/chat_datasets.html", .layouts = torchtune_layouts, .roles = torchtune_roles,
    .rules = TORCHTUNE_RULES, .limits = { .turns_minimum = 2 } };

const struct profile profile_torchtune_preference = {
    .name = "torchtune-preference", .title = "torchtune preferences, prompt inside both answers", .version = "0.6", .date = "2026-11",
    .source = "https://meta-pytorch.org/torchtune/stable/basics/preference_datasets.html", .layouts = torchtune_preference_layouts,
    .roles = torchtune_roles, .rules = RULE_SYSTEM_FIRST | RULE_SHARED_PREFIX };

/* axolotl. */
static const struct profile_node axolotl_nodes[] = {
    MESSAGES("messages", trl_messages),
    { .key = "tools", .types = TYPE_ARRAY | TYPE_STRING, .meaning = MEANING_TOOLS, .shapes = openai_tools },
};
static const struct profile_shape axolotl = { .name = "a conversation", PROFILE_NODES(axolotl_nodes), .discriminator = "messages" };
static const struct profile_layout axolotl_layout = { DATASET_CHAT, false, &axolotl };
static const struct profile_layout *const axolotl_layouts[] = { &axolotl_layout, NULL };

const struct profile profile_axolotl = {
    .name = "axolotl", .title = "axolotl chat_template", .version = "0.13", .date = "2026-11",
    .source = "https://docs.axolotl.ai/docs/dataset-formats/conversation.html",
    .note = "field_messages and message_property_mappings rename keys; roles_to_train says which turns count", .layouts = axolotl_layouts,
    .roles = trl_roles, .rules = RULE_HAS_ASSISTANT | RULE_WARN_LAST_ASSISTANT | RULE_CONTENT_OR_CALLS };

/* Anthropic's batches: a request to Messages in each row. */
static const char *const type_base64[] = { "base64", NULL };
static const char *const type_url[] = { "url", NULL };
static const char *const media_type_words[] = { "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", NULL };
static const struct profile_node base64_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_base64 },
    { .key = "media_type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_FORMAT, .values = media_type_words },
    { .key = "data", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_DATA, .check = TEXT_CHECK_BASE64 },
};
static const struct profile_shape base64 = { .name = "a base64 source", PROFILE_NODES(base64_nodes), .discriminator = "type", .discriminator_value = "base64" };
static const struct profile_node url_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_url },
    { .key = "url", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_URI, .check = TEXT_CHECK_IMAGE_URL },
};
static const struct profile_shape url = { .name = "a URL source", PROFILE_NODES(url_nodes), .discriminator = "type", .discriminator_value = "url" };
static const struct profile_shape *const anthropic_sources[] = { &base64, &url, NULL };
static const struct profile_node anthropic_text_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_text },
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_TEXT },
};
const struct profile_shape anthropic_text = {
    .name = "a text block", PROFILE_NODES(anthropic_text_nodes), .discriminator = "type", .discriminator_value = "text",
    .is_part = true, .part_kind = DATASET_PART_TEXT };
static const struct profile_node anthropic_image_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_image },
    { .key = "source", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = anthropic_sources },
};
static const struct profile_shape anthropic_image = {
    .name = "an image block", PROFILE_NODES(anthropic_image_nodes), .discriminator = "type", .discriminator_value = "image",
    .is_part = true, .part_kind = DATASET_PART_IMAGE };
static const char *const type_document[] = { "document", NULL };
static const struct profile_node anthropic_document_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_document },
    { .key = "source", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = anthropic_sources },
};
static const struct profile_shape anthropic_document = {
    .name = "a document block", PROFILE_NODES(anthropic_document_nodes), .discriminator = "type", .discriminator_value = "document",
    .is_part = true, .part_kind = DATASET_PART_DOCUMENT };
static const char *const type_use[] = { "tool_use", NULL };
static const struct profile_node anthropic_use_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_use },
    { .key = "id", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_CALL_ID, .check = TEXT_CHECK_ID_64 },
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CALL_NAME },
    { .key = "input", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .meaning = MEANING_CALL_ARGUMENTS },
};
static const struct profile_shape anthropic_use = {
    .name = "a use of a tool", PROFILE_NODES(anthropic_use_nodes), .discriminator = "type", .discriminator_value = "tool_use", .is_part = true };
static const struct profile_shape *const anthropic_result_blocks[] = { &anthropic_text, &anthropic_image, NULL };
static const char *const type_result[] = { "tool_result", NULL };
static const struct profile_node anthropic_result_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = type_result },
    { .key = "tool_use_id", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_RESULT_ID, .check = TEXT_CHECK_ID_64 },
    { .key = "content", .types = TYPE_STRING | TYPE_ARRAY, .meaning = MEANING_RESULT_CONTENT, .shapes = anthropic_result_blocks },
};
static const struct profile_shape anthropic_result = {
    .name = "a result of a tool", PROFILE_NODES(anthropic_result_nodes), .discriminator = "type", .discriminator_value = "tool_result", .is_part = true };
static const struct profile_shape *const anthropic_blocks[] = { &anthropic_text, &anthropic_image, &anthropic_document, &anthropic_use, &anthropic_result, NULL };
static const struct profile_shape *const anthropic_texts[] = { &anthropic_text, NULL };
static const struct profile_node anthropic_message_nodes[] = {
    ROLE,
    { .key = "content", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CONTENT, .shapes = anthropic_blocks },
};
static const struct profile_shape anthropic_message = { .name = "a message", PROFILE_NODES(anthropic_message_nodes) };
static const struct profile_shape *const anthropic_messages[] = { &anthropic_message, NULL };
static const struct profile_node anthropic_tool_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_TOOL_NAME, .minimum = 1, .maximum = 64 },
    { .key = "description", .types = TYPE_STRING, .meaning = MEANING_TOOL_DESCRIPTION },
    { .key = "input_schema", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .meaning = MEANING_TOOL_PARAMETERS, .initial = "{\"type\":\"object\"}" },
};
static const struct profile_shape anthropic_tool = { .name = "a tool", PROFILE_NODES(anthropic_tool_nodes) };
static const struct profile_shape *const anthropic_tools[] = { &anthropic_tool, NULL };
static const struct profile_node params_nodes[] = {
    { .key = "model", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MODEL_NAME },
    { .key = "max_tokens", .types = TYPE_NUMBER, .flags = NODE_REQUIRED | NODE_INTEGER, .minimum = 1, .maximum = 1000000, .initial = "4096" },
    { .key = "system", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_NOT_EMPTY, .meaning = MEANING_SYSTEM, .shapes = anthropic_texts },
    MESSAGES("messages", anthropic_messages),
    { .key = "tools", .types = TYPE_ARRAY, .meaning = MEANING_TOOLS, .shapes = anthropic_tools },
    { .key = "stream", .types = TYPE_BOOLEAN, .meaning = MEANING_STREAM },
};
static const struct profile_shape params = { .name = "a request", PROFILE_NODES(params_nodes) };
static const struct profile_shape *const paramss[] = { &params, NULL };
static const struct profile_node anthropic_batch_nodes[] = {
    { .key = "custom_id", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ID, .check = TEXT_CHECK_ID_64 },
    { .key = "params", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = paramss },
};
static const struct profile_shape anthropic_batch = {
    .name = "a request of a batch", PROFILE_NODES(anthropic_batch_nodes), .discriminator = "params", .is_closed = true };
static const struct profile_layout anthropic_batch_layout = { DATASET_CHAT, false, &anthropic_batch };
static const struct profile_layout *const anthropic_batch_layouts[] = { &anthropic_batch_layout, NULL };

const struct profile profile_anthropic_batch = {
    .name = "anthropic-batch", .title = "Anthropic message batches", .version = "2023-06-01", .date = "2026-11",
    .source = "https://platform.claude.com/docs/en/api/messages/batches/create", .note = "the rows are the elements of `requests`",
    .layouts = anthropic_batch_layouts, .roles = converse_roles, .rules = RULE_FIRST_USER | RULE_IMAGE_USER_ONLY | RULE_TOOL_IDS,
    .file_rules = FILE_UNIQUE_IDS | FILE_NO_VALIDATION_SET, .limits = { .rows_maximum = 100000, .file_bytes_maximum = 256LL << 20 } };
/* clang-format on */
