/* cache_log.c - the files that hold a cache's entries. */
#include "store/cache_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "stream/files.h"

static const char magic[8] = "GARNERCL";
enum { FORMAT_VERSION = 1, ENTRY_MAGIC = 0x454e5243, KEY_OFFSET = 16, SUM_OFFSET = 48, READ_BYTES = 1 << 20 };

void log_path(const char *folder, uint32_t number, struct buffer *path)
{
    buffer_reset(path);
    buffer_append_format(path, "%s/%08u.log", folder, number);
}

uint32_t log_number(const char *name)
{
    uint32_t number = 0;
    size_t i = 0;
    for (; i < 8 && name[i] >= '0' && name[i] <= '9'; i++)
        number = number * 10 + (uint32_t)(name[i] - '0');
    return i == 8 && strcmp(name + 8, ".log") == 0 ? number : 0;
}

static void put_32(char *place, uint32_t value)
{
    memcpy(place, &value, sizeof value); /* every machine that this builds for is little-endian */
}

static uint32_t get_32(const char *place)
{
    uint32_t value;
    memcpy(&value, place, sizeof value);
    return value;
}

bool log_create(const char *folder, uint32_t number, int *descriptor, struct error *error)
{
    char header[LOG_HEADER_BYTES] = { 0 };
    struct buffer path = { 0 };
    log_path(folder, number, &path);
    memcpy(header, magic, sizeof magic);
    put_32(header + sizeof magic, FORMAT_VERSION);
    *descriptor = open(buffer_string(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool is_good = *descriptor >= 0 || error_set_system(error, E_CREATE, errno, "%s", buffer_string(&path));
    if (is_good && pwrite(*descriptor, header, sizeof header, 0) != (ssize_t)sizeof header)
        is_good = error_set_system(error, E_IO, errno, "%s", buffer_string(&path));
    if (is_good && fdatasync(*descriptor) != 0)
        is_good = error_set_system(error, E_IO, errno, "%s", buffer_string(&path));
    is_good = is_good && folder_sync_of(buffer_string(&path), error);
    if (!is_good && *descriptor >= 0) {
        close(*descriptor);
        *descriptor = -1;
    }
    buffer_release(&path);
    return is_good;
}

size_t log_entry_bytes(size_t value_length)
{
    return (LOG_ENTRY_BYTES + value_length + LOG_ALIGNMENT - 1) / LOG_ALIGNMENT * LOG_ALIGNMENT;
}

/* Over the header in front of the checksum, and the value. */
static struct hash128 checksum(const char *header, struct slice value)
{
    struct hash128 parts[2] = { hash_128(slice_of(header, SUM_OFFSET)), hash_128(value) };
    return hash_128(slice_of((const char *)parts, sizeof parts));
}

void log_append_entry(struct buffer *text, const struct log_entry *entry)
{
    size_t bytes = log_entry_bytes(entry->value.length);
    char *place = buffer_reserve(text, bytes);
    memset(place, 0, LOG_ENTRY_BYTES);
    put_32(place, ENTRY_MAGIC);
    put_32(place + 4, entry->kind);
    put_32(place + 8, (uint32_t)entry->value.length);
    put_32(place + 12, entry->day);
    memcpy(place + KEY_OFFSET, entry->key.bytes, sizeof entry->key.bytes);
    if (entry->value.length)
        memcpy(place + LOG_ENTRY_BYTES, entry->value.bytes, entry->value.length);
    struct hash128 sum = checksum(place, slice_of(place + LOG_ENTRY_BYTES, entry->value.length));
    memcpy(place + SUM_OFFSET, &sum, sizeof sum);
    memset(place + LOG_ENTRY_BYTES + entry->value.length, 0, bytes - LOG_ENTRY_BYTES - entry->value.length);
    text->length += bytes;
}

size_t log_expected_bytes(struct slice bytes)
{
    if (bytes.length < LOG_ENTRY_BYTES || get_32(bytes.bytes) != ENTRY_MAGIC)
        return 0;
    uint32_t kind = get_32(bytes.bytes + 4), length = get_32(bytes.bytes + 8);
    return kind == 0 || kind > CACHE_KIND_MAXIMUM || length > CACHE_VALUE_MAXIMUM ? 0 : log_entry_bytes(length);
}

size_t log_parse_entry(struct slice bytes, struct log_entry *entry)
{
    size_t length = log_expected_bytes(bytes);
    if (!length || length > bytes.length)
        return 0;
    entry->kind = get_32(bytes.bytes + 4);
    entry->day = get_32(bytes.bytes + 12);
    entry->value = slice_of(bytes.bytes + LOG_ENTRY_BYTES, get_32(bytes.bytes + 8));
    memcpy(entry->key.bytes, bytes.bytes + KEY_OFFSET, sizeof entry->key.bytes);
    struct hash128 sum = checksum(bytes.bytes, entry->value);
    return memcmp(&sum, bytes.bytes + SUM_OFFSET, sizeof sum) == 0 ? length : 0;
}

/* What of the file lies in memory. */
struct window {
    int descriptor;
    const char *name;
    struct buffer bytes;
    int64_t start; /* offset of bytes in the file */
    bool is_at_end;
};

/* Makes `wanted` bytes from offset on available, as far as the file has them. */
static bool fill(struct window *window, int64_t offset, size_t wanted, struct slice *found, struct error *error)
{
    struct buffer *bytes = &window->bytes;
    size_t past = (size_t)(offset - window->start);
    if (past + wanted > bytes->length && !window->is_at_end) {
        if (past) {
            memmove(bytes->bytes, bytes->bytes + past, bytes->length - past);
            bytes->length -= past;
            window->start = offset;
            past = 0;
        }
        while (bytes->length < wanted) {
            size_t more = wanted - bytes->length > READ_BYTES ? wanted - bytes->length : READ_BYTES;
            char *place = buffer_reserve(bytes, more);
            ssize_t count = pread(window->descriptor, place, more, window->start + (int64_t)bytes->length);
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                return error_set_system(error, E_IO, errno, "%s", window->name);
            bytes->length += (size_t)count;
            window->is_at_end = count == 0;
            if (count == 0)
                break;
        }
    }
    *found = slice_from(buffer_slice(bytes), past);
    return true;
}

static bool scan_entries(struct window *window, int64_t offset, const struct log_scan *scan, int64_t *end,
                         struct error *error)
{
    *end = offset;
    for (;;) {
        struct slice bytes = { 0 };
        struct log_entry entry;
        if (!fill(window, offset, LOG_ENTRY_BYTES, &bytes, error))
            return false;
        if (bytes.length < LOG_ENTRY_BYTES)
            return true;
        size_t expected = log_expected_bytes(bytes);
        if (expected && !fill(window, offset, expected, &bytes, error))
            return false;
        size_t length = expected ? log_parse_entry(bytes, &entry) : 0;
        if (!length) {
            offset += LOG_ALIGNMENT; /* a good entry may still follow */
            continue;
        }
        if (offset > *end && scan->gap)
            scan->gap(scan->context, *end, offset - *end);
        entry.offset = offset;
        if (scan->entry)
            scan->entry(scan->context, &entry);
        offset += (int64_t)length;
        *end = offset;
    }
}

bool log_scan(int descriptor, const char *name, int64_t offset, const struct log_scan *scan, int64_t *end,
              struct error *error)
{
    struct window window = { .descriptor = descriptor, .name = name, .start = offset };
    bool is_good = scan_entries(&window, offset, scan, end, error);
    buffer_release(&window.bytes);
    return is_good;
}
