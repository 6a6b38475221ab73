/* index_exercise.h - touches all that a reader can touch of a segment, whatever its bytes are. */
#ifndef TESTS_INDEX_EXERCISE_H
#define TESTS_INDEX_EXERCISE_H

#include "base/memory.h"
#include "index/reader.h"

enum { EXERCISE_ROWS = 4096, EXERCISE_TERMS = 256 };

static inline void exercise_columns(const struct columns *columns, uint32_t rows)
{
    struct arena scratch = { 0 };
    for (uint32_t i = 0; i < columns->trailer->column_count; i++)
        for (uint32_t row = 0; row < rows; row++) {
            struct value value;
            bool is_stored = false;
            if (!column_cell(columns, &columns->entries[i], row, &scratch, &value, &is_stored, NULL))
                break;
        }
    (void)!columns_verify(columns, NULL);
    arena_release(&scratch);
}

static inline void exercise_lexical(const struct lexical *lexical)
{
    (void)!lexical_verify(lexical, NULL);
    uint32_t term = 0;
    bool is_found = false;
    (void)!lexical_find(lexical, SLICE("tea"), &term, &is_found, NULL);
    for (term = 0; term < lexical->term_count && term < EXERCISE_TERMS; term++) {
        /* Of the exact size: a sanitizer sees one posting too many. */
        size_t rows = lexical->row_frequencies[term];
        if (rows > lexical->row_count)
            continue;
        struct posting *postings = memory_allocate((rows ? rows : 1) * sizeof *postings);
        (void)!lexical_postings(lexical, term, postings, NULL);
        memory_free(postings);
    }
}

static inline void exercise_rows(const struct index_segment *segment, uint32_t rows)
{
    struct stored_scratch scratch = { 0 };
    for (uint32_t row = 0; row < rows; row++) {
        struct slice line;
        uint32_t found = 0;
        (void)strings_find(&segment->ids, strings_get(&segment->ids, row), &found);
        uint32_t start = 0, end = 0;
        segment_run_rows(segment, segment_document_of(segment, row), &start, &end);
        if (!stored_read(&segment->stored, row, &scratch, &line, NULL))
            break;
    }
    stored_scratch_release(&scratch);
}

static inline void exercise_segment(const struct index_segment *segment)
{
    uint32_t rows = segment->row_count < EXERCISE_ROWS ? segment->row_count : EXERCISE_ROWS;
    uint32_t run = 0;
    bool is_there = segment_find_document(segment, SLICE("a"), &run);
    while (is_there)
        is_there = segment_previous_run(segment, &run);
    exercise_rows(segment, rows);
    exercise_columns(&segment->columns, rows);
    exercise_lexical(&segment->lexical);
    (void)!strings_verify(&segment->ids, NULL);
    (void)!strings_verify(&segment->documents, NULL);
    for (uint32_t row = 0; row < rows && segment->vectors.values; row++)
        (void)vector_scale(segment->vectors.values + row * segment->vectors.stride, segment->vectors.dimension);
}

#endif
