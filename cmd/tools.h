/* tools.h - the list of tools. A new tool: cmd/NAME.c with `const struct tool tool_NAME`, its line here,
 * tests/cmd/NAME.bats. */
#ifndef CMD_TOOLS_H
#define CMD_TOOLS_H

#include "cli/tool.h"

/* In the order of `garner help`; a line each. */
/* clang-format off */
#define TOOL_LIST(TOOL) \
    TOOL(ingest) \
    TOOL(chunk) \
    TOOL(filter) \
    TOOL(dedup) \
    TOOL(redact) \
    TOOL(decontaminate) \
    TOOL(tokens) \
    TOOL(sort) \
    TOOL(shuffle) \
    TOOL(sample) \
    TOOL(stats) \
    TOOL(embed) \
    TOOL(generate) \
    TOOL(judge) \
    TOOL(sft) \
    TOOL(distill) \
    TOOL(dpo) \
    TOOL(split) \
    TOOL(convert) \
    TOOL(mix) \
    TOOL(index) \
    TOOL(query) \
    TOOL(eval) \
    TOOL(pretrain) \
    TOOL(pack) \
    TOOL(validate) \
    TOOL(view) \
    TOOL(info) \
    TOOL(verify) \
    TOOL(catalog) \
    TOOL(run) \
    TOOL(doctor) \
    TOOL(help) \
    TOOL(man) \
    TOOL(completion) \
    TOOL(schema) \
    TOOL(decode) \
    TOOL(decompress) \
    TOOL(confine)
/* clang-format on */

#define TOOL_DECLARATION(name) extern const struct tool tool_##name;
TOOL_LIST(TOOL_DECLARATION)
#undef TOOL_DECLARATION

#endif
