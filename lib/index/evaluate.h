/* evaluate.h - how well rankings answer judged queries: nDCG, recall, precision, MRR, MAP as trec_eval computes them.
 *
 * Judgements (qrels): TREC lines `query 0 document relevance`, or BEIR's three columns with or without the header
 * `query-id corpus-id score`. Runs: TREC lines `query Q0 document rank score tag`, or JSON lines with "query", "id" and
 * "score". Ranks in the file are ignored: documents go by score, ties by id, the greater first. Gains are the
 * relevance, discounts log2(rank + 1). */
#ifndef INDEX_EVALUATE_H
#define INDEX_EVALUATE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

enum { EVALUATE_CUTOFFS_MAXIMUM = 16 };

struct evaluation_document {
    struct slice id;
    double score;      /* of a run */
    int64_t relevance; /* of judgements */
};

struct evaluation_list {
    struct slice query;
    struct evaluation_document *documents;
    size_t count, capacity;
};

/* Judgements or a run: lists by query, in the order of the file. The zeroed struct is empty. */
struct evaluation_set {
    struct arena arena;
    struct map queries; /* to index into lists */
    struct evaluation_list *lists;
    size_t capacity;
};

/* Adds a file. Errors: E_NO_INPUT, E_DATA placed at the line; a document that stands twice for a query is E_DATA. */
bool evaluation_read_judgements(struct evaluation_set *set, const char *path, struct error *error) MUST_CHECK;
bool evaluation_read_run(struct evaluation_set *set, const char *path, struct error *error) MUST_CHECK;
void evaluation_release(struct evaluation_set *set);

struct evaluation_scores {
    double ndcg[EVALUATE_CUTOFFS_MAXIMUM], recall[EVALUATE_CUTOFFS_MAXIMUM], precision[EVALUATE_CUTOFFS_MAXIMUM];
    double map; /* average precision */
    double mrr; /* reciprocal rank of the first relevant document */
    int64_t relevant, retrieved, relevant_retrieved;
};

/* One query: run and judgements may be NULL. Sorts the run's documents. */
void evaluate_query(struct evaluation_list *run, struct evaluation_list *judgements, const int64_t *cutoffs,
                    size_t cutoff_count, struct evaluation_scores *scores);

#endif
