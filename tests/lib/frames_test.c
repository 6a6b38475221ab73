/* frames_test.c - zstd files that can be entered in the middle. */
#include "stream/frames.h"

#include "stream/input.h"
#include "test.h"

static void write_file(struct buffer *file)
{
    struct frame_compressor *compressor = frame_compressor_create();
    struct frame_size sizes[2];
    const char *const texts[] = { "one\ntwo\n", "three\n" };
    for (size_t i = 0; i < 2; i++) {
        size_t before = file->length;
        frame_compress(compressor, slice_of_string(texts[i]), file);
        sizes[i] = (struct frame_size){ (uint32_t)(file->length - before), (uint32_t)strlen(texts[i]) };
    }
    frame_table_append(sizes, 2, file);
    frame_compressor_free(compressor);
}

TEST(frames_whole, "frames: any zstd reader takes the file as one stream")
{
    struct buffer file = { 0 }, text = { 0 };
    struct error error = { 0 };
    struct slice bytes;
    write_file(&file);
    struct input *input = input_open_memory(buffer_slice(&file), "x", NULL, &error);
    do {
        EXPECT_OK(input_read(input, &bytes, &error), &error);
        buffer_append_slice(&text, bytes);
    } while (bytes.length);
    EXPECT_TEXT(buffer_slice(&text), "one\ntwo\nthree\n");
    input_close(input);
    buffer_release(&file);
    buffer_release(&text);
}

TEST(frames_one, "frames: one frame is read alone")
{
    struct buffer file = { 0 }, text = { 0 };
    struct arena arena = { 0 };
    struct error error = { 0 };
    const struct frame_size *frames;
    size_t count;
    write_file(&file);
    EXPECT_OK(frame_table_read(buffer_slice(&file), &arena, &frames, &count, &error), &error);
    EXPECT_INTEGER(count, 2);
    struct slice second = slice_of(file.bytes + frames[0].compressed, frames[1].compressed);
    EXPECT_OK(frame_decompress(second, frames[1], &text, &error), &error);
    EXPECT_TEXT(buffer_slice(&text), "three\n");
    file.bytes[frames[0].compressed + 9] ^= 1;
    EXPECT(!frame_decompress(second, frames[1], &text, &error) && error.code == E_COMPRESSED);
    arena_release(&arena);
    buffer_release(&file);
    buffer_release(&text);
}

TEST(frames_damage, "frames: a table that lies is refused, wherever it is changed")
{
    struct buffer file = { 0 };
    struct error error = { 0 };
    const struct frame_size *frames;
    size_t count;
    write_file(&file);
    size_t table = file.length - frame_table_bytes(2);
    for (size_t i = table; i < file.length; i++) {
        struct arena arena = { 0 };
        bool is_size = i >= table + 8 && i < file.length - FRAME_TABLE_END_BYTES && (i - table) % 8 >= 4;
        file.bytes[i] ^= (char)0x80;
        /* What a frame decompresses to is not known before. */
        EXPECT(is_size || !frame_table_read(buffer_slice(&file), &arena, &frames, &count, &error));
        file.bytes[i] ^= (char)0x80;
        arena_release(&arena);
    }
    for (size_t length = 0; length < file.length; length++) {
        struct arena arena = { 0 };
        EXPECT(!frame_table_read(slice_of(file.bytes, length), &arena, &frames, &count, &error));
        arena_release(&arena);
    }
    buffer_release(&file);
}
