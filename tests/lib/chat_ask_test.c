/* chat_ask_test.c - asking: a program as the model, equal questions, budgets, programs that die. */
#include "model/chat.h"

#include <stdio.h>

#include "test.h"

static const struct chat_message hot[] = { { CHAT_USER, SLICE_INIT("Hot?") } };
static const struct chat_message cold[] = { { CHAT_USER, SLICE_INIT("Cold?") } };
static const struct chat_message bad[] = { { CHAT_USER, SLICE_INIT("die") } };

static struct arena arena;

/* Answers each line with its own first message in capitals. */
#define SHOUT                                                                                                          \
    "while read -r l; do case $l in *'\"die\"'*) exit 3;; esac; i=${l#*:}; i=${i%%,*}; "                               \
    "t=${l#*content\\\":\\\"}; t=${t%%\\\"*}; printf "                                                                 \
    "'{\"id\":%s,\"completion\":\"%s!\",\"usage\":{\"prompt_tokens\":10,"                                              \
    "\"completion_tokens\":2}}\\n' $i \"$t\"; done"

static struct chat *open_chat(struct chat_settings *settings)
{
    struct error error;
    settings->provider = CHAT_COMMAND;
    settings->parameters.temperature = settings->parameters.top_p = -1;
    if (!settings->command)
        settings->command = SHOUT;
    struct chat *chat = chat_open(settings, &error);
    if (!chat)
        test_fail(__FILE__, __LINE__, "chat_open: %s", error.message);
    return chat;
}

static void submit(struct chat *chat, const struct chat_message *messages, int64_t sample, void *tag)
{
    struct error error;
    struct chat_question question = { messages, 1, sample };
    EXPECT_OK(chat_submit(chat, &question, tag, &error), &error);
}

static struct chat_answer next(struct chat *chat)
{
    struct chat_answer answer;
    struct error error;
    bool has_answer;
    EXPECT_OK(chat_next(chat, -1, &arena, &answer, &has_answer, &error), &error);
    EXPECT(has_answer);
    return answer;
}

TEST(chat_ask_one, "chat: one question, one answer, with its usage")
{
    struct chat_settings settings = { 0 };
    struct chat *chat = open_chat(&settings);
    struct chat_question question = { hot, 1, 0 };
    struct chat_answer answer;
    struct error error;
    EXPECT_OK(chat_ask(chat, &question, &arena, &answer, &error), &error);
    EXPECT_INTEGER(answer.status, CHAT_COMPLETE);
    EXPECT_TEXT(answer.text, "Hot?!");
    EXPECT_INTEGER(answer.input_tokens, 10);
    EXPECT(!answer.is_cached);
    chat_close(chat);
    arena_release(&arena);
}

TEST(chat_ask_equal, "chat: equal questions under way are asked once, other samples are other questions")
{
    struct chat_settings settings = { 0 };
    struct chat *chat = open_chat(&settings);
    int tags[4];
    submit(chat, hot, 0, &tags[0]);
    submit(chat, hot, 0, &tags[1]);
    submit(chat, hot, 1, &tags[2]);
    submit(chat, hot, 0, &tags[3]);
    EXPECT_INTEGER(chat_pending(chat), 4);
    struct chat_answer first = next(chat), second = next(chat), third = next(chat), fourth = next(chat);
    EXPECT(first.tag == &tags[0] && !first.is_cached);
    EXPECT(second.tag == &tags[1] && second.is_cached);
    EXPECT(third.tag == &tags[3] && third.is_cached);
    EXPECT(fourth.tag == &tags[2] && !fourth.is_cached);
    EXPECT_INTEGER(chat_counters(chat)->asked, 2);
    EXPECT_INTEGER(chat_counters(chat)->cached, 2);
    EXPECT_INTEGER(chat_pending(chat), 0);
    chat_close(chat);
    arena_release(&arena);
}

TEST(chat_ask_requests, "chat: --max-requests ends the asking, not the run")
{
    struct chat_settings settings = { .maximum_requests = 1 };
    struct chat *chat = open_chat(&settings);
    submit(chat, hot, 0, NULL);
    submit(chat, cold, 0, NULL);
    EXPECT_INTEGER(next(chat).status, CHAT_COMPLETE);
    struct chat_answer answer = next(chat);
    EXPECT_INTEGER(answer.status, CHAT_FAILED);
    EXPECT_INTEGER(answer.code, E_BUDGET);
    EXPECT_SLICE(slice_of_string(answer.reason), SLICE("--max-requests 1 are used up"));
    chat_close(chat);
    arena_release(&arena);
}

