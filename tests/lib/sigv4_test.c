/* sigv4_test.c - AWS signatures against the published test suite (aws-sig-v4-test-suite) and the IAM User Guide. */
#include "net/sigv4.h"
#include "test.h"

struct vector {
    const char *name, *method, *url;
    struct http_header headers[3];
    const char *body, *signed_headers, *signature;
};

#define HOST "https://example.amazonaws.com"

/* clang-format off */
static const struct vector vectors[] = {
    { "get-vanilla", "GET", HOST "/", { { 0 } }, "", "host;x-amz-date",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
    { "get-relative", "GET", HOST "/example/..", { { 0 } }, "", "host;x-amz-date",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
    { "get-slash-dot-slash", "GET", HOST "/./", { { 0 } }, "", "host;x-amz-date",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
    { "get-slash", "GET", HOST "//", { { 0 } }, "", "host;x-amz-date",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
    { "get-vanilla-query-order-key-case", "GET", HOST "/?Param2=value2&Param1=value1", { { 0 } }, "",
      "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500" },
    { "get-vanilla-empty-query-key", "GET", HOST "/?Param1=value1", { { 0 } }, "", "host;x-amz-date",
      "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb" },
    { "get-unreserved", "GET", HOST "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", { { 0 } },
      "", "host;x-amz-date", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f" },
    { "get-utf8", "GET", HOST "/\xe1\x88\xb4", { { 0 } }, "", "host;x-amz-date",
      "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85" },
    { "get-space", "GET", HOST "/example space/", { { 0 } }, "", "host;x-amz-date",
      "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741" },
    { "get-header-value-trim", "GET", HOST "/", { { "My-Header1", " value1" }, { "My-Header2", " \"a   b   c\"" } },
      "", "host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736" },
    { "get-header-key-duplicate", "GET", HOST "/",
      { { "My-Header1", "value2" }, { "My-Header1", "value2" }, { "My-Header1", "value1" } }, "",
      "host;my-header1;x-amz-date", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea" },
    { "post-vanilla", "POST", HOST "/", { { 0 } }, "", "host;x-amz-date",
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
    { "post-x-www-form-urlencoded", "POST", HOST "/", { { "Content-Type", "application/x-www-form-urlencoded" } },
      "Param1=value1", "content-type;host;x-amz-date",
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a" },
};
/* clang-format on */

static void check(const struct vector *vector, const char *service)
{
    struct sigv4_credentials credentials = { "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", NULL };
    struct sigv4_request request = { .method = vector->method,
                                     .url = vector->url,
                                     .region = "us-east-1",
                                     .service = service,
                                     .body = slice_of_string(vector->body),
                                     .headers = vector->headers,
                                     .now = 1440938160 };
    struct sigv4_signature signature = { 0 };
    struct buffer canonical = { 0 }, wanted = { 0 };
    struct error error;
    while (request.header_count < 3 && vector->headers[request.header_count].name)
        request.header_count++;
    EXPECT_OK(sigv4_sign(&request, &credentials, &signature, &canonical, &error), &error);
    buffer_append_format(&wanted,
                         "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/%s/aws4_request, "
                         "SignedHeaders=%s, Signature=%s",
                         service, vector->signed_headers, vector->signature);
    if (!slice_equal(buffer_slice(&signature.authorization), buffer_slice(&wanted)))
        test_fail(__FILE__, __LINE__, "%s: %s\n%s", vector->name, buffer_string(&signature.authorization),
                  buffer_string(&canonical));
    buffer_release(&signature.authorization);
    buffer_release(&canonical);
    buffer_release(&wanted);
}

TEST(sigv4_suite, "sigv4: the published vectors")
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        check(&vectors[i], "service");
}

TEST(sigv4_guide, "sigv4: the worked example of the IAM User Guide")
{
    static const struct vector guide = { "ListUsers",
                                         "GET",
                                         "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
                                         { { "Content-Type", "application/x-www-form-urlencoded; charset=utf-8" } },
                                         "",
                                         "content-type;host;x-amz-date",
                                         "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7" };
    check(&guide, "iam");
}

TEST(sigv4_extras, "sigv4: a session token and the content's hash are signed, escapes of a query are read")
{
    struct sigv4_credentials credentials = { "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "TOKEN" };
    struct sigv4_request request = { .method = "POST",
                                     .url = "https://h/model/a%3A0/invoke?b=%2f&a",
                                     .region = "eu-west-1",
                                     .service = "bedrock",
                                     .body = SLICE("{}"),
                                     .now = 1440938160,
                                     .has_content_hash = true };
    struct sigv4_signature signature = { 0 };
    struct buffer canonical = { 0 };
    struct error error;
    EXPECT_OK(sigv4_sign(&request, &credentials, &signature, &canonical, &error), &error);
    EXPECT_TEXT(buffer_slice(&canonical),
                "POST\n/model/a%253A0/invoke\na=&b=%2F\nhost:h\n"
                "x-amz-content-sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n"
                "x-amz-date:20150830T123600Z\nx-amz-security-token:TOKEN\n\n"
                "host;x-amz-content-sha256;x-amz-date;x-amz-security-token\n"
                "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    buffer_release(&canonical);
    buffer_release(&signature.authorization);
}
