/* seen.h - the first row of each fingerprint, in a given memory.
 *
 * Open addressing over 32 bytes an entry, and the labels of the rows beside it. Once something did not fit the table
 * takes nothing more, so that no later row can pass for the first one. Not thread safe. */
#ifndef CURATE_SEEN_H
#define CURATE_SEEN_H

#include "base/buffer.h"
#include "base/hash.h"

struct seen;

/* memory: bytes for all of it, while it grows too. Owned: seen_free(). */
struct seen *seen_create(size_t memory);
void seen_free(struct seen *seen);

enum seen_answer { SEEN_BEFORE, SEEN_FIRST, SEEN_FULL };

/* Looks the fingerprint up, and takes it in if it is new. SEEN_BEFORE: *row and *label are those of the first one,
 * borrowed until the next call. */
enum seen_answer seen_take(struct seen *seen, struct hash128 hash, uint64_t *row, struct slice *label);

/* Looks the fingerprint up and takes nothing in. *row: of the first one. */
bool seen_look(const struct seen *seen, struct hash128 hash, uint64_t *row);

/* Asks for the line of the cache that seen_take() will look at. */
void seen_prefetch(const struct seen *seen, struct hash128 hash);

uint64_t seen_count(const struct seen *seen);

#endif
