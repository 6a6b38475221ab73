/* fold_kernel.h - the ASCII part of text/fold.h, 64 bytes at a time. Private to the module. */
#ifndef TEXT_FOLD_KERNEL_H
#define TEXT_FOLD_KERNEL_H

#include <stdbool.h>

#include "base/slice.h"

enum { FOLD_SLACK = 64 }; /* bytes behind the output that are written over */

/* Folds blocks as long as they are ASCII: returns how many bytes of the text, *written: of the output. table: what each
 * of 128 bytes becomes. *is_open: a blank would follow nothing or a blank; it is dropped then. */
typedef size_t fold_kernel(const char table[128], struct slice text, char *output, size_t *written, bool *is_open);

/* NULL: this machine has none. */
fold_kernel *fold_kernel_find(void);

#endif
