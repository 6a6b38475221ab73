/* output_test.c - files that appear whole or not at all, pipes that close, disks that fill up. */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "stream/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "parallel/parallel.h"
#include "stream/files.h"
#include "stream/input.h"
#include "stream/output_set.h"
#include "test.h"

static const char *path_of(const char *name)
{
    static char path[4][512];
    static unsigned next;
    char *chosen = path[next++ % 4];
    snprintf(chosen, sizeof path[0], "%s/%s", test_folder(), name);
    return chosen;
}

static void expect_content(const char *name, struct slice wanted)
{
    struct buffer content = { 0 };
    struct error error;
    EXPECT_OK(file_read(path_of(name), 100 << 20, "the test", &content, &error), &error);
    EXPECT_SLICE(buffer_slice(&content), wanted);
    buffer_release(&content);
}

/* Entries of the test's folder. */
static int entries(void)
{
    int count = 0;
    DIR *folder = opendir(test_folder());
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    EXPECT_INTEGER(lstat(path, &status), 0);
    return status.st_mode & 0777;
}

TEST(output_atomic, "output: nobody sees the file before the commit, and without one it never was")
{
    struct error error;
    EXPECT_OK(output_write_file(path_of("a"), SLICE("old"), false, &error), &error);
    struct output *output = output_open(path_of("a"), NULL, &error);
    EXPECT_OK(output_write(output, SLICE("new"), &error), &error);
    EXPECT_OK(output_flush(output, &error), &error);
    EXPECT_INTEGER(output_position(output), 3);
    EXPECT_INTEGER(entries(), 2);
    expect_content("a", SLICE("old"));
    output_close(output);
    EXPECT_INTEGER(entries(), 1);
    expect_content("a", SLICE("old"));
    EXPECT_OK(output_write_file(path_of("a"), SLICE("new"), false, &error), &error);
    expect_content("a", SLICE("new"));
    EXPECT_INTEGER(entries(), 1);
    output_close(NULL);
}

TEST(output_mode, "output: permissions are the umask's, those of the file before, or 0600 when private")
{
    struct error error;
    mode_t mask = umask(022);
    EXPECT_OK(output_write_file(path_of("new"), SLICE("x"), false, &error), &error);
    EXPECT_INTEGER(mode_of(path_of("new")), 0644);
    chmod(path_of("new"), 0640);
    EXPECT_OK(output_write_file(path_of("new"), SLICE("x"), false, &error), &error);
    EXPECT_INTEGER(mode_of(path_of("new")), 0640);
    EXPECT_OK(output_write_file(path_of("new"), SLICE("x"), true, &error), &error);
    EXPECT_INTEGER(mode_of(path_of("new")), 0600);
    umask(mask);
}

TEST(output_links, "output: a symbolic link stays and what it points to is replaced, also when that does not exist yet")
{
    struct error error;
    EXPECT_INTEGER(mkdir(path_of("data"), 0777), 0);
    EXPECT_INTEGER(symlink("data/real", path_of("link")), 0);
    EXPECT_INTEGER(symlink("link", path_of("link2")), 0);
    for (int i = 0; i < 2; i++) {
        EXPECT_OK(output_write_file(path_of("link2"), i ? SLICE("second") : SLICE("first"), false, &error), &error);
        expect_content("data/real", i ? SLICE("second") : SLICE("first"));
    }
    struct stat status;
    EXPECT_INTEGER(lstat(path_of("link2"), &status), 0);
    EXPECT(S_ISLNK(status.st_mode));
    EXPECT_INTEGER(symlink("loop", path_of("loop")), 0);
    EXPECT(!output_write_file(path_of("loop"), SLICE("x"), false, &error));
    EXPECT_ERROR(&error, E_CREATE, NULL);
}

