/* embed_limits.c - what a server takes at once, and what its refusals mean. */
#include "model/embed_limits.h"

#include <strings.h>

enum { TOLD_MOST = 1 << 30, GAP_MOST = 24 };

/* A token has about three bytes and more. */
int64_t embed_tokens(struct slice text)
{
    return (int64_t)(text.length / 3 + 1);
}

bool embed_load_add(struct embed_load *load, const struct embed_limits *limits, struct slice text)
{
    int64_t tokens = embed_tokens(text);
    size_t bytes = text.length + 4;
    bool is_long = limits->context && tokens > limits->context;
    bool is_full = load->is_closed || is_long || (limits->batch && load->count >= limits->batch) ||
                   (limits->bytes && load->bytes + bytes > limits->bytes) ||
                   (limits->tokens && load->tokens + tokens > limits->tokens);
    if (load->count && is_full)
        return false;
    load->count++;
    load->bytes += bytes;
    load->tokens += tokens;
    load->is_closed = is_long;
    return true;
}

static bool read_count(struct json_value object, const char *name, int64_t *count)
{
    int64_t told;
    bool is_told = json_integer(json_member(object, slice_of_string(name)), &told) && told > 0 && told <= TOLD_MOST;
    if (is_told)
        *count = told;
    return is_told;
}

/* ollama: {"model_info": {"bert.context_length": 512, ...}}. */
static void read_model_info(struct json_value info, struct embed_limits *limits)
{
    struct json_iterator each = json_iterate(info);
    struct json_field field;
    int64_t told;
    if (info.type != JSON_OBJECT)
        return;
    while (json_next(&each, &field))
        if (slice_ends_with(field.key, SLICE(".context_length")) && json_integer(field.value, &told) && told > 0 &&
            told <= TOLD_MOST)
            limits->context = told;
}

void embed_limits_read(struct json_value root, size_t batch_most, struct embed_limits *limits)
{
    int64_t batch;
    if (read_count(root, "max_client_batch_size", &batch))
        limits->batch = (size_t)batch < batch_most ? (size_t)batch : batch_most;
    read_count(root, "max_batch_tokens", &limits->tokens);
    read_count(root, "max_input_length", &limits->context);
    read_model_info(json_member(root, SLICE("model_info")), limits);
}

/* Where a phrase stands, whatever the case of its letters; text.length: nowhere. */
static size_t find_phrase(struct slice text, const char *phrase)
{
    size_t length = strlen(phrase);
    for (size_t i = 0; i + length <= text.length; i++)
        if (strncasecmp(text.bytes + i, phrase, length) == 0)
            return i;
    return text.length;
}

static bool has_phrase(struct slice text, const char *phrase)
{
    return find_phrase(text, phrase) < text.length;
}

/* The whole number that stands first in the text, within some bytes: "2048", "8,192". 0: none. */
static int64_t first_count(struct slice text)
{
    size_t i = 0;
    int64_t count = 0;
    while (i < text.length && i < GAP_MOST && (text.bytes[i] < '0' || text.bytes[i] > '9'))
        i++;
    for (; i < text.length && count <= TOLD_MOST; i++) {
        char byte = text.bytes[i], next = slice_byte(text, i + 1);
        if (byte >= '0' && byte <= '9')
            count = count * 10 + (byte - '0');
        else if (byte != ',' || count == 0 || next < '0' || next > '9')
            break;
    }
    return count <= TOLD_MOST ? count : 0;
}

static int64_t count_behind(struct slice text, const char *phrase)
{
    size_t place = find_phrase(text, phrase);
    return place < text.length ? first_count(slice_from(text, place + strlen(phrase))) : 0;
}

enum limit_kind { LIMIT_BATCH, LIMIT_TOKENS, LIMIT_CONTEXT };

/* In front of a number. What servers say, not what they document: OpenAI, vLLM, tei, llama.cpp, Cohere, Voyage. Limits
 * of a request stand before those of a text, whose words are the same but shorter. */
static const struct {
    const char *phrase;
    enum limit_kind kind;
    const char *beside; /* stands there, too; NULL */
} sayings[] = {
    { "maximum allowed batch size", LIMIT_BATCH, NULL },
    { "batch size limit is", LIMIT_BATCH, NULL },
    { "> maximum", LIMIT_BATCH, "batch size" },
    { "texts must be at most", LIMIT_BATCH, NULL },
    { "tokens per submitted batch is", LIMIT_TOKENS, NULL },
    { "tokens, max", LIMIT_TOKENS, "per request" },
    { "maximum context length is", LIMIT_CONTEXT, NULL },
    { "maximum input length", LIMIT_CONTEXT, NULL },
    { "maximum sequence length", LIMIT_CONTEXT, NULL },
    { "must have less than", LIMIT_CONTEXT, "tokens" },
    { "current batch size", LIMIT_CONTEXT, "too large to process" },
};

static bool shrink(int64_t told, int64_t *limit)
{
    if (told <= 0 || (*limit && *limit <= told))
        return false;
    *limit = told;
    return true;
}

bool embed_limits_learn(struct slice says, struct embed_limits *limits)
{
    for (size_t i = 0; i < sizeof sayings / sizeof sayings[0]; i++) {
        int64_t told = count_behind(says, sayings[i].phrase), batch = (int64_t)limits->batch;
        if (!told || (sayings[i].beside && !has_phrase(says, sayings[i].beside)))
            continue;
        if (sayings[i].kind == LIMIT_TOKENS)
            return shrink(told, &limits->tokens);
        if (sayings[i].kind == LIMIT_CONTEXT)
            return shrink(told, &limits->context);
        bool is_new = shrink(told, &batch);
        limits->batch = (size_t)batch;
        return is_new;
    }
    return false;
}

double embed_limits_share(struct slice says)
{
    static const char *const given[] = { "you requested", "given:", "resulted in", "input (", "your input has" };
    struct embed_limits limits = { 0 };
    embed_limits_learn(says, &limits);
    for (size_t i = 0; limits.context && i < sizeof given / sizeof given[0]; i++) {
        int64_t has = count_behind(says, given[i]);
        if (has > limits.context)
            return (double)limits.context / (double)has;
    }
    return 0;
}

enum code embed_refusal_meaning(struct slice says)
{
    static const char *const no_model[] = { "model not found", "model_not_found",      "unknown model",
                                            "no such model",   "does not exist",       "model identifier is invalid",
                                            "invalid model",   "is not a valid model", "supported models are" };
    static const char *const no_setting[] = { "unrecognized request argument",
                                              "unknown parameter",
                                              "unsupported parameter",
                                              "extraneous key",
                                              "extra inputs are not permitted",
                                              "specifying dimensions",
                                              "matryoshka",
                                              "output_dimension" };
    for (size_t i = 0; i < sizeof no_model / sizeof no_model[0]; i++)
        if (has_phrase(says, no_model[i]))
            return E_UNAVAILABLE;
    for (size_t i = 0; i < sizeof no_setting / sizeof no_setting[0]; i++)
        if (has_phrase(says, no_setting[i]))
            return E_CONFIG;
    return E_NONE;
}

bool embed_refusal_of_base64(struct slice says)
{
    return has_phrase(says, "base64") || has_phrase(says, "encoding_format") || has_phrase(says, "embedding_types");
}
