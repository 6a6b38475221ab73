/* run_file.h - sorted runs of items in one nameless temporary file. Private to the module.
 *
 * An item is written as key length and payload length (base 128, low group first), key, payload. */
#ifndef SPILL_RUN_FILE_H
#define SPILL_RUN_FILE_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

enum { RUN_BUFFER_BYTES = 256 * 1024 };

struct run_extent {
    uint64_t offset, length;
};

struct run_file {
    int descriptor; /* -1: not made yet */
    uint64_t length;
    struct buffer pending; /* at the end of the file, not written yet */
    struct run_extent *runs;
    size_t count, capacity;
};

void run_file_init(struct run_file *file);
void run_file_release(struct run_file *file);

/* A run is begun, filled and ended. Errors: E_CREATE, E_IO. */
bool run_file_begin(struct run_file *file, struct error *error) MUST_CHECK;
bool run_file_put(struct run_file *file, struct slice key, struct slice payload, struct error *error) MUST_CHECK;
bool run_file_end(struct run_file *file, struct error *error) MUST_CHECK;

/* Reads a run from its start. */
struct run_reader {
    const struct run_file *file;
    uint64_t next, end; /* in the file: behind what the buffer holds */
    struct buffer buffer;
    size_t place; /* in the buffer: behind the current item */
    struct slice key, payload;
};

void run_reader_open(struct run_reader *reader, const struct run_file *file, size_t number);
void run_reader_close(struct run_reader *reader);
/* The next item, borrowed until the next call. Errors: E_IO. */
bool run_reader_next(struct run_reader *reader, bool *has_item, struct error *error) MUST_CHECK;

#endif
