/* client.c - requests to a model server under limits, with retries. */
#include "model/client.h"

#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "model/client_authorize.h"
#include "model/client_limits.h"
#include "model/client_retry.h"

enum { DEFAULT_CONCURRENCY = 8, DEFAULT_MAX_WAIT = 300, WAIT_WORTH_TELLING = 5 };

/* A request from client_submit() to client_answer_release(). */
struct entry {
    struct slice body;
    int64_t tokens;
    void *tag;
    char *url;
    bool is_optional;
    int attempts, nonsense;
    double due; /* not before */
    double first_started, started;
};

struct client {
    struct client_settings settings;
    struct client_authorizer authorizer;
    struct http_client *http;
    struct client_limits limits;
    struct entry **waiting; /* in the order they came; those that are tried again in front */
    size_t waiting_count, waiting_capacity;
    struct entry **under_way;
    size_t under_way_count, under_way_capacity;
    int failures; /* in a row; those that were under way together are one */
    double last_failure, last_success;
    uint64_t jitter;
    struct client_counters counters;
    struct error stop; /* the run must end for this */
};

static bool check_url(const struct client_settings *settings, struct error *error)
{
    const char *url = settings->url;
    if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)
        return error_set(error, E_USAGE, "'%s' is not an http or https URL", url);
    struct slice host = slice_from(slice_of_string(url), (size_t)(strstr(url, "://") - url) + 3);
    host.length = slice_find_byte(host, '/');
    if (slice_find_byte(host, '@') < host.length)
        return error_set(error, E_USAGE,
                         "the URL holds a user or password; a key belongs to --api-key-env or "
                         "--api-key-file");
    if (settings->is_offline)
        return error_set(error, E_UNAVAILABLE, "--offline forbids the request to '%s'", url);
    return true;
}

static bool open_http(struct client *client, struct error *error)
{
    const struct client_settings *settings = &client->settings;
    struct http_settings http = { .concurrency = settings->concurrency,
                                  .connect_seconds = settings->connect_seconds,
                                  .first_byte_seconds = settings->first_byte_seconds,
                                  .stall_seconds = settings->stall_seconds,
                                  .slowest = settings->slowest,
                                  .total_seconds = settings->total_seconds };
    client->http = http_open(&http, error);
    return client->http != NULL;
}

struct client *client_open(const struct client_settings *settings, struct error *error)
{
    if (!check_url(settings, error))
        return NULL;
    struct client *client = memory_allocate_zeroed(1, sizeof *client);
    client->settings = *settings;
    error_reset(&client->stop);
    if (client->settings.concurrency <= 0)
        client->settings.concurrency = DEFAULT_CONCURRENCY;
    if (client->settings.max_wait <= 0)
        client->settings.max_wait = DEFAULT_MAX_WAIT;
    client->jitter = (uint64_t)settings->seed * 2 + 1;
    limits_start(&client->limits, (double)client->settings.concurrency, settings->requests_per_minute,
                 settings->tokens_per_minute, clock_seconds());
    if (authorizer_open(&client->authorizer, &client->settings, error) && open_http(client, error))
        return client;
    client_close(client);
    return NULL;
}

static void free_entry(struct entry *entry)
{
    memory_free(entry->url);
    memory_free(entry);
}

static void put_waiting(struct client *client, struct entry *entry, bool in_front)
{
    client->waiting =
        memory_grow(client->waiting, &client->waiting_capacity, client->waiting_count + 1, sizeof(struct entry *));
    size_t place = in_front ? 0 : client->waiting_count;
    memmove(client->waiting + place + 1, client->waiting + place,
            (client->waiting_count - place) * sizeof(struct entry *));
    client->waiting[place] = entry;
    client->waiting_count++;
}

static struct entry *take_waiting(struct client *client, size_t place)
{
    struct entry *entry = client->waiting[place];
    client->waiting_count--;
    memmove(client->waiting + place, client->waiting + place + 1,
            (client->waiting_count - place) * sizeof(struct entry *));
    return entry;
}

