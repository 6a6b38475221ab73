/* load.c - the top level of a pipeline file: variables, models, steps or stages. */
#include "pipeline/load.h"

#include <stdarg.h>

#include "base/nearest.h"
#include "stream/files.h"
#include "stream/input.h"

static struct error *new_fault(struct loader *loader)
{
    struct pipeline_faults *faults = loader->faults;
    if (faults->count == PIPELINE_FAULTS_MAXIMUM)
        return NULL;
    faults->errors =
        arena_grow(loader->arena, faults->errors, &faults->capacity, faults->count + 1, sizeof *faults->errors);
    struct error *fault = &faults->errors[faults->count++];
    error_reset(fault);
    return fault;
}

void loader_fault(struct loader *loader, const struct yaml_node *node, const char *format, ...)
{
    struct error *fault = new_fault(loader);
    if (!fault)
        return;
    struct buffer message = { 0 };
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(&message, format, arguments);
    va_end(arguments);
    error_set(fault, E_CONFIG, "%s", buffer_string(&message));
    error_place(fault, loader->file, node->line, node->column);
    buffer_release(&message);
}

void loader_fault_error(struct loader *loader, const struct yaml_node *node, const char *prefix,
                        const struct error *error)
{
    loader_fault(loader, node, "%s%s", prefix, error->message);
}

const char *loader_text(struct loader *loader, const struct yaml_node *node)
{
    const char *text;
    struct error error;
    error_reset(&error);
    if (node->type == YAML_LIST || node->type == YAML_MAP) {
        loader_fault(loader, node, "a %s where one value was expected", yaml_type_name(node->type));
        return NULL;
    }
    if (slice_find_byte(node->text, '\0') < node->text.length) {
        loader_fault(loader, node, "a NUL in a value");
        return NULL;
    }
    if (variables_expand(&loader->variables, node->text, loader->arena, &text, &error))
        return text;
    loader_fault_error(loader, node, "", &error);
    return NULL;
}

void loader_unknown_key(struct loader *loader, const struct yaml_node *key, const char *what, const char *const *known,
                        size_t count)
{
    const char *nearest = nearest_name(key->text, known, count);
    loader_fault(loader, key, "%s has no key '%s'%s%s%s", what, key->text.bytes, nearest ? ", nearest is '" : "",
                 nearest ? nearest : "", nearest ? "'" : "");
}

/* A --set may only change what the file has: a typo must not pass. */
static void load_sets(struct loader *loader, const struct yaml_node *root)
{
    const struct option_list *sets = &loader->settings->sets;
    for (size_t i = 0; i < sets->count; i++) {
        struct slice set = slice_of_string(sets->values[i]);
        size_t split = slice_find_byte(set, '=');
        struct slice name = slice_of(set.bytes, split);
        const char *nearest;
        if (split == set.length) {
            loader_fault(loader, root, "--set %s: NAME=VALUE was expected", sets->values[i]);
        } else if (!variables_get(&loader->variables, name)) {
            nearest = variables_nearest(&loader->variables, name, loader->arena);
            loader_fault(loader, root, "--set: the file's vars have no '%.*s'%s%s%s", (int)split, set.bytes,
                         nearest ? ", nearest is '" : "", nearest ? nearest : "", nearest ? "'" : "");
        } else {
            variables_set(&loader->variables, name, sets->values[i] + split + 1);
        }
    }
}

static const char *set_value(const struct loader *loader, struct slice name)
{
    const struct option_list *sets = &loader->settings->sets;
    for (size_t i = sets->count; i-- > 0;) {
        struct slice set = slice_of_string(sets->values[i]);
        size_t split = slice_find_byte(set, '=');
        if (split < set.length && slice_equal(slice_of(set.bytes, split), name))
            return sets->values[i] + split + 1;
    }
    return NULL;
}

/* A variable may use the environment and those above it; one that --set gives is not computed at all. */
static void load_variables(struct loader *loader, const struct yaml_node *root)
{
    const struct yaml_node *vars = yaml_member(root, SLICE("vars"));
    if (vars && vars->type != YAML_MAP && vars->type != YAML_NULL)
        loader_fault(loader, vars, "vars is a %s, expected a map of names to values", yaml_type_name(vars->type));
    for (size_t i = 0; vars && vars->type == YAML_MAP && i < vars->count; i++) {
        struct slice name = vars->pairs[i].key->text;
        const char *given = set_value(loader, name);
        const char *text = given ? given : loader_text(loader, vars->pairs[i].value);
        variables_set(&loader->variables, name, text ? text : "");
    }
    load_sets(loader, root);
}

