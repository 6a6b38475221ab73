/* encoder_test.c - splitting beside PCRE2, merging beside the plainest code there is, files that are refused. */
#include "text/encoder.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "test.h"
#include "text/splitter.h"
#include "text/tokens.h"

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Each of these has its own way through the patterns. */
static const char *const parts[] = { "a",
                                     "bc",
                                     "Q",
                                     "XY",
                                     "s",
                                     "re",
                                     "LL",
                                     "'",
                                     "'s",
                                     "'Re",
                                     "'LL",
                                     " ",
                                     "  ",
                                     "\t",
                                     "\n",
                                     "\r\n",
                                     "\n\n",
                                     "1",
                                     "23",
                                     "4567",
                                     "!",
                                     "?!",
                                     "//",
                                     "/",
                                     "_",
                                     "-",
                                     "\xc3\xa9" /* é */,
                                     "\xc3\x89" /* É */,
                                     "\xce\xa3",
                                     "\xc5\xbf" /* long s */,
                                     "\xe4\xb8\xad\xe6\x96\x87",
                                     "\xed\x95\x9c",
                                     "\xcc\x81" /* combining acute */,
                                     "\xe2\x80\x8d" /* joiner */,
                                     "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",
                                     "\xc2\xa0",
                                     "\xe3\x80\x80",
                                     "\xc2\xbd" /* one half */,
                                     "\xd9\xa3",
                                     "\xe0\xa4\xb9\xe0\xa4\xbf",
                                     "\xc7\x85" /* title case */,
                                     "\xca\xb0" /* modifier */,
                                     "the",
                                     " The",
                                     " THE'S",
                                     ".\n" };

static void fill_random(struct buffer *text, uint64_t *state)
{
    size_t count = next_random(state) % 24;
    buffer_reset(text);
    for (size_t i = 0; i < count; i++)
        buffer_append_string(text, parts[next_random(state) % (sizeof parts / sizeof *parts)]);
}

static void append_piece(void *context, struct slice piece)
{
    struct buffer *shown = context;
    buffer_append_slice(shown, piece);
    buffer_append_byte(shown, '|');
}

TEST(splitter_random, "splitter: the scanners cut random texts as PCRE2 does with their patterns")
{
    static const enum split_kind kinds[] = { SPLIT_GPT2, SPLIT_CL100K, SPLIT_QWEN2, SPLIT_O200K, SPLIT_DIGITS };
    struct buffer text = { 0 }, found = { 0 }, wanted = { 0 };
    struct error error;
    uint64_t state = 20;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct splitter scanner = { 0 }, slow = { .count = 1, .steps = { { .kind = SPLIT_PATTERN } } };
        slow.steps[0].pattern = pattern_compile(slice_of_string(splitter_expression(kinds[k])), 0, &error);
        EXPECT(slow.steps[0].pattern != NULL);
        EXPECT_OK(splitter_add_pattern(&scanner, slice_of_string(splitter_expression(kinds[k])), &error), &error);
        EXPECT(scanner.steps[0].kind == kinds[k]);
        for (int round = 0; round < 4000; round++) {
            fill_random(&text, &state);
            buffer_reset(&found);
            buffer_reset(&wanted);
            EXPECT_OK(splitter_split(&scanner, buffer_slice(&text), append_piece, &found, &error), &error);
            EXPECT_OK(splitter_split(&slow, buffer_slice(&text), append_piece, &wanted, &error), &error);
            EXPECT_SLICE(buffer_slice(&found), buffer_slice(&wanted));
        }
        splitter_release(&scanner);
        splitter_release(&slow);
    }
    buffer_release(&text);
    buffer_release(&found);
    buffer_release(&wanted);
}

