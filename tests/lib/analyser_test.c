/* analyser_test.c - a text to terms: the fast way over plain words says what all the rules say. */
#include "index/analyser.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "base/memory.h"
#include "index/lexical.h"
#include "test.h"
#include "text/byte_kinds.h"

static void join_term(void *context, struct map_entry *term, bool counts)
{
    struct buffer *joined = context;
    buffer_append_format(joined, "%s%.*s%s", joined->length ? " " : "", (int)term->key.length, term->key.bytes,
                         counts ? "" : "*");
}

static struct slice terms_of(struct analyser_scratch *scratch, struct slice text, struct buffer *joined)
{
    buffer_reset(joined);
    analyser_terms(scratch, text, joined, join_term);
    return buffer_slice(joined);
}

/* Terms; those that do not count for the length with a star. */
static const struct {
    const char *language, *text, *terms;
} cases[] = {
    { "english", "The Tides turned, and THE ships left", "tide turn ship left" },
    { "english", "Don't stop: it's 3.14,5 or 1,000.", "stop 3 14 5 3.14,5* 1 000 1,000*" },
    { "none",
      "Don't l\xe2\x80\x99"
      "eau O'Neill's",
      "don t l eau o neill s" },
    { "none", "foo_bar std::vector a/b.c RFC-0011 well-known x_ _y _",
      "foo bar foo_bar* std vector std::vector* a b c b.c* a/b.c* rfc 0011 rfc-0011* well known x x_* y" },
    { "none", "end. next.one 'quoted' a,b 1,2 3. 4", "end next one next.one* quoted a b 1 2 1,2* 3 4" },
    { "none", "caf\xc3\xa9s na\xc3\xafve e\xcc\x81t\xc3\xa9 x\xe2\x80\x94y",
      "caf\xc3\xa9s na\xc3\xafve e\xcc\x81t\xc3\xa9 x y" },
    { "none",
      "ab\xe6\xb0\xb4\xe3\x81\xaf"
      "cd",
      "ab \xe6\xb0\xb4 \xe6\xb0\xb4\xe3\x81\xaf* \xe3\x81\xaf cd" },
    { "none", "ABCDEFGHIJKLMNOP abcdefghijklmnopq 0123456789ABCDEF0",
      "abcdefghijklmnop abcdefghijklmnopq 0123456789abcdef0" },
    { "none", "v1-2-3 v1.2-rc1 a+b c#4 e:f g::h i@j.k l\\m",
      "v1 2 3 v1-2-3* v1 2 v1.2* rc1 v1.2-rc1* a b a+b* c 4 c#4* e f e:f* g h g::h* i j k j.k* i@j.k* l m l\\m*" },
};

TEST(analyser_terms, "analyser: words, parts, identifiers and characters of every kind")
{
    struct buffer joined = { 0 };
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct analyser *analyser = analyser_open(slice_of_string(cases[i].language), &error);
        struct analyser_scratch *scratch = analyser_scratch_create(analyser);
        EXPECT_SLICE(terms_of(scratch, slice_of_string(cases[i].text), &joined), slice_of_string(cases[i].terms));
        analyser_scratch_free(scratch);
        analyser_close(analyser);
    }
    buffer_release(&joined);
}

/* Blanks in front move a text over the edges of the blocks of 64 bytes and of the groups of 64 blocks. */
TEST(analyser_edges, "analyser: the terms of a text do not depend on where it stands")
{
    struct buffer text = { 0 }, joined = { 0 }, wanted = { 0 };
    struct error error;
    struct analyser *analyser = analyser_open(SLICE("english"), &error);
    struct analyser_scratch *scratch = analyser_scratch_create(analyser);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buffer_reset(&wanted);
        buffer_append_slice(&wanted, terms_of(scratch, slice_of_string(cases[i].text), &joined));
        for (size_t blanks = 0; blanks < 4096 + 70; blanks += blanks == 140 ? 3900 : 1) {
            buffer_reset(&text);
            buffer_append_repeated(&text, ' ', blanks);
            buffer_append_string(&text, cases[i].text);
            EXPECT_SLICE(terms_of(scratch, buffer_slice(&text), &joined), buffer_slice(&wanted));
        }
    }
    buffer_reset(&text);
    buffer_append_repeated(&text, 'a', 300);
    buffer_append_string(&text, " b");
    EXPECT_INTEGER(terms_of(scratch, buffer_slice(&text), &joined).length, TERM_BYTES_MAXIMUM + 2);
    analyser_scratch_free(scratch);
    analyser_close(analyser);
    buffer_release(&text);
    buffer_release(&joined);
    buffer_release(&wanted);
}

/* So many words that the cache grows and is emptied: each text has its own and some of all. */
TEST(analyser_cache, "analyser: a row counts the same before and after the scratch forgot its words")
{
    struct error error;
    struct analyser *analyser = analyser_open(SLICE("english"), &error);
    struct analyser_scratch *scratch = analyser_scratch_create(analyser);
    struct buffer text = { 0 };
    for (int turn = 0; turn < 9; turn++) {
        struct arena arena = { 0 };
        struct lexical_row row;
        buffer_reset(&text);
        for (int i = 0; i < 30000; i++)
            buffer_append_format(&text, "w%dx%d tides %s ", turn, i,
                                 i % 100 ? "tide" : "a-long-word-above-sixteen-bytes-7");
        struct slice texts[2] = { buffer_slice(&text), SLICE("turning tides") };
        lexical_analyse(scratch, texts, 2, &arena, &row);
        EXPECT_INTEGER(row.terms[1].frequency, 30000 + 29700 + 1);
        EXPECT_SLICE(slice_of((const char *)&row.terms[1].start, row.terms[1].length), SLICE("tide"));
        EXPECT_INTEGER(row.length, 30000 + 30000 + 29700 + 300 * 5 + 2);
        arena_release(&arena);
    }
    analyser_scratch_free(scratch);
    analyser_close(analyser);
    buffer_release(&text);
}

TEST(byte_kinds, "byte kinds: SIMD and one by one agree on every byte at every place")
{
    char bytes[300];
    struct byte_kinds fast[sizeof bytes / BYTE_KINDS_BLOCK + 1], slow[sizeof bytes / BYTE_KINDS_BLOCK + 1];
    for (unsigned start = 0; start < 256; start++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(start + i * 7);
        for (size_t length = start % 64; length <= sizeof bytes; length += 37) {
            size_t count = byte_kinds_fill(slice_of(bytes, length), fast);
            EXPECT_INTEGER(byte_kinds_fill_scalar(slice_of(bytes, length), slow), count);
            EXPECT(memcmp(fast, slow, count * sizeof fast[0]) == 0);
        }
    }
}
