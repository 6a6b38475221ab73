/* versions.h - what this program is made of. */
#ifndef CLI_VERSIONS_H
#define CLI_VERSIONS_H

#include "base/buffer.h"

/* "garner 0.1.0", then one line of the libraries that are loaded, then the CPU level. Loads nothing: microseconds. */
void versions_append(struct buffer *output);

/* The version of a library that is loaded already (handle of dlopen, or NULL for the program itself), in text of
 * capacity bytes. false: it is not there, or does not tell. name: "zstd", "curl", ... */
bool library_version(void *handle, const char *name, char *text, size_t capacity);

#endif
