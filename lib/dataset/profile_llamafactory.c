/* profile_llamafactory.c - rows of LLaMA-Factory: Alpaca and ShareGPT, under the names that need no dataset_info. */
#include "dataset/profile_list.h"

/* clang-format off */
static const struct profile_role sharegpt_roles[] = {
    { "system", DATASET_SYSTEM, false },
    { "human", DATASET_USER, false },
    { "gpt", DATASET_ASSISTANT, false },
    { "function_call", DATASET_ASSISTANT, true },
    { "observation", DATASET_TOOL, false },
    { NULL, DATASET_ROLE_UNKNOWN, false },
};

/* Declared tools are a string that holds a list. */
static const struct profile_node tool_nodes[] = {
    { .key = "name", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_TOOL_NAME },
    { .key = "description", .types = TYPE_STRING, .meaning = MEANING_TOOL_DESCRIPTION },
    { .key = "parameters", .types = TYPE_OBJECT, .meaning = MEANING_TOOL_PARAMETERS },
};
static const struct profile_shape tool = { .name = "a tool", PROFILE_NODES(tool_nodes) };
static const struct profile_shape *const tools[] = { &tool, NULL };

#define SYSTEM { .key = "system", .types = TYPE_STRING | TYPE_NULL, .meaning = MEANING_SYSTEM }
#define TOOLS { .key = "tools", .types = TYPE_STRING | TYPE_NULL, .meaning = MEANING_TOOLS, .shapes = tools }
#define IMAGES { .key = "images", .types = TYPE_ARRAY | TYPE_NULL, .meaning = MEANING_IMAGES, .item_types = TYPE_STRING }
#define QUESTION                                                                                                                           \
    { .key = "instruction", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = MEANING_INSTRUCTION },               \
    { .key = "input", .types = TYPE_STRING | TYPE_NULL, .flags = NODE_WRITTEN, .meaning = MEANING_INPUT, .initial = "\"\"" }
#define HISTORY { .key = "history", .types = TYPE_ARRAY | TYPE_NULL, .meaning = MEANING_HISTORY, .item_types = TYPE_ARRAY }
#define ANSWER(word, what) { .key = (word), .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_BLANK, .meaning = (what) }

static const struct profile_node alpaca_nodes[] = { QUESTION, ANSWER("output", MEANING_COMPLETION), SYSTEM, HISTORY, IMAGES };
static const struct profile_shape alpaca = { .name = "an Alpaca row", PROFILE_NODES(alpaca_nodes), .discriminator = "output" };
static const struct profile_node alpaca_preference_nodes[] = {
    QUESTION, ANSWER("chosen", MEANING_CHOSEN), ANSWER("rejected", MEANING_REJECTED), SYSTEM, HISTORY, IMAGES };
static const struct profile_shape alpaca_preference = { .name = "an Alpaca preference row", PROFILE_NODES(alpaca_preference_nodes), .discriminator = "chosen" };
static const struct profile_node alpaca_kto_nodes[] = {
    QUESTION, ANSWER("output", MEANING_COMPLETION),
    { .key = "kto_tag", .types = TYPE_BOOLEAN, .flags = NODE_REQUIRED, .meaning = MEANING_LABEL }, SYSTEM, HISTORY, IMAGES };
static const struct profile_shape alpaca_kto = { .name = "a labelled Alpaca row", PROFILE_NODES(alpaca_kto_nodes), .discriminator = "kto_tag" };
static const struct profile_layout alpaca_layout = { DATASET_COMPLETION, false, &alpaca };
static const struct profile_layout alpaca_preference_layout = { DATASET_PREFERENCE, false, &alpaca_preference };
static const struct profile_layout alpaca_kto_layout = { DATASET_UNPAIRED, false, &alpaca_kto };
static const struct profile_layout *const alpaca_layouts[] = { &alpaca_kto_layout, &alpaca_preference_layout, &alpaca_layout, NULL };

