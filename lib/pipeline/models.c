/* models.c - named models of the user's configuration. */
#include "pipeline/models.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "cli/parse.h"
#include "stream/files.h"
#include "yaml/yaml.h"

/* Where the configuration is; NULL: nowhere. *is_named: the user says so, and then it must be there. */
static const char *configuration_path(struct arena *arena, bool *is_named)
{
    const char *named = getenv("GARNER_CONFIG"), *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    *is_named = named && *named;
    if (*is_named)
        return named;
    if (base && base[0] == '/')
        return arena_format(arena, "%s/garner/config.yaml", base);
    return home && home[0] == '/' ? arena_format(arena, "%s/.config/garner/config.yaml", home) : NULL;
}

static bool fail_at(const struct yaml_node *node, const char *file, struct error *error)
{
    return error_place(error, file, node->line, node->column);
}

static bool load_model(const struct yaml_pair *pair, const char *file, struct arena *arena, struct named_model *model,
                       struct error *error)
{
    const struct yaml_node *value = pair->value;
    if (value->type != YAML_MAP) {
        error_set(error, E_CONFIG, "model '%s' is a %s, expected a map of options", pair->key->text.bytes,
                  yaml_type_name(value->type));
        return fail_at(value, file, error);
    }
    struct model_setting *settings = arena_allocate(arena, (value->count + 1) * sizeof *settings);
    for (size_t i = 0; i < value->count; i++) {
        const struct yaml_node *key = value->pairs[i].key, *text = value->pairs[i].value;
        if (text->type == YAML_LIST || text->type == YAML_MAP) {
            error_set(error, E_CONFIG, "'%s' is a %s, expected a single value", key->text.bytes,
                      yaml_type_name(text->type));
            return fail_at(text, file, error);
        }
        settings[i] = (struct model_setting){ arena_copy_string(arena, key->text), arena_copy_string(arena, text->text),
                                              text->line, text->column };
    }
    *model = (struct named_model){ arena_copy_string(arena, pair->key->text), file, pair->key->line, settings,
                                   value->count };
    return true;
}

static bool load_models(const struct yaml_node *root, const char *file, struct arena *arena, struct model_list *models,
                        struct error *error)
{
    const struct yaml_node *section = yaml_member(root, SLICE("models"));
    if (root->type != YAML_NULL && root->type != YAML_MAP) {
        error_set(error, E_CONFIG, "a configuration is a map, expected 'models:'");
        return fail_at(root, file, error);
    }
    if (!section || section->type == YAML_NULL)
        return true;
    if (section->type != YAML_MAP) {
        error_set(error, E_CONFIG, "models is a %s, expected a map of names to maps", yaml_type_name(section->type));
        return fail_at(section, file, error);
    }
    models->models = arena_allocate(arena, (section->count + 1) * sizeof *models->models);
    for (size_t i = 0; i < section->count; i++)
        if (!load_model(&section->pairs[i], file, arena, &models->models[models->count++], error))
            return false;
    return true;
}

bool models_load(struct arena *arena, struct model_list *models, struct error *error)
{
    bool is_named;
    struct buffer text = { 0 };
    *models = (struct model_list){ 0 };
    const char *file = configuration_path(arena, &is_named);
    if (!file || (!is_named && access(file, F_OK) != 0))
        return true;
    bool is_good = file_read(file, YAML_BYTES_MAXIMUM, "a configuration", &text, error);
    const struct yaml_node *root = is_good ? yaml_parse(buffer_slice(&text), file, arena, error) : NULL;
    is_good = root && load_models(root, file, arena, models, error);
    buffer_release(&text);
    return is_good;
}

bool models_of_call(const struct tool_call *call, struct model_list *models, struct error *error)
{
    struct model_list own;
    if (!models_load(call->arena, &own, error))
        return false;
    *models = own;
    if (!call->models || !call->models->count)
        return true;
    models->count = call->models->count + own.count;
    models->models = arena_allocate(call->arena, models->count * sizeof *models->models);
    memcpy(models->models, call->models->models, call->models->count * sizeof *models->models);
    if (own.count)
        memcpy(models->models + call->models->count, own.models, own.count * sizeof *own.models);
    return true;
}

const struct named_model *models_find(const struct model_list *models, const char *name)
{
    for (size_t i = 0; i < models->count; i++)
        if (strcmp(models->models[i].name, name) == 0)
            return &models->models[i];
    return NULL;
}

static bool apply(struct tool_call *call, const struct named_model *model, struct error *error)
{
    bool has_model = false;
    for (size_t i = 0; i < model->count; i++) {
        const struct model_setting *setting = &model->settings[i];
        const struct option *row = option_find(call->tool->options, slice_of_string(setting->key));
        bool is_model = strcmp(setting->key, "model") == 0;
        has_model |= is_model;
        if (!row || row->is_operand || (!is_model && tool_call_has(call, setting->key)) || !*setting->value)
            continue;
        if (!tool_call_assign(call, row, setting->value, error))
            return error_place(error, model->file, setting->line, setting->column);
    }
    /* A name of ours is none of the server's. */
    return has_model || tool_call_assign(call, option_find(call->tool->options, SLICE("model")), "", error);
}

const struct named_model *models_need(const struct model_list *models, const char *label, const char *name,
                                      struct error *error)
{
    const struct named_model *model = models_find(models, name);
    if (model)
        return model;
    const char **names = memory_allocate_zeroed(models->count + 1, sizeof *names);
    for (size_t i = 0; i < models->count; i++)
        names[i] = models->models[i].name;
    const char *nearest = nearest_name(slice_of_string(name), names, models->count);
    memory_free(names);
    error_set(error, E_USAGE, "%s: there is no named model '%s'%s%s%s", label, name, nearest ? "; did you mean '" : "",
              nearest ? nearest : "", nearest ? "'?" : "");
    return NULL;
}

bool models_apply(const struct named_model *model, const struct option *table, void *values, struct arena *arena,
                  struct error *error)
{
    for (size_t i = 0; i < model->count; i++) {
        const struct model_setting *setting = &model->settings[i];
        const struct option *row = option_find(table, slice_of_string(setting->key));
        if (row && !row->is_operand && *setting->value && !option_assign(row, values, setting->value, arena, error))
            return error_place(error, model->file, setting->line, setting->column);
    }
    return true;
}

/* Whether the call says where a model is. */
static bool names_server(const struct tool_call *call)
{
    return tool_call_has(call, "url") || tool_call_has(call, "command") || tool_call_has(call, "provider");
}

bool models_fill(struct tool_call *call, struct error *error)
{
    struct model_list models;
    const struct option *row = option_find(call->tool->options, SLICE("model"));
    if (!row || row->type != OPTION_TEXT || !tool_call_has(call, "model"))
        return true;
    const char *name = *(const char *const *)(const void *)((const char *)call->options + row->offset);
    if (!name || !*name)
        return true;
    if (!models_of_call(call, &models, error))
        return false;
    if (names_server(call) && !models_find(&models, name))
        return true;
    const struct named_model *model = models_need(&models, "--model", name, error);
    return model && apply(call, model, error);
}
