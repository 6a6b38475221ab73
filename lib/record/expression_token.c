/* expression_token.c - the words of the expression language. */
#include "record/expression_parser.h"

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Bytes above ASCII belong to letters: keys may be in any language. */
static bool is_name_byte(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           (unsigned char)byte >= 0x80;
}

static char byte_at(struct slice text, size_t position)
{
    return position < text.length ? text.bytes[position] : '\0';
}

static size_t skip_name(struct slice text, size_t position)
{
    while (is_name_byte(byte_at(text, position)))
        position++;
    return position;
}

static size_t skip_digits(struct slice text, size_t position)
{
    while (is_digit(byte_at(text, position)))
        position++;
    return position;
}

/* [0], [-1], [*], ['a.b']: behind the bracket, or 0 when it is not closed. */
static size_t skip_bracket(struct slice text, size_t position)
{
    char quote = '\0';
    for (position++; position < text.length; position++) {
        char byte = text.bytes[position];
        if (quote && byte == '\\')
            position++;
        else if (byte == quote)
            quote = '\0';
        else if (!quote && (byte == '\'' || byte == '"'))
            quote = byte;
        else if (!quote && byte == ']')
            return position + 1;
    }
    return 0;
}

static bool read_path(struct slice text, size_t *position, struct token *token, struct error *error)
{
    size_t start = *position, end = skip_name(text, start + (text.bytes[start] == '.'));
    for (;;) {
        char byte = byte_at(text, end);
        if (byte == '[') {
            size_t behind = skip_bracket(text, end);
            if (behind == 0)
                return expression_error(error, end + 1, "the '[' is not closed");
            end = behind;
        } else if (byte == '.' && is_name_byte(byte_at(text, end + 1))) {
            end = skip_name(text, end + 1);
        } else {
            break;
        }
    }
    token->kind = TOKEN_PATH;
    token->text = slice_between(text, start, end);
    token->is_word = skip_name(text, start) == end;
    *position = end;
    return true;
}

static bool read_string(struct slice text, size_t *position, struct token *token, struct error *error)
{
    char quote = text.bytes[*position];
    size_t end = *position + 1;
    for (;;) {
        end += slice_find_byte(slice_from(text, end), quote);
        if (end >= text.length)
            return expression_error(error, *position + 1, "the string is not closed, expected another %c", quote);
        end++;
        if (byte_at(text, end) != quote)
            break;
        end++; /* a doubled quote is one quote */
    }
    token->kind = TOKEN_STRING;
    token->text = slice_between(text, *position, end);
    *position = end;
    return true;
}

/* 12, 1.5, .5, 1e9: JSON's numbers, and a point in front. */
static bool read_number(struct slice text, size_t *position, struct token *token, struct error *error)
{
    size_t start = *position, end = skip_digits(text, start);
    if (byte_at(text, end) == '.' && is_digit(byte_at(text, end + 1)))
        end = skip_digits(text, end + 1);
    if (byte_at(text, end) == 'e' || byte_at(text, end) == 'E') {
        size_t exponent = end + 1;
        if (byte_at(text, exponent) == '+' || byte_at(text, exponent) == '-')
            exponent++;
        if (is_digit(byte_at(text, exponent)))
            end = skip_digits(text, exponent);
    }
    if (is_name_byte(byte_at(text, end)) || byte_at(text, end) == '.')
        return expression_error(error, end + 1, "the number '%.*s' ends here, expected an operator",
                                (int)(end - start < 40 ? end - start : 40), text.bytes + start);
    if (text.bytes[start] == '0' && is_digit(byte_at(text, start + 1)))
        return expression_error(error, start + 1, "a number cannot begin with 0 and another digit");
    token->kind = TOKEN_NUMBER;
    token->text = slice_between(text, start, end);
    *position = end;
    return true;
}

static const char *const symbols[] = { "!~*", "==", "!=", "<>", "<=", ">=", "&&", "||", "!~", "~*", "=", "<",
                                       ">",   "!",  "~",  "+",  "-",  "*",  "/",  "%",  "(",  ")",  "," };

static bool read_symbol(struct slice text, size_t *position, struct token *token, struct error *error)
{
    struct slice rest = slice_from(text, *position);
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        struct slice symbol = slice_of_string(symbols[i]);
        if (slice_starts_with(rest, symbol)) {
            token->kind = TOKEN_SYMBOL;
            token->text = slice_between(rest, 0, symbol.length);
            *position += symbol.length;
            return true;
        }
    }
    char byte = rest.bytes[0];
    if (byte == '&' || byte == '|')
        return expression_error(error, *position + 1, "unexpected '%c', expected '%c%c'", byte, byte, byte);
    return expression_error(error, *position + 1, "unexpected character '%c'", byte);
}

bool token_next(struct slice text, size_t *position, struct token *token, struct error *error)
{
    while (*position < text.length && strchr(" \t\r\n", text.bytes[*position]) && text.bytes[*position])
        (*position)++;
    *token = (struct token){ .kind = TOKEN_END, .column = *position + 1 };
    token->text = slice_of(text.bytes + *position, 0);
    if (*position >= text.length)
        return true;
    char byte = text.bytes[*position];
    if (byte == '\'' || byte == '"')
        return read_string(text, position, token, error);
    if (is_digit(byte) || (byte == '.' && is_digit(byte_at(text, *position + 1))))
        return read_number(text, position, token, error);
    if (is_name_byte(byte) || byte == '[' || (byte == '.' && is_name_byte(byte_at(text, *position + 1))))
        return read_path(text, position, token, error);
    return read_symbol(text, position, token, error);
}

bool token_is_word(const struct token *token, const char *word)
{
    return token->kind == TOKEN_PATH && token->is_word && slice_equal_ignore_case(token->text, slice_of_string(word));
}

bool token_is_symbol(const struct token *token, const char *symbol)
{
    return token->kind == TOKEN_SYMBOL && slice_equal(token->text, slice_of_string(symbol));
}
