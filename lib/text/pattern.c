/* pattern.c - PCRE2 patterns over UTF-8 text.
 *
 * Match data belong to one search at a time. Each pattern keeps a few of them in slots that are taken and given back by
 * one atomic exchange, so that a search costs no allocation and threads need not be known here. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text/pattern.h"

#include <pcre2.h>
#include <stdatomic.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "text/pattern_literal.h"

enum { SLOT_COUNT = 16, JIT_STACK_FIRST = 32 * 1024, MESSAGE_BYTES = 160 };

struct pattern_matcher {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack; /* NULL until JIT code needs more than the 32 KiB of the thread's own stack */
};

struct pattern {
    pcre2_code *code;
    char *text;
    size_t length;
    struct slice literal; /* "" for none */
    size_t group_count;
    bool has_jit;
    /* A cache behind a constant face: taking and giving back is atomic. */
    _Atomic(struct pattern_matcher *) *slots;
};

static void *allocate(PCRE2_SIZE bytes, void *context)
{
    (void)context;
    return memory_allocate(bytes);
}

static void give_back(void *memory, void *context)
{
    (void)context;
    if (memory)
        memory_free(memory);
}

/* Owned: pcre2_general_context_free(). */
static pcre2_general_context *create_general_context(void)
{
    pcre2_general_context *general = pcre2_general_context_create(allocate, give_back, NULL);
    ENSURE(general != NULL);
    return general;
}

static uint32_t compile_options(unsigned flags)
{
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (!(flags & PATTERN_ASCII))
        options |= PCRE2_UCP;
    if (flags & PATTERN_IGNORE_CASE)
        options |= PCRE2_CASELESS;
    if (flags & PATTERN_MULTILINE)
        options |= PCRE2_MULTILINE;
    if (flags & PATTERN_DOT_ALL)
        options |= PCRE2_DOTALL;
    return options;
}

/* The library's own words for an error number. */
static void get_message(int number, char message[MESSAGE_BYTES])
{
    message[0] = '\0';
    (void)pcre2_get_error_message(number, (PCRE2_UCHAR *)message, MESSAGE_BYTES);
}

static pcre2_code *compile_code(struct slice text, unsigned flags, struct error *error)
{
    pcre2_general_context *general = create_general_context();
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    ENSURE(context != NULL);
    /* Nothing may depend on how the library was built. */
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    pcre2_set_parens_nest_limit(context, PATTERN_NESTING_MAXIMUM);
    pcre2_set_max_pattern_length(context, PATTERN_BYTES_MAXIMUM);
    int number = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text.bytes, text.length, compile_options(flags), &number, &offset, context);
    pcre2_compile_context_free(context);
    pcre2_general_context_free(general);
    if (!code) {
        char message[MESSAGE_BYTES];
        get_message(number, message);
        error_set(error, E_USAGE, "pattern: %s", message);
        error_place(error, NULL, 0, (int64_t)(offset < text.length ? offset : text.length) + 1);
    }
    return code;
}

struct pattern *pattern_compile(struct slice text, unsigned flags, struct error *error)
{
    if (text.length > PATTERN_BYTES_MAXIMUM) {
        error_set(error, E_USAGE, "a pattern has %zu bytes, at most %d are allowed", text.length,
                  PATTERN_BYTES_MAXIMUM);
        return NULL;
    }
    size_t valid = utf8_valid_length(text);
    if (valid < text.length) {
        error_set(error, E_USAGE, "pattern: not valid UTF-8");
        error_place(error, NULL, 0, (int64_t)valid + 1);
        return NULL;
    }
    if (!text.bytes)
        text = SLICE("");
    pcre2_code *code = compile_code(text, flags, error);
    if (!code)
        return NULL;
    uint32_t group_count = 0;
    (void)pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &group_count);
    if (group_count > PATTERN_GROUPS_MAXIMUM) {
        pcre2_code_free(code);
        error_set(error, E_USAGE, "a pattern has %u groups, at most %d are allowed", (unsigned)group_count,
                  PATTERN_GROUPS_MAXIMUM);
        return NULL;
    }
    struct pattern *pattern = memory_allocate_zeroed(1, sizeof *pattern);
    pattern->code = code;
    pattern->group_count = group_count;
    /* Where executable memory is refused the interpreter does the same work, slower. */
    pattern->has_jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
    pattern->text = memory_allocate(text.length + PATTERN_LITERAL_MAXIMUM);
    memcpy(pattern->text, text.bytes, text.length);
    pattern->length = text.length;
    char *literal = pattern->text + text.length;
    pattern->literal = slice_of(literal, flags & PATTERN_IGNORE_CASE ? 0 : pattern_find_literal(text, literal));
    pattern->slots = memory_allocate_zeroed(SLOT_COUNT, sizeof *pattern->slots);
    return pattern;
}

