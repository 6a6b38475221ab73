/* chunk.c - cuts a text into overlapping pieces at the best places. */
#include "text/chunk.h"

#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "text/breaks.h"
#include "text/kinds.h"
#include "text/measure.h"
#include "text/outline.h"
#include "text/segment.h"

/* Tables of counts hold 32 bits; documents are far smaller. */
#define CHUNK_TEXT_BYTES_MAXIMUM ((size_t)UINT32_MAX - 64)

/* How far a text is cut, or a parent in it. */
struct cursor {
    size_t size;    /* of the largest piece */
    size_t room;    /* what marks may say of it: the size, or less while a piece counts more alone */
    size_t start;   /* of the next piece */
    size_t covered; /* what pieces held so far ends here: the next one must go further */
    size_t wall;    /* end of the part that start lies in */
    size_t end;     /* of all */
};

struct chunker {
    struct chunk_settings settings;
    struct chunk_document document;
    struct breaks breaks;
    struct outline outline;
    struct measure points; /* code points */
    struct measure units;  /* what size and overlap count; its marks are those of points for chars */
    uint64_t *unit_marks;
    size_t unit_capacity;
    void *tokenizer_memory;
    uint64_t *walls; /* where a chunk must end, for the strategies that have such places */
    size_t walls_capacity;
    size_t *page_starts; /* byte offsets at which pages 2, 3, ... begin */
    size_t page_count;
    size_t page_capacity;
    unsigned first_level; /* best of the levels that the strategy uses; BREAK_LEVELS: none */

    struct cursor at;           /* of the chunks */
    struct cursor parents;      /* of the level above, for a hierarchy */
    struct chunk_parent parent; /* in which chunks are cut */
    size_t parent_number;       /* of the next one */
    size_t number;              /* of the next chunk */
    size_t page;                /* pages that begin at or before the last chunk's start, of page_starts */
    size_t headings;            /* headings that were taken into the path */
    struct slice path[HEADING_LEVELS];
    unsigned path_levels[HEADING_LEVELS];
    size_t path_count;
};

struct chunker *chunker_create(const struct chunk_settings *settings)
{
    struct chunker *chunker = memory_allocate_zeroed(1, sizeof *chunker);
    chunker->settings = *settings;
    if (settings->unit == CHUNK_TOKENS)
        chunker->tokenizer_memory = tokenizer_memory(settings->tokenizer);
    return chunker;
}

void chunker_free(struct chunker *chunker)
{
    if (!chunker)
        return;
    breaks_release(&chunker->breaks);
    outline_release(&chunker->outline);
    measure_release(&chunker->points);
    measure_release(&chunker->units);
    memory_free(chunker->unit_marks);
    if (chunker->settings.unit == CHUNK_TOKENS)
        tokenizer_memory_free(chunker->settings.tokenizer, chunker->tokenizer_memory);
    memory_free(chunker->walls);
    memory_free(chunker->page_starts);
    memory_free(chunker);
}

static void mark_words(struct slice text, uint64_t *marks)
{
    size_t position = 0;
    struct slice word;
    memset(marks, 0, bits_words(text.length) * sizeof *marks);
    while (word_next(text, &position, &word))
        bits_set(marks, (size_t)(word.bytes - text.bytes));
}

static bool prepare_units(struct chunker *chunker, struct error *error)
{
    struct slice text = chunker->document.text;
    measure_prepare(&chunker->points, chunker->breaks.points, text, MEASURE_EXACT);
    if (chunker->settings.unit == CHUNK_CHARS) {
        measure_prepare(&chunker->units, chunker->breaks.points, text, MEASURE_EXACT);
        return true;
    }
    size_t words = bits_words(text.length);
    if (words + 1 > chunker->unit_capacity)
        chunker->unit_marks =
            memory_grow(chunker->unit_marks, &chunker->unit_capacity, words + 1, sizeof *chunker->unit_marks);
    if (chunker->settings.unit == CHUNK_WORDS)
        mark_words(text, chunker->unit_marks);
    else if (!chunker->settings.tokenizer->mark(chunker->settings.tokenizer, chunker->tokenizer_memory, text,
                                                chunker->unit_marks, error))
        return false;
    chunker->units.tokenizer = chunker->settings.tokenizer;
    chunker->units.tokenizer_memory = chunker->tokenizer_memory;
    measure_prepare(&chunker->units, chunker->unit_marks, text,
                    chunker->settings.unit == CHUNK_TOKENS ? MEASURE_TOKENS : MEASURE_WORDS);
    return true;
}

