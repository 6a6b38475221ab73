/* shard_tar.h - members of a ustar archive that are the same bytes every day.
 *
 * Source: POSIX.1-2008 pax, "ustar Interchange Format". */
#ifndef DATASET_SHARD_TAR_H
#define DATASET_SHARD_TAR_H

#include <stddef.h>
#include <stdint.h>

enum { SHARD_TAR_BLOCK = 512, SHARD_TAR_END = 2 * SHARD_TAR_BLOCK /* zeros that end an archive */ };

/* The header of row number's member, of so many bytes (below 8 GiB): mode 0644, owner 0, time 0. */
void shard_tar_header(uint64_t number, uint64_t bytes, char header[SHARD_TAR_BLOCK]);

/* Zeros behind a member's content. */
static inline size_t shard_tar_padding(size_t bytes)
{
    return (SHARD_TAR_BLOCK - bytes % SHARD_TAR_BLOCK) % SHARD_TAR_BLOCK;
}

#endif
