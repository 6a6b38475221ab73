/* search.h - ranked rows of an open index: by words, by vectors, and both fused.
 *
 * Filters come first: rows that the filter leaves out are not looked at, so an answer is exact at every selectivity.
 * Scores and order depend on the live rows alone, never on how they lie in segments; ties go by id. The index is read
 * only, so many threads may search it; a scratch belongs to one. */
#ifndef INDEX_SEARCH_H
#define INDEX_SEARCH_H

#include "index/analyser.h"
#include "index/filter.h"
#include "index/reader.h"

enum { SEARCH_LIMIT_MAXIMUM = 100000, SEARCH_TERMS_MAXIMUM = 1024 };

struct search_hit {
    struct index_row row;
    double score;
    /* Of a fused answer: the place (1-based, 0: not found there) and score in each list. */
    uint32_t lexical_rank, vector_rank;
    float lexical_score, vector_score;
};

/* Best first; arena. */
struct search_hits {
    struct search_hit *list;
    size_t count;
};

/* BM25 as Robertson and Zaragoza (2009) have it, with the idf that is never negative: ln(1 + (N - n + 0.5) / (n +
 * 0.5)). */
struct bm25 {
    double k1, b;
};
#define BM25_DEFAULT                                                                                                   \
    {                                                                                                                  \
        1.2, 0.75                                                                                                      \
    }

/* Rows that have a term of the query. N, n and the average length are those of all live rows, whatever the filter.
 * Terms beyond SEARCH_TERMS_MAXIMUM are left out. Errors: E_INDEX_DAMAGED. Cost: the postings of the query's terms. */
bool search_lexical(const struct index *index, struct analyser_scratch *scratch, const struct bm25 *bm25,
                    struct slice query, const struct index_filter *filter, size_t limit, struct arena *arena,
                    struct search_hits *hits, struct error *error) MUST_CHECK;

/* The nearest rows, exactly, on up to `workers` threads; the answer does not depend on them. Rows whose codes
 * (screen.h) prove that they are not among the nearest are not scored. query: the index's dimension. Errors:
 * E_FIELD_VALUE for a query of zeros under cosine. */
bool search_vectors(const struct index *index, const float *query, const struct index_filter *filter, size_t limit,
                    unsigned workers, struct arena *arena, struct search_hits *hits, struct error *error) MUST_CHECK;

/* Weighted reciprocal rank fusion (Cormack and others 2009): the score of a row is the sum of weight / (rrf_k + rank)
 * over the lists that hold it. */
struct fusion {
    double lexical_weight, vector_weight;
    double rrf_k;
};
void search_fuse(const struct index *index, const struct search_hits *lexical, const struct search_hits *vectors,
                 const struct fusion *fusion, size_t limit, struct arena *arena, struct search_hits *hits);

/* Reciprocal rank fusion over the answers to several wordings of one question, each a list of its own: the score of a
 * row is the sum of 1 / (rrf_k + rank). Ranks and scores inside the lists are not kept. */
void search_fuse_lists(const struct index *index, const struct search_hits *lists, size_t list_count, double rrf_k,
                       size_t limit, struct arena *arena, struct search_hits *hits);

#endif
