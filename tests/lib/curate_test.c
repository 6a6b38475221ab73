/* curate_test.c - what makes rows the same, and the table of what was seen. */
#include "curate/seen.h"
#include "test.h"
#include "text/fold.h"

TEST(fold_table, "fold: case, white space, punctuation and composition; symbols and digits stay")
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        { "", "" },
        { " ?! ", "" },
        { "Tea, please.", "tea please" },
        { "don't", "don t" },
        { "C++ = 1.5$", "c++ = 1 5$" },
        { "\xc3\x85ngstr\xc3\xb6m", "\xc3\xa5ngstr\xc3\xb6m" },
        { "A\xcc\x8angstro\xcc\x88m", "\xc3\xa5ngstr\xc3\xb6m" },
        { "\xe2\x80\x9c\xce\x91\xce\xa9\xe2\x80\x9d\xe3\x80\x82", "\xce\xb1\xcf\x89" },
        { "a\xc2\xa0\xe2\x80\x83"
          "b\xe2\x80\xa6",
          "a b" },
    };
    struct buffer output = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_reset(&output);
        text_fold(&output, slice_of_string(rows[i].text));
        EXPECT_SLICE(buffer_slice(&output), slice_of_string(rows[i].wanted));
    }
    buffer_release(&output);
}

TEST(fold_ascii, "fold: long ASCII is folded as its characters are, a blank for a run of blanks")
{
    struct buffer text = { 0 }, wanted = { 0 }, output = { 0 }, single = { 0 };
    uint64_t state = 9;
    for (size_t length = 0; length < 400; length++) {
        buffer_reset(&text);
        buffer_reset(&wanted);
        buffer_reset(&output);
        for (size_t i = 0; i < length; i++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            char byte = (char)(state >> 57);
            byte = state >> 40 & 1 ? byte : (state >> 41 & 1 ? ' ' : 'A');
            buffer_append_byte(&text, byte);
            buffer_reset(&single);
            text_fold(&single, slice_of(&byte, 1));
            if (single.length > 0)
                buffer_append_slice(&wanted, buffer_slice(&single));
            else if (wanted.length > 0 && wanted.bytes[wanted.length - 1] != ' ')
                buffer_append_byte(&wanted, ' ');
        }
        wanted.length -= wanted.length > 0 && wanted.bytes[wanted.length - 1] == ' ';
        text_fold(&output, buffer_slice(&text));
        EXPECT_SLICE(buffer_slice(&output), buffer_slice(&wanted));
    }
    buffer_release(&text);
    buffer_release(&wanted);
    buffer_release(&output);
    buffer_release(&single);
}

static struct hash128 hash_of(uint64_t number)
{
    return hash_128(slice_of((const char *)&number, sizeof number));
}

TEST(seen_first, "seen: the first row and its label are remembered, also when the table grows")
{
    struct seen *seen = seen_create(8 * 1024 * 1024);
    enum { COUNT = 20000 };
    for (uint64_t i = 0; i < 2 * COUNT; i++) {
        uint64_t row = i, number = i % COUNT;
        struct slice label = slice_of((const char *)&number, i % sizeof number);
        enum seen_answer answer = seen_take(seen, hash_of(number), &row, &label);
        EXPECT(answer == (i < COUNT ? SEEN_FIRST : SEEN_BEFORE));
        EXPECT_INTEGER(row, number);
        EXPECT_INTEGER(label.length, number % sizeof number);
    }
    EXPECT_INTEGER(seen_count(seen), COUNT);
    seen_free(seen);
}

TEST(seen_full, "seen: a table that was full once takes nothing more, and knows what it has")
{
    struct seen *seen = seen_create(512 * 1024);
    struct slice label = SLICE("label");
    uint64_t row = 0, first_refused = 0;
    for (uint64_t i = 0; i < 20000; i++) {
        row = i;
        enum seen_answer answer = seen_take(seen, hash_of(i), &row, &label);
        EXPECT(answer == (first_refused ? SEEN_FULL : SEEN_FIRST) || !first_refused);
        if (answer == SEEN_FULL && !first_refused)
            first_refused = i;
    }
    EXPECT(first_refused > 5000);
    EXPECT_INTEGER(seen_count(seen), first_refused);
    EXPECT(seen_take(seen, hash_of(3), &row, &label) == SEEN_BEFORE);
    EXPECT_INTEGER(row, 3);
    seen_free(seen);
}