/* Where content begins at or after place: behind white space, but not inside a cluster that white space begins. */
static size_t content_start(struct slice text, size_t place)
{
    size_t start = white_space_end(text, place);
    if (start > place && start < text.length) {
        size_t boundary = grapheme_boundary_before(text, place, start);
        if (boundary < start)
            return boundary;
    }
    return start;
}

/* Where content ends at or before end. */
static size_t content_end(struct slice text, size_t start, size_t end)
{
    size_t place = white_space_start(text, start, end);
    if (place < end && place > start && (unsigned char)text.bytes[place - 1] >= 0x80 &&
        !grapheme_is_boundary(text, start, place))
        return grapheme_end(text, grapheme_boundary_before(text, start, place));
    return place;
}

static void add_wall(struct chunker *chunker, size_t place)
{
    struct slice text = chunker->document.text;
    if (!grapheme_is_boundary(text, 0, place))
        return;
    place = content_start(text, place);
    if (place > 0 && place < text.length)
        bits_set(chunker->walls, place);
}

static void add_page(struct chunker *chunker, size_t place)
{
    if (chunker->page_count == chunker->page_capacity)
        chunker->page_starts = memory_grow(chunker->page_starts, &chunker->page_capacity, chunker->page_count + 1,
                                           sizeof *chunker->page_starts);
    chunker->page_starts[chunker->page_count++] = place;
}

/* Offsets of the map that do not rise, or lie outside, are left out; the first page begins with the text. */
static void find_pages(struct chunker *chunker)
{
    const struct chunk_document *document = &chunker->document;
    struct slice text = document->text;
    chunker->page_count = 0;
    if (document->pages) {
        size_t last = 0;
        for (size_t i = 0; i < document->page_count; i++) {
            if (document->pages[i] <= last)
                continue;
            last = document->pages[i];
            add_page(chunker, measure_place(&chunker->points, last));
        }
        return;
    }
    if (chunker->settings.strategy != CHUNK_PAGE)
        return;
    size_t place = 0;
    while ((place += slice_find_byte(slice_from(text, place), '\f')) < text.length)
        add_page(chunker, ++place);
}

static bool find_matches(struct chunker *chunker, struct error *error)
{
    struct pattern_search search;
    bool is_found = false, is_good;
    pattern_search_begin(&search, chunker->settings.separator, chunker->document.text);
    while ((is_good = pattern_search_next(&search, &is_found, error)) && is_found)
        add_wall(chunker, pattern_search_span(&search, 0).start);
    pattern_search_end(&search);
    return is_good;
}

/* Walls of its own; those of CHUNK_MARKDOWN are headings. */
static bool has_walls(enum chunk_strategy strategy)
{
    return strategy == CHUNK_PAGE || strategy == CHUNK_REGEX || strategy == CHUNK_SEMANTIC;
}

static bool find_walls(struct chunker *chunker, struct error *error)
{
    find_pages(chunker);
    enum chunk_strategy strategy = chunker->settings.strategy;
    if (!has_walls(strategy))
        return true;
    size_t words = bits_words(chunker->document.text.length);
    if (words + 1 > chunker->walls_capacity)
        chunker->walls = memory_grow(chunker->walls, &chunker->walls_capacity, words + 1, sizeof *chunker->walls);
    memset(chunker->walls, 0, words * sizeof *chunker->walls);
    if (strategy == CHUNK_REGEX)
        return find_matches(chunker, error);
    for (size_t i = 0; i < chunker->page_count && strategy == CHUNK_PAGE; i++)
        add_wall(chunker, chunker->page_starts[i]);
    return true;
}

static unsigned first_level(enum chunk_strategy strategy)
{
    if (strategy == CHUNK_SENTENCE)
        return BREAK_SENTENCE;
    return strategy == CHUNK_FIXED ? BREAK_LEVELS : BREAK_HEADING;
}

static size_t next_wall(const struct chunker *chunker, size_t start)
{
    const uint64_t *walls = chunker->settings.strategy == CHUNK_MARKDOWN ? chunker->breaks.bits[BREAK_HEADING]
                            : has_walls(chunker->settings.strategy)      ? chunker->walls
                                                                         : NULL;
    size_t length = chunker->document.text.length;
    size_t wall = walls ? bits_first(walls, start + 1, length) : BITS_NONE;
    return wall == BITS_NONE ? length : wall;
}

