/* lexical_build.c - the postings of a segment while it grows. */
#include <stdlib.h>

#include "base/memory.h"
#include "index/lexical_format.h"

/* A term of the segment with its postings so far, already in their final form. One line of the cache, which holds the
 * whole of a rare term: its text if short, and the places of the rest. */
struct growing {
    struct word_key start;
    uint64_t hash;
    const char *text; /* arena; NULL where start is all of it */
    char *bytes;      /* postings: arena; doubles, and the old place is left behind */
    uint32_t text_length;
    uint32_t length, capacity;
    uint32_t row_count;
    uint32_t last_row;
    uint32_t unused;
};
_Static_assert(sizeof(struct growing) == 64, "a growing term is one line of the cache");

struct lexical_builder {
    struct growing *growing; /* in order of first appearance */
    size_t count, capacity;
    uint32_t *slots; /* index + 1, 0: free; a power of two */
    size_t slot_count;
    struct arena texts;
    struct arena postings;
    uint32_t *lengths;
    size_t lengths_count, lengths_capacity;
};

struct lexical_builder *lexical_builder_create(void)
{
    return memory_allocate_zeroed(1, sizeof(struct lexical_builder));
}

/* Writes one posting; returns its bytes, at most POSTING_BYTES_MAXIMUM. */
static size_t put_posting(char *bytes, uint32_t delta, uint32_t frequency)
{
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
    return length;
}

void lexical_append_posting(struct buffer *postings, uint32_t delta, uint32_t frequency)
{
    char bytes[POSTING_BYTES_MAXIMUM];
    buffer_append(postings, bytes, put_posting(bytes, delta, frequency));
}

/* Room for one more posting. */
static inline void make_room(struct lexical_builder *builder, struct growing *term)
{
    if (term->capacity - term->length >= POSTING_BYTES_MAXIMUM)
        return;
    size_t capacity = term->capacity ? (size_t)term->capacity * 2 : 2 * POSTING_BYTES_MAXIMUM;
    if (capacity > UINT32_MAX)
        memory_exit(EXIT_OSERR, "out of memory");
    char *bytes = arena_allocate_text(&builder->postings, capacity);
    if (term->length)
        memcpy(bytes, term->bytes, term->length);
    term->bytes = bytes;
    term->capacity = (uint32_t)capacity;
}

static void grow_slots(struct lexical_builder *builder)
{
    memory_free(builder->slots);
    builder->slot_count = builder->slot_count ? builder->slot_count * 2 : 4096;
    builder->slots = memory_allocate_aligned(64, builder->slot_count * sizeof *builder->slots);
    memset(builder->slots, 0, builder->slot_count * sizeof *builder->slots);
    for (size_t i = 0; i < builder->count; i++) {
        size_t slot = builder->growing[i].hash & (builder->slot_count - 1);
        while (builder->slots[slot])
            slot = (slot + 1) & (builder->slot_count - 1);
        builder->slots[slot] = (uint32_t)i + 1;
    }
}

/* Each stays on one line of the cache. */
static void grow_terms(struct lexical_builder *builder)
{
    size_t capacity = builder->capacity ? builder->capacity * 2 : 1024;
    struct growing *terms = memory_allocate_aligned(sizeof *terms, capacity * sizeof *terms);
    if (builder->count)
        memcpy(terms, builder->growing, builder->count * sizeof *terms);
    memory_free(builder->growing);
    builder->growing = terms;
    builder->capacity = capacity;
}

static inline bool is_term(const struct growing *term, const struct lexical_term *other, const char *text)
{
    return term->start.low == other->start.low && term->start.high == other->start.high &&
           term->text_length == other->length && (!term->text || memcmp(term->text, text, other->length) == 0);
}

static struct growing *add_growing(struct lexical_builder *builder, size_t slot, const struct lexical_term *from,
                                   const char *text)
{
    if (builder->count >= UINT32_MAX - 1)
        memory_exit(EXIT_OSERR, "out of memory: more than 4294967293 terms in one segment");
    if (builder->count == builder->capacity)
        grow_terms(builder);
    struct growing *term = &builder->growing[builder->count++];
    *term = (struct growing){ .start = from->start, .hash = from->hash, .text_length = from->length };
    if (from->length > WORD_KEY_BYTES)
        term->text = arena_copy(&builder->texts, slice_of(text, from->length)).bytes;
    builder->slots[slot] = (uint32_t)builder->count;
    return term;
}

static inline struct growing *find_growing(struct lexical_builder *builder, const struct lexical_term *from,
                                           const char *text)
{
    size_t mask = builder->slot_count - 1, slot = from->hash & mask;
    for (; builder->slots[slot]; slot = (slot + 1) & mask) {
        struct growing *term = &builder->growing[builder->slots[slot] - 1];
        if (is_term(term, from, text))
            return term;
    }
    return add_growing(builder, slot, from, text);
}

static void set_length(struct lexical_builder *builder, uint32_t row_number, uint32_t length)
{
    size_t needed = (size_t)row_number + 1;
    builder->lengths = memory_grow(builder->lengths, &builder->lengths_capacity, needed, sizeof *builder->lengths);
    for (; builder->lengths_count < needed; builder->lengths_count++)
        builder->lengths[builder->lengths_count] = 0;
    builder->lengths[row_number] = length;
}

