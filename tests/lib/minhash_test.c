/* minhash_test.c - signatures as other tools make them, and as this one does. */
#include "base/digest.h"
#include "base/hash.h"
#include "base/memory.h"
#include "curate/minhash.h"
#include "curate/random_state.h"
#include "curate/simhash.h"
#include "spill/spool.h"
#include "spill/union_find.h"
#include "test.h"
#include "text/fold.h"

#define FOX "the quick brown fox jumps over the lazy dog"

static struct minhash *open_scheme(const char *name)
{
    struct minhash *minhash = memory_allocate(sizeof *minhash);
    struct error error;
    EXPECT_OK(minhash_open(minhash, minhash_scheme_find(name), &error), &error);
    return minhash;
}

static void sign(const struct minhash *minhash, const char *text, uint64_t signature[MINHASH_PERMUTATIONS_MAXIMUM])
{
    struct buffer scratch = { 0 }, hashes = { 0 };
    minhash_shingles(minhash, slice_of_string(text), &scratch, &hashes);
    EXPECT(hashes.length > 0);
    minhash_sign(minhash, (const uint64_t *)(void *)hashes.bytes, hashes.length / sizeof(uint64_t), signature);
    buffer_release(&scratch);
    buffer_release(&hashes);
}

TEST(minhash_datatrove, "minhash: datatrove's permutations, and the first band of nine words")
{
    struct minhash *minhash = open_scheme("datatrove");
    uint64_t signature[MINHASH_PERMUTATIONS_MAXIMUM];
    EXPECT_INTEGER(minhash->a[0], 775169054918279404);
    EXPECT_INTEGER(minhash->a[1], 1758426461858698313);
    EXPECT_INTEGER(minhash->a[2], 2109959069025162);
    EXPECT_INTEGER(minhash->b[0], 1062448801025099917);
    EXPECT_INTEGER(minhash->a[111], 223865076026037746);
    memory_free(minhash);
    minhash = open_scheme("datatrove-sha1");
    sign(minhash, FOX, signature);
    EXPECT_INTEGER(signature[0], 585594454516184072);
    sign(minhash, "The quick, brown fox\n jumps: over the l\xc3\xa1zy dog", signature);
    EXPECT_INTEGER(signature[0], 585594454516184072);
    memory_free(minhash);
}

TEST(minhash_data_juicer, "minhash: data-juicer's permutations and hash")
{
    struct minhash *minhash = open_scheme("data-juicer");
    unsigned char digest[DIGEST_SHA1_BYTES];
    uint64_t number;
    EXPECT_INTEGER(minhash->a[0], 2297359619001564596);
    EXPECT_INTEGER(minhash->b[0], 1396682528897996046);
    digest_sha1_bytes(SLICE("the quick brown fox jumps"), digest);
    memcpy(&number, digest, sizeof number);
    EXPECT(number == UINT64_C(12313522834835307089));
    memory_free(minhash);
}

