/* citations_fuzz.c - fuzz entry: an answer, a passage and a question, split by \x1e; what is cited exists, faults are
 * in the answer. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "text/citations.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { PASSAGES = 3 };

static struct slice take(struct slice *rest)
{
    size_t length = slice_find_byte(*rest, '\x1e');
    struct slice part = slice_of(rest->bytes, length);
    *rest = slice_from(*rest, length < rest->length ? length + 1 : length);
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct buffer text = { 0 };
    struct arena arena = { 0 };
    struct citations citations;
    utf8_append_repaired(&text, slice_of((const char *)bytes, length));
    struct slice rest = buffer_slice(&text), answer = take(&rest), passages[PASSAGES];
    for (size_t i = 0; i < PASSAGES; i++)
        passages[i] = take(&rest);
    citations_check(answer, passages, PASSAGES, rest, &arena, &citations);
    for (size_t i = 0; i < citations.count; i++)
        if (citations.numbers[i] < 1 || citations.numbers[i] > PASSAGES)
            abort();
    for (size_t i = 0; i < citations.fault_count; i++) {
        struct slice quotation = citations.faults[i].quotation;
        if (quotation.length &&
            (quotation.bytes < answer.bytes || quotation.bytes + quotation.length > answer.bytes + answer.length))
            abort();
    }
    arena_release(&arena);
    buffer_release(&text);
    return 0;
}
