/* plain_text.h - records of documents as rows of plain text: where a profile wants the text, and what is tidied. */
#ifndef DATASET_PLAIN_TEXT_H
#define DATASET_PLAIN_TEXT_H

#include "dataset/profile.h"
#include "json/path.h"

/* How a profile writes a plain text. */
struct plain_text_form {
    const char *key;
    bool is_closed;              /* no other key may stand beside it */
    double characters_per_token; /* of the service's plans; 0: it has none */
};

/* Errors: E_USAGE, no such profile, or one of rows that are no plain text. */
bool plain_text_form_of(const char *profile, struct plain_text_form *form, struct error *error) MUST_CHECK;

/* The string at a path of a record. A chat has none: how its turns become text is its trainer's template's business.
 * Errors, with the field: E_FIELD_MISSING, E_FIELD_TYPE, E_JSON_DUPKEY. */
bool plain_text_find(const struct json_path *path, const struct json_object *object, struct json_value *value,
                     struct error *error) MUST_CHECK;

/* Appends a separator as a user types it: \n, \t, \r and \\ stand for one byte, all else as it is. */
void plain_text_unescape(const char *typed, struct buffer *output);

struct plain_text_rules {
    bool strips; /* white space at both ends */
    bool tidies; /* blanks at line ends go, CRLF becomes LF, and of several empty lines one stays */
};

/* The text by the rules, in scratch or, where nothing changes, itself. White space is that of ASCII. */
struct slice plain_text_clean(struct slice text, struct plain_text_rules rules, struct buffer *scratch);

/* Chunks of a document put together again. start, end: code points of the chunk in the document, -1 unknown. What a
 * chunk repeats of the one before it is left out; where something is missing between them (white space, as chunk cuts)
 * stands one blank for one character, else the separator. The zeroed struct is ready. */
struct plain_text_joiner {
    struct buffer text;
    int64_t end; /* of what is there */
    bool has_any;
};
void plain_text_join(struct plain_text_joiner *joiner, struct slice text, int64_t start, int64_t end,
                     struct slice separator);

#endif
