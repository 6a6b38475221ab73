/* digest.c - SHA-256 by libcrypto, which is loaded on first use. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "base/digest.h"

#include <dlfcn.h>

#include "base/memory.h"

#define LIBRARY "libcrypto.so.3"

/* unsigned char *SHA256(const unsigned char *data, size_t count, unsigned char *digest); SHA1 likewise */
typedef unsigned char *digest_function(const unsigned char *, size_t, unsigned char *);
static digest_function *sha256, *sha1;

/* In pieces: EVP_MD_CTX *EVP_MD_CTX_new(void) and so on, with the contexts as void pointers. */
static struct {
    void *(*create)(void);
    void (*release)(void *context);
    const void *(*sha256)(void);
    int (*start)(void *context, const void *type, void *engine);
    int (*add)(void *context, const void *data, size_t count);
    int (*finish)(void *context, unsigned char *digest, unsigned *length);
} evp;

/* function: the address of a pointer to one. */
static void find_function(void *library, const char *name, void *function)
{
    void *symbol = library ? dlsym(library, name) : NULL;
    memcpy(function, &symbol, sizeof symbol);
}

bool digest_load(struct error *error)
{
    if (sha256)
        return true;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    digest_function *first;
    find_function(library, "SHA1", &sha1);
    find_function(library, "EVP_MD_CTX_new", &evp.create);
    find_function(library, "EVP_MD_CTX_free", &evp.release);
    find_function(library, "EVP_sha256", &evp.sha256);
    find_function(library, "EVP_DigestInit_ex", &evp.start);
    find_function(library, "EVP_DigestUpdate", &evp.add);
    find_function(library, "EVP_DigestFinal_ex", &evp.finish);
    find_function(library, "SHA256", &first);
    if (sha1 && evp.create && evp.release && evp.sha256 && evp.start && evp.add && evp.finish)
        sha256 = first;
    return sha256 || error_set(error, E_UNAVAILABLE, "cannot load " LIBRARY ": install the package libssl3");
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

struct digest_stream {
    void *context;
};

/* The functions only fail for want of memory. */
static void must(bool is_done)
{
    if (!is_done)
        memory_exit(EXIT_OSERR, "out of memory");
}

struct digest_stream *digest_stream_create(void)
{
    ENSURE(sha256 != NULL);
    struct digest_stream *stream = memory_allocate_zeroed(1, sizeof *stream);
    stream->context = evp.create();
    must(stream->context && evp.start(stream->context, evp.sha256(), NULL) == 1);
    return stream;
}

void digest_stream_add(struct digest_stream *stream, struct slice bytes)
{
    must(bytes.length == 0 || evp.add(stream->context, bytes.bytes, bytes.length) == 1);
}

void digest_stream_finish(struct digest_stream *stream, char text[DIGEST_TEXT + 1])
{
    unsigned char digest[DIGEST_BYTES];
    unsigned length;
    must(evp.finish(stream->context, digest, &length) == 1);
    digest_hexadecimal(digest, text);
}

void digest_stream_free(struct digest_stream *stream)
{
    if (!stream)
        return;
    evp.release(stream->context);
    memory_free(stream);
}
