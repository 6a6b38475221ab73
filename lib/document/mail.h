/* mail.h - the parts of a mail message, found in one pass, and which of them are its text.
 *
 * Parts borrow from the message. Mail that breaks the rules is read as far as it goes: a boundary that never closes
 * ends with what is around it, a header without a blank line ends where its lines stop being fields.
 *
 * Body: every text/plain and text/html part that is not an attachment, in order; of multipart/alternative the plain
 * form, unless it is blank, or a stub: shorter than MAIL_STUB_BYTES and than a quarter of the HTML form. Everything
 * else with content is an attachment: other types, what is marked as one or has a name, forwarded messages. */
#ifndef DOCUMENT_MAIL_H
#define DOCUMENT_MAIL_H

#include "base/arena.h"
#include "base/error.h"
#include "document/mime.h"

enum {
    MAIL_PARTS_MAXIMUM = 10000,
    MAIL_DEPTH_MAXIMUM = 20, /* multipart in multipart */
    MAIL_HEADER_BYTES_MAXIMUM = 1024 * 1024,
    MAIL_STUB_BYTES = 256
};

enum mail_role { MAIL_CONTAINER, MAIL_BODY, MAIL_ATTACHMENT, MAIL_LEFT_OUT /* the other form of a text */ };

struct mail_part {
    struct slice header, body; /* as they stand */
    struct slice type;         /* "text/plain", lower case; valid UTF-8 */
    struct slice name;         /* of the file, valid UTF-8; empty: none */
    const char *charset;       /* as charset_find names it; NULL: not said or unknown */
    size_t parent;             /* index of the part around it; its own for the outermost */
    enum mime_encoding encoding;
    enum mail_role role;
    bool is_flowed, drops_space;
};

struct mail {
    struct slice header;     /* of the message */
    struct mail_part *parts; /* each before those inside it, in the order of the message */
    size_t count;
    const char *limit; /* parts were passed over: which limit it was, "10000 parts"; NULL: none */
};

/* Everything but slices of the message lives in arena. Errors: E_LIMIT for a header beyond the maximum; E_MAIL for what
 * has no header field at all. Thread safe. */
bool mail_parse(struct slice message, struct arena *arena, struct mail *mail, struct error *error) MUST_CHECK;

/* "text/plain" and "text/html" are what bodies are made of. */
bool mail_is_html(const struct mail_part *part);

/* Whether all that is in it is encrypted (PGP or S/MIME). */
bool mail_is_encrypted(const struct mail *mail);

#endif
