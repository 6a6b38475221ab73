/* pii_secrets.c - keys of vendors by their prefixes, JSON web tokens, private keys, and values behind a telling name.
 */
#include "curate/pii_scan.h"

enum { PREFIX_BYTES = 20, VALUE_BYTES = 512, NAME_BYTES = 48 };

/* What a vendor's key looks like: a prefix, then so many of [0-9A-Za-z_-] or of a smaller set. */
enum key_set { SET_TOKEN, SET_ALPHANUMERIC, SET_HEX, SET_BASE32 };
struct key_form {
    const char *prefix;
    unsigned least, most; /* bytes behind the prefix */
    enum key_set set;
};
static const struct key_form key_forms[] = {
    { "AKIA", 16, 16, SET_BASE32 }, /* AWS */
    { "ASIA", 16, 16, SET_BASE32 },
    { "ABIA", 16, 16, SET_BASE32 },
    { "ACCA", 16, 16, SET_BASE32 },
    { "ghp_", 36, 255, SET_ALPHANUMERIC }, /* GitHub */
    { "gho_", 36, 255, SET_ALPHANUMERIC },
    { "ghu_", 36, 255, SET_ALPHANUMERIC },
    { "ghs_", 36, 255, SET_ALPHANUMERIC },
    { "ghr_", 36, 255, SET_ALPHANUMERIC },
    { "github_pat_", 40, 255, SET_TOKEN },
    { "glpat-", 20, 255, SET_TOKEN }, /* GitLab */
    { "gldt-", 20, 255, SET_TOKEN },
    { "glrt-", 20, 255, SET_TOKEN },
    { "glptt-", 20, 255, SET_TOKEN },
    { "glcbt-", 20, 255, SET_TOKEN },
    { "xoxb-", 24, 255, SET_TOKEN }, /* Slack */
    { "xoxp-", 24, 255, SET_TOKEN },
    { "xoxa-", 24, 255, SET_TOKEN },
    { "xoxr-", 24, 255, SET_TOKEN },
    { "xoxs-", 24, 255, SET_TOKEN },
    { "xapp-", 24, 255, SET_TOKEN },
    { "sk-ant-", 24, 255, SET_TOKEN },  /* Anthropic */
    { "sk-proj-", 24, 255, SET_TOKEN }, /* OpenAI */
    { "sk-svcacct-", 24, 255, SET_TOKEN },
    { "sk-admin-", 24, 255, SET_TOKEN },
    { "sk-or-v1-", 24, 255, SET_TOKEN },
    { "sk-", 32, 255, SET_ALPHANUMERIC },
    { "sk_live_", 16, 255, SET_ALPHANUMERIC }, /* Stripe */
    { "sk_test_", 16, 255, SET_ALPHANUMERIC },
    { "rk_live_", 16, 255, SET_ALPHANUMERIC },
    { "rk_test_", 16, 255, SET_ALPHANUMERIC },
    { "whsec_", 24, 255, SET_ALPHANUMERIC },
    { "AIza", 35, 35, SET_TOKEN }, /* Google */
    { "GOCSPX-", 28, 28, SET_TOKEN },
    { "SK", 32, 32, SET_HEX }, /* Twilio */
    { "AC", 32, 32, SET_HEX },
    { "npm_", 36, 36, SET_ALPHANUMERIC },
    { "pypi-AgEIcHlwaS5vcmc", 50, 255, SET_TOKEN },
    { "hf_", 30, 64, SET_ALPHANUMERIC }, /* Hugging Face */
    { "key-", 32, 32, SET_HEX },         /* Mailgun */
    { "dop_v1_", 64, 64, SET_HEX },      /* DigitalOcean */
    { "doo_v1_", 64, 64, SET_HEX },
    { "shpat_", 32, 32, SET_HEX }, /* Shopify */
    { "shpca_", 32, 32, SET_HEX },
    { "shppa_", 32, 32, SET_HEX },
    { "shpss_", 32, 32, SET_HEX },
    { "sq0atp-", 22, 64, SET_TOKEN }, /* Square */
    { "sq0csp-", 40, 64, SET_TOKEN },
    { "dapi", 32, 32, SET_HEX }, /* Databricks */
    { "lin_api_", 40, 40, SET_ALPHANUMERIC },
    { "ntn_", 40, 64, SET_ALPHANUMERIC }, /* Notion */
    { "gsk_", 40, 64, SET_ALPHANUMERIC }, /* Groq */
    { "xai-", 64, 96, SET_ALPHANUMERIC },
    { "pplx-", 40, 64, SET_ALPHANUMERIC },
    { "r8_", 37, 40, SET_ALPHANUMERIC }, /* Replicate */
    { "dckr_pat_", 27, 40, SET_TOKEN },
    { "glsa_", 40, 48, SET_TOKEN }, /* Grafana */
    { "sbp_", 40, 40, SET_HEX },    /* Supabase */
    { "NRAK-", 27, 27, SET_ALPHANUMERIC },
    { "PMAK-", 40, 64, SET_TOKEN },
    { "ATATT3", 100, 255, SET_TOKEN }, /* Atlassian */
};

