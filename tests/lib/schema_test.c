/* schema_test.c - JSON Schema: what fits, what does not and where, and which schemas are refused. */
#include "json/schema.h"

#include "test.h"

TEST(schema_fits, "schema: values that fit, and the place of the first fault")
{
    static const char *const cases[][3] = {
        /* schema, value, fault (NULL: it fits) */
        { "{}", "5", NULL },
        { "{\"type\":\"object\"}", "[]", "the answer is an array, expected object" },
        { "{\"type\":\"integer\"}", "1.0", NULL },
        { "{\"type\":\"integer\"}", "1.5", "the answer is a number, expected integer" },
        { "{\"type\":[\"string\",\"null\"]}", "null", NULL },
        { "{\"type\":[\"string\",\"null\"]}", "true",
          "the answer is a boolean, expected one of [\"string\",\"null\"]" },
        { "{\"required\":[\"a\",\"b\"]}", "{\"a\":1}", "the answer has no 'b'" },
        { "{\"required\":[\"a\"]}", "{\"\\u0061\":1}", NULL },
        { "{\"properties\":{\"a\":{\"type\":\"string\"}}}", "{\"b\":1,\"a\":2}", "/a is a number, expected string" },
        { "{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"a\":1,\"b\":2}",
          "the answer has a 'b', which the schema does not know" },
        { "{\"additionalProperties\":{\"type\":\"number\"}}", "{\"a\":1,\"b\":\"x\"}",
          "/b is a string, expected number" },
        { "{\"items\":{\"required\":[\"q\"]},\"minItems\":1,\"maxItems\":2}", "[{\"q\":1},{}]", "/1 has no 'q'" },
        { "{\"items\":{},\"minItems\":1}", "[]", "the answer has 0 elements, expected at least 1" },
        { "{\"maxItems\":2}", "[1,2,3]", "the answer has 3 elements, expected at most 2" },
        { "{\"enum\":[\"A\",\"B\",1,{\"x\":[1,2]}]}", "\"\\u0041\"", NULL },
        { "{\"enum\":[\"A\",{\"x\":[1,2],\"y\":null}]}", "{\"y\":null,\"x\":[1.0,2]}", NULL },
        { "{\"enum\":[\"A\",\"B\"]}", "\"C\"", "the answer is \"C\", expected one of [\"A\",\"B\"]" },
        { "{\"const\":true}", "false", "the answer is not true" },
        { "{\"minLength\":2,\"maxLength\":3}", "\"\xc3\xa4\xc3\xa4\xc3\xa4\"", NULL },
        { "{\"minLength\":2}", "\"x\"", "the answer has 1 characters, expected at least 2" },
        { "{\"minimum\":1,\"maximum\":10}", "10", NULL },
        { "{\"minimum\":1,\"maximum\":10}", "11", "the answer is 11, beyond its maximum 10" },
        { "{\"exclusiveMinimum\":0}", "0", "the answer is 0, beyond its exclusiveMinimum 0" },
        { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]}", "5", NULL },
        { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]}", "null",
          "the answer fits 0 of the 2 schemas of anyOf" },
        { "{\"oneOf\":[{\"minimum\":1},{\"minimum\":2}]}", "3", "the answer fits 2 of the 2 schemas of oneOf" },
        { "{\"allOf\":[{\"minimum\":1},{\"maximum\":2}]}", "3", "the answer is 3, beyond its maximum 2" },
        { "{\"$defs\":{\"p\":{\"required\":[\"n\"]}},\"properties\":{\"a\":{\"$ref\":\"#/$defs/p\"}}}", "{\"a\":{}}",
          "/a has no 'n'" },
        { "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"additionalProperties\":false}", "{\"a\":{\"a\":{\"b\":1}}}",
          "/a/a has a 'b', which the schema does not know" },
        { "{\"properties\":{\"a\":false}}", "{\"a\":1}", "/a is not allowed" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_value value;
        struct error error;
        EXPECT_OK(json_schema_check(slice_of_string(cases[i][0]), &error), &error);
        EXPECT_OK(json_scan(slice_of_string(cases[i][1]), &value, &error), &error);
        bool fits = json_schema_fits(slice_of_string(cases[i][0]), value, &error);
        if (!cases[i][2] && !fits)
            test_fail(__FILE__, __LINE__, "%s against %s: %s", cases[i][1], cases[i][0], error.message);
        if (cases[i][2])
            EXPECT_ERROR(&error, E_ANSWER_SCHEMA, cases[i][2]);
    }
}

TEST(schema_circle, "schema: references in a circle end by a limit")
{
    struct json_value value;
    struct error error;
    EXPECT_OK(json_scan(SLICE("1"), &value, &error), &error);
    EXPECT(!json_schema_fits(SLICE("{\"$ref\":\"#\"}"), value, &error));
    EXPECT_ERROR(&error, E_LIMIT, NULL);
    EXPECT(!json_schema_fits(SLICE("{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}"), value, &error));
    EXPECT_ERROR(&error, E_LIMIT, NULL);
}

TEST(schema_check, "schema: one that cannot be judged is refused with its place")
{
    static const char *const cases[][3] = {
        { "[", NULL, "" },
        { "[]", "the schema is an array, expected an object", "" },
        { "{\"type\":5}", "the schema's 'type' is no string or array", "/type" },
        { "{\"properties\":{\"a\":{\"items\":{\"required\":\"x\"}}}}", "the schema's 'required' is no array",
          "/properties/a/items/required" },
        { "{\"$ref\":\"#/nowhere\"}", "the schema's '$ref' is no place in the schema (#/$defs/NAME)", "/$ref" },
        { "{\"$ref\":\"other.json\"}", "the schema's '$ref' is no place in the schema (#/$defs/NAME)", "/$ref" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        EXPECT(!json_schema_check(slice_of_string(cases[i][0]), &error));
        EXPECT_ERROR(&error, E_CONFIG, cases[i][1]);
        EXPECT_SLICE(slice_of_string(error.field), slice_of_string(cases[i][2]));
    }
}

TEST(schema_strict, "schema: strict ones close and require everything, at every depth")
{
    EXPECT(json_schema_is_strict(
        SLICE("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],"
              "\"additionalProperties\":false}")));
    EXPECT(!json_schema_is_strict(SLICE("{\"properties\":{\"a\":{}},\"required\":[\"a\"]}")));
    EXPECT(!json_schema_is_strict(SLICE("{\"properties\":{\"a\":{}},\"additionalProperties\":false}")));
    EXPECT(!json_schema_is_strict(SLICE("{\"properties\":{\"a\":{\"items\":{\"properties\":{\"b\":{}}}}},"
                                        "\"required\":[\"a\"],\"additionalProperties\":false}")));
    EXPECT(!json_schema_is_strict(SLICE("{}")));
}
