/* outline.c - the headings, fenced code and tables of a Markdown text. */
#include "text/outline.h"

#include <string.h>

#include "base/memory.h"
#include "text/kinds.h"
#include "text/segment.h"

enum { INDENT_MAXIMUM = 3, FENCE_MINIMUM = 3, UNDERLINE_MINIMUM = 3, FRONT_MATTER_LINES = 200 };

struct line {
    size_t start, end; /* end: of the content, without \n and white space before it */
    size_t first;      /* first byte that is no blank */
    size_t next;       /* where the next line begins */
};

struct walk {
    struct outline *outline;
    struct breaks *breaks;
    struct slice text;
    size_t previous;    /* start of the line before when that is plain text, BITS_NONE otherwise */
    size_t fence_start; /* of the open fence, BITS_NONE outside */
    size_t fence_length;
    char fence_byte;
    size_t table_start; /* of the table that runs, BITS_NONE outside */
    size_t table_end;
    size_t next_bar; /* the next | at or after the line, or the end of the text */
};

static struct line line_at(const struct breaks *breaks, struct slice text, size_t start)
{
    struct line line = { .start = start, .first = start };
    size_t newline = bits_first(breaks->newline, start, text.length);
    line.end = newline == BITS_NONE ? text.length : newline;
    line.next = newline == BITS_NONE ? text.length : newline + 1;
    while (line.end > start &&
           (text.bytes[line.end - 1] == ' ' || text.bytes[line.end - 1] == '\t' || text.bytes[line.end - 1] == '\r'))
        line.end--;
    while (line.first < line.end && (text.bytes[line.first] == ' ' || text.bytes[line.first] == '\t'))
        line.first++;
    return line;
}

static size_t run_length(struct slice text, size_t start, size_t end, char byte)
{
    size_t place = start;
    while (place < end && text.bytes[place] == byte)
        place++;
    return place - start;
}

static struct slice heading_title(struct slice text, size_t start, size_t end)
{
    struct slice title = slice_trim(slice_between(text, start, end));
    size_t length = title.length;
    while (length > 0 && title.bytes[length - 1] == '#')
        length--;
    /* Closing #s count only behind a blank, or when there is nothing else. */
    if (length < title.length && (length == 0 || title.bytes[length - 1] == ' ' || title.bytes[length - 1] == '\t'))
        title = slice_trim(slice_of(title.bytes, length));
    return title;
}

static void add_heading(struct walk *walk, size_t start, size_t end, struct slice title, unsigned level)
{
    struct outline *outline = walk->outline;
    if (outline->count == outline->capacity)
        outline->headings =
            memory_grow(outline->headings, &outline->capacity, outline->count + 1, sizeof *outline->headings);
    size_t next = white_space_end(walk->text, end);
    bool follows = outline->count && outline->headings[outline->count - 1].next == start;
    outline->headings[outline->count++] = (struct heading){ start, next, title, level };
    if (!follows && grapheme_is_boundary(walk->text, 0, start))
        breaks_set(walk->breaks, BREAK_HEADING, start);
    for (int i = BREAK_BLANK; next < walk->text.length && i <= BREAK_SENTENCE; i++)
        bits_clear(walk->breaks->bits[i], next);
    bits_clear_range(walk->breaks->stops, start, end);
}

static bool take_atx_heading(struct walk *walk, const struct line *line)
{
    struct slice text = walk->text;
    size_t level = run_length(text, line->first, line->end, '#');
    size_t after = line->first + level;
    if (level == 0 || level > HEADING_LEVELS || line->first - line->start > INDENT_MAXIMUM)
        return false;
    if (after < line->end && text.bytes[after] != ' ' && text.bytes[after] != '\t')
        return false;
    add_heading(walk, line->first, line->end, heading_title(text, after, line->end), (unsigned)level);
    return true;
}

static bool take_setext_heading(struct walk *walk, const struct line *line)
{
    struct slice text = walk->text;
    char byte = line->first < line->end ? text.bytes[line->first] : '\0';
    if ((byte != '=' && byte != '-') || walk->previous == BITS_NONE || line->first - line->start > INDENT_MAXIMUM ||
        line->end - line->first < UNDERLINE_MINIMUM ||
        run_length(text, line->first, line->end, byte) != line->end - line->first)
        return false;
    struct line title = line_at(walk->breaks, text, walk->previous);
    size_t start = white_space_end(text, title.first);
    if (start >= title.end)
        return false;
    add_heading(walk, start, line->end, slice_between(text, start, title.end), byte == '=' ? 1 : 2);
    return true;
}

/* Is the line one of a fence, inside or at its ends? */
static bool take_fence(struct walk *walk, const struct line *line)
{
    struct slice text = walk->text;
    char byte = line->first < line->end ? text.bytes[line->first] : '\0';
    size_t length = byte == '`' || byte == '~' ? run_length(text, line->first, line->end, byte) : 0;
    bool is_fence = length >= FENCE_MINIMUM && line->first - line->start <= INDENT_MAXIMUM;
    if (walk->fence_start == BITS_NONE) {
        if (!is_fence || slice_find_byte(slice_between(text, line->first + length, line->end), '`') <
                             (byte == '`' ? line->end - line->first - length : 0))
            return false;
        walk->fence_start = line->first;
        walk->fence_length = length;
        walk->fence_byte = byte;
        return true;
    }
    if (is_fence && byte == walk->fence_byte && length >= walk->fence_length && line->first + length == line->end) {
        breaks_lower(walk->breaks, walk->fence_start, line->end);
        walk->fence_start = BITS_NONE;
    }
    return true;
}

