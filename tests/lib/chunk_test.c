/* chunk_test.c - chunks: the laws that hold for every text, and where the cuts fall in plain cases. */
#include "text/chunk.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "test.h"
#include "text/segment.h"

/* A small generator of ours, so that a failure repeats. */
static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Pieces that make trouble at edges: clusters of many code points, white space of all kinds, structure of Markdown. */
static const char *const pieces[] = {
    "a",
    "word ",
    "Sentence one. ",
    "Is it? ",
    "e.g. ",
    "3.14 ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    "   ",
    "\t",
    "\f",
    "\xc2\xa0",
    "\xe3\x80\x80",
    "\xe2\x80\xa8",
    "# Head\n",
    "\n## Sub\n",
    "```\ncode here\n\nmore\n```\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "e\xcc\x81",
    "\xcc\x81\xcc\x81",
    " \xcc\x81",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", /* a family */
    "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
    "\xf0\x9f\x87\xa9",                     /* flags, half a flag */
    "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7", /* a Devanagari conjunct */
    "\xe0\xb8\x81\xe0\xb8\xb3",
    "\xe4\xb8\xad\xe6\x96\x87\xe3\x80\x82",
    "\xe3\x80\x81",
    "\xea\xb0\x81",
    "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8",
    "supercalifragilisticexpialidocious",
    "1234567890",
    "====",
    "...",
    "\"",
    ")",
    "'",
    "<>",
    "\xd8\x80",
    "\xef\xbb\xbf",
    "\xf0\x9d\x94\x98",
    "x(y)z ",
    "A",
    "B. ",
    "\xc3\xa9",
    "---\n",
    "===\n",
};

static void fill_random(struct buffer *text, uint64_t *state)
{
    size_t count = next_random(state) % 60;
    size_t kinds = 1 + next_random(state) % (sizeof pieces / sizeof *pieces);
    size_t first = next_random(state) % (sizeof pieces / sizeof *pieces);
    buffer_reset(text);
    for (size_t i = 0; i < count; i++)
        buffer_append_string(text, pieces[(first + next_random(state) % kinds) % (sizeof pieces / sizeof *pieces)]);
}

static size_t count_words(struct slice text)
{
    size_t count = 0, position = 0;
    for (struct slice word; word_next(text, &position, &word);)
        count++;
    return count;
}

static size_t count_units(const struct chunk_settings *settings, struct slice text)
{
    switch (settings->unit) {
    case CHUNK_CHARS:
        return utf8_count(text);
    case CHUNK_WORDS:
        return count_words(text);
    case CHUNK_TOKENS:
        return tokenizer_count(settings->tokenizer, text);
    }
    return 0;
}

static bool is_white(struct slice text)
{
    return white_space_end(text, 0) == text.length;
}

static bool is_cluster_boundary(struct slice text, size_t place)
{
    size_t end = 0;
    while (end < place)
        end = grapheme_end(text, end);
    return end == place;
}

static void say_case(const struct chunk_settings *settings, struct slice text, const struct chunk *chunk)
{
    struct buffer shown = { 0 };
    text_append_printable(&shown, text);
    buffer_append_string(&shown, "\n#   chunk: ");
    text_append_printable(&shown, chunk->text);
    printf("# strategy %d unit %d size %zu overlap %zu chunk %zu [%zu,%zu): %s\n", (int)settings->strategy,
           (int)settings->unit, settings->size, settings->overlap, chunk->number, chunk->start, chunk->end,
           buffer_string(&shown));
    buffer_release(&shown);
}

#define LAW(condition)                                                                                                 \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            say_case(settings, text, &chunk);                                                                          \
            EXPECT(condition);                                                                                         \
        }                                                                                                              \
    } while (0)

