/* segment_test.c - white space, graphemes, words and sentences. */
#include "text/segment.h"

#include "base/buffer.h"
#include "test.h"

#define FAMILY "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"

/* What next gives, one after the other with | between. */
static struct slice joined(struct slice text, bool (*next)(struct slice, size_t *, struct slice *),
                           struct buffer *output)
{
    size_t position = 0;
    struct slice piece;
    buffer_reset(output);
    while (next(text, &position, &piece)) {
        if (output->length)
            buffer_append_byte(output, '|');
        buffer_append_slice(output, piece);
    }
    return buffer_slice(output);
}

static bool grapheme_next(struct slice text, size_t *position, struct slice *piece)
{
    if (*position >= text.length)
        return false;
    size_t end = grapheme_end(text, *position);
    *piece = slice_between(text, *position, end);
    *position = end;
    return true;
}

TEST(segment_graphemes, "segment: what people see as one character is one cluster")
{
    static const struct {
        const char *text, *clusters;
    } cases[] = {
        { "ab\r\nc\n\rd", "a|b|\r\n|c|\n|\r|d" },
        { "e\xcc\x81\xcc\xa3x", "e\xcc\x81\xcc\xa3|x" },
        { FAMILY "!", FAMILY "|!" },
        { "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd\xe2\x9d\xa4\xef\xb8\x8f",
          "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd|\xe2\x9d\xa4\xef\xb8\x8f" },
        /* three regional indicators: a flag and a half */
        { "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab", "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa|\xf0\x9f\x87\xab" },
        /* Hangul syllables, composed and of jamo */
        { "\xea\xb0\x81\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "\xea\xb0\x81|\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8" },
        /* Devanagari: ka, virama, ssa is one; without the virama two */
        { "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa4\x95\xe0\xa4\xb7",
          "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7|\xe0\xa4\x95|\xe0\xa4\xb7" },
        /* Thai: the vowel sign am joins its consonant */
        { "\xe0\xb8\x81\xe0\xb8\xb3\xe0\xb8\x81", "\xe0\xb8\x81\xe0\xb8\xb3|\xe0\xb8\x81" },
        { " \xcc\x81x", " \xcc\x81|x" },
        { "\xe4\xb8\xad\xe6\x96\x87", "\xe4\xb8\xad|\xe6\x96\x87" },
        { "\xd8\x80\xd9\xa1", "\xd8\x80\xd9\xa1" }, /* a sign that goes in front */
    };
    struct buffer output = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_SLICE(joined(slice_of_string(cases[i].text), grapheme_next, &output),
                     slice_of_string(cases[i].clusters));
    buffer_release(&output);
}

TEST(segment_grapheme_before, "segment: the boundary before any place is the one that walking from the start finds")
{
    struct slice text = SLICE("a\r\n" FAMILY FAMILY "e\xcc\x81 \xcc\x81"
                              "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab\xf0\x9f\x87\xb7\xf0\x9f\x87\xa9"
                              "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa5\x8d\xe0\xa4\xb7\xd8\x80x");
    size_t start = 0;
    while (start < text.length) {
        size_t end = grapheme_end(text, start);
        for (size_t place = start; place < end; place++) {
            EXPECT_INTEGER(grapheme_boundary_before(text, 0, place), start);
            EXPECT(grapheme_is_boundary(text, 0, place) == (place == start));
        }
        start = end;
    }
    EXPECT_INTEGER(grapheme_boundary_before(text, 0, text.length), text.length);
}

TEST(segment_words, "segment: words of every script")
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "Can't stop: 3.14, e.g. x_1 (foo-bar)!", "Can't|stop|3.14|e.g|x_1|foo|bar" },
        { "na\xc3\xafve Stra\xc3\x9f"
          "e e\xcc\x81t\xc3\xa9",
          "na\xc3\xafve|Stra\xc3\x9f"
          "e|e\xcc\x81t\xc3\xa9" },
        { "l\xe2\x80\x99"
          "eau 1,000.5 a.b.",
          "l\xe2\x80\x99"
          "eau|1,000.5|a.b" },
        { "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xea\xb0\x80\xeb\x82\x98",
          "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82|\xea\xb0\x80\xeb\x82\x98" },
        { "\xe4\xb8\xad\xe6\x96\x87PCs\xe3\x81\x8b\xe3\x80\x82", "\xe4\xb8\xad|\xe6\x96\x87|PCs|\xe3\x81\x8b" },
        { "\xe0\xb8\x81\xe0\xb8\xb4\xe0\xb8\x81", "\xe0\xb8\x81\xe0\xb8\xb4|\xe0\xb8\x81" },
        { "--- ... " FAMILY, "" },
    };
    struct buffer output = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_SLICE(joined(slice_of_string(cases[i].text), word_next, &output), slice_of_string(cases[i].words));
    buffer_release(&output);
}

TEST(segment_sentences, "segment: sentences end where people end them")
{
    static const struct {
        const char *text, *sentences;
    } cases[] = {
        { "One. Two! Three? Four", "One.|Two!|Three?|Four" },
        { "Mr. Smith and J. R. Jones met Dr. No. They left.", "Mr. Smith and J. R. Jones met Dr. No.|They left." },
        { "It is 3.14, v1.2.3 at example.com/a.bc. Done.", "It is 3.14, v1.2.3 at example.com/a.bc.|Done." },
        { "See e.g. Paris, i.e. Rome, etc. and z.B. Bonn. Yes.",
          "See e.g. Paris, i.e. Rome, etc. and z.B. Bonn.|Yes." },
        { "See Fig. 3 and No. 7. No. It was not.", "See Fig. 3 and No. 7.|No.|It was not." },
        { "\"Stop!\" he said. \"Why?\" (No.) Then... nothing. Wait... Go?! Yes.",
          "\"Stop!\" he said.|\"Why?\"|(No.)|Then... nothing.|Wait...|Go?!|Yes." },
        { "1. First item\n2. Second. Item", "1. First item|2. Second.|Item" },
        { "\xe4\xb8\xad\xe6\x96\x87\xe3\x80\x82\xe5\xa5\xbd\xef\xbc\x81\xe3\x80\x8d\xe5\xad\x97",
          "\xe4\xb8\xad\xe6\x96\x87\xe3\x80\x82|\xe5\xa5\xbd\xef\xbc\x81\xe3\x80\x8d|\xe5\xad\x97" },
        { "A title\n\nA text. ", "A title|A text." },
        { "A line that was filled to a width of forty or more\nruns on here. End.",
          "A line that was filled to a width of forty or more\nruns on here.|End." },
        { "short\nlines\nof a list", "short|lines|of a list" },
        { "**Bold.** Next. \xc2\xabOui.\xc2\xbb Non.", "**Bold.**|Next.|\xc2\xabOui.\xc2\xbb|Non." },
        { " \n\t", "" },
    };
    struct buffer output = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_SLICE(joined(slice_of_string(cases[i].text), sentence_next, &output),
                     slice_of_string(cases[i].sentences));
    buffer_release(&output);
}

TEST(segment_white_space, "segment: white space of every width is found from both sides")
{
    struct slice text = SLICE(" \t\xc2\xa0\xe2\x80\xa8x\xe3\x80\x80\r\n");
    EXPECT_INTEGER(white_space_end(text, 0), 7);
    EXPECT_INTEGER(white_space_start(text, 7, text.length), 8);
    EXPECT_INTEGER(white_space_start(text, 0, 7), 0);
    EXPECT_INTEGER(white_space_length(SLICE("\xe2\x80\x8b")), 0); /* the zero width space is none */
}
