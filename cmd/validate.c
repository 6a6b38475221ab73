/* validate.c - says whether a service or trainer takes a training file, and everything that it would refuse. */
#include "validate.h"

#include <inttypes.h>

#include "base/cpu.h"
#include "base/memory.h"
#include "cli/summary.h"
#include "parallel/parallel.h"
#include "record/expression.h"
#include "tools.h"

static const char *const formats[] = { "table", "jsonl", "junit", "github", NULL };
static const char *const roles[] = { "train", "validation", NULL };

#define FIELD(name) OPTION_FIELD(struct validate_options, name)
static const struct option validate_options[] = {
    { .name = "path",
      .is_operand = true,
      FIELD(paths),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "training files; - or none: standard input" },
    { .name = "profile",
      .letter = 'p',
      FIELD(profiles),
      .argument = "NAME",
      .help = "whose rules; of several, or with all, a grid says who takes the file",
      .details = "--list shows all of them. The grid gives the first reason of each refusal, how often it was found, "
                 "and the command that writes the file in that form, where there is one." },
    { .name = "list", FIELD(lists), .help = "show the profiles with version, date and source" },
    { .name = "format",
      FIELD(format),
      .argument = "FORMAT",
      .choices = formats,
      .initial = "table",
      .help = "how faults are shown",
      .details = "jsonl has a line for each fault and one with the sums at the end; junit and github are for CI." },
    { .name = "faults",
      FIELD(faults_maximum),
      .argument = "N",
      .initial = "10",
      .minimum = 0,
      .maximum = 1e9,
      .help = "show so many faults of each code; all are counted" },
    { .name = "strict", FIELD(is_strict), .help = "remarks (W_ codes) refuse a file, too" },
    { .name = "role",
      FIELD(role),
      .argument = "ROLE",
      .choices = roles,
      .initial = "train",
      .help = "which limits of rows and bytes hold" },
    { .name = "against",
      FIELD(against),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "the other part of the data: rows and prompts must not be in both",
      .details = "Told are rows that are the same, prompts that are the same, and prompts that differ in case, spaces "
                 "and punctuation only." },
    { .name = "fix",
      FIELD(fixes),
      .help = "write the rows with what can safely be mended; see -o",
      .details = "Mended are byte order marks, CRLF, blank lines, arrays and objects over several lines, rows encoded "
                 "twice, the order of keys, and reserved texts, which get a space inside. Other faults are told on "
                 "standard error, and the rows go out as they are." },
    { .name = "explain",
      FIELD(explains),
      .help = "show the turns of each row, and which are trained on",
      .details =
          "Trained are turns of the assistant with a weight other than 0; of a preference the answers are chosen "
          "or rejected." },
    { .name = "tokenizer",
      FIELD(tokenizer),
      .argument = "NAME",
      .meaning = MEANING_FILE,
      .help = "count tokens by it [as the service plans, or an estimate]" },
    { .name = "memory",
      FIELD(memory),
      .meaning = MEANING_BYTES,
      .argument = "SIZE",
      .initial = "1G",
      .minimum = 1 << 20,
      .maximum = 1e15,
      .help = "for comparing rows with each other" },
    { .name = NULL },
};

static bool choose_profiles(struct validate_run *run, struct arena *arena, struct error *error)
{
    const struct option_list *names = &run->options->profiles;
    const struct profile **chosen = arena_allocate_zeroed(arena, names->count + 1, sizeof(void *));
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->values[i], "all") == 0) {
            run->is_all = true;
            run->profiles = profiles;
            run->profile_count = profile_count;
            return true;
        }
        chosen[i] = profile_find(slice_of_string(names->values[i]), error);
        if (!chosen[i])
            return false;
    }
    run->profiles = chosen;
    run->profile_count = names->count;
    return true;
}

