/* lexical_row.c - the terms of one row. */
#include "base/buffer.h"
#include "index/analyser.h"
#include "index/lexical.h"

/* A term's place among the counted is found by its mark: generation << 32 | place + 1. */
struct count_walk {
    struct arena *arena;
    struct lexical_term *terms;
    size_t count, capacity;
    struct buffer text; /* of long terms */
    uint64_t generation;
    uint32_t length;
};

static void add_term(struct count_walk *walk, struct map_entry *term)
{
    walk->terms = arena_grow(walk->arena, walk->terms, &walk->capacity, walk->count + 1, sizeof *walk->terms);
    walk->terms[walk->count++] =
        (struct lexical_term){ word_key(term->key), term->hash, (uint32_t)term->key.length, 0 };
    if (term->key.length > WORD_KEY_BYTES)
        buffer_append_slice(&walk->text, term->key);
    term->value = walk->generation << 32 | walk->count;
}

static void count_term(void *context, struct map_entry *term, bool counts)
{
    struct count_walk *walk = context;
    if (term->value >> 32 != walk->generation)
        add_term(walk, term);
    walk->terms[(uint32_t)term->value - 1].frequency++;
    walk->length += counts;
}

void lexical_analyse(struct analyser_scratch *scratch, const struct slice *texts, size_t text_count,
                     struct arena *arena, struct lexical_row *row)
{
    analyser_refresh(scratch);
    struct count_walk walk = { .arena = arena, .generation = analyser_generation(scratch) };
    for (size_t i = 0; i < text_count; i++)
        analyser_terms(scratch, texts[i], &walk, count_term);
    *row = (struct lexical_row){ .terms = walk.terms,
                                 .text = arena_copy(arena, buffer_slice(&walk.text)).bytes,
                                 .term_count = (uint32_t)walk.count,
                                 .text_length = (uint32_t)walk.text.length,
                                 .length = walk.length };
    buffer_release(&walk.text);
}

struct lexical_row lexical_row_copy(const struct lexical_row *row, struct arena *arena)
{
    struct lexical_row copy = *row;
    struct lexical_term *terms = arena_allocate(arena, row->term_count * sizeof *terms + 1);
    if (row->term_count)
        memcpy(terms, row->terms, row->term_count * sizeof *terms);
    copy.terms = terms;
    copy.text = arena_copy(arena, slice_of(row->text, row->text_length)).bytes;
    return copy;
}
