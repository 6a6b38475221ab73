/* html.c - HTML to text: the tokenizer. */
#include "document/html.h"

#include <string.h>

#include "document/html_parser.h"
#include "document/html_scan.h"

enum { PIECE_BYTES = 16384 /* of text copied at once: how far output may grow between two looks at its limit */ };

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool starts_with_name(struct slice text, struct slice name)
{
    if (text.length <= name.length || !slice_equal_ignore_case(slice_between(text, 0, name.length), name))
        return false;
    char next = text.bytes[name.length];
    return html_is_space(next) || next == '/' || next == '>';
}

/* A script may hold "</script" inside of "<!-- <script": the standard's double escaped state. */
static const char *script_end(const char *next, const char *end)
{
    enum { PLAIN, COMMENT, INNER } state = PLAIN;
    for (; (next = memchr(next, '<', (size_t)(end - next))) != NULL; next++) {
        struct slice rest = slice_of(next, (size_t)(end - next));
        if (state == PLAIN && slice_starts_with(rest, SLICE("<!--"))) {
            state = COMMENT;
        } else if (starts_with_name(slice_from(rest, 1), SLICE("/script"))) {
            if (state != INNER)
                return next;
            state = COMMENT;
        } else if (state == COMMENT && starts_with_name(slice_from(rest, 1), SLICE("script"))) {
            state = INNER;
        }
        if (state != PLAIN) { /* "-->" before the next '<' ends the comment */
            struct slice piece = slice_between(rest, 0, 1 + slice_find_byte(slice_from(rest, 1), '<'));
            if (slice_find(piece, SLICE("-->")) < piece.length)
                state = PLAIN;
        }
        if (next + 1 >= end)
            break;
    }
    return end;
}

/* The "</name" that ends raw text, or end. */
static const char *raw_end(const char *next, const char *end, enum html_tag tag)
{
    if (tag == HTML_script)
        return script_end(next, end);
    char name[16] = "/";
    struct slice wanted = slice_of_string(html_tags[tag].name);
    memcpy(name + 1, wanted.bytes, wanted.length);
    wanted = slice_of(name, wanted.length + 1);
    while (next < end && (next = memchr(next, '<', (size_t)(end - next))) != NULL) {
        if (starts_with_name(slice_of(next + 1, (size_t)(end - next - 1)), wanted))
            return next;
        next++;
    }
    return end;
}

/* Text that is no markup, its white space folded; NULs are nothing, as in other text. */
static void append_words(struct html_flow *flow, struct slice text)
{
    for (size_t i = 0; i < text.length;) {
        size_t start = i;
        while (i < text.length && !html_is_space(text.bytes[i]) && text.bytes[i] != '\0')
            i++;
        if (i > start)
            flow_append(flow, slice_between(text, start, i));
        for (; i < text.length && (html_is_space(text.bytes[i]) || text.bytes[i] == '\0'); i++)
            if (text.bytes[i] != '\0')
                flow_space(flow);
    }
}

static void append_image(struct html_flow *flow, struct slice alternative)
{
    struct buffer decoded = { 0 };
    html_append_decoded(&decoded, alternative, true);
    struct slice text = slice_trim(buffer_slice(&decoded));
    if (text.length) {
        flow_append(flow, SLICE("["));
        append_words(flow, text);
        flow_append(flow, SLICE("]"));
    }
    buffer_release(&decoded);
}

/* Raw text that is left out, but for the title. */
static void raw_element(struct html_parser *parser, enum html_tag tag)
{
    const char *end = raw_end(parser->next, parser->end, tag);
    if (tag == HTML_title && parser->hidden == 0 && parser->facts->title.length == 0)
        parser->facts->title = slice_of(parser->next, (size_t)(end - parser->next));
    parser->next = end < parser->end ? end : parser->end;
}

static void raw_preformatted(struct html_parser *parser, enum html_tag tag)
{
    const char *end = tag == HTML_plaintext ? parser->end : raw_end(parser->next, parser->end, tag);
    struct html_flow *flow = &parser->flow;
    for (const char *next = parser->next; !parser->hidden && next < end; next++)
        if (*next != '\0' && !(*next == '\r' && next + 1 < end && next[1] == '\n'))
            flow_append(flow, slice_of(*next == '\r' ? "\n" : next, 1));
    parser->next = end;
}

static void start_tag(struct html_parser *parser, enum html_tag tag, const struct html_attributes *attributes)
{
    if (tag == HTML_html && parser->facts->language.length == 0)
        parser->facts->language = attributes->language;
    bool is_visible = html_open(parser, tag, attributes);
    if (is_visible && tag == HTML_img && attributes->alternative.length)
        append_image(&parser->flow, attributes->alternative);
    bool is_empty = attributes->closes_itself && parser->is_xml;
    if ((html_tags[tag].flags & TAG_RAW) && !is_empty)
        raw_element(parser, tag);
    if ((tag == HTML_pre || tag == HTML_listing) && parser->next < parser->end) {
        parser->next += *parser->next == '\r';
        parser->next += parser->next < parser->end && *parser->next == '\n';
    }
    if (tag == HTML_xmp || tag == HTML_plaintext)
        raw_preformatted(parser, tag);
}

