/* help.h - what --help and `garner help` print: 80 columns, all of it from the tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/tool.h"

/* One tool: usage, what it does, its options by heading with choices and defaults, the common ones it takes, examples.
 */
void help_append_tool(const struct tool *tool, struct buffer *output);

/* One screen: usage, tools by group, examples. */
void help_append_overview(const struct tool *const *tools, struct buffer *output);

/* The common options with their help. */
void help_append_common(struct buffer *output);

/* "garner chunk [OPTION...] [FILE...]", without an end of line. */
void help_append_usage(const struct tool *tool, struct buffer *output);

/* One line "NAME<tab>GROUP" for each tool that is shown. */
void help_append_list(const struct tool *const *tools, struct buffer *output);

/* All tools, options, codes and topics as one JSON object, for editors and generators. */
void help_append_json(const struct tool *const *tools, struct buffer *output);

/* "get", "shape", ... */
const char *help_group_name(enum tool_group group);

/* An error code: name, exit code, what it means, what to do. */
void help_append_code(enum code code, struct buffer *output);
void help_append_codes(struct buffer *output);

/* "-s, --size=UNITS", as help and man page show it: "    --overlap=UNITS" without a letter. */
void help_append_names(const struct option *row, struct buffer *output);
/* The help line with choices and default: "what is counted: tokens, words, chars [tokens]". */
void help_append_meaning(const struct option *row, struct buffer *output);

#endif
