/* text_check.c - what certain strings must look like. */
#include "dataset/text_check.h"

static bool is_alphanumeric(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool has_only(struct slice text, const char *others)
{
    for (size_t i = 0; i < text.length; i++)
        if (!is_alphanumeric(text.bytes[i]) && !(text.bytes[i] && strchr(others, text.bytes[i])))
            return false;
    return true;
}

/* s3://bucket/key or gs://bucket/object, both not empty, nothing that must be escaped in a URI. */
static bool is_bucket_uri(struct slice text, const char *scheme, bool is_strict)
{
    if (!slice_starts_with(text, slice_of_string(scheme)))
        return false;
    struct slice rest = slice_from(text, 5);
    size_t slash = slice_find_byte(rest, '/');
    if (slash == 0 || slash + 1 >= rest.length || !has_only(slice_between(rest, 0, slash), ".-_"))
        return false;
    struct slice key = slice_from(rest, slash + 1);
    if (is_strict)
        return has_only(key, "-_./");
    for (size_t i = 0; i < key.length; i++)
        if ((unsigned char)key.bytes[i] <= ' ' || key.bytes[i] == 0x7f)
            return false;
    return true;
}

static bool is_base64(struct slice text)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.length && text.bytes[text.length - 1 - padding] == '=')
        padding++;
    return text.length > 0 && text.length % 4 == 0 && has_only(slice_between(text, 0, text.length - padding), "+/");
}

static bool is_image_data(struct slice text)
{
    if (!slice_starts_with(text, SLICE("data:image/")))
        return false;
    size_t at = slice_find(slice_between(text, 0, 64), SLICE(";base64,"));
    return at < 64 && at < text.length && is_base64(slice_from(text, at + 8));
}

static bool is_batch_url(const struct profile *profile, struct slice text)
{
    for (size_t i = 0; profile->batch_urls && profile->batch_urls[i]; i++)
        if (slice_equal(text, slice_of_string(profile->batch_urls[i])))
            return true;
    return false;
}

const char *text_check_expected(const struct profile *profile, const struct profile_node *node, struct slice text,
                                enum code *code)
{
    switch (node->check) {
    case TEXT_CHECK_NONE:
        return NULL;
    case TEXT_CHECK_S3_URI:
        *code = E_S3_URI;
        return is_bucket_uri(text, "s3://", false) ? NULL : "s3://BUCKET/KEY, without spaces";
    case TEXT_CHECK_S3_URI_NOVA:
        *code = E_S3_URI;
        return is_bucket_uri(text, "s3://", true) ? NULL : "s3://BUCKET/KEY of letters, digits and _ - / .";
    case TEXT_CHECK_BASE64:
        return is_base64(text) ? NULL : "base64";
    case TEXT_CHECK_IMAGE_URL:
        *code = E_IMAGE_FORMAT;
        if (slice_starts_with(text, SLICE("https://")) || slice_starts_with(text, SLICE("http://")))
            return NULL;
        return is_image_data(text) ? NULL : "https://... or data:image/...;base64,...";
    case TEXT_CHECK_IMAGE_DATA:
        *code = E_IMAGE_FORMAT;
        return is_image_data(text) ? NULL : "data:image/...;base64,...";
    case TEXT_CHECK_GS_URI:
        return is_bucket_uri(text, "gs://", false) ? NULL : "gs://BUCKET/OBJECT, without spaces";
    case TEXT_CHECK_ID_64:
        *code = E_ID_FORMAT;
        return text.length > 0 && text.length <= 64 && has_only(text, "_-") ? NULL : "1 to 64 letters, digits, _ and -";
    case TEXT_CHECK_ID_9:
        *code = E_ID_FORMAT;
        return text.length == 9 && has_only(text, "") ? NULL : "nine letters or digits";
    case TEXT_CHECK_BATCH_URL:
        *code = E_URL;
        return is_batch_url(profile, text) ? NULL : "a url that batches take: /v1/chat/completions, ...";
    case TEXT_CHECK_BATCH_METHOD:
        *code = E_METHOD;
        return slice_equal(text, slice_of_string(node->values[0])) ? NULL : node->values[0];
    }
    return NULL;
}
