/* http.c - HTTP requests, several at a time, through libcurl's multi interface. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "net/http.h"

#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "net/curl_library.h"

enum { POLL_MILLISECONDS = 200 };

struct transfer {
    CURL *handle;
    struct curl_slist *headers;
    struct http_answer answer;
    bool is_too_large;
    bool has_begun;       /* a byte of an answer came */
    double started, last; /* the last byte */
    double window;        /* since when the bytes are counted */
    size_t window_bytes;
    char reason[CURL_ERROR_SIZE];
};

struct http_client {
    const struct curl_library *curl;
    struct http_settings settings;
    CURLM *multi;
    struct transfer **transfers; /* under way */
    size_t count, capacity;
};

static double or_default(double value, double fallback)
{
    return value > 0 ? value : fallback;
}

struct http_client *http_open(const struct http_settings *settings, struct error *error)
{
    const struct curl_library *curl = curl_library(error);
    if (!curl)
        return NULL;
    struct http_client *client = memory_allocate_zeroed(1, sizeof *client);
    client->curl = curl;
    client->settings = *settings;
    if (client->settings.concurrency <= 0)
        client->settings.concurrency = 8;
    client->multi = curl->multi_init();
    if (!client->multi)
        memory_exit(EXIT_OSERR, "out of memory");
    curl->multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)client->settings.concurrency);
    return client;
}

static void note_bytes(struct transfer *transfer, size_t length)
{
    transfer->last = clock_seconds();
    if (!transfer->has_begun)
        transfer->window = transfer->last;
    transfer->has_begun = true;
    transfer->window_bytes += length;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct buffer *headers = &transfer->answer.headers;
    size_t length = size * count;
    note_bytes(transfer, length);
    if (length >= 5 && strncasecmp(bytes, "HTTP/", 5) == 0)
        buffer_reset(headers); /* "100 Continue" has headers of its own */
    if (headers->length + length <= HTTP_HEADERS_MAXIMUM)
        buffer_append(headers, bytes, length);
    return length;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count; /* size is always 1 */
    note_bytes(transfer, length);
    if (transfer->answer.body.length + length > HTTP_RESPONSE_MAXIMUM) {
        transfer->is_too_large = true;
        return 0;
    }
    buffer_append(&transfer->answer.body, bytes, length);
    return length;
}

static bool is_web(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

static void set_headers(struct http_client *client, struct transfer *transfer, const struct http_request *request)
{
    struct buffer line = { 0 };
    for (size_t i = 0; i < request->header_count; i++) {
        buffer_reset(&line);
        buffer_append_string(&line, request->headers[i].name);
        buffer_append_string(&line, ": ");
        buffer_append_string(&line, request->headers[i].value);
        transfer->headers = client->curl->slist_append(transfer->headers, buffer_string(&line));
    }
    /* Without this curl waits a second for a "100 Continue" that small servers never send. */
    transfer->headers = client->curl->slist_append(transfer->headers, "Expect:");
    if (line.length)
        explicit_bzero(line.bytes, line.length);
    buffer_release(&line);
}

static void set_options(struct http_client *client, struct transfer *transfer, const struct http_request *request)
{
    const struct curl_library *curl = client->curl;
    const struct http_settings *settings = &client->settings;
    CURL *handle = transfer->handle;
    curl->easy_setopt(handle, CURLOPT_URL, request->url);
    curl->easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl->easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl->easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
    curl->easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)(or_default(settings->connect_seconds, 10) * 1000));
    curl->easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)(or_default(settings->total_seconds, 300) * 1000));
    curl->easy_setopt(handle, CURLOPT_PIPEWAIT, 1L); /* HTTP/2: one connection for all */
    curl->easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
    curl->easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->reason);
    curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl->easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
    curl->easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl->easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
    curl->easy_setopt(handle, CURLOPT_PRIVATE, transfer);
    curl->easy_setopt(handle, CURLOPT_USERAGENT, "garner/" GARNER_VERSION);
    if (strcmp(request->method, "GET") != 0) {
        curl->easy_setopt(handle, CURLOPT_POST, 1L);
        curl->easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
        curl->easy_setopt(handle, CURLOPT_POSTFIELDS, request->body.bytes ? request->body.bytes : "");
        curl->easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
    }
    set_headers(client, transfer, request);
    curl->easy_setopt(handle, CURLOPT_HTTPHEADER, transfer->headers);
}

