/* client_authorize.c - API keys and AWS signatures on their way into headers, and out of messages. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "model/client_authorize.h"

#include <stdlib.h>
#include <strings.h>

#include "base/memory.h"
#include "net/sigv4.h"

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* bedrock-runtime.us-east-1.amazonaws.com: the second label of the host. */
static char *region_of_host(const char *url)
{
    struct slice host = slice_of_string(url);
    host = slice_from(host, slice_find(host, SLICE("://")) + 3);
    host.length = slice_find_byte(host, '/');
    if (slice_find(host, SLICE(".amazonaws.com")) == host.length)
        return NULL;
    struct slice region = slice_from(host, slice_find_byte(host, '.') + 1);
    region.length = slice_find_byte(region, '.');
    char *text = memory_allocate(region.length + 1);
    memcpy(text, region.bytes, region.length);
    text[region.length] = '\0';
    return text;
}

static bool open_aws(struct client_authorizer *authorizer, struct error *error)
{
    const struct client_settings *settings = authorizer->settings;
    const char *access = environment("AWS_ACCESS_KEY_ID"), *secret = environment("AWS_SECRET_ACCESS_KEY");
    const char *token = environment("AWS_SESSION_TOKEN"), *region = settings->region;
    if (!access || !secret)
        return error_set(error, E_UNAVAILABLE,
                         "the environment has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and no --api-key-env or "
                         "--api-key-file names another key");
    region = region ? region : environment("AWS_REGION");
    region = region ? region : environment("AWS_DEFAULT_REGION");
    authorizer->region = region ? memory_copy_string(region) : region_of_host(settings->url);
    if (!authorizer->region)
        return error_set(error, E_USAGE, "the AWS region is not known; set AWS_REGION");
    authorizer->access_key = memory_copy_string(access);
    secret_set(&authorizer->aws_secret, slice_trim(slice_of_string(secret)));
    if (token)
        secret_set(&authorizer->aws_token, slice_trim(slice_of_string(token)));
    return true;
}

static void say_readable(const struct client_authorizer *authorizer)
{
    const struct client_settings *settings = authorizer->settings;
    if (authorizer->key.is_readable_by_others && settings->notice)
        settings->notice(settings->notice_context, "others can read the file of --api-key-file; chmod 600 keeps it");
}

bool authorizer_open(struct client_authorizer *authorizer, const struct client_settings *settings, struct error *error)
{
    authorizer->settings = settings;
    if (!secret_load(settings->api_key_environment, settings->api_key_file, &authorizer->key, error))
        return false;
    bool has_key = secret_is_set(&authorizer->key);
    say_readable(authorizer);
    if (has_key) {
        buffer_reserve(&authorizer->bearer, sizeof "Bearer " + authorizer->key.value.length);
        buffer_append_string(&authorizer->bearer, "Bearer ");
        buffer_append_slice(&authorizer->bearer, buffer_slice(&authorizer->key.value));
    } else if (settings->authorization == CLIENT_SIGV4) {
        if (!open_aws(authorizer, error))
            return false;
        has_key = true;
    }
    bool is_plain = strncasecmp(settings->url, "http://", 7) == 0 && !http_is_loopback(settings->url);
    if (has_key && is_plain && !settings->allows_plain_http)
        return error_set(error, E_USAGE,
                         "an API key would go to another host unencrypted; use https, or --allow-plain-http");
    return true;
}

static void add(struct client_headers *headers, const char *name, const char *value)
{
    ENSURE(headers->count < CLIENT_HEADERS_MAXIMUM);
    headers->rows[headers->count++] = (struct http_header){ name, value };
}

static bool sign(const struct client_authorizer *authorizer, const struct http_request *request,
                 struct client_headers *headers, struct error *error)
{
    const char *token = secret_is_set(&authorizer->aws_token) ? buffer_string(&authorizer->aws_token.value) : NULL;
    struct sigv4_credentials credentials = { authorizer->access_key, buffer_string(&authorizer->aws_secret.value),
                                             token };
    struct sigv4_request unsigned_request = { .method = request->method,
                                              .url = request->url,
                                              .region = authorizer->region,
                                              .service = authorizer->settings->service,
                                              .body = request->body,
                                              .headers = headers->rows,
                                              .header_count = headers->count,
                                              .now = time(NULL) };
    struct sigv4_signature signature = { 0 };
    if (!sigv4_sign(&unsigned_request, &credentials, &signature, NULL, error))
        return false;
    headers->signature = signature.authorization;
    memcpy(headers->date, signature.date, sizeof headers->date);
    add(headers, "X-Amz-Date", headers->date);
    if (token)
        add(headers, "X-Amz-Security-Token", token);
    add(headers, "Authorization", buffer_string(&headers->signature));
    return true;
}

bool authorizer_headers(const struct client_authorizer *authorizer, const struct http_request *request,
                        struct client_headers *headers, struct error *error)
{
    const struct client_settings *settings = authorizer->settings;
    bool has_key = secret_is_set(&authorizer->key);
    if (request->body.bytes)
        add(headers, "Content-Type", "application/json");
    for (size_t i = 0; i < settings->header_count; i++)
        add(headers, settings->headers[i].name, settings->headers[i].value);
    if (settings->authorization == CLIENT_X_API_KEY && has_key)
        add(headers, "x-api-key", buffer_string(&authorizer->key.value));
    else if (has_key)
        add(headers, "Authorization", buffer_string(&authorizer->bearer));
    else if (settings->authorization == CLIENT_SIGV4)
        return sign(authorizer, request, headers, error);
    return true;
}

void client_headers_release(struct client_headers *headers)
{
    buffer_release(&headers->signature);
}

void authorizer_redact(const struct client_authorizer *authorizer, struct buffer *text)
{
    secret_redact(&authorizer->key, text);
    secret_redact(&authorizer->aws_secret, text);
    secret_redact(&authorizer->aws_token, text);
}

void authorizer_close(struct client_authorizer *authorizer)
{
    secret_release(&authorizer->key);
    secret_release(&authorizer->aws_secret);
    secret_release(&authorizer->aws_token);
    if (authorizer->bearer.bytes)
        explicit_bzero(authorizer->bearer.bytes, authorizer->bearer.capacity);
    buffer_release(&authorizer->bearer);
    memory_free(authorizer->access_key);
    memory_free(authorizer->region);
}
