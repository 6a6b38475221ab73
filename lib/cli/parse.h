/* parse.h - from words to a checked call of a tool: argv here, YAML steps through the same functions.
 *
 * tool_call_start(), then tool_call_assign() for each option and operand that was given, then tool_call_finish(). All
 * texts are borrowed and must outlive the call's arena or be static, as argv is. */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include "cli/tool.h"

/* Fills *call: defaults of the tool's own options (allocated in arena) and of the common ones. */
bool tool_call_start(struct tool_call *call, const struct tool *tool, const struct tool *const *tools,
                     struct arena *arena, struct error *error) MUST_CHECK;

/* The row of that long name or operand key among the tool's rows, then among the common ones that it takes. Errors:
 * E_USAGE, naming the nearest. is_key: `name` is a key of a pipeline file, where operands have names, too. */
const struct option *tool_call_find(const struct tool_call *call, struct slice name, bool is_key, struct error *error);

/* Sets a row that tool_call_find() gave. Scalars: the last one wins. The first value of a list replaces its default. */
bool tool_call_assign(struct tool_call *call, const struct option *row, const char *text,
                      struct error *error) MUST_CHECK;

/* Whether the user gave that option or operand. */
bool tool_call_has(const struct tool_call *call, const char *name);

/* What must be there is there, and the tool's own check. Errors: E_USAGE. */
bool tool_call_finish(struct tool_call *call, struct error *error) MUST_CHECK;

enum parse_outcome { PARSE_FAILED, PARSE_DONE, PARSE_HELP, PARSE_VERSION };

/* All of it for the arguments after the tool's name. On failure the options before the fault have been set, so that the
 * message comes in the --log-format that was asked for. */
enum parse_outcome tool_call_parse(struct tool_call *call, const struct tool *tool, const struct tool *const *tools,
                                   int count, const char *const *arguments, struct arena *arena, struct error *error);

/* The tool of that name, NULL if there is none. Hidden ones are found, too. */
const struct tool *tool_find(const struct tool *const *tools, struct slice name);
/* The nearest name of a tool that is shown, or NULL. */
const char *tool_nearest(const struct tool *const *tools, struct slice name);

#endif
