/* secret.c - keys: where they come from, and how they stay unseen. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "net/secret.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "base/number.h"
#include "stream/files.h"

enum { REDACT_BYTES = 8 }; /* so much of a key at its start is enough to be cut out */

static bool take(struct secret *secret, struct slice text, const char *place, struct error *error)
{
    struct slice value = slice_trim(text);
    if (!value.length)
        return error_set(error, E_UNAVAILABLE, "%s holds no key", place);
    for (size_t i = 0; i < value.length; i++)
        if (value.bytes[i] <= ' ' || value.bytes[i] >= 0x7f)
            return error_set(error, E_USAGE, "the API key of %s holds white space or control bytes", place);
    secret_set(secret, value);
    return true;
}

bool secret_load(const char *environment, const char *file, struct secret *secret, struct error *error)
{
    if (environment && file)
        return error_set(error, E_USAGE, "--api-key-env and --api-key-file exclude one another");
    if (environment) {
        const char *value = getenv(environment);
        if (!value || !*value)
            return error_set(error, E_UNAVAILABLE, "--api-key-env: the environment has no '%s'", environment);
        return take(secret, slice_of_string(value), "--api-key-env", error);
    }
    if (!file)
        return true;
    struct buffer text = { 0 };
    struct stat status;
    bool is_good = file_read(file, SECRET_BYTES_MAXIMUM, "a key file", &text, error) &&
                   take(secret, buffer_slice(&text), "--api-key-file", error);
    secret->is_readable_by_others = stat(file, &status) == 0 && (status.st_mode & 077);
    if (text.bytes)
        explicit_bzero(text.bytes, text.capacity);
    buffer_release(&text);
    return is_good;
}

void secret_set(struct secret *secret, struct slice value)
{
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    buffer_reserve(&secret->value, value.length); /* at once, so that no copy is left behind by growing */
    buffer_append_slice(&secret->value, value);
}

/* How many bytes of the key stand at the start of text. */
static size_t match(struct slice text, struct slice key)
{
    size_t length = 0;
    while (length < key.length && length < text.length && text.bytes[length] == key.bytes[length])
        length++;
    return length;
}

/* Takes %2B, \u002b and \/ for what they stand for. */
static size_t match_escaped(struct slice text, struct slice key, size_t *used)
{
    size_t length = 0, place = 0;
    while (length < key.length && place < text.length) {
        size_t step = 1;
        char byte = text.bytes[place];
        int high = number_hexadecimal(slice_byte(text, place + 1)),
            low = number_hexadecimal(slice_byte(text, place + 2));
        if (byte == '%' && high >= 0 && low >= 0) {
            byte = (char)(high * 16 + low);
            step = 3;
        } else if (byte == '\\' && slice_byte(text, place + 1) == 'u') {
            high = number_hexadecimal(slice_byte(text, place + 4));
            low = number_hexadecimal(slice_byte(text, place + 5));
            byte = high >= 0 && low >= 0 ? (char)(high * 16 + low) : '\0';
            step = 6;
        } else if (byte == '\\') {
            byte = slice_byte(text, place + 1);
            step = 2;
        }
        if (byte != key.bytes[length])
            break;
        length++;
        place += step;
    }
    *used = place < text.length ? place : text.length;
    return length;
}

void secret_redact(const struct secret *secret, struct buffer *text)
{
    struct slice key = buffer_slice(&secret->value), whole = buffer_slice(text);
    size_t least = key.length < REDACT_BYTES ? key.length : REDACT_BYTES;
    if (!key.length || !text->length)
        return;
    struct buffer clean = { 0 };
    bool is_changed = false;
    for (size_t i = 0; i < whole.length;) {
        struct slice rest = slice_from(whole, i);
        size_t used = match(rest, key);
        size_t found = used;
        if (found < least)
            found = match_escaped(rest, key, &used);
        if (found >= least) {
            buffer_append_string(&clean, "[key]");
            i += used;
            is_changed = true;
        } else {
            buffer_append_byte(&clean, whole.bytes[i++]);
        }
    }
    if (is_changed) {
        explicit_bzero(text->bytes, text->length);
        buffer_reset(text);
        buffer_append_slice(text, buffer_slice(&clean));
    }
    buffer_release(&clean);
}

void secret_release(struct secret *secret)
{
    if (secret->value.bytes)
        explicit_bzero(secret->value.bytes, secret->value.capacity);
    buffer_release(&secret->value);
}