static const struct profile_node message_nodes[] = {
    { .key = "from", .types = TYPE_STRING, .flags = NODE_REQUIRED, .meaning = MEANING_ROLE },
    { .key = "value", .types = TYPE_STRING, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_CONTENT },
};
static const struct profile_shape message = { .name = "a message", PROFILE_NODES(message_nodes) };
static const struct profile_shape *const messages[] = { &message, NULL };
#define CONVERSATION { .key = "conversations", .types = TYPE_ARRAY, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = MEANING_MESSAGES, .shapes = messages }
#define SIDE(word, what) { .key = (word), .types = TYPE_OBJECT, .flags = NODE_REQUIRED | NODE_NOT_EMPTY, .meaning = (what), .shapes = messages }

static const struct profile_node chat_nodes[] = { CONVERSATION, SYSTEM, TOOLS, IMAGES };
static const struct profile_shape chat = { .name = "a ShareGPT row", PROFILE_NODES(chat_nodes), .discriminator = "conversations" };
static const struct profile_layout chat_layout = { DATASET_CHAT, false, &chat };
static const struct profile_layout *const chat_layouts[] = { &chat_layout, NULL };
static const struct profile_node preference_nodes[] = {
    CONVERSATION, SIDE("chosen", MEANING_CHOSEN), SIDE("rejected", MEANING_REJECTED), SYSTEM, TOOLS, IMAGES };
static const struct profile_shape preference = { .name = "a ShareGPT preference row", PROFILE_NODES(preference_nodes), .discriminator = "chosen" };
static const struct profile_layout preference_layout = { DATASET_PREFERENCE, false, &preference };
static const struct profile_layout *const preference_layouts[] = { &preference_layout, NULL };
static const struct profile_node kto_nodes[] = {
    CONVERSATION, { .key = "kto_tag", .types = TYPE_BOOLEAN, .flags = NODE_REQUIRED, .meaning = MEANING_LABEL }, SYSTEM, TOOLS, IMAGES };
static const struct profile_shape kto = { .name = "a labelled ShareGPT row", PROFILE_NODES(kto_nodes), .discriminator = "kto_tag" };
static const struct profile_layout kto_layout = { DATASET_UNPAIRED, false, &kto };
static const struct profile_layout *const kto_layouts[] = { &kto_layout, NULL };

#define SOURCE "https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md"

const struct profile profile_alpaca = {
    .name = "alpaca", .title = "Alpaca, with preferences and labels as LLaMA-Factory has them", .version = "0.9", .date = "2026-11", .source = SOURCE,
    .note = "an answer that is no string is dropped in silence by the trainer", .layouts = alpaca_layouts, .rules = RULE_IMAGE_TOKENS,
    .file_rules = FILE_ONE_LAYOUT | FILE_TAKES_ARRAY };

const struct profile profile_sharegpt = {
    .name = "sharegpt", .title = "ShareGPT conversations (LLaMA-Factory)", .version = "0.9", .date = "2026-11", .source = SOURCE,
    .note = "rows that break the order of roles are dropped in silence by the trainer", .layouts = chat_layouts, .roles = sharegpt_roles,
    .rules = RULE_PAIRS | RULE_SYSTEM_FIRST | RULE_SYSTEM_ONCE | RULE_IMAGE_TOKENS,
    .file_rules = FILE_TAKES_ARRAY };

const struct profile profile_sharegpt_preference = {
    .name = "sharegpt-preference", .title = "ShareGPT preferences (LLaMA-Factory, ranking: true)", .version = "0.9", .date = "2026-11", .source = SOURCE,
    .layouts = preference_layouts, .roles = sharegpt_roles,
    .rules = RULE_SYSTEM_FIRST | RULE_SYSTEM_ONCE | RULE_FIRST_USER | RULE_ALTERNATE | RULE_LAST_IS_PROMPT | RULE_ANSWER_ONE_MESSAGE | RULE_IMAGE_TOKENS,
    .file_rules = FILE_TAKES_ARRAY };

const struct profile profile_sharegpt_kto = {
    .name = "sharegpt-kto", .title = "ShareGPT labelled conversations (LLaMA-Factory, KTO)", .version = "0.9", .date = "2026-11", .source = SOURCE,
    .layouts = kto_layouts, .roles = sharegpt_roles, .rules = RULE_SYSTEM_FIRST | RULE_SYSTEM_ONCE | RULE_FIRST_USER | RULE_ALTERNATE | RULE_IMAGE_TOKENS,
    .file_rules = FILE_TAKES_ARRAY };
/* clang-format on */
