/* quality_lines.c - measures of lines, rows and paragraphs. */
#include "base/memory.h"
#include "curate/phrases.h"
#include "curate/quality_private.h"
#include "text/marks.h"

/* Large texts begin with a small table. */
enum { SLOTS_MINIMUM = 16, SLOTS_AT_FIRST = 1 << 15 };

void key_set_begin(struct key_set *set, size_t count)
{
    size_t slots = SLOTS_MINIMUM;
    while (slots < 2 * count && slots < SLOTS_AT_FIRST)
        slots *= 2;
    if (slots > set->slot_capacity) {
        memory_free(set->slots);
        set->slots = memory_allocate(slots * sizeof *set->slots);
        set->slot_capacity = slots;
    }
    set->slot_count = slots;
    set->used = 0;
    memset(set->slots, 0, slots * sizeof *set->slots);
}

/* Where the key is, or would be. */
static uint64_t *find_key(const struct key_set *set, uint64_t key)
{
    size_t mask = set->slot_count - 1;
    size_t place = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;
    while (set->slots[place] != key && set->slots[place] != 0)
        place = (place + 1) & mask;
    return &set->slots[place];
}

static void grow_keys(struct key_set *set)
{
    struct key_set before = *set;
    set->slot_count = set->slot_capacity = 2 * before.slot_count;
    set->slots = memory_allocate_zeroed(set->slot_count, sizeof *set->slots);
    for (size_t i = 0; i < before.slot_count; i++)
        if (before.slots[i])
            *find_key(set, before.slots[i]) = before.slots[i];
    memory_free(before.slots);
}

bool key_set_add(struct key_set *set, uint64_t key)
{
    key += key == 0;
    uint64_t *slot = find_key(set, key);
    if (*slot == key)
        return false;
    *slot = key;
    if (2 * ++set->used > set->slot_count)
        grow_keys(set);
    return true;
}

void key_set_release(struct key_set *set)
{
    memory_free(set->slots);
    *set = (struct key_set){ 0 };
}

/* Bytes of the line end at place, 0 for none. */
static size_t line_end_length(struct slice text, size_t place)
{
    unsigned char byte = (unsigned char)text.bytes[place];
    if (byte == '\r')
        return slice_byte(text, place + 1) == '\n' ? 2 : 1;
    if ((byte >= '\n' && byte <= '\f') || (byte >= 0x1c && byte <= 0x1e))
        return 1;
    if (byte == 0xc2)
        return (unsigned char)slice_byte(text, place + 1) == 0x85 ? 2 : 0;
    if (byte == 0xe2 && (unsigned char)slice_byte(text, place + 1) == 0x80)
        return ((unsigned char)slice_byte(text, place + 2) | 1) == 0xa9 ? 3 : 0;
    return 0;
}

static inline bool may_end_line(unsigned char byte)
{
    return (unsigned char)(byte - '\n') <= '\r' - '\n' || (unsigned char)(byte - 0x1c) <= 2 || byte == 0xc2 ||
           byte == 0xe2;
}

/* Where the next byte that may end a line is; whole steps are looked through by SIMD. */
static size_t find_line_end(struct slice text, size_t place)
{
    enum { STEP = 32 };
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    for (; text.length - place >= STEP; place += STEP) {
        unsigned char any = 0;
        for (size_t i = 0; i < STEP; i++)
            any |= may_end_line(bytes[place + i]);
        if (any)
            break;
    }
    while (place < text.length && !may_end_line(bytes[place]))
        place++;
    return place;
}

bool quality_next_line(struct slice text, size_t *position, struct slice *line)
{
    size_t start = *position, place = start, end = 0;
    if (start >= text.length)
        return false;
    while ((place = find_line_end(text, place)) < text.length && (end = line_end_length(text, place)) == 0)
        place++;
    *line = slice_between(text, start, place);
    *position = place + end;
    return true;
}

static bool is_ellipsis_end(struct slice line)
{
    return slice_ends_with(line, SLICE("...")) || slice_ends_with(line, SLICE("\xe2\x80\xa6"));
}

