/* vocabulary_json.c - tokenizer.json of Hugging Face tokenizers: byte-level BPE and what stands around it.
 *
 * Tokens are written in an alphabet of 256 printable characters, one a byte: Latin ones stand for themselves, the
 * others come in order from U+0100. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "text/vocabulary_private.h"
#include "json/json.h"

enum { ALPHABET_END = 0x144, NO_BYTE = 0xffff };

struct json_reader {
    struct vocabulary *vocabulary;
    struct arena arena; /* until the tables are made */
    struct vocabulary_entry *entries;
    size_t count, capacity;
    uint16_t byte_of[ALPHABET_END];
    struct error *error;
};

static bool fault(struct json_reader *reader, const char *what)
{
    return error_set(reader->error, E_DATA, "tokenizer.json: %s", what);
}

static void fill_alphabet(uint16_t *byte_of)
{
    unsigned next = 0x100;
    for (unsigned i = 0; i < ALPHABET_END; i++)
        byte_of[i] = NO_BYTE;
    for (unsigned byte = 0; byte < 256; byte++) {
        bool is_itself = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        byte_of[is_itself ? byte : next++] = (uint16_t)byte;
    }
}

/* A string of that alphabet as bytes, in the reader's arena; false when it is none. */
static bool read_bytes(struct json_reader *reader, struct slice text, struct slice *bytes)
{
    char *start = arena_allocate_text(&reader->arena, text.length + 1), *end = start;
    while (text.length > 0) {
        uint32_t code_point = 0;
        size_t length = utf8_decode(text, &code_point);
        if (length == 0 || code_point >= ALPHABET_END || reader->byte_of[code_point] == NO_BYTE)
            return false;
        *end++ = (char)reader->byte_of[code_point];
        text = slice_from(text, length);
    }
    *bytes = slice_of(start, (size_t)(end - start));
    return bytes->length > 0 && bytes->length <= VOCABULARY_TOKEN_BYTES_MAXIMUM;
}

static struct slice text_of(struct json_reader *reader, struct json_value value)
{
    struct slice text = { 0 };
    struct error ignored;
    if (value.type != JSON_STRING || !json_decode(value, &reader->arena, &text, &ignored))
        return SLICE("");
    return text;
}

static bool is_true(struct json_value object, const char *key)
{
    return json_member(object, slice_of_string(key)).type == JSON_TRUE;
}

static bool read_id(struct json_value value, uint32_t *id)
{
    int64_t number;
    if (!json_integer(value, &number) || number < 0 || number >= VOCABULARY_TOKENS_MAXIMUM)
        return false;
    *id = (uint32_t)number;
    return true;
}

static struct vocabulary_entry *add_entry(struct json_reader *reader)
{
    if (reader->count == reader->capacity)
        reader->entries = memory_grow(reader->entries, &reader->capacity, reader->count + 1, sizeof *reader->entries);
    return &reader->entries[reader->count++];
}

static bool read_tokens(struct json_reader *reader, struct json_value vocab)
{
    struct json_iterator iterator = json_iterate(vocab);
    struct json_field field;
    while (json_next(&iterator, &field)) {
        struct json_value key = { .text = slice_of(field.key.bytes - 1, field.key.length + 2),
                                  .type = JSON_STRING,
                                  .has_escape = field.key_has_escape };
        struct vocabulary_entry *entry = add_entry(reader);
        *entry = (struct vocabulary_entry){ 0 };
        if (reader->count > VOCABULARY_TOKENS_MAXIMUM || !read_id(field.value, &entry->id))
            return fault(reader, "an id in 'vocab' is not a whole number of reasonable size");
        /* Special tokens may stand here, too, written as they are. */
        struct slice text = text_of(reader, key);
        if (!read_bytes(reader, text, &entry->bytes)) {
            entry->bytes = text;
            entry->is_added = true;
        }
    }
    return reader->count > 0 || fault(reader, "'vocab' is empty");
}

