/* nameless.h - temporary files that vanish with the process. Private to the module. */
#ifndef SPILL_NAMELESS_H
#define SPILL_NAMELESS_H

#include "base/error.h"

/* In $TMPDIR, else /tmp; for reading and writing, mode 0600. -1: errno says why. */
int nameless_open(void);

/* Sets an error that names the folder: "cannot be WHAT". Always false. */
bool nameless_fail(enum code code, int errno_value, const char *what, struct error *error);

#endif
