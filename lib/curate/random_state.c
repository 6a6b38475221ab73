/* random_state.c - the numbers of numpy's RandomState. */
#include "curate/random_state.h"

enum { WORDS = RANDOM_STATE_WORDS, SHIFT = 397 };

void random_state_seed(struct random_state *state, uint32_t seed)
{
    state->words[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++) {
        uint32_t last = state->words[i - 1];
        state->words[i] = UINT32_C(1812433253) * (last ^ last >> 30) + i;
    }
    state->next = WORDS;
}

static void refill(struct random_state *state)
{
    for (unsigned i = 0; i < WORDS; i++) {
        uint32_t mixed =
            (state->words[i] & UINT32_C(0x80000000)) | (state->words[(i + 1) % WORDS] & UINT32_C(0x7fffffff));
        uint32_t twist = mixed & 1 ? UINT32_C(0x9908b0df) : 0;
        state->words[i] = state->words[(i + SHIFT) % WORDS] ^ mixed >> 1 ^ twist;
    }
    state->next = 0;
}

static uint32_t draw(struct random_state *state)
{
    if (state->next == WORDS)
        refill(state);
    uint32_t word = state->words[state->next++];
    word ^= word >> 11;
    word ^= word << 7 & UINT32_C(0x9d2c5680);
    word ^= word << 15 & UINT32_C(0xefc60000);
    return word ^ word >> 18;
}

static uint64_t mask_of(uint64_t range)
{
    uint64_t mask = range;
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask |= mask >> shift;
    return mask;
}

uint64_t random_state_uint64(struct random_state *state, uint64_t low, uint64_t high)
{
    uint64_t range = high - 1 - low, mask = mask_of(range), number;
    do {
        number = (uint64_t)draw(state) << 32;
        number = (number | draw(state)) & mask;
    } while (number > range);
    return low + number;
}

uint32_t random_state_uint32(struct random_state *state, uint32_t low, uint32_t high)
{
    uint32_t range = high - 1 - low, mask = (uint32_t)mask_of(range), number;
    do
        number = draw(state) & mask;
    while (number > range);
    return low + number;
}
