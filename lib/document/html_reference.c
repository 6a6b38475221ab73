/* html_reference.c - character references: &amp; &#8211; &notin and what the standard says of their faults. */
#include <string.h>

#include "base/utf8.h"
#include "document/html.h"
#include "document/html_names.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Numbers of windows-1252 that pages use as if they were Unicode. */
static uint32_t western_point(uint32_t point)
{
    static const uint16_t points[32] = {
        0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
        0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
    };
    return point >= 0x80 && point < 0xa0 ? points[point - 0x80] : point;
}

static size_t numeric(struct slice text, char *bytes, size_t *length)
{
    size_t i = 2;
    bool is_hexadecimal = i < text.length && (text.bytes[i] | 0x20) == 'x';
    i += is_hexadecimal;
    size_t first = i;
    uint32_t point = 0;
    for (; i < text.length; i++) {
        char c = text.bytes[i];
        uint32_t digit;
        if (is_digit(c))
            digit = (uint32_t)(c - '0');
        else if (is_hexadecimal && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        else
            break;
        if (point <= 0x10ffff)
            point = point * (is_hexadecimal ? 16 : 10) + digit;
    }
    if (i == first)
        return 0;
    point = western_point(point);
    if (point == 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        point = 0xfffd;
    *length = utf8_encode(point, bytes);
    return i < text.length && text.bytes[i] == ';' ? i + 1 : i;
}

/* name: without & and ;. NULL if there is none. */
static const char *find_name(struct slice name)
{
    static const struct html_name common[] = {
        { "lt", "<" }, { "gt", ">" }, { "amp", "&" }, { "quot", "\"" }, { "nbsp", "\xc2\xa0" }
    };
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (memcmp(common[i].name, name.bytes, name.length) == 0 && common[i].name[name.length] == '\0')
            return common[i].text;
    size_t low = 0, high = HTML_NAME_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *entry = html_names[middle].name;
        int order = strncmp(entry, name.bytes, name.length);
        if (order == 0 && entry[name.length] == '\0')
            return html_names[middle].text;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool is_old_name(struct slice name)
{
    for (size_t i = 0; i < HTML_OLD_NAME_COUNT; i++)
        if (slice_equal(slice_of_string(html_old_names[i]), name))
            return true;
    return false;
}

size_t html_reference(struct slice text, bool is_attribute, char *bytes, size_t *length)
{
    if (text.length < 3)
        return 0;
    if (text.bytes[1] == '#')
        return numeric(text, bytes, length);
    size_t run = 1;
    while (run < text.length && run < HTML_NAME_BYTES && (is_letter(text.bytes[run]) || is_digit(text.bytes[run])))
        run++;
    const char *found = NULL;
    size_t taken = 0;
    if (run > 1 && run < text.length && text.bytes[run] == ';') {
        found = find_name(slice_between(text, 1, run));
        taken = run + 1;
    }
    for (size_t end = run < HTML_OLD_NAME_BYTES ? run : HTML_OLD_NAME_BYTES; !found && end > 2; end--) {
        struct slice name = slice_between(text, 1, end);
        if (!is_old_name(name))
            continue;
        char next = slice_byte(text, end);
        if (is_attribute && (next == '=' || is_letter(next) || is_digit(next)))
            return 0;
        found = find_name(name);
        taken = end;
    }
    if (!found)
        return 0;
    *length = strlen(found);
    memcpy(bytes, found, *length);
    return taken;
}

void html_append_decoded(struct buffer *output, struct slice text, bool is_attribute)
{
    while (text.length) {
        size_t plain = slice_find_byte(text, '&');
        buffer_append(output, text.bytes, plain);
        text = slice_from(text, plain);
        if (text.length == 0)
            return;
        char bytes[HTML_REFERENCE_BYTES];
        size_t length;
        size_t taken = html_reference(text, is_attribute, bytes, &length);
        if (taken)
            buffer_append(output, bytes, length);
        else
            buffer_append_byte(output, '&');
        text = slice_from(text, taken ? taken : 1);
    }
}