static const struct {
    enum split_kind kind;
    const char *text, *pieces;
} splits[] = {
    { SPLIT_GPT2, "I'll go  there's 1234 o'clock\n\n x", "I|'ll| go| | there|'s| 1234| o|'|clock|\n\n| x|" },
    { SPLIT_CL100K, "I'LL go  there's 1234 o'clock\n\n x", "I|'LL| go| | there|'s| |123|4| o|'clock|\n\n| x|" },
    { SPLIT_QWEN2, "v1.23 (x)\t\ty", "v|1|.|2|3| (|x|)|\t|\ty|" },
    { SPLIT_O200K, "HTTPServer's camelCase a/b//\n9999  ", "HTTPServer's| camel|Case| a|/b|//\n|999|9|  |" },
};

TEST(splitter_table, "splitter: contractions, blanks, digits and case, pattern by pattern")
{
    struct error error;
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        struct splitter splitter = { 0 };
        struct buffer shown = { 0 };
        EXPECT_OK(splitter_add(&splitter, splits[i].kind, &error), &error);
        EXPECT_OK(splitter_split(&splitter, slice_of_string(splits[i].text), append_piece, &shown, &error), &error);
        EXPECT_SLICE(buffer_slice(&shown), slice_of_string(splits[i].pieces));
        buffer_release(&shown);
        splitter_release(&splitter);
    }
}

/* A vocabulary: all bytes, and merges that join random tokens. Rank is id. */
enum { TINY = 600 };
struct tiny {
    struct slice tokens[TINY];
    struct arena arena;
};

static void make_tiny(struct tiny *tiny, uint64_t seed)
{
    static const char alphabet[] = "aaabbcs 're1!\n\xc3\xa9";
    size_t count = 256;
    for (size_t i = 0; i < 256; i++)
        tiny->tokens[i] = arena_copy(&tiny->arena, slice_of(&(char){ (char)i }, 1));
    while (count < TINY) {
        char text[16];
        struct slice left = tiny->tokens[next_random(&seed) % 3 && count > 256
                                             ? 256 + next_random(&seed) % (count - 256)
                                             : (unsigned char)alphabet[next_random(&seed) % (sizeof alphabet - 1)]];
        struct slice right = tiny->tokens[(unsigned char)alphabet[next_random(&seed) % (sizeof alphabet - 1)]];
        size_t length = left.length + right.length, i = 0;
        if (length > sizeof text)
            continue;
        memcpy(text, left.bytes, left.length);
        memcpy(text + left.length, right.bytes, right.length);
        while (i < count && !slice_equal(tiny->tokens[i], slice_of(text, length)))
            i++;
        if (i == count)
            tiny->tokens[count++] = arena_copy(&tiny->arena, slice_of(text, length));
    }
}

static struct vocabulary *tiny_vocabulary(const struct tiny *tiny)
{
    struct buffer file = { 0 };
    struct error error;
    for (size_t i = 0; i < TINY; i++) {
        base64_append(&file, tiny->tokens[i]);
        buffer_append_format(&file, " %zu\n", i);
    }
    struct vocabulary *vocabulary = vocabulary_read("some/tiny-cl100k.tiktoken", buffer_slice(&file), &error);
    buffer_release(&file);
    EXPECT(vocabulary != NULL);
    return vocabulary;
}

struct plain {
    const struct tiny *tiny;
    uint32_t ids[4096];
    size_t count;
};

static uint32_t find_plain(const struct tiny *tiny, struct slice bytes)
{
    for (uint32_t i = 0; i < TINY; i++)
        if (slice_equal(tiny->tokens[i], bytes))
            return i;
    return UINT32_MAX;
}

