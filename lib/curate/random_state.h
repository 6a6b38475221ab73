/* random_state.h - the numbers that numpy.random.RandomState(seed).randint() draws, bit for bit.
 *
 * Source: Matsumoto and Nishimura 1998, MT19937 with init_genrand; numpy draws 64 bits as two words, high first, masks
 * them to the bits of the range and draws again what is above it. */
#ifndef CURATE_RANDOM_STATE_H
#define CURATE_RANDOM_STATE_H

#include <stdint.h>

enum { RANDOM_STATE_WORDS = 624 };

struct random_state {
    uint32_t words[RANDOM_STATE_WORDS];
    unsigned next;
};

void random_state_seed(struct random_state *state, uint32_t seed);

/* From low up to high, without high; of dtype uint64 and uint32. */
uint64_t random_state_uint64(struct random_state *state, uint64_t low, uint64_t high);
uint32_t random_state_uint32(struct random_state *state, uint32_t low, uint32_t high);

#endif
