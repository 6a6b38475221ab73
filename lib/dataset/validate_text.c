/* validate_text.c - what must not stand in texts, and how long they may be. */
#include <inttypes.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "dataset/checking.h"

/* Marks that templates put around turns. In a text they end the turn, whatever the trainer's own template is. */
static const char *const template_marks[] = {
    "<|im_start|>",      "<|im_end|>",    "<|endoftext|>", "<|eot_id|>",    "<|begin_of_text|>", "<|start_header_id|>",
    "<|end_header_id|>", "<|end|>",       "<|user|>",      "<|assistant|>", "<|system|>",        "<|endofprompt|>",
    "<start_of_turn>",   "<end_of_turn>", "<s>",           "</s>",          "<<SYS>>",           "[INST]",
    "[/INST]",           "<|return|>",    "<|channel|>",
};

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
}

static bool is_letter(char byte)
{
    return lower(byte) >= 'a' && lower(byte) <= 'z';
}

static bool starts_alike(struct slice text, struct slice start)
{
    return text.length >= start.length && slice_equal_ignore_case(slice_between(text, 0, start.length), start);
}

/* The same in any case. Most end with a sign that texts have rarely, so that one is looked for. */
static size_t find_any_case(struct slice text, size_t from, struct slice wanted)
{
    char last = wanted.bytes[wanted.length - 1];
    bool has_sign = !is_letter(last);
    for (size_t at = from; at + wanted.length <= text.length; at++) {
        if (has_sign) {
            const char *end = text.bytes + text.length, *first = text.bytes + at + wanted.length - 1;
            const char *sign = memchr(first, last, (size_t)(end - first));
            if (!sign)
                return text.length;
            at += (size_t)(sign - first);
        }
        if (starts_alike(slice_from(text, at), wanted))
            return at;
    }
    return text.length;
}

/* The first place of a reserved text from `from` on, or text.length. */
static size_t find_reserved(struct slice text, size_t from, const struct profile_reserved *reserved)
{
    struct slice wanted = slice_of_string(reserved->text);
    while (from < text.length) {
        size_t at = reserved->ignores_case ? find_any_case(text, from, wanted)
                                           : from + slice_find(slice_from(text, from), wanted);
        if (at >= text.length)
            return text.length;
        if (!reserved->is_word || at == 0 || !is_letter(text.bytes[at - 1]) || !is_letter(wanted.bytes[0]))
            return at;
        from = at + 1;
    }
    return text.length;
}

static void check_reserved(const struct checking *checking, struct slice text, struct json_value place)
{
    const struct profile_reserved *reserved = checking->profile->reserved;
    for (; reserved && reserved->text; reserved++) {
        size_t at = find_reserved(text, 0, reserved);
        if (at < text.length)
            dataset_fault_add(checking->faults, E_RESERVED_TOKEN, place, NULL, "a text without it",
                              "'garner validate --fix' rewrites it", "the text holds '%s' at character %zu",
                              reserved->text[0] == '\n' ? reserved->text + 1 : reserved->text,
                              utf8_count(slice_between(text, 0, at)) + 1);
    }
}

static bool is_control(char byte)
{
    return (unsigned char)byte < ' ' && byte != '\n' && byte != '\t' && byte != '\r';
}

/* The first byte from `at` on that begins a mark or is a control character, or the length. */
static size_t find_suspect(struct slice text, size_t at)
{
#if defined(__SSE2__)
    for (; text.length - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text.bytes + at));
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
        __m128i space = _mm_or_si128(
            _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')),
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'))));
        __m128i mark =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('<')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('[')));
        int found = _mm_movemask_epi8(_mm_or_si128(mark, _mm_andnot_si128(space, low)));
        if (found)
            return at + (size_t)__builtin_ctz((unsigned)found);
    }
#endif
    while (at < text.length && text.bytes[at] != '<' && text.bytes[at] != '[' && !is_control(text.bytes[at]))
        at++;
    return at;
}

static const char *mark_at(struct slice text)
{
    for (size_t i = 0; i < sizeof template_marks / sizeof *template_marks; i++)
        if (template_marks[i][0] == text.bytes[0] && template_marks[i][1] == slice_byte(text, 1) &&
            slice_starts_with(text, slice_of_string(template_marks[i])))
            return template_marks[i];
    return NULL;
}

static void check_text(const struct checking *checking, struct slice text, struct json_value place)
{
    if (text.length == 0)
        return;
    check_reserved(checking, text, place);
    const char *mark = NULL;
    bool has_control = false;
    for (size_t at = find_suspect(text, 0); at < text.length; at = find_suspect(text, at + 1)) {
        if (!has_control && is_control(text.bytes[at])) {
            dataset_fault_add(checking->faults, W_CONTROL_CHAR, place, NULL, NULL, NULL,
                              "the text holds control character U+%04X", (unsigned)(unsigned char)text.bytes[at]);
            has_control = true;
        } else if (!mark && (mark = mark_at(slice_from(text, at)))) {
            dataset_fault_add(checking->faults, W_TEMPLATE_TOKEN, place, NULL, NULL,
                              "the trainer writes such marks itself; in a text they end the turn",
                              "the text holds '%s'", mark);
        }
    }
}

/* How long the row is, all texts together. */
struct extent {
    size_t bytes, characters, tokens;
};

static void measure(const struct checking *checking, struct slice text, struct extent *extent)
{
    const struct tokenizer *tokenizer = checking->settings->tokenizer;
    struct error error;
    size_t count = 0;
    extent->bytes += text.length;
    if (tokenizer) {
        if (tokenizer_count_text(tokenizer, checking->settings->tokenizer_memory, text, &count, &error))
            extent->tokens += count;
    } else if (checking->profile->limits.characters_per_token > 0) {
        extent->characters += utf8_count(text);
    } else {
        extent->tokens += tokenizer_count(&tokenizer_o200k_estimate, text);
    }
}

static void measure_row(const struct checking *checking, struct extent *extent)
{
    struct message_walk walk = { 0 };
    const struct dataset_message *message;
    while ((message = next_message(checking->row, &walk))) {
        for (size_t i = 0; i < message->part_count; i++)
            measure(checking, message->parts[i].text, extent);
        for (size_t i = 0; i < message->tool_call_count; i++)
            measure(checking, message->tool_calls[i].arguments, extent);
    }
    measure(checking, checking->row->text, extent);
    if (!checking->settings->tokenizer && checking->profile->limits.characters_per_token > 0)
        extent->tokens = (size_t)((double)extent->characters / checking->profile->limits.characters_per_token);
}

/* A token has a byte at least: most rows need no count. */
static void check_tokens(const struct checking *checking)
{
    int64_t maximum = checking->profile->limits.tokens_row_maximum;
    struct extent extent = { 0 };
    if (maximum <= 0 || (int64_t)checking->faults->root.text.length <= maximum)
        return;
    measure_row(checking, &extent);
    if ((int64_t)extent.tokens > maximum)
        dataset_fault_add(checking->faults, E_TOO_LONG, (struct json_value){ 0 }, NULL,
                          arena_format(checking->arena, "%" PRId64 " at most", maximum), NULL,
                          "the row has %s%zu tokens", checking->settings->tokenizer ? "" : "about ", extent.tokens);
}

void check_texts(const struct checking *checking)
{
    struct message_walk walk = { 0 };
    const struct dataset_message *message;
    while ((message = next_message(checking->row, &walk)))
        for (size_t i = 0; i < message->part_count; i++)
            check_text(checking, message->parts[i].text, message->parts[i].value);
    check_text(checking, checking->row->text, checking->row->text_value);
    check_tokens(checking);
}
