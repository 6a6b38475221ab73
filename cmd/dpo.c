/* dpo.c - rated answers become preference pairs. */
#include "dpo.h"

#include <math.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "dataset/pairs.h"
#include "tools.h"

static const char *const method_choices[] = { "best-worst", "all", NULL };
static const char *const conflict_choices[] = { "drop", "keep", NULL };

#define FIELD(name) OPTION_FIELD(struct dpo_options, name)
static const struct option dpo_options[] = {
    TRAINING_MAPPING_ROWS(struct dpo_options),
    { .name = "method",
      FIELD(method),
      .heading = "Pairs",
      .argument = "NAME",
      .initial = "best-worst",
      .choices = method_choices,
      .help = "the best answer against the worst, or all pairs" },
    { .name = "margin",
      FIELD(margin),
      .argument = "N",
      .initial = "0",
      .minimum = 0,
      .maximum = 1e9,
      .help = "what must be between the scores of a pair; equal scores are a tie and dropped" },
    { .name = "good-from",
      FIELD(good_from),
      .argument = "SCORE",
      .initial = "0.5",
      .minimum = -INFINITY,
      .maximum = 1e9,
      .help = "for profiles of one labelled answer (trl-kto): good from this score on" },
    { .name = "conflicts",
      FIELD(conflicts),
      .argument = "WHAT",
      .initial = "drop",
      .choices = conflict_choices,
      .help = "rows that contradict others, are in a cycle, or repeat one: drop them, or only count them" },
    { .name = "merge-turns", FIELD(merge_turns), .help = "neighbours of one role in a prompt become one message" },
    { .heading = "Rows", TRAINING_ROW_PROFILE(struct dpo_options) },
    TRAINING_LAST_ROWS(struct dpo_options),
    { .name = NULL },
};

struct dpo_state {
    struct training training; /* first */
    struct pairs_settings settings;
};

static bool check_mapping(const struct training *training, struct error *error)
{
    const struct mapping *mapping = &training->mapping;
    if (!mapping_has_answers(mapping))
        return error_set(error, E_USAGE, "nothing says which answers there are: --preset or --map do");
    if (!outlet_has_form(&training->outlet, DATASET_PREFERENCE) &&
        !outlet_has_form(&training->outlet, DATASET_UNPAIRED))
        return error_set(error, E_USAGE, "--profile: its rows are neither preferences nor labelled answers");
    return true;
}

static bool dpo_check(const struct tool_call *call, struct error *error)
{
    const struct dpo_options *options = call->options;
    struct training training = { 0 };
    bool is_good = training_load(&options->training, call->arena, &training, error) && check_mapping(&training, error);
    mapping_release(&training.mapping);
    return is_good;
}

static void hash_text(struct hash_stream *stream, struct slice text)
{
    hash_stream_add(stream, slice_of((const char *)&text.length, sizeof text.length));
    hash_stream_add(stream, text);
}

static void hash_messages(const struct dataset_message *messages, size_t count, struct arena *arena,
                          struct hash128 *hash, int64_t *characters)
{
    struct hash_stream *stream = hash_stream_create();
    for (size_t i = 0; i < count; i++) {
        struct slice text = dataset_message_text(&messages[i], arena);
        char role = (char)messages[i].role;
        hash_stream_add(stream, slice_of(&role, 1));
        hash_text(stream, text);
        for (size_t k = 0; k < messages[i].part_count; k++)
            hash_text(stream, messages[i].parts[k].uri);
        *characters += (int64_t)utf8_count(text);
    }
    *hash = hash_stream_digest_128(stream);
    hash_stream_free(stream);
}

static void note_row(struct batch *batch, const struct dataset_row *row)
{
    struct dpo_edges *edges = batch->payload;
    int64_t ignored = 0;
    if (!edges)
        batch->payload = edges = arena_allocate_zeroed(&batch->arena, 1, sizeof *edges);
    if (edges->count == edges->capacity)
        edges->edges =
            arena_grow(&batch->arena, edges->edges, &edges->capacity, edges->count + 1, sizeof *edges->edges);
    struct dpo_edge *edge = &edges->edges[edges->count++];
    *edge = (struct dpo_edge){ 0 };
    hash_messages(row->messages, row->message_count, &batch->arena, &edge->prompt, &ignored);
    for (size_t i = 0; i < row->answer_count; i++) {
        const struct dataset_answer *answer = &row->answers[i];
        bool is_good = answer->label == DATASET_LABEL_GOOD;
        hash_messages(answer->messages, answer->count, &batch->arena, is_good ? &edge->better : &edge->worse,
                      is_good ? &edge->better_characters : &edge->worse_characters);
    }
}

