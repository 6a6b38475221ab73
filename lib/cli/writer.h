/* writer.h - the edge where records become lines. */
#ifndef CLI_WRITER_H
#define CLI_WRITER_H

#include "base/hash.h"
#include "record/stage.h"
#include "stream/output.h"

struct writer {
    struct output *output;      /* NULL: a dry run, or the last stage is terminal */
    struct hash_stream *digest; /* of the bytes written, when a summary is wanted */
    int64_t records;
    struct buffer scratch;
};

/* Renders embedding columns into text: done on a worker, since printing floats is the dear part. */
void writer_render(struct batch *batch);

/* FLOW_STOP when the reader left. Does not take the batch over. */
enum flow writer_write(struct writer *writer, const struct batch *batch, struct error *error);
enum flow writer_line(struct writer *writer, struct slice line, struct error *error);

#endif
