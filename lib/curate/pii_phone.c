/* pii_phone.c - telephone numbers: international ones (E.164), national ones of a clear shape or behind a word. */
#include "curate/pii_scan.h"

#define PHONE_WORDS                                                                                                      \
    "tel|tél|tlf|telephone|téléphone|telefon*|teléfono|phone|phones|mobile|mobil|móvil|cellphone|fax|whatsapp|sms|" \
    "hotline|rufnummer|gsm|voicemail|电话|手机|電話|тел*|телефон*"
/* Words with other meanings count right in front of the number only. */
#define NEAR_WORDS "call|calls|calling|called|cell|ring|text|handy|contact|dial|numéro|portable|reach us|reach me"
#define OTHER_WORDS                                                                                                    \
    "order|orders|invoice|tracking|isbn|issn|ean|sku|serial|ticket|part|item|model|ref|reference|version|case|doi|"    \
    "account|policy|batch|lot|id|build|rfc|pages|pp"

/* Country codes as E.164 assigns them, by first digits: '1' and '7' alone, two digits, or three. */
static size_t country_digits(const char *digits)
{
    static const char two[] =
        "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 "
        "64 65 66 81 82 84 86 90 91 92 93 94 95 98";
    char pair[3] = { digits[0], digits[1], '\0' };
    if (digits[0] == '1' || digits[0] == '7')
        return 1;
    if (digits[0] == '0' || !digits[1])
        return 0;
    if (strstr(two, pair))
        return 2;
    return strchr("21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99", pair[0]) &&
                   strstr("21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99", pair)
               ? 3
               : 0;
}

static bool is_north_american(const char *digits)
{
    return digits[0] >= '2' && digits[3] >= '2' && !(digits[1] == '1' && digits[2] == '1');
}

/* Digits after '+': groups with blanks, '-', '.', '/' or brackets between them. Appends up to 15; *end: behind the
 * last. A group is joined by one separator, brackets take one more each. */
enum { PHONE_DIGITS = 15 };
static size_t read_digits(struct slice text, size_t position, char digits[PHONE_DIGITS + 2], size_t *end)
{
    size_t count = 0, gap = 0;
    bool is_open = false;
    *end = position;
    for (; count <= PHONE_DIGITS; position++) {
        char byte = slice_byte(text, position);
        if (is_digit(byte)) {
            digits[count++] = byte;
            *end = position + 1;
            gap = 0;
        } else if (byte == '(' && !is_open && gap < 2) {
            is_open = true;
            gap++;
        } else if (byte == ')' && is_open && gap == 0) {
            is_open = false;
            gap = 1;
        } else if ((byte == ' ' || byte == '-' || byte == '.' || byte == '/') && gap < 2 && count > 0) {
            gap++;
        } else {
            break;
        }
    }
    digits[count] = '\0';
    return count;
}

/* Numbers that run on behind the find are no telephone number; another one in the next sentence may follow. */
static bool ends_there(struct slice text, size_t end)
{
    char next = slice_byte(text, end);
    return !is_alphanumeric(next) && next != '_' && next != '%' &&
           !((next == '.' || next == ',' || next == '-' || next == '/') && is_digit(slice_byte(text, end + 1)));
}

/* +49 30 1234567, +1 (415) 555-2671. The number begins behind the plus. */
static size_t check_international(struct pii_scan *scan, size_t plus, size_t first)
{
    char digits[PHONE_DIGITS + 2] = { 0 }, before = byte_before(scan->text, plus);
    size_t end, count = read_digits(scan->text, first, digits, &end), country = country_digits(digits);
    if (count < country || is_alphanumeric(before) || before == '_' || before == '+' || country == 0 ||
        !ends_there(scan->text, end))
        return 0;
    if (memcmp(digits, "999", 3) == 0)
        return end; /* a pseudonym of ours */
    size_t rest = count - country;
    if (digits[0] == '1' ? rest != 10 || !is_north_american(digits + 1) : rest < 6 || count > PHONE_DIGITS)
        return 0;
    if (digits[0] == '7' && rest != 10)
        return 0;
    pii_found(scan, plus, end, PII_PHONE);
    return end;
}

