/* chunk.h - cuts a text into overlapping pieces at the best places.
 *
 * A chunk is text[start:end], exactly. Chunks start in rising order, together hold everything that is not white space,
 * begin and end with a character that is none, and never cut a grapheme cluster.
 *
 * Places to cut form levels: before a heading, at a blank line, at a newline, at the end of a sentence, after a clause,
 * between words, between clusters. What lies between two neighbouring places of a level is a unit of that level. Units
 * are joined as long as they fit into the size; a unit that fits is never cut, one that does not is cut at the next
 * lower level (a sentence that is too long begins a chunk when the one before is half full). Only a single cluster may
 * be larger than the size: it is a chunk of its own.
 *
 * Overlap: a chunk begins up to `overlap` units of measure before the end of the one before it, at the earliest
 * sentence there, else the earliest word (in scripts without blanks: cluster); it gives way where the unit that follows
 * would no longer fit, and never reaches back over a heading, a page or a match of the separator. Of a hierarchy both
 * levels overlap: chunks of one parent, and parents.
 *
 * With an exact tokenizer each chunk is counted alone, and cut shorter while it is too long; then the overlap may go
 * beyond its size by a token or two.
 *
 * Time is linear in the bytes of the text and of the chunks. Memory: about 1.2 bytes a byte of text. */
#ifndef TEXT_CHUNK_H
#define TEXT_CHUNK_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "text/pattern.h"
#include "text/tokens.h"

enum chunk_strategy {
    CHUNK_RECURSIVE,    /* all levels */
    CHUNK_FIXED,        /* as much as fits, whatever it cuts (but no cluster) */
    CHUNK_SENTENCE,     /* whole sentences: the levels above do not count */
    CHUNK_MARKDOWN,     /* recursive, and a chunk never goes past a heading */
    CHUNK_REGEX,        /* recursive, and a chunk never goes past the start of a match */
    CHUNK_PAGE,         /* recursive, and a chunk never goes past the start of a page */
    CHUNK_SEMANTIC,     /* recursive, and a chunk never goes past a sentence that the caller names */
    CHUNK_HIERARCHICAL, /* parents as recursive cuts them, and each parent cut again: the chunks */
    CHUNK_NONE          /* the whole text */
};

enum chunk_unit {
    CHUNK_TOKENS, /* of the tokenizer */
    CHUNK_WORDS,  /* of text/segment.h */
    CHUNK_CHARS   /* code points */
};

struct chunk_settings {
    enum chunk_strategy strategy;
    enum chunk_unit unit;
    size_t size;                       /* 1 or more */
    size_t overlap;                    /* below size */
    const struct tokenizer *tokenizer; /* for CHUNK_TOKENS */
    const struct pattern *separator;   /* for CHUNK_REGEX */
    size_t parent_size;                /* for CHUNK_HIERARCHICAL; size or more */
};

/* What is known about a text. */
struct chunk_document {
    struct slice text;   /* valid UTF-8 */
    bool has_headings;   /* lines that begin with '#' are Markdown headings, ``` fences code, | rows are tables */
    const size_t *pages; /* rising code point offsets at which pages begin; NULL: a form feed begins one */
    size_t page_count;
};

/* The larger piece that a chunk of CHUNK_HIERARCHICAL was cut from; parents are chunks, too, of parent_size. */
struct chunk_parent {
    size_t number;     /* 0-based */
    struct slice text; /* borrowed from the document's text; bytes NULL: the chunk has no parent */
    size_t start, end; /* its place there, in code points */
};

struct chunk {
    size_t number;                /* 0-based */
    struct slice text;            /* borrowed from the document's text */
    size_t start, end;            /* its place there, in code points */
    size_t page;                  /* 1-based page on which it starts, 0 unknown */
    const struct slice *headings; /* titles of the headings it stands under, outermost first; borrowed until the next
                                     call; those at its very start count */
    size_t heading_count;
    struct chunk_parent parent;
};

/* A chunker holds the memory for one text at a time and is used for many. One thread. settings are copied, what they
 * point to must outlive it. Owned: chunker_free(). */
struct chunker *chunker_create(const struct chunk_settings *settings);
void chunker_free(struct chunker *chunker);

/* Takes a text, borrowed until the next one. Errors: E_LIMIT, the separator or the tokenizer's
 * pattern gave up on it. */
bool chunker_begin(struct chunker *chunker, const struct chunk_document *document, struct error *error) MUST_CHECK;

/* For CHUNK_SEMANTIC, before the first chunk. The sentences of the text (what lies between neighbouring places of that
 * level, without the white space around it), in order; arena, their text is borrowed from the document's. */
struct slice *chunker_sentences(const struct chunker *chunker, struct arena *arena, size_t *count);
/* No chunk goes past this place: the offset in bytes at which a sentence begins. */
void chunker_cut_before(struct chunker *chunker, size_t offset);

/* false: no more chunks. */
bool chunker_next(struct chunker *chunker, struct chunk *chunk);

#endif
