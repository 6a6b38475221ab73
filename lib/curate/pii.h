/* pii.h - finds personal data and secrets in a text.
 *
 * A detector knows which kinds to look for: the built-in ones below, and the user's own (patterns, lists of words). It
 * is constant once made: many threads may search with it at once.
 *
 * How it finds: one pass over the bytes stops only at those that a find can hang on (digits, '@', ':', '=', '_', '-',
 * 'J', 'I'); a checker for each kind looks at the bounded surroundings of that place: shape, word boundaries, check
 * digits, and for what has no strong check digits the words in front of it. So the cost is linear in the text, whatever
 * it holds. The user's patterns are each a pass of their own (text/pattern.h has the limits).
 *
 * Sources: RFC 5321, 5952; ITU E.164; ISO 7812 (Luhn), ISO 13616 (IBAN), ISO 7064; the national rules named in
 * pii_national.c; the forms of keys as their vendors document them. */
#ifndef CURATE_PII_H
#define CURATE_PII_H

#include "base/error.h"
#include "base/slice.h"

/* name as the user types it, group, certainty: of overlapping finds the highest gives the kind. */
/* clang-format off */
#define PII_KIND_LIST(KIND) \
    KIND(PII_EMAIL, "email", PII_GROUP_PERSONAL, 7) \
    KIND(PII_PHONE, "phone", PII_GROUP_PERSONAL, 3) \
    KIND(PII_CREDIT_CARD, "credit-card", PII_GROUP_PERSONAL, 6) \
    KIND(PII_IBAN, "iban", PII_GROUP_PERSONAL, 7) \
    KIND(PII_IPV4, "ipv4", PII_GROUP_NETWORK, 5) \
    KIND(PII_IPV6, "ipv6", PII_GROUP_NETWORK, 5) \
    KIND(PII_MAC, "mac", PII_GROUP_NETWORK, 5) \
    KIND(PII_US_SSN, "us-ssn", PII_GROUP_NATIONAL, 5) \
    KIND(PII_UK_NINO, "uk-nino", PII_GROUP_NATIONAL, 5) \
    KIND(PII_DE_TAX_ID, "de-tax-id", PII_GROUP_NATIONAL, 5) \
    KIND(PII_ES_DNI, "es-dni", PII_GROUP_NATIONAL, 5) \
    KIND(PII_FR_NIR, "fr-nir", PII_GROUP_NATIONAL, 6) \
    KIND(PII_IT_FISCAL, "it-codice-fiscale", PII_GROUP_NATIONAL, 6) \
    KIND(PII_BR_CPF, "br-cpf", PII_GROUP_NATIONAL, 5) \
    KIND(PII_IN_AADHAAR, "in-aadhaar", PII_GROUP_NATIONAL, 5) \
    KIND(PII_NL_BSN, "nl-bsn", PII_GROUP_NATIONAL, 5) \
    KIND(PII_CA_SIN, "ca-sin", PII_GROUP_NATIONAL, 5) \
    KIND(PII_PL_PESEL, "pl-pesel", PII_GROUP_NATIONAL, 5) \
    KIND(PII_URL_CREDENTIALS, "url-credentials", PII_GROUP_SECRET, 8) \
    KIND(PII_JWT, "jwt", PII_GROUP_SECRET, 8) \
    KIND(PII_PRIVATE_KEY, "private-key", PII_GROUP_SECRET, 9) \
    KIND(PII_API_KEY, "api-key", PII_GROUP_SECRET, 8) \
    KIND(PII_SECRET, "secret", PII_GROUP_SECRET, 4)
/* clang-format on */

enum pii_group { PII_GROUP_PERSONAL, PII_GROUP_NETWORK, PII_GROUP_NATIONAL, PII_GROUP_SECRET };

enum pii_kind {
#define PII_ENUMERATOR(kind, name, group, certainty) kind,
    PII_KIND_LIST(PII_ENUMERATOR)
#undef PII_ENUMERATOR
        PII_KIND_COUNT
};

enum {
    PII_OWN_KINDS_MAXIMUM = 256,              /* of patterns and lists together */
    PII_FILE_BYTES_MAXIMUM = 8 * 1024 * 1024, /* a file of patterns, a list */
    PII_LIST_WORDS_MAXIMUM = 16,              /* in an entry of a list */
    PII_LIST_ENTRY_BYTES_MAXIMUM = 256
};

/* Bit i: kind i. */
#define PII_ALL_KINDS ((UINT64_C(1) << PII_KIND_COUNT) - 1)

struct pii_detector;

/* kinds: which of the built-in ones. is_public_only: addresses of private networks are left alone. Owned:
 * pii_detector_free(). */
struct pii_detector *pii_detector_create(uint64_t kinds, bool is_public_only);
void pii_detector_free(struct pii_detector *detector); /* NULL is fine */

/* Adds or takes away kinds by name: a kind, or all, personal, network, national-id, secrets; with a minus in front it
 * is taken away. Errors: E_USAGE with the nearest name. */
bool pii_kinds_select(const char *name, uint64_t *kinds, struct error *error) MUST_CHECK;

/* Own kinds: a name is a word of letters, digits, - and _; the same name twice is one kind. Patterns: a YAML map of
 * NAME: PATTERN (or a list of them), from a text. Lists: an entry a line, found at word boundaries, ASCII letters in
 * any case, any run of blanks for a blank; '#' begins a remark. file: for messages. Errors: E_CONFIG, E_LIMIT, placed.
 */
bool pii_add_patterns(struct pii_detector *detector, struct slice text, const char *file,
                      struct error *error) MUST_CHECK;
bool pii_add_list(struct pii_detector *detector, struct slice name, struct slice text, const char *file,
                  struct error *error) MUST_CHECK;

/* The name of a find's kind; built-in ones come first, then own ones in the order they were added. */
const char *pii_kind_name(const struct pii_detector *detector, unsigned kind);
unsigned pii_kind_count(const struct pii_detector *detector);

struct pii_find {
    size_t start, end; /* byte offsets */
    unsigned kind;
    unsigned certainty;
};

/* The zeroed struct is empty; used again for the next text. */
struct pii_finds {
    struct pii_find *finds;
    size_t count, capacity;
};
void pii_finds_release(struct pii_finds *finds);

/* All finds in text (valid UTF-8), in its order, none overlapping: finds that overlap become one that covers them all,
 * of the most certain kind, then of the longest, then of the first. So what was found never stays in part. Errors:
 * E_LIMIT of an own pattern. */
bool pii_detect(const struct pii_detector *detector, struct slice text, struct pii_finds *finds,
                struct error *error) MUST_CHECK;

#endif