/* Byte-pair encoding as it is defined: again and again the pair of lowest rank, the leftmost first. */
static void encode_plain_piece(void *context, struct slice piece)
{
    struct plain *plain = context;
    size_t starts[2048], count = piece.length;
    EXPECT(count < 2047);
    for (size_t i = 0; i <= count; i++)
        starts[i] = i;
    for (;;) {
        uint32_t best = UINT32_MAX;
        size_t place = 0;
        for (size_t i = 0; i + 1 < count; i++) {
            uint32_t rank = find_plain(plain->tiny, slice_between(piece, starts[i], starts[i + 2]));
            if (rank < best) {
                best = rank;
                place = i;
            }
        }
        if (best == UINT32_MAX)
            break;
        count--;
        memmove(&starts[place + 1], &starts[place + 2], (count - place) * sizeof *starts);
    }
    for (size_t i = 0; i < count; i++)
        plain->ids[plain->count++] = find_plain(plain->tiny, slice_between(piece, starts[i], starts[i + 1]));
}

static void expect_same(struct encoder *encoder, struct plain *plain, const struct splitter *splitter,
                        struct slice text)
{
    struct error error;
    const uint32_t *ids;
    size_t count, counted;
    plain->count = 0;
    EXPECT_OK(splitter_split(splitter, text, encode_plain_piece, plain, &error), &error);
    EXPECT_OK(encoder_count(encoder, text, &counted, &error), &error);
    EXPECT_INTEGER(counted, plain->count);
    EXPECT_OK(encoder_encode(encoder, text, &ids, &count, &error), &error);
    EXPECT_INTEGER(count, plain->count);
    EXPECT(count == 0 || memcmp(ids, plain->ids, count * sizeof *ids) == 0);
}

TEST(encoder_plain, "encoder: random vocabularies and texts give what merging step by step gives")
{
    struct plain *plain = memory_allocate_zeroed(1, sizeof *plain);
    struct splitter splitter = { 0 };
    struct error error;
    EXPECT_OK(splitter_add(&splitter, SPLIT_CL100K, &error), &error);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct tiny tiny = { 0 };
        struct buffer text = { 0 };
        uint64_t state = seed * 77;
        make_tiny(&tiny, seed);
        plain->tiny = &tiny;
        struct vocabulary *vocabulary = tiny_vocabulary(&tiny);
        struct encoder *encoder = encoder_create(vocabulary, ADDED_AS_FILE);
        for (int round = 0; round < 150; round++) {
            fill_random(&text, &state);
            expect_same(encoder, plain, &splitter, buffer_slice(&text));
            buffer_reset(&text); /* one long word, merged through the heap */
            for (size_t i = 0, length = next_random(&state) % 120; i < length; i++)
                buffer_append_byte(&text, "abcs"[next_random(&state) % 4]);
            expect_same(encoder, plain, &splitter, buffer_slice(&text));
        }
        encoder_free(encoder);
        vocabulary_close(vocabulary);
        buffer_release(&text);
        arena_release(&tiny.arena);
    }
    splitter_release(&splitter);
    memory_free(plain);
}

