/* analyser.c - a text to the terms of lexical search. */
#include "index/analyser.h"

#include <libstemmer.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "index/stop_words.h"
#include "text/letters.h"
#include "text/segment.h"

/* Stems that are kept: past this many words the cache starts anew. */
enum { CACHE_WORDS = 50000 };

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

/* A word's fate, kept in the map of words: */
enum { WORD_STOPPED = 1 }; /* else 2 + index into stems */

struct analyser_scratch {
    const struct analyser *analyser;
    struct sb_stemmer *stemmer;
    struct map words; /* lower-case word to its fate */
    struct map stems; /* each once; the value is its mark */
    uint32_t generation;
    struct arena lowered; /* of one text */
    struct buffer term;
};

/* What analyser_terms() works on. */
struct walk {
    struct analyser_scratch *scratch;
    struct slice text;
    void *context;
    void (*emit)(void *context, struct slice term, uint64_t *mark);
    /* The identifier that may go on with the next word. */
    size_t run_start, run_end, run_words;
    bool run_qualifies;
    /* The dense character right before, if it ends at dense_end. */
    size_t dense_start, dense_end;
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
    map_release(&scratch->words);
    map_release(&scratch->stems);
    arena_release(&scratch->lowered);
    buffer_release(&scratch->term);
    memory_free(scratch);
}

static struct slice cut(struct slice term)
{
    return slice_of(term.bytes, utf8_cut(term, TERM_BYTES_MAXIMUM));
}

static uint64_t judge(struct analyser_scratch *scratch, struct slice word)
{
    if (map_find(&scratch->analyser->stops, word))
        return WORD_STOPPED;
    struct slice stem = word;
    bool is_new;
    if (scratch->stemmer) {
        const sb_symbol *symbols = sb_stemmer_stem(scratch->stemmer, (const sb_symbol *)word.bytes, (int)word.length);
        if (!symbols)
            memory_exit(EXIT_OSERR, "out of memory");
        stem = slice_of((const char *)symbols, (size_t)sb_stemmer_length(scratch->stemmer));
        if (stem.length == 0)
            stem = word;
    }
    map_insert(&scratch->stems, stem, &is_new);
    if (is_new)
        return 2 + scratch->stems.count - 1;
    return 2 + (uint64_t)(map_find(&scratch->stems, stem) - scratch->stems.entries);
}

uint32_t analyser_generation(struct analyser_scratch *scratch)
{
    if (scratch->generation == UINT32_MAX) { /* old marks could be taken for new ones */
        map_reset(&scratch->words);
        map_reset(&scratch->stems);
        scratch->generation = 0;
    }
    return ++scratch->generation;
}

void analyser_refresh(struct analyser_scratch *scratch)
{
    if (scratch->words.count < CACHE_WORDS)
        return;
    map_reset(&scratch->words);
    map_reset(&scratch->stems);
}

/* word: lower case, without anything to split. */
static void emit_word(struct walk *walk, struct slice word)
{
    struct analyser_scratch *scratch = walk->scratch;
    word = cut(word);
    if (word.length == 0)
        return;
    struct map_entry *entry = map_insert(&scratch->words, word, NULL);
    if (entry->value == 0)
        entry->value = judge(scratch, word);
    if (entry->value == WORD_STOPPED)
        return;
    struct map_entry *stem = &scratch->stems.entries[entry->value - 2];
    walk->emit(walk->context, stem->key, &stem->value);
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

static void emit_whole(struct walk *walk, size_t start, size_t end)
{
    struct slice whole = slice_between(walk->text, start, end);
    if (whole.length <= TERM_BYTES_MAXIMUM)
        walk->emit(walk->context, text_lower(whole, &walk->scratch->lowered), NULL);
}

static void end_run(struct walk *walk)
{
    if (walk->run_words > 1 && walk->run_qualifies)
        emit_whole(walk, walk->run_start, walk->run_end);
    walk->run_words = 0;
}

/* What may stand between the words of one identifier: one of these, or "::". */
static bool joins(struct slice between)
{
    if (between.length == 1)
        return memchr("-/@#+:.\\", between.bytes[0], 8) != NULL;
    return slice_equal(between, SLICE("::"));
}

/* Plain hyphenated words (well-known) are no identifiers: a digit, or a joint that prose does not use, makes one. */
static bool qualifies(struct slice between, struct slice word)
{
    return has_digit(word) || (between.length && between.bytes[0] != '-');
}

static void extend_run(struct walk *walk, struct slice word)
{
    size_t start = (size_t)(word.bytes - walk->text.bytes), end = start + word.length;
    struct slice between = slice_between(walk->text, walk->run_end, start);
    if (walk->run_words && joins(between)) {
        walk->run_words++;
        walk->run_qualifies |= qualifies(between, word);
    } else {
        end_run(walk);
        walk->run_start = start;
        walk->run_words = 1;
        walk->run_qualifies = has_digit(word);
    }
    walk->run_end = end;
}

static void take_word(struct walk *walk, struct slice word)
{
    struct slice lower = text_lower(word, &walk->scratch->lowered);
    extend_run(walk, word);
    if (!has_splitter(word)) {
        emit_with_apostrophes(walk, lower);
        return;
    }
    emit_parts(walk, lower);
    if (lower.length <= TERM_BYTES_MAXIMUM)
        walk->emit(walk->context, lower, NULL);
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
        walk->emit(walk->context, cut(slice_between(walk->text, walk->dense_start, end)), NULL);
    struct map_entry *entry = map_insert(&walk->scratch->stems, cut(cluster), NULL);
    walk->emit(walk->context, entry->key, &entry->value);
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

void analyser_terms(struct analyser_scratch *scratch, struct slice text, void *context,
                    void (*emit)(void *context, struct slice term, uint64_t *mark))
{
    struct walk walk = { .scratch = scratch, .text = text, .context = context, .emit = emit };
    size_t position = 0;
    struct slice word;
    arena_reset(&scratch->lowered);
    while (word_next(text, &position, &word)) {
        uint32_t first = 0;
        if ((unsigned char)word.bytes[0] >= 0x80)
            utf8_decode(word, &first);
        if (is_dense(first))
            take_dense_word(&walk, word);
        else
            take_word(&walk, word);
    }
    end_run(&walk);
}
