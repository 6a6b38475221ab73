/* chat_test.c - the wire forms of chat services, byte by byte, and what is read out of their answers. */
#include "model/chat_dialect.h"

#include "test.h"

static struct arena arena;

static const struct chat_message messages[] = { { CHAT_SYSTEM, SLICE_INIT("Be \"short\".") },
                                                { CHAT_USER, SLICE_INIT("Hot?") },
                                                { CHAT_ASSISTANT, SLICE_INIT("Cold.") },
                                                { CHAT_USER, SLICE_INIT("L\xc3\xa4uft\n?") } };
static const char *const stops[] = { "END", "\n\n" };

#define SCHEMA                                                                                                         \
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":" \
    "false}"

static struct slice request_of(const struct chat_dialect *dialect, bool is_full, const char *model)
{
    struct chat_parameters parameters = CHAT_PARAMETERS_INIT;
    struct chat_question question = { messages, 4, 2 };
    struct buffer body = { 0 };
    if (is_full) {
        parameters.maximum_tokens = 50;
        parameters.temperature = 0.5;
        parameters.top_p = 1;
        parameters.has_seed = true;
        parameters.seed = 40;
        parameters.stops = stops;
        parameters.stop_count = 2;
        parameters.schema = SLICE(SCHEMA);
    } else {
        question = (struct chat_question){ messages + 1, 1, 0 };
    }
    dialect->append_request(&parameters, &question, model, &body);
    struct slice text = arena_copy(&arena, buffer_slice(&body));
    struct json_value root;
    struct error error;
    EXPECT_OK(json_scan(text, &root, &error), &error);
    buffer_release(&body);
    return text;
}

TEST(chat_requests, "chat: each dialect's request, the shortest and the fullest, byte for byte")
{
    EXPECT_TEXT(request_of(&chat_dialect_openai, false, NULL),
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hot?\"}]}");
    EXPECT_TEXT(
        request_of(&chat_dialect_openai, true, "m"),
        "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be \\\"short\\\".\"},"
        "{\"role\":\"user\",\"content\":\"Hot?\"},{\"role\":\"assistant\",\"content\":\"Cold.\"},"
        "{\"role\":\"user\",\"content\":\"L\xc3\xa4uft\\n?\"}],\"max_completion_tokens\":50,\"temperature\":0.5,"
        "\"top_p\":1,\"seed\":42,\"stop\":[\"END\",\"\\n\\n\"],\"response_format\":{\"type\":\"json_schema\","
        "\"json_schema\":{\"name\":\"answer\",\"strict\":true,\"schema\":" SCHEMA "}}}");
    EXPECT_TEXT(
        request_of(&chat_dialect_ollama, false, "m"),
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hot?\"}],\"stream\":false,\"options\":{}}");
    EXPECT_TEXT(request_of(&chat_dialect_ollama, true, "m"),
                "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be \\\"short\\\".\"},"
                "{\"role\":\"user\",\"content\":\"Hot?\"},{\"role\":\"assistant\",\"content\":\"Cold.\"},"
                "{\"role\":\"user\",\"content\":\"L\xc3\xa4uft\\n?\"}],\"stream\":false,\"format\":" SCHEMA
                ",\"options\":{\"num_predict\":50,\"temperature\":0.5,\"top_p\":1,\"seed\":42,"
                "\"stop\":[\"END\",\"\\n\\n\"]}}");
    EXPECT_TEXT(request_of(&chat_dialect_anthropic, false, "m"),
                "{\"model\":\"m\",\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"Hot?\"}]}");
    EXPECT_TEXT(request_of(&chat_dialect_anthropic, true, "m"),
                "{\"model\":\"m\",\"max_tokens\":50,\"system\":\"Be \\\"short\\\".\",\"messages\":["
                "{\"role\":\"user\",\"content\":\"Hot?\"},{\"role\":\"assistant\",\"content\":\"Cold.\"},"
                "{\"role\":\"user\",\"content\":\"L\xc3\xa4uft\\n?\"}],\"temperature\":0.5,\"top_p\":1,"
                "\"stop_sequences\":[\"END\",\"\\n\\n\"],\"tools\":[{\"name\":\"answer\",\"description\":"
                "\"Give the answer.\",\"input_schema\":" SCHEMA
                "}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"answer\"}}");
    EXPECT_TEXT(request_of(&chat_dialect_bedrock, false, "m"),
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hot?\"}]}]}");
    EXPECT_TEXT(request_of(&chat_dialect_bedrock, true, "m"),
                "{\"system\":[{\"text\":\"Be \\\"short\\\".\"}],\"messages\":["
                "{\"role\":\"user\",\"content\":[{\"text\":\"Hot?\"}]},"
                "{\"role\":\"assistant\",\"content\":[{\"text\":\"Cold.\"}]},"
                "{\"role\":\"user\",\"content\":[{\"text\":\"L\xc3\xa4uft\\n?\"}]}],"
                "\"inferenceConfig\":{\"maxTokens\":50,\"temperature\":0.5,\"topP\":1,"
                "\"stopSequences\":[\"END\",\"\\n\\n\"]},\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"answer\","
                "\"description\":\"Give the answer.\",\"inputSchema\":{\"json\":" SCHEMA
                "}}}],\"toolChoice\":{\"tool\":{\"name\":\"answer\"}}}}");
    arena_release(&arena);
}

