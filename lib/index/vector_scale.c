/* vector_scale.c - the norm of a vector, the same on every machine. */
#include <math.h>

#include "index/vectors.h"

/* Four sums side by side, then one: a fixed order that a compiler may turn into SIMD without changing a bit. sqrt and
 * division are exact by IEEE 754. */
float vector_scale(const float *values, uint32_t dimension)
{
    double sums[4] = { 0 };
    uint32_t i = 0;
    for (; i + 4 <= dimension; i += 4)
        for (uint32_t lane = 0; lane < 4; lane++)
            sums[lane] += (double)values[i + lane] * (double)values[i + lane];
    for (uint32_t lane = 0; i + lane < dimension; lane++)
        sums[lane] += (double)values[i + lane] * (double)values[i + lane];
    double total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    if (!isfinite(total) || total <= 0)
        return 0;
    double scale = 1 / sqrt(total);
    return scale <= 3e38 ? (float)scale : 0;
}
