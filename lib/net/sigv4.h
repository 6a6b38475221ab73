/* sigv4.h - AWS Signature Version 4 of one request.
 *
 * libcurl's own signer leaves out x-amz-content-sha256 and neither sorts nor normalises a query; this one follows the
 * specification and is tested against AWS's published vectors. Needs libcrypto (base/digest.h, loaded by
 * sigv4_sign). */
#ifndef NET_SIGV4_H
#define NET_SIGV4_H

#include <time.h>

#include "base/buffer.h"
#include "base/error.h"
#include "net/http.h"

struct sigv4_credentials {
    const char *access_key;
    const char *secret_key;
    const char *session_token; /* NULL: none */
};

struct sigv4_request {
    const char *method;
    const char *url; /* whole; the path is taken as it stands and encoded once more, as all services but S3 want it */
    const char *region, *service;
    struct slice body;
    const struct http_header *headers; /* signed, too; count of them */
    size_t header_count;
    time_t now;
    bool has_content_hash; /* send and sign x-amz-content-sha256 */
};

/* What must be sent besides the caller's headers. All NUL-terminated; buffers are the caller's to release. */
struct sigv4_signature {
    struct buffer authorization;
    char date[17];         /* x-amz-date: 20150830T123600Z */
    char content_hash[65]; /* x-amz-content-sha256 */
};

/* Errors: E_UNAVAILABLE (no libcrypto), E_USAGE (no URL). canonical, when not NULL, gets the canonical request: for
 * tests and -vv. */
bool sigv4_sign(const struct sigv4_request *request, const struct sigv4_credentials *credentials,
                struct sigv4_signature *signature, struct buffer *canonical, struct error *error) MUST_CHECK;

#endif