static bool validate_check(const struct tool_call *call, struct error *error)
{
    const struct validate_options *options = call->options;
    struct validate_run run = { .options = options };
    if (!summary_check_gates(&call->common.require, error))
        return false;
    if (options->lists)
        return true;
    if (options->profiles.count == 0)
        return error_set(error, E_USAGE, "--profile is missing; --list shows all, and --profile all tries them");
    if (!choose_profiles(&run, call->arena, error))
        return false;
    if ((options->fixes || options->explains) && run.profile_count > 1)
        return error_set(error, E_USAGE, "--%s: takes one --profile", options->fixes ? "fix" : "explain");
    if (options->explains && (options->fixes || options->format != VALIDATE_TABLE))
        return error_set(error, E_USAGE, "--explain: goes with --format table and without --fix");
    if (options->against.count > 0 && run.profile_count > 1)
        return error_set(error, E_USAGE, "--against: takes one --profile");
    if (options->tokenizer && !tokenizer_check(options->tokenizer, error)) {
        struct error inner = *error;
        return error_set(error, inner.code, "--tokenizer: %s", inner.message);
    }
    return true;
}

static bool open_run(struct validate_run *run)
{
    const struct validate_options *options = run->options;
    int64_t jobs = run->call->common.jobs;
    run->jobs = jobs > 0 ? (unsigned)jobs : cpu_count();
    run->jobs = run->jobs < PARALLEL_WORKERS_MAXIMUM ? run->jobs : PARALLEL_WORKERS_MAXIMUM;
    if (!choose_profiles(run, run->call->arena, run->error))
        return false;
    if (options->tokenizer) {
        if (!tokenizer_open(options->tokenizer, &run->tokenizer, run->error))
            return false;
        run->has_tokenizer = true;
    }
    run->workers = memory_allocate_zeroed(run->jobs, sizeof *run->workers);
    for (unsigned i = 0; i < run->jobs && run->has_tokenizer; i++)
        run->workers[i].tokenizer_memory = tokenizer_memory(&run->tokenizer);
    run->verdicts = memory_allocate_zeroed(run->profile_count, sizeof *run->verdicts);
    return true;
}

static void start_file(struct validate_run *run, const char *path)
{
    size_t memory = (size_t)run->options->memory;
    run->path = path;
    run->edge_count = 0;
    run->bytes = run->blanks = run->fixes = 0;
    run->seen_is_full = false;
    memset(run->verdicts, 0, run->profile_count * sizeof *run->verdicts);
    for (size_t p = 0; p < run->profile_count; p++)
        run->verdicts[p].profile = run->profiles[p];
    if (run->profile_count > 1)
        return;
    run->rows = seen_create(memory);
    run->pairs = seen_create(memory);
    if (run->profiles[0]->file_rules & FILE_UNIQUE_IDS)
        run->ids = seen_create(memory);
}

static void end_file(struct validate_run *run)
{
    seen_free(run->rows);
    seen_free(run->pairs);
    seen_free(run->ids);
    run->rows = run->pairs = run->ids = NULL;
}

static bool read_against(struct validate_run *run)
{
    const struct option_list *files = &run->options->against;
    if (files->count == 0)
        return true;
    run->leaks = seen_create((size_t)run->options->memory);
    run->is_against = true;
    bool is_good = true;
    for (size_t i = 0; i < files->count && is_good; i++) {
        start_file(run, files->values[i]);
        is_good = validate_read_file(run, files->values[i]);
        end_file(run);
    }
    run->is_against = false;
    return is_good;
}

/* *takes: whether somebody does; with all one is enough, else everybody must. */
static bool validate_file(struct validate_run *run, const char *path, bool *takes)
{
    static const char mark[] = "\xef\xbb\xbf";
    start_file(run, path);
    bool is_good = true;
    if (run->options->fixes && run->profiles[0]->file_rules & FILE_WANTS_BOM && output_position(run->call->output) == 0)
        is_good = output_write(run->call->output, slice_of_string(mark), run->error);
    is_good = is_good && validate_read_file(run, path) && validate_finish_file(run) && validate_show_file(run);
    size_t accepted = 0;
    for (size_t p = 0; p < run->profile_count; p++)
        accepted += validate_accepts(run, &run->verdicts[p]);
    *takes = run->is_all ? accepted > 0 : accepted == run->profile_count;
    end_file(run);
    return is_good;
}

