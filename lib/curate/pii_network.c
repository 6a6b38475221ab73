/* pii_network.c - addresses: e-mail, IPv4, IPv6, MAC; and names with passwords in URLs. */
#include "curate/pii_scan.h"

enum { LOCAL_BYTES = 64, DOMAIN_BYTES = 253, LABEL_BYTES = 63, CREDENTIAL_BYTES = 256 };

static bool is_local(char byte)
{
    return is_alphanumeric(byte) || (byte & 0x80) || (byte != '\0' && strchr("._%+-'!#$&*/=?^`{|}~", byte));
}

/* Where the domain name that begins at start ends, 0 when it is none: labels of letters, digits, '-', joined by dots,
 * the last one letters (or xn--). */
static size_t domain_end(struct slice text, size_t start)
{
    size_t position = start, end = 0, labels = 0;
    while (position - start < DOMAIN_BYTES) {
        size_t label = position;
        bool has_digit = false;
        while (position - label <= LABEL_BYTES) {
            char byte = slice_byte(text, position);
            if (!is_alphanumeric(byte) && !(byte & 0x80) && !(byte == '-' && position > label))
                break;
            has_digit = has_digit || is_digit(byte);
            position++;
        }
        size_t length = position - label;
        if (length == 0 || length > LABEL_BYTES || text.bytes[position - 1] == '-')
            break;
        labels++;
        bool is_top = length >= 2 && (!has_digit || (length > 4 && memcmp(text.bytes + label, "xn--", 4) == 0));
        if (labels > 1)
            end = is_top ? position : 0;
        if (slice_byte(text, position) != '.' || !is_alphanumeric(slice_byte(text, position + 1)))
            break;
        position++;
    }
    return end;
}

/* Names of pictures for screens of twice the resolution, and the reserved domain of pseudonyms. */
static bool is_no_domain(struct slice domain)
{
    static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".gif",  ".svg",     ".webp", ".css",
                                           ".js",  ".py",  ".ts",   ".html", ".invalid", ".json", NULL };
    for (size_t i = 0; endings[i]; i++) {
        struct slice end = slice_of_string(endings[i]);
        if (domain.length > end.length && slice_equal_ignore_case(slice_from(domain, domain.length - end.length), end))
            return true;
    }
    return false;
}

/* scheme://user:password@host: the find is user:password. Looks back over at most CREDENTIAL_BYTES. */
static bool check_credentials(struct pii_scan *scan, size_t at)
{
    struct slice text = scan->text;
    size_t start = at, colon = 0;
    while (start > 0 && at - start < CREDENTIAL_BYTES) {
        char byte = text.bytes[start - 1];
        if ((unsigned char)byte <= ' ' || strchr("\"<>`@()", byte))
            return false;
        if (byte == '/') {
            if (start >= 3 && memcmp(text.bytes + start - 3, "://", 3) == 0)
                break;
            return false;
        }
        if (byte == ':')
            colon = start - 1;
        start--;
    }
    if (start < 4 || memcmp(text.bytes + start - 3, "://", 3) != 0 || !is_letter(text.bytes[start - 4]))
        return false;
    if (colon == 0 || colon + 1 >= at || !is_alphanumeric(slice_byte(text, at + 1)))
        return slice_byte(text, start) != '\0' && colon == 0; /* a user alone is nobody's secret, and no mail address */
    struct slice password = slice_between(text, colon + 1, at);
    if (strchr("$<{[*%", password.bytes[0]) && password.length > 1 && !is_alphanumeric(password.bytes[1]))
        return true; /* a place to fill in: ${PASSWORD}, <...>, *** */
    if (password.bytes[0] == '<' || password.bytes[0] == '$' || password.bytes[0] == '{')
        return true;
    if (pii_wants(scan, PII_URL_CREDENTIALS))
        pii_found(scan, start, at, PII_URL_CREDENTIALS);
    return true;
}

