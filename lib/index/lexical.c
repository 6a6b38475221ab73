/* lexical.c - reads a lexical section, and merges several. Nothing in it is trusted. */
#include "base/memory.h"
#include "index/lexical_format.h"

static bool damaged(struct error *error, uint64_t offset, const char *what)
{
    return error_set(error, E_INDEX_DAMAGED, "lexical section, offset %llu: %s", (unsigned long long)offset, what);
}

/* [offset, offset + length) lies inside the section before the footer. */
static bool fits(uint64_t offset, uint64_t length, uint64_t end)
{
    return offset <= end && length <= end - offset;
}

static bool check_footer(const struct lexical_footer *footer, uint64_t footer_offset, uint32_t row_count,
                         struct error *error)
{
    uint64_t tables_bytes = (uint64_t)footer->term_count * 16;
    if (footer->row_count != row_count)
        return damaged(error, footer_offset, "another number of rows than the segment has");
    if (footer->postings_offset < (uint64_t)row_count * 4 || footer->tables_offset % 8 ||
        !fits(footer->postings_offset, footer->postings_length, footer_offset) ||
        !fits(footer->terms_offset, footer->terms_length, footer_offset) ||
        !fits(footer->tables_offset, tables_bytes, footer_offset) || footer->terms_length > UINT32_MAX)
        return damaged(error, footer_offset, "a table lies outside the section");
    return true;
}

bool lexical_open(struct slice section, uint32_t row_count, struct lexical *lexical, struct error *error)
{
    struct lexical_footer footer;
    if (section.length < sizeof footer || section.length % 8 || (uintptr_t)section.bytes % 8)
        return damaged(error, 0, "too short or not aligned");
    uint64_t footer_offset = section.length - sizeof footer;
    memcpy(&footer, section.bytes + footer_offset, sizeof footer);
    if (!check_footer(&footer, footer_offset, row_count, error))
        return false;
    const char *tables = section.bytes + footer.tables_offset;
    *lexical = (struct lexical){
        .section = section,
        .row_count = row_count,
        .term_count = footer.term_count,
        .lengths = (const uint32_t *)(const void *)section.bytes,
        .posting_ends = (const uint64_t *)(const void *)tables,
        .term_ends = (const uint32_t *)(const void *)(tables + (size_t)footer.term_count * 8),
        .row_frequencies = (const uint32_t *)(const void *)(tables + (size_t)footer.term_count * 12),
        .term_bytes = slice_between(section, footer.terms_offset, footer.terms_offset + footer.terms_length),
        .postings = slice_between(section, footer.postings_offset, footer.postings_offset + footer.postings_length),
    };
    return true;
}

static bool term_text(const struct lexical *lexical, uint32_t term, struct slice *text, struct error *error)
{
    uint32_t start = term ? lexical->term_ends[term - 1] : 0, end = lexical->term_ends[term];
    if (start > end || end > lexical->term_bytes.length)
        return damaged(error, (uint64_t)((const char *)&lexical->term_ends[term] - lexical->section.bytes),
                       "a term's end is out of place");
    *text = slice_between(lexical->term_bytes, start, end);
    return true;
}

bool lexical_find(const struct lexical *lexical, struct slice text, uint32_t *term, bool *is_found, struct error *error)
{
    uint32_t low = 0, high = lexical->term_count;
    *is_found = false;
    while (low < high && !*is_found) {
        uint32_t middle = low + (high - low) / 2;
        struct slice there = { 0 };
        if (!term_text(lexical, middle, &there, error))
            return false;
        int order = slice_compare(text, there);
        *is_found = order == 0;
        *term = middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return true;
}

static bool term_postings(const struct lexical *lexical, uint32_t term, struct slice *bytes, struct error *error)
{
    uint64_t start = term ? lexical->posting_ends[term - 1] : 0, end = lexical->posting_ends[term];
    if (start > end || end > lexical->postings.length)
        return damaged(error, (uint64_t)((const char *)&lexical->posting_ends[term] - lexical->section.bytes),
                       "a term's postings end out of place");
    *bytes = slice_between(lexical->postings, start, end);
    return true;
}

/* The varint at *position; false when it is cut or too long. */
static inline bool read_varint(struct slice bytes, size_t *position, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; *position < bytes.length && shift < 63; shift += 7) {
        unsigned char byte = (unsigned char)bytes.bytes[(*position)++];
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

bool lexical_postings(const struct lexical *lexical, uint32_t term, struct posting *postings, struct error *error)
{
    struct slice bytes = { NULL, 0 };
    if (!term_postings(lexical, term, &bytes, error))
        return false;
    uint32_t count = lexical->row_frequencies[term];
    size_t position = 0;
    uint64_t row = 0, head, frequency = 1;
    bool is_good = count <= lexical->row_count;
    for (uint32_t i = 0; i < count && is_good; i++) {
        is_good = read_varint(bytes, &position, &head);
        frequency = 1;
        if (is_good && !(head & 1))
            is_good = read_varint(bytes, &position, &frequency);
        uint64_t delta = head >> 1;
        row += delta;
        is_good =
            is_good && row < lexical->row_count && (delta > 0 || i == 0) && frequency > 0 && frequency <= UINT32_MAX;
        postings[i] = (struct posting){ (uint32_t)row, (uint32_t)frequency };
    }
    if (is_good && position == bytes.length)
        return true;
    return damaged(error, (uint64_t)(bytes.bytes - lexical->section.bytes) + position,
                   "postings that cannot be: rows must rise and lie in the segment");
}

static bool verify_term(const struct lexical *lexical, uint32_t term, struct slice *before, struct posting *room,
                        struct error *error)
{
    struct slice text = { 0 };
    if (!term_text(lexical, term, &text, error))
        return false;
    if (term && slice_compare(*before, text) >= 0)
        return damaged(error, (uint64_t)(text.bytes - lexical->section.bytes), "terms out of order");
    *before = text;
    if (lexical->row_frequencies[term] > lexical->row_count || lexical->row_frequencies[term] == 0)
        return damaged(error, (uint64_t)((const char *)&lexical->row_frequencies[term] - lexical->section.bytes),
                       "a term with more rows than there are, or none");
    return lexical_postings(lexical, term, room, error);
}

bool lexical_verify(const struct lexical *lexical, struct error *error)
{
    struct posting *room = memory_resize(NULL, (size_t)lexical->row_count + 1, sizeof *room);
    struct slice before = { NULL, 0 };
    bool is_good = true;
    for (uint32_t i = 0; i < lexical->term_count && is_good; i++)
        is_good = verify_term(lexical, i, &before, room, error);
    memory_free(room);
    return is_good;
}
