/* pattern.h - PCRE2 patterns over UTF-8 text: the only place that includes pcre2.h.
 *
 * Letters, digits and word boundaries are Unicode's; '.' does not match a newline, lines end at \n, '$' also matches
 * before a final newline; (?i) (?s) (?m) (?x) and the like change that inside the pattern. \C is refused. Compiled with
 * JIT where the machine allows it. A compiled pattern is constant: many threads may search with it at once.
 *
 * A search gives up at a named limit instead of running for hours: PATTERN_MATCH_LIMIT bounds the backtracking from one
 * starting point. A pattern that scans far from each of many starting points (`\w+@` over a megabyte without a blank)
 * stays quadratic in the text: write such patterns with a bound (`\w{1,64}@`). */
#ifndef TEXT_PATTERN_H
#define TEXT_PATTERN_H

#include "base/error.h"
#include "base/slice.h"

enum {
    PATTERN_BYTES_MAXIMUM = 65536,     /* of the pattern itself */
    PATTERN_NESTING_MAXIMUM = 200,     /* parentheses around parentheses */
    PATTERN_MATCH_LIMIT = 1000000,     /* steps back from one starting point */
    PATTERN_DEPTH_LIMIT = 10000,       /* nested backtracking, only where there is no JIT */
    PATTERN_HEAP_KIBIBYTES = 65536,    /* likewise */
    PATTERN_STACK_BYTES = 1024 * 1024, /* of JIT code */
    PATTERN_GROUPS_MAXIMUM = 1000      /* capturing parentheses */
};

enum pattern_flags {
    PATTERN_IGNORE_CASE = 1, /* (?i) from the start */
    PATTERN_MULTILINE = 2,   /* (?m): ^ and $ at every line */
    PATTERN_DOT_ALL = 4,     /* (?s): '.' matches a newline too */
    PATTERN_ASCII = 8        /* \w \d \s \b and [[:alpha:]] know ASCII only: faster */
};

struct pattern;

/* Owned: pattern_free(). Errors: E_USAGE with error->column = 1-based byte in text. */
struct pattern *pattern_compile(struct slice text, unsigned flags, struct error *error) MUST_CHECK;
void pattern_free(struct pattern *pattern);

/* As it was given: borrowed from the pattern. */
struct slice pattern_text(const struct pattern *pattern);
/* Capturing groups, without the whole match. */
size_t pattern_group_count(const struct pattern *pattern);
/* The number of the group (?<name>...), 0 for none. */
size_t pattern_group(const struct pattern *pattern, struct slice name);

/* Plain text that every text with a match holds, "" when none is known: a cheap test before a dear one; the functions
 * below make it, too. Borrowed from the pattern. */
struct slice pattern_literal(const struct pattern *pattern);

/* Is there a match anywhere? text must be valid UTF-8 (not checked again) and may hold NULs. Errors: E_LIMIT naming the
 * limit that was reached. */
bool pattern_test(const struct pattern *pattern, struct slice text, bool *is_match, struct error *error) MUST_CHECK;

/* All matches of one text from left to right, not overlapping; an empty match is not found twice at one place. One
 * thread; the fields are private. text must outlive the search.
 *
 *     struct pattern_search search;
 *     pattern_search_begin(&search, pattern, text);
 *     bool is_found = false, is_good;
 *     while ((is_good = pattern_search_next(&search, &is_found, error)) && is_found)
 *         use(pattern_search_span(&search, 0));
 *     pattern_search_end(&search); */
struct pattern_search {
    const struct pattern *pattern;
    struct slice text;
    struct pattern_matcher *matcher;
    size_t next;          /* where the next match may start */
    bool was_empty;       /* the last match was, at next */
    bool is_at_end;       /* nothing more */
    unsigned group_count; /* of the last match that are known: higher groups took no part */
};

/* start and end are byte offsets into the text; a group that took no part has is_set false. */
struct pattern_span {
    size_t start, end;
    bool is_set;
};

void pattern_search_begin(struct pattern_search *search, const struct pattern *pattern, struct slice text);
/* Sets *is_found. false only on errors: E_LIMIT. */
bool pattern_search_next(struct pattern_search *search, bool *is_found, struct error *error) MUST_CHECK;
/* Of the last match: 0 is the whole, from 1 the groups. Valid until the next call. */
struct pattern_span pattern_search_span(const struct pattern_search *search, size_t group);
void pattern_search_end(struct pattern_search *search);

#endif
