/* pii.c - the detector: kinds, own patterns and lists, and finds that overlap. */
#include "curate/pii.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "curate/pii_scan.h"
#include "text/pattern.h"
#include "yaml/yaml.h"

static const char *const kind_names[] = {
#define PII_NAME(kind, name, group, certainty) name,
    PII_KIND_LIST(PII_NAME)
#undef PII_NAME
};
static const unsigned char kind_groups[] = {
#define PII_GROUP(kind, name, group, certainty) group,
    PII_KIND_LIST(PII_GROUP)
#undef PII_GROUP
};
static const unsigned char kind_certainties[] = {
#define PII_CERTAINTY(kind, name, group, certainty) certainty,
    PII_KIND_LIST(PII_CERTAINTY)
#undef PII_CERTAINTY
};
static const char *const group_names[] = { "personal", "network", "national-id", "secrets" };

struct own_pattern {
    struct pattern *pattern;
    unsigned kind;
};

struct pii_detector {
    uint64_t kinds;
    bool is_public_only;
    struct arena arena;
    const char *own_names[PII_OWN_KINDS_MAXIMUM];
    size_t own_count;
    struct own_pattern *patterns;
    size_t pattern_count, pattern_capacity;
    struct word_list *list; /* NULL: none */
};

struct pii_detector *pii_detector_create(uint64_t kinds, bool is_public_only)
{
    struct pii_detector *detector = memory_allocate_zeroed(1, sizeof *detector);
    detector->kinds = kinds;
    detector->is_public_only = is_public_only;
    return detector;
}

void pii_detector_free(struct pii_detector *detector)
{
    if (!detector)
        return;
    for (size_t i = 0; i < detector->pattern_count; i++)
        pattern_free(detector->patterns[i].pattern);
    memory_free(detector->patterns);
    word_list_free(detector->list);
    arena_release(&detector->arena);
    memory_free(detector);
}

bool pii_kinds_select(const char *name, uint64_t *kinds, struct error *error)
{
    enum { GROUPS = sizeof group_names / sizeof *group_names };
    const char *names[PII_KIND_COUNT + GROUPS + 1];
    const char *plain = name + (name[0] == '-');
    uint64_t bits = 0;
    for (unsigned i = 0; i < PII_KIND_COUNT; i++) {
        names[i] = kind_names[i];
        if (strcmp(plain, "all") == 0 || strcmp(plain, kind_names[i]) == 0 ||
            strcmp(plain, group_names[kind_groups[i]]) == 0)
            bits |= UINT64_C(1) << i;
    }
    if (bits) {
        *kinds = name[0] == '-' ? *kinds & ~bits : *kinds | bits;
        return true;
    }
    memcpy(names + PII_KIND_COUNT, group_names, sizeof group_names);
    names[PII_KIND_COUNT + GROUPS] = "all";
    const char *nearest = nearest_name(slice_of_string(plain), names, PII_KIND_COUNT + GROUPS + 1);
    if (nearest)
        return error_set(error, E_USAGE, "there is no kind '%s', nearest is '%s'", plain, nearest);
    return error_set(error, E_USAGE, "there is no kind '%s', expected one such as 'email', 'secrets' or 'all'", plain);
}

/* The number of an own kind, made when it is new. */
static bool own_kind(struct pii_detector *detector, struct slice name, unsigned *kind, struct error *error)
{
    if (name.length == 0 || name.length > 64 || name.bytes[0] == '-')
        return error_set(error, E_CONFIG, "'%.*s' is no name of a kind, expected letters, digits, - and _",
                         (int)(name.length > 64 ? 64 : name.length), name.bytes);
    for (size_t i = 0; i < name.length; i++)
        if (!is_token(name.bytes[i]))
            return error_set(error, E_CONFIG, "'%.*s' is no name of a kind, expected letters, digits, - and _",
                             (int)name.length, name.bytes);
    for (unsigned i = 0; i < PII_KIND_COUNT; i++)
        if (slice_equal(name, slice_of_string(kind_names[i]))) {
            *kind = i;
            return true;
        }
    for (size_t i = 0; i < detector->own_count; i++)
        if (slice_equal(name, slice_of_string(detector->own_names[i]))) {
            *kind = (unsigned)(PII_KIND_COUNT + i);
            return true;
        }
    if (detector->own_count == PII_OWN_KINDS_MAXIMUM)
        return error_set(error, E_LIMIT, "more than %d own kinds", PII_OWN_KINDS_MAXIMUM);
    *kind = (unsigned)(PII_KIND_COUNT + detector->own_count);
    detector->own_names[detector->own_count++] = arena_copy_string(&detector->arena, name);
    return true;
}

