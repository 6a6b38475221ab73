/* view.c - records for people. */
#include <math.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "cli/terminal.h"
#include "record/show.h"
#include "stream/lines.h"
#include "tools.h"

struct view_options {
    struct option_list fields;
    int64_t limit, width, lines;
};

#define FIELD(name) OPTION_FIELD(struct view_options, name)
static const struct option view_options[] = {
    { .name = "fields",
      .letter = 'f',
      FIELD(fields),
      .argument = "PATH",
      .meaning = MEANING_PATH,
      .help = "show only these, in this order",
      .details = "For instance id,metadata.source,text." },
    { .name = "limit",
      .letter = 'n',
      FIELD(limit),
      .argument = "N",
      .minimum = 0,
      .maximum = INFINITY,
      .initial = "0",
      .help = "stop after N records; 0: show all" },
    { .name = "lines",
      FIELD(lines),
      .argument = "N",
      .minimum = 0,
      .maximum = INFINITY,
      .initial = "0",
      .help = "at most N lines of each text; 0: all of it" },
    { .name = "width",
      .letter = 'w',
      FIELD(width),
      .argument = "COLUMNS",
      .minimum = 0,
      .maximum = 1000,
      .initial = "0",
      .help = "wrap there; 0: the width of the terminal" },
    { .name = NULL },
};

struct view {
    const struct view_options *options;
    struct output *output;
    struct show show;
    struct buffer page; /* what is not written yet */
    int64_t shown, faulty;
};

static bool is_done(const struct view *view)
{
    return view->options->limit > 0 && view->shown >= view->options->limit;
}

static bool write_page(struct view *view, struct error *error)
{
    bool is_good = output_write(view->output, buffer_slice(&view->page), error) && output_flush(view->output, error);
    buffer_reset(&view->page);
    return is_good;
}

/* false: the output failed, or the stream ends with the error of the step before. */
static bool show_record(struct view *view, struct slice line, int64_t number, struct error *error)
{
    enum record_kind kind = RECORD_DATA;
    struct error fault = { 0 };
    if (slice_trim(line).length == 0)
        return true;
    if (!show_line(&view->show, line, number, &kind, &fault))
        view->faulty++;
    else if (kind == RECORD_DATA)
        view->shown++;
    if (kind == RECORD_ERROR) {
        struct error ignored = { 0 };
        (void)!write_page(view, &ignored);
        return error_set(error, E_UPSTREAM, "the step that writes this stream failed");
    }
    return view->page.length < STREAM_BLOCK_BYTES || write_page(view, error);
}

static bool show_block(struct view *view, const struct lines_block *block, struct error *error)
{
    struct slice rest = block->text;
    for (int64_t number = block->first_line; rest.length > 0 && !is_done(view); number++) {
        size_t length = slice_find_byte(rest, '\n');
        if (!show_record(view, slice_between(rest, 0, length), number, error))
            return false;
        rest = slice_from(rest, length + 1);
    }
    return write_page(view, error);
}

static bool show_file(struct view *view, const char *path, struct error *error)
{
    struct input *input = input_open(path, NULL, error);
    if (!input)
        return false;
    struct lines *lines = lines_create(input, 0);
    bool is_good = true;
    while (is_good && !is_done(view)) {
        struct lines_block block = { 0 };
        is_good = interrupt_signal() ? interrupt_error(error) : lines_read(lines, true, &block, error);
        if (!is_good)
            break;
        if (block.line_count == 0)
            break;
        is_good = show_block(view, &block, error);
        lines_block_release(&block);
    }
    lines_close(lines);
    return is_good;
}

static bool compile_fields(struct view *view, const struct tool_call *call, struct error *error)
{
    size_t count = view->options->fields.count;
    struct json_path *paths = arena_allocate_zeroed(call->arena, count + 1, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        if (!json_path_compile(slice_of_string(view->options->fields.values[i]), call->arena, &paths[i], error))
            return false;
    view->show.fields = paths;
    view->show.field_count = count;
    return true;
}

static int view_run(struct tool_call *call, struct error *error)
{
    const struct view_options *options = call->options;
    struct view view = { .options = options, .output = call->output };
    size_t width = options->width > 0 ? (size_t)options->width : terminal_width(STDOUT_FILENO);
    view.show.output = &view.page;
    view.show.width = width < SHOW_WIDTH_MINIMUM ? SHOW_WIDTH_MINIMUM : width;
    view.show.lines_maximum = (size_t)options->lines;
    bool is_good = compile_fields(&view, call, error);
    size_t count = call->common.inputs.count;
    for (size_t i = 0; is_good && !is_done(&view) && i < (count ? count : 1); i++)
        is_good = show_file(&view, count ? call->common.inputs.values[i] : "-", error);
    buffer_release(&view.page);
    arena_release(&view.show.scratch);
    if (!is_good)
        return error_exit_code(error);
    return view.faulty ? EXIT_REJECTED : EXIT_DONE;
}

static const struct tool_example view_examples[] = {
    { "garner view -n 1", "{\"id\":\"a\",\"text\":\"Keys rotate every ninety days.\"}\n",
      "--- a --------------------------------------------------------------------------\n"
      "text: Keys rotate every ninety days.\n\n",
      "the first record of a stream" },
    { "garner view --fields id,text --lines 3", "{\"id\":\"a\",\"text\":\"one\\ntwo\",\"metadata\":{\"page\":1}}\n",
      NULL, "a glance at each text" },
    { NULL, NULL, NULL, NULL },
};

const struct tool tool_view = {
    .name = "view",
    .summary = "Show records for people",
    .description =
        "Texts are wrapped, chats are shown as dialogue, embeddings are shortened, control bytes are escaped. Deleted "
        "documents and the end of a stream are shown as such. A line that is no record is shown with what is wrong; "
        "then the exit code is 2. The output is for reading: records come out of the other tools.",
    .group = GROUP_LOOK,
    .reads = TOOL_RECORDS,
    .writes = TOOL_BYTES,
    .options = view_options,
    .options_bytes = sizeof(struct view_options),
    .has_few_common = true,
    .examples = view_examples,
    .run = view_run,
};
