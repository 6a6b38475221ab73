/* cache_table.c - where each entry of a cache lies. */
#include "store/cache_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "stream/files.h"

enum { FORMAT_VERSION = 1, HEADER_BYTES = 4096, BOOT_BYTES = 36 };
#define SLOTS_MAXIMUM ((uint64_t)1 << 32)
static const char magic[8] = "GARNERCT";

struct table_header {
    char magic[8];
    uint32_t version;
    _Atomic uint32_t is_superseded;
    uint64_t slots;
    uint64_t used;
    uint32_t end_log, synced_log;
    int64_t end_offset, synced_offset;
    char boot[BOOT_BYTES + 4];
};

/* place: log << 32 | offset / 16; 0: free. */
struct slot {
    _Atomic uint64_t key;
    _Atomic uint64_t place;
};

static struct slot *slots_of(const struct cache_table *table)
{
    return (struct slot *)(void *)((char *)table->header + HEADER_BYTES);
}

static void table_path(const char *folder, struct buffer *path)
{
    buffer_reset(path);
    buffer_append_format(path, "%s/table", folder);
}

/* Which start of the machine this is: after another one, pages that were never written out are lost. */
static void read_boot(char boot[BOOT_BYTES + 4])
{
    struct buffer text = { 0 };
    struct error ignored;
    memset(boot, 0, BOOT_BYTES + 4);
    if (file_read("/proc/sys/kernel/random/boot_id", 256, "a boot id", &text, &ignored))
        memcpy(boot, text.bytes, text.length < BOOT_BYTES ? text.length : BOOT_BYTES);
    buffer_release(&text);
}

static bool map(int descriptor, bool is_read_only, struct cache_table *table)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || status.st_size < HEADER_BYTES)
        return false;
    table->bytes = (size_t)status.st_size;
    void *bytes =
        mmap(NULL, table->bytes, is_read_only ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (bytes == MAP_FAILED)
        return false;
    table->header = bytes;
    table->slots = table->header->slots;
    bool is_sound =
        memcmp(table->header->magic, magic, sizeof magic) == 0 && table->header->version == FORMAT_VERSION &&
        table->slots > 0 && table->slots <= SLOTS_MAXIMUM && (table->slots & (table->slots - 1)) == 0 &&
        table->bytes == HEADER_BYTES + table->slots * sizeof(struct slot) && table->header->used < table->slots;
    if (!is_sound)
        table_close(table);
    return is_sound;
}