TEST(encoder_marks, "encoder: marks are where decoded tokens begin, and a megabyte without a blank comes to an end")
{
    struct tiny tiny = { 0 };
    struct buffer text = { 0 }, back = { 0 };
    struct error error;
    const uint32_t *ids;
    size_t count, place = 0;
    make_tiny(&tiny, 9);
    struct vocabulary *vocabulary = tiny_vocabulary(&tiny);
    struct encoder *encoder = encoder_create(vocabulary, ADDED_AS_FILE);
    uint64_t state = 5;
    while (text.length < 1 << 20)
        buffer_append_byte(&text, "abcs"[next_random(&state) % 4]);
    uint64_t *marks = memory_allocate_zeroed(text.length / 64 + 1, sizeof *marks);
    EXPECT_OK(encoder_mark(encoder, buffer_slice(&text), marks, &error), &error);
    EXPECT_OK(encoder_encode(encoder, buffer_slice(&text), &ids, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        EXPECT(marks[place / 64] >> (place % 64) & 1);
        marks[place / 64] &= ~((uint64_t)1 << (place % 64));
        place += tiny.tokens[ids[i]].length;
    }
    for (size_t i = 0; i < text.length / 64 + 1; i++)
        EXPECT(marks[i] == 0);
    EXPECT_OK(vocabulary_decode(vocabulary, ids, count, &back, &error), &error);
    EXPECT_SLICE(buffer_slice(&back), buffer_slice(&text));
    EXPECT(!vocabulary_decode(vocabulary, &(uint32_t){ 100000 }, 1, &back, &error));
    EXPECT_ERROR(&error, E_FIELD_VALUE, "there is no token 100000 in tiny-cl100k");
    memory_free(marks);
    encoder_free(encoder);
    vocabulary_close(vocabulary);
    buffer_release(&text);
    buffer_release(&back);
    arena_release(&tiny.arena);
}

/* A tokenizer.json with every byte as a token (in its alphabet), and what the test adds. */
static void append_tokenizer_json(struct buffer *file, const char *tokens, const char *merges, const char *rest)
{
    unsigned next = 0x100;
    buffer_append_string(file, "{\"model\":{\"type\":\"BPE\",\"vocab\":{");
    for (unsigned byte = 0; byte < 256; byte++) {
        bool is_itself = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        buffer_append_format(file, "%s\"\\u%04x\":%u", byte ? "," : "", is_itself ? byte : next++, byte);
    }
    buffer_append_format(file, "%s},\"merges\":[%s]}%s}", tokens, merges, rest);
}

static struct vocabulary *read_json(const char *tokens, const char *merges, const char *rest, struct error *error)
{
    struct buffer file = { 0 };
    append_tokenizer_json(&file, tokens, merges, rest);
    struct vocabulary *vocabulary = vocabulary_read("models/small/tokenizer.json", buffer_slice(&file), error);
    buffer_release(&file);
    return vocabulary;
}

static void expect_ids(struct vocabulary *vocabulary, enum added_tokens added, const char *text, const char *wanted)
{
    struct encoder *encoder = encoder_create(vocabulary, added);
    struct buffer shown = { 0 };
    struct error error;
    const uint32_t *ids;
    size_t count;
    EXPECT_OK(encoder_encode(encoder, slice_of_string(text), &ids, &count, &error), &error);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&shown, i ? " %u" : "%u", ids[i]);
    EXPECT_SLICE(buffer_slice(&shown), slice_of_string(wanted));
    buffer_release(&shown);
    encoder_free(encoder);
}

TEST(vocabulary_json, "vocabulary: merges decide by rank, added tokens are split out, texts are composed")
{
    struct error error;
    /* "ab" comes before "bc"; "abc" can only be made of "a" and "bc". U+0120 is the blank. */
    struct vocabulary *vocabulary = read_json(
        ",\"ab\":256,\"bc\":257,\"abc\":258,\"\\u0120a\":259,\"\\u00c3\\u00a9\":260",
        "\"a b\",[\"b\",\"c\"],\"a bc\",\"\\u0120 a\",\"\\u00c3 \\u00a9\"",
        ",\"added_tokens\":[{\"id\":300,\"content\":\"<s>\"},{\"id\":301,\"content\":\"<s>>\",\"rstrip\":true}],"
        "\"normalizer\":{\"type\":\"NFC\"},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}",
        &error);
    EXPECT(vocabulary != NULL);
    EXPECT_TEXT(slice_of_string(vocabulary_name(vocabulary)), "small");
    expect_ids(vocabulary, ADDED_AS_FILE, "abc", "256 99");
    expect_ids(vocabulary, ADDED_AS_FILE, "xbc a", "120 257 259");
    expect_ids(vocabulary, ADDED_AS_FILE, "a<s>b<s>>  c", "97 300 98 301 99");
    expect_ids(vocabulary, ADDED_AS_TEXT, "<s>", "60 115 62");
    expect_ids(vocabulary, ADDED_AS_FILE, "e\xcc\x81", "260");
    vocabulary_close(vocabulary);
}

