/* image.h - what the header of an image says: its format, width and height. Nothing is decoded. Private to document.
 *
 * Width and height are those of the stored picture, before a viewer turns it (EXIF, irot). Every walk through bytes of
 * strangers goes forward only, so it takes time linear in them and no memory. */
#ifndef DOCUMENT_IMAGE_H
#define DOCUMENT_IMAGE_H

#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

struct image {
    const char *mime;       /* "image/png"; static */
    uint32_t width, height; /* 1 to IMAGE_SIDE_MAXIMUM */
};

enum { IMAGE_SIDE_MAXIMUM = INT32_MAX };

/* Whether image_read() knows the kind. The first 16 bytes are enough. */
bool image_is_known(struct slice first_bytes);

/* bytes: the whole file. PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF, HEIC, PSD and icons; of a file with several pictures
 * TIFF gives the first, AVIF, HEIC and icons the largest. Errors: E_FORMAT none of these; E_IMAGE a header that is cut
 * or says what cannot be. */
bool image_read(struct slice bytes, struct image *image, struct error *error) MUST_CHECK;

#endif