void pii_at_at_sign(struct pii_scan *scan, size_t at)
{
    struct slice text = scan->text;
    size_t start = at, end;
    if (check_credentials(scan, at) || !pii_wants(scan, PII_EMAIL))
        return;
    while (start > 0 && at - start <= LOCAL_BYTES && is_local(text.bytes[start - 1]))
        start--;
    if (at - start > LOCAL_BYTES)
        return;
    /* What stands around an address in prose and markup is not part of it: mailto:, 'a@b.de', ?to=a@b.de */
    for (size_t i = start; i < at; i++)
        if (strchr("=?&/#'`{|}*!$^", text.bytes[i]))
            start = text.bytes[i] == '\'' && i > start && is_letter(slice_byte(text, i + 1)) ? start : i + 1;
    while (start < at && (text.bytes[start] == '.' || text.bytes[start] == '-' || text.bytes[start] == '\''))
        start++;
    while (start < at && (text.bytes[start] & 0x80) && slice_byte(text, start + 1) != '@' &&
           !(text.bytes[at - 1] & 0x80)) /* ideographs and dashes that are glued to it */
        start++;
    if (start == at || text.bytes[at - 1] == '.' || !(end = domain_end(text, at + 1)))
        return;
    bool is_remote = slice_byte(text, end) == ':' && at - start == 3 && memcmp(text.bytes + start, "git", 3) == 0;
    if (is_remote || slice_byte(text, end) == '@' || slice_byte(text, end) == '_' ||
        is_no_domain(slice_between(text, at + 1, end)))
        return;
    pii_found(scan, start, end, PII_EMAIL);
}

#define IP_WORDS                                                                                                       \
    "ip|ips|ipv4|address|addr|host|hosts|server|servers|dns|gateway|ping|client|peer|from|listen|subnet|network|"      \
    "router|nameserver|ssh|remote|source|src|dst|adresse"
#define VERSION_WORDS                                                                                                  \
    "version|versions|v|ver|release|releases|rev|revision|section|sections|chapter|clause|figure|table|build|"         \
    "update|upgrade|upgraded|firmware|driver|kernel|package|§|paragraph|appendix|kapitel|oid|article|annex|level|fig"

/* Addresses that name no machine of anybody: this host, loopback, masks. */
static bool is_nobody(const unsigned char octets[4])
{
    return octets[0] == 0 || octets[0] == 127 || (octets[0] == 255 && octets[1] >= 252) ||
           (octets[0] == 255 && octets[1] == 0);
}

static bool is_private(const unsigned char octets[4])
{
    return octets[0] == 10 || (octets[0] == 172 && octets[1] >> 4 == 1) || (octets[0] == 192 && octets[1] == 168) ||
           (octets[0] == 169 && octets[1] == 254) || (octets[0] == 100 && octets[1] >> 6 == 1) || octets[0] >= 224 ||
           (octets[0] == 192 && octets[1] == 0 && octets[2] == 2) ||
           (octets[0] == 198 && octets[1] == 51 && octets[2] == 100) ||
           (octets[0] == 203 && octets[1] == 0 && octets[2] == 113);
}

/* Section and version numbers are four small numbers, too. */
static bool looks_like_section(struct slice text, size_t start, size_t end, const unsigned char octets[4])
{
    bool is_small = true, is_tiny = true, is_same = true;
    for (size_t i = 0; i < 4; i++) {
        is_small = is_small && octets[i] < 32;
        is_tiny = is_tiny && octets[i] < 10;
        is_same = is_same && octets[i] == octets[0];
    }
    size_t before = start; /* the bullet of a list may stand in front */
    while (before > 0 && start - before < 8 && strchr(" \t-*", text.bytes[before - 1]) && text.bytes[before - 1])
        before--;
    bool starts_line = before == 0 || text.bytes[before - 1] == '\n';
    bool has_port =
        (slice_byte(text, end) == ':' || slice_byte(text, end) == '/') && is_digit(slice_byte(text, end + 1));
    if (has_port || (start >= 3 && memcmp(text.bytes + start - 3, "://", 3) == 0))
        return false;
    if (has_context_near(text, start, VERSION_WORDS))
        return !has_context_near(text, start, IP_WORDS);
    return !has_context(text, start, IP_WORDS) && ((is_small && starts_line && !is_same) || (is_tiny && !is_same) ||
                                                   (octets[2] == 0 && octets[3] == 0 && octets[0] != 10));
}

size_t pii_check_ipv4(struct pii_scan *scan, const struct number *number)
{
    struct slice text = scan->text;
    unsigned char octets[4];
    size_t start = number->start;
    if (!pii_wants(scan, PII_IPV4) || number->group_count < 4 || number->before[1] != '.' || number->before[2] != '.' ||
        number->before[3] != '.' || number->sizes[0] > 3)
        return 0;
    size_t end = number->ends[3];
    for (size_t i = 0; i < 4; i++) {
        const char *digits = number->digits + number->totals[i] - number->sizes[i];
        unsigned value = 0;
        if (number->sizes[i] > 3 || (digits[0] == '0' && number->sizes[i] > 1))
            return 0;
        for (size_t j = 0; j < number->sizes[i]; j++)
            value = value * 10 + (unsigned)(digits[j] - '0');
        if (value > 255)
            return 0;
        octets[i] = (unsigned char)value;
    }
    char before = byte_before(text, start), next = slice_byte(text, end), second = slice_byte(text, end + 1);
    if (is_alphanumeric(before) || before == '_' || before == '.' ||
        (before == '-' && start > 1 && is_letter(text.bytes[start - 2])))
        return 0;
    if (is_alphanumeric(next) || next == '_' || (next == '.' && is_alphanumeric(second)) ||
        ((next == '-' || next == '+') && is_letter(second)))
        return 0;
    if (is_nobody(octets) || (scan->is_public_only && is_private(octets)) ||
        looks_like_section(text, start, end, octets))
        return 0;
    pii_found(scan, start, end, PII_IPV4);
    return end;
}

