/* view.c - records for people. */
#include "base/interrupt.h"
#include "base/memory.h"
#include "cli/terminal.h"
#include "stream/lines.h"
#include "text/layout.h"
#include "tools.h"
#include "json/path.h"

#include <math.h>
#include <unistd.h>

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

enum {
    INDENT = 2,
    WIDTH_MINIMUM = 20,
    SHORT_TEXT = 60,      /* a text up to this length without line break stands beside its name */
    EMBEDDING_SHOWN = 4,  /* numbers */
    NESTING_FLATTENED = 4 /* objects in objects become a.b.c; deeper ones are shown as JSON */
};

struct view {
    const struct view_options *options;
    struct output *output;
    struct buffer page; /* what one block of lines gives */
    struct arena arena; /* of one record */
    struct json_path *fields;
    size_t width;
    int64_t shown, faulty;
};

static void append_rule(struct view *view, struct slice title)
{
    size_t before = view->page.length;
    buffer_append_string(&view->page, "--- ");
    layout_append_cut(&view->page, title, view->width - 5);
    size_t columns = layout_width(slice_from(buffer_slice(&view->page), before));
    buffer_append_byte(&view->page, ' ');
    if (columns + 1 < view->width)
        buffer_append_repeated(&view->page, '-', view->width - columns - 1);
    buffer_append_byte(&view->page, '\n');
}

static void append_block(struct view *view, struct slice text)
{
    struct layout layout = { view->width, INDENT, (size_t)view->options->lines };
    layout_append_wrapped(&view->page, text, &layout);
}

/* "name: value" where it fits in a line, else the value below its name. */
static void append_text(struct view *view, struct slice name, struct slice text)
{
    text_append_printable(&view->page, name);
    bool is_short = text.length <= SHORT_TEXT && slice_find_byte(text, '\n') == text.length &&
                    layout_width(name) + 2 + layout_width(text) <= view->width;
    buffer_append_string(&view->page, is_short ? ": " : ":\n");
    if (is_short) {
        text_append_printable(&view->page, text);
        buffer_append_byte(&view->page, '\n');
    } else {
        append_block(view, text);
    }
}

/* The characters of a string; as it stands in the line where it cannot be decoded. */
static struct slice text_of(struct view *view, struct json_value value)
{
    struct error ignored;
    struct slice text;
    if (value.type == JSON_STRING && json_decode(value, &view->arena, &text, &ignored))
        return text;
    return value.text;
}

static void append_embedding(struct view *view, struct slice name, struct json_value value)
{
    const float *numbers;
    size_t count;
    struct error ignored;
    if (!json_floats(value, &view->arena, &numbers, &count, &ignored) || count == 0) {
        append_text(view, name, text_of(view, value));
        return;
    }
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += (double)numbers[i] * (double)numbers[i];
    text_append_printable(&view->page, name);
    buffer_append_format(&view->page, ": %zu numbers of length %.3f:", count, sqrt(squares));
    for (size_t i = 0; i < count && i < EMBEDDING_SHOWN; i++)
        buffer_append_format(&view->page, " %.4f", (double)numbers[i]);
    buffer_append_string(&view->page, count > EMBEDDING_SHOWN ? " ...\n" : "\n");
}

/* An array with a role and a content in each element. */
static bool is_dialogue(struct json_value value)
{
    if (value.type != JSON_ARRAY)
        return false;
    struct json_iterator iterator = json_iterate(value);
    struct json_field turn;
    size_t count = 0;
    for (; json_next(&iterator, &turn); count++)
        if (json_member(turn.value, SLICE("role")).type != JSON_STRING)
            return false;
    return count > 0;
}

static void append_dialogue(struct view *view, struct json_value value)
{
    struct json_iterator iterator = json_iterate(value);
    struct json_field turn, part;
    while (json_next(&iterator, &turn)) {
        text_append_printable(&view->page, text_of(view, json_member(turn.value, SLICE("role"))));
        buffer_append_string(&view->page, ":\n");
        struct json_iterator parts = json_iterate(turn.value);
        while (json_next(&parts, &part)) {
            if (json_key_equal(&part, SLICE("role")) || part.value.type == JSON_NULL)
                continue;
            if (!json_key_equal(&part, SLICE("content"))) {
                buffer_append_repeated(&view->page, ' ', INDENT);
                text_append_printable(&view->page, part.key);
                buffer_append_string(&view->page, ":\n");
            }
            append_block(view, text_of(view, part.value));
        }
    }
}

static void append_value(struct view *view, struct slice name, struct json_value value, int depth)
{
    if (value.type == JSON_OBJECT && depth < NESTING_FLATTENED) {
        struct json_iterator iterator = json_iterate(value);
        struct json_field field;
        while (json_next(&iterator, &field)) {
            struct buffer longer = { 0 };
            buffer_append_slice(&longer, name);
            buffer_append_byte(&longer, '.');
            buffer_append_slice(&longer, field.key);
            append_value(view, buffer_slice(&longer), field.value, depth + 1);
            buffer_release(&longer);
        }
    } else if (slice_equal(name, SLICE("embedding"))) {
        append_embedding(view, name, value);
    } else if (is_dialogue(value)) {
        if (!slice_equal(name, SLICE("messages"))) {
            text_append_printable(&view->page, name);
            buffer_append_string(&view->page, ":\n");
        }
        append_dialogue(view, value);
    } else {
        append_text(view, name, text_of(view, value));
    }
}

static void append_chosen_fields(struct view *view, const struct json_object *object)
{
    for (size_t i = 0; i < view->options->fields.count; i++) {
        struct json_value value = json_path_find(&view->fields[i], object, NULL);
        if (value.type != JSON_MISSING)
            append_value(view, view->fields[i].text, value, 0);
    }
}

