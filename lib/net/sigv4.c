/* sigv4.c - AWS Signature Version 4.
 *
 * Source: "AWS Signature Version 4 signing process", IAM User Guide: canonical request, string to sign, signing key. */
#include "net/sigv4.h"

#include <stdlib.h>
#include <strings.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/number.h"

struct pair {
    struct slice name, value;
};

static int compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    int order = slice_compare(a->name, b->name);
    return order ? order : slice_compare(a->value, b->value);
}

static void append_encoded(struct buffer *output, struct slice text, bool keeps_slashes)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                        byte == '-' || byte == '.' || byte == '_' || byte == '~' || (byte == '/' && keeps_slashes);
        if (is_plain) {
            buffer_append_byte(output, (char)byte);
        } else {
            buffer_append_byte(output, '%');
            buffer_append_byte(output, digits[byte >> 4]);
            buffer_append_byte(output, digits[byte & 15]);
        }
    }
}

/* A part of a query as it is meant: %41 is A. */
static struct slice decode(struct slice text, struct arena *arena)
{
    char *bytes = arena_allocate_text(arena, text.length);
    size_t length = 0;
    for (size_t i = 0; text.bytes && i < text.length; i++) {
        int high = number_hexadecimal(slice_byte(text, i + 1)), low = number_hexadecimal(slice_byte(text, i + 2));
        char byte = slice_byte(text, i);
        bool is_escape = byte == '%' && i + 2 < text.length && high >= 0 && low >= 0;
        bytes[length++] = is_escape ? (char)(high * 16 + low) : byte;
        i += is_escape ? 2 : 0;
    }
    return slice_of(bytes, length);
}

/* "." and ".." and doubled slashes are taken out. */
static void append_path(struct buffer *output, struct slice path, struct arena *arena)
{
    struct slice *kept = arena_allocate(arena, (path.length + 1) * sizeof *kept);
    size_t count = 0;
    bool ends_open = true;
    for (size_t start = 0; start < path.length;) {
        size_t length = slice_find_byte(slice_from(path, start), '/');
        struct slice part = slice_between(path, start, start + length);
        start += length + 1;
        ends_open = part.length == 0 || slice_equal(part, SLICE(".")) || slice_equal(part, SLICE(".."));
        if (slice_equal(part, SLICE("..")))
            count -= count > 0;
        else if (!ends_open)
            kept[count++] = part;
        if (start == path.length && !ends_open)
            ends_open = true; /* the path ends with a slash */
    }
    for (size_t i = 0; i < count; i++) {
        buffer_append_byte(output, '/');
        append_encoded(output, kept[i], false);
    }
    if (ends_open || !count)
        buffer_append_byte(output, '/');
}

static void append_query(struct buffer *output, struct slice query, struct arena *arena)
{
    struct pair *pairs = arena_allocate(arena, (query.length + 1) * sizeof *pairs);
    size_t count = 0;
    while (query.length) {
        struct slice part = slice_of(query.bytes, slice_find_byte(query, '&'));
        size_t equals = slice_find_byte(part, '=');
        struct buffer name = { 0 }, value = { 0 };
        append_encoded(&name, decode(slice_of(part.bytes, equals), arena), false);
        append_encoded(&value, decode(slice_from(part, equals + 1), arena), false);
        if (part.length)
            pairs[count++] =
                (struct pair){ arena_copy(arena, buffer_slice(&name)), arena_copy(arena, buffer_slice(&value)) };
        buffer_release(&name);
        buffer_release(&value);
        query = slice_from(query, part.length + 1);
    }
    if (count)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buffer_append_byte(output, '&');
        buffer_append_slice(output, pairs[i].name);
        buffer_append_byte(output, '=');
        buffer_append_slice(output, pairs[i].value);
    }
}

/* Runs of blanks become one. */
static struct slice squeeze(struct slice value, struct arena *arena)
{
    char *bytes = arena_allocate_text(arena, value.length);
    size_t length = 0;
    value = slice_trim(value);
    for (size_t i = 0; i < value.length; i++)
        if (value.bytes[i] != ' ' || slice_byte(value, i - 1) != ' ')
            bytes[length++] = value.bytes[i];
    return slice_of(bytes, length);
}

static void add_header(struct pair *headers, size_t *count, struct slice name, struct slice value, struct arena *arena)
{
    char *lower = arena_copy_string(arena, name);
    for (size_t i = 0; i < name.length; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] | 0x20);
    headers[(*count)++] = (struct pair){ slice_of(lower, name.length), squeeze(value, arena) };
}

/* Canonical headers, and the names of those that are signed. The same name twice: values joined by commas. */
static void append_headers(struct buffer *output, struct pair *headers, size_t count, struct buffer *names)
{
    for (size_t i = 0; i < count; i++) {
        bool is_same = i > 0 && slice_equal(headers[i].name, headers[i - 1].name);
        if (is_same) {
            output->length--; /* the newline */
            buffer_append_byte(output, ',');
        } else {
            if (i)
                buffer_append_byte(names, ';');
            buffer_append_slice(names, headers[i].name);
            buffer_append_slice(output, headers[i].name);
            buffer_append_byte(output, ':');
        }
        buffer_append_slice(output, headers[i].value);
        buffer_append_byte(output, '\n');
    }
}