bool http_start(struct http_client *client, const struct http_request *request, struct error *error)
{
    if (!is_web(request->url))
        return error_set(error, E_USAGE, "'%s' is not an http or https URL", request->url);
    struct transfer *transfer = memory_allocate_zeroed(1, sizeof *transfer);
    transfer->answer.tag = request->tag;
    transfer->started = transfer->last = clock_seconds();
    transfer->handle = client->curl->easy_init();
    if (!transfer->handle)
        memory_exit(EXIT_OSERR, "out of memory");
    set_options(client, transfer, request);
    client->transfers = memory_grow(client->transfers, &client->capacity, client->count + 1, sizeof(struct transfer *));
    client->transfers[client->count++] = transfer;
    client->curl->multi_add_handle(client->multi, transfer->handle);
    return true;
}

/* The answer's buffer is not freed: it belongs to who takes it. */
static void end_transfer(struct http_client *client, struct transfer *transfer)
{
    client->curl->multi_remove_handle(client->multi, transfer->handle);
    client->curl->easy_cleanup(transfer->handle);
    client->curl->slist_free_all(transfer->headers);
    for (size_t i = 0; i < client->count; i++)
        if (client->transfers[i] == transfer) {
            client->transfers[i] = client->transfers[--client->count];
            break;
        }
    memory_free(transfer);
}

static enum code code_of(CURLcode code)
{
    switch ((int)code) {
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 */
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return E_PROTOCOL;
    default:
        return E_UNAVAILABLE;
    }
}

/* What no second try mends. */
static bool is_final(CURLcode code)
{
    switch ((int)code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
        return true;
    default:
        return false;
    }
}

static void fill_answer(struct http_client *client, struct transfer *transfer, CURLcode code)
{
    struct http_answer *answer = &transfer->answer;
    long status = 0;
    error_reset(&answer->error);
    client->curl->easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &status);
    answer->status = (int)status;
    answer->seconds = clock_seconds() - transfer->started;
    if (code == CURLE_OK)
        return;
    answer->status = 0;
    answer->is_final = is_final(code);
    if (transfer->is_too_large)
        error_set(&answer->error, E_LIMIT, "the answer has more than 256 MiB");
    else
        error_set(&answer->error, code_of(code), "%s",
                  transfer->reason[0] ? transfer->reason : client->curl->easy_strerror(code));
}

