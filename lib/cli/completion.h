/* completion.h - completion scripts for shells, from the tables. The committed ones in completions/ are their output.
 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "cli/tool.h"

enum completion_shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH };

void completion_append(const struct tool *const *tools, enum completion_shell shell, struct buffer *output);

/* One function per shell, each in a file of its own. */
void completion_append_bash(const struct tool *const *tools, struct buffer *output);
void completion_append_zsh(const struct tool *const *tools, struct buffer *output);
void completion_append_fish(const struct tool *const *tools, struct buffer *output);

/* What can stand there as a value. */
enum completion_kind { COMPLETE_NOTHING, COMPLETE_FILES, COMPLETE_FOLDERS, COMPLETE_PROGRAMS, COMPLETE_WORDS };
enum completion_kind completion_kind(const struct option *row);

/* The words of COMPLETE_WORDS, with blanks between: choices, tools or topics. */
void completion_append_words(const struct option *row, const struct tool *const *tools, struct buffer *output);

/* Calls visit for each row that the tool takes and shows: its own ones, then the common ones. */
void completion_each_row(const struct tool *tool, void (*visit)(const struct option *row, void *context),
                         void *context);

#endif