void quality_count_lines(struct quality *quality)
{
    size_t position = 0, count = 0, bullets = 0, ellipses = 0;
    struct slice line;
    while (quality_next_line(quality->text, &position, &line)) {
        struct slice inner = without_white(line);
        count++;
        bullets += slice_byte(inner, 0) == '-' || slice_starts_with(inner, SLICE("\xe2\x80\xa2"));
        ellipses += is_ellipsis_end(inner);
    }
    quality->values[QUALITY_LINES] = (double)count;
    quality->values[QUALITY_BULLET_LINES] = share(bullets, count);
    quality->values[QUALITY_ELLIPSIS_LINES] = share(ellipses, count);
}

/* The next piece up to a newline; the last may be empty. *position beyond the text: no more. */
static bool next_piece(struct slice text, size_t *position, struct slice *piece)
{
    if (*position > text.length)
        return false;
    size_t end = *position + slice_find_byte(slice_from(text, *position), '\n');
    *piece = slice_between(text, *position, end);
    *position = end + 1;
    return true;
}

/* The same without blank ones. */
static bool next_row(struct slice text, size_t *position, struct slice *row)
{
    while (next_piece(text, position, row))
        if (white_space_end(*row, 0) < row->length)
            return true;
    return false;
}

static size_t count_newlines(struct slice text)
{
    size_t count = 0, position = 0;
    struct slice piece;
    while (next_piece(text, &position, &piece))
        count++;
    return count - 1;
}

static bool ends_sentence(struct slice row)
{
    size_t start = row.length - 1;
    while (start > 0 && ((unsigned char)row.bytes[start] & 0xc0) == 0x80)
        start--;
    uint32_t code_point;
    utf8_decode(slice_from(row, start), &code_point);
    return text_ends_sentence(code_point);
}

static bool has_bullet(struct slice row)
{
    /* NeMo Curator's: U+2022 2023 2043 204C 204D 2219 25CB 25CF 25D8 25E6 29BE 29BF */
    static const uint16_t bullets[] = { 0x2022, 0x2023, 0x2043, 0x204c, 0x204d, 0x2219,
                                        0x25cb, 0x25cf, 0x25d8, 0x25e6, 0x29be, 0x29bf };
    uint32_t code_point;
    if ((unsigned char)slice_byte(row, 0) != 0xe2 || utf8_decode(row, &code_point) == 0)
        return false;
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++)
        if (bullets[i] == code_point)
            return true;
    return false;
}

const struct slice nemo_ellipses[NEMO_ELLIPSES] = {
    SLICE_INIT("..."),          SLICE_INIT("[...]"),          SLICE_INIT("(...)"),
    SLICE_INIT("\xe2\x80\xa6"), SLICE_INIT("[\xe2\x80\xa6]"), SLICE_INIT("-\xc2\xbb"),
    SLICE_INIT("read more.."),  SLICE_INIT("read more")
};

static bool has_trailing_ellipsis(struct slice row)
{
    for (size_t i = 0; i < NEMO_ELLIPSES; i++)
        if (row.length >= nemo_ellipses[i].length &&
            slice_equal_ignore_case(slice_from(row, row.length - nemo_ellipses[i].length), nemo_ellipses[i]))
            return true;
    return false;
}

void quality_count_rows(struct quality *quality)
{
    size_t position = 0, count = 0, ended = 0, unended = 0, bullets = 0, ellipses = 0, distinct = 0, characters = 0,
           distinct_characters = 0, newlines = count_newlines(quality->text);
    struct slice row;
    key_set_begin(&quality->set, newlines + 1);
    while (next_row(quality->text, &position, &row)) {
        struct slice inner = without_white(row);
        size_t length = length_of(quality, row);
        count++;
        characters += length;
        ended += ends_sentence(row);
        unended += !has_end_mark(inner);
        bullets += has_bullet(inner);
        ellipses += has_trailing_ellipsis(inner);
        if (key_set_add(&quality->set, hash_64(row, 0))) {
            distinct++;
            distinct_characters += length;
        }
    }
    quality->values[QUALITY_ENDED_ROWS] = share(ended, count);
    quality->values[QUALITY_UNENDED_ROWS] = share(unended, count);
    quality->values[QUALITY_BULLET_ROWS] = share(bullets, count);
    quality->values[QUALITY_ELLIPSIS_ROWS] = share(ellipses, count);
    quality->values[QUALITY_REPEATED_ROW_CHARACTERS] =
        share(characters - distinct_characters, quality->characters - newlines);
    quality->values[QUALITY_UNIQUE_ROWS] = share(distinct, count);
    quality->values[QUALITY_UNIQUE_ROW_CHARACTERS] = share(distinct_characters, characters);
}

