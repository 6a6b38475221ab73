/* rst.c - reStructuredText: its headings as Markdown has them, everything else as it is.
 *
 * A title is a line with a line of one punctuation character below it that is as long at least, or with one above and
 * one below. Which character means which level is told by the order in which they come. Source: reStructuredText Markup
 * Specification, Sections. */
#include "base/utf8.h"
#include "document/decoder.h"

enum { STYLES = 12, LEVELS = 6, CHARACTERS = 128, OVER_AND_UNDER = 128 };

struct lines {
    struct slice rest;
    struct slice line[3]; /* the one under way and the next two, without line ends */
    size_t bytes[3];      /* of each with its line end; 0 behind the end */
};

static void take_line(struct lines *lines, size_t place)
{
    size_t length = slice_find_byte(lines->rest, '\n');
    lines->bytes[place] = length < lines->rest.length ? length + 1 : length;
    lines->line[place] = slice_between(lines->rest, 0, length);
    while (lines->line[place].length && lines->line[place].bytes[lines->line[place].length - 1] <= ' ' &&
           lines->line[place].bytes[lines->line[place].length - 1] >= 0)
        lines->line[place].length--;
    lines->rest = slice_from(lines->rest, lines->bytes[place]);
}

static void advance(struct lines *lines)
{
    for (size_t i = 0; i < 2; i++) {
        lines->line[i] = lines->line[i + 1];
        lines->bytes[i] = lines->bytes[i + 1];
    }
    take_line(lines, 2);
}

/* The character of which the line is a run, 0 when it is none. */
static unsigned run_of(struct slice line)
{
    unsigned c = (unsigned char)slice_byte(line, 0);
    bool is_punctuation = c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    if (!is_punctuation)
        return 0;
    for (size_t i = 1; i < line.length; i++)
        if ((unsigned char)line.bytes[i] != c)
            return 0;
    return c;
}

static bool may_be_title(struct slice line, struct slice under)
{
    return line.length > 0 && run_of(line) == 0 && under.length >= 2 && utf8_count(line) <= under.length;
}

static unsigned level_of(unsigned styles[STYLES], unsigned style)
{
    for (unsigned i = 0; i < STYLES; i++) {
        if (styles[i] == 0)
            styles[i] = style;
        if (styles[i] == style)
            return i < LEVELS ? i + 1 : LEVELS;
    }
    return LEVELS;
}

static void append_heading(struct buffer *text, unsigned level, struct slice title)
{
    buffer_append_repeated(text, '#', level);
    buffer_append_byte(text, ' ');
    buffer_append_slice(text, slice_trim(title));
    buffer_append_byte(text, '\n');
}

void rst_to_text(struct slice rst, struct buffer *text, struct slice *first_title)
{
    struct lines lines = { .rest = rst };
    unsigned styles[STYLES] = { 0 };
    bool after_blank = true;
    *first_title = SLICE("");
    for (size_t i = 0; i < 3; i++)
        take_line(&lines, i);
    while (lines.bytes[0] > 0) {
        unsigned over = run_of(lines.line[0]), under = run_of(lines.line[1]);
        struct slice title = SLICE("");
        if (after_blank && over && run_of(lines.line[2]) == over && may_be_title(lines.line[1], lines.line[2]) &&
            lines.line[0].length == lines.line[2].length) {
            title = slice_trim(lines.line[1]);
            append_heading(text, level_of(styles, over + OVER_AND_UNDER), title);
            advance(&lines);
            advance(&lines);
        } else if (after_blank && under && slice_byte(lines.line[0], 0) != ' ' &&
                   slice_byte(lines.line[0], 0) != '\t' && may_be_title(lines.line[0], lines.line[1])) {
            title = lines.line[0];
            append_heading(text, level_of(styles, under), title);
            advance(&lines);
        } else
            buffer_append(text, lines.line[0].bytes, lines.bytes[0]);
        if (first_title->length == 0)
            *first_title = title;
        after_blank = lines.line[0].length == 0 || title.length > 0;
        advance(&lines);
    }
}

bool decode_rst(struct decode *decode, struct error *error)
{
    struct document document = { 0 };
    struct slice bytes, rst, title;
    if (!decode_gather(decode, &bytes, error) ||
        !decode_charset(decode, bytes, decode->source->charset, &rst, &document, error))
        return false;
    rst_to_text(rst, &decode->decoder->text, &title);
    document.text = buffer_slice(&decode->decoder->text);
    document.title = decode_title(decode, title);
    decode_describe(decode, bytes, &document);
    return decode_emit(decode, &document, error);
}
