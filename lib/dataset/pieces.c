/* pieces.c - the pieces of a text that fit into rows. */
#include "dataset/pieces.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/encoder.h"
#include "json/write.h"

enum { WORD_TOKENS = 64 /* before the limit: there a word is looked for */ };

struct piece_maker {
    struct piece_settings settings;
    void *memory; /* of the tokenizer */
    uint64_t *marks;
    size_t mark_words;
    struct buffer json;
    size_t *ends; /* of ids in the JSON text */
    size_t end_capacity;
};

struct piece_maker *piece_maker_create(const struct piece_settings *settings)
{
    struct piece_maker *maker = memory_allocate_zeroed(1, sizeof *maker);
    maker->settings = *settings;
    maker->memory = tokenizer_memory(settings->tokenizer);
    return maker;
}

void piece_maker_free(struct piece_maker *maker)
{
    if (!maker)
        return;
    tokenizer_memory_free(maker->settings.tokenizer, maker->memory);
    memory_free(maker->marks);
    memory_free(maker->ends);
    buffer_release(&maker->json);
    memory_free(maker);
}

static void append_ids(const uint32_t *ids, size_t count, struct buffer *json)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_byte(json, ',');
        buffer_append_decimal(json, ids[i]);
    }
}

bool piece_ids(const struct tokenizer *tokenizer, struct slice text, struct buffer *json, uint32_t *tokens,
               struct error *error)
{
    struct encoder *encoder = encoder_create(tokenizer->vocabulary, ADDED_AS_TOKENS);
    const uint32_t *ids;
    size_t count;
    bool is_good = encoder_encode(encoder, text, &ids, &count, error);
    if (is_good) {
        append_ids(ids, count, json);
        *tokens = (uint32_t)count;
    }
    encoder_free(encoder);
    return is_good;
}

static struct pack_piece *add_piece(struct pack_document *document, struct arena *arena, size_t *capacity,
                                    struct slice content, size_t tokens)
{
    if (document->count == *capacity)
        document->pieces = arena_grow(arena, document->pieces, capacity, document->count + 1, sizeof *document->pieces);
    struct pack_piece *piece = &document->pieces[document->count++];
    *piece = (struct pack_piece){ .content = content, .tokens = (uint32_t)tokens };
    return piece;
}

/* Of the tokens that are left, how many the next piece has: the last one must leave room for a separator. */
static size_t next_tokens(const struct piece_settings *settings, size_t left)
{
    if (left <= settings->last_maximum)
        return left;
    return left - 1 < settings->maximum ? left - 1 : settings->maximum;
}

/* What all pieces have in common, once they are there. */
static void finish_pieces(const struct piece_settings *settings, struct pack_document *document)
{
    document->pieces[0].is_start = true;
    document->pieces[document->count - 1].is_end = true;
    if (settings->action == PACK_LONG_TRUNCATE)
        document->lost = document->tokens - document->pieces[0].tokens;
}

static bool cut_ids(struct piece_maker *maker, struct slice text, struct arena *arena, struct pack_document *document,
                    struct error *error)
{
    const struct piece_settings *settings = &maker->settings;
    const uint32_t *ids;
    size_t count, capacity = 0;
    if (!encoder_encode(maker->memory, text, &ids, &count, error))
        return false;
    document->tokens = count;
    document->is_too_long = count > settings->last_maximum;
    if (!settings->is_stream && document->is_too_long && settings->action == PACK_LONG_DROP)
        return true;
    bool is_short = document->is_too_long && settings->action == PACK_LONG_TRUNCATE;
    for (size_t from = 0; from < count;) {
        size_t tokens = settings->is_stream ? count
                        : is_short          ? settings->last_maximum
                                            : next_tokens(settings, count - from);
        buffer_reset(&maker->json);
        append_ids(ids + from, tokens, &maker->json);
        add_piece(document, arena, &capacity, arena_copy(arena, buffer_slice(&maker->json)), tokens);
        from = is_short ? count : from + tokens;
    }
    document->is_too_long = false;
    finish_pieces(settings, document);
    if (settings->is_stream)
        document->stream = (struct pack_stream){ .content = document->pieces[0].content, .tokens = count };
    return true;
}

static bool mark(struct piece_maker *maker, struct slice text, struct error *error)
{
    const struct tokenizer *tokenizer = maker->settings.tokenizer;
    size_t words = (text.length + 63) / 64;
    if (words > maker->mark_words)
        maker->marks = memory_grow(maker->marks, &maker->mark_words, words, sizeof *maker->marks);
    return tokenizer->mark(tokenizer, maker->memory, text, maker->marks, error);
}

static bool is_marked(const struct piece_maker *maker, size_t offset)
{
    return maker->marks[offset / 64] >> (offset % 64) & 1;
}

