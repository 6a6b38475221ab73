/* analyser.c - a text to the terms of lexical search. */
#include "index/analyser.h"

#include <libstemmer.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "index/stop_words.h"
#include "index/word_cache.h"
#include "text/byte_kinds.h"
#include "text/letters.h"
#include "text/segment.h"

/* Past so many words or terms the scratch starts anew. Three quarters of a power of two: the table is full. */
enum { CACHE_WORDS = 3 << 16, CACHE_TERMS = 2 * CACHE_WORDS };

const char *const analyser_languages[] = { "none",    "arabic",    "armenian",   "basque",   "catalan", "danish",
                                           "dutch",   "english",   "finnish",    "french",   "german",  "greek",
                                           "hindi",   "hungarian", "indonesian", "irish",    "italian", "lithuanian",
                                           "nepali",  "norwegian", "portuguese", "romanian", "russian", "serbian",
                                           "spanish", "swedish",   "tamil",      "turkish",  "yiddish", NULL };

struct analyser {
    char *language; /* NULL: none */
    struct map stops;
    bool keeps_apostrophes; /* the English stemmer knows 's; elsewhere l'eau is two words */
};

/* A word's fate, kept where the word is: */
enum { WORD_STOPPED = 1 }; /* else 2 + index into terms */

struct analyser_scratch {
    const struct analyser *analyser;
    struct sb_stemmer *stemmer;
    struct word_cache words; /* lower-case words to their fates */
    struct map long_words;   /* the same, above WORD_KEY_BYTES */
    struct map terms;        /* each once; the value is its mark */
    uint32_t generation;
    struct arena lowered; /* of one text */
    struct buffer term;
};

/* A word of letters and digits whose fate is not looked up yet: its place in the cache is on its way from memory. */
struct waiting_word {
    struct word_key key;
    uint64_t hash;
    size_t start, end;
};

enum { WAITING_WORDS = 16 };

/* What analyser_terms() works on. */
struct walk {
    struct analyser_scratch *scratch;
    struct slice text;
    void *context;
    analyser_emit *emit;
    size_t position; /* behind the last word */
    /* The identifier that may go on with the next word. */
    size_t run_start, run_end, run_words;
    bool run_qualifies; /* settled when a second word joins it */
    /* The dense character right before, if it ends at dense_end. */
    size_t dense_start, dense_end;
    size_t waiting_count;
    struct waiting_word waiting[WAITING_WORDS];
};

static bool is_known(struct slice language)
{
    for (size_t i = 0; analyser_languages[i]; i++)
        if (slice_equal(language, slice_of_string(analyser_languages[i])))
            return true;
    return false;
}

struct analyser *analyser_open(struct slice language, struct error *error)
{
    if (!is_known(language)) {
        size_t count = sizeof analyser_languages / sizeof *analyser_languages - 1;
        const char *nearest = nearest_name(language, analyser_languages, count);
        error_set(error, E_USAGE, "no analyser for the language '%.*s'%s%s%s", (int)language.length, language.bytes,
                  nearest ? ", nearest is '" : "", nearest ? nearest : "", nearest ? "'" : "");
        return NULL;
    }
    struct analyser *analyser = memory_allocate_zeroed(1, sizeof *analyser);
    struct arena arena = { 0 };
    if (!slice_equal(language, SLICE("none")))
        analyser->language = memory_copy_string(arena_copy_string(&arena, language));
    analyser->keeps_apostrophes = slice_equal(language, SLICE("english"));
    for (struct slice rest = stop_words(language); rest.length;) {
        size_t length = slice_find_byte(rest, ' ');
        map_insert(&analyser->stops, slice_of(rest.bytes, length), NULL);
        rest = slice_from(rest, length + 1);
    }
    arena_release(&arena);
    return analyser;
}

void analyser_close(struct analyser *analyser)
{
    if (!analyser)
        return;
    memory_free(analyser->language);
    map_release(&analyser->stops);
    memory_free(analyser);
}

