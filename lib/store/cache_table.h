/* cache_table.h - where each entry of a cache lies: a mapped hash table that many processes share. Private to the
 * module.
 *
 * Writers hold the cache's lock; readers take none. A slot is written key first and place last, and only says where to
 * look: whoever looks checks the entry's own key and checksum. The header says up to where the logs are in the table,
 * so what a dead writer left out is read from there; and up to where the table is known to be on the disk, which counts
 * after the machine went down. A table that is lost or damaged is made anew. */
#ifndef STORE_CACHE_TABLE_H
#define STORE_CACHE_TABLE_H

#include "store/cache.h"

struct table_header; /* in the file */

struct table_place {
    uint32_t log;
    int64_t offset;
};

struct cache_table {
    struct table_header *header; /* mapped; NULL when it is not open */
    size_t bytes;
    uint64_t slots; /* a power of two */
};

/* Maps the folder's table if there is a sound one of this boot or one that was closed well. *is_stale: the machine was
 * started anew since, so logs must be read from table_synced() on. false without error->code: there is none. */
bool table_open(const char *folder, bool is_read_only, struct cache_table *table, bool *is_stale, struct error *error);
/* A new and empty one, in place of another. */
bool table_create(const char *folder, uint64_t slots, struct cache_table *table, struct error *error) MUST_CHECK;
/* Copies all into one of twice the size. */
bool table_grow(const char *folder, struct cache_table *table, struct error *error) MUST_CHECK;
/* Another process put a newer one in place. */
bool table_is_superseded(const struct cache_table *table);

bool table_is_full(const struct cache_table *table);
/* Replaces the place when that key is there. Not for a full one. */
void table_insert(struct cache_table *table, const struct cache_key *key, struct table_place place);
/* The next place that may hold the key; *probe begins at 0 and is the iteration's. */
bool table_find(const struct cache_table *table, const struct cache_key *key, uint64_t *probe,
                struct table_place *place);

/* Up to where entries are in the table. */
struct table_place table_end(const struct cache_table *table);
void table_set_end(struct cache_table *table, struct table_place end);
struct table_place table_synced(const struct cache_table *table);
/* Makes all of it durable. Errors are not told: then the logs are read again one day. */
void table_sync(struct cache_table *table);

void table_close(struct cache_table *table);

#endif
