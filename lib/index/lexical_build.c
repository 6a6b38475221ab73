/* lexical_build.c - the terms of a row, and the postings of a segment while it grows. */
#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"
#include "index/analyser.h"
#include "index/lexical_format.h"

/* The terms of a row so far. A term's place is found by its mark, generation << 32 | place + 1; only pairs and
 * identifiers need a table. */
struct count_walk {
    struct arena *arena;
    struct slice *terms;
    uint32_t *frequencies;
    size_t count, terms_capacity, frequencies_capacity;
    struct map extras; /* to place + 1 */
    uint64_t generation;
    uint32_t length;
};

static size_t add_place(struct count_walk *walk, struct slice term)
{
    walk->terms = arena_grow(walk->arena, walk->terms, &walk->terms_capacity, walk->count + 1, sizeof *walk->terms);
    walk->frequencies = arena_grow(walk->arena, walk->frequencies, &walk->frequencies_capacity, walk->count + 1,
                                   sizeof *walk->frequencies);
    walk->terms[walk->count] = arena_copy(walk->arena, term);
    walk->frequencies[walk->count] = 0;
    return walk->count++;
}

static void count_extra(struct count_walk *walk, struct slice term)
{
    struct map_entry *entry = map_insert(&walk->extras, term, NULL);
    if (entry->value == 0)
        entry->value = add_place(walk, term) + 1;
    walk->frequencies[entry->value - 1]++;
}

static void count_term(void *context, struct slice term, uint64_t *mark)
{
    struct count_walk *walk = context;
    if (!mark) {
        count_extra(walk, term);
        return;
    }
    if (*mark >> 32 != walk->generation)
        *mark = walk->generation << 32 | (add_place(walk, term) + 1);
    walk->frequencies[(*mark & UINT32_MAX) - 1]++;
    walk->length++;
}

/* An identifier may be spelled like a stem: one term must not stand in the list twice. */
static void join_extras(struct count_walk *walk)
{
    struct map places = { 0 };
    size_t kept = 0;
    for (size_t i = 0; walk->extras.count && i < walk->count; i++) {
        bool is_new;
        struct map_entry *entry = map_insert(&places, walk->terms[i], &is_new);
        if (!is_new) {
            walk->frequencies[entry->value] += walk->frequencies[i];
            continue;
        }
        entry->value = kept;
        walk->terms[kept] = walk->terms[i];
        walk->frequencies[kept++] = walk->frequencies[i];
    }
    if (walk->extras.count)
        walk->count = kept;
    map_release(&places);
}

void lexical_analyse(struct analyser_scratch *scratch, const struct slice *texts, size_t text_count,
                     struct arena *arena, struct lexical_row *row)
{
    analyser_refresh(scratch);
    struct count_walk walk = { .arena = arena, .generation = analyser_generation(scratch) };
    for (size_t i = 0; i < text_count; i++)
        analyser_terms(scratch, texts[i], &walk, count_term);
    join_extras(&walk);
    *row = (struct lexical_row){ walk.terms, walk.frequencies, (uint32_t)walk.count, walk.length };
    map_release(&walk.extras);
}

/* A term's postings so far, already in their final form. */
struct growing {
    char *bytes; /* arena; doubles, and the old place is left behind */
    uint32_t length, capacity;
    uint32_t row_count;
    uint32_t last_row;
};

struct lexical_builder {
    struct map terms; /* to index into growing */
    struct growing *growing;
    size_t capacity;
    struct arena postings;
    uint32_t *lengths;
    size_t lengths_count, lengths_capacity;
    struct buffer posting;
};

struct lexical_builder *lexical_builder_create(void)
{
    return memory_allocate_zeroed(1, sizeof(struct lexical_builder));
}

