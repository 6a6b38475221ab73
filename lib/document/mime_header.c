/* mime_header.c - header fields of mail: folding, encoded words, parameters, lists. */
#include "base/number.h"
#include "base/utf8.h"
#include "document/charset.h"
#include "document/mime.h"

enum {
    WORD_BYTES_MAXIMUM = 4 * 1024 * 1024, /* a header is bounded before; this bounds what iconv may make of it */
    ENCODED_WORD_BYTES_MAXIMUM = 4096     /* 75 by the book; a search to the end for each start would be quadratic */
};

/* The next line without its end. */
static struct slice take_line(struct slice *rest)
{
    size_t length = slice_find_byte(*rest, '\n');
    struct slice line = slice_between(*rest, 0, length);
    *rest = slice_from(*rest, length + 1);
    if (line.length > 0 && line.bytes[line.length - 1] == '\r')
        line.length--;
    return line;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Length of a field's name; 0: the line is none. White space before the colon is an old form. */
static size_t name_length(struct slice line)
{
    size_t colon = slice_find_byte(line, ':'), length = colon;
    if (colon == line.length)
        return 0;
    while (length > 0 && is_space(line.bytes[length - 1]))
        length--;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line.bytes[i] <= ' ' || (unsigned char)line.bytes[i] >= 0x7f)
            return 0;
    return length;
}

bool mime_next_field(struct slice *rest, struct mime_field *field)
{
    struct slice after = *rest, line = take_line(&after);
    if (slice_starts_with(line, SLICE("From ")) || slice_starts_with(line, SLICE(">From "))) {
        *rest = after;
        line = take_line(&after);
    }
    size_t length = name_length(line);
    if (length == 0) {
        if (slice_trim(line).length == 0)
            *rest = after;
        return false;
    }
    while (after.length > 0 && (after.bytes[0] == ' ' || after.bytes[0] == '\t')) {
        struct slice before = after, more = take_line(&after);
        if (slice_trim(more).length == 0) { /* a blank line of spaces ends the header as well */
            after = before;
            break;
        }
    }
    size_t colon = slice_find_byte(*rest, ':');
    field->name = slice_between(*rest, 0, length);
    field->value = slice_trim(slice_between(*rest, colon + 1, rest->length - after.length));
    *rest = after;
    return true;
}

struct slice mime_find_field(struct slice header, struct slice name)
{
    struct mime_field field;
    while (mime_next_field(&header, &field))
        if (slice_equal_ignore_case(field.name, name))
            return field.value;
    return SLICE("");
}

/* An encoded word: =?charset?B?text?= */
struct word {
    struct slice charset, text;
    char encoding; /* 'b' or 'q' */
};

/* Takes one off the front of rest; false: there is none. */
static bool take_word(struct slice *rest, struct word *word)
{
    struct slice text = slice_from(*rest, 2);
    size_t mark = slice_find_byte(text, '?');
    if (!slice_starts_with(*rest, SLICE("=?")) || mark == text.length || mark == 0 || mark > 64)
        return false;
    size_t language = slice_find_byte(slice_between(text, 0, mark), '*'); /* RFC 2231, 5 */
    word->charset = slice_between(text, 0, language < mark ? language : mark);
    word->encoding = (char)(slice_byte(text, mark + 1) | 0x20);
    if ((word->encoding != 'b' && word->encoding != 'q') || slice_byte(text, mark + 2) != '?')
        return false;
    text = slice_from(text, mark + 3);
    text = slice_between(text, 0, ENCODED_WORD_BYTES_MAXIMUM);
    size_t end = slice_find(text, SLICE("?="));
    if (end == text.length || slice_find_byte(slice_between(text, 0, end), '\n') < end)
        return false;
    word->text = slice_between(text, 0, end);
    *rest = slice_from(*rest, (size_t)(text.bytes - rest->bytes) + end + 2);
    return true;
}

/* %41 or =41 */
static void append_hexed(struct buffer *output, struct slice text, char mark, bool has_underscores)
{
    for (size_t i = 0; i < text.length; i++) {
        int high = text.bytes[i] == mark ? number_hexadecimal(slice_byte(text, i + 1)) : -1;
        int low = high >= 0 ? number_hexadecimal(slice_byte(text, i + 2)) : -1;
        if (low >= 0) {
            buffer_append_byte(output, (char)(high << 4 | low));
            i += 2;
        } else {
            buffer_append_byte(output, has_underscores && text.bytes[i] == '_' ? ' ' : text.bytes[i]);
        }
    }
}

/* Control bytes have no place in a line of text; a NUL would only hide what follows from others. */
static void append_line(struct buffer *output, struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] >= ' ' && text.bytes[i] != 0x7f)
            buffer_append_byte(output, text.bytes[i]);
        else if (is_space(text.bytes[i]))
            buffer_append_byte(output, ' ');
}

