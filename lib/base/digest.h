/* digest.h - SHA-256 (and SHA-1, where another tool's numbers hang on it), for those who must compare with other tools;
 * hash.h is the faster choice inside.
 *
 * By libcrypto, which is loaded on first use: a program that needs no digest does not pay for it at start. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/error.h"

enum { DIGEST_TEXT = 64, DIGEST_BYTES = 32, DIGEST_SHA1_BYTES = 20 };

/* Once, before threads use the rest. Errors: E_UNAVAILABLE naming the package. */
bool digest_load(struct error *error) MUST_CHECK;

/* 64 lower-case hexadecimal digits and a NUL. After digest_load(); thread safe. */
void digest_sha256(struct slice bytes, char text[DIGEST_TEXT + 1]);
void digest_sha256_bytes(struct slice bytes, unsigned char digest[DIGEST_BYTES]);

void digest_sha1_bytes(struct slice bytes, unsigned char digest[DIGEST_SHA1_BYTES]);

/* HMAC-SHA-256 (RFC 2104). */
void digest_hmac(struct slice key, struct slice bytes, unsigned char digest[DIGEST_BYTES]);

/* SHA-256 of bytes that come in pieces. After digest_load(). Owned: digest_stream_free(). */
struct digest_stream;
struct digest_stream *digest_stream_create(void);
void digest_stream_add(struct digest_stream *stream, struct slice bytes);
/* Ends it: nothing is added any more. */
void digest_stream_finish(struct digest_stream *stream, char text[DIGEST_TEXT + 1]);
void digest_stream_free(struct digest_stream *stream);

/* Writes the digits and a NUL. */
void digest_hexadecimal(const unsigned char digest[DIGEST_BYTES], char text[DIGEST_TEXT + 1]);

#endif
