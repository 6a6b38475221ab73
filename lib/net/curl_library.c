/* curl_library.c - loads libcurl on first use. */
#include "net/curl_library.h"

#include <dlfcn.h>

static bool load_symbol(void *library, const char *name, void *target, struct error *error)
{
    void *symbol = dlsym(library, name);
    if (!symbol)
        return error_set(error, E_UNAVAILABLE, "libcurl.so.4 has no '%s'; please install the package libcurl4", name);
    memcpy(target, &symbol, sizeof symbol); /* a cast from object to function pointer is not ISO C */
    return true;
}

#define LOAD(field) load_symbol(library, "curl_" #field, &loaded->field, error)

static bool load_all(void *library, struct curl_library *loaded, struct error *error)
{
    return LOAD(global_init) && LOAD(easy_init) && LOAD(easy_setopt) && LOAD(easy_getinfo) && LOAD(easy_strerror) &&
           LOAD(easy_cleanup) && LOAD(slist_append) && LOAD(slist_free_all) && LOAD(multi_init) && LOAD(multi_setopt) &&
           LOAD(multi_add_handle) && LOAD(multi_remove_handle) && LOAD(multi_perform) && LOAD(multi_poll) &&
           LOAD(multi_info_read) && LOAD(multi_cleanup) && LOAD(multi_strerror);
}

const struct curl_library *curl_library(struct error *error)
{
    static struct curl_library loaded;
    static bool is_loaded;
    if (is_loaded)
        return &loaded;
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        error_set(error, E_UNAVAILABLE, "libcurl.so.4 cannot be loaded; please install the package libcurl4");
        return NULL;
    }
    if (!load_all(library, &loaded, error))
        return NULL;
    if (loaded.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        error_set(error, E_UNAVAILABLE, "libcurl cannot start");
        return NULL;
    }
    is_loaded = true;
    return &loaded;
}
