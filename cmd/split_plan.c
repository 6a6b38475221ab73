/* split_plan.c - what the options of split say. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "record/expression.h"
#include "record/sort_key.h"
#include "split.h"
#include "json/write.h"

#define SHARES_TOLERANCE 1e-9

/* "train=0.9" or "train=90%": name and text behind it. */
static bool take_name(struct split_plan *plan, const char *text, const char *option, struct slice *value,
                      unsigned *number, struct error *error)
{
    struct slice whole = slice_of_string(text);
    size_t equals = slice_find_byte(whole, '=');
    struct slice name = slice_between(whole, 0, equals);
    if (equals == whole.length || name.length == 0)
        return error_set(error, E_USAGE, "%s: '%s' is not NAME=VALUE", option, text);
    *value = slice_from(whole, equals + 1);
    for (*number = 0; *number < plan->count; ++*number)
        if (slice_equal(slice_of_string(plan->names[*number]), name))
            return true;
    if (plan->count == SPLITS_MAXIMUM)
        return error_set(error, E_USAGE, "%s: more than %d splits", option, SPLITS_MAXIMUM);
    plan->names[plan->count] = arena_copy_string(&plan->arena, name);
    plan->wanted[plan->count++] = -1;
    return true;
}

static bool read_ratio(struct split_plan *plan, struct error *error)
{
    const struct option_list *ratio = &plan->options->ratio;
    double sum = 0;
    for (size_t i = 0; i < ratio->count; i++) {
        struct slice value = { 0 };
        unsigned number = 0;
        double share;
        if (!take_name(plan, ratio->values[i], "--ratio", &value, &number, error))
            return false;
        if (number + 1 < plan->count)
            return error_set(error, E_USAGE, "--ratio: '%s' stands twice", plan->names[number]);
        bool is_percent = slice_ends_with(value, SLICE("%"));
        value.length -= is_percent;
        if (!number_parse_double(value, &share) || !(share >= 0 && share <= (is_percent ? 100 : 1)))
            return error_set(error, E_USAGE, "--ratio: '%s' is not a share from 0 to 1", ratio->values[i]);
        sum += is_percent ? share / 100 : share;
        plan->bounds[number] = sum;
    }
    if (fabs(sum - 1) > SHARES_TOLERANCE)
        return error_set(error, E_USAGE, "--ratio: the shares make %g together, expected 1", sum);
    plan->bounds[plan->count - 1] = 1;
    return true;
}

/* Only names count: sizes are those of --count, and the first split gets the rest. */
static bool read_count(struct split_plan *plan, struct error *error)
{
    const struct option_list *counts = &plan->options->count;
    plan->names[plan->count] = "train";
    plan->wanted[plan->count++] = -1;
    for (size_t i = 0; i < counts->count; i++) {
        struct slice value = { 0 };
        unsigned number = 0;
        int64_t wanted;
        if (!take_name(plan, counts->values[i], "--count", &value, &number, error))
            return false;
        if (!number_parse_integer(value, &wanted) || wanted < 0)
            return error_set(error, E_USAGE, "--count: '%s' is not a number of rows", counts->values[i]);
        if (number == 0)
            return error_set(error, E_USAGE, "--count: 'train' gets what the others leave");
        if (plan->wanted[number] >= 0)
            return error_set(error, E_USAGE, "--count: '%s' stands twice", plan->names[number]);
        plan->wanted[number] = wanted;
    }
    return true;
}

static bool compile_path(struct split_plan *plan, const char *text, const char *option, struct json_path *path,
                         struct error *error)
{
    return !text || json_path_compile(slice_of_string(text), &plan->arena, path, error) ||
           expression_label_error(error, option);
}

static bool compile_paths(struct split_plan *plan, struct error *error)
{
    const struct split_options *options = plan->options;
    plan->by_count = options->by.count;
    plan->by = arena_allocate_zeroed(&plan->arena, options->by.count + 1, sizeof *plan->by);
    for (size_t i = 0; i < options->by.count; i++)
        if (!compile_path(plan, options->by.values[i], "--by", &plan->by[i], error))
            return false;
    return compile_path(plan, options->stratify, "--stratify", &plan->stratum, error) &&
           compile_path(plan, options->time, "--time", &plan->time, error) &&
           compile_path(plan, options->into, "--into", &plan->into, error);
}

