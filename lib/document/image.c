/* image.c - what the header of an image says: its format, width and height. */
#include "document/image.h"

#include <string.h>

/* A number of `count` bytes, which the caller knows to be there. */
static uint32_t number_at(struct slice bytes, size_t at, size_t count, bool is_big_endian)
{
    uint32_t number = 0;
    for (size_t i = 0; i < count; i++) {
        size_t place = is_big_endian ? at + i : at + count - 1 - i;
        number = number << 8 | (unsigned char)bytes.bytes[place];
    }
    return number;
}

static uint32_t big(struct slice bytes, size_t at, size_t count)
{
    return number_at(bytes, at, count, true);
}

static uint32_t little(struct slice bytes, size_t at, size_t count)
{
    return number_at(bytes, at, count, false);
}

static bool has_bytes(struct slice bytes, size_t at, size_t count)
{
    return at <= bytes.length && bytes.length - at >= count;
}

static bool fail(struct error *error, const char *what)
{
    return error_set(error, E_IMAGE, "%s", what);
}

static bool fail_cut(struct error *error)
{
    return fail(error, "the image ends inside its header");
}

static uint32_t crc32_of(struct slice bytes)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < bytes.length; i++) {
        crc ^= (unsigned char)bytes.bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
    }
    return ~crc;
}

static bool read_png(struct slice bytes, struct image *image, struct error *error)
{
    enum { TYPE = 12, WIDTH = 16, CHECKSUM = 29, END = 33 };
    if (!has_bytes(bytes, 0, END))
        return fail_cut(error);
    if (big(bytes, 8, 4) != 13 || !slice_starts_with(slice_from(bytes, TYPE), SLICE("IHDR")))
        return fail(error, "the PNG does not begin with its header chunk (IHDR)");
    if (crc32_of(slice_between(bytes, TYPE, CHECKSUM)) != big(bytes, CHECKSUM, 4))
        return fail(error, "the header of the PNG does not have the checksum that it gives");
    image->width = big(bytes, WIDTH, 4);
    image->height = big(bytes, WIDTH + 4, 4);
    return true;
}