static int by_id(const void *left, const void *right)
{
    const struct vocabulary_entry *a = left, *b = right;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int longest_first(const void *left, const void *right)
{
    const struct added_token *a = left, *b = right;
    return a->text.length > b->text.length ? -1 : a->text.length < b->text.length;
}

/* An added token that stands in the vocabulary already only takes its id out of merging. */
static bool read_added(struct json_reader *reader, struct json_value added)
{
    struct vocabulary *vocabulary = reader->vocabulary;
    struct json_iterator iterator = json_iterate(added);
    struct json_field field;
    size_t capacity = 0, in_vocab = reader->count;
    struct added_token *tokens = NULL;
    qsort(reader->entries, in_vocab, sizeof *reader->entries, by_id);
    while (added.type == JSON_ARRAY && json_next(&iterator, &field)) {
        uint32_t id;
        struct slice text = text_of(reader, json_member(field.value, SLICE("content")));
        if (!read_id(json_member(field.value, SLICE("id")), &id) || text.length == 0)
            return fault(reader, "an added token has no 'id' or 'content'");
        text = arena_copy(&vocabulary->arena, text);
        struct vocabulary_entry wanted = { .id = id };
        struct vocabulary_entry *entry = bsearch(&wanted, reader->entries, in_vocab, sizeof *reader->entries, by_id);
        if (!entry)
            entry = add_entry(reader);
        *entry = (struct vocabulary_entry){ .bytes = text, .id = id, .is_added = true };
        tokens = arena_grow(&vocabulary->arena, tokens, &capacity, vocabulary->added_count + 1, sizeof *tokens);
        tokens[vocabulary->added_count++] =
            (struct added_token){ .text = text,
                                  .id = id,
                                  .takes_left = is_true(field.value, "lstrip"),
                                  .takes_right = is_true(field.value, "rstrip"),
                                  .is_single_word = is_true(field.value, "single_word") };
        vocabulary->added_first[(unsigned char)text.bytes[0]] = true;
    }
    if (tokens)
        qsort(tokens, vocabulary->added_count, sizeof *tokens, longest_first);
    vocabulary->added = tokens;
    vocabulary->splits_added = true;
    return true;
}

static bool read_pair(struct json_reader *reader, struct json_value value, struct slice *left, struct slice *right)
{
    if (value.type == JSON_ARRAY) { /* newer files: ["a", "b"], since a token may hold a space */
        struct json_iterator iterator = json_iterate(value);
        struct json_field field;
        if (!json_next(&iterator, &field))
            return false;
        *left = text_of(reader, field.value);
        if (!json_next(&iterator, &field))
            return false;
        *right = text_of(reader, field.value);
        return true;
    }
    struct slice text = text_of(reader, value);
    const char *space = memchr(text.bytes, ' ', text.length);
    if (!space)
        return false;
    *left = slice_of(text.bytes, (size_t)(space - text.bytes));
    *right = slice_from(text, left->length + 1);
    return true;
}

static void enter_merge(struct vocabulary *vocabulary, uint64_t pair, uint32_t rank, uint32_t merged)
{
    uint64_t i = merge_hash(pair) & vocabulary->merge_mask;
    while (vocabulary->merges[i].merged != TOKEN_NONE) {
        if (vocabulary->merges[i].pair == pair)
            return; /* the first one counts */
        i = (i + 1) & vocabulary->merge_mask;
    }
    vocabulary->merges[i] = (struct merge_slot){ pair, rank, merged };
}

static bool read_merge(struct json_reader *reader, struct json_value value, uint32_t rank)
{
    struct vocabulary *vocabulary = reader->vocabulary;
    struct slice left, right, left_bytes, right_bytes;
    if (!read_pair(reader, value, &left, &right) || !read_bytes(reader, left, &left_bytes) ||
        !read_bytes(reader, right, &right_bytes))
        return fault(reader, "a line of 'merges' is not two tokens");
    size_t length = left_bytes.length + right_bytes.length;
    char *both = arena_allocate_text(&reader->arena, length);
    memcpy(both, left_bytes.bytes, left_bytes.length);
    memcpy(both + left_bytes.length, right_bytes.bytes, right_bytes.length);
    uint32_t left_id = token_find(vocabulary, left_bytes.bytes, left_bytes.length);
    uint32_t right_id = token_find(vocabulary, right_bytes.bytes, right_bytes.length);
    uint32_t merged = token_find(vocabulary, both, length);
    if (left_id == TOKEN_NONE || right_id == TOKEN_NONE || merged == TOKEN_NONE)
        return fault(reader, "'merges' names a token that 'vocab' does not hold");
    enter_merge(vocabulary, (uint64_t)left_id << 32 | right_id, rank, merged);
    return true;
}

static bool read_merges(struct json_reader *reader, struct json_value merges)
{
    struct vocabulary *vocabulary = reader->vocabulary;
    struct json_iterator iterator = json_iterate(merges);
    struct json_field field;
    size_t count = 0, slots = 16;
    if (merges.type != JSON_ARRAY)
        return fault(reader, "the model has no 'merges'");
    while (json_next(&iterator, &field))
        count++;
    if (count > VOCABULARY_TOKENS_MAXIMUM)
        return fault(reader, "too many merges");
    while (slots < 2 * count)
        slots *= 2;
    vocabulary->merge_mask = slots - 1;
    vocabulary->merges = memory_allocate(slots * sizeof *vocabulary->merges);
    memset(vocabulary->merges, 0xff, slots * sizeof *vocabulary->merges); /* TOKEN_NONE */
    iterator = json_iterate(merges);
    for (uint32_t rank = 0; json_next(&iterator, &field); rank++)
        if (!read_merge(reader, field.value, rank))
            return false;
    return true;
}

static bool read_model(struct json_reader *reader, struct json_value model, struct json_value added)
{
    struct vocabulary *vocabulary = reader->vocabulary;
    struct json_value kind = json_member(model, SLICE("type"));
    if (kind.type == JSON_STRING && !slice_equal(kind.text, SLICE("\"BPE\"")))
        return fault(reader, "the model is not of type BPE");
    if (is_true(model, "byte_fallback"))
        return fault(reader, "a model with byte_fallback is not byte-level");
    static const char *const affixes[] = { "continuing_subword_prefix", "end_of_word_suffix" };
    for (size_t i = 0; i < 2; i++)
        if (text_of(reader, json_member(model, slice_of_string(affixes[i]))).length > 0)
            return fault(reader, "a model that marks parts of words is not byte-level");
    vocabulary->takes_whole = is_true(model, "ignore_merges");
    return read_tokens(reader, json_member(model, SLICE("vocab"))) && read_added(reader, added) &&
           vocabulary_build(vocabulary, reader->entries, reader->count, reader->error) &&
           read_merges(reader, json_member(model, SLICE("merges")));
}

/* The next step of a "Sequence", or the thing alone. */
static bool each_step(struct json_reader *reader, struct json_value step, const char *members,
                      bool (*take)(struct json_reader *reader, struct json_value step))
{
    if (step.type == JSON_NULL || step.type == JSON_MISSING)
        return true;
    if (!slice_equal(text_of(reader, json_member(step, SLICE("type"))), SLICE("Sequence")))
        return take(reader, step);
    struct json_iterator iterator = json_iterate(json_member(step, slice_of_string(members)));
    struct json_field field;
    while (json_next(&iterator, &field))
        if (!take(reader, field.value))
            return false;
    return true;
}

static bool take_normalizer(struct json_reader *reader, struct json_value step)
{
    static const char *const forms[] = {
        [NORMAL_NFC] = "NFC", [NORMAL_NFD] = "NFD", [NORMAL_NFKC] = "NFKC", [NORMAL_NFKD] = "NFKD"
    };
    struct slice name = text_of(reader, json_member(step, SLICE("type")));
    for (enum normal_form form = NORMAL_NFC; form <= NORMAL_NFKD; form++)
        if (slice_equal(name, slice_of_string(forms[form])) && reader->vocabulary->form == NORMAL_NONE) {
            reader->vocabulary->form = form;
            return true;
        }
    return error_set(reader->error, E_DATA,
                     "tokenizer.json: the normalizer '%.*s' is not read, expected a Unicode form",
                     (int)(name.length > 40 ? 40 : name.length), name.bytes);
}

static bool take_split(struct json_reader *reader, struct json_value step)
{
    struct json_value pattern = json_member(step, SLICE("pattern"));
    struct slice expression = text_of(reader, json_member(pattern, SLICE("Regex")));
    struct slice behavior = text_of(reader, json_member(step, SLICE("behavior")));
    if (expression.length == 0)
        return fault(reader, "a Split that has no Regex is not read");
    /* With invert the matches are what is kept, and what lies between is the delimiter: Isolated either way. */
    if (!slice_equal(behavior, SLICE("Isolated")) &&
        !(slice_equal(behavior, SLICE("Removed")) && is_true(step, "invert")))
        return fault(reader, "a Split whose behavior is not Isolated is not read");
    return splitter_add_pattern(&reader->vocabulary->splitter, expression, reader->error);
}

static bool take_pre_tokenizer(struct json_reader *reader, struct json_value step)
{
    struct splitter *splitter = &reader->vocabulary->splitter;
    struct slice name = text_of(reader, json_member(step, SLICE("type")));
    if (slice_equal(name, SLICE("ByteLevel"))) {
        reader->vocabulary->adds_space |= is_true(step, "add_prefix_space");
        bool has_regex = json_member(step, SLICE("use_regex")).type != JSON_FALSE;
        return !has_regex || splitter_add(splitter, SPLIT_GPT2, reader->error);
    }
    if (slice_equal(name, SLICE("Split")))
        return take_split(reader, step);
    if (slice_equal(name, SLICE("Digits")) && is_true(step, "individual_digits"))
        return splitter_add(splitter, SPLIT_DIGITS, reader->error);
    return error_set(reader->error, E_DATA,
                     "tokenizer.json: the pre_tokenizer '%.*s' is not read, expected ByteLevel, Split or Digits",
                     (int)(name.length > 40 ? 40 : name.length), name.bytes);
}

bool vocabulary_read_json(struct vocabulary *vocabulary, struct slice content, struct error *error)
{
    struct json_reader reader = { .vocabulary = vocabulary, .error = error };
    struct json_value root;
    fill_alphabet(reader.byte_of);
    bool is_good = json_scan(content, &root, error);
    if (is_good && root.type != JSON_OBJECT)
        is_good = fault(&reader, "not an object");
    is_good = is_good &&
              read_model(&reader, json_member(root, SLICE("model")), json_member(root, SLICE("added_tokens"))) &&
              each_step(&reader, json_member(root, SLICE("normalizer")), "normalizers", take_normalizer) &&
              each_step(&reader, json_member(root, SLICE("pre_tokenizer")), "pretokenizers", take_pre_tokenizer);
    memory_free(reader.entries);
    arena_release(&reader.arena);
    return is_good;
}
