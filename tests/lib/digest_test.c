/* digest_test.c - SHA-256. */
#include "base/digest.h"
#include "test.h"

TEST(digest_known, "digest: the examples of FIPS 180 and the empty text")
{
    struct error error;
    char text[DIGEST_TEXT + 1];
    EXPECT_OK(digest_load(&error), &error);
    digest_sha256(SLICE("abc"), text);
    EXPECT_TEXT(slice_of_string(text), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_sha256(SLICE("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), text);
    EXPECT_TEXT(slice_of_string(text), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    digest_sha256(SLICE(""), text);
    EXPECT_TEXT(slice_of_string(text), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(digest_pieces, "digest: in pieces as in one")
{
    struct error error;
    char text[DIGEST_TEXT + 1];
    EXPECT_OK(digest_load(&error), &error);
    struct digest_stream *stream = digest_stream_create();
    digest_stream_add(stream, SLICE("a"));
    digest_stream_add(stream, SLICE(""));
    digest_stream_add(stream, SLICE("bc"));
    digest_stream_finish(stream, text);
    digest_stream_free(stream);
    EXPECT_TEXT(slice_of_string(text), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
