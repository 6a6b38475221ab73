/* client_limits.h - how many requests at once, and when the next may start. Private to the module.
 *
 * Concurrency: additive increase by one per round of good answers, multiplicative decrease by half on "busy" signs, at
 * most once per latency. Latency per token, against the best that was seen of late, tells how many answers wait inside
 * the server (as TCP Vegas does): more than half of those under way and one is taken back. Rates: a bucket each for
 * requests and tokens that holds one second's worth, at least one request. */
#ifndef MODEL_CLIENT_LIMITS_H
#define MODEL_CLIENT_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct rate_bucket {
    double per_second; /* 0: no limit */
    double room;       /* may be negative: a debt */
    double most;
    double filled; /* when */
};

struct client_limits {
    double most;     /* concurrency at most */
    double window;   /* concurrency now; at least 1 */
    double best;     /* least seconds per token; 0: unknown */
    double smoothed; /* of late */
    int64_t samples;
    double last_halving; /* when */
    int64_t largest;     /* tokens of the largest request seen: small ones tell nothing of latency */
    struct rate_bucket requests, tokens;
    double held_until; /* a server asked for it */
};

void limits_start(struct client_limits *limits, double most, double requests_per_minute, double tokens_per_minute,
                  double now);

/* Seconds until a request of so many tokens may start, 0 when it may now. under_way: requests. A negative result: not
 * before one of those ends. */
double limits_wait(struct client_limits *limits, double now, uint64_t under_way, int64_t tokens);
/* It starts. */
void limits_take(struct client_limits *limits, int64_t tokens);

void limits_good(struct client_limits *limits, double seconds, int64_t tokens, uint64_t under_way);
/* seconds: how long the request that failed had been under way. */
void limits_busy(struct client_limits *limits, double now, double seconds);

#endif
