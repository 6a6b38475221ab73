/* spool.h - byte strings put down in order and read again anywhere.
 *
 * The first ones stay in memory, the others go to a nameless file in $TMPDIR (else /tmp). Not thread safe. */
#ifndef SPILL_SPOOL_H
#define SPILL_SPOOL_H

#include "base/buffer.h"
#include "base/error.h"

struct spool;

/* memory: bytes that stay. Owned: spool_free(). */
struct spool *spool_create(size_t memory);
void spool_free(struct spool *spool);

/* *place: what spool_get() wants. Errors: E_CREATE, E_IO. */
bool spool_put(struct spool *spool, struct slice bytes, uint64_t *place, struct error *error) MUST_CHECK;

/* The same of a string in two parts. */
bool spool_put_both(struct spool *spool, struct slice first, struct slice second, uint64_t *place,
                    struct error *error) MUST_CHECK;

/* The string there into output, which is emptied first. Errors: E_IO. */
bool spool_get(struct spool *spool, uint64_t place, struct buffer *output, struct error *error) MUST_CHECK;

/* Reads all strings in order. The zeroed struct stands before the first one; the spool must not grow meanwhile. */
struct spool_reader {
    uint64_t place, window_place;
    struct buffer window; /* read ahead */
};
/* The next string, borrowed until the next call; *has_item false: there is none. Errors: E_IO. */
bool spool_next(struct spool *spool, struct spool_reader *reader, struct slice *bytes, bool *has_item,
                struct error *error) MUST_CHECK;
void spool_reader_release(struct spool_reader *reader);

uint64_t spool_spilled(const struct spool *spool);

#endif