TEST(output_refused, "output: a folder, a missing folder and a full device are named")
{
    struct error error;
    EXPECT(!output_open("/nonexistent/a", NULL, &error));
    EXPECT_ERROR(&error, E_CREATE, NULL);
    EXPECT(strstr(error.message, "cannot create '/nonexistent/a.tmp.") == error.message);
    EXPECT(!output_open("/tmp", NULL, &error));
    EXPECT_ERROR(&error, E_CREATE, "'/tmp' is a folder, expected a file");
    struct output *output = output_open("/dev/full", NULL, &error);
    EXPECT_OK(output != NULL, &error);
    EXPECT_OK(output_write(output, SLICE("x"), &error), &error);
    EXPECT(!output_commit(output, &error));
    EXPECT_ERROR(&error, E_IO, "cannot write '/dev/full': no space left on device");
    EXPECT(!output_write(output, SLICE("x"), &error));
    EXPECT_ERROR(&error, E_IO, "cannot write '/dev/full': no space left on device");
    EXPECT(!output_is_closed(output));
    output_close(output);
    EXPECT_OK(output_write_file("/dev/null", SLICE("x"), false, &error), &error);
}

TEST(output_full, "output: a file that cannot grow is an error at once, and leaves the old one and no litter")
{
    struct error error;
    EXPECT_OK(output_write_file(path_of("a"), SLICE("old"), false, &error), &error);
    struct rlimit before, small = { 1 << 20, RLIM_INFINITY };
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    EXPECT_INTEGER(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct output *output = output_open(path_of("a"), NULL, &error);
    int written = 0;
    while (written < 100000 && output_write(output, SLICE("a line of text that repeats\n"), &error))
        written++;
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT(written < 100000);
    EXPECT_ERROR(&error, E_IO, NULL);
    EXPECT(strstr(error.message, "file too large") != NULL);
    EXPECT(!output_commit(output, &error));
    output_close(output);
    EXPECT_INTEGER(entries(), 1);
    expect_content("a", SLICE("old"));
}

TEST(output_compressed, "output: .zst and .gz are packed, read back, and give the same bytes each time")
{
    struct error error;
    struct buffer text = { 0 }, packed = { 0 };
    for (int i = 0; i < 50000; i++)
        buffer_append_format(&text, "{\"id\":%d}\n", i);
    static const char *const names[] = { "a.jsonl.zst", "a.jsonl.gz" };
    for (int i = 0; i < 2; i++) {
        for (int round = 0; round < 2; round++) {
            struct output *output = output_open(path_of(names[i]), NULL, &error);
            EXPECT_OK(output != NULL, &error);
            for (size_t at = 0; at < text.length; at += 1000) {
                struct slice piece = slice_between(buffer_slice(&text), at, at + 1000);
                EXPECT_OK(output_write(output, piece, &error), &error);
                if (round == 1) /* flushing changes nothing in a file */
                    EXPECT_OK(output_flush(output, &error), &error);
            }
            EXPECT_OK(output_commit(output, &error), &error);
            EXPECT_INTEGER(output_position(output), text.length);
            output_close(output);
            if (round == 1)
                expect_content(names[i], buffer_slice(&packed));
            buffer_reset(&packed);
            EXPECT_OK(file_read(path_of(names[i]), 1 << 20, "the test", &packed, &error), &error);
        }
        EXPECT(packed.length < text.length / 3);
        struct input *input = input_open(path_of(names[i]), NULL, &error);
        struct slice bytes;
        size_t at = 0;
        do {
            EXPECT_OK(input_read(input, &bytes, &error), &error);
            EXPECT_SLICE(bytes, slice_between(buffer_slice(&text), at, at + bytes.length));
            at += bytes.length;
        } while (bytes.length > 0);
        EXPECT_INTEGER(at, text.length);
        input_close(input);
        buffer_reset(&packed);
    }
    EXPECT_OK(output_write_file(path_of("empty.gz"), SLICE(""), false, &error), &error);
    expect_content("empty.gz", SLICE("\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"));
    buffer_release(&text);
    buffer_release(&packed);
}

TEST(output_leftover, "output: a leftover of a dead process with our number is replaced, a live one is left alone")
{
    struct error error;
    char name[64];
    snprintf(name, sizeof name, "a.tmp.%ld", (long)getpid());
    int leftover = open(path_of(name), O_WRONLY | O_CREAT, 0600);
    close(leftover);
    struct output *first = output_open(path_of("a"), NULL, &error);
    struct output *second = output_open(path_of("a"), NULL, &error);
    EXPECT_OK(first && second, &error);
    EXPECT_INTEGER(entries(), 2);
    EXPECT_OK(output_write(first, SLICE("first"), &error), &error);
    EXPECT_OK(output_write(second, SLICE("second"), &error), &error);
    EXPECT_OK(output_commit(first, &error), &error);
    expect_content("a", SLICE("first"));
    EXPECT_OK(output_commit(second, &error), &error);
    expect_content("a", SLICE("second"));
    output_close(first);
    output_close(second);
    EXPECT_INTEGER(entries(), 1);
}

TEST(output_long_name, "output: a name as long as the file system allows can be written")
{
    struct error error;
    char name[256];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    EXPECT_OK(output_write_file(path_of(name), SLICE("x"), false, &error), &error);
    expect_content(name, SLICE("x"));
}

TEST(output_signal, "output: what a signal handler would call removes the temporaries of open outputs only")
{
    struct error error;
    EXPECT_OK(output_write_file(path_of("done"), SLICE("x"), false, &error), &error);
    struct output *outputs[100];
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        outputs[i] = output_open(path_of(name), NULL, &error);
        EXPECT_OK(outputs[i] != NULL, &error);
    }
    EXPECT_INTEGER(entries(), 101);
    files_remove_temporaries();
    EXPECT_INTEGER(entries(), 1);
    for (int i = 0; i < 100; i++)
        output_close(outputs[i]);
}

