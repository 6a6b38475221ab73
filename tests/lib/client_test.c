/* client_test.c - the rules of the model client that need no server: waits, verdicts, pace, keys, URLs. */
#include "model/client.h"

#include <unistd.h>

#include "model/client_limits.h"
#include "model/client_retry.h"
#include "net/secret.h"
#include "test.h"

static struct http_answer answer_of(int status, const char *headers)
{
    struct http_answer answer = { .status = status };
    buffer_append_string(&answer.headers, headers);
    return answer;
}

TEST(client_durations, "client: durations of servers")
{
    static const struct {
        const char *text;
        double seconds;
    } rows[] = { { "1", 1 },        { "2.5", 2.5 },         { "6m0s", 360 }, { "1s", 1 },
                 { "250ms", 0.25 }, { "1h2m3.5s", 3723.5 }, { "soon", -1 },  { "", -1 },
                 { "-1", -1 },      { "5x", -1 },           { "1e999", -1 }, { "0", 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        EXPECT_NEAR(retry_parse_duration(slice_of_string(rows[i].text)), rows[i].seconds, 1e-9);
}

TEST(client_dates, "client: the three forms of an HTTP date")
{
    EXPECT_INTEGER(retry_parse_date(SLICE("Sun, 06 Nov 1994 08:49:37 GMT")), 784111777);
    EXPECT_INTEGER(retry_parse_date(SLICE("Sunday, 06-Nov-94 08:49:37 GMT")), 784111777);
    EXPECT_INTEGER(retry_parse_date(SLICE("Sun Nov  6 08:49:37 1994")), 784111777);
    EXPECT_INTEGER(retry_parse_date(SLICE("soon")), -1);
    EXPECT_INTEGER(retry_parse_date(SLICE("Sun, 06 Now 1994 08:49:37 GMT")), -1);
    EXPECT_INTEGER(retry_parse_date(SLICE("Sun, 06 Nov 1994 8:49:37 GMT")), -1);
}

TEST(client_asked, "client: what a server asks to wait, by the first header that makes sense")
{
    static const struct {
        const char *headers;
        double seconds;
    } rows[] = {
        { "Retry-After: 2\r\n", 2 },
        { "retry-after-ms: 1500\r\nRetry-After: 9\r\n", 1.5 },
        { "Retry-After: Sun, 06 Nov 1994 08:49:47 GMT\r\n", 10 },
        { "Retry-After: Sun, 06 Nov 1994 08:49:27 GMT\r\n", -1 },
        { "Retry-After: soon\r\n", -1 },
        { "Retry-After: -1\r\n", -1 },
        { "Retry-After: 0\r\n", -1 },
        { "X-RateLimit-Reset-Requests: 1s\r\nX-RateLimit-Reset-Tokens: 6m0s\r\n", 360 },
        { "x-ratelimit-reset-requests: 1s\r\nx-ratelimit-reset-tokens: 6m0s\r\nx-ratelimit-remaining-tokens: 5\r\n",
          1 },
        { "x-ratelimit-reset: 784111797\r\n", 20 },
        { "x-ratelimit-reset: 784111797000\r\n", 20 },
        { "", -1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_answer answer = answer_of(429, rows[i].headers);
        EXPECT_NEAR(retry_asked(&answer, 784111777), rows[i].seconds, 1e-9);
        http_answer_release(&answer);
    }
}

TEST(client_verdicts, "client: which answers are asked for again")
{
    static const struct {
        int status;
        const char *headers, *says;
        enum retry_verdict verdict;
    } rows[] = {
        { 200, "", "", RETRY_GOOD },
        { 0, "", "", RETRY_BUSY },
        { 408, "", "", RETRY_BUSY },
        { 409, "", "", RETRY_AGAIN },
        { 429, "", "slow down", RETRY_BUSY },
        { 429, "", "you exceeded your current quota (insufficient_quota)", RETRY_STOP },
        { 500, "", "", RETRY_AGAIN },
        { 529, "", "", RETRY_BUSY },
        { 400, "", "", RETRY_REFUSED },
        { 413, "", "", RETRY_REFUSED },
        { 422, "", "", RETRY_REFUSED },
        { 424, "", "", RETRY_AGAIN },
        { 401, "", "", RETRY_STOP },
        { 403, "", "", RETRY_STOP },
        { 404, "", "", RETRY_STOP },
        { 302, "", "", RETRY_STOP },
        { 500, "x-should-retry: false\r\n", "", RETRY_REFUSED },
        { 400, "X-Should-Retry: true\r\n", "", RETRY_AGAIN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_answer answer = answer_of(rows[i].status, rows[i].headers);
        EXPECT_INTEGER(retry_judge(&answer, slice_of_string(rows[i].says), true), rows[i].verdict);
        http_answer_release(&answer);
    }
    struct http_answer answer = answer_of(424, "");
    EXPECT_INTEGER(retry_judge(&answer, SLICE(""), false), RETRY_REFUSED);
    http_answer_release(&answer);
}

TEST(client_backoff, "client: full jitter stays below 0.5 s x 2^n and 60 s, and a seed repeats it")
{
    uint64_t first = 1, second = 1;
    for (int round = 0; round < 100; round++)
        for (int n = 0; n < 12; n++) {
            double wait = retry_backoff(n, &first);
            EXPECT(wait >= 0 && wait < (n < 7 ? 0.5 * (1 << n) : 60));
            EXPECT_NEAR(retry_backoff(n, &second), wait, 0);
        }
}

TEST(client_pace, "client: requests at once grow one by one, are halved once per sign, and stay within the limits")
{
    struct client_limits limits;
    limits_start(&limits, 16, 0, 0, 0);
    EXPECT_NEAR(limits.window, 2, 0);
    EXPECT_NEAR(limits_wait(&limits, 0, 2, 10), -1, 0);
    for (int i = 0; i < 400; i++)
        limits_good(&limits, 0.1, 100, (uint64_t)limits.window - 1);
    EXPECT_NEAR(limits.window, 16, 0);
    limits_busy(&limits, 10, 0.5);
    limits_busy(&limits, 10.1, 0.5);
    EXPECT_NEAR(limits.window, 8, 0);
    limits_busy(&limits, 11, 0.5);
    EXPECT_NEAR(limits.window, 4, 0);
}

TEST(client_queueing, "client: latency that grows with the requests at once stops the growth")
{
    struct client_limits limits;
    limits_start(&limits, 64, 0, 0, 0);
    for (int i = 0; i < 2000; i++) /* a server that works on one request after the other */
        limits_good(&limits, 0.05 * limits.window, 100, (uint64_t)limits.window - 1);
    EXPECT(limits.window < 24);
}

TEST(client_rates,
     "client: requests and tokens a minute are spread evenly; one that is larger than a second's worth passes")
{
    struct client_limits limits;
    limits_start(&limits, 64, 600, 60000, 0);
    for (int i = 0; i < 10; i++) {
        EXPECT_NEAR(limits_wait(&limits, 0, 0, 0), 0, 0);
        limits_take(&limits, 0);
    }
    EXPECT_NEAR(limits_wait(&limits, 0, 0, 0), 0.1, 1e-9);
    EXPECT_NEAR(limits_wait(&limits, 0.05, 0, 0), 0.05, 1e-9);
    EXPECT_NEAR(limits_wait(&limits, 1, 0, 5000), 0, 0);
    limits_take(&limits, 5000);
    EXPECT_NEAR(limits_wait(&limits, 1, 0, 100), 4.1, 1e-9);
}

TEST(client_urls, "client: a path goes behind the URL as far as it is not there, in front of the query")
{
    static const char *const rows[][3] = {
        { "http://h", "/v1/embeddings", "http://h/v1/embeddings" },
        { "http://h/", "/v1/embeddings", "http://h/v1/embeddings" },
        { "http://h/v1", "/v1/embeddings", "http://h/v1/embeddings" },
        { "http://h/v1/", "/v1/embeddings", "http://h/v1/embeddings" },
        { "http://h/api/v1/embeddings", "/v1/embeddings", "http://h/api/v1/embeddings" },
        { "http://h/x?version=1", "/v1/embeddings", "http://h/x/v1/embeddings?version=1" },
        { "http://h/my-v1", "/v1/embeddings", "http://h/my-v1/v1/embeddings" },
        { "http://h/x/", "", "http://h/x/" },
    };
    struct arena arena = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        EXPECT_SLICE(slice_of_string(client_join_url(rows[i][0], rows[i][1], &arena)), slice_of_string(rows[i][2]));
    arena_release(&arena);
}

static struct client *open_client(const char *url)
{
    struct client_settings settings = { .url = url };
    struct error error;
    struct client *client = client_open(&settings, &error);
    if (!client)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    return client;
}

TEST(client_errors, "client: the five forms of errors become one line")
{
    static const char *const rows[][2] = {
        { "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}", "no (c)" },
        { "{\"error\":\"no such model\"}", "no such model" },
        { "{\"error\":\"too long\",\"error_type\":\"validation\"}", "too long (validation)" },
        { "{\"detail\":[{\"msg\":\"bad input\"}]}", "bad input" },
        { "{\"message\":\"Too many\"}", "Too many" },
        { "<html><b>Bad gateway", "a page of HTML" },
        { "upstream gone\n", "upstream gone" },
        { "{}", "" },
        { "", "" },
    };
    struct client *client = open_client("http://127.0.0.1:1");
    struct arena arena = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        EXPECT_SLICE(slice_of_string(client_say(client, slice_of_string(rows[i][0]), &arena)),
                     slice_of_string(rows[i][1]));
    arena_release(&arena);
    client_close(client);
}

TEST(client_refused_settings, "client: what no client is opened for")
{
    static const struct {
        struct client_settings settings;
        enum code code;
    } rows[] = {
        { { .url = "ftp://h" }, E_USAGE },
        { { .url = "http://user:password@h" }, E_USAGE },
        { { .url = "http://h", .is_offline = true }, E_UNAVAILABLE },
        { { .url = "http://h", .api_key_environment = "GARNER_TEST_NOT_THERE" }, E_UNAVAILABLE },
        { { .url = "http://h", .api_key_file = "/not/there" }, E_NO_INPUT },
        { { .url = "http://192.0.2.1", .api_key_environment = "PATH" }, E_USAGE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error;
        EXPECT(client_open(&rows[i].settings, &error) == NULL);
        EXPECT_ERROR(&error, rows[i].code, NULL);
    }
}

TEST(secret_redaction, "secret: a key is cut out of texts, also in part and escaped")
{
    static const char *const rows[][2] = {
        { "bad key sk-abc/def+ghijk!", "bad key [key]!" },
        { "sk-abc/def+ghijksk-abc/def+ghijk", "[key][key]" },
        { "sk-abc/def...", "[key]..." },
        { "sk-abc\\/def+ghijk.", "[key]." },
        { "sk-abc%2Fdef%2Bghijk.", "[key]." },
        { "sk-abc\\u002fdef+ghijk.", "[key]." },
        { "sk-abc", "sk-abc" },
        { "nothing", "nothing" },
    };
    struct secret secret = { 0 };
    secret_set(&secret, SLICE("sk-abc/def+ghijk"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer text = { 0 };
        buffer_append_string(&text, rows[i][0]);
        secret_redact(&secret, &text);
        EXPECT_SLICE(buffer_slice(&text), slice_of_string(rows[i][1]));
        buffer_release(&text);
    }
    secret_release(&secret);
}
