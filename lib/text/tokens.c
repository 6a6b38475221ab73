/* tokens.c - the builtin tokenizers by name, those of files, and counting. */
#include "text/tokens.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "text/bits.h"
#include "text/encoder.h"

const char *const tokenizer_builtin_names[] = { "o200k-estimate", "cl100k-estimate", NULL };

enum { BUILTIN_COUNT = 2 };
static const struct tokenizer *const builtin[BUILTIN_COUNT] = { &tokenizer_o200k_estimate, &tokenizer_cl100k_estimate };

static bool vocabulary_mark(const struct tokenizer *tokenizer, void *memory, struct slice text, uint64_t *marks,
                            struct error *error)
{
    (void)tokenizer;
    return encoder_mark(memory, text, marks, error);
}

static bool open_file(const char *path, struct tokenizer *tokenizer, struct error *error)
{
    struct vocabulary *vocabulary = vocabulary_open(path, error);
    if (vocabulary)
        *tokenizer = (struct tokenizer){ vocabulary_name(vocabulary), vocabulary_mark, NULL, vocabulary };
    return vocabulary != NULL;
}

/* Where NAME stands in the folder of tokenizers. */
static bool find_installed(const char *name, struct buffer *path)
{
    static const char *const endings[] = { ".tiktoken", "/tokenizer.json" };
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    bool has_data = data && *data;
    if (strpbrk(name, "/.") || (!has_data && !home))
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        buffer_reset(path);
        buffer_append_format(path, "%s%s/garner/tokenizers/%s%s", has_data ? data : home,
                             has_data ? "" : "/.local/share", name, endings[i]);
        if (access(buffer_string(path), R_OK) == 0)
            return true;
    }
    return false;
}

static const struct tokenizer *find_builtin(const char *name)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        if (strcmp(name, builtin[i]->name) == 0)
            return builtin[i];
    return NULL;
}

/* The file that a name stands for. */
static bool find_file(const char *name, struct buffer *path, struct error *error)
{
    if (strpbrk(name, "/.") || access(name, F_OK) == 0) {
        buffer_append_string(path, name);
        return true;
    }
    if (find_installed(name, path))
        return true;
    const char *nearest = nearest_name(slice_of_string(name), tokenizer_builtin_names, BUILTIN_COUNT);
    if (nearest)
        return error_set(error, E_USAGE, "there is no '%s', nearest is '%s'", name, nearest);
    return error_set(error, E_USAGE, "there is no '%s', expected '%s' or a .tiktoken or tokenizer.json file", name,
                     tokenizer_builtin_names[0]);
}

bool tokenizer_open(const char *name, struct tokenizer *tokenizer, struct error *error)
{
    const struct tokenizer *found = find_builtin(name);
    struct buffer path = { 0 };
    *tokenizer = found ? *found : (struct tokenizer){ 0 };
    bool is_good = found || (find_file(name, &path, error) && open_file(buffer_string(&path), tokenizer, error));
    buffer_release(&path);
    return is_good;
}

bool tokenizer_check(const char *name, struct error *error)
{
    struct buffer path = { 0 };
    bool is_good = find_builtin(name) || find_file(name, &path, error);
    if (is_good && path.length > 0 && access(buffer_string(&path), R_OK) != 0)
        is_good = error_set_system(error, E_NO_INPUT, errno, "'%s' cannot be read", buffer_string(&path));
    buffer_release(&path);
    return is_good;
}

bool tokenizer_name(const char *name, struct buffer *text, struct error *error)
{
    const struct tokenizer *found = find_builtin(name);
    struct buffer path = { 0 };
    bool is_good = found || find_file(name, &path, error);
    if (is_good)
        buffer_append_slice(text, found ? slice_of_string(found->name) : vocabulary_name_of(buffer_string(&path)));
    buffer_release(&path);
    return is_good;
}

void tokenizer_release(struct tokenizer *tokenizer)
{
    vocabulary_close(tokenizer->vocabulary);
    *tokenizer = (struct tokenizer){ 0 };
}

void *tokenizer_memory(const struct tokenizer *tokenizer)
{
    return tokenizer->vocabulary ? encoder_create(tokenizer->vocabulary, ADDED_AS_TEXT) : NULL;
}

void tokenizer_memory_free(const struct tokenizer *tokenizer, void *memory)
{
    if (tokenizer && tokenizer->vocabulary)
        encoder_free(memory);
}

bool tokenizer_count_text(const struct tokenizer *tokenizer, void *memory, struct slice text, size_t *count,
                          struct error *error)
{
    if (tokenizer->vocabulary)
        return encoder_count(memory, text, count, error);
    *count = tokenizer_count(tokenizer, text);
    return true;
}

size_t tokenizer_count(const struct tokenizer *tokenizer, struct slice text)
{
    enum { SHORT_WORDS = 256 };
    uint64_t short_marks[SHORT_WORDS];
    size_t words = bits_words(text.length);
    uint64_t *marks = words <= SHORT_WORDS ? short_marks : memory_resize(NULL, words, sizeof *marks);
    struct error ignored;
    size_t count = 0;
    ENSURE(!tokenizer->vocabulary && tokenizer->mark(tokenizer, NULL, text, marks, &ignored));
    for (size_t i = 0; i < words; i++)
        count += bits_count(marks[i]);
    if (marks != short_marks)
        memory_free(marks);
    return count;
}
