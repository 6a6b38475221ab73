/* child.c - another process at the end of two pipes. */
#define _GNU_SOURCE /* pipe2, environ, sigdescr_np */
#include "stream/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stream/system.h"

static void close_one(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

/* The child's ends; all are O_CLOEXEC, and dup2 in the child clears that for 0 and 1. */
struct ends {
    int input, output, errors;
    bool owns_input;
};

static bool make_pipes(const struct child_settings *settings, struct child *child, struct ends *ends)
{
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return false;
    child->output = pipes[0];
    ends->output = pipes[1];
    system_enlarge_pipe(child->output);
    if (settings->has_error_pipe) {
        if (pipe2(pipes, O_CLOEXEC) != 0)
            return false;
        child->errors = pipes[0];
        ends->errors = pipes[1];
    }
    ends->owns_input = true;
    if (settings->has_no_input) {
        ends->input = open("/dev/null", O_RDONLY | O_CLOEXEC);
        return ends->input >= 0;
    }
    if (settings->input_descriptor >= 0) {
        ends->input = settings->input_descriptor;
        ends->owns_input = false;
        return true;
    }
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return false;
    ends->input = pipes[0];
    child->input = pipes[1];
    system_enlarge_pipe(child->input);
    return true;
}

/* /proc/self/exe works whatever became of the file, but under valgrind and qemu it is the emulator; these two answer
 * readlink with our own name, so a name that stands for another file than the kernel's is taken. */
static const char *own_binary(char path[PATH_MAX])
{
    static const char kernel[] = "/proc/self/exe";
    struct stat named, running;
    ssize_t length = readlink(kernel, path, PATH_MAX - 1);
    if (length <= 0)
        return kernel;
    path[length] = '\0';
    if (stat(path, &named) != 0 || stat(kernel, &running) != 0)
        return kernel;
    return named.st_dev == running.st_dev && named.st_ino == running.st_ino ? kernel : path;
}

/* Every signal as a fresh program expects it: we ignore SIGPIPE, and our threads block all. */
static int spawn(const struct child_settings *settings, const struct ends *ends, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int reason = posix_spawn_file_actions_init(&actions);
    if (reason != 0)
        return reason;
    reason = posix_spawnattr_init(&attributes);
    if (reason != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return reason;
    }
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    reason = posix_spawn_file_actions_adddup2(&actions, ends->input, STDIN_FILENO);
    if (reason == 0)
        reason = posix_spawn_file_actions_adddup2(&actions, ends->output, STDOUT_FILENO);
    if (reason == 0 && ends->errors >= 0)
        reason = posix_spawn_file_actions_adddup2(&actions, ends->errors, STDERR_FILENO);
    char *const *arguments; /* posix_spawn changes nothing, but does not say so */
    memcpy(&arguments, &settings->arguments, sizeof arguments);
    char path[PATH_MAX];
    if (reason == 0 && settings->is_own_binary)
        reason = posix_spawn(pid, own_binary(path), &actions, &attributes, arguments, environ);
    else if (reason == 0)
        reason = posix_spawnp(pid, arguments[0], &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return reason;
}

static bool is_shortage(int reason)
{
    return reason == EAGAIN || reason == ENOMEM || reason == EMFILE || reason == ENFILE;
}

bool child_start(const struct child_settings *settings, struct child *child, struct error *error)
{
    *child = (struct child){ .input = -1, .output = -1, .errors = -1 };
    struct ends ends = { .input = -1, .output = -1, .errors = -1 };
    int reason = make_pipes(settings, child, &ends) ? spawn(settings, &ends, &child->pid) : errno;
    close_one(&ends.output);
    close_one(&ends.errors);
    if (ends.owns_input)
        close_one(&ends.input);
    if (reason == 0)
        return true;
    child->pid = 0;
    close_one(&child->input);
    close_one(&child->output);
    close_one(&child->errors);
    enum code code = is_shortage(reason) ? E_SYSTEM : E_UNAVAILABLE;
    return error_set_system(error, code, reason, "cannot start '%s'", settings->arguments[0]);
}

void child_wait(struct child *child, int *status)
{
    *status = 0;
    close_one(&child->input);
    close_one(&child->output);
    close_one(&child->errors);
    while (child->pid > 0 && waitpid(child->pid, status, 0) < 0 && errno == EINTR) {
    }
    child->pid = 0;
}

void child_kill(struct child *child)
{
    int status;
    if (child->pid > 0)
        kill(child->pid, SIGKILL);
    child_wait(child, &status);
}

void child_describe(int status, struct buffer *output)
{
    if (WIFEXITED(status)) {
        buffer_append_format(output, "exit code %d", WEXITSTATUS(status));
    } else if (WIFSIGNALED(status)) {
        const char *name = sigdescr_np(WTERMSIG(status));
        buffer_append_format(output, "signal %d", WTERMSIG(status));
        if (name) {
            size_t start = output->length + 2;
            buffer_append_format(output, " (%s)", name);
            char first = output->bytes[start];
            output->bytes[start] = first >= 'A' && first <= 'Z' ? (char)(first + ('a' - 'A')) : first;
        }
    } else {
        buffer_append_format(output, "status %d", status);
    }
}
