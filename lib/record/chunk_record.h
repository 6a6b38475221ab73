/* chunk_record.h - the records of a document's chunks: the document's own record with other values in a few places.
 *
 * Replaced in place, or appended to its object: "id" (DOCUMENT#N), the text, and in "metadata" document_id, chunk,
 * start, end, headings (only a path that is not empty), page (only when known; it takes the place of the map "pages",
 * which speaks of the document), and for a chunk of a hierarchy parent_id (DOCUMENT#pN), parent_start, parent_end and
 * parent_text. Every other byte of the line stays.
 *
 * The parent's text travels with each of its chunks. So every record stands alone: a filter, a sample, a sort or a
 * tombstone cannot leave a chunk without its parent, plain JSON lines need no index, and an index, which compresses
 * neighbouring records together, holds it about once. */
#ifndef RECORD_CHUNK_RECORD_H
#define RECORD_CHUNK_RECORD_H

#include "record/record.h"
#include "text/chunk.h"
#include "json/path.h"

enum chunk_slot {
    SLOT_NONE, /* only the bytes before it */
    SLOT_ID,
    SLOT_TEXT,
    SLOT_DOCUMENT_ID,
    SLOT_NUMBER,
    SLOT_START,
    SLOT_END,
    SLOT_HEADINGS,        /* a value: the path, or what stood there when it is empty */
    SLOT_HEADINGS_MEMBER, /* `,"headings":[...]`, or nothing */
    SLOT_PAGE,            /* a value */
    SLOT_PAGE_MEMBER,     /* `,"page":N`, or nothing */
    SLOT_PAGE_FOR_PAGES,  /* `"page":N`, or what stood there */
    SLOT_PARENT_ID,       /* values, or what stood there when the chunk has no parent */
    SLOT_PARENT_START,
    SLOT_PARENT_END,
    SLOT_PARENT_TEXT,
    SLOT_TIME_FOR_TIMES, /* `"time_start":S,"time_end":S` */
    SLOT_PARENT_MEMBERS  /* those of the four that the line does not have, or nothing */
};

/* Bytes as they are, and then a value. */
struct chunk_part {
    struct slice bytes;
    enum chunk_slot slot;
    struct slice replaced; /* what stood in the slot */
};

enum { CHUNK_PARTS_MAXIMUM = 37 };

/* When a part of the text is spoken: the numbers as they are written. */
struct chunk_time {
    size_t offset; /* code point at which it begins; it goes on to the next one */
    struct slice start, end;
};

/* One document: everything is borrowed from its line or lives in the arena that was given. */
struct chunk_source {
    struct slice text;   /* decoded */
    bool is_clean;       /* the text stands in the line as it is, without escapes */
    struct slice mime;   /* metadata.mime, "" unknown */
    const size_t *pages; /* metadata.pages, NULL unknown */
    size_t page_count;
    struct slice id;                /* what stands between the quotes of the document's id, escaped */
    const struct chunk_time *times; /* metadata.times, by offset; NULL unknown */
    size_t time_count;
    unsigned parent_missing; /* bit i: SLOT_PARENT_ID + i is to be appended */
    struct chunk_part parts[CHUNK_PARTS_MAXIMUM];
    size_t part_count;
};

/* Finds the places. field: where the text is. A record without "id" is known by "_id" (BEIR), and without both by the
 * 128-bit hash of its line. A number as id is taken as text. Errors, placed and with the field: those of record_object;
 * E_FIELD_MISSING, E_FIELD_TYPE, E_JSON_DUPKEY, E_JSON_SURROGATE. */
bool chunk_source_read(struct chunk_source *source, struct batch *batch, struct record *record,
                       const struct json_path *field, struct arena *arena, struct error *error) MUST_CHECK;

/* Appends the line of one of its chunks, without newline. */
void chunk_source_write(const struct chunk_source *source, const struct chunk *chunk, struct buffer *output);

#endif
