/* date_test.c - dates of documents. */
#include "document/date.h"
#include "test.h"

static void check_date(int64_t (*read)(struct slice text), const char *text, const char *wanted)
{
    struct buffer found = { 0 };
    int64_t seconds = read(slice_of_string(text));
    if (seconds != DATE_UNKNOWN)
        date_append(&found, seconds);
    test_text_equal(__FILE__, __LINE__, buffer_slice(&found), slice_of_string(wanted));
    buffer_release(&found);
}

TEST(date_iso, "date: ISO dates with and without time and zone")
{
    static const char *const cases[][2] = {
        { "2024-02-29", "2024-02-29T00:00:00Z" },
        { "2024", "2024-01-01T00:00:00Z" },
        { " 1999-12 ", "1999-12-01T00:00:00Z" },
        { "2023-04-23T17:59:04+08", "2023-04-23T09:59:04Z" },
        { "2023-04-23T17:59:04.123-03:30", "2023-04-23T21:29:04Z" },
        { "2023-04-23 17:59", "2023-04-23T17:59:00Z" },
        { "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z" },
        { "0001-01-01", "0001-01-01T00:00:00Z" },
        { "9999-12-31T23:59:59-01:00", "" },
        { "2023-02-29", "" },
        { "2024-13-01", "" },
        { "2024-1-1", "" },
        { "20240101", "" },
        { "2024-01-01T25:00", "" },
        { "", "" },
        { "soon", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_date(date_read_iso, cases[i][0], cases[i][1]);
}

TEST(date_mail, "date: what mail programs and servers write")
{
    static const char *const cases[][2] = {
        { "Sat, 15 Mar 2025 08:30:00 +0000", "2025-03-15T08:30:00Z" },
        { "Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z" },
        { "21 Nov 97 09:55 GMT", "1997-11-21T09:55:00Z" },
        { "Thu, 13\n Feb 1969 23:32 -0330 (Newfoundland Time)", "1969-02-14T03:02:00Z" },
        { "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z" },
        { "Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z" },
        { "Sun Nov  6 08:49:37 EST 1994", "1994-11-06T13:49:37Z" },
        { "Mon, 1 Jan 2024 00:00:00 PST", "2024-01-01T08:00:00Z" },
        { "(x (y) z) 1 January 2024", "2024-01-01T00:00:00Z" },
        { "Tue, 30 Feb 2024 00:00:00 +0000", "" },
        { "Tue, 1 Foo 2024 00:00:00 +0000", "" },
        { "yesterday", "" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_date(date_read_mail, cases[i][0], cases[i][1]);
}
