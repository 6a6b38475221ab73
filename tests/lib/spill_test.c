/* spill_test.c - sorting beside the plainest code there is, with and without room. */
#include "spill/sorter.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "record/sort_key.h"
#include "test.h"

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

struct item {
    struct slice key;
    uint32_t number;
};

static int by_key_and_number(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    size_t shared = a->key.length < b->key.length ? a->key.length : b->key.length;
    int order = shared ? memcmp(a->key.bytes, b->key.bytes, shared) : 0;
    if (order != 0)
        return order;
    if (a->key.length != b->key.length)
        return a->key.length < b->key.length ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* Keys that are equal, share long starts, hold NULs, are empty. */
static struct slice random_key(struct arena *arena, uint64_t *state)
{
    char key[40];
    size_t length = next_random(state) % 4 ? next_random(state) % 12 : next_random(state) % sizeof key;
    for (size_t i = 0; i < length; i++)
        key[i] = i < 9 && length > 12 ? 'x' : "\0\1a\xff"[next_random(state) % 4];
    return arena_copy(arena, slice_of(key, length));
}

static void sort_and_compare(size_t count, size_t memory, size_t payload_bytes, bool must_spill)
{
    struct arena arena = { 0 };
    struct item *items = memory_allocate_zeroed(count + 1, sizeof *items);
    char *payload = memory_allocate_zeroed(payload_bytes + sizeof(uint32_t), 1);
    struct sorter *sorter = sorter_create(memory);
    struct error error;
    uint64_t state = 3 + count;
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct item){ random_key(&arena, &state), i };
        memcpy(payload, &i, sizeof i);
        EXPECT_OK(sorter_add(sorter, items[i].key, slice_of(payload, i % (payload_bytes + 1) + sizeof i), &error),
                  &error);
    }
    EXPECT_INTEGER(sorter_count(sorter), count);
    EXPECT_OK(sorter_finish(sorter, &error), &error);
    EXPECT((sorter_spilled(sorter) > 0) == must_spill);
    qsort(items, count, sizeof *items, by_key_and_number);
    struct slice key, found;
    bool has_item;
    for (size_t i = 0; i < count; i++) {
        uint32_t number;
        EXPECT_OK(sorter_next(sorter, &key, &found, &has_item, &error), &error);
        EXPECT(has_item);
        memcpy(&number, found.bytes, sizeof number);
        EXPECT_INTEGER(number, items[i].number);
        EXPECT_SLICE(key, items[i].key);
        EXPECT_INTEGER(found.length, number % (payload_bytes + 1) + sizeof number);
    }
    EXPECT_OK(sorter_next(sorter, &key, &found, &has_item, &error), &error);
    EXPECT(!has_item);
    sorter_free(sorter);
    memory_free(items);
    memory_free(payload);
    arena_release(&arena);
}

TEST(sorter_memory, "sorter: in memory, the order is that of the keys, then of adding")
{
    static const size_t counts[] = { 0, 1, 2, 24, 25, 1000, 20000 };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        sort_and_compare(counts[i], (size_t)64 << 20, 16, false);
}

TEST(sorter_disk, "sorter: with little memory runs go to disk, are merged twice, and the order is the same")
{
    sort_and_compare(20000, 1, 1500, true);
}

TEST(sorter_large, "sorter: an item larger than the memory is sorted all the same")
{
    struct sorter *sorter = sorter_create(1);
    struct error error;
    struct slice key, payload;
    bool has_item;
    size_t length = 3 << 20;
    char *bytes = memory_allocate_zeroed(length, 1);
    for (int i = 3; i > 0; i--) {
        char name[] = { (char)i };
        EXPECT_OK(sorter_add(sorter, slice_of(name, 1), slice_of(bytes, length), &error), &error);
    }
    EXPECT_OK(sorter_finish(sorter, &error), &error);
    for (int i = 1; i <= 3; i++) {
        EXPECT_OK(sorter_next(sorter, &key, &payload, &has_item, &error), &error);
        EXPECT(has_item && key.bytes[0] == i && payload.length == length);
    }
    memory_free(bytes);
    sorter_free(sorter);
}

