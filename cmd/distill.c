/* distill.c - prompts for a teacher, and a teacher's answers as rows for its student. */
#include "base/memory.h"
#include "base/number.h"
#include "dataset/choose.h"
#include "distill_check.h"
#include "record/expression.h"
#include "tools.h"
#include "training.h"

struct distill_options {
    struct training_options training; /* first */
    bool prompts_only, merge_turns;
    unsigned choose;
    double agreement, check_timeout;
    const char *min_score, *vote, *check;
};

static const char *const choose_choices[] = { "best", "first", "all", NULL };

#define FIELD(name) OPTION_FIELD(struct distill_options, name)
static const struct option distill_options[] = {
    TRAINING_MAPPING_ROWS(struct distill_options),
    { .name = "assistant",
      TRAINING_FIELD(struct distill_options, assistant),
      .argument = "TEMPLATE",
      .help = "the teacher's answer" },
    { .name = "prompts-only",
      FIELD(prompts_only),
      .help = "leave answers out: rows for a service that asks its own teacher" },
    { .name = "merge-turns", FIELD(merge_turns), .help = "neighbours of one role in a prompt become one message" },
    { .name = "choose",
      FIELD(choose),
      .heading = "Answers",
      .argument = "WHICH",
      .initial = "best",
      .choices = choose_choices,
      .help = "of several good answers: the one with the best score, the first, or all" },
    { .name = "min-score", FIELD(min_score), .argument = "N", .help = "drop answers with a lower score, or with none" },
    { .name = "vote",
      FIELD(vote),
      .meaning = MEANING_PATTERN,
      .argument = "PCRE",
      .help = "keep the answers that agree: what this finds last in each is its vote",
      .details =
          "The first group, if there is one, is what is compared: --vote 'A: *(-?[\\d.,]+)'. Two winners are none." },
    { .name = "agreement",
      FIELD(agreement),
      .argument = "SHARE",
      .initial = "0",
      .minimum = 0,
      .maximum = 1,
      .help = "with --vote: the least share of the votes that the winner must have" },
    { .name = "check",
      FIELD(check),
      .meaning = MEANING_PROGRAM,
      .argument = "COMMAND",
      .help = "a program that says whether an answer is right",
      .details = "It gets a line {\"prompt\", \"answer\"} for each and answers with a line: true, false, or "
                 "{\"ok\": false, \"reason\": \"...\"}. It runs under a shell and must not hold its output back." },
    { .name = "check-timeout",
      FIELD(check_timeout),
      .meaning = MEANING_SECONDS,
      .argument = "TIME",
      .initial = "60",
      .minimum = 0.1,
      .maximum = 86400,
      .help = "how long it may be silent" },
    { .heading = "Rows", TRAINING_ROW_PROFILE(struct distill_options) },
    TRAINING_LAST_ROWS(struct distill_options),
    { .name = NULL },
};

/* Of a record without a mapping of the user's: by what it has. */
enum { FORM_SAMPLES, FORM_ANSWERED, FORM_PROMPTS, FORM_COUNT };
static const char *const form_presets[] = { "samples", "answered", "prompts" };

struct distill_state {
    struct training training; /* first */
    struct choose_settings settings;
    struct mapping forms[FORM_COUNT];
    bool has_mapping;
    struct pattern *vote;
    struct checker checker;
};

/* An answer by a template alone is one answer to choose from. */
static bool take_assistant(struct mapping *mapping, bool prompts_only, struct arena *arena, struct error *error)
{
    if (prompts_only) {
        mapping->assistant.is_given = false;
        mapping->answers = (struct mapping_answers){ 0 };
        mapping->preferred.is_given = false;
    }
    if (!mapping->assistant.is_given)
        return true;
    mapping->answers = (struct mapping_answers){ .count = 1 };
    mapping->answers.list = arena_allocate_zeroed(arena, 1, sizeof *mapping->answers.list);
    mapping->answers.list->text = mapping->assistant;
    mapping->assistant.is_given = false;
    return mapping_set_template(&mapping->answers.list->score, "{{score|}}", "--assistant", arena, error);
}