/* Bytes of a charset that was named, or of none. */
static void append_charset(struct buffer *output, struct slice bytes, struct slice label)
{
    struct error error;
    struct buffer text = { 0 };
    int64_t replaced = 0;
    const char *charset = label.length ? charset_find(label) : NULL;
    bool is_single = !charset || (charset_unit_bytes(charset) == 1 && charset_is_single_byte(charset));
    if (is_single && utf8_is_valid(bytes))
        charset = "UTF-8";
    else if (!charset)
        charset = charset_looks_western(bytes) ? "windows-1252" : "UTF-8";
    if (charset_append_utf8(&text, bytes, charset, WORD_BYTES_MAXIMUM, &replaced, &error))
        append_line(output, buffer_slice(&text));
    buffer_release(&text);
}

/* Neighbouring words of one charset are one text: some programs cut characters at their ends. */
static void append_run(struct buffer *output, struct slice *rest, struct word word)
{
    struct buffer bytes = { 0 };
    struct word next = word;
    for (;;) {
        if (next.encoding == 'b')
            mime_append_decoded(&bytes, next.text, MIME_BASE64);
        else
            append_hexed(&bytes, next.text, '=', true);
        struct slice after = *rest;
        while (after.length > 0 && is_space(after.bytes[0]))
            after = slice_from(after, 1);
        if (!take_word(&after, &next))
            break;
        *rest = after;
        if (!slice_equal_ignore_case(next.charset, word.charset)) {
            append_charset(output, buffer_slice(&bytes), word.charset);
            buffer_reset(&bytes);
            word = next;
        }
    }
    append_charset(output, buffer_slice(&bytes), word.charset);
    buffer_release(&bytes);
}

/* Plain text of a field: folds become one space. */
static void append_unfolded(struct buffer *output, struct slice text)
{
    struct buffer line = { 0 };
    for (size_t i = 0; i < text.length; i++) {
        bool is_fold = text.bytes[i] == '\n' || text.bytes[i] == '\r';
        if (!is_fold)
            buffer_append_byte(&line, text.bytes[i]);
        else if (line.length > 0 && !is_space(slice_byte(text, i + 1)))
            buffer_append_byte(&line, ' ');
    }
    append_charset(output, buffer_slice(&line), SLICE(""));
    buffer_release(&line);
}

void mime_append_words(struct buffer *output, struct slice value)
{
    struct slice rest = slice_trim(value);
    while (rest.length > 0) {
        size_t plain = slice_find(rest, SLICE("=?"));
        append_unfolded(output, slice_between(rest, 0, plain));
        rest = slice_from(rest, plain);
        struct word word;
        if (rest.length == 0)
            break;
        if (take_word(&rest, &word)) {
            append_run(output, &rest, word);
        } else {
            buffer_append_string(output, "=?");
            rest = slice_from(rest, 2);
        }
    }
}

/* Past white space and comments. */
static struct slice skip_space(struct slice text)
{
    size_t i = 0, depth = 0;
    for (; i < text.length; i++) {
        if (text.bytes[i] == '(')
            depth++;
        else if (text.bytes[i] == ')' && depth > 0)
            depth--;
        else if (text.bytes[i] == '\\' && depth > 0)
            i++;
        else if (depth == 0 && !is_space(text.bytes[i]))
            break;
    }
    return slice_from(text, i);
}

void mime_append_value(struct buffer *output, struct slice value)
{
    value = skip_space(value);
    for (size_t i = 0; i < value.length && value.bytes[i] != ';' && value.bytes[i] != '('; i++) {
        char byte = value.bytes[i];
        if ((unsigned char)byte > ' ' && (unsigned char)byte < 0x7f)
            buffer_append_byte(output, byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte);
    }
}

/* A parameter as it stands: name, and value with quotes taken off into `unquoted` where it had any. */
struct parameter {
    struct slice name;
    struct slice value;
};

/* Takes the value off the front of rest. */
static struct slice take_parameter_value(struct slice *rest, struct buffer *unquoted)
{
    struct slice text = skip_space(*rest);
    size_t i = 0;
    if (slice_byte(text, 0) != '"') {
        while (i < text.length && text.bytes[i] != ';')
            i++;
        *rest = slice_from(text, i);
        struct slice value = slice_trim(slice_between(text, 0, i));
        size_t comment = slice_find(value, SLICE(" ("));
        return slice_between(value, 0, comment);
    }
    buffer_reset(unquoted);
    for (i = 1; i < text.length && text.bytes[i] != '"'; i++) {
        i += text.bytes[i] == '\\' && i + 1 < text.length;
        if (text.bytes[i] != '\r' && text.bytes[i] != '\n')
            buffer_append_byte(unquoted, text.bytes[i]);
    }
    *rest = slice_from(text, i + 1);
    return buffer_slice(unquoted);
}

