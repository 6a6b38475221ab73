/* pack_test.c - documents into rows: what stands where, and that nothing is lost or too long. */
#include "dataset/pack.h"

#include "base/memory.h"
#include "dataset/pieces.h"
#include "test.h"
#include "json/write.h"

/* Rows as lines, and the largest count of tokens. */
struct rows {
    struct buffer text, line;
    uint32_t most;
};

static struct buffer *begin_row(void *context)
{
    struct rows *rows = context;
    buffer_reset(&rows->line);
    return &rows->line;
}

static enum flow end_row(void *context, uint32_t tokens, struct error *error)
{
    struct rows *rows = context;
    (void)error;
    buffer_append_slice(&rows->text, buffer_slice(&rows->line));
    buffer_append_byte(&rows->text, '\n');
    rows->most = tokens > rows->most ? tokens : rows->most;
    return FLOW_OK;
}

static void release_rows(struct rows *rows)
{
    buffer_release(&rows->text);
    buffer_release(&rows->line);
}

/* Documents whose pieces have one letter a token; "|" cuts a document into pieces. */
static void pack_words(const struct pack_settings *settings, const char *const *documents, struct rows *rows)
{
    struct pack_output output = { rows, begin_row, end_row };
    struct packer *packer = packer_create(settings, &output);
    struct error error = { 0 };
    for (size_t i = 0; documents[i]; i++) {
        struct slice rest = slice_of_string(documents[i]);
        for (bool is_start = true; rest.length > 0; is_start = false) {
            size_t end = slice_find_byte(rest, '|');
            struct slice part = slice_between(rest, 0, end);
            size_t tokens = settings->emits_ids ? part.length / 2 + 1 : part.length;
            struct pack_piece piece = { part, SLICE("\"d\""), (uint32_t)tokens, is_start, end == rest.length };
            EXPECT(packer_add(packer, &piece, &error) == FLOW_OK);
            rest = slice_from(rest, end + 1);
        }
    }
    EXPECT(packer_finish(packer, &error) == FLOW_OK);
    packer_free(packer);
}