static bool is_in_set(char byte, enum key_set set)
{
    switch (set) {
    case SET_ALPHANUMERIC:
        return is_alphanumeric(byte);
    case SET_HEX:
        return is_digit(byte) || (byte >= 'a' && byte <= 'f');
    case SET_BASE32:
        return is_upper(byte) || (byte >= '2' && byte <= '7');
    case SET_TOKEN:
        break;
    }
    return is_token(byte);
}

static unsigned distinct_bytes(struct slice text)
{
    unsigned char seen[256] = { 0 };
    unsigned count = 0;
    for (size_t i = 0; i < text.length; i++) {
        count += !seen[(unsigned char)text.bytes[i]];
        seen[(unsigned char)text.bytes[i]] = 1;
    }
    return count;
}

static bool has_digit(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (is_digit(text.bytes[i]))
            return true;
    return false;
}

/* Whether the token [start, end) is a key of that form. "xxxxxxxx" and words are places to fill in. */
static bool is_key(struct slice token, const struct key_form *form)
{
    struct slice prefix = slice_of_string(form->prefix);
    if (!slice_starts_with(token, prefix))
        return false;
    struct slice body = slice_from(token, prefix.length);
    if (body.length < form->least || body.length > form->most || distinct_bytes(body) < 7)
        return false;
    for (size_t i = 0; i < body.length; i++)
        if (!is_in_set(body.bytes[i], form->set))
            return false;
    return has_digit(body) || form->set == SET_BASE32 || form->least >= 30;
}

/* SG.22.43 and hvs.90: the token stands behind a dot. */
static bool check_dotted(struct pii_scan *scan, size_t start, size_t end)
{
    struct slice text = scan->text;
    struct slice head = slice_between(text, start >= 4 ? start - 4 : 0, start);
    bool is_sendgrid = end - start == 22 && slice_ends_with(head, SLICE("SG.")) && slice_byte(text, end) == '.';
    bool is_vault = end - start >= 24 && slice_ends_with(head, SLICE("hvs."));
    if (!is_sendgrid && !is_vault)
        return false;
    size_t last = end, first = start - (is_sendgrid ? 3 : 4);
    if (is_sendgrid)
        for (last = end + 1; last - end < 64 && is_token(slice_byte(text, last)); last++)
            ;
    if (is_token(byte_before(text, first)) || (is_sendgrid && last - end != 44))
        return false;
    pii_found(scan, first, last, PII_API_KEY);
    return true;
}

/* The bot tokens of Telegram: 8 to 10 digits, ':', 35 more. */
static void check_telegram(struct pii_scan *scan, size_t start, size_t end)
{
    struct slice text = scan->text;
    size_t last = end + 1;
    if (end - start < 8 || end - start > 10 || slice_byte(text, end) != ':' || slice_byte(text, end + 1) != 'A')
        return;
    for (size_t i = start; i < end; i++)
        if (!is_digit(text.bytes[i]))
            return;
    while (last - end < 40 && is_token(slice_byte(text, last)))
        last++;
    if (last - end == 36)
        pii_found(scan, start, last, PII_API_KEY);
}

void pii_at_token(struct pii_scan *scan, size_t at)
{
    struct slice text = scan->text;
    size_t start = at, end = at;
    if (at < scan->token_end || !pii_wants(scan, PII_API_KEY))
        return;
    while (start > scan->token_end && at - start <= PREFIX_BYTES && is_token(text.bytes[start - 1]))
        start--;
    while (is_token(slice_byte(text, end)))
        end++;
    scan->token_end = end;
    if (end - start < 8)
        return;
    if (end - start <= 10)
        check_telegram(scan, start, end);
    if (end - start < 20 || is_token(byte_before(text, start)))
        return;
    struct slice token = slice_between(text, start, end);
    if (byte_before(text, start) == '.' && check_dotted(scan, start, end))
        return;
    for (size_t i = 0; i < sizeof key_forms / sizeof *key_forms; i++)
        if (key_forms[i].prefix[0] == token.bytes[0] && is_key(token, &key_forms[i])) {
            pii_found(scan, start, end, PII_API_KEY);
            return;
        }
}

