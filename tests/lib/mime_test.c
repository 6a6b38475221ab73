/* mime_test.c - header fields, encoded words, parameters, transfer encodings and mailboxes. */
#include "document/mime.h"

#include "document/mbox.h"
#include "test.h"

static void check_text(const struct buffer *found, const char *wanted, size_t line)
{
    test_text_equal(__FILE__, (int)line, buffer_slice(found), slice_of_string(wanted));
}

TEST(mime_words, "mime: encoded words, folded lines and raw bytes become one line of UTF-8")
{
    static const char *const cases[][2] = {
        { "plain text", "plain text" },
        { "=?utf-8?q?N=C3=BA=C3=B1ez?= <a@b>", "N\303\272\303\261ez <a@b>" },
        { "=?utf-8?b?5Lya?=\r\n =?utf-8?B?6K2w?=", "\344\274\232\350\255\260" }, /* no space between words */
        { "a =?iso-8859-1?Q?=E9t=E9_ok?= b", "a \303\251t\303\251 ok b" },
        { "=?koi8-r?q?=D0=D2?= =?utf-8?q?=D1=8F?=", "\320\277\321\200\321\217" },
        { "=?utf-8*de?q?gr=C3=BCn?=", "gr\303\274n" },
        { "=?x-unknown?q?caf=E9?=", "caf\303\251" },
        { "=?utf-8?q?open", "=?utf-8?q?open" },
        { "=?utf-8?z?x?= =? =?=", "=?utf-8?z?x?= =? =?=" },
        { "two\r\n\tlines", "two lines" },
        { "gr\374n und wei\337", "gr\303\274n und wei\303\237" },
        { "tab\there \033[1m", "tab here [1m" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = { 0 };
        mime_append_words(&text, slice_of_string(cases[i][0]));
        check_text(&text, cases[i][1], __LINE__);
        buffer_release(&text);
    }
    struct buffer split = { 0 }; /* a character cut at the end of a word */
    mime_append_words(&split, SLICE("=?utf-8?b?5L8=?= =?utf-8?q?=9A?="));
    check_text(&split, "\344\277\232", __LINE__);
    buffer_release(&split);
}

TEST(mime_parameters, "mime: parameters plain, quoted, in sections, with charset, and as encoded words")
{
    static const char *const cases[][3] = {
        { "attachment; filename=a.txt", "filename", "a.txt" },
        { "attachment; FileName = \"a \\\"b\\\".txt\" ; x=y", "filename", "a \"b\".txt" },
        { "x; filename*=utf-8''gr%C3%BCn.txt; filename=\"gruen.txt\"", "filename", "gr\303\274n.txt" },
        { "x; filename*0*=iso-8859-1'de'gr%FC; filename*1=n%20; filename*2*=%2Etxt", "filename", "gr\303\274n%20.txt" },
        { "x; name=\"=?utf-8?q?gr=C3=BCn.txt?=\"", "name", "gr\303\274n.txt" },
        { "multipart/mixed; boundary=\"a;b\"; charset=utf-8", "boundary", "a;b" },
        { "text/plain; charset=us-ascii (Plain)", "charset", "us-ascii" },
        { "text/plain; (comment; charset=no) charset=yes", "charset", "yes" },
        { "text/plain; xcharset=no; charset", "charset", NULL },
        { "text/plain; charset*=broken", "charset", "broken" },
        { "", "charset", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = { 0 };
        bool is_found = mime_append_parameter(&text, slice_of_string(cases[i][0]), slice_of_string(cases[i][1]));
        EXPECT_INTEGER(is_found, cases[i][2] != NULL);
        check_text(&text, cases[i][2] ? cases[i][2] : "", __LINE__);
        buffer_release(&text);
    }
}

TEST(mime_fields, "mime: fields end at a blank line or at a line that is none")
{
    struct slice rest = SLICE("From x Thu\nA: 1\r\nB : 2\r\n  more\r\n\r\nbody");
    struct mime_field field;
    EXPECT(mime_next_field(&rest, &field));
    EXPECT_TEXT(field.name, "A");
    EXPECT_TEXT(field.value, "1");
    EXPECT(mime_next_field(&rest, &field));
    EXPECT_TEXT(field.name, "B");
    EXPECT_TEXT(field.value, "2\r\n  more");
    EXPECT(!mime_next_field(&rest, &field));
    EXPECT_TEXT(rest, "body");
    rest = SLICE("A: 1\nno field here\nB: 2\n");
    EXPECT(mime_next_field(&rest, &field));
    EXPECT(!mime_next_field(&rest, &field));
    EXPECT_TEXT(rest, "no field here\nB: 2\n");
    EXPECT_TEXT(mime_find_field(SLICE("a: 1\nSubject:\n x\n\nSubject: no"), SLICE("subject")), "x");
}

TEST(mime_lists, "mime: addresses and ids of a list")
{
    struct slice rest = SLICE("\"Duty, Desk\" <d@x>, (a, b) c@y ,, e@z");
    EXPECT_TEXT(mime_next_address(&rest), "\"Duty, Desk\" <d@x>");
    EXPECT_TEXT(mime_next_address(&rest), "(a, b) c@y");
    EXPECT_TEXT(mime_next_address(&rest), "e@z");
    EXPECT_TEXT(mime_next_address(&rest), "");
    rest = SLICE("<a@b> junk < c@d > <open");
    EXPECT_TEXT(mime_next_id(&rest), "a@b");
    EXPECT_TEXT(mime_next_id(&rest), "c@d");
    EXPECT_TEXT(mime_next_id(&rest), "");
}

TEST(mime_bodies, "mime: quoted printable, base64 and uuencode, also where they are broken")
{
    static const struct {
        const char *encoding, *body, *wanted;
    } cases[] = {
        { "quoted-printable", "a=3Db =C3=A9=\r\n soft  \r\nhard=\n", "a=b \303\251 soft\nhard" },
        { "Quoted-Printable", "100% = 5=ZZ", "100% = 5=ZZ" },
        { "base64", "aGVs\r\nbG8=", "hello" },
        { "base64", "aGVsbG8", "hello" },
        { "base64", "aGk=aGk=", "hihi" },
        { "BASE64", "a-!G*k=\n", "\153\341\244" },
        { "base64", "a", "" },
        { "x-uuencode", "begin 644 a\n%:&5L;&\\\n`\nend\n", "hello" },
        { "7bit", "as it is\r\n", "as it is\r\n" },
        { "unheard-of", "x", "x" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer bytes = { 0 };
        mime_append_decoded(&bytes, slice_of_string(cases[i].body),
                            mime_encoding_of(slice_of_string(cases[i].encoding)));
        check_text(&bytes, cases[i].wanted, __LINE__);
        buffer_release(&bytes);
    }
}

TEST(mime_flowed, "mime: flowed lines are joined, quotes and signatures are not")
{
    struct buffer text = { 0 };
    mime_append_plain(&text, SLICE("one \r\ntwo\r\n>> deep \r\n>> er\r\n> less\r\n-- \r\nme \r\n from\r\n"), true,
                      false);
    check_text(&text, "one two\n>> deep er\n> less\n-- \nme from\n", __LINE__);
    buffer_reset(&text);
    mime_append_plain(&text, SLICE("\344\270\200 \n\344\272\214\n"), true, true);
    check_text(&text, "\344\270\200\344\272\214\n", __LINE__);
    buffer_reset(&text);
    mime_append_plain(&text, SLICE("as \r\nit is"), false, false);
    check_text(&text, "as \nit is", __LINE__);
    buffer_release(&text);
}

struct pieces {
    struct slice rest;
    size_t length;
};

static bool read_piece(void *context, struct slice *bytes, struct error *error)
{
    struct pieces *pieces = context;
    (void)error;
    *bytes = slice_between(pieces->rest, 0, pieces->length);
    pieces->rest = slice_from(pieces->rest, pieces->length);
    return true;
}

TEST(mbox_messages, "mbox: messages begin at a From line with a date behind a blank line; quoted ones lose a '>'")
{
    static const char box[] = "From a@b Thu Jan  1 00:00:00 1970\nA: 1\n\nFrom here on\n>From there\n>>From far\n\n"
                              "From joe at example.org  Fri Jan  2 00:00:00 1970\nB: 2\n\nx\n"
                              "From a@b Thu Jan  1 00:00:00 1970 is quoted\n\n"
                              "From nobody\n\nFrom c@d Fri, 2 Jan 1970 00:00:00 +0000\r\nlast";
    static const char *const wanted[] = { "A: 1\n\nFrom here on\nFrom there\n>From far\n",
                                          "B: 2\n\nx\nFrom a@b Thu Jan  1 00:00:00 1970 is quoted\n\nFrom nobody\n",
                                          "last" };
    static const int64_t offsets[] = { 0, 77, 193 };
    for (size_t length = 1; length < sizeof box; length++) {
        struct pieces pieces = { SLICE(box), length };
        struct content content = { .read = read_piece, .context = &pieces };
        struct mbox *mbox = mbox_open(&content, 1 << 20);
        struct mbox_message message;
        struct error error;
        bool has_message;
        for (size_t i = 0; i < 3; i++) {
            EXPECT_OK(mbox_next(mbox, &message, &has_message, &error), &error);
            EXPECT(has_message);
            test_text_equal(__FILE__, __LINE__, message.bytes, slice_of_string(wanted[i]));
            EXPECT_INTEGER(message.offset, offsets[i]);
        }
        EXPECT_OK(mbox_next(mbox, &message, &has_message, &error), &error);
        EXPECT(!has_message);
        mbox_close(mbox);
    }
}

TEST(mbox_limit, "mbox: a message that is too long is cut and told, the next one is whole")
{
    struct buffer box = { 0 };
    buffer_append_string(&box, "From a@b Thu Jan  1 00:00:00 1970\nA: 1\n\n");
    buffer_append_repeated(&box, 'x', 3 << 20);
    buffer_append_string(&box, "\n\nFrom a@b Thu Jan  1 00:00:00 1970\nB: 2\n");
    struct content content = { .bytes = buffer_slice(&box), .is_whole = true };
    struct mbox *mbox = mbox_open(&content, 1000);
    struct mbox_message message;
    struct error error;
    bool has_message;
    EXPECT_OK(mbox_next(mbox, &message, &has_message, &error), &error);
    EXPECT(has_message && message.is_cut);
    EXPECT_OK(mbox_next(mbox, &message, &has_message, &error), &error);
    EXPECT(has_message && !message.is_cut);
    EXPECT_TEXT(message.bytes, "B: 2\n");
    mbox_close(mbox);
    buffer_release(&box);
}
