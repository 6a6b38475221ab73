/* tokens.c - the list of builtin tokenizers, and counting. */
#include "text/tokens.h"

#include "base/memory.h"
#include "text/bits.h"

const struct tokenizer *tokenizer_find(struct slice name)
{
    static const struct tokenizer *const builtin[] = { &tokenizer_o200k_estimate, &tokenizer_cl100k_estimate };
    for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
        if (slice_equal(name, slice_of_string(builtin[i]->name)))
            return builtin[i];
    return NULL;
}

size_t tokenizer_count(const struct tokenizer *tokenizer, struct slice text)
{
    enum { SHORT_WORDS = 256 };
    uint64_t short_marks[SHORT_WORDS];
    size_t words = bits_words(text.length);
    uint64_t *marks = words <= SHORT_WORDS ? short_marks : memory_resize(NULL, words, sizeof *marks);
    tokenizer->mark(tokenizer, text, marks);
    size_t count = 0;
    for (size_t i = 0; i < words; i++)
        count += bits_count(marks[i]);
    if (marks != short_marks)
        memory_free(marks);
    return count;
}
