/* nameless.h - temporary files that vanish with the process. Private to the module. */
#ifndef SPILL_NAMELESS_H
#define SPILL_NAMELESS_H

#include "base/error.h"

/* Makes one in $TMPDIR, else /tmp, for reading and writing, mode 0600, unless *descriptor is one (not -1). Errors:
 * E_CREATE. All errors name the folder. */
bool nameless_open(int *descriptor, struct error *error) MUST_CHECK;

/* Sets an error: "cannot be WHAT". Always false. */
bool nameless_fail(enum code code, int errno_value, const char *what, struct error *error);

/* All of the bytes, to where the file stands and from a place in it. Errors: E_IO. */
bool nameless_write(int descriptor, const char *bytes, size_t length, struct error *error) MUST_CHECK;
bool nameless_read(int descriptor, uint64_t place, void *bytes, size_t length, struct error *error) MUST_CHECK;

#endif
