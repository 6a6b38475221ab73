/* lexical_merge.c - several lexical sections into one, term by term. */
#include <stdlib.h>

#include "base/memory.h"
#include "index/lexical_format.h"

struct cursor {
    const struct lexical_source *source;
    uint32_t term; /* next one; term_count: at the end */
    struct slice text;
};

struct merge {
    struct cursor *cursors;
    size_t count;
    uint32_t row_count;
    struct posting *postings; /* of the current term, in new rows */
    uint32_t posting_count;
    struct posting *room;
    struct buffer bytes;
    struct lexical_tables tables;
};

static bool load_text(struct cursor *cursor, struct error *error)
{
    const struct lexical *lexical = cursor->source->lexical;
    if (cursor->term >= lexical->term_count)
        return true;
    uint32_t start = cursor->term ? lexical->term_ends[cursor->term - 1] : 0, end = lexical->term_ends[cursor->term];
    if (start > end || end > lexical->term_bytes.length || lexical->row_frequencies[cursor->term] > lexical->row_count)
        return error_set(error, E_INDEX_DAMAGED, "lexical section: term %u is out of place", cursor->term);
    struct slice before = cursor->text;
    cursor->text = slice_between(lexical->term_bytes, start, end);
    if (cursor->term && slice_compare(before, cursor->text) >= 0)
        return error_set(error, E_INDEX_DAMAGED, "lexical section: term %u is out of order", cursor->term);
    return true;
}

static bool is_at_end(const struct cursor *cursor)
{
    return cursor->term >= cursor->source->lexical->term_count;
}

/* The smallest term that any source has; false: none has more. There are few sources. */
static bool next_term(const struct merge *merge, struct slice *text)
{
    bool has_one = false;
    for (size_t i = 0; i < merge->count; i++) {
        const struct cursor *cursor = &merge->cursors[i];
        if (is_at_end(cursor) || (has_one && slice_compare(cursor->text, *text) >= 0))
            continue;
        *text = cursor->text;
        has_one = true;
    }
    return has_one;
}

static bool take_source(struct merge *merge, struct cursor *cursor, struct error *error)
{
    const struct lexical *lexical = cursor->source->lexical;
    uint32_t count = lexical->row_frequencies[cursor->term];
    if (!lexical_postings(lexical, cursor->term, merge->room, error))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = cursor->source->new_rows[merge->room[i].row];
        if (row != UINT32_MAX && merge->posting_count < merge->row_count)
            merge->postings[merge->posting_count++] = (struct posting){ row, merge->room[i].frequency };
    }
    cursor->term++;
    return load_text(cursor, error);
}

static int compare_postings(const void *a, const void *b)
{
    const struct posting *first = a, *second = b;
    return (first->row > second->row) - (first->row < second->row);
}

/* Sources usually follow one another; only when they do not is there anything to sort. */
static void sort_postings(struct merge *merge)
{
    for (uint32_t i = 1; i < merge->posting_count; i++)
        if (merge->postings[i - 1].row >= merge->postings[i].row) {
            qsort(merge->postings, merge->posting_count, sizeof *merge->postings, compare_postings);
            return;
        }
}

static bool write_term(struct merge *merge, struct sections_writer *writer, struct slice text, struct error *error)
{
    if (merge->posting_count == 0)
        return true; /* all rows of it are gone */
    uint32_t last = 0;
    sort_postings(merge);
    buffer_reset(&merge->bytes);
    for (uint32_t i = 0; i < merge->posting_count; i++) {
        lexical_append_posting(&merge->bytes, merge->postings[i].row - last, merge->postings[i].frequency);
        last = merge->postings[i].row;
    }
    return lexical_write_term(&merge->tables, writer, text, buffer_slice(&merge->bytes), merge->posting_count, error);
}

static bool merge_terms(struct merge *merge, struct sections_writer *writer, struct error *error)
{
    struct slice text = { NULL, 0 };
    while (next_term(merge, &text)) {
        merge->posting_count = 0;
        for (size_t i = 0; i < merge->count; i++) {
            struct cursor *cursor = &merge->cursors[i];
            if (!is_at_end(cursor) && slice_equal(cursor->text, text) && !take_source(merge, cursor, error))
                return false;
        }
        if (!write_term(merge, writer, text, error))
            return false;
    }
    return true;
}

static bool write_lengths(const struct merge *merge, struct sections_writer *writer, struct error *error)
{
    uint32_t *lengths = memory_allocate_zeroed((size_t)merge->row_count + 1, sizeof *lengths);
    for (size_t i = 0; i < merge->count; i++) {
        const struct lexical_source *source = merge->cursors[i].source;
        for (uint32_t row = 0; row < source->lexical->row_count; row++)
            if (source->new_rows[row] < merge->row_count)
                lengths[source->new_rows[row]] = source->lexical->lengths[row];
    }
    bool is_good = lexical_write_lengths(writer, lengths, merge->row_count, error);
    memory_free(lengths);
    return is_good;
}

static bool merge_all(struct merge *merge, struct sections_writer *writer, struct error *error)
{
    for (size_t i = 0; i < merge->count; i++)
        if (!load_text(&merge->cursors[i], error))
            return false;
    if (!write_lengths(merge, writer, error))
        return false;
    uint64_t postings_offset = sections_position(writer);
    return merge_terms(merge, writer, error) &&
           lexical_write_end(&merge->tables, writer, merge->row_count, postings_offset, error);
}

bool lexical_merge(const struct lexical_source *sources, size_t source_count, uint32_t row_count,
                   struct sections_writer *writer, struct error *error)
{
    uint32_t largest = 0;
    struct merge merge = { .count = source_count, .row_count = row_count };
    merge.cursors = memory_allocate_zeroed(source_count + 1, sizeof *merge.cursors);
    for (size_t i = 0; i < source_count; i++) {
        merge.cursors[i].source = &sources[i];
        if (sources[i].lexical->row_count > largest)
            largest = sources[i].lexical->row_count;
    }
    merge.postings = memory_resize(NULL, (size_t)row_count + 1, sizeof *merge.postings);
    merge.room = memory_resize(NULL, (size_t)largest + 1, sizeof *merge.room);
    bool is_good = merge_all(&merge, writer, error);
    memory_free(merge.cursors);
    memory_free(merge.postings);
    memory_free(merge.room);
    buffer_release(&merge.bytes);
    lexical_tables_release(&merge.tables);
    return is_good;
}
