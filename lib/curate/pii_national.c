/* pii_national.c - numbers that states give to people, each by its own rule.
 *
 * A check of two digits, or letters in fixed places, is proof enough in the usual way of writing; a single check digit
 * lets a tenth of all numbers through, so such a number needs a word in front of it that says what it is. */
#include "curate/pii_scan.h"

#define OTHER_WORDS "order|invoice|tracking|isbn|issn|ean|sku|serial|ticket|part|item|model|ref|version|case|doi"

static unsigned digit_at(const struct number *number, size_t index)
{
    return (unsigned)(number->digits[index] - '0');
}

static bool is_one_digit(const char *digits, size_t count)
{
    size_t same = 1;
    while (same < count && digits[same] == digits[0])
        same++;
    return same == count;
}

static unsigned weighted_sum(const struct number *number, const unsigned char *weights, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += digit_at(number, i) * weights[i];
    return sum;
}

/* Social Security: area not 000, 666, 9xx; group not 00; serial not 0000. */
static bool is_us_ssn(const struct number *number)
{
    const char *digits = number->digits;
    return digits[0] != '9' && memcmp(digits, "000", 3) != 0 && memcmp(digits, "666", 3) != 0 &&
           memcmp(digits + 3, "00", 2) != 0 && memcmp(digits + 5, "0000", 4) != 0;
}

/* Steuerliche Identifikationsnummer: of the first ten digits exactly one stands two or three times; ISO 7064 MOD 11,10.
 */
static bool is_de_tax_id(const struct number *number)
{
    unsigned counts[10] = { 0 }, repeated = 0, product = 10;
    if (number->digits[0] == '0')
        return false;
    for (size_t i = 0; i < 10; i++) {
        unsigned sum = (digit_at(number, i) + product) % 10;
        counts[digit_at(number, i)]++;
        product = (sum ? sum : 10) * 2 % 11;
    }
    for (size_t i = 0; i < 10; i++) {
        if (counts[i] > 3)
            return false;
        repeated += counts[i] > 1;
    }
    return repeated == 1 && (11 - product) % 10 == digit_at(number, 10);
}

/* Cadastro de Pessoas Fisicas: two check digits, MOD 11. */
static bool is_br_cpf(const struct number *number)
{
    if (is_one_digit(number->digits, 11))
        return false;
    for (size_t length = 9; length <= 10; length++) {
        unsigned sum = 0;
        for (size_t i = 0; i < length; i++)
            sum += digit_at(number, i) * (unsigned)(length + 1 - i);
        if (sum * 10 % 11 % 10 != digit_at(number, length))
            return false;
    }
    return true;
}

