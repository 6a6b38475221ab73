/* citations_test.c - what an answer cites, and quotations that are or are not in the passages. */
#include "text/citations.h"

#include "base/buffer.h"
#include "test.h"

static const struct slice passages[] = {
    SLICE_INIT(
        "Rotate the code of the key safe\non the first **Monday** of each month.\n\nWrite it down \xe2\x80\x94 once."),
    SLICE_INIT("The late fee is 20 cents a day. She said \xe2\x80\x9cno\xe2\x80\x9d, see [4]. "),
    SLICE_INIT("\xe2\x80\xa6"),
};

/* "1 2; 7 is unknown; 'x' not in 2". */
static void expect(struct slice answer, struct slice wanted)
{
    struct arena arena = { 0 };
    struct citations citations;
    struct buffer found = { 0 };
    citations_check(answer, passages, 3, SLICE("What does \"key code\" mean?"), &arena, &citations);
    for (size_t i = 0; i < citations.count; i++)
        buffer_append_format(&found, i ? " %zu" : "%zu", citations.numbers[i]);
    for (size_t i = 0; i < citations.fault_count; i++) {
        const struct citation_fault *fault = &citations.faults[i];
        buffer_append_string(&found, ";");
        if (fault->kind == CITATION_MISSING)
            buffer_append_string(&found, "nothing");
        else if (fault->kind == CITATION_UNKNOWN)
            buffer_append_format(&found, "no %zu", fault->number);
        else {
            buffer_append_slice(&found, fault->quotation);
            buffer_append_format(&found, " not in %zu", fault->number);
        }
    }
    EXPECT_SLICE(buffer_slice(&found), wanted);
    buffer_release(&found);
    arena_release(&arena);
}

TEST(citations_table, "citations: numbers and quotations of an answer")
{
    static const struct {
        struct slice answer, wanted;
    } rows[] = {
        { SLICE_INIT("On Mondays [1]."), SLICE_INIT("1") },
        { SLICE_INIT("A [2], b [1][2], c [1, 2]; d [1-2]."), SLICE_INIT("1 2") },
        { SLICE_INIT("A [4] and [0]."), SLICE_INIT(";no 4;no 0") },
        { SLICE_INIT("A [2-999999999999999]."), SLICE_INIT("2 3;no 4") },
        { SLICE_INIT("A [3-1]."), SLICE_INIT("3") },
        { SLICE_INIT("Nothing is cited."), SLICE_INIT(";nothing") },
        { SLICE_INIT("No numbers: [a] [] [ ] [1"), SLICE_INIT(";nothing") },
        { SLICE_INIT("\"the code of the key safe on the first Monday\" [1]"), SLICE_INIT("1") },
        { SLICE_INIT("\"rotate  the code\tof\" [1], \xe2\x80\x9cWrite it down - once\xe2\x80\x9d [1]."),
          SLICE_INIT("1") },
        { SLICE_INIT("\xe2\x80\x9eRotate the code ... of each month.\xe2\x80\x9c [1]"), SLICE_INIT("1") },
        { SLICE_INIT("\"Rotate [...] month, \" [1]"), SLICE_INIT("1") },
        { SLICE_INIT("\"month ... Rotate\" [1]"), SLICE_INIT("1;month ... Rotate not in 1") },
        { SLICE_INIT("\"the late fee\" [1]"), SLICE_INIT("1;the late fee not in 1") },
        { SLICE_INIT("\"The late fee\" [1][2]"), SLICE_INIT("1 2") },
        { SLICE_INIT("As [2] says, \"20 cents a day\"."), SLICE_INIT("2") },
        { SLICE_INIT("As [1] says, \"20 cents a day\"."), SLICE_INIT("1;20 cents a day not in 1") },
        { SLICE_INIT("[1]\n\n\"20 cents\" is a quotation of its own paragraph."), SLICE_INIT("1") },
        { SLICE_INIT("[1]\n \n\"30 cents\"."), SLICE_INIT("1;30 cents not in 0") },
        { SLICE_INIT("\"Rotate the code\" [1] and \"20 cents\" [2]"), SLICE_INIT("1 2") },
        { SLICE_INIT("\"Rotate the code\" and \"20 cents\" [2]"), SLICE_INIT("2;Rotate the code not in 2") },
        { SLICE_INIT("As [1] says \"Rotate the code\", but \"20 cents\" [2]"), SLICE_INIT("1 2") },
        { SLICE_INIT("The \"key code\" [2]"), SLICE_INIT("2") },
        { SLICE_INIT("She \"said \xe2\x80\x9cno\xe2\x80\x9d, see [4]\" [2]"), SLICE_INIT("2") },
        { SLICE_INIT("\xc2\xab"
                     "20 cents\xc2\xbb [2], \xc2\xbb"
                     "20 cents\xc2\xab [2]"),
          SLICE_INIT("2") },
        { SLICE_INIT("An inch \" and [1] after it"), SLICE_INIT("1") },
        { SLICE_INIT("\"\" \" \" [1] \"...\" [1]"), SLICE_INIT("1") },
        { SLICE_INIT("\"x\" [9]"), SLICE_INIT(";x not in 0;no 9") },
        { SLICE_INIT(""), SLICE_INIT(";nothing") },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(rows[i].answer, rows[i].wanted);
}
