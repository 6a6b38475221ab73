/* writer.h - changes to an index: rows in, old versions out, one commit.
 *
 * Nothing is visible before index_writer_commit(). Rows are gathered in memory and go to temporary segment files when
 * they fill it. A commit takes the lock, reads the manifest as it is now, marks as dead what the new rows replace,
 * publishes the segments, then the manifest; so several writers may work at once and only their commits queue. When it
 * fails, the index is as it was.
 *
 * Replacing: the rows of a document that arrive in one commit take the place of all rows that earlier commits hold of
 * it. Inside a commit rows of a document add up, in one run or in several; when a row's id comes again, that is a new
 * version of the document, and the rows of its older runs go. One thread. */
#ifndef INDEX_WRITER_H
#define INDEX_WRITER_H

#include "index/lexical.h"
#include "index/manifest.h"
#include "json/json.h"

struct index_writer;

struct index_writer_settings {
    const char *folder;
    size_t memory;       /* bytes to gather before a segment goes to disk; 0 for WRITER_MEMORY_DEFAULT */
    double wait_seconds; /* for the lock; negative: for ever */
    /* What the caller asks for; "" or 0 members take what the index has, or the default in a new one. Asking for
     * another language, metric, prefix or field list than an index with rows has is an error: E_INDEX_SETTINGS. */
    struct index_settings wanted;
    bool has_metric;
    bool compacts; /* the commit merges all segments and drops dead rows */
};

enum { WRITER_MEMORY_DEFAULT = 256 * 1024 * 1024 };

/* What changed, over all commits of this writer. */
struct index_changes {
    int64_t added;   /* rows */
    int64_t removed; /* rows that became dead */
    int64_t documents_added;
    int64_t documents_replaced;
    int64_t documents_deleted;
    int64_t commits;
    int64_t row_count;      /* live rows after the last commit */
    int64_t document_count; /* runs of rows, dead ones too; for information */
    int64_t merged_segments;
};

/* Makes the folder when it is missing. Reads the manifest to settle settings early. Owned: index_writer_close().
 * Errors: E_CREATE, E_INDEX_DAMAGED, E_INDEX_FORMAT, E_INDEX_SETTINGS. */
struct index_writer *index_writer_open(const struct index_writer_settings *settings, struct error *error) MUST_CHECK;

/* The settings in force: those of the index, or those that the first rows settled. Borrowed. */
const struct index_settings *index_writer_settings_of(const struct index_writer *writer);

/* One row as a tool hands it over; all borrowed for the call. */
struct index_new_row {
    struct slice id;       /* 1 to STRING_BYTES_MAXIMUM bytes */
    struct slice document; /* of which document; equal to id for one that stands alone */
    struct slice json;     /* the record without embedding and embedding_model, one line */
    const struct lexical_row *lexical;
    const float *vector; /* NULL: none */
    uint32_t dimension;
    struct slice model;
    float scale;                /* vector_scale() of the vector; 0: not computed yet */
    struct slice embedded_text; /* what the vector was made from; "" unknown. The first short one becomes the probe. */
};

/* Checks what is the row's own: ids, and that the vector is finite and not zero; fills scale. Thread safe. Errors:
 * E_FIELD_VALUE. */
bool index_row_check(struct index_new_row *row, struct error *error) MUST_CHECK;

/* Adds a row at the end of the open run. A row of another document ends the run before it. Errors: E_FIELD_VALUE (a
 * zero or non-finite vector, an id that is empty or too long) and E_FIELD_MISSING (no vector where the index has them)
 * are the row's own fault and leave the writer as it was; E_INDEX_MODEL (another model or dimension, or a vector where
 * the index has none), E_IO and the rest end the work. */
bool index_writer_add(struct index_writer *writer, const struct index_new_row *row, struct error *error) MUST_CHECK;

/* What index_writer_add() would refuse, without adding: --dry-run. The first row settles nothing here. */
bool index_writer_check(const struct index_writer *writer, const struct index_new_row *row,
                        struct error *error) MUST_CHECK;
/* Whether a row of that document would go on with the open run. Between two runs is the place for a commit. */
bool index_writer_continues(const struct index_writer *writer, struct slice document);

/* Ends the open run: what comes next of that document is a new one. */
bool index_writer_end_document(struct index_writer *writer, struct error *error) MUST_CHECK;

/* Ends the open run, then removes all rows of that document that came before, here or in earlier commits. */
bool index_writer_delete_document(struct index_writer *writer, struct slice document, struct error *error) MUST_CHECK;
/* A document's or a row's id. */
bool index_writer_delete_id(struct index_writer *writer, struct slice id, struct error *error) MUST_CHECK;
/* After the commit: whether index_writer_delete_id() met a document or row of that id. */
bool index_writer_was_there(const struct index_writer *writer, struct slice id);

enum commit_extent {
    COMMIT_COMPLETE, /* up to the last complete run */
    COMMIT_PAUSED, /* the open run, too, as far as it came. Should rows of it still follow, the next commit publishes it
                    * anew as a whole in place of this part. One that outgrew memory waits for its end. */
    COMMIT_ALL     /* the open run ends here */
};

/* Publishes. Does nothing when nothing changed (and compacts is not set). Errors: E_BUSY naming the holder, E_IO,
 * E_INDEX_MODEL and E_INDEX_SETTINGS when another writer settled them differently meanwhile. */
bool index_writer_commit(struct index_writer *writer, enum commit_extent extent, struct error *error) MUST_CHECK;

const struct index_changes *index_writer_changes(const struct index_writer *writer);

/* Throws away what was not committed. NULL is fine. */
void index_writer_close(struct index_writer *writer);

#endif
