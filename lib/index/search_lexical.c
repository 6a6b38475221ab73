/* search_lexical.c - BM25 over all segments: term by term into one sum a row. */
#include <math.h> /* frexp, which is exact */

#include "base/map.h"
#include "base/memory.h"
#include "index/search_best.h"

struct query_terms {
    struct map terms; /* to how often */
};

static void take_term(void *context, struct map_entry *term, bool counts)
{
    struct query_terms *query = context;
    (void)counts;
    if (query->terms.count < SEARCH_TERMS_MAXIMUM || map_find(&query->terms, term->key))
        map_insert(&query->terms, term->key, NULL)->value++;
}

/* ln(x) for x >= 1 by additions, multiplications and divisions only: libm's last bit differs between processors, a
 * score must not. x = m 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh((m - 1) / (m + 1)). */
static double natural_logarithm(double x)
{
    static const double ln2 = 0.693147180559945309417;
    int exponent;
    double m = frexp(x, &exponent);
    if (m < 0.70710678118654752440) {
        m *= 2;
        exponent--;
    }
    double s = (m - 1) / (m + 1), square = s * s, sum = 0;
    for (int odd = 23; odd >= 1; odd -= 2)
        sum = sum * square + 1.0 / odd;
    return 2 * s * sum + exponent * ln2;
}

/* What a search sums up. */
struct lexical_run {
    const struct index *index;
    const struct bm25 *bm25;
    double row_count, mean_length;
    double **sums;             /* by segment, by row; NULL until a term was found there */
    struct posting **postings; /* of the current term, by segment: live rows only */
    uint32_t *posting_counts;
};

static void measure_rows(struct lexical_run *run)
{
    uint64_t rows = 0, tokens = 0;
    for (size_t s = 0; s < run->index->segment_count; s++) {
        const struct index_segment *segment = &run->index->segments[s];
        for (uint32_t row = 0; row < segment->row_count; row++)
            if (segment_row_is_live(segment, row)) {
                rows++;
                tokens += segment->lexical.lengths[row];
            }
    }
    run->row_count = (double)rows;
    run->mean_length = rows && tokens ? (double)tokens / (double)rows : 1;
}

/* The live rows that have the term, over all segments; returns how many. */
static bool find_rows(struct lexical_run *run, struct slice term, uint64_t *total, struct error *error)
{
    *total = 0;
    for (size_t s = 0; s < run->index->segment_count; s++) {
        const struct index_segment *segment = &run->index->segments[s];
        uint32_t number = 0, kept = 0;
        bool is_found = false;
        run->posting_counts[s] = 0;
        if (!lexical_find(&segment->lexical, term, &number, &is_found, error))
            return error_place(error, segment->path, 0, 0);
        if (!is_found)
            continue;
        uint32_t count = segment->lexical.row_frequencies[number];
        if (count > segment->row_count)
            return error_set(error, E_INDEX_DAMAGED, "a term has more rows than the segment '%s'", segment->path);
        run->postings[s] = memory_resize(run->postings[s], (size_t)count + 1, sizeof **run->postings);
        if (!lexical_postings(&segment->lexical, number, run->postings[s], error))
            return error_place(error, segment->path, 0, 0);
        for (uint32_t i = 0; i < count; i++)
            if (segment_row_is_live(segment, run->postings[s][i].row))
                run->postings[s][kept++] = run->postings[s][i];
        run->posting_counts[s] = kept;
        *total += kept;
    }
    return true;
}

static void add_term(struct lexical_run *run, double weight, uint64_t total)
{
    double k1 = run->bm25->k1, b = run->bm25->b;
    double idf = natural_logarithm(1 + (run->row_count - (double)total + 0.5) / ((double)total + 0.5));
    for (size_t s = 0; s < run->index->segment_count; s++) {
        const struct index_segment *segment = &run->index->segments[s];
        if (run->posting_counts[s] == 0)
            continue;
        if (!run->sums[s])
            run->sums[s] = memory_allocate_zeroed(segment->row_count, sizeof **run->sums);
        for (uint32_t i = 0; i < run->posting_counts[s]; i++) {
            struct posting posting = run->postings[s][i];
            double frequency = posting.frequency, length = segment->lexical.lengths[posting.row];
            double norm = k1 * (1 - b + b * length / run->mean_length);
            run->sums[s][posting.row] += weight * idf * (frequency * (k1 + 1) / (frequency + norm));
        }
    }
}

static void gather(struct lexical_run *run, const struct index_filter *filter, struct vector_search *best)
{
    for (size_t s = 0; s < run->index->segment_count; s++) {
        uint32_t rows = run->index->segments[s].row_count;
        if (!run->sums[s])
            continue;
        for (uint32_t start = 0; start < rows; start += 64)
            for (uint64_t word = filter->allowed[s][start / 64]; word; word &= word - 1) {
                uint32_t row = start + (uint32_t)__builtin_ctzll(word);
                struct vector_match match = { (uint32_t)s, row, (float)run->sums[s][row] };
                if (run->sums[s][row] > 0 && (best->count < best->limit || match.score >= best->matches[0].score))
                    vectors_offer(best, &match);
            }
    }
}

static bool sum_terms(struct lexical_run *run, const struct map *terms, struct error *error)
{
    for (size_t i = 0; i < terms->count; i++) {
        uint64_t total;
        if (!find_rows(run, terms->entries[i].key, &total, error))
            return false;
        if (total)
            add_term(run, (double)terms->entries[i].value, total);
    }
    return true;
}

bool search_lexical(const struct index *index, struct analyser_scratch *scratch, const struct bm25 *bm25,
                    struct slice query, const struct index_filter *filter, size_t limit, struct arena *arena,
                    struct search_hits *hits, struct error *error)
{
    size_t segments = index->segment_count;
    struct query_terms terms = { 0 };
    struct lexical_run run = { .index = index, .bm25 = bm25 };
    run.sums = memory_allocate_zeroed(segments + 1, sizeof *run.sums);
    run.postings = memory_allocate_zeroed(segments + 1, sizeof(struct posting *));
    run.posting_counts = memory_allocate_zeroed(segments + 1, sizeof *run.posting_counts);
    analyser_terms(scratch, query, &terms, take_term);
    measure_rows(&run);
    bool is_good = sum_terms(&run, &terms.terms, error);
    if (is_good) {
        struct vector_search best;
        search_best_open(&best, index, limit);
        gather(&run, filter, &best);
        search_best_take(&best, arena, hits);
    }
    for (size_t s = 0; s < segments; s++) {
        memory_free(run.sums[s]);
        memory_free(run.postings[s]);
    }
    memory_free(run.sums);
    memory_free(run.postings);
    memory_free(run.posting_counts);
    map_release(&terms.terms);
    return is_good;
}
