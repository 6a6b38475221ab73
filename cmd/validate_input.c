/* validate_input.c - a training file in batches, whatever shape it has: lines, one array, objects over several lines.
 */
#include <inttypes.h>

#include "base/memory.h"
#include "dataset/line.h"
#include "parallel/parallel.h"
#include "validate.h"

enum { BATCH_BYTES = 256 * 1024 };

enum layout { LAYOUT_LINES, LAYOUT_ARRAY, LAYOUT_PRETTY, LAYOUT_UTF16 };

/* Values of a file that is not one to a line. */
struct values {
    struct buffer pending;
    size_t wanted; /* bytes of pending before the next look makes sense */
    int64_t line;
    bool is_array, is_behind;
};

static void work(void *context, unsigned worker, void *job, struct parallel_job *running)
{
    struct validate_batch *batch = job;
    validate_check_batch(context, worker, batch);
    parallel_emit(running, batch, arena_bytes(&batch->arena) + BATCH_BYTES);
}

static bool deliver(void *context, void *result)
{
    struct validate_run *run = context;
    bool is_good = validate_take_batch(run, result);
    validate_batch_free(result);
    run->has_failed |= !is_good;
    return is_good;
}

static void discard(void *context, void *job)
{
    (void)context;
    validate_batch_free(job);
}

static struct slice skip_space(struct slice text)
{
    while (text.length > 0 && strchr(" \t\r\n", *text.bytes) && *text.bytes)
        text = slice_from(text, 1);
    return text;
}

/* By the first block. Of a pretty file the first object must be there whole. */
static enum layout look(struct slice text)
{
    if (slice_starts_with(text, SLICE("\xff\xfe")) || slice_starts_with(text, SLICE("\xfe\xff")) ||
        (text.length >= 4 && (text.bytes[0] == '\0' || text.bytes[1] == '\0')))
        return LAYOUT_UTF16;
    struct slice start = skip_space(text);
    if (slice_byte(start, 0) == '[') {
        char inside = slice_byte(skip_space(slice_from(start, 1)), 0);
        size_t line = slice_find_byte(start, '\n');
        return inside == '{' || (inside == '\0' && line < start.length) ? LAYOUT_ARRAY : LAYOUT_LINES;
    }
    size_t line = slice_find_byte(start, '\n');
    struct json_value value;
    struct error error;
    if (slice_byte(start, 0) != '{' || line == start.length || dataset_value_length(slice_between(start, 0, line)) > 0)
        return LAYOUT_LINES;
    size_t length = dataset_value_length(start);
    return length > line && json_scan(slice_between(start, 0, length), &value, &error) ? LAYOUT_PRETTY : LAYOUT_LINES;
}

static void skip_between(struct values *values, size_t *at)
{
    struct slice text = buffer_slice(&values->pending);
    for (; *at < text.length; ++*at) {
        char byte = text.bytes[*at];
        bool is_bracket = values->is_array && (byte == '[' || byte == ']' || byte == ',');
        if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n' && !is_bracket)
            break;
        values->line += byte == '\n';
    }
}

/* Where the value at the start of text ends; 0: more is needed. */
static size_t value_end(struct slice text, bool is_last)
{
    size_t end = *text.bytes == '{' ? dataset_value_length(text) : 0;
    if (*text.bytes == '{')
        return end ? end : is_last ? text.length : 0;
    while (end < text.length && !strchr(",]\n", text.bytes[end]))
        end++;
    return end < text.length || is_last ? (end ? end : 1) : 0;
}

static bool submit(struct parallel *parallel, struct validate_batch **batch)
{
    struct validate_batch *full = *batch;
    *batch = NULL;
    return !full || parallel_submit(parallel, full);
}

/* Hands out the values that are whole. */
static bool take_values(struct validate_run *run, struct parallel *parallel, struct values *values,
                        struct validate_batch **batch, bool is_last)
{
    size_t at = 0;
    if (values->pending.length < values->wanted && !is_last)
        return true;
    for (;;) {
        skip_between(values, &at);
        struct slice rest = slice_from(buffer_slice(&values->pending), at);
        size_t length = rest.length > 0 ? value_end(rest, is_last) : 0;
        if (length == 0)
            break;
        if (!*batch)
            *batch = validate_batch_create(run->profile_count);
        struct slice value = arena_copy(&(*batch)->arena, slice_between(rest, 0, length));
        validate_batch_add(*batch, value, values->line);
        (*batch)->bytes += (int64_t)length;
        for (size_t i = 0; i < length; i++)
            values->line += value.bytes[i] == '\n';
        at += length;
        if ((*batch)->bytes >= BATCH_BYTES && !submit(parallel, batch))
            return false;
    }
    memmove(values->pending.bytes, values->pending.bytes + at, values->pending.length - at);
    values->pending.length -= at;
    values->wanted = 2 * values->pending.length;
    return true;
}