static void append_title(struct view *view, const struct json_object *object, int64_t number)
{
    static const char *const names[] = { "id", "_id" };
    struct buffer title = { 0 };
    for (size_t i = 0; i < 2 && title.length == 0; i++) {
        const struct json_field *id = json_object_find(object, slice_of_string(names[i]));
        if (id)
            buffer_append_slice(&title, text_of(view, id->value));
    }
    if (title.length == 0)
        buffer_append_format(&title, "record %lld", (long long)number);
    append_rule(view, buffer_slice(&title));
    buffer_release(&title);
}

static void append_record(struct view *view, const struct json_object *object, int64_t number)
{
    append_title(view, object, number);
    if (view->options->fields.count > 0) {
        append_chosen_fields(view, object);
    } else {
        for (size_t i = 0; i < object->count; i++)
            if (!json_key_equal(&object->fields[i], SLICE("id")) && !json_key_equal(&object->fields[i], SLICE("_id")))
                append_value(view, object->fields[i].key, object->fields[i].value, 0);
    }
    buffer_append_byte(&view->page, '\n');
}

static struct json_value member_of(const struct json_object *object, const char *first, const char *second)
{
    const struct json_field *field = json_object_find(object, slice_of_string(first));
    return field ? json_member(field->value, slice_of_string(second)) : (struct json_value){ .type = JSON_MISSING };
}

/* Tombstones, seals and errors are shown as what they say. false: the stream ends with somebody's error. */
static bool append_signal(struct view *view, const struct json_object *object, enum record_kind kind,
                          struct error *error)
{
    struct buffer title = { 0 };
    if (kind == RECORD_TOMBSTONE) {
        buffer_append_slice(&title, text_of(view, json_object_find(object, SLICE("id"))->value));
        buffer_append_string(&title, " (deleted)");
    } else if (kind == RECORD_END) {
        struct json_value count = json_member(member_of(object, "garner", "end"), SLICE("records"));
        bool is_one = slice_equal(count.text, SLICE("1"));
        buffer_append_format(&title, "end of the stream: %.*s record%s", (int)count.text.length, count.text.bytes,
                             is_one ? "" : "s");
    } else {
        struct json_value fault = member_of(object, "garner", "error");
        struct slice tool = text_of(view, json_member(fault, SLICE("tool")));
        struct slice message = text_of(view, json_member(fault, SLICE("message")));
        buffer_append_format(&title, "the stream was cut: %.*s: %.*s", (int)tool.length, tool.bytes,
                             (int)message.length, message.bytes);
        error_set(error, E_UPSTREAM, "the step that writes this stream failed");
    }
    append_rule(view, buffer_slice(&title));
    buffer_append_byte(&view->page, '\n');
    buffer_release(&title);
    return kind != RECORD_ERROR;
}

static void append_fault(struct view *view, struct slice line, int64_t number, const struct error *fault)
{
    struct buffer title = { 0 };
    buffer_append_format(&title, "line %lld is no record: %s", (long long)number, fault->message);
    append_rule(view, buffer_slice(&title));
    struct layout layout = { view->width, INDENT, 3 };
    layout_append_wrapped(&view->page, line, &layout);
    buffer_append_byte(&view->page, '\n');
    view->faulty++;
    buffer_release(&title);
}

static bool show_line(struct view *view, struct slice line, int64_t number, struct error *error)
{
    struct json_object object;
    struct error fault = { 0 };
    if (slice_trim(line).length == 0)
        return true;
    arena_reset(&view->arena);
    if (!json_scan_object(line, &view->arena, &object, &fault)) {
        append_fault(view, line, number, &fault);
        return true;
    }
    enum record_kind kind = record_kind_of(line);
    if (kind != RECORD_DATA)
        return append_signal(view, &object, kind, error);
    append_record(view, &object, number);
    view->shown++;
    return true;
}

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

static bool show_block(struct view *view, const struct lines_block *block, struct error *error)
{
    struct slice rest = block->text;
    int64_t number = block->first_line;
    for (; rest.length > 0 && !is_done(view); number++) {
        size_t length = slice_find_byte(rest, '\n');
        if (!show_line(view, slice_between(rest, 0, length), number, error)) {
            struct error ignored;
            (void)!write_page(view, &ignored);
            return false;
        }
        rest = slice_from(rest, length + 1);
        if (view->page.length > STREAM_BLOCK_BYTES && !write_page(view, error))
            return false;
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
        struct lines_block block;
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
    view->fields = arena_allocate_zeroed(call->arena, view->options->fields.count + 1, sizeof *view->fields);
    for (size_t i = 0; i < view->options->fields.count; i++)
        if (!json_path_compile(slice_of_string(view->options->fields.values[i]), call->arena, &view->fields[i], error))
            return false;
    return true;
}

static int view_run(struct tool_call *call, struct error *error)
{
    struct view view = { .options = call->options, .output = call->output };
    view.width = view.options->width > 0 ? (size_t)view.options->width : terminal_width(STDOUT_FILENO);
    if (view.width < WIDTH_MINIMUM)
        view.width = WIDTH_MINIMUM;
    bool is_good = compile_fields(&view, call, error);
    size_t count = call->common.inputs.count;
    for (size_t i = 0; is_good && !is_done(&view) && i < (count ? count : 1); i++)
        is_good = show_file(&view, count ? call->common.inputs.values[i] : "-", error);
    buffer_release(&view.page);
    arena_release(&view.arena);
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
