/* profile_bedrock.c - rows of Amazon Bedrock: customisation, distillation, invocation logs, batch inference. */
#include "dataset/profile_list.h"

/* clang-format off */
const struct profile_role converse_roles[] = {
    { "user", DATASET_USER, false },
    { "assistant", DATASET_ASSISTANT, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};

/* Content blocks of Converse. */
static const struct profile_node text_block_nodes[] = {
    { .key = "text", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_PART_TEXT },
};
const struct profile_shape converse_text_block = {
    .name = "a text block", PROFILE_NODES(text_block_nodes), .discriminator = "text", .is_part = true, .part_kind = DATASET_PART_TEXT };
const struct profile_shape *const converse_text_blocks[] = { &converse_text_block, NULL };

static const char *const image_formats[] = { "gif", "jpeg", "png", "webp", NULL };
static const struct profile_node s3_nodes[] = {
    { .key = "uri", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_PART_URI, .check = TEXT_CHECK_S3_URI },
    { .key = "bucketOwner", .types = TYPE_STRING, .meaning = MEANING_PART_OWNER },
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
static const struct profile_shape image = { .name = "an image", PROFILE_NODES(media_nodes) };
static const struct profile_shape *const images[] = { &image, NULL };
static const struct profile_node image_block_nodes[] = {
    { .key = "image", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = images },
};
static const struct profile_shape image_block = {
    .name = "an image block", PROFILE_NODES(image_block_nodes), .discriminator = "image", .is_part = true, .part_kind = DATASET_PART_IMAGE };
static const struct profile_shape *const blocks[] = { &converse_text_block, &image_block, NULL };

/* Prompt and completion: Titan, Cohere, Llama 3.1. */
static const struct profile_node text_nodes[] = {
    { .key = "prompt", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_PROMPT },
    { .key = "completion", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_COMPLETION },
};
static const struct profile_shape text_row = { .name = "a row", PROFILE_NODES(text_nodes) };
static const struct profile_layout text_layout = { DATASET_COMPLETION, true, &text_row };
static const struct profile_layout *const text_layouts[] = { &text_layout, NULL };

const struct profile profile_bedrock_text = {
    .name = "bedrock-text", .title = "Bedrock fine-tuning, text to text (Titan, Cohere, Llama 3.1)", .version = "2025", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-prepare.html", .layouts = text_layouts,
    .limits = { .rows_maximum = 10000, .validation_rows_maximum = 1000, .file_bytes_maximum = 10LL << 30,
                .validation_bytes_maximum = 1LL << 30, .characters_per_token = 6 } };

/* Converse: Llama 3.2. */
static const char *const conversation_version[] = { "bedrock-conversation-2024", NULL };
static const struct profile_node converse_message_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CONTENT, .shapes = blocks },
};
static const struct profile_shape converse_message = { .name = "a message", PROFILE_NODES(converse_message_nodes) };
static const struct profile_shape *const converse_messages[] = { &converse_message, NULL };
static const struct profile_node converse_nodes[] = {
    { .key = "schemaVersion", .types = TYPE_STRING, .flags = NODE_USUAL | NODE_WRITTEN, .values = conversation_version },
    { .key = "system", .types = TYPE_ARRAY, .meaning = MEANING_SYSTEM, .shapes = converse_text_blocks, .minimum = 1, .maximum = 1 },
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = converse_messages },
};
static const struct profile_shape converse = { .name = "a conversation", PROFILE_NODES(converse_nodes), .discriminator = "messages" };
static const struct profile_layout converse_layout = { DATASET_CHAT, false, &converse };
static const struct profile_layout *const converse_layouts[] = { &converse_layout, NULL };

const struct profile profile_bedrock_converse = {
    .name = "bedrock-converse", .title = "Bedrock fine-tuning, Converse form (Llama 3.2)", .version = "bedrock-conversation-2024", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-prepare.html", .layouts = converse_layouts, .roles = converse_roles,
    .rules = RULE_FIRST_USER | RULE_LAST_ASSISTANT | RULE_ALTERNATE | RULE_IMAGE_USER_ONLY, .image_formats = image_formats,
    .limits = { .rows_maximum = 10000, .validation_rows_maximum = 1000, .file_bytes_maximum = 10LL << 30,
                .validation_bytes_maximum = 1LL << 30, .characters_per_token = 6, .turns_minimum = 2 } };

