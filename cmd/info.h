/* info.h - what the files of the info tool share.
 *
 * Each describer appends members to the JSON object that is shown; the object's braces are the caller's. */
#ifndef CMD_INFO_H
#define CMD_INFO_H

#include <stdint.h>

#include "base/error.h"

/* text: bad UTF-8 is shown as U+FFFD. */
void info_put_text(struct buffer *json, const char *key, struct slice text);
void info_put_number(struct buffer *json, const char *key, int64_t number);
void info_put_flag(struct buffer *json, const char *key, bool flag);

/* An index folder; with the digest of all that it holds if wanted. */
bool info_describe_index(const char *path, bool has_digest, struct buffer *json, struct error *error) MUST_CHECK;
/* One segment or tombstones file of an index. */
bool info_describe_segment(const char *path, struct buffer *json, struct error *error) MUST_CHECK;
/* A file of records, or "-"; of kind "unknown" when no line is one. */
bool info_describe_records(const char *path, struct buffer *json, struct error *error) MUST_CHECK;
/* A cache of models' answers. */
bool info_describe_cache(const char *path, struct buffer *json, struct error *error) MUST_CHECK;
/* Sets of shards: a folder or a manifest. */
bool info_describe_shards(const char *path, struct buffer *json, struct error *error) MUST_CHECK;
/* A ledger of ingest. */
bool info_describe_ledger(const char *path, struct buffer *json, struct error *error) MUST_CHECK;

#endif
