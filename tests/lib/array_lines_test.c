/* array_lines_test.c - JSON arrays as lines, whatever pieces they come in. */
#include "base/buffer.h"
#include "stream/array_lines.h"
#include "test.h"

TEST(array_lines, "array lines: elements become lines, whatever pieces they come in; other input stays")
{
    static const struct {
        const char *text, *lines;
        bool is_cut;
    } cases[] = {
        { "[{\"a\":1},{\"b\":2}]", " {\"a\":1}\n{\"b\":2}\n", false },
        { "\xef\xbb\xbf \n[\n  {\"a\": \"x,]\\\"[\",\n   \"b\": [1,\n2]},\n  3\n]\n",
          "\xef\xbb\xbf \n    {\"a\": \"x,]\\\"[\",    \"b\": [1, 2]}\n   3 \n\n", false },
        { "[]", " ]", false },
        { "[1,]", " 1\n]", false },
        { "[1,,2]", " 1\n,2\n", false },
        { "[1] x", " 1\n x", false },
        { "[{\"a\":1}", " {\"a\":1}", true },
        { "[\"a]", " \"a]", true },
        { "{\"a\":[1,\n2]}\n", "{\"a\":[1,\n2]}\n", false },
        { " \n", " \n", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t piece = 1; piece < 30; piece += 7) {
            struct array_lines array = { 0 };
            struct buffer text = { 0 };
            buffer_append_string(&text, cases[i].text);
            for (size_t at = 0; at < text.length; at += piece)
                array_lines_take(&array, text.bytes + at, text.length - at < piece ? text.length - at : piece);
            EXPECT_SLICE(buffer_slice(&text), slice_of_string(cases[i].lines));
            EXPECT_INTEGER(array_lines_is_cut(&array), cases[i].is_cut);
            buffer_release(&text);
        }
}
