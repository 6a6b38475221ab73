/* embeddings_fuzz.c - fuzz entry: an answer gives all texts finite vectors of one dimension, or a reason; so do limits.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/embed_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { TEXTS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice body = slice_of((const char *)bytes, length);
    struct json_value root;
    struct error error;
    struct arena arena = { 0 };
    struct embed_result found[TEXTS] = { 0 }, *results[TEXTS] = { &found[0], &found[1] };
    struct embedder_identity identity = { 0 };
    struct embed_limits limits = { 0 };
    embed_limits_learn(body, &limits);
    if (json_scan(body, &root, &error)) {
        embed_limits_read(root, 100, &limits);
        const char *wrong = embed_answer_read(root, results, TEXTS, &arena, &identity);
        for (size_t i = 0; i < TEXTS && !wrong; i++)
            for (uint32_t k = 0; k < identity.dimension; k++)
                if (!isfinite(found[i].vector[k]))
                    abort();
    }
    double share = embed_limits_share(body);
    if (limits.batch > (1U << 30) || limits.tokens < 0 || limits.context < 0 || !(share >= 0 && share < 1))
        abort();
    arena_release(&arena);
    return 0;
}
