/* language.c - which natural language a text is in. */
#include "curate/language.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "curate/language_letters.h"

enum {
    LETTER_BITS = 12, /* letters of one table differ in these bits of their code points, and none is 0 */
    WORD_END = '_',
    COLUMN_BLOCK = 16,
    COLUMNS = 48, /* languages of a table, at most */
    SLOT_BITS_MINIMUM = 8,
    HAS_LONGER = 1 << 15, /* a longer key ends with this one */
    COMMON_LENGTH = 3,    /* most letters end a sequence of this length that is known: looked up first */
    KANA_PERCENT = 8      /* of Han and kana together: Japanese */
};

#define UNDETERMINED          "und"
#define SEQUENCE_MASK(length) (((uint64_t)1 << (LETTER_BITS * (length))) - 1)

/* A table as it is used: an open hash of sequences and their endings, and rows of levels. */
struct sequences {
    uint64_t *keys; /* LETTER_BITS a letter; 0: free */
    uint16_t *rows; /* beside each key: of the longest sequence that it ends with, and HAS_LONGER */
    unsigned shift; /* 64 - log2 of their number */
    uint8_t *levels;
    unsigned columns; /* a multiple of COLUMN_BLOCK */
    unsigned languages;
    char codes[COLUMNS][4];
};

struct language_identifier {
    struct language_letters letters;
    struct sequences tables[LANGUAGE_TABLES];
};

/* The next of parts between blanks; moves *rest behind it. false: no more. */
static bool next_part(struct slice *rest, struct slice *part)
{
    size_t length = slice_find_byte(*rest, ' ');
    *part = slice_between(*rest, 0, length);
    *rest = slice_from(*rest, length + 1);
    return length > 0;
}

/* The codes of the scripts, then und: number counts up from 0. Empty: no more. */
static struct slice codes_at(unsigned number)
{
    if (number < LANGUAGE_TABLES)
        return slice_of_string(language_tables[number].languages);
    if (number < SCRIPTS)
        return slice_of_string(language_of_script[number]);
    return number == SCRIPTS ? SLICE(UNDETERMINED) : SLICE("");
}

static int compare_codes(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

const char *language_codes(struct arena *arena)
{
    struct buffer text = { 0 };
    struct slice *codes = NULL, rest, code;
    size_t count = 0, capacity = 0;
    for (unsigned number = 0; (rest = codes_at(number)).length; number++)
        while (next_part(&rest, &code)) {
            if (count == capacity)
                codes = arena_grow(arena, codes, &capacity, count + 1, sizeof *codes);
            codes[count++] = code;
        }
    if (count > 1)
        qsort(codes, count, sizeof *codes, compare_codes);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !slice_equal(codes[i], codes[i - 1])) /* sr is written in two scripts */
            buffer_append_format(&text, "%s%.*s", i ? " " : "", (int)codes[i].length, codes[i].bytes);
    const char *all = arena_copy_string(arena, buffer_slice(&text));
    buffer_release(&text);
    return all;
}

bool language_is_known(struct slice wanted)
{
    struct slice rest, code;
    for (unsigned number = 0; (rest = codes_at(number)).length; number++)
        while (next_part(&rest, &code))
            if (slice_equal(code, wanted))
                return true;
    return false;
}

