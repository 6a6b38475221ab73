/* word_forms.c - the words of a text in a form to compare them by, each with its place. */
#include "text/word_forms.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/kinds.h"
#include "text/letters.h"
#include "text/marks.h"
#include "text/normal_form.h"
#include "text/simplify.h"

/* What an ASCII byte of a word becomes; 0 parts words. */
static const char lowered[0x80] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8',
    ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h',
    ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q',
    ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
    ['_'] = '_', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h',
    ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q',
    ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

/* A word that is being gathered. */
struct gathering {
    struct word_forms *words;
    enum word_form form;
    bool is_open;
    bool is_wide; /* it has characters beyond ASCII */
};

static void push(struct word_forms *words, size_t start, size_t end, size_t form)
{
    if (words->count == words->capacity)
        words->words = memory_grow(words->words, &words->capacity, words->count + 1, sizeof *words->words);
    words->words[words->count++] = (struct word_place){ (uint32_t)start, (uint32_t)end, (uint32_t)form };
}

static void open_word(struct gathering *gathering, size_t start)
{
    struct word_forms *words = gathering->words;
    if (words->count > 0)
        buffer_append_byte(&words->forms, ' ');
    push(words, start, start, words->forms.length);
    gathering->is_open = true;
    gathering->is_wide = false;
}

static void drop_last(struct word_forms *words)
{
    size_t form = words->words[--words->count].form;
    words->forms.length = form > 0 ? form - 1 : 0;
}

/* The last word's form brought into its normal form. */
static void normalise(struct word_forms *words, enum word_form form)
{
    struct buffer *forms = &words->forms;
    size_t start = words->words[words->count - 1].form;
    struct slice last = slice_from(buffer_slice(forms), start);
    struct buffer copy = { 0 };
    if (!normal_form_is_needed(last, form == WORD_FORM_SIMPLE ? NORMAL_NFD : NORMAL_NFC))
        return;
    buffer_append_slice(&copy, last);
    forms->length = start;
    if (form == WORD_FORM_SIMPLE)
        simplify_append_bare(forms, buffer_slice(&copy), &words->scratch);
    else
        normal_form_append(forms, buffer_slice(&copy), NORMAL_NFC);
    buffer_release(&copy);
}

/* NLTK's Treebank tokenizer parts these; its other rules are about marks, of which none is left. */
static void part(struct word_forms *words)
{
    static const struct {
        struct slice whole;
        size_t first;
    } parted[] = { { SLICE_INIT("cannot"), 3 }, { SLICE_INIT("gimme"), 3 }, { SLICE_INIT("gonna"), 3 },
                   { SLICE_INIT("gotta"), 3 },  { SLICE_INIT("lemme"), 3 }, { SLICE_INIT("wanna"), 3 } };
    struct word_place *last = &words->words[words->count - 1];
    struct slice form = slice_from(buffer_slice(&words->forms), last->form);
    for (size_t i = 0; i < sizeof parted / sizeof *parted; i++) {
        if (!slice_equal(form, parted[i].whole))
            continue;
        struct slice rest = slice_from(parted[i].whole, parted[i].first);
        size_t middle = last->form + parted[i].first, start = last->start + parted[i].first, end = last->end;
        last->end = (uint32_t)start;
        words->forms.length = middle;
        buffer_append_byte(&words->forms, ' ');
        buffer_append_slice(&words->forms, rest);
        push(words, start, end, middle + 1);
        return;
    }
}

static void close_word(struct gathering *gathering, size_t end)
{
    struct word_forms *words = gathering->words;
    if (!gathering->is_open)
        return;
    gathering->is_open = false;
    words->words[words->count - 1].end = (uint32_t)end;
    if (gathering->is_wide)
        normalise(words, gathering->form);
    if (gathering->form != WORD_FORM_SIMPLE)
        return;
    if (words->forms.length == words->words[words->count - 1].form)
        drop_last(words); /* of marks alone */
    else
        part(words);
}

static void append_lowered(struct gathering *gathering, uint32_t code_point)
{
    gathering->is_wide |= code_point >= 0x80;
    utf8_append(&gathering->words->forms, text_lower_character(code_point));
}

