/* pack.h - a record as bytes, and back: for what leaves its batch and comes again later, perhaps by way of a disk. */
#ifndef RECORD_PACK_H
#define RECORD_PACK_H

#include "record/record.h"

/* Names of input files, each kept once. The zeroed struct is empty. */
struct pack_files {
    char **names;
    size_t count, capacity;
};
void pack_files_release(struct pack_files *files);

/* Appends line, kind, origin and embedding. The file's name goes to files. */
void record_pack(const struct record *record, struct pack_files *files, struct buffer *output);

/* Appends the record to the batch, in whose arena it lives; files is borrowed for as long. packed: of record_pack(). */
struct record *record_unpack(struct batch *batch, struct slice packed, const struct pack_files *files);

#endif
