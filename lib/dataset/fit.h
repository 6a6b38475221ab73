/* fit.h - items into bins of one size, as few as best fit decreasing finds.
 *
 * The largest item comes first, each goes into the fullest bin that still has room for it, or into a new one: never
 * more than 11/9 of the best number of bins and 6/9 of one (Johnson 1973; Dósa 2007), and with many small items hardly
 * any room is left. The result depends on the sizes and their order alone. Cost: O(count + capacity). */
#ifndef DATASET_FIT_H
#define DATASET_FIT_H

#include <stddef.h>
#include <stdint.h>

enum { FIT_CAPACITY_MAXIMUM = (1 << 24) - 1 };

/* Memory for a capacity of up to FIT_CAPACITY_MAXIMUM: about 8 bytes a unit. Owned: fitter_free(). */
struct fitter;
struct fitter *fitter_create(uint32_t capacity);
void fitter_free(struct fitter *fitter);

/* sizes: 0 to the capacity. bins[i] becomes the bin of item i; bins are numbered in the order of their first items.
 * Returns how many there are. */
size_t fitter_fit(struct fitter *fitter, const uint32_t *sizes, size_t count, uint32_t *bins);

#endif