static void end_tag(struct html_parser *parser, enum html_tag tag, uint16_t name)
{
    unsigned flags = html_tags[tag].flags;
    if (parser->overflow && (flags & TAG_OPEN)) {
        parser->overflow--;
        return;
    }
    bool has_closed = html_close(parser, tag, name);
    if ((flags & TAG_HEADING) && !has_closed) /* any heading's end tag ends the open heading */
        for (enum html_tag heading = HTML_h1; !has_closed && heading <= HTML_h6; heading++)
            has_closed = html_close(parser, heading, 0);
    if (parser->hidden || has_closed)
        return;
    if (tag == HTML_br)
        flow_line_end(&parser->flow);
    else if (tag == HTML_a)
        flow_link_end(&parser->flow);
    else if (flags & (TAG_LINE | TAG_BLOCK))
        flow_break(&parser->flow, flags & TAG_BLOCK ? 2 : 1);
    else if (tag == HTML_q)
        flow_append(&parser->flow, SLICE("\""));
}

/* Any element may hide what it holds: then its end is found by its name. */
static uint16_t name_hash(struct slice name)
{
    uint32_t hash = 0;
    for (size_t i = 0; i < name.length; i++)
        hash = hash * 31 + (unsigned char)(name.bytes[i] | 0x20);
    return (uint16_t)(hash | 1);
}

static void read_tag(struct html_parser *parser, const char *name, bool is_end)
{
    const char *next = name;
    while (next < parser->end && !html_is_space(*next) && *next != '/' && *next != '>')
        next++;
    struct slice name_text = slice_of(name, (size_t)(next - name));
    enum html_tag tag = html_tag_find(name_text, parser->end);
    struct html_attributes attributes = { 0 };
    if (next < parser->end && *next == '>')
        next++;
    else
        next = html_read_attributes(next, parser->end, &attributes);
    if (!next) {
        parser->next = parser->end; /* an unfinished tag at the end is no text */
        return;
    }
    parser->next = next;
    if (tag == HTML_UNKNOWN) {
        bool matters = attributes.hides || attributes.is_decorative || attributes.role.length;
        if (!matters && parser->counts[HTML_UNKNOWN] == 0)
            return;
        attributes.name = name_hash(name_text);
    }
    if (is_end)
        end_tag(parser, tag, attributes.name);
    else
        start_tag(parser, tag, &attributes);
}

static const char *behind(const char *next, const char *end, struct slice mark)
{
    struct slice rest = slice_of(next, (size_t)(end - next));
    size_t at = slice_find(rest, mark);
    return at < rest.length ? next + at + mark.length : end;
}

/* "<!--" to "-->" or "--!>"; "<!-->" and "<!--->" are whole comments. */
static const char *comment_end(const char *next, const char *end)
{
    if (end - next >= 1 && *next == '>')
        return next + 1;
    if (end - next >= 2 && next[0] == '-' && next[1] == '>')
        return next + 2;
    while (end - next >= 3) {
        next = memchr(next, '-', (size_t)(end - next) - 2);
        if (!next)
            break;
        if (next[1] == '-') {
            const char *close = next + 2;
            if (*close == '>')
                return close + 1;
            if (*close == '!' && end - close >= 2 && close[1] == '>')
                return close + 2;
        }
        next++;
    }
    return end;
}

static bool has_markup(const char *at, const char *end)
{
    char next = slice_byte(slice_of(at, (size_t)(end - at)), 1);
    return is_letter(next) || next == '/' || next == '!' || next == '?';
}

/* next stands at a '<' that begins markup. */
static void read_markup(struct html_parser *parser)
{
    const char *at = parser->next, *end = parser->end;
    struct slice rest = slice_of(at, (size_t)(end - at));
    if (is_letter(at[1])) {
        read_tag(parser, at + 1, false);
    } else if (at[1] == '/') {
        if (end - at >= 3 && is_letter(at[2]))
            read_tag(parser, at + 2, true);
        else
            parser->next = behind(at, end, SLICE(">"));
    } else if (slice_starts_with(rest, SLICE("<!--"))) {
        parser->next = comment_end(at + 4, end);
    } else if (slice_starts_with(rest, SLICE("<![CDATA[")) && (parser->is_xml || parser->counts[HTML_math])) {
        const char *close = behind(at, end, SLICE("]]>"));
        struct slice text = slice_of(at + 9, (size_t)(close - at) - 9);
        if (slice_ends_with(text, SLICE("]]>")))
            text.length -= 3;
        if (!parser->hidden)
            append_words(&parser->flow, text);
        parser->next = close;
    } else {
        parser->next = behind(at, end, SLICE(">"));
    }
}

