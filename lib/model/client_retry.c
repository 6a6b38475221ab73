/* client_retry.c - the retry rule: the union of what the official clients of model servers do. */
#define _DEFAULT_SOURCE /* timegm */
#include "model/client_retry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

/* What servers call a quota that no waiting mends. */
static bool is_quota_spent(struct slice says)
{
    static const char *const signs[] = { "insufficient_quota", "exceeded your current quota", "billing_hard_limit" };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (slice_find(says, slice_of_string(signs[i])) < says.length)
            return true;
    return false;
}

static enum retry_verdict judge_status(int status, struct slice says, bool retries_424)
{
    switch (status) {
    case 0:
    case 408:
    case 503:
    case 504:
    case 529:
        return RETRY_BUSY;
    case 429:
        return is_quota_spent(says) ? RETRY_STOP : RETRY_BUSY;
    case 401:
    case 402:
    case 403:
    case 404:
        return RETRY_STOP;
    case 409:
        return RETRY_AGAIN;
    case 424:
        return retries_424 ? RETRY_AGAIN : RETRY_REFUSED;
    default:
        if (status >= 200 && status < 300)
            return RETRY_GOOD;
        if (status >= 500)
            return RETRY_AGAIN;
        return status < 400 ? RETRY_STOP : RETRY_REFUSED;
    }
}

enum retry_verdict retry_judge(const struct http_answer *answer, struct slice says, bool retries_424)
{
    if (answer->is_final)
        return RETRY_STOP;
    enum retry_verdict verdict = judge_status(answer->status, says, retries_424);
    struct slice should = http_answer_header(answer, SLICE("x-should-retry"));
    if (verdict == RETRY_GOOD || !should.length)
        return verdict;
    if (slice_equal_ignore_case(should, SLICE("true")))
        return verdict == RETRY_BUSY ? RETRY_BUSY : RETRY_AGAIN;
    if (slice_equal_ignore_case(should, SLICE("false")) && (verdict == RETRY_BUSY || verdict == RETRY_AGAIN))
        return RETRY_REFUSED;
    return verdict;
}

double retry_parse_duration(struct slice text)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {
        { "ms", 1e-3 }, { "us", 1e-6 }, { "ns", 1e-9 }, { "h", 3600 }, { "m", 60 }, { "s", 1 }, { "d", 86400 }
    };
    double sum = 0, number;
    if (number_parse_double(text, &number))
        return isfinite(number) && number >= 0 ? number : -1;
    if (!text.length)
        return -1;
    while (text.length) {
        size_t digits = number_read_double(text, &number), unit = 0;
        text = slice_from(text, digits);
        while (unit < sizeof units / sizeof units[0] && !slice_starts_with(text, slice_of_string(units[unit].name)))
            unit++;
        if (!digits || !isfinite(number) || number < 0 || unit == sizeof units / sizeof units[0])
            return -1;
        sum += number * units[unit].seconds;
        text = slice_from(text, strlen(units[unit].name));
    }
    return sum;
}

static int month_of(struct slice name)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++)
        if (slice_equal(name, slice_of(months + 3 * i, 3)))
            return i;
    return -1;
}

/* Parts between spaces, commas and dashes; returns how many, at most `most`. */
static size_t split_date(struct slice text, struct slice *parts, size_t most)
{
    size_t count = 0, start = 0;
    for (size_t i = 0; i <= text.length; i++) {
        char byte = slice_byte(text, i);
        if (i < text.length && byte != ' ' && byte != ',' && byte != '-')
            continue;
        if (i > start && count < most)
            parts[count++] = slice_between(text, start, i);
        start = i + 1;
    }
    return count;
}

static bool parse_digits(struct slice text, int *number)
{
    int64_t value = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        value = value * 10 + (text.bytes[i] - '0');
    }
    *number = (int)value;
    return text.length > 0 && text.length <= 4;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". */
time_t retry_parse_date(struct slice text)
{
    struct slice parts[6];
    size_t count = split_date(text, parts, 6);
    struct tm time = { 0 };
    if (count < 5)
        return -1;
    bool is_asctime = month_of(parts[1]) >= 0;
    struct slice day = parts[is_asctime ? 2 : 1], clock = parts[is_asctime ? 3 : 4], year = parts[is_asctime ? 4 : 3];
    time.tm_mon = month_of(parts[is_asctime ? 1 : 2]);
    bool is_good = time.tm_mon >= 0 && clock.length == 8 && clock.bytes[2] == ':' && clock.bytes[5] == ':' &&
                   parse_digits(day, &time.tm_mday) && parse_digits(year, &time.tm_year) &&
                   parse_digits(slice_between(clock, 0, 2), &time.tm_hour) &&
                   parse_digits(slice_between(clock, 3, 5), &time.tm_min) &&
                   parse_digits(slice_between(clock, 6, 8), &time.tm_sec);
    if (!is_good)
        return -1;
    if (year.length == 2)
        time.tm_year += time.tm_year < 70 ? 2000 : 1900;
    time.tm_year -= 1900;
    return timegm(&time);
}

static double parse_retry_after(struct slice text, time_t now)
{
    double seconds = retry_parse_duration(text);
    if (seconds > 0)
        return seconds;
    time_t date = retry_parse_date(text);
    return date > now ? difftime(date, now) : -1;
}

/* Epochs are told apart from waits by their size: ten years are no wait. */
static double parse_reset(struct slice text, time_t now)
{
    double seconds = retry_parse_duration(text);
    if (seconds > 1e11)
        seconds /= 1000;
    if (seconds > 3e8)
        seconds -= (double)now;
    return seconds > 0 ? seconds : -1;
}

double retry_asked(const struct http_answer *answer, time_t now)
{
    static const char *const kinds[][2] = { { "x-ratelimit-reset-requests", "x-ratelimit-remaining-requests" },
                                            { "x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens" },
                                            { "x-ratelimit-reset", "x-ratelimit-remaining" } };
    double milliseconds, wait = -1, left;
    if (number_parse_double(http_answer_header(answer, SLICE("retry-after-ms")), &milliseconds) && milliseconds > 0 &&
        isfinite(milliseconds))
        return milliseconds / 1000;
    double after = parse_retry_after(http_answer_header(answer, SLICE("retry-after")), now);
    if (after > 0)
        return after;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        double reset = parse_reset(http_answer_header(answer, slice_of_string(kinds[i][0])), now);
        struct slice remaining = http_answer_header(answer, slice_of_string(kinds[i][1]));
        bool has_some = number_parse_double(remaining, &left) && left > 0;
        if (reset > wait && !has_some)
            wait = reset;
    }
    return wait;
}

double retry_backoff(int tries, uint64_t *state)
{
    double most = 0.5 * (double)(1U << (tries < 8 ? (unsigned)tries : 8U));
    if (most > 60)
        most = 60;
    *state += 0x9e3779b97f4a7c15; /* splitmix64 */
    uint64_t bits = *state;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    bits ^= bits >> 31;
    return most * (double)(bits >> 11) / 9007199254740992.0;
}
