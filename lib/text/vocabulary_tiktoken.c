/* vocabulary_tiktoken.c - files of OpenAI's tiktoken: BASE64(bytes) SPACE rank, a line a token. */
#include "base/base64.h"
#include "base/memory.h"
#include "text/vocabulary_private.h"

/* What such a file does not say: how text is split, and the special tokens. */
struct family {
    const char *name;   /* in the file's name */
    size_t token_count; /* else told by this */
    enum split_kind split;
    const char *special[5]; /* each with its id */
    uint32_t ids[5];
};

static const struct family families[] = {
    { "cl100k",
      100256,
      SPLIT_CL100K,
      { "<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|endofprompt|>" },
      { 100257, 100258, 100259, 100260, 100276 } },
    { "o200k", 199998, SPLIT_O200K, { "<|endoftext|>", "<|endofprompt|>" }, { 199999, 200018 } },
    { "r50k", 50256, SPLIT_GPT2, { "<|endoftext|>" }, { 50256 } },
    { "p50k", 50280, SPLIT_GPT2, { "<|endoftext|>" }, { 50256 } },
    { "gpt2", 50256, SPLIT_GPT2, { "<|endoftext|>" }, { 50256 } },
    { "llama", 128000, SPLIT_CL100K, { NULL }, { 0 } },
};

static const struct family *find_family(struct slice name, size_t token_count)
{
    size_t count = sizeof families / sizeof *families;
    for (size_t i = 0; i < count; i++)
        for (size_t place = 0; place < name.length; place++)
            if (slice_starts_with(slice_from(name, place), slice_of_string(families[i].name)))
                return &families[i];
    for (size_t i = 0; i < count; i++)
        if (families[i].token_count == token_count)
            return &families[i];
    return NULL;
}

/* BASE64 SPACE DIGITS */
static bool read_line(struct slice line, struct arena *arena, struct vocabulary_entry *entry)
{
    const char *space = memchr(line.bytes, ' ', line.length);
    if (!space)
        return false;
    struct slice code = slice_of(line.bytes, (size_t)(space - line.bytes));
    size_t length = 0, id = 0, place = code.length + 1;
    if (code.length == 0 || place == line.length)
        return false;
    char *bytes = arena_allocate_text(arena, base64_decoded_bound(code.length));
    if (!base64_decode(code, bytes, &length) || length == 0 || length > VOCABULARY_TOKEN_BYTES_MAXIMUM)
        return false;
    for (; place < line.length; place++) {
        unsigned digit = (unsigned)(unsigned char)line.bytes[place] - '0';
        id = id * 10 + digit;
        if (digit > 9 || id >= VOCABULARY_TOKENS_MAXIMUM)
            return false;
    }
    *entry = (struct vocabulary_entry){ .bytes = slice_of(bytes, length), .id = (uint32_t)id };
    return true;
}

struct entries {
    struct vocabulary_entry *all;
    size_t count, capacity;
};

static struct vocabulary_entry *add_entry(struct entries *entries)
{
    if (entries->count == entries->capacity)
        entries->all = memory_grow(entries->all, &entries->capacity, entries->count + 1, sizeof *entries->all);
    return &entries->all[entries->count++];
}

static bool read_lines(struct slice content, struct arena *arena, struct entries *entries, struct error *error)
{
    for (int64_t number = 1; content.length > 0; number++) {
        const char *end = memchr(content.bytes, '\n', content.length);
        size_t length = end ? (size_t)(end - content.bytes) : content.length;
        struct slice line = slice_of(content.bytes, length);
        content = slice_from(content, end ? length + 1 : length);
        if (line.length > 0 && line.bytes[line.length - 1] == '\r')
            line.length--;
        if (line.length == 0)
            continue;
        if (entries->count == VOCABULARY_TOKENS_MAXIMUM || !read_line(line, arena, add_entry(entries))) {
            error_set(error, E_DATA, "not a line of a .tiktoken file, expected 'BASE64 RANK'");
            return error_place(error, NULL, number, 0);
        }
    }
    return true;
}

/* Special tokens are known by their ids; text that looks like one stays text unless the caller wants otherwise. */
static void add_special(struct vocabulary *vocabulary, const struct family *family, struct entries *entries)
{
    size_t capacity = sizeof family->special / sizeof *family->special;
    vocabulary->added = arena_allocate_zeroed(&vocabulary->arena, capacity, sizeof *vocabulary->added);
    for (size_t i = 0; i < capacity && family->special[i]; i++) {
        struct slice text = slice_of_string(family->special[i]);
        *add_entry(entries) = (struct vocabulary_entry){ .bytes = text, .id = family->ids[i], .is_added = true };
        vocabulary->added[vocabulary->added_count++] = (struct added_token){ .text = text, .id = family->ids[i] };
        vocabulary->added_first[(unsigned char)text.bytes[0]] = true;
    }
}

/* Most merges begin with two single bytes: those by a table. */
static void fill_byte_pairs(struct vocabulary *vocabulary)
{
    vocabulary->byte_pairs = memory_allocate(65536 * sizeof *vocabulary->byte_pairs);
    memset(vocabulary->byte_pairs, 0xff, 65536 * sizeof *vocabulary->byte_pairs); /* TOKEN_NONE */
    for (uint32_t id = 0; id < vocabulary->count; id++) {
        const unsigned char *bytes = (const unsigned char *)vocabulary->bytes.bytes + vocabulary->offsets[id];
        if (vocabulary->offsets[id + 1] - vocabulary->offsets[id] == 2)
            vocabulary->byte_pairs[bytes[0] << 8 | bytes[1]] = id;
    }
}

bool vocabulary_read_tiktoken(struct vocabulary *vocabulary, struct slice content, struct error *error)
{
    struct entries entries = { 0 };
    struct arena arena = { 0 };
    bool is_good = read_lines(content, &arena, &entries, error);
    if (is_good && entries.count == 0)
        is_good = error_set(error, E_DATA, "there is no token in it");
    const struct family *family = is_good ? find_family(slice_of_string(vocabulary->name), entries.count) : NULL;
    if (is_good && !family)
        is_good = error_set(error, E_DATA,
                            "%zu tokens are of no known encoding, and the file's name holds none of cl100k, o200k, "
                            "r50k, p50k, gpt2, llama",
                            entries.count);
    if (is_good && family) {
        add_special(vocabulary, family, &entries);
        is_good = splitter_add(&vocabulary->splitter, family->split, error) &&
                  vocabulary_build(vocabulary, entries.all, entries.count, error);
    }
    if (is_good) {
        vocabulary->takes_whole = true;
        fill_byte_pairs(vocabulary);
    }
    memory_free(entries.all);
    arena_release(&arena);
    return is_good;
}
