/* expression_node.h - private to the expression language: the program that both forms compile to.
 *
 * A program is a tree of nodes in the caller's arena, at most EXPRESSION_DEPTH_MAXIMUM deep, so that evaluation may
 * recurse. Constant parts are folded when a node is made. Nothing in it changes after expression_compile(). */
#ifndef RECORD_EXPRESSION_NODE_H
#define RECORD_EXPRESSION_NODE_H

#include "record/expression.h"
#include "text/pattern.h"

enum {
    EXPRESSION_STARS_MAXIMUM = 32,      /* [*] paths of one expression */
    EXPRESSION_STAR_LEVELS_MAXIMUM = 8, /* [*] in one path */
    EXPRESSION_ARGUMENTS_MAXIMUM = 16,  /* of one function call */
    LIKE_COMPUTED_BYTES_MAXIMUM = 1024  /* a LIKE pattern that comes from the record: a longer one is NULL */
};

enum node_kind {
    NODE_CONSTANT,
    NODE_PATH,
    NODE_ELEMENT, /* what the enclosing NODE_ANY is at */
    NODE_ANY,     /* the child holds for any element of a [*] path */
    NODE_AND,
    NODE_OR,
    NODE_NOT,
    NODE_COMPARE,
    NODE_IN,
    NODE_BETWEEN, /* value, low, high */
    NODE_LIKE,    /* value, and a pattern that is no constant as second child */
    NODE_MATCHES, /* value ~ pattern */
    NODE_IS,
    NODE_MEMBER, /* S3: the value, or any element of it when it is an array, is one of the set; never unknown */
    NODE_EXISTS, /* the key is there, with null too */
    NODE_ARITHMETIC,
    NODE_NEGATE,
    NODE_CALL
};

enum comparison { COMPARE_EQUAL, COMPARE_UNEQUAL, COMPARE_LESS, COMPARE_AT_MOST, COMPARE_GREATER, COMPARE_AT_LEAST };

enum is_test { IS_NULL, IS_TRUE, IS_FALSE };

/* A path with [*]: the place of the array is an ordinary path of the expression, the rest is walked here. */
struct star {
    size_t index; /* into evaluation->elements */
    size_t path;  /* up to the first [*] */
    struct slice text;
    struct json_path levels[EXPRESSION_STAR_LEVELS_MAXIMUM]; /* the steps behind each [*] */
    size_t level_count;
    bool ends_in_star;
};

/* LIKE, taken apart: literal text, _ and %. */
struct like_token {
    enum like_kind { LIKE_TEXT, LIKE_ONE, LIKE_MANY } kind;
    struct slice text;
};
struct like {
    struct like_token *tokens;
    size_t count;
    struct slice longest; /* literal text of one token: every match holds it */
};

/* Constants of an IN list in order, for binary search. The other members are children of the node. */
struct value_set {
    struct slice *texts;
    size_t text_count;
    int64_t *integers;
    size_t integer_count;
    bool has_null;
};

struct evaluation;
struct node;

struct function {
    const char *name;
    unsigned least, most; /* arguments */
    bool (*call)(struct evaluation *evaluation, const struct node *node, struct value *result);
    bool gives_truth; /* or may: a condition */
};

struct node {
    enum node_kind kind;
    unsigned depth;
    bool is_negated; /* NOT IN, NOT BETWEEN, NOT LIKE, !~, IS NOT */
    union {
        enum comparison comparison;
        enum is_test test;
        char arithmetic; /* + - * / % */
    };
    uint32_t escape; /* of LIKE, 0 for none */
    size_t column;   /* 1-based byte in the text */
    struct node **children;
    size_t count;
    union {
        struct value constant;
        size_t path;
        const struct star *star; /* NODE_ELEMENT, NODE_ANY */
        const struct like *like;
        const struct pattern *pattern;
        const struct value_set *set;
        const struct function *function;
    };
};

struct expression {
    struct arena *arena;
    struct slice text;
    struct node *root;            /* as a value */
    struct node *condition;       /* the same with its last [*] bound */
    const struct star *open_star; /* of root, or NULL */
    size_t star_count;
    bool compares_null;
    struct json_path *paths;
    size_t path_count, path_capacity;
    struct pattern **patterns;
    size_t pattern_count, pattern_capacity;
};

/* A value that was fetched. */
struct fetched {
    struct value value;
    bool is_there;
};

/* One evaluation, on the stack of its caller. Besides the public types a value here may be an undecoded string:
 * VALUE_JSON with json.type JSON_STRING. */
struct evaluation {
    const struct expression *expression;
    const struct expression_source *source;
    struct arena *scratch;
    struct error *error;
    struct fetched *fetched; /* one per path */
    struct value *elements;  /* one per star */
};