TEST(vocabulary_whole, "vocabulary: with ignore_merges a piece that is a token is not merged")
{
    struct error error;
    struct vocabulary *vocabulary =
        read_json(",\"ab\":256,\"abc\":257", "\"a b\"", ",\"pre_tokenizer\":{\"type\":\"ByteLevel\"}", &error);
    expect_ids(vocabulary, ADDED_AS_FILE, "abc", "256 99");
    vocabulary_close(vocabulary);
    struct buffer file = { 0 };
    append_tokenizer_json(&file, ",\"ab\":256,\"abc\":257", "\"a b\"", "");
    /* The model's flag: the file ends with "]}}". */
    file.length -= 2;
    buffer_append_string(&file, ",\"ignore_merges\":true},\"pre_tokenizer\":{\"type\":\"ByteLevel\"}}");
    vocabulary = vocabulary_read("x.json", buffer_slice(&file), &error);
    EXPECT(vocabulary != NULL);
    expect_ids(vocabulary, ADDED_AS_FILE, "abc", "257");
    vocabulary_close(vocabulary);
    buffer_release(&file);
}

static const struct {
    const char *content, *message;
    int64_t line;
} bad_files[] = {
    { "", "there is no token in it", 0 },
    { "IQ== 0\nIg 1x\n", "not a line of a .tiktoken file, expected 'BASE64 RANK'", 2 },
    { "IQ== 0\nIg== 0\n", "id 0 stands for two tokens", 0 },
    { "IQ== 0\nIQ== 1\n", "ids 0 and 1 are the same token", 0 },
    { "IQ== 0\n", "byte 0x00 has no token: not a byte-level vocabulary", 0 },
    { "IQ== 99999999999999999999\n", "not a line of a .tiktoken file, expected 'BASE64 RANK'", 1 },
    { "{}", "tokenizer.json: 'vocab' is empty", 0 },
    { "{\"model\":{\"type\":\"WordPiece\"}}", "tokenizer.json: the model is not of type BPE", 0 },
    { "{\"model\":{\"type\":\"BPE\",\"byte_fallback\":true}}",
      "tokenizer.json: a model with byte_fallback is not byte-level", 0 },
    { "{\"model\":{\"vocab\":{\"a\":-1}}}", "tokenizer.json: an id in 'vocab' is not a whole number of reasonable size",
      0 },
};

TEST(vocabulary_bad, "vocabulary: what is no vocabulary is refused with its place")
{
    for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
        struct error error;
        error_reset(&error);
        EXPECT(!vocabulary_read("cl100k.tiktoken", slice_of_string(bad_files[i].content), &error));
        EXPECT_ERROR(&error, E_DATA, bad_files[i].message);
        EXPECT_INTEGER(error.line, bad_files[i].line);
        EXPECT_TEXT(slice_of_string(error.file), "cl100k.tiktoken");
    }
}

static const struct {
    const char *rest, *message;
} bad_parts[] = {
    { ",\"normalizer\":{\"type\":\"Lowercase\"}",
      "tokenizer.json: the normalizer 'Lowercase' is not read, expected a Unicode form" },
    { ",\"pre_tokenizer\":{\"type\":\"Metaspace\"}",
      "tokenizer.json: the pre_tokenizer 'Metaspace' is not read, expected ByteLevel, Split or Digits" },
    { ",\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},\"behavior\":\"Isolated\"}",
      "tokenizer.json: a Split that has no Regex is not read" },
    { ",\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\" \"},\"behavior\":\"MergedWithNext\"}",
      "tokenizer.json: a Split whose behavior is not Isolated is not read" },
};

TEST(vocabulary_parts, "vocabulary: a tokenizer.json that asks for more than we do is refused")
{
    for (size_t i = 0; i < sizeof bad_parts / sizeof *bad_parts; i++) {
        struct error error;
        EXPECT(!read_json("", "", bad_parts[i].rest, &error));
        EXPECT_ERROR(&error, E_DATA, bad_parts[i].message);
    }
}
