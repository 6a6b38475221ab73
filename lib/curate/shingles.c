/* shingles.c - how a text becomes shingles, and their hashes.
 *
 * A text of words is brought into a form where one blank parts two words, so that a shingle is a stretch of it. */
#include "base/digest.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "curate/minhash.h"
#include "text/fold.h"

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
    case MINHASH_ROLLING: /* of one word */
        return hash_64(shingle, 0);
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

/* `width` words in order, from the hashes of each: a polynomial, mixed. */
static void add_rolling(const struct minhash *minhash, struct slice text, struct buffer *hashes)
{
    enum { WIDTH_MAXIMUM = 16 };
    const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t words[WIDTH_MAXIMUM], oldest = 1, rolling = 0;
    unsigned width = minhash->scheme->width;
    size_t count = 0, place = 0;
    ENSURE(width > 0 && width <= WIDTH_MAXIMUM);
    for (unsigned i = 0; i < width; i++)
        oldest *= factor;
    while (place < text.length) {
        size_t end = place + slice_find_byte(slice_from(text, place), ' ');
        uint64_t word = hash_64(slice_between(text, place, end), 0);
        place = end + 1;
        rolling = rolling * factor + word;
        if (count >= width)
            rolling -= oldest * words[count % width];
        words[count++ % width] = word;
        if (count >= width || (place > text.length && minhash->scheme->keeps_short))
            add(hashes, mix(rolling));
    }
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
    buffer_reset(scratch);
    switch (minhash->scheme->text) {
    case MINHASH_CHARACTERS:
        add_characters(minhash, text, hashes);
        return;
    case MINHASH_FOLDED:
        text_fold(scratch, text);
        add_rolling(minhash, buffer_slice(scratch), hashes);
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
