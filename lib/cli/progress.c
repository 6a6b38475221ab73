/* progress.c - one line on stderr that says how far a run is. */
#include "cli/progress.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "json/write.h"

static const double FIRST_SECONDS = 1.0, TERMINAL_SECONDS = 0.1, LINES_SECONDS = 1.0;
/* The rate shown is a moving average, so that it neither jumps nor lags for minutes. */
static const double RATE_SECONDS = 5.0;

/* Mutable, since stderr is one per process. */
static struct {
    const char *tool;
    bool is_on, is_live; /* live: rewritten in place */
    bool is_standing;    /* a line is on the terminal now */
    double start, last;  /* seconds of the monotonic clock; last: of the last print */
    double rate;         /* records a second */
    int64_t last_in;
} state;

static void write_out(const struct buffer *text)
{
    size_t written = 0;
    while (written < text->length) {
        ssize_t result = write(STDERR_FILENO, text->bytes + written, text->length - written);
        if (result < 0 && errno == EINTR)
            continue;
        if (result <= 0)
            break;
        written += (size_t)result;
    }
}

void progress_start(const char *tool, enum progress_mode mode)
{
    const struct say_settings *settings = say_configuration();
    bool is_terminal = terminal_is_capable(STDERR_FILENO);
    state.tool = tool;
    state.is_on = !settings->is_quiet && mode != PROGRESS_NEVER && (mode == PROGRESS_ALWAYS || is_terminal);
    state.is_live = is_terminal && settings->format == LOG_TEXT;
    state.is_standing = false;
    state.start = state.last = clock_seconds();
    state.rate = 0;
    state.last_in = 0;
}

/* 1234567 as 1,234,567. */
static void append_grouped(struct buffer *line, int64_t number)
{
    struct buffer digits = { 0 };
    buffer_append_decimal(&digits, number < 0 ? 0 : number);
    for (size_t i = 0; i < digits.length; i++) {
        if (i > 0 && (digits.length - i) % 3 == 0)
            buffer_append_byte(line, ',');
        buffer_append_byte(line, digits.bytes[i]);
    }
    buffer_release(&digits);
}

static void append_duration(struct buffer *line, double seconds)
{
    int64_t whole = seconds < 0 || seconds > 1e9 ? 0 : (int64_t)(seconds + 0.5);
    if (whole >= 3600)
        buffer_append_format(line, "%d:%02d:%02d", (int)(whole / 3600), (int)(whole / 60 % 60), (int)(whole % 60));
    else
        buffer_append_format(line, "%d:%02d", (int)(whole / 60), (int)(whole % 60));
}

static double fraction_done(const struct progress_figures *figures)
{
    if (figures->bytes_total <= 0 || figures->bytes <= 0)
        return 0;
    return figures->bytes >= figures->bytes_total ? 1 : (double)figures->bytes / (double)figures->bytes_total;
}

void progress_append_text(struct buffer *line, const char *tool, const struct progress_figures *figures, double elapsed,
                          double rate)
{
    buffer_append_format(line, "garner %s: ", tool);
    append_grouped(line, figures->in);
    buffer_append_string(line, " records, ");
    append_grouped(line, (int64_t)(rate + 0.5));
    buffer_append_string(line, "/s");
    if (figures->bytes > 0)
        buffer_append_format(line, ", %.1f MB/s", (double)figures->bytes / elapsed / 1e6);
    if (figures->dropped > 0) {
        buffer_append_string(line, ", dropped ");
        append_grouped(line, figures->dropped);
    }
    if (figures->rejected > 0) {
        buffer_append_string(line, ", rejected ");
        append_grouped(line, figures->rejected);
    }
    double done = fraction_done(figures);
    if (done > 0) {
        buffer_append_format(line, ", %d%%, ", (int)(done * 100));
        append_duration(line, elapsed * (1 - done) / done);
        buffer_append_string(line, " left");
    } else {
        buffer_append_string(line, ", ");
        append_duration(line, elapsed);
    }
}

static void append_number(struct buffer *line, const char *key, int64_t number)
{
    json_append_key(line, slice_of_string(key));
    json_append_integer(line, number);
}

static void append_json_line(struct buffer *line, const struct progress_figures *figures, double elapsed)
{
    buffer_append_byte(line, '{');
    say_append_time(line);
    json_append_key(line, SLICE("level"));
    json_append_string(line, SLICE("progress"));
    json_append_key(line, SLICE("tool"));
    json_append_string(line, slice_of_string(state.tool));
    json_append_key(line, SLICE("seconds"));
    buffer_append_format(line, "%.3f", elapsed);
    append_number(line, "in", figures->in);
    append_number(line, "out", figures->out);
    append_number(line, "dropped", figures->dropped);
    append_number(line, "rejected", figures->rejected);
    append_number(line, "bytes", figures->bytes);
    double done = fraction_done(figures);
    if (done > 0) {
        append_number(line, "total_bytes", figures->bytes_total);
        append_number(line, "percent", (int64_t)(done * 100));
        append_number(line, "eta", (int64_t)(elapsed * (1 - done) / done + 0.5));
    }
    buffer_append_byte(line, '}');
}

/* A line that wraps could not be wiped. ASCII only, so bytes are columns. */
static void print_live(const struct buffer *text)
{
    struct buffer line = { 0 };
    size_t width = terminal_width(STDERR_FILENO) - 1;
    buffer_append_byte(&line, '\r');
    buffer_append_slice(&line, slice_between(buffer_slice(text), 0, width));
    buffer_append_string(&line, "\033[K");
    write_out(&line);
    buffer_release(&line);
    state.is_standing = true;
}

static void update_rate(const struct progress_figures *figures, double now)
{
    double seconds = now - state.last;
    double current = (double)(figures->in - state.last_in) / seconds;
    double weight = state.last > state.start ? seconds / (RATE_SECONDS + seconds) : 1;
    state.rate += (current - state.rate) * weight;
    state.last_in = figures->in;
    state.last = now;
}

void progress_update(const struct progress_figures *figures)
{
    if (!state.is_on)
        return;
    double now = clock_seconds();
    bool is_first = state.last <= state.start;
    double wait = is_first ? FIRST_SECONDS : state.is_live ? TERMINAL_SECONDS : LINES_SECONDS;
    if (now - state.last < wait)
        return;
    update_rate(figures, now);
    struct buffer text = { 0 };
    if (say_configuration()->format == LOG_JSON)
        append_json_line(&text, figures, now - state.start);
    else
        progress_append_text(&text, state.tool, figures, now - state.start, state.rate);
    if (state.is_live) {
        print_live(&text);
    } else {
        buffer_append_byte(&text, '\n');
        write_out(&text);
    }
    buffer_release(&text);
}

void progress_clear(void)
{
    if (!state.is_standing)
        return;
    struct buffer text = { 0 };
    buffer_append_string(&text, "\r\033[K");
    write_out(&text);
    buffer_release(&text);
    state.is_standing = false;
}

void progress_finish(void)
{
    progress_clear();
    state.is_on = false;
}
