/* report_change.h - what became of a figure from one report to the other. */
#ifndef CURATE_REPORT_CHANGE_H
#define CURATE_REPORT_CHANGE_H

#include "curate/report.h"

/* +12.5 %, =, or for shares +1.2 points; nothing for texts. */
static inline void report_append_change(struct buffer *output, const struct report_value *first,
                                        const struct report_value *second)
{
    double difference = second->number - first->number;
    if (!report_is_number(first) || first->unit != second->unit)
        return;
    if (difference == 0)
        buffer_append_byte(output, '=');
    else if (first->unit == REPORT_SHARE)
        buffer_append_format(output, "%+.1f points", 100 * difference);
    else if (first->number == 0)
        buffer_append_string(output, "new");
    else
        buffer_append_format(output, "%+.1f %%", 100 * difference / first->number);
}

#endif
