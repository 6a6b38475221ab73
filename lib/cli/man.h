/* man.h - manual pages in mdoc, from the tables. mandoc -Tlint has no warning about them. */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "cli/tool.h"

/* garner-TOOL(1). */
void man_append_tool(const struct tool *tool, struct buffer *output);

/* garner(1): tools, common options, topics. */
void man_append_overview(const struct tool *const *tools, struct buffer *output);

#endif
