/* mail_test.c - messages as documents: which part is the text, what the header gives. */
#include "document/mail.h"

#include "collect.h"
#include "test.h"

#define HEAD "From: a\nMIME-Version: 1.0\n"

/* The roles of a message's parts, a letter each. */
static void check_roles(const char *message, const char *wanted)
{
    static const char letters[] = {
        [MAIL_CONTAINER] = 'c', [MAIL_BODY] = 'b', [MAIL_ATTACHMENT] = 'a', [MAIL_LEFT_OUT] = 'o'
    };
    struct arena arena = { 0 };
    struct mail mail;
    struct error error;
    char found[64];
    EXPECT_OK(mail_parse(slice_of_string(message), &arena, &mail, &error), &error);
    EXPECT(mail.count < sizeof found);
    for (size_t i = 0; i < mail.count; i++)
        found[i] = letters[mail.parts[i].role];
    test_text_equal(__FILE__, __LINE__, slice_of(found, mail.count), slice_of_string(wanted));
    arena_release(&arena);
}

TEST(mail_parts, "mail: parts of a message, and of one that breaks the rules")
{
    check_roles(HEAD "\nhello", "b");
    check_roles(HEAD "Content-Type: application/pdf\n\n%PDF", "a");
    check_roles(HEAD "Content-Type: text/plain; name=\"a.txt\"\n\nx", "a");
    check_roles(HEAD "Content-Type: multipart/mixed\n\nno boundary", "b");
    check_roles(HEAD "Content-Type: multipart/mixed; boundary=x\n\nbefore\n--x\n\none\n--x\nContent-Disposition: "
                     "attachment\n\ntwo\n--x--\nafter",
                "cba");
    check_roles(HEAD "Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--xy\n--x not\n--x\n\nnever closed",
                "cbb");
    check_roles(HEAD "Content-Type: multipart/mixed; boundary=x\n\n--x\r\nContent-Type: multipart/alternative; "
                     "boundary=xy\r\n\r\n--xy\r\n\r\na\r\n--xy\r\nContent-Type: text/html\r\n\r\nb\r\n--xy--\r\n--x\r\n"
                     "Content-Type: image/png\r\n\r\n\r\n--x--",
                "ccbba");
    check_roles(HEAD "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: one\n\n1\n--x--", "ca");
    check_roles(HEAD "Content-Type: multipart/mixed; boundary=x\n\nnothing inside", "c");
}

TEST(mail_depth, "mail: multiparts inside each other end at a limit, which is named")
{
    struct buffer message = { 0 };
    struct arena arena = { 0 };
    struct mail mail;
    struct error error;
    buffer_append_string(&message, "A: b\n");
    for (int i = 0; i < 1000; i++)
        buffer_append_format(&message, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    EXPECT_OK(mail_parse(buffer_slice(&message), &arena, &mail, &error), &error);
    EXPECT_INTEGER(mail.count, MAIL_DEPTH_MAXIMUM + 1);
    EXPECT(mail.limit != NULL);
    buffer_reset(&message);
    buffer_append_string(&message, "Content-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 20000; i++)
        buffer_append_string(&message, "--b\n\n\n");
    EXPECT_OK(mail_parse(buffer_slice(&message), &arena, &mail, &error), &error);
    EXPECT_INTEGER(mail.count, MAIL_PARTS_MAXIMUM);
    EXPECT(mail.limit != NULL);
    arena_release(&arena);
    buffer_release(&message);
}

/* The text member of the one record that the message makes. */
static void check_body(const char *message, const char *wanted)
{
    struct collected collected = { 0 };
    struct buffer text = { 0 };
    collect(&collected, "eml", "m.eml", slice_of_string(message), 0, NULL);
    EXPECT_OK(collected.is_done, &collected.error);
    buffer_append_format(&text, "\"text\":\"%s\",\"metadata\"", wanted);
    EXPECT(slice_find(buffer_slice(&collected.records), buffer_slice(&text)) < collected.records.length);
    buffer_release(&text);
    collected_release(&collected);
}

#define ALTERNATIVE(plain, html)                                                                                       \
    HEAD "Content-Type: multipart/alternative; boundary=x\n\n--x\n\n" plain "\n--x\nContent-Type: text/html\n\n" html  \
         "\n--x--\n"

TEST(mail_forms, "mail: of two forms of a text the plain one is taken, unless it is blank or a stub")
{
    check_body(ALTERNATIVE("plain", "<p>rich"), "plain");
    check_body(ALTERNATIVE(" ", "<p>rich"), "rich");
    check_body(ALTERNATIVE("no HTML?", "<p>a very long text that says it all, and all again, to the end"),
               "a very long text that says it all, and all again, to the end");
    check_body(HEAD "Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
                    "<meta charset=utf-8><h1>T=EAte</h1>",
               "# T\303\252te");
    check_body(HEAD "Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\nContent-Type: "
                    "text/html\n\n<p>two\n--x--",
               "one\\n\\ntwo");
    check_body(HEAD "Content-Type: text/plain; charset=klingon\n\n\375\376\377 x",
               "\357\277\275\357\277\275\357\277\275 x");
}

TEST(mail_header, "mail: subject, date, addresses and thread go to metadata")
{
    struct collected collected = { 0 };
    collect(&collected, "eml", "m.eml",
            SLICE("From: =?utf-8?q?=C3=84nne?= <a@b>\r\nTo: \"X, Y\" <x@y>,\r\n z@z\r\nCc: c@c\r\n"
                  "Subject: Re: =?utf-8?b?w6Q=?=\r\nDate: Sat, 15 Mar 2025 09:30:00 +0100\r\nMessage-ID: <3@a>\r\n"
                  "In-Reply-To: <2@a>\r\nReferences: <1@a>\r\n <2@a>\r\n\r\nhi\r\n"),
            0, NULL);
    EXPECT_OK(collected.is_done, &collected.error);
    struct slice records = buffer_slice(&collected.records);
    struct slice wanted =
        SLICE("\"title\":\"Re: \303\244\",\"modified\":\"2025-03-15T08:30:00Z\",\"from\":\"\303\204nne <a@b>\",\"to\":"
              "[\"\\\"X, Y\\\" <x@y>\",\"z@z\"],\"cc\":[\"c@c\"],\"message_id\":\"3@a\",\"in_reply_to\":\"2@a\","
              "\"references\":[\"1@a\",\"2@a\"]}}");
    EXPECT(slice_find(records, wanted) < records.length);
    EXPECT(slice_find(records, SLICE("{\"id\":\"m.eml\",\"text\":\"hi\\n\"")) == 0);
    collected_release(&collected);
}

TEST(mail_faults, "mail: what is no message or cannot be read is said")
{
    static const struct {
        const char *message;
        enum code code;
    } cases[] = {
        { "just text\n\nFrom: a\n", E_MAIL },
        { HEAD "Content-Type: multipart/encrypted; boundary=x\n\n--x\n\nx\n--x--", E_ENCRYPTED },
        { HEAD "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx", E_ENCRYPTED },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected collected = { 0 };
        collect(&collected, "eml", "m.eml", slice_of_string(cases[i].message), 0, NULL);
        EXPECT(!collected.is_done);
        EXPECT_ERROR(&collected.error, cases[i].code, NULL);
        collected_release(&collected);
    }
}
