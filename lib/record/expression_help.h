/* expression_help.h - the expression language explained: the topic `garner help expressions`. */
#ifndef RECORD_EXPRESSION_HELP_H
#define RECORD_EXPRESSION_HELP_H

/* Paragraphs of at most 79 columns, the last line ends in a newline. */
extern const char expression_help[];

#endif
