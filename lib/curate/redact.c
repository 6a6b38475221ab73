/* redact.c - masks, keyed hashes and pseudonyms, spliced into a string. */
#include "curate/redact.h"

#include "base/digest.h"
#include "base/memory.h"
#include "curate/pii_scan.h"
#include "json/write.h"

/* EMAIL, US_SSN */
static void append_label(const char *name, struct buffer *output)
{
    for (; *name; name++)
        buffer_append_byte(output, *name == '-'                   ? '_'
                                   : *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A')
                                                                  : *name);
}

/* Whether only letters and digits tell values of that kind apart. */
static bool is_number_kind(unsigned kind)
{
    return kind == PII_PHONE || kind == PII_CREDIT_CARD || kind == PII_IBAN || kind == PII_MAC ||
           (kind >= PII_US_SSN && kind <= PII_PL_PESEL);
}

static void digest_value(const struct redact_rule *rule, const char *name, unsigned kind, struct slice value,
                         unsigned char digest[DIGEST_BYTES])
{
    struct buffer plain = { 0 };
    buffer_append(&plain, name, strlen(name) + 1);
    for (size_t i = 0; i < value.length; i++) {
        char byte = value.bytes[i];
        if (is_number_kind(kind) ? is_alphanumeric(byte) : true)
            buffer_append_byte(&plain,
                               is_number_kind(kind) || kind == PII_EMAIL || kind == PII_IPV6 ? lower_of(byte) : byte);
    }
    digest_hmac(rule->key, buffer_slice(&plain), digest);
    buffer_release(&plain);
}

static void append_digits(const unsigned char digest[DIGEST_BYTES], struct buffer *output)
{
    char text[DIGEST_TEXT + 1];
    digest_hexadecimal(digest, text);
    buffer_append(output, text, REDACT_HASH_DIGITS);
}

/* Digits from the hash, letters X, separators as they stand; the first `zeros` digits and letters are 0, so that nobody
 * was ever given that number. */
static void append_number(struct slice value, size_t zeros, const unsigned char digest[DIGEST_BYTES],
                          struct buffer *output)
{
    size_t used = 0;
    for (size_t i = 0; i < value.length; i++) {
        char byte = value.bytes[i];
        if (!is_alphanumeric(byte))
            buffer_append_byte(output, byte);
        else if (used++ < zeros)
            buffer_append_byte(output, is_digit(byte) ? '0' : 'X');
        else
            buffer_append_byte(output, is_digit(byte) ? (char)('0' + digest[used % DIGEST_BYTES] % 10) : 'X');
    }
}

/* +999 is no country's code. */
static void append_phone(struct slice value, const unsigned char digest[DIGEST_BYTES], struct buffer *output)
{
    size_t used = 0;
    buffer_append_string(output, "+999 ");
    for (size_t i = 0; i < value.length; i++) {
        if (is_digit(value.bytes[i]))
            buffer_append_byte(output, (char)('0' + digest[used++ % DIGEST_BYTES] % 10));
        else if (used > 0 && value.bytes[i] != '(' && value.bytes[i] != ')')
            buffer_append_byte(output, value.bytes[i]);
    }
}

static void append_pseudonym(const struct redact_rule *rule, const char *name, unsigned kind, struct slice value,
                             struct buffer *output)
{
    unsigned char digest[DIGEST_BYTES];
    digest_value(rule, name, kind, value, digest);
    switch (kind) {
    case PII_EMAIL:
        buffer_append_string(output, "person");
        append_digits(digest, output);
        buffer_append_string(output, "@example.invalid");
        return;
    case PII_PHONE:
        append_phone(value, digest, output);
        return;
    case PII_IPV4: /* 240.0.0.0/4 is reserved and routed nowhere */
        buffer_append_format(output, "%u.%u.%u.%u", 240U + digest[0] % 15U, digest[1], digest[2], digest[3]);
        return;
    case PII_IPV6: /* of documentation */
        buffer_append_format(output, "2001:db8:%x:%x:%x:%x:%x:%x", digest[0] << 8 | digest[1],
                             digest[2] << 8 | digest[3], digest[4] << 8 | digest[5], digest[6] << 8 | digest[7],
                             digest[8] << 8 | digest[9], digest[10] << 8 | digest[11]);
        return;
    case PII_MAC: /* locally administered */
        buffer_append_format(output, "02:%02x:%02x:%02x:%02x:%02x", digest[0], digest[1], digest[2], digest[3],
                             digest[4]);
        return;
    case PII_CREDIT_CARD:
    case PII_IBAN:
        append_number(value, 4, digest, output);
        return;
    case PII_URL_CREDENTIALS:
        buffer_append_string(output, "user");
        append_digits(digest, output);
        buffer_append_string(output, ":password");
        return;
    default:
        break;
    }
    if (is_number_kind(kind)) {
        append_number(value, 3, digest, output);
        return;
    }
    buffer_append_format(output, "%s-", name);
    append_digits(digest, output);
}

