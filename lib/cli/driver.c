/* driver.c - runs stages over streams. */
#include "cli/driver.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "cli/chain.h"
#include "cli/progress.h"
#include "cli/reader.h"
#include "cli/say.h"
#include "cli/summary.h"
#include "parallel/parallel.h"
#include "json/write.h"

enum {
    WAIT_MILLISECONDS = 100, /* a wait for input lasts so long before signals are looked at again */
    BUSY_FLUSH_SECONDS = 1   /* a live input that never pauses must not keep a few results in the output's buffer */
};

struct driver {
    const struct driver_plan *plan;
    const struct common_options *common;
    struct stage *stages;
    size_t stage_count;
    struct run_settings *run; /* one per step, like the next two */
    struct step_totals *totals;
    struct outcomes *step_outcomes;
    struct outcomes outcomes; /* of the whole run */
    struct writer writer;
    struct reader *reader; /* NULL: the first stage is a source */
    struct chain *chain;
    double started;
    double max_delay;
    double held_since; /* when the first record came that stages may hold back since their last flush; 0: none did */
    double flushed;    /* the output, in a live stream */
    bool is_live;      /* the input has paused before */
    int stopped_by;    /* a signal that ended a live source between two of its records */
};

static const struct tool *last_tool(const struct driver *driver)
{
    return driver->plan->steps[driver->plan->step_count - 1].tool;
}

static bool is_source(const struct driver *driver)
{
    return driver->stages[0].class->pull != NULL;
}

/* Whether -o is a template. */
static bool has_template(const struct driver *driver)
{
    return last_tool(driver)->output_names && output_template_is(driver->common->output);
}

static const struct stage_class *const *stages_of(const struct driver *driver, const struct driver_step *step)
{
    bool is_last = step == &driver->plan->steps[driver->plan->step_count - 1];
    if (is_last && step->tool->file_stages && has_template(driver) && !driver->common->dry_run)
        return step->tool->file_stages;
    return step->tool->choose_stages ? step->tool->choose_stages(step->options) : step->tool->stages;
}

static void make_stages(struct driver *driver)
{
    const struct driver_plan *plan = driver->plan;
    for (size_t i = 0; i < plan->step_count; i++)
        for (size_t k = 0; stages_of(driver, &plan->steps[i])[k]; k++)
            driver->stage_count++;
    driver->stages = arena_allocate_zeroed(plan->arena, driver->stage_count, sizeof *driver->stages);
    driver->totals = arena_allocate_zeroed(plan->arena, plan->step_count, sizeof *driver->totals);
    driver->run = arena_allocate_zeroed(plan->arena, plan->step_count, sizeof *driver->run);
    driver->step_outcomes = arena_allocate_zeroed(plan->arena, plan->step_count, sizeof *driver->step_outcomes);
    struct stage *stage = driver->stages;
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct driver_step *step = &plan->steps[i];
        driver->totals[i].name = step->name;
        driver->totals[i].first = stage;
        const struct stage_class *const *classes = stages_of(driver, step);
        for (size_t k = 0; classes[k]; k++, stage++) {
            stage->class = classes[k];
            stage->options = step->options;
            stage->run = &driver->run[i];
            stage->private_driver = &driver->step_outcomes[i];
            stage->step = step->name;
            driver->totals[i].stage_count++;
        }
    }
}

static unsigned jobs_of(const struct common_options *common)
{
    unsigned jobs = common->jobs > 0 && common->jobs < PARALLEL_WORKERS_MAXIMUM ? (unsigned)common->jobs : cpu_count();
    return jobs < PARALLEL_WORKERS_MAXIMUM ? jobs : PARALLEL_WORKERS_MAXIMUM;
}

/* A step of a pipeline may have options of its own; what it leaves open is the run's. */
static bool open_step(struct driver *driver, size_t index, struct error *error)
{
    const struct driver_step *step = &driver->plan->steps[index];
    const struct common_options *whole = driver->common, *common = step->common ? step->common : whole;
    struct outcomes *outcomes = &driver->step_outcomes[index];
    static const struct common_options nothing;
    if (step->common && !summary_check_gates(&step->common->require, error))
        return false;
    if (!outcomes_open(outcomes, step->common ? step->common : &nothing, &driver->outcomes, step->tool->skips_errors,
                       error))
        return false;
    outcomes->stages = driver->stages;
    driver->run[index] = (struct run_settings){
        .jobs = jobs_of(whole),
        .stops_at_reject = outcomes->stops_at_reject,
        .is_quiet = whole->quiet,
        .verbosity = (int)whole->verbose,
        .is_dry_run = whole->dry_run,
        .is_offline = whole->offline || common->offline,
        .seed = step->common && step->common->seed ? step->common->seed : whole->seed,
        .max_delay = common->max_delay > 0 ? common->max_delay : whole->max_delay,
        .flush_ends_document = is_source(driver),
        .say = say_error,
    };
    if (driver->run[index].max_delay > driver->max_delay)
        driver->max_delay = driver->run[index].max_delay;
    return true;
}