/* A row of - : | and blanks with at least one - and one |, under the row of column names. */
static bool is_delimiter_row(struct slice text, const struct line *line)
{
    bool has_bar = false, has_dash = false;
    for (size_t i = line->first; i < line->end; i++) {
        char byte = text.bytes[i];
        has_bar |= byte == '|';
        has_dash |= byte == '-';
        if (byte != '|' && byte != '-' && byte != ':' && byte != ' ' && byte != '\t')
            return false;
    }
    return has_bar && has_dash;
}

static bool has_bar(struct slice text, size_t start, size_t end)
{
    return slice_find_byte(slice_between(text, start, end), '|') < end - start;
}

/* The same for a line that no earlier one was asked about. */
static bool line_has_bar(struct walk *walk, const struct line *line)
{
    if (walk->next_bar < line->start)
        walk->next_bar = line->start + slice_find_byte(slice_from(walk->text, line->start), '|');
    return walk->next_bar < line->end;
}

/* A bar in front or one between blanks. */
static bool looks_like_row(struct slice text, const struct line *line)
{
    struct slice content = slice_between(text, line->first, line->end);
    return content.bytes[0] == '|' || slice_find(content, SLICE(" | ")) < content.length ||
           is_delimiter_row(text, line);
}

/* Is the line a row of a table? A row of names without blanks around its bars is known as such only when the row of
 * dashes is seen. */
static bool take_table_row(struct walk *walk, const struct line *line)
{
    struct slice text = walk->text;
    bool is_row = line_has_bar(walk, line) && (walk->table_start != BITS_NONE || looks_like_row(text, line));
    if (walk->table_start != BITS_NONE && !is_row) {
        breaks_lower(walk->breaks, walk->table_start, walk->table_end);
        walk->table_start = BITS_NONE;
    }
    if (is_row && walk->table_start == BITS_NONE) {
        walk->table_start = line->first;
        if (walk->previous != BITS_NONE && is_delimiter_row(text, line)) {
            struct line names = line_at(walk->breaks, text, walk->previous);
            if (has_bar(text, names.first, names.end))
                walk->table_start = names.first;
        }
    }
    walk->table_end = line->end;
    return is_row;
}

/* --- alone on the first line to --- or ... alone on a later one. Returns where it ends, 0 if there is none. */
static size_t front_matter_end(const struct breaks *breaks, struct slice text)
{
    struct line line = line_at(breaks, text, 0);
    if (!slice_equal(slice_between(text, 0, line.end), SLICE("---")))
        return 0;
    for (int i = 0; i < FRONT_MATTER_LINES && line.next < text.length; i++) {
        line = line_at(breaks, text, line.next);
        struct slice content = slice_between(text, line.start, line.end);
        if (slice_equal(content, SLICE("---")) || slice_equal(content, SLICE("...")))
            return line.next;
    }
    return 0;
}

static void take_line(struct walk *walk, const struct line *line)
{
    bool is_plain = !take_fence(walk, line) && !take_table_row(walk, line) && !take_atx_heading(walk, line) &&
                    !take_setext_heading(walk, line);
    walk->previous = is_plain && line->first < line->end ? line->start : BITS_NONE;
}

/* Most lines are empty, or begin with a letter or the like, hold no bar, and are outside of fences and tables: they
 * need no look. */
static bool skip_text(struct walk *walk, size_t *place)
{
    struct slice text = walk->text;
    unsigned char byte = (unsigned char)text.bytes[*place];
    if (byte == '\n' && walk->fence_start == BITS_NONE && walk->table_start == BITS_NONE) {
        walk->previous = BITS_NONE;
        ++*place;
        return true;
    }
    bool is_indented = byte == ' ' && text.length - *place > INDENT_MAXIMUM &&
                       memcmp(text.bytes + *place, "    ", INDENT_MAXIMUM + 1) == 0;
    bool is_text = byte >= 0x80 || is_ascii_alphanumeric(byte) || byte == '<' || byte == '(' || byte == '[';
    if ((!is_text && !is_indented) || walk->fence_start != BITS_NONE || walk->table_start != BITS_NONE)
        return false;
    size_t newline = bits_first(walk->breaks->newline, *place, text.length);
    size_t end = newline == BITS_NONE ? text.length : newline;
    if (walk->next_bar < *place)
        walk->next_bar = *place + slice_find_byte(slice_from(text, *place), '|');
    if (walk->next_bar < end)
        return false;
    walk->previous = *place;
    *place = end + (newline != BITS_NONE);
    return true;
}

void outline_find(struct outline *outline, struct slice text, struct breaks *breaks)
{
    struct walk walk = { .outline = outline, .breaks = breaks, .text = text };
    walk.fence_start = walk.table_start = walk.previous = BITS_NONE;
    walk.next_bar = slice_find_byte(text, '|');
    outline->count = 0;
    size_t place = front_matter_end(breaks, text);
    if (place)
        breaks_lower(breaks, 0, place - 1);
    while (place < text.length) {
        if (skip_text(&walk, &place))
            continue;
        struct line line = line_at(breaks, text, place);
        take_line(&walk, &line);
        place = line.next;
    }
    if (walk.fence_start != BITS_NONE)
        breaks_lower(breaks, walk.fence_start, text.length);
    if (walk.table_start != BITS_NONE)
        breaks_lower(breaks, walk.table_start, walk.table_end);
}

void outline_release(struct outline *outline)
{
    memory_free(outline->headings);
    *outline = (struct outline){ 0 };
}
