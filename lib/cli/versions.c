/* versions.c - what this program is made of.
 *
 * Each library is asked by the symbol that tells its version, looked up in what is loaded: so no foreign header is
 * needed here, a library that the linker left out is simply not named, and nothing is initialised. */
#define _GNU_SOURCE /* RTLD_DEFAULT */
#include "cli/versions.h"

#include <dlfcn.h>
#include <stdio.h>

#include "base/cpu.h"

enum version_kind { RETURNS_TEXT, RETURNS_NUMBER, TAKES_ZERO, FILLS_TEXT };
enum { PCRE2_CONFIG_VERSION_VALUE = 11 }; /* the stable number of its request */

static const struct library {
    const char *name, *symbol;
    enum version_kind kind;
} libraries[] = {
    { "zstd", "ZSTD_versionString", RETURNS_TEXT },   { "zlib", "zlibVersion", RETURNS_TEXT },
    { "pcre2", "pcre2_config_8", FILLS_TEXT },        { "libyaml", "yaml_get_version_string", RETURNS_TEXT },
    { "sqlite", "sqlite3_libversion", RETURNS_TEXT }, { "expat", "XML_ExpatVersion", RETURNS_TEXT },
    { "utf8proc", "utf8proc_version", RETURNS_TEXT }, { "xxhash", "XXH_versionNumber", RETURNS_NUMBER },
    { "curl", "curl_version", RETURNS_TEXT },         { "archive", "archive_version_details", RETURNS_TEXT },
    { "crypto", "OpenSSL_version", TAKES_ZERO },
};

/* One lookup, typed by the reader: a function pointer may not be cast from an object pointer in ISO C. */
union version_function {
    void *object;
    const char *(*text)(void);
    const char *(*text_of)(int);
    unsigned (*number)(void);
    int (*fill)(uint32_t, void *);
};

/* Keeps the first word that holds a digit: "libcurl/7.88.1 OpenSSL/3.0" and "OpenSSL 3.0.17 1 Jul" both have more. */
static void copy_version(char *text, size_t capacity, const char *told)
{
    size_t start = strcspn(told, "0123456789");
    size_t length = strcspn(told + start, " \t");
    snprintf(text, capacity, "%.*s", (int)length, told + start);
}

bool library_version(void *handle, const char *name, char *text, size_t capacity)
{
    const struct library *library = NULL;
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++)
        if (strcmp(libraries[i].name, name) == 0)
            library = &libraries[i];
    union version_function function = { NULL };
    if (library)
        function.object = dlsym(handle ? handle : RTLD_DEFAULT, library->symbol);
    if (!function.object)
        return false;
    char filled[64] = "";
    switch (library->kind) {
    case RETURNS_TEXT:
        copy_version(text, capacity, function.text());
        break;
    case TAKES_ZERO:
        copy_version(text, capacity, function.text_of(0));
        break;
    case FILLS_TEXT:
        if (function.fill(PCRE2_CONFIG_VERSION_VALUE, filled) < 0)
            return false;
        copy_version(text, capacity, filled);
        break;
    case RETURNS_NUMBER:
        snprintf(text, capacity, "%u.%u.%u", function.number() / 10000, function.number() / 100 % 100,
                 function.number() % 100);
        break;
    }
    return text[0] != '\0';
}

void versions_append(struct buffer *output)
{
    buffer_append_string(output, "garner " GARNER_VERSION "\nlibraries:");
    bool is_first = true;
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        char version[64];
        if (!library_version(NULL, libraries[i].name, version, sizeof version))
            continue;
        buffer_append_format(output, "%s %s %s", is_first ? "" : ",", libraries[i].name, version);
        is_first = false;
    }
    buffer_append_format(output, "\ncpu: %s\n", cpu_level_name(cpu_level()));
}