static bool open_steps(struct driver *driver, struct error *error)
{
    if (!outcomes_open(&driver->outcomes, driver->common, NULL, false, error))
        return false;
    for (size_t i = 0; i < driver->plan->step_count; i++)
        if (!open_step(driver, i, error))
            return false;
    return true;
}

/* Before the stages are opened, which may ask for outputs. */
static bool open_set(struct driver *driver, struct error *error)
{
    const struct tool *tool = last_tool(driver);
    const char *path = driver->common->output;
    if (!has_template(driver))
        return true;
    if (driver->common->dry_run)
        return output_template_check(path, tool->output_names, error);
    bool is_set = !tool->file_stages;
    if (is_set && !(driver->writer.set = output_set_create(path, tool->output_names, NULL, error)))
        return false;
    const struct step_totals *last = &driver->totals[driver->plan->step_count - 1];
    for (size_t i = 0; i < last->stage_count; i++) {
        struct stage *stage = &driver->stages[(size_t)(last->first - driver->stages) + i];
        stage->outputs = driver->writer.set;
        stage->files = is_set ? NULL : path;
    }
    return true;
}

static bool open_output(struct driver *driver, struct error *error)
{
    const char *path = driver->common->output;
    driver->writer.has_digest = driver->common->summary || driver->plan->summary_json;
    if (has_template(driver) || last_tool(driver)->writes == TOOL_NOTHING || driver->common->dry_run)
        return true;
    driver->writer.whole.output = output_open(path, NULL, error);
    if (driver->writer.has_digest)
        driver->writer.whole.digest = hash_stream_create();
    return driver->writer.whole.output != NULL;
}

static bool open_reader(struct driver *driver, struct error *error)
{
    if (is_source(driver))
        return true;
    struct reader_settings settings = { .paths = driver->common->inputs.values,
                                        .count = driver->common->inputs.count,
                                        .is_sealed = driver->common->sealed,
                                        .is_live = true };
    settings.takes_arrays = driver->plan->steps[0].tool->takes_arrays;
    driver->reader = reader_open(&settings, error);
    return driver->reader != NULL;
}

/* Everything that can refuse does so before the output is made. */
static bool open_all(struct driver *driver, struct error *error)
{
    if (!summary_check_gates(&driver->common->require, error) || !open_steps(driver, error) ||
        !open_reader(driver, error) || !open_set(driver, error))
        return false;
    struct chain_settings chain = { driver->stages, driver->stage_count, driver->run[0].jobs, &driver->writer };
    driver->chain = chain_open(&chain, error);
    return driver->chain && open_output(driver, error);
}

static void show_progress(struct driver *driver)
{
    struct progress_figures figures = { .bytes_total = -1,
                                        .dropped = driver->outcomes.dropped_count,
                                        .rejected = driver->outcomes.rejected_count };
    const struct stage *first = &driver->stages[0];
    figures.in = driver->reader ? first->in : first->out;
    figures.out = driver->stages[driver->stage_count - 1].out;
    if (driver->reader)
        reader_progress(driver->reader, &figures.bytes, &figures.bytes_total);
    progress_update(&figures);
}

static enum flow flush_output(struct driver *driver, struct error *error)
{
    struct output *output = driver->writer.whole.output; /* files of a set are not seen before their commit */
    if (!output || output_flush(output, error))
        return FLOW_OK;
    return output_is_closed(output) ? FLOW_STOP : FLOW_ERROR;
}

static enum flow flush_all(struct driver *driver, struct error *error)
{
    driver->held_since = 0;
    enum flow flow = chain_flush(driver->chain, error);
    return flow == FLOW_OK ? flush_output(driver, error) : flow;
}

/* The input pauses. Records that are done leave at once; what stages gather waits for more, up to --max-delay. */
static enum flow pass_time(struct driver *driver, struct error *error)
{
    if (driver->held_since == 0 || clock_seconds() - driver->held_since >= driver->max_delay)
        return flush_all(driver, error);
    enum flow flow = chain_drain(driver->chain, error);
    return flow == FLOW_OK ? flush_output(driver, error) : flow;
}

