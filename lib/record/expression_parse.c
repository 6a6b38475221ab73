/* expression_parse.c - the SQL form: recursive descent, one function for each level of binding.
 *
 *     or         = and { (OR | ||) and }
 *     and        = not { (AND | &&) not }
 *     not        = { NOT | ! } comparison
 *     comparison = sum [ operator sum | [NOT] IN (sum, ...) | [NOT] BETWEEN sum AND sum
 *                      | [NOT] LIKE sum [ESCAPE string] | (~ | ~* | !~ | !~*) string | IS [NOT] NULL ... ]
 *     sum        = product { (+ | -) product }
 *     product    = sign { (* | / | %) sign }
 *     sign       = { - | + } primary
 *     primary    = number | string | TRUE | FALSE | NULL | name(or, ...) | path | (or)
 *
 * A path with [*] stays open until the comparison around it is complete, or, where there is none, the condition that it
 * is: then it is bound by a NODE_ANY. One such path can be open at a time. */
#include "base/nearest.h"
#include "base/utf8.h"
#include "record/expression_node.h"
#include "record/expression_parser.h"

/* Closes the open [*] path around node. */
static struct node *bind(struct parser *parser, struct node *node)
{
    const struct star *star = parser->open;
    parser->open = NULL;
    return star && node ? node_any(parser->expression, star, node, parser->error) : node;
}

static struct node *parse_sign(struct parser *parser)
{
    bool is_minus, is_plus = false;
    size_t column = parser->token.column;
    if (!parser_accept_symbol(parser, "-", &is_minus) || (!is_minus && !parser_accept_symbol(parser, "+", &is_plus)))
        return NULL;
    if (!is_minus && !is_plus)
        return parser_operand(parser);
    if (!parser_enter(parser))
        return NULL;
    struct node *value = parse_sign(parser);
    parser->depth--;
    if (!value || is_plus)
        return value;
    return parser_finish(parser, node_create(parser->expression, NODE_NEGATE, column), &value, 1);
}

/* left { operator right }: both levels of arithmetic. */
static struct node *parse_chain(struct parser *parser, const char *operators, struct node *(*next)(struct parser *))
{
    struct node *left = next(parser);
    while (left && parser->token.kind == TOKEN_SYMBOL && parser->token.text.length == 1 &&
           strchr(operators, parser->token.text.bytes[0])) {
        struct node *node = node_create(parser->expression, NODE_ARITHMETIC, parser->token.column);
        node->arithmetic = parser->token.text.bytes[0];
        if (!parser_advance(parser))
            return NULL;
        struct node *right = next(parser);
        if (!right)
            return NULL;
        left = parser_finish(parser, node, (struct node *[]){ left, right }, 2);
    }
    return left;
}

static struct node *parse_product(struct parser *parser)
{
    return parse_chain(parser, "*/%", parse_sign);
}

static struct node *parse_sum(struct parser *parser)
{
    return parse_chain(parser, "+-", parse_product);
}

/* An operand of AND, OR or NOT. */
static struct node *bind_condition(struct parser *parser, struct node *node)
{
    if (node && !node_is_condition(node))
        return parser_fail(parser, node->column, "expected a condition here, found a number or text");
    return bind(parser, node);
}

static bool is_comparison(const struct token *token, enum comparison *comparison)
{
    static const struct {
        const char *symbol;
        enum comparison comparison;
    } comparisons[] = {
        { "=", COMPARE_EQUAL }, { "==", COMPARE_EQUAL },   { "!=", COMPARE_UNEQUAL }, { "<>", COMPARE_UNEQUAL },
        { "<", COMPARE_LESS },  { "<=", COMPARE_AT_MOST }, { ">", COMPARE_GREATER },  { ">=", COMPARE_AT_LEAST },
    };
    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++)
        if (token_is_symbol(token, comparisons[i].symbol)) {
            *comparison = comparisons[i].comparison;
            return true;
        }
    return false;
}

static bool is_null(const struct node *node)
{
    return node->kind == NODE_CONSTANT && node->constant.type == VALUE_NULL;
}

static struct node *parse_comparison_rest(struct parser *parser, struct node *left, enum comparison comparison)
{
    struct node *node = node_create(parser->expression, NODE_COMPARE, parser->token.column);
    node->comparison = comparison;
    if (!parser_advance(parser))
        return NULL;
    struct node *right = parse_sum(parser);
    if (!right)
        return NULL;
    parser->expression->compares_null |= is_null(left) || is_null(right);
    return parser_finish(parser, node, (struct node *[]){ left, right }, 2);
}

/* ~ and its kin: the operator is the current token. */
static struct node *parse_match_rest(struct parser *parser, struct node *left)
{
    struct slice operator= parser->token.text;
    struct node *node = node_create(parser->expression, NODE_MATCHES, parser->token.column);
    node->is_negated = operator.bytes[0] == '!';
    unsigned flags = operator.bytes[operator.length - 1] == '*' ? PATTERN_IGNORE_CASE : 0;
    if (!parser_advance(parser))
        return NULL;
    struct token token = parser->token;
    if (token.kind != TOKEN_STRING)
        return parser_fail_expected(parser, "a pattern in quotes");
    if (!node_set_pattern(parser->expression, node, parser_string(parser, &token), flags, parser->error)) {
        parser->error->column += (int64_t)token.column;
        return NULL;
    }
    return parser_advance(parser) ? parser_finish(parser, node, &left, 1) : NULL;
}

