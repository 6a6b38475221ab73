/* writer_private.h - the inside of a writer, shared by writer.c, writer_run.c and commit.c. */
#ifndef INDEX_WRITER_PRIVATE_H
#define INDEX_WRITER_PRIVATE_H

#include "base/map.h"
#include "index/builder.h"
#include "index/reader.h"
#include "index/writer.h"

/* A segment on disk that no manifest names yet. */
struct pending_segment {
    struct sections_writer *file;
    struct file_seal seal;
    struct index_segment segment; /* mapped from the temporary */
    uint64_t *deleted;            /* NULL: all rows live */
    uint32_t deleted_count;
};

/* A row of the open run, copied. */
struct run_row {
    struct slice id;
    struct slice json;
    struct lexical_row lexical;
    const float *vector;
    float scale;
};

/* A row that the open run replaces. target: index into pending, or pending_count for the builder; when the builder is
 * flushed it becomes just that. */
struct replaced_row {
    size_t target;
    uint32_t row;
};

/* The rows of one document that have come so far. Nobody may see them before the run is complete, so they wait here.
 * When they outgrow memory they go on into the builder ("spilled"); what they replace waits for the end in any case. */
struct open_run {
    bool is_open;
    bool is_spilled;
    bool is_new_version; /* an id of it stood in an older run of the document, in this commit */
    struct buffer document;
    struct arena arena; /* of rows */
    struct run_row *rows;
    size_t count;
    size_t capacity;
    size_t published; /* rows of it that a commit during a pause made visible */
    struct replaced_row *replaced;
    size_t replaced_count;
    size_t replaced_capacity;
    size_t first_target; /* where its rows begin: target and row, once they left this struct */
    uint32_t first_row;
};

struct index_writer {
    struct arena arena; /* settings */
    char *folder;
    size_t memory;
    double wait_seconds;
    bool compacts;
    bool has_metric;
    bool has_index; /* there is a manifest */
    struct index_settings wanted;
    struct index_settings settings;
    bool is_settled; /* settings are those of an index with rows */
    struct open_run run;
    struct segment_builder *builder;
    uint64_t *builder_deleted;
    size_t builder_deleted_words;
    uint32_t builder_deleted_count;
    struct pending_segment *pending;
    size_t pending_count;
    size_t pending_capacity;
    struct map deletes; /* 'd' for a document, 'n' for a document or a row, then the id */
    struct map found;   /* of the latter, those that were there */
    struct arena scratch;
    struct index_changes changes;
};

/* writer.c. The builder becomes a pending segment. */
bool writer_flush(struct index_writer *writer, struct error *error) MUST_CHECK;
void writer_copy_settings(struct arena *arena, const struct index_settings *from, struct index_settings *to);
bool writer_settings_agree(const struct index_settings *ours, const struct index_settings *theirs,
                           struct error *error) MUST_CHECK;
void pending_release(struct pending_segment *pending);

/* writer_run.c. All rows of a run must be of the open one: whoever adds ends another one first. */
bool run_add(struct index_writer *writer, const struct index_new_row *row, struct error *error) MUST_CHECK;
bool run_end(struct index_writer *writer, struct error *error) MUST_CHECK;
/* Puts what there is of the open run into the builder and keeps it, too: unless it is spilled, or all of it was
 * published before. */
bool run_copy(struct index_writer *writer, struct error *error) MUST_CHECK;
/* Whether a row of that id is the first one of a new version, not one more of what a pause made visible: a live stream
 * may bring the same document for ever. */
bool run_begins_anew(const struct open_run *run, struct slice id);
void run_release(struct open_run *run);
/* Marks dead what this commit holds so far of a document, or the row of an id. true: there was something. */
bool writer_kill_document(struct index_writer *writer, struct slice document);
bool writer_kill_id(struct index_writer *writer, struct slice id);

/* Which neighbours to merge: fills [start, end) and returns true while there is something to do. rows: live rows of
 * each segment, oldest first. */
bool merge_plan(const uint32_t *rows, size_t count, size_t *start, size_t *end);

#endif