/* A live input that does not pause has bounds, too. */
static enum flow keep_moving(struct driver *driver, struct error *error)
{
    if (!driver->is_live)
        return FLOW_OK;
    double time = clock_seconds();
    if (driver->max_delay > 0 && driver->held_since > 0 && time - driver->held_since >= driver->max_delay)
        return flush_all(driver, error);
    if (time - driver->flushed < BUSY_FLUSH_SECONDS)
        return FLOW_OK;
    driver->flushed = time;
    return flush_output(driver, error);
}

static int wait_milliseconds(const struct driver *driver)
{
    if (driver->held_since == 0)
        return WAIT_MILLISECONDS;
    double left = (driver->held_since + driver->max_delay - clock_seconds()) * 1000 + 1;
    return left < 0 ? 0 : left < WAIT_MILLISECONDS ? (int)left : WAIT_MILLISECONDS;
}

static bool has_input(struct driver *driver, int milliseconds)
{
    if (driver->reader)
        return milliseconds ? reader_wait(driver->reader, milliseconds) : !reader_would_wait(driver->reader);
    struct stage *source = &driver->stages[0];
    return !source->class->wait || source->class->wait(source, milliseconds);
}

/* Told to stop while nothing is under way. A source ends there, and all that it gave is used; what comes from elsewhere
 * is cut off, but its complete part may be kept. */
static enum flow stop_waiting(struct driver *driver, bool *is_at_end, struct error *error)
{
    if (!driver->reader) {
        driver->stopped_by = interrupt_signal();
        *is_at_end = true;
        return FLOW_OK;
    }
    for (size_t i = 0; i < driver->plan->step_count; i++)
        driver->run[i].is_stopping = true;
    enum flow flow = flush_all(driver, error);
    if (flow != FLOW_ERROR)
        interrupt_error(error);
    return FLOW_ERROR;
}

static enum flow await_input(struct driver *driver, bool *is_at_end, struct error *error)
{
    if (has_input(driver, 0))
        return keep_moving(driver, error);
    driver->is_live = true;
    for (;;) {
        enum flow flow = pass_time(driver, error);
        if (flow != FLOW_OK)
            return flow;
        driver->flushed = clock_seconds();
        /* A signal that came before this point may have cut short what the workers did. */
        if (interrupt_signal()) {
            interrupt_error(error);
            return FLOW_ERROR;
        }
        if (has_input(driver, wait_milliseconds(driver)))
            return FLOW_OK;
        if (interrupt_signal())
            return stop_waiting(driver, is_at_end, error);
        show_progress(driver);
    }
}

static void note_held(struct driver *driver)
{
    if (driver->held_since == 0)
        driver->held_since = clock_seconds();
}

static enum flow read_some(struct driver *driver, bool *is_at_end, struct error *error)
{
    struct error fault;
    error_reset(&fault);
    struct batch *batch;
    bool is_good = reader_next(driver->reader, &batch, &fault);
    enum flow flow = batch ? chain_push(driver->chain, batch, error) : FLOW_OK;
    note_held(driver);
    if (flow == FLOW_OK && !is_good) {
        *error = fault;
        return FLOW_ERROR;
    }
    *is_at_end = !batch;
    return flow;
}

static enum flow pull_some(struct driver *driver, bool *is_at_end, struct error *error)
{
    enum flow flow = chain_pull(driver->chain, error);
    note_held(driver);
    /* A source says FLOW_STOP at its end; the chain behind it says it when nobody wants more. Both end the pulling. */
    *is_at_end = flow == FLOW_STOP;
    return flow == FLOW_STOP ? FLOW_OK : flow;
}

static bool is_output_closed(const struct driver *driver)
{
    return driver->writer.whole.output && output_is_closed(driver->writer.whole.output);
}

static enum flow move(struct driver *driver, struct error *error)
{
    bool is_at_end = false;
    enum flow flow = FLOW_OK;
    while (!is_at_end && flow == FLOW_OK) {
        if (interrupt_signal()) {
            interrupt_error(error);
            return FLOW_ERROR;
        }
        flow = await_input(driver, &is_at_end, error);
        if (flow != FLOW_OK || is_at_end)
            break;
        flow = driver->reader ? read_some(driver, &is_at_end, error) : pull_some(driver, &is_at_end, error);
        show_progress(driver);
    }
    return flow;
}

