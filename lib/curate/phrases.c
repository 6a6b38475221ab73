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

static inline char lower(char byte)
{
    return (char)(byte ^ ((unsigned char)(byte - 'A') < 26 ? 0x20 : 0));
}

/* In steps that the compiler turns into SIMD. */
static void append_lower(struct slice text, struct buffer *output)
{
    enum { STEP = 32 };
    char *to = buffer_reserve(output, text.length + 1);
    size_t place = 0;
    for (; text.length - place >= STEP; place += STEP)
        for (size_t i = 0; i < STEP; i++)
            to[place + i] = lower(text.bytes[place + i]);
    for (; place < text.length; place++)
        to[place] = lower(text.bytes[place]);
    output->length += text.length;
}

struct slice phrases_lower(struct slice text, struct buffer *scratch)
{
    static const struct slice kelvin = SLICE_INIT("\xe2\x84\xaa");
    buffer_reset(scratch);
    for (size_t place = 0; place < text.length;) {
        size_t end = place + slice_find(slice_from(text, place), kelvin);
        append_lower(slice_between(text, place, end), scratch);
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