static bool append_key(struct buffer *key, char kind, struct slice json, struct error *error)
{
    struct json_value value;
    struct arena arena = { 0 };
    buffer_append_byte(key, kind);
    bool is_good = json_scan(json, &value, error) && sort_key_append(key, value, false, &arena, error);
    arena_release(&arena);
    return is_good;
}

static bool read_cuts(struct split_plan *plan, struct error *error)
{
    const struct option_list *cuts = &plan->options->cut;
    if (cuts->count == 0)
        return true;
    if (cuts->count + 1 != plan->count)
        return error_set(error, E_USAGE, "--cut: %zu values for %u splits, expected %u", cuts->count, plan->count,
                         plan->count - 1);
    plan->cut_count = (unsigned)cuts->count;
    for (size_t i = 0; i < cuts->count; i++) {
        struct slice text = slice_of_string(cuts->values[i]);
        struct buffer quoted = { 0 };
        struct error ignored;
        struct json_value number;
        json_append_string(&quoted, text);
        bool is_good = append_key(&plan->cuts[i].text, 's', buffer_slice(&quoted), error);
        buffer_release(&quoted);
        if (is_good && json_scan(text, &number, &ignored) && number.type == JSON_NUMBER)
            is_good = append_key(&plan->cuts[i].number, 'n', text, error);
        if (!is_good)
            return false;
        if (i > 0 && slice_compare(buffer_slice(&plan->cuts[i - 1].text), buffer_slice(&plan->cuts[i].text)) >= 0 &&
            (plan->cuts[i].number.length == 0 ||
             slice_compare(buffer_slice(&plan->cuts[i - 1].number), buffer_slice(&plan->cuts[i].number)) >= 0))
            return error_set(error, E_USAGE, "--cut: '%s' does not come behind '%s'", cuts->values[i],
                             cuts->values[i - 1]);
    }
    return true;
}

static bool read_leaks(struct split_plan *plan, struct error *error)
{
    const struct option_list *leak = &plan->options->leak;
    for (size_t i = 0; i < leak->count; i++) {
        unsigned kind = 0;
        while (split_leak_names[kind] && strcmp(split_leak_names[kind], leak->values[i]) != 0)
            kind++;
        if (!split_leak_names[kind])
            return error_set(error, E_USAGE, "--leak: '%s' is none of exact, normalized, prompt, ngram, near",
                             leak->values[i]);
        plan->leaks[kind] = true;
    }
    return true;
}

static bool open_minhash(struct split_plan *plan, struct error *error)
{
    if (!plan->leaks[LEAK_NEAR] && !plan->options->group_near)
        return true;
    plan->minhash = memory_allocate(sizeof *plan->minhash);
    return minhash_open(plan->minhash, minhash_scheme_find("garner"), error);
}

bool split_plan_make(struct split_plan *plan, const struct split_options *options, struct error *error)
{
    const struct fingerprint_settings exact = { .folds = false }, normalized = { .folds = true };
    plan->options = options;
    plan->names = arena_allocate_zeroed(&plan->arena, SPLITS_MAXIMUM + 1, sizeof *plan->names);
    plan->has_into = options->into != NULL;
    return (options->count.count ? read_count(plan, error) : read_ratio(plan, error)) && compile_paths(plan, error) &&
           read_cuts(plan, error) && read_leaks(plan, error) &&
           text_fields_compile(NULL, 0, &plan->arena, &plan->texts, error) &&
           fingerprint_compile(&exact, &plan->arena, &plan->exact, error) &&
           fingerprint_compile(&normalized, &plan->arena, &plan->normalized, error) && open_minhash(plan, error);
}

void split_plan_release(struct split_plan *plan)
{
    for (unsigned i = 0; i < SPLITS_MAXIMUM; i++) {
        buffer_release(&plan->cuts[i].text);
        buffer_release(&plan->cuts[i].number);
    }
    memory_free(plan->minhash);
    arena_release(&plan->arena);
    *plan = (struct split_plan){ 0 };
}
