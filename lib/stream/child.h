/* child.h - another process at the end of two pipes.
 *
 * posix_spawn, never fork (we have threads); default signals, O_CLOEXEC everywhere, its own process group is not made:
 * ^C reaches it too. Used for model commands, decoders and decompressors. */
#ifndef STREAM_CHILD_H
#define STREAM_CHILD_H

#include <sys/types.h>

#include "base/error.h"

struct child {
    pid_t pid;  /* 0 when there is none */
    int input;  /* we write the child's stdin here, -1 once closed */
    int output; /* we read its stdout here, -1 once closed */
    int errors; /* and its stderr, when has_error_pipe asked for it; else -1 */
};

struct child_settings {
    const char *const *arguments; /* NULL-terminated argv; arguments[0] is searched in PATH unless it has a slash */
    int input_descriptor;         /* use this as its stdin instead of a pipe; -1 for a pipe */
    bool has_no_input;            /* its stdin is /dev/null */
    bool is_own_binary;           /* run /proc/self/exe, arguments[0] is only its name */
    bool has_error_pipe;          /* its stderr is read by us too; else it is ours */
};

/* A child that calls child_confine() dies with the thread that started it, not only with the process.
 * Errors: E_UNAVAILABLE naming the program, E_SYSTEM. */
bool child_start(const struct child_settings *settings, struct child *child, struct error *error) MUST_CHECK;

/* Closes the pipes and waits. Fills *status as waitpid does. */
void child_wait(struct child *child, int *status);
/* SIGKILL, then the same. */
void child_kill(struct child *child);
/* For children of our own binary that decode files of strangers, called before the first byte is read: dies with its
 * parent, no core, no writing to files (RLIMIT_FSIZE 0), memory_bytes of address space (0 for no limit; skipped in
 * sanitizer builds), neither sockets nor exec (seccomp, where the kernel has it), LC_CTYPE C.UTF-8, and cpu_seconds as
 * by child_grant_cpu(). Standard input, output and error stay usable. What the kernel refuses is left out. */
void child_confine(int64_t memory_bytes, unsigned cpu_seconds);

/* The same for a process that will replace itself by another program: exec stays allowed, the seconds are final, and a
 * write to a file fails instead of ending it. All of it holds for the program too. */
void child_confine_program(int64_t memory_bytes, unsigned cpu_seconds);

/* From now on that many seconds of CPU, then SIGXCPU. A decoder calls it for each document or block: a loop dies, long
 * work that gets on does not. */
void child_grant_cpu(unsigned cpu_seconds);

/* "exit code 3", "signal 9 (killed)". */
void child_describe(int status, struct buffer *output);

#endif
