/* cli_progress_test.c - what the progress line says. */
#include "cli/progress.h"

#include "test.h"

static void expect_line(const struct progress_figures *figures, double elapsed, double rate, struct slice expected)
{
    struct buffer line = { 0 };
    progress_append_text(&line, "embed", figures, elapsed, rate);
    EXPECT_SLICE(buffer_slice(&line), expected);
    buffer_release(&line);
}

TEST(progress_line, "progress: counts, rates, and a share and the time left where the size is known")
{
    struct progress_figures figures = { .in = 1234567, .bytes_total = -1 };
    expect_line(&figures, 75, 16460.4, SLICE("garner embed: 1,234,567 records, 16,460/s, 1:15"));
    figures = (struct progress_figures){ .in = 999, .bytes = 50000000, .bytes_total = 200000000 };
    expect_line(&figures, 10, 99.5, SLICE("garner embed: 999 records, 100/s, 5.0 MB/s, 25%, 0:30 left"));
    figures.dropped = 1000;
    figures.rejected = 3;
    figures.bytes = figures.bytes_total;
    expect_line(&figures, 10, 0,
                SLICE("garner embed: 999 records, 0/s, 20.0 MB/s, dropped 1,000, rejected 3, 100%, 0:00 left"));
    figures = (struct progress_figures){ .in = 1, .bytes = 1, .bytes_total = 1000000 };
    expect_line(&figures, 1, 1, SLICE("garner embed: 1 records, 1/s, 0.0 MB/s, 0%, 277:46:39 left"));
}
