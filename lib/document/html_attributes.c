/* html_attributes.c - the attributes of a tag, as far as text depends on them. */
#include "document/html_parser.h"
#include "document/html_scan.h"

/* display:none and visibility:hidden, with or without white space; not opacity or off-screen places. */
static bool style_hides(struct slice style)
{
    static const struct {
        struct slice property, value;
    } rules[] = { { SLICE_INIT("display"), SLICE_INIT("none") }, { SLICE_INIT("visibility"), SLICE_INIT("hidden") } };
    while (style.length) {
        size_t length = slice_find_byte(style, ';');
        struct slice declaration = slice_between(style, 0, length);
        size_t colon = slice_find_byte(declaration, ':');
        struct slice property = slice_trim(slice_between(declaration, 0, colon));
        struct slice value = slice_trim(slice_from(declaration, colon + 1));
        for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
            if (slice_equal_ignore_case(property, rules[i].property) &&
                slice_equal_ignore_case(slice_between(value, 0, rules[i].value.length), rules[i].value))
                return true;
        style = slice_from(style, length + 1);
    }
    return false;
}

static void note_attribute(struct html_attributes *attributes, struct slice name, struct slice value)
{
    char first = (char)(name.bytes[0] | 0x20);
    switch (name.length) {
    case 3:
        if (first == 'a' && slice_equal_ignore_case(name, SLICE("alt")))
            attributes->alternative = value;
        break;
    case 4:
        if (first == 'r' && slice_equal_ignore_case(name, SLICE("role")))
            attributes->role = value;
        else if (first == 'l' && slice_equal_ignore_case(name, SLICE("lang")))
            attributes->language = value;
        else if (first == 'o' && slice_equal_ignore_case(name, SLICE("open")))
            attributes->is_open = true;
        break;
    case 5:
        if (first == 'c' && (value.length == 10 || value.length == 14))
            attributes->is_link_sign =
                slice_equal_ignore_case(name, SLICE("class")) &&
                (slice_equal(value, SLICE("headerlink")) || slice_equal(value, SLICE("mw-editsection")));
        else if (first == 's' && slice_equal_ignore_case(name, SLICE("style")))
            attributes->hides |= style_hides(value);
        else if (first == 's' && slice_equal_ignore_case(name, SLICE("start")))
            attributes->start = value;
        else if (first == 'v' && slice_equal_ignore_case(name, SLICE("value")))
            attributes->value = value;
        break;
    case 6:
        if (first == 'h' && slice_equal_ignore_case(name, SLICE("hidden")))
            attributes->hides |= !slice_equal_ignore_case(value, SLICE("until-found"));
        break;
    case 8:
        if (first == 'x' && slice_equal_ignore_case(name, SLICE("xml:lang")) && attributes->language.length == 0)
            attributes->language = value;
        break;
    case 11:
        if (first == 'a' && slice_equal_ignore_case(name, SLICE("aria-hidden")))
            attributes->is_decorative = slice_equal_ignore_case(value, SLICE("true"));
        break;
    default:
        break;
    }
}

const char *html_read_attributes(const char *next, const char *end, struct html_attributes *attributes)
{
    for (;;) {
        bool is_slash = false;
        while (next < end && (html_is_space(*next) || *next == '/'))
            is_slash = *next++ == '/';
        if (next == end)
            return NULL;
        if (*next == '>') {
            attributes->closes_itself = is_slash;
            return next + 1;
        }
        const char *name = next++; /* a leading '=' belongs to the name */
        while (next < end && !html_is_space(*next) && *next != '/' && *next != '>' && *next != '=')
            next++;
        struct slice name_text = slice_of(name, (size_t)(next - name));
        while (next < end && html_is_space(*next))
            next++;
        struct slice value = SLICE("");
        if (next < end && *next == '=') {
            next++;
            while (next < end && html_is_space(*next))
                next++;
            if (next < end && (*next == '"' || *next == '\'')) {
                const char *close = html_find_near(next + 1, end, *next);
                if (close == end)
                    return NULL;
                value = slice_of(next + 1, (size_t)(close - next - 1));
                next = close + 1;
            } else {
                const char *start = next;
                while (next < end && !html_is_space(*next) && *next != '>')
                    next++;
                value = slice_of(start, (size_t)(next - start));
            }
        }
        note_attribute(attributes, name_text, value);
    }
}