/* What cannot be filled in stays as it is: a model that no step uses is no fault. */
static struct named_model name_model(struct loader *loader, const struct yaml_pair *pair)
{
    const struct yaml_node *node = pair->value;
    struct model_setting *settings = arena_allocate(loader->arena, (node->count + 1) * sizeof *settings);
    struct named_model model = { arena_copy_string(loader->arena, pair->key->text), loader->file, pair->key->line,
                                 settings, 0 };
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *value = node->pairs[i].value;
        struct error ignored;
        const char *text;
        if (value->type == YAML_LIST || value->type == YAML_MAP)
            continue;
        if (!variables_expand(&loader->variables, value->text, loader->arena, &text, &ignored))
            text = arena_copy_string(loader->arena, value->text);
        settings[model.count++] = (struct model_setting){ arena_copy_string(loader->arena, node->pairs[i].key->text),
                                                          text, value->line, value->column };
    }
    return model;
}

static void load_models(struct loader *loader, const struct yaml_node *root)
{
    const struct yaml_node *models = yaml_member(root, SLICE("models"));
    if (!models || models->type == YAML_NULL)
        return;
    if (models->type != YAML_MAP) {
        loader_fault(loader, models, "models is a %s, expected a map of names to maps", yaml_type_name(models->type));
        return;
    }
    loader->models = models;
    loader->named = arena_allocate_zeroed(loader->arena, 1, sizeof *loader->named);
    loader->named->models = arena_allocate(loader->arena, (models->count + 1) * sizeof *loader->named->models);
    for (size_t i = 0; i < models->count; i++)
        if (models->pairs[i].value->type == YAML_MAP)
            loader->named->models[loader->named->count++] = name_model(loader, &models->pairs[i]);
        else
            loader_fault(loader, models->pairs[i].value, "model '%s' is a %s, expected a map of options",
                         models->pairs[i].key->text.bytes, yaml_type_name(models->pairs[i].value->type));
}

static void load_steps(struct loader *loader, const struct yaml_node *node, struct pipeline_chain *chain)
{
    if (node->type != YAML_LIST || node->count == 0) {
        loader_fault(loader, node, "steps is %s, expected a list of steps",
                     node->type == YAML_LIST ? "empty" : yaml_type_name(node->type));
        return;
    }
    if (node->count > PIPELINE_STEPS_MAXIMUM) {
        loader_fault(loader, node, "more than 1000 steps");
        return;
    }
    chain->line = node->line;
    chain->column = node->column;
    chain->steps = arena_allocate_zeroed(loader->arena, node->count, sizeof *chain->steps);
    bool is_good = true;
    for (size_t i = 0; i < node->count; i++) {
        struct pipeline_step *step = &chain->steps[chain->step_count];
        bool is_loaded = load_step(loader, node->pairs[i].value, step);
        is_good = is_loaded && is_good;
        if (is_loaded && node->count > 1)
            step->name = arena_format(loader->arena, "%s (step %zu)", step->call.tool->name, i + 1);
        chain->step_count += is_loaded;
    }
    if (is_good)
        check_chain(loader, chain, node);
}

static void load_text_list(struct loader *loader, const struct yaml_node *node, const char ***texts, size_t *count)
{
    size_t wanted = node->type == YAML_LIST ? node->count : node->type == YAML_NULL ? 0 : 1;
    *texts = arena_allocate(loader->arena, (wanted + 1) * sizeof **texts);
    for (size_t i = 0; i < wanted; i++) {
        const char *text = loader_text(loader, node->type == YAML_LIST ? node->pairs[i].value : node);
        if (text)
            (*texts)[(*count)++] = text;
    }
}

static void load_stage(struct loader *loader, const struct yaml_node *key, const struct yaml_node *node,
                       struct pipeline_chain *chain)
{
    static const char *const known[] = { "needs", "input", "steps", "output" };
    const char *what = arena_format(loader->arena, "stage '%s'", key->text.bytes);
    chain->name = key->text.bytes;
    if (node->type != YAML_MAP) {
        loader_fault(loader, node, "%s is a %s, expected a map with steps", what, yaml_type_name(node->type));
        return;
    }
    bool has_steps = false;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *name = node->pairs[i].key, *value = node->pairs[i].value;
        if (slice_equal(name->text, SLICE("needs"))) {
            load_text_list(loader, value, &chain->needs, &chain->need_count);
        } else if (slice_equal(name->text, SLICE("input"))) {
            load_text_list(loader, value, &chain->inputs.values, &chain->inputs.count);
        } else if (slice_equal(name->text, SLICE("output"))) {
            chain->output = loader_text(loader, value);
        } else if (slice_equal(name->text, SLICE("steps"))) {
            has_steps = true;
            load_steps(loader, value, chain);
        } else {
            loader_unknown_key(loader, name, what, known, sizeof known / sizeof *known);
        }
    }
    if (!has_steps)
        loader_fault(loader, key, "%s has no steps", what);
    chain->line = key->line;
    chain->column = key->column;
}