bool chunker_begin(struct chunker *chunker, const struct chunk_document *document, struct error *error)
{
    chunker->document = *document;
    struct slice text = document->text;
    if (text.length > CHUNK_TEXT_BYTES_MAXIMUM) {
        chunker->document.text.length = 0;
        chunker->at = chunker->parents = (struct cursor){ 0 };
        return error_set(error, E_LIMIT, "the text has %zu bytes, at most %zu can be cut", text.length,
                         CHUNK_TEXT_BYTES_MAXIMUM);
    }
    breaks_find(&chunker->breaks, text);
    chunker->outline.count = 0;
    if (document->has_headings)
        outline_find(&chunker->outline, text, &chunker->breaks);
    chunker->first_level = first_level(chunker->settings.strategy);
    chunker->number = chunker->page = chunker->headings = chunker->path_count = chunker->parent_number = 0;
    chunker->parent = (struct chunk_parent){ 0 };
    chunker->at = chunker->parents = (struct cursor){ 0 };
    if (!prepare_units(chunker, error) || !find_walls(chunker, error))
        return false;
    size_t start = content_start(text, 0);
    bool is_hierarchy = chunker->settings.strategy == CHUNK_HIERARCHICAL;
    struct cursor whole = { .size = is_hierarchy ? chunker->settings.parent_size : chunker->settings.size,
                            .start = start,
                            .covered = start,
                            .wall = next_wall(chunker, start),
                            .end = text.length };
    *(is_hierarchy ? &chunker->parents : &chunker->at) = whole;
    return true;
}

struct slice *chunker_sentences(const struct chunker *chunker, struct arena *arena, size_t *count)
{
    struct slice text = chunker->document.text;
    struct slice *sentences = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t place = content_start(text, 0); place < text.length;) {
        size_t next = breaks_first(&chunker->breaks, BREAK_SENTENCE, place + 1, text.length);
        if (next == BITS_NONE)
            next = text.length;
        size_t end = content_end(text, place, next);
        if (end > place) { /* else white space that belongs to a cluster */
            sentences = arena_grow(arena, sentences, &capacity, *count + 1, sizeof *sentences);
            sentences[(*count)++] = slice_between(text, place, end);
        }
        place = next;
    }
    return sentences;
}

void chunker_cut_before(struct chunker *chunker, size_t offset)
{
    add_wall(chunker, offset);
    chunker->at.wall = next_wall(chunker, chunker->at.start);
}

/* Behind the white space that follows what fits from start: no place to cut lies between. */
static size_t window_end(const struct chunker *chunker, size_t reach)
{
    if (reach >= chunker->at.wall)
        return chunker->at.wall;
    if (!bits_get(chunker->breaks.white, reach))
        return reach;
    struct slice text = chunker->document.text;
    if (reach > 0 && (unsigned char)text.bytes[reach - 1] >= 0x80 && !grapheme_is_boundary(text, 0, reach))
        return reach; /* white space that belongs to the character before it */
    size_t end = bits_first_clear(chunker->breaks.white, reach + 1, chunker->at.wall);
    if (end == BITS_NONE)
        return chunker->at.wall;
    return bits_get(chunker->breaks.bits[BREAK_WORD], end) ? end : reach;
}

/* Where the unit of the level that begins at place ends, BITS_NONE when it is larger than a chunk may be. */
static size_t unit_end(const struct chunker *chunker, unsigned level, size_t place)
{
    size_t window = window_end(chunker, measure_reach(&chunker->units, place, chunker->at.room));
    size_t end = breaks_first(&chunker->breaks, (enum break_level)level, place + 1,
                              window < chunker->at.wall ? window + 1 : window);
    return end == BITS_NONE && window == chunker->at.wall ? window : end;
}

/* Is a chunk that ends there full enough to leave a sentence, or a word, that is too long to the next ones? */
static bool is_half_full(const struct chunker *chunker, size_t end)
{
    return end > chunker->at.covered &&
           measure_between(&chunker->units, chunker->at.start, end) >= (chunker->at.size + 1) / 2;
}

/* The best place to end a chunk, beyond chunker->at.covered and not beyond what fits. *level becomes its level. */
static size_t choose_end(const struct chunker *chunker, unsigned *level)
{
    struct slice text = chunker->document.text;
    size_t reach = measure_reach(&chunker->units, chunker->at.start, chunker->at.room);
    size_t window = window_end(chunker, reach);
    if (window == chunker->at.wall)
        return window;
    size_t best = chunker->at.covered;
    for (unsigned i = chunker->first_level; i < BREAK_LEVELS; i++) {
        if (i > BREAK_SENTENCE && is_half_full(chunker, best))
            return best;
        size_t place = breaks_last(&chunker->breaks, (enum break_level)i, best + 1, window + 1);
        if (place == BITS_NONE)
            continue;
        best = place;
        *level = i;
        if (unit_end(chunker, i, place) != BITS_NONE)
            return place;
    }
    if (is_half_full(chunker, best))
        return best;
    size_t place = grapheme_boundary_before(text, best, reach);
    if (place <= best && best > chunker->at.covered)
        return best;
    *level = BREAK_LEVELS;
    return place > best ? place : grapheme_end(text, best);
}

