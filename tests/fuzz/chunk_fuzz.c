/* chunk_fuzz.c - fuzz entry: the first bytes choose how to cut, the rest is the text; the laws of chunks hold. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "text/chunk.h"
#include "text/segment.h"

enum { CHOICES = 4, TEXT_BYTES_MAXIMUM = 65536 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void expect(bool is_true)
{
    if (!is_true)
        abort();
}

static size_t count_words(struct slice text)
{
    size_t count = 0, position = 0;
    for (struct slice word; word_next(text, &position, &word);)
        count++;
    return count;
}

static size_t count_units(const struct chunk_settings *settings, struct slice text)
{
    if (settings->unit == CHUNK_CHARS)
        return utf8_count(text);
    return settings->unit == CHUNK_WORDS ? count_words(text) : tokenizer_count(settings->tokenizer, text);
}

static bool is_white(struct slice text)
{
    return white_space_end(text, 0) == text.length;
}

static void cut_sentences(struct chunker *chunker, struct slice text)
{
    struct arena arena = { 0 };
    size_t count = 0;
    const struct slice *sentences = chunker_sentences(chunker, &arena, &count);
    for (size_t i = 2; i < count; i += 3)
        chunker_cut_before(chunker, (size_t)(sentences[i].bytes - text.bytes));
    arena_release(&arena);
}

static void check(const struct chunk_settings *settings, struct chunker *chunker, struct slice text, bool has_headings)
{
    struct chunk_document document = { .text = text, .has_headings = has_headings };
    struct error error;
    struct chunk chunk;
    size_t last_start = 0, last_end = 0, cluster = 0, count = 0;
    const char *parent = NULL;
    if (!chunker_begin(chunker, &document, &error))
        return;
    if (settings->strategy == CHUNK_SEMANTIC)
        cut_sentences(chunker, text);
    while (chunker_next(chunker, &chunk)) {
        size_t start = (size_t)(chunk.text.bytes - text.bytes), end = start + chunk.text.length;
        bool is_first = count == 0 || parent != chunk.parent.text.bytes;
        expect(start < end && end <= text.length && chunk.number == count);
        expect(is_first || (start > last_start && end > last_end));
        if (is_first && chunk.parent.text.bytes) {
            expect(chunk.text.bytes == chunk.parent.text.bytes);
            if (start < last_end)
                last_end = cluster = start;
            parent = chunk.parent.text.bytes;
        }
        expect(chunk.end - chunk.start == utf8_count(chunk.text));
        expect(start <= last_end || is_white(slice_between(text, last_end, start)));
        expect(!is_white(chunk.text));
        while (cluster < start)
            cluster = grapheme_end(text, cluster);
        expect(cluster == start && grapheme_is_boundary(text, start, end));
        expect(settings->strategy == CHUNK_NONE || grapheme_end(text, start) == end ||
               count_units(settings, chunk.text) <= settings->size);
        for (size_t i = 0; i < chunk.heading_count; i++)
            expect(utf8_is_valid(chunk.headings[i]));
        last_start = start;
        last_end = end;
        count++;
    }
    expect(is_white(slice_from(text, last_end)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < CHOICES || length > TEXT_BYTES_MAXIMUM)
        return 0;
    struct error error;
    struct chunk_settings settings = { .strategy = (enum chunk_strategy)(bytes[0] % (CHUNK_NONE + 1)),
                                       .unit = (enum chunk_unit)(bytes[1] % 3),
                                       .size = 1 + bytes[2],
                                       .tokenizer =
                                           bytes[1] & 4 ? &tokenizer_o200k_estimate : &tokenizer_cl100k_estimate };
    settings.overlap = bytes[3] % settings.size;
    settings.parent_size = settings.size + bytes[3];
    struct pattern *separator = pattern_compile(SLICE("^\\w|\\d"), PATTERN_MULTILINE, &error);
    settings.separator = separator;
    struct buffer text = { 0 };
    utf8_append_repaired(&text, slice_of((const char *)bytes + CHOICES, length - CHOICES));
    struct chunker *chunker = chunker_create(&settings);
    check(&settings, chunker, buffer_slice(&text), bytes[1] & 8);
    chunker_free(chunker);
    buffer_release(&text);
    pattern_free(separator);
    return 0;
}
