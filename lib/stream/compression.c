/* compression.c - what compression the first bytes say. */
#include "stream/codec.h"
#include "stream/input.h"

enum match { MATCH_NO, MATCH_SO_FAR, MATCH_FULL };

struct start {
    const char *name;
    unsigned char bytes[COMPRESSION_START_BYTES];
    unsigned char mask[COMPRESSION_START_BYTES]; /* bits that must agree */
    size_t length;
};

#define ALL 0xff
/* RFC 8878 (frames, skippable frames), RFC 1952 (deflate; reserved flags are zero), the xz file format 1.1, bzip2
 * (level and the magic of a block or of the end), the LZ4 frame format and its legacy form. */
static const struct start starts[] = {
    { "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, { ALL, ALL, ALL, ALL }, 4 },
    { "zstd", { 0x50, 0x2a, 0x4d, 0x18 }, { 0xf0, ALL, ALL, ALL }, 4 },
    { "gzip", { 0x1f, 0x8b, 0x08, 0x00 }, { ALL, ALL, ALL, 0xe0 }, 4 },
    { "xz", { 0xfd, '7', 'z', 'X', 'Z', 0x00 }, { ALL, ALL, ALL, ALL, ALL, ALL }, 6 },
    { "bzip2",
      { 'B', 'Z', 'h', 0x30, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59 },
      { ALL, ALL, ALL, 0xf0, ALL, ALL, ALL, ALL, ALL, ALL },
      10 },
    { "bzip2",
      { 'B', 'Z', 'h', 0x30, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90 },
      { ALL, ALL, ALL, 0xf0, ALL, ALL, ALL, ALL, ALL, ALL },
      10 },
    { "lz4", { 0x04, 0x22, 0x4d, 0x18 }, { ALL, ALL, ALL, ALL }, 4 },
    { "lz4", { 0x02, 0x21, 0x4c, 0x18 }, { ALL, ALL, ALL, ALL }, 4 },
};

static enum match match_start(const struct start *start, struct slice bytes)
{
    size_t length = bytes.length < start->length ? bytes.length : start->length;
    for (size_t i = 0; i < length; i++)
        if (((unsigned char)bytes.bytes[i] & start->mask[i]) != start->bytes[i])
            return MATCH_NO;
    return length == start->length ? MATCH_FULL : MATCH_SO_FAR;
}

const char *compression_of(struct slice first_bytes)
{
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (match_start(&starts[i], first_bytes) == MATCH_FULL)
            return starts[i].name;
    return NULL;
}

bool compression_may_follow(struct slice first_bytes)
{
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (match_start(&starts[i], first_bytes) == MATCH_SO_FAR)
            return true;
    return false;
}