static void compute_totals(struct driver *driver)
{
    for (size_t i = 0; i < driver->plan->step_count; i++) {
        struct step_totals *totals = &driver->totals[i];
        const struct stage *first = totals->first, *last = first + totals->stage_count - 1;
        totals->dropped = totals->rejected = 0;
        for (size_t k = 0; k < totals->stage_count; k++) {
            totals->dropped += first[k].dropped;
            totals->rejected += first[k].rejected;
        }
        totals->out = last->out;
        /* A source has no input to count: what it found is what it gave, dropped or rejected, and what it only named
         * in a dry run. */
        totals->in = first->in + (first->class->pull ? totals->out + totals->dropped + totals->rejected : 0);
        totals->kept = totals->in - totals->dropped - totals->rejected;
    }
}

static void make_summary(struct driver *driver, const struct error *error, int exit_code, struct summary *summary)
{
    compute_totals(driver);
    *summary = (struct summary){
        .tool_name = driver->plan->tool_name,
        .steps = driver->totals,
        .step_count = driver->plan->step_count,
        .outcomes = &driver->outcomes,
        .seconds = clock_seconds() - driver->started,
        .exit_code = exit_code,
        .error = error,
    };
    writer_update_parts(&driver->writer);
    summary->writer = &driver->writer;
}

/* A step's own gates look at the summary that the tool alone would have. */
static bool check_step_gates(const struct driver *driver, const struct summary *whole, size_t index,
                             struct error *error)
{
    const struct driver_step *step = &driver->plan->steps[index];
    if (!step->common || step->common == driver->common || step->common->require.count == 0)
        return true;
    struct summary summary = *whole;
    summary.tool_name = step->tool->name;
    summary.steps = &driver->totals[index];
    summary.step_count = 1;
    summary.outcomes = &driver->step_outcomes[index];
    if (summary_require(&summary, &step->common->require, error))
        return true;
    struct error fault = *error;
    return error_set(error, fault.code, "%s: %s", step->name, fault.message);
}

/* The gates and --max-errors P% are asked before anything is committed. */
static bool check_gates(void *context, struct error *error)
{
    struct driver *driver = context;
    struct summary summary;
    make_summary(driver, NULL, 0, &summary);
    for (size_t i = 0; i < driver->plan->step_count; i++)
        if (!outcomes_check_share(&driver->step_outcomes[i], driver->totals[i].in, error) ||
            !check_step_gates(driver, &summary, i, error))
            return false;
    return outcomes_check_share(&driver->outcomes, driver->totals[0].in, error) &&
           summary_require(&summary, &driver->common->require, error);
}

static bool write_seal(struct driver *driver, struct error *error)
{
    if (!driver->common->seal || (!driver->writer.whole.output && !driver->writer.set))
        return true;
    return writer_seal(&driver->writer, error) != FLOW_ERROR;
}

static bool commit(struct driver *driver, struct error *error)
{
    struct writer *writer = &driver->writer;
    if (writer->set)
        return output_set_commit(writer->set, error);
    return !writer->whole.output || output_commit(writer->whole.output, error) || is_output_closed(driver);
}

static bool end_well(struct driver *driver, struct error *error)
{
    enum flow flow = chain_finish(driver->chain, check_gates, driver, error);
    if (flow == FLOW_ERROR)
        return false;
    if (is_output_closed(driver))
        return true;
    bool is_terminal = driver->stages[driver->stage_count - 1].class->is_terminal;
    if (!is_terminal && !check_gates(driver, error))
        return false;
    if (!write_seal(driver, error))
        return false;
    return commit(driver, error);
}

/* A reader must not take what we wrote for a finished stream. */
static void write_error_line(struct driver *driver, const struct error *error)
{
    struct output *output = driver->writer.whole.output;
    bool is_stream = output && last_tool(driver)->writes == TOOL_RECORDS && !is_output_closed(driver) &&
                     strcmp(output_name(output), "-") == 0 && !isatty(STDOUT_FILENO);
    if (!is_stream)
        return;
    struct buffer line = { 0 };
    struct slice passed_on = driver->reader ? reader_error_line(driver->reader) : (struct slice){ NULL, 0 };
    if (passed_on.length) {
        buffer_append_slice(&line, passed_on);
    } else {
        buffer_append_string(&line, "{\"garner\":{\"error\":{");
        json_append_key(&line, SLICE("tool"));
        json_append_string(&line, slice_of_string(driver->plan->tool_name));
        json_append_key(&line, SLICE("code"));
        json_append_string(&line, slice_of_string(code_entry(error->code)->name));
        json_append_key(&line, SLICE("message"));
        json_append_string(&line, slice_of_string(error->message));
        buffer_append_string(&line, "}}}");
    }
    struct error ignored;
    if (writer_line(&driver->writer, buffer_slice(&line), &ignored) == FLOW_OK)
        (void)!output_flush(output, &ignored);
    buffer_release(&line);
}