double quality_short_rows(const struct quality *quality, size_t length)
{
    size_t position = 0, count = 0, found = 0;
    struct slice row;
    while (next_row(quality->text, &position, &row)) {
        count++;
        found += row.length <= length || length_of(quality, row) <= length;
    }
    return share(found, count);
}

double quality_long_lines(const struct quality *quality, size_t length)
{
    size_t position = 0, found = 0;
    struct slice piece;
    while (next_piece(quality->text, &position, &piece))
        found += piece.length >= length && length_of(quality, piece) >= length;
    return (double)found;
}

/* Paragraphs as NeMo Curator cuts them: at every pair of newlines. */
static bool next_paragraph(struct slice text, size_t *position, struct slice *paragraph)
{
    if (*position > text.length)
        return false;
    size_t end = *position + slice_find(slice_from(text, *position), SLICE("\n\n"));
    *paragraph = slice_between(text, *position, end);
    *position = end == text.length ? end + 1 : end + 2;
    return true;
}

void quality_count_paragraphs(struct quality *quality)
{
    size_t position = 0, place = 0, count = 0, distinct = 0, characters = 0, distinct_characters = 0, boilerplate = 0;
    struct slice paragraph, lowered = phrases_lower(quality->text, &quality->scratch);
    unsigned present = phrases_find(lowered, PHRASES_ALL);
    key_set_begin(&quality->set, count_newlines(quality->text) + 1);
    while (next_paragraph(quality->text, &position, &paragraph)) {
        size_t length = length_of(quality, paragraph);
        count++;
        characters += length;
        if (key_set_add(&quality->set, hash_64(paragraph, 0))) {
            distinct++;
            distinct_characters += length;
        }
    }
    while (present & PHRASES_BOILERPLATE && next_paragraph(lowered, &place, &paragraph))
        boilerplate += phrases_find(paragraph, present & PHRASES_BOILERPLATE) != 0;
    if (present & PHRASE_LOREM_IPSUM)
        boilerplate = count;
    quality->values[QUALITY_UNIQUE_PARAGRAPHS] = share(distinct, count);
    quality->values[QUALITY_UNIQUE_PARAGRAPH_CHARACTERS] = share(distinct_characters, characters);
    quality->values[QUALITY_BOILERPLATE_PARAGRAPHS] = share(boilerplate, count);
}

struct duplicates {
    size_t count, repeated, characters;
};

/* Pieces between runs of at least `least` newlines. */
static struct duplicates find_duplicates(struct quality *quality, struct slice text, size_t least)
{
    struct duplicates found = { 0 };
    size_t start = 0, place = 0;
    key_set_begin(&quality->set, count_newlines(text) + 1);
    while (place <= text.length) {
        size_t end = place + slice_find_byte(slice_from(text, place), '\n'), next = end;
        while (next < text.length && text.bytes[next] == '\n')
            next++;
        place = next > end ? next : text.length + 1;
        if (end < text.length && next - end < least)
            continue;
        struct slice piece = slice_between(text, start, end);
        found.count++;
        if (!key_set_add(&quality->set, hash_64(piece, 0))) {
            found.repeated++;
            found.characters += length_of(quality, piece);
        }
        start = place;
    }
    return found;
}

/* Gopher's, as datatrove counts them. */
void quality_count_duplicates(struct quality *quality)
{
    struct duplicates paragraphs = find_duplicates(quality, without_white(quality->text), 2);
    struct duplicates lines = find_duplicates(quality, quality->text, 1);
    quality->values[QUALITY_DUPLICATE_PARAGRAPHS] = share(paragraphs.repeated, paragraphs.count);
    quality->values[QUALITY_DUPLICATE_PARAGRAPH_CHARACTERS] = share(paragraphs.characters, quality->characters);
    quality->values[QUALITY_DUPLICATE_LINES] = share(lines.repeated, lines.count);
    quality->values[QUALITY_DUPLICATE_LINE_CHARACTERS] = share(lines.characters, quality->characters);
}
