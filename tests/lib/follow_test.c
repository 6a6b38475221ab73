/* follow_test.c - files that grow, are renamed, emptied and deleted; the watch that tells of them. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "document/follow.h"
#include "stream/files.h"
#include "stream/watch.h"
#include "test.h"

struct place {
    const char *folder;
    char log[512], other[512];
    struct follow *follow;
    struct buffer read;
};

static const struct follow_settings plain_settings, table_settings = { true, true };

static void open_place(struct place *place, const struct follow_settings *settings)
{
    *place = (struct place){ .folder = test_folder() };
    snprintf(place->log, sizeof place->log, "%s/app.log", place->folder);
    snprintf(place->other, sizeof place->other, "%s/app.log.1", place->folder);
    place->follow = follow_open(place->log, settings);
}

static void close_place(struct place *place)
{
    follow_close(place->follow);
    buffer_release(&place->read);
}

static void append(const char *path, const char *text)
{
    FILE *file = fopen(path, "a");
    EXPECT(file != NULL);
    fputs(text, file);
    fclose(file);
}

/* "LINES|piece|": what there is now, each piece with the number of lines before it. */
static const char *take(struct place *place)
{
    struct follow_piece piece;
    struct error error;
    buffer_reset(&place->read);
    while (follow_read(place->follow, &piece, &error) == FOLLOW_PIECE)
        buffer_append_format(&place->read, "%lld:%.*s|", (long long)piece.growth->lines, (int)piece.bytes.length,
                             piece.bytes.bytes);
    return buffer_string(&place->read);
}

#define EXPECT_TAKEN(place, wanted) EXPECT_SLICE(slice_of_string(take(place)), slice_of_string(wanted))

TEST(follow_grows, "follow: whole lines come as they are written, the start of one waits for its end")
{
    struct place place;
    open_place(&place, &plain_settings);
    EXPECT_TAKEN(&place, "");
    append(place.log, "one\ntw");
    EXPECT_TAKEN(&place, "0:one\n|");
    EXPECT_TAKEN(&place, "");
    append(place.log, "o\nthree\n");
    EXPECT_TAKEN(&place, "1:two\nthree\n|");
    append(place.log, "four\n");
    EXPECT_TAKEN(&place, "3:four\n|");
    close_place(&place);
}

TEST(follow_rename, "follow: a renamed file is read on, then the new one; its last line needs no end")
{
    struct place place;
    open_place(&place, &plain_settings);
    append(place.log, "one\n");
    EXPECT_TAKEN(&place, "0:one\n|");
    EXPECT(rename(place.log, place.other) == 0);
    append(place.other, "two\n");
    EXPECT_TAKEN(&place, "1:two\n|");
    append(place.log, "three\n");
    append(place.other, "late\n");
    EXPECT_TAKEN(&place, "2:late\n|0:three\n|");
    append(place.other, "later\n");
    append(place.log, "four\n");
    EXPECT_TAKEN(&place, "3:later\n|1:four\n|");
    EXPECT_INTEGER(follow_counts(place.follow)->rotations, 1);
    close_place(&place);
}

TEST(follow_missed, "follow: files that came and went between two looks are read; older and packed ones are not")
{
    struct place place;
    char path[600];
    const char *folder = test_folder();
    place = (struct place){ .folder = folder };
    snprintf(place.log, sizeof place.log, "%s/app.log", folder);
    snprintf(place.other, sizeof place.other, "%s/app.log.1", folder);
    snprintf(path, sizeof path, "%s/app.log.2", folder);
    append(path, "before our time\n");
    append(place.log, "one\n");
    place.follow = follow_open(place.log, &plain_settings);
    EXPECT_TAKEN(&place, "0:one\n|");
    for (int i = 3; i < 20; i++) {
        snprintf(path, sizeof path, "%s/app.log.%d", folder, i);
        EXPECT(rename(place.log, path) == 0);
        snprintf(path, sizeof path, "line %d\n", i);
        append(place.log, path);
    }
    snprintf(path, sizeof path, "%s/app.log.99.zst", folder);
    append(path, "\x28\xb5\x2f\xfd packed\n");
    snprintf(path, sizeof path, "%s/app.log.bak", folder);
    append(path, "no rotated name\n");
    const char *taken = take(&place);
    for (int i = 3; i < 20; i++) {
        snprintf(path, sizeof path, "0:line %d\n|", i);
        const char *found = strstr(taken, path);
        EXPECT(found != NULL);
        EXPECT(found && strstr(found + 1, path) == NULL);
    }
    EXPECT_INTEGER(strlen(taken), 17 * strlen("0:line 3\n|") + 10);
    EXPECT_TAKEN(&place, "");
    close_place(&place);
}