TEST(pack_texts, "pack: rows of texts by strategy and kind of separator")
{
    static const struct {
        enum pack_strategy strategy;
        const char *separator;
        uint32_t separator_tokens;
        bool is_between;
        const char *documents[5], *rows;
    } cases[] = {
        { PACK_GREEDY, " ", 1, true, { "aaaa", "bbb", "cc", "d" }, "{\"text\":\"aaaa bbb\"}\n{\"text\":\"cc d\"}\n" },
        { PACK_GREEDY, ";", 1, false, { "aaaa", "bbb", "cc" }, "{\"text\":\"aaaa;\"}\n{\"text\":\"bbb;cc;\"}\n" },
        { PACK_GREEDY, "", 0, false, { "aaaa", "bbbb", "cc" }, "{\"text\":\"aaaabbbb\"}\n{\"text\":\"cc\"}\n" },
        { PACK_BEST_FIT,
          " ",
          1,
          true,
          { "aa", "bbbb", "ccc", "ddddd" },
          "{\"text\":\"aa ddddd\"}\n{\"text\":\"bbbb ccc\"}\n" },
        { PACK_BEST_FIT,
          ";",
          1,
          false,
          { "aa", "bbbb", "ccccccc" },
          "{\"text\":\"aa;bbbb;\"}\n{\"text\":\"ccccccc;\"}\n" },
        /* Parts of one document that meet again are not parted; a part that goes on in another row is. */
        { PACK_GREEDY, " ", 1, true, { "aaa|bb", "c" }, "{\"text\":\"aaabb c\"}\n" },
        { PACK_GREEDY, ";", 1, false, { "aaaaaaa|bb", "c" }, "{\"text\":\"aaaaaaa\"}\n{\"text\":\"bb;c;\"}\n" },
        { PACK_BEST_FIT,
          ";",
          1,
          false,
          { "aaaaa|bbbbb", "c", "d" },
          "{\"text\":\"aaaaa;d;\"}\n{\"text\":\"bbbbb;c;\"}\n" },
        { PACK_GREEDY, " ", 1, true, { NULL }, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rows rows = { 0 };
        struct pack_settings settings = { .strategy = cases[i].strategy,
                                          .length = 8,
                                          .separator = slice_of_string(cases[i].separator),
                                          .separator_tokens = cases[i].separator_tokens,
                                          .is_between = cases[i].is_between,
                                          .key = "text",
                                          .window = 1 << 20 };
        pack_words(&settings, cases[i].documents, &rows);
        EXPECT_SLICE(buffer_slice(&rows.text), slice_of_string(cases[i].rows));
        EXPECT(rows.most <= 8);
        release_rows(&rows);
    }
}

TEST(pack_ids, "pack: rows of ids have the lengths and positions of their documents")
{
    static const char *const documents[] = { "1,2,3,4,5|6", "7,8", NULL };
    struct rows rows = { 0 };
    struct pack_settings settings = { .strategy = PACK_GREEDY,
                                      .length = 10,
                                      .separator = SLICE("0"),
                                      .separator_tokens = 1,
                                      .emits_ids = true,
                                      .has_positions = true,
                                      .names_documents = true };
    pack_words(&settings, documents, &rows);
    EXPECT_TEXT(buffer_slice(&rows.text),
                "{\"input_ids\":[1,2,3,4,5,6,0,7,8,0],\"seq_lengths\":[7,3],\"position_ids\":[0,1,"
                "2,3,4,5,6,0,1,2],\"documents\":[\"d\",\"d\"]}\n");
    release_rows(&rows);
}

TEST(pack_wrapped_ids, "pack: wrapped ids fill every row but the last")
{
    struct rows rows = { 0 };
    struct error error = { 0 };
    struct pack_output output = { &rows, begin_row, end_row };
    struct pack_settings settings = {
        .strategy = PACK_WRAPPED, .length = 4, .separator = SLICE("0"), .separator_tokens = 1, .emits_ids = true
    };
    struct packer *packer = packer_create(&settings, &output);
    struct pack_stream streams[] = { { .content = SLICE("1,2,3,4"), .tokens = 4 },
                                     { .content = SLICE("5"), .tokens = 1 },
                                     { .content = SLICE("6,7,8,9,10,11"), .tokens = 6 } };
    for (size_t i = 0; i < 3; i++)
        EXPECT(packer_add_stream(packer, &streams[i], &error) == FLOW_OK);
    EXPECT(packer_finish(packer, &error) == FLOW_OK);
    EXPECT_TEXT(buffer_slice(&rows.text), "{\"input_ids\":[1,2,3,4],\"seq_lengths\":[4]}\n"
                                          "{\"input_ids\":[0,5,0,6],\"seq_lengths\":[1,2,1]}\n"
                                          "{\"input_ids\":[7,8,9,10],\"seq_lengths\":[4]}\n"
                                          "{\"input_ids\":[11,0],\"seq_lengths\":[2]}\n");
    EXPECT_INTEGER(packer_figures(packer)->tokens, 14);
    packer_free(packer);
    release_rows(&rows);
}

/* A text of words, sentences and characters of 1 to 4 bytes. */
static void make_text(uint32_t *seed, size_t length, struct buffer *text)
{
    static const char *const parts[] = {
        "harbour ", "tide. ", "\n\n", "Ö", "日本", "\U0001F600", "x", " 12345 ", "\"\\"
    };
    while (text->length < length) {
        *seed = *seed * 1664525 + 1013904223;
        buffer_append_string(text, parts[(*seed >> 16) % (sizeof parts / sizeof *parts)]);
    }
}

/* The texts of rows {"text":"..."}, one behind the other. */
static void join_rows(struct slice lines, struct buffer *joined)
{
    struct arena arena = { 0 };
    while (lines.length > 0) {
        size_t end = slice_find_byte(lines, '\n');
        struct json_value row;
        struct slice text;
        struct error error = { 0 };
        EXPECT_OK(json_scan(slice_between(lines, 0, end), &row, &error), &error);
        EXPECT_OK(json_decode(json_member(row, SLICE("text")), &arena, &text, &error), &error);
        buffer_append_slice(joined, text);
        lines = slice_from(lines, end + 1);
    }
    arena_release(&arena);
}

TEST(pack_whole, "pack: without a separator rows put together are the documents, none longer than asked for")
{
    uint32_t seed = 3;
    for (int round = 0; round < 24; round++) {
        enum pack_strategy strategy = round % 2 ? PACK_WRAPPED : PACK_GREEDY;
        struct pack_settings settings = { .strategy = strategy, .length = 16 + (uint32_t)round, .key = "text" };
        struct piece_settings pieces = { .tokenizer = &tokenizer_o200k_estimate,
                                         .is_stream = strategy == PACK_WRAPPED,
                                         .maximum = settings.length,
                                         .last_maximum = settings.length };
        struct rows rows = { 0 };
        struct pack_output output = { &rows, begin_row, end_row };
        struct packer *packer = packer_create(&settings, &output);
        struct piece_maker *maker = piece_maker_create(&pieces);
        struct buffer all = { 0 }, joined = { 0 };
        struct arena arena = { 0 };
        struct error error = { 0 };
        for (size_t i = 0; i < 20; i++) {
            struct buffer text = { 0 }, json = { 0 };
            struct json_value value;
            struct pack_document document;
            make_text(&seed, 1 + (seed >> 20) % 700, &text);
            buffer_append_slice(&all, buffer_slice(&text));
            json_append_string(&json, buffer_slice(&text));
            EXPECT_OK(json_scan(arena_copy(&arena, buffer_slice(&json)), &value, &error), &error);
            EXPECT_OK(piece_maker_cut(maker, value, &arena, &document, &error), &error);
            if (pieces.is_stream)
                EXPECT(packer_add_stream(packer, &document.stream, &error) == FLOW_OK);
            for (size_t k = 0; k < document.count; k++)
                EXPECT(packer_add(packer, &document.pieces[k], &error) == FLOW_OK);
            buffer_release(&text);
            buffer_release(&json);
        }
        EXPECT(packer_finish(packer, &error) == FLOW_OK);
        EXPECT(rows.most <= settings.length);
        join_rows(buffer_slice(&rows.text), &joined);
        EXPECT_SLICE(buffer_slice(&joined), buffer_slice(&all));
        packer_free(packer);
        piece_maker_free(maker);
        arena_release(&arena);
        buffer_release(&all);
        buffer_release(&joined);
        release_rows(&rows);
    }
}

TEST(pack_large, "pack: pieces of few tokens and many bytes do not make a line that nobody can read")
{
    static const enum pack_strategy strategies[] = { PACK_GREEDY, PACK_BEST_FIT, PACK_WRAPPED };
    enum { PIECE = 12 * 1024 * 1024, COUNT = 5 };
    char *blanks = memory_allocate(PIECE);
    memset(blanks, ' ', PIECE);
    uint64_t *marks = memory_allocate_zeroed(PIECE / 64, sizeof *marks);
    marks[0] = 1;
    for (size_t i = 0; i < 3; i++) {
        struct pack_settings settings = { .strategy = strategies[i], .length = 64, .key = "text", .window = 1 << 30 };
        struct rows rows = { 0 };
        struct pack_output output = { &rows, begin_row, end_row };
        struct packer *packer = packer_create(&settings, &output);
        struct pack_piece piece = { slice_of(blanks, PIECE), SLICE(""), 1, true, true };
        struct pack_stream stream = { .content = slice_of(blanks, PIECE), .tokens = 1, .marks = marks };
        struct error error = { 0 };
        for (int k = 0; k < COUNT; k++)
            EXPECT((i == 2 ? packer_add_stream(packer, &stream, &error) : packer_add(packer, &piece, &error)) ==
                   FLOW_OK);
        EXPECT(packer_finish(packer, &error) == FLOW_OK);
        EXPECT_INTEGER(packer_figures(packer)->rows, 3);
        EXPECT_INTEGER(packer_figures(packer)->tokens, COUNT);
        packer_free(packer);
        release_rows(&rows);
    }
    memory_free(blanks);
    memory_free(marks);
}
