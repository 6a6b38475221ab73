/* sections.h - .seg files: written section by section, mapped and checked to be read.
 *
 * Writing goes to NAME.tmp.PID.N in the index's folder, flocked while the writer lives, so that another writer can tell
 * a dead writer's litter from a file at work. The result depends on the sections alone. One thread. */
#ifndef INDEX_SECTIONS_H
#define INDEX_SECTIONS_H

#include "base/error.h"
#include "index/format.h"
#include "stream/files.h"

struct sections_writer;

/* What a manifest says of a file. */
struct file_seal {
    uint64_t bytes;
    uint64_t checksum; /* of header and table */
};

/* Owned: sections_writer_close(). folder is copied. Errors: E_CREATE, E_IO. */
struct sections_writer *sections_writer_create(const char *folder, enum file_kind kind, struct error *error) MUST_CHECK;

/* Begins a section; ends with sections_end(). alignment: SECTION_ALIGNMENT or SECTION_START. */
bool sections_begin(struct sections_writer *writer, enum section_type type, uint16_t version, uint32_t argument,
                    size_t alignment, struct error *error) MUST_CHECK;
/* Errors: E_IO with the path, and for a full disk what is full. */
bool sections_append(struct sections_writer *writer, const void *bytes, size_t length, struct error *error) MUST_CHECK;
/* Zero bytes up to a multiple of alignment (a power of two), counted from the start of the section. */
bool sections_pad(struct sections_writer *writer, size_t alignment, struct error *error) MUST_CHECK;
/* Bytes of the section so far. */
uint64_t sections_position(const struct sections_writer *writer);
void sections_end(struct sections_writer *writer);

/* Writes header and table. fsync is done by sections_publish(). */
bool sections_finish(struct sections_writer *writer, uint64_t row_count, struct file_seal *seal,
                     struct error *error) MUST_CHECK;
/* The temporary's path, to map it before it is published. Borrowed from the writer. */
const char *sections_writer_path(const struct sections_writer *writer);
/* fsync, then rename to folder/name. The folder is not synced: one sync serves all files of a commit. Errors: E_IO. */
bool sections_publish(struct sections_writer *writer, const char *name, struct error *error) MUST_CHECK;
/* Removes the temporary unless it was published. NULL is fine. */
void sections_writer_close(struct sections_writer *writer);

/* An open file: mapped read-only, table checked. The zeroed struct is closed. Many threads may read it. */
struct sections {
    struct file_map map;
    const struct file_header *header;
    const struct section_entry *entries; /* header->section_count of them, ranges checked against the file */
    bool is_borrowed;                    /* over memory of the caller's */
};

/* seal: what the manifest says, NULL to take the file's own word. Checks header, table and ranges, not the sections'
 * bytes. Errors: E_INDEX_DAMAGED naming the file and the offset; E_INDEX_FORMAT for a newer version or an unknown
 * required section; E_NO_INPUT. */
bool sections_open(const char *path, const struct file_seal *seal, enum file_kind kind, struct sections *sections,
                   struct error *error) MUST_CHECK;
/* The same over memory that the caller keeps, aligned to a page. */
bool sections_open_memory(struct slice bytes, const struct file_seal *seal, enum file_kind kind,
                          struct sections *sections, struct error *error) MUST_CHECK;
/* The section of that type (and argument), NULL if there is none. */
const struct section_entry *sections_find(const struct sections *sections, enum section_type type, uint32_t argument);
/* Its bytes, borrowed until sections_close(). */
struct slice sections_bytes(const struct sections *sections, const struct section_entry *entry);
/* Reads every byte: the checksum of each section, and zero bytes between them. Errors: E_INDEX_DAMAGED naming the
 * section and its offset. */
bool sections_verify(const struct sections *sections, const char *path, struct error *error) MUST_CHECK;
const char *section_type_name(uint32_t type);
/* XXH3-64 of header and table, the header's checksum field taken as 0. */
uint64_t header_checksum(const struct file_header *header, const struct section_entry *entries);
void sections_close(struct sections *sections);

#endif
