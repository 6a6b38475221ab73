/* layout_test.c - text on a terminal. */
#include "text/layout.h"

#include "test.h"

static void expect_wrapped(struct slice text, size_t width, size_t indent, size_t lines, struct slice expected)
{
    struct buffer output = { 0 };
    struct layout layout = { width, indent, lines };
    layout_append_wrapped(&output, text, &layout);
    EXPECT_SLICE(buffer_slice(&output), expected);
    buffer_release(&output);
}

static void expect_cut(struct slice text, size_t width, struct slice expected)
{
    struct buffer output = { 0 };
    layout_append_cut(&output, text, width);
    EXPECT_SLICE(buffer_slice(&output), expected);
    buffer_release(&output);
}

TEST(layout_widths, "layout: wide characters take two columns, combining ones none")
{
    EXPECT_INTEGER(layout_width(SLICE("abc")), 3);
    EXPECT_INTEGER(layout_width(SLICE("日本")), 4);
    EXPECT_INTEGER(layout_width(SLICE("e\xcc\x81")), 1);
}

TEST(layout_wrapping, "layout: lines break at blanks, at wide characters, and within a word only when they must")
{
    expect_wrapped(SLICE("one two three four"), 12, 2, 0, SLICE("  one two\n  three four\n"));
    expect_wrapped(SLICE("abcdefghijklmnop"), 12, 2, 0, SLICE("  abcdefghij\n  klmnop\n"));
    expect_wrapped(SLICE("日本語日本語日本語"), 12, 2, 0, SLICE("  日本語日本\n  語日本語\n"));
    expect_wrapped(SLICE("日本語日本。日本"), 12, 2, 0, SLICE("  日本語日\n  本。日本\n"));
    expect_wrapped(SLICE("a\n\nb\n"), 20, 0, 0, SLICE("a\n\nb\n"));
    expect_wrapped(SLICE("    if (x) return y;"), 16, 0, 0, SLICE("    if (x)\n    return y;\n"));
    expect_wrapped(SLICE("a  b"), 20, 0, 0, SLICE("a  b\n"));
    expect_wrapped(SLICE(""), 20, 0, 0, SLICE(""));
}

TEST(layout_safety, "layout: control bytes and bad UTF-8 never reach the terminal")
{
    expect_wrapped(SLICE("a\x1b[31mb\tc\r\nd\xff"), 30, 0, 0, SLICE("a\\x1b[31mb    c\nd\\xff\n"));
    expect_cut(SLICE("a\x1b]8;;x\x07\nb"), 40, SLICE("a\\x1b]8;;x\\x07 b"));
}

TEST(layout_limits, "layout: what is left out is counted")
{
    expect_wrapped(SLICE("one two three four"), 10, 0, 1, SLICE("one two\n[10 more characters]\n"));
    expect_wrapped(SLICE("one\ntwo\nthree"), 10, 0, 2, SLICE("one\ntwo\n[5 more characters]\n"));
    expect_cut(SLICE("abcdefghij"), 10, SLICE("abcdefghij"));
    expect_cut(SLICE("abcdefghijk"), 10, SLICE("abcdefg..."));
    expect_cut(SLICE("日本語日本語"), 8, SLICE("日本..."));
}
