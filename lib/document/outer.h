/* outer.h - something that holds files (an archive, a mailbox, a message, a web archive), under way: names, counts and
 * faults of its members. Private to document. */
#ifndef DOCUMENT_OUTER_H
#define DOCUMENT_OUTER_H

#include "document/member.h"
#include "document/reader.h"

/* Begin with { .reader = reader, .piece = piece }. */
struct outer {
    struct file_reader *reader;
    const struct piece *piece;
    struct member_names names;
    struct buffer inner;  /* the name of the member, as it stands in its id */
    struct buffer source; /* its id */
    struct buffer path;   /* for messages */
    struct buffer kept;   /* its first bytes, where they came in pieces */
    bool is_ended;        /* by a limit */
};

void outer_release(struct outer *outer);

/* Counts a member of any kind. false: nobody wants more, or there are too many, which was reported. */
bool outer_count_entry(struct outer *outer);

/* Makes the member called `inner`, which borrows from outer until the next one. false: --exclude leaves it out. */
bool outer_take_name(struct outer *outer, struct piece *member) MUST_CHECK;

/* The same for a file's name as it is stored: cleaned, and left out when it is hidden. */
bool outer_name_file(struct outer *outer, struct slice raw, struct piece *member) MUST_CHECK;

/* What holds them is itself at fault: says how far it was good. */
void outer_report(struct outer *outer, const struct error *fault);
void outer_report_member(struct outer *outer, const struct piece *member, enum code code, const char *message);

#endif