struct analyser_scratch *analyser_scratch_create(const struct analyser *analyser)
{
    struct analyser_scratch *scratch = memory_allocate_zeroed(1, sizeof *scratch);
    scratch->analyser = analyser;
    word_cache_reset(&scratch->words);
    if (analyser->language) {
        scratch->stemmer = sb_stemmer_new(analyser->language, "UTF_8");
        if (!scratch->stemmer)
            memory_exit(EXIT_OSERR, "out of memory");
    }
    return scratch;
}

void analyser_scratch_free(struct analyser_scratch *scratch)
{
    if (!scratch)
        return;
    sb_stemmer_delete(scratch->stemmer);
    word_cache_release(&scratch->words);
    map_release(&scratch->long_words);
    map_release(&scratch->terms);
    arena_release(&scratch->lowered);
    buffer_release(&scratch->term);
    memory_free(scratch);
}

static struct slice cut(struct slice term)
{
    return slice_of(term.bytes, utf8_cut(term, TERM_BYTES_MAXIMUM));
}

static uint32_t judge(struct analyser_scratch *scratch, struct slice word)
{
    if (map_find(&scratch->analyser->stops, word))
        return WORD_STOPPED;
    struct slice stem = word;
    if (scratch->stemmer) {
        const sb_symbol *symbols = sb_stemmer_stem(scratch->stemmer, (const sb_symbol *)word.bytes, (int)word.length);
        if (!symbols)
            memory_exit(EXIT_OSERR, "out of memory");
        stem = slice_of((const char *)symbols, (size_t)sb_stemmer_length(scratch->stemmer));
        if (stem.length == 0)
            stem = word;
    }
    return (uint32_t)(2 + (map_insert(&scratch->terms, stem, NULL) - scratch->terms.entries));
}

static void forget(struct analyser_scratch *scratch)
{
    word_cache_reset(&scratch->words);
    map_reset(&scratch->long_words);
    map_reset(&scratch->terms);
}

uint32_t analyser_generation(struct analyser_scratch *scratch)
{
    if (scratch->generation == UINT32_MAX) { /* old marks could be taken for new ones */
        forget(scratch);
        scratch->generation = 0;
    }
    return ++scratch->generation;
}

void analyser_refresh(struct analyser_scratch *scratch)
{
    if (scratch->words.count + scratch->long_words.count >= CACHE_WORDS || scratch->terms.count >= CACHE_TERMS)
        forget(scratch);
}

static inline void emit_fate(struct walk *walk, uint32_t fate)
{
    if (fate != WORD_STOPPED)
        walk->emit(walk->context, &walk->scratch->terms.entries[fate - 2], true);
}

/* word: lower case, without anything to split. */
static void emit_word(struct walk *walk, struct slice word)
{
    struct analyser_scratch *scratch = walk->scratch;
    word = cut(word);
    if (word.length == 0)
        return;
    if (word.length <= WORD_KEY_BYTES) {
        struct word_key key = word_key(word);
        uint32_t *fate = word_cache_at(&scratch->words, key, word_cache_hash(&scratch->words, key));
        if (*fate == 0)
            *fate = judge(scratch, word);
        emit_fate(walk, *fate);
        return;
    }
    struct map_entry *entry = map_insert(&scratch->long_words, word, NULL);
    if (entry->value == 0)
        entry->value = judge(scratch, word);
    emit_fate(walk, (uint32_t)entry->value);
}

