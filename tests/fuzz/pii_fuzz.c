/* pii_fuzz.c - fuzz entry: finds in any text are in order, apart, and never cut a character. */
#include <stdint.h>

#include "base/utf8.h"
#include "curate/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static bool is_boundary(struct slice text, size_t offset)
{
    return offset == text.length || ((unsigned char)text.bytes[offset] & 0xC0) != 0x80;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct buffer text = { 0 }, marked = { 0 };
    utf8_append_repaired(&text, slice_of((const char *)bytes, length));
    struct slice whole = buffer_slice(&text);
    struct pii_detector *detector = pii_detector_create(PII_ALL_KINDS, length & 1);
    struct redact_rule rule = { .action = REDACT_MASK };
    struct pii_finds finds = { 0 };
    struct error error;
    ENSURE(pii_add_list(detector, SLICE("person"), SLICE("Ann Lee\nBob\n12 High St, London\n"), "names", &error));
    ENSURE(pii_detect(detector, whole, &finds, &error));
    for (size_t i = 0, before = 0; i < finds.count; i++) {
        const struct pii_find *find = &finds.finds[i];
        ENSURE(find->start >= before && find->start < find->end && find->end <= whole.length);
        ENSURE(is_boundary(whole, find->start) && is_boundary(whole, find->end));
        redact_append(&rule, detector, find->kind, slice_between(whole, find->start, find->end), &marked);
        before = find->end;
    }
    pii_finds_release(&finds);
    pii_detector_free(detector);
    buffer_release(&text);
    buffer_release(&marked);
    return 0;
}
