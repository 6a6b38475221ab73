/* contamination.h - what the n-grams that were found say about a record's texts: stretches, and what is left without
 * them. */
#ifndef CURATE_CONTAMINATION_H
#define CURATE_CONTAMINATION_H

#include "curate/ngram_index.h"

/* One stretch of one text that an item has, too: hits of one item that overlap or follow each other. */
struct contaminated {
    size_t text;       /* which of the texts */
    size_t start, end; /* bytes of it */
    uint32_t gram;     /* the first hit's */
    uint32_t count;    /* of hits; 0 for the rest of a stretch that began in the text before */
};

struct contaminated_list {
    struct contaminated *spans;
    size_t count, capacity;
};

/* firsts: of `texts` texts the number of the first word. A stretch that goes over the end of a text gives a span in
 * each. Appends. */
void contamination_gather(const struct ngram_index *index, const struct ngram_hits *hits,
                          const struct word_forms *words, const size_t *firsts, size_t texts,
                          struct contaminated_list *list);

/* Source: NVIDIA NeMo-Curator, task decontamination: around a stretch so many characters go on each side, and more up
 * to the end of a sentence (. ! ?); pieces of not more than `keep` characters go, too. Here the places are exact. */
struct contamination_cut {
    int64_t around, keep;
};

/* Appends what is left of a text, its pieces trimmed and parted by a blank line; returns how many there are. spans: of
 * this text, in order. */
size_t contamination_cut(const struct contamination_cut *cut, struct slice text, const struct contaminated *spans,
                         size_t count, struct buffer *output);

#endif