/* Sentences hold all of the text, in order; every third begins a chunk. */
static void cut_sentences(struct chunker *chunker, struct slice text)
{
    struct arena arena = { 0 };
    size_t count = 0, end = 0;
    const struct slice *sentences = chunker_sentences(chunker, &arena, &count);
    for (size_t i = 0; i < count; i++) {
        size_t start = (size_t)(sentences[i].bytes - text.bytes);
        EXPECT(start >= end && is_white(slice_between(text, end, start)) && !is_white(sentences[i]));
        end = start + sentences[i].length;
        if (i % 3 == 2)
            chunker_cut_before(chunker, start);
    }
    EXPECT(is_white(slice_from(text, end)));
    arena_release(&arena);
}

/* A new parent: the one before was cut to its end, this one begins with its first chunk, and parents are chunks, too.
 */
static void check_parent(const struct chunk_settings *settings, struct slice text, struct chunk chunk,
                         struct slice *parent, size_t last_end)
{
    size_t start = (size_t)(chunk.parent.text.bytes - text.bytes), end = start + chunk.parent.text.length;
    LAW(chunk.text.bytes == chunk.parent.text.bytes);
    LAW(chunk.parent.start == utf8_count(slice_between(text, 0, start)));
    LAW(chunk.parent.end == utf8_count(slice_between(text, 0, end)));
    LAW(count_units(settings, chunk.parent.text) <= settings->parent_size || grapheme_end(text, start) == end);
    if (parent->bytes) {
        size_t before = (size_t)(parent->bytes - text.bytes), before_end = before + parent->length;
        LAW(before_end == last_end);
        LAW(start > before && end > before_end);
        LAW(start <= before_end || is_white(slice_between(text, before_end, start)));
        LAW(start >= before_end || count_units(settings, slice_between(text, start, before_end)) <= settings->overlap);
    }
    *parent = chunk.parent.text;
}

static void check_laws(const struct chunk_settings *settings, struct chunker *chunker, struct slice text,
                       bool has_headings)
{
    struct chunk_document document = { .text = text, .has_headings = has_headings };
    struct error error = { 0 };
    struct chunk chunk;
    struct slice parent = { 0 };
    size_t count = 0, last_start = 0, last_end = 0;
    EXPECT_OK(chunker_begin(chunker, &document, &error), &error);
    if (settings->strategy == CHUNK_SEMANTIC)
        cut_sentences(chunker, text);
    while (chunker_next(chunker, &chunk)) {
        size_t start = (size_t)(chunk.text.bytes - text.bytes), end = start + chunk.text.length;
        bool is_first = count == 0;
        LAW(chunk.number == count);
        LAW(end <= text.length && start < end);
        LAW((chunk.parent.text.bytes != NULL) == (settings->strategy == CHUNK_HIERARCHICAL));
        if (chunk.parent.text.bytes && chunk.parent.text.bytes != parent.bytes) {
            LAW(count > 0 || is_white(slice_between(text, 0, start)));
            check_parent(settings, text, chunk, &parent, last_end);
            last_end = start;
            is_first = true;
        }
        LAW(chunk.start == utf8_count(slice_between(text, 0, start)));
        LAW(chunk.end == utf8_count(slice_between(text, 0, end)));
        LAW(is_first || start > last_start);
        LAW(is_first || end > last_end);
        LAW(start <= last_end || is_white(slice_between(text, last_end, start)));
        LAW(!is_white(chunk.text));
        LAW(is_cluster_boundary(text, start) && is_cluster_boundary(text, end));
        if (settings->strategy != CHUNK_NONE) {
            LAW(count_units(settings, chunk.text) <= settings->size || grapheme_end(text, start) == end);
            LAW(start >= last_end || count_units(settings, slice_between(text, start, last_end)) <= settings->overlap);
        }
        last_start = start;
        last_end = end;
        count++;
    }
    memset(&chunk, 0, sizeof chunk);
    LAW(is_white(slice_from(text, last_end)));
    LAW(count > 0 || is_white(text));
}