static bool fault_everywhere(struct validate_run *run, int64_t line, enum code code, const char *expected,
                             const char *hint, const char *message)
{
    for (size_t p = 0; p < run->profile_count; p++)
        if (!(code == E_JSON_ARRAY_FILE && run->profiles[p]->file_rules & FILE_TAKES_ARRAY) &&
            !validate_file_fault(run, p, line, code, expected, hint, "%s", message))
            return false;
    return true;
}

/* What the first bytes say of the file. false: nothing more to read, or a failure. */
static bool tell_layout(struct validate_run *run, enum layout layout)
{
    switch (layout) {
    case LAYOUT_LINES:
        return true;
    case LAYOUT_ARRAY:
        return run->options->fixes ||
               fault_everywhere(run, 1, E_JSON_ARRAY_FILE, "an object on each line",
                                "'garner validate --fix' writes that", "the file is one JSON array");
    case LAYOUT_PRETTY:
        return run->options->fixes ||
               fault_everywhere(run, 1, E_JSON_PRETTY, "an object on each line", "'garner validate --fix' writes that",
                                "objects are spread over several lines");
    case LAYOUT_UTF16:
        return fault_everywhere(run, 1, E_JSON_UTF8, "UTF-8", "iconv -f UTF-16 -t UTF-8", "the file is UTF-16");
    }
    return true;
}

static bool tell_mark(struct validate_run *run, const struct lines *lines)
{
    bool had_mark = lines_had_mark(lines);
    for (size_t p = 0; p < run->profile_count && !run->options->fixes; p++) {
        bool wants = (run->profiles[p]->file_rules & FILE_WANTS_BOM) != 0;
        if (had_mark && !wants &&
            !validate_file_fault(run, p, 1, E_BOM, "the first row", "'garner validate --fix' leaves it out",
                                 "the file begins with a byte order mark"))
            return false;
        if (!had_mark && wants &&
            !validate_file_fault(run, p, 0, W_BOM_ABSENT, NULL, "'garner validate --fix' puts one in front",
                                 "the file does not begin with a byte order mark"))
            return false;
    }
    run->fixes += run->options->fixes && had_mark != ((run->profiles[0]->file_rules & FILE_WANTS_BOM) != 0);
    return true;
}

/* A line above the limit is a fault like others; what cannot be read ends the file. */
static bool take_reading_error(struct validate_run *run, const struct error *error)
{
    if (error->code != E_LINE_LENGTH) {
        *run->error = *error;
        return false;
    }
    return fault_everywhere(run, error->line, E_LINE_LENGTH, NULL, NULL, error->message);
}

/* Reads all blocks. The pool is drained by the caller. */
static bool read_blocks(struct validate_run *run, struct lines *lines, struct parallel *parallel)
{
    struct values values = { .line = 1 };
    struct validate_batch *batch = NULL;
    struct error error = { 0 };
    enum layout layout = LAYOUT_LINES;
    bool is_good = true, is_first = true;
    while (is_good) {
        struct lines_block block = { 0 };
        if (!lines_read(lines, false, &block, &error)) {
            is_good = take_reading_error(run, &error);
            continue;
        }
        if (block.line_count == 0)
            break;
        run->bytes += (int64_t)block.text.length;
        if (is_first) {
            layout = look(block.text);
            values.is_array = layout == LAYOUT_ARRAY;
            is_good = tell_mark(run, lines) && tell_layout(run, layout);
            is_first = false;
        }
        if (layout == LAYOUT_UTF16 || !is_good) {
            lines_block_release(&block);
            break;
        }
        if (layout == LAYOUT_LINES) {
            batch = validate_batch_create(run->profile_count);
            batch->block = block;
            is_good = submit(parallel, &batch);
            continue;
        }
        buffer_append_slice(&values.pending, block.text);
        lines_block_release(&block);
        is_good = take_values(run, parallel, &values, &batch, false);
    }
    is_good = is_good &&
              (layout == LAYOUT_LINES || layout == LAYOUT_UTF16 || take_values(run, parallel, &values, &batch, true));
    if (is_good)
        is_good = submit(parallel, &batch);
    else
        validate_batch_free(batch);
    buffer_release(&values.pending);
    return is_good;
}

bool validate_read_file(struct validate_run *run, const char *path)
{
    struct input *input = input_open(path, NULL, run->error);
    if (!input)
        return false;
    struct lines *lines = lines_create(input, 0);
    const struct parallel_settings settings = { run->jobs, run, work, deliver, discard, discard };
    struct parallel *parallel = parallel_create(&settings);
    bool is_good = read_blocks(run, lines, parallel);
    is_good = parallel_drain(parallel) && is_good && !run->has_failed;
    parallel_free(parallel);
    lines_close(lines);
    return is_good;
}
