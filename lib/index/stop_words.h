/* stop_words.h - words that say nothing about a text's subject. Private to the index module. */
#ifndef INDEX_STOP_WORDS_H
#define INDEX_STOP_WORDS_H

#include "base/slice.h"

/* The words of a language in lower case, one blank between two; empty where we have no list. */
struct slice stop_words(struct slice language);

#endif
