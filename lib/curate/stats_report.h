/* stats_report.h - figures of many records as a report, and as a dataset card. */
#ifndef CURATE_STATS_REPORT_H
#define CURATE_STATS_REPORT_H

#include "curate/report.h"
#include "curate/stats.h"

/* Sections without anything in them are left out. name and stats must outlive the report; arena. */
struct report *stats_report(const struct stats *stats, const struct stats_settings *settings, struct slice name,
                            struct arena *arena);

/* A README.md as Hugging Face reads it: front matter (languages, size category, features, splits), then sections. The
 * title is that of the card. */
void stats_append_card(struct buffer *output, const struct stats *stats, const struct report *report,
                       struct slice title, struct arena *arena);

#endif
