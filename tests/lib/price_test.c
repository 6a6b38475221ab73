/* price_test.c - prices: exact amounts, the table's rows, costs. */
#include "model/price.h"

#include <stdio.h>

#include "test.h"

static const char *write_table(const char *text)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/prices.yaml", test_folder());
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL);
    fputs(text, file);
    fclose(file);
    return path;
}

TEST(price_amounts, "price: amounts are exact, and what is none is refused")
{
    static const char *const bad[] = { "", ".5", "5.", "-1", "1e3", "1.2.3", "0.0000001", "99999999999999", "x" };
    struct error error;
    int64_t pico;
    struct buffer text = { 0 };
    EXPECT_OK(price_parse_million(SLICE("0.15"), &pico, &error), &error);
    EXPECT_INTEGER(pico, 150000);
    EXPECT_OK(price_parse_million(SLICE("15"), &pico, &error), &error);
    EXPECT_INTEGER(pico, 15000000);
    EXPECT_OK(price_parse_money(SLICE("12.5"), &pico, &error), &error);
    EXPECT_INTEGER(pico, 12500000000000);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT(!price_parse_million(slice_of_string(bad[i]), &pico, &error));
        EXPECT_ERROR(&error, E_USAGE, NULL);
    }
    price_append_money(12500000000000, &text);
    buffer_append_byte(&text, ' ');
    price_append_money(1, &text);
    buffer_append_byte(&text, ' ');
    price_append_money(0, &text);
    EXPECT_TEXT(buffer_slice(&text), "12.5 0.000000000001 0");
    buffer_release(&text);
}

TEST(price_costs, "price: unknown counts cost nothing, and what is too much stays the greatest number")
{
    struct price price = { .input = 150000, .output = 600000 };
    EXPECT_INTEGER(price_of(&price, 1000, 10), 156000000);
    EXPECT_INTEGER(price_of(&price, -1, 10), 6000000);
    EXPECT_INTEGER(price_of(&price, INT64_MAX, 1), INT64_MAX);
}

TEST(price_table, "price: the exact name, else the longest beginning; faults have their place")
{
    static const struct {
        const char *table, *model, *message;
        int64_t line, column;
    } bad[] = {
        { "a: {input: 1}\n", "b", "the price table has no row for the model 'b'", 1, 1 },
        { "a: 5\n", "a", "a price is integer, expected a map such as {input: 3, output: 15}", 1, 4 },
        { "a: {inptu: 5}\n", "a", "a price has no 'inptu', only input, output and batch", 1, 5 },
        { "a: {input: x}\n", "a", "input is text, expected a number", 1, 12 },
        { "a: {input: -1}\n", "a", "'-1' is no amount, expected one such as 0.15 with at most 6 decimals", 1, 12 },
        { "- a\n", "a", "a price table is list, expected a map of models", 1, 1 },
    };
    struct price price;
    struct error error;
    const char *path =
        write_table("m*: {input: 1}\n\"mini*\": {input: 0.15, output: 0.6, batch: 0.5}\nmini-2: {output: 3}\n");
    EXPECT_OK(price_find(path, "mini-3", &price, &error), &error);
    EXPECT_INTEGER(price.input, 150000);
    EXPECT_INTEGER(price.output, 600000);
    EXPECT_INTEGER(price.batch_permille, 500);
    EXPECT_OK(price_find(path, "mini-2", &price, &error), &error);
    EXPECT_INTEGER(price.input, 0);
    EXPECT_INTEGER(price.output, 3000000);
    EXPECT_INTEGER(price.batch_permille, 1000);
    EXPECT_OK(price_find(path, "m", &price, &error), &error);
    EXPECT_INTEGER(price.input, 1000000);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT(!price_find(write_table(bad[i].table), bad[i].model, &price, &error));
        EXPECT_ERROR(&error, E_CONFIG, bad[i].message);
        EXPECT_INTEGER(error.line, bad[i].line);
        EXPECT_INTEGER(error.column, bad[i].column);
    }
    EXPECT(!price_find("/nowhere/prices.yaml", "m", &price, &error));
    EXPECT_ERROR(&error, E_NO_INPUT, NULL);
}
