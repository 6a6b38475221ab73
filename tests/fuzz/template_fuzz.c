/* template_fuzz.c - any bytes as a template: an error with its column, or a text for a record. */
#include <stdint.h>
#include <stdlib.h>

#include "text/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = { 0 };
    struct buffer output = { 0 };
    struct template template;
    struct json_object object;
    struct error error;
    struct slice text = slice_of((const char *)bytes, length);
    error_reset(&error);
    if (!json_scan_object(SLICE("{\"a\":\"x\",\"b\":[1,{\"c\":null}],\"d\":\"\\ud800\",\"e\":1,\"e\":2}"), &arena,
                          &object, &error))
        abort();
    if (!template_compile(text, &arena, &template, &error)) {
        if (error.code != E_USAGE || error.column < 1 || (size_t)error.column > length)
            abort();
    } else if (!template_render(&template, &object, &arena, &output, &error)) {
        if (error.field[0] == '\0')
            abort();
    }
    buffer_release(&output);
    arena_release(&arena);
    return 0;
}
