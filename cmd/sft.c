/* sft.c - conversations and questions with answers become rows to fine-tune on. */
#include "base/memory.h"
#include "tools.h"
#include "training.h"

struct sft_options {
    struct training_options training; /* first */
    int64_t window, stride, max_turns, max_chars, max_tokens;
    const char *tokenizer;
    bool merge_turns;
    unsigned train_on;
    struct option_list role_tags;
    double check_passage;
    const char *image_uri_prefix;
};

enum { TRAIN_ON_ALL, TRAIN_ON_LAST };
static const char *const train_on_choices[] = { "all", "last", NULL };

#define FIELD(name) OPTION_FIELD(struct sft_options, name)
static const struct option sft_options[] = {
    TRAINING_MAPPING_ROWS(struct sft_options),
    { .name = "assistant",
      TRAINING_FIELD(struct sft_options, assistant),
      .argument = "TEMPLATE",
      .help = "the answer" },
    { .name = "merge-turns",
      FIELD(merge_turns),
      .heading = "Conversations",
      .help = "neighbours of one role become one message" },
    { .name = "window",
      FIELD(window),
      .argument = "N",
      .minimum = 1,
      .maximum = 1000000,
      .help = "cut long conversations into rows of up to N messages" },
    { .name = "stride",
      FIELD(stride),
      .argument = "N",
      .minimum = 1,
      .maximum = 1000000,
      .help = "messages from one window's start to the next [those of the window]" },
    { .name = "max-turns",
      FIELD(max_turns),
      .argument = "N",
      .minimum = 2,
      .maximum = 1000000,
      .help = "messages in a row; the earliest ones go first" },
    { .name = "max-chars",
      FIELD(max_chars),
      .argument = "N",
      .minimum = 1,
      .maximum = 1e9,
      .help = "characters in a row, likewise" },
    { .name = "max-tokens",
      FIELD(max_tokens),
      .argument = "N",
      .minimum = 1,
      .maximum = 1e9,
      .help = "tokens in a row, likewise",
      .details = "Of the texts alone, without those that a chat template adds." },
    { .name = "tokenizer",
      FIELD(tokenizer),
      .argument = "NAME|FILE",
      .initial = "o200k-estimate",
      .help = "what counts tokens: an estimate, or a vocabulary's file" },
    { .name = "train-on",
      FIELD(train_on),
      .argument = "WHICH",
      .initial = "all",
      .choices = train_on_choices,
      .help = "answers that are learnt: all, or the last; others get weight 0" },
    { .name = "role-tags",
      FIELD(role_tags),
      .keeps_commas = true,
      .argument = "ROLE=TEXT",
      .help = "write all turns but the last as one prompt, with this in front",
      .details = "For forms of one prompt and one completion: --role-tags 'user=User: ' --role-tags 'assistant=Bot: '. "
                 "The prompt ends with the assistant's." },
    { .name = "check-passage",
      FIELD(check_passage),
      .heading = "Checks and images",
      .argument = "SHARE",
      .initial = "-1",
      .minimum = -1,
      .maximum = 1,
      .help = "drop answers of whose words the passage holds a smaller share; -1: do not look",
      .details = "Words of four and more letters count. A number or a quotation that is not in the passage drops the "
                 "row whatever the share, and is named." },
    { .name = "passage",
      TRAINING_FIELD(struct sft_options, passage),
      .argument = "TEMPLATE",
      .help = "the passage, in place of the mapping's" },
    { .name = "image",
      TRAINING_FIELD(struct sft_options, image),
      .argument = "TEMPLATE",
      .help = "an image that belongs to the question, by its URI" },
    { .name = "image-uri-prefix",
      FIELD(image_uri_prefix),
      .argument = "TEXT",
      .help = "in front of each image's URI, such as s3://bucket/" },
    { .heading = "Rows", TRAINING_ROW_PROFILE(struct sft_options) },
    TRAINING_LAST_ROWS(struct sft_options),
    { .name = NULL },
};

struct sft_state {
    struct training training; /* first */
    struct compose_settings settings;
    struct tokenizer tokenizer;
};