TEST(sorter_folder, "sorter: a folder for temporary files that is not there is named")
{
    char *before = getenv("TMPDIR") ? memory_copy_string(getenv("TMPDIR")) : NULL;
    struct sorter *sorter = sorter_create(1);
    struct error error;
    char bytes[2048] = { 0 };
    bool is_good = true;
    setenv("TMPDIR", "/nowhere", 1);
    for (int i = 0; is_good && i < 1000; i++)
        is_good = sorter_add(sorter, SLICE("k"), slice_of(bytes, sizeof bytes), &error);
    EXPECT(!is_good);
    EXPECT_ERROR(
        &error, E_CREATE,
        "a temporary file in '/nowhere' cannot be made (TMPDIR names another folder): no such file or directory");
    before ? setenv("TMPDIR", before, 1) : unsetenv("TMPDIR");
    memory_free(before);
    sorter_free(sorter);
}

/* In their order; the ones in a row are equal. */
static const char *const ordered[][4] = {
    { "null" },
    { "false" },
    { "true" },
    { "-1e9999999999999999999" },
    { "-1e40000" },
    { "-1e400", "-10e399" },
    { "-9007199254740993" },
    { "-9007199254740992", "-9007199254740992.0" },
    { "-1.5" },
    { "-0.15" },
    { "0", "-0", "0.0e99" },
    { "1e-9999999999999999999" },
    { "1e-40000", "10e-40001" },
    { "1e-400" },
    { "0.001", "1e-3" },
    { "1", "1.0", "10e-1", "0.1e1" },
    { "1.05" },
    { "9" },
    { "10", "1e1" },
    { "9007199254740992" },
    { "9007199254740993" },
    { "12345678901234567890" },
    { "12345678901234567890.5" },
    { "123456789012345678901" },
    { "1e400" },
    { "1e40000" },
    { "1e9999999999999999999" },
    { "\"\"" },
    { "\"\\u0000\"" },
    { "\"\\u0000a\"" },
    { "\"a\"", "\"\\u0061\"" },
    { "\"a\\u0000\"" },
    { "\"ab\"" },
    { "\"\xc3\xa9\"" },
    { "[]" },
    { "{}" },
    { NULL }, /* missing */
};
enum { ORDERED = sizeof ordered / sizeof *ordered };

static void append_key(struct buffer *key, const char *text, bool reverses)
{
    struct arena arena = { 0 };
    struct json_value value = { 0 };
    struct error error;
    buffer_reset(key);
    if (text)
        EXPECT_OK(json_scan(slice_of_string(text), &value, &error), &error);
    EXPECT_OK(sort_key_append(key, value, reverses, &arena, &error), &error);
    arena_release(&arena);
}

static int compare_keys(const struct buffer *left, const struct buffer *right)
{
    size_t shared = left->length < right->length ? left->length : right->length;
    int order = memcmp(left->bytes, right->bytes, shared);
    return order ? order : (left->length > right->length) - (left->length < right->length);
}

TEST(sort_key, "sort key: values of every type in their order, equal ones alike, missing last, and the reverse")
{
    struct buffer left = { 0 }, right = { 0 };
    for (size_t i = 0; i < ORDERED; i++) {
        for (size_t same = 1; same < 4 && ordered[i][same]; same++) {
            append_key(&left, ordered[i][0], false);
            append_key(&right, ordered[i][same], false);
            EXPECT(compare_keys(&left, &right) == 0);
        }
        for (size_t j = i + 1; j < ORDERED; j++) {
            append_key(&left, ordered[i][0], false);
            append_key(&right, ordered[j][0], false);
            if (compare_keys(&left, &right) >= 0)
                test_fail(__FILE__, __LINE__, "%s does not come before %s", ordered[i][0], ordered[j][0]);
            append_key(&left, ordered[i][0], true);
            append_key(&right, ordered[j][0], true);
            EXPECT((compare_keys(&left, &right) > 0) == (ordered[j][0] != NULL));
        }
    }
    buffer_release(&left);
    buffer_release(&right);
}