/* Aadhaar: does not begin with 0 or 1; Verhoeff's check over the dihedral group D5. */
static bool is_in_aadhaar(const struct number *number)
{
    static const unsigned char permutation[8][10] = {
        { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { 1, 5, 7, 6, 2, 8, 3, 0, 9, 4 }, { 5, 8, 0, 3, 7, 9, 6, 1, 4, 2 },
        { 8, 9, 1, 6, 0, 4, 3, 5, 2, 7 }, { 9, 4, 5, 3, 1, 2, 6, 8, 7, 0 }, { 4, 2, 8, 6, 5, 7, 3, 9, 0, 1 },
        { 2, 7, 9, 3, 8, 0, 6, 4, 1, 5 }, { 7, 0, 4, 6, 9, 1, 3, 2, 5, 8 },
    };
    unsigned check = 0;
    if (number->digits[0] < '2')
        return false;
    for (size_t i = 0; i < 12; i++) {
        unsigned next = permutation[i % 8][digit_at(number, 11 - i)];
        /* The product check x next in D5: rotations 0 to 4, reflections 5 to 9. */
        bool turns = check >= 5;
        unsigned rotation = turns ? (check % 5 + 5 - next % 5) % 5 : (check % 5 + next % 5) % 5;
        check = rotation + (turns != (next >= 5) ? 5 : 0);
    }
    return check == 0;
}

/* Burgerservicenummer: the eleven test. */
static bool is_nl_bsn(const struct number *number)
{
    static const unsigned char weights[] = { 9, 8, 7, 6, 5, 4, 3, 2 };
    return !is_one_digit(number->digits, 9) && weighted_sum(number, weights, 8) % 11 == digit_at(number, 8);
}

static bool is_ca_sin(const struct number *number)
{
    return number->digits[0] != '0' && number->digits[0] != '8' && luhn_is_valid(number->digits, 9);
}

static bool is_pl_pesel(const struct number *number)
{
    static const unsigned char weights[] = { 1, 3, 7, 9, 1, 3, 7, 9, 1, 3 };
    unsigned month = (digit_at(number, 2) * 10 + digit_at(number, 3)) % 20;
    unsigned day = digit_at(number, 4) * 10 + digit_at(number, 5);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
           (10 - weighted_sum(number, weights, 10) % 10) % 10 == digit_at(number, 10);
}

/* Numero d'inscription au repertoire: sex, year, month, department, key = 97 - number mod 97. */
static bool is_fr_nir(const struct number *number)
{
    uint64_t value = 0;
    unsigned month = digit_at(number, 3) * 10 + digit_at(number, 4);
    if (!strchr("123478", number->digits[0]) || (month > 12 && month < 20) || month == 0)
        return false;
    for (size_t i = 0; i < 13; i++)
        value = value * 10 + digit_at(number, i);
    return 97 - value % 97 == digit_at(number, 13) * 10 + digit_at(number, 14);
}

/* Digits only: the usual way of writing, which may be proof enough, and others that need a word in front. */
struct digits_rule {
    enum pii_kind kind;
    bool (*is_valid)(const struct number *number);
    const char *clear;     /* shape that needs no word; NULL for none */
    const char *others[4]; /* shapes that need one */
    const char *words;
};
static const struct digits_rule digits_rules[] = {
    { PII_FR_NIR, is_fr_nir, "1?2?2?2?3?3?2", { "15", "13?2", NULL }, "nir|insee|sécu*|secu*|sécurité sociale|nss" },
    { PII_US_SSN, is_us_ssn, "3-2-4", { "3 2 4", "9", "3.2.4", NULL }, "ssn|ssns|social security|soc sec" },
    { PII_DE_TAX_ID,
      is_de_tax_id,
      "2 3 3 3",
      { "11", NULL },
      "steuer*|idnr|tax id|tin|identifikationsnummer|steuer-id|tax number" },
    { PII_BR_CPF, is_br_cpf, "3.3.3-2", { "11", "9-2", NULL }, "cpf" },
    { PII_IN_AADHAAR, is_in_aadhaar, NULL, { "4?4?4", "12", NULL }, "aadhaar|aadhar|uidai|uid|adhaar|आधार*" },
    { PII_NL_BSN,
      is_nl_bsn,
      NULL,
      { "9", "4?2?3", "3?3?3", NULL },
      "bsn|burgerservicenummer|sofi*|citizen service number" },
    { PII_CA_SIN, is_ca_sin, NULL, { "3?3?3", "9", NULL }, "sin|social insurance|nas|assurance sociale" },
    { PII_PL_PESEL, is_pl_pesel, NULL, { "11", NULL }, "pesel" },
};

static size_t check_digits(struct pii_scan *scan, const struct number *number, const struct digits_rule *rule)
{
    size_t end = 0;
    if (rule->clear && number_has_shape(number, scan->text, rule->clear, &end)) {
        if (!rule->is_valid(number) || (has_context(scan->text, number->start, OTHER_WORDS) &&
                                        !has_context(scan->text, number->start, rule->words)))
            return 0;
        return end;
    }
    for (size_t i = 0; i < sizeof rule->others / sizeof *rule->others && rule->others[i]; i++)
        if (number_has_shape(number, scan->text, rule->others[i], &end))
            return rule->is_valid(number) && has_context(scan->text, number->start, rule->words) ? end : 0;
    return 0;
}

/* National Insurance number: AB 12 34 56 C; written together it needs a word in front. */
static size_t check_uk_nino(struct pii_scan *scan, const struct number *number)
{
    static const char never[] = "BG GB NK KN TN NT ZZ";
    struct slice text = scan->text;
    bool is_spaced = byte_before(text, number->start) == ' ';
    size_t start = number->start - (number->start >= 2U + is_spaced ? 2U + is_spaced : 0), end;
    if (start == number->start)
        return 0;
    char pair[3] = { text.bytes[start], text.bytes[start + 1], '\0' };
    if (!is_upper(pair[0]) || !is_upper(pair[1]) || strchr("DFIQUV", pair[0]) || strchr("DFIQUVO", pair[1]) ||
        strstr(never, pair) || !is_free_before(text, start))
        return 0;
    if (is_spaced && number->group_count >= 3 && number->sizes[0] == 2 && number->sizes[1] == 2 &&
        number->sizes[2] == 2 && number->before[1] == ' ' && number->before[2] == ' ')
        end = number->ends[2];
    else if (number->sizes[0] == 6)
        end = number->ends[0];
    else
        return 0;
    bool is_clear = end == number->ends[2] && number->group_count >= 3 && number->sizes[0] == 2;
    end += slice_byte(text, end) == ' ';
    if (slice_byte(text, end) < 'A' || slice_byte(text, end) > 'D' || !is_free_after(text, end + 1))
        return 0;
    if (!is_clear && !has_context(text, start, "national insurance|nino|ni no|ni number|ni|insurance number"))
        return 0;
    pii_found(scan, start, end + 1, PII_UK_NINO);
    return end + 1;
}

/* Documento Nacional de Identidad, and its form for foreigners (X, Y, Z for the first digit): number mod 23. */
static size_t check_es_dni(struct pii_scan *scan, const struct number *number)
{
    static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
    struct slice text = scan->text;
    char first = byte_before(text, number->start);
    bool is_foreign = first >= 'X' && first <= 'Z';
    size_t start = number->start - is_foreign, end, count = number->sizes[0];
    unsigned value = is_foreign ? (unsigned)(first - 'X') : 0;
    if (!is_free_before(text, start))
        return 0;
    if (count == 8U - is_foreign) {
        end = number->ends[0];
    } else if (number->group_count >= 3 && count == (is_foreign ? 1 : 2) && number->sizes[1] == 3 &&
               number->sizes[2] == 3 && number->before[1] == '.' && number->before[2] == '.') {
        end = number->ends[2];
        count = number->totals[2];
    } else {
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        value = value * 10 + digit_at(number, i);
    char gap = slice_byte(text, end);
    end += gap == '-' || (gap == ' ' && has_context(text, start, "dni|nie|nif"));
    if (slice_byte(text, end) != letters[value % 23] || !is_free_after(text, end + 1) ||
        (has_context(text, start, OTHER_WORDS) && !has_context(text, start, "dni|nie|nif")))
        return 0;
    pii_found(scan, start, end + 1, PII_ES_DNI);
    return end + 1;
}

/* The sum of a codice fiscale: letters and digits of odd places count by their own table. */
static bool is_it_fiscal(const char *code)
{
    static const unsigned char odd[] = { 1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                         20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23 };
    unsigned sum = 0;
    for (size_t i = 0; i < 15; i++) {
        unsigned value = is_digit(code[i]) ? (unsigned)(code[i] - '0') : (unsigned)(code[i] - 'A');
        sum += i % 2 == 0 ? odd[value] : value;
    }
    return sum % 26 == (unsigned)(code[15] - 'A');
}

/* Codice fiscale: RSSMRA85T10A562S, the number begins at its year. */
static size_t check_it_fiscal(struct pii_scan *scan, const struct number *number)
{
    static const char shape[] = "LLLLLLDDMDDLDDDL";
    char code[sizeof shape];
    size_t start = number->start - 6;
    if (number->start < 6 || number->sizes[0] != 2 || start + 16 > scan->text.length)
        return 0;
    for (size_t i = 0; i < 16; i++) {
        char byte = scan->text.bytes[start + i];
        code[i] = is_letter(byte) ? (char)(lower_of(byte) - 'a' + 'A') : byte;
        bool fits = shape[i] == 'D' ? is_digit(code[i]) : is_upper(code[i]);
        if (!fits || (shape[i] == 'M' && !strchr("ABCDEHLMPRST", code[i])))
            return 0;
    }
    if (!is_free_before(scan->text, start) || !is_free_after(scan->text, start + 16) || !is_it_fiscal(code))
        return 0;
    pii_found(scan, start, start + 16, PII_IT_FISCAL);
    return start + 16;
}

size_t pii_check_national(struct pii_scan *scan, const struct number *number)
{
    size_t end = 0;
    if (pii_wants(scan, PII_IT_FISCAL) && (end = check_it_fiscal(scan, number)))
        return end;
    if (pii_wants(scan, PII_UK_NINO) && (end = check_uk_nino(scan, number)))
        return end;
    if (pii_wants(scan, PII_ES_DNI) && (end = check_es_dni(scan, number)))
        return end;
    if (!is_free_before(scan->text, number->start))
        return 0;
    for (size_t i = 0; i < sizeof digits_rules / sizeof *digits_rules; i++)
        if (pii_wants(scan, digits_rules[i].kind) && (end = check_digits(scan, number, &digits_rules[i]))) {
            pii_found(scan, number->start, end, digits_rules[i].kind);
            return end;
        }
    return 0;
}
