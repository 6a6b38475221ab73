/* base_test.c - slices, buffers, arenas, maps, errors, UTF-8. */
#include "base/arena.h"
#include "base/base64.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/utf8.h"
#include "test.h"

TEST(buffer_decimal, "buffer: the smallest integer is printed in full")
{
    struct buffer buffer = { 0 };
    buffer_append_decimal(&buffer, INT64_MIN);
    EXPECT_TEXT(buffer_slice(&buffer), "-9223372036854775808");
    buffer_release(&buffer);
}

TEST(arena_alignment, "arena: after text of any length the next object is aligned")
{
    struct arena arena = { 0 };
    for (size_t i = 0; i < 100; i++) {
        char *text = arena_allocate_text(&arena, i);
        EXPECT(text != NULL);
        EXPECT_INTEGER((uintptr_t)arena_allocate(&arena, 3) % 16, 0);
    }
    char *large = arena_allocate(&arena, 10 * 1024 * 1024);
    large[10 * 1024 * 1024 - 1] = 'x';
    arena_reset(&arena);
    EXPECT(arena_bytes(&arena) < 8 * 1024 * 1024);
    arena_release(&arena);
}

TEST(map_many, "map: 10,000 keys are found and stay in order of insertion")
{
    struct map map = { 0 };
    struct buffer key = { 0 };
    for (uint64_t i = 0; i < 10000; i++) {
        buffer_reset(&key);
        buffer_append_format(&key, "key %llu", (unsigned long long)(i * 7919));
        bool is_new;
        map_insert(&map, buffer_slice(&key), &is_new)->value = i;
        EXPECT(is_new);
    }
    EXPECT_INTEGER(map.count, 10000);
    EXPECT_INTEGER(map_find(&map, SLICE("key 7919"))->value, 1);
    EXPECT(map_find(&map, SLICE("key 1")) == NULL);
    EXPECT_TEXT(map.entries[2].key, "key 15838");
    buffer_release(&key);
    map_release(&map);
}

TEST(error_escapes, "error: control bytes of data are escaped in messages")
{
    struct error error;
    error_set(&error, E_DATA, "bad name '%s'", "a\x1b[31m\n\xff");
    EXPECT_ERROR(&error, E_DATA, "bad name 'a\\x1b[31m\\n\\xff'");
    error_place(&error, "notes.jsonl", 17, 0);
    error_place(&error, "outer", 1, 1);
    struct buffer text = { 0 };
    error_format(&error, &text);
    EXPECT_TEXT(buffer_slice(&text), "notes.jsonl:17:1: bad name 'a\\x1b[31m\\n\\xff'");
    buffer_release(&text);
}

TEST(utf8_table, "utf8: what RFC 3629 forbids is refused at the right byte")
{
    static const struct {
        struct slice text;
        size_t valid;
    } cases[] = {
        { SLICE_INIT("plain ascii, long enough for a word step"), 40 },
        { SLICE_INIT("\xc3\xa9"), 2 },
        { SLICE_INIT("\xc0\x80"), 0 },
        { SLICE_INIT("a\xed\xa0\x80"), 1 },
        { SLICE_INIT("\xf4\x8f\xbf\xbf"), 4 },
        { SLICE_INIT("\xf4\x90\x80\x80"), 0 },
        { SLICE_INIT("12345678\xe2\x82"), 8 },
        { SLICE_INIT("\xf0\x9f\x98\x80z"), 5 },
        { SLICE_INIT("\x80"), 0 },
        { SLICE_INIT("\xe0\x9f\xbf"), 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_INTEGER(utf8_valid_length(cases[i].text), cases[i].valid);
}

TEST(utf8_repair, "utf8: each maximal bad part becomes one U+FFFD")
{
    struct buffer output = { 0 };
    EXPECT_INTEGER(utf8_append_repaired(&output, SLICE("a\xf0\x9f\x98z\xff\xfe\xe2\x82")), 4);
    EXPECT_TEXT(buffer_slice(&output), "a\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    buffer_release(&output);
}

TEST(hash_text, "hash: 128 bits are printed as xxhsum -H2 prints them")
{
    char text[HASH128_TEXT + 1];
    hash128_format(hash_128(SLICE("")), text);
    EXPECT_SLICE(slice_of_string(text), SLICE("99aa06d3014798d86001c324468d497f"));
}

TEST(base64_table, "base64: RFC 4648's examples go both ways, and broken ones are refused")
{
    static const char *const pairs[][2] = { { "", "" },
                                            { "f", "Zg==" },
                                            { "fo", "Zm8=" },
                                            { "foo", "Zm9v" },
                                            { "foob", "Zm9vYg==" },
                                            { "fooba", "Zm9vYmE=" },
                                            { "foobar", "Zm9vYmFy" } };
    struct buffer text = { 0 };
    char bytes[64];
    size_t length;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        buffer_reset(&text);
        base64_append(&text, slice_of_string(pairs[i][0]));
        EXPECT_SLICE(buffer_slice(&text), slice_of_string(pairs[i][1]));
        EXPECT(base64_decode(buffer_slice(&text), bytes, &length));
        EXPECT_SLICE(slice_of(bytes, length), slice_of_string(pairs[i][0]));
    }
    buffer_release(&text);
    static const char *const broken[] = { "Z", "Zg=", "Zm9v\n", "Zh==", "Zm9=", "Zm9v=", "====" };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        EXPECT(!base64_decode(slice_of_string(broken[i]), bytes, &length));
    EXPECT(base64_decode(SLICE("Zg"), bytes, &length));
}

static size_t find_slowly(struct slice whole, struct slice wanted)
{
    for (size_t i = 0; i + wanted.length <= whole.length; i++)
        if (memcmp(whole.bytes + i, wanted.bytes, wanted.length) == 0)
            return i;
    return whole.length;
}

TEST(slice_find_agrees,
     "slice: the SIMD search finds the first occurrence, wherever it is, and on text made to fool it")
{
    static char text[20000];
    uint64_t state = 7;
    for (int round = 0; round < 4000; round++) {
        unsigned letters = 1 + (unsigned)(state >> 7) % 4;
        size_t length = (size_t)(state >> 20) % 400;
        for (size_t i = 0; i < length; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text[i] = (char)('a' + (state >> 60) % letters);
        }
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t start = (size_t)(state >> 33) % (length + 1), wanted = (size_t)(state >> 50) % 12;
        char copy[16];
        struct slice part = slice_between(slice_of(text, length), start, start + wanted);
        memcpy(copy, part.bytes, part.length);
        if (part.length && state % 3 == 0)
            copy[part.length - 1] = 'z';
        part.bytes = copy;
        EXPECT_INTEGER(slice_find(slice_of(text, length), part), find_slowly(slice_of(text, length), part));
    }
    memset(text, 'a', sizeof text);
    char needle[1000];
    memset(needle, 'a', sizeof needle);
    needle[500] = 'b';
    EXPECT_INTEGER(slice_find(slice_of(text, sizeof text), slice_of(needle, sizeof needle)), sizeof text);
    text[15000] = 'b';
    EXPECT_INTEGER(slice_find(slice_of(text, sizeof text), slice_of(needle, sizeof needle)), 14500);
}