static struct pipeline_chain *find_chain(struct pipeline *pipeline, const char *name)
{
    for (size_t i = 0; i < pipeline->chain_count; i++)
        if (strcmp(pipeline->chains[i].name, name) == 0)
            return &pipeline->chains[i];
    return NULL;
}

static void check_needs(struct loader *loader, struct pipeline *pipeline, const struct yaml_node *stages)
{
    const char **names = arena_allocate(loader->arena, (pipeline->chain_count + 1) * sizeof *names);
    for (size_t i = 0; i < pipeline->chain_count; i++)
        names[i] = pipeline->chains[i].name;
    for (size_t i = 0; i < pipeline->chain_count; i++) {
        struct pipeline_chain *chain = &pipeline->chains[i];
        for (size_t k = 0; k < chain->need_count; k++) {
            if (find_chain(pipeline, chain->needs[k]))
                continue;
            const char *nearest = nearest_name(slice_of_string(chain->needs[k]), names, pipeline->chain_count);
            loader_fault(loader, stages->pairs[i].key, "stage '%s' needs '%s', which is no stage%s%s%s", chain->name,
                         chain->needs[k], nearest ? ", nearest is '" : "", nearest ? nearest : "", nearest ? "'" : "");
        }
    }
}

static bool is_placed(const struct pipeline_chain *placed, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(placed[i].name, name) == 0)
            return true;
    return false;
}

static bool is_ready(const struct pipeline_chain *chain, const struct pipeline_chain *placed, size_t count)
{
    for (size_t i = 0; i < chain->need_count; i++)
        if (!is_placed(placed, count, chain->needs[i]))
            return false;
    return true;
}

/* The order of the file, but every stage after what it needs. */
static void order_chains(struct loader *loader, struct pipeline *pipeline, const struct yaml_node *stages)
{
    size_t count = pipeline->chain_count, placed = 0;
    struct pipeline_chain *order = arena_allocate(loader->arena, (count + 1) * sizeof *order);
    bool has_moved = true;
    while (placed < count && has_moved) {
        has_moved = false;
        for (size_t i = 0; i < count && !has_moved; i++) {
            const struct pipeline_chain *chain = &pipeline->chains[i];
            has_moved = !is_placed(order, placed, chain->name) && is_ready(chain, order, placed);
            if (has_moved)
                order[placed++] = *chain;
        }
    }
    for (size_t i = 0; placed < count && i < count; i++)
        if (!is_placed(order, placed, pipeline->chains[i].name)) {
            loader_fault(loader, stages->pairs[i].key, "stage '%s' needs itself, by way of its needs",
                         pipeline->chains[i].name);
            return;
        }
    pipeline->chains = order;
}

/* A stage that says no input and needs one stage reads what that one writes. */
static void join_outputs(struct pipeline *pipeline, struct arena *arena)
{
    for (size_t i = 0; i < pipeline->chain_count; i++) {
        struct pipeline_chain *chain = &pipeline->chains[i];
        if (chain->inputs.count || chain->need_count != 1)
            continue;
        const struct pipeline_chain *before = find_chain(pipeline, chain->needs[0]);
        if (!before || !before->output)
            continue;
        chain->inputs.values = arena_allocate(arena, sizeof *chain->inputs.values);
        chain->inputs.values[0] = before->output;
        chain->inputs.count = 1;
    }
}

static void load_stages(struct loader *loader, const struct yaml_node *node, struct pipeline *pipeline)
{
    if (node->type != YAML_MAP || node->count == 0) {
        loader_fault(loader, node, "stages is %s, expected a map of names to stages",
                     node->type == YAML_MAP ? "empty" : yaml_type_name(node->type));
        return;
    }
    pipeline->chains = arena_allocate_zeroed(loader->arena, node->count, sizeof *pipeline->chains);
    for (size_t i = 0; i < node->count; i++)
        load_stage(loader, node->pairs[i].key, node->pairs[i].value, &pipeline->chains[i]);
    pipeline->chain_count = node->count;
    check_needs(loader, pipeline, node);
    if (loader->faults->count == 0)
        order_chains(loader, pipeline, node);
    if (loader->faults->count == 0)
        join_outputs(pipeline, loader->arena);
}