static bool add_pattern(struct pii_detector *detector, unsigned kind, const struct yaml_node *node, const char *file,
                        struct error *error)
{
    if (node->type == YAML_LIST) {
        for (size_t i = 0; i < node->count; i++)
            if (!add_pattern(detector, kind, node->pairs[i].value, file, error))
                return false;
        return true;
    }
    if (node->type == YAML_MAP || node->type == YAML_NULL) {
        error_set(error, E_CONFIG, "a pattern is a %s, expected text", yaml_type_name(node->type));
        return error_place(error, file, node->line, node->column);
    }
    struct pattern *pattern = pattern_compile(node->text, 0, error);
    if (!pattern) {
        struct error inner = *error;
        error_set(error, E_CONFIG, "pattern, column %lld: %s", (long long)inner.column, inner.message);
        return error_place(error, file, node->line, 0);
    }
    if (detector->pattern_count == detector->pattern_capacity)
        detector->patterns = memory_grow(detector->patterns, &detector->pattern_capacity, detector->pattern_count + 1,
                                         sizeof *detector->patterns);
    detector->patterns[detector->pattern_count++] = (struct own_pattern){ pattern, kind };
    return true;
}

bool pii_add_patterns(struct pii_detector *detector, struct slice text, const char *file, struct error *error)
{
    struct arena arena = { 0 };
    struct yaml_node *root = yaml_parse(text, file, &arena, error);
    bool is_good = root != NULL;
    if (root && root->type != YAML_MAP) {
        error_set(error, E_CONFIG, "a %s, expected a map of NAME: PATTERN", yaml_type_name(root->type));
        is_good = error_place(error, file, root->line, root->column);
    }
    for (size_t i = 0; is_good && i < root->count; i++) {
        const struct yaml_pair *pair = &root->pairs[i];
        unsigned kind = 0;
        is_good = own_kind(detector, pair->key->text, &kind, error) || error_place(error, file, pair->key->line, 0);
        is_good = is_good && add_pattern(detector, kind, pair->value, file, error);
    }
    arena_release(&arena);
    return is_good;
}

bool pii_add_list(struct pii_detector *detector, struct slice name, struct slice text, const char *file,
                  struct error *error)
{
    unsigned kind = 0;
    if (!own_kind(detector, name, &kind, error))
        return false;
    if (!detector->list)
        detector->list = word_list_create();
    return word_list_add(detector->list, text, kind, file, error);
}

const char *pii_kind_name(const struct pii_detector *detector, unsigned kind)
{
    return kind < PII_KIND_COUNT ? kind_names[kind] : detector->own_names[kind - PII_KIND_COUNT];
}

unsigned pii_kind_count(const struct pii_detector *detector)
{
    return (unsigned)(PII_KIND_COUNT + detector->own_count);
}

void pii_finds_release(struct pii_finds *finds)
{
    memory_free(finds->finds);
    *finds = (struct pii_finds){ 0 };
}

void pii_add(struct pii_finds *finds, size_t start, size_t end, unsigned kind, unsigned certainty)
{
    if (finds->count == finds->capacity)
        finds->finds = memory_grow(finds->finds, &finds->capacity, finds->count + 1, sizeof *finds->finds);
    finds->finds[finds->count++] = (struct pii_find){ start, end, kind, certainty };
}

void pii_found(struct pii_scan *scan, size_t start, size_t end, enum pii_kind kind)
{
    pii_add(scan->finds, start, end, kind, kind_certainties[kind]);
}

static int compare_finds(const void *left, const void *right)
{
    const struct pii_find *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end > b->end ? -1 : 1;
    if (a->certainty != b->certainty)
        return a->certainty > b->certainty ? -1 : 1;
    return a->kind < b->kind ? -1 : a->kind > b->kind;
}

/* Finds that overlap become one; best: the find that gives the kind. */
static void join(struct pii_finds *finds)
{
    size_t kept = 0;
    struct pii_find best = { 0 };
    if (finds->count > 1)
        qsort(finds->finds, finds->count, sizeof *finds->finds, compare_finds);
    for (size_t i = 0; i < finds->count; i++) {
        struct pii_find find = finds->finds[i], *last = kept ? &finds->finds[kept - 1] : NULL;
        if (!last || find.start >= last->end) {
            best = finds->finds[kept++] = find;
            continue;
        }
        last->end = find.end > last->end ? find.end : last->end;
        if (find.certainty > best.certainty ||
            (find.certainty == best.certainty && find.end - find.start > best.end - best.start)) {
            best = find;
            last->kind = find.kind;
            last->certainty = find.certainty;
        }
    }
    finds->count = kept;
}

static bool search_own(const struct own_pattern *own, struct slice text, struct pii_finds *finds, struct error *error)
{
    struct pattern_search search;
    bool is_found = false, is_good;
    pattern_search_begin(&search, own->pattern, text);
    while ((is_good = pattern_search_next(&search, &is_found, error)) && is_found) {
        struct pattern_span span = pattern_search_span(&search, 0);
        if (span.end > span.start)
            pii_add(finds, span.start, span.end, own->kind, OWN_CERTAINTY);
    }
    pattern_search_end(&search);
    return is_good;
}

bool pii_detect(const struct pii_detector *detector, struct slice text, struct pii_finds *finds, struct error *error)
{
    struct pii_scan scan = {
        .text = text, .kinds = detector->kinds, .is_public_only = detector->is_public_only, .finds = finds
    };
    finds->count = 0;
    if (detector->kinds)
        pii_scan_text(&scan);
    if (detector->list)
        word_list_find(detector->list, text, finds);
    for (size_t i = 0; i < detector->pattern_count; i++)
        if (!search_own(&detector->patterns[i], text, finds, error))
            return false;
    join(finds);
    return true;
}