TEST(chunk_laws, "chunk: every strategy, unit, size and overlap keeps the laws on random texts")
{
    uint64_t state = 1;
    struct buffer text = { 0 };
    struct error error = { 0 };
    struct pattern *separator = pattern_compile(SLICE("^#|\\d+|(?=B)"), PATTERN_MULTILINE, &error);
    EXPECT(separator != NULL);
    for (int round = 0; round < 3000; round++) {
        struct chunk_settings settings = {
            .strategy = (enum chunk_strategy)(next_random(&state) % (CHUNK_NONE + 1)),
            .unit = (enum chunk_unit)(next_random(&state) % 3),
            .size = 1 + next_random(&state) % (round % 2 ? 8 : 60),
            .tokenizer = next_random(&state) % 2 ? &tokenizer_o200k_estimate : &tokenizer_cl100k_estimate,
            .separator = separator,
        };
        settings.overlap = next_random(&state) % settings.size;
        settings.parent_size = settings.size + next_random(&state) % 60;
        struct chunker *chunker = chunker_create(&settings);
        for (int i = 0; i < 5; i++) {
            fill_random(&text, &state);
            check_laws(&settings, chunker, buffer_slice(&text), next_random(&state) % 2);
        }
        chunker_free(chunker);
    }
    pattern_free(separator);
    buffer_release(&text);
}

/* The chunks of text, one a line, line breaks shown as / and the path in front as [A > B]. */
static struct slice chunks_shown(const struct chunk_settings *settings, struct slice text, bool has_headings,
                                 struct buffer *shown)
{
    struct chunker *chunker = chunker_create(settings);
    struct chunk_document document = { .text = text, .has_headings = has_headings };
    struct error error = { 0 };
    struct chunk chunk;
    buffer_reset(shown);
    EXPECT_OK(chunker_begin(chunker, &document, &error), &error);
    while (chunker_next(chunker, &chunk)) {
        if (chunk.number)
            buffer_append_byte(shown, '\n');
        for (size_t i = 0; i < chunk.heading_count; i++) {
            buffer_append_string(shown, i ? " > " : "[");
            buffer_append_slice(shown, chunk.headings[i]);
        }
        if (chunk.heading_count)
            buffer_append_string(shown, "] ");
        if (chunk.page)
            buffer_append_format(shown, "p%zu ", chunk.page);
        for (size_t i = 0; i < chunk.text.length; i++)
            buffer_append_byte(shown, chunk.text.bytes[i] == '\n' ? '/' : chunk.text.bytes[i]);
    }
    chunker_free(chunker);
    return buffer_slice(shown);
}

TEST(chunk_paragraphs, "chunk: paragraphs are joined while they fit and never cut when they fit alone")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .unit = CHUNK_WORDS, .size = 6 };
    EXPECT_TEXT(
        chunks_shown(&settings, SLICE("One two.\n\nThree four.\n\nFive six seven. Eight.\n\nNine.\n"), false, &shown),
        "One two.//Three four.\nFive six seven. Eight.//Nine.");
    settings.size = 3;
    EXPECT_TEXT(chunks_shown(&settings, SLICE("One.\n\nTwo three. Four five, six seven.\n\nEight."), false, &shown),
                "One.//Two three.\nFour five,\nsix seven.//Eight.");
    buffer_release(&shown);
}

TEST(chunk_overlap, "chunk: the overlap is whole sentences, then words, and gives way to a unit that fits")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .unit = CHUNK_WORDS, .size = 6, .overlap = 3 };
    EXPECT_TEXT(chunks_shown(&settings, SLICE("It is so. We do. No go. Oh no. Is it so. It is."), false, &shown),
                "It is so. We do.\nWe do. No go. Oh no.\nOh no. Is it so.\nIs it so. It is.");
    EXPECT_TEXT(chunks_shown(&settings, SLICE("a b c d e f g h i j k l"), false, &shown),
                "a b c d e f\nd e f g h i\ng h i j k l");
    EXPECT_TEXT(
        chunks_shown(&settings, SLICE("It was so.\n\nWe do as we do.\n\nThere is no more to it."), false, &shown),
        "It was so.\nso.//We do as we do.\nThere is no more to it.");
    buffer_release(&shown);
}

