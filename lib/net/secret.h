/* secret.h - a key that is used and never shown.
 *
 * A key comes from a named environment variable or from a file: no option takes the key itself, so no process list has
 * it. Loading one makes the process undumpable (no core file, no ptrace by others of the same user). It is kept in one
 * place, wiped at the end, and cut out of every text that a server could have echoed it into. */
#ifndef NET_SECRET_H
#define NET_SECRET_H

#include "base/buffer.h"
#include "base/error.h"

enum { SECRET_BYTES_MAXIMUM = 16 * 1024 };

/* The zeroed struct holds no key. */
struct secret {
    struct buffer value;        /* without white space around it */
    bool is_readable_by_others; /* the file's mode lets others read it: worth a warning */
};

/* From `file` when it is not NULL, else from the variable `environment` when it is not NULL, else none. Errors:
 * E_UNAVAILABLE (no such variable, or it is empty), E_NO_INPUT, E_USAGE (white space or control bytes within, or both
 * places are named). */
bool secret_load(const char *environment, const char *file, struct secret *secret, struct error *error) MUST_CHECK;

/* A key that the caller has at hand: session tokens and the like. value is copied. */
void secret_set(struct secret *secret, struct slice value);

static inline bool secret_is_set(const struct secret *secret)
{
    return secret->value.length > 0;
}

/* Replaces every occurrence of the key in text, also one that is escaped as in a URL or cut after 8 bytes and more, by
 * "[key]". */
void secret_redact(const struct secret *secret, struct buffer *text);

/* Wipes and frees. */
void secret_release(struct secret *secret);

#endif
