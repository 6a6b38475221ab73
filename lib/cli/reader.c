/* reader.c - the edge where lines become batches of records. */
#include "cli/reader.h"

#include "base/memory.h"

struct reader {
    struct reader_settings settings;
    size_t next_path;
    struct lines *lines;
    const char *file; /* name of the open input, for messages */
    int64_t records;  /* data records and tombstones seen: what a seal counts */
    bool has_seal;
    struct buffer error_line;
    int64_t done_before; /* bytes of inputs that were read to the end */
};

static bool open_next(struct reader *reader, struct error *error)
{
    const char *path = reader->settings.count ? reader->settings.paths[reader->next_path] : "-";
    struct input *input = input_open(path, NULL, error);
    if (!input)
        return false;
    reader->next_path++;
    reader->file = strcmp(path, "-") == 0 ? "stdin" : path; /* outlives the input: records on their way name it */
    reader->lines = lines_create(input, 0);
    if (reader->settings.takes_arrays)
        lines_take_arrays(reader->lines);
    return true;
}

struct reader *reader_open(const struct reader_settings *settings, struct error *error)
{
    struct reader *reader = memory_allocate_zeroed(1, sizeof *reader);
    reader->settings = *settings;
    if (open_next(reader, error))
        return reader;
    reader_close(reader);
    return NULL;
}

static bool take_seal(struct reader *reader, const struct record *record, struct error *error)
{
    int64_t count = record_seal_count(record->line);
    if (count < 0) {
        error_set(error, E_UNSEALED, "the seal of the stream cannot be read");
        return error_place(error, record->file, record->line_number, 0);
    }
    if (count != reader->records) {
        error_set(error, E_UNSEALED, "the seal counts %lld records, %lld came", (long long)count,
                  (long long)reader->records);
        return error_place(error, record->file, record->line_number, 0);
    }
    reader->has_seal = true;
    return true;
}

static bool take_error_line(struct reader *reader, const struct record *record, struct error *error)
{
    buffer_append_slice(&reader->error_line, record->line);
    error_set(error, E_UPSTREAM, "the step that writes this stream failed; what it had not finished is not used");
    return error_place(error, record->file, record->line_number, 0);
}

static bool is_blank(struct slice line)
{
    return slice_trim(line).length == 0;
}

/* false with error set: the stream ends here; the records before it stay in the batch. */
static bool take_line(struct reader *reader, struct batch *batch, struct slice line, int64_t number,
                      struct error *error)
{
    struct record record = { .line = line, .file = reader->file, .line_number = number };
    record.kind = record_kind_of(line);
    if (record.kind == RECORD_ERROR)
        return take_error_line(reader, &record, error);
    if (record.kind == RECORD_END)
        return take_seal(reader, &record, error);
    if (reader->has_seal) {
        error_set(error, E_DATA, "a record after the end of the sealed stream");
        return error_place(error, record.file, number, 0);
    }
    reader->records++;
    *batch_append(batch) = record;
    return true;
}

static bool split_block(struct reader *reader, struct batch *batch, struct error *error)
{
    struct slice rest = batch->block.text;
    int64_t number = batch->block.first_line;
    for (; rest.length; number++) {
        size_t length = slice_find_byte(rest, '\n');
        struct slice line = slice_of(rest.bytes, length);
        rest = slice_from(rest, length + 1);
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a line with a length has bytes */
        if (line.length && line.bytes[0] != '{' && is_blank(line))
            continue;
        if (line.length && !take_line(reader, batch, line, number, error))
            return false;
    }
    return true;
}

static bool check_end(struct reader *reader, struct error *error)
{
    if (!reader->settings.is_sealed || reader->has_seal)
        return true;
    error_set(error, E_UNSEALED, "the stream ends without its seal: its writer did not finish");
    return error_place(error, reader->file, 0, 0);
}

bool reader_next(struct reader *reader, struct batch **batch, struct error *error)
{
    *batch = NULL;
    for (;;) {
        if (!reader->lines) {
            if (reader->next_path >= reader->settings.count)
                return check_end(reader, error);
            if (!open_next(reader, error))
                return false;
        }
        struct lines_block block;
        if (!lines_read(reader->lines, reader->settings.is_live, &block, error))
            return false;
        if (block.line_count == 0) {
            reader->done_before += input_position(lines_input(reader->lines));
            lines_close(reader->lines);
            reader->lines = NULL;
            continue;
        }
        struct batch *filled = batch_create();
        filled->block = block;
        batch_reserve(filled, (size_t)block.line_count);
        filled->bytes = block.text.length;
        bool is_good = split_block(reader, filled, error);
        /* When the stream ends inside this block, the records before that place are whole: the caller uses them first.
         */
        *batch = filled;
        return is_good;
    }
}

bool reader_would_wait(const struct reader *reader)
{
    return reader->lines && !input_is_ready(lines_input(reader->lines), 0);
}

bool reader_wait(const struct reader *reader, int milliseconds)
{
    return !reader->lines || input_wait(lines_input(reader->lines), milliseconds);
}

struct slice reader_error_line(const struct reader *reader)
{
    return buffer_slice(&reader->error_line);
}

void reader_progress(const struct reader *reader, int64_t *done, int64_t *total)
{
    const struct input *input = reader->lines ? lines_input(reader->lines) : NULL;
    *done = reader->done_before + (input ? input_position(input) : 0);
    /* Sizes of inputs not yet opened are not known without a stat of each: a total for one input only. */
    *total = input && reader->settings.count <= 1 ? input_size(input) : -1;
}

void reader_close(struct reader *reader)
{
    if (!reader)
        return;
    if (reader->lines)
        lines_close(reader->lines);
    buffer_release(&reader->error_line);
    memory_free(reader);
}
