/* client.h - one client for all model servers: embeddings, chat, judging, reranking.
 *
 * It knows nothing of dialects: it takes requests (path, body, tag), sends them under limits, retries by one rule, and
 * hands out answers as they come. What an answer means is the caller's. One thread; nothing is written to disk here.
 *
 *     client_submit(client, &request, error)                    never waits, the queue is the caller's to bound
 *     while (client_pending(client)) {
 *         client_next(client, -1, &answer, &has_answer, error)  false: the run must stop; what came before stays valid
 *         ... answer.outcome, answer.body ...
 *         client_answer_release(&answer)
 *     }
 *
 * Limits: at most `concurrency` requests at once. The number in use is adapted: it begins at 2, grows by one for each
 * round of good answers while latency (per token of the request) stays near the best seen, shrinks by one when answers
 * queue in the server, and is halved by 429, 503, 529 and time-outs. Requests and tokens a minute are spread evenly,
 * failed tries count, too.
 *
 * Retries: header x-should-retry decides; else no answer at all, 408, 409, 429 and 5xx (424 where the dialect says so).
 * Up to 6 tries. The wait is retry-after-ms, retry-after (seconds or date), x-ratelimit-reset*, else a random part
 * ("full jitter") of 0.5 s x 2^n up to 60 s. A wait that the server asks for holds back all requests; one beyond
 * max_wait ends the run. 401, 403, 404 and a spent quota end it at once, and so do six failed tries while no other
 * request went well, and ten failures in a row (the breaker; requests that fail together count as one).
 *
 * The key is in no message: what a server says is cleaned of it. */
#ifndef MODEL_CLIENT_H
#define MODEL_CLIENT_H

#include "base/arena.h"
#include "base/error.h"
#include "net/http.h"
#include "json/json.h"

enum { CLIENT_TRIES = 6, CLIENT_BREAKER_FAILURES = 10 };

enum client_authorization {
    CLIENT_BEARER,    /* Authorization: Bearer KEY, when there is a key */
    CLIENT_X_API_KEY, /* x-api-key: KEY */
    CLIENT_SIGV4      /* AWS: keys from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; a key of the
                         settings is sent as a bearer token instead */
};

struct client_settings {
    const char *url; /* what every path is put behind; borrowed for the client's life, as all texts here */
    const char *api_key_environment, *api_key_file; /* where the key is; NULL: no key */
    enum client_authorization authorization;
    const char *region, *service; /* CLIENT_SIGV4; region NULL: AWS_REGION, AWS_DEFAULT_REGION, or the host's name */
    const struct http_header *headers; /* sent with each request: anthropic-version, ... */
    size_t header_count;
    int64_t concurrency;                                                      /* at most; 0: 8 */
    double requests_per_minute, tokens_per_minute;                            /* 0: no limit */
    double connect_seconds, first_byte_seconds, stall_seconds, total_seconds; /* 0: 10, 60, 30, 300 */
    double slowest;                                                           /* bytes a second, see net/http.h */
    double max_wait;                                                          /* 0: 300 */
    bool retries_424;                                                         /* tei */
    bool allows_plain_http, is_offline;
    int64_t seed; /* of the jitter */
    /* A remark for the user: a long wait, a lower rate. May be NULL. */
    void (*notice)(void *context, const char *message);
    void *notice_context;
};

struct client_request {
    const char *path;  /* "" for the URL itself; borrowed until the answer was taken, as the body */
    struct slice body; /* JSON; a GET when bytes is NULL */
    int64_t tokens;    /* about how many it costs, for tokens_per_minute and the latency; 0: unknown */
    void *tag;
    bool is_optional; /* a failure of any kind is its answer (CLIENT_REFUSED): no retries, no breaker, no end */
};

