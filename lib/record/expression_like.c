/* expression_like.c - SQL's LIKE: % is any text, _ is one character. */
#include "base/utf8.h"
#include "record/expression_node.h"

static void add_token(struct like *like, enum like_kind kind, struct slice text)
{
    struct like_token *last = like->count ? &like->tokens[like->count - 1] : NULL;
    if (kind == LIKE_MANY && last && last->kind == LIKE_MANY)
        return;
    if (text.length > like->longest.length)
        like->longest = text;
    like->tokens[like->count++] = (struct like_token){ .kind = kind, .text = text };
}

bool like_compile(struct slice pattern, uint32_t escape, struct arena *arena, struct like *like)
{
    char *literal = arena_allocate_text(arena, pattern.length + 1);
    like->tokens = arena_allocate_zeroed(arena, pattern.length + 1, sizeof *like->tokens);
    like->count = 0;
    like->longest = SLICE("");
    size_t start = 0, length = 0, position = 0;
    while (position < pattern.length) {
        uint32_t code_point;
        size_t bytes = utf8_decode(slice_from(pattern, position), &code_point);
        if (bytes == 0)
            return false;
        bool is_escaped = escape && code_point == escape;
        if (is_escaped) {
            position += bytes;
            bytes = utf8_decode(slice_from(pattern, position), &code_point);
            if (bytes == 0)
                return false;
        }
        if (!is_escaped && (code_point == '%' || code_point == '_')) {
            if (length > start)
                add_token(like, LIKE_TEXT, slice_of(literal + start, length - start));
            add_token(like, code_point == '%' ? LIKE_MANY : LIKE_ONE, SLICE(""));
            start = length;
        } else {
            memcpy(literal + length, pattern.bytes + position, bytes);
            length += bytes;
        }
        position += bytes;
    }
    if (length > start)
        add_token(like, LIKE_TEXT, slice_of(literal + start, length - start));
    return true;
}

/* Matches tokens[from, to), no % among them, at position; returns where the match ends, text.length + 1 for none. */
static size_t match_here(const struct like *like, size_t from, size_t to, struct slice text, size_t position)
{
    for (size_t i = from; i < to; i++) {
        struct slice rest = slice_from(text, position);
        const struct like_token *token = &like->tokens[i];
        uint32_t code_point;
        size_t bytes = token->kind == LIKE_TEXT ? token->text.length : utf8_decode(rest, &code_point);
        if (bytes == 0 || (token->kind == LIKE_TEXT && !slice_starts_with(rest, token->text)))
            return text.length + 1;
        position += bytes;
    }
    return position;
}

/* The same backwards from the end of text; returns where the match starts. */
static size_t match_at_end(const struct like *like, size_t from, struct slice text)
{
    size_t end = text.length;
    for (size_t i = like->count; i-- > from;) {
        struct slice rest = slice_between(text, 0, end);
        const struct like_token *token = &like->tokens[i];
        if (token->kind == LIKE_TEXT && slice_ends_with(rest, token->text))
            end -= token->text.length;
        else if (token->kind == LIKE_ONE && end > 0)
            end = utf8_cut(text, end - 1);
        else
            return text.length + 1;
    }
    return end;
}

/* The leftmost match of tokens[from, to) at or behind position; returns its end. */
static size_t search(const struct like *like, size_t from, size_t to, struct slice text, size_t position)
{
    while (position <= text.length) {
        if (like->tokens[from].kind == LIKE_TEXT) {
            size_t found = slice_find(slice_from(text, position), like->tokens[from].text);
            if (found == text.length - position)
                break;
            position += found;
        }
        size_t end = match_here(like, from, to, text, position);
        if (end <= text.length)
            return end;
        uint32_t code_point;
        size_t bytes = utf8_decode(slice_from(text, position), &code_point);
        position += bytes ? bytes : 1;
    }
    return text.length + 1;
}

static size_t next_many(const struct like *like, size_t from)
{
    while (from < like->count && like->tokens[from].kind != LIKE_MANY)
        from++;
    return from;
}

/* Between two % the leftmost match is always right: it leaves most for what follows. */
bool like_matches(const struct like *like, struct slice text)
{
    size_t many = next_many(like, 0);
    size_t position = match_here(like, 0, many, text, 0);
    if (many == like->count)
        return position == text.length;
    while (position <= text.length) {
        size_t from = many + 1;
        many = next_many(like, from);
        if (many == like->count)
            return match_at_end(like, from, slice_from(text, position)) <= text.length - position;
        position = search(like, from, many, text, position);
    }
    return false;
}
