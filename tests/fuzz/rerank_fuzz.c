/* rerank_fuzz.c - fuzz entry: a reranker's answer gives finite scores for all documents, or a reason. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/rerank_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { DOCUMENTS = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct json_value root;
    struct error error;
    struct arena arena = { 0 };
    double scores[DOCUMENTS];
    for (size_t i = 0; i < DOCUMENTS; i++)
        scores[i] = NAN;
    if (json_scan(slice_of((const char *)bytes, length), &root, &error)) {
        const char *wrong = rerank_answer_read(root, DOCUMENTS, &arena, scores);
        for (size_t i = 0; i < DOCUMENTS && !wrong; i++)
            if (!isfinite(scores[i]))
                abort();
    }
    arena_release(&arena);
    return 0;
}