/* With --require the gates decide, and nothing else does. */
static bool write_summary(struct validate_run *run, bool *is_valid)
{
    const struct common_options *common = &run->call->common;
    struct buffer json = { 0 };
    buffer_append_format(&json, "{\"rows\":%" PRId64 ",\"faulty\":%" PRId64 ",\"warned\":%" PRId64 ",\"codes\":",
                         run->rows_sum, run->faulty_sum, run->warned_sum);
    validate_append_counts(run->counts_sum, &json);
    buffer_append_byte(&json, '}');
    bool is_good = true;
    if (common->require.count > 0) {
        *is_valid = summary_require_of(buffer_slice(&json), &common->require, run->error);
        is_good = *is_valid;
    }
    json.length--;
    buffer_append_format(&json, ",\"tool\":\"validate\",\"exit\":%d,\"files\":[%s]}\n", *is_valid ? 0 : EXIT_NO,
                         buffer_string(&run->summary));
    struct error error = { 0 };
    if (common->summary && !output_write_file(common->summary, buffer_slice(&json), true, &error) && is_good) {
        *run->error = error;
        is_good = false;
    }
    buffer_release(&json);
    return is_good;
}

static void close_run(struct validate_run *run)
{
    for (unsigned i = 0; run->workers && i < run->jobs; i++) {
        arena_release(&run->workers[i].scratch);
        buffer_release(&run->workers[i].folded);
        if (run->has_tokenizer)
            tokenizer_memory_free(&run->tokenizer, run->workers[i].tokenizer_memory);
    }
    if (run->has_tokenizer)
        tokenizer_release(&run->tokenizer);
    seen_free(run->leaks);
    memory_free(run->workers);
    memory_free(run->verdicts);
    memory_free(run->edges);
    buffer_release(&run->report);
    buffer_release(&run->summary);
}

static int validate_run(struct tool_call *call, struct error *error)
{
    static const char *standard_input[] = { "-" };
    struct validate_run run = { .call = call, .options = call->options, .error = error };
    struct option_list paths = run.options->paths;
    if (run.options->lists)
        return validate_show_list(call, run.options->format == VALIDATE_JSONL, error) ? EXIT_DONE
                                                                                      : error_exit_code(error);
    if (paths.count == 0)
        paths = (struct option_list){ standard_input, 1 };
    bool is_valid = true;
    bool is_good = open_run(&run) && read_against(&run) && validate_show_begin(&run);
    for (size_t i = 0; i < paths.count && is_good; i++) {
        bool takes = false;
        is_good = validate_file(&run, paths.values[i], &takes);
        is_valid = is_valid && takes;
    }
    is_good = is_good && validate_show_end(&run) && write_summary(&run, &is_valid);
    close_run(&run);
    if (!is_good)
        return error_is_set(error) ? error_exit_code(error) : EXIT_DONE; /* the reader left */
    return is_valid ? EXIT_DONE : EXIT_NO;
}

static const struct tool_example validate_examples[] = {
    { "garner validate --profile bedrock-text", "{\"prompt\":\"Opposite of hot?\",\"completion\":\"Cold.\"}\n",
      "-: bedrock-text: yes, 1 row, 0 refused, 0 with remarks\n", "is it a training file of Bedrock" },
    { .command = "garner validate --profile all train.jsonl", .remark = "who takes it, and what would mend it" },
    { .command = "garner validate -p openai-sft --role validation \\\n  --against train.jsonl test.jsonl",
      .remark = "no question of the test was trained on" },
    { .command = "garner validate -p openai-sft --fix train.jsonl -o fixed.jsonl", .remark = "mend what is safe" },
    { .command = NULL },
};

const struct tool tool_validate = {
    .name = "validate",
    .summary = "Say whether a service or trainer takes a training file",
    .description =
        "Checks every row against the profile of a service or trainer and shows all faults in one pass: file and "
        "line, JSON pointer, a stable code, what was expected and what to do. 'garner help CODE' explains a code. "
        "Codes that begin with E_ refuse a row, W_ are remarks.\n\n"
        "Rules of the whole file are checked as well: how many rows and bytes there may be, forms and models that are "
        "mixed, ids and rows that repeat (the order of keys and escapes do not hide it), preferences that contradict "
        "each other, and with --against rows that are in another file, too.\n\n"
        "Exit code 0: it is taken; 1: it is not. With --profile all 0 says that somebody takes it. With --require its "
        "expressions alone decide: rows, faulty, warned, codes.E_TYPE, ... over all files.",
    .group = GROUP_TRAIN,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .rejects_nothing = true,
    .options = validate_options,
    .options_bytes = sizeof(struct validate_options),
    .check = validate_check,
    .examples = validate_examples,
    .run = validate_run,
};
