/* newlines.h - how many newlines. Private to stream. */
#ifndef STREAM_NEWLINES_H
#define STREAM_NEWLINES_H

#include "base/slice.h"

/* SIMD where the CPU has it. Thread safe. */
size_t newlines_count(struct slice text);

/* The twin that the tests compare with. */
size_t newlines_count_scalar(struct slice text);

#endif
