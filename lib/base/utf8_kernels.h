/* utf8_kernels.h - UTF-8 by SIMD; private to the module. Call them on CPU_AVX2 and above. */
#ifndef BASE_UTF8_KERNELS_H
#define BASE_UTF8_KERNELS_H

#include "base/slice.h"

enum { UTF8_KERNEL_BYTES = 64 };

#if defined(__x86_64__)
/* text.length when all of it is valid; else the start of a block of bytes before which no fault is complete. text has
 * at least UTF8_KERNEL_BYTES bytes. */
size_t utf8_valid_blocks_avx2(struct slice text);

size_t utf8_count_avx2(struct slice text);
#endif

#endif