/* Standard output replaced for a while. */
struct swap {
    int saved;
};

static struct swap replace_stdout(int descriptor)
{
    fflush(stdout);
    struct swap swap = { dup(STDOUT_FILENO) };
    dup2(descriptor, STDOUT_FILENO);
    return swap;
}

static void restore_stdout(struct swap swap)
{
    dup2(swap.saved, STDOUT_FILENO);
    close(swap.saved);
}

TEST(output_closed_pipe, "output: a reader that left ends writing without an error")
{
    int ends[2];
    EXPECT_INTEGER(pipe(ends), 0);
    close(ends[0]);
    struct swap swap = replace_stdout(ends[1]);
    struct error error;
    error_reset(&error);
    struct output *output = output_open("-", NULL, &error);
    int written = 0;
    while (output && written < 100000 && output_write(output, SLICE("some line of text\n"), &error))
        written++;
    bool is_closed = output_is_closed(output);
    bool is_committed = output_commit(output, &error);
    output_close(output);
    restore_stdout(swap);
    close(ends[1]);
    EXPECT(written < 100000);
    EXPECT(is_closed);
    EXPECT(!is_committed);
    EXPECT(!error_is_set(&error));
}

struct drain {
    int descriptor;
    size_t bytes;
    struct output *output;
    struct slice text;
    bool is_written;
};

static void write_or_drain(void *context, size_t i)
{
    struct drain *drain = context;
    struct error error;
    if (i == 0) {
        drain->is_written = output_write(drain->output, drain->text, &error) && output_commit(drain->output, &error);
        close(STDOUT_FILENO);
        return;
    }
    char bytes[5000];
    ssize_t count;
    while ((count = read(drain->descriptor, bytes, sizeof bytes)) > 0)
        drain->bytes += (size_t)count;
}

TEST(output_nonblocking, "output: a non-blocking stdout with a slow reader gets every byte")
{
    int ends[2];
    EXPECT_INTEGER(pipe(ends), 0);
    struct buffer text = { 0 };
    for (int i = 0; i < 500000; i++)
        buffer_append_format(&text, "line %d\n", i);
    struct swap swap = replace_stdout(ends[1]);
    close(ends[1]);
    fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
    struct error error;
    struct drain drain = { .descriptor = ends[0], .text = buffer_slice(&text) };
    drain.output = output_open(NULL, NULL, &error);
    parallel_for(2, 2, &drain, write_or_drain);
    output_close(drain.output);
    restore_stdout(swap);
    close(ends[0]);
    EXPECT(drain.is_written);
    EXPECT_INTEGER(drain.bytes, text.length);
    buffer_release(&text);
}

