/* say.c - what goes to stderr. */
#include "cli/say.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/progress.h"
#include "json/write.h"

/* Mutable, since stderr is one per process and a message may come from any depth. */
static struct say_settings configured;

void say_configure(const struct say_settings *settings)
{
    configured = *settings;
}

const struct say_settings *say_configuration(void)
{
    return &configured;
}

/* Whole or not at all where the kernel allows it; a stderr that cannot be written to is nobody's loss. */
static void write_line(struct buffer *line)
{
    buffer_append_byte(line, '\n');
    progress_clear();
    size_t written = 0;
    while (written < line->length) {
        ssize_t result = write(STDERR_FILENO, line->bytes + written, line->length - written);
        if (result < 0 && errno == EINTR)
            continue;
        if (result <= 0)
            break;
        written += (size_t)result;
    }
    buffer_release(line);
}

static void append_member(struct buffer *line, const char *key, const char *text)
{
    if (!text || !text[0])
        return;
    struct buffer repaired = { 0 };
    utf8_append_repaired(&repaired, slice_of_string(text));
    json_append_key(line, slice_of_string(key));
    json_append_string(line, buffer_slice(&repaired));
    buffer_release(&repaired);
}

void say_append_time(struct buffer *line)
{
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    json_append_key(line, SLICE("time"));
    buffer_append_format(line, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", parts.tm_year + 1900, parts.tm_mon + 1,
                         parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, (int)(now.tv_nsec / 1000000));
}

static void append_json(struct buffer *line, const char *level, const char *tool, const struct error *error)
{
    buffer_append_byte(line, '{');
    say_append_time(line);
    append_member(line, "level", level);
    append_member(line, "tool", tool);
    append_member(line, "code", code_entry(error->code)->name);
    append_member(line, "file", error->file);
    if (error->line > 0) {
        json_append_key(line, SLICE("line"));
        json_append_integer(line, error->line);
    }
    if (error->column > 0) {
        json_append_key(line, SLICE("column"));
        json_append_integer(line, error->column);
    }
    append_member(line, "field", error->field);
    append_member(line, "message", error->message);
    buffer_append_byte(line, '}');
}

static void append_text(struct buffer *line, const char *level, const char *tool, const struct error *error)
{
    buffer_append_string(line, "garner");
    if (tool && tool[0]) {
        buffer_append_byte(line, ' ');
        text_append_printable(line, slice_of_string(tool));
    }
    buffer_append_string(line, ": ");
    if (level) {
        buffer_append_string(line, level);
        buffer_append_string(line, ": ");
    }
    error_format(error, line);
}

static void say(const char *level, const char *text_level, const char *tool, const struct error *error)
{
    struct buffer line = { 0 };
    if (configured.format == LOG_JSON)
        append_json(&line, level, tool, error);
    else
        append_text(&line, text_level, tool, error);
    write_line(&line);
}

void say_error(const char *tool, const struct error *error)
{
    say("error", NULL, tool, error);
}

void say_warning(const char *tool, const struct error *error)
{
    say("warning", "warning", tool, error);
}

static void say_list(const char *level, const char *tool, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
static void say_list(const char *level, const char *tool, const char *format, va_list arguments)
{
    struct buffer message = { 0 };
    struct error remark = { 0 };
    buffer_append_format_list(&message, format, arguments);
    error_set(&remark, E_NONE, "%s", buffer_string(&message));
    say(level, NULL, tool, &remark);
    buffer_release(&message);
}

void say_note(const char *tool, const char *format, ...)
{
    if (configured.is_quiet)
        return;
    va_list arguments;
    va_start(arguments, format);
    say_list("note", tool, format, arguments);
    va_end(arguments);
}

void say_detail(int level, const char *tool, const char *format, ...)
{
    if (configured.is_quiet || configured.verbosity < level)
        return;
    va_list arguments;
    va_start(arguments, format);
    say_list("detail", tool, format, arguments);
    va_end(arguments);
}

void say_hint(const char *topic)
{
    if (configured.format == LOG_JSON)
        return;
    struct buffer line = { 0 };
    buffer_append_format(&line, "try '%s'", topic);
    write_line(&line);
}