/* Claude 3 Haiku: content is a string, and there is no other key. */
static const struct profile_node claude_message_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_CONTENT },
};
static const struct profile_shape claude_message = { .name = "a message", PROFILE_NODES(claude_message_nodes), .is_closed = true };
static const struct profile_shape *const claude_messages[] = { &claude_message, NULL };
static const struct profile_node claude_nodes[] = {
    { .key = "system", .types = TYPE_STRING, .flags = NODE_NOT_BLANK, .meaning = MEANING_SYSTEM },
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = claude_messages },
};
static const struct profile_shape claude = { .name = "a conversation", PROFILE_NODES(claude_nodes), .discriminator = "messages", .is_closed = true };
static const struct profile_layout claude_layout = { DATASET_CHAT, false, &claude };
static const struct profile_layout *const claude_layouts[] = { &claude_layout, NULL };
static const struct profile_reserved claude_reserved[] = { { .text = "\nHuman:" }, { .text = "\nAssistant:" }, { .text = NULL } };

const struct profile profile_bedrock_claude = {
    .name = "bedrock-claude", .title = "Bedrock fine-tuning, Claude 3 Haiku", .version = "2024-10", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-prepare.html", .layouts = claude_layouts, .roles = converse_roles,
    .rules = RULE_FIRST_USER | RULE_LAST_ASSISTANT | RULE_ALTERNATE, .reserved = claude_reserved,
    .limits = { .rows_minimum = 32, .rows_maximum = 10000, .validation_rows_minimum = 32, .validation_rows_maximum = 1000,
                .rows_together_maximum = 10000, .file_bytes_maximum = 10LL << 30, .validation_bytes_maximum = 1LL << 30,
                .tokens_row_maximum = 32000, .characters_per_token = 3, .turns_minimum = 2 } };

/* Image and caption: Titan Image Generator, Titan Multimodal Embeddings. */
static const struct profile_node image_row_nodes[] = {
    { .key = "image-ref", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_IMAGE_REFERENCE, .check = TEXT_CHECK_S3_URI },
    { .key = "caption", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_COMPLETION },
};
static const struct profile_shape image_row = { .name = "an image and its caption", PROFILE_NODES(image_row_nodes), .discriminator = "image-ref" };
static const struct profile_layout image_layout = { DATASET_COMPLETION, false, &image_row };
static const struct profile_layout *const image_layouts[] = { &image_layout, NULL };
static const char *const picture_formats[] = { "jpeg", "png", NULL };

const struct profile profile_bedrock_image = {
    .name = "bedrock-image", .title = "Bedrock fine-tuning, images with captions (Titan)", .version = "2024", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-prepare.html", .layouts = image_layouts,
    .image_formats = picture_formats, .file_rules = FILE_NO_VALIDATION_SET,
    .limits = { .rows_minimum = 5, .rows_maximum = 10000 } };

/* Prompts for a teacher, with or without its answer. */
static const struct profile_node prompt_message_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CONTENT, .shapes = converse_text_blocks, .minimum = 1, .maximum = 1 },
};
static const struct profile_shape prompt_message = { .name = "a message", PROFILE_NODES(prompt_message_nodes), .is_closed = true };
static const struct profile_shape *const prompt_messages[] = { &prompt_message, NULL };
static const struct profile_node prompt_nodes[] = {
    { .key = "schemaVersion", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_WRITTEN, .values = conversation_version },
    { .key = "system", .types = TYPE_ARRAY, .meaning = MEANING_SYSTEM, .shapes = converse_text_blocks, .minimum = 1, .maximum = 1 },
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = prompt_messages },
};
static const struct profile_shape prompt_row = { .name = "a prompt", PROFILE_NODES(prompt_nodes), .discriminator = "messages", .is_closed = true };
static const struct profile_layout prompt_layout = { DATASET_CHAT, false, &prompt_row };
static const struct profile_layout *const prompt_layouts[] = { &prompt_layout, NULL };

const struct profile profile_bedrock_distillation = {
    .name = "bedrock-distillation", .title = "Bedrock distillation, own prompts", .version = "bedrock-conversation-2024", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/bedrock/latest/userguide/distillation-data-prep-option-1.html",
    .note = "Nova students may also take several turns", .layouts = prompt_layouts, .roles = converse_roles,
    .rules = RULE_FIRST_USER | RULE_ALTERNATE | RULE_ONE_TURN | RULE_TEXT_ONLY,
    .limits = { .rows_minimum = 100, .rows_maximum = 15000, .file_bytes_maximum = 1LL << 30, .validation_bytes_maximum = 1LL << 30 } };

