/* rtf.h - private to the module: the state of an RTF document that is read, and what its characters become.
 *
 * rtf.c takes the file apart into groups, words and characters; rtf_text.c gathers characters into paragraphs, tables
 * and notes. */
#ifndef DOCUMENT_RTF_H
#define DOCUMENT_RTF_H

#include "document/decoder.h"
#include "document/html_flow.h"

enum { GROUPS_MAXIMUM = 1000, FONTS_MAXIMUM = 4096, STYLES_MAXIMUM = 4096, WORD_BYTES = 32, HEADINGS = 6 };

/* Where the text of a group goes. */
enum target { TO_TEXT, TO_NOWHERE, TO_FONTS, TO_STYLES, TO_MARKER, TO_TITLE, TO_AUTHOR, TO_CREATED, TO_CHANGED };

struct group {
    enum target target;
    unsigned char unicode_skip; /* characters that stand for one \u */
    bool is_hidden;
    bool is_first;     /* nothing came in it yet */
    bool is_ignorable; /* it began with \* */
    bool is_note;
    int font;
};

struct rtf {
    struct decode *decode;
    struct slice rest;
    struct group groups[GROUPS_MAXIMUM];
    size_t depth;
    const char *charset;                    /* of the document */
    const char *fonts[FONTS_MAXIMUM];       /* charset by number; NULL: the document's */
    unsigned char headings[STYLES_MAXIMUM]; /* level by number of the style */
    long font, style;                       /* of the row of a table that is read */
    struct buffer style_name;
    unsigned skip;         /* characters left that stand for a \u */
    unsigned pending_high; /* first half of a surrogate pair */
    struct buffer bytes;   /* characters not yet converted */
    int64_t replaced;

    struct buffer line, marker; /* of the paragraph under way */
    struct buffer *output;      /* line, or that of a note */
    struct buffer notes, note;
    size_t note_count;
    unsigned heading;
    bool in_table; /* the paragraph */
    struct html_flow flow;
    bool has_row, has_cell;
    struct buffer facts[TO_CHANGED + 1];
    int dates[2][6]; /* year, month, day, hour, minute, second */
};

static inline struct group *rtf_top(struct rtf *rtf)
{
    return &rtf->groups[rtf->depth];
}

/* Converts the bytes that wait: before the charset changes, and before anything that is no byte. */
void rtf_flush_bytes(struct rtf *rtf);

void rtf_append_text(struct rtf *rtf, struct slice text);

/* A character of one byte, or a byte of a longer one. */
void rtf_append_byte(struct rtf *rtf, char byte);

/* \uN, of which the next characters are a stand-in. */
void rtf_append_unicode(struct rtf *rtf, long number);

void rtf_leave_table(struct rtf *rtf);

/* The paragraph as it stands goes to the flow. */
void rtf_end_paragraph(struct rtf *rtf);

void rtf_end_cell(struct rtf *rtf);

void rtf_end_row(struct rtf *rtf);

void rtf_start_note(struct rtf *rtf);

void rtf_end_note(struct rtf *rtf);

#endif
