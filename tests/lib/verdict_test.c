/* verdict_test.c - verdicts in the forms that judges use, and agreement. */
#include "model/verdict.h"

#include "test.h"

TEST(verdict_scores, "verdict: scores as JSON, fenced, behind other text, in brackets; none, and one off the scale")
{
    static const struct {
        const char *text;
        double score; /* below 0: an error */
        const char *reason;
    } cases[] = {
        { "{\"reason\":\"ok\",\"score\":7}", 7, "ok" },
        { "```json\n{\"score\": \"3\", \"reason\": \"x\"}\n```", 3, "x" },
        { "Let me think {hm}.\n{\"reason\":\"y\",\"score\":2.5}", 2.5, "y" },
        { "Fine.\n\nRating: [[4]]", 4, "Fine.\n\nRating: [[4]]" },
        { " 9 ", 9, "9" },
        { "good", -1, NULL },
        { "{\"score\":11}", -1, NULL },
        { "{\"score\":null}", -1, NULL },
        { "", -1, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = { 0 };
        struct verdict verdict;
        struct error error;
        bool is_read = verdict_read_score(slice_of_string(cases[i].text), 1, 10, &arena, &verdict, &error);
        if (is_read != (cases[i].score >= 0))
            test_fail(__FILE__, __LINE__, "%s: %s", cases[i].text, is_read ? "read" : error.message);
        if (is_read) {
            EXPECT_NEAR(verdict.score, cases[i].score, 0);
            EXPECT_SLICE(verdict.reason, slice_of_string(cases[i].reason));
        }
        arena_release(&arena);
    }
}

TEST(verdict_better, "verdict: the better one as JSON, in brackets or as a word")
{
    static const struct {
        const char *text;
        int better; /* -1: an error */
    } cases[] = { { "{\"reason\":\"r\",\"better\":\"A\"}", PREFER_FIRST },
                  { "{\"winner\":\"b\"}", PREFER_SECOND },
                  { "{\"better\":\"tie\"}", PREFER_NEITHER },
                  { "So [[A]] or rather [[B]]", PREFER_SECOND },
                  { "Final verdict: [[C]]", PREFER_NEITHER },
                  { "A", PREFER_FIRST },
                  { "both", -1 },
                  { "{\"better\":\"D\"}", -1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = { 0 };
        struct verdict verdict;
        struct error error;
        bool is_read = verdict_read_better(slice_of_string(cases[i].text), &arena, &verdict, &error);
        EXPECT_INTEGER(is_read ? (int)verdict.better : -1, cases[i].better);
        arena_release(&arena);
    }
}

TEST(verdict_agreement, "verdict: Cohen's kappa of a table worked by hand")
{
    /* 20 yes-yes, 15 no-no, 5 yes-no, 10 no-yes: observed 0.7, expected 0.5. */
    static struct agreement agreement;
    EXPECT_NEAR(agreement_kappa(&agreement), 0, 0);
    for (int i = 0; i < 50; i++)
        agreement_add(&agreement, i < 25 ? SLICE("yes") : SLICE("no"), i < 20 || i >= 40 ? SLICE("yes") : SLICE("no"));
    EXPECT_NEAR(agreement_share(&agreement), 0.7, 1e-12);
    EXPECT_NEAR(agreement_kappa(&agreement), 0.4, 1e-12);
    EXPECT_INTEGER(agreement.total, 50);
}