static bool send_entry(struct client *client, struct entry *entry, struct error *error)
{
    struct client_headers headers = { 0 };
    struct http_request request = {
        .method = entry->body.bytes ? "POST" : "GET", .url = entry->url, .body = entry->body, .tag = entry
    };
    bool is_good = authorizer_headers(&client->authorizer, &request, &headers, error);
    if (is_good) {
        request.headers = headers.rows;
        request.header_count = headers.count;
        is_good = http_start(client->http, &request, error);
    }
    client_headers_release(&headers);
    if (!is_good)
        return false;
    client->under_way = memory_grow(client->under_way, &client->under_way_capacity, client->under_way_count + 1,
                                    sizeof(struct entry *));
    client->under_way[client->under_way_count++] = entry;
    entry->started = clock_seconds();
    if (entry->attempts++ == 0)
        entry->first_started = entry->started;
    limits_take(&client->limits, entry->tokens);
    client->counters.requests++;
    client->counters.retries += entry->attempts > 1;
    client->counters.bytes_sent += (int64_t)entry->body.length;
    if ((int64_t)client->under_way_count > client->counters.concurrency)
        client->counters.concurrency = (int64_t)client->under_way_count;
    return true;
}

/* Starts what may start now. *sleep: seconds until another one may, negative when that depends on an answer. */
static bool start_ready(struct client *client, double *sleep, struct error *error)
{
    *sleep = -1;
    for (size_t i = 0; i < client->waiting_count;) {
        double now = clock_seconds();
        double wait = limits_wait(&client->limits, now, client->under_way_count, client->waiting[i]->tokens);
        if (wait < 0)
            return true; /* until one of those under way ends */
        if (client->waiting[i]->due - now > wait)
            wait = client->waiting[i]->due - now;
        if (wait > 0) {
            *sleep = *sleep < 0 || wait < *sleep ? wait : *sleep;
            i++;
            continue;
        }
        struct entry *entry = take_waiting(client, i);
        if (!send_entry(client, entry, error)) {
            free_entry(entry);
            return false;
        }
    }
    return true;
}

bool client_submit(struct client *client, const struct client_request *request, struct error *error)
{
    struct arena scratch = { 0 };
    struct entry *entry = memory_allocate_zeroed(1, sizeof *entry);
    double sleep;
    entry->body = request->body;
    entry->tokens = request->tokens;
    entry->tag = request->tag;
    entry->is_optional = request->is_optional;
    entry->url = memory_copy_string(client_join_url(client->settings.url, request->path, &scratch));
    arena_release(&scratch);
    put_waiting(client, entry, false);
    return start_ready(client, &sleep, error);
}

/* What a failure means in one line: the status and what the server said, or why no answer came. */
static void describe(const struct client *client, const struct entry *entry, const struct http_answer *http,
                     const char *says, enum code code, struct error *error)
{
    struct slice shown = slice_of_string(entry->url);
    shown.length = slice_find_byte(shown, '?');
    struct buffer text = { 0 };
    if (http->status == 0)
        buffer_append_string(&text, http->error.message);
    else
        buffer_append_format(&text, "answered %d%s%s", http->status, *says ? ": " : "", says);
    client_redact(client, &text);
    error_set(error, code, "'%.*s'%s%s", (int)shown.length, shown.bytes, http->status ? " " : ": ",
              buffer_string(&text));
    buffer_release(&text);
}

