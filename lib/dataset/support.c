/* support.c - an answer's words, numbers and quotations looked up in a passage. */
#include "dataset/support.h"

#include "base/buffer.h"
#include "base/map.h"
#include "base/utf8.h"
#include "text/citations.h"
#include "text/fold.h"
#include "text/segment.h"

enum { WORD_CHARACTERS = 4 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool has_digit(struct slice word)
{
    for (size_t i = 0; i < word.length; i++)
        if (is_digit(word.bytes[i]))
            return true;
    return false;
}

/* As it is looked up: numbers without separators of thousands, other words lowered. */
static void append_form(struct slice word, struct buffer *form)
{
    buffer_reset(form);
    if (!has_digit(word)) {
        text_lower_words(form, word, false);
        return;
    }
    for (size_t i = 0; i < word.length; i++) {
        bool parts_thousands = word.bytes[i] == ',' && i + 3 < word.length && is_digit(word.bytes[i + 1]) &&
                               is_digit(word.bytes[i + 2]) && is_digit(word.bytes[i + 3]) &&
                               !is_digit(slice_byte(word, i + 4));
        char byte = word.bytes[i];
        if (!parts_thousands)
            buffer_append_byte(form, byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte);
    }
}

static void list_words(struct slice passage, struct map *words, struct buffer *form)
{
    size_t position = 0;
    struct slice word;
    while (word_next(passage, &position, &word)) {
        append_form(word, form);
        map_insert(words, buffer_slice(form), NULL);
    }
}

void support_check(struct slice answer, struct slice passage, struct slice question, struct arena *scratch,
                   struct support *support)
{
    struct map words = { 0 };
    struct buffer form = { 0 };
    struct slice word;
    size_t position = 0;
    struct citations citations;
    *support = (struct support){ 0 };
    list_words(passage, &words, &form);
    while (word_next(answer, &position, &word)) {
        bool is_number = has_digit(word);
        if (!is_number && utf8_count(word) < WORD_CHARACTERS)
            continue;
        append_form(word, &form);
        bool is_there = map_find(&words, buffer_slice(&form)) != NULL;
        support->words++;
        support->found += is_there;
        if (!is_there && is_number && support->missing_number.length == 0)
            support->missing_number = word;
        if (!is_there && !is_number && support->missing_word.length == 0)
            support->missing_word = word;
    }
    citations_check(answer, &passage, 1, question, scratch, &citations);
    for (size_t i = 0; i < citations.fault_count && support->missing_quote.length == 0; i++)
        if (citations.faults[i].kind == CITATION_NOT_SAID)
            support->missing_quote = citations.faults[i].quotation;
    map_release(&words);
    buffer_release(&form);
}
