/* digest.c - SHA-256 by libcrypto, which is loaded on first use. */
#include "base/digest.h"

#include <dlfcn.h>

#define LIBRARY "libcrypto.so.3"

/* unsigned char *SHA256(const unsigned char *data, size_t count, unsigned char *digest); */
static unsigned char *(*sha256)(const unsigned char *, size_t, unsigned char *);

bool digest_load(struct error *error)
{
    if (sha256)
        return true;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    void *symbol = handle ? dlsym(handle, "SHA256") : NULL;
    if (!symbol)
        return error_set(error, E_UNAVAILABLE, "cannot load " LIBRARY ": install the package libssl3");
    memcpy(&sha256, &symbol, sizeof symbol);
    return true;
}

void digest_sha256(struct slice bytes, char text[DIGEST_TEXT + 1])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[DIGEST_TEXT / 2];
    ENSURE(sha256 != NULL);
    sha256((const unsigned char *)bytes.bytes, bytes.length, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[DIGEST_TEXT] = '\0';
}
