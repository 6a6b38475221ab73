/* rerank_test.c - the one reader of all rerankers' answers. */
#include "model/rerank_answer.h"

#include "test.h"

TEST(rerank_answers, "rerank: scores from every form, in any order, and what is nonsense")
{
    static const struct {
        const char *answer;
        const char *wrong; /* NULL: scores are 0.5, -2, 0 */
    } rows[] = {
        { "{\"id\":\"x\",\"results\":[{\"index\":1,\"relevance_score\":-2},{\"index\":0,\"relevance_score\":0.5},"
          "{\"index\":2,\"relevance_score\":-0.0}],\"meta\":{}}",
          NULL },
        { "{\"object\":\"list\",\"data\":[{\"relevance_score\":0.5,\"index\":0},{\"relevance_score\":0,\"index\":2},"
          "{\"relevance_score\":-2.0,\"index\":1}],\"usage\":{\"total_tokens\":3}}",
          NULL },
        { "[{\"index\":2,\"score\":0e5},{\"index\":0,\"score\":5e-1,\"text\":\"a\"},{\"index\":1,\"score\":-2}]",
          NULL },
        { "{\"results\":[{\"index\":0,\"relevanceScore\":0.5},{\"index\":1,\"relevanceScore\":-2},"
          "{\"index\":2,\"relevanceScore\":0}]}",
          NULL },
        { "{\"id\":0,\"scores\":[0.5,-2,0]}", NULL },
        { "{\"results\":null,\"data\":[0.5,-2,0]}", NULL },
        { "{}", "there is no array 'results' or 'data', and the answer is none" },
        { "7", "there is no array 'results' or 'data', and the answer is none" },
        { "[]", "0 scores for 3 documents" },
        { "[0.5,-2]", "2 scores for 3 documents" },
        { "[0.5,-2,0,1]", "index 3 of 3 documents" },
        { "[{\"index\":-1,\"score\":1}]", "index -1 of 3 documents" },
        { "[{\"index\":1,\"score\":1},{\"index\":1,\"score\":1}]", "index 1 stands twice" },
        { "[{\"index\":1.5,\"score\":1}]", "a result has no 'index', or one that is no integer" },
        { "[{\"score\":1}]", "a result has no 'index', or one that is no integer" },
        { "[{\"index\":2,\"score\":\"1\"}]", "document 2 has no score that is a finite number" },
        { "[{\"index\":2}]", "document 2 has no score that is a finite number" },
        { "[{\"index\":2,\"score\":1e999}]", "document 2 has no score that is a finite number" },
        { "[null]", "document 0 has no score that is a finite number" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = { 0 };
        struct error error = { 0 };
        struct json_value root;
        double scores[3] = { 9, 9, 9 };
        EXPECT_OK(json_scan(slice_of_string(rows[i].answer), &root, &error), &error);
        const char *wrong = rerank_answer_read(root, 3, &arena, scores);
        if (rows[i].wrong)
            EXPECT_SLICE(slice_of_string(wrong), slice_of_string(rows[i].wrong));
        else
            EXPECT(!wrong && scores[0] == 0.5 && scores[1] == -2 && scores[2] == 0 && !signbit(scores[2]));
        arena_release(&arena);
    }
}
