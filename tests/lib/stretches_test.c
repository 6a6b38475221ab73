/* stretches_test.c - parts of texts that may stand in another one, too. */
#include "base/memory.h"
#include "curate/stretches.h"
#include "test.h"

static size_t count_of(const struct buffer *stretches)
{
    return stretches->length / sizeof(struct stretch);
}

static struct stretch at(const struct buffer *stretches, size_t number)
{
    struct stretch stretch;
    memcpy(&stretch, stretches->bytes + number * sizeof stretch, sizeof stretch);
    return stretch;
}

static bool is_same(struct stretch a, struct stretch b)
{
    return a.group == b.group && a.hash == b.hash;
}

TEST(stretches_lines,
     "stretches: lines reach to the next line, white space at their ends does not count, short ones not")
{
    struct buffer stretches = { 0 };
    stretches_add_lines(SLICE("\nabcd\nab\n \tabcd \r\n\xc3\xa9\xc3\xa9\xc3\xa9\n\nabce"), 100, 4, &stretches);
    EXPECT_INTEGER(count_of(&stretches), 3);
    EXPECT(is_same(at(&stretches, 0), at(&stretches, 1)));
    EXPECT(!is_same(at(&stretches, 0), at(&stretches, 2)));
    EXPECT_INTEGER(at(&stretches, 0).start, 101);
    EXPECT_INTEGER(at(&stretches, 0).end, 106);
    EXPECT_INTEGER(at(&stretches, 1).start, 109);
    EXPECT_INTEGER(at(&stretches, 1).end, 118);
    EXPECT_INTEGER(at(&stretches, 2).end, 130);
    buffer_reset(&stretches);
    stretches_add_lines(SLICE(""), 0, 0, &stretches);
    stretches_add_lines(SLICE(" \n\t\n"), 0, 0, &stretches);
    EXPECT_INTEGER(count_of(&stretches), 0);
    buffer_release(&stretches);
}

TEST(stretches_sentences, "stretches: windows of sentences, folded, with enough words")
{
    static const char text[] = "One two. THREE, four! Five six? Seven.  One two: three four five. Six seven.";
    struct buffer stretches = { 0 }, scratch = { 0 };
    stretches_add_sentences(slice_of_string(text), 7, 2, 0, &scratch, &stretches);
    EXPECT_INTEGER(count_of(&stretches), 5);
    EXPECT_INTEGER(at(&stretches, 0).start, 7);
    EXPECT_INTEGER(at(&stretches, 0).end, 7 + strlen("One two. THREE, four! "));
    EXPECT_INTEGER(at(&stretches, 1).start, 7 + strlen("One two. "));
    EXPECT_INTEGER(at(&stretches, 4).end, 7 + strlen(text));
    size_t first = stretches.length;
    stretches_add_sentences(SLICE("Well. One TWO! \"Three four\". Yes."), 0, 2, 4, &scratch, &stretches);
    EXPECT_INTEGER(stretches.length - first, sizeof(struct stretch));
    EXPECT(is_same(at(&stretches, 0), at(&stretches, 5)));
    buffer_reset(&stretches);
    stretches_add_sentences(SLICE("One two. Three."), 0, 3, 0, &scratch, &stretches);
    stretches_add_sentences(SLICE("?! ... !!!"), 0, 1, 0, &scratch, &stretches);
    EXPECT_INTEGER(count_of(&stretches), 0);
    buffer_release(&stretches);
    buffer_release(&scratch);
}

/* Numbers from a small range, so that there are repeats. */
static void fill(char *text, size_t length, uint64_t seed)
{
    for (size_t i = 0; i < length; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        text[i] = (char)('a' + (seed >> 62));
    }
}

/* The group of the window that begins at start. */
static uint64_t group_of(const struct buffer *stretches, size_t start, size_t length)
{
    for (size_t i = 0; i < count_of(stretches); i++)
        if (at(stretches, i).start <= start && start + length <= at(stretches, i).end)
            return at(stretches, i).group;
    EXPECT(false);
    return 0;
}

TEST(stretches_anchors, "stretches: each window has one anchor, and equal windows have equal ones wherever they stand")
{
    enum { LENGTH = 40, TEXT = 600, SHARED = 90 };
    static const size_t places[] = { 0, 1, 77, 300, TEXT - SHARED };
    struct buffer left = { 0 }, right = { 0 };
    struct symbols symbols = { 0 };
    char texts[2][TEXT];
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        fill(texts[0], TEXT, 1 + p);
        fill(texts[1], TEXT, 100 + p);
        memcpy(texts[1] + places[p], texts[0] + 200, SHARED);
        buffer_reset(&left);
        buffer_reset(&right);
        symbols_open(&symbols, slice_of(texts[0], TEXT), false);
        stretches_add_anchors(&symbols, LENGTH, &left);
        symbols_open(&symbols, slice_of(texts[1], TEXT), false);
        stretches_add_anchors(&symbols, LENGTH, &right);
        for (size_t i = 0; i + 1 < count_of(&left); i++)
            EXPECT_INTEGER(at(&left, i).end, at(&left, i + 1).start + LENGTH - 1);
        EXPECT_INTEGER(at(&left, 0).start, 0);
        EXPECT_INTEGER(at(&left, count_of(&left) - 1).end, TEXT);
        for (size_t i = 0; i + LENGTH <= SHARED; i++)
            EXPECT(group_of(&left, 200 + i, LENGTH) == group_of(&right, places[p] + i, LENGTH));
    }
    symbols_release(&symbols);
    buffer_release(&left);
    buffer_release(&right);
}

TEST(symbols_words, "symbols: words at white space, and where they begin")
{
    struct symbols symbols = { 0 };
    symbols_open(&symbols,
                 SLICE("  tea\xc2\xa0"
                       "for two\n"),
                 true);
    EXPECT_INTEGER(symbols_count(&symbols), 3);
    EXPECT_INTEGER(symbols_place(&symbols, 0), 2);
    EXPECT_INTEGER(symbols_place(&symbols, 1), 7);
    EXPECT_INTEGER(symbols_place(&symbols, 3), 15);
    EXPECT_INTEGER(symbols_window(&symbols, 1, 2).length, 16);
    symbols_open(&symbols, SLICE(""), true);
    EXPECT_INTEGER(symbols_count(&symbols), 0);
    symbols_release(&symbols);
}
