/* shard_tar.c - members of a ustar archive that are the same bytes every day. */
#include "dataset/shard_tar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Offsets and lengths of a header's fields. */
enum {
    NAME = 0,
    NAME_BYTES = 100,
    MODE = 100,
    OWNER = 108,
    GROUP = 116,
    SIZE = 124,
    TIME = 136,
    CHECKSUM = 148,
    CHECKSUM_BYTES = 8,
    KIND = 156,
    MAGIC = 257
};

/* Digits in base 8 and a NUL. */
static void put_octal(char *field, int digits, uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%0*" PRIo64, digits, number);
    memcpy(field, text, (size_t)digits + 1);
}

void shard_tar_header(uint64_t number, uint64_t bytes, char header[SHARD_TAR_BLOCK])
{
    enum { SHORT_DIGITS = 7, LONG_DIGITS = 11, CHECKSUM_DIGITS = 6 };
    memset(header, 0, SHARD_TAR_BLOCK);
    snprintf(header + NAME, NAME_BYTES, "%09" PRIu64 ".json", number);
    put_octal(header + MODE, SHORT_DIGITS, 0644);
    put_octal(header + OWNER, SHORT_DIGITS, 0);
    put_octal(header + GROUP, SHORT_DIGITS, 0);
    put_octal(header + SIZE, LONG_DIGITS, bytes);
    put_octal(header + TIME, LONG_DIGITS, 0);
    header[KIND] = '0';
    memcpy(header + MAGIC,
           "ustar\0"
           "00",
           CHECKSUM_BYTES);
    /* The checksum is that of the header with blanks in its place. */
    unsigned sum = 0;
    memset(header + CHECKSUM, ' ', CHECKSUM_BYTES);
    for (size_t i = 0; i < SHARD_TAR_BLOCK; i++)
        sum += (unsigned char)header[i];
    put_octal(header + CHECKSUM, CHECKSUM_DIGITS, sum);
}
