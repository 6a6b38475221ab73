/* tokens_test.c - the estimate of tokens: near the real counts, additive, the same on every CPU. */
#include "text/tokens.h"

#include "base/cpu.h"

#include "test.h"
#include "text/breaks.h"
#include "text/estimate.h"

/* Texts of our own with the counts of the real tokenizers. */
static const struct {
    const char *name;
    size_t cl100k, o200k;
    const char *text;
} samples[] = {
    { "English prose", 136, 135,
      "The lighthouse had been dark for eleven years when the council decided, by a narrow vote, "
      "to restore it. Nobody expected the work to be simple. The stairs had rusted through in three "
      "places, the lens was cracked, and a family of jackdaws had made the lamp room their own. "
      "Still, by the end of the first summer the volunteers had cleared the yard, painted the door "
      "and repaired the worst of the steps. \xe2\x80\x9cWe only wanted to see the light again,\xe2"
      "\x80\x9d said one of them, a retired engineer who had taken the night train from the city "
      "every Friday. The bill came to $48,200, which was a third less than the estimate." },
    { "C code", 156, 157,
      "static bool read_header(struct reader *reader, struct header *header, struct error *error)\n"
      "{\n    unsigned char bytes[HEADER_BYTES];\n    if (!reader_take(reader, bytes, sizeof bytes))\n"
      "        return error_set(error, E_DATA, \"the header is cut short\");\n    header->version "
      "= bytes[4] | bytes[5] << 8;\n    for (size_t i = 0; i < header->count; i++) {\n        header->offsets[i] "
      "= load_32(&bytes[8 + 4 * i]);\n        if (header->offsets[i] >= reader->length)\n       "
      "     return false;\n    }\n    return header->version == 3 && memcmp(bytes, MAGIC, 4) == "
      "0;\n}\n" },
    { "Python code", 94, 94,
      "def group_by_month(rows, *, key=\"date\"):\n    groups = defaultdict(list)\n    for row in "
      "rows:\n        month = row[key].strftime(\"%Y-%m\")\n        groups[month].append(row)\n "
      "   return {month: sum(r[\"amount\"] for r in items) for month, items in sorted(groups.items())}\n"
      "\n\nif __name__ == \"__main__\":\n    print(json.dumps(group_by_month(load_rows(sys.argv[1])), "
      "indent=2))\n" },
    { "JSON", 83, 82,
      "{\"order\": 48213, \"items\": [{\"sku\": \"AX-100\", \"quantity\": 2, \"price\": 19.95}, "
      "{\"sku\": \"BQ-7\", \"quantity\": 1, \"price\": 240.0}], \"paid\": true, \"created\": \"2021-03-14T09:26:53Z\", "
      "\"note\": null}\n" },
    { "Chinese prose", 139, 95,
      "\xe7\x81\xaf\xe5\xa1\x94\xe5\xb7\xb2\xe7\xbb\x8f\xe6\xb2\x89\xe5\xaf\x82\xe4\xba\x86\xe5\x8d"
      "\x81\xe4\xb8\x80\xe5\xb9\xb4\xef\xbc\x8c\xe7\x9b\xb4\xe5\x88\xb0\xe9\x95\x87\xe8\xae\xae\xe4"
      "\xbc\x9a\xe4\xbb\xa5\xe5\xbe\xae\xe5\xbc\xb1\xe7\x9a\x84\xe5\xa4\x9a\xe6\x95\xb0\xe5\x86\xb3"
      "\xe5\xae\x9a\xe4\xbf\xae\xe5\xa4\x8d\xe5\xae\x83\xe3\x80\x82\xe6\xb2\xa1\xe6\x9c\x89\xe4\xba"
      "\xba\xe6\x8c\x87\xe6\x9c\x9b\xe8\xbf\x99\xe9\xa1\xb9\xe5\xb7\xa5\xe4\xbd\x9c\xe4\xbc\x9a\xe5"
      "\xbe\x88\xe7\xae\x80\xe5\x8d\x95\xef\xbc\x9a\xe6\xa5\xbc\xe6\xa2\xaf\xe6\x9c\x89\xe4\xb8\x89"
      "\xe5\xa4\x84\xe5\xb7\xb2\xe7\xbb\x8f\xe9\x94\x88\xe7\xa9\xbf\xef\xbc\x8c\xe9\x95\x9c\xe7\x89"
      "\x87\xe8\xa3\x82\xe4\xba\x86\xef\xbc\x8c\xe7\x81\xaf\xe5\xae\xa4\xe9\x87\x8c\xe4\xbd\x8f\xe7"
      "\x9d\x80\xe4\xb8\x80\xe7\xaa\x9d\xe5\xaf\x92\xe9\xb8\xa6\xe3\x80\x82\xe4\xb8\x8d\xe8\xbf\x87"
      "\xef\xbc\x8c\xe5\x88\xb0\xe7\xac\xac\xe4\xb8\x80\xe4\xb8\xaa\xe5\xa4\x8f\xe5\xa4\xa9\xe7\xbb"
      "\x93\xe6\x9d\x9f\xe6\x97\xb6\xef\xbc\x8c\xe5\xbf\x97\xe6\x84\xbf\xe8\x80\x85\xe4\xbb\xac\xe5"
      "\xb7\xb2\xe7\xbb\x8f\xe6\xb8\x85\xe7\x90\x86\xe4\xba\x86\xe9\x99\xa2\xe5\xad\x90\xef\xbc\x8c"
      "\xe7\xb2\x89\xe5\x88\xb7\xe4\xba\x86\xe5\xa4\xa7\xe9\x97\xa8\xef\xbc\x8c\xe4\xb9\x9f\xe4\xbf"
      "\xae\xe5\xa5\xbd\xe4\xba\x86\xe6\x9c\x80\xe7\xa0\xb4\xe6\x97\xa7\xe7\x9a\x84\xe5\x8f\xb0\xe9"
      "\x98\xb6\xe3\x80\x82" },
    { "Japanese prose", 118, 84,
      "\xe7\x81\xaf\xe5\x8f\xb0\xe3\x81\xaf\xe5\x8d\x81\xe4\xb8\x80\xe5\xb9\xb4\xe3\x81\xae\xe3\x81"
      "\x82\xe3\x81\x84\xe3\x81\xa0\xe6\x9a\x97\xe3\x81\x84\xe3\x81\xbe\xe3\x81\xbe\xe3\x81\xa0\xe3"
      "\x81\xa3\xe3\x81\x9f\xe3\x81\x8c\xe3\x80\x81\xe7\x94\xba\xe8\xad\xb0\xe4\xbc\x9a\xe3\x81\xaf"
      "\xe3\x82\x8f\xe3\x81\x9a\xe3\x81\x8b\xe3\x81\xaa\xe5\xb7\xae\xe3\x81\xa7\xe4\xbf\xae\xe5\xbe"
      "\xa9\xe3\x82\x92\xe6\xb1\xba\xe3\x82\x81\xe3\x81\x9f\xe3\x80\x82\xe7\xb0\xa1\xe5\x8d\x98\xe3"
      "\x81\xaa\xe4\xbb\x95\xe4\xba\x8b\xe3\x81\xab\xe3\x81\xaa\xe3\x82\x8b\xe3\x81\xa8\xe3\x81\xaf"
      "\xe8\xaa\xb0\xe3\x82\x82\xe6\x80\x9d\xe3\x81\xa3\xe3\x81\xa6\xe3\x81\x84\xe3\x81\xaa\xe3\x81"
      "\x8b\xe3\x81\xa3\xe3\x81\x9f\xe3\x80\x82\xe9\x9a\x8e\xe6\xae\xb5\xe3\x81\xaf\xe4\xb8\x89\xe3"
      "\x81\x8b\xe6\x89\x80\xe3\x81\xa7\xe9\x8c\x86\xe3\x81\xb3\xe3\x81\xa6\xe7\xa9\xb4\xe3\x81\x8c"
      "\xe9\x96\x8b\xe3\x81\x8d\xe3\x80\x81\xe3\x83\xac\xe3\x83\xb3\xe3\x82\xba\xe3\x81\xaf\xe5\x89"
      "\xb2\xe3\x82\x8c\xe3\x80\x81\xe3\x83\xa9\xe3\x83\xb3\xe3\x83\x97\xe5\xae\xa4\xe3\x81\xab\xe3"
      "\x81\xaf\xe3\x82\xab\xe3\x83\xa9\xe3\x82\xb9\xe3\x81\xae\xe5\xae\xb6\xe6\x97\x8f\xe3\x81\x8c"
      "\xe4\xbd\x8f\xe3\x81\xbf\xe3\x81\xa4\xe3\x81\x84\xe3\x81\xa6\xe3\x81\x84\xe3\x81\x9f\xe3\x80"
      "\x82" },
    { "Korean prose", 196, 125,
      "\xeb\x93\xb1\xeb\x8c\x80\xeb\x8a\x94 \xec\x8b\xad\xec\x9d\xbc \xeb\x85\x84 "
      "\xeb\x8f\x99\xec\x95\x88 \xea\xba\xbc\xec\xa0\xb8 \xec\x9e\x88\xec\x97\x88\xeb\x8a\x94\xeb\x8d\xb0, "
      "\xec\x9d\x8d\xec\x9d\x98\xed\x9a\x8c\xea\xb0\x80 \xea\xb7\xbc\xec\x86\x8c\xed\x95\x9c "
      "\xed\x91\x9c \xec\xb0\xa8\xec\x9d\xb4\xeb\xa1\x9c \xeb\xb3\xb5\xec\x9b\x90\xec\x9d\x84 "
      "\xea\xb2\xb0\xec\xa0\x95\xed\x96\x88\xeb\x8b\xa4. \xec\x89\xac\xec\x9a\xb4 "
      "\xec\x9d\xbc\xec\x9d\xb4 \xeb\x90\xa0 \xea\xb2\x83\xec\x9d\xb4\xeb\x9d\xbc\xea\xb3\xa0 "
      "\xec\x83\x9d\xea\xb0\x81\xed\x95\x9c \xec\x82\xac\xeb\x9e\x8c\xec\x9d\x80 "
      "\xec\x95\x84\xeb\xac\xb4\xeb\x8f\x84 \xec\x97\x86\xec\x97\x88\xeb\x8b\xa4. "
      "\xea\xb3\x84\xeb\x8b\xa8\xec\x9d\x80 \xec\x84\xb8 \xea\xb5\xb0\xeb\x8d\xb0\xea\xb0\x80 "
      "\xeb\x85\xb9\xec\x8a\xac\xec\x96\xb4 \xec\x9e\x88\xec\x97\x88\xea\xb3\xa0, "
      "\xeb\xa0\x8c\xec\xa6\x88\xeb\x8a\x94 \xea\xb8\x88\xec\x9d\xb4 \xea\xb0\x94\xeb\x8b\xa4. "
      "\xec\x9d\xb4 \xeb\xaa\x85\xeb\xa0\xb9\xec\x9d\x80 \xec\x9e\x85\xeb\xa0\xa5 "
      "\xed\x8c\x8c\xec\x9d\xbc\xec\x9d\x84 \xed\x95\x9c \xec\xa4\x84\xec\x94\xa9 "
      "\xec\x9d\xbd\xea\xb3\xa0, \xec\xa1\xb0\xea\xb1\xb4\xec\x97\x90 \xeb\xa7\x9e\xeb\x8a\x94 "
      "\xec\xa4\x84\xeb\xa7\x8c \xec\xb6\x9c\xeb\xa0\xa5\xed\x95\xa9\xeb\x8b\x88\xeb\x8b\xa4. "
      "\xed\x8c\x8c\xec\x9d\xbc\xec\x9d\x84 \xec\xa7\x80\xec\xa0\x95\xed\x95\x98\xec\xa7\x80 "
      "\xec\x95\x8a\xec\x9c\xbc\xeb\xa9\xb4 \xed\x91\x9c\xec\xa4\x80 \xec\x9e\x85\xeb\xa0\xa5\xec\x9d\x84 "
      "\xec\x82\xac\xec\x9a\xa9\xed\x95\xa9\xeb\x8b\x88\xeb\x8b\xa4. \xec\x84\xa4\xec\xa0\x95 "
      "\xed\x8c\x8c\xec\x9d\xbc\xec\x97\x90\xec\x84\x9c \xea\xb8\xb0\xeb\xb3\xb8 "
      "\xea\xb0\x92\xec\x9d\x84 \xeb\xb0\x94\xea\xbf\x80 \xec\x88\x98 \xec\x9e\x88\xec\x9c\xbc\xeb\xa9\xb0, "
      "\xeb\xb3\x80\xea\xb2\xbd\xed\x95\x9c \xeb\x82\xb4\xec\x9a\xa9\xec\x9d\x80 "
      "\xeb\x8b\xa4\xec\x9d\x8c \xec\x8b\xa4\xed\x96\x89\xeb\xb6\x80\xed\x84\xb0 "
      "\xec\xa0\x81\xec\x9a\xa9\xeb\x90\xa9\xeb\x8b\x88\xeb\x8b\xa4." },
};

