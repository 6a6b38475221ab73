/* price.c - decimals as whole numbers, and the table of prices. */
#include "model/price.h"

#include "stream/files.h"
#include "yaml/yaml.h"

enum { MILLION_DECIMALS = 6, MONEY_DECIMALS = 12, WHOLE_RATE = 1000 };

/* A plain decimal with at most that many digits behind the point, as a whole number of its last place. */
static bool parse_decimal(struct slice text, int decimals, int64_t *number, struct error *error)
{
    int64_t value = 0;
    int behind = -1;
    bool is_good = text.length > 0 && text.bytes[0] != '.' && text.bytes[text.length - 1] != '.';
    for (size_t i = 0; is_good && i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte == '.') {
            is_good = behind < 0;
            behind = 0;
            continue;
        }
        is_good = byte >= '0' && byte <= '9' && !__builtin_mul_overflow(value, (int64_t)10, &value) &&
                  !__builtin_add_overflow(value, (int64_t)(byte - '0'), &value);
        behind += behind >= 0;
    }
    is_good = is_good && behind <= decimals;
    for (int i = behind < 0 ? 0 : behind; is_good && i < decimals; i++)
        is_good = !__builtin_mul_overflow(value, (int64_t)10, &value);
    *number = value;
    return is_good ||
           error_set(error, E_USAGE, "'%.*s' is no amount, expected one such as 0.15 with at most %d decimals",
                     (int)text.length, text.bytes ? text.bytes : "", decimals);
}

bool price_parse_million(struct slice text, int64_t *pico, struct error *error)
{
    return parse_decimal(text, MILLION_DECIMALS, pico, error);
}

bool price_parse_money(struct slice text, int64_t *pico, struct error *error)
{
    return parse_decimal(text, MONEY_DECIMALS, pico, error);
}

int64_t price_of(const struct price *price, int64_t input_tokens, int64_t output_tokens)
{
    int64_t input = 0, output = 0, sum;
    if (input_tokens > 0 && __builtin_mul_overflow(price->input, input_tokens, &input))
        return INT64_MAX;
    if (output_tokens > 0 && __builtin_mul_overflow(price->output, output_tokens, &output))
        return INT64_MAX;
    return __builtin_add_overflow(input, output, &sum) ? INT64_MAX : sum;
}

void price_append_money(int64_t pico, struct buffer *text)
{
    const int64_t unit = 1000000000000;
    char decimals[MONEY_DECIMALS + 1];
    int length = MONEY_DECIMALS;
    int64_t rest = pico % unit;
    for (int i = MONEY_DECIMALS; i-- > 0; rest /= 10)
        decimals[i] = (char)('0' + rest % 10);
    while (length > 0 && decimals[length - 1] == '0')
        length--;
    buffer_append_decimal(text, pico / unit);
    if (length)
        buffer_append_byte(text, '.');
    buffer_append(text, decimals, (size_t)length);
}

/* How well a row's name fits the model: 0 not at all, else the more of it is told the better. */
static size_t match_length(struct slice name, struct slice model)
{
    if (slice_equal(name, model))
        return SIZE_MAX;
    bool is_open = name.length && name.bytes[name.length - 1] == '*';
    return is_open && slice_starts_with(model, slice_between(name, 0, name.length - 1)) ? name.length : 0;
}

static bool place(struct error *error, const char *file, const struct yaml_node *node)
{
    return error_place(error, file, node->line, node->column);
}

static bool read_amount(const char *file, const struct yaml_node *row, const char *key, int decimals, int64_t *amount,
                        struct error *error)
{
    const struct yaml_node *node = yaml_member(row, slice_of_string(key));
    if (!node)
        return true;
    if (node->type != YAML_INTEGER && node->type != YAML_FLOAT)
        error_set(error, E_CONFIG, "%s is %s, expected a number", key, yaml_type_name(node->type));
    else if (parse_decimal(node->text, decimals, amount, error))
        return true;
    error->code = E_CONFIG;
    return place(error, file, node);
}

static bool read_row(const char *file, const struct yaml_node *row, struct price *price, struct error *error)
{
    static const char *const keys[] = { "input", "output", "batch" };
    if (row->type != YAML_MAP) {
        error_set(error, E_CONFIG, "a price is %s, expected a map such as {input: 3, output: 15}",
                  yaml_type_name(row->type));
        return place(error, file, row);
    }
    for (size_t i = 0; i < row->count; i++) {
        struct slice key = row->pairs[i].key->text;
        bool is_known = false;
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            is_known |= slice_equal(key, slice_of_string(keys[k]));
        if (!is_known) {
            error_set(error, E_CONFIG, "a price has no '%.*s', only input, output and batch", (int)key.length,
                      key.bytes);
            return place(error, file, row->pairs[i].key);
        }
    }
    price->is_known = true;
    price->batch_permille = WHOLE_RATE;
    return read_amount(file, row, "input", MILLION_DECIMALS, &price->input, error) &&
           read_amount(file, row, "output", MILLION_DECIMALS, &price->output, error) &&
           read_amount(file, row, "batch", 3, &price->batch_permille, error);
}

/* NULL: there is none, or no table. */
static const struct yaml_node *find_row(const char *file, const struct yaml_node *table, struct slice model,
                                        struct error *error)
{
    const struct yaml_node *row = NULL;
    size_t best = 0;
    if (table->type != YAML_MAP) {
        error_set(error, E_CONFIG, "a price table is %s, expected a map of models", yaml_type_name(table->type));
        place(error, file, table);
        return NULL;
    }
    for (size_t i = 0; i < table->count; i++) {
        size_t length = match_length(table->pairs[i].key->text, model);
        if (length > best) {
            best = length;
            row = table->pairs[i].value;
        }
    }
    if (row)
        return row;
    error_set(error, E_CONFIG, "the price table has no row for the model '%.*s'", (int)model.length, model.bytes);
    place(error, file, table);
    return NULL;
}

bool price_find(const char *file, const char *model, struct price *price, struct error *error)
{
    struct buffer text = { 0 };
    struct arena arena = { 0 };
    const struct yaml_node *row = NULL, *table = NULL;
    *price = (struct price){ 0 };
    bool is_good = file_read(file, PRICE_TABLE_BYTES_MAXIMUM, "a price table", &text, error);
    if (is_good)
        table = yaml_parse(buffer_slice(&text), file, &arena, error);
    if (table)
        row = find_row(file, table, slice_of_string(model), error);
    is_good = row && read_row(file, row, price, error);
    arena_release(&arena);
    buffer_release(&text);
    return is_good;
}
