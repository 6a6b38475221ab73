/* digest.c - SHA-256 by libcrypto, which is loaded on first use. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "base/digest.h"

#include <dlfcn.h>

#define LIBRARY "libcrypto.so.3"

/* unsigned char *SHA256(const unsigned char *data, size_t count, unsigned char *digest); SHA1 likewise */
typedef unsigned char *digest_function(const unsigned char *, size_t, unsigned char *);
static digest_function *sha256, *sha1;

static digest_function *find_function(void *library, const char *name)
{
    digest_function *function;
    void *symbol = library ? dlsym(library, name) : NULL;
    memcpy(&function, &symbol, sizeof function);
    return function;
}

bool digest_load(struct error *error)
{
    if (sha256)
        return true;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    sha1 = find_function(library, "SHA1");
    sha256 = find_function(library, "SHA256");
    return (sha1 && sha256) || error_set(error, E_UNAVAILABLE, "cannot load " LIBRARY ": install the package libssl3");
}

void digest_sha256_bytes(struct slice bytes, unsigned char digest[DIGEST_BYTES])
{
    ENSURE(sha256 != NULL);
    sha256((const unsigned char *)bytes.bytes, bytes.length, digest);
}

void digest_sha1_bytes(struct slice bytes, unsigned char digest[DIGEST_SHA1_BYTES])
{
    ENSURE(sha1 != NULL);
    sha1((const unsigned char *)bytes.bytes, bytes.length, digest);
}

void digest_hexadecimal(const unsigned char digest[DIGEST_BYTES], char text[DIGEST_TEXT + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[DIGEST_TEXT] = '\0';
}

void digest_sha256(struct slice bytes, char text[DIGEST_TEXT + 1])
{
    unsigned char digest[DIGEST_BYTES];
    digest_sha256_bytes(bytes, digest);
    digest_hexadecimal(digest, text);
}

void digest_hmac(struct slice key, struct slice bytes, unsigned char digest[DIGEST_BYTES])
{
    enum { BLOCK = 64, INNER = 0x36, OUTER = 0x5c };
    char block[BLOCK] = { 0 };
    unsigned char inner[DIGEST_BYTES];
    struct buffer text = { 0 };
    if (key.length > BLOCK)
        digest_sha256_bytes(key, (unsigned char *)block);
    else if (key.length)
        memcpy(block, key.bytes, key.length);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = (char)(block[i] ^ INNER);
    buffer_append(&text, block, BLOCK);
    buffer_append_slice(&text, bytes);
    digest_sha256_bytes(buffer_slice(&text), inner);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = (char)(block[i] ^ INNER ^ OUTER);
    buffer_reset(&text);
    buffer_append(&text, block, BLOCK);
    buffer_append(&text, inner, sizeof inner);
    digest_sha256_bytes(buffer_slice(&text), digest);
    explicit_bzero(block, sizeof block);
    explicit_bzero(text.bytes, text.capacity);
    buffer_release(&text);
}
