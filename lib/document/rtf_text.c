/* rtf_text.c - characters of an RTF document to paragraphs, tables and notes. */
#include "document/rtf.h"

#include <stdio.h>

#include "base/utf8.h"
#include "document/charset.h"

/* Where characters of the group go; NULL: nowhere. */
static struct buffer *rtf_buffer(struct rtf *rtf)
{
    const struct group *group = rtf_top(rtf);
    if (group->is_hidden)
        return NULL;
    switch (group->target) {
    case TO_TEXT:
        return rtf->output;
    case TO_MARKER:
        return &rtf->marker;
    case TO_STYLES:
        return &rtf->style_name;
    case TO_TITLE:
    case TO_AUTHOR:
        return &rtf->facts[group->target];
    case TO_NOWHERE:
    case TO_FONTS:
    case TO_CREATED:
    case TO_CHANGED:
        break;
    }
    return NULL;
}

/* Converts the bytes that wait. */
void rtf_flush_bytes(struct rtf *rtf)
{
    struct buffer *output = rtf_buffer(rtf);
    struct error ignored;
    if (rtf->bytes.length == 0)
        return;
    if (output) {
        int font = rtf_top(rtf)->font;
        const char *charset = font >= 0 && font < FONTS_MAXIMUM && rtf->fonts[font] ? rtf->fonts[font] : rtf->charset;
        if (!charset_append_utf8(output, buffer_slice(&rtf->bytes), charset, rtf->decode->decoder->maximum + 8,
                                 &rtf->replaced, &ignored))
            buffer_append_string(output, "\xef\xbf\xbd");
    }
    buffer_reset(&rtf->bytes);
}

void rtf_append_text(struct rtf *rtf, struct slice text)
{
    rtf_flush_bytes(rtf);
    struct buffer *output = rtf_buffer(rtf);
    if (output && output->length <= rtf->decode->decoder->maximum)
        buffer_append_slice(output, text);
}

/* A character of one byte, or a byte of a longer one. */
void rtf_append_byte(struct rtf *rtf, char byte)
{
    if (rtf->skip > 0) {
        rtf->skip--;
        return;
    }
    if (rtf_buffer(rtf) && rtf->bytes.length <= rtf->decode->decoder->maximum)
        buffer_append_byte(&rtf->bytes, byte);
}

void rtf_append_unicode(struct rtf *rtf, long number)
{
    uint32_t unit = (uint32_t)number & 0xffff; /* written as a signed number of 16 bits */
    char bytes[4];
    rtf->skip = rtf_top(rtf)->unicode_skip;
    if (unit >= 0xd800 && unit < 0xdc00) {
        rtf->pending_high = unit;
        return;
    }
    if (unit >= 0xdc00 && unit < 0xe000) {
        uint32_t high = rtf->pending_high;
        unit = high ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : 0xfffd;
    }
    rtf->pending_high = 0;
    if (unit >= ' ')
        rtf_append_text(rtf, slice_of(bytes, utf8_encode(unit, bytes)));
}

static void append_words(struct html_flow *flow, struct slice text)
{
    for (size_t i = 0; i < text.length;) {
        size_t start = i;
        while (i < text.length && (unsigned char)text.bytes[i] > ' ')
            i++;
        if (i > start)
            flow_append(flow, slice_between(text, start, i));
        for (; i < text.length && (unsigned char)text.bytes[i] <= ' '; i++) {
            if (text.bytes[i] == '\n')
                flow_line_end(flow);
            else
                flow_space(flow);
        }
    }
}

static bool has_alphanumeric(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((text.bytes[i] >= '0' && text.bytes[i] <= '9') ||
            ((text.bytes[i] | 0x20) >= 'a' && (text.bytes[i] | 0x20) <= 'z'))
            return true;
    return false;
}

void rtf_leave_table(struct rtf *rtf)
{
    if (rtf->flow.table_depth > 0)
        flow_table_end(&rtf->flow);
    rtf->has_row = rtf->has_cell = false;
}

static void enter_cell(struct rtf *rtf)
{
    struct html_flow *flow = &rtf->flow;
    if (flow->table_depth == 0)
        flow_table_start(flow);
    if (!rtf->has_row)
        flow_row_start(flow);
    if (!rtf->has_cell)
        flow_cell_start(flow);
    else
        flow_space(flow);
    rtf->has_row = rtf->has_cell = true;
}

/* The paragraph as it stands goes to the flow. */
void rtf_end_paragraph(struct rtf *rtf)
{
    struct html_flow *flow = &rtf->flow;
    rtf_flush_bytes(rtf);
    if (rtf_top(rtf)->is_note || rtf->output == &rtf->note) {
        buffer_append_byte(&rtf->note, '\n');
        return;
    }
    struct slice text = slice_trim(buffer_slice(&rtf->line)), marker = slice_trim(buffer_slice(&rtf->marker));
    if (text.length > 0 && rtf->in_table) {
        enter_cell(rtf);
        append_words(flow, text);
    } else if (text.length > 0) {
        rtf_leave_table(rtf);
        if (rtf->heading)
            flow_heading_start(flow, rtf->heading);
        else
            flow_block(flow, marker.length ? 1 : 2);
        if (marker.length && !rtf->heading)
            append_words(flow, has_alphanumeric(marker) ? marker : SLICE("-"));
        if (marker.length && !rtf->heading)
            flow_space(flow);
        append_words(flow, text);
        if (rtf->heading)
            flow_heading_end(flow);
        else
            flow_break(flow, marker.length ? 1 : 2);
    }
    buffer_reset(&rtf->line);
    buffer_reset(&rtf->marker);
}

void rtf_end_cell(struct rtf *rtf)
{
    rtf_end_paragraph(rtf);
    rtf->in_table = true;
    if (!rtf->has_cell)
        enter_cell(rtf);
    flow_cell_end(&rtf->flow);
    rtf->has_cell = false;
}

void rtf_end_row(struct rtf *rtf)
{
    if (slice_trim(buffer_slice(&rtf->line)).length)
        rtf_end_paragraph(rtf);
    rtf->has_row = rtf->has_cell = false;
}

void rtf_start_note(struct rtf *rtf)
{
    char mark[32];
    struct group *group = rtf_top(rtf);
    if (group->target != TO_TEXT || rtf->output != &rtf->line)
        return;
    int length = snprintf(mark, sizeof mark, "[^%zu]", ++rtf->note_count);
    rtf_append_text(rtf, slice_of(mark, (size_t)length));
    group->is_note = true;
    buffer_reset(&rtf->note);
    rtf->output = &rtf->note;
}

void rtf_end_note(struct rtf *rtf)
{
    struct slice text = slice_trim(buffer_slice(&rtf->note));
    buffer_append_format(&rtf->notes, "\n\n[^%zu]: ", rtf->note_count);
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] >= ' ' || text.bytes[i] == '\n')
            buffer_append_byte(&rtf->notes, text.bytes[i]);
    rtf->output = &rtf->line;
}
