/* html_tags.c - the table of elements, and the way from a name to its row. */
#include "document/html_tags.h"

/* clang-format off */
const struct html_tag_row html_tags[HTML_TAG_COUNT] = {
    { "", 0, TAG_NONE },
#define HTML_TAG_ROW(name, flags) { #name, sizeof #name - 1, flags },
    HTML_TAGS(HTML_TAG_ROW)
#undef HTML_TAG_ROW
};
/* clang-format on */

/* A multiplier found by trial that sends each name to a slot of its own; a test looks up every name. */
#define SLOT_MULTIPLIER UINT64_C(0xc453101bdffa74bf)
enum { SLOT_COUNT = 512, SLOT_SHIFT = 55 };

/* clang-format off */
static const uint8_t slots[SLOT_COUNT] = {
    [0] = HTML_script, [7] = HTML_source, [9] = HTML_header, [13] = HTML_audio, [17] = HTML_col, [35] = HTML_caption,
    [41] = HTML_html, [46] = HTML_menu, [55] = HTML_dialog, [63] = HTML_noembed, [68] = HTML_iframe,
    [73] = HTML_canvas, [75] = HTML_marquee, [76] = HTML_fieldset, [79] = HTML_a, [83] = HTML_h4, [96] = HTML_h1,
    [117] = HTML_address, [118] = HTML_dir, [121] = HTML_th, [133] = HTML_svg, [135] = HTML_dl, [143] = HTML_hr,
    [144] = HTML_track, [147] = HTML_title, [149] = HTML_meta, [151] = HTML_object, [153] = HTML_param,
    [154] = HTML_ul, [160] = HTML_embed, [167] = HTML_input, [168] = HTML_tbody, [178] = HTML_form,
    [180] = HTML_footer, [185] = HTML_area, [187] = HTML_datalist, [195] = HTML_button, [197] = HTML_frame,
    [198] = HTML_annotation, [204] = HTML_aside, [207] = HTML_style, [217] = HTML_q, [218] = HTML_li,
    [228] = HTML_search, [230] = HTML_tfoot, [236] = HTML_select, [246] = HTML_tr, [247] = HTML_div, [249] = HTML_h5,
    [257] = HTML_sup, [263] = HTML_h2, [272] = HTML_wbr, [273] = HTML_link, [274] = HTML_pre, [285] = HTML_nav,
    [286] = HTML_table, [289] = HTML_template, [299] = HTML_listing, [300] = HTML_head, [314] = HTML_noscript,
    [337] = HTML_p, [338] = HTML_details, [341] = HTML_figure, [342] = HTML_dd, [344] = HTML_img, [347] = HTML_br,
    [348] = HTML_span, [354] = HTML_plaintext, [358] = HTML_ol, [361] = HTML_body, [362] = HTML_noframes,
    [366] = HTML_main, [379] = HTML_xmp, [381] = HTML_center, [384] = HTML_legend, [386] = HTML_math,
    [410] = HTML_video, [415] = HTML_h6, [417] = HTML_article, [419] = HTML_section, [424] = HTML_summary,
    [429] = HTML_h3, [440] = HTML_dt, [448] = HTML_textarea, [462] = HTML_figcaption, [476] = HTML_base,
    [481] = HTML_td, [485] = HTML_thead, [498] = HTML_blockquote, [500] = HTML_hgroup, [507] = HTML_applet,
    [509] = HTML_foreignobject,
};
/* clang-format on */

/* The first eight bytes of a name, the first one lowest, capitals made small: in no name of the table is a byte whose
 * 0x20 bit is clear. */
static uint64_t key_of(const char *bytes, size_t length, bool is_readable)
{
    uint64_t key = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (is_readable) {
        memcpy(&key, bytes, 8);
        key |= UINT64_C(0x2020202020202020);
        return length < 8 ? key & ((UINT64_C(1) << (8 * length)) - 1) : key;
    }
#endif
    (void)is_readable;
    for (size_t i = 0; i < length && i < 8; i++)
        key |= (uint64_t)((unsigned char)bytes[i] | 0x20) << (8 * i);
    return key;
}

enum html_tag html_tag_find(struct slice name, const char *readable)
{
    if (name.length == 0 || name.length > HTML_TAG_NAME_BYTES - 1)
        return HTML_UNKNOWN;
    uint64_t key = key_of(name.bytes, name.length, readable - name.bytes >= 8);
    enum html_tag tag = (enum html_tag)slots[(key + name.length) * SLOT_MULTIPLIER >> SLOT_SHIFT];
    const struct html_tag_row *row = &html_tags[tag];
    if (row->length != name.length || key_of(row->name, name.length, true) != key)
        return HTML_UNKNOWN;
    for (size_t i = 8; i < name.length; i++)
        if (row->name[i] != (name.bytes[i] | 0x20))
            return HTML_UNKNOWN;
    return tag;
}
