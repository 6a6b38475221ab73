/* pdf_test.c - PDF files through a pdftotext of our own, which answers as the test wants. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect.h"
#include "stream/confined.h"
#include "test.h"

/* The decoder runs our own binary as the hidden tool. */
__attribute__((constructor)) static void be_the_child(int count, char **arguments)
{
    if (count > 0 && strcmp(arguments[0], "garner-confine") == 0)
        _exit(confined_exec((const char *const *)arguments + 1, (size_t)count - 1));
}

/* PATH with a pdftotext in front that runs the script; NULL: without any. */
static void use_program(const char *script)
{
    char path[512];
    static char value[1024];
    if (!script) {
        setenv("PATH", ".:relative", 1);
        return;
    }
    snprintf(path, sizeof path, "%s/pdftotext", test_folder());
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    EXPECT(chmod(path, 0755) == 0);
    snprintf(value, sizeof value, "%s:/usr/bin:/bin", test_folder());
    setenv("PATH", value, 1);
}

static void decode_with(struct collected *collected, const char *script, const struct document_options *options)
{
    const char *path = getenv("PATH");
    char *before = strdup(path ? path : "");
    use_program(script);
    collect(collected, NULL, "a.pdf", SLICE("%PDF-1.4\n"), 0, options);
    setenv("PATH", before, 1);
    free(before);
}

TEST(pdf_pages, "pdf: pages are paragraphs, their offsets and the document's own data go to metadata")
{
    static const struct document_options options = { 0 };
    struct collected collected = { 0 };
    decode_with(&collected,
                "cat > /dev/null; printf '<html><head>\\n<title>A &amp; B</title>\\n"
                "<meta name=\"Author\" content=\"Ann &quot;X&quot;\"/>\\n"
                "<meta name=\"CreationDate\" content=\"2023-04-23T17:59:04+08\"/>\\n"
                "<meta name=\"ModDate\" content=\"2024-01-02T03:04:05Z07:46\"/>\\n</head>\\n<body>\\n<pre>\\n"
                "\\nh\\303\\251 & </pre>\\ntwo\\n\\n\\f\\f  last\\001\\n\\f</pre>\\n</body>\\n</html>\\n'",
                &options);
    EXPECT_OK(collected.is_done, &collected.error);
    EXPECT_TEXT(buffer_slice(&collected.records),
                "{\"id\":\"a.pdf\",\"text\":\"h\303\251 & </pre>\\ntwo\\n\\n\\n  last\\n\",\"metadata\":{\"source\":"
                "\"a.pdf\",\"mime\":\"application/pdf\",\"bytes\":9,\"hash\":\"dbb964825a0da2d8827622b0d83fdc92\","
                "\"title\":\"A & B\",\"modified\":\"2024-01-02T03:04:05Z\",\"author\":\"Ann \\\"X\\\"\",\"created\":"
                "\"2023-04-23T09:59:04Z\",\"pages\":[0,17,18]}}\n");
    collected_release(&collected);
}

TEST(pdf_input, "pdf: the program sees the file's bytes as a file that can be read twice")
{
    static const struct document_options options = { 0 };
    struct collected collected = { 0 };
    decode_with(&collected, "cat /dev/stdin /dev/stdin; echo \"$@\"", &options);
    EXPECT_OK(collected.is_done, &collected.error);
    EXPECT(slice_find(buffer_slice(&collected.records),
                      SLICE("\"text\":\"%PDF-1.4\\n%PDF-1.4\\n-htmlmeta -enc UTF-8 /dev/stdin -\\n\"")) <
           collected.records.length);
    collected_release(&collected);
}

TEST(pdf_failures, "pdf: encrypted, empty, damaged, crashing, endless and missing have codes of their own")
{
    static const struct {
        const char *script;
        enum code code;
        const char *message;
    } cases[] = {
        { "echo 'Command Line Error: Incorrect password' >&2; exit 1", E_ENCRYPTED,
          "the PDF is encrypted and asks for a password" },
        { "exit 3", E_ENCRYPTED, "the PDF forbids that its text is taken out" },
        { "printf ' \\n\\f\\n\\f'", E_NO_TEXT, "the PDF has no text, only pictures or nothing at all" },
        { "printf 'Syntax Warning: odd\\nSyntax Error (12): Bad \\033[1m xref\\n' >&2; exit 1", E_PDF,
          "pdftotext: Bad \\x1b[1m xref" },
        { "printf 'Syntax Error: no pages\\n' >&2; printf '\\f'", E_PDF, "pdftotext: no pages" },
        { "echo broken >&2; exit 127", E_DECODER, "pdftotext ended with exit code 127: broken" },
        { "kill -9 $$ 2>/dev/null; exit 4", E_DECODER, "pdftotext ended with exit code 4" }, /* nor send signals */
        { "while :; do :; done", E_LIMIT, "pdftotext took more than 1 seconds (--max-decoder-seconds)" },
        { "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done", E_LIMIT,
          "the text has more than 65536 bytes (--max-document-bytes)" },
        { "echo x > \"$0.out\" || exit 3; exit 0", E_ENCRYPTED, NULL }, /* it cannot write files */
        { NULL, E_NO_PROGRAM, "PDF files are read by pdftotext, which is not in PATH: install poppler-utils" },
    };
    static const struct document_options options = { .max_document_bytes = 65536, .decoder_seconds = 1 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected collected = { 0 };
        decode_with(&collected, cases[i].script, &options);
        EXPECT(!collected.is_done);
        EXPECT_ERROR(&collected.error, cases[i].code, cases[i].message);
        EXPECT_INTEGER(collected.records.length, 0);
        collected_release(&collected);
    }
}