void redact_append(const struct redact_rule *rule, const struct pii_detector *detector, unsigned kind,
                   struct slice value, struct buffer *output)
{
    const char *name = pii_kind_name(detector, kind);
    unsigned char digest[DIGEST_BYTES];
    if (rule->action == REDACT_PSEUDONYM) {
        append_pseudonym(rule, name, kind, value, output);
        return;
    }
    buffer_append_byte(output, '[');
    append_label(name, output);
    if (rule->action == REDACT_HASH) {
        digest_value(rule, name, kind, value, digest);
        buffer_append_byte(output, ':');
        append_digits(digest, output);
    }
    buffer_append_byte(output, ']');
}

static unsigned hexadecimal_of(const char *digits)
{
    unsigned value = 0;
    for (size_t i = 0; i < 4; i++) {
        char digit = lower_of(digits[i]);
        value = value << 4 | (unsigned)(is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    }
    return value;
}

/* One character or escape of a checked string: how many bytes it has there and in the decoded text. */
static void measure(const char *raw, size_t *raw_bytes, size_t *text_bytes)
{
    *raw_bytes = *text_bytes = 1;
    if (*raw != '\\')
        return;
    *raw_bytes = 2;
    if (raw[1] != 'u')
        return;
    unsigned unit = hexadecimal_of(raw + 2);
    bool is_pair = unit >= 0xD800 && unit < 0xDC00;
    *raw_bytes = is_pair ? 12 : 6;
    *text_bytes = is_pair ? 4 : unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
}

void redact_string(const struct redact_rule *rule, const struct pii_detector *detector, struct json_value value,
                   struct slice text, const struct pii_finds *finds, struct buffer *output)
{
    struct buffer place = { 0 };
    const char *raw = value.text.bytes + 1, *end = value.text.bytes + value.text.length - 1, *copied = raw;
    size_t offset = 0; /* in text */
    buffer_append_byte(output, '"');
    for (size_t i = 0; i < finds->count; i++) {
        const struct pii_find *find = &finds->finds[i];
        for (size_t goal = find->start;; goal = find->end) {
            size_t raw_bytes = goal - offset, text_bytes = raw_bytes;
            for (; offset < goal; offset += text_bytes, raw += raw_bytes)
                if (value.has_escape)
                    measure(raw, &raw_bytes, &text_bytes);
            if (goal == find->end)
                break;
            buffer_append(output, copied, (size_t)(raw - copied));
        }
        buffer_reset(&place);
        redact_append(rule, detector, find->kind, slice_between(text, find->start, find->end), &place);
        json_append_escaped(output, buffer_slice(&place));
        copied = raw;
    }
    buffer_append(output, copied, (size_t)(end - copied));
    buffer_append_byte(output, '"');
    buffer_release(&place);
}

static bool is_plain_key(struct slice key)
{
    for (size_t i = 0; i < key.length; i++)
        if (!is_alphanumeric(key.bytes[i]) && key.bytes[i] != '_')
            return false;
    return key.length > 0 && !is_digit(key.bytes[0]);
}

static void append_key(struct slice key, struct buffer *output)
{
    if (is_plain_key(key)) {
        buffer_append_string(output, output->length ? "." : "");
        buffer_append_slice(output, key);
        return;
    }
    buffer_append_string(output, "['");
    buffer_append_slice(output, key);
    buffer_append_string(output, "']");
}

/* An array or object that is being walked. */
struct redact_level {
    struct json_value container;
    struct json_iterator iterator;
    size_t index;       /* of the next child */
    size_t path_length; /* of the container's own path */
};

static bool holds(struct json_value container, struct json_value value)
{
    return value.text.bytes >= container.text.bytes && value.text.bytes < container.text.bytes + container.text.length;
}

static void go_down(struct redact_paths *paths, struct json_value container)
{
    if (paths->depth == paths->capacity)
        paths->levels = memory_grow(paths->levels, &paths->capacity, paths->depth + 1, sizeof *paths->levels);
    paths->levels[paths->depth++] = (struct redact_level){ .container = container,
                                                           .iterator = json_iterate(container),
                                                           .path_length = paths->path.length };
}

void redact_paths_begin(struct redact_paths *paths, const struct json_object *object)
{
    paths->depth = 0;
    buffer_reset(&paths->path);
    go_down(paths, (struct json_value){ .text = object->text, .type = JSON_OBJECT });
}

struct slice redact_paths_find(struct redact_paths *paths, struct json_value value)
{
    struct json_field field;
    while (paths->depth > 1 && !holds(paths->levels[paths->depth - 1].container, value))
        paths->depth--;
    paths->path.length = paths->levels[paths->depth - 1].path_length;
    for (;;) {
        struct redact_level *level = &paths->levels[paths->depth - 1];
        bool is_inside = false;
        while (!is_inside && json_next(&level->iterator, &field)) {
            level->index++;
            is_inside = holds(field.value, value);
        }
        if (!is_inside)
            break;
        if (level->container.type == JSON_ARRAY)
            buffer_append_format(&paths->path, "[%zu]", level->index - 1);
        else
            append_key(field.key, &paths->path);
        if (field.value.text.bytes == value.text.bytes)
            break;
        go_down(paths, field.value);
    }
    return buffer_slice(&paths->path);
}

void redact_paths_release(struct redact_paths *paths)
{
    memory_free(paths->levels);
    buffer_release(&paths->path);
    *paths = (struct redact_paths){ 0 };
}
