/* expression_parser.h - private to the expression language: words, and the state of the SQL form's parser. */
#ifndef RECORD_EXPRESSION_PARSER_H
#define RECORD_EXPRESSION_PARSER_H

#include "record/expression_node.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_PATH, /* or a keyword, or a function's name */
    TOKEN_SYMBOL
};

struct token {
    enum token_kind kind;
    struct slice text; /* as written, strings with their quotes */
    size_t column;     /* 1-based byte */
    bool is_word;      /* of a path: letters, digits and _ only */
};

/* The token at or behind *position, which moves behind it. Errors: E_USAGE with the column. */
bool token_next(struct slice text, size_t *position, struct token *token, struct error *error) MUST_CHECK;

/* Letters of either case are the same. */
bool token_is_word(const struct token *token, const char *word);
bool token_is_symbol(const struct token *token, const char *symbol);

struct parser {
    struct expression *expression;
    struct error *error;
    size_t position;         /* behind token */
    struct token token;      /* the next one */
    struct token previous;   /* the one before it */
    const struct star *open; /* the [*] path that no comparison has closed yet */
    unsigned depth;
};

/* Nodes of one level before their number is known. */
struct node_list {
    struct node **nodes;
    size_t count, capacity;
};
void node_list_add(struct parser *parser, struct node_list *list, struct node *node);

/* All return NULL or false when parser->error is filled. */
struct node *parser_fail(struct parser *parser, size_t column, const char *message);
/* "expected WHAT after 'x'", or "expected WHAT, found 'y'". */
struct node *parser_fail_expected(struct parser *parser, const char *what);
bool parser_advance(struct parser *parser) MUST_CHECK;
/* Steps over the symbol or word if it is next; *is_there tells. */
bool parser_accept_symbol(struct parser *parser, const char *symbol, bool *is_there) MUST_CHECK;
bool parser_accept_word(struct parser *parser, const char *word, bool *is_there) MUST_CHECK;
bool parser_expect_symbol(struct parser *parser, const char *symbol, const char *what) MUST_CHECK;
/* One level deeper; the caller takes depth back. */
bool parser_enter(struct parser *parser) MUST_CHECK;
/* Completes node with these children and folds it. */
struct node *parser_finish(struct parser *parser, struct node *node, struct node *const *children, size_t count);
/* The characters of a string token; a doubled quote is one. */
struct slice parser_string(struct parser *parser, const struct token *token);

/* A number, string, path, call or parenthesis. */
struct node *parser_operand(struct parser *parser);
/* A whole expression: the level of OR. */
struct node *parser_condition(struct parser *parser);

#endif