/* Made by a second, plain implementation of the tools' arithmetic in Python. */
TEST(minhash_presets, "minhash: signatures as data-juicer, text-dedup and NeMo Curator make them")
{
    static const struct {
        const char *scheme, *text;
        unsigned last;
        uint64_t first_value, last_value;
    } rows[] = {
        { "data-juicer", FOX, 249, 186966786, 174666748 },
        { "text-dedup", "The quick, brown fox jumps over the lazy dog", 239, 364379420, 452560660 },
        { "nemo", "the quick brown f\xc3\xb6x jumps over the lazy dog", 259, 375786851, 31851569 },
        { "nemo", "tea", 259, 775666076, 2792603609 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t signature[MINHASH_PERMUTATIONS_MAXIMUM];
        struct minhash *minhash = open_scheme(rows[i].scheme);
        sign(minhash, rows[i].text, signature);
        EXPECT_INTEGER(signature[0], rows[i].first_value);
        EXPECT_INTEGER(signature[rows[i].last], rows[i].last_value);
        memory_free(minhash);
    }
}

static size_t count_shingles(const char *scheme, const char *text)
{
    struct minhash *minhash = open_scheme(scheme);
    struct buffer scratch = { 0 }, hashes = { 0 };
    minhash_shingles(minhash, slice_of_string(text), &scratch, &hashes);
    size_t count = hashes.length / sizeof(uint64_t);
    buffer_release(&scratch);
    buffer_release(&hashes);
    memory_free(minhash);
    return count;
}

TEST(minhash_shingles, "minhash: how many shingles short and longer texts have")
{
    static const struct {
        const char *scheme, *text;
        size_t count;
    } rows[] = {
        { "garner", "", 0 },
        { "garner", "?!", 0 },
        { "garner", "tea", 1 },
        { "garner", "one two, three FOUR", 1 },
        { "garner", "one two three four five", 1 },
        { "garner", FOX, 5 },
        { "datatrove", "", 0 },
        { "datatrove", "one two three four", 0 },
        { "datatrove", "one two three four 5,000", 1 },
        { "data-juicer", " one  two\nthree four five six ", 2 },
        { "text-dedup", "one, two. three", 1 },
        { "text-dedup", "one two three", 0 },
        { "nemo", "", 0 },
        { "nemo", "tea", 1 },
        { "nemo", "123456789012345678901234\xc3\xa9", 2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        EXPECT_INTEGER(count_shingles(rows[i].scheme, rows[i].text), rows[i].count);
}

TEST(minhash_rolling, "minhash: a shingle's hash does not depend on what stands before it")
{
    struct minhash *minhash = open_scheme("garner");
    struct buffer scratch = { 0 }, alone = { 0 }, within = { 0 };
    minhash_shingles(minhash, SLICE("jumps over the lazy dog"), &scratch, &alone);
    minhash_shingles(minhash, SLICE(FOX), &scratch, &within);
    EXPECT_INTEGER(alone.length, sizeof(uint64_t));
    EXPECT(memcmp(alone.bytes, within.bytes + 4 * sizeof(uint64_t), sizeof(uint64_t)) == 0);
    buffer_release(&scratch);
    buffer_release(&alone);
    buffer_release(&within);
    memory_free(minhash);
}

TEST(minhash_jaccard, "minhash: Jaccard similarity of sets with repetitions, of one set with several")
{
    struct minhash_set set = { 0 };
    uint32_t left[] = { 5, 1, 1, 9, 7 }, right[] = { 9, 2, 5, 5 }, other[] = { 2, 2, 7, 3, 7, 1 };
    minhash_set_fill(&set, left, 5);
    EXPECT_NEAR(minhash_set_jaccard(&set, right, 4, 0), 0.4, 1e-12);
    EXPECT_NEAR(minhash_set_jaccard(&set, other, 6, 0), 1.0 / 3, 1e-12);
    EXPECT_NEAR(minhash_set_jaccard(&set, right, 4, 0.4), 0.4, 1e-12);
    EXPECT_NEAR(minhash_set_jaccard(&set, right, 4, 0.9), 0, 0.4);
    EXPECT_NEAR(minhash_set_jaccard(&set, left, 5, 0.9), 1, 1e-12);
    EXPECT_NEAR(minhash_set_jaccard(&set, right, 0, 0.7), 0, 1e-12);
    minhash_set_fill(&set, left, 0);
    EXPECT_NEAR(minhash_set_jaccard(&set, right, 3, 0), 0, 1e-12);
    EXPECT_NEAR(minhash_set_jaccard(&set, right, 0, 0.7), 1, 1e-12);
    minhash_set_release(&set);
}

TEST(minhash_jaccard_many, "minhash: a set grows with what it is compared with, and a share just at the least is told")
{
    enum { COUNT = 100, MANY = 5000 };
    struct minhash_set set = { 0 };
    uint32_t hashes[COUNT], others[MANY];
    for (uint32_t i = 0; i < COUNT; i++)
        hashes[i] = i * i;
    for (uint32_t i = 0; i < MANY; i++)
        others[i] = i;
    minhash_set_fill(&set, hashes, COUNT);
    EXPECT_NEAR(minhash_set_jaccard(&set, others, MANY, 0), 71.0 / (MANY + COUNT - 71), 1e-12);
    EXPECT_NEAR(minhash_set_jaccard(&set, others + 1, MANY - 1, 0), 70.0 / (MANY - 1 + COUNT - 70), 1e-12);
    /* 0.55 * 100 is a little more than 55 */
    EXPECT(minhash_set_jaccard(&set, hashes, 55, 0.55) >= 0.55);
    minhash_set_fill(&set, hashes, 99);
    others[0] = 7;
    memcpy(others + 1, hashes, 55 * sizeof *hashes);
    EXPECT(minhash_set_jaccard(&set, others, 56, 0.55) >= 0.55);
    minhash_set_release(&set);
}

TEST(union_find, "union-find: sets are known by their least member, in whatever order they were joined")
{
    struct union_find sets = { 0 };
    static const uint64_t joins[][2] = { { 9, 4 }, { 7, 9 }, { 2, 8 }, { 8, 8 }, { 4, 8 } };
    union_find_grow(&sets, 6);
    union_find_grow(&sets, 12);
    for (size_t i = 0; i < 4; i++)
        union_find_join(&sets, joins[i][0], joins[i][1]);
    EXPECT_INTEGER(union_find_root(&sets, 7), 4);
    EXPECT_INTEGER(union_find_root(&sets, 8), 2);
    EXPECT_INTEGER(union_find_root(&sets, 11), 11);
    union_find_join(&sets, joins[4][0], joins[4][1]);
    for (uint64_t i = 0; i < 12; i++)
        EXPECT_INTEGER(union_find_root(&sets, i), i == 4 || i >= 7 ? (i < 10 ? 2 : i) : i);
    union_find_release(&sets);
}

TEST(simhash_majority, "simhash: each bit is that of most hashes")
{
    uint64_t hashes[301];
    uint64_t state = 7, wanted = 0;
    for (size_t i = 0; i < 301; i++)
        hashes[i] = state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    for (unsigned bit = 0; bit < 64; bit++) {
        int sum = 0;
        for (size_t i = 0; i < 301; i++)
            sum += hashes[i] >> bit & 1 ? 1 : -1;
        wanted |= (uint64_t)(sum > 0) << bit;
    }
    EXPECT(simhash_sign(hashes, 301) == wanted);
    EXPECT(simhash_sign(hashes, 1) == hashes[0]);
    EXPECT(simhash_sign(hashes, 2) == (hashes[0] & hashes[1]));
    EXPECT(simhash_sign(hashes, 0) == 0);
}

TEST(simhash_tables, "simhash: some table brings together all that differ in no more bits than the distance")
{
    for (unsigned distance = 1; distance <= SIMHASH_DISTANCE_MAXIMUM; distance++)
        for (unsigned spare = 1; spare <= 2; spare++) {
            struct simhash_tables tables;
            simhash_tables_make(distance + spare, distance, &tables);
            uint64_t state = distance;
            for (int i = 0; i < 300; i++) {
                uint64_t flips = 0;
                bool is_found = false;
                for (unsigned k = 0; k < distance; k++) {
                    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                    flips |= UINT64_C(1) << (state >> 58);
                }
                for (unsigned table = 0; table < tables.count; table++)
                    is_found |= (flips & tables.masks[table]) == 0;
                EXPECT(is_found);
            }
        }
}

TEST(spool, "spool: strings come back from memory, file and what waits to be written, and in order")
{
    struct spool *spool = spool_create(10000);
    struct buffer bytes = { 0 };
    struct error error;
    enum { COUNT = 3000 };
    uint64_t places[COUNT];
    char text[300];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < COUNT; i++) {
        memcpy(text, &i, sizeof i);
        EXPECT_OK(spool_put(spool, slice_of(text, i % sizeof text), &places[i], &error), &error);
    }
    EXPECT(spool_spilled(spool) > 0);
    for (size_t i = COUNT; i-- > 0;) {
        memcpy(text, &i, sizeof i);
        EXPECT_OK(spool_get(spool, places[i], &bytes, &error), &error);
        EXPECT_SLICE(buffer_slice(&bytes), slice_of(text, i % sizeof text));
    }
    struct spool_reader reader = { 0 };
    struct slice next;
    bool has_item;
    for (size_t i = 0; i < COUNT; i++) {
        memcpy(text, &i, sizeof i);
        EXPECT_OK(spool_next(spool, &reader, &next, &has_item, &error), &error);
        EXPECT(has_item);
        EXPECT_SLICE(next, slice_of(text, i % sizeof text));
    }
    EXPECT_OK(spool_next(spool, &reader, &next, &has_item, &error), &error);
    EXPECT(!has_item);
    spool_reader_release(&reader);
    spool_free(spool);
    buffer_release(&bytes);
}

TEST(simplify_table, "simplify: numbers, marks, white space and diacritics as datatrove has them")
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        { "", "" },
        { " A--B\t\tc ", "a b c" },
        { "1,234.5 of 12. 7", "0 0 of 0 0" },
    };
    struct buffer output = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_reset(&output);
        text_simplify(&output, slice_of_string(rows[i].text));
        EXPECT_SLICE(buffer_slice(&output), slice_of_string(rows[i].wanted));
    }
    buffer_release(&output);
}
