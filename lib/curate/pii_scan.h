/* pii_scan.h - what the checkers of kinds share; private to the module.
 *
 * A checker looks at one place of the text, at most a few hundred bytes around it, and adds what it finds. */
#ifndef CURATE_PII_SCAN_H
#define CURATE_PII_SCAN_H

#include "curate/pii.h"

struct pii_scan {
    struct slice text;
    uint64_t kinds;
    bool is_public_only;
    struct pii_finds *finds;
    /* Up to where runs were looked at already, so that none is looked at twice. */
    size_t colon_end, token_end, secret_end, dot_end;
};

static inline bool pii_wants(const struct pii_scan *scan, enum pii_kind kind)
{
    return scan->kinds >> kind & 1;
}

void pii_add(struct pii_finds *finds, size_t start, size_t end, unsigned kind, unsigned certainty);
/* A find of a built-in kind. */
void pii_found(struct pii_scan *scan, size_t start, size_t end, enum pii_kind kind);

static inline bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static inline bool is_letter(char byte)
{
    return is_upper(byte) || (byte >= 'a' && byte <= 'z');
}

static inline bool is_alphanumeric(char byte)
{
    return is_digit(byte) || is_letter(byte);
}

/* Of keys and identifiers: letters, digits, _ and -. A look-up, since most bytes around a digit are asked. */
extern const unsigned char pii_token_bytes[256];
static inline bool is_token(char byte)
{
    return pii_token_bytes[(unsigned char)byte];
}

static inline bool is_hexadecimal(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static inline char lower_of(char byte)
{
    return is_upper(byte) ? (char)(byte + 'a' - 'A') : byte;
}

/* The byte before offset, a blank at the start. */
static inline char byte_before(struct slice text, size_t offset)
{
    return offset > 0 && offset <= text.length ? text.bytes[offset - 1] : ' ';
}

/* Nothing of a word, number or path is glued to that side. */
bool is_free_before(struct slice text, size_t start);
bool is_free_after(struct slice text, size_t end);

/* Whether one of the words (lower case, joined by '|') stands in the same line at most CONTEXT_BYTES before start. A
 * word that ends with '*' may go on. */
enum { CONTEXT_BYTES = 40, NEAR_BYTES = 16 };
bool has_context(struct slice text, size_t start, const char *words);
/* The same within NEAR_BYTES. */
bool has_context_near(struct slice text, size_t start, const char *words);

/* Digits in groups: 4111 1111 1111 1111, 12.345.678-9. */
enum { NUMBER_GROUPS = 10, NUMBER_DIGITS = 40 };
struct number {
    size_t start;                /* of the first digit */
    size_t ends[NUMBER_GROUPS];  /* behind the digits of group i */
    size_t sizes[NUMBER_GROUPS]; /* digits of group i */
    char before[NUMBER_GROUPS];  /* separator in front of group i */
    size_t group_count;
    char digits[NUMBER_DIGITS + 1];
    size_t totals[NUMBER_GROUPS]; /* digits up to and with group i */
};

/* The groups that begin at start, joined by single blanks, '-', '.' or '/'. */
void number_read(struct slice text, size_t start, struct number *number);

/* Whether the first group has the length that the shape begins with: rules out most shapes before they are read. */
static inline bool number_may_have_shape(const struct number *number, const char *shape)
{
    size_t size = (size_t)(shape[0] - '0');
    if (is_digit(shape[1]))
        size = size * 10 + (size_t)(shape[1] - '0');
    return number->sizes[0] == size;
}

/* The number is exactly these groups ("4 4 4 4": sizes with the separator between them; '?' any of blank, '-' and '.',
 * the same throughout), and nothing goes on behind. *end: behind it. */
bool number_has_shape(const struct number *number, struct slice text, const char *shape, size_t *end);

bool luhn_is_valid(const char *digits, size_t count);

/* The built-in kinds, in one pass. */
void pii_scan_text(struct pii_scan *scan);
/* The same, byte by byte: for other processors and the ends of texts, and to test the other one against. */
void pii_scan_bytes(struct pii_scan *scan);

/* Checkers. The ones at digits return where the find ends, 0 for none, and add it. */
size_t pii_at_number(struct pii_scan *scan, size_t start);
size_t pii_check_payment(struct pii_scan *scan, const struct number *number);
size_t pii_check_national(struct pii_scan *scan, const struct number *number);
size_t pii_check_phone(struct pii_scan *scan, const struct number *number);
size_t pii_check_ipv4(struct pii_scan *scan, const struct number *number);
void pii_at_at_sign(struct pii_scan *scan, size_t at);
void pii_at_colon(struct pii_scan *scan, size_t at);
void pii_at_hyphen(struct pii_scan *scan, size_t at);
void pii_at_token(struct pii_scan *scan, size_t at);
void pii_at_jwt(struct pii_scan *scan, size_t at);
void pii_at_assignment(struct pii_scan *scan, size_t at);
void pii_at_dashes(struct pii_scan *scan, size_t at);

/* The user's lists: entries by their words in lower case. */
struct word_list;
struct word_list *word_list_create(void);
void word_list_free(struct word_list *list);
bool word_list_add(struct word_list *list, struct slice text, unsigned kind, const char *file,
                   struct error *error) MUST_CHECK;
void word_list_find(const struct word_list *list, struct slice text, struct pii_finds *finds);

enum { OWN_CERTAINTY = 10 };

#endif
