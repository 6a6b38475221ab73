/* archive_library.c - libarchive, loaded on first use. */
#include "stream/archive_library.h"

#include <dlfcn.h>

#define LIBRARY "libarchive.so.13"

/* A fault is not remembered: the next call tries again, and it is not a hot path. */
const struct archive_library *archive_library(struct error *error)
{
    static struct archive_library library;
    static bool is_loaded;
    if (is_loaded)
        return &library;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        error_set(error, E_UNAVAILABLE, "cannot load " LIBRARY ": install the package libarchive13");
        return NULL;
    }
    const char *missing = NULL;
    void *symbol;
#define ARCHIVE_LOAD(name)                                                                                             \
    symbol = dlsym(handle, #name);                                                                                     \
    if (!symbol)                                                                                                       \
        missing = #name;                                                                                               \
    memcpy(&library.name, &symbol, sizeof symbol);
    ARCHIVE_FUNCTIONS(ARCHIVE_LOAD)
#undef ARCHIVE_LOAD
    if (missing) {
        error_set(error, E_UNAVAILABLE, LIBRARY " has no function %s: install a newer package libarchive13", missing);
        dlclose(handle);
        return NULL;
    }
    is_loaded = true;
    return &library;
}
