/* show.h - a record as people read it: texts wrapped, chats as dialogue, embeddings shortened, nothing that a terminal
 * would obey. */
#ifndef RECORD_SHOW_H
#define RECORD_SHOW_H

#include "record/record.h"
#include "json/path.h"

enum { SHOW_WIDTH_MINIMUM = 20 };

struct show {
    struct buffer *output;
    size_t width;                   /* columns, at least SHOW_WIDTH_MINIMUM */
    size_t lines_maximum;           /* of each text; 0: all */
    const struct json_path *fields; /* field_count of them: only these; none: all, in the record's order */
    size_t field_count;
    struct arena scratch; /* reset for each line; arena_release() */
};

/* Appends one line of a stream, which stands at `number` there: a rule with its id, then a line or a block for each
 * field, then an empty line. Tombstones, seals and errors are shown as what they say, and a line that is no record with
 * what is wrong: then it returns false with *fault set. kind may be NULL. */
bool show_line(struct show *show, struct slice line, int64_t number, enum record_kind *kind, struct error *fault);

#endif