enum client_outcome {
    CLIENT_ANSWERED, /* 2xx: body is the server's answer */
    CLIENT_REFUSED,  /* this request is at fault (400, 413, 422, other 4xx): smaller or other ones may go well */
    CLIENT_FAILED    /* all tries failed although others went well */
};

struct client_answer {
    void *tag;
    enum client_outcome outcome;
    int status;         /* 0: no answer came */
    struct buffer body; /* client_answer_release() */
    double seconds;     /* the last try's */
    int attempts;
    struct error error; /* CLIENT_REFUSED (E_PROTOCOL), CLIENT_FAILED (E_UNAVAILABLE): one line, with the URL and what
                           the server said */
    void *private_entry;
};

struct client_counters {
    int64_t requests; /* tries that were sent */
    int64_t answers, retries, refused;
    int64_t tokens_in, tokens_out; /* as client_count_usage() was told */
    int64_t bytes_sent, bytes_received;
    double waited;       /* seconds in which nothing was under way and a limit or a wait held requests back */
    int64_t concurrency; /* most requests at once */
};

struct client;

/* Owned: client_close(). Errors: E_USAGE (a key would travel unencrypted, a bad URL), E_UNAVAILABLE (offline, no such
 * key, no libcurl), E_NO_INPUT (key file). */
struct client *client_open(const struct client_settings *settings, struct error *error) MUST_CHECK;

/* Takes the request into the queue and starts what the limits allow. Errors: E_USAGE (the URL). */
bool client_submit(struct client *client, const struct client_request *request, struct error *error) MUST_CHECK;

/* The next answer, waiting up to `seconds` (0: only what is there; negative: without end while something is pending).
 * *has_answer false: none. Returns false when the run must stop: interrupts; E_UNAVAILABLE for the breaker, 401, 403,
 * 404, a spent quota, a wait beyond max_wait. */
bool client_next(struct client *client, double seconds, struct client_answer *answer, bool *has_answer,
                 struct error *error) MUST_CHECK;

/* For an answer that is nonsense in the caller's eyes: instead of releasing it, sends its request again, as often as
 * CLIENT_NONSENSE_TRIES allows; then (false) the caller says what is wrong. It counts as a failure for the breaker. */
enum { CLIENT_NONSENSE_TRIES = 2 };
bool client_ask_again(struct client *client, struct client_answer *answer);

void client_answer_release(struct client_answer *answer);

/* Requests whose answers were not taken yet; and how many more are worth submitting now to keep the server busy. */
size_t client_pending(const struct client *client);
size_t client_room(const struct client *client);

/* Drops what is queued and under way: after an error, before the texts behind the requests go. */
void client_cancel(struct client *client);

const struct client_counters *client_counters(const struct client *client);
/* Appends `"requests":N,...`: members for a tool's object in --summary. */
void client_append_summary(const struct client_counters *counters, struct buffer *json);

/* One line of what a server said in an answer that is no success, from any of {error:{message}}, {error:"..."},
 * {detail}, {message}, {errors:[...]}, or a plain text; without the key; arena. "" when it said nothing. */
const char *client_say(const struct client *client, struct slice body, struct arena *arena);

/* Cuts the key out of a text that came from the server and goes into a message. */
void client_redact(const struct client *client, struct buffer *text);

struct client_usage {
    int64_t input_tokens, output_tokens; /* 0: not told */
};
/* Reads any dialect's usage from an answer: usage.{prompt,completion,total,input,output}_tokens, camelCase (bedrock),
 * prompt_eval_count and eval_count (ollama), meta.billed_units and meta.tokens (cohere), inputTextTokenCount. */
struct client_usage client_read_usage(struct json_value root);
void client_count_usage(struct client *client, struct client_usage usage);

void client_close(struct client *client);

/* base and path joined by one slash; a base that ends with the path already stays as it is, and one that ends with a
 * first part of it ("/v1" of "/v1/embeddings") gets the rest. Arena. */
const char *client_join_url(const char *base, const char *path, struct arena *arena);

#endif
