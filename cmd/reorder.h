/* reorder.h - what the tools share that hold all records back and let them go in another order: sort, shuffle, sample.
 *
 * Two stages. The first, on all workers, checks each record and makes its key; the second, in one thread, puts both
 * into a sorter (spill/sorter.h), and gives the records back when the input has ended. Tombstones are not held back:
 * they go on before everything else, as they must stand before what replaces them. Marks come last, as they say that
 * what they are about stands before them. */
#ifndef CMD_REORDER_H
#define CMD_REORDER_H

#include "record/pack.h"
#include "record/stage.h"
#include "spill/sorter.h"

/* Rows of a table for struct `type` with a member `int64_t memory`. */
#define REORDER_MEMORY_ROW(type)                                                                                       \
    {                                                                                                                  \
        .name = "memory", OPTION_FIELD(type, memory), .meaning = MEANING_BYTES, .argument = "SIZE", .initial = "256M", \
        .minimum = SORTER_MEMORY_MINIMUM, .maximum = (double)((int64_t)1 << 40),                                       \
        .help = "memory for records; more go to a temporary file in $TMPDIR"                                           \
    }

/* Appends the key of one record, or fails with an error of that record. worker: of the push. */
typedef bool reorder_make(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                          struct buffer *key, struct error *error);

/* The first stage: checks every record of a batch, rejects what is none, and makes keys. Tombstones and marks get an
 * empty one. batch->payload: of each record that is left its key, a struct slice; arena of the batch. */
enum flow reorder_make_keys(struct stage *stage, unsigned worker, struct batch *batch, reorder_make *make,
                            struct sink *sink, struct error *error);

/* The second: takes a record and its key; what goes on now it appends to the batch. */
typedef bool reorder_take(struct stage *stage, struct batch *batch, struct record *record, struct slice key,
                          struct error *error);

/* Takes all records of a batch, in order, and hands on what was appended. Errors: those of take. */
enum flow reorder_take_all(struct stage *stage, struct batch *batch, reorder_take *take, struct sink *sink,
                           struct error *error);

struct reorder {
    struct sorter *sorter;
    struct pack_files files;
    struct buffer packed;
    struct buffer marks; /* lines of them */
};

void reorder_open(struct reorder *reorder, int64_t memory);
void reorder_close(struct reorder *reorder);

/* Holds a record back under a key. Errors: those of sorter_add(). */
bool reorder_add(struct reorder *reorder, struct slice key, const struct record *record,
                 struct error *error) MUST_CHECK;

/* What is no data: tombstones go on in the batch, marks are held back. */
void reorder_pass(struct reorder *reorder, struct batch *batch, const struct record *record);

/* Appends the first of the marks (lines of reorder->marks) and takes it off; false: there is none left. */
bool reorder_next_mark(struct slice *marks, struct batch *batch);

/* Emits the batch when it is large, and begins another one: *batch, which need not exist, is one to append to. On
 * anything but FLOW_OK there is none. */
enum flow reorder_batch(struct sink *sink, struct batch **batch, struct error *error);

/* Lets all go in order, in batches, marks last. decide (may be NULL: all): whether a record goes on; what does not it
 * has dropped.
 */
enum flow reorder_release(struct stage *stage, struct reorder *reorder,
                          bool (*decide)(struct stage *stage, struct batch *batch, struct slice key,
                                         const struct record *record),
                          struct sink *sink, struct error *error);

#endif
