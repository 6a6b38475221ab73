/* rerank_answer.h - reads the scores out of a reranker's answer, whatever the dialect.
 *
 * The array is the answer itself (tei), or its member "results" (cohere, jina, bedrock), "data" (voyage) or "scores"
 * (numbers alone, in order: programs). Each item has "index" and one of "relevance_score", "score", "relevanceScore".
 * Order does not matter; every document must have exactly one score, and it must be finite. */
#ifndef MODEL_RERANK_ANSWER_H
#define MODEL_RERANK_ANSWER_H

#include "base/arena.h"
#include "json/json.h"

/* Fills scores[count] from a checked answer. NULL: fine; else what is wrong, arena or static. */
const char *rerank_answer_read(struct json_value root, size_t count, struct arena *arena, double *scores);

#endif