/* One character beyond ASCII at place; returns its length. */
static size_t add_wide_letter(struct gathering *gathering, struct slice text, size_t place)
{
    uint32_t code_point;
    size_t length = utf8_decode(slice_from(text, place), &code_point);
    enum letter_kind kind = letter_kind(code_point);
    if (kind == LETTER_NONE || kind == LETTER_SINGLE)
        close_word(gathering, place);
    if (kind == LETTER_NONE)
        return length;
    if (!gathering->is_open)
        open_word(gathering, place);
    append_lowered(gathering, code_point);
    if (kind == LETTER_SINGLE)
        close_word(gathering, place + length);
    return length;
}

static void add_letters(struct gathering *gathering, struct slice text)
{
    struct buffer *forms = &gathering->words->forms;
    for (size_t place = 0; place < text.length;) {
        unsigned char byte = (unsigned char)text.bytes[place];
        if (byte >= 0x80) {
            place += add_wide_letter(gathering, text, place);
            continue;
        }
        if (!lowered[byte]) {
            close_word(gathering, place++);
            continue;
        }
        if (!gathering->is_open)
            open_word(gathering, place);
        char *next = buffer_reserve(forms, text.length - place);
        size_t length = 0;
        while (place < text.length && (byte = (unsigned char)text.bytes[place]) < 0x80 && lowered[byte]) {
            next[length++] = lowered[byte];
            place++;
        }
        forms->length += length;
    }
    close_word(gathering, text.length);
}

static void add_simple(struct gathering *gathering, struct slice text)
{
    for (size_t place = 0; place < text.length;) {
        uint32_t code_point;
        size_t end = simplify_number_end(text, place);
        if (end > place) {
            if (!gathering->is_open)
                open_word(gathering, place);
            buffer_append_byte(&gathering->words->forms, '0');
            place = end;
            continue;
        }
        size_t length = utf8_decode(slice_from(text, place), &code_point);
        if (text_is_space(code_point) || text_is_mark(code_point)) {
            close_word(gathering, place);
        } else {
            if (!gathering->is_open)
                open_word(gathering, place);
            append_lowered(gathering, code_point);
        }
        place += length;
    }
    close_word(gathering, text.length);
}

/* The word between two blanks, [start, end) of the text. */
static void add_stripped_word(struct gathering *gathering, struct slice text, size_t start, size_t end, bool is_first)
{
    struct buffer *forms = &gathering->words->forms;
    bool has_any = false;
    for (size_t place = start; place < end;) {
        uint32_t code_point;
        size_t length = utf8_decode(slice_from(text, place), &code_point);
        bool is_gone = code_point > ' ' && code_point < 0x7f && !is_ascii_alphanumeric((unsigned char)code_point);
        if (!is_gone && !has_any)
            open_word(gathering, place);
        has_any |= !is_gone;
        if (!is_gone)
            append_lowered(gathering, code_point);
        place += length;
    }
    if (!has_any)
        return;
    struct word_place *last = &gathering->words->words[gathering->words->count - 1];
    struct slice form = slice_from(buffer_slice(forms), last->form), bare = text_trim(form);
    last->end = (uint32_t)end;
    gathering->is_open = false;
    memmove(forms->bytes + last->form, bare.bytes, bare.length);
    forms->length = last->form + bare.length;
    if (is_first && bare.length == 0)
        drop_last(gathering->words);
}

static void add_stripped(struct gathering *gathering, struct slice text)
{
    size_t before = gathering->words->count;
    for (size_t start = 0; start < text.length;) {
        size_t end = start + slice_find_byte(slice_from(text, start), ' ');
        add_stripped_word(gathering, text, start, end, gathering->words->count == before);
        start = end + 1;
    }
}

void word_forms_add(struct word_forms *words, struct slice text, enum word_form form)
{
    struct gathering gathering = { .words = words, .form = form };
    switch (form) {
    case WORD_FORM_LETTERS:
        add_letters(&gathering, text);
        return;
    case WORD_FORM_SIMPLE:
        add_simple(&gathering, text);
        return;
    case WORD_FORM_STRIPPED:
        add_stripped(&gathering, text);
        return;
    }
}

void word_forms_reset(struct word_forms *words)
{
    buffer_reset(&words->forms);
    words->count = 0;
}

void word_forms_release(struct word_forms *words)
{
    buffer_release(&words->forms);
    buffer_release(&words->scratch);
    memory_free(words->words);
    *words = (struct word_forms){ 0 };
}
