/* redact.h - what takes the place of a find.
 *
 * mask: [EMAIL]. hash: [EMAIL:1f3a9c0d4e5b], keyed, so the same value is the same everywhere under one key and cannot
 * be guessed without it. pseudonym: something of the same form that belongs to nobody, chosen by the same keyed hash:
 * person1f3a9c0d4e5b@example.invalid, +999 30 1234567, 240.12.7.9, 00000-style digits for cards and national numbers;
 * for kinds without a form (keys, lists, own patterns) kind-1f3a9c0d4e5b. The value is made plain first: letter case of
 * mail addresses and all separators of numbers do not count. Hash: HMAC-SHA-256 over kind, NUL, plain value. */
#ifndef CURATE_REDACT_H
#define CURATE_REDACT_H

#include "base/buffer.h"
#include "curate/pii.h"
#include "json/json.h"

enum redact_action { REDACT_MASK, REDACT_HASH, REDACT_PSEUDONYM };

enum { REDACT_HASH_DIGITS = 12, REDACT_KEY_BYTES_MINIMUM = 16 };

struct redact_rule {
    enum redact_action action;
    struct slice key; /* of hash and pseudonym, after digest_load() */
};

/* Appends what stands for the value. Thread safe. */
void redact_append(const struct redact_rule *rule, const struct pii_detector *detector, unsigned kind,
                   struct slice value, struct buffer *output);

/* Appends the JSON string `value` (decoded: text) with its finds replaced; all other bytes, escapes too, stay. */
void redact_string(const struct redact_rule *rule, const struct pii_detector *detector, struct json_value value,
                   struct slice text, const struct pii_finds *finds, struct buffer *output);

/* The paths of values inside an object (messages[1].content), as json/path.h reads them, for values asked for in the
 * order in which they stand there: one walk in all, however many they are. The zeroed struct is ready. */
struct redact_level;
struct redact_paths {
    struct redact_level *levels; /* private */
    size_t depth, capacity;
    struct buffer path;
};
void redact_paths_begin(struct redact_paths *paths, const struct json_object *object);
/* value: a span of the object's text. Borrowed until the next call. */
struct slice redact_paths_find(struct redact_paths *paths, struct json_value value);
void redact_paths_release(struct redact_paths *paths);

#endif
