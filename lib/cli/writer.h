/* writer.h - the edge where records become lines: of one output, or of several. */
#ifndef CLI_WRITER_H
#define CLI_WRITER_H

#include "base/hash.h"
#include "record/stage.h"
#include "stream/output_set.h"

/* What one output got. */
struct writer_part {
    struct output *output;
    struct hash_stream *digest; /* of the bytes written, when a summary is wanted */
    int64_t records;
};

struct writer {
    struct writer_part whole; /* output NULL: a dry run, the last stage is terminal, or there are several */
    struct output_set *set;   /* not NULL: parts */
    struct writer_part *parts;
    size_t part_count, part_capacity;
    bool has_digest;
    struct buffer scratch;
};

void writer_release(struct writer *writer);

/* One part for each output of the set, also for those that got nothing so far. */
void writer_update_parts(struct writer *writer);

/* Renders embedding columns into text: done on a worker, since printing floats is the dear part. */
void writer_render(struct batch *batch);

/* FLOW_STOP when the reader left. Does not take the batch over. */
enum flow writer_write(struct writer *writer, const struct batch *batch, struct error *error);
/* To every output. */
enum flow writer_line(struct writer *writer, struct slice line, struct error *error);
/* The last line of every output: {"garner":{"end":{"records":N}}}. */
enum flow writer_seal(struct writer *writer, struct error *error);

#endif
