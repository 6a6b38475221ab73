/* quality_bytes.c - measures of single characters, and of URLs. */
#include "curate/quality_private.h"
#include "text/letters.h"

/* Four tables, so that a run of one byte does not wait for its own counter. */
static void count_each(struct slice text, uint32_t counts[256])
{
    uint32_t tables[4][256] = { { 0 } };
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    size_t place = 0;
    for (; place + 4 <= text.length; place += 4)
        for (size_t i = 0; i < 4; i++)
            tables[i][bytes[place + i]]++;
    for (; place < text.length; place++)
        tables[0][bytes[place]]++;
    for (size_t byte = 0; byte < 256; byte++)
        counts[byte] = tables[0][byte] + tables[1][byte] + tables[2][byte] + tables[3][byte];
}

static size_t count_any(const uint32_t counts[256], const char *bytes)
{
    size_t count = 0;
    for (; *bytes; bytes++)
        count += counts[(unsigned char)*bytes];
    return count;
}

static size_t count_of(struct slice text, struct slice wanted)
{
    size_t count = 0;
    for (size_t place = 0; (place += slice_find(slice_from(text, place), wanted)) < text.length; place += wanted.length)
        count++;
    return count;
}

static size_t count_wide_digits(struct slice text)
{
    size_t count = 0;
    for (size_t place = 0; place < text.length;) {
        uint32_t code_point = 0;
        if ((unsigned char)text.bytes[place] < 0x80) {
            place++;
            continue;
        }
        place += utf8_decode(slice_from(text, place), &code_point);
        count += text_is_digit(code_point);
    }
    return count;
}

void quality_count_bytes(struct quality *quality)
{
    uint32_t counts[256];
    struct slice text = quality->text;
    size_t whole = quality->characters;
    count_each(text, counts);
    size_t digits = count_any(counts, "0123456789");
    size_t plain = digits + count_any(counts, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\n?!,.");
    size_t parentheses = count_any(counts, "(){}[]");
    quality->hash_marks = counts['#'];
    quality->newlines = counts['\n'];
    quality->ellipses = counts['.'] >= 3 ? count_of(text, SLICE("...")) : 0;
    if (whole < text.length) {
        quality->ellipses += count_of(text, SLICE("\xe2\x80\xa6"));
        parentheses += count_of(text, SLICE("\xe2\x9f\xa8")) + count_of(text, SLICE("\xe2\x9f\xa9"));
        digits += count_wide_digits(text);
    }
    quality->values[QUALITY_NON_ALPHANUMERIC] = share(whole - plain, whole);
    quality->values[QUALITY_DIGITS] = share(digits, whole);
    quality->values[QUALITY_WHITE_SPACE] = share(count_any(counts, " \t\n\r\b"), whole);
    quality->values[QUALITY_PARENTHESES] = share(parentheses, whole);
}

static bool is_hexadecimal(char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

/* Bytes of what NeMo Curator's pattern takes there behind ://, 0 when it stops. */
static size_t url_step(struct slice text, size_t place)
{
    char byte = slice_byte(text, place);
    if (byte == '\0' || (unsigned char)byte >= 0x80)
        return 0;
    if (byte == '%')
        return is_hexadecimal(slice_byte(text, place + 1)) && is_hexadecimal(slice_byte(text, place + 2)) ? 3 : 0;
    if (strchr("$-_@.&+!*(),", byte))
        return 1;
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

void quality_count_urls(struct quality *quality)
{
    struct slice text = quality->text;
    size_t count = 0;
    for (size_t place = 0; (place += slice_find(slice_from(text, place), SLICE("http"))) < text.length;) {
        size_t start = place, step, end;
        place += 4;
        end = place + (slice_byte(text, place) == 's');
        if (!slice_starts_with(slice_from(text, end), SLICE("://")))
            continue;
        size_t host = end += 3;
        while ((step = url_step(text, end)) > 0)
            end += step;
        if (end > host) {
            count += end - start;
            place = end;
        }
    }
    quality->values[QUALITY_URLS] = share(count, quality->characters);
}
