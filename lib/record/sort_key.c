/* sort_key.c - JSON values as byte strings in their order. */
#include "record/sort_key.h"

#include <string.h>

enum kind_byte {
    KEY_NULL = 0x10,
    KEY_FALSE,
    KEY_TRUE,
    KEY_NEGATIVE,
    KEY_ZERO,
    KEY_POSITIVE,
    KEY_STRING,
    KEY_ARRAY,
    KEY_OBJECT,
    KEY_MISSING = 0xfe /* beyond all others and what they become when they are reversed */
};

/* Bytes with an end that sorts before every continuation: NUL is written as NUL 0xff. */
static void append_text(struct buffer *key, struct slice text)
{
    while (text.length > 0) {
        const char *nul = memchr(text.bytes, 0, text.length);
        size_t length = nul ? (size_t)(nul - text.bytes) : text.length;
        buffer_append(key, text.bytes, length);
        if (nul)
            buffer_append(key, "\0\xff", 2);
        text = slice_from(text, nul ? length + 1 : length);
    }
    buffer_append(key, "\0\0", 2);
}

struct decimal {
    struct slice integer, fraction; /* digits, perhaps with zeros around them */
    int64_t exponent;               /* of ten */
};

static struct decimal split_number(struct slice text)
{
    struct decimal decimal = { 0 };
    size_t place = 0, start = 0;
    while (place < text.length && text.bytes[place] >= '0' && text.bytes[place] <= '9')
        place++;
    decimal.integer = slice_between(text, 0, place);
    if (place < text.length && text.bytes[place] == '.') {
        start = ++place;
        while (place < text.length && text.bytes[place] >= '0' && text.bytes[place] <= '9')
            place++;
        decimal.fraction = slice_between(text, start, place);
    }
    if (place < text.length) { /* e */
        bool is_negative = ++place < text.length && text.bytes[place] == '-';
        const int64_t far = INT64_C(100000000000000000); /* beyond it all exponents are alike */
        if (place < text.length && (text.bytes[place] == '-' || text.bytes[place] == '+'))
            place++;
        for (; place < text.length; place++)
            if (decimal.exponent < far)
                decimal.exponent = decimal.exponent * 10 + (text.bytes[place] - '0');
        if (decimal.exponent > far)
            decimal.exponent = far;
        if (is_negative)
            decimal.exponent = -decimal.exponent;
    }
    return decimal;
}

static char digit_at(const struct decimal *decimal, size_t place)
{
    size_t whole = decimal->integer.length;
    return place < whole ? slice_byte(decimal->integer, place) : slice_byte(decimal->fraction, place - whole);
}

/* Two bytes for every exponent that a double has and more, so that digits stand in a key's first bytes, which are
 * sorted without looking at the rest; ten for those beyond. */
static void append_exponent(struct buffer *key, int64_t exponent)
{
    enum { NEAR = 0x7000, BIAS = 0x8000 };
    bool is_near = exponent > -NEAR && exponent < NEAR;
    uint64_t biased = (uint64_t)exponent ^ UINT64_C(1) << 63;
    uint16_t first = (uint16_t)(is_near ? exponent + BIAS : exponent < 0 ? 0 : UINT16_MAX);
    buffer_append_byte(key, (char)(first >> 8));
    buffer_append_byte(key, (char)first);
    for (int shift = 56; !is_near && shift >= 0; shift -= 8)
        buffer_append_byte(key, (char)(biased >> shift));
}

/* Sign, exponent of the number as 0.ddd x 10^exponent with a first digit that is not 0, digits two a byte from 1 on,
 * and their end. */
static void append_number(struct buffer *key, struct slice text)
{
    bool is_negative = text.bytes[0] == '-';
    struct decimal decimal = split_number(slice_from(text, is_negative));
    size_t first = 0, end = decimal.integer.length + decimal.fraction.length;
    while (first < end && digit_at(&decimal, first) == '0')
        first++;
    while (end > first && digit_at(&decimal, end - 1) == '0')
        end--;
    if (first == end) {
        buffer_append_byte(key, KEY_ZERO);
        return;
    }
    buffer_append_byte(key, is_negative ? KEY_NEGATIVE : KEY_POSITIVE);
    size_t start = key->length;
    append_exponent(key, decimal.exponent + (int64_t)decimal.integer.length - (int64_t)first);
    for (size_t i = first; i < end; i += 2) {
        int high = digit_at(&decimal, i) - '0', low = i + 1 < end ? digit_at(&decimal, i + 1) - '0' : 0;
        buffer_append_byte(key, (char)(high * 10 + low + 1));
    }
    buffer_append_byte(key, 0);
    for (size_t i = start; is_negative && i < key->length; i++)
        key->bytes[i] = (char)~key->bytes[i];
}

static bool append_forward(struct buffer *key, struct json_value value, struct arena *arena, struct error *error)
{
    struct slice text;
    switch (value.type) {
    case JSON_MISSING:
        buffer_append_byte(key, (char)KEY_MISSING);
        return true;
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        buffer_append_byte(key, (char)(value.type == JSON_NULL   ? KEY_NULL
                                       : value.type == JSON_TRUE ? KEY_TRUE
                                                                 : KEY_FALSE));
        return true;
    case JSON_NUMBER:
        append_number(key, value.text);
        return true;
    case JSON_STRING:
        if (!json_decode(value, arena, &text, error))
            return false;
        buffer_append_byte(key, KEY_STRING);
        append_text(key, text);
        return true;
    case JSON_ARRAY:
    case JSON_OBJECT:
        buffer_append_byte(key, (char)(value.type == JSON_ARRAY ? KEY_ARRAY : KEY_OBJECT));
        append_text(key, value.text);
        return true;
    }
    return true;
}

bool sort_key_append(struct buffer *key, struct json_value value, bool reverses, struct arena *arena,
                     struct error *error)
{
    size_t start = key->length;
    if (!append_forward(key, value, arena, error))
        return false;
    for (size_t i = start; reverses && value.type != JSON_MISSING && i < key->length; i++)
        key->bytes[i] = (char)~key->bytes[i];
    return true;
}

bool sort_key_append_path(struct buffer *key, const struct json_path *path, const struct json_object *object,
                          bool reverses, struct arena *arena, struct error *error)
{
    bool is_ambiguous = false;
    struct json_value value = json_path_find(path, object, &is_ambiguous);
    if (is_ambiguous)
        error_set(error, E_JSON_DUPKEY, "a key of '%.*s' stands twice", (int)path->text.length, path->text.bytes);
    else if (sort_key_append(key, value, reverses, arena, error))
        return true;
    return error_field(error, path->text);
}