/* The words that wait, in their order, before anything else goes out. */
static void emit_waiting(struct walk *walk)
{
    struct analyser_scratch *scratch = walk->scratch;
    uint32_t fates[WAITING_WORDS];
    for (size_t i = 0; i < walk->waiting_count; i++) {
        const struct waiting_word *word = &walk->waiting[i];
        uint32_t *fate = word_cache_at(&scratch->words, word->key, word->hash);
        if (*fate == 0)
            *fate = judge(scratch, text_lower(slice_between(walk->text, word->start, word->end), &scratch->lowered));
        if (*fate != WORD_STOPPED)
            __builtin_prefetch(&scratch->terms.entries[*fate - 2].value, 1);
        fates[i] = *fate;
    }
    for (size_t i = 0; i < walk->waiting_count; i++)
        emit_fate(walk, fates[i]);
    walk->waiting_count = 0;
}

/* A pair or a whole identifier: no word of its own. */
static void emit_extra(struct walk *walk, struct slice term)
{
    walk->emit(walk->context, map_insert(&walk->scratch->terms, term, NULL), false);
}

static bool is_splitter(char byte)
{
    return byte == '.' || byte == ':' || byte == '_' || byte == ',';
}

static bool has_splitter(struct slice word)
{
    for (size_t i = 0; i < word.length; i++)
        if (is_splitter(word.bytes[i]))
            return true;
    return false;
}