static void matcher_free(struct pattern_matcher *matcher)
{
    if (matcher->stack)
        pcre2_jit_stack_free(matcher->stack);
    pcre2_match_context_free(matcher->context);
    pcre2_match_data_free(matcher->data);
    memory_free(matcher);
}

static struct pattern_matcher *matcher_create(const struct pattern *pattern)
{
    pcre2_general_context *general = create_general_context();
    struct pattern_matcher *matcher = memory_allocate_zeroed(1, sizeof *matcher);
    matcher->data = pcre2_match_data_create((uint32_t)pattern->group_count + 1, general);
    matcher->context = pcre2_match_context_create(general);
    ENSURE(matcher->data != NULL);
    ENSURE(matcher->context != NULL);
    pcre2_set_match_limit(matcher->context, PATTERN_MATCH_LIMIT);
    pcre2_set_depth_limit(matcher->context, PATTERN_DEPTH_LIMIT);
    pcre2_set_heap_limit(matcher->context, PATTERN_HEAP_KIBIBYTES);
    pcre2_general_context_free(general);
    return matcher;
}

static struct pattern_matcher *take_matcher(const struct pattern *pattern)
{
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        if (!atomic_load_explicit(&pattern->slots[i], memory_order_relaxed))
            continue;
        struct pattern_matcher *matcher = atomic_exchange(&pattern->slots[i], NULL);
        if (matcher)
            return matcher;
    }
    return matcher_create(pattern);
}

static void return_matcher(const struct pattern *pattern, struct pattern_matcher *matcher)
{
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        struct pattern_matcher *none = NULL;
        if (atomic_compare_exchange_strong(&pattern->slots[i], &none, matcher))
            return;
    }
    matcher_free(matcher);
}

void pattern_free(struct pattern *pattern)
{
    if (!pattern)
        return;
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        struct pattern_matcher *matcher = atomic_load(&pattern->slots[i]);
        if (matcher)
            matcher_free(matcher);
    }
    pcre2_code_free(pattern->code);
    memory_free(pattern->slots);
    memory_free(pattern->text);
    memory_free(pattern);
}

struct slice pattern_text(const struct pattern *pattern)
{
    return slice_of(pattern->text, pattern->length);
}

struct slice pattern_literal(const struct pattern *pattern)
{
    return pattern->literal;
}

static bool may_match(const struct pattern *pattern, struct slice text)
{
    return pattern->literal.length == 0 || slice_find(text, pattern->literal) < text.length;
}

size_t pattern_group_count(const struct pattern *pattern)
{
    return pattern->group_count;
}

size_t pattern_group(const struct pattern *pattern, struct slice name)
{
    char copy[129];
    if (name.length == 0 || name.length >= sizeof copy || memchr(name.bytes, '\0', name.length))
        return 0;
    memcpy(copy, name.bytes, name.length);
    copy[name.length] = '\0';
    int number = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR)copy);
    return number > 0 ? (size_t)number : 0;
}

static bool fail(const struct pattern *pattern, int number, struct error *error)
{
    struct slice shown = slice_between(pattern_text(pattern), 0, utf8_cut(pattern_text(pattern), 80));
    int length = (int)shown.length;
    switch (number) {
    case PCRE2_ERROR_MATCHLIMIT:
        return error_set(error, E_LIMIT, "pattern '%.*s' reached the match limit of %d steps", length, shown.bytes,
                         PATTERN_MATCH_LIMIT);
    case PCRE2_ERROR_DEPTHLIMIT:
        return error_set(error, E_LIMIT, "pattern '%.*s' reached the depth limit of %d", length, shown.bytes,
                         PATTERN_DEPTH_LIMIT);
    case PCRE2_ERROR_HEAPLIMIT:
        return error_set(error, E_LIMIT, "pattern '%.*s' reached the heap limit of %d KiB", length, shown.bytes,
                         PATTERN_HEAP_KIBIBYTES);
    case PCRE2_ERROR_JIT_STACKLIMIT:
        return error_set(error, E_LIMIT, "pattern '%.*s' reached the stack limit of %d bytes", length, shown.bytes,
                         PATTERN_STACK_BYTES);
    default: {
        char message[MESSAGE_BYTES];
        get_message(number, message);
        return error_set(error, E_LIMIT, "pattern '%.*s' cannot be matched: %s", length, shown.bytes, message);
    }
    }
}

