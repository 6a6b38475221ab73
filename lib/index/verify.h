/* verify.h - whether an index is whole, and what it holds as one number. */
#ifndef INDEX_VERIFY_H
#define INDEX_VERIFY_H

#include "base/hash.h"
#include "index/reader.h"

/* Reads every byte of every file that the manifest names: checksums, then the structure of each section, then that ids,
 * documents, records and counts agree. Calls report for each fault (at most 20 a file) and goes on with the next
 * section; returns how many there were. */
size_t index_verify(const char *folder, void (*report)(void *context, const struct error *error), void *context);

/* A hash of what the live rows hold, in order of id: id, record, vector. Equal for equal content, however it came in.
 */
bool index_digest(const struct index *index, struct hash128 *digest, struct error *error) MUST_CHECK;

#endif
