/* member.h - names of archive members as they stand in ids. Private to document. */
#ifndef DOCUMENT_MEMBER_H
#define DOCUMENT_MEMBER_H

#include "base/buffer.h"

/* Appends the name without what leads out of the archive: a '/' in front, a drive letter, "." and ".." and empty
 * components; bytes that are no UTF-8 as %XX. Backslashes count as '/' where a name has no '/'. A name of which nothing
 * is left becomes "unnamed". Returns whether more was changed than a "./" in front. */
bool member_append_name(struct buffer *name, struct slice raw);

/* Which names an archive had already: by hash, 16 bytes a name. The zeroed struct is empty. */
struct member_names {
    struct member_slot *slots;
    size_t slot_count, count;
};

/* Counts the name and returns how often it has come, this time included. */
uint32_t member_names_add(struct member_names *names, struct slice name);
void member_names_release(struct member_names *names);

#endif
