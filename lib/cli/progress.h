/* progress.h - one line on stderr that says how far a run is.
 *
 * `auto`: only when stderr is a terminal that can go back in a line, from one second after the start, at most ten times
 * a second. `always`: also elsewhere, then as whole lines, once a second. With --log-format json the lines are objects
 * {"time","level":"progress","tool","seconds","in","out","dropped","rejected","bytes","total_bytes","percent","eta"}.
 * Silent with -q. There is one line per process, since there is one stderr; the owner thread of the run alone calls.
 * say.h clears it before every message. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

struct progress_figures {
    int64_t in, out; /* records that the first step took and the last one gave */
    int64_t dropped, rejected;
    int64_t bytes;       /* consumed of the input, as it lies on disk */
    int64_t bytes_total; /* 0 or below: unknown (a pipe); then there is no percentage and no ETA */
};

/* tool: borrowed until progress_finish(). Reads say_configuration(), so call say_configure() before. */
void progress_start(const char *tool, enum progress_mode mode);

/* Cheap enough for every batch: looks at the clock, prints when it is time. */
void progress_update(const struct progress_figures *figures);

/* What the line says: counts, rates, share and time left. ASCII, no newline. */
void progress_append_text(struct buffer *line, const char *tool, const struct progress_figures *figures, double elapsed,
                          double rate);

/* Wipes the line, if one stands there. The next update prints it again. */
void progress_clear(void);

/* Wipes it for good. */
void progress_finish(void);

#endif