TEST(chunk_fixed, "chunk: fixed cuts by count alone")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .strategy = CHUNK_FIXED, .unit = CHUNK_CHARS, .size = 4, .overlap = 1 };
    EXPECT_TEXT(chunks_shown(&settings, SLICE("abcdefghij"), false, &shown), "abcd\ndefg\nghij");
    settings.unit = CHUNK_WORDS;
    EXPECT_TEXT(chunks_shown(&settings, SLICE("a b. c d e f g"), false, &shown), "a b. c d\nd e f g");
    buffer_release(&shown);
}

TEST(chunk_sentence, "chunk: sentences are joined over paragraphs and never cut when they fit")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .strategy = CHUNK_SENTENCE, .unit = CHUNK_WORDS, .size = 4 };
    EXPECT_TEXT(chunks_shown(&settings, SLICE("One two.\n\nThree four. Five six seven.\n\nEight."), false, &shown),
                "One two.//Three four.\nFive six seven.//Eight.");
    buffer_release(&shown);
}

static const char handbook[] =
    "Before.\n\n# Handbook\n\n## Keys\n\nRotate them. Often.\n\n```sh\n# not a heading\n\nrotate\n"
    "```\n\n### Spare #\n\nOne.\n\n## Locks\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nTitle\n=====\n\nEnd.\n";

TEST(chunk_markdown, "chunk: markdown stops at headings, keeps code and tables, and knows the path")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .strategy = CHUNK_MARKDOWN, .unit = CHUNK_WORDS, .size = 100, .overlap = 50 };
    EXPECT_TEXT(chunks_shown(&settings, SLICE(handbook), true, &shown),
                "Before.\n"
                "[Handbook > Keys] # Handbook//## Keys//Rotate them. Often.//```sh/# not a heading//rotate/```\n"
                "[Handbook > Keys > Spare] ### Spare #//One.\n"
                "[Handbook > Locks] ## Locks//| a | b |/|---|---|/| 1 | 2 |\n"
                "[Title] Title/=====//End.");
    settings.size = 6;
    settings.overlap = 0;
    EXPECT_TEXT(chunks_shown(&settings, SLICE(handbook), true, &shown),
                "Before.\n"
                "[Handbook > Keys] # Handbook//## Keys//Rotate them. Often.\n"
                "[Handbook > Keys] ```sh/# not a heading//rotate/```\n"
                "[Handbook > Keys > Spare] ### Spare #//One.\n"
                "[Handbook > Locks] ## Locks//| a | b |/|---|---|/| 1 | 2 |\n"
                "[Title] Title/=====//End.");
    settings.strategy = CHUNK_RECURSIVE;
    settings.size = 8;
    EXPECT_TEXT(chunks_shown(&settings, SLICE(handbook), true, &shown),
                "Before.//# Handbook//## Keys//Rotate them. Often.\n"
                "[Handbook > Keys] ```sh/# not a heading//rotate/```//### Spare #//One.\n"
                "[Handbook > Locks] ## Locks//| a | b |/|---|---|/| 1 | 2 |//Title/=====//End.");
    buffer_release(&shown);
}

TEST(chunk_heading_not_last, "chunk: a heading is never the last thing in a chunk")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .unit = CHUNK_WORDS, .size = 4 };
    EXPECT_TEXT(chunks_shown(&settings, SLICE("One two.\n\n# Three\n\nFour five six."), true, &shown),
                "One two.\n[Three] # Three//Four five six.");
    buffer_release(&shown);
}