static struct node *parse_in_rest(struct parser *parser, struct node *left, bool is_negated)
{
    struct node *node = node_create(parser->expression, NODE_IN, parser->previous.column);
    struct node_list list = { 0 };
    bool is_there = true;
    node->is_negated = is_negated;
    node_list_add(parser, &list, left);
    if (!parser_expect_symbol(parser, "(", "'(' and a list of values"))
        return NULL;
    while (is_there) {
        struct node *value = parse_sum(parser);
        if (!value)
            return NULL;
        node_list_add(parser, &list, value);
        if (!parser_accept_symbol(parser, ",", &is_there))
            return NULL;
    }
    if (!parser_expect_symbol(parser, ")", "',' or ')'") ||
        !node_set_children(parser->expression, node, list.nodes, list.count, parser->error))
        return NULL;
    node_make_set(parser->expression, node);
    return node_fold(parser->expression, node);
}

static struct node *parse_between_rest(struct parser *parser, struct node *left, bool is_negated)
{
    struct node *node = node_create(parser->expression, NODE_BETWEEN, parser->previous.column);
    bool is_there;
    node->is_negated = is_negated;
    struct node *low = parse_sum(parser);
    if (!low || !parser_accept_word(parser, "and", &is_there))
        return NULL;
    if (!is_there && !parser_accept_symbol(parser, "&&", &is_there))
        return NULL;
    if (!is_there)
        return parser_fail_expected(parser, "AND and the upper bound of BETWEEN");
    struct node *high = parse_sum(parser);
    return high ? parser_finish(parser, node, (struct node *[]){ left, low, high }, 3) : NULL;
}

/* ESCAPE 'c' */
static bool parse_escape(struct parser *parser, uint32_t *escape)
{
    bool is_there;
    *escape = 0;
    if (!parser_accept_word(parser, "escape", &is_there))
        return false;
    if (!is_there)
        return true;
    struct slice text = SLICE("");
    if (parser->token.kind == TOKEN_STRING)
        text = parser_string(parser, &parser->token);
    size_t bytes = utf8_decode(text, escape);
    if (bytes == 0 || bytes != text.length)
        return parser_fail_expected(parser, "one character in quotes"), false;
    return parser_advance(parser);
}

static struct node *parse_like_rest(struct parser *parser, struct node *left, bool is_negated)
{
    struct expression *expression = parser->expression;
    struct node *node = node_create(expression, NODE_LIKE, parser->previous.column);
    node->is_negated = is_negated;
    struct node *pattern = parse_sum(parser);
    if (!pattern || !parse_escape(parser, &node->escape))
        return NULL;
    if (pattern->kind != NODE_CONSTANT || pattern->constant.type != VALUE_TEXT)
        return parser_finish(parser, node, (struct node *[]){ left, pattern }, 2);
    struct like *like = arena_allocate_zeroed(expression->arena, 1, sizeof *like);
    if (!like_compile(pattern->constant.text, node->escape, expression->arena, like))
        return parser_fail(parser, pattern->column, "the pattern of LIKE ends in its escape character");
    node->like = like;
    return parser_finish(parser, node, &left, 1);
}

static struct node *parse_is_rest(struct parser *parser, struct node *left)
{
    static const struct {
        const char *word;
        enum is_test test;
    } tests[] = { { "null", IS_NULL }, { "unknown", IS_NULL }, { "true", IS_TRUE }, { "false", IS_FALSE } };
    struct node *node = node_create(parser->expression, NODE_IS, parser->previous.column);
    if (!parser_accept_word(parser, "not", &node->is_negated))
        return NULL;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        bool is_there;
        if (!parser_accept_word(parser, tests[i].word, &is_there))
            return NULL;
        node->test = tests[i].test;
        if (is_there)
            return parser_finish(parser, node, &left, 1);
    }
    return parser_fail_expected(parser,
                                node->is_negated ? "NULL, TRUE, FALSE or UNKNOWN" : "NULL, NOT NULL, TRUE or FALSE");
}

/* [NOT] IN, BETWEEN, LIKE, or NULL with *is_other true when none of them follows. */
static struct node *parse_word_rest(struct parser *parser, struct node *left, bool *is_other)
{
    bool is_negated, is_in, is_between = false, is_like = false;
    *is_other = false;
    if (!parser_accept_word(parser, "not", &is_negated) || !parser_accept_word(parser, "in", &is_in) ||
        (!is_in && !parser_accept_word(parser, "between", &is_between)) ||
        (!is_in && !is_between && !parser_accept_word(parser, "like", &is_like)))
        return NULL;
    if (is_in)
        return parse_in_rest(parser, left, is_negated);
    if (is_between)
        return parse_between_rest(parser, left, is_negated);
    if (is_like)
        return parse_like_rest(parser, left, is_negated);
    if (is_negated)
        return parser_fail_expected(parser, "IN, BETWEEN or LIKE");
    *is_other = true;
    return NULL;
}