/* A reference at next, or the ampersand itself. */
static void append_reference(struct html_parser *parser)
{
    struct html_flow *flow = &parser->flow;
    char bytes[HTML_REFERENCE_BYTES];
    size_t length = 1;
    struct slice rest = slice_of(parser->next, (size_t)(parser->end - parser->next));
    size_t taken = html_reference(rest, false, bytes, &length);
    if (taken == 0)
        bytes[0] = '&';
    parser->next += taken ? taken : 1;
    if (flow->pre_depth == 0 && length == 1 && html_is_space(bytes[0]))
        flow_space(flow);
    else
        flow_append(flow, slice_of(bytes, length));
}

/* Text outside of <pre>, up to the next markup. */
static void append_folded(struct html_parser *parser, const char *end)
{
    struct html_flow *flow = &parser->flow;
    struct buffer *output = flow->output;
    while (parser->next < end) {
        char c = *parser->next;
        if (html_is_space(c)) {
            do
                parser->next++;
            while (parser->next < end && html_is_space(*parser->next));
            flow_space(flow);
            continue;
        }
        if (c == '<' && has_markup(parser->next, parser->end))
            return;
        if (c == '&') {
            append_reference(parser);
            continue;
        }
        if (c == '\0') {
            parser->next++;
            continue;
        }
        flow_begin(flow);
        char *to = buffer_reserve(output, (size_t)(end - parser->next) + HTML_RUN_SLACK);
        size_t first = c == '<' || (unsigned char)c < 0x20; /* a bare '<' or control character is text */
        to[0] = c;
        size_t length = first + html_copy_run(parser->next + first, end, to + first);
        parser->next += length;
        if (to[length - 1] == ' ') {
            length--;
            flow_space(flow);
        }
        output->length += length;
    }
}

static void append_preformatted(struct html_parser *parser, const char *end)
{
    struct html_flow *flow = &parser->flow;
    struct buffer *output = flow->output;
    while (parser->next < end) {
        char c = *parser->next;
        if (c == '<' && has_markup(parser->next, parser->end))
            return;
        if (c == '&') {
            append_reference(parser);
            continue;
        }
        flow_begin(flow);
        char *to = buffer_reserve(output, (size_t)(end - parser->next) + HTML_RUN_SLACK);
        if (c == '\r' || c == '\0') { /* CR LF and CR are LF; NUL is nothing */
            bool is_alone = c == '\r' && (end - parser->next < 2 || parser->next[1] != '\n');
            if (is_alone)
                buffer_append_byte(output, '\n');
            parser->next++;
            continue;
        }
        to[0] = c;
        size_t length = 1 + html_copy_pre(parser->next + 1, end, to + 1);
        parser->next += length;
        output->length += length;
    }
}

static bool parse(struct html_parser *parser, struct error *error)
{
    struct buffer *output = parser->flow.output;
    while (parser->next < parser->end) {
        if (*parser->next == '<' && has_markup(parser->next, parser->end)) {
            read_markup(parser);
        } else if (parser->hidden) {
            const char *next = memchr(parser->next + 1, '<', (size_t)(parser->end - parser->next - 1));
            parser->next = next ? next : parser->end;
        } else {
            bool is_long = parser->end - parser->next > PIECE_BYTES;
            const char *end = is_long ? parser->next + PIECE_BYTES : parser->end;
            if (parser->flow.pre_depth)
                append_preformatted(parser, end);
            else
                append_folded(parser, end);
        }
        if (output->length > parser->settings->maximum)
            return error_set(error, E_LIMIT, "the text is larger than the %zu bytes of %s", parser->settings->maximum,
                             parser->settings->limit_name);
    }
    html_close_all(parser);
    return true;
}

static bool convert(struct slice html, const struct html_settings *settings, struct html_parser *parser,
                    struct buffer *text, struct html_facts *facts, struct error *error)
{
    memset(parser, 0, sizeof *parser);
    *facts = (struct html_facts){ 0 };
    *parser = (struct html_parser){ .settings = settings, .facts = facts };
    parser->flow.output = text;
    parser->next = html.bytes;
    parser->end = html.bytes + html.length;
    parser->is_xml = slice_starts_with(html, SLICE("<?xml"));
    buffer_reserve(text, PIECE_BYTES);
    if (!parse(parser, error))
        return false;
    buffer_append(text, "", 0);
    facts->heading = slice_between(buffer_slice(text), parser->flow.first_heading, parser->flow.first_heading_end);
    return true;
}

bool html_to_text(struct slice html, const struct html_settings *settings, struct buffer *text,
                  struct html_facts *facts, struct error *error)
{
    struct html_parser parser;
    if (!convert(html, settings, &parser, text, facts, error))
        return false;
    if (text->length > 0 || !parser.has_dropped_navigation)
        return true;
    struct html_settings all = *settings;
    all.keeps_navigation = true;
    return convert(html, &all, &parser, text, facts, error);
}
