/* csv_test.c - rows of CSV and TSV files: by the rules, against them, and in pieces. */
#include <csv.h>

#include "base/memory.h"
#include "collect.h"
#include "document/csv.h"
#include "document/rows.h"
#include "test.h"

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* The texts of all records, each after a line of ---, and the rejects. */
static void expect_texts(const char *csv, const char *texts, const char *rejects)
{
    for (size_t piece = 0; piece < 4; piece++) {
        struct collected found = { 0 };
        collect(&found, "csv", "t.csv", slice_of_string(csv), piece, NULL);
        EXPECT_OK(found.is_done, &found.error);
        struct buffer joined = { 0 };
        struct slice rest = buffer_slice(&found.records);
        while (rest.length) {
            size_t start = slice_find(rest, SLICE("\"text\":\"")) + 8;
            rest = slice_from(rest, start);
            size_t end = slice_find(rest, SLICE("\",\"metadata\""));
            buffer_append_slice(&joined, slice_between(rest, 0, end));
            buffer_append_byte(&joined, '|');
            rest = slice_from(rest, slice_find_byte(rest, '\n') + 1);
        }
        EXPECT_SLICE(buffer_slice(&joined), slice_of_string(texts));
        EXPECT_SLICE(buffer_slice(&found.rejects), slice_of_string(rejects));
        buffer_release(&joined);
        collected_release(&found);
    }
}

TEST(csv_rules, "csv: quotes, line ends and delimiters by RFC 4180")
{
    expect_texts("", "", "");
    expect_texts("a,b", "", "");
    expect_texts("a,b\n", "", "");
    expect_texts("a,b\n1,2\n3,4\n", "a: 1\\nb: 2|a: 3\\nb: 4|", "");
    expect_texts("a,b\r\n1,2\r\n3,4", "a: 1\\nb: 2|a: 3\\nb: 4|", "");
    expect_texts("a,b\r1,2\r3,4\r", "a: 1\\nb: 2|a: 3\\nb: 4|", "");
    expect_texts("\xef\xbb\xbf"
                 "a;b\n1;2,5\n",
                 "a: 1\\nb: 2,5|", "");
    expect_texts("a\tb\n1\t2\n", "a: 1\\nb: 2|", "");
    expect_texts("a|b\n1|2\n", "a: 1\\nb: 2|", "");
    expect_texts("sep=;\na;b\n1,x;2\n", "a: 1,x\\nb: 2|", "");
    expect_texts("a,b\n\"1,\"\"x\"\"\",\"2\n3\"\n", "a: 1,\\\"x\\\"\\nb: 2\\n3|", "");
    expect_texts("\"a\",\" b \"\n\"\",\"\"\n\"\",x\n", "b: x|", "");
    expect_texts("a,b\n,2\n1,\n", "b: 2|a: 1|", "");
    expect_texts("a\nx\n\n\ny\n", "a: x|a: y|", "");
    expect_texts("a,a,,a_2\n1,2,3,4\n", "a: 1\\na_2: 2\\ncolumn3: 3\\na_2_2: 4|", "");
    expect_texts("a,b\n\\,\x01\n", "a: \\\\\\nb: \\u0001|", "");
}

TEST(csv_faults, "csv: a faulty row is rejected with its line, the others go on")
{
    expect_texts("a,b\n1\n2,3\n4,5,6\n7,8,,\n,,,,\n", "a: 2\\nb: 3|a: 7\\nb: 8|",
                 "E_CSV_FIELDS t.csv:2: 1 fields, expected 2 as in the header\n"
                 "E_CSV_FIELDS t.csv:4: 3 fields, expected 2 as in the header\n");
    expect_texts("a,b\n\"x\ny\",1\n2\n", "a: x\\ny\\nb: 1|",
                 "E_CSV_FIELDS t.csv:4: 1 fields, expected 2 as in the header\n");
    expect_texts("a,b\n1,\"open\n2,3\n", "a: 2\\nb: 3|",
                 "E_CSV_QUOTE t.csv:2: the quote that opens field 2 is not closed\n");
    expect_texts("a,b\n1,\"open\n2,\"x\"\n3,4\n", "a: 2\\nb: x|a: 3\\nb: 4|",
                 "E_CSV_QUOTE t.csv:2: the quote that opens field 2 is not closed\n");
    expect_texts("a,b\n1,5\" disk\n2,x\"\n", "a: 1\\nb: 5\\\" disk|a: 2\\nb: x\\\"|", "");
    expect_texts("a,b\n\"he said \"so, so\" there\",1\n\"x\"y,2\n",
                 "a: he said \\\"so, so\\\" there\\nb: 1|a: xy\\nb: 2|", "");
    expect_texts("a,b\n1,\"\n", "", "E_CSV_QUOTE t.csv:2: the quote that opens field 2 is not closed\n");
}