static bool build(struct stage *stage, unsigned worker, const struct mapping *mapping, struct dialogue *dialogue,
                  struct arena *arena, struct composed *composed, struct error *error)
{
    const struct dpo_state *state = stage->state;
    (void)worker;
    return pairs_make(&state->settings, mapping, dialogue, arena, composed, error);
}

static bool dpo_open(struct stage *stage, struct error *error)
{
    const struct dpo_options *options = stage->options;
    struct dpo_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->training.build = build;
    state->training.chooses = true;
    state->training.note = note_row;
    if (!training_open(stage, &state->training, error))
        return false;
    state->settings = (struct pairs_settings){
        .compose = { .wants_prompts = true, .merges_turns = options->merge_turns, .support = -1 },
        .takes_all = options->method == DPO_ALL,
        .margin = options->margin,
        .labels_answers = !outlet_has_form(&state->training.outlet, DATASET_PREFERENCE),
        .good_from = options->good_from
    };
    return true;
}

static void dpo_close(struct stage *stage)
{
    struct dpo_state *state = stage->state;
    if (!state)
        return;
    training_close(&state->training);
    memory_free(state);
    stage->state = NULL;
}

GATHER_STAGES(dpo, "dpo");
static const struct stage_class dpo_stage = { .name = "dpo",
                                              .is_parallel = true,
                                              .open = dpo_open,
                                              .push = training_push,
                                              .finish = training_finish,
                                              .close = dpo_close,
                                              .summarize = training_summarize };
static const struct stage_class *const dpo_stages[] = { &dpo_stage, &dpo_conflicts_stage, NULL };
static const struct stage_class *const dpo_gathering[] = { &dpo_keys_stage, &dpo_gather_stage, &dpo_stage,
                                                           &dpo_conflicts_stage, NULL };

static const struct stage_class *const *dpo_choose_stages(const void *options)
{
    return gather_is_needed(options) ? dpo_gathering : dpo_stages;
}

static const struct tool_example dpo_examples[] = {
    { "garner dpo --preset pairs --profile openai-dpo", "{\"prompt\":\"2+2?\",\"chosen\":\"4\",\"rejected\":\"5\"}\n",
      "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"2+2?\"}]},\"preferred_output\":[{\"role\":"
      "\"assistant\",\"content\":\"4\"}],\"non_preferred_output\":[{\"role\":\"assistant\",\"content\":\"5\"}]}\n",
      "pairs as they are" },
    { "garner dpo --preset samples --margin 2",
      "{\"prompt\":\"2+2?\",\"completions\":[\"5\",\"4\",\"four\"],\"scores\":[1,9,8]}\n",
      "{\"prompt\":[{\"role\":\"user\",\"content\":\"2+2?\"}],\"chosen\":[{\"role\":\"assistant\",\"content\":\"4\"}],"
      "\"rejected\":[{\"role\":\"assistant\",\"content\":\"5\"}]}\n",
      "the best of some samples against the worst, as judge scored them" },
    { .command = "garner dpo --preset feedback --profile trl-kto",
      .input = "{\"prompt\":\"2+2?\",\"response\":\"4\",\"accepted\":true}\n",
      .remark = "answers that people accepted or not" },
    { .command = NULL },
};

const struct tool tool_dpo = {
    .name = "dpo",
    .summary = "Build preference pairs from rated answers",
    .description =
        "Sets answers to one prompt against each other by their scores: answers with ratings, samples that judge has "
        "scored, verdicts about pairs, edits, accepted and rejected answers of a log, ranked replies in a tree. "
        "Mappings say where prompt, answers and scores stand: 'garner help mappings'.\n\n"
        "Pairs that teach nothing are dropped: ties, identical answers, one that is how the other begins, one that "
        "repeats the question. Over all rows about one prompt, contradictions and cycles are found and dropped, too. "
        "How long preferred and other answers are stands in --summary and in the last line: a model learns that "
        "before anything else.",
    .group = GROUP_TRAIN,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = dpo_options,
    .options_bytes = sizeof(struct dpo_options),
    .check = dpo_check,
    .examples = dpo_examples,
    .choose_stages = dpo_choose_stages,
};