/* A stack of its own for JIT code that needs more than the thread's; false when it has one already. */
static bool give_stack(struct pattern_matcher *matcher)
{
    if (matcher->stack)
        return false;
    pcre2_general_context *general = create_general_context();
    matcher->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, PATTERN_STACK_BYTES, general);
    pcre2_general_context_free(general);
    if (!matcher->stack)
        return false;
    pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
    return true;
}

/* Returns the library's answer: the number of known groups + 1, or a negative error number. */
static int match(const struct pattern *pattern, struct pattern_matcher *matcher, struct slice text, size_t start,
                 uint32_t options)
{
    for (;;) {
        int answer = pcre2_match(pattern->code, (PCRE2_SPTR)(text.bytes ? text.bytes : ""), text.length, start,
                                 options | PCRE2_NO_UTF_CHECK, matcher->data, matcher->context);
        if (answer != PCRE2_ERROR_JIT_STACKLIMIT || !give_stack(matcher))
            return answer;
    }
}

bool pattern_test(const struct pattern *pattern, struct slice text, bool *is_match, struct error *error)
{
    *is_match = false;
    if (!may_match(pattern, text))
        return true;
    struct pattern_matcher *matcher = take_matcher(pattern);
    int answer = match(pattern, matcher, text, 0, 0);
    return_matcher(pattern, matcher);
    *is_match = answer >= 0;
    return answer >= 0 || answer == PCRE2_ERROR_NOMATCH || fail(pattern, answer, error);
}

void pattern_search_begin(struct pattern_search *search, const struct pattern *pattern, struct slice text)
{
    *search = (struct pattern_search){ .pattern = pattern, .text = text };
    search->is_at_end = !may_match(pattern, text);
    search->matcher = search->is_at_end ? NULL : take_matcher(pattern);
}

/* Bytes of the character at offset of valid text. */
static size_t character_bytes(struct slice text, size_t offset)
{
    size_t bytes = 1;
    while (offset + bytes < text.length && ((unsigned char)text.bytes[offset + bytes] & 0xc0) == 0x80)
        bytes++;
    return bytes;
}

/* Perl's rule: behind an empty match look for one that is not empty at the same place, else go on one character. */
bool pattern_search_next(struct pattern_search *search, bool *is_found, struct error *error)
{
    *is_found = false;
    int answer = PCRE2_ERROR_NOMATCH;
    if (search->is_at_end)
        return true;
    if (search->was_empty) {
        answer = match(search->pattern, search->matcher, search->text, search->next,
                       PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED);
        if (answer == PCRE2_ERROR_NOMATCH)
            search->next += character_bytes(search->text, search->next);
        search->was_empty = false;
    }
    if (search->next > search->text.length)
        return true;
    if (answer == PCRE2_ERROR_NOMATCH)
        answer = match(search->pattern, search->matcher, search->text, search->next, 0);
    search->is_at_end = answer < 0;
    if (answer < 0)
        return answer == PCRE2_ERROR_NOMATCH || fail(search->pattern, answer, error);
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(search->matcher->data);
    search->group_count = (unsigned)answer;
    search->was_empty = offsets[0] == offsets[1];
    search->next = offsets[1];
    *is_found = true;
    return true;
}

struct pattern_span pattern_search_span(const struct pattern_search *search, size_t group)
{
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(search->matcher->data);
    if (group >= search->group_count || offsets[2 * group] == PCRE2_UNSET)
        return (struct pattern_span){ 0, 0, false };
    return (struct pattern_span){ offsets[2 * group], offsets[2 * group + 1], true };
}

void pattern_search_end(struct pattern_search *search)
{
    if (search->matcher)
        return_matcher(search->pattern, search->matcher);
    search->matcher = NULL;
}
