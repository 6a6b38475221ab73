/* charset.c - bytes of any charset that the web knows to UTF-8. */
#include "document/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/utf8.h"

struct charset {
    const char *name;   /* of the WHATWG standard */
    const char *iconv;  /* glibc's and libiconv's name; NULL: decoded here */
    const char *labels; /* between spaces */
};

/* The labels of the WHATWG Encoding Standard, section 4.2; without its "replacement" charsets, which decode to nothing.
 */
static const struct charset charsets[] = {
    { "UTF-8", NULL, " unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 " },
    { "IBM866", "IBM866", " 866 cp866 csibm866 ibm866 " },
    { "ISO-8859-2", "ISO-8859-2",
      " csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2 " },
    { "ISO-8859-3", "ISO-8859-3",
      " csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3 " },
    { "ISO-8859-4", "ISO-8859-4",
      " csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4 " },
    { "ISO-8859-5", "ISO-8859-5",
      " csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 " },
    { "ISO-8859-6", "ISO-8859-6",
      " arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e"
      " iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987 " },
    { "ISO-8859-7", "ISO-8859-7",
      " csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597"
      " iso_8859-7 iso_8859-7:1987 sun_eu_greek " },
    { "ISO-8859-8", "ISO-8859-8",
      " csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598"
      " iso_8859-8 iso_8859-8:1988 visual " },
    { "ISO-8859-8-I", "ISO-8859-8", " csiso88598i iso-8859-8-i logical " },
    { "ISO-8859-10", "ISO-8859-10", " csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6 " },
    { "ISO-8859-13", "ISO-8859-13", " iso-8859-13 iso8859-13 iso885913 " },
    { "ISO-8859-14", "ISO-8859-14", " iso-8859-14 iso8859-14 iso885914 " },
    { "ISO-8859-15", "ISO-8859-15", " csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 " },
    { "ISO-8859-16", "ISO-8859-16", " iso-8859-16 " },
    { "KOI8-R", "KOI8-R", " cskoi8r koi koi8 koi8-r koi8_r " },
    { "KOI8-U", "KOI8-U", " koi8-u " },
    { "macintosh", "MACINTOSH", " csmacintosh mac macintosh x-mac-roman " },
    { "windows-874", "CP874", " dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 " },
    { "windows-1250", "CP1250", " cp1250 windows-1250 x-cp1250 " },
    { "windows-1251", "CP1251", " cp1251 windows-1251 x-cp1251 " },
    { "windows-1252", NULL,
      " ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591"
      " iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 " },
    { "windows-1253", "CP1253", " cp1253 windows-1253 x-cp1253 " },
    { "windows-1254", "CP1254",
      " cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5"
      " latin5 windows-1254 x-cp1254 " },
    { "windows-1255", "CP1255", " cp1255 windows-1255 x-cp1255 " },
    { "windows-1256", "CP1256", " cp1256 windows-1256 x-cp1256 " },
    { "windows-1257", "CP1257", " cp1257 windows-1257 x-cp1257 " },
    { "windows-1258", "CP1258", " cp1258 windows-1258 x-cp1258 " },
    { "x-mac-cyrillic", "MAC-UK", " x-mac-cyrillic x-mac-ukrainian " },
    { "GBK", "GB18030", " chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk " },
    { "gb18030", "GB18030", " gb18030 " },
    { "Big5", "BIG5-HKSCS", " big5 big5-hkscs cn-big5 csbig5 x-x-big5 " },
    { "EUC-JP", "EUC-JP-MS", " cseucpkdfmtjapanese euc-jp x-euc-jp " },
    { "ISO-2022-JP", "ISO-2022-JP", " csiso2022jp iso-2022-jp " },
    { "Shift_JIS", "CP932", " csshiftjis ms_kanji shift-jis shift_jis sjis windows-31j x-sjis " },
    { "EUC-KR", "CP949",
      " cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601"
      " windows-949 " },
    { "ISO-2022-KR", "ISO-2022-KR", " csiso2022kr iso-2022-kr " },
    { "UTF-16BE", NULL, " unicodefffe utf-16be " },
    { "UTF-16LE", NULL, " csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le " },
    { "UTF-32LE", NULL, " utf-32 utf-32le " },
    { "UTF-32BE", NULL, " utf-32be " },
};

