/* expression_operand.c - the SQL form: what stands beside an operator, and the parser's common moves. */
#include "base/utf8.h"
#include "record/expression_parser.h"

struct node *parser_fail(struct parser *parser, size_t column, const char *message)
{
    expression_error(parser->error, column, "%s", message);
    return NULL;
}

/* "expected WHAT after 'x'", or "expected WHAT, found 'y'". */
struct node *parser_fail_expected(struct parser *parser, const char *what)
{
    const struct token *token = &parser->token, *previous = &parser->previous;
    int length = (int)utf8_cut(token->text, 40), previous_length = (int)utf8_cut(previous->text, 40);
    if (token->kind != TOKEN_END)
        expression_error(parser->error, token->column, "expected %s, found '%.*s'", what, length, token->text.bytes);
    else if (previous->text.length)
        expression_error(parser->error, token->column, "expected %s after '%.*s'", what, previous_length,
                         previous->text.bytes);
    else
        expression_error(parser->error, token->column, "expected %s, found nothing", what);
    return NULL;
}

bool parser_advance(struct parser *parser)
{
    parser->previous = parser->token;
    return token_next(parser->expression->text, &parser->position, &parser->token, parser->error);
}

/* Steps over the symbol or word if it is next. *is_there tells; false on errors. */
bool parser_accept_symbol(struct parser *parser, const char *symbol, bool *is_there)
{
    *is_there = token_is_symbol(&parser->token, symbol);
    return !*is_there || parser_advance(parser);
}

bool parser_accept_word(struct parser *parser, const char *word, bool *is_there)
{
    *is_there = token_is_word(&parser->token, word);
    return !*is_there || parser_advance(parser);
}

bool parser_expect_symbol(struct parser *parser, const char *symbol, const char *what)
{
    bool is_there;
    if (!parser_accept_symbol(parser, symbol, &is_there))
        return false;
    return is_there || (parser_fail_expected(parser, what), false);
}

void node_list_add(struct parser *parser, struct node_list *list, struct node *node)
{
    list->nodes =
        arena_grow(parser->expression->arena, list->nodes, &list->capacity, list->count + 1, sizeof(struct node *));
    list->nodes[list->count++] = node;
}

/* Completes node with these children. NULL on errors. */
struct node *parser_finish(struct parser *parser, struct node *node, struct node *const *children, size_t count)
{
    if (!node_set_children(parser->expression, node, children, count, parser->error))
        return NULL;
    return node_fold(parser->expression, node);
}

bool parser_enter(struct parser *parser)
{
    if (++parser->depth <= EXPRESSION_DEPTH_MAXIMUM)
        return true;
    return expression_error(parser->error, parser->token.column, "the expression nests more than %d deep",
                            EXPRESSION_DEPTH_MAXIMUM);
}

/* The characters of a string token; a doubled quote is one. */
struct slice parser_string(struct parser *parser, const struct token *token)
{
    char quote = token->text.bytes[0];
    struct slice inside = slice_between(token->text, 1, token->text.length - 1);
    char *text = arena_allocate_text(parser->expression->arena, inside.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < inside.length; i++) {
        text[length++] = inside.bytes[i];
        if (inside.bytes[i] == quote)
            i++;
    }
    return slice_of(text, length);
}

static struct node *parse_path(struct parser *parser)
{
    struct expression *expression = parser->expression;
    struct token token = parser->token;
    struct json_path path;
    bool has_star = false;
    if (!json_path_compile(token.text, expression->arena, &path, parser->error)) {
        /* Its columns count from the start of the path. */
        int64_t column = parser->error->column > 0 ? parser->error->column : 1;
        parser->error->column = (int64_t)token.column + column - 1;
        return NULL;
    }
    for (size_t i = 0; i < path.count; i++)
        has_star |= path.steps[i].kind == JSON_STEP_ALL;
    if (!parser_advance(parser))
        return NULL;
    if (!has_star)
        return node_path(expression, &path, token.column, parser->error);
    if (parser->open && slice_equal(parser->open->text, path.text)) {
        struct node *same = node_create(expression, NODE_ELEMENT, token.column);
        same->star = parser->open;
        return same;
    }
    if (parser->open)
        return parser_fail(parser, token.column, "a comparison may have one path with [*]");
    struct node *node = node_element(expression, &path, token.column, parser->error);
    if (node)
        parser->open = node->star;
    return node;
}

/* matches(text, 'pattern'): behind the parenthesis. */
static struct node *parse_matches(struct parser *parser, size_t column)
{
    struct node *value = parser_condition(parser);
    if (!value || !parser_expect_symbol(parser, ",", "',' and a pattern"))
        return NULL;
    struct token token = parser->token;
    if (token.kind != TOKEN_STRING)
        return parser_fail_expected(parser, "a pattern in quotes");
    struct node *node = node_create(parser->expression, NODE_MATCHES, column);
    if (!node_set_pattern(parser->expression, node, parser_string(parser, &token), 0, parser->error)) {
        parser->error->column += (int64_t)token.column;
        return NULL;
    }
    if (!parser_advance(parser) || !parser_expect_symbol(parser, ")", "')'"))
        return NULL;
    return parser_finish(parser, node, &value, 1);
}

static struct node *fail_unknown_function(struct parser *parser, const struct token *name)
{
    int length = (int)utf8_cut(name->text, 60);
    const char *nearest = function_nearest(name->text);
    if (nearest)
        expression_error(parser->error, name->column, "unknown function '%.*s', did you mean '%s'", length,
                         name->text.bytes, nearest);
    else
        expression_error(parser->error, name->column, "unknown function '%.*s', see 'garner help expressions'", length,
                         name->text.bytes);
    return NULL;
}

