/* contamination.c - what the n-grams that were found say about a record's texts. */
#include "curate/contamination.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/letters.h"

static void add_span(struct contaminated_list *list, size_t text, size_t start, size_t end, uint32_t gram,
                     uint32_t count)
{
    if (list->count == list->capacity)
        list->spans = memory_grow(list->spans, &list->capacity, list->count + 1, sizeof *list->spans);
    list->spans[list->count++] = (struct contaminated){ text, start, end, gram, count };
}

/* Words [first, end) as spans. *text: where the search for their text begins. */
static void add_stretch(const struct word_forms *words, const size_t *firsts, size_t texts, size_t first, size_t end,
                        uint32_t gram, uint32_t count, size_t *text, struct contaminated_list *list)
{
    while (*text + 1 < texts && firsts[*text + 1] <= first)
        ++*text;
    for (size_t at = *text; first < end; at++) {
        size_t limit = at + 1 < texts && firsts[at + 1] < end ? firsts[at + 1] : end;
        if (limit > first)
            add_span(list, at, words->words[first].start, words->words[limit - 1].end, gram, count);
        count = limit > first ? 0 : count;
        first = limit;
    }
}

void contamination_gather(const struct ngram_index *index, const struct ngram_hits *hits,
                          const struct word_forms *words, const size_t *firsts, size_t texts,
                          struct contaminated_list *list)
{
    size_t text = 0;
    for (size_t i = 0; i < hits->count;) {
        const struct ngram_hit *hit = &hits->hits[i++];
        uint32_t item = ngram_index_item(index, hit->gram), count = 1;
        size_t end = (size_t)hit->first + hit->count;
        for (; i < hits->count && hits->hits[i].first <= end; i++) {
            const struct ngram_hit *next = &hits->hits[i];
            if (ngram_index_item(index, next->gram) != item)
                break;
            end = (size_t)next->first + next->count > end ? (size_t)next->first + next->count : end;
            count++;
        }
        add_stretch(words, firsts, texts, hit->first, end, hit->gram, count, &text, list);
    }
}

static bool ends_sentence(char byte)
{
    return byte == '.' || byte == '!' || byte == '?';
}

/* The place `count` characters before; false: the text begins first. */
static bool go_back(struct slice text, size_t place, int64_t count, size_t *result)
{
    while (count > 0 && place > 0) {
        place--;
        count -= ((unsigned char)text.bytes[place] & 0xc0) != 0x80;
    }
    *result = place;
    return count == 0 && place > 0;
}

static size_t go_on(struct slice text, size_t place, int64_t count)
{
    return place + utf8_offset(slice_from(text, place), (size_t)count);
}

/* The end of what stands before a hit: behind a sentence. */
static size_t end_before(struct slice text, size_t hit, int64_t around)
{
    size_t place;
    if (!go_back(text, hit, around, &place))
        return 0;
    while (place > 0 && !ends_sentence(slice_byte(text, place)))
        place--;
    return place > 0 ? place + 1 : 0;
}

static size_t start_behind(struct slice text, size_t hit, int64_t around)
{
    size_t place = go_on(text, hit, around);
    while (place < text.length && !ends_sentence(text.bytes[place]))
        place++;
    return place < text.length ? place + 1 : text.length;
}

static size_t keep_piece(const struct contamination_cut *cut, struct slice piece, bool is_last_whole,
                         struct buffer *output)
{
    bool is_kept = is_last_whole || utf8_count(piece) > (size_t)cut->keep;
    piece = text_trim(piece);
    if (!is_kept || piece.length == 0)
        return 0;
    if (output->length > 0)
        buffer_append_string(output, "\n\n");
    buffer_append_slice(output, piece);
    return 1;
}

size_t contamination_cut(const struct contamination_cut *cut, struct slice text, const struct contaminated *spans,
                         size_t count, struct buffer *output)
{
    size_t pieces = 0, start = 0;
    for (size_t i = 0; i < count; i++) {
        if (spans[i].start < start)
            continue;
        struct slice rest = slice_from(text, start);
        size_t end = end_before(rest, spans[i].start - start, cut->around);
        pieces += keep_piece(cut, slice_between(rest, 0, end), false, output);
        start += start_behind(rest, spans[i].end - start, cut->around);
        if (utf8_count(slice_from(text, start)) <= (size_t)cut->keep)
            return pieces;
    }
    return pieces + keep_piece(cut, slice_from(text, start), true, output);
}
