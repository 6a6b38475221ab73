/* step.c - one step of a pipeline file: a tool and its options, by the same table as the command line. */
#include "base/nearest.h"
#include "cli/describe.h"
#include "cli/parse.h"
#include "pipeline/load.h"

struct step_loader {
    struct loader *loader;
    struct pipeline_step *step;
    const char *prefix; /* "filter: " */
    bool is_good;
};

static void step_fault(struct step_loader *self, const struct yaml_node *node, const struct error *error)
{
    loader_fault_error(self->loader, node, self->prefix, error);
    self->is_good = false;
}

/* The message names the tool already. */
static void unknown_key(struct step_loader *self, const struct yaml_node *key, const struct error *error)
{
    loader_fault_error(self->loader, key, "", error);
    self->is_good = false;
}

static void add_word(struct step_loader *self, const struct option *row, const char *text)
{
    struct pipeline_step *step = self->step;
    size_t capacity = step->word_count & ~(size_t)7; /* grows by eights: the count tells the capacity */
    if (step->word_count == capacity) {
        struct pipeline_word *words = arena_allocate(self->loader->arena, (capacity + 8) * sizeof *words);
        if (step->word_count)
            memcpy(words, step->words, step->word_count * sizeof *words);
        step->words = words;
    }
    step->words[step->word_count++] = (struct pipeline_word){ row, text };
}

/* A file from a stranger runs nothing unless the user says so. */
static bool may_run(struct step_loader *self, const struct option *row, const char *text, const struct yaml_node *node)
{
    bool is_program =
        row->meaning == MEANING_PROGRAM || (strcmp(row->name, "provider") == 0 && strcmp(text, "command") == 0);
    if (!is_program || self->loader->settings->allows_programs)
        return true;
    loader_fault(self->loader, node, "%s--%s runs a program; --allow-exec permits that", self->prefix, row->name);
    self->is_good = false;
    return false;
}

/* The same of a model of this file that an option names. */
static bool may_ask(struct step_loader *self, const struct option *row, const char *text, const struct yaml_node *node)
{
    const struct named_model *model =
        row->meaning == MEANING_MODEL && self->loader->named ? models_find(self->loader->named, text) : NULL;
    for (size_t i = 0; model && i < model->count; i++) {
        const struct model_setting *setting = &model->settings[i];
        struct option named = { .name = setting->key };
        if (strcmp(setting->key, "command") == 0)
            named.meaning = MEANING_PROGRAM;
        if (!may_run(self, &named, setting->value, node))
            return false;
    }
    return true;
}

static void assign_text(struct step_loader *self, const struct option *row, const struct yaml_node *node)
{
    struct error error;
    error_reset(&error);
    const char *text = loader_text(self->loader, node);
    if (!text) {
        self->is_good = false;
        return;
    }
    if (!may_run(self, row, text, node) || !may_ask(self, row, text, node))
        return;
    if (!tool_call_assign(&self->step->call, row, text, &error)) {
        step_fault(self, node, &error);
        return;
    }
    add_word(self, row, text);
}

