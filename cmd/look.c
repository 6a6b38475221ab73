/* look.c - what stands at a path. */
#include "look.h"

#include <sys/stat.h>

#include "index/sections.h"
#include "stream/files.h"
#include "stream/input.h"

const char *const look_formats[] = { "table", "json", NULL };

struct look look_at(const char *path)
{
    struct stat status;
    struct file_map map;
    if (strcmp(path, "-") == 0)
        return (struct look){ .kind = LOOK_STREAM };
    if (stat(path, &status) != 0)
        return (struct look){ .kind = LOOK_MISSING };
    if (S_ISDIR(status.st_mode))
        return (struct look){ .kind = LOOK_FOLDER };
    if (!file_map_open(path, &map, NULL))
        return (struct look){ .kind = LOOK_STREAM };
    struct look look = { LOOK_FILE, (int64_t)map.bytes.length, compression_of(map.bytes) };
    if (slice_starts_with(map.bytes, SLICE(FILE_MAGIC)))
        look.kind = LOOK_SEGMENT;
    else if (slice_starts_with(map.bytes, SLICE("SQLite format 3")))
        look.kind = LOOK_DATABASE;
    file_map_close(&map);
    return look;
}