TEST(chat_paths, "chat: the paths, with a model's id as one part")
{
    struct buffer path = { 0 };
    chat_dialect_bedrock.append_path("us.anthropic.claude-3:0/x", &path);
    EXPECT_TEXT(buffer_slice(&path), "/model/us.anthropic.claude-3%3A0%2Fx/converse");
    EXPECT(chat_dialect_find(SLICE("anthropic")) == &chat_dialect_anthropic);
    EXPECT(chat_dialect_find(SLICE("x")) == NULL);
    buffer_release(&path);
}

/* "status|text|finish|in|out", or "! message". */
static struct slice answer_of(const struct chat_dialect *dialect, const char *body)
{
    struct json_value root;
    struct chat_answer answer = { 0 };
    struct error error;
    error_reset(&error);
    EXPECT_OK(json_scan(slice_of_string(body), &root, &error), &error);
    if (!dialect->read_answer(root, &arena, &answer, &error))
        return slice_of_string(arena_format(&arena, "! %s", error.message));
    return slice_of_string(arena_format(&arena, "%d|%.*s|%.*s|%d|%d", (int)answer.status, (int)answer.text.length,
                                        answer.text.bytes ? answer.text.bytes : "", (int)answer.finish_reason.length,
                                        answer.finish_reason.bytes ? answer.finish_reason.bytes : "",
                                        (int)answer.input_tokens, (int)answer.output_tokens));
}

