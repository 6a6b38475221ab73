/* cache_fuzz.c - fuzz entry: an entry of a cache's log is whole and inside its bytes, or none. */
#include <stdint.h>
#include <stdlib.h>

#include "store/cache_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice log = slice_of((const char *)bytes, length);
    struct log_entry entry;
    for (size_t offset = 0; offset < length; offset += LOG_ALIGNMENT) {
        struct slice rest = slice_from(log, offset);
        size_t taken = log_parse_entry(rest, &entry);
        if (taken &&
            (taken > rest.length || taken != log_expected_bytes(rest) || entry.value.length + LOG_ENTRY_BYTES > taken))
            abort();
    }
    return 0;
}
