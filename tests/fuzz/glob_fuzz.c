/* glob_fuzz.c - fuzz entry: the lines of a .gitignore, and behind an empty line the paths that are asked for. */
#include <stdint.h>

#include "document/glob.h"
#include "document/member.h"
#include "document/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice input = slice_of((const char *)bytes, length);
    size_t gap = slice_find(input, SLICE("\n\n"));
    struct slice patterns = slice_between(input, 0, gap), paths = slice_from(input, gap + 2);
    struct glob_list ignored = { 0 }, given = { 0 };
    struct error error;
    glob_list_parse_ignore(&ignored, patterns);
    while (patterns.length > 0) {
        size_t end = slice_find_byte(patterns, '\n');
        (void)!glob_list_add(&given, slice_between(patterns, 0, end), &error);
        patterns = slice_from(patterns, end + 1);
    }
    struct buffer name = { 0 };
    while (paths.length > 0) {
        size_t end = slice_find_byte(paths, '\n');
        struct slice path = slice_between(paths, 0, end);
        bool is_folder = slice_ends_with(path, SLICE("/"));
        enum glob_answer own = glob_list_ask(&ignored, path, is_folder);
        enum glob_answer way = glob_list_ask_way(&ignored, path, is_folder);
        ENSURE(own == way || way == GLOB_YES); /* only a folder on the way makes a difference */
        glob_list_ask_way(&given, path, is_folder);
        buffer_reset(&name);
        member_append_name(&name, path);
        ENSURE(name.length > 0 && name.bytes[0] != '/' && !slice_equal(buffer_slice(&name), SLICE("..")));
        ENSURE(!slice_starts_with(buffer_slice(&name), SLICE("../")));
        paths = slice_from(paths, end + 1);
    }
    buffer_release(&name);
    glob_list_release(&ignored);
    glob_list_release(&given);
    return 0;
}
