/* word_forms.h - the words of a text in a form to compare them by, each with its place.
 *
 * The forms stand one behind the other, parted by a blank, so that a stretch of words is a stretch of bytes: two
 * stretches are equal when their bytes are. Texts are valid UTF-8 and at most 1 GiB in all. Linear; one thread. */
#ifndef TEXT_WORD_FORMS_H
#define TEXT_WORD_FORMS_H

#include "base/buffer.h"

enum word_form {
    /* Runs of letters, marks, digits and connectors, lowered, in NFC; each ideograph, kana and letter of other scripts
     * written without blanks is one. Everything else parts words. */
    WORD_FORM_LETTERS,
    /* What white space parts in text_simplify() (fold.h), datatrove's form, in the tokens that NLTK makes of it:
     * "cannot", "gonna" and four others are two words. */
    WORD_FORM_SIMPLE,
    /* As NeMo-Curator: lowered, ASCII punctuation taken out, parted at blanks alone and trimmed. A word may be empty
     * where other white space stands alone. */
    WORD_FORM_STRIPPED
};

struct word_place {
    uint32_t start, end; /* bytes of the text that it was in */
    uint32_t form;       /* where its form begins */
};

/* The zeroed struct is empty. */
struct word_forms {
    struct buffer forms;
    struct word_place *words;
    size_t count, capacity;
    struct buffer scratch;
};

/* Appends the words of a text: behind those of texts before it. */
void word_forms_add(struct word_forms *words, struct slice text, enum word_form form);

/* The forms of `count` words from `first` on. Borrowed until the next word_forms_add(). */
static inline struct slice word_forms_stretch(const struct word_forms *words, size_t first, size_t count)
{
    size_t end = first + count < words->count ? words->words[first + count].form - 1 : words->forms.length;
    size_t start = words->words[first].form;
    return slice_of(words->forms.bytes + start, end - start);
}

void word_forms_reset(struct word_forms *words);
void word_forms_release(struct word_forms *words);

#endif