/* Dates and times have the shape of numbers in groups. */
static bool is_date(const struct number *number)
{
    if (number->group_count < 3)
        return false;
    const size_t *sizes = number->sizes;
    bool is_year_first = sizes[0] == 4 && sizes[1] <= 2 && sizes[2] <= 2;
    bool is_year_last = sizes[0] <= 2 && sizes[1] <= 2 && (sizes[2] == 4 || sizes[2] == 2);
    return (is_year_first && memcmp(number->digits, "2", 1) <= 0) ||
           (is_year_last && number->before[1] != ' ' &&
            (number->group_count == 3 || number->before[3] != number->before[1]));
}

/* A North American number with its separators, a French one in pairs, a British one of its usual groups. */
static bool is_clear(const struct number *number, struct slice text, size_t *end)
{
    const char *digits = number->digits;
    if (number_has_shape(number, text, "3-3-4", end) || number_has_shape(number, text, "3.3.4", end))
        return is_north_american(digits);
    if (number_has_shape(number, text, "1-3-3-4", end) || number_has_shape(number, text, "1.3.3.4", end))
        return digits[0] == '1' && is_north_american(digits + 1);
    if (number_has_shape(number, text, "2?2?2?2?2", end))
        return digits[0] == '0' && digits[1] != '0';
    if (number_has_shape(number, text, "5 3 3", end) || number_has_shape(number, text, "5 6", end))
        return digits[0] == '0' && digits[1] == '7';
    if (number_has_shape(number, text, "3 4 4", end))
        return digits[0] == '0' && digits[1] == '2';
    return false;
}

/* (415) 555-2671: the number begins in the brackets. */
static size_t check_bracketed(struct pii_scan *scan, size_t first)
{
    struct slice text = scan->text;
    struct number rest;
    size_t behind = first + 4, end;
    char digits[10] = { 0 };
    if (byte_before(text, first) != '(' || slice_byte(text, first + 3) != ')' ||
        !is_digit(slice_byte(text, first + 1)) || !is_digit(slice_byte(text, first + 2)) ||
        !is_free_before(text, first - 1))
        return 0;
    behind += slice_byte(text, behind) == ' ';
    number_read(text, behind, &rest);
    if (rest.group_count < 2 || !(number_has_shape(&rest, text, "3?4", &end)))
        return 0;
    memcpy(digits, text.bytes + first, 3);
    memcpy(digits + 3, rest.digits, 7);
    if (!is_north_american(digits))
        return 0;
    pii_found(scan, first - 1, end, PII_PHONE);
    return end;
}

/* Behind a word such as "phone:" any number of 7 to 15 digits will do that is no date and no decimal. */
static size_t check_behind_word(struct pii_scan *scan, const struct number *number)
{
    struct slice text = scan->text;
    char digits[PHONE_DIGITS + 2] = { 0 };
    bool is_bracketed = byte_before(text, number->start) == '(';
    size_t start = number->start - is_bracketed, end, count;
    if (!is_free_before(text, start))
        return 0;
    count = read_digits(text, start, digits, &end);
    if (count < 7 || count > PHONE_DIGITS || !ends_there(text, end) || is_date(number) ||
        (!has_context(text, start, PHONE_WORDS) && !has_context_near(text, start, NEAR_WORDS)) ||
        has_context(text, start, OTHER_WORDS))
        return 0;
    if (number->group_count == 1 && number->sizes[0] < 7 && !is_bracketed)
        return 0;
    if (number->group_count == 2 && number->before[1] == '.' && number->sizes[0] < 3)
        return 0;
    pii_found(scan, start, end, PII_PHONE);
    return end;
}

size_t pii_check_phone(struct pii_scan *scan, const struct number *number)
{
    struct slice text = scan->text;
    size_t start = number->start, end;
    if (!pii_wants(scan, PII_PHONE))
        return 0;
    if (byte_before(text, start) == '+')
        return check_international(scan, start - 1, start);
    if (byte_before(text, start) == '(' && start > 1 && text.bytes[start - 2] == '+')
        return check_international(scan, start - 2, start - 1);
    if ((end = check_bracketed(scan, start)))
        return end;
    if (!is_free_before(text, start))
        return 0;
    if (is_clear(number, text, &end) && !has_context(text, start, OTHER_WORDS)) {
        pii_found(scan, start, end, PII_PHONE);
        return end;
    }
    return check_behind_word(scan, number);
}