bool table_open(const char *folder, bool is_read_only, struct cache_table *table, bool *is_stale, struct error *error)
{
    struct buffer path = { 0 };
    char boot[BOOT_BYTES + 4];
    error_reset(error);
    table_path(folder, &path);
    int descriptor = open(buffer_string(&path), (is_read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    int cause = errno;
    bool is_open = descriptor >= 0 && map(descriptor, is_read_only, table);
    if (descriptor >= 0)
        close(descriptor);
    else if (cause != ENOENT)
        error_set_system(error, E_IO, cause, "%s", buffer_string(&path));
    buffer_release(&path);
    if (!is_open)
        return false;
    read_boot(boot);
    *is_stale = memcmp(boot, table->header->boot, sizeof boot) != 0;
    return true;
}

/* An empty one under a temporary name. */
static bool make(const char *path, uint64_t slots, struct cache_table *table, int *descriptor, struct error *error)
{
    off_t bytes = (off_t)(HEADER_BYTES + slots * sizeof(struct slot));
    *descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (*descriptor < 0)
        return error_set_system(error, E_CREATE, errno, "%s", path);
    if (ftruncate(*descriptor, bytes) != 0)
        return error_set_system(error, E_IO, errno, "%s", path);
    void *place = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, *descriptor, 0);
    if (place == MAP_FAILED)
        return error_set_system(error, E_IO, errno, "%s", path);
    *table = (struct cache_table){ place, (size_t)bytes, slots };
    memcpy(table->header->magic, magic, sizeof magic);
    table->header->version = FORMAT_VERSION;
    table->header->slots = slots;
    read_boot(table->header->boot);
    return true;
}

/* The file is sparse until it is filled, and a full disk would be a SIGBUS: so its room is asked for. */
static bool reserve(int descriptor, size_t bytes, const char *path, struct error *error)
{
    int cause = posix_fallocate(descriptor, 0, (off_t)bytes);
    return cause == 0 || cause == EOPNOTSUPP || cause == EINVAL || error_set_system(error, E_IO, cause, "%s", path);
}

/* Makes a table of so many slots, filled from `old` (NULL: empty), and puts it in place. */
static bool replace(const char *folder, uint64_t slots, const struct cache_table *old, struct cache_table *table,
                    struct error *error)
{
    struct buffer path = { 0 }, temporary = { 0 };
    int descriptor = -1;
    table_path(folder, &path);
    buffer_append_format(&temporary, "%s.tmp.%ld", buffer_string(&path), (long)getpid());
    int handle = temporary_register(buffer_string(&temporary));
    bool is_good = make(buffer_string(&temporary), slots, table, &descriptor, error) &&
                   reserve(descriptor, table->bytes, buffer_string(&temporary), error);
    for (uint64_t i = 0; is_good && old && i < old->slots; i++) {
        const struct slot *slot = &slots_of(old)[i];
        uint64_t place = atomic_load_explicit(&slot->place, memory_order_relaxed);
        struct cache_key key = { { 0 } };
        uint64_t start = atomic_load_explicit(&slot->key, memory_order_relaxed);
        memcpy(key.bytes, &start, sizeof start);
        if (place)
            table_insert(table, &key,
                         (struct table_place){ (uint32_t)(place >> 32), (int64_t)(place & UINT32_MAX) * 16 });
    }
    if (is_good && old) {
        table_set_end(table, table_end(old));
        table->header->synced_log = old->header->synced_log;
        table->header->synced_offset = old->header->synced_offset;
    }
    if (descriptor >= 0)
        close(descriptor);
    if (is_good && rename(buffer_string(&temporary), buffer_string(&path)) != 0)
        is_good = error_set_system(error, E_CREATE, errno, "%s", buffer_string(&path));
    if (!is_good) {
        unlink(buffer_string(&temporary));
        table_close(table);
    }
    if (handle >= 0)
        temporary_forget(handle);
    buffer_release(&path);
    buffer_release(&temporary);
    return is_good;
}

bool table_create(const char *folder, uint64_t slots, struct cache_table *table, struct error *error)
{
    return replace(folder, slots, NULL, table, error);
}

bool table_grow(const char *folder, struct cache_table *table, struct error *error)
{
    struct cache_table larger = { 0 };
    if (!replace(folder, table->slots * 2, table, &larger, error))
        return false;
    atomic_store(&table->header->is_superseded, 1);
    table_close(table);
    *table = larger;
    return true;
}

bool table_is_superseded(const struct cache_table *table)
{
    return atomic_load_explicit(&table->header->is_superseded, memory_order_relaxed) != 0;
}

bool table_is_full(const struct cache_table *table)
{
    return (table->header->used + 1) * 10 > table->slots * 6;
}

static uint64_t start_of(const struct cache_key *key)
{
    uint64_t start;
    memcpy(&start, key->bytes, sizeof start);
    return start;
}

void table_insert(struct cache_table *table, const struct cache_key *key, struct table_place place)
{
    struct slot *slots = slots_of(table);
    uint64_t start = start_of(key), packed = (uint64_t)place.log << 32 | (uint64_t)(place.offset / 16);
    for (uint64_t probe = 0; probe < table->slots; probe++) { /* bounded: a damaged table may have no free slot */
        uint64_t i = (start + probe) & (table->slots - 1);
        bool is_free = atomic_load_explicit(&slots[i].place, memory_order_relaxed) == 0;
        if (!is_free && atomic_load_explicit(&slots[i].key, memory_order_relaxed) != start)
            continue;
        atomic_store_explicit(&slots[i].key, start, memory_order_relaxed);
        atomic_store_explicit(&slots[i].place, packed, memory_order_release);
        table->header->used += is_free;
        return;
    }
}

bool table_find(const struct cache_table *table, const struct cache_key *key, uint64_t *probe,
                struct table_place *place)
{
    const struct slot *slots = slots_of(table);
    uint64_t start = start_of(key);
    while (*probe < table->slots) {
        const struct slot *slot = &slots[(start + (*probe)++) & (table->slots - 1)];
        uint64_t packed = atomic_load_explicit(&slot->place, memory_order_acquire);
        if (!packed)
            return false;
        if (atomic_load_explicit(&slot->key, memory_order_relaxed) != start)
            continue;
        *place = (struct table_place){ (uint32_t)(packed >> 32), (int64_t)(packed & UINT32_MAX) * 16 };
        return true;
    }
    return false;
}

struct table_place table_end(const struct cache_table *table)
{
    return (struct table_place){ table->header->end_log, table->header->end_offset };
}

void table_set_end(struct cache_table *table, struct table_place end)
{
    ENSURE(table->header);
    table->header->end_log = end.log;
    table->header->end_offset = end.offset;
}

struct table_place table_synced(const struct cache_table *table)
{
    return (struct table_place){ table->header->synced_log, table->header->synced_offset };
}

void table_sync(struct cache_table *table)
{
    struct table_header *header = table->header;
    if (msync(header, table->bytes, MS_SYNC) != 0)
        return;
    header->synced_log = header->end_log;
    header->synced_offset = header->end_offset;
    read_boot(header->boot);
    msync(header, HEADER_BYTES, MS_SYNC);
}

void table_close(struct cache_table *table)
{
    if (table->header)
        munmap(table->header, table->bytes);
    *table = (struct cache_table){ 0 };
}