/* The end of what should stay whole behind `end`, a place of that level: the largest unit that begins there and fits.
 */
static size_t following_unit(const struct chunker *chunker, size_t end, unsigned level)
{
    for (unsigned i = level; i < BREAK_LEVELS; i++) {
        size_t place = unit_end(chunker, i, end);
        if (place != BITS_NONE)
            return place;
    }
    return grapheme_end(chunker->document.text, end);
}

static bool overlap_fits(const struct chunker *chunker, size_t place, size_t content, size_t following)
{
    return measure_between(&chunker->units, place, content) <= chunker->settings.overlap &&
           measure_between(&chunker->units, place, following) <= chunker->at.size;
}

/* Where no word begins: only in a script that is written without blanks, or when the chunk itself ended inside a word,
 * or by count alone. */
static bool may_overlap_inside_word(const struct chunker *chunker, size_t from, unsigned level)
{
    uint32_t code_point = 0;
    utf8_decode(slice_from(chunker->document.text, from), &code_point);
    return level == BREAK_LEVELS || letter_kind(code_point) == LETTER_SINGLE;
}

/* Where the chunk after the one that ends at `end`, a place of that level, begins. content: the end without white
 * space. */
static size_t choose_start(const struct chunker *chunker, size_t content, size_t end, unsigned level)
{
    if (chunker->settings.overlap == 0)
        return end;
    struct slice text = chunker->document.text;
    size_t following = content_end(text, end, following_unit(chunker, end, level));
    size_t from = measure_reach_back(&chunker->units, content, chunker->settings.overlap);
    size_t fits = measure_reach_back(&chunker->units, following, chunker->at.size);
    size_t heading = bits_last(chunker->breaks.bits[BREAK_HEADING], chunker->at.start + 1, end + 1);
    from = from > fits ? from : fits;
    from = from > chunker->at.start ? from : chunker->at.start + 1;
    if (heading != BITS_NONE && heading > from)
        from = heading;
    size_t place = BITS_NONE;
    if (chunker->first_level < BREAK_LEVELS) {
        place = breaks_first(&chunker->breaks, BREAK_SENTENCE, from, end);
        if (place == BITS_NONE)
            place = bits_first(chunker->breaks.bits[BREAK_WORD], from, end);
        while (place != BITS_NONE && !overlap_fits(chunker, place, content, following))
            place = bits_first(chunker->breaks.bits[BREAK_WORD], place + 1, end);
    }
    if (place == BITS_NONE && from < end && may_overlap_inside_word(chunker, from, level)) {
        place = grapheme_boundary_before(text, chunker->at.start, from);
        place = content_start(text, place < from ? grapheme_end(text, place) : place);
    }
    return place < end && overlap_fits(chunker, place, content, following) ? place : end;
}

static void take_heading(struct chunker *chunker, const struct heading *heading)
{
    while (chunker->path_count && chunker->path_levels[chunker->path_count - 1] >= heading->level)
        chunker->path_count--;
    chunker->path[chunker->path_count] = heading->title;
    chunker->path_levels[chunker->path_count++] = heading->level;
}

/* The path at start: headings before it, and those with which it begins. */
static void update_path(struct chunker *chunker, size_t start)
{
    const struct outline *outline = &chunker->outline;
    size_t limit = start;
    while (chunker->headings < outline->count && outline->headings[chunker->headings].start <= limit) {
        const struct heading *heading = &outline->headings[chunker->headings++];
        if (heading->start == limit)
            limit = heading->next;
        take_heading(chunker, heading);
    }
}

/* Parents overlap, so a chunk may begin before the one that came before it. */
static void update_page(struct chunker *chunker, size_t start)
{
    while (chunker->page > 0 && chunker->page_starts[chunker->page - 1] > start)
        chunker->page--;
    while (chunker->page < chunker->page_count && chunker->page_starts[chunker->page] <= start)
        chunker->page++;
}

