/* reader.h - the edge where lines become batches of records.
 *
 * Reads the inputs in order, splits them into lines, passes blank lines over, and keeps the stream's own lines from the
 * stages: an error line of a failed writer ends the stream with E_UPSTREAM, a seal is checked against the count of
 * records and swallowed. */
#ifndef CLI_READER_H
#define CLI_READER_H

#include "record/record.h"
#include "stream/input.h"

struct reader;

struct reader_settings {
    const char *const *paths; /* count of them; none: stdin */
    size_t count;
    bool is_sealed;    /* a stream without its seal is E_UNSEALED */
    bool is_live;      /* hand out what is there instead of waiting for full blocks */
    bool takes_arrays; /* an input that is a JSON array is a record for each element */
};

/* Opens the first input, so that a missing file is found before anything is written. Owned: reader_close(). */
struct reader *reader_open(const struct reader_settings *settings, struct error *error) MUST_CHECK;

/* *batch NULL at the end. Owned by the caller. On an error *batch may hold the whole records before it: they are used
 * first. */
bool reader_next(struct reader *reader, struct batch **batch, struct error *error) MUST_CHECK;

/* Whether reader_next() would wait for the other end of a pipe now. */
bool reader_would_wait(const struct reader *reader);
/* Waits until it would not, up to that many milliseconds; false: it still would. */
bool reader_wait(const struct reader *reader, int milliseconds);

/* The error line that the failed writer sent, to be passed on; empty when there was none. Borrowed. */
struct slice reader_error_line(const struct reader *reader);

/* Bytes consumed and known in all (-1 unknown): for progress. */
void reader_progress(const struct reader *reader, int64_t *done, int64_t *total);

void reader_close(struct reader *reader);

#endif
