/* image_fuzz.c - fuzz entry: headers of images. A size that is found is one that can be. */
#include <stdint.h>

#include "document/image.h"
#include "fuzz_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct document_options options = { .with_images = true, .max_document_bytes = 1 << 20 };
    struct slice input = slice_of((const char *)bytes, length);
    struct image image;
    struct error error;
    error_reset(&error);
    if (image_read(input, &image, &error)) {
        fuzz_expect(image_is_known(input) && image.mime != NULL);
        fuzz_expect(image.width > 0 && image.width <= IMAGE_SIDE_MAXIMUM);
        fuzz_expect(image.height > 0 && image.height <= IMAGE_SIDE_MAXIMUM);
    } else
        fuzz_expect(error.code == E_IMAGE || error.code == E_FORMAT);
    fuzz_decode_twice("image", input, 7, &options);
    return 0;
}
