/* run.c - run a pipeline file. */
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/interrupt.h"
#include "cli/say.h"
#include "pipeline/pipeline.h"
#include "stream/files.h"
#include "tools.h"

struct run_options {
    const char *file;
    struct option_list sets;
    bool check;
    bool print_shell;
    bool allow_exec;
    const char *lock;
    double timeout;
};

#define FIELD(name) OPTION_FIELD(struct run_options, name)
static const struct option run_options[] = {
    { .name = "file",
      FIELD(file),
      .is_operand = true,
      .is_required = true,
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "the pipeline file; - is stdin" },
    { .name = "set",
      FIELD(sets),
      .keeps_commas = true,
      .argument = "NAME=VALUE",
      .help = "give a variable of the file another value" },
    { .name = "check", FIELD(check), .help = "only check the file: every fault at once, no data, no network" },
    { .name = "print-shell", FIELD(print_shell), .help = "print the same work as shell pipes" },
    { .name = "lock",
      FIELD(lock),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "hold this lock; exit 75 when another run holds it" },
    { .name = "timeout",
      FIELD(timeout),
      .meaning = MEANING_SECONDS,
      .argument = "SECONDS",
      .minimum = 0,
      .maximum = 1e9,
      .help = "stop after that long, exit 75; what was committed stays" },
    { .name = "allow-exec", FIELD(allow_exec), .help = "the file may run programs (provider: command)" },
    { .name = NULL },
};

static const struct tool_example run_examples[] = {
    { .command = "garner run pipelines/knowledge-base.yaml --set docs=docs --set kb=wiki",
      .remark = "with other folders" },
    { .command = "garner run --check pipelines/knowledge-base.yaml", .remark = "what a CI job asks first" },
    { .command = "garner run --print-shell pipelines/knowledge-base.yaml", .remark = "the pipe behind it" },
    { .command = NULL },
};

static void say_faults(const struct pipeline_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        say_error("run", &faults->errors[i]);
    if (faults->count == PIPELINE_FAULTS_MAXIMUM)
        say_note("run", "there may be more faults; the first %d are shown", PIPELINE_FAULTS_MAXIMUM);
}

static void on_alarm(int number)
{
    interrupt_request(number);
}

/* Without SA_RESTART: whoever waits wakes up and looks. */
static void start_timeout(double seconds)
{
    if (seconds <= 0)
        return;
    struct sigaction action = { .sa_handler = on_alarm };
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    struct itimerspec when = { .it_value = { .tv_sec = (time_t)seconds } };
    when.it_value.tv_nsec = (long)((seconds - (double)when.it_value.tv_sec) * 1e9);
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, NULL, &timer) == 0)
        timer_settime(timer, 0, &when, NULL);
}

static int execute(struct tool_call *call, const struct pipeline *pipeline, struct error *error)
{
    const struct run_options *options = call->options;
    struct file_lock lock = { -1 };
    if (options->lock && !call->common.dry_run && !file_lock_acquire(options->lock, 0, &lock, error))
        return error_exit_code(error);
    start_timeout(options->timeout);
    int exit_code = pipeline_run(pipeline, &call->common, call->arena);
    if (lock.descriptor >= 0)
        file_lock_release(&lock);
    if (interrupt_signal() != SIGALRM || exit_code == EXIT_DONE)
        return exit_code;
    error_set(error, E_BUSY, "stopped by --timeout after %g seconds", options->timeout);
    return EXIT_TEMPORARY;
}

static int run_run(struct tool_call *call, struct error *error)
{
    const struct run_options *options = call->options;
    struct pipeline_settings settings = { call->tools, options->sets, options->allow_exec };
    struct pipeline_faults faults = { 0 };
    struct pipeline *pipeline = pipeline_load(options->file, &settings, call->arena, &faults);
    if (!pipeline) {
        say_faults(&faults);
        return error_exit_code(&faults.errors[0]);
    }
    struct buffer text = { 0 };
    if (options->check) {
        size_t steps = 0;
        for (size_t i = 0; i < pipeline->chain_count; i++)
            steps += pipeline->chains[i].step_count;
        say_note("run", "%s: no fault in %zu step%s", pipeline->file, steps, steps == 1 ? "" : "s");
        return EXIT_DONE;
    }
    if (!options->print_shell)
        return execute(call, pipeline, error);
    pipeline_append_shell(pipeline, &text);
    bool is_good = fwrite(text.bytes, 1, text.length, stdout) == text.length && fflush(stdout) == 0;
    buffer_release(&text);
    return is_good ? EXIT_DONE : (error_set(error, E_IO, "standard output cannot be written"), EXIT_IO);
}

const struct tool tool_run = {
    .name = "run",
    .summary = "Run a pipeline file",
    .description =
        "Runs the steps of a YAML pipeline file in one process. A step is a tool's name with its long options as keys; "
        "what it writes is byte for byte what the same tools write in a shell pipe (--print-shell shows it).\n\n"
        "All faults of the file are told before anything starts, each with line and column. A step that fails lets no "
        "later one commit. Exit code 2 of a step becomes the run's and does not stop it.",
    .group = GROUP_RUN,
    .reads = TOOL_NOTHING,
    .writes = TOOL_NOTHING,
    .options = run_options,
    .options_bytes = sizeof(struct run_options),
    .examples = run_examples,
    .run = run_run,
};