static bool read_tags(const struct option_list *tags, struct compose_settings *settings, struct error *error)
{
    for (size_t i = 0; i < tags->count; i++) {
        struct slice tag = slice_of_string(tags->values[i]);
        size_t end = slice_find_byte(tag, '=');
        int role = 0;
        while (role < DATASET_ROLE_UNKNOWN &&
               !slice_equal(slice_between(tag, 0, end), slice_of_string(dataset_role_names[role])))
            role++;
        if (role == DATASET_ROLE_UNKNOWN || end == tag.length)
            return error_set(error, E_USAGE, "--role-tags: '%s' is not ROLE=TEXT with system, user, assistant or tool",
                             tags->values[i]);
        settings->tags[role] = slice_from(tag, end + 1);
        settings->has_tags = true;
    }
    return true;
}

static bool read_settings(const struct sft_options *options, struct compose_settings *settings, struct error *error)
{
    *settings = (struct compose_settings){ .merges_turns = options->merge_turns,
                                           .trains_last = options->train_on == TRAIN_ON_LAST,
                                           .window = options->window,
                                           .stride = options->stride,
                                           .turns_maximum = options->max_turns,
                                           .characters_maximum = options->max_chars,
                                           .tokens_maximum = options->max_tokens,
                                           .support = options->check_passage,
                                           .image_prefix = options->image_uri_prefix };
    if (options->stride && !options->window)
        return error_set(error, E_USAGE, "--stride: needs --window");
    return read_tags(&options->role_tags, settings, error);
}

/* Whether the mapping says where questions and answers come from. */
static bool check_mapping(const struct sft_options *options, const struct mapping *mapping, struct error *error)
{
    bool has_turns =
        mapping->turns.is_given || mapping->lines.is_given || mapping->tree.is_given || mapping->thread.is_given;
    if (mapping->answers.count || mapping->answers.has_array || mapping->group.is_given)
        return error_set(error, E_USAGE, "the mapping has answers to choose from, which is for dpo and distill");
    if (!has_turns && !mapping->user.is_given && !mapping->image.is_given)
        return error_set(error, E_USAGE,
                         "nothing says what the question is: --preset, --map, or --user and --assistant do");
    if (!has_turns && !mapping->assistant.is_given)
        return error_set(error, E_USAGE, "--assistant: missing, there is nothing to answer with");
    if (options->check_passage >= 0 && !mapping->passage.is_given)
        return error_set(error, E_USAGE, "--check-passage: needs --passage, or a mapping with a passage");
    return true;
}

static bool sft_check(const struct tool_call *call, struct error *error)
{
    const struct sft_options *options = call->options;
    struct compose_settings settings;
    struct training training = { 0 };
    bool is_good = read_settings(options, &settings, error) &&
                   training_load(&options->training, call->arena, &training, error) &&
                   check_mapping(options, &training.mapping, error) &&
                   (!options->max_tokens || tokenizer_check(options->tokenizer, error));
    mapping_release(&training.mapping);
    return is_good;
}

static bool build(struct stage *stage, unsigned worker, const struct mapping *mapping, struct dialogue *dialogue,
                  struct arena *arena, struct composed *composed, struct error *error)
{
    const struct sft_state *state = stage->state;
    void *memory = state->training.workers[worker].tokenizer_memory;
    return compose_rows(&state->settings, mapping, dialogue, memory, arena, composed, error);
}

static bool sft_open(struct stage *stage, struct error *error)
{
    const struct sft_options *options = stage->options;
    struct sft_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->training.build = build;
    if (!read_settings(options, &state->settings, error) || !training_open(stage, &state->training, error))
        return false;
    if (!options->max_tokens)
        return true;
    if (!tokenizer_open(options->tokenizer, &state->tokenizer, error))
        return false;
    state->settings.tokenizer = &state->tokenizer;
    for (unsigned i = 0; i < state->training.worker_count; i++)
        state->training.workers[i].tokenizer_memory = tokenizer_memory(&state->tokenizer);
    return true;
}

