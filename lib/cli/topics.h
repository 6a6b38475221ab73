/* topics.h - pages of `garner help` that belong to no single tool. */
#ifndef CLI_TOPICS_H
#define CLI_TOPICS_H

#include "cli/tool.h"

struct topic {
    const char *name;
    const char *summary;                   /* one line, capital first, no full stop */
    const char *text;                      /* paragraphs, at most 79 columns; or: */
    void (*append)(struct buffer *output); /* writes it from a table */
};

/* The pages in order: those of this module, then those that tools bring along (tool.topic). NULL beyond the last. */
const struct topic *topic_at(const struct tool *const *tools, size_t number);

/* tools: NULL for those of this module alone. */
const struct topic *topic_find(const struct tool *const *tools, struct slice name);
void topic_append(const struct topic *topic, struct buffer *output);

/* How records become conversations: the page of dataset/mapping.h; a test says that it names every preset. */
void topics_append_mappings(struct buffer *output);

/* "exit-codes, expressions, ..." */
void topics_append_names(const struct tool *const *tools, struct buffer *output);

#endif