static const char *file_title(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    struct slice base = slice_of_string(slash ? slash + 1 : path);
    size_t dot = slice_find_byte(base, '.');
    return arena_copy_string(arena, slice_of(base.bytes, dot));
}

static void load_root(struct loader *loader, const struct yaml_node *root, struct pipeline *pipeline)
{
    static const char *const known[] = { "version", "name", "description", "vars", "models", "steps", "stages" };
    if (root->type != YAML_MAP) {
        loader_fault(loader, root, "a pipeline file is a map with version and steps, this is %s%s",
                     root->type == YAML_NULL ? "" : "a ",
                     root->type == YAML_NULL ? "empty" : yaml_type_name(root->type));
        return;
    }
    for (size_t i = 0; i < root->count; i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            is_known |= slice_equal(root->pairs[i].key->text, slice_of_string(known[k]));
        if (!is_known)
            loader_unknown_key(loader, root->pairs[i].key, "a pipeline file", known, sizeof known / sizeof *known);
    }
    const struct yaml_node *version = yaml_member(root, SLICE("version"));
    if (!version)
        loader_fault(loader, root, "version is missing, expected 'version: 1'");
    else if (!slice_equal(version->text, SLICE("1")))
        loader_fault(loader, version, "version is '%s', this garner reads version 1",
                     version->text.bytes ? version->text.bytes : yaml_type_name(version->type));
    load_variables(loader, root);
    load_models(loader, root);
    const struct yaml_node *name = yaml_member(root, SLICE("name"));
    const struct yaml_node *description = yaml_member(root, SLICE("description"));
    pipeline->name = name ? loader_text(loader, name) : file_title(loader->file, loader->arena);
    pipeline->description = description ? loader_text(loader, description) : NULL;
    const struct yaml_node *steps = yaml_member(root, SLICE("steps")), *stages = yaml_member(root, SLICE("stages"));
    if (!steps == !stages) {
        loader_fault(loader, steps ? stages : root, "a pipeline file has steps or stages, this one has %s",
                     steps ? "both" : "neither");
    } else if (steps) {
        pipeline->chains = arena_allocate_zeroed(loader->arena, 1, sizeof *pipeline->chains);
        pipeline->chain_count = 1;
        load_steps(loader, steps, pipeline->chains);
    } else {
        load_stages(loader, stages, pipeline);
    }
}

/* Sections are checked in another order than they may stand in. Stable; there are few. */
static void sort_faults(struct pipeline_faults *faults)
{
    for (size_t i = 1; i < faults->count; i++)
        for (size_t k = i; k > 0; k--) {
            struct error *a = &faults->errors[k - 1], *b = &faults->errors[k];
            if (a->line < b->line || (a->line == b->line && a->column <= b->column))
                break;
            struct error swapped = *a;
            *a = *b;
            *b = swapped;
        }
}

static bool read_text(const char *path, struct buffer *text, struct error *error)
{
    if (strcmp(path, "-") != 0)
        return file_read(path, YAML_BYTES_MAXIMUM, "a pipeline file", text, error);
    struct input_settings settings = { .decoded_maximum = YAML_BYTES_MAXIMUM, .limit_name = "a pipeline file" };
    struct input *input = input_open(path, &settings, error);
    struct slice bytes = { NULL, 1 };
    bool is_good = input != NULL;
    while (is_good && bytes.length) {
        is_good = input_read(input, &bytes, error);
        if (is_good)
            buffer_append_slice(text, bytes);
    }
    input_close(input);
    return is_good;
}

struct pipeline *pipeline_load(const char *path, const struct pipeline_settings *settings, struct arena *arena,
                               struct pipeline_faults *faults)
{
    struct loader loader = {
        .file = strcmp(path, "-") == 0 ? "standard input" : path, .settings = settings, .arena = arena, .faults = faults
    };
    struct pipeline *pipeline = arena_allocate_zeroed(arena, 1, sizeof *pipeline);
    struct buffer text = { 0 };
    struct error error;
    error_reset(&error);
    pipeline->file = loader.file;
    struct yaml_node *root =
        read_text(path, &text, &error) ? yaml_parse(buffer_slice(&text), loader.file, arena, &error) : NULL;
    if (root) {
        load_root(&loader, root, pipeline);
        if (faults->count == 0)
            join_ledgers(&loader, pipeline);
    } else {
        struct error *fault = new_fault(&loader);
        *fault = error;
    }
    sort_faults(faults);
    variables_release(&loader.variables);
    buffer_release(&text);
    return faults->count ? NULL : pipeline;
}
