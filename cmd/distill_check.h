/* distill_check.h - a program of the user's that says whether answers are right. */
#ifndef CMD_DISTILL_CHECK_H
#define CMD_DISTILL_CHECK_H

#include "base/arena.h"
#include "model/program.h"

enum { CHECKER_LINE_BYTES = 16 * 1024 * 1024 };

struct checker {
    struct program program;
    double timeout; /* seconds without a sign of life */
};

/* Writes {"prompt","answer"} and reads a line: true, false, or {"ok":true,"reason":"..."}. context: struct checker. See
 * choose.h. Errors: E_UNAVAILABLE, E_PROTOCOL. */
bool checker_ask(void *context, struct slice question, struct slice answer, struct arena *arena, bool *is_right,
                 const char **reason, struct error *error);

#endif
