/* mix_plan.c - how many rows of each source make the mix.
 *
 * A source's share is its weight, or its size, to the power 1/temperature, over the sum of all. The whole is as large
 * as the first source lasts, or the last one; then come --epochs and the caps. */
#include "mix.h"

#include <math.h>

#include "base/number.h"

/* "A.jsonl:0.7"; a name may have colons itself. */
static bool read_operand(struct mix_source *source, const char *text, struct arena *arena, struct error *error)
{
    struct slice whole = slice_of_string(text), weight;
    size_t colon = whole.length;
    ENSURE(text);
    while (colon > 0 && whole.bytes[colon - 1] != ':')
        colon--;
    *source = (struct mix_source){ .path = text, .weight = -1 };
    weight = slice_from(whole, colon);
    if (colon > 1 && weight.length > 0 && number_parse_double(weight, &source->weight)) {
        source->path = arena_copy_string(arena, slice_between(whole, 0, colon - 1));
        if (!(source->weight >= 0 && source->weight <= 1e15))
            return error_set(error, E_USAGE, "SOURCE: '%s': expected a weight from 0 on", text);
    }
    if (strcmp(source->path, "-") == 0)
        return error_set(error, E_USAGE, "SOURCE: standard input cannot be read twice; name files");
    return true;
}

/* The path as it was given, or its last component, with or without what follows its first dot. */
static bool is_called(const struct mix_source *source, struct slice name)
{
    const char *slash = strrchr(source->path, '/');
    struct slice last = slice_of_string(slash ? slash + 1 : source->path);
    return slice_equal(slice_of_string(source->path), name) || slice_equal(last, name) ||
           slice_equal(slice_between(last, 0, slice_find_byte(last, '.')), name);
}

static bool read_weight(struct mix_plan *plan, const char *text, struct error *error)
{
    struct slice whole = slice_of_string(text);
    size_t equals = slice_find_byte(whole, '='), found = plan->count;
    double weight;
    if (equals == whole.length || !number_parse_double(slice_from(whole, equals + 1), &weight) ||
        !(weight >= 0 && weight <= 1e15))
        return error_set(error, E_USAGE, "--weight: '%s' is not NAME=WEIGHT", text);
    for (size_t i = 0; i < plan->count; i++) {
        if (!is_called(&plan->sources[i], slice_between(whole, 0, equals)))
            continue;
        if (found < plan->count)
            return error_set(error, E_USAGE, "--weight: '%s' is the name of two sources", text);
        found = i;
    }
    if (found == plan->count)
        return error_set(error, E_USAGE, "--weight: '%s' is the name of no source", text);
    plan->sources[found].weight = weight;
    return true;
}

bool mix_plan_read(struct mix_plan *plan, const struct mix_options *options, struct arena *arena, struct error *error)
{
    plan->count = options->sources.count;
    if (plan->count > MIX_SOURCES_MAXIMUM)
        return error_set(error, E_USAGE, "SOURCE: more than %d", MIX_SOURCES_MAXIMUM);
    plan->sources = arena_allocate_zeroed(arena, plan->count + 1, sizeof *plan->sources);
    for (size_t i = 0; i < plan->count; i++)
        if (!read_operand(&plan->sources[i], options->sources.values[i], arena, error))
            return false;
    for (size_t i = 0; i < options->weight.count; i++)
        if (!read_weight(plan, options->weight.values[i], error))
            return false;
    size_t weighted = 0;
    for (size_t i = 0; i < plan->count; i++)
        weighted += plan->sources[i].weight >= 0;
    if (weighted > 0 && weighted < plan->count)
        return error_set(error, E_USAGE, "SOURCE: some have a weight and some have none");
    return true;
}

static double size_of(const struct mix_source *source, const struct mix_options *options)
{
    return (double)(options->unit == MIX_TOKENS ? source->tokens : source->rows);
}

static bool set_shares(struct mix_plan *plan, const struct mix_options *options, struct error *error)
{
    double sum = 0;
    for (size_t i = 0; i < plan->count; i++) {
        struct mix_source *source = &plan->sources[i];
        double size = size_of(source, options), weight = source->weight >= 0 ? source->weight : size;
        source->share = size > 0 && weight > 0 ? pow(weight, 1 / options->temperature) : 0;
        sum += source->share;
    }
    if (!(sum > 0))
        return error_set(error, E_DATA, "no source has both rows and a weight above 0");
    for (size_t i = 0; i < plan->count; i++)
        plan->sources[i].share /= sum;
    return true;
}

/* Units of the mix before the caps. */
static double whole_of(const struct mix_plan *plan, const struct mix_options *options)
{
    double whole = 0;
    bool is_first = true;
    for (size_t i = 0; i < plan->count; i++) {
        const struct mix_source *source = &plan->sources[i];
        if (source->share <= 0)
            continue;
        double lasts = size_of(source, options) / source->share;
        bool is_taken = options->stop == MIX_FIRST_EXHAUSTED ? lasts < whole : lasts > whole;
        if (is_first || is_taken)
            whole = lasts;
        is_first = false;
    }
    return whole * options->epochs;
}

/* Rows of a source in a mix of so many units. */
static double rows_in(const struct mix_source *source, const struct mix_options *options, double whole)
{
    double units = whole * source->share;
    if (options->unit == MIX_TOKENS)
        units *= (double)source->rows / (double)(source->tokens > 0 ? source->tokens : 1);
    double most = options->max_repeats > 0 ? options->max_repeats * (double)source->rows : units;
    return units < most ? units : most;
}

bool mix_plan_make(struct mix_plan *plan, const struct mix_options *options, struct error *error)
{
    if (!set_shares(plan, options, error))
        return false;
    double whole = whole_of(plan, options), rows = 0, tokens = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct mix_source *source = &plan->sources[i];
        double taken = source->rows > 0 ? rows_in(source, options, whole) : 0;
        rows += taken;
        tokens += source->rows > 0 ? taken * (double)source->tokens / (double)source->rows : 0;
    }
    double part = 1;
    if (options->max_rows > 0 && rows > (double)options->max_rows)
        part = (double)options->max_rows / rows;
    if (options->max_tokens > 0 && tokens * part > (double)options->max_tokens)
        part = (double)options->max_tokens / tokens;
    for (size_t i = 0; i < plan->count; i++) {
        struct mix_source *source = &plan->sources[i];
        source->wanted = source->rows > 0 ? (int64_t)floor(rows_in(source, options, whole) * part + 1e-6) : 0;
        source->passes = source->rows > 0 ? source->wanted / source->rows : 0;
    }
    return true;
}
