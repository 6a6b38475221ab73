/* file_state_test.c - what a file was when it was read, and whether it stayed so. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "document/file.h"
#include "test.h"

struct reading {
    struct file_state state;
    const char *path;
    bool is_wanted, changes_file;
    int examined, records, faults;
};

static bool examine(void *context, const struct file_state *state)
{
    struct reading *reading = context;
    reading->state = *state;
    reading->examined++;
    return reading->is_wanted;
}

static bool emit(void *context, struct slice record, const char *path, int64_t line)
{
    struct reading *reading = context;
    (void)record;
    (void)path;
    (void)line;
    reading->records++;
    if (!reading->changes_file)
        return true;
    int descriptor = open(reading->path, O_WRONLY | O_APPEND);
    EXPECT(descriptor >= 0 && write(descriptor, "more", 4) == 4);
    close(descriptor);
    return true;
}

static bool reject(void *context, const struct error *error, struct slice raw)
{
    struct reading *reading = context;
    (void)error;
    (void)raw;
    reading->faults++;
    return true;
}

/* A file of `bytes` bytes. Returns whether it was stable. */
static bool read_file(struct reading *reading, size_t bytes)
{
    struct error error;
    struct glob_list none = { 0 };
    struct file_settings settings = { .include = &none, .exclude = &none, .max_expansion = 100, .max_entries = 10 };
    struct buffer path = { 0 }, content = { 0 };
    buffer_append_format(&path, "%s/a.md", test_folder());
    buffer_append_repeated(&content, 'x', bytes);
    FILE *file = fopen(buffer_string(&path), "w");
    EXPECT(file && fwrite(content.bytes, 1, content.length, file) == content.length && fclose(file) == 0);
    reading->path = buffer_string(&path);
    struct file_reader *reader = file_reader_create(&settings, &error);
    EXPECT(reader != NULL);
    struct file_sink sink = { .context = reading, .examine = examine, .emit = emit, .reject = reject };
    struct walk_file found = { .path = reading->path, .source = SLICE("a.md"), .is_taken = true };
    EXPECT(file_reader_read(reader, &found, &sink));
    struct hash128 wanted = hash_128(buffer_slice(&content));
    EXPECT(reading->state.hash.low == wanted.low && reading->state.hash.high == wanted.high);
    EXPECT_INTEGER(reading->state.size, bytes);
    EXPECT_INTEGER(reading->examined, 1);
    EXPECT_INTEGER(reading->faults, 0);
    bool is_stable = file_reader_is_stable(reader);
    file_reader_free(reader);
    buffer_release(&path);
    buffer_release(&content);
    return is_stable;
}

TEST(file_state_hash, "file: its hash is known before it is decoded, whatever its length")
{
    static const size_t lengths[] = { 1, 1000, 256 * 1024, 256 * 1024 + 1, (4 << 20) + 1, 9 << 20 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct reading reading = { .is_wanted = true };
        EXPECT(read_file(&reading, lengths[i]));
        EXPECT_INTEGER(reading.records, 1);
    }
}

TEST(file_state_skip, "file: what nobody wants after a look is not decoded")
{
    struct reading reading = { .is_wanted = false };
    read_file(&reading, 1000);
    EXPECT_INTEGER(reading.records, 0);
}

TEST(file_state_change, "file: one that grows while it is read is not stable")
{
    struct reading reading = { .is_wanted = true, .changes_file = true };
    EXPECT(!read_file(&reading, 1000));
    EXPECT_INTEGER(reading.records, 1);
}
