/* ngram_test.c - words in their forms, n-grams in an index, and texts without them. */
#include <stdio.h>

#include "base/memory.h"
#include "curate/contamination.h"
#include "test.h"

static struct word_forms words_of(const char *text, enum word_form form)
{
    struct word_forms words = { 0 };
    word_forms_add(&words, slice_of_string(text), form);
    return words;
}

TEST(words_forms, "words: their forms and places, three ways")
{
    static const struct {
        const char *text, *letters, *simple, *stripped;
    } cases[] = {
        { "", "", "", "" },
        { "  Don't  stop_here, 3.14!\n", "don t stop_here 3 14", "don t stop here 0", "dont stophere 314" },
        { "x+y=2, 1,000.5 a1b2", "x y 2 1 000 5 a1b2", "x y 0 0 0 a0b0", "xy2 10005 a1b2" },
        { "CAF\xc3\x89 cafe\xcc\x81 na\xc3\xafve", "caf\xc3\xa9 caf\xc3\xa9 na\xc3\xafve", "cafe cafe naive",
          "caf\xc3\xa9 cafe\xcc\x81 na\xc3\xafve" },
        { "\xe4\xbd\xa0\xe5\xa5\xbdok", "\xe4\xbd\xa0 \xe5\xa5\xbd ok", "\xe4\xbd\xa0\xe5\xa5\xbdok",
          "\xe4\xbd\xa0\xe5\xa5\xbdok" },
        { "I cannot and gonna", "i cannot and gonna", "i can not and gon na", "i cannot and gonna" },
        { "-- a - b", "a b", "a b", "a b" },
        { "a\nb c\t d", "a b c d", "a b c d", "a\nb c d" },
        { "\xcc\x81 x", "\xcc\x81 x", "x", "\xcc\x81 x" },
        { "$80 \xe2\x82\xac 5", "80 5", "0 \xe2\x82\xac 0", "80 \xe2\x82\xac 5" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *wanted[] = { cases[i].letters, cases[i].simple, cases[i].stripped };
        for (int form = WORD_FORM_LETTERS; form <= WORD_FORM_STRIPPED; form++) {
            struct word_forms words = words_of(cases[i].text, (enum word_form)form);
            EXPECT_SLICE(buffer_slice(&words.forms), slice_of_string(wanted[form]));
            for (size_t k = 0; k < words.count; k++)
                EXPECT(words.words[k].start < words.words[k].end && words.words[k].end <= strlen(cases[i].text));
            word_forms_release(&words);
        }
    }
    struct word_forms words = words_of("Ab, cannot", WORD_FORM_SIMPLE);
    EXPECT_INTEGER(words.count, 3);
    EXPECT_INTEGER(words.words[1].start, 4);
    EXPECT_INTEGER(words.words[1].end, 7);
    EXPECT_INTEGER(words.words[2].end, 10);
    EXPECT_SLICE(word_forms_stretch(&words, 1, 2), SLICE("can not"));
    word_forms_release(&words);
}

static struct ngram_index *index_of(const struct ngram_settings *settings, const char *const (*items)[2], size_t count)
{
    struct ngram_index *index = ngram_index_create(settings);
    struct error error;
    for (size_t i = 0; i < count; i++) {
        struct word_forms words = { 0 };
        size_t parts[2] = { 0 };
        bool is_short;
        word_forms_add(&words, slice_of_string(items[i][0]), WORD_FORM_LETTERS);
        parts[1] = words.count;
        word_forms_add(&words, slice_of_string(items[i][1]), WORD_FORM_LETTERS);
        EXPECT_OK(ngram_index_add(index, &words, parts, items[i][1][0] ? 2 : 1, &is_short, &error), &error);
        word_forms_release(&words);
    }
    EXPECT_OK(ngram_index_finish(index, &error), &error);
    return index;
}

/* "item@first+count ..." */
static void expect_hits(const struct ngram_index *index, const char *text, const char *wanted)
{
    struct word_forms words = words_of(text, WORD_FORM_LETTERS);
    struct ngram_hits hits = { 0 };
    struct buffer found = { 0 };
    ngram_index_find(index, &words, &hits);
    for (size_t i = 0; i < hits.count; i++)
        buffer_append_format(&found, "%s%u@%u+%u", i ? " " : "", ngram_index_item(index, hits.hits[i].gram),
                             hits.hits[i].first, hits.hits[i].count);
    EXPECT_SLICE(buffer_slice(&found), slice_of_string(wanted));
    memory_free(hits.hits);
    buffer_release(&found);
    word_forms_release(&words);
}

TEST(ngram_index_hits, "n-grams: wide ones, short parts as a whole, over parts; the first item has what several share")
{
    static const char *const items[][2] = {
        { "a b c d e", "f g" }, { "z a b c d", "" }, { "k l m", "n o p" }, { "k l m n", "" }, { "k", "l" },
    };
    const struct ngram_settings settings = { .width = 4, .shortest = 3, .crosses = true, .memory = 1 << 20 };
    struct ngram_index *index = index_of(&settings, items, 5);
    EXPECT_INTEGER(ngram_index_items(index), 5);
    expect_hits(index, "a b c d", "0@0+4");
    expect_hits(index, "x z a b c d e f g h", "1@1+4 0@2+4 0@3+4 0@4+4 0@5+4");
    expect_hits(index, "a b c e", "");
    expect_hits(index, "k l m", "2@0+3");
    expect_hits(index, "y k l m", "2@1+3");
    expect_hits(index, "k l m n o", "2@0+4 2@0+3 2@1+4");
    expect_hits(index, "o n o p", "2@1+3");
    expect_hits(index, "k l", "");
    ngram_index_free(index);
    const struct ngram_settings last = {
        .width = 4, .shortest = 4, .crosses = true, .only_last = true, .memory = 1 << 20
    };
    index = index_of(&last, items, 1);
    expect_hits(index, "a b c d e f g", "0@2+4 0@3+4");
    ngram_index_free(index);
    const struct ngram_settings apart = { .width = 4, .shortest = 2, .memory = 1 << 20 };
    index = index_of(&apart, items, 1);
    expect_hits(index, "a b c d e f g", "0@0+4 0@1+4 0@5+2");
    ngram_index_free(index);
}

TEST(ngram_index_many, "n-grams: with many items each is found, and nothing else")
{
    const struct ngram_settings settings = { .width = 8, .shortest = 8, .memory = 16 << 20 };
    struct ngram_index *index = ngram_index_create(&settings);
    struct error error;
    char text[256];
    enum { ITEMS = 20000 };
    size_t part = 0;
    bool is_short;
    struct word_forms words = { 0 };
    struct ngram_hits hits = { 0 };
    for (int i = 0; i < ITEMS * 2; i++) {
        word_forms_reset(&words);
        snprintf(text, sizeof text, "one of %d and %d is the %dth of all these", i, i * 7, i % 13);
        word_forms_add(&words, slice_of_string(text), WORD_FORM_LETTERS);
        if (i % 2 == 0)
            EXPECT_OK(ngram_index_add(index, &words, &part, 1, &is_short, &error), &error);
    }
    EXPECT_OK(ngram_index_finish(index, &error), &error);
    for (int i = 0; i < ITEMS * 2; i++) {
        word_forms_reset(&words);
        hits.count = 0;
        snprintf(text, sizeof text, "one of %d and %d is the %dth of all these", i, i * 7, i % 13);
        word_forms_add(&words, slice_of_string(text), WORD_FORM_LETTERS);
        ngram_index_find(index, &words, &hits);
        bool has_own = false;
        for (size_t k = 0; k < hits.count; k++)
            has_own |= ngram_index_item(index, hits.hits[k].gram) == (uint32_t)i / 2;
        EXPECT((i % 2 == 0) == has_own || (i % 2 == 1 && hits.count == 0));
    }
    memory_free(hits.hits);
    word_forms_release(&words);
    ngram_index_free(index);
}

TEST(contamination_cuts, "contamination: cut as NeMo does, at exact places")
{
    static const struct {
        const char *text;
        int64_t around, keep;
        const char *left;
    } cases[] = {
        /* [ and ] stand around what is shared */
        { "A. B c. D [e] f. G.", 0, 0, "A. B c.\n\nG." },
        { "A. B c. D [e] f. G.", 3, 0, "A. B c." },
        { "A. B c. D [e] f. G.", 5, 0, "A." },
        { "A. B c. D [e] f. G.", 0, 4, "A. B c." },
        { "[A] b c", 0, 0, "" },
        { "A b [c]", 0, 0, "" },
        { "A. [b] c. [d] e. F.", 0, 0, "A.\n\nF." },
        { "\xc3\x89\xc3\x89. \xc3\x89 [x] \xc3\x89. Y", 2, 0, "\xc3\x89\xc3\x89.\n\nY" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct contaminated spans[4];
        struct buffer text = { 0 }, left = { 0 };
        size_t count = 0;
        for (const char *at = cases[i].text; *at; at++) {
            if (*at == '[')
                spans[count] = (struct contaminated){ .start = text.length };
            else if (*at == ']')
                spans[count++].end = text.length;
            else
                buffer_append_byte(&text, *at);
        }
        struct contamination_cut cut = { cases[i].around, cases[i].keep };
        size_t pieces = contamination_cut(&cut, buffer_slice(&text), spans, count, &left);
        EXPECT_SLICE(buffer_slice(&left), slice_of_string(cases[i].left));
        EXPECT_INTEGER(pieces, cases[i].left[0] == '\0' ? 0 : strstr(cases[i].left, "\n\n") ? 2 : 1);
        buffer_release(&text);
        buffer_release(&left);
    }
}
