/* html_flow.h - private to the module: text as lines and blocks.
 *
 * Nothing that separates is written at once: line breaks, spaces, bullets, heading marks and cell bars are owed, and
 * paid when the next text comes. So there is no white space at the end of lines, and what holds no text leaves no
 * trace. */
#ifndef DOCUMENT_HTML_FLOW_H
#define DOCUMENT_HTML_FLOW_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

enum {
    FLOW_LISTS = 12,  /* deeper lists are indented like the last one */
    FLOW_TABLES = 16, /* deeper tables share the last one's row */
    FLOW_FENCE = 3    /* backticks around <pre> */
};

struct flow_list {
    bool is_ordered;
    bool has_items;
    int64_t number; /* of the next item */
};

struct flow_table {
    bool has_cell;  /* in the row */
    bool has_text;  /* in the row */
    bool is_broken; /* the row spans lines: cells are lines of their own */
};

/* What is to be written before the next text. */
struct flow_debt {
    unsigned breaks;
    unsigned heading; /* its level */
    unsigned bars;    /* between table cells */
    bool space;
    bool bullet;
    bool fence;
};

struct html_flow {
    struct buffer *output;
    bool is_owing; /* anything of debt */
    struct flow_debt debt;

    bool is_fresh; /* no text yet in this item or cell: breaks are not owed */
    bool in_heading;
    bool has_broken;      /* a <br> in a cell, so that two make a paragraph */
    size_t heading_start; /* SIZE_MAX until its first text */
    bool is_top_heading;  /* the open one is an h1, and the first */
    bool in_link;         /* in a heading */
    size_t link_start;    /* output's length, and the debt, before the link */
    struct flow_debt link_debt;
    size_t first_heading, first_heading_end; /* text of the first h1; equal: none yet */
    unsigned pre_depth;
    size_t fence_start;
    bool has_fence;
    unsigned list_depth, table_depth;
    struct flow_list lists[FLOW_LISTS];
    struct flow_table tables[FLOW_TABLES];
};

/* Pays what is owed; text follows. */
void flow_pay(struct html_flow *flow);

static inline void flow_begin(struct html_flow *flow)
{
    if (flow->is_owing)
        flow_pay(flow);
}

/* White space between words. */
static inline void flow_space(struct html_flow *flow)
{
    flow->debt.space = true;
    flow->is_owing = true;
}

/* Text without white space at its ends, or a word of it. */
void flow_append(struct html_flow *flow, struct slice text);

/* A line break (1) or blank line (2) before the next text. */
void flow_break(struct html_flow *flow, unsigned breaks);
/* The same where it makes rows and items span lines. */
void flow_block(struct html_flow *flow, unsigned breaks);
/* White space around a box in the line; in <pre>, where white space counts, a line of its own. */
void flow_apart(struct html_flow *flow);
/* <br> */
void flow_line_end(struct html_flow *flow);

void flow_heading_start(struct html_flow *flow, unsigned level);
void flow_heading_end(struct html_flow *flow);
/* A link in a headline that holds a mere sign is a permanent link: it leaves nothing. */
void flow_link_start(struct html_flow *flow);
void flow_link_end(struct html_flow *flow);
void flow_pre_start(struct html_flow *flow);
void flow_pre_end(struct html_flow *flow);
void flow_list_start(struct html_flow *flow, bool is_ordered, int64_t first);
void flow_list_end(struct html_flow *flow);
/* number: of the item, or negative for the next one. */
void flow_item_start(struct html_flow *flow, int64_t number);
void flow_item_end(struct html_flow *flow);
void flow_table_start(struct html_flow *flow);
void flow_table_end(struct html_flow *flow);
void flow_row_start(struct html_flow *flow);
void flow_cell_start(struct html_flow *flow);
void flow_cell_end(struct html_flow *flow);
/* "^" between a letter or digit and what stands above it. */
void flow_superscript(struct html_flow *flow);

#endif
