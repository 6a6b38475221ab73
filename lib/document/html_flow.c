/* html_flow.c - text as lines and blocks. */
#include "document/html_flow.h"

static struct flow_list *list_of(struct html_flow *flow)
{
    if (flow->list_depth == 0)
        return NULL;
    return &flow->lists[flow->list_depth < FLOW_LISTS ? flow->list_depth - 1 : FLOW_LISTS - 1];
}

static struct flow_table *table_of(struct html_flow *flow)
{
    if (flow->table_depth == 0)
        return NULL;
    return &flow->tables[flow->table_depth < FLOW_TABLES ? flow->table_depth - 1 : FLOW_TABLES - 1];
}

/* "10. " indents what belongs to the item by three, "- " by two: enough for Markdown to see the nesting. */
static size_t indent_of(const struct html_flow *flow, unsigned depth)
{
    size_t columns = 0;
    for (unsigned i = 0; i < depth && i < FLOW_LISTS; i++)
        columns += flow->lists[i].is_ordered ? 3 : 2;
    return columns;
}

static void pay_line_start(struct html_flow *flow)
{
    struct buffer *output = flow->output;
    if (flow->debt.heading) {
        buffer_append_repeated(output, '#', flow->debt.heading);
        buffer_append_byte(output, ' ');
        flow->heading_start = output->length;
        flow->debt.bullet = false;
    } else if (flow->debt.bullet) {
        struct flow_list *list = list_of(flow);
        if (list)
            buffer_append_repeated(output, ' ', indent_of(flow, flow->list_depth - 1));
        if (list && list->is_ordered) {
            buffer_append_decimal(output, list->number - 1);
            buffer_append_string(output, ". ");
        } else {
            buffer_append_string(output, "- ");
        }
    } else if (flow->list_depth) {
        buffer_append_repeated(output, ' ', indent_of(flow, flow->list_depth));
    }
    flow->debt.heading = 0;
    flow->debt.bullet = false;
}

static void pay_fence(struct html_flow *flow)
{
    struct buffer *output = flow->output;
    bool at_start = output->length == 0;
    if (!at_start)
        buffer_append_repeated(output, '\n', flow->debt.breaks ? flow->debt.breaks : 1);
    flow->fence_start = output->length;
    flow->has_fence = true;
    buffer_append_repeated(output, '`', FLOW_FENCE);
    buffer_append_byte(output, '\n');
    flow->debt.fence = false;
    flow->debt.bullet = false;
    flow->debt.breaks = 0;
    flow->debt.bars = 0;
}

/* Inside <pre> only a break before a block is owed. */
static void pay_inside_pre(struct html_flow *flow)
{
    struct buffer *output = flow->output;
    if (flow->debt.fence)
        pay_fence(flow);
    else if (flow->debt.breaks && output->length && output->bytes[output->length - 1] != '\n')
        buffer_append_byte(output, '\n');
    flow->debt.breaks = 0;
    flow->debt.space = false;
    flow->is_owing = false;
}

void flow_pay(struct html_flow *flow)
{
    struct buffer *output = flow->output;
    struct flow_table *table = table_of(flow);
    if (flow->pre_depth) {
        pay_inside_pre(flow);
    } else {
        bool is_first = output->length == 0;
        if (flow->debt.breaks || is_first) {
            if (!is_first)
                buffer_append_repeated(output, '\n', flow->debt.breaks);
            pay_line_start(flow);
            if (table && !flow->is_fresh)
                table->is_broken = true;
            if (flow->debt.bars) {
                buffer_append_string(output, "|");
                for (unsigned i = 1; i < flow->debt.bars; i++)
                    buffer_append_string(output, " |");
                buffer_append_byte(output, ' ');
            }
        } else if (flow->debt.bars) {
            for (unsigned i = 0; i < flow->debt.bars; i++)
                buffer_append_string(output, " |");
            buffer_append_byte(output, ' ');
        } else if (flow->debt.space) {
            buffer_append_byte(output, ' ');
        }
    }
    if (table)
        table->has_text = true;
    flow->is_fresh = false;
    flow->has_broken = false;
    flow->debt = (struct flow_debt){ .fence = flow->debt.fence };
    flow->is_owing = false;
}

void flow_append(struct html_flow *flow, struct slice text)
{
    flow_begin(flow);
    buffer_append_slice(flow->output, text);
}

