/* image_test.c - width and height from the headers of images, and headers that lie. */
#include "collect.h"
#include "document/image.h"
#include "test.h"

#define PNG        "\x89PNG\r\n\x1a\n"
#define PNG_3X2    PNG "\0\0\0\rIHDR\0\0\0\3\0\0\0\2\10\2\0\0\0\x12\x16\xf1\x4d"
#define JPEG_FRAME "\xff\xc2\0\x11\10\1\2\3\4\3\1\x22\0\2\x11\1\3\x11\1"
#define BOXES_300X200                                                                                                  \
    "\0\0\0\x10"                                                                                                       \
    "ftypavif\0\0\0\0"                                                                                                 \
    "\0\0\0\x44"                                                                                                       \
    "meta\0\0\0\0"                                                                                                     \
    "\0\0\0\x38"                                                                                                       \
    "iprp"                                                                                                             \
    "\0\0\0\x30"                                                                                                       \
    "ipco"                                                                                                             \
    "\0\0\0\x14"                                                                                                       \
    "ispe\0\0\0\0\0\0\1\x2c\0\0\0\xc8"                                                                                 \
    "\0\0\0\x14"                                                                                                       \
    "ispe\0\0\0\0\0\0\0\x40\0\0\0\x40"

TEST(image_sizes, "image: type, width and height of each format")
{
    static const struct {
        struct slice bytes;
        const char *mime;
        uint32_t width, height;
    } cases[] = {
        { SLICE_INIT(PNG_3X2), "image/png", 3, 2 },
        { SLICE_INIT("\xff\xd8" JPEG_FRAME), "image/jpeg", 0x304, 0x102 },
        { SLICE_INIT("\xff\xd8\xff\xe0\0\4JF\xff\xff\xff\1\xff\xdb\0\3x" JPEG_FRAME), "image/jpeg", 0x304, 0x102 },
        { SLICE_INIT("GIF89a\1\2\3\4\0\0\0"), "image/gif", 0x201, 0x403 },
        { SLICE_INIT("RIFF....WEBPVP8 \0\0\0\0"
                     "abc\x9d\1\x2a\5\x40\6\x80"),
          "image/webp", 5, 6 },
        { SLICE_INIT("RIFF....WEBPVP8L\0\0\0\0\x2f\4\x40\1\0\0\0\0\0\0"), "image/webp", 5, 6 },
        { SLICE_INIT("RIFF....WEBPVP8X\0\0\0\0\0\0\0\0\4\0\1\5\0\0"), "image/webp", 0x10005, 6 },
        { SLICE_INIT("BM............\x0c\0\0\0\5\0\6\0\1\0\1\0"), "image/bmp", 5, 6 },
        { SLICE_INIT("BM............\x28\0\0\0\5\0\0\0\xfa\xff\xff\xff"), "image/bmp", 5, 6 },
        { SLICE_INIT("II*\0\10\0\0\0\2\0\0\1\3\0\1\0\0\0\5\0\0\0\1\1\4\0\1\0\0\0\6\0\0\0"), "image/tiff", 5, 6 },
        { SLICE_INIT("MM\0*\0\0\0\10\0\2\1\0\0\3\0\0\0\1\0\5\0\0\1\1\0\4\0\0\0\1\0\0\0\6"), "image/tiff", 5, 6 },
        { SLICE_INIT(BOXES_300X200), "image/avif", 300, 200 },
        { SLICE_INIT("8BPS\0\1\0\0\0\0\0\0\0\3\0\0\0\6\0\0\0\5\0\10\0\3"), "image/vnd.adobe.photoshop", 5, 6 },
        { SLICE_INIT("\0\0\1\0\2\0\x10\x10............."
                     ".\0\0.............."),
          "image/vnd.microsoft.icon", 256, 256 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct image image = { 0 };
        struct error error;
        error_reset(&error);
        if (!image_read(cases[i].bytes, &image, &error) || strcmp(image.mime, cases[i].mime) != 0 ||
            image.width != cases[i].width || image.height != cases[i].height)
            test_fail(__FILE__, __LINE__, "case %zu: %s %u x %u, %s", i, image.mime, image.width, image.height,
                      error.message);
    }
}

TEST(image_damage, "image: a header that is cut anywhere, or lies, is an error and never a size")
{
    static const struct slice whole[] = { SLICE_INIT(PNG_3X2), SLICE_INIT("\xff\xd8\xff\xe0\0\4JF" JPEG_FRAME),
                                          SLICE_INIT("GIF89a\1\2\3\4\0\0\0"), SLICE_INIT(BOXES_300X200) };
    static const size_t needed[] = { 33, 16, 13, 64 }; /* bytes with which there is a size */
    static const struct {
        struct slice bytes;
        const char *message;
    } cases[] = {
        { SLICE_INIT(""), "the image is empty" },
        { SLICE_INIT(PNG "\0\0\0\rIHDR\0\0\0\3\0\0\0\3\10\2\0\0\0\x12\x16\xf1\x4d"),
          "the header of the PNG does not have the checksum that it gives" },
        { SLICE_INIT(PNG "\0\0\0\4CgBI\0\0\0\3\0\0\0\3\10\2\0\0\0\x12\x16\xf1\x4d"),
          "the PNG does not begin with its header chunk (IHDR)" },
        { SLICE_INIT("\xff\xd8\xff\xe0\0\1JF"), "a segment of the JPEG is shorter than it can be" },
        { SLICE_INIT("\xff\xd8\xff\xe0\0\4JFJF"), "the JPEG has no marker where one belongs" },
        { SLICE_INIT("\xff\xd8\xff\xda\0\4JF"), "the JPEG has no frame header before its picture" },
        { SLICE_INIT("\xff\xd8\xff\xc0\0\x11\10\0\0\0\0\1\1\1\1"),
          "the header of the image gives no width and height that can be" },
        { SLICE_INIT("GIF89a\0\0\3\4\0\0\0"), "the header of the image gives no width and height that can be" },
        { SLICE_INIT("RIFF....WEBPVP8 \0\0\0\0abcdef\5\0\6\0"), "the WebP does not begin with a key frame" },
        { SLICE_INIT("RIFF....WEBPVP8L\0\0\0\0\x2e\4\x40\1\0\0\0\0\0\0"),
          "the WebP has not the mark of a lossless picture" },
        { SLICE_INIT("RIFF....WEBPVP8Y\0\0\0\0\x2e\4\x40\1\0\0\0\0\0\0"),
          "the WebP begins with a chunk of an unknown kind" },
        { SLICE_INIT("II*\0\xff\xff\xff\xff"), "the image ends inside its header" },
        { SLICE_INIT("II*\0\10\0\0\0\xff\xff"), "the image ends inside its header" },
        { SLICE_INIT("\0\0\1\0\0\0"), "the image ends inside its header" },
        { SLICE_INIT("\0\0\0\x10"
                     "ftypavif\0\0\0\0\0\0\0\4meta"),
          "the image has no properties where they belong" },
        { SLICE_INIT("\0\0\0\x10"
                     "ftypheic\0\0\0\0\0\0\0\1meta\xff\xff\xff\xff\xff\xff\xff\xff"),
          "the image has no properties where they belong" },
    };
    struct image image;
    struct error error;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        for (size_t length = 0; length < needed[i]; length++)
            if (image_is_known(slice_between(whole[i], 0, length)) &&
                image_read(slice_between(whole[i], 0, length), &image, &error))
                test_fail(__FILE__, __LINE__, "case %zu has a size with %zu bytes", i, length);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (image_read(cases[i].bytes, &image, &error) || error.code != E_IMAGE ||
            strcmp(error.message, cases[i].message) != 0)
            test_fail(__FILE__, __LINE__, "case %zu: %s", i, error.message);
    EXPECT(!image_read(SLICE("<svg/>"), &image, &error));
    EXPECT_ERROR(&error, E_FORMAT, "not an image of a kind that is known by its header");
}

TEST(image_document, "document: an image is refused, or one record by reference")
{
    static const struct document_options options = { .with_images = true };
    struct collected found = { 0 };
    collect(&found, NULL, "a/b.png", SLICE(PNG_3X2), 0, NULL);
    EXPECT_ERROR(&found.error, E_FORMAT, "an image, which is read by reference only with --images");
    collected_release(&found);
    collect(&found, "image", "a/b.png", SLICE(PNG_3X2), 5, &options);
    struct slice record = buffer_slice(&found.records);
    EXPECT(slice_starts_with(record, SLICE("{\"id\":\"a/b.png\",\"text\":\"\",\"metadata\":{\"source\":\"a/b.png\","
                                           "\"mime\":\"image/png\",\"bytes\":33,\"hash\":\"")));
    EXPECT(slice_ends_with(record, SLICE("\",\"width\":3,\"height\":2}}\n")));
    collected_release(&found);
}