static bool next_parameter(struct slice *rest, struct parameter *parameter, struct buffer *unquoted)
{
    for (;;) {
        *rest = slice_from(*rest, slice_find_byte(*rest, ';') + 1);
        if (rest->length == 0)
            return false;
        struct slice text = skip_space(*rest);
        size_t length = 0;
        while (length < text.length && text.bytes[length] != '=' && text.bytes[length] != ';')
            length++;
        if (slice_byte(text, length) != '=')
            continue;
        parameter->name = slice_trim(slice_between(text, 0, length));
        *rest = slice_from(text, length + 1);
        parameter->value = take_parameter_value(rest, unquoted);
        return true;
    }
}

/* What stands behind name in a parameter's: "", "*", "*0", "*0*". false: another parameter. */
static bool match_name(struct slice found, struct slice name, size_t *section, bool *is_extended, bool *is_plain)
{
    *section = 0;
    *is_extended = false;
    if (found.length < name.length || !slice_equal_ignore_case(slice_between(found, 0, name.length), name))
        return false;
    struct slice rest = slice_from(found, name.length);
    *is_plain = rest.length == 0;
    if (*is_plain)
        return true;
    if (rest.bytes[0] != '*')
        return false;
    rest = slice_from(rest, 1);
    size_t digits = 0;
    for (; digits < rest.length && digits < 3 && rest.bytes[digits] >= '0' && rest.bytes[digits] <= '9'; digits++)
        *section = *section * 10 + (size_t)(rest.bytes[digits] - '0');
    rest = slice_from(rest, digits);
    *is_extended = slice_equal(rest, SLICE("*")) || (digits == 0 && rest.length == 0);
    return rest.length == 0 || *is_extended;
}

/* charset'language'value: takes the charset off. */
static struct slice take_charset(struct slice *value)
{
    size_t first = slice_find_byte(*value, '\'');
    size_t second = first + 1 + slice_find_byte(slice_from(*value, first + 1), '\'');
    if (second >= value->length)
        return SLICE("");
    struct slice charset = slice_between(*value, 0, first);
    *value = slice_from(*value, second + 1);
    return charset;
}

/* Sections come in order in all mail that is; one that does not follow ends the value. */
bool mime_append_parameter(struct buffer *output, struct slice value, struct slice name)
{
    struct buffer unquoted = { 0 }, bytes = { 0 }, plain = { 0 };
    char label[64];
    struct slice charset = SLICE("");
    struct parameter parameter;
    size_t next = 0, section;
    bool is_extended, is_plain, has_plain = false;
    while (next_parameter(&value, &parameter, &unquoted)) {
        if (!match_name(parameter.name, name, &section, &is_extended, &is_plain))
            continue;
        if (is_plain && !has_plain) {
            has_plain = true;
            buffer_append_slice(&plain, parameter.value);
        } else if (!is_plain && section == next) {
            struct slice text = parameter.value;
            if (is_extended && section == 0) {
                struct slice found = slice_between(take_charset(&text), 0, sizeof label);
                memcpy(label, found.bytes, found.length);
                charset = slice_of(label, found.length);
            }
            if (is_extended)
                append_hexed(&bytes, text, '%', false);
            else
                buffer_append_slice(&bytes, text);
            next++;
        }
    }
    if (next > 0)
        append_charset(output, buffer_slice(&bytes), charset);
    else
        mime_append_words(output, buffer_slice(&plain));
    buffer_release(&unquoted);
    buffer_release(&bytes);
    buffer_release(&plain);
    return next > 0 || has_plain;
}

struct slice mime_next_address(struct slice *rest)
{
    while (rest->length > 0) {
        size_t i = 0, comments = 0;
        bool is_quoted = false, is_in_brackets = false;
        for (; i < rest->length; i++) {
            char byte = rest->bytes[i];
            if (byte == '\\')
                i++;
            else if (byte == '"' && comments == 0)
                is_quoted = !is_quoted;
            else if (!is_quoted && byte == '(')
                comments++;
            else if (!is_quoted && byte == ')' && comments > 0)
                comments--;
            else if (!is_quoted && (byte == '<' || byte == '>'))
                is_in_brackets = byte == '<';
            else if (byte == ',' && !is_quoted && comments == 0 && !is_in_brackets)
                break;
        }
        struct slice address = slice_trim(slice_between(*rest, 0, i));
        *rest = slice_from(*rest, i + 1);
        if (address.length > 0)
            return address;
    }
    return SLICE("");
}

struct slice mime_next_id(struct slice *rest)
{
    while (rest->length > 0) {
        *rest = slice_from(*rest, slice_find_byte(*rest, '<') + 1);
        size_t length = slice_find_byte(*rest, '>');
        struct slice id = slice_trim(slice_between(*rest, 0, length));
        bool is_closed = length < rest->length;
        *rest = slice_from(*rest, length + 1);
        if (is_closed && id.length > 0)
            return id;
    }
    return SLICE("");
}