struct slice language_primary(struct slice tag, struct arena *arena)
{
    static const char *const others[][2] = { { "nb", "no" }, { "nn", "no" }, { "fil", "tl" }, { "iw", "he" },
                                             { "in", "id" }, { "ji", "yi" }, { "jw", "jv" } };
    size_t length = 0;
    while (length < tag.length && tag.bytes[length] != '-' && tag.bytes[length] != '_')
        length++;
    char *bytes = arena_allocate_text(arena, length);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(tag.bytes[i] >= 'A' && tag.bytes[i] <= 'Z' ? tag.bytes[i] | 0x20 : tag.bytes[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (slice_equal(slice_of(bytes, length), slice_of_string(others[i][0])))
            return slice_of_string(others[i][1]);
    return slice_of(bytes, length);
}

/* The place of that sequence, or the free one where it would stand. */
static inline size_t find_place(const struct sequences *table, uint64_t sequence)
{
    size_t mask = ((size_t)1 << (64 - table->shift)) - 1;
    size_t place = (size_t)(sequence * 0x9e3779b97f4a7c15u >> table->shift);
    while (table->keys[place] != sequence && table->keys[place] != 0)
        place = (place + 1) & mask;
    return place;
}

static uint16_t *add_place(const struct sequences *table, uint64_t sequence)
{
    size_t place = find_place(table, sequence);
    table->keys[place] = sequence;
    return &table->rows[place];
}

/* An entry: letters, then a character for two languages. Row 0 is no sequence. */
static void add_entry(struct sequences *table, const uint8_t place_of[256], struct slice entry, uint32_t row)
{
    size_t packed = (table->languages + 1) / 2, letters = entry.length - packed, length = 0;
    uint64_t sequence = 0;
    uint32_t letter;
    for (size_t at = 0; at < letters; length++) {
        at += utf8_decode(slice_between(entry, at, letters), &letter);
        sequence = sequence << LETTER_BITS | (letter & SEQUENCE_MASK(1));
    }
    *add_place(table, sequence) |= (uint16_t)row;
    for (; length > 1; length--)
        *add_place(table, sequence & SEQUENCE_MASK(length - 1)) |= HAS_LONGER;
    uint8_t *levels = table->levels + (size_t)row * table->columns;
    for (size_t i = 0; i < packed; i++) {
        unsigned both = place_of[(unsigned char)entry.bytes[letters + i]];
        levels[2 * i] = (uint8_t)(both / LANGUAGE_LEVELS);
        levels[2 * i + 1] = (uint8_t)(both % LANGUAGE_LEVELS);
    }
}

static void name_languages(struct sequences *table, const char *names)
{
    struct slice rest = slice_of_string(names), code;
    while (next_part(&rest, &code))
        memcpy(table->codes[table->languages++], code.bytes, code.length);
    table->columns = (table->languages + COLUMN_BLOCK - 1) / COLUMN_BLOCK * COLUMN_BLOCK;
}

/* Endings that are no entries get the row of the longest entry that they end with. */
static void fill_endings(struct sequences *table)
{
    for (size_t place = 0; place < (size_t)1 << (64 - table->shift); place++) {
        unsigned length = LANGUAGE_SEQUENCE_MAXIMUM;
        while (length > 1 && table->keys[place] >> (LETTER_BITS * (length - 1)) == 0)
            length--;
        uint16_t row = table->rows[place] & (HAS_LONGER - 1);
        while (row == 0 && --length > 0)
            row = table->rows[find_place(table, table->keys[place] & SEQUENCE_MASK(length))] & (HAS_LONGER - 1);
        table->rows[place] = (uint16_t)((table->rows[place] & HAS_LONGER) | row);
    }
}

static size_t count_entries(const struct language_table *source)
{
    size_t count = 0;
    for (size_t i = 0; i < source->count; i++)
        for (struct slice line = slice_of_string(source->lines + i * source->width), entry; next_part(&line, &entry);)
            count++;
    return count;
}

static void open_table(struct sequences *table, const struct language_table *source, const uint8_t place_of[256])
{
    uint32_t row = 1;
    size_t entries = count_entries(source);
    unsigned bits = SLOT_BITS_MINIMUM;
    while (((size_t)1 << bits) < entries * 3) /* endings that are no entries stand there, too */
        bits++;
    name_languages(table, source->languages);
    table->shift = 64 - bits;
    table->keys = memory_allocate_zeroed((size_t)1 << bits, sizeof *table->keys);
    table->rows = memory_allocate_zeroed((size_t)1 << bits, sizeof *table->rows);
    table->levels = memory_allocate_zeroed(entries + 1, table->columns);
    for (size_t i = 0; i < source->count; i++) {
        struct slice line = slice_of_string(source->lines + i * source->width), entry;
        while (next_part(&line, &entry))
            add_entry(table, place_of, entry, row++);
    }
    fill_endings(table);
}

struct language_identifier *language_identifier_create(void)
{
    struct language_identifier *identifier = memory_allocate_zeroed(1, sizeof *identifier);
    uint8_t place_of[256] = { 0 };
    for (unsigned i = 0; language_levels[i]; i++)
        place_of[(unsigned char)language_levels[i]] = (uint8_t)i;
    language_letters_fill(&identifier->letters);
    for (unsigned i = 0; i < LANGUAGE_TABLES; i++)
        open_table(&identifier->tables[i], &language_tables[i], place_of);
    return identifier;
}

void language_identifier_free(struct language_identifier *identifier)
{
    for (unsigned i = 0; identifier && i < LANGUAGE_TABLES; i++) {
        memory_free(identifier->tables[i].keys);
        memory_free(identifier->tables[i].rows);
        memory_free(identifier->tables[i].levels);
    }
    memory_free(identifier);
}

/* What was seen in one piece of the text. */
struct piece {
    uint16_t scores[LANGUAGE_TABLES][COLUMNS]; /* sums of levels */
    uint16_t letters[LANGUAGE_TABLES];         /* how many levels each is the sum of */
    uint16_t bytes[SCRIPTS];
};

/* The word that is being read. */
struct word {
    uint64_t sequence; /* its last letters */
    unsigned length;   /* how many, with the end before them */
    uint8_t script;    /* SCRIPT_NONE between words */
};

/* The row of the longest known sequence that ends here; 0: none. */
static inline unsigned find_row(const struct sequences *table, uint64_t sequence, unsigned length)
{
    unsigned longest = length < LANGUAGE_SEQUENCE_MAXIMUM ? length : LANGUAGE_SEQUENCE_MAXIMUM;
    unsigned tried = length < COMMON_LENGTH ? length : COMMON_LENGTH;
    unsigned row = table->rows[find_place(table, sequence & SEQUENCE_MASK(tried))];
    if (row == 0)
        while (row == 0 && tried > 1)
            row = table->rows[find_place(table, sequence & SEQUENCE_MASK(--tried))];
    else
        while (row & HAS_LONGER && ++tried <= longest) {
            unsigned longer = table->rows[find_place(table, sequence & SEQUENCE_MASK(tried))];
            if (longer == 0)
                break;
            row = longer;
        }
    return row & (HAS_LONGER - 1);
}

/* A form that compilers turn into SIMD. */
static inline void add_levels(uint16_t *restrict scores, const uint8_t *restrict levels)
{
    for (size_t i = 0; i < COLUMN_BLOCK; i++)
        scores[i] = (uint16_t)(scores[i] + levels[i]);
}

/* What ends with this letter adds to each language. */
static inline void add_letter(const struct sequences *table, struct word *word, struct piece *piece, uint32_t letter)
{
    word->sequence = word->sequence << LETTER_BITS | (letter & SEQUENCE_MASK(1));
    word->length++;
    unsigned row = find_row(table, word->sequence, word->length);
    if (row == 0)
        return;
    const uint8_t *levels = table->levels + (size_t)row * table->columns;
    uint16_t *scores = piece->scores[word->script];
    piece->letters[word->script]++;
    for (unsigned block = 0; block < table->columns; block += COLUMN_BLOCK)
        add_levels(scores + block, levels + block);
}

static inline void change_script(const struct language_identifier *identifier, struct word *word, struct piece *piece,
                                 uint8_t script)
{
    if (word->script < LANGUAGE_TABLES)
        add_letter(&identifier->tables[word->script], word, piece, WORD_END);
    *word = (struct word){ WORD_END, 1, script };
}

/* Reads on in a word that the text before began. */
static void read_text(const struct language_identifier *identifier, struct word *word, struct piece *piece,
                      struct slice text)
{
    const struct language_letters *letters = &identifier->letters;
    for (size_t at = 0; at < text.length;) {
        uint32_t letter = (unsigned char)text.bytes[at];
        size_t bytes = letter < 0x80 ? 1 : utf8_decode(slice_from(text, at), &letter);
        uint8_t script = letter < LANGUAGE_CODE_POINTS ? letters->script[letter] : SCRIPT_NONE;
        if (bytes == 0)
            break;
        at += bytes;
        if (script == SCRIPT_IGNORED)
            continue;
        if (script != word->script)
            change_script(identifier, word, piece, script);
        if (script == SCRIPT_NONE)
            continue;
        piece->bytes[script] = (uint16_t)(piece->bytes[script] + bytes);
        if (script < LANGUAGE_TABLES)
            add_letter(&identifier->tables[script], word, piece,
                       letter < LANGUAGE_CASED_END ? letters->lower[letter] : letter);
    }
}

/* All of it: `seen` bytes of other texts went before. */
static size_t read_whole(const struct language_identifier *identifier, struct piece *pieces, struct slice text,
                         size_t seen)
{
    struct word word = { WORD_END, 1, SCRIPT_NONE };
    while (text.length) {
        struct piece *piece = &pieces[seen / LANGUAGE_PIECE];
        size_t length = LANGUAGE_PIECE - seen % LANGUAGE_PIECE;
        length = utf8_cut(text, length);
        if (length == 0) /* a character that begins in this piece and ends in the next one */
            length = utf8_offset(slice_between(text, 0, 4), 1);
        read_text(identifier, &word, piece, slice_between(text, 0, length));
        seen += length;
        text = slice_from(text, length);
        if (text.length == 0)
            change_script(identifier, &word, piece, SCRIPT_NONE);
    }
    return seen;
}

/* A piece from the first word that begins behind offset. */
static void read_piece(const struct language_identifier *identifier, struct piece *piece, struct slice text,
                       size_t offset)
{
    enum { WORD_LONG = 32 };
    struct word word = { WORD_END, 1, SCRIPT_NONE };
    offset = utf8_cut(text, offset);
    size_t blank = slice_find_byte(slice_between(text, offset, offset + WORD_LONG), ' ');
    text = slice_from(text, offset > 0 && blank < WORD_LONG ? offset + blank : offset);
    if (text.length > LANGUAGE_PIECE)
        text.length = utf8_cut(text, LANGUAGE_PIECE);
    read_text(identifier, &word, piece, text);
    change_script(identifier, &word, piece, SCRIPT_NONE);
}

static void read_all(const struct language_identifier *identifier, struct piece *pieces, const struct slice *texts,
                     size_t count)
{
    size_t seen = 0;
    for (size_t i = 0; i < count; i++)
        seen = read_whole(identifier, pieces, texts[i], seen);
}

/* Every second piece of those that are evenly spread over `total` bytes. */
static void read_half(const struct language_identifier *identifier, struct piece *pieces, const struct slice *texts,
                      size_t count, size_t total, unsigned first)
{
    size_t before = 0, distance = total / LANGUAGE_PIECES, next = first;
    for (size_t i = 0; i < count; before += texts[i++].length)
        for (; next < LANGUAGE_PIECES && distance * next < before + texts[i].length; next += 2)
            read_piece(identifier, &pieces[next], texts[i], distance * next - before);
}

/* The column of the highest score; the first of equals. */
static unsigned best_column(const uint32_t *scores, unsigned count)
{
    unsigned best = 0;
    for (unsigned i = 1; i < count; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}

/* How likely the best one is, in thousandths. A level stands for a factor of two; overlapping sequences say the same
 * thing several times, so that 8 levels count as 3 (fitted on declarations of human rights of 20 and 60 letters). */
static unsigned likelihood(const uint32_t *scores, unsigned count, unsigned best)
{
    static const uint32_t eighths[8] = { 65536, 60097, 55109, 50535, 46341, 42495, 38968, 35734 }; /* 2^(-i/8) */
    uint64_t sum = eighths[0];
    for (unsigned i = 0; i < count; i++) {
        uint32_t less = 3 * (scores[best] - scores[i]);
        sum += i != best && less / 8 < 32 ? eighths[less % 8] >> less / 8 : 0;
    }
    return (unsigned)((1000 * (uint64_t)eighths[0] + sum / 2) / sum);
}

/* The scores from which on a piece looks like a language: no other one is much better. */
static void find_bounds(const struct piece *pieces, const struct sequences *table, unsigned script,
                        int bounds[LANGUAGE_PIECES])
{
    for (unsigned piece = 0; piece < LANGUAGE_PIECES; piece++) {
        const uint16_t *scores = pieces[piece].scores[script];
        uint16_t most = 0;
        for (unsigned i = 0; i < table->languages; i++)
            most = scores[i] > most ? scores[i] : most;
        bounds[piece] = most - 8 - pieces[piece].letters[script] / 4;
    }
}

/* Bytes of the pieces that look like that language; their scores and letters are added up. */
static uint32_t add_agreeing(const struct piece *pieces, const struct sequences *table, unsigned script,
                             const int bounds[LANGUAGE_PIECES], unsigned column, uint32_t *scores, uint32_t *letters)
{
    uint32_t bytes = 0;
    *letters = 0;
    for (unsigned piece = 0; piece < LANGUAGE_PIECES; piece++) {
        if (pieces[piece].scores[script][column] < bounds[piece])
            continue;
        bytes += pieces[piece].bytes[script];
        *letters += pieces[piece].letters[script];
        for (unsigned i = 0; scores && i < table->languages; i++)
            scores[i] += pieces[piece].scores[script][i];
    }
    return bytes;
}

/* How much the text is one of words at all, in thousandths. Measured: 200 letters of any language have at least 5.4 as
 * mean level, base64 at most 4.9. */
static unsigned wordiness(uint32_t score, uint32_t letters)
{
    enum { NOISE = 4600, WORDS = 5400 };
    uint64_t level = letters ? 1000 * (uint64_t)score / letters : 0;
    return level >= WORDS ? 1000 : level <= NOISE ? 0 : (unsigned)(1000 * (level - NOISE) / (WORDS - NOISE));
}

static unsigned share(uint64_t likely, uint64_t part, uint64_t whole)
{
    return (unsigned)((likely * part + whole / 2) / whole);
}

/* The best language of a script with a table: the one that most of the text looks like, and of those that are alike
 * in this the likeliest. all: bytes of letters of any script. */
static struct language_guess choose(const struct sequences *table, const struct piece *pieces, unsigned script,
                                    size_t all)
{
    uint32_t agreed[COLUMNS] = { 0 }, scores[COLUMNS] = { 0 }, letters;
    int bounds[LANGUAGE_PIECES];
    find_bounds(pieces, table, script, bounds);
    for (unsigned i = 0; i < table->languages; i++)
        agreed[i] = add_agreeing(pieces, table, script, bounds, i, NULL, &letters);
    add_agreeing(pieces, table, script, bounds, best_column(agreed, table->languages), scores, &letters);
    unsigned best = best_column(scores, table->languages);
    unsigned likely = share(likelihood(scores, table->languages, best), wordiness(scores[best], letters), 1000);
    return (struct language_guess){ table->codes[best], share(likely, agreed[best], all) };
}

/* What the pieces that were read say. */
static struct language_guess judge(const struct language_identifier *identifier, const struct piece *pieces)
{
    size_t bytes[SCRIPTS] = { 0 }, all = 0;
    unsigned script = 0;
    for (unsigned i = 0; i < SCRIPTS; i++) {
        for (unsigned piece = 0; piece < LANGUAGE_PIECES; piece++)
            bytes[i] += pieces[piece].bytes[i];
        all += bytes[i];
    }
    if (bytes[SCRIPT_KANA] * 100 > (bytes[SCRIPT_HAN] + bytes[SCRIPT_KANA]) * KANA_PERCENT) {
        bytes[SCRIPT_KANA] += bytes[SCRIPT_HAN];
        bytes[SCRIPT_HAN] = 0;
    } else {
        bytes[SCRIPT_HAN] += bytes[SCRIPT_KANA];
        bytes[SCRIPT_KANA] = 0;
    }
    for (unsigned i = 1; i < SCRIPTS; i++)
        if (bytes[i] > bytes[script])
            script = i;
    if (all == 0)
        return (struct language_guess){ UNDETERMINED, 0 };
    if (script < LANGUAGE_TABLES)
        return choose(&identifier->tables[script], pieces, script, all);
    return (struct language_guess){ language_of_script[script], share(1000, bytes[script], all) };
}

struct language_guess language_identify(const struct language_identifier *identifier, const struct slice *texts,
                                        size_t count)
{
    enum { SURE = 990 };
    struct piece pieces[LANGUAGE_PIECES] = { 0 };
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += texts[i].length;
    if (total <= LANGUAGE_LOOK) {
        read_all(identifier, pieces, texts, count);
        return judge(identifier, pieces);
    }
    read_half(identifier, pieces, texts, count, total, 0);
    struct language_guess guess = judge(identifier, pieces);
    if (guess.confidence >= SURE)
        return guess;
    read_half(identifier, pieces, texts, count, total, 1);
    return judge(identifier, pieces);
}