TEST(chunk_pages, "chunk: page stops at form feeds, or where the map says, and tells the page")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .strategy = CHUNK_PAGE, .unit = CHUNK_WORDS, .size = 2, .overlap = 1 };
    EXPECT_TEXT(chunks_shown(&settings, SLICE("a b\fc\f\fd e f"), false, &shown), "p1 a b\np2 c\np4 d e\np4 e f");
    struct chunker *chunker = chunker_create(&settings);
    static const size_t pages[] = { 0, 4, 8 };
    struct chunk_document document = { .text = SLICE("\xc3\xa4 b c d e f"), .pages = pages, .page_count = 3 };
    struct error error = { 0 };
    struct chunk chunk;
    EXPECT_OK(chunker_begin(chunker, &document, &error), &error);
    static const size_t wanted[] = { 1, 2, 3 };
    for (size_t i = 0; i < 3; i++) {
        EXPECT(chunker_next(chunker, &chunk));
        EXPECT_INTEGER(chunk.page, wanted[i]);
        EXPECT_INTEGER(chunk.start, 4 * i);
    }
    EXPECT(!chunker_next(chunker, &chunk));
    chunker_free(chunker);
    buffer_release(&shown);
}

TEST(chunk_regex, "chunk: regex stops before each match and cuts what is still too long")
{
    struct buffer shown = { 0 };
    struct error error = { 0 };
    struct pattern *separator = pattern_compile(SLICE("^Article \\d+"), PATTERN_MULTILINE, &error);
    struct chunk_settings settings = { CHUNK_REGEX, CHUNK_WORDS, 5, 1, NULL, separator, 0 };
    EXPECT_TEXT(
        chunks_shown(&settings, SLICE("Preface\nArticle 1\nAll. Of. It. Is. Here.\nArticle 2\nEnd."), false, &shown),
        "Preface\nArticle 1\nAll. Of. It. Is. Here.\nArticle 2/End.");
    pattern_free(separator);
    buffer_release(&shown);
}

TEST(chunk_cluster, "chunk: a cluster larger than the size is a chunk of its own")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .unit = CHUNK_CHARS, .size = 2, .overlap = 1 };
    EXPECT_TEXT(chunks_shown(&settings,
                             SLICE("ab\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"
                                   "cde"),
                             false, &shown),
                "ab\n\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7\ncd\nde");
    buffer_release(&shown);
}

TEST(chunk_none, "chunk: none gives the text without white space around it, and nothing for white space")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .strategy = CHUNK_NONE, .unit = CHUNK_WORDS, .size = 1 };
    EXPECT_TEXT(chunks_shown(&settings, SLICE("\n a b. C \n"), false, &shown), "a b. C");
    EXPECT_TEXT(chunks_shown(&settings, SLICE(" \n\t\xc2\xa0"), false, &shown), "");
    EXPECT_TEXT(chunks_shown(&settings, SLICE(""), false, &shown), "");
    buffer_release(&shown);
}

TEST(chunk_wrapped, "chunk: the end of a filled line is no better a place than any other word")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = { .unit = CHUNK_WORDS, .size = 14 };
    EXPECT_TEXT(chunks_shown(&settings,
                             SLICE("The first sentence is quite short. The second one runs over the end\n"
                                   "of its line and is too long."),
                             false, &shown),
                "The first sentence is quite short.\nThe second one runs over the end/of its line and is too long.");
    buffer_release(&shown);
}

/* How many chunks, and that they hold the text in order. */
static size_t count_chunks(const struct chunk_settings *settings, struct slice text, bool has_headings)
{
    struct chunker *chunker = chunker_create(settings);
    struct chunk_document document = { .text = text, .has_headings = has_headings };
    struct error error = { 0 };
    struct chunk chunk = { 0 };
    size_t count = 0;
    EXPECT_OK(chunker_begin(chunker, &document, &error), &error);
    while (chunker_next(chunker, &chunk))
        count++;
    EXPECT(is_white(slice_from(text, (size_t)(chunk.text.bytes - text.bytes) + chunk.text.length)));
    chunker_free(chunker);
    return count;
}

