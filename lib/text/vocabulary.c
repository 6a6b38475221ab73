/* vocabulary.c - opens a vocabulary and makes its tables. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/files.h"
#include "text/vocabulary_private.h"

static int by_id(const void *left, const void *right)
{
    const struct vocabulary_entry *a = left, *b = right;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* Puts the tokens' bytes one after the other; ids that nobody has get none. */
static bool lay_out(struct vocabulary *vocabulary, const struct vocabulary_entry *entries, size_t count,
                    struct error *error)
{
    vocabulary->count = entries[count - 1].id + 1;
    vocabulary->offsets = memory_allocate_zeroed((size_t)vocabulary->count + 1, sizeof *vocabulary->offsets);
    for (size_t i = 0, id = 0; i < count; i++) {
        if (i > 0 && entries[i].id == entries[i - 1].id)
            return error_set(error, E_DATA, "id %u stands for two tokens", entries[i].id);
        for (; id <= entries[i].id; id++)
            vocabulary->offsets[id] = (uint32_t)vocabulary->bytes.length;
        buffer_append_slice(&vocabulary->bytes, entries[i].bytes);
    }
    vocabulary->offsets[vocabulary->count] = (uint32_t)vocabulary->bytes.length;
    return true;
}

static bool enter(struct vocabulary *vocabulary, uint32_t id, struct error *error)
{
    const char *bytes = vocabulary->bytes.bytes + vocabulary->offsets[id];
    size_t length = vocabulary->offsets[id + 1] - vocabulary->offsets[id];
    uint32_t same = token_find(vocabulary, bytes, length);
    if (same != TOKEN_NONE)
        return error_set(error, E_DATA, "ids %u and %u are the same token", same, id);
    uint64_t hash = token_hash(bytes, length);
    uint32_t i = (uint32_t)hash & vocabulary->slot_mask;
    while (vocabulary->slots[i].id != TOKEN_NONE)
        i = (i + 1) & vocabulary->slot_mask;
    vocabulary->slots[i] = (struct token_slot){ (uint32_t)(hash >> 32), id };
    return true;
}

bool vocabulary_build(struct vocabulary *vocabulary, struct vocabulary_entry *entries, size_t count,
                      struct error *error)
{
    if (count == 0)
        return error_set(error, E_DATA, "there is no token in it");
    bool is_sorted = true; /* as in every .tiktoken file */
    for (size_t i = 1; i < count && is_sorted; i++)
        is_sorted = entries[i - 1].id < entries[i].id;
    if (!is_sorted)
        qsort(entries, count, sizeof *entries, by_id);
    if (!lay_out(vocabulary, entries, count, error))
        return false;
    size_t slots = 256;
    while (slots < 2 * count)
        slots *= 2;
    vocabulary->slot_mask = (uint32_t)(slots - 1);
    vocabulary->slots = memory_allocate(slots * sizeof *vocabulary->slots);
    memset(vocabulary->slots, 0xff, slots * sizeof *vocabulary->slots); /* TOKEN_NONE */
    for (size_t i = 0; i < count; i++)
        if (!entries[i].is_added && !enter(vocabulary, entries[i].id, error))
            return false;
    for (unsigned byte = 0; byte < 256; byte++) {
        const char text[] = { (char)byte };
        vocabulary->byte_tokens[byte] = token_find(vocabulary, text, sizeof text);
        if (vocabulary->byte_tokens[byte] == TOKEN_NONE)
            return error_set(error, E_DATA, "byte 0x%02x has no token: not a byte-level vocabulary", byte);
    }
    return true;
}

struct slice vocabulary_name_of(const char *path)
{
    struct slice name = slice_of_string(path);
    if (slice_ends_with(name, SLICE("/tokenizer.json")))
        name.length -= strlen("/tokenizer.json");
    for (size_t i = name.length; i > 0; i--)
        if (name.bytes[i - 1] == '/') {
            name = slice_from(name, i);
            break;
        }
    static const char *const endings[] = { ".tiktoken", ".json" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (slice_ends_with(name, slice_of_string(endings[i])) && name.length > strlen(endings[i]))
            name.length -= strlen(endings[i]);
    return name;
}

struct vocabulary *vocabulary_read(const char *path, struct slice content, struct error *error)
{
    struct vocabulary *vocabulary = memory_allocate_zeroed(1, sizeof *vocabulary);
    size_t start = 0;
    struct slice name = vocabulary_name_of(path);
    vocabulary->name = memory_allocate_zeroed(name.length + 1, 1);
    memcpy(vocabulary->name, name.bytes, name.length);
    while (start < content.length && (unsigned char)content.bytes[start] <= ' ')
        start++;
    bool is_json = start < content.length && content.bytes[start] == '{';
    if ((is_json ? vocabulary_read_json : vocabulary_read_tiktoken)(vocabulary, content, error))
        return vocabulary;
    error_place(error, path, 0, 0);
    vocabulary_close(vocabulary);
    return NULL;
}

struct vocabulary *vocabulary_open(const char *path, struct error *error)
{
    struct buffer content = { 0 };
    struct vocabulary *vocabulary = NULL;
    if (file_read(path, VOCABULARY_FILE_MAXIMUM, "the size of a vocabulary", &content, error))
        vocabulary = vocabulary_read(path, buffer_slice(&content), error);
    buffer_release(&content);
    return vocabulary;
}

void vocabulary_close(struct vocabulary *vocabulary)
{
    if (!vocabulary)
        return;
    buffer_release(&vocabulary->bytes);
    memory_free(vocabulary->offsets);
    memory_free(vocabulary->slots);
    memory_free(vocabulary->merges);
    memory_free(vocabulary->byte_pairs);
    splitter_release(&vocabulary->splitter);
    arena_release(&vocabulary->arena);
    memory_free(vocabulary->name);
    memory_free(vocabulary);
}

const char *vocabulary_name(const struct vocabulary *vocabulary)
{
    return vocabulary->name;
}

bool vocabulary_token(const struct vocabulary *vocabulary, uint32_t id, struct slice *bytes)
{
    if (id >= vocabulary->count || vocabulary->offsets[id] == vocabulary->offsets[id + 1])
        return false;
    *bytes = slice_of(vocabulary->bytes.bytes + vocabulary->offsets[id],
                      vocabulary->offsets[id + 1] - vocabulary->offsets[id]);
    return true;
}
