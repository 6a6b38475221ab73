/* markdown.c - Markdown stays Markdown: the chunker reads its headings. Only the title is found here. */
#include "document/front_matter.h"

static struct slice next_line(struct slice *rest)
{
    size_t length = slice_find_byte(*rest, '\n');
    struct slice line = slice_between(*rest, 0, length);
    *rest = slice_from(*rest, length + 1);
    if (line.length && line.bytes[line.length - 1] == '\r')
        line.length--;
    return line;
}

/* The value behind "title:" (YAML) or "title =" (TOML) at the start of a line of front matter, without its quotes. */
static struct slice front_matter_title(struct slice line, char separator)
{
    if (!slice_starts_with(line, SLICE("title")))
        return SLICE("");
    struct slice value = slice_trim(slice_from(line, 5));
    if (value.length == 0 || value.bytes[0] != separator)
        return SLICE("");
    value = slice_trim(slice_from(value, 1));
    char quote = slice_byte(value, 0);
    if (value.length >= 2 && (quote == '"' || quote == '\'') && value.bytes[value.length - 1] == quote)
        value = slice_between(value, 1, value.length - 1);
    return value.length && (value.bytes[0] == '|' || value.bytes[0] == '>') ? SLICE("") : value;
}

/* Front matter stands between two lines of --- or +++ at the very start. Without its end it is none. */
static struct slice skip_front_matter(struct slice text, struct slice *title)
{
    struct slice rest = text;
    struct slice fence = next_line(&rest);
    bool is_yaml = slice_equal(slice_trim(fence), SLICE("---"));
    if (!is_yaml && !slice_equal(slice_trim(fence), SLICE("+++")))
        return text;
    struct slice found = SLICE("");
    while (rest.length) {
        struct slice line = next_line(&rest);
        if (slice_equal(slice_trim(line), slice_trim(fence)) || (is_yaml && slice_equal(line, SLICE("...")))) {
            *title = found;
            return rest;
        }
        if (found.length == 0)
            found = front_matter_title(line, is_yaml ? ':' : '=');
    }
    return text;
}

static size_t run_length(struct slice line, char byte)
{
    size_t length = 0;
    while (length < line.length && line.bytes[length] == byte)
        length++;
    return length;
}

/* "# Title ##" to "Title"; empty when line is no ATX heading. */
static struct slice atx_title(struct slice line)
{
    size_t level = run_length(line, '#');
    if (level < 1 || level > 6 || (level < line.length && line.bytes[level] != ' ' && line.bytes[level] != '\t'))
        return SLICE("");
    struct slice title = slice_trim(slice_from(line, level));
    size_t length = title.length;
    while (length > 0 && title.bytes[length - 1] == '#')
        length--;
    if (length == 0 || title.bytes[length - 1] == ' ')
        title.length = length;
    return slice_trim(title);
}

static bool is_underline(struct slice line)
{
    line = slice_trim(line);
    return line.length > 0 && (run_length(line, '=') == line.length || run_length(line, '-') == line.length);
}

/* The first heading outside of fenced code. */
static struct slice first_heading(struct slice text)
{
    struct slice previous = SLICE("");
    char fence = '\0';
    size_t fence_length = 0;
    while (text.length) {
        struct slice line = next_line(&text);
        size_t indent = run_length(line, ' ');
        struct slice inner = slice_from(line, indent);
        size_t ticks = run_length(inner, '`'), tildes = run_length(inner, '~');
        size_t run = ticks > tildes ? ticks : tildes;
        if (fence) {
            bool closes = run >= fence_length && inner.bytes[0] == fence && slice_trim(inner).length == run;
            if (closes)
                fence = '\0';
            continue;
        }
        if (indent > 3) {
            previous = SLICE("");
        } else if (run >= 3) {
            fence = inner.bytes[0];
            fence_length = run;
            previous = SLICE("");
        } else {
            struct slice title = atx_title(inner);
            if (title.length)
                return title;
            if (previous.length && is_underline(inner))
                return previous;
            bool is_plain = inner.length && inner.bytes[0] != '>' && inner.bytes[0] != '-' && inner.bytes[0] != '|';
            previous = is_plain ? slice_trim(inner) : SLICE("");
        }
    }
    return SLICE("");
}

bool decode_markdown(struct decode *decode, struct error *error)
{
    struct document document = { 0 };
    struct slice bytes, title = SLICE("");
    if (!decode_gather(decode, &bytes, error) ||
        !decode_charset(decode, bytes, decode->source->charset, &document.text, &document, error))
        return false;
    struct slice body = skip_front_matter(document.text, &title);
    if (title.length == 0)
        title = first_heading(body);
    document.title = decode_title(decode, title);
    if (!front_matter_read(decode, document.text, &document, error))
        return false;
    decode_describe(decode, bytes, &document);
    return decode_emit(decode, &document, error);
}
