/* pii_payment.c - credit cards (ISO 7812, Luhn) and bank accounts (IBAN, ISO 13616). */
#include "curate/pii_scan.h"

#define ORDER_WORDS                                                                                                    \
    "order|order no|invoice|tracking|shipment|parcel|isbn|issn|ean|upc|gtin|sku|serial|ticket|case|doi|build|job|"     \
    "transaction|timestamp|version|imei|part|item|model|ref"
#define CARD_WORDS "card|visa|mastercard|amex|cc|credit|debit|pan|karte|kreditkarte|carte|tarjeta|discover|maestro"

/* First digits and lengths of the large networks. Lengths: bit n is n digits. */
struct card_range {
    unsigned from, to; /* of the first four digits */
    unsigned lengths;
};
static const struct card_range card_ranges[] = {
    { 4000, 4999, 1U << 13 | 1U << 16 | 1U << 19 }, /* Visa */
    { 5100, 5599, 1U << 16 },                       /* Mastercard */
    { 2221, 2720, 1U << 16 },
    { 3400, 3499, 1U << 15 }, /* American Express */
    { 3700, 3799, 1U << 15 },
    { 6011, 6011, 1U << 16 | 1U << 19 }, /* Discover */
    { 6440, 6599, 1U << 16 | 1U << 19 },
    { 3528, 3589, 1U << 16 }, /* JCB */
    { 3000, 3059, 1U << 14 }, /* Diners Club */
    { 3600, 3699, 1U << 14 },
    { 3800, 3999, 1U << 14 },
    { 6200, 6299, 1U << 16 | 1U << 17 | 1U << 18 | 1U << 19 }, /* UnionPay */
    { 5018, 5018, 1U << 16 | 1U << 18 | 1U << 19 },            /* Maestro */
    { 5020, 5020, 1U << 16 | 1U << 18 | 1U << 19 },
    { 5038, 5038, 1U << 16 | 1U << 18 | 1U << 19 },
    { 6304, 6304, 1U << 16 | 1U << 18 | 1U << 19 },
    { 6759, 6763, 1U << 16 | 1U << 18 | 1U << 19 },
};

static bool is_card(const char *digits, size_t count)
{
    unsigned first = 0;
    size_t same = 1;
    if (count < 13 || count > 19)
        return false;
    for (size_t i = 0; i < 4; i++)
        first = first * 10 + (unsigned)(digits[i] - '0');
    while (same < count && digits[same] == digits[0])
        same++;
    if (same == count)
        return false;
    for (size_t i = 0; i < sizeof card_ranges / sizeof *card_ranges; i++)
        if (first >= card_ranges[i].from && first <= card_ranges[i].to && card_ranges[i].lengths >> count & 1)
            return luhn_is_valid(digits, count);
    return false;
}

static size_t check_card(struct pii_scan *scan, const struct number *number)
{
    static const char *const shapes[] = { "4?4?4?4", "4?6?5", "4?6?4", "4?4?4?4?3", NULL };
    size_t end = 0, count = number->sizes[0];
    if (!is_free_before(scan->text, number->start))
        return 0;
    if (count >= 13) {
        end = number->ends[0];
        if (!is_free_after(scan->text, end) || !is_card(number->digits, count))
            return 0;
        if (has_context(scan->text, number->start, ORDER_WORDS) && !has_context(scan->text, number->start, CARD_WORDS))
            return 0;
    } else if (count == 4 && number->group_count >= 3) {
        size_t i = 0;
        for (; shapes[i] && !number_has_shape(number, scan->text, shapes[i], &end); i++)
            ;
        if (!shapes[i])
            return 0;
        for (count = 0; number->ends[count] != end; count++)
            ;
        if (!is_card(number->digits, number->totals[count]))
            return 0;
    } else {
        return 0;
    }
    pii_found(scan, number->start, end, PII_CREDIT_CARD);
    return end;
}

/* Country and length of an account number in all. Source: the SWIFT registry of IBAN formats. */
static const char iban_lengths[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22"
    "GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20"
    "MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26"
    "UA29VA22VG24XK20YE30";

static size_t iban_length(const char *country)
{
    for (const char *row = iban_lengths; *row; row += 4)
        if (row[0] == country[0] && row[1] == country[1])
            return (size_t)(row[2] - '0') * 10 + (size_t)(row[3] - '0');
    return 0;
}

static unsigned remainder_of(unsigned remainder, char byte)
{
    if (is_digit(byte))
        return (remainder * 10 + (unsigned)(byte - '0')) % 97;
    return (remainder * 100 + (unsigned)(byte - 'A') + 10) % 97;
}

/* The check digits are where the number starts; the country is the two letters before. */
static size_t check_iban(struct pii_scan *scan, const struct number *number)
{
    struct slice text = scan->text;
    enum { IBAN_LONGEST = 34 };
    char letters[IBAN_LONGEST];
    if (number->start < 2 || number->sizes[0] < 2 || !is_upper(text.bytes[number->start - 1]) ||
        !is_upper(text.bytes[number->start - 2]))
        return 0;
    size_t start = number->start - 2, length = iban_length(text.bytes + start), count = 0, end = start;
    char before = byte_before(text, start);
    if (length == 0 || is_alphanumeric(before) || before == '_')
        return 0;
    for (; count < length; end++) {
        char byte = slice_byte(text, end);
        if (byte == ' ' && count > 0 && count % 4 == 0 && end > start && text.bytes[end - 1] != ' ')
            continue;
        if (!is_digit(byte) && !is_upper(byte))
            return 0;
        letters[count++] = byte;
    }
    char next = slice_byte(text, end);
    if (is_alphanumeric(next) || next == '_')
        return 0;
    unsigned remainder = 0;
    for (size_t i = 0; i < length; i++)
        remainder = remainder_of(remainder, letters[(i + 4) % length]);
    if (remainder != 1)
        return 0;
    pii_found(scan, start, end, PII_IBAN);
    return end;
}

size_t pii_check_payment(struct pii_scan *scan, const struct number *number)
{
    size_t end = 0;
    if (pii_wants(scan, PII_IBAN))
        end = check_iban(scan, number);
    if (!end && pii_wants(scan, PII_CREDIT_CARD))
        end = check_card(scan, number);
    return end;
}