static void say_rejects(const struct driver *driver)
{
    if (driver->outcomes.rejected_count == 0 || driver->common->quiet)
        return;
    struct buffer codes = { 0 };
    outcomes_describe(&driver->outcomes.rejects_by_code, &codes);
    say_note(driver->plan->tool_name, "%lld of %lld records were rejected (%s)%s%s",
             (long long)driver->outcomes.rejected_count, (long long)driver->totals[0].in, buffer_string(&codes),
             driver->common->rejects ? "; they are in " : "", driver->common->rejects ? driver->common->rejects : "");
    buffer_release(&codes);
}

static void say_dry_run(const struct driver *driver)
{
    for (size_t i = 0; i < driver->plan->step_count && driver->common->dry_run; i++) {
        const struct step_totals *totals = &driver->totals[i];
        say_note(totals->name, "dry run: %lld in, %lld out, %lld dropped, %lld rejected; nothing was written",
                 (long long)totals->in, (long long)totals->out, (long long)totals->dropped,
                 (long long)totals->rejected);
    }
}

/* Rejects and the summary are written whatever happened. Their own failure is told, and counts when all else went well.
 */
static int write_reports(struct driver *driver, const struct error *error, int exit_code)
{
    struct error fault;
    error_reset(&fault);
    struct summary summary;
    struct buffer json = { 0 };
    bool is_kept = outcomes_commit(&driver->outcomes, &fault);
    for (size_t i = 0; i < driver->plan->step_count; i++)
        is_kept = outcomes_commit(&driver->step_outcomes[i], is_kept ? &fault : NULL) && is_kept;
    if (!is_kept)
        exit_code = exit_code ? exit_code : error_exit_code(&fault);
    make_summary(driver, error, exit_code, &summary);
    if (driver->plan->summary_json)
        summary_append(&summary, driver->plan->summary_json);
    if (driver->common->summary && !driver->common->dry_run) {
        summary_append(&summary, &json);
        buffer_append_byte(&json, '\n');
        if (!output_write_file(driver->common->summary, buffer_slice(&json), true, &fault))
            exit_code = exit_code ? exit_code : error_exit_code(&fault);
    }
    if (error_is_set(&fault))
        say_error(driver->plan->tool_name, &fault);
    buffer_release(&json);
    return exit_code;
}

static int exit_code_of(const struct driver *driver, bool is_good, const struct error *error)
{
    if (!is_good)
        return error_exit_code(error);
    if (is_output_closed(driver))
        return 128 + SIGPIPE;
    if (driver->stopped_by)
        return 128 + driver->stopped_by;
    for (size_t i = 0; i < driver->plan->step_count; i++) {
        const struct outcomes *outcomes = &driver->step_outcomes[i];
        if (outcomes->rejected_count && !outcomes->has_limit && !driver->outcomes.has_limit)
            return EXIT_REJECTED;
    }
    return EXIT_DONE;
}

static void close_all(struct driver *driver)
{
    chain_close(driver->chain);
    reader_close(driver->reader);
    writer_release(&driver->writer);
    for (size_t i = 0; i < driver->plan->step_count; i++)
        outcomes_close(&driver->step_outcomes[i]);
    outcomes_close(&driver->outcomes);
}

int driver_run(const struct driver_plan *plan)
{
    struct driver driver = { .plan = plan, .common = plan->common, .started = clock_seconds() };
    struct error error;
    error_reset(&error);
    make_stages(&driver);
    bool is_good = open_all(&driver, &error);
    if (is_good) {
        progress_start(plan->tool_name, (enum progress_mode)driver.common->progress);
        enum flow flow = move(&driver, &error);
        is_good = flow != FLOW_ERROR;
        if (is_good && !is_output_closed(&driver))
            is_good = end_well(&driver, &error);
        progress_finish();
    }
    int exit_code = exit_code_of(&driver, is_good, &error);
    if (!is_good) {
        write_error_line(&driver, &error);
        say_error(plan->tool_name, &error);
    }
    exit_code = write_reports(&driver, &error, exit_code);
    if (is_good)
        say_rejects(&driver);
    say_dry_run(&driver);
    close_all(&driver);
    return exit_code;
}
