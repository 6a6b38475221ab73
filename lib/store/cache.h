/* cache.h - answers of models, kept by what was asked.
 *
 * A folder (mode 0700) of append-only logs and one table of places, both mode 0600, since they hold users' texts:
 *
 *     lock             flock for the time of one commit; many processes share a cache
 *     00000001.log ... header of 64 bytes; then entries {magic, kind, length, day, key[32], xxh128, value, zeros to 16}
 *     table            slots of 8 bytes, open addressing, mapped; derived from the logs and made anew when it is lost
 *
 * An entry is written under the lock at once and is durable after cache_commit() (fdatasync; group commit: many puts,
 * one sync). Lookups take no lock: a slot only says where to look, and an entry counts when its key and checksum are
 * right. A writer that dies in the middle of an entry leaves a torn tail: the next writer cuts it off and says so. A
 * damaged entry inside is passed over and named by cache_verify(). No WAL, no memory-mapped writes to a log: network
 * file systems with working flock are fine.
 *
 * Keys say everything that determines an answer and nothing else: not batch, encoding, URL or API key. A value is
 * bytes; an error is never put. Entries are not changed: a later put of the same key is ignored. One thread per handle.
 */
#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include "base/arena.h"
#include "base/error.h"

enum cache_kind {
    CACHE_VECTOR = 1, /* value: little-endian float32 */
    CACHE_CHAT = 2,   /* value: JSON text */
    CACHE_RERANK = 3, /* value: little-endian float32, the score */
    CACHE_PROBE = 4   /* value: the vector of the probe text, by which changed weights are noticed */
};
enum { CACHE_KIND_MAXIMUM = 15, CACHE_VALUE_MAXIMUM = 64 * 1024 * 1024 };

struct cache_key {
    unsigned char bytes[32];
};

/* The key of some parts, in their order: SHA-256 over a version byte, the kind and the length-prefixed parts (DESIGN
 * section 9: dialect, model, scope, dimension, ...). After digest_load(). */
void cache_key_make(enum cache_kind kind, const struct slice *parts, size_t count, struct cache_key *key);

/* The same for many keys that share all parts but the last: the common part is put together once. */
struct cache_key_prefix {
    struct buffer text;
};
void cache_key_prefix_make(enum cache_kind kind, const struct slice *parts, size_t count,
                           struct cache_key_prefix *prefix);
void cache_key_finish(struct cache_key_prefix *prefix, struct slice last, struct cache_key *key);
void cache_key_prefix_release(struct cache_key_prefix *prefix);

struct cache_settings {
    const char *folder;    /* made if need be, with 0700 */
    bool is_read_only;     /* nothing is made or changed; a cache that is not there is empty */
    double maximum_age;    /* days: whole logs whose newest entry is older are removed at open; 0: never */
    int64_t maximum_bytes; /* oldest logs are removed beyond; 0: no limit */
    void (*notice)(void *context, const char *message); /* what was recovered or removed; may be NULL */
    void *notice_context;
};

struct cache;

/* Owned: cache_close(). Errors: E_CREATE, E_IO, E_DATA (the folder is something else), E_UNAVAILABLE (no libcrypto). */
struct cache *cache_open(const struct cache_settings *settings, struct error *error) MUST_CHECK;

/* Whether an answer is there; value: arena. Errors: E_IO. Cost: about a microsecond and one pread. */
bool cache_get(struct cache *cache, enum cache_kind kind, const struct cache_key *key, struct arena *arena,
               struct slice *value, bool *is_found, struct error *error) MUST_CHECK;

struct cache_entry {
    enum cache_kind kind;
    const struct cache_key *key;
    struct slice value; /* at most CACHE_VALUE_MAXIMUM */
};

/* Writes answers: they survive the end of this process from now on, and a power cut after the next cache_commit(). The
 * call commits by itself when the last commit is half a second or 16 MiB ago. Errors: E_IO. */
bool cache_put(struct cache *cache, const struct cache_entry *entries, size_t count, struct error *error) MUST_CHECK;
bool cache_commit(struct cache *cache, struct error *error) MUST_CHECK;

struct cache_counters {
    int64_t hits, misses, puts;
};
const struct cache_counters *cache_counters(const struct cache *cache);

/* Commits what is left as well as it can, and closes. */
void cache_close(struct cache *cache);

/* Where the user's cache is: what was said, else $XDG_CACHE_HOME/garner, else ~/.cache/garner; arena. NULL for "none",
 * or when there is no home. */
const char *cache_default_folder(const char *said, struct arena *arena);

/* Whether a folder is such a cache. */
bool cache_is_one(const char *folder);

struct cache_info {
    int64_t logs, bytes;
    int64_t entries[CACHE_KIND_MAXIMUM + 1]; /* by kind; the same key twice counts twice */
    int64_t value_bytes[CACHE_KIND_MAXIMUM + 1];
    int64_t oldest_day, newest_day; /* days since 1970; 0 when it is empty */
    int64_t damaged, torn_bytes;    /* entries that are not whole; bytes behind the last good entry of a log */
};

/* Reads every entry and checks it. fault (may be NULL) is called for each that is not whole, with its file and offset.
 * Takes no lock. Errors: E_NO_INPUT, E_IO, E_DATA (no cache). */
bool cache_verify(const char *folder, void (*fault)(void *context, const struct error *fault), void *context,
                  struct cache_info *info, struct error *error) MUST_CHECK;

#endif