static void fill_chunk(struct chunker *chunker, size_t start, size_t end, struct chunk *chunk)
{
    update_path(chunker, start);
    update_page(chunker, start);
    bool has_pages = chunker->document.pages || chunker->settings.strategy == CHUNK_PAGE;
    *chunk = (struct chunk){
        .number = chunker->number++,
        .text = slice_between(chunker->document.text, start, end),
        .start = measure_before(&chunker->points, start),
        .end = measure_before(&chunker->points, end),
        .page = has_pages ? chunker->page + 1 : 0,
        .headings = chunker->path,
        .heading_count = chunker->path_count,
        .parent = chunker->parent,
    };
}

/* Where the piece at the cursor ends: *content without the white space behind it, the result with it. */
static size_t place_end(const struct chunker *chunker, unsigned *level, size_t *content)
{
    const struct cursor *at = &chunker->at;
    struct slice text = chunker->document.text;
    size_t place = at->end;
    *level = BREAK_LEVELS;
    if (chunker->settings.strategy != CHUNK_NONE)
        place = choose_end(chunker, level);
    size_t end = place < at->end ? content_start(text, place) : place;
    if (end > at->wall)
        end = at->wall;
    if (*level == BREAK_LEVELS && chunker->first_level < BREAK_LEVELS && end < at->end &&
        bits_get(chunker->breaks.bits[BREAK_WORD], end))
        *level = BREAK_WORD;
    *content = content_end(text, at->start, end);
    return end;
}

/* By how many tokens a piece alone is too long. Marks count a token by its start, and only an exact tokenizer knows
 * what becomes of one that is cut. */
static size_t excess_tokens(const struct chunker *chunker, size_t content)
{
    const struct chunk_settings *settings = &chunker->settings;
    struct error ignored;
    size_t count = 0;
    if (settings->unit != CHUNK_TOKENS || !settings->tokenizer->vocabulary || settings->strategy == CHUNK_NONE)
        return 0;
    struct slice alone = slice_between(chunker->document.text, chunker->at.start, content);
    if (!tokenizer_count_text(settings->tokenizer, chunker->tokenizer_memory, alone, &count, &ignored))
        return 0; /* a pattern that gave up: the marks must do */
    return count > chunker->at.size ? count - chunker->at.size : 0;
}

/* place_end() with less and less room until the piece fits; when what it must go beyond leaves none, the overlap goes.
 */
static size_t fit_end(struct chunker *chunker, unsigned *level, size_t *content)
{
    struct cursor *at = &chunker->at;
    at->room = at->size;
    for (;;) {
        size_t end = place_end(chunker, level, content);
        size_t excess = excess_tokens(chunker, *content);
        if (excess == 0 || (at->room == 0 && at->start == at->covered)) {
            at->room = at->size;
            return end;
        }
        at->room -= excess < at->room ? excess : at->room;
        if (at->start < at->covered && measure_reach(&chunker->units, at->start, at->room) <= at->covered) {
            at->start = at->covered;
            at->room = at->size;
        }
    }
}

/* The next piece [*start, *end) at the cursor; false: there is no more. */
static bool next_piece(struct chunker *chunker, size_t *piece_start, size_t *piece_end)
{
    struct cursor *at = &chunker->at;
    if (at->start >= at->end)
        return false;
    unsigned level;
    size_t end = fit_end(chunker, &level, piece_end);
    *piece_start = at->start;
    bool is_at_wall = end >= at->wall;
    at->start = is_at_wall ? end : choose_start(chunker, *piece_end, end, level);
    at->covered = end;
    if (is_at_wall && end < at->end)
        at->wall = next_wall(chunker, end);
    return true;
}

/* Of a hierarchy: moves on to the next parent, in which chunks are cut then. */
static bool next_parent(struct chunker *chunker)
{
    size_t start = 0, end = 0;
    if (chunker->settings.strategy != CHUNK_HIERARCHICAL)
        return false;
    chunker->at = chunker->parents;
    if (!next_piece(chunker, &start, &end))
        return false;
    chunker->parents = chunker->at;
    chunker->at =
        (struct cursor){ .size = chunker->settings.size, .start = start, .covered = start, .wall = end, .end = end };
    chunker->parent = (struct chunk_parent){ .number = chunker->parent_number++,
                                             .text = slice_between(chunker->document.text, start, end),
                                             .start = measure_before(&chunker->points, start),
                                             .end = measure_before(&chunker->points, end) };
    return true;
}

bool chunker_next(struct chunker *chunker, struct chunk *chunk)
{
    size_t start = 0, end = 0;
    while (!next_piece(chunker, &start, &end))
        if (!next_parent(chunker))
            return false;
    fill_chunk(chunker, start, end, chunk);
    return true;
}
