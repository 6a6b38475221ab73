/* manifest_fuzz.c - any bytes as the manifest of an index; the checksum is put right first. */
#include <inttypes.h>

#include "base/hash.h"
#include "index/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    struct buffer sealed = { 0 };
    buffer_append_slice(&sealed, slice_between(text, 0, slice_find_byte(text, '\n')));
    buffer_append_byte(&sealed, '\n');
    uint64_t checksum = hash_64(buffer_slice(&sealed), 0);
    buffer_append_format(&sealed, "{\"checksum\":\"%016" PRIx64 "\"}\n", checksum);
    struct arena arena = { 0 };
    struct manifest manifest;
    struct error error = { 0 };
    if (manifest_parse(buffer_slice(&sealed), "manifest", &arena, &manifest, &error)) {
        buffer_reset(&sealed);
        manifest_render(&manifest, &sealed);
    }
    (void)!manifest_parse(text, "manifest", &arena, &manifest, NULL);
    buffer_release(&sealed);
    arena_release(&arena);
    return 0;
}