void lexical_append_posting(struct buffer *postings, uint32_t delta, uint32_t frequency)
{
    char bytes[VARINT_BYTES_MAXIMUM * 2];
    size_t length = 0;
    uint64_t head = (uint64_t)delta << 1 | (frequency == 1);
    for (; head >= 0x80; head >>= 7)
        bytes[length++] = (char)(head | 0x80);
    bytes[length++] = (char)head;
    if (frequency != 1) {
        for (; frequency >= 0x80; frequency >>= 7)
            bytes[length++] = (char)(frequency | 0x80);
        bytes[length++] = (char)frequency;
    }
    buffer_append(postings, bytes, length);
}

static void grow(struct lexical_builder *builder, struct growing *term, size_t more)
{
    size_t needed = term->length + more;
    if (needed <= term->capacity)
        return;
    size_t capacity = term->capacity ? (size_t)term->capacity * 2 : 8;
    while (capacity < needed)
        capacity *= 2;
    if (capacity > UINT32_MAX)
        memory_exit(EXIT_OSERR, "out of memory");
    char *bytes = arena_allocate_text(&builder->postings, capacity);
    if (term->length)
        memcpy(bytes, term->bytes, term->length);
    term->bytes = bytes;
    term->capacity = (uint32_t)capacity;
}

static void add_posting(struct lexical_builder *builder, struct slice text, uint32_t row_number, uint32_t frequency)
{
    bool is_new;
    struct map_entry *entry = map_insert(&builder->terms, text, &is_new);
    if (is_new) {
        entry->value = builder->terms.count - 1;
        builder->growing =
            memory_grow(builder->growing, &builder->capacity, builder->terms.count, sizeof *builder->growing);
        builder->growing[entry->value] = (struct growing){ 0 };
    }
    struct growing *term = &builder->growing[entry->value];
    buffer_reset(&builder->posting);
    lexical_append_posting(&builder->posting, row_number - term->last_row, frequency);
    grow(builder, term, builder->posting.length);
    memcpy(term->bytes + term->length, builder->posting.bytes, builder->posting.length);
    term->length += (uint32_t)builder->posting.length;
    term->last_row = row_number;
    term->row_count++;
}

static void set_length(struct lexical_builder *builder, uint32_t row_number, uint32_t length)
{
    size_t needed = (size_t)row_number + 1;
    builder->lengths = memory_grow(builder->lengths, &builder->lengths_capacity, needed, sizeof *builder->lengths);
    for (; builder->lengths_count < needed; builder->lengths_count++)
        builder->lengths[builder->lengths_count] = 0;
    builder->lengths[row_number] = length;
}

void lexical_builder_add(struct lexical_builder *builder, uint32_t row_number, const struct lexical_row *row)
{
    set_length(builder, row_number, row->length);
    for (uint32_t i = 0; i < row->term_count; i++)
        add_posting(builder, row->terms[i], row_number, row->frequencies[i]);
}

size_t lexical_builder_bytes(const struct lexical_builder *builder)
{
    return arena_bytes(&builder->postings) + arena_bytes(&builder->terms.keys) +
           builder->terms.capacity * sizeof(struct map_entry) + builder->terms.slot_count * sizeof(uint32_t) +
           builder->capacity * sizeof(struct growing) + builder->lengths_capacity * sizeof(uint32_t);
}

static int compare_entries(const void *a, const void *b)
{
    const struct map_entry *const *first = a, *const *second = b;
    return slice_compare((*first)->key, (*second)->key);
}

static bool write_terms(struct lexical_builder *builder, struct lexical_tables *tables, struct sections_writer *writer,
                        struct error *error)
{
    size_t count = builder->terms.count;
    const struct map_entry **order = memory_resize(NULL, count + 1, sizeof(struct map_entry *));
    for (size_t i = 0; i < count; i++)
        order[i] = &builder->terms.entries[i];
    qsort(order, count, sizeof *order, compare_entries);
    bool is_good = true;
    for (size_t i = 0; i < count && is_good; i++) {
        const struct growing *term = &builder->growing[order[i]->value];
        is_good = lexical_write_term(tables, writer, order[i]->key, slice_of(term->bytes, term->length),
                                     term->row_count, error);
    }
    memory_free(order);
    return is_good;
}

