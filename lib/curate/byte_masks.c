/* byte_masks.c - what the bytes of a text are. */
#include "curate/byte_masks.h"

#include "text/segment.h"

#if defined(__SSE2__)
#include <emmintrin.h>

static inline uint64_t mask_of(__m128i bytes, unsigned shift)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(bytes) << shift;
}

/* Bytes from first to first + range. */
static inline __m128i between(__m128i bytes, unsigned char first, unsigned char range)
{
    __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8((char)first));
    return _mm_cmpeq_epi8(_mm_subs_epu8(above, _mm_set1_epi8((char)range)), _mm_setzero_si128());
}

/* Returns the bytes that may begin white space beyond ASCII: C2, E1 to E3. */
static uint64_t fill_block(const char *bytes, struct byte_masks *masks)
{
    uint64_t lead = 0;
    *masks = (struct byte_masks){ 0 };
    for (unsigned i = 0; i < MASK_BYTES; i += 16) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
        __m128i white = _mm_or_si128(between(part, '\t', '\r' - '\t'), between(part, 0x1c, ' ' - 0x1c));
        __m128i letter = between(_mm_or_si128(part, _mm_set1_epi8(0x20)), 'a', 'z' - 'a');
        __m128i leads = _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8((char)0xc2)), between(part, 0xe1, 2));
        masks->white |= mask_of(white, i);
        masks->letter |= mask_of(letter, i);
        masks->digit |= mask_of(between(part, '0', 9), i);
        masks->hash |= mask_of(_mm_cmpeq_epi8(part, _mm_set1_epi8('#')), i);
        masks->high |= mask_of(part, i);
        lead |= mask_of(leads, i);
    }
    return lead;
}
#else
static uint64_t fill_block(const char *bytes, struct byte_masks *masks)
{
    uint64_t lead = 0;
    *masks = (struct byte_masks){ 0 };
    for (unsigned i = 0; i < MASK_BYTES; i++) {
        unsigned char byte = (unsigned char)bytes[i], lower = byte | 0x20;
        uint64_t bit = UINT64_C(1) << i;
        masks->white |= (byte >= '\t' && byte <= '\r') || (byte >= 0x1c && byte <= ' ') ? bit : 0;
        masks->letter |= lower >= 'a' && lower <= 'z' ? bit : 0;
        masks->digit |= byte >= '0' && byte <= '9' ? bit : 0;
        masks->hash |= byte == '#' ? bit : 0;
        masks->high |= byte >= 0x80 ? bit : 0;
        lead |= byte == 0xc2 || (byte >= 0xe1 && byte <= 0xe3) ? bit : 0;
    }
    return lead;
}
#endif

/* Marks the white-space characters among those that begin at bits of lead; one may reach into the next block. */
static void mark_wide_white(struct slice text, size_t block, uint64_t lead, struct byte_masks *masks)
{
    for (; lead; lead &= lead - 1) {
        size_t place = block * MASK_BYTES + (size_t)__builtin_ctzll(lead);
        size_t length = white_space_length(slice_from(text, place));
        for (size_t i = place; i < place + length; i++)
            masks[i / MASK_BYTES].white |= UINT64_C(1) << i % MASK_BYTES;
    }
}

void byte_masks_fill(struct slice text, struct byte_masks *masks)
{
    char last[MASK_BYTES];
    size_t blocks = text.length / MASK_BYTES;
    uint64_t lead, carried = 0; /* what a character reaches into the next block */
    for (size_t block = 0; block <= blocks; block++) {
        const char *bytes = text.bytes + block * MASK_BYTES;
        if (block == blocks) {
            size_t rest = text.length % MASK_BYTES;
            memset(last, ' ', sizeof last);
            if (rest > 0)
                memcpy(last, bytes, rest);
            bytes = last;
        }
        lead = fill_block(bytes, &masks[block]);
        masks[block].white |= carried;
        carried = 0;
        if (lead == 0)
            continue;
        if (block < blocks)
            masks[block + 1].white = 0;
        mark_wide_white(text, block, lead, masks);
        if (block < blocks)
            carried = masks[block + 1].white;
    }
}