static void sft_close(struct stage *stage)
{
    struct sft_state *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; state->training.workers && i < state->training.worker_count; i++)
        if (state->settings.tokenizer)
            tokenizer_memory_free(&state->tokenizer, state->training.workers[i].tokenizer_memory);
    if (state->settings.tokenizer)
        tokenizer_release(&state->tokenizer);
    training_close(&state->training);
    memory_free(state);
    stage->state = NULL;
}

GATHER_STAGES(sft, "sft");
static const struct stage_class sft_stage = { .name = "sft",
                                              .is_parallel = true,
                                              .open = sft_open,
                                              .push = training_push,
                                              .finish = training_finish,
                                              .close = sft_close,
                                              .summarize = training_summarize };
static const struct stage_class *const sft_stages[] = { &sft_stage, NULL };
static const struct stage_class *const sft_gathering[] = { &sft_keys_stage, &sft_gather_stage, &sft_stage, NULL };

static const struct stage_class *const *sft_choose_stages(const void *options)
{
    return gather_is_needed(options) ? sft_gathering : sft_stages;
}

static const struct tool_example sft_examples[] = {
    { "garner sft --user '{{q}}' --assistant '{{a}}'", "{\"id\":\"1\",\"q\":\"2+2?\",\"a\":\"4\"}\n",
      "{\"messages\":[{\"role\":\"user\",\"content\":\"2+2?\"},{\"role\":\"assistant\",\"content\":\"4\"}],"
      "\"id\":\"1\"}\n",
      "fields of records" },
    { "garner sft --preset sharegpt --profile openai-sft",
      "{\"conversations\":[{\"from\":\"human\",\"value\":\"Hot?\"},{\"from\":\"gpt\",\"value\":\"Cold.\"}]}\n",
      "{\"messages\":[{\"role\":\"user\",\"content\":\"Hot?\"},{\"role\":\"assistant\",\"content\":\"Cold.\"}]}\n",
      "a known form" },
    { "garner sft --preset threads --profile bedrock-converse",
      "{\"conversation_id\":7,\"index\":2,\"role\":\"agent\",\"text\":\"At nine.\"}\n"
      "{\"conversation_id\":7,\"index\":1,\"role\":\"customer\",\"text\":\"When do you open?\"}\n",
      "{\"schemaVersion\":\"bedrock-conversation-2024\",\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":"
      "\"When do you open?\"}]},{\"role\":\"assistant\",\"content\":[{\"text\":\"At nine.\"}]}]}\n",
      "turns that are records" },
    { .command = "garner sft --preset qa --check-passage 0.6 --keep id,metadata.document_id",
      .input = "{\"id\":\"a#0\",\"text\":\"The lamp was lit in 1821.\",\"answer\":{\"question\":\"When was it lit?\","
               "\"answer\":\"1821\"}}\n",
      .remark = "questions that generate made of passages, answers checked against them" },
    { .command = "garner ingest --metadata-fields '*' faq.csv | garner sft --preset faq",
      .remark = "columns of a table" },
    { .command = NULL },
};

const struct tool tool_sft = {
    .name = "sft",
    .summary = "Build fine-tuning rows from conversations, questions and answers",
    .description =
        "Writes rows of messages: from fields of a record by templates, or from conversations in any form by a "
        "mapping: "
        "arrays of turns, trees of replies, chat logs, transcripts, threads whose turns are records, tables, FAQ "
        "files. "
        "Ready mappings: --preset; your own in YAML: --map. 'garner help mappings' explains both.\n\n"
        "A path is looked for in the record, then in its metadata, so what 'garner ingest --metadata-fields \"*\"' "
        "writes can be used as it is.\n\n"
        "What makes no row is dropped with a reason: no_question, no_answer, empty_turn, unknown_role, too_long, "
        "unsupported. --summary counts rows, and those that were not made beside others of their record.",
    .group = GROUP_TRAIN,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = sft_options,
    .options_bytes = sizeof(struct sft_options),
    .check = sft_check,
    .examples = sft_examples,
    .choose_stages = sft_choose_stages,
};