static void notice(struct client *client, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void notice(struct client *client, const char *format, ...)
{
    struct buffer text = { 0 };
    va_list arguments;
    if (!client->settings.notice)
        return;
    va_start(arguments, format);
    buffer_append_format_list(&text, format, arguments);
    va_end(arguments);
    client->settings.notice(client->settings.notice_context, buffer_string(&text));
    buffer_release(&text);
}

static void append_reason(struct error *error, const char *reason)
{
    struct error whole;
    error_set(&whole, error->code, "%s; %s", error->message, reason);
    *error = whole;
}

/* Whether the breaker opens. A server that restarts fails all requests that are under way at once: one sign. */
static bool count_failure(struct client *client, const struct entry *entry)
{
    if (client->failures == 0 || entry->started >= client->last_failure) {
        client->failures++;
        client->last_failure = clock_seconds();
    }
    return client->failures >= CLIENT_BREAKER_FAILURES;
}

/* Puts the request back, for later. false: not again; then what becomes of it is in `error`, or in client->stop. */
static bool try_again(struct client *client, struct entry *entry, const struct http_answer *http,
                      enum retry_verdict verdict, struct error *error)
{
    double now = clock_seconds(), asked = retry_asked(http, time(NULL)), wait = asked;
    bool is_rate = http->status == 429;
    char reason[96];
    if (verdict == RETRY_BUSY)
        limits_busy(&client->limits, now, http->seconds);
    if (asked > client->settings.max_wait) {
        client->stop = *error;
        snprintf(reason, sizeof reason, "it asks to wait %.0f seconds, more than --max-wait %.0f", asked,
                 client->settings.max_wait);
        append_reason(&client->stop, reason);
        return false;
    }
    if (!(is_rate && asked > 0) && count_failure(client, entry)) {
        client->stop = *error;
        append_reason(&client->stop, "ten failures in a row, so nothing more is asked");
        return false;
    }
    if (entry->attempts >= CLIENT_TRIES) {
        if (is_rate || client->last_success <= entry->first_started) {
            client->stop = *error;
            append_reason(&client->stop, "six tries failed");
        }
        return false;
    }
    if (asked < 0)
        wait = retry_backoff(entry->attempts - 1, &client->jitter);
    if (asked > WAIT_WORTH_TELLING)
        notice(client, "the server asks to wait %.0f seconds (%s)", asked, is_rate ? "rate limit" : "busy");
    entry->due = now + wait;
    /* A server that is gone is tried by all at once, so that they are one sign, and its restart is outlived. */
    bool is_gone = http->status == 0 && client->failures > 1;
    if ((is_rate || asked > 0 || is_gone) && entry->due > client->limits.held_until)
        client->limits.held_until = entry->due;
    put_waiting(client, entry, true);
    return true;
}

/* Decides about an answer. false: the request is tried again, or the run stops; the caller sees nothing of it. */
static bool settle(struct client *client, struct entry *entry, struct http_answer *http, struct client_answer *answer)
{
    struct arena scratch = { 0 };
    const char *says =
        http->status >= 200 && http->status < 300 ? "" : client_say(client, buffer_slice(&http->body), &scratch);
    enum retry_verdict verdict = retry_judge(http, slice_of_string(says), client->settings.retries_424);
    struct error error;
    error_reset(&error);
    if (entry->is_optional && verdict != RETRY_GOOD)
        verdict = RETRY_REFUSED;
    client->counters.bytes_received += (int64_t)http->body.length;
    bool is_done = true;
    if (verdict == RETRY_GOOD) {
        limits_good(&client->limits, http->seconds, entry->tokens, client->under_way_count);
        client->counters.answers++;
        client->last_success = clock_seconds();
    } else {
        describe(client, entry, http, says, verdict == RETRY_REFUSED ? E_PROTOCOL : E_UNAVAILABLE, &error);
    }
    if (verdict == RETRY_GOOD || (verdict == RETRY_REFUSED && !entry->is_optional))
        client->failures = 0;
    if (verdict == RETRY_REFUSED)
        client->counters.refused += !entry->is_optional;
    if (verdict == RETRY_STOP)
        client->stop = error;
    if (verdict == RETRY_AGAIN || verdict == RETRY_BUSY)
        is_done = !try_again(client, entry, http, verdict, &error);
    arena_release(&scratch);
    *answer = (struct client_answer){ .tag = entry->tag,
                                      .outcome = verdict == RETRY_GOOD      ? CLIENT_ANSWERED
                                                 : verdict == RETRY_REFUSED ? CLIENT_REFUSED
                                                                            : CLIENT_FAILED,
                                      .status = http->status,
                                      .body = http->body,
                                      .seconds = http->seconds,
                                      .attempts = entry->attempts,
                                      .error = error,
                                      .private_entry = entry };
    buffer_release(&http->headers);
    if (is_done && !error_is_set(&client->stop))
        return true;
    if (is_done)
        free_entry(entry);
    buffer_release(&answer->body);
    return false;
}

static struct entry *take_under_way(struct client *client, void *tag)
{
    for (size_t i = 0; i < client->under_way_count; i++)
        if (client->under_way[i] == tag) {
            client->under_way[i] = client->under_way[--client->under_way_count];
            break;
        }
    return tag;
}

/* How long to wait for an answer: until something else is to be done, or the caller's time is up. */
static double time_to_wait(double end, double sleep)
{
    double left = end < 0 ? -1 : end - clock_seconds();
    if (end >= 0 && left < 0)
        left = 0;
    if (sleep >= 0 && (left < 0 || sleep < left))
        return sleep;
    return left;
}

bool client_next(struct client *client, double seconds, struct client_answer *answer, bool *has_answer,
                 struct error *error)
{
    double end = seconds < 0 ? -1 : clock_seconds() + seconds;
    *has_answer = false;
    for (;;) {
        double sleep;
        struct http_answer http;
        bool has_http = false;
        if (error_is_set(&client->stop)) {
            *error = client->stop;
            return false;
        }
        if (!start_ready(client, &sleep, error))
            return false;
        if (!client_pending(client))
            return true;
        double before = clock_seconds();
        bool is_idle = client->under_way_count == 0;
        if (!http_next(client->http, time_to_wait(end, sleep), &http, &has_http, error))
            return false;
        if (is_idle)
            client->counters.waited += clock_seconds() - before;
        if (has_http && settle(client, take_under_way(client, http.tag), &http, answer)) {
            *has_answer = true;
            return true;
        }
        if (!has_http && end >= 0 && clock_seconds() >= end)
            return true;
    }
}

bool client_ask_again(struct client *client, struct client_answer *answer)
{
    struct entry *entry = answer->private_entry;
    if (count_failure(client, entry) || entry->nonsense >= CLIENT_NONSENSE_TRIES)
        return false;
    entry->due = clock_seconds() + retry_backoff(entry->nonsense++, &client->jitter);
    entry->attempts = 0;
    put_waiting(client, entry, true);
    answer->private_entry = NULL;
    client_answer_release(answer);
    return true;
}

void client_answer_release(struct client_answer *answer)
{
    if (answer->private_entry)
        free_entry(answer->private_entry);
    answer->private_entry = NULL;
    buffer_release(&answer->body);
}

size_t client_pending(const struct client *client)
{
    return client->waiting_count + client->under_way_count;
}

size_t client_room(const struct client *client)
{
    size_t wanted = (size_t)client->limits.window + 1, pending = client_pending(client);
    return pending < wanted ? wanted - pending : 0;
}

void client_cancel(struct client *client)
{
    struct error ignored;
    for (size_t i = 0; i < client->waiting_count; i++)
        free_entry(client->waiting[i]);
    for (size_t i = 0; i < client->under_way_count; i++)
        free_entry(client->under_way[i]);
    bool was_busy = client->under_way_count > 0;
    client->waiting_count = client->under_way_count = 0;
    if (!was_busy)
        return;
    http_close(client->http);
    if (!open_http(client, &ignored))
        client->http = NULL; /* it was there before, so this is want of memory, which does not return */
}

const struct client_counters *client_counters(const struct client *client)
{
    return &client->counters;
}

void client_append_summary(const struct client_counters *counters, struct buffer *json)
{
    buffer_append_format(json,
                         "\"requests\":%lld,\"retries\":%lld,\"refused\":%lld,\"tokens_in\":%lld,\"tokens_out\":%lld,"
                         "\"bytes_sent\":%lld,\"bytes_received\":%lld,\"concurrency\":%lld,\"seconds_waited\":%.3f",
                         (long long)counters->requests, (long long)counters->retries, (long long)counters->refused,
                         (long long)counters->tokens_in, (long long)counters->tokens_out,
                         (long long)counters->bytes_sent, (long long)counters->bytes_received,
                         (long long)counters->concurrency, counters->waited);
}

void client_redact(const struct client *client, struct buffer *text)
{
    authorizer_redact(&client->authorizer, text);
}

void client_count_usage(struct client *client, struct client_usage usage)
{
    client->counters.tokens_in += usage.input_tokens;
    client->counters.tokens_out += usage.output_tokens;
}

void client_close(struct client *client)
{
    if (!client)
        return;
    if (client->http)
        client_cancel(client);
    http_close(client->http);
    authorizer_close(&client->authorizer);
    memory_free(client->waiting);
    memory_free(client->under_way);
    memory_free(client);
}
