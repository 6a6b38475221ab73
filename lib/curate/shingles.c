/* shingles.c - how a text becomes shingles, and their hashes.
 *
 * A text of words is brought into a form where one blank parts two words, so that a shingle is a stretch of it. */
#include "base/digest.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "curate/minhash.h"
#include "text/fold.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define ROLLING_FACTOR UINT64_C(0x9e3779b97f4a7c15)

static uint32_t rotate(uint32_t word, int bits)
{
    return word << bits | word >> (32 - bits);
}

/* MurmurHash3_x86_32. Source: Appleby 2011, public domain. */
static uint32_t murmur3(struct slice bytes, uint32_t seed)
{
    const uint32_t first = UINT32_C(0xcc9e2d51), second = UINT32_C(0x1b873593);
    uint32_t hash = seed;
    size_t place = 0;
    for (; place + 4 <= bytes.length; place += 4) {
        const unsigned char *four = (const unsigned char *)bytes.bytes + place;
        uint32_t word = four[0] | (uint32_t)four[1] << 8 | (uint32_t)four[2] << 16 | (uint32_t)four[3] << 24;
        hash ^= rotate(word * first, 15) * second;
        hash = rotate(hash, 13) * 5 + UINT32_C(0xe6546b64);
    }
    uint32_t rest = 0;
    for (size_t i = bytes.length; i > place; i--)
        rest = rest << 8 | (unsigned char)bytes.bytes[i - 1];
    if (place < bytes.length)
        hash ^= rotate(rest * first, 15) * second;
    hash ^= (uint32_t)bytes.length;
    hash = (hash ^ hash >> 16) * UINT32_C(0x85ebca6b);
    hash = (hash ^ hash >> 13) * UINT32_C(0xc2b2ae35);
    return hash ^ hash >> 16;
}

static uint64_t little_endian(const unsigned char *bytes, unsigned count)
{
    uint64_t number = 0;
    while (count-- > 0)
        number = number << 8 | bytes[count];
    return number;
}

static uint64_t hash_shingle(const struct minhash *minhash, struct slice shingle)
{
    unsigned char digest[DIGEST_SHA1_BYTES];
    uint32_t hash;
    switch (minhash->scheme->hash) {
    case MINHASH_ROLLING: /* add_rolling() has its own */
        break;
    case MINHASH_XXH64:
        return hash_xxh64(shingle, 0);
    case MINHASH_SHA1_64:
        digest_sha1_bytes(shingle, digest);
        return little_endian(digest, 8);
    case MINHASH_SHA1_32:
        digest_sha1_bytes(shingle, digest);
        return little_endian(digest, 4);
    case MINHASH_MURMUR3: /* 0 is kept for other uses there */
        hash = murmur3(shingle, minhash->narrow_a[0]);
        return hash ? hash : 1;
    }
    return 0;
}

static void add(struct buffer *hashes, uint64_t hash)
{
    buffer_append(hashes, &hash, sizeof hash);
}

/* Every bit hangs on every bit. Source: the constants of splitmix64, Steele and others 2014. */
static uint64_t mix(uint64_t hash)
{
    hash = (hash ^ hash >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ hash >> 27) * UINT64_C(0x94d049bb133111eb);
    return hash ^ hash >> 31;
}

/* 8 bytes, the first one lowest. */
static inline uint64_t load_eight(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Bit i: byte i of 64 is a blank. */
static inline uint64_t find_blanks(const char *bytes)
{
    uint64_t blanks = 0;
#if defined(__SSE2__)
    for (unsigned i = 0; i < 64; i += 16) {
        __m128i sixteen = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
        blanks |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, _mm_set1_epi8(' '))) << i;
    }
#else
    const uint64_t ones = UINT64_C(0x0101010101010101), low = ones * 0x7f;
    for (unsigned i = 0; i < 8; i++) {
        uint64_t differs = load_eight(bytes + 8 * (size_t)i) ^ ones * ' ';
        uint64_t is_blank = ~(((differs & low) + low) | differs | low) >> 7; /* 1 in each such byte */
        blanks |= (is_blank * UINT64_C(0x0102040810204080) >> 56) << 8 * i;
    }
#endif
    return blanks;
}

/* Its first 8 bytes and its last 8, which overlap in a shorter word; 8 bytes in front of it can be read. */
static inline uint64_t hash_word(const char *word, size_t length)
{
    if (length > 16)
        return hash_64(slice_of(word, length), 0);
    unsigned missing = length < 8 ? 64 - 8 * (unsigned)length : 0;
    uint64_t first = load_eight(word) << missing, last = load_eight(word + length - 8) >> missing;
    uint64_t hash = (first ^ length) * ROLLING_FACTOR ^ (last * UINT64_C(0xc2b2ae3d27d4eb4f) >> 7);
    return hash ^ hash >> 32;
}

