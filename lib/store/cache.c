/* cache.c - answers of models, kept by what was asked. */
#define _DEFAULT_SOURCE /* flock */
#include "store/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "store/cache_log.h"
#include "store/cache_table.h"
#include "stream/files.h"

enum { SLOTS_FIRST = 1 << 14, OPEN_LOGS = 64, FIRST_READ = 4096 };
#define COMMIT_BYTES   ((int64_t)16 << 20)
#define COMMIT_SECONDS 0.5

struct open_log {
    uint32_t number; /* 0: free */
    int descriptor;
};

struct cache {
    struct cache_settings settings;
    char *folder;
    int lock; /* -1: read only */
    struct cache_table table;
    struct open_log logs[OPEN_LOGS];
    size_t next_victim;
    struct buffer scratch, text;
    size_t read_bytes; /* a guess at how long an entry is */
    int64_t uncommitted;
    double committed; /* when */
    bool has_changed;
    struct cache_counters counters;
};

static void notice(const struct cache *cache, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void notice(const struct cache *cache, const char *format, ...)
{
    struct buffer text = { 0 };
    va_list arguments;
    if (!cache->settings.notice)
        return;
    va_start(arguments, format);
    buffer_append_format_list(&text, format, arguments);
    va_end(arguments);
    cache->settings.notice(cache->settings.notice_context, buffer_string(&text));
    buffer_release(&text);
}

/* The descriptor of a log, -1 when it is gone. */
static int open_log(struct cache *cache, uint32_t number)
{
    struct open_log *place = &cache->logs[number % OPEN_LOGS];
    if (place->number == number)
        return place->descriptor;
    struct buffer path = { 0 };
    log_path(cache->folder, number, &path);
    int descriptor = open(buffer_string(&path), (cache->settings.is_read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    buffer_release(&path);
    if (descriptor < 0)
        return -1;
    if (place->number)
        close(place->descriptor);
    *place = (struct open_log){ number, descriptor };
    return descriptor;
}

static bool lock(struct cache *cache, struct error *error)
{
    while (flock(cache->lock, LOCK_EX) != 0) {
        if (errno != EINTR)
            return error_set_system(error, E_IO, errno, "%s/lock", cache->folder);
        if (interrupt_signal())
            return interrupt_error(error);
    }
    return true;
}

static void unlock(struct cache *cache)
{
    flock(cache->lock, LOCK_UN);
}

/* The numbers of the logs there are, rising; arena. */
static uint32_t *list_logs(const char *folder, struct arena *arena, size_t *count)
{
    uint32_t *numbers = NULL;
    size_t capacity = 0;
    struct dirent *entry;
    *count = 0;
    DIR *listing = opendir(folder);
    while (listing && (entry = readdir(listing))) {
        uint32_t number = log_number(entry->d_name);
        if (!number)
            continue;
        numbers = arena_grow(arena, numbers, &capacity, *count + 1, sizeof *numbers);
        size_t place = (*count)++;
        for (; place > 0 && numbers[place - 1] > number; place--)
            numbers[place] = numbers[place - 1];
        numbers[place] = number;
    }
    if (listing)
        closedir(listing);
    return numbers;
}

struct replay {
    struct cache *cache;
    uint32_t log;
    bool has_failed;
    struct error *error;
};

static void replay_entry(void *context, const struct log_entry *entry)
{
    struct replay *replay = context;
    struct cache *cache = replay->cache;
    if (replay->has_failed)
        return;
    if (table_is_full(&cache->table) && !table_grow(cache->folder, &cache->table, replay->error)) {
        replay->has_failed = true;
        return;
    }
    table_insert(&cache->table, &entry->key, (struct table_place){ replay->log, entry->offset });
}

static void replay_gap(void *context, int64_t offset, int64_t bytes)
{
    const struct replay *replay = context;
    notice(replay->cache, "the cache's log %08u is damaged at offset %lld (%lld bytes); what stood there is asked anew",
           replay->log, (long long)offset, (long long)bytes);
}

/* Puts a log's entries from `offset` on into the table, and cuts off what its writer left behind when it died. Only the
 * last log can have such a tail. */
static bool replay_log(struct cache *cache, uint32_t number, int64_t offset, bool is_last, struct error *error)
{
    struct replay replay = { cache, number, false, error };
    const struct log_scan scan = { &replay, replay_entry, replay_gap };
    struct stat status;
    int64_t end;
    int descriptor = open_log(cache, number);
    if (descriptor < 0 || fstat(descriptor, &status) != 0)
        return true; /* removed, by age or by hand */
    if (offset < LOG_HEADER_BYTES)
        offset = LOG_HEADER_BYTES;
    if (!log_scan(descriptor, cache->folder, offset, &scan, &end, error) || replay.has_failed)
        return false;
    if (is_last && end < status.st_size) {
        notice(cache, "the cache's log %08u ended in the middle of an entry: %lld bytes of a dead writer are cut off",
               number, (long long)(status.st_size - end));
        if (ftruncate(descriptor, end) != 0)
            return error_set_system(error, E_IO, errno, "%s/%08u.log", cache->folder, number);
    }
    table_set_end(&cache->table, (struct table_place){ number, end });
    return true;
}

/* Brings the table up to what the logs hold, from a place on. Under the lock. */
static bool replay_from(struct cache *cache, struct table_place from, struct error *error)
{
    struct arena arena = { 0 };
    size_t count;
    bool is_good = true;
    uint32_t *numbers = list_logs(cache->folder, &arena, &count);
    for (size_t i = 0; is_good && i < count; i++)
        if (numbers[i] >= from.log)
            is_good = replay_log(cache, numbers[i], numbers[i] == from.log ? from.offset : 0, i + 1 == count, error);
    arena_release(&arena);
    return is_good;
}

/* Another process may have put a larger table in place. */
static bool reopen_table(struct cache *cache, struct error *error)
{
    bool is_stale;
    table_close(&cache->table);
    if (table_open(cache->folder, cache->settings.is_read_only, &cache->table, &is_stale, error))
        return true;
    if (error_is_set(error))
        return false;
    return cache->settings.is_read_only || (table_create(cache->folder, SLOTS_FIRST, &cache->table, error) &&
                                            replay_from(cache, (struct table_place){ 0, 0 }, error));
}

/* Under the lock: a table that is of now, and the log to write to. */
static bool make_ready(struct cache *cache, int *descriptor, struct table_place *end, struct error *error)
{
    struct stat status;
    if (table_is_superseded(&cache->table) && !reopen_table(cache, error))
        return false;
    *end = table_end(&cache->table);
    *descriptor = end->log ? open_log(cache, end->log) : -1;
    if (*descriptor >= 0 && fstat(*descriptor, &status) == 0 && status.st_size != end->offset) {
        /* A writer died between its write and its last word. */
        if (!replay_log(cache, end->log, end->offset < status.st_size ? end->offset : 0, true, error))
            return false;
        *end = table_end(&cache->table);
    }
    if (*descriptor >= 0 && end->offset < LOG_BYTES_MAXIMUM)
        return true;
    if (*descriptor >= 0 && fdatasync(*descriptor) != 0)
        return error_set_system(error, E_IO, errno, "%s/%08u.log", cache->folder, end->log);
    if (!log_create(cache->folder, end->log + 1, descriptor, error))
        return false;
    struct open_log *place = &cache->logs[(end->log + 1) % OPEN_LOGS];
    if (place->number)
        close(place->descriptor);
    *place = (struct open_log){ end->log + 1, *descriptor };
    *end = (struct table_place){ end->log + 1, LOG_HEADER_BYTES };
    table_set_end(&cache->table, *end);
    return true;
}

/* Whole logs that nobody wrote to for so long, and the oldest ones beyond the size. */
static void prune(struct cache *cache)
{
    struct arena arena = { 0 };
    size_t count;
    int64_t bytes = 0, removed = 0;
    time_t today = time(NULL);
    uint32_t *numbers = list_logs(cache->folder, &arena, &count), current = table_end(&cache->table).log;
    struct stat *states = arena_allocate_zeroed(&arena, count + 1, sizeof *states);
    struct buffer path = { 0 };
    for (size_t i = 0; i < count; i++) {
        log_path(cache->folder, numbers[i], &path);
        if (stat(buffer_string(&path), &states[i]) == 0)
            bytes += states[i].st_size;
    }
    for (size_t i = 0; i < count; i++) {
        bool is_old = cache->settings.maximum_age > 0 &&
                      difftime(today, states[i].st_mtime) > cache->settings.maximum_age * 86400;
        bool is_beyond =
            cache->settings.maximum_bytes > 0 && bytes > cache->settings.maximum_bytes && numbers[i] != current;
        if (!is_old && !is_beyond)
            continue;
        /* One that is removed while it is the last: the next is begun with the next number, never with its own. */
        int descriptor = -1;
        if (numbers[i] == current) {
            struct error ignored;
            if (!log_create(cache->folder, current + 1, &descriptor, &ignored))
                break;
            close(descriptor);
            table_set_end(&cache->table, (struct table_place){ current + 1, LOG_HEADER_BYTES });
        }
        log_path(cache->folder, numbers[i], &path);
        if (unlink(buffer_string(&path)) == 0) {
            removed += states[i].st_size;
            bytes -= states[i].st_size;
        }
    }
    if (removed)
        notice(cache, "%lld bytes of old answers were removed from the cache", (long long)removed);
    buffer_release(&path);
    arena_release(&arena);
}

/* Makes the folder, and takes it only when it is empty or a cache: nothing of others is mixed in. */
static bool make_folder(struct cache *cache, struct error *error)
{
    struct buffer path = { 0 };
    struct dirent *entry;
    bool is_strange = false, is_new = access(cache->folder, F_OK) != 0;
    if (!folder_create(cache->folder, error))
        return false;
    if (is_new)
        chmod(cache->folder, 0700);
    DIR *listing = cache_is_one(cache->folder) ? NULL : opendir(cache->folder);
    while (listing && (entry = readdir(listing)))
        is_strange |= strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
                      strcmp(entry->d_name, "lock") != 0 && strncmp(entry->d_name, "table", 5) != 0 &&
                      !log_number(entry->d_name);
    if (listing)
        closedir(listing);
    if (is_strange)
        return error_set(error, E_DATA, "'%s' is not a cache, and not empty", cache->folder);
    buffer_append_format(&path, "%s/lock", cache->folder);
    cache->lock = open(buffer_string(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool is_good = cache->lock >= 0 || error_set_system(error, E_CREATE, errno, "%s", buffer_string(&path));
    buffer_release(&path);
    return is_good;
}

static bool open_files(struct cache *cache, struct error *error)
{
    bool is_stale = false;
    if (cache->settings.is_read_only) {
        table_open(cache->folder, true, &cache->table, &is_stale, error);
        return !error_is_set(error);
    }
    if (!make_folder(cache, error) || !lock(cache, error))
        return false;
    bool is_good = table_open(cache->folder, false, &cache->table, &is_stale, error);
    if (is_good && is_stale)
        is_good = replay_from(cache, table_synced(&cache->table), error);
    else if (!is_good && !error_is_set(error))
        is_good = table_create(cache->folder, SLOTS_FIRST, &cache->table, error) &&
                  replay_from(cache, (struct table_place){ 0, 0 }, error);
    if (is_good && is_stale)
        table_sync(&cache->table);
    if (is_good && (cache->settings.maximum_age > 0 || cache->settings.maximum_bytes > 0))
        prune(cache);
    unlock(cache);
    return is_good;
}

struct cache *cache_open(const struct cache_settings *settings, struct error *error)
{
    if (!digest_load(error))
        return NULL;
    struct cache *cache = memory_allocate_zeroed(1, sizeof *cache);
    error_reset(error);
    cache->settings = *settings;
    cache->folder = memory_copy_string(settings->folder);
    cache->lock = -1;
    cache->read_bytes = FIRST_READ;
    cache->committed = clock_seconds();
    if (open_files(cache, error))
        return cache;
    cache_close(cache);
    return NULL;
}

/* Reads an entry whole. false: it is not there, or not whole. */
static bool read_entry(struct cache *cache, struct table_place place, struct log_entry *entry)
{
    int descriptor = open_log(cache, place.log);
    size_t wanted = cache->read_bytes;
    for (int tries = 0; descriptor >= 0 && tries < 2; tries++) {
        buffer_reset(&cache->scratch);
        char *bytes = buffer_reserve(&cache->scratch, wanted);
        ssize_t count = pread(descriptor, bytes, wanted, place.offset);
        if (count < LOG_ENTRY_BYTES)
            return false;
        struct slice found = slice_of(bytes, (size_t)count);
        size_t expected = log_expected_bytes(found);
        if (expected && expected <= (size_t)count) {
            cache->read_bytes = expected;
            return log_parse_entry(found, entry) > 0;
        }
        if (!expected)
            return false;
        wanted = expected;
    }
    return false;
}

static bool find(struct cache *cache, enum cache_kind kind, const struct cache_key *key, struct log_entry *entry)
{
    struct table_place place;
    uint64_t probe = 0;
    while (cache->table.header && table_find(&cache->table, key, &probe, &place))
        if (read_entry(cache, place, entry) && entry->kind == (uint32_t)kind &&
            memcmp(&entry->key, key, sizeof *key) == 0)
            return true;
    return false;
}

bool cache_get(struct cache *cache, enum cache_kind kind, const struct cache_key *key, struct arena *arena,
               struct slice *value, bool *is_found, struct error *error)
{
    struct log_entry entry;
    *is_found = find(cache, kind, key, &entry);
    if (!*is_found && cache->table.header && table_is_superseded(&cache->table)) {
        if (!reopen_table(cache, error))
            return false;
        *is_found = find(cache, kind, key, &entry);
    }
    cache->counters.hits += *is_found;
    cache->counters.misses += !*is_found;
    if (*is_found)
        *value = slice_of(memcpy(arena_allocate(arena, entry.value.length + 1), entry.value.bytes, entry.value.length),
                          entry.value.length);
    return true;
}

/* Writes the text behind the end of the log; a failure leaves the log as it was. */
static bool append_text(struct cache *cache, int descriptor, struct table_place end, struct error *error)
{
    size_t done = 0;
    while (done < cache->text.length) {
        ssize_t count =
            pwrite(descriptor, cache->text.bytes + done, cache->text.length - done, end.offset + (int64_t)done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            error_set_system(error, E_IO, errno, "%s/%08u.log", cache->folder, end.log);
            if (ftruncate(descriptor, end.offset) != 0)
                return false; /* the next writer cuts it off */
            return false;
        }
        done += (size_t)count;
    }
    return true;
}

static bool put_locked(struct cache *cache, const struct cache_entry *entries, size_t count, struct error *error)
{
    struct table_place end;
    struct log_entry known;
    int descriptor;
    uint32_t day = (uint32_t)(time(NULL) / 86400);
    if (!make_ready(cache, &descriptor, &end, error))
        return false;
    buffer_reset(&cache->text);
    for (size_t i = 0; i < count; i++) {
        ENSURE(entries[i].value.length <= CACHE_VALUE_MAXIMUM);
        if (find(cache, entries[i].kind, entries[i].key, &known))
            continue;
        struct log_entry entry = { (uint32_t)entries[i].kind, day, *entries[i].key, entries[i].value, 0 };
        log_append_entry(&cache->text, &entry);
    }
    if (!append_text(cache, descriptor, end, error))
        return false;
    for (size_t offset = 0; offset < cache->text.length;) {
        struct log_entry entry;
        if (table_is_full(&cache->table) && !table_grow(cache->folder, &cache->table, error))
            return false;
        size_t bytes = log_parse_entry(slice_from(buffer_slice(&cache->text), offset), &entry);
        ENSURE(bytes > 0);
        table_insert(&cache->table, &entry.key, (struct table_place){ end.log, end.offset + (int64_t)offset });
        offset += bytes;
        cache->counters.puts++;
    }
    cache->uncommitted += (int64_t)cache->text.length;
    cache->has_changed |= cache->text.length > 0;
    table_set_end(&cache->table, (struct table_place){ end.log, end.offset + (int64_t)cache->text.length });
    return true;
}

bool cache_put(struct cache *cache, const struct cache_entry *entries, size_t count, struct error *error)
{
    if (cache->settings.is_read_only || count == 0)
        return true;
    if (!lock(cache, error))
        return false;
    bool is_good = put_locked(cache, entries, count, error);
    unlock(cache);
    if (is_good && (cache->uncommitted >= COMMIT_BYTES || clock_seconds() - cache->committed > COMMIT_SECONDS))
        return cache_commit(cache, error);
    return is_good;
}

bool cache_commit(struct cache *cache, struct error *error)
{
    if (cache->uncommitted == 0)
        return true;
    /* A log that another process has gone on from was synced by it; and those are ours, too. */
    uint32_t number = table_end(&cache->table).log;
    int descriptor = open_log(cache, number);
    if (descriptor < 0 || fdatasync(descriptor) != 0)
        return error_set_system(error, E_IO, errno, "%s/%08u.log", cache->folder, number);
    cache->uncommitted = 0;
    cache->committed = clock_seconds();
    return true;
}

const struct cache_counters *cache_counters(const struct cache *cache)
{
    return &cache->counters;
}

void cache_close(struct cache *cache)
{
    struct error ignored;
    if (!cache)
        return;
    if (cache->has_changed && cache_commit(cache, &ignored) && lock(cache, &ignored)) {
        if (!table_is_superseded(&cache->table))
            table_sync(&cache->table);
        unlock(cache);
    }
    table_close(&cache->table);
    for (size_t i = 0; i < OPEN_LOGS; i++)
        if (cache->logs[i].number)
            close(cache->logs[i].descriptor);
    if (cache->lock >= 0)
        close(cache->lock);
    buffer_release(&cache->scratch);
    buffer_release(&cache->text);
    memory_free(cache->folder);
    memory_free(cache);
}