TEST(chat_ask_cost, "chat: --max-cost sets the greatest cost aside and uses what is left of it")
{
    /* 10 tokens in and 2 out cost 12; at most (6 + 1) in and 5 out are set aside. */
    struct chat_settings settings = { .maximum_cost = 36, .price = { .input = 1, .output = 1, .is_known = true } };
    settings.parameters.maximum_tokens = 5;
    struct chat *chat = open_chat(&settings);
    for (int i = 0; i < 4; i++)
        submit(chat, hot, i, NULL);
    for (int i = 0; i < 3; i++)
        EXPECT_INTEGER(next(chat).status, CHAT_COMPLETE);
    struct chat_answer answer = next(chat);
    EXPECT_INTEGER(answer.code, E_BUDGET);
    EXPECT_INTEGER(chat_counters(chat)->cost, 36);
    chat_close(chat);
    arena_release(&arena);
}

TEST(chat_ask_settings, "chat: a budget without a price or a bound is refused")
{
    struct chat_settings settings = { .provider = CHAT_COMMAND, .command = "cat", .maximum_cost = 1 };
    struct error error;
    EXPECT(!chat_open(&settings, &error));
    EXPECT_ERROR(&error, E_USAGE, "--max-cost needs a price: --prices FILE, or --input-price and --output-price");
    settings.price.is_known = true;
    EXPECT(!chat_open(&settings, &error));
    EXPECT_ERROR(&error, E_USAGE, "--max-cost needs --max-tokens, so that the cost of an answer has a bound");
}

TEST(chat_ask_death, "chat: a question that kills the program is found and fails alone")
{
    struct chat_settings settings = { 0 };
    struct chat *chat = open_chat(&settings);
    int tags[5], good = 0;
    for (int i = 0; i < 5; i++)
        submit(chat, i == 2 ? bad : hot, i, &tags[i]);
    for (int i = 0; i < 5; i++) {
        struct chat_answer answer = next(chat);
        good += answer.status == CHAT_COMPLETE;
        if (answer.status == CHAT_FAILED) {
            EXPECT(answer.tag == &tags[2]);
            EXPECT_INTEGER(answer.code, E_UNAVAILABLE);
        }
    }
    EXPECT_INTEGER(good, 4);
    chat_close(chat);
    arena_release(&arena);
}

TEST(chat_ask_nonsense, "chat: a program that only dies, or talks nonsense, ends the run")
{
    struct chat_settings settings = { .command = "exit 3" };
    struct chat *chat = open_chat(&settings);
    struct chat_answer answer;
    struct error error = { .code = E_NONE };
    bool has_answer = true;
    for (int i = 0; i < 9; i++)
        submit(chat, hot, i, NULL);
    while (has_answer && chat_next(chat, -1, &arena, &answer, &has_answer, &error)) {
    }
    EXPECT_ERROR(&error, E_UNAVAILABLE, NULL);
    chat_close(chat);
    settings.command = "while read -r l; do echo hello; done";
    chat = open_chat(&settings);
    submit(chat, hot, 0, NULL);
    EXPECT(!chat_next(chat, -1, &arena, &answer, &has_answer, &error));
    EXPECT_ERROR(&error, E_PROTOCOL, NULL);
    chat_close(chat);
    arena_release(&arena);
}

TEST(chat_ask_schema, "chat: an answer must fit the schema; a fence around it does not matter")
{
    struct chat_settings settings = {
        .command = "read -r l; printf '{\"id\":0,\"completion\":\"```json\\\\n{\\\\\"a\\\\\":1}\\\\n```\"}\\n'; "
                   "read -r l; printf '{\"id\":1,\"completion\":\"{}\"}\\n'; "
                   "read -r l; printf '{\"id\":2,\"completion\":\"a\"}\\n'; "
                   "read -r l; printf '{\"id\":3,\"completion\":\" \"}\\n'; read -r l"
    };
    settings.parameters.schema = SLICE("{\"required\":[\"a\"]}");
    struct chat *chat = open_chat(&settings);
    for (int i = 0; i < 4; i++)
        submit(chat, hot, i, NULL);
    struct chat_answer answer = next(chat);
    EXPECT_INTEGER(answer.status, CHAT_COMPLETE);
    EXPECT_TEXT(answer.text, "{\"a\":1}");
    answer = next(chat);
    EXPECT_INTEGER(answer.code, E_ANSWER_SCHEMA);
    EXPECT_SLICE(slice_of_string(answer.reason), SLICE("the answer has no 'a'"));
    EXPECT_INTEGER(next(chat).code, E_ANSWER_SCHEMA);
    EXPECT_INTEGER(next(chat).code, E_ANSWER_UNUSABLE);
    chat_close(chat);
    arena_release(&arena);
}
