/* line_program.h - a program of the user's that answers a line with a line.
 *
 * One long-lived child under a shell; its stderr is shown. One that died is started again when the next line comes. One
 * thread. */
#ifndef MODEL_LINE_PROGRAM_H
#define MODEL_LINE_PROGRAM_H

#include "base/buffer.h"
#include "base/error.h"

struct line_program;

/* command: for the shell, borrowed. timeout: seconds without a sign of life; 0: 300. Owned: line_program_close(). The
 * child starts with the first line. */
struct line_program *line_program_open(const char *command, double timeout);

/* Sends line (with its newline) and waits for the next line that is not blank: *answer without newline, borrowed until
 * the next call. Errors: E_UNAVAILABLE (it cannot start, ended, is silent), E_PROTOCOL (a line without end), E_IO,
 * interrupts. */
bool line_program_ask(struct line_program *program, struct slice line, struct slice *answer,
                      struct error *error) MUST_CHECK;

/* NULL is fine. */
void line_program_close(struct line_program *program);

#endif
