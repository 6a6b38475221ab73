/* files_test.c - whole files, maps, folders, locks and children. */
#include "stream/files.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "stream/child.h"
#include "stream/output.h"
#include "test.h"

/* What a confined child finds it may do, a letter for each thing it may not: the rules of confine.c, seen from inside.
 */
static void report_confinement(void)
{
    char allowed[16];
    size_t count = 0;
    child_confine((int64_t)1 << 40, 7);
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
        allowed[count++] = 's';
    if (execl("/bin/true", "true", (char *)NULL) == 0 || errno != EPERM)
        allowed[count++] = 'x';
    if (unlink("/nonexistent") == 0 || errno != EPERM)
        allowed[count++] = 'u';
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_max != 0)
        allowed[count++] = 'f';
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0)
        allowed[count++] = 'c';
    if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_cur < 8 || limit.rlim_cur > 10)
        allowed[count++] = 't';
    if (strcmp(setlocale(LC_CTYPE, NULL), "C.UTF-8") != 0)
        allowed[count++] = 'l';
    int readable = open("/dev/null", O_RDONLY);
    if (readable < 0)
        allowed[count++] = 'r';
    allowed[count++] = '.';
    _exit(write_fully(STDOUT_FILENO, allowed, count) ? 0 : 1);
}

__attribute__((constructor)) static void be_the_child(int count, char **arguments)
{
    if (count > 0 && strcmp(arguments[0], "garner-confined") == 0)
        report_confinement();
}

static const char *path_of(const char *name)
{
    static char path[4][512];
    static unsigned next;
    char *chosen = path[next++ % 4];
    snprintf(chosen, sizeof path[0], "%s/%s", test_folder(), name);
    return chosen;
}

TEST(files_read, "files: a whole file is read up to its limit, which is named beyond")
{
    struct error error;
    struct buffer content = { 0 };
    EXPECT_OK(output_write_file(path_of("a"), SLICE("0123456789"), false, &error), &error);
    EXPECT_OK(file_read(path_of("a"), 10, "--limit", &content, &error), &error);
    EXPECT_TEXT(buffer_slice(&content), "0123456789");
    EXPECT(!file_read(path_of("a"), 9, "--limit", &content, &error));
    EXPECT_ERROR(&error, E_LIMIT, "longer than 9 bytes, the limit of --limit");
    EXPECT(strcmp(error.file, path_of("a")) == 0);
    buffer_reset(&content);
    EXPECT_OK(file_read("/proc/self/status", 1 << 20, "--limit", &content, &error), &error);
    EXPECT(slice_starts_with(buffer_slice(&content), SLICE("Name:")));
    EXPECT(!file_read("/tmp", 10, "--limit", &content, &error));
    EXPECT_ERROR(&error, E_NO_INPUT, "'/tmp' is a folder, expected a file");
    buffer_release(&content);
}

TEST(files_map, "files: a map holds the file, an empty one is empty, a device is none")
{
    struct error error;
    struct file_map map, other;
    EXPECT_OK(output_write_file(path_of("a"), SLICE("content"), false, &error), &error);
    EXPECT_OK(output_write_file(path_of("empty"), SLICE(""), false, &error), &error);
    EXPECT_OK(file_map_open(path_of("a"), &map, &error), &error);
    EXPECT_TEXT(map.bytes, "content");
    EXPECT_OK(file_map_open(path_of("empty"), &other, &error), &error);
    EXPECT_INTEGER(other.bytes.length, 0);
    EXPECT(other.device == map.device && other.inode != map.inode);
    unlink(path_of("a"));
    EXPECT_TEXT(map.bytes, "content");
    file_map_close(&map);
    file_map_close(&map);
    file_map_close(&other);
    EXPECT(!file_map_open("/dev/null", &map, &error));
    EXPECT_ERROR(&error, E_NO_INPUT, "'/dev/null' is no regular file");
    EXPECT(!file_map_open(path_of("missing"), &map, &error));
    EXPECT_ERROR(&error, E_NO_INPUT, NULL);
}

TEST(files_folders, "files: folders are made with their parents; a file in the way is named")
{
    struct error error;
    EXPECT_OK(folder_create(path_of("a/b//c/"), &error), &error);
    EXPECT_OK(folder_create(path_of("a/b/c"), &error), &error);
    EXPECT_OK(folder_create("/", &error), &error);
    EXPECT_INTEGER(access(path_of("a/b/c"), X_OK), 0);
    EXPECT_OK(output_write_file(path_of("a/file"), SLICE("x"), false, &error), &error);
    EXPECT(!folder_create(path_of("a/file"), &error));
    EXPECT_ERROR(&error, E_CREATE, NULL);
    EXPECT(strstr(error.message, "a/file': file exists") != NULL);
    EXPECT(!folder_create(path_of("a/file/deeper"), &error));
    EXPECT_ERROR(&error, E_CREATE, NULL);
}

