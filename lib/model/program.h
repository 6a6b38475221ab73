/* program.h - a program of the user's that answers lines with lines: one long-lived child under a shell, a pipe each
 * way.
 *
 * Both pipes are served at once, so the child may answer at any time; its stderr is shown. What the lines mean, what
 * becomes of those that a dead child owed, and whether another one is started, is the caller's. One thread.
 *
 * With a command, a task and a limit, and all else zero, it is a program that does not run. */
#ifndef MODEL_PROGRAM_H
#define MODEL_PROGRAM_H

#include "base/buffer.h"
#include "base/error.h"
#include "stream/child.h"

struct program {
    const char *command;  /* for the shell; borrowed */
    const char *task;     /* in messages, what it has not done when it ends: "answered everything" */
    size_t line_maximum;  /* bytes of one of its lines: whole MiB */
    struct child child;   /* pid 0: it does not run */
    struct buffer unsent; /* lines for it: the caller appends them */
    size_t sent;          /* of unsent */
    struct buffer unread; /* of its output */
    size_t taken;         /* of unread */
    bool is_at_end;       /* it has closed its output */
};

/* Starts the child when it does not run; both buffers are empty then. Errors: E_UNAVAILABLE, E_SYSTEM. */
bool program_start(struct program *program, struct error *error) MUST_CHECK;

/* Waits up to that long for a sign of life (*has_sign), writes and reads what goes. Errors: E_IO, E_PROTOCOL (a line
 * beyond line_maximum), interrupts. */
bool program_serve(struct program *program, int milliseconds, bool *has_sign, struct error *error) MUST_CHECK;

/* The next whole line that is not blank, without newline, borrowed until the next program_serve(). false: none yet. */
bool program_next_line(struct program *program, struct slice *line);

/* The same, served until it is there. timeout: seconds without a sign of life. Errors: E_UNAVAILABLE when it is silent
 * or has ended (then it does not run any more); those of program_serve(). */
bool program_wait_line(struct program *program, double timeout, struct slice *line, struct error *error) MUST_CHECK;

/* Waits for a child that has ended, and appends how: "exit code 3". It does not run any more. */
void program_describe_end(struct program *program, struct buffer *how);

/* Ends the child: end of its input is how it learns that there is no more; one that does not end by itself is killed.
 */
void program_stop(struct program *program);

/* Stops it and gives the memory back. */
void program_release(struct program *program);

#endif
