/* fingerprint.h - what two records must have in common to count as the same: a 128-bit hash of it.
 *
 * Compared are, in this order: the values of the given keys; the texts of the given fields; the field "text", when it
 * is a string; else all fields but id, _id and metadata, as values (the order of keys, escapes and white space do not
 * count, and 1.0 is 1). A compiled fingerprint is constant and thread safe. */
#ifndef CURATE_FINGERPRINT_H
#define CURATE_FINGERPRINT_H

#include "base/hash.h"
#include "record/text_fields.h"

struct fingerprint {
    bool folds; /* strings by text/fold.h; what folds to nothing is compared as it is */
    struct json_path *keys;
    size_t key_count;
    bool has_fields;
    struct text_fields fields;
};

struct fingerprint_settings {
    bool folds;
    const char *const *keys; /* paths, key_count of them */
    size_t key_count;
    const char *const *fields; /* paths, field_count of them */
    size_t field_count;
};

/* Arena: the fingerprint lives as long. Errors: E_USAGE with the option in front, E_LIMIT. */
bool fingerprint_compile(const struct fingerprint_settings *settings, struct arena *arena,
                         struct fingerprint *fingerprint, struct error *error) MUST_CHECK;

/* *has_hash false: the record has none of the keys, and is like no other. scratch: of the caller, reused. Errors,
 * placed: those of record_object and text_fields_find; E_JSON_DUPKEY, E_JSON_SURROGATE. Cost: XXH3 over the text where
 * nothing is folded or escaped. */
bool fingerprint_take(const struct fingerprint *fingerprint, struct batch *batch, struct record *record,
                      struct buffer *scratch, struct hash128 *hash, bool *has_hash, struct error *error) MUST_CHECK;

#endif
