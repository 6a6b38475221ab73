/* lines.c - lines that are no prose are cut out of a text. */
#include "curate/lines.h"

#include "curate/phrases.h"
#include "curate/quality_private.h"
#include "text/letters.h"

/* What one text is cut with. */
struct cutter {
    const struct line_rules *rules;
    struct line_counts *counts;
    unsigned phrases; /* that the whole text holds */
    struct buffer *scratch;
};

/* The end of the word that begins at place. */
static size_t word_end(struct slice line, size_t place)
{
    for (; place < line.length; place++) {
        unsigned char byte = (unsigned char)line.bytes[place];
        if ((byte <= ' ' || byte >= 0xc2) && white_space_length(slice_from(line, place)))
            break;
    }
    return place;
}

static bool has_words(struct slice line, double wanted)
{
    size_t count = 0, place = 0;
    while ((double)count < wanted && (place = white_space_end(line, place)) < line.length) {
        place = word_end(line, place);
        count++;
    }
    return (double)count >= wanted;
}

static bool has_long_word(struct slice line, double longest)
{
    if ((double)line.length <= longest)
        return false;
    for (size_t place = 0, end; (place = white_space_end(line, place)) < line.length; place = end) {
        end = word_end(line, place);
        if ((double)(end - place) > longest && (double)utf8_count(slice_between(line, place, end)) > longest)
            return true;
    }
    return false;
}

/* Bytes of the citation that begins with the bracket at place: digits or nothing, edit, citation needed. */
static size_t citation_length(struct slice line, size_t place)
{
    struct slice rest = slice_from(line, place);
    size_t end = 1;
    if (slice_starts_with(rest, SLICE("[edit]")))
        return 6;
    if (slice_starts_with(rest, SLICE("[citation needed]")))
        return 17;
    for (uint32_t code_point; end < rest.length;) {
        size_t length = utf8_decode(slice_from(rest, end), &code_point);
        if (!text_is_digit(code_point))
            break;
        end += length;
    }
    return slice_byte(rest, end) == ']' ? end + 1 : 0;
}

/* Appends the line without citations; whether there were some. */
static bool append_without_citations(struct slice line, struct buffer *output)
{
    bool has_any = false;
    for (size_t place = 0; place < line.length;) {
        size_t bracket = place + slice_find_byte(slice_from(line, place), '[');
        buffer_append_slice(output, slice_between(line, place, bracket));
        size_t length = bracket < line.length ? citation_length(line, bracket) : 0;
        if (bracket < line.length && length == 0)
            buffer_append_byte(output, '[');
        has_any |= length > 0;
        place = bracket + (length ? length : 1);
    }
    return has_any;
}

/* The first rule that cuts the line or condemns the text; LINE_RULE_COUNT: none. line: without citations; whole: with
 * them. */
static enum line_rule failing_rule(const struct cutter *cutter, struct slice line, struct slice whole)
{
    const bool *is_on = cutter->rules->is_on;
    unsigned phrases = 0;
    if (is_on[LINE_NO_END_MARK] && (!has_end_mark(line) || slice_ends_with(line, SLICE("..."))))
        return LINE_NO_END_MARK;
    if (is_on[LINE_FEW_WORDS] && !has_words(whole, cutter->rules->threshold[LINE_FEW_WORDS]))
        return LINE_FEW_WORDS;
    if (cutter->phrases)
        phrases = phrases_find(phrases_lower(line, cutter->scratch), cutter->phrases);
    if (is_on[LINE_LOREM_IPSUM] && phrases & PHRASE_LOREM_IPSUM)
        return LINE_LOREM_IPSUM;
    if (is_on[LINE_JAVASCRIPT] && phrases & PHRASE_JAVASCRIPT)
        return LINE_JAVASCRIPT;
    if (is_on[LINE_CURLY_BRACKET] && slice_find_byte(line, '{') < line.length)
        return LINE_CURLY_BRACKET;
    if (is_on[LINE_POLICY] && phrases & PHRASES_POLICY)
        return LINE_POLICY;
    return LINE_RULE_COUNT;
}

static void count_kept(const struct cutter *cutter, struct slice line)
{
    size_t position = 0;
    struct slice sentence;
    cutter->counts->kept++;
    while (cutter->rules->counts_sentences && sentence_next(line, &position, &sentence))
        cutter->counts->sentences++;
}

/* Appends the line, or nothing. */
static enum line_rule cut_line(const struct cutter *cutter, struct slice line, struct buffer *output)
{
    const struct line_rules *rules = cutter->rules;
    size_t start = output->length;
    bool has_citations = false;
    if (rules->is_on[LINE_LONG_WORD] && has_long_word(line, rules->threshold[LINE_LONG_WORD]))
        return LINE_LONG_WORD;
    if (rules->is_on[LINE_CITATIONS])
        has_citations = append_without_citations(line, output);
    else
        buffer_append_slice(output, line);
    struct slice rest = slice_of(output->bytes + start, output->length - start);
    enum line_rule failed = failing_rule(cutter, rest, line);
    if (failed != LINE_RULE_COUNT) {
        output->length = start;
        return failed;
    }
    cutter->counts->cut[LINE_CITATIONS] += has_citations;
    count_kept(cutter, rest);
    return LINE_RULE_COUNT;
}

static void trim(struct buffer *output, size_t start)
{
    struct slice whole = slice_of(output->bytes + start, output->length - start);
    struct slice rest = without_white(whole);
    if (rest.length == whole.length)
        return;
    memmove(output->bytes + start, rest.bytes, rest.length);
    output->length = start + rest.length;
}

enum line_rule lines_cut(const struct line_rules *rules, struct slice text, struct buffer *scratch,
                         struct buffer *output, struct line_counts *counts)
{
    struct cutter cutter = { rules, counts, phrases_find(phrases_lower(text, scratch), PHRASES_OF_LINES), scratch };
    size_t position = 0, start = output->length, kept = 0;
    struct slice line;
    buffer_reserve(output, 1);
    while (quality_next_line(text, &position, &line)) {
        size_t before = output->length;
        if (kept > 0)
            buffer_append_byte(output, '\n');
        enum line_rule failed = cut_line(&cutter, without_white(line), output);
        if (failed == LINE_LOREM_IPSUM || failed == LINE_CURLY_BRACKET)
            return failed;
        if (failed == LINE_RULE_COUNT) {
            kept++;
            continue;
        }
        counts->cut[failed]++;
        output->length = before;
    }
    trim(output, start);
    return LINE_RULE_COUNT;
}
