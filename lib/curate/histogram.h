/* histogram.h - how a number is spread over many records.
 *
 * Numbers below 1,000 have a place each; larger ones are told apart by their first three digits, so percentiles are
 * exact or within 1 %. Sum, least and greatest are exact. The edges fall on 1, 2 and 5 times powers of ten, where
 * charts have theirs. Merging adds up; the order does not count. 75 KB, made at the first number. */
#ifndef CURATE_HISTOGRAM_H
#define CURATE_HISTOGRAM_H

#include <stdint.h>

struct histogram {
    uint64_t count, sum, least, greatest;
    uint64_t *places; /* NULL: empty */
};

/* The zeroed struct is empty. */
void histogram_add(struct histogram *histogram, uint64_t number);
void histogram_merge(struct histogram *histogram, const struct histogram *other);
void histogram_release(struct histogram *histogram);

/* The smallest number that at least `percent` of all numbers do not exceed; 0 when empty. */
uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent);
double histogram_mean(const struct histogram *histogram);

/* Bars of a chart: 0, 1, 2 to 4, 5 to 9, 10 to 19, 20 to 49, ... */
enum { HISTOGRAM_BARS = 48 };
/* The smallest number of a bar; of the one behind the last, the largest number that can be told apart. */
uint64_t histogram_bar_from(unsigned bar);
/* How many times a number below 1,000 was added. */
uint64_t histogram_at(const struct histogram *histogram, unsigned number);
void histogram_bars(const struct histogram *histogram, uint64_t bars[HISTOGRAM_BARS]);

#endif
