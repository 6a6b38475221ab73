/* pattern_literal.c - text that a pattern cannot match without.
 *
 * Walks over the pattern's top level and collects runs of plain characters; what stands in parentheses or brackets ends
 * a run, an alternative or anything that is not surely understood ends the walk: no literal is always a right answer.
 */
#include "text/pattern_literal.h"

#include "base/utf8.h"

struct walk {
    struct slice pattern;
    size_t position;
    char best[PATTERN_LITERAL_MAXIMUM], run[PATTERN_LITERAL_MAXIMUM];
    size_t best_length, run_length;
    bool gives_up;
};

static char byte_at(const struct walk *walk, size_t offset)
{
    size_t position = walk->position + offset;
    return position < walk->pattern.length ? walk->pattern.bytes[position] : '\0';
}

static void end_run(struct walk *walk)
{
    if (walk->run_length > walk->best_length) {
        memcpy(walk->best, walk->run, walk->run_length);
        walk->best_length = walk->run_length;
    }
    walk->run_length = 0;
}

static void add_character(struct walk *walk, const char *bytes, size_t length)
{
    if (walk->run_length + length > sizeof walk->run)
        end_run(walk);
    memcpy(walk->run + walk->run_length, bytes, length);
    walk->run_length += length;
}

/* The last character of the run may be missing from the text. */
static void drop_character(struct walk *walk)
{
    if (walk->run_length)
        walk->run_length = utf8_cut(slice_of(walk->run, walk->run_length), walk->run_length - 1);
}

/* {2}, {2,}, {2,5}: its length, 0 when the brace is no quantifier. */
static size_t braces_length(const struct walk *walk)
{
    size_t length = 1;
    bool has_digit = false;
    for (; byte_at(walk, length) != '}'; length++) {
        char byte = byte_at(walk, length);
        if (byte != ',' && (byte < '0' || byte > '9'))
            return 0;
        has_digit |= byte != ',';
    }
    return has_digit ? length + 1 : 0;
}

/* A quantifier behind an item, with what makes it lazy or possessive. */
static void take_quantifier(struct walk *walk)
{
    char byte = byte_at(walk, 0);
    size_t length = byte == '*' || byte == '+' || byte == '?';
    if (byte == '{')
        length = braces_length(walk);
    if (length == 0) {
        walk->gives_up |= byte == '{';
        return;
    }
    if (byte != '+')
        drop_character(walk);
    end_run(walk);
    walk->position += length;
    if (byte_at(walk, 0) == '?' || byte_at(walk, 0) == '+')
        walk->position++;
}

/* \p{L}, \PN: behind the p. */
static size_t property_length(const struct walk *walk)
{
    size_t length = 2;
    if (byte_at(walk, 2) == '{')
        while (byte_at(walk, length) != '}' && byte_at(walk, length))
            length++;
    return length + 1;
}

/* A backslash and what it stands in front of. */
static void take_escape(struct walk *walk)
{
    char byte = byte_at(walk, 1);
    bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    if (byte == 'p' || byte == 'P') {
        end_run(walk);
        walk->position += property_length(walk);
    } else if (is_letter && strchr("dDwWsSbBAzZGhHvVnrtfea", byte)) {
        end_run(walk);
        walk->position += 2;
    } else if (is_letter || byte == '\0' || (unsigned char)byte >= 0x80) {
        walk->gives_up = true;
    } else {
        add_character(walk, &byte, 1);
        walk->position += 2;
    }
}

/* A backslash where only its length counts: \Q hides what follows, \c takes any character. */
static void skip_escape(struct walk *walk)
{
    char byte = byte_at(walk, 1);
    walk->gives_up |= byte == 'Q' || byte == 'c';
    walk->position += 2;
}

/* [...] */
static void skip_class(struct walk *walk)
{
    walk->position++;
    if (byte_at(walk, 0) == '^')
        walk->position++;
    if (byte_at(walk, 0) == ']')
        walk->position++;
    while (walk->position < walk->pattern.length && byte_at(walk, 0) != ']') {
        char byte = byte_at(walk, 0), next = byte_at(walk, 1);
        /* A named class closes with a bracket of its own. */
        walk->gives_up |= byte == '[' && (next == ':' || next == '.' || next == '=');
        if (byte == '\\')
            skip_escape(walk);
        else
            walk->position++;
    }
    walk->position++;
}

/* Options, comments, verbs and calls change how the rest is read. */
static bool is_plain_group(const struct walk *walk)
{
    char byte = byte_at(walk, 2);
    if (byte_at(walk, 1) == '*')
        return false;
    return byte_at(walk, 1) != '?' || (byte && strchr(":=!<>|", byte));
}

/* (...) with all inside. */
static void skip_group(struct walk *walk)
{
    size_t depth = 0;
    while (walk->position < walk->pattern.length && !walk->gives_up) {
        char byte = byte_at(walk, 0);
        if (byte == '(' && !is_plain_group(walk)) {
            walk->gives_up = true;
        } else if (byte == '\\') {
            skip_escape(walk);
        } else if (byte == '[') {
            skip_class(walk);
        } else {
            depth += byte == '(';
            depth -= byte == ')';
            walk->position++;
            if (depth == 0)
                return;
        }
    }
}

static void take_item(struct walk *walk)
{
    char byte = byte_at(walk, 0);
    if (byte == '|' || byte == '{' || byte == '*' || byte == '+' || byte == '?' || byte == ')') {
        walk->gives_up = true;
    } else if (byte == '\\') {
        take_escape(walk);
    } else if (byte == '[' || byte == '(') {
        end_run(walk);
        if (byte == '[')
            skip_class(walk);
        else
            skip_group(walk);
    } else if (byte == '.' || byte == '^' || byte == '$') {
        end_run(walk);
        walk->position++;
    } else {
        uint32_t code_point;
        size_t length = utf8_decode(slice_from(walk->pattern, walk->position), &code_point);
        walk->gives_up |= length == 0;
        add_character(walk, walk->pattern.bytes + walk->position, length);
        walk->position += length;
    }
}

size_t pattern_find_literal(struct slice pattern, char *bytes)
{
    struct walk walk = { .pattern = pattern };
    while (walk.position < pattern.length && !walk.gives_up) {
        take_item(&walk);
        if (!walk.gives_up)
            take_quantifier(&walk);
    }
    end_run(&walk);
    if (walk.gives_up)
        return 0;
    memcpy(bytes, walk.best, walk.best_length);
    return walk.best_length;
}