static void copy_file(const char *from, const char *to)
{
    char text[4096] = "";
    FILE *file = fopen(from, "r");
    EXPECT(file != NULL);
    (void)!fread(text, 1, sizeof text - 1, file);
    fclose(file);
    append(to, text);
}

TEST(follow_copytruncate, "follow: after copy-and-truncate the rest of the old content comes from the copy")
{
    struct place place;
    open_place(&place, &plain_settings);
    append(place.log, "one\ntw");
    EXPECT_TAKEN(&place, "0:one\n|");
    append(place.log, "o\nnot yet seen\n");
    copy_file(place.log, place.other);
    EXPECT(truncate(place.log, 0) == 0);
    append(place.log, "new content, and longer than the old one was\n");
    EXPECT_TAKEN(&place, "1:two\nnot yet seen\n|0:new content, and longer than the old one was\n|");
    EXPECT_INTEGER(follow_counts(place.follow)->truncations, 1);
    EXPECT_INTEGER(follow_counts(place.follow)->cut, 0);
    EXPECT(truncate(place.log, 0) == 0);
    append(place.log, "short\n");
    EXPECT_TAKEN(&place, "0:short\n|");
    EXPECT_INTEGER(follow_counts(place.follow)->cut, 1);
    close_place(&place);
}

TEST(follow_delete, "follow: a deleted file is waited for")
{
    struct place place;
    open_place(&place, &plain_settings);
    append(place.log, "one\n");
    EXPECT_TAKEN(&place, "0:one\n|");
    int writer = open(place.log, O_WRONLY | O_APPEND);
    EXPECT(unlink(place.log) == 0);
    EXPECT_INTEGER(write(writer, "two\n", 4), 4);
    EXPECT_TAKEN(&place, "1:two\n|");
    append(place.log, "three\n");
    EXPECT_INTEGER(write(writer, "last\n", 5), 5);
    EXPECT_TAKEN(&place, "2:last\n|0:three\n|");
    close(writer);
    close_place(&place);
}

TEST(follow_table, "follow: rows of CSV end outside of quotes, and each piece has the header of its file in front")
{
    struct place place;
    open_place(&place, &table_settings);
    append(place.log, "a,b\n");
    EXPECT_TAKEN(&place, "");
    append(place.log, "1,\"x\n");
    EXPECT_TAKEN(&place, "");
    append(place.log, "y\"\n2,z\n3");
    EXPECT_TAKEN(&place, "0:a,b\n1,\"x\ny\"\n2,z\n|");
    append(place.log, ",w\n");
    EXPECT_TAKEN(&place, "3:a,b\n3,w\n|");
    EXPECT(rename(place.log, place.other) == 0);
    append(place.log, "c\n4\n");
    EXPECT_TAKEN(&place, "0:c\n4\n|");
    close_place(&place);
}

TEST(follow_input, "follow: an input's last line needs no end, and then it ends")
{
    struct error error;
    struct input *input = input_open_memory(SLICE("one\ntwo"), "memory", NULL, &error);
    struct place place = { .follow = follow_open_input(input, &plain_settings) };
    EXPECT_TAKEN(&place, "0:one\n|1:two|");
    struct follow_piece piece;
    EXPECT_INTEGER(follow_read(place.follow, &piece, &error), FOLLOW_END);
    close_place(&place);
}

TEST(watch_tells, "watch: changes in a folder are told, and that a writer is done")
{
    const char *folder = test_folder();
    char path[512];
    struct error error;
    struct watch_event event;
    int number, other;
    struct watch *watch = watch_open(&error);
    EXPECT(watch != NULL);
    EXPECT_OK(watch_add(watch, folder, &number, &error), &error);
    EXPECT_OK(watch_add(watch, folder, &other, &error), &error);
    EXPECT_INTEGER(other, number);
    EXPECT(!watch_wait(watch, 0));
    snprintf(path, sizeof path, "%s/a", folder);
    append(path, "x");
    bool is_settled = false;
    while (watch_next(watch, &event))
        is_settled = event.kind == WATCH_SETTLED && event.folder == number && strcmp(event.name, "a") == 0;
    EXPECT(is_settled);
    EXPECT(unlink(path) == 0);
    EXPECT(watch_next(watch, &event));
    EXPECT_INTEGER(event.kind, WATCH_LEFT);
    EXPECT(!watch_add(watch, path, &other, &error));
    EXPECT_ERROR(&error, E_NO_INPUT, NULL);
    EXPECT(watch_hears(folder));
    watch_close(watch);
}
