/* describe.h - the tables as JSON: `garner help --json`, and the JSON Schema of pipeline files. */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include "cli/tool.h"

/* The JSON Schema (draft 2020-12) of a version-1 pipeline file, indented. */
void schema_append_pipeline(const struct tool *const *tools, struct buffer *output);

/* The schema of one tool's options, as a document of its own. */
void schema_append_tool(const struct tool *tool, struct buffer *output);

/* Whether a pipeline file may name it as a step. */
bool tool_is_step(const struct tool *tool);

/* Valid JSON text again with two blanks of indent per level and a newline at the end. */
void json_append_indented(struct buffer *output, struct slice json);

#endif