/* Arguments up to the closing parenthesis. */
static bool parse_arguments(struct parser *parser, struct node_list *list)
{
    bool is_there;
    if (!parser_accept_symbol(parser, ")", &is_there) || is_there)
        return is_there;
    for (;;) {
        struct node *argument = parser_condition(parser);
        if (!argument)
            return false;
        node_list_add(parser, list, argument);
        if (!parser_accept_symbol(parser, ",", &is_there))
            return false;
        if (!is_there)
            return parser_expect_symbol(parser, ")", "',' or ')'");
    }
}

static bool check_arguments(struct parser *parser, const struct function *function, const struct token *name,
                            const struct node_list *list)
{
    if (list->count < function->least || list->count > function->most) {
        if (function->least == function->most)
            return expression_error(parser->error, name->column, "%s() takes %u argument%s, found %zu", function->name,
                                    function->least, function->least == 1 ? "" : "s", list->count);
        return expression_error(parser->error, name->column, "%s() takes %u to %u arguments, found %zu", function->name,
                                function->least, function->most, list->count);
    }
    const struct node *first = list->count ? list->nodes[0] : NULL;
    if (!first)
        return true;
    if (slice_equal(slice_of_string(function->name), SLICE("count")) && first->kind == NODE_ELEMENT &&
        first->star->ends_in_star)
        return expression_error(parser->error, first->column,
                                "count() of '%.*s' would count inside each element, leave out the last [*]",
                                (int)utf8_cut(first->star->text, 60), first->star->text.bytes);
    if (!function->call && first->kind != NODE_PATH && first->kind != NODE_ELEMENT)
        return expression_error(parser->error, first->column, "%s() takes the path of a field", function->name);
    return true;
}

/* name(...): the name is the current token. */
static struct node *parse_call(struct parser *parser)
{
    struct token name = parser->token;
    const struct function *function = function_find(name.text);
    if (!function)
        return fail_unknown_function(parser, &name);
    if (!parser_advance(parser) || !parser_advance(parser)) /* the name, the parenthesis */
        return NULL;
    if (slice_equal(slice_of_string(function->name), SLICE("matches")))
        return parse_matches(parser, name.column);
    struct node_list list = { 0 };
    if (!parse_arguments(parser, &list) || !check_arguments(parser, function, &name, &list))
        return NULL;
    struct node *node = node_create(parser->expression, function->call ? NODE_CALL : NODE_EXISTS, name.column);
    node->function = function;
    return parser_finish(parser, node, list.nodes, list.count);
}

/* Words that cannot be a field by their bare name; in, like, between and the rest can. */
static bool is_reserved(const struct token *token)
{
    return token_is_word(token, "and") || token_is_word(token, "or") || token_is_word(token, "not");
}

static bool is_operator_word(const struct token *token)
{
    return token_is_word(token, "in") || token_is_word(token, "like") || token_is_word(token, "between") ||
           token_is_word(token, "is");
}

static struct node *parse_constant(struct parser *parser, struct value value)
{
    struct node *node = node_constant(parser->expression, value, parser->token.column);
    return parser_advance(parser) ? node : NULL;
}

static struct node *parse_number(struct parser *parser)
{
    struct slice text = parser->token.text;
    if (text.bytes[0] == '.') {
        char *whole = arena_format(parser->expression->arena, "0%.*s", (int)text.length, text.bytes);
        text = slice_of_string(whole);
    }
    return parse_constant(parser, value_of_number_text(arena_copy(parser->expression->arena, text)));
}

/* A path, a keyword that is a value, or a call. */
static struct node *parse_word(struct parser *parser)
{
    const struct token *token = &parser->token;
    if (token_is_word(token, "true") || token_is_word(token, "false"))
        return parse_constant(parser, value_of_boolean(token_is_word(token, "true")));
    if (token_is_word(token, "null"))
        return parse_constant(parser, value_of_null());
    if (is_reserved(token))
        return parser_fail_expected(parser, "a value");
    size_t position = parser->position;
    struct token next;
    if (!token_next(parser->expression->text, &position, &next, parser->error))
        return NULL;
    if (token->is_word && token_is_symbol(&next, "("))
        return is_operator_word(token) ? parser_fail_expected(parser, "a value") : parse_call(parser);
    return parse_path(parser);
}

struct node *parser_operand(struct parser *parser)
{
    bool is_there;
    size_t column = parser->token.column;
    switch (parser->token.kind) {
    case TOKEN_NUMBER:
        return parse_number(parser);
    case TOKEN_STRING:
        return parse_constant(parser, value_of_text(parser_string(parser, &parser->token)));
    case TOKEN_PATH:
        return parse_word(parser);
    case TOKEN_END:
    case TOKEN_SYMBOL:
        break;
    }
    if (!parser_accept_symbol(parser, "(", &is_there))
        return NULL;
    if (!is_there)
        return parser_fail_expected(parser, "a value");
    if (!parser_enter(parser))
        return NULL;
    struct node *inside = parser_condition(parser);
    parser->depth--;
    if (!inside)
        return NULL;
    if (parser->token.kind == TOKEN_END)
        return parser_fail(parser, column, "the '(' is not closed");
    return parser_expect_symbol(parser, ")", "an operator or ')'") ? inside : NULL;
}
