/* cache_verify.c - where a cache is, what it holds, and whether it is whole. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/cache.h"
#include "store/cache_log.h"

const char *cache_default_folder(const char *said, struct arena *arena)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (said && *said)
        return strcmp(said, "none") == 0 ? NULL : said;
    if (base && base[0] == '/')
        return arena_format(arena, "%s/garner", base);
    return home && home[0] == '/' ? arena_format(arena, "%s/.cache/garner", home) : NULL;
}

bool cache_is_one(const char *folder)
{
    char start[8] = { 0 };
    bool is_one = false;
    struct buffer path = { 0 };
    DIR *listing = opendir(folder);
    struct dirent *entry;
    while (listing && !is_one && (entry = readdir(listing))) {
        if (!log_number(entry->d_name))
            continue;
        log_path(folder, log_number(entry->d_name), &path);
        int descriptor = open(buffer_string(&path), O_RDONLY | O_CLOEXEC);
        is_one = descriptor >= 0 && pread(descriptor, start, sizeof start, 0) == (ssize_t)sizeof start &&
                 memcmp(start, "GARNERCL", sizeof start) == 0;
        if (descriptor >= 0)
            close(descriptor);
    }
    if (listing)
        closedir(listing);
    buffer_release(&path);
    return is_one;
}

struct verify {
    const char *path;
    void (*fault)(void *context, const struct error *fault);
    void *context;
    struct cache_info *info;
};

static void say(const struct verify *verify, int64_t offset, const char *what, int64_t bytes)
{
    struct error fault;
    if (!verify->fault)
        return;
    error_set(&fault, E_DATA, "offset %lld: %s, %lld bytes", (long long)offset, what, (long long)bytes);
    error_place(&fault, verify->path, 0, 0);
    verify->fault(verify->context, &fault);
}

static void see_entry(void *context, const struct log_entry *entry)
{
    struct cache_info *info = ((struct verify *)context)->info;
    info->entries[entry->kind]++;
    info->value_bytes[entry->kind] += (int64_t)entry->value.length;
    if (!info->oldest_day || entry->day < info->oldest_day)
        info->oldest_day = entry->day;
    if (entry->day > info->newest_day)
        info->newest_day = entry->day;
}

static void see_gap(void *context, int64_t offset, int64_t bytes)
{
    struct verify *verify = context;
    verify->info->damaged++;
    say(verify, offset, "a damaged entry is passed over", bytes);
}

static bool verify_log(struct verify *verify, struct error *error)
{
    const struct log_scan scan = { verify, see_entry, see_gap };
    struct stat status;
    int64_t end;
    int descriptor = open(verify->path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT)
        return true; /* pruned just now */
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        error_set_system(error, E_IO, errno, "%s", verify->path);
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    bool is_good = log_scan(descriptor, verify->path, LOG_HEADER_BYTES, &scan, &end, error);
    if (is_good && end < status.st_size) {
        verify->info->torn_bytes += status.st_size - end;
        say(verify, end, "the rest is no whole entry", status.st_size - end);
    }
    verify->info->logs++;
    verify->info->bytes += status.st_size;
    close(descriptor);
    return is_good;
}

bool cache_verify(const char *folder, void (*fault)(void *context, const struct error *fault), void *context,
                  struct cache_info *info, struct error *error)
{
    struct verify verify = { .fault = fault, .context = context, .info = info };
    struct buffer path = { 0 };
    bool is_good = true;
    *info = (struct cache_info){ 0 };
    DIR *listing = opendir(folder);
    if (!listing)
        return error_set_system(error, E_NO_INPUT, errno, "%s", folder);
    struct dirent *entry;
    while (is_good && (entry = readdir(listing))) {
        if (!log_number(entry->d_name))
            continue;
        log_path(folder, log_number(entry->d_name), &path);
        verify.path = buffer_string(&path);
        is_good = verify_log(&verify, error);
    }
    closedir(listing);
    buffer_release(&path);
    return is_good;
}