TEST(csv_options, "csv: columns make id, text and metadata")
{
    static const char *const text[] = { "title", "body" }, *const more[] = { "n", "source" }, *const all[] = { "*" };
    struct document_options options = { .text_fields = text, .text_field_count = 2, .id_field = "key" };
    struct collected found = { 0 };
    struct slice csv = SLICE("key,title,body,n,source\nk1,T,B,007,web\n\"k\"\"2\",,B2,1.50,\n,T,B,1,\n");
    collect(&found, NULL, "t.csv", csv, 5, &options);
    EXPECT_TEXT(buffer_slice(&found.records),
                "{\"id\":\"k1\",\"text\":\"T\\n\\nB\",\"metadata\":{\"mime\":\"text/csv\",\"bytes\":14,"
                "\"hash\":\"5b9de87c6d0a4aef39a8d829e04228f9\",\"key\":\"k1\",\"n\":\"007\",\"source\":\"web\"}}\n"
                "{\"id\":\"k\\\"2\",\"text\":\"B2\",\"metadata\":{\"mime\":\"text/csv\",\"bytes\":16,"
                "\"hash\":\"6d59221bb5f233a719eb58a3d99901cb\",\"key\":\"k\\\"2\",\"n\":1.50}}\n");
    EXPECT_TEXT(buffer_slice(&found.rejects), "E_FIELD_MISSING t.csv:4: column 'key' for --id-field is empty\n");
    collected_release(&found);
    options = (struct document_options){ .metadata_fields = more, .metadata_field_count = 2, .has_no_header = true };
    collect(&found, NULL, "t.csv", csv, 0, &options);
    EXPECT(!found.is_done);
    EXPECT_ERROR(&found.error, E_FIELD_MISSING, "no column 'n' for --metadata-fields");
    collected_release(&found);
    options = (struct document_options){ .metadata_fields = all, .metadata_field_count = 1, .has_no_header = true };
    collect(&found, NULL, "t.csv", SLICE("1e400,x\n1e400,x\n"), 3, &options);
    EXPECT_TEXT(
        buffer_slice(&found.records),
        "{\"id\":\"t.csv#4f4621e0bbfc299d8104721c8d852ffb\",\"text\":\"column1: 1e400\\ncolumn2: x\",\"metadata\":{"
        "\"source\":\"t.csv\",\"mime\":\"text/csv\",\"bytes\":7,\"hash\":\"4f4621e0bbfc299d8104721c8d852ffb\","
        "\"column1\":1e400,\"column2\":\"x\"}}\n"
        "{\"id\":\"t.csv#4f4621e0bbfc299d8104721c8d852ffb~2\",\"text\":\"column1: 1e400\\ncolumn2: x\","
        "\"metadata\":{\"source\":\"t.csv\",\"mime\":\"text/csv\",\"bytes\":7,"
        "\"hash\":\"4f4621e0bbfc299d8104721c8d852ffb\",\"column1\":1e400,\"column2\":\"x\"}}\n");
    collected_release(&found);
    options = (struct document_options){ .id_field = "titel" };
    collect(&found, NULL, "t.csv", csv, 0, &options);
    EXPECT_ERROR(&found.error, E_FIELD_MISSING, "no column 'titel' for --id-field, nearest is 'title'");
    collected_release(&found);
}

