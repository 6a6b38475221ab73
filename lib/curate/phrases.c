/* phrases.c - phrases of boilerplate. */
#include "curate/phrases.h"

/* Bit i: phrase i. NeMo Curator also has three whole banners; how they begin tells them. */
static const struct slice phrases[] = {
    SLICE_INIT("lorem ipsum"),
    SLICE_INIT("javascript"),
    SLICE_INIT("terms of use"),
    SLICE_INIT("privacy policy"),
    SLICE_INIT("cookie policy"),
    SLICE_INIT("uses cookies"),
    SLICE_INIT("use of cookies"),
    SLICE_INIT("use cookies"),
    SLICE_INIT("privacy overview"),
    SLICE_INIT("privacy & cookies policy"),
    SLICE_INIT("privacy and cookies policy"),
    SLICE_INIT("necessary cookies are absolutely essential"),
    SLICE_INIT("any cookies that may not be particularly necessary"),
    SLICE_INIT("if you continue to browse this site without changing your cookie settings"),
};

struct slice phrases_lower(struct slice text, struct buffer *scratch)
{
    static const struct slice kelvin = SLICE_INIT("\xe2\x84\xaa");
    buffer_reset(scratch);
    for (size_t place = 0; place < text.length;) {
        size_t end = place + slice_find(slice_from(text, place), kelvin);
        char *to = buffer_reserve(scratch, end - place + 1);
        for (size_t i = place; i < end; i++) {
            unsigned char byte = (unsigned char)text.bytes[i];
            to[i - place] = (char)(byte ^ ((unsigned char)(byte - 'A') < 26 ? 0x20 : 0));
        }
        scratch->length += end - place;
        if (end < text.length)
            buffer_append_byte(scratch, 'k');
        place = end + kelvin.length;
    }
    return buffer_slice(scratch);
}

unsigned phrases_find(struct slice lowered, unsigned wanted)
{
    unsigned found = 0;
    for (unsigned i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (wanted & 1U << i && slice_find(lowered, phrases[i]) < lowered.length)
            found |= 1U << i;
    return found;
}
