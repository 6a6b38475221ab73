/* cache_log.h - the files that hold a cache's entries. Private to the module.
 *
 * A log is a header of 64 bytes and entries, all little-endian, each on a multiple of 16 bytes. Nothing in a log is
 * trusted: an entry counts when its checksum, over all of it but the checksum, is right. */
#ifndef STORE_CACHE_LOG_H
#define STORE_CACHE_LOG_H

#include "store/cache.h"

enum {
    LOG_HEADER_BYTES = 64,
    LOG_ENTRY_BYTES = 64, /* in front of a value */
    LOG_ALIGNMENT = 16,
    LOG_NUMBER_MAXIMUM = 99999999
};
#define LOG_BYTES_MAXIMUM ((int64_t)256 << 20) /* a new one is begun beyond */

struct log_entry {
    uint32_t kind;
    uint32_t day; /* since 1970 */
    struct cache_key key;
    struct slice value;
    int64_t offset; /* of the entry in its log */
};

/* "00000001.log" in folder. */
void log_path(const char *folder, uint32_t number, struct buffer *path);
/* The number in a file's name, 0 when it is no log. */
uint32_t log_number(const char *name);

/* Creates it, 0600, with its header, durably. Errors: E_CREATE, E_IO. */
bool log_create(const char *folder, uint32_t number, int *descriptor, struct error *error) MUST_CHECK;

/* Bytes of an entry with such a value, padded. */
size_t log_entry_bytes(size_t value_length);
void log_append_entry(struct buffer *text, const struct log_entry *entry);

/* The entry at the start of bytes. 0: not whole or not one; else its length. */
size_t log_parse_entry(struct slice bytes, struct log_entry *entry);
/* How long the entry would be that begins there, by its header alone; 0: no header of an entry. */
size_t log_expected_bytes(struct slice bytes);

/* Walks over the entries from offset to the end of the file. *end: behind the last good one. Each gap in front of a
 * good entry is told to `gap`; bytes behind the last good one are not. Callbacks may be NULL. Errors: E_IO. */
struct log_scan {
    void *context;
    void (*entry)(void *context, const struct log_entry *entry);
    void (*gap)(void *context, int64_t offset, int64_t bytes);
};
bool log_scan(int descriptor, const char *name, int64_t offset, const struct log_scan *scan, int64_t *end,
              struct error *error) MUST_CHECK;

#endif