static bool is_match(const struct token *token)
{
    return token->kind == TOKEN_SYMBOL && memchr(token->text.bytes, '~', token->text.length);
}

/* Sets *is_alone when no comparison follows the sum. */
static struct node *parse_comparison_open(struct parser *parser, bool *is_alone)
{
    enum comparison comparison;
    bool is_there;
    *is_alone = false;
    struct node *left = parse_sum(parser);
    if (!left)
        return NULL;
    if (is_comparison(&parser->token, &comparison))
        return parse_comparison_rest(parser, left, comparison);
    if (is_match(&parser->token))
        return parse_match_rest(parser, left);
    if (!parser_accept_word(parser, "is", &is_there))
        return NULL;
    if (is_there)
        return parse_is_rest(parser, left);
    struct node *node = parse_word_rest(parser, left, is_alone);
    return *is_alone ? left : node;
}

static struct node *parse_comparison(struct parser *parser)
{
    enum comparison comparison;
    bool is_alone;
    struct node *node = parse_comparison_open(parser, &is_alone);
    if (!node || is_alone)
        return node;
    if (is_comparison(&parser->token, &comparison) || is_match(&parser->token))
        return parser_fail(parser, parser->token.column, "comparisons do not chain, join them with AND");
    return bind(parser, node);
}

static struct node *parse_not(struct parser *parser)
{
    size_t column = parser->token.column;
    bool is_there;
    if (!parser_accept_word(parser, "not", &is_there) || (!is_there && !parser_accept_symbol(parser, "!", &is_there)))
        return NULL;
    if (!is_there)
        return parse_comparison(parser);
    if (!parser_enter(parser))
        return NULL;
    struct node *condition = bind_condition(parser, parse_not(parser));
    parser->depth--;
    if (!condition)
        return NULL;
    return parser_finish(parser, node_create(parser->expression, NODE_NOT, column), &condition, 1);
}

/* left { word-or-symbol right } as one node with many children. */
static struct node *parse_junction(struct parser *parser, enum node_kind kind, const char *word, const char *symbol,
                                   struct node *(*next)(struct parser *))
{
    size_t column = parser->token.column;
    struct node_list list = { 0 };
    struct node *node = next(parser);
    if (!node)
        return NULL;
    for (;;) {
        bool is_there;
        if (!parser_accept_word(parser, word, &is_there) ||
            (!is_there && !parser_accept_symbol(parser, symbol, &is_there)))
            return NULL;
        if (!is_there && list.count == 0)
            return node;
        node = bind_condition(parser, node);
        if (!node)
            return NULL;
        node_list_add(parser, &list, node);
        if (!is_there)
            return parser_finish(parser, node_create(parser->expression, kind, column), list.nodes, list.count);
        node = next(parser);
        if (!node)
            return NULL;
    }
}

static struct node *parse_and(struct parser *parser)
{
    return parse_junction(parser, NODE_AND, "and", "&&", parse_not);
}

/* A whole expression: a [*] path that was open before it stays so. */
struct node *parser_condition(struct parser *parser)
{
    const struct star *outer = parser->open;
    parser->open = NULL;
    if (!parser_enter(parser))
        return NULL;
    struct node *node = parse_junction(parser, NODE_OR, "or", "||", parse_and);
    parser->depth--;
    if (!node)
        return NULL;
    if (outer && parser->open && outer != parser->open)
        return parser_fail(parser, node->column, "a comparison may have one path with [*]");
    if (!parser->open)
        parser->open = outer;
    return node;
}

/* Behind a complete expression: a mistyped operator, or a function where an operator stands in other languages. */
static bool fail_operator(struct parser *parser)
{
    static const char *const words[] = { "and", "or", "not", "in", "between", "like", "is" };
    const struct token *token = &parser->token;
    const struct function *function = function_find(token->text);
    const char *nearest = nearest_name(token->text, words, sizeof words / sizeof words[0]);
    int length = (int)utf8_cut(token->text, 40);
    if (token->is_word && function)
        return expression_error(parser->error, token->column, "expected an operator, found the function %s(...)",
                                function->name);
    if (token->is_word && nearest)
        return expression_error(parser->error, token->column,
                                "expected an operator or the end, found '%.*s', did you mean '%s'", length,
                                token->text.bytes, nearest);
    parser_fail_expected(parser, "an operator or the end");
    return false;
}

bool expression_parse(struct expression *expression, struct error *error)
{
    struct parser parser = { .expression = expression, .error = error };
    if (!parser_advance(&parser))
        return false;
    if (parser.token.kind == TOKEN_END)
        return expression_error(error, 1, "the expression is empty");
    struct node *root = parser_condition(&parser);
    if (!root)
        return false;
    if (parser.token.kind != TOKEN_END)
        return fail_operator(&parser);
    expression->root = root;
    expression->open_star = parser.open;
    expression->condition = bind(&parser, root);
    return expression->condition != NULL;
}
