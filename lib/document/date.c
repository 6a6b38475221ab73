/* date.c - dates as documents write them, as seconds since 1970, and those as RFC 3339 text. */
#include "document/date.h"

enum { SECONDS_A_DAY = 86400, ZONE_SECONDS_MAXIMUM = 24 * 3600 };

static const int64_t latest = 253402300799; /* the end of the year 9999 */
static const int64_t earliest = -62135596800;

bool date_is_known(int64_t seconds)
{
    return seconds >= earliest && seconds <= latest;
}

/* Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days and days_from_civil. */
void date_append(struct buffer *output, int64_t seconds)
{
    int64_t days = seconds / SECONDS_A_DAY, rest = seconds % SECONDS_A_DAY;
    if (rest < 0) {
        rest += SECONDS_A_DAY;
        days--;
    }
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * of_year + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;
    long long year = year_of_era + era * 400 + (month <= 2), day = of_year - (153 * shifted + 2) / 5 + 1;
    long long hour = rest / 3600, minute = rest / 60 % 60, second = rest % 60;
    buffer_append_format(output, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lldZ", year, (long long)month, day, hour,
                         minute, second);
}

/* Fields of a date as read; what is out of range makes it unknown. */
struct date {
    int64_t year, month, day, hour, minute, second;
    int64_t zone; /* seconds east of UTC */
};

static int64_t to_seconds(const struct date *date)
{
    static const unsigned char lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (date->year < 1 || date->year > 9999 || date->month < 1 || date->month > 12 || date->day < 1)
        return DATE_UNKNOWN;
    bool is_leap = date->year % 4 == 0 && (date->year % 100 != 0 || date->year % 400 == 0);
    if (date->day > lengths[date->month - 1] + (date->month == 2 && is_leap))
        return DATE_UNKNOWN;
    bool is_in_day = date->hour <= 23 && date->minute <= 59 && date->second <= 60; /* a leap second */
    if (!is_in_day || date->zone <= -ZONE_SECONDS_MAXIMUM || date->zone >= ZONE_SECONDS_MAXIMUM)
        return DATE_UNKNOWN;
    int64_t year = date->year - (date->month <= 2), era = year / 400, year_of_era = year - era * 400;
    int64_t shifted = date->month > 2 ? date->month - 3 : date->month + 9;
    int64_t of_year = (153 * shifted + 2) / 5 + date->day - 1;
    int64_t days = era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719468;
    int64_t seconds = days * SECONDS_A_DAY + date->hour * 3600 + date->minute * 60 + date->second - date->zone;
    return date_is_known(seconds) ? seconds : DATE_UNKNOWN;
}

/* Takes up to `most` digits off the front; false when there are fewer than `least`. */
static bool take_number(struct slice *text, size_t least, size_t most, int64_t *number)
{
    size_t length = 0;
    int64_t value = 0;
    while (length < most && length < text->length && text->bytes[length] >= '0' && text->bytes[length] <= '9')
        value = value * 10 + (text->bytes[length++] - '0');
    if (length < least)
        return false;
    *number = value;
    *text = slice_from(*text, length);
    return true;
}

static bool take_byte(struct slice *text, char byte)
{
    if (text->length == 0 || text->bytes[0] != byte)
        return false;
    *text = slice_from(*text, 1);
    return true;
}

/* "+02:00", "+0200", "+02"; nothing else moves text. */
static void take_offset(struct slice *text, struct date *date)
{
    struct slice rest = *text;
    int64_t hours, minutes = 0;
    bool is_west = take_byte(&rest, '-');
    if ((!is_west && !take_byte(&rest, '+')) || !take_number(&rest, 2, 2, &hours))
        return;
    struct slice behind = rest;
    take_byte(&behind, ':');
    if (take_number(&behind, 2, 2, &minutes))
        rest = behind;
    int64_t seconds = hours * 3600 + minutes * 60;
    date->zone = is_west ? -seconds : seconds;
    *text = rest;
}

static bool take_time(struct slice *text, struct date *date)
{
    int64_t fraction;
    if (!take_number(text, 1, 2, &date->hour) || !take_byte(text, ':') || !take_number(text, 2, 2, &date->minute))
        return false;
    if (take_byte(text, ':') && !take_number(text, 1, 2, &date->second))
        return false;
    if (take_byte(text, '.'))
        take_number(text, 0, 9, &fraction);
    return true;
}

