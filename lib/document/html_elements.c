/* html_elements.c - the open elements: what hides, what an end tag closes, what the flow hears of it. */
#include "document/html_parser.h"

/* Elements end: the flow hears of it in the order in which they were opened, innermost first. */
static void pop(struct html_parser *parser)
{
    struct html_open element = parser->open[--parser->depth];
    struct html_flow *flow = &parser->flow;
    unsigned flags = html_tags[element.tag].flags;
    parser->counts[element.tag]--;
    parser->hidden -= element.flags & OPEN_HIDES;
    parser->sections -= (flags & TAG_SECTION) != 0;
    if (!(element.flags & OPEN_FLOWS))
        return;
    if (flags & TAG_LIST)
        flow_list_end(flow);
    else if (flags & TAG_HEADING)
        flow_heading_end(flow);
    else if (element.tag == HTML_li)
        flow_item_end(flow);
    else if (element.tag == HTML_td || element.tag == HTML_th)
        flow_cell_end(flow);
    else if (element.tag == HTML_table)
        flow_table_end(flow);
    else if (element.tag == HTML_pre || element.tag == HTML_listing || element.tag == HTML_xmp ||
             element.tag == HTML_plaintext)
        flow_pre_end(flow);
    else if (flags & (TAG_LINE | TAG_BLOCK))
        flow_break(flow, flags & TAG_BLOCK ? 2 : 1);
    else if (flags & TAG_APART)
        flow_apart(flow);
}

static void pop_to(struct html_parser *parser, size_t depth)
{
    while (parser->depth > depth)
        pop(parser);
}

/* Whether what is looked for lies beyond this element: an end tag does not reach out of a table cell. */
static bool ends_search(enum html_tag open, enum html_tag wanted)
{
    if (wanted == HTML_table || wanted == HTML_template)
        return open == HTML_template;
    if (wanted == HTML_td || wanted == HTML_th || wanted == HTML_tr || wanted == HTML_caption)
        return open == HTML_table || open == HTML_template;
    if (wanted == HTML_li && (html_tags[open].flags & TAG_LIST))
        return true;
    if ((wanted == HTML_dd || wanted == HTML_dt) && open == HTML_dl)
        return true;
    return (html_tags[open].flags & TAG_SCOPE) != 0;
}

bool html_close(struct html_parser *parser, enum html_tag tag, uint16_t name)
{
    if (parser->counts[tag] == 0)
        return false;
    for (size_t i = parser->depth; i > 0; i--) {
        enum html_tag open = (enum html_tag)parser->open[i - 1].tag;
        if (open == tag && parser->open[i - 1].name == name) {
            pop_to(parser, i - 1);
            return true;
        }
        if (ends_search(open, tag))
            return false;
    }
    return false;
}

static bool close_tag(struct html_parser *parser, enum html_tag tag)
{
    return html_close(parser, tag, 0);
}

static void push(struct html_parser *parser, enum html_tag tag, uint16_t name, unsigned flags)
{
    if (parser->depth == DEPTH_MAXIMUM) {
        parser->overflow++;
        return;
    }
    parser->open[parser->depth++] = (struct html_open){ (uint8_t)tag, (uint8_t)flags, name };
    parser->counts[tag]++;
    parser->hidden += flags & OPEN_HIDES;
    parser->sections += (html_tags[tag].flags & TAG_SECTION) != 0;
}

void html_close_all(struct html_parser *parser)
{
    pop_to(parser, 0);
}

static int64_t parse_number(struct slice text)
{
    text = slice_trim(text);
    int64_t number = 0;
    if (text.length == 0 || text.length > 9)
        return -1;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return -1;
        number = number * 10 + (text.bytes[i] - '0');
    }
    return number;
}

/* Of an ordered list; what is no number counts as none. */
static int64_t first_number(struct slice start)
{
    int64_t number = parse_number(start);
    return number < 0 ? 1 : number;
}

/* Navigation and other furniture of a page, by element and role. */
static bool is_furniture(const struct html_parser *parser, enum html_tag tag, const struct html_attributes *attributes)
{
    static const struct slice roles[] = { SLICE_INIT("navigation"), SLICE_INIT("search"),  SLICE_INIT("menu"),
                                          SLICE_INIT("menubar"),    SLICE_INIT("toolbar"), SLICE_INIT("dialog"),
                                          SLICE_INIT("alertdialog") };
    if (tag == HTML_nav || tag == HTML_search)
        return true;
    if (parser->sections == 0 &&
        (tag == HTML_footer || slice_equal_ignore_case(attributes->role, SLICE("contentinfo"))))
        return true;
    for (size_t i = 0; attributes->role.length && i < sizeof roles / sizeof *roles; i++)
        if (slice_equal_ignore_case(attributes->role, roles[i]))
            return true;
    return false;
}

