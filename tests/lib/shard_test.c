/* shard_test.c - sets of shards: what is on disk, and that no damage goes unseen. */
#include "dataset/shard_set.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "stream/files.h"
#include "test.h"

static const char *place(struct arena *arena, const char *name)
{
    return arena_format(arena, "%s/%s", test_folder(), name);
}

/* A set of so many rows {"n":NUMBER} in the shards that settings ask for. */
static void write_set(const char *pattern, struct shard_settings settings, int rows)
{
    struct error error = { 0 };
    EXPECT_OK(shard_layout_of(pattern, &settings.layout, &error), &error);
    struct shard_set_settings all = { pattern, settings, SLICE("{\"tool\":\"test\"}") };
    struct shard_set *set = shard_set_create(&all, &error);
    EXPECT_OK(set != NULL, &error);
    struct shard_dealer *dealer = shard_dealer_create(&settings);
    struct frame_compressor *compressor = settings.layout.is_compressed ? frame_compressor_create() : NULL;
    struct arena arena = { 0 };
    struct shard_frame frame;
    for (int i = 0; i <= rows; i++) {
        if (i < rows) {
            buffer_append_format(shard_dealer_begin(dealer), "{\"n\":%d}", i);
            shard_dealer_end(dealer, 3);
        }
        while (shard_dealer_take(dealer, i == rows, &arena, &frame)) {
            shard_frame_seal(&frame, compressor, &arena);
            EXPECT_OK(shard_set_add(set, &frame, &error), &error);
        }
    }
    EXPECT_OK(shard_set_commit(set, &error), &error);
    EXPECT_INTEGER(shard_set_totals(set)->rows, rows);
    shard_set_close(set);
    shard_dealer_free(dealer);
    frame_compressor_free(compressor);
    arena_release(&arena);
}

static void count_fault(void *context, const struct error *error)
{
    EXPECT(error->file[0] != '\0');
    (*(int *)context)++;
}

static int faults_of(const char *path, struct shard_totals *totals)
{
    struct error error = { 0 };
    int faults = 0;
    if (!shard_set_verify(path, count_fault, &faults, totals, &error))
        faults++;
    return faults;
}

/* Without syncing it. */
static void write_plainly(const char *path, struct slice content)
{
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    EXPECT(fwrite(content.bytes, 1, content.length, file) == content.length);
    EXPECT(fclose(file) == 0);
}

static bool is_there(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

TEST(shards_counts, "shards: by rows, by bytes, so many of them, or none, each set whole")
{
    static const struct {
        const char *pattern;
        struct shard_settings settings;
        int rows, shards; /* 0: several */
    } cases[] = {
        { "{shard}.jsonl", { .rows = 10 }, 25, 3 },      { "a-{shard}.jsonl.zst", { .count = 4 }, 2, 4 },
        { "b{shard}.tar", { .bytes = 100000 }, 300, 0 }, { "c{shard}.tar.zst", { .rows = 10 }, 20, 2 },
        { "d{shard}.tar", { .bytes = 100000 }, 0, 0 },
    };
    struct arena arena = { 0 };
    struct shard_totals totals, all = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer manifest = { 0 };
        write_set(place(&arena, cases[i].pattern), cases[i].settings, cases[i].rows);
        buffer_append_format(&manifest, "%s/%.*smanifest.json", test_folder(), (int)strcspn(cases[i].pattern, "{"),
                             cases[i].pattern);
        EXPECT_INTEGER(faults_of(buffer_string(&manifest), &totals), 0);
        EXPECT_INTEGER(totals.rows, cases[i].rows);
        EXPECT_INTEGER(totals.tokens, 3 * cases[i].rows);
        EXPECT(cases[i].shards ? totals.shards == cases[i].shards : (totals.shards > 1) == (cases[i].rows > 0));
        EXPECT(!cases[i].settings.bytes || totals.bytes <= totals.shards * cases[i].settings.bytes);
        all.rows += totals.rows;
        buffer_release(&manifest);
    }
    EXPECT(shard_set_is_one(test_folder()));
    EXPECT_INTEGER(faults_of(test_folder(), &totals), 0);
    EXPECT_INTEGER(totals.rows, all.rows);
    arena_release(&arena);
}

TEST(shards_leftovers, "shards: a smaller set leaves no file of the larger one behind")
{
    struct arena arena = { 0 };
    write_set(place(&arena, "{shard}.jsonl"), (struct shard_settings){ .rows = 1 }, 3);
    EXPECT(is_there(place(&arena, "00002.jsonl")));
    write_set(place(&arena, "{shard}.jsonl"), (struct shard_settings){ .rows = 1 }, 2);
    EXPECT(is_there(place(&arena, "00001.jsonl")) && !is_there(place(&arena, "00002.jsonl")));
    EXPECT(!is_there(place(&arena, "00002.jsonl.index")));
    arena_release(&arena);
}

TEST(shards_damage, "shards: a changed byte anywhere in a shard or an index is told")
{
    static const char *const names[] = { "00000.jsonl", "00000.jsonl.zst", "00000.tar", "00000.tar.zst" };
    static const char *const patterns[] = { "{shard}.jsonl", "{shard}.jsonl.zst", "{shard}.tar", "{shard}.tar.zst" };
    struct arena arena = { 0 };
    struct error error = { 0 };
    struct shard_totals totals;
    for (size_t i = 0; i < 8; i++) {
        const char *path = place(&arena, names[i / 2]);
        if (i % 2 == 0)
            write_set(place(&arena, patterns[i / 2]), (struct shard_settings){ .rows = 100 }, 3);
        else
            path = arena_format(&arena, "%s.index", path);
        struct buffer file = { 0 };
        EXPECT_OK(file_read(path, 1 << 20, "x", &file, &error), &error);
        size_t step = file.length > 500 ? 37 : 1;
        for (size_t k = 0; k < file.length; k += step) {
            file.bytes[k] ^= 0x10;
            write_plainly(path, buffer_slice(&file));
            EXPECT(faults_of(test_folder(), &totals) >= 1);
            file.bytes[k] ^= 0x10;
        }
        write_plainly(path, buffer_slice(&file));
        buffer_release(&file);
    }
    arena_release(&arena);
}

TEST(shards_patterns, "shards: a pattern has {shard} once, in the file's name, and a known ending")
{
    static const char *const bad[] = { "out/x.jsonl",  "{shard}/x.jsonl",  "{shard}{shard}.jsonl",
                                       "{shard}.json", "{shard}.jsonl.gz", "{shard}" };
    struct shard_layout layout;
    struct error error = { 0 };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT(!shard_layout_of(bad[i], &layout, &error) && error.code == E_USAGE);
    EXPECT_OK(shard_layout_of("out/train-{shard}.tar.zst", &layout, &error), &error);
    EXPECT(layout.is_tar && layout.is_compressed);
}
