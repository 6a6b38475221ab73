/* confined.c - another program over one input, in confinement. */
#define _GNU_SOURCE /* memfd_create */
#include "stream/confined.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/number.h"
#include "stream/child.h"

enum { ARGUMENTS_MAXIMUM = 16, OWN_ARGUMENTS = 3, READ_BYTES = 64 * 1024, TICK_MILLISECONDS = 1000, CANNOT_EXEC = 127 };

bool confined_find(const char *program, struct buffer *path)
{
    struct slice rest = slice_of_string(getenv("PATH"));
    size_t start = path->length;
    while (rest.length > 0) {
        size_t end = slice_find_byte(rest, ':');
        struct slice folder = slice_between(rest, 0, end);
        rest = slice_from(rest, end + 1);
        if (slice_byte(folder, 0) != '/')
            continue;
        buffer_append_slice(path, folder);
        buffer_append_byte(path, '/');
        buffer_append_string(path, program);
        if (access(path->bytes + start, X_OK) == 0)
            return true;
        path->length = start;
    }
    return false;
}

/* The input as a file that stands at its first byte; -1: error is set. */
static int make_file(struct slice input, struct error *error)
{
    int descriptor = memfd_create("garner-input", MFD_CLOEXEC);
    if (descriptor < 0) {
        error_set_system(error, E_SYSTEM, errno, "cannot make a file in memory");
        return -1;
    }
    off_t offset = 0;
    while (input.length > 0) {
        ssize_t written = pwrite(descriptor, input.bytes, input.length, offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            error_set_system(error, E_SYSTEM, errno, "cannot write a file in memory");
            close(descriptor);
            return -1;
        }
        input = slice_from(input, (size_t)written);
        offset += written;
    }
    return descriptor;
}

static bool start(const struct confined_settings *settings, int input, struct child *child, struct error *error)
{
    char memory[32], seconds[32];
    const char *arguments[OWN_ARGUMENTS + ARGUMENTS_MAXIMUM + 1] = { "garner-confine", memory, seconds };
    size_t count = 0;
    for (; settings->arguments[count]; count++) {
        ENSURE(count < ARGUMENTS_MAXIMUM);
        arguments[OWN_ARGUMENTS + count] = settings->arguments[count];
    }
    arguments[OWN_ARGUMENTS + count] = NULL;
    snprintf(memory, sizeof memory, "%lld", (long long)settings->memory_bytes);
    snprintf(seconds, sizeof seconds, "%u", settings->cpu_seconds);
    struct child_settings spawned = {
        .arguments = arguments, .input_descriptor = input, .is_own_binary = true, .has_error_pipe = true
    };
    return child_start(&spawned, child, error);
}

static time_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* Reads what is there; at its end *descriptor is -1. Bytes beyond the maximum are read and forgotten. */
static void take(int *descriptor, struct buffer *buffer, size_t maximum)
{
    char *place = buffer_reserve(buffer, READ_BYTES);
    ssize_t length = read(*descriptor, place, READ_BYTES);
    if (length > 0 && buffer->length <= maximum)
        buffer->length += (size_t)length;
    if (length == 0 || (length < 0 && errno != EINTR && errno != EAGAIN)) {
        close(*descriptor);
        *descriptor = -1;
    }
}

/* Until both pipes are closed or a limit is reached. */
static enum confined_end gather(const struct confined_settings *settings, struct child *child, struct buffer *output,
                                struct buffer *messages, struct error *error)
{
    time_t deadline = now() + (time_t)settings->wall_seconds;
    while (child->output >= 0 || child->errors >= 0) {
        struct pollfd ready[] = { { .fd = child->output, .events = POLLIN },
                                  { .fd = child->errors, .events = POLLIN } };
        if (interrupt_signal()) {
            interrupt_error(error);
            return CONFINED_TOO_SLOW;
        }
        if (now() >= deadline)
            return CONFINED_TOO_SLOW;
        if (poll(ready, 2, TICK_MILLISECONDS) <= 0)
            continue;
        if (ready[0].revents)
            take(&child->output, output, settings->output_maximum);
        if (ready[1].revents)
            take(&child->errors, messages, CONFINED_MESSAGE_BYTES);
        if (output->length > settings->output_maximum)
            return CONFINED_TOO_LONG;
    }
    return CONFINED_DONE;
}

bool confined_run(const struct confined_settings *settings, struct slice input, struct buffer *output,
                  struct buffer *messages, struct confined_result *result, struct error *error)
{
    struct child child;
    int descriptor = make_file(input, error);
    if (descriptor < 0)
        return false;
    bool is_started = start(settings, descriptor, &child, error);
    close(descriptor);
    if (!is_started)
        return false;
    error_reset(error);
    result->end = gather(settings, &child, output, messages, error);
    if (result->end != CONFINED_DONE)
        kill(child.pid, SIGKILL);
    child_wait(&child, &result->status);
    if (WIFSIGNALED(result->status) && WTERMSIG(result->status) == SIGXCPU)
        result->end = CONFINED_TOO_SLOW;
    return error->signal == 0;
}

int confined_exec(const char *const *arguments, size_t count)
{
    int64_t memory, seconds;
    if (count < OWN_ARGUMENTS || !number_parse_integer(slice_of_string(arguments[0]), &memory) ||
        !number_parse_integer(slice_of_string(arguments[1]), &seconds) || seconds < 1 || seconds > UINT32_MAX)
        return EXIT_USAGE;
    char **words = memory_allocate((count - 1) * sizeof *words);
    for (size_t i = 2; i < count; i++)
        words[i - 2] = memory_copy_string(arguments[i]);
    words[count - 2] = NULL;
    child_confine_program(memory, (unsigned)seconds);
    execv(words[0], words);
    return CANNOT_EXEC;
}