/* 0x80 to 0x9f of windows-1252; the rest are Unicode's own numbers. The five bytes that it leaves free are C1 controls
 * on the web. */
static const uint16_t western[32] = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
};

static const struct charset *charset_row(struct slice label)
{
    char word[40];
    label = slice_trim(label);
    if (label.length == 0 || label.length > sizeof word - 2 || slice_find_byte(label, ' ') < label.length)
        return NULL;
    word[0] = ' ';
    for (size_t i = 0; i < label.length; i++) {
        char c = label.bytes[i];
        word[i + 1] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    word[label.length + 1] = ' ';
    struct slice wanted = slice_of(word, label.length + 2);
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
        struct slice labels = slice_of_string(charsets[i].labels);
        if (slice_find(labels, wanted) < labels.length)
            return &charsets[i];
    }
    return NULL;
}

const char *charset_find(struct slice label)
{
    const struct charset *row = charset_row(label);
    return row ? row->name : NULL;
}

const char *charset_of_mark(struct slice bytes, size_t *length)
{
    static const struct {
        struct slice mark;
        const char *name;
    } marks[] = { { SLICE_INIT("\xef\xbb\xbf"), "UTF-8" },
                  { SLICE_INIT("\xff\xfe\0\0"), "UTF-32LE" },
                  { SLICE_INIT("\0\0\xfe\xff"), "UTF-32BE" },
                  { SLICE_INIT("\xff\xfe"), "UTF-16LE" },
                  { SLICE_INIT("\xfe\xff"), "UTF-16BE" } };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_starts_with(bytes, marks[i].mark)) {
            *length = marks[i].mark.length;
            return marks[i].name;
        }
    *length = 0;
    return NULL;
}

size_t charset_unit_bytes(const char *charset)
{
    return strncmp(charset, "UTF-16", 6) == 0 ? 2 : strncmp(charset, "UTF-32", 6) == 0 ? 4 : 1;
}