static size_t token_run(struct slice text, size_t start)
{
    size_t end = start;
    while (is_token(slice_byte(text, end)))
        end++;
    return end;
}

/* header.payload.signature in base64url; header and payload are objects, so both begin with eyJ. */
void pii_at_jwt(struct pii_scan *scan, size_t at)
{
    struct slice text = scan->text;
    if (!pii_wants(scan, PII_JWT) || at < 2 || at < scan->dot_end || text.bytes[at - 1] != 'y' ||
        text.bytes[at - 2] != 'e' || is_token(byte_before(text, at - 2)))
        return;
    size_t start = at - 2, first = token_run(text, start);
    scan->dot_end = first;
    if (first - start < 12 || slice_byte(text, first) != '.' ||
        !slice_starts_with(slice_from(text, first + 1), SLICE("eyJ")))
        return;
    size_t second = token_run(text, first + 1);
    scan->dot_end = second;
    if (second - first < 8 || slice_byte(text, second) != '.')
        return;
    size_t third = token_run(text, second + 1);
    scan->dot_end = third;
    pii_found(scan, start, third, PII_JWT);
}

/* -----BEGIN ... PRIVATE KEY----- up to its END line, or as far as it looks like a key when that is cut off. */
static void check_private_key(struct pii_scan *scan, size_t start)
{
    static const struct slice tail = SLICE_INIT("-----");
    struct slice text = scan->text, label = slice_between(text, start + 11, start + 64);
    size_t label_end = slice_find(label, tail);
    bool is_key =
        label_end < label.length && slice_find(slice_between(label, 0, label_end), SLICE("PRIVATE KEY")) < label_end;
    if (!is_key)
        return;
    size_t body = start + 11 + label_end + tail.length;
    size_t end = body, last = body;
    for (; end < text.length; end++) {
        char byte = text.bytes[end];
        if (byte == '-' && slice_starts_with(slice_from(text, end), tail))
            break;
        if (!is_alphanumeric(byte) && !strchr("+/=\n\r\t \\:,-", byte))
            break;
        /* prose behind a key that was cut has blanks between words */
        if (byte == ' ' && end > body && is_alphanumeric(text.bytes[end - 1]) && text.bytes[end - 1] != ',')
            break;
        last = is_alphanumeric(byte) || byte == '=' ? end + 1 : last;
    }
    if (slice_starts_with(slice_from(text, end), SLICE("-----END "))) {
        struct slice rest = slice_between(text, end + 9, end + 64);
        size_t close = slice_find(rest, tail);
        last = close < rest.length ? end + 9 + close + tail.length : last;
    }
    pii_found(scan, start, last, PII_PRIVATE_KEY);
}

/* Names that say that what they are given is secret, by their ends. */
static bool is_telling_name(struct slice name)
{
    static const struct slice endings[] = {
        SLICE_INIT("password"),      SLICE_INIT("passwd"),     SLICE_INIT("passphrase"),   SLICE_INIT("pwd"),
        SLICE_INIT("secret"),        SLICE_INIT("secretkey"),  SLICE_INIT("token"),        SLICE_INIT("apikey"),
        SLICE_INIT("accesskey"),     SLICE_INIT("authkey"),    SLICE_INIT("accountkey"),   SLICE_INIT("privatekey"),
        SLICE_INIT("bearer"),        SLICE_INIT("credential"), SLICE_INIT("clientsecret"), SLICE_INIT("signingkey"),
        SLICE_INIT("encryptionkey"), SLICE_INIT("sharedkey"),  SLICE_INIT("webhookkey"),   SLICE_INIT("servicekey"),
        SLICE_INIT("masterkey"),     SLICE_INIT("sessionkey"), SLICE_INIT("passcode"),
    };
    char plain[NAME_BYTES];
    size_t start = sizeof plain;
    for (size_t i = name.length; i > 0 && start > 0; i--)
        if (is_alphanumeric(name.bytes[i - 1]))
            plain[--start] = lower_of(name.bytes[i - 1]);
    struct slice whole = slice_of(plain + start, sizeof plain - start);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (slice_ends_with(whole, endings[i]))
            return true;
    return false;
}