static void expect_near(const char *name, size_t found, size_t wanted)
{
    double error = (double)found / (double)wanted - 1;
    if (error > 0.1 || error < -0.1)
        test_fail(__FILE__, __LINE__, "%s: %zu tokens, the real count is %zu", name, found, wanted);
}

TEST(tokens_near, "tokens: the estimates are within 10 % for prose, code and CJK")
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct slice text = slice_of_string(samples[i].text);
        expect_near(samples[i].name, tokenizer_count(&tokenizer_cl100k_estimate, text), samples[i].cl100k);
        expect_near(samples[i].name, tokenizer_count(&tokenizer_o200k_estimate, text), samples[i].o200k);
    }
    EXPECT_INTEGER(tokenizer_count(&tokenizer_o200k_estimate, SLICE("")), 0);
    struct tokenizer tokenizer;
    struct error error;
    EXPECT_OK(tokenizer_open("cl100k-estimate", &tokenizer, &error), &error);
    EXPECT(tokenizer.data == tokenizer_cl100k_estimate.data);
    EXPECT(!tokenizer_open("cl100k-estimat", &tokenizer, &error));
    EXPECT_ERROR(&error, E_USAGE, "there is no 'cl100k-estimat', nearest is 'cl100k-estimate'");
}

TEST(tokens_parts, "tokens: a part has at most one more than the marks inside it")
{
    enum { LENGTH = 500 };
    static const char alphabet[] = "aabcEFG  \n\n.,==(1234\xc3\xa9\xd0\xb6\xe4\xb8\xad\xe3\x81\x8b";
    uint64_t state = 3, marks[LENGTH / 64 + 1];
    for (int round = 0; round < 200; round++) {
        char bytes[LENGTH + 4];
        size_t length = 0, starts[LENGTH + 1], count = 0;
        while (length < LENGTH) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            size_t place = (state >> 33) % (sizeof alphabet - 1);
            while (((unsigned char)alphabet[place] & 0xc0) == 0x80)
                place--;
            starts[count++] = length;
            bytes[length++] = alphabet[place++];
            while (((unsigned char)alphabet[place] & 0xc0) == 0x80)
                bytes[length++] = alphabet[place++];
        }
        length = starts[count - 1];
        struct error error;
        EXPECT(tokenizer_o200k_estimate.mark(&tokenizer_o200k_estimate, NULL, slice_of(bytes, length), marks, &error));
        for (size_t i = 0; i + 20 < count; i += 7) {
            size_t inside = 0, end = starts[i + 13];
            for (size_t place = starts[i]; place < end; place++)
                inside += marks[place / 64] >> (place % 64) & 1;
            struct slice part = slice_of(bytes + starts[i], end - starts[i]);
            EXPECT(tokenizer_count(&tokenizer_o200k_estimate, part) <= inside + 1);
        }
    }
}

