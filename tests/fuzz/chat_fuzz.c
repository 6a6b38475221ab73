/* chat_fuzz.c - any bytes as the answer of a chat service, as a verdict and as a schema: read or refused, and what was
 * read is stored and read again as the same. */
#include <stdint.h>
#include <stdlib.h>

#include "model/chat_dialect.h"
#include "model/verdict.h"
#include "json/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void expect(bool is_true)
{
    if (!is_true)
        abort();
}

static void try_dialect(const struct chat_dialect *dialect, struct json_value root, struct arena *arena)
{
    struct chat_answer answer = { .input_tokens = -1, .output_tokens = -1 }, again;
    struct buffer json = { 0 };
    struct error error;
    error_reset(&error);
    if (!dialect->read_answer(root, arena, &answer, &error)) {
        expect(error.code == E_PROTOCOL);
        return;
    }
    chat_append_answer(&answer, &json);
    expect(chat_read_answer(buffer_slice(&json), arena, &again, &error));
    expect(again.status == answer.status && slice_equal(again.text, answer.text));
    buffer_release(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = { 0 };
    struct slice text = slice_of((const char *)bytes, length);
    struct json_value root;
    struct verdict verdict;
    struct error error;
    error_reset(&error);
    if (json_scan(text, &root, &error)) {
        try_dialect(&chat_dialect_openai, root, &arena);
        try_dialect(&chat_dialect_ollama, root, &arena);
        try_dialect(&chat_dialect_anthropic, root, &arena);
        try_dialect(&chat_dialect_bedrock, root, &arena);
        if (json_schema_check(text, &error) && !json_schema_fits(text, root, &error))
            expect(error.code == E_ANSWER_SCHEMA || error.code == E_LIMIT);
    }
    if (verdict_read_score(text, 1, 10, &arena, &verdict, &error))
        expect(verdict.score >= 1 && verdict.score <= 10);
    if (verdict_read_better(text, &arena, &verdict, &error))
        expect(verdict.better <= PREFER_NEITHER);
    arena_release(&arena);
    return 0;
}
