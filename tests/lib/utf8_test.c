/* utf8_test.c - the SIMD check and count against a byte by byte one. */
#include "base/utf8.h"

#include "base/buffer.h"
#include "test.h"

static uint64_t random_state;

static uint64_t next_random(void)
{
    /* xorshift64*, Vigna 2016 */
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1d;
}

static size_t valid_length_by_character(struct slice text)
{
    size_t position = 0, length;
    uint32_t code_point;
    while ((length = utf8_decode(slice_from(text, position), &code_point)) > 0)
        position += length;
    return position;
}

static void append_random_characters(struct buffer *text, size_t bytes)
{
    static const uint32_t limits[] = { 0x80, 0x80, 0x80, 0x800, 0x10000, 0x110000 };
    unsigned kind = (unsigned)(next_random() % 7);
    while (text->length < bytes) {
        uint32_t code_point = (uint32_t)next_random() % limits[kind == 6 ? next_random() % 6 : kind];
        if (code_point < 0xd800 || code_point > 0xdfff)
            utf8_append(text, code_point);
    }
}

TEST(utf8_random, "utf8: SIMD and single characters agree on valid and on damaged text of every length")
{
    struct buffer text = { 0 };
    random_state = 17;
    for (int round = 0; round < 20000; round++) {
        buffer_reset(&text);
        append_random_characters(&text, next_random() % (round % 9 ? 300 : 3000));
        struct slice whole = buffer_slice(&text);
        size_t count = 0;
        for (size_t i = 0; i < whole.length; i++)
            count += ((unsigned char)whole.bytes[i] & 0xc0) != 0x80;
        EXPECT_INTEGER(utf8_valid_length(whole), whole.length);
        EXPECT_INTEGER(utf8_count(whole), count);
        size_t wanted = next_random() % (count + 2), offset = utf8_offset(whole, wanted);
        EXPECT_INTEGER(utf8_count(slice_between(whole, 0, offset)), wanted < count ? wanted : count);
        EXPECT(offset == whole.length || ((unsigned char)whole.bytes[offset] & 0xc0) != 0x80);
        for (int damage = 0; damage < 3 && text.length; damage++) {
            size_t place = next_random() % text.length;
            text.bytes[place] = (char)next_random();
            struct slice cut = slice_of(text.bytes, round % 2 ? text.length : next_random() % (text.length + 1));
            EXPECT_INTEGER(utf8_valid_length(cut), valid_length_by_character(cut));
        }
    }
    buffer_release(&text);
}

TEST(utf8_pairs, "utf8: every pair and every three-byte start is judged alike at every offset of a block")
{
    char bytes[160];
    for (unsigned first = 0x7f; first < 256; first++)
        for (unsigned second = 0; second < 256; second += second < 0x7f ? 0x7f : 1)
            for (unsigned third = 0x7f; third < 256; third += third == 0x7f ? 0x21 : 0x20) {
                memset(bytes, 'a', sizeof bytes);
                size_t place = (first * 7 + second + third) % 70 + 28;
                bytes[place] = (char)first;
                bytes[place + 1] = (char)second;
                bytes[place + 2] = (char)third;
                struct slice text = slice_of(bytes, sizeof bytes);
                EXPECT_INTEGER(utf8_valid_length(text), valid_length_by_character(text));
            }
}
