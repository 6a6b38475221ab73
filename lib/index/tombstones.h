/* tombstones.h - the file that says which rows of which segments are dead.
 *
 * One section (SECTION_TOMBSTONES): a uint64 count, that many struct tombstones_entry in order of the segments, then
 * the bitmaps. One file holds those of all segments, since a commit replaces few bits of many. */
#ifndef INDEX_TOMBSTONES_H
#define INDEX_TOMBSTONES_H

#include "index/bitmap.h"
#include "index/sections.h"

struct tombstones_entry {
    uint32_t number;    /* of the segment's file */
    uint32_t row_count; /* of the segment: bits in the bitmap */
    uint64_t offset;    /* of its first word in the section; a multiple of 8 */
};

/* Errors: E_INDEX_DAMAGED. */
bool tombstones_open(const char *path, const struct file_seal *seal, struct sections *sections,
                     struct error *error) MUST_CHECK;
/* The bitmap of that segment; NULL with no error set when it has none. row_count must agree: E_INDEX_DAMAGED. */
const uint64_t *tombstones_find(const struct sections *sections, uint32_t number, uint32_t row_count,
                                struct error *error);

struct tombstones_part {
    uint32_t number;
    uint32_t row_count;
    const uint64_t *deleted;
};
/* The whole section of a file of kind FILE_TOMBSTONES. Errors: E_IO. */
bool tombstones_write(const struct tombstones_part *parts, size_t count, struct sections_writer *writer,
                      struct error *error) MUST_CHECK;

#endif
