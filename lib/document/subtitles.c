/* subtitles.c - SubRip (srt) and WebVTT: what is said, and when.
 *
 * Each cue is a line; where nobody speaks for a while a blank line follows, so that chunks end with scenes.
 * metadata.times says when: [code point, seconds, seconds] for each cue, which chunk makes time_start and time_end of.
 */
#include "base/utf8.h"
#include "document/decoder.h"
#include "document/html.h"

enum { SCENE_MILLISECONDS = 5000 /* of silence end a scene */, SPEAKER_BYTES = 200 };

struct cues {
    struct buffer *text;
    struct buffer times;
    int64_t points; /* code points of text up to `counted` bytes */
    size_t counted;
    int64_t last_end; /* of the cue before */
    size_t count;
};

static struct slice next_line(struct slice *rest)
{
    size_t length = slice_find_byte(*rest, '\n');
    struct slice line = slice_between(*rest, 0, length);
    *rest = slice_from(*rest, length + 1);
    if (line.length && line.bytes[line.length - 1] == '\r')
        line.length--;
    return line;
}

/* "01:02:03,456", "02:03.456": milliseconds, and what is left of text; -1: it is none. */
static int64_t take_time(struct slice *text)
{
    int64_t total = 0, number = 0;
    size_t i = 0, digits = 0;
    int parts = 0;
    *text = slice_trim(*text);
    for (; i < text->length && digits < 10; i++) {
        char c = text->bytes[i];
        if (c >= '0' && c <= '9') {
            number = number * 10 + (c - '0');
            digits++;
        } else if ((c == ':' || c == ',' || c == '.') && digits > 0 && parts < 3) {
            total = total * 60 + number;
            number = 0;
            digits = 0;
            parts++;
            if (c != ':')
                break;
        } else
            return -1;
    }
    if (parts < 2 || i >= text->length || digits >= 10)
        return -1;
    int64_t thousandths = 0, weight = 100;
    for (i++; i < text->length && text->bytes[i] >= '0' && text->bytes[i] <= '9'; i++, weight /= 10)
        thousandths += weight * (text->bytes[i] - '0');
    *text = slice_from(*text, i);
    return total * 1000 + thousandths;
}

/* "00:00:01,000 --> 00:00:02,500 align:start" */
static bool read_timing(struct slice line, int64_t *start, int64_t *end)
{
    *start = take_time(&line);
    line = slice_trim(line);
    if (*start < 0 || !slice_starts_with(line, SLICE("-->")))
        return false;
    line = slice_from(line, 3);
    *end = take_time(&line);
    return *end >= 0;
}

static void append_seconds(struct buffer *output, int64_t milliseconds)
{
    buffer_append_decimal(output, milliseconds / 1000);
    int thousandths = (int)(milliseconds % 1000);
    if (thousandths == 0)
        return;
    buffer_append_byte(output, '.');
    for (int weight = 100; thousandths > 0; thousandths %= weight, weight /= 10)
        buffer_append_byte(output, (char)('0' + thousandths / weight));
}

/* Without tags ("<i>", "<00:01.000>", "{\an8}"), with character references decoded; a speaker ("<v Ada>") goes in
 * front. */
static void append_spoken(struct buffer *output, struct slice line)
{
    struct buffer plain = { 0 };
    while (line.length > 0) {
        size_t length = 0;
        while (length < line.length && line.bytes[length] != '<' &&
               !(line.bytes[length] == '{' && slice_byte(line, length + 1) == '\\'))
            length++;
        buffer_append_slice(&plain, slice_between(line, 0, length));
        line = slice_from(line, length);
        char close = slice_byte(line, 0) == '<' ? '>' : '}';
        size_t end = slice_find_byte(line, close);
        if (end == line.length) { /* no tag at all */
            buffer_append_slice(&plain, line);
            break;
        }
        struct slice tag = slice_between(line, 1, end);
        size_t blank = slice_find_byte(tag, ' ');
        bool is_voice = slice_byte(tag, 0) == 'v' && blank < tag.length && (blank == 1 || tag.bytes[1] == '.');
        if (is_voice && tag.length - blank <= SPEAKER_BYTES) {
            buffer_append_slice(&plain, slice_trim(slice_from(tag, blank)));
            buffer_append_string(&plain, ": ");
        }
        line = slice_from(line, end + 1);
    }
    html_append_decoded(output, slice_trim(buffer_slice(&plain)), false);
    buffer_release(&plain);
}

/* The lines up to a blank one as one line of text. */
static void append_cue(struct cues *cues, struct slice *rest, int64_t start, int64_t end)
{
    struct buffer said = { 0 };
    for (;;) {
        struct slice line = slice_trim(next_line(rest));
        if (line.length == 0)
            break;
        if (said.length)
            buffer_append_byte(&said, ' ');
        append_spoken(&said, line);
    }
    struct slice text = slice_trim(buffer_slice(&said));
    if (text.length > 0) {
        if (cues->count > 0)
            buffer_append_string(cues->text, start - cues->last_end >= SCENE_MILLISECONDS ? "\n\n" : "\n");
        cues->points += (int64_t)utf8_count(slice_from(buffer_slice(cues->text), cues->counted));
        cues->counted = cues->text->length;
        buffer_append_format(&cues->times, "%c[%lld,", cues->count ? ',' : '[', (long long)cues->points);
        append_seconds(&cues->times, start);
        buffer_append_byte(&cues->times, ',');
        append_seconds(&cues->times, end);
        buffer_append_byte(&cues->times, ']');
        buffer_append_slice(cues->text, text);
        cues->last_end = end;
        cues->count++;
    }
    buffer_release(&said);
}

bool decode_subtitles(struct decode *decode, struct error *error)
{
    struct document document = { 0 };
    struct cues cues = { .text = &decode->decoder->text };
    struct slice bytes, rest;
    int64_t start, end;
    if (!decode_gather(decode, &bytes, error) ||
        !decode_charset(decode, bytes, decode->source->charset, &rest, &document, error))
        return false;
    while (rest.length > 0)
        if (read_timing(next_line(&rest), &start, &end))
            append_cue(&cues, &rest, start, end);
    if (cues.count > 0) {
        struct buffer metadata = { 0 };
        buffer_append_string(&metadata, "\"times\":");
        buffer_append_slice(&metadata, buffer_slice(&cues.times));
        buffer_append_byte(&metadata, ']');
        document.metadata = arena_copy(&decode->decoder->arena, buffer_slice(&metadata));
        buffer_release(&metadata);
    }
    buffer_release(&cues.times);
    document.text = buffer_slice(cues.text);
    decode_describe(decode, bytes, &document);
    return decode_emit(decode, &document, error);
}
