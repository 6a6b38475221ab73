/* http.h - HTTP requests, several at a time, through libcurl.
 *
 * libcurl is loaded on first use (libcurl.so.4): a run that talks to nobody does not pay its start-up. Only http and
 * https, no redirects, no cookies, no proxy but the environment's, HTTP/1.1 keep-alive and 2 where the server has it. A
 * client belongs to one thread. Nothing is retried here: who asks decides (model/client.h). Secrets stand in headers,
 * which are never part of a message. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buffer.h"
#include "base/error.h"

enum { HTTP_RESPONSE_MAXIMUM = 256 * 1024 * 1024, HTTP_HEADERS_MAXIMUM = 64 * 1024 };

struct http_settings {
    int64_t concurrency;       /* connections at most; 0: 8 */
    double connect_seconds;    /* 0: 10 */
    double first_byte_seconds; /* no byte of an answer came for so long; 0: 60 */
    double stall_seconds;      /* an answer has begun and pauses for so long; 0: 30 */
    double slowest;            /* an answer that comes with fewer bytes a second, over stall_seconds, is cut; 0: any */
    double total_seconds;      /* 0: 300 */
};

struct http_header {
    const char *name;
    const char *value;
};

struct http_request {
    const char *method; /* "GET", "POST" */
    const char *url;
    struct slice body;                 /* borrowed until the answer was taken */
    const struct http_header *headers; /* count of them, borrowed for the call */
    size_t header_count;
    void *tag; /* the caller's */
};

struct http_answer {
    void *tag;
    int status;            /* 0: no answer came; then error is set */
    struct buffer body;    /* owned by who took the answer: http_answer_release() */
    struct buffer headers; /* "name: value" lines of the answer, at most HTTP_HEADERS_MAXIMUM; owned likewise */
    double seconds;        /* from start to end */
    bool is_final;         /* no answer came, and asking again would not help: a certificate that is not trusted */
    struct error error;    /* E_UNAVAILABLE: could not connect, was cut, took too long; E_PROTOCOL: this is not HTTP;
                              E_LIMIT: answer too large */
};

struct http_client;

/* Owned: http_close(). Errors: E_UNAVAILABLE when libcurl is not installed. */
struct http_client *http_open(const struct http_settings *settings, struct error *error) MUST_CHECK;

/* Starts a request. Errors: E_USAGE for a URL that is not http or https. */
bool http_start(struct http_client *client, const struct http_request *request, struct error *error) MUST_CHECK;

/* Waits up to `seconds` (0: takes only what is there; negative: without end, unless nothing is under way) for the next
 * answer, in the order in which they come. *has_answer false: none came. Errors: an interrupt (base/interrupt.h). */
bool http_next(struct http_client *client, double seconds, struct http_answer *answer, bool *has_answer,
               struct error *error) MUST_CHECK;

/* The value of a header, letters of the name compare alike; empty when there is none. Borrowed from the answer. */
struct slice http_answer_header(const struct http_answer *answer, struct slice name);
void http_answer_release(struct http_answer *answer);

/* Ends what is under way. */
void http_close(struct http_client *client);

/* Whether a URL's host is this machine: localhost, 127.0.0.0/8, [::1]. */
bool http_is_loopback(const char *url);

#endif
