/* docx.h - what the files of the Word reader share: styles and list numbering. Private to document. */
#ifndef DOCUMENT_DOCX_H
#define DOCUMENT_DOCX_H

#include "base/map.h"
#include "document/package.h"

enum { DOCX_LIST_LEVELS = 9, DOCX_NO_LIST = -1, DOCX_CHAIN_MAXIMUM = 16 /* styles based on styles */ };

struct docx_style {
    struct slice base; /* id of the style it is based on */
    unsigned heading;  /* 1 to 6; 0 none */
    bool is_code;      /* its lines are kept as they are */
    long list, level;  /* of a list style; list DOCX_NO_LIST */
    bool has_outline;  /* heading is settled, also when it is 0 */
};

struct docx_abstract {
    bool is_ordered[DOCX_LIST_LEVELS];
    long start[DOCX_LIST_LEVELS];
    long next[DOCX_LIST_LEVELS]; /* number of the next item; 0: begins anew */
};

struct docx_styles {
    struct arena arena;
    struct map by_id; /* index into styles */
    struct docx_style *styles;
    size_t style_count, style_capacity;
    struct map lists; /* w:numId to index of its abstract one + 1 */
    struct map abstract_ids;
    struct docx_abstract *abstracts;
    size_t abstract_count, abstract_capacity;
};

/* Parse the parts of these names; one that is missing leaves nothing. */
bool docx_read_styles(struct docx_styles *styles, struct package *package, struct slice part,
                      struct error *error) MUST_CHECK;
bool docx_read_numbering(struct docx_styles *styles, struct package *package, struct slice part,
                         struct error *error) MUST_CHECK;
void docx_styles_release(struct docx_styles *styles);

/* What a paragraph of that style is, with all that it is based on; id may be NULL. */
struct docx_style docx_style_of(const struct docx_styles *styles, const char *id);

/* The list of that w:numId; NULL when there is none. */
struct docx_abstract *docx_list_of(const struct docx_styles *styles, long number);

#endif