/* Most of the work is waiting for memory, since the terms of a row lie anywhere. So the slot of a term is asked for
 * first, some terms later what it points to, and then the end of its postings. */
enum { AHEAD_SLOT = 24, AHEAD_TERM = 16, AHEAD_POSTINGS = 8 };

static inline const struct growing *term_ahead(const struct lexical_builder *builder, const struct lexical_row *row,
                                               uint32_t number)
{
    uint32_t place = builder->slots[row->terms[number].hash & (builder->slot_count - 1)];
    return place ? &builder->growing[place - 1] : NULL;
}

static inline void ask_ahead(const struct lexical_builder *builder, const struct lexical_row *row, uint32_t next)
{
    const struct growing *term;
    if (next + AHEAD_SLOT < row->term_count)
        __builtin_prefetch(&builder->slots[row->terms[next + AHEAD_SLOT].hash & (builder->slot_count - 1)]);
    if (next + AHEAD_TERM < row->term_count && (term = term_ahead(builder, row, next + AHEAD_TERM)) != NULL)
        __builtin_prefetch(term, 1);
    if (next + AHEAD_POSTINGS < row->term_count && (term = term_ahead(builder, row, next + AHEAD_POSTINGS)) != NULL)
        __builtin_prefetch(term->bytes + term->length, 1);
}

void lexical_builder_add(struct lexical_builder *builder, uint32_t row_number, const struct lexical_row *row)
{
    const char *text = row->text;
    set_length(builder, row_number, row->length);
    while ((builder->count + row->term_count) * 2 > builder->slot_count)
        grow_slots(builder);
    for (uint32_t i = 0; i < row->term_count; i++) {
        const struct lexical_term *from = &row->terms[i];
        ask_ahead(builder, row, i);
        struct growing *term = find_growing(builder, from, text);
        make_room(builder, term);
        term->length += (uint32_t)put_posting(term->bytes + term->length, row_number - term->last_row, from->frequency);
        term->last_row = row_number;
        term->row_count++;
        if (from->length > WORD_KEY_BYTES)
            text += from->length;
    }
}

size_t lexical_builder_bytes(const struct lexical_builder *builder)
{
    return arena_bytes(&builder->postings) + arena_bytes(&builder->texts) + builder->capacity * sizeof(struct growing) +
           builder->slot_count * sizeof *builder->slots + builder->lengths_capacity * sizeof *builder->lengths;
}

static uint64_t big_endian(uint64_t bytes)
{
    uint64_t swapped = 0;
    for (unsigned i = 0; i < 64; i += 8)
        swapped = swapped << 8 | (bytes >> i & 0xff);
    return swapped;
}

/* The text of a term; bytes: room for one that is no longer than a key. */
static struct slice text_of(const struct growing *term, char bytes[WORD_KEY_BYTES])
{
    if (term->text)
        return slice_of(term->text, term->text_length);
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (char)(term->start.low >> 8 * i & 0xff);
        bytes[i + 8] = (char)(term->start.high >> 8 * i & 0xff);
    }
    return slice_of(bytes, term->text_length);
}

/* A term to sort: by its first bytes, and only where they are equal by all. */
struct sorted {
    uint64_t low, high; /* of the key, as numbers that order like the bytes */
    const struct growing *term;
};

static int compare_sorted(const void *a, const void *b)
{
    const struct sorted *first = a, *second = b;
    if (first->low != second->low)
        return first->low < second->low ? -1 : 1;
    if (first->high != second->high)
        return first->high < second->high ? -1 : 1;
    char texts[2][WORD_KEY_BYTES];
    return slice_compare(text_of(first->term, texts[0]), text_of(second->term, texts[1]));
}

static bool write_terms(struct lexical_builder *builder, struct lexical_tables *tables, struct sections_writer *writer,
                        struct error *error)
{
    size_t count = builder->count;
    struct sorted *order = memory_resize(NULL, count + 1, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (struct sorted){ big_endian(builder->growing[i].start.low),
                                    big_endian(builder->growing[i].start.high), &builder->growing[i] };
    qsort(order, count, sizeof *order, compare_sorted);
    bool is_good = true;
    for (size_t i = 0; i < count && is_good; i++) {
        const struct growing *term = order[i].term;
        char text[WORD_KEY_BYTES];
        is_good = lexical_write_term(tables, writer, text_of(term, text), slice_of(term->bytes, term->length),
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
    builder->count = 0;
    if (builder->slots)
        memset(builder->slots, 0, builder->slot_count * sizeof *builder->slots);
    arena_reset(&builder->texts);
    arena_reset(&builder->postings);
    builder->lengths_count = 0;
    return is_good;
}

void lexical_builder_free(struct lexical_builder *builder)
{
    if (!builder)
        return;
    memory_free(builder->growing);
    memory_free(builder->slots);
    arena_release(&builder->texts);
    arena_release(&builder->postings);
    memory_free(builder->lengths);
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