/* SOF0 to SOF15 begin a frame; three of their numbers mean something else. */
static bool begins_frame(unsigned marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool read_jpeg(struct slice bytes, struct image *image, struct error *error)
{
    enum { RESTART = 0xd0, END_OF_IMAGE = 0xd9, SCAN = 0xda, TEMPORARY = 0x01 };
    size_t at = 2;
    while (has_bytes(bytes, at, 2)) {
        unsigned marker = big(bytes, at + 1, 1);
        if (big(bytes, at, 1) != 0xff || marker == 0)
            return fail(error, "the JPEG has no marker where one belongs");
        if (marker == END_OF_IMAGE || marker == SCAN)
            return fail(error, "the JPEG has no frame header before its picture");
        at += marker == 0xff ? 1 : 2; /* the first of two is fill */
        if (marker == 0xff || marker == TEMPORARY || (marker >= RESTART && marker < END_OF_IMAGE))
            continue;
        if (!has_bytes(bytes, at, 2))
            break;
        size_t length = big(bytes, at, 2);
        if (length < (begins_frame(marker) ? 8 : 2))
            return fail(error, "a segment of the JPEG is shorter than it can be");
        if (begins_frame(marker) && !has_bytes(bytes, at, 8))
            break;
        if (begins_frame(marker)) {
            image->height = big(bytes, at + 3, 2);
            image->width = big(bytes, at + 5, 2);
            return true;
        }
        at += length;
    }
    return fail_cut(error);
}

static bool read_gif(struct slice bytes, struct image *image, struct error *error)
{
    if (!has_bytes(bytes, 6, 7))
        return fail_cut(error);
    image->width = little(bytes, 6, 2);
    image->height = little(bytes, 8, 2);
    return true;
}

static bool read_webp(struct slice bytes, struct image *image, struct error *error)
{
    enum { BODY = 20 };
    if (!has_bytes(bytes, 0, BODY + 10))
        return fail_cut(error);
    switch (bytes.bytes[15]) {
    case ' ':
        if (big(bytes, BODY + 3, 3) != 0x9d012a)
            return fail(error, "the WebP does not begin with a key frame");
        image->width = little(bytes, BODY + 6, 2) & 0x3fff;
        image->height = little(bytes, BODY + 8, 2) & 0x3fff;
        return true;
    case 'L':
        if (big(bytes, BODY, 1) != 0x2f)
            return fail(error, "the WebP has not the mark of a lossless picture");
        image->width = (little(bytes, BODY + 1, 4) & 0x3fff) + 1;
        image->height = (little(bytes, BODY + 1, 4) >> 14 & 0x3fff) + 1;
        return true;
    case 'X':
        image->width = little(bytes, BODY + 4, 3) + 1;
        image->height = little(bytes, BODY + 7, 3) + 1;
        return true;
    default:
        return fail(error, "the WebP begins with a chunk of an unknown kind");
    }
}

static bool read_bmp(struct slice bytes, struct image *image, struct error *error)
{
    enum { HEADER = 14, OLD_HEADER_BYTES = 12 };
    if (!has_bytes(bytes, 0, HEADER + OLD_HEADER_BYTES))
        return fail_cut(error);
    bool is_old = little(bytes, HEADER, 4) == OLD_HEADER_BYTES;
    size_t side = is_old ? 2 : 4;
    image->width = little(bytes, HEADER + 4, side);
    image->height = little(bytes, HEADER + 4 + side, side);
    if (!is_old && image->height > INT32_MAX) /* negative: its lines go from top to bottom */
        image->height = -image->height;
    return true;
}

static bool read_psd(struct slice bytes, struct image *image, struct error *error)
{
    if (!has_bytes(bytes, 0, 26))
        return fail_cut(error);
    image->height = big(bytes, 14, 4);
    image->width = big(bytes, 18, 4);
    return true;
}

static void keep_larger(struct image *image, uint32_t width, uint32_t height)
{
    if ((uint64_t)width * height > (uint64_t)image->width * image->height) {
        image->width = width;
        image->height = height;
    }
}

static bool read_icon(struct slice bytes, struct image *image, struct error *error)
{
    enum { FIRST = 6, ENTRY_BYTES = 16 };
    size_t count = has_bytes(bytes, 0, FIRST) ? little(bytes, 4, 2) : 0;
    if (count == 0 || !has_bytes(bytes, FIRST, count * ENTRY_BYTES))
        return fail_cut(error);
    for (size_t i = 0; i < count; i++) {
        uint32_t width = big(bytes, FIRST + i * ENTRY_BYTES, 1), height = big(bytes, FIRST + i * ENTRY_BYTES + 1, 1);
        keep_larger(image, width ? width : 256, height ? height : 256);
    }
    return true;
}

static bool read_tiff(struct slice bytes, struct image *image, struct error *error)
{
    enum { ENTRY_BYTES = 12, WIDTH = 256, HEIGHT = 257, SHORT = 3, LONG = 4 };
    bool is_big = bytes.bytes[0] == 'M';
    if (!has_bytes(bytes, 4, 4))
        return fail_cut(error);
    size_t at = number_at(bytes, 4, 4, is_big);
    if (!has_bytes(bytes, at, 2))
        return fail_cut(error);
    size_t count = number_at(bytes, at, 2, is_big);
    at += 2;
    if (!has_bytes(bytes, at, count * ENTRY_BYTES))
        return fail_cut(error);
    for (size_t i = 0; i < count; i++, at += ENTRY_BYTES) {
        uint32_t tag = number_at(bytes, at, 2, is_big), type = number_at(bytes, at + 2, 2, is_big);
        if ((tag != WIDTH && tag != HEIGHT) || (type != SHORT && type != LONG))
            continue;
        uint32_t value = number_at(bytes, at + 8, type == SHORT ? 2 : 4, is_big);
        *(tag == WIDTH ? &image->width : &image->height) = value;
    }
    return true;
}

/* The next box of `boxes`: its type, and what is in it. */
static bool next_box(struct slice *boxes, struct slice *type, struct slice *content)
{
    if (!has_bytes(*boxes, 0, 8))
        return false;
    uint64_t length = big(*boxes, 0, 4);
    size_t header = 8;
    if (length == 1 && has_bytes(*boxes, 0, 16)) {
        header = 16;
        length = (uint64_t)big(*boxes, 8, 4) << 32 | big(*boxes, 12, 4);
    } else if (length == 0)
        length = boxes->length; /* to the end of the file */
    if (length < header || length > boxes->length)
        return false;
    *type = slice_between(*boxes, 4, 8);
    *content = slice_between(*boxes, header, (size_t)length);
    *boxes = slice_from(*boxes, (size_t)length);
    return true;
}

static bool find_box(struct slice boxes, struct slice wanted, struct slice *content)
{
    struct slice type;
    while (next_box(&boxes, &type, content))
        if (slice_equal(type, wanted))
            return true;
    return false;
}

/* AVIF and HEIC: tiles and thumbnails have a size of their own; the picture's is the largest. */
static bool read_boxes(struct slice bytes, struct image *image, struct error *error)
{
    struct slice meta, properties, boxes, type, size;
    if (!find_box(bytes, SLICE("meta"), &meta) || !find_box(slice_from(meta, 4), SLICE("iprp"), &properties) ||
        !find_box(properties, SLICE("ipco"), &boxes))
        return fail(error, "the image has no properties where they belong");
    while (next_box(&boxes, &type, &size))
        if (slice_equal(type, SLICE("ispe")) && size.length >= 12)
            keep_larger(image, big(size, 4, 4), big(size, 8, 4));
    return true;
}

struct kind {
    size_t offset;
    struct slice mark;
    const char *mime;
    bool (*read)(struct slice bytes, struct image *image, struct error *error);
};

static const struct kind kinds[] = {
    { 0, SLICE_INIT("\x89PNG\r\n\x1a\n"), "image/png", read_png },
    { 0, SLICE_INIT("\xff\xd8\xff"), "image/jpeg", read_jpeg },
    { 0, SLICE_INIT("GIF8"), "image/gif", read_gif },
    { 8, SLICE_INIT("WEBPVP8"), "image/webp", read_webp },
    { 0, SLICE_INIT("BM"), "image/bmp", read_bmp },
    { 0, SLICE_INIT("II*\0"), "image/tiff", read_tiff },
    { 0, SLICE_INIT("MM\0*"), "image/tiff", read_tiff },
    { 4, SLICE_INIT("ftypavif"), "image/avif", read_boxes },
    { 4, SLICE_INIT("ftypheic"), "image/heic", read_boxes },
    { 4, SLICE_INIT("ftypmif1"), "image/heif", read_boxes },
    { 0, SLICE_INIT("8BPS"), "image/vnd.adobe.photoshop", read_psd },
    { 0, SLICE_INIT("\0\0\1\0"), "image/vnd.microsoft.icon", read_icon },
};

static const struct kind *kind_of(struct slice bytes)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_starts_with(slice_from(bytes, kinds[i].offset), kinds[i].mark))
            return &kinds[i];
    return NULL;
}

bool image_is_known(struct slice first_bytes)
{
    return kind_of(first_bytes) != NULL;
}

static bool is_side(uint32_t side)
{
    return side > 0 && side <= IMAGE_SIDE_MAXIMUM;
}

bool image_read(struct slice bytes, struct image *image, struct error *error)
{
    *image = (struct image){ 0 };
    if (bytes.length == 0)
        return fail(error, "the image is empty");
    const struct kind *kind = kind_of(bytes);
    if (!kind)
        return error_set(error, E_FORMAT, "not an image of a kind that is known by its header");
    image->mime = kind->mime;
    if (!kind->read(bytes, image, error))
        return false;
    bool is_possible = is_side(image->width) && is_side(image->height);
    return is_possible || fail(error, "the header of the image gives no width and height that can be");
}
