/* client_authorize.h - the headers by which a client says who it is. Private to the module. */
#ifndef MODEL_CLIENT_AUTHORIZE_H
#define MODEL_CLIENT_AUTHORIZE_H

#include "model/client.h"
#include "net/secret.h"

struct client_authorizer {
    const struct client_settings *settings;
    struct secret key;    /* the user's */
    struct buffer bearer; /* "Bearer KEY" */
    struct secret aws_secret, aws_token;
    char *access_key, *region; /* CLIENT_SIGV4 */
};

/* The headers of one try: content type, the settings' own, and who we are. */
enum { CLIENT_HEADERS_MAXIMUM = 16 };
struct client_headers {
    struct http_header rows[CLIENT_HEADERS_MAXIMUM];
    size_t count;
    struct buffer signature;
    char date[17];
};

/* settings: borrowed for the authorizer's life. Errors: as client_open(). */
bool authorizer_open(struct client_authorizer *authorizer, const struct client_settings *settings,
                     struct error *error) MUST_CHECK;
bool authorizer_headers(const struct client_authorizer *authorizer, const struct http_request *request,
                        struct client_headers *headers, struct error *error) MUST_CHECK;
void client_headers_release(struct client_headers *headers);
void authorizer_redact(const struct client_authorizer *authorizer, struct buffer *text);
void authorizer_close(struct client_authorizer *authorizer);

#endif