TEST(chat_answers, "chat: what each dialect's answers mean, good ones, cut ones, refused ones and nonsense")
{
    static const struct {
        const struct chat_dialect *dialect;
        const char *body, *wanted;
    } cases[] = {
        { &chat_dialect_openai,
          "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":"
          "\"Col\\u0064\"}}],"
          "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}",
          "0|Cold|stop|3|1" },
        { &chat_dialect_openai, "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}", "0|x||-1|-1" },
        { &chat_dialect_openai, "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"x\"}}]}",
          "1|x|length|-1|-1" },
        { &chat_dialect_openai, "{\"choices\":[{\"finish_reason\":\"content_filter\",\"message\":{\"content\":null}}]}",
          "2||content_filter|-1|-1" },
        { &chat_dialect_openai,
          "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":null,\"refusal\":\"I will not.\"}}]}",
          "3|I will not.|stop|-1|-1" },
        { &chat_dialect_openai,
          "{\"choices\":[{\"finish_reason\":\"tool_calls\",\"message\":{\"content\":null,\"tool_calls\":[]}}]}",
          "4||tool_calls|-1|-1" },
        { &chat_dialect_openai, "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":null}}]}",
          "! the 'content' is null, expected a string" },
        { &chat_dialect_openai, "{\"choices\":[]}", "! the answer has no 'choices'" },
        { &chat_dialect_openai, "[]", "! the answer has no 'choices'" },
        { &chat_dialect_openai, "{\"error\":{\"message\":\"busy\"}}", "! the answer has no 'choices'" },
        { &chat_dialect_openai, "{\"choices\":[{\"finish_reason\":1,\"message\":{\"content\":\"x\"}}]}",
          "! the reason of the end is a number, expected a string" },
        { &chat_dialect_ollama,
          "{\"model\":\"m\",\"message\":{\"content\":\"Cold\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_"
          "count\":5,\"eval_count\":2}",
          "0|Cold|stop|5|2" },
        { &chat_dialect_ollama, "{\"message\":{\"content\":\"Co\"},\"done\":true,\"done_reason\":\"length\"}",
          "1|Co|length|-1|-1" },
        { &chat_dialect_ollama, "{\"message\":{\"content\":\"Co\"},\"done\":false}",
          "! the answer says that it is not done" },
        { &chat_dialect_ollama, "{\"error\":\"EOF\"}", "! the server says in a good answer: EOF" },
        { &chat_dialect_anthropic,
          "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"Co\"},{\"type\":"
          "\"text\",\"text\":\"ld\"}],"
          "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":7,\"output_tokens\":2}}",
          "0|Cold|end_turn|7|2" },
        { &chat_dialect_anthropic,
          "{\"content\":[{\"type\":\"text\",\"text\":\"Here:\"},{\"type\":\"tool_use\",\"name\":\"answer\",\"input\":{"
          "\"a\": 1.0}}],"
          "\"stop_reason\":\"tool_use\"}",
          "0|{\"a\": 1.0}|tool_use|-1|-1" },
        { &chat_dialect_anthropic,
          "{\"content\":[{\"type\":\"tool_use\",\"name\":\"answer\",\"input\":{}}],\"stop_reason\":\"max_tokens\"}",
          "1|{}|max_tokens|-1|-1" },
        { &chat_dialect_anthropic, "{\"content\":[],\"stop_reason\":\"refusal\"}", "3||refusal|-1|-1" },
        { &chat_dialect_anthropic, "{\"content\":[],\"stop_reason\":\"pause_turn\"}", "4||pause_turn|-1|-1" },
        { &chat_dialect_anthropic, "{\"type\":\"error\"}", "! the 'content' is missing, expected an array" },
        { &chat_dialect_bedrock,
          "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Cold\"}]}},\"stopReason\":\"end_"
          "turn\","
          "\"usage\":{\"inputTokens\":4,\"outputTokens\":1,\"totalTokens\":5}}",
          "0|Cold|end_turn|4|1" },
        { &chat_dialect_bedrock,
          "{\"output\":{\"message\":{\"content\":[{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"answer\",\"input\":{"
          "\"a\":\"b\"}}}]}},"
          "\"stopReason\":\"tool_use\"}",
          "0|{\"a\":\"b\"}|tool_use|-1|-1" },
        { &chat_dialect_bedrock, "{\"output\":{\"message\":{\"content\":[]}},\"stopReason\":\"guardrail_intervened\"}",
          "2||guardrail_intervened|-1|-1" },
        { &chat_dialect_bedrock, "{\"output\":{}}", "! the 'content' is missing, expected an array" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_SLICE(answer_of(cases[i].dialect, cases[i].body), slice_of_string(cases[i].wanted));
    arena_release(&arena);
}