/* By name alone: values of one name keep their order. */
static void sort_headers(struct pair *headers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct pair moved = headers[i];
        size_t place = i;
        for (; place > 0 && slice_compare(headers[place - 1].name, moved.name) > 0; place--)
            headers[place] = headers[place - 1];
        headers[place] = moved;
    }
}

static bool split_url(struct slice url, struct slice *host, struct slice *path, struct slice *query,
                      struct error *error)
{
    size_t scheme = slice_find(url, SLICE("://"));
    if (scheme == url.length)
        return error_set(error, E_USAGE, "'%.*s' is not a URL", (int)url.length, url.bytes);
    struct slice rest = slice_from(url, scheme + 3);
    rest.length = slice_find_byte(rest, '#');
    size_t question = slice_find_byte(rest, '?');
    *query = slice_from(rest, question + 1);
    rest.length = question;
    size_t slash = slice_find_byte(rest, '/');
    *host = slice_of(rest.bytes, slash);
    *path = slice_from(rest, slash);
    return true;
}

static void append_request(const struct sigv4_request *request, struct slice path, struct slice query,
                           struct pair *headers, size_t count, const char *content_hash, struct buffer *canonical,
                           struct buffer *names, struct arena *arena)
{
    buffer_append_format(canonical, "%s\n", request->method);
    append_path(canonical, path, arena);
    buffer_append_byte(canonical, '\n');
    append_query(canonical, query, arena);
    buffer_append_byte(canonical, '\n');
    sort_headers(headers, count);
    append_headers(canonical, headers, count, names);
    buffer_append_format(canonical, "\n%s\n%s", buffer_string(names), content_hash);
}

static struct slice bytes_of(const unsigned char digest[DIGEST_BYTES])
{
    return slice_of((const char *)digest, DIGEST_BYTES);
}

static void make_signature(const struct sigv4_request *request, const struct sigv4_credentials *credentials,
                           const char *date, struct slice canonical, struct slice names, struct buffer *authorization)
{
    unsigned char key[DIGEST_BYTES];
    char hash[DIGEST_TEXT + 1], signature[DIGEST_TEXT + 1];
    struct buffer scope = { 0 }, text = { 0 }, first = { 0 };
    buffer_append_format(&scope, "%.8s/%s/%s/aws4_request", date, request->region, request->service);
    digest_sha256(canonical, hash);
    buffer_append_format(&text, "AWS4-HMAC-SHA256\n%s\n%s\n%s", date, buffer_string(&scope), hash);
    buffer_reserve(&first, strlen(credentials->secret_key) + 4);
    buffer_append_format(&first, "AWS4%s", credentials->secret_key);
    digest_hmac(buffer_slice(&first), slice_of(date, 8), key);
    digest_hmac(bytes_of(key), slice_of_string(request->region), key);
    digest_hmac(bytes_of(key), slice_of_string(request->service), key);
    digest_hmac(bytes_of(key), SLICE("aws4_request"), key);
    digest_hmac(bytes_of(key), buffer_slice(&text), key);
    digest_hexadecimal(key, signature);
    buffer_append_format(authorization, "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%.*s, Signature=%s",
                         credentials->access_key, buffer_string(&scope), (int)names.length, names.bytes, signature);
    memset(first.bytes, 0, first.capacity);
    buffer_release(&first);
    buffer_release(&text);
    buffer_release(&scope);
}

bool sigv4_sign(const struct sigv4_request *request, const struct sigv4_credentials *credentials,
                struct sigv4_signature *signature, struct buffer *canonical, struct error *error)
{
    struct slice host = { 0 }, path = { 0 }, query = { 0 };
    struct tm time;
    struct arena arena = { 0 };
    struct buffer text = { 0 }, names = { 0 };
    size_t count = 0;
    if (!digest_load(error) || !split_url(slice_of_string(request->url), &host, &path, &query, error))
        return false;
    gmtime_r(&request->now, &time);
    strftime(signature->date, sizeof signature->date, "%Y%m%dT%H%M%SZ", &time);
    digest_sha256(request->body, signature->content_hash);
    struct pair *headers = arena_allocate(&arena, (request->header_count + 4) * sizeof *headers);
    for (size_t i = 0; i < request->header_count; i++)
        add_header(headers, &count, slice_of_string(request->headers[i].name),
                   slice_of_string(request->headers[i].value), &arena);
    add_header(headers, &count, SLICE("host"), host, &arena);
    add_header(headers, &count, SLICE("x-amz-date"), slice_of_string(signature->date), &arena);
    if (credentials->session_token)
        add_header(headers, &count, SLICE("x-amz-security-token"), slice_of_string(credentials->session_token), &arena);
    if (request->has_content_hash)
        add_header(headers, &count, SLICE("x-amz-content-sha256"), slice_of_string(signature->content_hash), &arena);
    append_request(request, path, query, headers, count, signature->content_hash, &text, &names, &arena);
    make_signature(request, credentials, signature->date, buffer_slice(&text), buffer_slice(&names),
                   &signature->authorization);
    if (canonical)
        buffer_append_slice(canonical, buffer_slice(&text));
    buffer_release(&text);
    buffer_release(&names);
    arena_release(&arena);
    return true;
}
