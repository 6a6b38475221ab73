/* words_fuzz.c - fuzz entry: words of any text have their places in it, and each stretch of them is found again. */
#include <stdint.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "curate/contamination.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_places(const struct word_forms *words, struct slice text)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct word_place *word = &words->words[i];
        ENSURE(word->start < word->end && word->end <= text.length);
        ENSURE(i == 0 || word->start >= words->words[i - 1].end);
        ENSURE(((unsigned char)text.bytes[word->start] & 0xc0) != 0x80);
        ENSURE(word->form <= words->forms.length);
    }
}

static void check_hits(const struct word_forms *words, struct slice text)
{
    const struct ngram_settings settings = { .width = 3, .shortest = 2, .crosses = true, .memory = 64 << 20 };
    struct ngram_index *index = ngram_index_create(&settings);
    struct ngram_hits hits = { 0 };
    struct contaminated_list spans = { 0 };
    struct buffer left = { 0 };
    struct error error;
    size_t first = 0;
    bool is_short;
    ENSURE(ngram_index_add(index, words, &first, 1, &is_short, &error) && ngram_index_finish(index, &error));
    ngram_index_find(index, words, &hits);
    ENSURE(hits.count == (words->count >= 3 ? words->count - 2 : words->count == 2));
    contamination_gather(index, &hits, words, &first, 1, &spans);
    ENSURE(spans.count == (hits.count > 0));
    if (spans.count > 0) {
        struct contamination_cut cut = { 1, 1 };
        contamination_cut(&cut, text, spans.spans, spans.count, &left);
        ENSURE(left.length <= text.length && utf8_is_valid(buffer_slice(&left)));
    }
    buffer_release(&left);
    memory_free(spans.spans);
    memory_free(hits.hits);
    ngram_index_free(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct buffer text = { 0 };
    utf8_append_repaired(&text, slice_of((const char *)bytes, length));
    for (int form = WORD_FORM_LETTERS; form <= WORD_FORM_STRIPPED; form++) {
        struct word_forms words = { 0 };
        word_forms_add(&words, buffer_slice(&text), (enum word_form)form);
        check_places(&words, buffer_slice(&text));
        check_hits(&words, buffer_slice(&text));
        word_forms_release(&words);
    }
    buffer_release(&text);
    return 0;
}