TEST(chat_stored, "chat: an answer is the same after it was stored, and what else stands there is refused")
{
    struct chat_answer answer = { .status = CHAT_REFUSED,
                                  .text = SLICE("No\n\"x\""),
                                  .finish_reason = SLICE("stop"),
                                  .model = SLICE("m"),
                                  .input_tokens = 3,
                                  .output_tokens = -1 };
    struct chat_answer again;
    struct buffer json = { 0 };
    struct error error;
    chat_append_answer(&answer, &json);
    EXPECT_OK(chat_read_answer(buffer_slice(&json), &arena, &again, &error), &error);
    EXPECT_INTEGER(again.status, CHAT_REFUSED);
    EXPECT_INTEGER(again.code, E_ANSWER_REFUSED);
    EXPECT_TEXT(again.text, "No\n\"x\"");
    EXPECT_INTEGER(again.input_tokens, 3);
    EXPECT_INTEGER(again.output_tokens, -1);
    EXPECT(!chat_read_answer(SLICE("{\"status\":\"odd\",\"text\":\"x\"}"), &arena, &again, &error));
    EXPECT_ERROR(&error, E_DATA, NULL);
    EXPECT(!chat_read_answer(SLICE("{"), &arena, &again, &error));
    buffer_release(&json);
    arena_release(&arena);
}

TEST(chat_canonical, "chat: the canonical request has its keys in order and knows no dialect, no sample")
{
    struct chat_parameters parameters = CHAT_PARAMETERS_INIT;
    struct buffer json = { 0 };
    chat_append_canonical(&parameters, messages, 1, &json);
    EXPECT_TEXT(buffer_slice(&json), "{\"messages\":[{\"content\":\"Be \\\"short\\\".\",\"role\":\"system\"}]}");
    buffer_reset(&json);
    parameters = (struct chat_parameters){ .maximum_tokens = 5,
                                           .temperature = 0,
                                           .top_p = 0.25,
                                           .has_seed = true,
                                           .stops = stops,
                                           .stop_count = 1,
                                           .schema = SLICE("{}") };
    chat_append_canonical(&parameters, messages + 1, 1, &json);
    EXPECT_TEXT(buffer_slice(&json), "{\"max_tokens\":5,\"messages\":[{\"content\":\"Hot?\",\"role\":\"user\"}],"
                                     "\"schema\":{},\"seed\":0,\"stop\":[\"END\"],\"temperature\":0,\"top_p\":0.25}");
    buffer_release(&json);
}

TEST(chat_messages, "chat: messages of a record, strings and text parts; what is no text is refused")
{
    static const struct {
        const char *json;
        enum code code;
        const char *message;
    } bad[] = {
        { "5", E_FIELD_TYPE, "'messages' is a number, expected an array" },
        { "[]", E_FIELD_VALUE, "'messages' is empty, so there is nothing to ask" },
        { "[{}]", E_FIELD_MISSING, "the role of a message is missing, expected a string" },
        { "[{\"role\":\"User\",\"content\":\"\"}]", E_FIELD_VALUE,
          "a message has the role 'User', expected system, user or assistant" },
        { "[{\"role\":\"user\"}]", E_FIELD_MISSING, "the content of a message is missing, expected a string" },
        { "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]", E_FIELD_TYPE,
          "a part of a message is no text, and only text is sent" },
    };
    struct json_value root;
    struct error error;
    struct chat_message *read;
    size_t count;
    EXPECT_OK(
        json_scan(
            SLICE("[{\"role\":\"developer\",\"content\":\"s\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                  "\"text\":\"a\"},{\"text\":\"b\"}]}]"),
            &root, &error),
        &error);
    EXPECT_OK(chat_read_messages(root, &arena, &read, &count, &error), &error);
    EXPECT_INTEGER(count, 2);
    EXPECT_INTEGER(read[0].role, CHAT_SYSTEM);
    EXPECT_TEXT(read[1].text, "ab");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT_OK(json_scan(slice_of_string(bad[i].json), &root, &error), &error);
        EXPECT(!chat_read_messages(root, &arena, &read, &count, &error));
        EXPECT_ERROR(&error, bad[i].code, bad[i].message);
    }
    arena_release(&arena);
}
