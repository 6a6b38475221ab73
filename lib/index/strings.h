/* strings.h - a section of byte strings, by number and by content.
 *
 * Layout: struct strings_header; slots (uint64: upper half of the hash << 32 | number + 1, 0 free; linear probing,
 * slot_count a power of two above 4/3 count); offsets (uint32 x (count + 1)); the bytes. The hash is seeded by the
 * content itself, so that strings crafted to collide would have to know all their neighbours. Of equal strings only the
 * last one has a slot. */
#ifndef INDEX_STRINGS_H
#define INDEX_STRINGS_H

#include "base/buffer.h"
#include "index/sections.h"

enum { STRING_BYTES_MAXIMUM = 4096 /* of one id */ };

struct strings_header {
    uint32_t count;
    uint32_t slot_count;
    uint64_t seed;
    uint64_t byte_count;
    uint64_t reserved; /* 0 */
};

struct strings {
    uint32_t count;
    uint32_t slot_count;
    uint64_t seed;
    uint32_t byte_count;
    const uint64_t *slots;
    const uint32_t *offsets;
    const char *bytes;
};

/* Borrows section, 64-byte aligned. Offsets are checked when they are used. Errors: E_INDEX_DAMAGED. */
bool strings_open(struct slice section, struct strings *strings, struct error *error) MUST_CHECK;
/* The empty slice for a number beyond count or damaged offsets. */
struct slice strings_get(const struct strings *strings, uint32_t number);

/* The last string equal to text. */
bool strings_find(const struct strings *strings, struct slice text, uint32_t *number);
/* Every offset, and that each string, or a later equal one, is found by its content. Errors: E_INDEX_DAMAGED. */
bool strings_verify(const struct strings *strings, struct error *error) MUST_CHECK;

/* Collects strings 0, 1, 2, ... and finds them by content. The zeroed struct is valid and empty. */
struct strings_builder {
    struct buffer bytes;
    uint32_t *ends; /* count of them: where string i ends */
    size_t count;
    size_t capacity;
    uint64_t *slots; /* as in the file, with seed 0 */
    size_t slot_count;
};
/* Returns the number of the last equal string before it, UINT32_MAX if there is none. */
uint32_t strings_builder_add(struct strings_builder *builder, struct slice text);
struct slice strings_builder_get(const struct strings_builder *builder, size_t number);
/* The last string equal to text. */
bool strings_builder_find(const struct strings_builder *builder, struct slice text, uint32_t *number);
size_t strings_builder_bytes(const struct strings_builder *builder);
/* A whole section of its own. Errors: E_IO. */
bool strings_builder_write(const struct strings_builder *builder, struct sections_writer *writer,
                           enum section_type type, struct error *error) MUST_CHECK;
void strings_builder_reset(struct strings_builder *builder);
void strings_builder_release(struct strings_builder *builder);

#endif
