/* sqlite_library.c - SQLite, loaded on first use. */
#include "store/sqlite_library.h"

#include <dlfcn.h>

#define LIBRARY "libsqlite3.so.0"

/* A fault is not remembered: the next call tries again, and it is not a hot path. */
const struct sqlite_library *sqlite_library(struct error *error)
{
    static struct sqlite_library library;
    static bool is_loaded;
    if (is_loaded)
        return &library;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        error_set(error, E_UNAVAILABLE, "cannot load " LIBRARY ": install the package libsqlite3-0");
        return NULL;
    }
    const char *missing = NULL;
    void *symbol;
#define SQLITE_LOAD(name)                                                                                              \
    symbol = dlsym(handle, #name);                                                                                     \
    if (!symbol)                                                                                                       \
        missing = #name;                                                                                               \
    memcpy(&library.name, &symbol, sizeof symbol);
    SQLITE_FUNCTIONS(SQLITE_LOAD)
#undef SQLITE_LOAD
    if (missing) {
        error_set(error, E_UNAVAILABLE, LIBRARY " has no function %s: install a newer package libsqlite3-0", missing);
        dlclose(handle);
        return NULL;
    }
    is_loaded = true;
    return &library;
}