void flow_break(struct html_flow *flow, unsigned breaks)
{
    flow->debt.space = false;
    if (flow->is_fresh && !flow->pre_depth)
        return;
    if (flow->debt.breaks < breaks)
        flow->debt.breaks = breaks;
    flow->is_owing = true;
}

void flow_block(struct html_flow *flow, unsigned breaks)
{
    struct flow_table *table = table_of(flow);
    if (table && table->has_cell) {
        table->is_broken = true;
        flow->debt.bars = 0;
        if (!table->has_text && flow->is_fresh && flow->debt.breaks < breaks)
            breaks = flow->debt.breaks ? flow->debt.breaks : breaks;
    }
    flow->debt.space = false;
    if (flow->debt.breaks < breaks)
        flow->debt.breaks = breaks;
    flow->is_owing = true;
}

void flow_apart(struct html_flow *flow)
{
    if (flow->pre_depth)
        flow_break(flow, 1);
    else
        flow_space(flow);
}

void flow_line_end(struct html_flow *flow)
{
    struct flow_table *table = table_of(flow);
    if (flow->pre_depth) {
        flow_append(flow, SLICE("\n"));
    } else if (flow->in_heading || (table && table->has_cell && !flow->has_broken)) {
        flow->has_broken = true;
        flow_space(flow);
    } else if (table && table->has_cell) {
        flow_break(flow, 2);
    } else if (flow->debt.breaks < 2) {
        flow_break(flow, flow->debt.breaks + 1);
    }
}

void flow_heading_start(struct html_flow *flow, unsigned level)
{
    flow_block(flow, 2);
    flow->debt.heading = level;
    flow->in_heading = true;
    flow->in_link = false;
    flow->heading_start = SIZE_MAX;
    flow->is_top_heading = level == 1 && flow->first_heading == flow->first_heading_end;
}

void flow_link_start(struct html_flow *flow)
{
    flow->in_link = flow->in_heading;
    flow->link_start = flow->output->length;
    flow->link_debt = flow->debt;
}

void flow_link_end(struct html_flow *flow)
{
    static const struct slice signs[] = { SLICE_INIT("#"), SLICE_INIT("\xc2\xb6"), SLICE_INIT("\xc2\xa7"),
                                          SLICE_INIT("\xf0\x9f\x94\x97") };
    if (!flow->in_link)
        return;
    flow->in_link = false;
    struct slice written = slice_from(buffer_slice(flow->output), flow->link_start);
    if (flow->link_debt.breaks && flow->heading_start != SIZE_MAX && flow->heading_start >= flow->link_start)
        written = slice_from(buffer_slice(flow->output), flow->heading_start);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (slice_equal(slice_trim(written), signs[i])) {
            flow->output->length = flow->link_start;
            flow->debt = flow->link_debt;
            flow->debt.space |= flow->debt.heading == 0;
            if (flow->debt.heading)
                flow->heading_start = SIZE_MAX;
            flow->is_owing = true;
            return;
        }
}

/* The sign of a permanent link at the end of a headline is no part of it. */
static void cut_pilcrow(struct html_flow *flow)
{
    struct buffer *output = flow->output;
    if (!slice_ends_with(buffer_slice(output), SLICE("\xc2\xb6")) || output->length - 2 <= flow->heading_start)
        return;
    output->length -= 2;
    while (output->length > flow->heading_start && output->bytes[output->length - 1] == ' ')
        output->length--;
}

void flow_heading_end(struct html_flow *flow)
{
    if (flow->in_heading && flow->heading_start != SIZE_MAX) {
        cut_pilcrow(flow);
        if (flow->is_top_heading) {
            flow->first_heading = flow->heading_start;
            flow->first_heading_end = flow->output->length;
        }
    }
    flow->in_heading = false;
    flow->in_link = false; /* what it would take back may be the first heading by now */
    flow->debt.heading = 0;
    flow_break(flow, 2);
}

void flow_pre_start(struct html_flow *flow)
{
    if (flow->pre_depth++ == 0) {
        flow_block(flow, 2);
        flow->debt.fence = true;
        flow->has_fence = false;
    }
}

/* The longest run of backticks in text. */
static size_t longest_run(struct slice text)
{
    size_t longest = 0;
    for (size_t i = 0; i < text.length;) {
        size_t start = i;
        while (i < text.length && text.bytes[i] == '`')
            i++;
        if (i - start > longest)
            longest = i - start;
        i += i == start ? 1 : 0;
        if (i < text.length && text.bytes[i] != '`')
            i += slice_find_byte(slice_from(text, i), '`');
    }
    return longest;
}