int64_t date_read_iso(struct slice text)
{
    struct date date = { .month = 1, .day = 1 };
    text = slice_trim(text);
    if (!take_number(&text, 4, 4, &date.year))
        return DATE_UNKNOWN;
    if (take_byte(&text, '-')) {
        if (!take_number(&text, 2, 2, &date.month))
            return DATE_UNKNOWN;
        if (take_byte(&text, '-') && !take_number(&text, 2, 2, &date.day))
            return DATE_UNKNOWN;
    }
    if (take_byte(&text, 'T') || take_byte(&text, ' ')) {
        if (!take_time(&text, &date))
            return DATE_UNKNOWN;
        take_offset(&text, &date);
    } else if (text.length > 0) {
        return DATE_UNKNOWN;
    }
    return to_seconds(&date);
}

static bool is_letter(char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

/* Past white space, commas and comments in (nested) brackets. */
static void skip_between(struct slice *text)
{
    size_t i = 0;
    int depth = 0;
    for (; i < text->length; i++) {
        char byte = text->bytes[i];
        if (byte == '(')
            depth++;
        else if (byte == ')' && depth > 0)
            depth--;
        else if (depth == 0 && byte != ' ' && byte != ',' && byte != '\t' && byte != '\r' && byte != '\n')
            break;
    }
    *text = slice_from(*text, i);
}

static struct slice take_word(struct slice *text)
{
    size_t length = 0;
    while (length < text->length && is_letter(text->bytes[length]))
        length++;
    struct slice word = slice_between(*text, 0, length);
    *text = slice_from(*text, length);
    skip_between(text);
    return word;
}

/* 1 to 12 by the first three letters; 0: no month. */
static int64_t month_of(struct slice word)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (size_t i = 0; word.length >= 3 && i < 12; i++)
        if (slice_equal_ignore_case(slice_between(word, 0, 3), slice_of(names + 3 * i, 3)))
            return (int64_t)i + 1;
    return 0;
}

/* The zones that RFC 822 named; others are taken for UTC, as RFC 5322 says. */
static int64_t zone_of(struct slice word)
{
    static const struct {
        struct slice name;
        int hours;
    } zones[] = { { SLICE_INIT("EST"), -5 }, { SLICE_INIT("EDT"), -4 }, { SLICE_INIT("CST"), -6 },
                  { SLICE_INIT("CDT"), -5 }, { SLICE_INIT("MST"), -7 }, { SLICE_INIT("MDT"), -6 },
                  { SLICE_INIT("PST"), -8 }, { SLICE_INIT("PDT"), -7 } };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (slice_equal_ignore_case(word, zones[i].name))
            return (int64_t)zones[i].hours * 3600;
    return 0;
}

static bool take_year(struct slice *text, int64_t *year)
{
    size_t before = text->length;
    if (!take_number(text, 2, 4, year))
        return false;
    size_t digits = before - text->length;
    if (digits < 4) /* RFC 5322, 4.3 */
        *year += digits == 2 && *year < 50 ? 2000 : 1900;
    skip_between(text);
    return true;
}

/* "Thu Jan  1 00:00:00 1970", the month's name taken. */
static int64_t read_asctime(struct slice text, struct date *date)
{
    if (!take_number(&text, 1, 2, &date->day))
        return DATE_UNKNOWN;
    skip_between(&text);
    if (!take_time(&text, date))
        return DATE_UNKNOWN;
    skip_between(&text);
    date->zone = zone_of(take_word(&text));
    if (!take_year(&text, &date->year))
        return DATE_UNKNOWN;
    take_offset(&text, date);
    return to_seconds(date);
}

int64_t date_read_mail(struct slice text)
{
    struct date date = { 0 };
    skip_between(&text);
    struct slice word = take_word(&text);
    if (word.length > 0 && text.length > 0 && is_letter(text.bytes[0]))
        word = take_word(&text);
    date.month = month_of(word);
    if (date.month > 0)
        return read_asctime(text, &date);
    if (!take_number(&text, 1, 2, &date.day))
        return DATE_UNKNOWN;
    skip_between(&text);
    take_byte(&text, '-'); /* RFC 850: Sunday, 06-Nov-94 */
    date.month = month_of(take_word(&text));
    take_byte(&text, '-');
    if (date.month == 0 || !take_year(&text, &date.year))
        return DATE_UNKNOWN;
    if (text.length > 0 && !take_time(&text, &date))
        return DATE_UNKNOWN;
    skip_between(&text);
    date.zone = zone_of(take_word(&text));
    take_offset(&text, &date);
    return to_seconds(&date);
}