/* Quadratic work on these would take hours. */
TEST(chunk_linear, "chunk: megabytes of what invites quadratic work come to an end")
{
    static const struct {
        const char *start, *repeated, *end;
        size_t count, chunks;
    } cases[] = {
        { "", "x", "", 250000, 0 },
        { "", "# H\n", "", 250000, 0 },
        { "a", "\xcc\x81", "", 500000, 1 },
        { "", "\xf0\x9f\x87\xa9", "", 250000, 0 },
        { "", ". ", "", 500000, 0 },
        { "", ".)", "", 500000, 0 },
        { ". ", "(", "", 1000000, 0 },
        { "a", " ", "b", 1000000, 1 },
        { "a", "\n", "b", 1000000, 1 },
        { "", "```\n", "", 250000, 0 },
        { "", "a | b\n", "", 250000, 0 },
        { "x\n", "=", "", 1000000, 0 },
        { "", "\xe4\xb8\xad", "", 250000, 0 },
    };
    struct buffer text = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_reset(&text);
        buffer_append_string(&text, cases[i].start);
        for (size_t k = 0; k < cases[i].count; k++)
            buffer_append_string(&text, cases[i].repeated);
        buffer_append_string(&text, cases[i].end);
        struct chunk_settings settings = { .size = 300, .overlap = 60, .tokenizer = &tokenizer_o200k_estimate };
        for (unsigned strategy = CHUNK_RECURSIVE; strategy <= CHUNK_MARKDOWN; strategy++) {
            settings.strategy = (enum chunk_strategy)strategy;
            size_t count = count_chunks(&settings, buffer_slice(&text), true);
            EXPECT(count > 0);
            if (cases[i].chunks)
                EXPECT_INTEGER(count, cases[i].chunks);
        }
        settings.unit = CHUNK_CHARS;
        settings.overlap = settings.size - 1;
        text.length = utf8_cut(buffer_slice(&text), 20000);
        EXPECT(count_chunks(&settings, buffer_slice(&text), true) > 0);
    }
    buffer_release(&text);
}

/* Each chunk with its parent's number and place. */
static struct slice children_shown(const struct chunk_settings *settings, struct slice text, struct buffer *shown)
{
    struct chunker *chunker = chunker_create(settings);
    struct chunk_document document = { .text = text };
    struct error error = { 0 };
    struct chunk chunk;
    buffer_reset(shown);
    EXPECT_OK(chunker_begin(chunker, &document, &error), &error);
    while (chunker_next(chunker, &chunk)) {
        buffer_append_format(shown, "%s%zu [%zu,%zu) ", chunk.number ? "\n" : "", chunk.parent.number,
                             chunk.parent.start, chunk.parent.end);
        buffer_append_slice(shown, chunk.text);
    }
    chunker_free(chunker);
    return buffer_slice(shown);
}

TEST(chunk_hierarchy, "chunk: a hierarchy cuts parents, then each of them, and both levels overlap")
{
    struct buffer shown = { 0 };
    struct chunk_settings settings = {
        .strategy = CHUNK_HIERARCHICAL, .unit = CHUNK_WORDS, .size = 4, .parent_size = 8
    };
    EXPECT_TEXT(children_shown(&settings, SLICE("One two. Three four. Five six. Seven. Eight nine ten."), &shown),
                "0 [0,37) One two. Three four.\n0 [0,37) Five six. Seven.\n1 [38,53) Eight nine ten.");
    settings.overlap = 1;
    EXPECT_TEXT(children_shown(&settings, SLICE("One two. Three four. Five six. Seven. Eight nine ten."), &shown),
                "0 [0,37) One two. Three four.\n0 [0,37) four. Five six. Seven.\n"
                "1 [31,53) Seven. Eight nine ten.");
    EXPECT_TEXT(children_shown(&settings, SLICE(" \n"), &shown), "");
    buffer_release(&shown);
}
