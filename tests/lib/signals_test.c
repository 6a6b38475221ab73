/* signals_test.c - a file that is cut while it is mapped ends the run, and does not crash it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/signals.h"
#include "stream/files.h"
#include "test.h"

/* In a child: maps the file, cuts it, reads it; its exit code. stderr goes to `messages`. */
static void read_cut_file(const char *path, const char *messages)
{
    struct error error = { 0 };
    struct file_map map;
    signals_install(NULL);
    int descriptor = open(messages, O_WRONLY | O_CREAT, 0600);
    if (descriptor < 0 || dup2(descriptor, STDERR_FILENO) < 0 || !file_map_open(path, &map, &error) ||
        truncate(path, 0) != 0)
        _exit(1);
    volatile char last = map.bytes.bytes[map.bytes.length - 1];
    (void)last;
    _exit(2);
}

TEST(signals_cut_file, "signals: a mapped file that is cut short is exit 65 with one line")
{
    if (getenv("GARNER_VALGRIND")) /* takes SIGBUS for a fault of ours, which decides the exit code */
        return;
    char path[512], messages[512];
    struct error error = { 0 };
    snprintf(path, sizeof path, "%s/data", test_folder());
    snprintf(messages, sizeof messages, "%s/messages", test_folder());
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL);
    for (int i = 0; i < 10000; i++)
        fputc('x', file);
    fclose(file);
    fflush(stdout);
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0)
        read_cut_file(path, messages);
    int status = 0;
    EXPECT_INTEGER(waitpid(child, &status, 0), child);
    EXPECT(WIFEXITED(status));
    EXPECT_INTEGER(WEXITSTATUS(status), EXIT_DATA);
    struct buffer text = { 0 };
    EXPECT_OK(file_read(messages, 1000, "test", &text, &error), &error);
    EXPECT_TEXT(buffer_slice(&text), "garner: a file was cut short while it was read\n");
    buffer_release(&text);
}
