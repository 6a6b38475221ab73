/* semantic.h - where neighbouring sentences differ so much that a new subject begins.
 *
 * The rule of the percentile: of the dissimilarities of neighbours, those above the given percentile are breaks. At 90
 * the tenth of the pairs that are least alike is broken: 101 sentences make 11 pieces. */
#ifndef TEXT_SEMANTIC_H
#define TEXT_SEMANTIC_H

#include <stddef.h>

#include "base/arena.h"

/* distances[i]: how unlike unit i and unit i + 1 are, finite; count of them. Returns the numbers of the units before
 * which a break lies, rising, *break_count of them; arena. The percentile (0 to 100) lies between ranks by linear
 * interpolation; equal distances are broken together or not at all. Cost: that of a sort. */
size_t *semantic_breaks(const double *distances, size_t count, double percentile, struct arena *arena,
                        size_t *break_count);

#endif
