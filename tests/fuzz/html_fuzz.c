/* html_fuzz.c - fuzz entry: HTML gives valid text without white space at line ends, as a function of its characters. */
#include <stdint.h>

#include "document/html.h"
#include "fuzz_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* White space is owed until text comes, so none stands at the end. */
static void check_text(struct slice html, bool keeps_navigation)
{
    const struct html_settings settings = { keeps_navigation, 1 << 20, "limit" };
    struct html_facts facts;
    struct error error;
    struct buffer text = { 0 }, decoded = { 0 };
    if (html_to_text(html, &settings, &text, &facts, &error)) {
        struct slice result = buffer_slice(&text);
        fuzz_expect(utf8_is_valid(result) && slice_find_byte(result, '\0') == result.length);
        fuzz_expect(utf8_is_valid(facts.heading) && utf8_is_valid(facts.title) && utf8_is_valid(facts.language));
        fuzz_expect(result.length == 0 || result.bytes[0] != '\n');
        html_append_decoded(&decoded, facts.title, false);
        fuzz_expect(utf8_is_valid(buffer_slice(&decoded)));
    } else {
        fuzz_expect(error.code == E_LIMIT && text.length > settings.maximum);
    }
    buffer_release(&text);
    buffer_release(&decoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct document_options options = { .max_document_bytes = 1 << 20 };
    struct slice input = slice_of((const char *)bytes, length);
    struct buffer repaired = { 0 };
    buffer_append(&repaired, "", 0);
    utf8_append_repaired(&repaired, input);
    check_text(buffer_slice(&repaired), false);
    check_text(buffer_slice(&repaired), true);
    fuzz_decode_twice("html", input, 1 + length % 7, &options);
    buffer_release(&repaired);
    return 0;
}
