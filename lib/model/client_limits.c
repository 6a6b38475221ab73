/* client_limits.c - the pace of a client. */
#include "model/client_limits.h"

enum { SAMPLES_OF_BEST = 100 };

static void start_bucket(struct rate_bucket *bucket, double per_minute, double least, double now)
{
    bucket->per_second = per_minute / 60;
    bucket->most = bucket->per_second > least ? bucket->per_second : least;
    bucket->room = bucket->most;
    bucket->filled = now;
}

void limits_start(struct client_limits *limits, double most, double requests_per_minute, double tokens_per_minute,
                  double now)
{
    *limits = (struct client_limits){ .most = most, .window = most < 2 ? most : 2, .last_halving = -1 };
    start_bucket(&limits->requests, requests_per_minute, 1, now);
    start_bucket(&limits->tokens, tokens_per_minute, 0, now);
}

static void fill(struct rate_bucket *bucket, double now)
{
    bucket->room += (now - bucket->filled) * bucket->per_second;
    if (bucket->room > bucket->most)
        bucket->room = bucket->most;
    bucket->filled = now;
}

double limits_wait(struct client_limits *limits, double now, uint64_t under_way, int64_t tokens)
{
    double wait = limits->held_until - now;
    if (under_way >= (uint64_t)limits->window)
        return -1;
    if (limits->requests.per_second > 0) {
        fill(&limits->requests, now);
        double needed = (1 - limits->requests.room) / limits->requests.per_second;
        wait = needed > wait ? needed : wait;
    }
    /* A request may be larger than the bucket: it starts when the bucket is full, and leaves a debt. */
    if (limits->tokens.per_second > 0) {
        fill(&limits->tokens, now);
        double wanted = (double)tokens < limits->tokens.most ? (double)tokens : limits->tokens.most;
        double needed = (wanted - limits->tokens.room) / limits->tokens.per_second;
        wait = needed > wait ? needed : wait;
    }
    return wait > 0 ? wait : 0;
}

void limits_take(struct client_limits *limits, int64_t tokens)
{
    limits->requests.room -= 1;
    limits->tokens.room -= (double)tokens;
}

void limits_good(struct client_limits *limits, double seconds, int64_t tokens, uint64_t under_way)
{
    bool is_full = (double)under_way + 1 >= (double)(uint64_t)limits->window;
    double cost = seconds / (double)(tokens > 0 ? tokens : 1);
    if (tokens > limits->largest)
        limits->largest = tokens;
    if (tokens * 2 < limits->largest)
        return;
    limits->smoothed = limits->smoothed > 0 ? limits->smoothed * 0.8 + cost * 0.2 : cost;
    if (limits->best <= 0 || cost < limits->best)
        limits->best = cost;
    /* The best is forgotten slowly: servers and texts change. */
    if (++limits->samples % SAMPLES_OF_BEST == 0)
        limits->best *= 1.05;
    double queued = limits->window * (1 - limits->best / limits->smoothed);
    if (queued > 4 && queued > limits->window * 0.75)
        limits->window -= 1 / limits->window;
    else if (is_full)
        limits->window += 1 / limits->window;
    if (limits->window > limits->most)
        limits->window = limits->most;
    if (limits->window < 1)
        limits->window = 1;
}

void limits_busy(struct client_limits *limits, double now, double seconds)
{
    /* Those that were under way together are one sign. */
    if (limits->last_halving >= 0 && now - seconds < limits->last_halving)
        return;
    limits->last_halving = now;
    limits->window = limits->window / 2 > 1 ? limits->window / 2 : 1;
}
