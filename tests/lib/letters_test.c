/* letters_test.c - case, white space and words, the SIMD ones against one character at a time. */
#include "text/letters.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "test.h"

static uint64_t random_state = 0x9e3779b97f4a7c15;

static uint32_t next_random(uint32_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % limit;
}

static size_t count_words_slowly(struct slice text)
{
    size_t count = 0, position = 0;
    bool was_space = true;
    while (position < text.length) {
        uint32_t code_point;
        position += utf8_decode(slice_from(text, position), &code_point);
        count += was_space && !text_is_space(code_point);
        was_space = text_is_space(code_point);
    }
    return count;
}

TEST(letters_words, "letters: words between any white space are counted alike by SIMD and one by one")
{
    static const uint32_t pieces[] = { 'a',  'b',    ' ',    '\n',   '\t',   0xb,    0xe,    0x1c,   0x85,   0xa0,
                                       0xe9, 0x1680, 0x1681, 0x2003, 0x2019, 0x2028, 0x202f, 0x205f, 0x3000, 0x3001 };
    struct buffer text = { 0 };
    for (int round = 0; round < 3000; round++) {
        buffer_reset(&text);
        size_t length = next_random(150);
        uint32_t kinds = 1 + next_random(sizeof pieces / sizeof pieces[0]);
        for (size_t i = 0; i < length; i++)
            utf8_append(&text, pieces[next_random(kinds)]);
        EXPECT_INTEGER(text_count_words(buffer_slice(&text)), count_words_slowly(buffer_slice(&text)));
    }
    EXPECT_INTEGER(text_count_words(SLICE("")), 0);
    EXPECT_INTEGER(text_count_words(SLICE(" one,two  three\n")), 2);
    buffer_release(&text);
}

TEST(letters_case, "letters: case changes by simple mappings, in short and in long runs")
{
    struct arena arena = { 0 };
    EXPECT_TEXT(text_lower(SLICE("The QUICK brown Fox @[`{ 123 \xc3\x84\xc3\x96 \xce\xa3 \xc4\xb0"), &arena),
                "the quick brown fox @[`{ 123 \xc3\xa4\xc3\xb6 \xcf\x83 i");
    EXPECT_TEXT(text_upper(SLICE("the quick brown fox @[`{ 123 \xc3\xa4 \xc9\x90\xc9\x90"), &arena),
                "THE QUICK BROWN FOX @[`{ 123 \xc3\x84 \xe2\xb1\xaf\xe2\xb1\xaf");
    EXPECT_TEXT(text_lower(SLICE(""), &arena), "");
    EXPECT_TEXT(text_trim(SLICE(" \t\xc2\xa0"
                                "a b\xe3\x80\x80\r\n")),
                "a b");
    EXPECT_TEXT(text_trim(SLICE(" \n ")), "");
    arena_release(&arena);
}