/* expression_build.c: nodes with their limits and folding. NULL: error is filled. */
struct node *node_create(struct expression *expression, enum node_kind kind, size_t column);
bool node_set_children(struct expression *expression, struct node *node, struct node *const *children, size_t count,
                       struct error *error) MUST_CHECK;
struct node *node_constant(struct expression *expression, struct value value, size_t column);
struct node *node_path(struct expression *expression, const struct json_path *path, size_t column, struct error *error);
struct node *node_element(struct expression *expression, const struct json_path *path, size_t column,
                          struct error *error);
struct node *node_any(struct expression *expression, const struct star *star, struct node *child, struct error *error);
/* A node with all its children that are constants becomes a constant itself. */
struct node *node_fold(struct expression *expression, struct node *node);
/* false: a number or text for certain, so never true. */
bool node_is_condition(const struct node *node);
/* Takes the constants out of the children of an IN list into a set. */
void node_make_set(struct expression *expression, struct node *node);
bool node_set_pattern(struct expression *expression, struct node *node, struct slice text, unsigned flags,
                      struct error *error) MUST_CHECK;
bool expression_error(struct error *error, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* expression_parse.c, expression_s3.c: the two forms. They set root, condition and open_star. */
bool expression_parse(struct expression *expression, struct error *error) MUST_CHECK;
bool expression_parse_s3(struct expression *expression, struct error *error) MUST_CHECK;

/* expression_evaluate.c */
bool evaluate_value(struct evaluation *evaluation, const struct node *node, struct value *value) MUST_CHECK;
bool evaluate_truth(struct evaluation *evaluation, const struct node *node, enum truth *truth) MUST_CHECK;
/* The characters of a node whose value was just evaluated; *is_text false when it is none. A decoded path is kept. */
bool evaluate_text(struct evaluation *evaluation, const struct node *node, struct value *value, struct slice *text,
                   bool *is_text) MUST_CHECK;
/* A fault in the value of a path names the path in evaluation->error. Returns false. */
bool evaluate_fail(struct evaluation *evaluation, const struct node *node);
/* Decodes the undecoded string; other values stay. */
bool value_settle(struct evaluation *evaluation, struct value *value) MUST_CHECK;
bool evaluate_path(struct evaluation *evaluation, size_t path, struct value *value) MUST_CHECK;
/* As value_of_json(), but a string with escapes is left as it is. */
void value_of_json_lazily(struct json_value json, struct value *value);

/* expression_any.c: the elements of a [*] path, one after the other. */
struct star_walk {
    struct json_iterator iterators[EXPRESSION_STAR_LEVELS_MAXIMUM];
    size_t depth; /* of them in use */
};
/* false: no array is there. */
bool star_begin(const struct value *base, struct star_walk *walk);
/* Sets *is_found, and *element: VALUE_NULL where an element has no such field. Errors: E_JSON_DUPKEY. */
bool star_next(const struct star *star, struct star_walk *walk, struct value *element, bool *is_found,
               struct error *error) MUST_CHECK;

/* expression_compare.c */
enum order {
    ORDER_LESS,
    ORDER_EQUAL,
    ORDER_GREATER,
    ORDER_SAME,      /* arrays or objects: equal, but in no order */
    ORDER_DIFFERENT, /* likewise, or different types */
    ORDER_NULL
};
bool value_is_number(const struct value *value);
bool value_is_text(const struct value *value);
bool value_is_missing(const struct value *value);
double value_number(const struct value *value);          /* nearest; infinite for 1e400 */
bool double_to_integer(double number, int64_t *integer); /* false: not whole, or beyond 64 bits */
bool value_compare(struct evaluation *evaluation, struct value *a, struct value *b, enum order *order) MUST_CHECK;
enum truth comparison_truth(enum comparison comparison, enum order order);
struct value value_of_null(void); /* computed, or written: null and not missing */
struct value value_of_integer(int64_t integer);
struct value value_of_double(double number); /* NULL when not finite */
struct value value_of_boolean(bool boolean);
struct value value_of_text(struct slice text);
/* JSON number syntax; exact: text is kept where neither int64_t nor double holds it. */
struct value value_of_number_text(struct slice text);

/* expression_like.c. escape 0: none. false: the pattern ends in its escape. */
bool like_compile(struct slice pattern, uint32_t escape, struct arena *arena, struct like *like);
bool like_matches(const struct like *like, struct slice text);

/* expression_escape.c: strings of a record as they stand, without the quotes. */
/* Code points after decoding. Errors: E_JSON_SURROGATE. */
bool escaped_length(struct slice escaped, size_t *count, struct error *error) MUST_CHECK;
/* false: the decoded text cannot hold wanted. true: it may. */
bool escaped_may_contain(struct slice escaped, struct slice wanted);

/* expression_functions.c */
const struct function *function_find(struct slice name);
const char *function_nearest(struct slice name);
bool is_function(const struct node *node, const char *name);

#endif
