/* common.h - the options that every tool has, declared once. */
#ifndef CLI_COMMON_H
#define CLI_COMMON_H

#include "cli/tool.h"

/* Rows of struct common_options; ends with a nameless row. The last row before it is the operand `input` (FILE...) of
 * record tools. --help and --version are no rows: they set nothing. */
extern const struct option common_option_table[];

/* Whether the tool takes that common row: no --seal for what writes no records, and so on. */
bool common_applies(const struct tool *tool, const struct option *row);

#endif