TEST(output_stdout_names, "output: /dev/stdout and /dev/fd/N go on where a redirected file stands")
{
    struct error error;
    int file = open(path_of("log"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    EXPECT_INTEGER(write(file, "before ", 7), 7);
    char name[32];
    snprintf(name, sizeof name, "/dev/fd/%d", file);
    EXPECT_OK(output_write_file(name, SLICE("one "), false, &error), &error);
    struct swap swap = replace_stdout(file);
    bool is_good = output_write_file("/dev/stdout", SLICE("two "), false, &error);
    struct output *output = output_open("-", NULL, &error);
    is_good = is_good && output_write(output, SLICE("three"), &error) && output_commit(output, &error);
    output_close(output);
    restore_stdout(swap);
    close(file);
    EXPECT_OK(is_good, &error);
    expect_content("log", SLICE("before one two three"));
    EXPECT_INTEGER(entries(), 1);
}

TEST(output_unbuffered, "output: an unbuffered output reaches the reader with each write")
{
    struct error error;
    struct output_settings settings = { .is_unbuffered = true };
    EXPECT_INTEGER(mkfifo(path_of("fifo"), 0600), 0);
    int reader = open(path_of("fifo"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct output *output = output_open(path_of("fifo"), &settings, &error);
    EXPECT_OK(output_write(output, SLICE("now\n"), &error), &error);
    char bytes[16];
    EXPECT_INTEGER(read(reader, bytes, sizeof bytes), 4);
    EXPECT_OK(output_commit(output, &error), &error);
    output_close(output);
    EXPECT_INTEGER(read(reader, bytes, sizeof bytes), 0);
    close(reader);
}

static const char *const set_names[] = { "split", "shard", NULL };

static uint32_t find(struct output_set *set, const char *split, const char *shard)
{
    struct slice values[] = { slice_of_string(split), slice_of_string(shard) };
    uint32_t number = 99;
    struct error error;
    EXPECT_OK(output_set_find(set, values, &number, &error), &error);
    return number;
}

TEST(output_set_atomic, "output set: all files appear at the commit, in folders that are made; none without one")
{
    struct error error;
    for (int commits = 0; commits < 2; commits++) {
        struct output_set *set = output_set_create(path_of("made/{split}/x-{shard}.jsonl"), set_names, NULL, &error);
        uint32_t first = find(set, "train", "0"), second = find(set, "test", "0");
        EXPECT_INTEGER(first, 0);
        EXPECT_INTEGER(second, 1);
        EXPECT_INTEGER(find(set, "train", "0"), 0);
        EXPECT_INTEGER(output_set_count(set), 2);
        EXPECT_OK(output_write(output_set_output(set, second), SLICE("b\n"), &error), &error);
        EXPECT_OK(output_write(output_set_output(set, first), SLICE("a\n"), &error), &error);
        EXPECT_OK(output_set_end(set, second, &error), &error);
        EXPECT(access(path_of("made/test/x-0.jsonl"), F_OK) != 0);
        if (commits)
            EXPECT_OK(output_set_commit(set, &error), &error);
        output_set_close(set);
    }
    expect_content("made/train/x-0.jsonl", SLICE("a\n"));
    expect_content("made/test/x-0.jsonl", SLICE("b\n"));
    EXPECT_INTEGER(entries(), 1);
}

TEST(output_set_refused, "output set: unknown names, open braces and values that are no part of a name are refused")
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "{spilt}.jsonl", "--output: '{spilt}' is no part of a file's name here, expected {split}, {shard}" },
        { "a{split", "--output: a '{' without its '}'" },
        { "a}{split}", "--output: a '}' without its '{'" },
    };
    static const char *const values[] = { "", ".", "..", "a/b", "a\nb" };
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EXPECT(!output_template_check(cases[i].text, set_names, &error));
        EXPECT_SLICE(slice_of_string(error.message), slice_of_string(cases[i].message));
    }
    EXPECT(output_template_has("a{shard}b{split}", "split"));
    EXPECT(!output_template_has("a{shard}", "split"));
    struct output_set *set = output_set_create(path_of("{split}"), set_names, NULL, &error);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct slice pair[] = { slice_of_string(values[i]), SLICE("") };
        uint32_t number;
        EXPECT(!output_set_find(set, pair, &number, &error));
        EXPECT_INTEGER(error.code, E_FIELD_VALUE);
    }
    output_set_close(set);
    EXPECT_INTEGER(entries(), 0);
}