/* Loads everything into state; what it holds is released by distill_close(). */
static bool load(const struct distill_options *options, struct arena *arena, struct distill_state *state,
                 struct error *error)
{
    const struct training_options *training = &options->training;
    struct choose_settings *settings = &state->settings;
    *settings = (struct choose_settings){
        .compose = { .wants_prompts = true, .merges_turns = options->merge_turns, .support = -1 },
        .has_minimum = options->min_score != NULL,
        .agreement = options->agreement,
        .which = (enum choose_which)options->choose
    };
    if (options->min_score && !number_parse_double(slice_of_string(options->min_score), &settings->score_minimum))
        return error_set(error, E_USAGE, "--min-score: '%s' is not a number", options->min_score);
    if (options->agreement > 0 && !options->vote)
        return error_set(error, E_USAGE, "--agreement: needs --vote");
    state->vote = options->vote ? pattern_compile(slice_of_string(options->vote), 0, error) : NULL;
    if (options->vote && !state->vote)
        return expression_label_error(error, "--vote");
    settings->vote = state->vote;
    state->has_mapping = training->gather.map || training->gather.preset || training->assistant;
    for (int i = 0; i < FORM_COUNT && !state->has_mapping; i++) {
        struct mapping *form = &state->forms[i];
        if (!mapping_load_preset(form_presets[i], arena, form, error) ||
            !mapping_set_template(&form->system, training->system, "--system", arena, error) ||
            !mapping_set_template(&form->user, training->user, "--user", arena, error) ||
            !take_assistant(form, options->prompts_only, arena, error))
            return false;
        form->turns.is_given = form->turns.is_given && !training->user;
    }
    return true;
}

static void release(struct distill_state *state)
{
    for (int i = 0; i < FORM_COUNT; i++)
        mapping_release(&state->forms[i]);
    pattern_free(state->vote);
}

static bool distill_check(const struct tool_call *call, struct error *error)
{
    const struct distill_options *options = call->options;
    struct distill_state state = { 0 };
    bool is_good = load(options, call->arena, &state, error) &&
                   training_load(&options->training, call->arena, &state.training, error) &&
                   take_assistant(&state.training.mapping, options->prompts_only, call->arena, error);
    bool chooses = options->vote || options->check || options->min_score;
    if (is_good && chooses &&
        (options->prompts_only || (state.has_mapping && !mapping_has_answers(&state.training.mapping))))
        is_good = error_set(error, E_USAGE, "--%s: there are no answers to choose from",
                            options->vote    ? "vote"
                            : options->check ? "check"
                                             : "min-score");
    mapping_release(&state.training.mapping);
    release(&state);
    return is_good;
}

static const struct mapping *mapping_of(const struct stage *stage, const struct json_object *object)
{
    const struct distill_state *state = stage->state;
    if (state->has_mapping)
        return &state->training.mapping;
    if (json_object_find(object, SLICE("completions")))
        return &state->forms[FORM_SAMPLES];
    return &state->forms[json_object_find(object, SLICE("completion")) ? FORM_ANSWERED : FORM_PROMPTS];
}

static bool build(struct stage *stage, unsigned worker, const struct mapping *mapping, struct dialogue *dialogue,
                  struct arena *arena, struct composed *composed, struct error *error)
{
    const struct distill_state *state = stage->state;
    (void)worker;
    return state->training.chooses && mapping_has_answers(mapping)
               ? choose_answers(&state->settings, mapping, dialogue, arena, composed, error)
               : compose_rows(&state->settings.compose, mapping, dialogue, NULL, arena, composed, error);
}