/* The last words, and a polynomial over them. */
struct window {
    uint64_t words[16];
    uint64_t oldest, rolling; /* oldest: the factor of the word that leaves */
    size_t width, count;
};

static inline char *add_word(struct window *window, uint64_t word, char *next)
{
    enum { RING = sizeof window->words / sizeof *window->words };
    uint64_t *leaving = &window->words[(window->count - window->width) % RING];
    window->rolling = window->rolling * ROLLING_FACTOR + word - window->oldest * *leaving;
    window->words[window->count++ % RING] = word;
    if (window->count < window->width)
        return next;
    uint64_t hash = mix(window->rolling);
    memcpy(next, &hash, sizeof hash);
    return next + sizeof hash;
}

enum { PADDING = 64 };

/* Each `width` words in order. text: words with one blank behind each; PADDING bytes in front of it and behind it can
 * be read, and are blanks. */
static void add_rolling(const struct minhash *minhash, struct slice text, struct buffer *hashes)
{
    struct window window = { .oldest = 1, .width = minhash->scheme->width };
    size_t start = 0;
    ENSURE(window.width > 0 && window.width < sizeof window.words / sizeof *window.words);
    for (unsigned i = 0; i < window.width; i++)
        window.oldest *= ROLLING_FACTOR;
    char *next = buffer_reserve(hashes, (text.length / 2 + 1) * sizeof window.rolling);
    for (size_t place = 0; place < text.length; place += 64)
        for (uint64_t blanks = find_blanks(text.bytes + place); blanks; blanks &= blanks - 1) {
            size_t end = place + (unsigned)__builtin_ctzll(blanks);
            if (end >= text.length)
                break;
            next = add_word(&window, hash_word(text.bytes + start, end - start), next);
            start = end + 1;
        }
    hashes->length = (size_t)(next - hashes->bytes);
    if (window.count > 0 && window.count < window.width && minhash->scheme->keeps_short)
        add(hashes, mix(window.rolling));
}

/* Stretches of `width` words. A word may be empty where the scheme cuts at each character. */
static void add_words(const struct minhash *minhash, struct slice text, struct buffer *hashes)
{
    enum { WIDTH_MAXIMUM = 16 };
    size_t starts[WIDTH_MAXIMUM], count = 0;
    unsigned width = minhash->scheme->width;
    ENSURE(width > 0 && width <= WIDTH_MAXIMUM);
    for (size_t place = 0; place <= text.length;) {
        size_t end = place + slice_find_byte(slice_from(text, place), ' ');
        starts[count++ % width] = place;
        if (count >= width)
            add(hashes, hash_shingle(minhash, slice_between(text, starts[count % width], end)));
        place = end + 1;
    }
}

static void add_characters(const struct minhash *minhash, struct slice text, struct buffer *hashes)
{
    size_t end = utf8_offset(text, minhash->scheme->width), start = 0;
    uint32_t ignored;
    if (text.length == 0)
        return;
    add(hashes, hash_shingle(minhash, slice_between(text, 0, end)));
    while (end < text.length) {
        start += utf8_decode(slice_from(text, start), &ignored);
        end += utf8_decode(slice_from(text, end), &ignored);
        add(hashes, hash_shingle(minhash, slice_between(text, start, end)));
    }
}

void minhash_shingles(const struct minhash *minhash, struct slice text, struct buffer *scratch, struct buffer *hashes)
{
    size_t end;
    buffer_reset(scratch);
    switch (minhash->scheme->text) {
    case MINHASH_CHARACTERS:
        add_characters(minhash, text, hashes);
        return;
    case MINHASH_FOLDED:
        buffer_append_repeated(scratch, ' ', PADDING);
        text_fold(scratch, text);
        end = scratch->length;
        buffer_append_repeated(scratch, ' ', PADDING);
        if (end > PADDING)
            add_rolling(minhash, slice_between(buffer_slice(scratch), PADDING, end + 1), hashes);
        return;
    case MINHASH_SIMPLE:
        text_simplify(scratch, text);
        break;
    case MINHASH_LOWER:
        text_lower_words(scratch, text, false);
        break;
    case MINHASH_WORDS:
        text_lower_words(scratch, text, true);
        break;
    }
    if (scratch->length > 0)
        add_words(minhash, buffer_slice(scratch), hashes);
}
