/* shard_find.c - the sets of shards at a path. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "dataset/shard_manifest.h"

static const char manifest_name[] = "manifest.json";

static int is_manifest(const struct dirent *entry)
{
    return slice_ends_with(slice_of_string(entry->d_name), slice_of_string(manifest_name)) && entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

/* Manifests in a folder, by name; a path that is none is itself the only one. Count, -1: errno. *names: of
 * free_names(). */
static int list_manifests(const char *path, struct dirent ***names)
{
    *names = NULL;
    struct stat status;
    if (stat(path, &status) != 0)
        return -1;
    return S_ISDIR(status.st_mode) ? scandir(path, names, is_manifest, by_bytes) : 0;
}

static void free_names(struct dirent **names, int count)
{
    for (int i = 0; i < count; i++)
        memory_free(names[i]);
    memory_free(names);
}

bool shard_set_is_one(const char *path)
{
    struct dirent **names;
    int count = list_manifests(path, &names);
    free_names(names, count);
    return count > 0 || (count == 0 && slice_ends_with(slice_of_string(path), slice_of_string(manifest_name)));
}

bool shard_manifests_visit(const char *path, bool (*visit)(void *context, const char *manifest, struct error *error),
                           void *context, struct error *error)
{
    struct dirent **names;
    int count = list_manifests(path, &names);
    if (count < 0)
        return error_set_system(error, E_NO_INPUT, errno, "cannot open '%s'", path);
    if (!names)
        return visit(context, path, error);
    struct buffer manifest = { 0 };
    bool is_good = count > 0 || error_set(error, E_NO_INPUT, "there is no manifest of shards in '%s'", path);
    for (int i = 0; i < count && is_good; i++) {
        buffer_reset(&manifest);
        buffer_append_format(&manifest, "%s/%s", path, names[i]->d_name);
        is_good = visit(context, buffer_string(&manifest), error);
    }
    buffer_release(&manifest);
    free_names(names, count);
    return is_good;
}

void shard_totals_add(struct shard_totals *totals, const struct shard_totals *more)
{
    totals->shards += more->shards;
    totals->rows += more->rows;
    totals->tokens += more->tokens;
    totals->bytes += more->bytes;
    totals->decompressed += more->decompressed;
}

struct counting {
    struct shard_totals *totals;
    struct buffer *options;
};

static bool count_one(void *context, const char *path, struct error *error)
{
    struct counting *counting = context;
    struct arena arena = { 0 };
    struct shard_manifest manifest;
    bool is_good = shard_manifest_read(path, &arena, &manifest, error);
    if (is_good) {
        shard_totals_add(counting->totals, &manifest.totals);
        if (counting->options->length > 0 && manifest.options.length > 0)
            buffer_append_byte(counting->options, ',');
        buffer_append_slice(counting->options, manifest.options);
    }
    arena_release(&arena);
    return is_good;
}

bool shard_set_count(const char *path, struct shard_totals *totals, struct buffer *options, struct error *error)
{
    struct counting counting = { totals, options };
    *totals = (struct shard_totals){ 0 };
    return shard_manifests_visit(path, count_one, &counting, error);
}