static bool is_value(char byte)
{
    return (unsigned char)byte > ' ' && !strchr("\"'`,;<>()[]{}|&\\", byte) && !(byte & 0x80);
}

/* Letters of both cases or digits among them, not a word, a path, a place to fill in. */
static bool looks_random(struct slice value, bool is_password)
{
    unsigned lower = 0, upper = 0, digits = 0, others = 0;
    for (size_t i = 0; i < value.length; i++) {
        char byte = value.bytes[i];
        lower += byte >= 'a' && byte <= 'z';
        upper += is_upper(byte);
        digits += is_digit(byte);
        others += !is_alphanumeric(byte);
    }
    int sorts = (lower > 0) + (upper > 0) + (digits > 0) + (others > 0);
    unsigned distinct = distinct_bytes(value);
    if (value.bytes[0] == '$' || value.bytes[0] == '%' || slice_find(value, SLICE("://")) < value.length ||
        slice_find(value, SLICE("xxxx")) < value.length || slice_find(value, SLICE("****")) < value.length)
        return false;
    if (is_password)
        return value.length >= 6 && distinct >= 5 && digits > 0 && lower + upper > 0;
    return value.length >= 16 && distinct >= 9 && digits >= 2 && lower + upper >= 2 && sorts >= 2 &&
           others * 4 < value.length;
}

/* The last letters of telling names and of "authorization": most names in front of ':' and '=' are left here. */
static bool may_end_telling_name(char byte)
{
    switch (lower_of(byte)) {
    case 'd':
    case 'e':
    case 't':
    case 'y':
    case 'n':
    case 'r':
    case 'l':
        return true;
    default:
        return !is_alphanumeric(byte); /* - _ and . do not count */
    }
}

static bool is_between_name_and_sign(char byte)
{
    return byte == ' ' || byte == '"' || byte == '\'' || byte == '\\' || byte == ':' || byte == '\0';
}

/* name = "value", name: value, "name": "value", Authorization: Bearer value. at: the '=' or ':'. */
void pii_at_assignment(struct pii_scan *scan, size_t at)
{
    struct slice text = scan->text;
    size_t end = at, start;
    if (!pii_wants(scan, PII_SECRET) || at < scan->secret_end)
        return;
    while (end > 0 && at - end < 4 && is_between_name_and_sign(text.bytes[end - 1]))
        end--;
    if (end == 0 || !may_end_telling_name(text.bytes[end - 1]))
        return;
    start = end;
    while (start > 0 && end - start < NAME_BYTES - 1 &&
           (is_token(text.bytes[start - 1]) || text.bytes[start - 1] == '.'))
        start--;
    struct slice name = slice_between(text, start, end);
    bool is_header = name.length == 13 && slice_equal_ignore_case(name, SLICE("authorization"));
    if (!is_header && (name.length < 3 || !is_telling_name(name)))
        return;
    size_t value = at + 1;
    while (value - at < 6 && strchr(" \"'=>\\", slice_byte(text, value)) && value < text.length)
        value++;
    if (is_header || slice_starts_with(slice_from(text, value), SLICE("Bearer "))) {
        size_t blank = slice_find_byte(slice_between(text, value, value + 12), ' ');
        if (is_header && blank >= 12)
            return;
        value += blank < 12 ? blank + 1 : 0;
    }
    size_t last = value;
    while (last - value < VALUE_BYTES && is_value(slice_byte(text, last)))
        last++;
    scan->secret_end = last;
    while (last > value && strchr(".:?!", text.bytes[last - 1]))
        last--;
    struct slice tail = slice_between(name, name.length > 10 ? name.length - 10 : 0, name.length);
    bool is_password = false;
    for (size_t i = 0; i + 4 <= tail.length; i++)
        is_password = is_password || slice_equal_ignore_case(slice_between(tail, i, i + 4), SLICE("pass")) ||
                      slice_equal_ignore_case(slice_between(tail, i + 1, i + 4), SLICE("pwd"));
    if (last > value && looks_random(slice_between(text, value, last), is_password))
        pii_found(scan, value, last, PII_SECRET);
}

void pii_at_dashes(struct pii_scan *scan, size_t at)
{
    if (pii_wants(scan, PII_PRIVATE_KEY) && byte_before(scan->text, at) != '-' &&
        slice_starts_with(slice_from(scan->text, at), SLICE("-----BEGIN ")))
        check_private_key(scan, at);
}