static bool is_white(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

/* The offset of the mark behind `tokens` tokens that begin at start or later, the text's end if there is none. */
static size_t mark_after(const struct piece_maker *maker, struct slice text, size_t start, size_t tokens)
{
    size_t seen = 0, words = (text.length + 63) / 64;
    for (size_t word = start / 64; word < words; word++) {
        uint64_t bits = maker->marks[word];
        if (word == start / 64)
            bits &= ~(uint64_t)0 << (start % 64);
        size_t count = (size_t)__builtin_popcountll(bits);
        if (seen + count <= tokens) {
            seen += count;
            continue;
        }
        for (; seen < tokens; seen++)
            bits &= bits - 1;
        return word * 64 + (unsigned)__builtin_ctzll(bits);
    }
    return text.length;
}

/* The best place to end a piece, at most at limit, which is a mark or the text's end. */
static size_t place_to_cut(const struct piece_maker *maker, struct slice text, size_t start, size_t limit)
{
    size_t tokens = 0;
    for (size_t place = limit; place > start && tokens < WORD_TOKENS; place--) {
        if (!is_marked(maker, place))
            continue;
        if (is_white(text.bytes[place]) || is_white(text.bytes[place - 1]))
            return place;
        tokens++;
    }
    size_t whole = utf8_cut(text, limit);
    return whole > start ? whole : limit;
}

/* One piece from start on, of at most `maximum` tokens as it is counted alone. */
static bool next_end(struct piece_maker *maker, struct slice text, size_t start, size_t maximum, size_t *end,
                     size_t *tokens, struct error *error)
{
    const struct tokenizer *tokenizer = maker->settings.tokenizer;
    for (size_t wanted = maximum; wanted > 0; wanted -= wanted > 8 ? wanted / 8 : 1) {
        size_t limit = mark_after(maker, text, start, wanted);
        *end = limit < text.length ? place_to_cut(maker, text, start, limit) : limit;
        if (!tokenizer_count_text(tokenizer, maker->memory, slice_between(text, start, *end), tokens, error))
            return false;
        if (*tokens <= maximum)
            return true;
    }
    return error_set(error, E_LIMIT, "one character has more tokens than --length leaves for it");
}

static struct slice escaped(struct slice part, struct arena *arena, struct buffer *scratch)
{
    buffer_reset(scratch);
    json_append_escaped(scratch, part);
    return arena_copy(arena, buffer_slice(scratch));
}

static bool cut_long(struct piece_maker *maker, struct slice text, struct arena *arena, struct pack_document *document,
                     struct error *error)
{
    const struct piece_settings *settings = &maker->settings;
    size_t capacity = 0;
    if (!mark(maker, text, error))
        return false;
    for (size_t start = 0, end = 0, tokens = 0; start < text.length; start = end) {
        if (!next_end(maker, text, start, settings->last_maximum, &end, &tokens, error))
            return false;
        add_piece(document, arena, &capacity, escaped(slice_between(text, start, end), arena, &maker->json), tokens);
        if (settings->action == PACK_LONG_TRUNCATE)
            break;
    }
    finish_pieces(settings, document);
    return true;
}

/* A stream is cut at the marks of the whole text. */
static bool make_stream(struct piece_maker *maker, struct slice text, struct arena *arena,
                        struct pack_document *document, struct error *error)
{
    if (!mark(maker, text, error))
        return false;
    size_t words = (text.length + 63) / 64, tokens = 0;
    uint64_t *marks = arena_allocate(arena, words * sizeof *marks);
    memcpy(marks, maker->marks, words * sizeof *marks);
    for (size_t i = 0; i < words; i++)
        tokens += (size_t)__builtin_popcountll(marks[i]);
    document->tokens = tokens;
    document->stream = (struct pack_stream){ .content = text, .tokens = tokens, .marks = marks };
    return true;
}

bool piece_maker_cut(struct piece_maker *maker, struct json_value value, struct arena *arena,
                     struct pack_document *document, struct error *error)
{
    const struct piece_settings *settings = &maker->settings;
    struct slice text = { 0 };
    *document = (struct pack_document){ 0 };
    if (!json_decode(value, arena, &text, error))
        return false;
    if (settings->emits_ids)
        return cut_ids(maker, text, arena, document, error);
    if (settings->is_stream)
        return make_stream(maker, text, arena, document, error);
    if (!tokenizer_count_text(settings->tokenizer, maker->memory, text, &document->tokens, error))
        return false;
    if (document->tokens > settings->last_maximum) {
        document->is_too_long = settings->action == PACK_LONG_DROP;
        return document->is_too_long || cut_long(maker, text, arena, document, error);
    }
    size_t capacity = 0;
    add_piece(document, arena, &capacity, slice_between(value.text, 1, value.text.length - 1), document->tokens);
    finish_pieces(settings, document);
    return true;
}
