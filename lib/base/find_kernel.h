/* find_kernel.h - substring search by SIMD; private to the module. Call it on CPU_AVX2 and above. */
#ifndef BASE_FIND_KERNEL_H
#define BASE_FIND_KERNEL_H

#include "base/slice.h"

enum { FIND_BUDGET_BYTES = 4096, FIND_SHORTEST_TEXT = 64 };

#if defined(__x86_64__)
/* The first occurrence of wanted (1 byte at least, no longer than whole) that starts before *resume, or whole.length:
 * then starts from *resume on are still to be looked at. */
size_t find_avx2(struct slice whole, struct slice wanted, size_t *resume);
#endif

#endif