#if defined(__x86_64__)
TEST(tokens_kernels, "tokens: the kernels class random bytes as their scalar twins do")
{
    if (cpu_level() < CPU_AVX2)
        return;
    static struct estimate_pairs pairs;
    uint64_t state = 5;
    for (int round = 0; round < 2000; round++) {
        unsigned char bytes[80];
        for (size_t i = 0; i < sizeof bytes; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = (unsigned char)(state >> 40);
            pairs.first[state >> 59] = (uint8_t)(state >> 34);
            pairs.second[state >> 59] = (uint8_t)(state >> 44);
        }
        struct byte_classes a, b;
        struct break_classes c, d;
        classify_bytes_scalar(bytes + 1, &pairs, &a);
        break_classes_scalar(bytes, &c);
        classify_bytes_avx2(bytes + 1, &pairs, &b);
        EXPECT(memcmp(&a, &b, sizeof a) == 0);
        break_classes_avx2(bytes, &d);
        EXPECT(memcmp(&c, &d, sizeof c) == 0);
        if (cpu_level() < CPU_AVX512)
            continue;
        classify_bytes_avx512(bytes + 1, &pairs, &b);
        EXPECT(memcmp(&a, &b, sizeof a) == 0);
        break_classes_avx512(bytes, &d);
        EXPECT(memcmp(&c, &d, sizeof c) == 0);
    }
}
#endif
