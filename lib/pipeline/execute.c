/* execute.c - runs the chains of a pipeline, one after the other. */
#include <string.h>

#include "cli/driver.h"
#include "cli/say.h"
#include "pipeline/pipeline.h"
#include "json/write.h"

/* The run's own options, with the chain's input and output. */
static struct common_options chain_options(const struct pipeline_chain *chain, const struct common_options *common)
{
    const struct pipeline_step *first = &chain->steps[0], *last = &chain->steps[chain->step_count - 1];
    struct common_options options = *common;
    options.inputs = first->call.common.inputs.count ? first->call.common.inputs : chain->inputs;
    if (last->call.common.output)
        options.output = last->call.common.output;
    else if (chain->output)
        options.output = chain->output;
    options.sealed = first->call.common.sealed;
    options.seal = last->call.common.seal;
    return options;
}

static int run_stages(const struct pipeline_chain *chain, const struct common_options *options, struct arena *arena,
                      struct buffer *summary)
{
    struct driver_step *steps = arena_allocate_zeroed(arena, chain->step_count, sizeof *steps);
    for (size_t i = 0; i < chain->step_count; i++)
        steps[i] = (struct driver_step){ chain->steps[i].call.tool, chain->steps[i].call.options, chain->steps[i].name,
                                         &chain->steps[i].call.common };
    struct driver_plan plan = { .steps = steps,
                                .step_count = chain->step_count,
                                .common = options,
                                .tool_name = "run",
                                .summary_json = summary,
                                .arena = arena };
    return driver_run(&plan);
}

/* A tool that owns its streams: query, eval. */
static int run_alone(const struct pipeline_chain *chain, const struct common_options *options)
{
    struct tool_call call = chain->steps[0].call;
    struct error error;
    error_reset(&error);
    call.common.output = options->output;
    call.common.dry_run = options->dry_run;
    call.common.quiet = options->quiet;
    call.common.offline |= options->offline;
    call.output = output_open(options->output, NULL, &error);
    int exit_code = call.output ? call.tool->run(&call, &error) : error_exit_code(&error);
    if (exit_code <= EXIT_REJECTED && !error_is_set(&error) && !output_commit(call.output, &error))
        exit_code = error_exit_code(&error);
    if (error_is_set(&error))
        say_error(call.tool->name, &error);
    output_close(call.output);
    return exit_code;
}

static void append_stage_summary(struct buffer *all, const struct pipeline_chain *chain, struct slice summary)
{
    if (all->bytes[all->length - 1] != '[')
        buffer_append_byte(all, ',');
    buffer_append_byte(all, '{');
    json_append_key(all, SLICE("name"));
    json_append_string(all, slice_of_string(chain->name ? chain->name : "steps"));
    json_append_key(all, SLICE("summary"));
    buffer_append_slice(all, summary.length ? summary : SLICE("null"));
    buffer_append_byte(all, '}');
}

static bool write_summary(const struct pipeline *pipeline, const struct common_options *common, int exit_code,
                          struct slice stages)
{
    struct buffer json = { 0 };
    struct error error;
    error_reset(&error);
    buffer_append_byte(&json, '{');
    json_append_key(&json, SLICE("pipeline"));
    json_append_string(&json, slice_of_string(pipeline->name));
    json_append_key(&json, SLICE("exit"));
    json_append_integer(&json, exit_code);
    json_append_key(&json, SLICE("stages"));
    buffer_append_slice(&json, stages);
    buffer_append_string(&json, "]}\n");
    bool is_good = output_write_file(common->summary, buffer_slice(&json), true, &error);
    buffer_release(&json);
    if (!is_good)
        say_error("run", &error);
    return is_good;
}

int pipeline_run(const struct pipeline *pipeline, const struct common_options *common, struct arena *arena)
{
    struct buffer stages = { 0 };
    int result = EXIT_DONE;
    buffer_append_byte(&stages, '[');
    for (size_t i = 0; i < pipeline->chain_count && result <= EXIT_REJECTED && result != EXIT_NO; i++) {
        const struct pipeline_chain *chain = &pipeline->chains[i];
        struct common_options options = chain_options(chain, common);
        struct buffer summary = { 0 };
        options.summary = NULL;
        int exit_code = tool_has_stages(chain->steps[0].call.tool)
                            ? run_stages(chain, &options, arena, common->summary ? &summary : NULL)
                            : run_alone(chain, &options);
        append_stage_summary(&stages, chain, buffer_slice(&summary));
        buffer_release(&summary);
        if (exit_code != EXIT_DONE && (result == EXIT_DONE || exit_code != EXIT_REJECTED))
            result = exit_code;
    }
    if (common->summary && !common->dry_run && !write_summary(pipeline, common, result, buffer_slice(&stages)))
        result = result ? result : EXIT_IO;
    buffer_release(&stages);
    return result;
}