/* A transfer that ended, if there is one. */
static struct transfer *take_ended(struct http_client *client)
{
    int left;
    CURLMsg *message;
    while ((message = client->curl->multi_info_read(client->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        char *private = NULL;
        CURLcode code = message->data.result;
        client->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        struct transfer *transfer = (struct transfer *)(void *)private;
        fill_answer(client, transfer, code);
        return transfer;
    }
    return NULL;
}

enum pace { PACE_GOOD, PACE_SILENT, PACE_PAUSED, PACE_SLOW };

/* What is wrong with a transfer's pace, and by which limit. */
static enum pace pace_of(const struct http_client *client, struct transfer *transfer, double now, double *limit)
{
    const struct http_settings *settings = &client->settings;
    double stall = or_default(settings->stall_seconds, 30);
    *limit = or_default(settings->first_byte_seconds, 60);
    if (!transfer->has_begun)
        return now - transfer->started > *limit ? PACE_SILENT : PACE_GOOD;
    *limit = stall;
    if (now - transfer->last > stall)
        return PACE_PAUSED;
    if (now - transfer->window <= stall)
        return PACE_GOOD;
    bool is_slow = (double)transfer->window_bytes < settings->slowest * (now - transfer->window);
    *limit = settings->slowest;
    transfer->window = now;
    transfer->window_bytes = 0;
    return is_slow ? PACE_SLOW : PACE_GOOD;
}

static void set_pace_error(struct error *error, enum pace pace, double limit)
{
    if (pace == PACE_SILENT)
        error_set(error, E_UNAVAILABLE, "no answer came for %g seconds", limit);
    else if (pace == PACE_PAUSED)
        error_set(error, E_UNAVAILABLE, "the answer paused for %g seconds", limit);
    else
        error_set(error, E_UNAVAILABLE, "the answer came with fewer than %g bytes a second", limit);
}

/* A transfer that is too slow, if there is one: it is cut. */
static struct transfer *take_slow(struct http_client *client)
{
    double now = clock_seconds(), limit;
    for (size_t i = 0; i < client->count; i++) {
        struct transfer *transfer = client->transfers[i];
        enum pace pace = pace_of(client, transfer, now, &limit);
        if (pace == PACE_GOOD)
            continue;
        transfer->answer.status = 0;
        transfer->answer.seconds = now - transfer->started;
        set_pace_error(&transfer->answer.error, pace, limit);
        return transfer;
    }
    return NULL;
}

bool http_next(struct http_client *client, double seconds, struct http_answer *answer, bool *has_answer,
               struct error *error)
{
    double end = clock_seconds() + (seconds < 0 ? 0 : seconds);
    *has_answer = false;
    for (;;) {
        int running;
        CURLMcode code = client->curl->multi_perform(client->multi, &running);
        if (code != CURLM_OK)
            return error_set(error, E_UNAVAILABLE, "libcurl: %s", client->curl->multi_strerror(code));
        struct transfer *transfer = take_ended(client);
        if (!transfer)
            transfer = take_slow(client);
        if (transfer) {
            *answer = transfer->answer;
            *has_answer = true;
            end_transfer(client, transfer);
            return true;
        }
        if (interrupt_signal())
            return interrupt_error(error);
        double left = end - clock_seconds();
        if (seconds < 0 ? client->count == 0 : left <= 0)
            return true;
        int wait = seconds < 0 || left > POLL_MILLISECONDS / 1e3 ? POLL_MILLISECONDS : (int)(left * 1e3) + 1;
        client->curl->multi_poll(client->multi, NULL, 0, wait, NULL);
    }
}

struct slice http_answer_header(const struct http_answer *answer, struct slice name)
{
    struct slice rest = buffer_slice(&answer->headers);
    while (rest.length) {
        size_t length = slice_find_byte(rest, '\n');
        struct slice line = slice_of(rest.bytes, length);
        size_t colon = slice_find_byte(line, ':');
        if (colon < line.length && slice_equal_ignore_case(slice_of(line.bytes, colon), name))
            return slice_trim(slice_from(line, colon + 1));
        rest = slice_from(rest, length + 1);
    }
    return (struct slice){ NULL, 0 };
}

void http_answer_release(struct http_answer *answer)
{
    buffer_release(&answer->body);
    buffer_release(&answer->headers);
}

void http_close(struct http_client *client)
{
    if (!client)
        return;
    while (client->count) {
        struct transfer *transfer = client->transfers[0];
        http_answer_release(&transfer->answer);
        end_transfer(client, transfer);
    }
    client->curl->multi_cleanup(client->multi);
    memory_free(client->transfers);
    memory_free(client);
}

bool http_is_loopback(const char *url)
{
    struct slice rest = slice_of_string(url);
    size_t scheme = slice_find(rest, SLICE("://"));
    if (scheme == rest.length)
        return false;
    rest = slice_from(rest, scheme + 3);
    size_t end = 0;
    while (end < rest.length && rest.bytes[end] != '/' && rest.bytes[end] != '?' && rest.bytes[end] != '#')
        end++;
    rest.length = end;
    /* user:password@host: the host is what counts. */
    for (size_t i = rest.length; i-- > 0;)
        if (rest.bytes[i] == '@') {
            rest = slice_from(rest, i + 1);
            break;
        }
    if (slice_starts_with(rest, SLICE("[::1]")))
        return rest.length == 5 || rest.bytes[5] == ':';
    rest.length = slice_find_byte(rest, ':');
    if (slice_equal_ignore_case(rest, SLICE("localhost")))
        return true;
    if (!slice_starts_with(rest, SLICE("127.")))
        return false;
    for (size_t i = 0; i < rest.length; i++)
        if (rest.bytes[i] != '.' && (rest.bytes[i] < '0' || rest.bytes[i] > '9'))
            return false; /* 127.0.0.1.example.com */
    return true;
}
