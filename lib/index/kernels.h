/* kernels.h - inner products and squared distances of two vectors. Private to the index module.
 *
 * Element i is added to lane i % 32; then lane i takes lane i + 16, + 8, + 4, + 2, + 1. Products are rounded before
 * they are added (no fused multiply-add), so every kernel gives the same bits. */
#ifndef INDEX_KERNELS_H
#define INDEX_KERNELS_H

#include <stddef.h>

#include "base/cpu.h"

typedef float vector_kernel(const float *a, const float *b, size_t dimension);

/* The fastest kernel that a machine of that level runs. */
vector_kernel *kernel_dot(enum cpu_level level);
vector_kernel *kernel_squared_distance(enum cpu_level level);

#endif
