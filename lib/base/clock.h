/* clock.h - what time it is. Nothing that is written may depend on it but journals and temporary names. Thread safe. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Seconds of a clock that only rises: for waits and progress. */
double clock_seconds(void);

/* Nanoseconds since 1970, as the system has it. */
int64_t clock_nanoseconds(void);

#endif