void flow_pre_end(struct html_flow *flow)
{
    if (flow->pre_depth == 0 || --flow->pre_depth > 0)
        return;
    struct buffer *output = flow->output;
    flow->debt.fence = false;
    flow->debt.breaks = 0;
    if (flow->has_fence) {
        size_t start = flow->fence_start + FLOW_FENCE + 1;
        struct slice content = slice_from(buffer_slice(output), start);
        if (slice_trim(content).length == 0) {
            output->length = flow->fence_start;
            while (output->length && output->bytes[output->length - 1] == '\n')
                output->length--;
        } else {
            while (output->bytes[output->length - 1] == '\n')
                output->length--;
            size_t run = longest_run(content), fence = run >= FLOW_FENCE ? run + 1 : FLOW_FENCE;
            size_t more = fence - FLOW_FENCE;
            if (more) {
                buffer_append_repeated(output, '`', more); /* makes the room; moved below */
                char *place = output->bytes + flow->fence_start;
                memmove(place + more, place, output->length - more - flow->fence_start);
                memset(place, '`', more);
            }
            buffer_append_byte(output, '\n');
            buffer_append_repeated(output, '`', fence);
        }
    }
    flow->has_fence = false;
    flow->is_fresh = false;
    flow_break(flow, 2);
}

void flow_list_start(struct html_flow *flow, bool is_ordered, int64_t first)
{
    if (flow->list_depth == 0)
        flow_block(flow, 2);
    else
        flow_break(flow, 1);
    flow->list_depth++;
    *list_of(flow) = (struct flow_list){ .is_ordered = is_ordered, .number = first };
}

void flow_list_end(struct html_flow *flow)
{
    flow->list_depth--;
    flow->debt.bullet = false;
    flow->is_fresh = false;
    flow_break(flow, flow->list_depth ? 1 : 2);
}

void flow_item_start(struct html_flow *flow, int64_t number)
{
    struct flow_list *list = list_of(flow);
    flow->is_fresh = false;
    if (list && list->has_items)
        flow->debt.breaks = 1;
    flow_block(flow, 1);
    if (list) {
        list->has_items = true;
        if (number >= 0)
            list->number = number;
        list->number++;
    }
    flow->debt.bullet = true;
    flow->is_fresh = true;
}

void flow_item_end(struct html_flow *flow)
{
    flow->debt.bullet = false;
    flow->is_fresh = false;
    flow_break(flow, 1);
}

void flow_table_start(struct html_flow *flow)
{
    flow_block(flow, 2);
    flow->table_depth++;
    *table_of(flow) = (struct flow_table){ 0 };
}

void flow_table_end(struct html_flow *flow)
{
    flow->table_depth--;
    flow->is_fresh = false;
    flow->debt.bars = 0;
    flow_break(flow, 2);
}

void flow_row_start(struct html_flow *flow)
{
    struct flow_table *table = table_of(flow);
    flow->is_fresh = false;
    flow->debt.bars = 0;
    if (table) {
        if (table->has_text)
            flow->debt.breaks = 1;
        *table = (struct flow_table){ 0 };
    }
    flow_break(flow, 1);
}

void flow_cell_start(struct html_flow *flow)
{
    struct flow_table *table = table_of(flow);
    flow->debt.space = false;
    flow->has_broken = false;
    if (table) {
        if (table->has_cell && table->is_broken) {
            flow->debt.breaks = flow->debt.breaks > 1 ? flow->debt.breaks : 1;
            flow->is_owing = true;
        } else if (table->has_cell) {
            flow->debt.bars++;
            flow->is_owing = true;
            if (table->has_text)
                flow->debt.breaks = 0;
        }
        table->has_cell = true;
    }
    flow->is_fresh = true;
}

void flow_cell_end(struct html_flow *flow)
{
    flow->is_fresh = false;
    flow->debt.space = false;
}

void flow_superscript(struct html_flow *flow)
{
    struct buffer *output = flow->output;
    if (flow->is_owing || output->length == 0)
        return;
    char last = output->bytes[output->length - 1];
    bool is_word = (last >= '0' && last <= '9') || ((last | 0x20) >= 'a' && (last | 0x20) <= 'z') || last == ')';
    if (is_word)
        buffer_append_byte(output, '^');
}