/* What Bedrock logs of each call; an answer is optional, since distillation may take the prompts alone. */
static const struct profile_node log_message_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CONTENT, .shapes = converse_text_blocks, .minimum = 1, .maximum = 1 },
};
static const struct profile_shape log_message = { .name = "a message", PROFILE_NODES(log_message_nodes) };
static const struct profile_shape *const log_messages[] = { &log_message, NULL };
static const struct profile_node log_body_nodes[] = {
    { .key = "system", .types = TYPE_ARRAY, .meaning = MEANING_SYSTEM, .shapes = converse_text_blocks },
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = log_messages },
};
static const struct profile_shape log_body = { .name = "a request", PROFILE_NODES(log_body_nodes) };
static const struct profile_shape *const log_bodies[] = { &log_body, NULL };
static const struct profile_node log_input_nodes[] = {
    { .key = "inputBodyJson", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = log_bodies },
};
static const struct profile_shape log_input = { .name = "an input", PROFILE_NODES(log_input_nodes) };
static const struct profile_shape *const log_inputs[] = { &log_input, NULL };
static const struct profile_node log_answer_nodes[] = {
    { .key = "message", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .meaning = MEANING_COMPLETION, .shapes = log_messages },
};
static const struct profile_shape log_answer = { .name = "an answer", PROFILE_NODES(log_answer_nodes) };
static const struct profile_shape *const log_answers[] = { &log_answer, NULL };
static const struct profile_node log_output_body_nodes[] = {
    { .key = "output", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = log_answers },
};
static const struct profile_shape log_output_body = { .name = "a response", PROFILE_NODES(log_output_body_nodes) };
static const struct profile_shape *const log_output_bodies[] = { &log_output_body, NULL };
static const struct profile_node log_output_nodes[] = {
    { .key = "outputBodyJson", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = log_output_bodies },
};
static const struct profile_shape log_output = { .name = "an output", PROFILE_NODES(log_output_nodes) };
static const struct profile_shape *const log_outputs[] = { &log_output, NULL };
static const char *const log_schema[] = { "ModelInvocationLog", NULL };
static const struct profile_node log_nodes[] = {
    { .key = "schemaType", .types = TYPE_STRING, .flags = NODE_WRITTEN, .values = log_schema },
    { .key = "schemaVersion", .types = TYPE_STRING },
    { .key = "timestamp", .types = TYPE_STRING },
    { .key = "accountId", .types = TYPE_STRING },
    { .key = "identity", .types = TYPE_OBJECT },
    { .key = "region", .types = TYPE_STRING },
    { .key = "requestId", .types = TYPE_STRING, .meaning = MEANING_ID },
    { .key = "operation", .types = TYPE_STRING },
    { .key = "modelId", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MODEL_NAME },
    { .key = "input", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = log_inputs },
    { .key = "output", .types = TYPE_OBJECT, .flags = NODE_REQUIRED, .shapes = log_outputs },
    { .key = "requestMetadata", .types = TYPE_OBJECT },
};
static const struct profile_shape log_row = { .name = "a log entry", PROFILE_NODES(log_nodes), .discriminator = "modelId" };
static const struct profile_layout log_layout = { DATASET_COMPLETION, false, &log_row };
static const struct profile_layout *const log_layouts[] = { &log_layout, NULL };

const struct profile profile_bedrock_invocation_log = {
    .name = "bedrock-invocation-log", .title = "Bedrock distillation, invocation logs (Converse)", .version = "1.0", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/bedrock/latest/userguide/distillation-data-prep-option-2.html",
    .note = "answers count only when the teacher is the model that was logged", .layouts = log_layouts, .roles = converse_roles,
    .rules = RULE_FIRST_USER | RULE_ALTERNATE | RULE_ONE_TURN | RULE_TEXT_ONLY | RULE_ANSWER_ONE_MESSAGE | RULE_ANSWER_ROLES,
    .limits = { .rows_minimum = 100, .rows_maximum = 15000 } };

