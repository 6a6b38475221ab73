/* tally_test.c - counts of values and numbers in bounded memory. */
#include <stdio.h>

#include "base/hash.h"
#include "base/memory.h"
#include "curate/histogram.h"
#include "curate/tally.h"
#include "test.h"

static void add_number(struct tally *tally, unsigned number)
{
    char text[16];
    int length = snprintf(text, sizeof text, "value %u", number);
    tally_add_text(tally, slice_of(text, (size_t)length), 1);
}

TEST(tally_exact, "tally: below its limit it counts exactly, and ranks by count, then text")
{
    struct tally tally;
    struct arena arena = { 0 };
    tally_init(&tally, 8);
    EXPECT_INTEGER(tally_distinct(&tally), 0);
    for (unsigned i = 0; i < 20; i++)
        add_number(&tally, i % 7 % 4);
    const struct tally_entry **ranked = tally_ranked(&tally, &arena);
    EXPECT(tally_is_exact(&tally));
    EXPECT_INTEGER(tally.count, 4);
    EXPECT_INTEGER(tally.total, 20);
    EXPECT_INTEGER(tally_repeats(&tally), 16);
    EXPECT_TEXT(ranked[0]->text, "value 0");
    EXPECT_INTEGER(ranked[0]->count, 6);
    EXPECT_TEXT(ranked[1]->text, "value 1");
    EXPECT_TEXT(ranked[3]->text, "value 3");
    EXPECT_INTEGER(ranked[3]->count, 3);
    arena_release(&arena);
    tally_release(&tally);
}

TEST(tally_parts, "tally: beyond its limit parts, merged in any order, are the whole, near the truth")
{
    enum { VALUES = 50000, LIMIT = 1024, PARTS = 3 };
    struct tally whole, forth, back, parts[PARTS];
    tally_init(&whole, LIMIT);
    tally_init(&forth, LIMIT);
    tally_init(&back, LIMIT);
    for (unsigned i = 0; i < PARTS; i++)
        tally_init(&parts[i], LIMIT);
    for (unsigned i = 0; i < 2 * VALUES; i++) {
        add_number(&whole, i % VALUES);
        add_number(&parts[i % 7 % PARTS], i % VALUES);
    }
    for (unsigned i = 0; i < PARTS; i++) {
        tally_merge(&forth, &parts[i]);
        tally_merge(&back, &parts[PARTS - 1 - i]);
    }
    struct arena arena = { 0 };
    const struct tally_entry **a = tally_ranked(&whole, &arena), **b = tally_ranked(&forth, &arena),
                             **c = tally_ranked(&back, &arena);
    EXPECT(!tally_is_exact(&whole));
    EXPECT(whole.count <= LIMIT && whole.count > LIMIT / 3);
    EXPECT_INTEGER(forth.count, whole.count);
    EXPECT_INTEGER(back.count, whole.count);
    for (size_t i = 0; i < whole.count; i++) {
        EXPECT_SLICE(a[i]->text, b[i]->text);
        EXPECT_SLICE(a[i]->text, c[i]->text);
        EXPECT_INTEGER(a[i]->count, 2);
        EXPECT_INTEGER(b[i]->count, 2);
    }
    EXPECT_NEAR((double)tally_distinct(&whole), VALUES, VALUES * 0.1);
    EXPECT_INTEGER(tally_repeats(&whole), tally_distinct(&whole));
    arena_release(&arena);
    tally_release(&whole);
    tally_release(&forth);
    tally_release(&back);
    for (unsigned i = 0; i < PARTS; i++)
        tally_release(&parts[i]);
}

TEST(histogram_figures, "histogram: percentiles are exact below 1,000 and within one per cent above")
{
    struct histogram all = { 0 }, odd = { 0 };
    uint64_t bars[HISTOGRAM_BARS];
    EXPECT_INTEGER(histogram_percentile(&all, 50), 0);
    histogram_bars(&all, bars);
    EXPECT_INTEGER(bars[0], 0);
    for (uint64_t i = 0; i <= 100000; i++)
        histogram_add(i % 2 ? &odd : &all, i);
    histogram_merge(&all, &odd);
    EXPECT_INTEGER(all.count, 100001);
    EXPECT_INTEGER(all.sum, UINT64_C(5000050000));
    EXPECT_INTEGER(all.least, 0);
    EXPECT_INTEGER(all.greatest, 100000);
    EXPECT_NEAR((double)histogram_percentile(&all, 50), 50000, 500);
    EXPECT_NEAR((double)histogram_percentile(&all, 99), 99000, 990);
    histogram_bars(&all, bars);
    EXPECT_INTEGER(bars[0], 1);
    EXPECT_INTEGER(bars[1], 1);
    EXPECT_INTEGER(bars[2], 3);      /* 2 to 4 */
    EXPECT_INTEGER(bars[3], 5);      /* 5 to 9 */
    EXPECT_INTEGER(bars[13], 10000); /* 10,000 to 19,999 */
    EXPECT_INTEGER(histogram_bar_from(13), 10000);
    EXPECT_INTEGER(bars[16], 1); /* 100,000 */
    histogram_add(&odd, UINT64_MAX);
    EXPECT_INTEGER(odd.greatest == UINT64_MAX ? 1 : 0, 1);
    histogram_release(&all);
    histogram_release(&odd);
    histogram_add(&all, 7);
    EXPECT_INTEGER(histogram_percentile(&all, 0), 7);
    EXPECT_INTEGER(histogram_percentile(&all, 100), 7);
    histogram_release(&all);
}
