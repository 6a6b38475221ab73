/* splitter.c - steps of splitting, and which expression is which. */
#include "text/splitter.h"

/* Expressions that stand in tokenizer.json files, and the scanner for each. */
static const struct {
    const char *expression;
    enum split_kind kind;
} known[] = {
    { "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", SPLIT_GPT2 },
    { "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", SPLIT_GPT2 },
    { "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| "
      "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|"
      "\\s+(?!\\S)|\\s+",
      SPLIT_CL100K },
    { "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|"
      "\\s+(?!\\S)|\\s+",
      SPLIT_QWEN2 },
    { "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'"
      "ll|"
      "'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|"
      "'m|"
      "'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      SPLIT_O200K },
    { "\\p{N}", SPLIT_DIGITS },
};

const char *splitter_expression(enum split_kind kind)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].kind == kind)
            return known[i].expression;
    return "";
}

bool splitter_add(struct splitter *splitter, enum split_kind kind, struct error *error)
{
    if (splitter->count == SPLIT_STEPS_MAXIMUM)
        return error_set(error, E_LIMIT, "more than %d steps of splitting", SPLIT_STEPS_MAXIMUM);
    splitter->steps[splitter->count++] = (struct split_step){ .kind = kind };
    return true;
}

bool splitter_add_pattern(struct splitter *splitter, struct slice expression, struct error *error)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_equal(expression, slice_of_string(known[i].expression)))
            return splitter_add(splitter, known[i].kind, error);
    struct pattern *pattern = pattern_compile(expression, 0, error);
    if (!pattern)
        return false;
    if (!splitter_add(splitter, SPLIT_PATTERN, error)) {
        pattern_free(pattern);
        return false;
    }
    splitter->steps[splitter->count - 1].pattern = pattern;
    return true;
}

void splitter_release(struct splitter *splitter)
{
    for (size_t i = 0; i < splitter->count; i++)
        pattern_free(splitter->steps[i].pattern);
    *splitter = (struct splitter){ 0 };
}

struct split_work {
    const struct splitter *splitter;
    void (*take)(void *context, struct slice piece);
    void *context;
    struct error *error;
};

static bool split_from(const struct split_work *work, size_t step, struct slice text);

static bool split_matches(const struct split_work *work, size_t step, struct slice text)
{
    struct pattern_search search;
    bool is_found = false, is_good;
    size_t end = 0;
    pattern_search_begin(&search, work->splitter->steps[step].pattern, text);
    while ((is_good = pattern_search_next(&search, &is_found, work->error)) && is_found) {
        struct pattern_span span = pattern_search_span(&search, 0);
        if (span.start > end)
            is_good = split_from(work, step + 1, slice_between(text, end, span.start));
        if (is_good && span.end > span.start)
            is_good = split_from(work, step + 1, slice_between(text, span.start, span.end));
        if (!is_good)
            break;
        end = span.end;
    }
    pattern_search_end(&search);
    return is_good && (end == text.length || split_from(work, step + 1, slice_from(text, end)));
}

/* Steps are few and fixed, so this recursion is shallow. */
static bool split_from(const struct split_work *work, size_t step, struct slice text)
{
    if (step == work->splitter->count) {
        work->take(work->context, text);
        return true;
    }
    enum split_kind kind = work->splitter->steps[step].kind;
    if (kind == SPLIT_PATTERN)
        return split_matches(work, step, text);
    split_next_function *next = splitter_scanner(kind);
    for (size_t start = 0, end; start < text.length; start = end) {
        end = next(text, start);
        if (!split_from(work, step + 1, slice_between(text, start, end)))
            return false;
    }
    return true;
}

bool splitter_split(const struct splitter *splitter, struct slice text, void (*take)(void *context, struct slice piece),
                    void *context, struct error *error)
{
    struct split_work work = { splitter, take, context, error };
    return text.length == 0 || split_from(&work, 0, text);
}