static bool hides(struct html_parser *parser, enum html_tag tag, const struct html_attributes *attributes)
{
    unsigned flags = html_tags[tag].flags;
    if (tag == HTML_body || tag == HTML_html || tag == HTML_head)
        return false; /* pages hide themselves until their scripts have run */
    if ((flags & TAG_DROP) || attributes->hides || attributes->is_link_sign)
        return true;
    if (attributes->is_decorative && !(flags & (TAG_LINE | TAG_BLOCK)))
        return true;
    if (tag == HTML_dialog && !attributes->is_open)
        return true;
    if (parser->settings->keeps_navigation || !is_furniture(parser, tag, attributes))
        return false;
    parser->has_dropped_navigation = true;
    return true;
}

/* What a start tag ends without saying so. */
static void close_implied(struct html_parser *parser, enum html_tag tag)
{
    unsigned flags = html_tags[tag].flags;
    if ((flags & (TAG_BLOCK | TAG_LINE | TAG_LIST)) || tag == HTML_table || tag == HTML_pre || tag == HTML_listing)
        close_tag(parser, HTML_p);
    if (parser->counts[HTML_select] && (tag == HTML_select || tag == HTML_input || tag == HTML_textarea))
        close_tag(parser, HTML_select);
    if (tag == HTML_li) {
        close_tag(parser, HTML_p);
        close_tag(parser, HTML_li);
    } else if (tag == HTML_dt || tag == HTML_dd) {
        if (!close_tag(parser, HTML_dt))
            close_tag(parser, HTML_dd);
    } else if (tag == HTML_td || tag == HTML_th) {
        if (!close_tag(parser, HTML_td))
            close_tag(parser, HTML_th);
    } else if (tag == HTML_tr || tag == HTML_tbody || tag == HTML_thead || tag == HTML_tfoot) {
        close_tag(parser, HTML_caption);
        close_tag(parser, HTML_tr);
    } else if ((flags & TAG_HEADING) && parser->depth &&
               (html_tags[parser->open[parser->depth - 1].tag].flags & TAG_HEADING)) {
        pop(parser);
    }
    /* Text elements break out of a drawing, unless they stand in its HTML part. */
    if ((flags & (TAG_BLOCK | TAG_LINE | TAG_LIST)) && parser->counts[HTML_svg] && !parser->counts[HTML_foreignobject])
        close_tag(parser, HTML_svg);
}

/* The effect of a start tag on the flow. */
static void start_flow(struct html_parser *parser, enum html_tag tag, const struct html_attributes *attributes)
{
    struct html_flow *flow = &parser->flow;
    unsigned flags = html_tags[tag].flags;
    if (flags & TAG_HEADING)
        flow_heading_start(flow, (unsigned)(html_tags[tag].name[1] - '0'));
    else if (flags & TAG_LIST)
        flow_list_start(flow, tag == HTML_ol, first_number(attributes->start));
    else if (flags & (TAG_LINE | TAG_BLOCK))
        flow_break(flow, flags & TAG_BLOCK ? 2 : 1);
    else if (flags & TAG_APART)
        flow_apart(flow);
    else if (tag == HTML_li)
        flow_item_start(flow, attributes->value.length ? parse_number(attributes->value) : -1);
    else if (tag == HTML_br)
        flow_line_end(flow);
    else if (tag == HTML_table)
        flow_table_start(flow);
    else if (tag == HTML_tr)
        flow_row_start(flow);
    else if (tag == HTML_td || tag == HTML_th)
        flow_cell_start(flow);
    else if (tag == HTML_pre || tag == HTML_listing || tag == HTML_xmp || tag == HTML_plaintext)
        flow_pre_start(flow);
    else if (tag == HTML_sup)
        flow_superscript(flow);
    else if (tag == HTML_a)
        flow_link_start(flow);
    else if (tag == HTML_q)
        flow_append(flow, SLICE("\""));
}

bool html_open(struct html_parser *parser, enum html_tag tag, const struct html_attributes *attributes)
{
    unsigned flags = html_tags[tag].flags;
    close_implied(parser, tag);
    bool is_hiding = hides(parser, tag, attributes);
    bool is_kept = (flags & TAG_OPEN) != 0;
    bool is_visible = parser->hidden == 0 && !is_hiding && !(is_kept && parser->depth == DEPTH_MAXIMUM);
    if (is_visible)
        start_flow(parser, tag, attributes);
    else if (parser->hidden == 0 && (flags & (TAG_LINE | TAG_BLOCK | TAG_LIST)))
        flow_break(&parser->flow, 1);
    if ((flags & (TAG_VOID | TAG_RAW)) || !(is_kept || is_hiding || parser->counts[tag]))
        return is_visible;
    bool is_foreign = (flags & TAG_FOREIGN) || parser->counts[HTML_svg] || parser->counts[HTML_math];
    push(parser, tag, attributes->name, (is_hiding ? OPEN_HIDES : 0u) | (is_visible ? OPEN_FLOWS : 0u));
    if (!attributes->closes_itself || !(parser->is_xml || is_foreign))
        return is_visible;
    if (parser->overflow)
        parser->overflow--;
    else
        pop(parser);
    return is_visible;
}