bool lexical_builder_finish(struct lexical_builder *builder, uint32_t row_count, struct sections_writer *writer,
                            struct error *error)
{
    struct lexical_tables tables = { 0 };
    if (row_count)
        set_length(builder, row_count - 1, builder->lengths_count == row_count ? builder->lengths[row_count - 1] : 0);
    bool is_good = lexical_write_lengths(writer, builder->lengths, row_count, error);
    uint64_t postings_offset = sections_position(writer);
    is_good = is_good && write_terms(builder, &tables, writer, error) &&
              lexical_write_end(&tables, writer, row_count, postings_offset, error);
    lexical_tables_release(&tables);
    map_reset(&builder->terms);
    arena_reset(&builder->postings);
    builder->lengths_count = 0;
    return is_good;
}

void lexical_builder_free(struct lexical_builder *builder)
{
    if (!builder)
        return;
    map_release(&builder->terms);
    memory_free(builder->growing);
    arena_release(&builder->postings);
    memory_free(builder->lengths);
    buffer_release(&builder->posting);
    memory_free(builder);
}

bool lexical_write_lengths(struct sections_writer *writer, const uint32_t *lengths, uint32_t row_count,
                           struct error *error)
{
    return sections_append(writer, lengths, (size_t)row_count * sizeof *lengths, error);
}

bool lexical_write_term(struct lexical_tables *tables, struct sections_writer *writer, struct slice term,
                        struct slice postings, uint32_t row_frequency, struct error *error)
{
    if (tables->term_bytes.length + term.length > UINT32_MAX || tables->term_count == UINT32_MAX)
        return error_set(error, E_LIMIT, "one segment has more than 4 GiB of terms; give --memory a smaller value");
    buffer_append_slice(&tables->term_bytes, term);
    uint32_t term_end = (uint32_t)tables->term_bytes.length;
    tables->postings_length += postings.length;
    buffer_append(&tables->term_ends, &term_end, sizeof term_end);
    buffer_append(&tables->row_frequencies, &row_frequency, sizeof row_frequency);
    buffer_append(&tables->posting_ends, &tables->postings_length, sizeof tables->postings_length);
    tables->term_count++;
    return sections_append(writer, postings.bytes, postings.length, error);
}

static bool append_buffer(struct sections_writer *writer, const struct buffer *buffer, struct error *error)
{
    return sections_append(writer, buffer_slice(buffer).bytes, buffer->length, error);
}

bool lexical_write_end(struct lexical_tables *tables, struct sections_writer *writer, uint32_t row_count,
                       uint64_t postings_offset, struct error *error)
{
    struct lexical_footer footer = { .postings_offset = postings_offset,
                                     .postings_length = tables->postings_length,
                                     .terms_length = tables->term_bytes.length,
                                     .row_count = row_count,
                                     .term_count = tables->term_count };
    if (!sections_pad(writer, 8, error))
        return false;
    footer.terms_offset = sections_position(writer);
    if (!append_buffer(writer, &tables->term_bytes, error) || !sections_pad(writer, 8, error))
        return false;
    footer.tables_offset = sections_position(writer);
    return append_buffer(writer, &tables->posting_ends, error) && append_buffer(writer, &tables->term_ends, error) &&
           append_buffer(writer, &tables->row_frequencies, error) && sections_pad(writer, 8, error) &&
           sections_append(writer, &footer, sizeof footer, error);
}

void lexical_tables_release(struct lexical_tables *tables)
{
    buffer_release(&tables->term_bytes);
    buffer_release(&tables->term_ends);
    buffer_release(&tables->row_frequencies);
    buffer_release(&tables->posting_ends);
}