/* Batch inference: a body of InvokeModel or of Converse, by the type of the job. */
static const char *const anthropic_version[] = { "bedrock-2023-05-31", NULL };
/* Images, tools and thinking of a Claude body pass unread. */
static const struct profile_node other_block_nodes[] = {
    { .key = "type", .types = TYPE_STRING, .flags = NODE_REQUIRED },
};
static const struct profile_shape other_block = { .name = "a block", PROFILE_NODES(other_block_nodes), .discriminator = "type" };
static const struct profile_shape *const typed_blocks[] = { &anthropic_text, &other_block, NULL };
static const struct profile_node claude_turn_nodes[] = {
    { .key = "role", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "content", .types = TYPE_STRING | TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CONTENT, .shapes = typed_blocks },
};
static const struct profile_shape claude_turn = { .name = "a message", PROFILE_NODES(claude_turn_nodes) };
static const struct profile_shape *const claude_turns[] = { &claude_turn, NULL };
static const struct profile_node claude_body_nodes[] = {
    { .key = "anthropic_version", .types = TYPE_STRING, .flags = NODE_REQUIRED, .values = anthropic_version },
    { .key = "max_tokens", .types = TYPE_NUMBER, .flags = NODE_REQUIRED | NODE_INTEGER, .minimum = 1, .maximum = INT32_MAX },
    { .key = "system", .types = TYPE_STRING | TYPE_ARRAY, .meaning = MEANING_SYSTEM, .shapes = typed_blocks },
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = claude_turns },
};
static const struct profile_shape claude_body = { .name = "a Claude request", PROFILE_NODES(claude_body_nodes), .discriminator = "anthropic_version" };
static const struct profile_node converse_body_nodes[] = {
    { .key = "system", .types = TYPE_ARRAY, .meaning = MEANING_SYSTEM, .shapes = converse_text_blocks },
    { .key = "messages", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = converse_messages },
};
static const struct profile_shape converse_body = { .name = "a Converse request", PROFILE_NODES(converse_body_nodes), .discriminator = "messages" };
static const struct profile_node other_body_nodes[] = {
    { .key = "inputText", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY },
    { .key = "prompt", .types = TYPE_STRING, .flags = NODE_NOT_EMPTY },
};
static const struct profile_shape other_body = { .name = "a request", PROFILE_NODES(other_body_nodes) };
static const struct profile_shape *const batch_bodies[] = { &claude_body, &converse_body, &other_body, NULL };
static const struct profile_node batch_nodes[] = {
    { .key = "recordId", .types = TYPE_STRING, .meaning = MEANING_ID },
    { .key = "modelInput", .types = TYPE_OBJECT, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .shapes = batch_bodies },
};
static const struct profile_shape batch = { .name = "a batch row", PROFILE_NODES(batch_nodes), .discriminator = "modelInput" };
static const struct profile_layout batch_layout = { DATASET_CHAT, false, &batch };
static const struct profile_layout *const batch_layouts[] = { &batch_layout, NULL };

const struct profile profile_bedrock_batch = {
    .name = "bedrock-batch", .title = "Bedrock batch inference", .version = "2025", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html",
    .note = "answers come in any order: join them by recordId", .layouts = batch_layouts, .roles = converse_roles,
    .rules = RULE_FIRST_USER | RULE_IMAGE_USER_ONLY, .image_formats = image_formats, .file_rules = FILE_UNIQUE_IDS | FILE_NO_VALIDATION_SET,
    .limits = { .rows_minimum = 100 } };

/* Continued pre-training. */
static const struct profile_node cpt_nodes[] = {
    { .key = "input", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_TEXT },
};
static const struct profile_shape cpt = { .name = "a text", PROFILE_NODES(cpt_nodes), .discriminator = "input", .is_closed = true };
static const struct profile_layout cpt_layout = { DATASET_TEXT, true, &cpt };
static const struct profile_layout *const cpt_layouts[] = { &cpt_layout, NULL };

const struct profile profile_bedrock_cpt = {
    .name = "bedrock-cpt", .title = "Bedrock continued pre-training (Titan)", .version = "2024", .date = "2026-11",
    .source = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-prepare.html", .layouts = cpt_layouts,
    .limits = { .rows_maximum = 100000, .validation_rows_maximum = 1000, .file_bytes_maximum = 10LL << 30,
                .validation_bytes_maximum = 1LL << 30, .characters_per_token = 6 } };
/* clang-format on */