TEST(csv_charsets, "csv: a row that is not UTF-8 is converted or repaired, and says so")
{
    static const struct {
        struct slice csv;
        const char *charset, *wanted;
    } cases[] = {
        { SLICE_INIT("name\nCaf\xe9 noir\nplain row\n"), NULL, "name: Caf\xc3\xa9 noir|windows-1252" },
        { SLICE_INIT("name\n\xcf\xf0\xe8\xe2\xe5\xf2\n"), "windows-1251",
          "name: \xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82|windows-1251" },
        { SLICE_INIT("name\nz\xc3\xa9ro\nx\xff\n"), NULL, "name: x\xef\xbf\xbd|1" },
        { SLICE_INIT("\xff\xfen\0\n\0\xe9\0\n\0"), NULL, "n: \xc3\xa9|UTF-16LE" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct document_options options = { .charset = cases[i].charset };
        struct collected found = { 0 };
        collect(&found, "csv", "t.csv", cases[i].csv, 0, &options);
        EXPECT_OK(found.is_done, &found.error);
        struct slice wanted = slice_of_string(cases[i].wanted), records = buffer_slice(&found.records);
        size_t bar = slice_find_byte(wanted, '|');
        if (slice_find(records, slice_between(wanted, 0, bar)) == records.length ||
            slice_find(records, slice_from(wanted, bar + 1)) == records.length)
            test_fail(__FILE__, __LINE__, "%s lacks %s", buffer_string(&found.records), cases[i].wanted);
        collected_release(&found);
    }
}

TEST(csv_repeats, "csv: a repeated row gets its number, in any order and table size")
{
    struct row_ids *ids = row_ids_create();
    for (uint64_t round = 1; round <= 3; round++)
        for (uint64_t i = 0; i < 40000; i++) {
            struct hash128 hash = hash_128(slice_of((const char *)&i, sizeof i));
            EXPECT_INTEGER(row_ids_add(ids, hash), round);
        }
    row_ids_free(ids);
}

static void fill_random(uint64_t *state, const char *alphabet, size_t count, struct buffer *text)
{
    buffer_reset(text);
    size_t length = random_next(state) % 300, letters = strlen(alphabet);
    for (size_t i = 0; i < length && i < count; i++)
        buffer_append_byte(text, alphabet[(random_next(state) >> 20) % letters]);
}

TEST(csv_twins, "csv: the vector loops and their scalar twins agree")
{
    static uint16_t fast[512], slow[512];
    uint64_t state = 7;
    struct buffer text = { 0 }, one = { 0 }, other = { 0 };
    for (int round = 0; round < 20000; round++) {
        fill_random(&state, round % 2 ? "abcdefghijklmnopqrstuvwxyz,,\"\n" : "a,\"\n\\\t", 300, &text);
        struct csv_dialect dialect = { ',', '\n' };
        size_t count = csv_index(buffer_slice(&text), dialect, fast);
        EXPECT_INTEGER(count, csv_index_scalar(buffer_slice(&text), dialect, slow));
        EXPECT(memcmp(fast, slow, count * sizeof *fast) == 0);
        size_t length = text.length / 2;
        for (enum csv_form form = CSV_BARE; form <= CSV_PLAIN; form++) {
            buffer_reset(&one);
            buffer_reset(&other);
            struct slice field = slice_of(buffer_string(&text), length);
            bool is_fine = csv_append_escaped(&one, field, form, field.bytes + text.length);
            EXPECT(is_fine == csv_append_escaped_scalar(&other, field, form, NULL));
            EXPECT_SLICE(buffer_slice(&one), buffer_slice(&other));
        }
    }
    buffer_release(&text);
    buffer_release(&one);
    buffer_release(&other);
}

TEST(csv_pieces, "csv: what reads of any size give does not change the records")
{
    uint64_t state = 99;
    struct buffer text = { 0 }, csv = { 0 };
    for (int round = 0; round < 400; round++) {
        fill_random(&state, round % 2 ? "ab,\"\n" : "abcdefg,\n\r\"\xc3\xa9", 300, &text);
        buffer_reset(&csv);
        buffer_append_string(&csv, "x,y\n");
        buffer_append_slice(&csv, buffer_slice(&text));
        struct collected whole = { 0 };
        collect(&whole, "csv", "t", buffer_slice(&csv), 0, NULL);
        for (size_t piece = 1; piece < 40; piece += 6) {
            struct collected found = { 0 };
            collect(&found, "csv", "t", buffer_slice(&csv), piece, NULL);
            EXPECT_SLICE(buffer_slice(&found.records), buffer_slice(&whole.records));
            EXPECT_SLICE(buffer_slice(&found.rejects), buffer_slice(&whole.rejects));
            collected_release(&found);
        }
        collected_release(&whole);
    }
    buffer_release(&text);
    buffer_release(&csv);
}

/* libcsv's idea of a file: fields joined by 1f, rows by 1e. */
static void oracle_field(void *bytes, size_t length, void *output)
{
    buffer_append(output, bytes, length);
    buffer_append_byte(output, 0x1f);
}

static void oracle_row(int end, void *output)
{
    (void)end;
    buffer_append_byte(output, 0x1e);
}

TEST(csv_oracle, "csv: rows by the rules are what libcsv reads")
{
    uint64_t state = 4711;
    struct buffer field = { 0 }, csv = { 0 }, wanted = { 0 }, found = { 0 };
    struct csv_row row = { 0 };
    for (int round = 0; round < 3000; round++) {
        buffer_reset(&csv);
        for (uint64_t rows = 1 + random_next(&state) % 6; rows > 0; rows--) {
            for (uint64_t fields = 2 + random_next(&state) % 4; fields > 0; fields--) {
                bool is_quoted = random_next(&state) % 2;
                fill_random(&state, is_quoted ? "ab,\n\r\"x" : "abx;", 12, &field);
                if (is_quoted)
                    buffer_append_byte(&csv, '"');
                for (size_t i = 0; i < field.length; i++)
                    buffer_append_repeated(&csv, field.bytes[i], field.bytes[i] == '"' ? 2 : 1);
                if (is_quoted)
                    buffer_append_byte(&csv, '"');
                buffer_append_string(&csv, fields > 1 ? "," : random_next(&state) % 2 ? "\n" : "\r\n");
            }
        }
        struct csv_parser parser;
        buffer_reset(&wanted);
        csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
        csv_parse(&parser, csv.bytes, csv.length, oracle_field, oracle_row, &wanted);
        csv_fini(&parser, oracle_field, oracle_row, &wanted);
        csv_free(&parser);
        buffer_reset(&found);
        struct csv_dialect dialect = { ',', '\n' };
        for (size_t at = 0; at < csv.length; at += row.length) {
            EXPECT_INTEGER(csv_read_row(slice_from(buffer_slice(&csv), at), dialect, true, false, &row), CSV_ROW);
            for (size_t i = 0; i < row.count; i++) {
                buffer_append_slice(&found, row.fields[i]);
                buffer_append_byte(&found, 0x1f);
            }
            buffer_append_byte(&found, 0x1e);
        }
        EXPECT_SLICE(buffer_slice(&found), buffer_slice(&wanted));
    }
    csv_row_release(&row);
    buffer_release(&field);
    buffer_release(&csv);
    buffer_release(&wanted);
    buffer_release(&found);
}

TEST(csv_bounds, "csv: rows beyond the limits are rejected and cost no more than they hold")
{
    struct buffer csv = { 0 };
    struct document_options options = { .max_document_bytes = 100000 };
    struct collected found = { 0 };
    buffer_append_string(&csv, "a,b\n1,");
    buffer_append_repeated(&csv, 'x', 500000);
    buffer_append_string(&csv, "\n2,");
    buffer_append_repeated(&csv, 'y', 150000);
    buffer_append_string(&csv, "\n3,c\n");
    buffer_append_repeated(&csv, ',', 100000);
    buffer_append_string(&csv, "\n4,d\n");
    collect(&found, "csv", "t", buffer_slice(&csv), 4096, &options);
    EXPECT_INTEGER(found.count, 2);
    EXPECT_TEXT(buffer_slice(&found.rejects),
                "E_LIMIT t:2: larger than twice the 100000 bytes of --max-document-bytes\n"
                "E_LIMIT t:3: the row is larger than the 100000 bytes of --max-document-bytes\n"
                "E_LIMIT t:5: more than 65536 fields\n");
    collected_release(&found);
    buffer_reset(&csv);
    buffer_append_string(&csv, "a,b\n");
    for (int i = 0; i < 20000; i++)
        buffer_append_string(&csv, "1,\"\nx\n");
    collect(&found, "csv", "t", buffer_slice(&csv), 65536, &options);
    EXPECT(found.is_done);
    collected_release(&found);
    buffer_release(&csv);
}
