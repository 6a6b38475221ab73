/* ingest_watch.c - when `ingest --watch` walks again. */
#include "ingest_watch.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/memory.h"
#include "stream/watch.h"

#define QUIET_SECONDS  0.3 /* without an event of it, a file that nobody closed counts as written */
#define PATIENCE       2.0 /* seconds that others wait for it */
#define POLL_SECONDS   2.0 /* between looks where nothing is heard */
#define ROUND_SPACING  4.0 /* times its length lie between a round and the next one */
#define RESCAN_SECONDS 600.0

struct ingest_watch {
    const struct stage *stage;
    struct watch *watch; /* NULL: nothing is heard */
    double poll_seconds; /* 0: everything is heard */
    double rescan_seconds, idle_seconds;
    bool is_deaf_told;
    bool must_settle; /* the round's output, before the next one */
    bool is_dirty;
    double retry_at; /* 0: the last walk was possible */
    double dirtied, heard, began, ended, length, active;
    struct map open; /* "folder/name" of files under way: 1 while they are, 0 when they are done */
    int64_t open_count;
};

/* From now on the tree is looked at, too. */
static void go_deaf(struct ingest_watch *self, const char *folder, const struct error *why)
{
    const struct ingest_options *options = self->stage->options;
    self->poll_seconds = options->watch_poll > 0 ? options->watch_poll : POLL_SECONDS;
    if (self->is_deaf_told || self->stage->run->is_quiet)
        return;
    self->is_deaf_told = true;
    struct error remark;
    error_set(&remark, why ? why->code : E_UNAVAILABLE, "%s; looking every %g seconds instead (--watch-poll)",
              why ? why->message : "changes on this file system are not told", self->poll_seconds);
    error_place(&remark, folder, 0, 0);
    self->stage->run->say(self->stage->step, &remark);
}

/* A file among the operands is heard of in its folder. */
static void enter_folder_of(struct ingest_watch *self, const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return;
    const char *slash = strrchr(path, '/');
    char *folder = memory_copy_string(slash ? path : ".");
    if (slash)
        folder[slash == path ? 1 : slash - path] = '\0';
    ingest_watch_enter(self, folder);
    memory_free(folder);
}

struct ingest_watch *ingest_watch_open(const struct stage *stage, const struct walk_settings *walk)
{
    const struct ingest_options *options = stage->options;
    struct ingest_watch *self = memory_allocate_zeroed(1, sizeof *self);
    struct error fault;
    self->stage = stage;
    self->poll_seconds = options->watch_poll;
    self->rescan_seconds = options->rescan > 0 ? options->rescan : RESCAN_SECONDS;
    self->idle_seconds = options->idle_exit;
    self->active = clock_seconds();
    if (self->poll_seconds > 0)
        return self;
    self->watch = watch_open(&fault);
    if (!self->watch)
        go_deaf(self, NULL, &fault);
    for (size_t i = 0; i < walk->operand_count; i++)
        enter_folder_of(self, walk->operands[i]);
    return self;
}

void ingest_watch_close(struct ingest_watch *self)
{
    if (!self)
        return;
    watch_close(self->watch);
    map_release(&self->open);
    memory_free(self);
}

void ingest_watch_enter(void *context, const char *folder)
{
    struct ingest_watch *self = context;
    struct error fault;
    int number;
    if (!self->watch)
        return;
    if (!watch_hears(folder))
        go_deaf(self, folder, NULL);
    else if (!watch_add(self->watch, folder, &number, &fault) && fault.code == E_LIMIT)
        go_deaf(self, folder, &fault); /* of other faults the walk itself tells */
}

void ingest_watch_begin_round(struct ingest_watch *self)
{
    self->is_dirty = false;
    self->began = clock_seconds();
}

void ingest_watch_end_round(struct ingest_watch *self, bool had_news)
{
    self->ended = clock_seconds();
    self->length = self->ended - self->began;
    self->retry_at = 0;
    self->must_settle = true;
    if (had_news)
        self->active = self->ended;
    if (self->open_count == 0)
        map_reset(&self->open);
}

void ingest_watch_fail_round(struct ingest_watch *self, const struct error *fault)
{
    if (self->retry_at == 0)
        self->stage->run->say(self->stage->step, fault);
    ingest_watch_end_round(self, false);
    self->retry_at = self->ended + POLL_SECONDS;
}

/* Whether somebody writes to the file. */
static void note_open(struct ingest_watch *self, const struct watch_event *event, bool is_open)
{
    struct buffer key = { 0 };
    buffer_append_format(&key, "%d/%s", event->folder, event->name);
    struct map_entry *entry = map_insert(&self->open, buffer_slice(&key), NULL);
    self->open_count += (int64_t)is_open - (int64_t)entry->value;
    entry->value = is_open;
    buffer_release(&key);
}

static void take_event(struct ingest_watch *self, const struct watch_event *event)
{
    double time = clock_seconds();
    if (!self->is_dirty)
        self->dirtied = time;
    self->is_dirty = true;
    self->heard = time;
    switch (event->kind) {
    case WATCH_CHANGED:
        if (!event->is_folder && event->name[0])
            note_open(self, event, true);
        break;
    case WATCH_SETTLED:
    case WATCH_LEFT:
        note_open(self, event, false);
        break;
    case WATCH_FOLDER_END:
        watch_remove(self->watch, event->folder);
        break;
    case WATCH_OVERFLOW:
        map_reset(&self->open);
        self->open_count = 0;
        break;
    }
}

static bool is_due(struct ingest_watch *self, double time)
{
    if (self->retry_at > 0)
        return time >= self->retry_at;
    if (time - self->ended >= self->rescan_seconds)
        return true;
    if (time - self->ended < ROUND_SPACING * self->length)
        return false;
    if (self->poll_seconds > 0 && time - self->ended >= self->poll_seconds)
        return true;
    if (!self->is_dirty)
        return false;
    if (self->open_count > 0 && time - self->heard >= QUIET_SECONDS) {
        map_reset(&self->open);
        self->open_count = 0;
    }
    return self->open_count == 0 || time - self->dirtied >= PATIENCE;
}

bool ingest_watch_is_idle(const struct ingest_watch *self)
{
    return self->idle_seconds > 0 && !self->is_dirty && clock_seconds() - self->active >= self->idle_seconds;
}

static bool is_called_for(struct ingest_watch *self)
{
    struct watch_event event;
    while (self->watch && watch_next(self->watch, &event))
        take_event(self, &event);
    return is_due(self, clock_seconds()) || ingest_watch_is_idle(self);
}

bool ingest_watch_wait(struct ingest_watch *self, int milliseconds)
{
    enum { TURN_MILLISECONDS = 20 };
    if (self->must_settle) {
        self->must_settle = false;
        return false;
    }
    if (is_called_for(self))
        return true;
    if (milliseconds == 0)
        return false;
    /* Something is on its way: look again soon. */
    int turn = self->is_dirty && milliseconds > TURN_MILLISECONDS ? TURN_MILLISECONDS : milliseconds;
    if (!self->watch) {
        struct timespec pause = { .tv_nsec = (long)turn * 1000000 };
        nanosleep(&pause, NULL);
    } else {
        (void)watch_wait(self->watch, turn);
    }
    return is_called_for(self);
}