static inline bool is_alphanumeric(unsigned char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

static bool has_digit(struct slice word)
{
    for (size_t i = 0; i < word.length; i++)
        if (word.bytes[i] >= '0' && word.bytes[i] <= '9')
            return true;
    return false;
}

/* The ASCII one, or the first byte of U+2019. */
static bool may_have_apostrophe(struct slice word)
{
    for (size_t i = 0; i < word.length; i++)
        if (word.bytes[i] == '\'' || (unsigned char)word.bytes[i] == 0xe2)
            return true;
    return false;
}

/* Apostrophes: U+2019 as the ASCII one, and away where the language does not want them. */
static void emit_with_apostrophes(struct walk *walk, struct slice word)
{
    if (!may_have_apostrophe(word)) {
        emit_word(walk, word);
        return;
    }
    size_t curly = slice_find(word, SLICE("\xe2\x80\x99")), plain = slice_find_byte(word, '\'');
    size_t place = curly < plain ? curly : plain;
    if (place >= word.length) {
        emit_word(walk, word);
        return;
    }
    struct slice before = slice_of(word.bytes, place), after = slice_from(word, place + (place == curly ? 3 : 1));
    if (!walk->scratch->analyser->keeps_apostrophes) {
        emit_word(walk, before);
        emit_with_apostrophes(walk, after);
        return;
    }
    struct buffer *term = &walk->scratch->term;
    buffer_reset(term);
    buffer_append_slice(term, before);
    buffer_append_byte(term, '\'');
    buffer_append_slice(term, after);
    emit_word(walk, buffer_slice(term));
}

static void emit_parts(struct walk *walk, struct slice word)
{
    while (word.length) {
        size_t length = 0;
        while (length < word.length && !is_splitter(word.bytes[length]))
            length++;
        emit_with_apostrophes(walk, slice_of(word.bytes, length));
        word = slice_from(word, length + 1);
    }
}

static void end_run(struct walk *walk)
{
    struct slice whole = slice_between(walk->text, walk->run_start, walk->run_end);
    if (walk->run_words > 1 && walk->run_qualifies && whole.length <= TERM_BYTES_MAXIMUM) {
        emit_waiting(walk);
        emit_extra(walk, text_lower(whole, &walk->scratch->lowered));
    }
    walk->run_words = 0;
}

/* What an ASCII byte right behind letters and digits may mean. */
enum {
    JOINS = 1,     /* it stands between the words of one identifier */
    MAY_GO_ON = 2, /* the word goes on when a letter or digit follows */
    GOES_ON = 4    /* the word goes on, or only all the rules can say */
};
static const uint8_t after_word[256] = {
    ['-'] = JOINS, ['/'] = JOINS,  ['@'] = JOINS,      ['#'] = JOINS,     ['+'] = JOINS,   ['.'] = JOINS | MAY_GO_ON,
    [':'] = JOINS, ['\\'] = JOINS, ['\''] = MAY_GO_ON, [','] = MAY_GO_ON, ['_'] = GOES_ON,
};

/* What may stand between the words of one identifier: one of these, or "::". */
static inline bool joins(const char *between, size_t length)
{
    return (length == 1 && (after_word[(unsigned char)*between] & JOINS)) ||
           (length == 2 && between[0] == ':' && between[1] == ':');
}

/* Plain hyphenated words (well-known) are no identifiers: a digit, or a joint that prose does not use, makes one. */
static void join_run(struct walk *walk, size_t start, size_t end)
{
    if (walk->run_words == 1)
        walk->run_qualifies = has_digit(slice_between(walk->text, walk->run_start, walk->run_end));
    walk->run_words++;
    walk->run_qualifies |= walk->text.bytes[walk->run_end] != '-' || has_digit(slice_between(walk->text, start, end));
}

static inline void extend_run(struct walk *walk, size_t start, size_t end)
{
    if (walk->run_words && joins(walk->text.bytes + walk->run_end, start - walk->run_end)) {
        join_run(walk, start, end);
    } else {
        if (walk->run_words > 1)
            end_run(walk);
        walk->run_start = start;
        walk->run_words = 1;
    }
    walk->run_end = end;
}

/* A word of any characters. */
static void take_word(struct walk *walk, struct slice word)
{
    struct slice lower = text_lower(word, &walk->scratch->lowered);
    size_t start = (size_t)(word.bytes - walk->text.bytes);
    extend_run(walk, start, start + word.length);
    if (!has_splitter(word)) {
        emit_with_apostrophes(walk, lower);
        return;
    }
    emit_parts(walk, lower);
    if (lower.length <= TERM_BYTES_MAXIMUM)
        emit_extra(walk, lower);
}

/* A word of ASCII letters and digits alone, as nearly all are. */
static inline void take_plain_word(struct walk *walk, size_t start, size_t end)
{
    const struct word_cache *words = &walk->scratch->words;
    extend_run(walk, start, end);
    if (walk->waiting_count == WAITING_WORDS)
        emit_waiting(walk);
    struct waiting_word *word = &walk->waiting[walk->waiting_count++];
    word->key = word_key_lower(walk->text.bytes + start, end - start, walk->text.length - start);
    word->hash = word_cache_hash(words, word->key);
    word->start = start;
    word->end = end;
    word_cache_ask(words, word->hash);
}

/* Scripts that do not mark words: their characters come alone and in pairs. */
static bool is_dense(uint32_t code_point)
{
    return (code_point >= 0x0e00 && code_point <= 0x0eff) || (code_point >= 0x1000 && code_point <= 0x109f) ||
           (code_point >= 0x1100 && code_point <= 0x11ff) || (code_point >= 0x1780 && code_point <= 0x17ff) ||
           (code_point >= 0x3040 && code_point <= 0x30ff) || (code_point >= 0x3100 && code_point <= 0x312f) ||
           (code_point >= 0x31f0 && code_point <= 0x31ff) || (code_point >= 0x3400 && code_point <= 0x4dbf) ||
           (code_point >= 0x4e00 && code_point <= 0x9fff) || (code_point >= 0xac00 && code_point <= 0xd7a3) ||
           (code_point >= 0xf900 && code_point <= 0xfaff) || (code_point >= 0xff66 && code_point <= 0xff9d) ||
           (code_point >= 0x20000 && code_point <= 0x3ffff);
}

static void take_dense(struct walk *walk, struct slice cluster)
{
    size_t start = (size_t)(cluster.bytes - walk->text.bytes), end = start + cluster.length;
    if (walk->dense_end == start && walk->dense_end > walk->dense_start)
        emit_extra(walk, cut(slice_between(walk->text, walk->dense_start, end)));
    walk->emit(walk->context, map_insert(&walk->scratch->terms, cut(cluster), NULL), true);
    walk->dense_start = start;
    walk->dense_end = end;
}

/* A word of a dense script: Hangul words hold many characters, the others one cluster. */
static void take_dense_word(struct walk *walk, struct slice word)
{
    end_run(walk);
    for (size_t start = 0; start < word.length;) {
        size_t end = grapheme_end(word, start);
        take_dense(walk, slice_between(word, start, end));
        start = end;
    }
}

/* The first word at or behind start, by all rules. */
static void take_next(struct walk *walk, size_t start)
{
    struct slice word;
    uint32_t first = 0;
    walk->position = start;
    emit_waiting(walk);
    if (!word_next(walk->text, &walk->position, &word))
        return;
    if ((unsigned char)word.bytes[0] >= 0x80)
        utf8_decode(word, &first);
    if (is_dense(first))
        take_dense_word(walk, word);
    else
        take_word(walk, word);
}

/* Whether a run of letters and digits that ends there is surely a word: what follows cannot belong to it. */
static inline bool is_surely_end(struct slice text, size_t end)
{
    unsigned char byte = (unsigned char)slice_byte(text, end), meaning = after_word[byte];
    if ((meaning & MAY_GO_ON) == 0)
        return byte < 0x80 && meaning != GOES_ON;
    unsigned char next = (unsigned char)slice_byte(text, end + 1);
    return next < 0x80 && !is_alphanumeric(next);
}

/* Letters and digits from a place of the block on, at most to the end of the next block; above WORD_KEY_BYTES where the
 * kinds do not tell. */
static inline size_t run_length(const struct byte_kinds *kinds, size_t block, size_t count, unsigned offset)
{
    uint64_t others = ~kinds[block].alphanumeric >> offset;
    if (others)
        return (size_t)__builtin_ctzll(others);
    others = block + 1 < count ? ~kinds[block + 1].alphanumeric : 0;
    return others ? BYTE_KINDS_BLOCK - offset + (size_t)__builtin_ctzll(others) : WORD_KEY_BYTES + 1;
}

/* The words that begin in the blocks, which stand at base. */
static void take_blocks(struct walk *walk, size_t base, const struct byte_kinds *kinds, size_t count)
{
    bool is_inside = base > 0 && is_alphanumeric((unsigned char)walk->text.bytes[base - 1]);
    for (size_t block = 0; block < count; block++, base += BYTE_KINDS_BLOCK) {
        uint64_t alphanumeric = kinds[block].alphanumeric, beyond = kinds[block].beyond;
        uint64_t events = (alphanumeric & ~(alphanumeric << 1 | is_inside)) | beyond;
        is_inside = alphanumeric >> (BYTE_KINDS_BLOCK - 1);
        for (; events; events &= events - 1) {
            unsigned offset = (unsigned)__builtin_ctzll(events);
            size_t start = base + offset;
            if (start < walk->position)
                continue;
            size_t length = run_length(kinds, block, count, offset);
            /* A length of 0: beyond ASCII. */
            if (length - 1 < WORD_KEY_BYTES && is_surely_end(walk->text, start + length))
                take_plain_word(walk, start, start + length);
            else
                take_next(walk, start);
        }
    }
}

void analyser_terms(struct analyser_scratch *scratch, struct slice text, void *context, analyser_emit *emit)
{
    enum { BLOCKS = 64 };
    struct byte_kinds kinds[BLOCKS + 1];
    struct walk walk = { .scratch = scratch, .text = text, .context = context, .emit = emit };
    arena_reset(&scratch->lowered);
    for (size_t base = 0; base < text.length; base += BLOCKS * BYTE_KINDS_BLOCK) {
        size_t count = byte_kinds_fill(slice_between(text, base, base + BLOCKS * BYTE_KINDS_BLOCK), kinds);
        take_blocks(&walk, base, kinds, count);
    }
    emit_waiting(&walk);
    end_run(&walk);
}
