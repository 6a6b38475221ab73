/* main.c - finds the tool by argv[0] or argv[1], parses, runs, and turns what came of it into message and exit code. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/driver.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/versions.h"
#include "stream/files.h"
#include "tools.h"

#define TOOL_ADDRESS(name) &tool_##name,
static const struct tool *const tools[] = { TOOL_LIST(TOOL_ADDRESS) NULL };
#undef TOOL_ADDRESS

/* A descriptor that the caller closed must not become one of our files: writing to it shall fail, not corrupt. */
static void open_standard_descriptors(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
            if (open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
                _exit(EXIT_OSERR);
}

static void hint(const struct tool *tool)
{
    struct buffer topic = { 0 };
    buffer_append_format(&topic, "garner%s%s --help", tool ? " " : "", tool ? tool->name : "");
    say_hint(buffer_string(&topic));
    buffer_release(&topic);
}

/* Where an error becomes a message and an exit code. */
static int fail(const struct tool *tool, const struct error *error)
{
    say_error(tool ? tool->name : NULL, error);
    if (error->code == E_USAGE)
        hint(tool);
    return error_exit_code(error);
}

/* Ends the output well, or leaves a file unpublished. Text for a pipe or terminal goes out in any case. */
static int finish_output(const struct tool *tool, struct output *output, int exit_code)
{
    struct error error = { 0 };
    bool is_good = exit_code == EXIT_DONE || exit_code == EXIT_NO || exit_code == EXIT_REJECTED;
    bool is_written = is_good ? output_commit(output, &error) : output_flush(output, &error);
    if (output_is_closed(output))
        exit_code = 128 + SIGPIPE;
    else if (!is_written && is_good)
        exit_code = fail(tool, &error);
    output_close(output);
    return exit_code;
}

static int print_text(const struct buffer *text)
{
    struct error error = { 0 };
    struct output *output = output_open(NULL, NULL, &error);
    if (!output)
        return fail(NULL, &error);
    int exit_code = EXIT_DONE;
    if (!output_write(output, buffer_slice(text), &error) && !output_is_closed(output))
        exit_code = fail(NULL, &error);
    return finish_output(NULL, output, exit_code);
}

static int run_tool(struct tool_call *call)
{
    struct error error = { 0 };
    const struct tool *tool = call->tool;
    if (tool->writes != TOOL_NOTHING) {
        call->output = output_open(call->common.output, NULL, &error);
        if (!call->output)
            return fail(tool, &error);
    }
    int exit_code = tool->run(call, &error);
    bool has_reader = !call->output || !output_is_closed(call->output);
    if (error_is_set(&error) && has_reader)
        exit_code = fail(tool, &error);
    return call->output ? finish_output(tool, call->output, exit_code) : exit_code;
}

static int run_stages(struct tool_call *call)
{
    struct driver_step step = { .tool = call->tool, .options = call->options, .name = call->tool->name };
    struct driver_plan plan = {
        .steps = &step, .step_count = 1, .common = &call->common, .tool_name = call->tool->name, .arena = call->arena
    };
    int exit_code = driver_run(&plan); /* it has told what went wrong */
    if (exit_code == EXIT_USAGE)
        hint(call->tool);
    return exit_code;
}

/* Nobody types records by hand: somebody forgot the file. */
static bool waits_for_terminal(const struct tool_call *call)
{
    const struct tool *tool = call->tool;
    return tool->reads == TOOL_RECORDS && !tool->has_own_inputs && call->common.inputs.count == 0 &&
           isatty(STDIN_FILENO) == 1;
}

static int run_call(struct tool_call *call)
{
    static const char *nothing[] = { "/dev/null" };
    struct error error = { 0 };
    if (call->tool->reads_nothing && call->tool->reads_nothing(call))
        call->common.inputs = (struct option_list){ nothing, 1 };
    if (waits_for_terminal(call)) {
        error_set(&error, E_USAGE,
                  "no FILE given and standard input is a terminal; name a file, pipe records in, or "
                  "type them with '-'");
        return fail(call->tool, &error);
    }
    return call->tool->run ? run_tool(call) : run_stages(call);
}

static int run_words(const struct tool *tool, int count, const char *const *words, struct arena *arena)
{
    struct error error = { 0 };
    struct tool_call call;
    struct buffer text = { 0 };
    int exit_code = EXIT_DONE;
    enum parse_outcome outcome = tool_call_parse(&call, tool, tools, count, words, arena, &error);
    struct say_settings settings = { (enum log_format)call.common.log_format, call.common.quiet, call.common.verbose };
    say_configure(&settings);
    switch (outcome) {
    case PARSE_FAILED:
        exit_code = fail(tool, &error);
        break;
    case PARSE_DONE:
        exit_code = run_call(&call);
        break;
    case PARSE_HELP:
        help_append_tool(tool, &text);
        exit_code = print_text(&text);
        break;
    case PARSE_VERSION:
        versions_append(&text);
        exit_code = print_text(&text);
        break;
    }
    buffer_release(&text);
    return exit_code;
}

static int fail_unknown(const char *word)
{
    struct error error = { 0 };
    const char *nearest = tool_nearest(tools, slice_of_string(word));
    if (word[0] == '-')
        error_set(&error, E_USAGE, "unknown option '%s', expected a tool", word);
    else if (nearest)
        error_set(&error, E_USAGE, "no tool '%s', nearest is '%s'", word, nearest);
    else
        error_set(&error, E_USAGE, "no tool '%s'", word);
    return fail(NULL, &error);
}

/* "garner" itself: no tool named by the link. */
static int run_garner(int count, const char *const *words, struct arena *arena)
{
    struct buffer text = { 0 };
    if (count == 0 || strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0)
        help_append_overview(tools, &text);
    else if (strcmp(words[0], "--version") == 0 || strcmp(words[0], "-V") == 0)
        versions_append(&text);
    int exit_code = EXIT_DONE;
    if (text.length > 0) {
        exit_code = print_text(&text);
    } else {
        const struct tool *tool = tool_find(tools, slice_of_string(words[0]));
        exit_code = tool ? run_words(tool, count - 1, words + 1, arena) : fail_unknown(words[0]);
    }
    buffer_release(&text);
    return exit_code;
}

static const char *linked_name(const char *path)
{
    static const char start[] = "garner-";
    const char *slash = path ? strrchr(path, '/') : NULL;
    const char *name = slash ? slash + 1 : path;
    return name && strncmp(name, start, sizeof start - 1) == 0 ? name + sizeof start - 1 : NULL;
}

int main(int argc, char **argv)
{
    open_standard_descriptors();
    memory_keep_freed();
    memory_set_cleanup(files_remove_temporaries);
    signals_install(files_remove_temporaries);
    struct arena arena = { 0 };
    const char *name = linked_name(argc > 0 ? argv[0] : NULL);
    const struct tool *tool = name ? tool_find(tools, slice_of_string(name)) : NULL;
    const char *const *words = (const char *const *)argv + (argc > 0);
    int count = argc > 0 ? argc - 1 : 0;
    int exit_code = 0;
    if (name && !tool)
        exit_code = fail_unknown(name);
    else if (tool)
        exit_code = run_words(tool, count, words, &arena);
    else
        exit_code = run_garner(count, words, &arena);
    files_remove_temporaries();
    arena_release(&arena);
    if (exit_code > 128)
        signals_die(exit_code - 128);
    return exit_code;
}
