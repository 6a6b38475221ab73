/* zip.h - a zip container with stored members, made in memory for a test. */
#ifndef TESTS_ZIP_H
#define TESTS_ZIP_H

#include "base/buffer.h"

struct zip {
    struct buffer bytes, directory;
    unsigned count;
};

static inline void zip_number(struct buffer *buffer, uint32_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        buffer_append_byte(buffer, (char)(number >> (8 * i) & 0xff));
}

static inline uint32_t zip_crc(struct slice bytes)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < bytes.length; i++) {
        crc ^= (unsigned char)bytes.bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* What the local header and the directory share. */
static inline void zip_header(struct buffer *buffer, struct slice name, struct slice bytes)
{
    zip_number(buffer, 20, 2);
    zip_number(buffer, 0, 4); /* flags, stored */
    zip_number(buffer, 0x58a60000, 4);
    zip_number(buffer, zip_crc(bytes), 4);
    zip_number(buffer, (uint32_t)bytes.length, 4);
    zip_number(buffer, (uint32_t)bytes.length, 4);
    zip_number(buffer, (uint32_t)name.length, 2);
    zip_number(buffer, 0, 2);
}

static inline void zip_add(struct zip *zip, const char *part, struct slice bytes)
{
    struct slice name = slice_of_string(part);
    uint32_t offset = (uint32_t)zip->bytes.length;
    buffer_append(&zip->bytes, "PK\3\4", 4);
    zip_header(&zip->bytes, name, bytes);
    buffer_append_slice(&zip->bytes, name);
    buffer_append_slice(&zip->bytes, bytes);
    buffer_append(&zip->directory, "PK\1\2", 4);
    zip_number(&zip->directory, 20, 2);
    zip_header(&zip->directory, name, bytes);
    zip_number(&zip->directory, 0, 4);
    zip_number(&zip->directory, 0, 2);
    zip_number(&zip->directory, 0, 4);
    zip_number(&zip->directory, offset, 4);
    buffer_append_slice(&zip->directory, name);
    zip->count++;
}

static inline struct slice zip_end(struct zip *zip)
{
    uint32_t offset = (uint32_t)zip->bytes.length, length = (uint32_t)zip->directory.length;
    buffer_append_slice(&zip->bytes, buffer_slice(&zip->directory));
    buffer_append(&zip->bytes, "PK\5\6", 4);
    zip_number(&zip->bytes, 0, 4);
    zip_number(&zip->bytes, zip->count, 2);
    zip_number(&zip->bytes, zip->count, 2);
    zip_number(&zip->bytes, length, 4);
    zip_number(&zip->bytes, offset, 4);
    zip_number(&zip->bytes, 0, 2);
    return buffer_slice(&zip->bytes);
}

static inline void zip_release(struct zip *zip)
{
    buffer_release(&zip->bytes);
    buffer_release(&zip->directory);
}

#endif
