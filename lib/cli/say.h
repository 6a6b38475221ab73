/* say.h - what goes to stderr: errors, warnings, notes; as text for people or as JSON lines.
 *
 * Text: `garner TOOL: file:line: message`, control bytes escaped, one write(2) each. JSON (--log-format json): one
 * object a line {"time","level","tool","code","file","line","column","field","message"}, members without a value left
 * out. The progress line is cleared first. The settings and the counts belong to the process and are set once by main;
 * all functions are called from the thread that owns the run. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "base/error.h"

enum log_format { LOG_TEXT, LOG_JSON };

struct say_settings {
    enum log_format format;
    bool is_quiet;     /* -q: no notes, no progress; errors and warnings stay */
    int64_t verbosity; /* -v given so many times */
};

void say_configure(const struct say_settings *settings);
const struct say_settings *say_configuration(void);

/* What ends the run, or a step of it. tool: "chunk", "filter (step 3)", or NULL for garner itself. */
void say_error(const char *tool, const struct error *error);

/* Something the user should know although the run goes on. */
void say_warning(const char *tool, const struct error *error);

/* A remark; silent with -q. */
void say_note(const char *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A remark for -v (level 1) or -vv (level 2). */
void say_detail(int level, const char *tool, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The second line of a usage error; nothing in JSON. topic: "garner chunk --help". */
void say_hint(const char *topic);

/* Appends the member "time" of a JSON log line: UTC, milliseconds. */
void say_append_time(struct buffer *line);

#endif
