/* lines.h - C4's rules: lines that are no prose are cut out of a text.
 *
 * Source: Raffel et al. 2020, section 2.2, as datatrove's c4_filters.py has it. The text is cut at every line end that
 * Unicode knows and each line is trimmed; rules are asked in the order of the enumeration; what is kept is joined by \n
 * and trimmed. Two rules condemn the whole text instead of the line. Thread safe. Linear. */
#ifndef CURATE_LINES_H
#define CURATE_LINES_H

#include "base/arena.h"
#include "base/buffer.h"

enum line_rule {
    LINE_LONG_WORD,     /* a word of more characters than the threshold */
    LINE_CITATIONS,     /* cuts no line, but [1], [edit], [citation needed] out of it */
    LINE_NO_END_MARK,   /* does not end in . ? ! " ' or ends in ... */
    LINE_FEW_WORDS,     /* fewer words than the threshold */
    LINE_LOREM_IPSUM,   /* condemns the text */
    LINE_JAVASCRIPT,    /* holds the word */
    LINE_CURLY_BRACKET, /* { condemns the text */
    LINE_POLICY,        /* terms of use, privacy policy, cookies */
    LINE_RULE_COUNT
};

struct line_rules {
    bool is_on[LINE_RULE_COUNT];
    double threshold[LINE_RULE_COUNT];
    bool counts_sentences;
};

struct line_counts {
    int64_t cut[LINE_RULE_COUNT]; /* by each rule; LINE_CITATIONS: lines that lost some */
    int64_t kept;
    int64_t sentences; /* in the lines kept, when asked for */
};

/* Appends what is left of text (valid UTF-8) to output and adds to counts. LINE_RULE_COUNT, or the rule that condemns
 * the whole. scratch: for the call. */
enum line_rule lines_cut(const struct line_rules *rules, struct slice text, struct buffer *scratch,
                         struct buffer *output, struct line_counts *counts);

#endif