/* Whether text is an IPv6 address that is more than ::1 or a name in a programming language: groups of at most 4, one
 * "::" at most, the first group of 3 or 4 digits. */
static bool is_ipv6(struct slice text)
{
    size_t groups = 0, size = 0, longest = 0, gaps = 0;
    bool has_digit = false;
    for (size_t i = 0; i <= text.length; i++) {
        char byte = slice_byte(text, i);
        if (i < text.length && byte != ':') {
            has_digit = has_digit || is_digit(byte);
            size++;
            continue;
        }
        if (size > 4 || (groups == 0 && size < 3))
            return false;
        longest = size > longest ? size : longest;
        groups += size > 0;
        if (size == 0 && i < text.length)
            gaps++;
        if (size == 0 && i == text.length && !(i >= 2 && text.bytes[i - 2] == ':'))
            return false;
        size = 0;
    }
    return has_digit && (gaps ? gaps == 1 && groups >= 2 && groups < 8 : groups == 8);
}

static bool is_private_ipv6(struct slice text)
{
    char first = lower_of(text.bytes[0]), second = lower_of(text.bytes[1]);
    return first == 'f' && (second == 'c' || second == 'd' || second == 'e' || second == 'f');
}

enum { MAC_BYTES = 17 };

/* Six pairs; only digits could be a time or a score, and zeros or ones are nobody's card. */
static bool is_mac(struct slice text, size_t start, char separator)
{
    bool has_letter = false, is_same = true;
    const char *bytes = text.bytes + start;
    for (size_t i = 0; i < MAC_BYTES; i++) {
        if (i % 3 == 2 ? bytes[i] != separator : !is_hexadecimal(bytes[i]))
            return false;
        has_letter = has_letter || is_letter(bytes[i]);
        is_same = is_same && (i % 3 == 2 || lower_of(bytes[i]) == lower_of(bytes[0]));
    }
    return !is_same && (has_letter || has_context(text, start, "mac|ether|hwaddr|bssid|lladdr|ethernet|link"));
}

void pii_at_colon(struct pii_scan *scan, size_t at)
{
    struct slice text = scan->text;
    size_t start = at, end = at;
    char behind = slice_byte(text, at + 1);
    /* "name: value" is no address */
    if (at < scan->colon_end || !(is_hexadecimal(behind) || behind == ':'))
        return;
    while (start > scan->colon_end && at - start <= 4 && is_hexadecimal(text.bytes[start - 1]))
        start--;
    while (is_hexadecimal(slice_byte(text, end)) || slice_byte(text, end) == ':')
        end++;
    scan->colon_end = end;
    char before = byte_before(text, start), next = slice_byte(text, end);
    if (end > at + 1 && text.bytes[end - 1] == ':' && text.bytes[end - 2] != ':')
        next = text.bytes[--end];
    if (end - start < 6 || end - start > 39 || is_alphanumeric(before) || before == '_' || before == ':' ||
        before == '.' || before == '-' || is_alphanumeric(next) || next == '_')
        return;
    struct slice run = slice_between(text, start, end);
    if (run.length == MAC_BYTES && pii_wants(scan, PII_MAC) && is_mac(text, start, ':'))
        pii_found(scan, start, end, PII_MAC);
    else if (pii_wants(scan, PII_IPV6) && is_ipv6(run) && !(scan->is_public_only && is_private_ipv6(run)))
        pii_found(scan, start, end, PII_IPV6);
}

void pii_at_hyphen(struct pii_scan *scan, size_t at)
{
    struct slice text = scan->text;
    if (!pii_wants(scan, PII_MAC) || at < 2 || slice_byte(text, at + 3) != '-' || at - 2 + MAC_BYTES > text.length)
        return;
    char before = byte_before(text, at - 2), next = slice_byte(text, at - 2 + MAC_BYTES);
    if (!is_token(before) && !is_token(next) && is_mac(text, at - 2, '-'))
        pii_found(scan, at - 2, at - 2 + MAC_BYTES, PII_MAC);
}