static bool distill_open(struct stage *stage, struct error *error)
{
    const struct distill_options *options = stage->options;
    struct distill_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->training.build = build;
    state->training.chooses = !options->prompts_only;
    state->training.mapping_of = mapping_of;
    if (!training_open(stage, &state->training, error) || !load(options, &state->training.arena, state, error) ||
        !take_assistant(&state->training.mapping, options->prompts_only, &state->training.arena, error))
        return false;
    if (options->check) {
        state->checker = (struct checker){ .program = { .command = options->check,
                                                        .task = "checked every answer",
                                                        .line_maximum = CHECKER_LINE_BYTES },
                                           .timeout = options->check_timeout };
        state->settings.check = checker_ask;
        state->settings.context = &state->checker;
    }
    return true;
}

static void distill_close(struct stage *stage)
{
    struct distill_state *state = stage->state;
    if (!state)
        return;
    program_release(&state->checker.program);
    training_close(&state->training);
    release(state);
    memory_free(state);
    stage->state = NULL;
}

GATHER_STAGES(distill, "distill");
#define DISTILL_STAGE(parallel)                                                                                        \
    {                                                                                                                  \
        .name = "distill", .is_parallel = (parallel), .open = distill_open, .push = training_push,                     \
        .finish = training_finish, .close = distill_close, .summarize = training_summarize                             \
    }
static const struct stage_class distill_stage = DISTILL_STAGE(true);
static const struct stage_class distill_serial_stage = DISTILL_STAGE(false); /* one checker, one line after the other */
static const struct stage_class *const distill_stages[2][2][4] = {
    { { &distill_stage, NULL }, { &distill_serial_stage, NULL } },
    { { &distill_keys_stage, &distill_gather_stage, &distill_stage, NULL },
      { &distill_keys_stage, &distill_gather_stage, &distill_serial_stage, NULL } },
};

static const struct stage_class *const *distill_choose_stages(const void *options)
{
    const struct distill_options *own = options;
    return distill_stages[gather_is_needed(options)][own->check != NULL];
}

static const struct tool_example distill_examples[] = {
    { "garner distill --system 'Be brief.' --prompts-only", "{\"id\":\"1\",\"prompt\":\"Why is the sea salt?\"}\n",
      "{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":"
      "\"Why is the sea salt?\"}],\"id\":\"1\"}\n",
      "prompts for a service that asks its own teacher" },
    { "garner distill --vote 'A: *(\\d+)'",
      "{\"prompt\":\"2+2?\",\"completions\":[\"A: 4\",\"I count. A: 4\",\"A: 5\"]}\n",
      "{\"messages\":[{\"role\":\"user\",\"content\":\"2+2?\"},{\"role\":\"assistant\",\"content\":\"A: 4\"}]}\n",
      "the answer that most samples give" },
    { .command = "garner distill --min-score 8",
      .input = "{\"prompt\":\"2+2?\",\"completions\":[\"4\",\"5\"],\"scores\":[9,2]}\n",
      .remark = "the best answer, if a judge finds it good enough" },
    { .command = "garner distill --prompts-only --preset invocation-log",
      .input =
          "{\"modelId\":\"m\",\"input\":{\"inputBodyJson\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":"
          "\"2+2?\"}]}]}}}\n",
      .remark = "what a model was asked in production" },
    { .command = NULL },
};

const struct tool tool_distill = {
    .name = "distill",
    .summary = "Build rows that teach a student what a teacher answers",
    .description =
        "Without answers: prompts alone, for a service that asks its own teacher. With answers of 'garner generate': "
        "each prompt with its answer, or with one or all of several that are good enough: by the score of 'garner "
        "judge', by a program that checks them, by what most of them say. Resuming and limits of cost are those of "
        "generate, whose answers are kept.\n\n"
        "Without a mapping the record's own form counts: prompt or messages, completion or completions, score or "
        "scores. 'garner help mappings' explains others.",
    .group = GROUP_TRAIN,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = distill_options,
    .options_bytes = sizeof(struct distill_options),
    .check = distill_check,
    .examples = distill_examples,
    .choose_stages = distill_choose_stages,
};
