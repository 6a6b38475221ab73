/* client_retry.h - what an answer's status and headers mean for the next try. Private to the module. */
#ifndef MODEL_CLIENT_RETRY_H
#define MODEL_CLIENT_RETRY_H

#include <time.h>

#include "net/http.h"

enum retry_verdict {
    RETRY_GOOD,    /* 2xx */
    RETRY_AGAIN,   /* later */
    RETRY_BUSY,    /* later, and fewer at once: 429, 503, 529, a time-out */
    RETRY_REFUSED, /* never as it is */
    RETRY_STOP     /* never, whatever is asked: 401, 403, 404, a spent quota, redirects */
};

/* says: what the body says; quotas are told there. retries_424: tei's "model backend failed". */
enum retry_verdict retry_judge(const struct http_answer *answer, struct slice says, bool retries_424);

/* Seconds that the server asks to wait, -1 when it says nothing that makes sense: retry-after-ms, retry-after (seconds
 * or HTTP date), x-ratelimit-reset* ("1s", "6m0s", seconds, or an epoch) of what is not said to have something left.
 * now: for dates. */
double retry_asked(const struct http_answer *answer, time_t now);

/* 0.5 s x 2^tries, at most 60 s, times a random part: "full jitter". state: of the generator, not 0 after the call. */
double retry_backoff(int tries, uint64_t *state);

/* "1.5", "6m0s", "250ms", "1h2m3.5s" in seconds; -1: neither. A plain number is seconds. */
double retry_parse_duration(struct slice text);
/* The three forms of an HTTP date; -1: none of them. */
time_t retry_parse_date(struct slice text);

#endif