static void assign(struct step_loader *self, const struct option *row, const struct yaml_node *node)
{
    if (node->type != YAML_LIST) {
        if (node->type == YAML_NULL) {
            loader_fault(self->loader, node, "%s%s has no value", self->prefix, row->name);
            self->is_good = false;
            return;
        }
        assign_text(self, row, node);
        return;
    }
    if (row->type != OPTION_LIST) {
        loader_fault(self->loader, node, "%s%s takes one value, not a list", self->prefix, row->name);
        self->is_good = false;
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        assign_text(self, row, node->pairs[i].value);
}

static const struct option *first_operand(struct step_loader *self)
{
    struct error ignored;
    const struct option *row = self->step->call.tool->options;
    for (; row && row->name; row++)
        if (row->is_operand)
            return row;
    return tool_call_find(&self->step->call, SLICE("input"), true, &ignored);
}

/* `url: "${env.URL:-}"` in a model says: none, when the environment has none. */
static bool is_empty(struct step_loader *self, const struct yaml_node *node)
{
    const char *text = node->type == YAML_LIST || node->type == YAML_MAP ? "-" : loader_text(self->loader, node);
    return text && !*text;
}

/* `model: NAME` of a step may name an entry of `models:`: its keys are options of the step, unless the step gives them
 * itself. */
static void apply_model(struct step_loader *self, const struct yaml_node *name, const struct yaml_node *given)
{
    const struct yaml_node *model = yaml_member(self->loader->models, name->text);
    if (!model || model->type != YAML_MAP)
        return;
    for (size_t i = 0; i < model->count; i++) {
        const struct yaml_node *key = model->pairs[i].key;
        bool is_model = slice_equal(key->text, SLICE("model"));
        if ((!is_model && yaml_member(given, key->text)) || slice_equal(key->text, SLICE("kind")))
            continue;
        struct error error;
        error_reset(&error);
        const struct option *row = tool_call_find(&self->step->call, key->text, true, &error);
        if (!row)
            unknown_key(self, key, &error);
        else if (!is_empty(self, model->pairs[i].value))
            assign(self, row, model->pairs[i].value);
    }
}

static void assign_key(struct step_loader *self, const struct yaml_node *key, const struct yaml_node *value,
                       const struct yaml_node *all)
{
    struct error error;
    error_reset(&error);
    if (slice_equal(key->text, SLICE("model")) && value->type != YAML_LIST && value->type != YAML_MAP &&
        yaml_member(self->loader->models, value->text)) {
        apply_model(self, value, all);
        return;
    }
    const struct option *row = tool_call_find(&self->step->call, key->text, true, &error);
    if (!row)
        unknown_key(self, key, &error);
    else
        assign(self, row, value);
}

static void assign_options(struct step_loader *self, const struct yaml_node *value)
{
    if (value->type == YAML_NULL)
        return;
    if (value->type != YAML_MAP) {
        const struct option *row = first_operand(self);
        if (row) {
            assign(self, row, value);
        } else {
            loader_fault(self->loader, value, "%stakes no operand, expected a map of options", self->prefix);
            self->is_good = false;
        }
        return;
    }
    for (size_t i = 0; i < value->count; i++)
        assign_key(self, value->pairs[i].key, value->pairs[i].value, value);
}

static const struct tool *find_tool(struct loader *loader, const struct yaml_node *name)
{
    const struct tool *tool = tool_find(loader->settings->tools, name->text);
    if (tool && tool_is_step(tool))
        return tool;
    const char *names[128];
    size_t count = 0;
    for (const struct tool *const *each = loader->settings->tools; *each && count < 128; each++)
        if (tool_is_step(*each))
            names[count++] = (*each)->name;
    const char *nearest = nearest_name(name->text, names, count);
    if (tool)
        loader_fault(loader, name, "'%s' cannot be a step", name->text.bytes);
    else
        loader_fault(loader, name, "no tool is called '%s'%s%s%s", name->text.bytes, nearest ? ", nearest is '" : "",
                     nearest ? nearest : "", nearest ? "'" : "");
    return NULL;
}

bool load_step(struct loader *loader, const struct yaml_node *node, struct pipeline_step *step)
{
    static const struct yaml_node nothing = { .type = YAML_NULL };
    bool is_map = node->type == YAML_MAP && node->count == 1;
    const struct yaml_node *name = is_map ? node->pairs[0].key : node;
    const struct yaml_node *value = is_map ? node->pairs[0].value : &nothing;
    if (name->type != YAML_TEXT) {
        loader_fault(loader, node, "a step is a tool's name, or a map of one tool to its options%s",
                     node->type == YAML_MAP && node->count > 1 ? "; this map has more than one key (check the indent)"
                                                               : "");
        return false;
    }
    const struct tool *tool = find_tool(loader, name);
    struct error error;
    error_reset(&error);
    if (!tool)
        return false;
    step->line = name->line;
    step->column = name->column;
    step->name = tool->name;
    struct step_loader self = { loader, step, arena_format(loader->arena, "%s: ", tool->name), true };
    if (!tool_call_start(&step->call, tool, loader->settings->tools, loader->arena, &error)) {
        step_fault(&self, name, &error);
        return false;
    }
    step->call.models = loader->named;
    assign_options(&self, value);
    if (self.is_good && !tool_call_finish(&step->call, &error))
        step_fault(&self, name, &error);
    return self.is_good;
}

const char *step_value(const struct pipeline_step *step, const char *name)
{
    for (size_t i = 0; i < step->word_count; i++)
        if (strcmp(step->words[i].row->name, name) == 0)
            return step->words[i].text;
    return NULL;
}

bool step_give(struct loader *loader, struct pipeline_step *step, const char *name, const char *text)
{
    struct error error;
    error_reset(&error);
    struct step_loader self = { loader, step, "", true };
    const struct option *row = option_find(step->call.tool->options, slice_of_string(name));
    struct yaml_node place = { .line = step->line, .column = step->column };
    if (tool_call_assign(&step->call, row, text, &error))
        add_word(&self, row, text);
    else
        step_fault(&self, &place, &error);
    return self.is_good;
}

static void chain_fault(struct loader *loader, const struct pipeline_step *step, const char *message)
{
    struct yaml_node place = { .line = step->line, .column = step->column };
    loader_fault(loader, &place, "%s: %s", step->call.tool->name, message);
}

void check_chain(struct loader *loader, const struct pipeline_chain *chain, const struct yaml_node *node)
{
    (void)node;
    for (size_t i = 0; i < chain->step_count; i++) {
        const struct pipeline_step *step = &chain->steps[i];
        const struct tool *tool = step->call.tool;
        bool is_first = i == 0, is_last = i + 1 == chain->step_count;
        if (!tool_has_stages(tool) && chain->step_count > 1)
            chain_fault(loader, step,
                        "has streams of its own and cannot be joined to other steps; give it a stage of its own");
        else if (!is_first && tool->reads != TOOL_RECORDS)
            chain_fault(loader, step, "reads no records, so it can only be the first step");
        else if (!is_last && tool->writes != TOOL_RECORDS)
            chain_fault(loader, step, "writes no records, so it can only be the last step");
        if (!is_first && step->call.common.inputs.count)
            chain_fault(loader, step, "input is for the first step; this one reads the step before");
        if (!is_last && step->call.common.output)
            chain_fault(loader, step, "output is for the last step; this one feeds the next");
    }
}