TEST(files_publish, "files: a target that cannot be replaced leaves no temporary")
{
    struct error error;
    EXPECT_OK(folder_create(path_of("target/full"), &error), &error);
    int descriptor = open(path_of("temporary"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    EXPECT(!file_publish(descriptor, path_of("temporary"), path_of("target"), &error));
    EXPECT_ERROR(&error, E_CREATE, NULL);
    EXPECT(access(path_of("temporary"), F_OK) != 0);
}

TEST(files_lock, "files: a held lock is E_BUSY with the holder's number and host; released it is free")
{
    struct error error;
    struct file_lock lock, second;
    EXPECT_OK(file_lock_acquire(path_of("lock"), 0, &lock, &error), &error);
    EXPECT(!file_lock_acquire(path_of("lock"), 0, &second, &error));
    EXPECT_INTEGER(second.descriptor, -1);
    EXPECT_ERROR(&error, E_BUSY, NULL);
    char host[256] = "", wanted[700];
    gethostname(host, sizeof host - 1);
    snprintf(wanted, sizeof wanted, "lock' is locked by process %ld on %s since 20", (long)getpid(), host);
    EXPECT(strstr(error.message, wanted) != NULL);
    EXPECT(!file_lock_acquire(path_of("lock"), 0.02, &second, &error));
    EXPECT_ERROR(&error, E_BUSY, NULL);
    file_lock_release(&lock);
    file_lock_release(&lock);
    EXPECT_OK(file_lock_acquire(path_of("lock"), 0, &second, &error), &error);
    file_lock_release(&second);
    EXPECT(!file_lock_acquire("/nonexistent/lock", 0, &lock, &error));
    EXPECT_ERROR(&error, E_CREATE, "cannot create '/nonexistent/lock': no such file or directory");
}

TEST(files_lock_wait, "files: a waiting lock is taken when the holder dies")
{
    struct error error;
    struct child child;
    struct file_lock lock;
    /* flock(1) takes the lock, says so, and ends when its stdin does. */
    const char *arguments[] = { "flock", path_of("lock"), "sh", "-c", "echo held; read -r line", NULL };
    struct child_settings settings = { .arguments = arguments, .input_descriptor = -1 };
    EXPECT_OK(child_start(&settings, &child, &error), &error);
    char said[5];
    EXPECT_INTEGER(read(child.output, said, 5), 5);
    EXPECT(!file_lock_acquire(path_of("lock"), 0, &lock, &error));
    EXPECT_ERROR(&error, E_BUSY, NULL);
    close(child.input);
    child.input = -1;
    EXPECT_OK(file_lock_acquire(path_of("lock"), -1, &lock, &error), &error);
    file_lock_release(&lock);
    int status;
    child_wait(&child, &status);
}

TEST(child_pipes, "child: what is written to it comes back, and its end is described")
{
    struct error error;
    struct child child;
    static const char *const arguments[] = { "sh", "-c", "read -r line; echo \"got $line\"; exit 3", NULL };
    struct child_settings settings = { .arguments = arguments, .input_descriptor = -1 };
    EXPECT_OK(child_start(&settings, &child, &error), &error);
    EXPECT(write_fully(child.input, "text\n", 5));
    char answer[64];
    EXPECT_INTEGER(read(child.output, answer, sizeof answer), 9);
    EXPECT(memcmp(answer, "got text\n", 9) == 0);
    int status;
    child_wait(&child, &status);
    EXPECT_INTEGER(child.pid, 0);
    EXPECT_INTEGER(child.input, -1);
    struct buffer text = { 0 };
    child_describe(status, &text);
    EXPECT_TEXT(buffer_slice(&text), "exit code 3");
    buffer_reset(&text);
    child_describe(SIGKILL, &text);
    EXPECT_TEXT(buffer_slice(&text), "signal 9 (killed)");
    buffer_release(&text);
    child_kill(&child);
}

TEST(child_missing, "child: a program that does not exist is E_UNAVAILABLE and named")
{
    struct error error;
    struct child child;
    static const char *const arguments[] = { "no-such-program-here", NULL };
    struct child_settings settings = { .arguments = arguments, .has_no_input = true };
    if (child_start(&settings, &child, &error)) { /* valgrind runs the spawned half apart, so that only this is seen */
        int status;
        child_wait(&child, &status);
        EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 127 && getenv("GARNER_VALGRIND"));
        return;
    }
    EXPECT_ERROR(&error, E_UNAVAILABLE, "cannot start 'no-such-program-here': no such file or directory");
    EXPECT_INTEGER(child.pid, 0);
    EXPECT_INTEGER(child.output, -1);
}

TEST(child_signals, "child: SIGPIPE, which we ignore, has its default action there")
{
    struct error error;
    struct child child;
    int status;
    static const char *const arguments[] = { "sh", "-c", "kill -PIPE $$; exit 0", NULL };
    struct child_settings settings = { .arguments = arguments, .has_no_input = true };
    EXPECT_OK(child_start(&settings, &child, &error), &error);
    child_wait(&child, &status);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
}

TEST(child_inherits, "child: a later child does not keep the pipe of an earlier one open")
{
    struct error error;
    struct child first, second;
    static const char *const arguments[] = { "cat", NULL };
    struct child_settings settings = { .arguments = arguments, .input_descriptor = -1 };
    EXPECT_OK(child_start(&settings, &first, &error), &error);
    EXPECT_OK(child_start(&settings, &second, &error), &error);
    close(first.input);
    first.input = -1;
    char byte;
    EXPECT_INTEGER(read(first.output, &byte, 1), 0);
    child_kill(&second);
    int status;
    child_wait(&first, &status);
    EXPECT_INTEGER(status, 0);
}

TEST(child_confined,
     "child: a confined decoder has no sockets, programs or files to write, little time, and UTF-8 names")
{
    struct error error;
    struct child child;
    static const char *const arguments[] = { "garner-confined", NULL };
    struct child_settings settings = { .arguments = arguments, .is_own_binary = true, .has_no_input = true };
    EXPECT_OK(child_start(&settings, &child, &error), &error);
    char allowed[16];
    ssize_t count = read(child.output, allowed, sizeof allowed);
    int status;
    child_wait(&child, &status);
    EXPECT_INTEGER(status, 0);
    EXPECT_TEXT(slice_of(allowed, count > 0 ? (size_t)count : 0), ".");
}
