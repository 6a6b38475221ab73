/* confined.h - another program over one input, in confinement.
 *
 * For decoders that are no library of ours (pdftotext): the program reads the input from standard input, a file in
 * memory that can be seeked, and what it writes is gathered. It is started through our own binary (hidden tool
 * "confine"), which takes rights and limits away from itself and then becomes the program, so that nothing runs between
 * fork and exec of a process with threads. Thread safe. */
#ifndef STREAM_CONFINED_H
#define STREAM_CONFINED_H

#include "base/error.h"
#include "base/slice.h"

struct confined_settings {
    const char *const *arguments; /* NULL-terminated; the first is an absolute path */
    int64_t memory_bytes;         /* of address space */
    unsigned cpu_seconds;         /* then it is killed */
    unsigned wall_seconds;        /* likewise, where it only waits */
    size_t output_maximum;        /* bytes of output; messages are cut at CONFINED_MESSAGE_BYTES */
};

enum { CONFINED_MESSAGE_BYTES = 64 * 1024 };

enum confined_end {
    CONFINED_DONE,     /* it ended; status says how */
    CONFINED_TOO_LONG, /* more output than output_maximum */
    CONFINED_TOO_SLOW  /* CPU or wall seconds */
};

struct confined_result {
    enum confined_end end;
    int status; /* of waitpid */
};

/* Runs it to its end. output and messages (its standard error) are appended to. Errors: E_SYSTEM and E_UNAVAILABLE when
 * there is no process or memory file; a signal that asked us to stop. */
bool confined_run(const struct confined_settings *settings, struct slice input, struct buffer *output,
                  struct buffer *messages, struct confined_result *result, struct error *error) MUST_CHECK;

/* Finds a program in PATH: appends its absolute path. Entries of PATH that are not absolute are passed over: the folder
 * that is worked in may be a stranger's. false: there is none. */
bool confined_find(const char *program, struct buffer *path);

/* The hidden tool: {memory_bytes, cpu_seconds, program, argument...}. Returns the exit code when exec failed. */
int confined_exec(const char *const *arguments, size_t count);

#endif