bool charset_is_single_byte(const char *charset)
{
    static const char *const starts[] = { "windows-", "ISO-8859-", "KOI8-", "IBM", "mac", "x-mac" };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(charset, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static uint32_t unit_at(const unsigned char *bytes, size_t unit_bytes, bool is_big)
{
    uint32_t value = 0;
    for (size_t i = 0; i < unit_bytes; i++)
        value = value << 8 | bytes[is_big ? i : unit_bytes - 1 - i];
    return value;
}

static bool is_big_endian(const char *charset)
{
    return charset[strlen(charset) - 2] == 'B';
}

struct slice charset_narrow(struct slice bytes, const char *charset, char *room)
{
    size_t unit_bytes = charset_unit_bytes(charset), count = bytes.length / unit_bytes;
    for (size_t i = 0; i < count; i++) {
        uint32_t unit =
            unit_at((const unsigned char *)bytes.bytes + i * unit_bytes, unit_bytes, is_big_endian(charset));
        room[i] = (char)(unit < 0x80 ? unit : '?');
    }
    return slice_of(room, count);
}

/* At least half of the units are ASCII text and none is a control character or beyond Unicode: arrays of small
 * numbers, which have zeros in the same places, fail at the controls. */
static bool reads_as(struct slice bytes, const char *charset)
{
    size_t unit_bytes = charset_unit_bytes(charset), ascii = 0, count = 0;
    for (size_t i = 0; i + unit_bytes <= bytes.length && count < 2048; i += unit_bytes, count++) {
        uint32_t unit = unit_at((const unsigned char *)bytes.bytes + i, unit_bytes, is_big_endian(charset));
        bool is_control = unit < 0x20 && !(unit >= '\t' && unit <= '\r') && unit != 0x1b;
        if (is_control || unit == 0x7f || unit > 0x10ffff || unit == 0xffff)
            return false;
        ascii += unit < 0x80;
    }
    return count >= 2 && ascii * 2 > count;
}

const char *charset_guess_wide(struct slice bytes)
{
    static const char *const names[] = { "UTF-32LE", "UTF-32BE", "UTF-16LE", "UTF-16BE" };
    struct slice start = slice_between(bytes, 0, 64);
    if (slice_find_byte(start, '\0') == start.length)
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (reads_as(bytes, names[i]))
            return names[i];
    return NULL;
}

static bool is_ascii_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

const char *charset_guess_escaped(struct slice bytes)
{
    size_t first = slice_find_byte(bytes, '\x1b'); /* hardly any text has one */
    struct slice rest = slice_from(bytes, first);
    if (slice_find(rest, SLICE("\x1b$B")) == rest.length && slice_find(rest, SLICE("\x1b$@")) == rest.length)
        return NULL;
    for (size_t i = 0; i < bytes.length; i++)
        if (bytes.bytes[i] & 0x80)
            return NULL;
    return "ISO-2022-JP";
}

/* Signs that stand in no Western word, between letters of one: letters of another charset (Polish, Czech, ...). The
 * ordinals, the middle dot of Catalan, the soft hyphen and the accent that serves as an apostrophe may. */
static bool is_foreign_sign(unsigned char c)
{
    return c > 0xa0 && c < 0xc0 && c != 0xaa && c != 0xba && c != 0xb7 && c != 0xad && c != 0xb4;
}

static bool is_western_letter(unsigned char c)
{
    return is_ascii_letter(c) || c >= 0xc0;
}

bool charset_looks_western(struct slice bytes)
{
    const unsigned char *text = (const unsigned char *)bytes.bytes;
    size_t letters = 0, high_letters = 0, lonely = 0;
    for (size_t i = 0; i < bytes.length; i++) {
        unsigned char c = text[i];
        if (c < 0x80) {
            letters += is_ascii_letter(c);
            continue;
        }
        uint32_t unused;
        if (utf8_decode(slice_from(bytes, i), &unused) > 0 || (c < 0xa0 && western[c - 0x80] == c))
            return false;
        unsigned char before = i > 0 ? text[i - 1] : ' ', behind = i + 1 < bytes.length ? text[i + 1] : ' ';
        if (is_foreign_sign(c) && is_western_letter(before) && is_western_letter(behind))
            return false;
        if (c < 0xc0)
            continue;
        high_letters++;
        lonely += is_ascii_letter(before) || before <= ' ' || is_ascii_letter(behind) || behind <= ' ';
    }
    return high_letters * 2 <= letters && lonely * 10 >= high_letters * 9;
}

/* What the decoders below share. */
struct conversion {
    struct buffer *output;
    size_t maximum;
    int64_t *replaced;
};

static bool is_too_long(const struct conversion *conversion, struct error *error)
{
    if (conversion->output->length <= conversion->maximum)
        return false;
    error_set(error, E_LIMIT, "the decoded text is larger than %zu bytes, the limit of --max-document-bytes",
              conversion->maximum);
    return true;
}

static void append_replacement(struct conversion *conversion)
{
    utf8_append(conversion->output, 0xfffd);
    ++*conversion->replaced;
}

static bool decode_wide(struct conversion *conversion, struct slice bytes, const char *charset, struct error *error)
{
    size_t unit_bytes = charset_unit_bytes(charset);
    bool is_big = is_big_endian(charset);
    const unsigned char *text = (const unsigned char *)bytes.bytes;
    size_t i = 0;
    while (i + unit_bytes <= bytes.length) {
        if (i % 4096 < unit_bytes && is_too_long(conversion, error))
            return false;
        uint32_t unit = unit_at(text + i, unit_bytes, is_big);
        i += unit_bytes;
        if (unit_bytes == 2 && unit >= 0xd800 && unit < 0xdc00 && i + 2 <= bytes.length) {
            uint32_t low = unit_at(text + i, 2, is_big);
            if (low >= 0xdc00 && low < 0xe000) {
                unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        if (unit > 0x10ffff || (unit >= 0xd800 && unit < 0xe000))
            append_replacement(conversion);
        else
            utf8_append(conversion->output, unit);
    }
    if (i < bytes.length)
        append_replacement(conversion);
    return !is_too_long(conversion, error);
}

static size_t ascii_length(struct slice bytes, size_t start)
{
    size_t i = start;
    for (; i + 8 <= bytes.length; i += 8) {
        uint64_t word;
        memcpy(&word, bytes.bytes + i, 8);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < bytes.length && !(bytes.bytes[i] & 0x80))
        i++;
    return i - start;
}

/* points: of the bytes 0x80 to 0xff, 0 for undefined. */
static bool decode_single(struct conversion *conversion, struct slice bytes, const uint32_t points[128],
                          struct error *error)
{
    for (size_t i = 0; i < bytes.length;) {
        size_t plain = ascii_length(bytes, i);
        if (plain > 65536)
            plain = 65536;
        buffer_append(conversion->output, bytes.bytes + i, plain);
        i += plain;
        for (; i < bytes.length && (bytes.bytes[i] & 0x80); i++) {
            uint32_t point = points[bytes.bytes[i] & 0x7f];
            if (point)
                utf8_append(conversion->output, point);
            else
                append_replacement(conversion);
        }
        if (is_too_long(conversion, error))
            return false;
    }
    return true;
}

/* Fills points from the charset one byte at a time; false when it is not a charset of single bytes over ASCII. */
static bool single_byte_points(iconv_t converter, uint32_t points[128])
{
    for (unsigned byte = 0; byte < 256; byte++) {
        char input = (char)byte, output[16];
        char *from = &input, *to = output;
        size_t from_left = 1, to_left = sizeof output;
        iconv(converter, NULL, NULL, NULL, NULL);
        size_t result = iconv(converter, &from, &from_left, &to, &to_left);
        if (result != (size_t)-1) /* some hold a letter back, waiting for its accent */
            result = iconv(converter, NULL, NULL, &to, &to_left);
        uint32_t point = 0;
        if (result == (size_t)-1 && errno == EINVAL)
            return false;
        if (result != (size_t)-1 && utf8_decode(slice_of(output, (size_t)(to - output)), &point) == 0)
            return false;
        if (byte < 0x80 && point != byte)
            return false;
        if (byte >= 0x80)
            points[byte & 0x7f] = point;
    }
    return true;
}

static bool decode_multi(struct conversion *conversion, struct slice bytes, iconv_t converter, struct error *error)
{
    iconv(converter, NULL, NULL, NULL, NULL);
    struct buffer *output = conversion->output;
    char input[4096]; /* iconv wants its input writable */
    size_t held = 0, taken = 0;
    for (;;) {
        size_t room = sizeof input - held;
        size_t more = bytes.length - taken < room ? bytes.length - taken : room;
        if (more)
            memcpy(input + held, bytes.bytes + taken, more);
        held += more;
        taken += more;
        char *from = input;
        while (held > 0) {
            char *to = buffer_reserve(output, held * 4 + 16);
            size_t to_left = held * 4 + 16, to_room = to_left;
            size_t result = iconv(converter, &from, &held, &to, &to_left);
            output->length += to_room - to_left;
            if (result != (size_t)-1)
                break;
            if (errno == EINVAL && taken < bytes.length)
                break; /* the rest of the character is in the next piece */
            if (errno != E2BIG) {
                append_replacement(conversion);
                from++;
                held--;
            }
        }
        memmove(input, from, held);
        if (is_too_long(conversion, error))
            return false;
        if (taken == bytes.length && held == 0)
            break;
    }
    size_t room = 16;
    char *rest = buffer_reserve(output, room);
    iconv(converter, NULL, NULL, &rest, &room);
    output->length += 16 - room;
    buffer_append(output, "", 0);
    return true;
}

static bool decode_iconv(struct conversion *conversion, struct slice bytes, const struct charset *row,
                         struct error *error)
{
    iconv_t converter = iconv_open("UTF-8", row->iconv);
    if (converter == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): as POSIX has it */
        return error_set_system(error, E_UNAVAILABLE, errno,
                                "charset '%s' is not known to iconv (gconv modules of libc)", row->name);
    uint32_t points[128];
    bool is_done = single_byte_points(converter, points) ? decode_single(conversion, bytes, points, error)
                                                         : decode_multi(conversion, bytes, converter, error);
    iconv_close(converter);
    return is_done;
}

bool charset_append_utf8(struct buffer *output, struct slice bytes, const char *charset, size_t maximum,
                         int64_t *replaced, struct error *error)
{
    struct conversion conversion = { output, maximum, replaced };
    const struct charset *row = charset_row(slice_of_string(charset));
    if (row && row->iconv)
        return decode_iconv(&conversion, bytes, row, error);
    if (charset_unit_bytes(charset) > 1)
        return decode_wide(&conversion, bytes, charset, error);
    if (row && strcmp(row->name, "windows-1252") == 0) {
        uint32_t points[128];
        for (uint32_t i = 0; i < 128; i++)
            points[i] = i < 32 ? western[i] : i + 0x80;
        return decode_single(&conversion, bytes, points, error);
    }
    *replaced += (int64_t)utf8_append_repaired(output, bytes);
    return !is_too_long(&conversion, error);
}
