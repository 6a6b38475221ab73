/* models.h - named models: what the user's configuration says once, and --model NAME refers to.
 *
 *     models:
 *       default: {provider: openai, url: "http://127.0.0.1:8080", model: bge-small, query-prefix: "query: "}
 *       paid:    {provider: cohere, url: "https://api.cohere.com", model: embed-v4.0, api-key-env: COHERE_KEY,
 *                 requests-per-minute: 50}
 *
 * The keys are the long names of options, as in the `models:` of a pipeline file (which come first in `run`). What the
 * command line says wins; keys that a tool has no option for are for other tools. The file is $GARNER_CONFIG, else
 * $XDG_CONFIG_HOME/garner/config.yaml, else ~/.config/garner/config.yaml. Keys of servers never stand there:
 * api-key-env and api-key-file say where they are. */
#ifndef PIPELINE_MODELS_H
#define PIPELINE_MODELS_H

#include "cli/tool.h"

/* One setting of a model, as text: what a user would type behind the option. */
struct model_setting {
    const char *key; /* "url", "requests-per-minute" */
    const char *value;
    int64_t line, column; /* in the file */
};

struct named_model {
    const char *name;
    const char *file; /* where it is told, for messages */
    int64_t line;
    const struct model_setting *settings;
    size_t count;
};

struct model_list {
    struct named_model *models; /* in the order told */
    size_t count;
};

/* Reads the user's configuration; none is an empty list. Arena. Errors: E_CONFIG with file, line and column; E_NO_INPUT
 * when $GARNER_CONFIG names a file that is not there. */
bool models_load(struct arena *arena, struct model_list *models, struct error *error) MUST_CHECK;

/* The same for a call: the models of its pipeline file, then those. */
bool models_of_call(const struct tool_call *call, struct model_list *models, struct error *error) MUST_CHECK;

/* NULL: no model of that name. */
const struct named_model *models_find(const struct model_list *models, const char *name);

/* The same where nothing but a named model is meant. Errors: E_USAGE, with the option's label and the nearest name. */
const struct named_model *models_need(const struct model_list *models, const char *label, const char *name,
                                      struct error *error) MUST_CHECK;

/* Sets the fields of *values that rows of the table stand for. Errors: E_USAGE of a value with its place. */
bool models_apply(const struct named_model *model, const struct option *table, void *values, struct arena *arena,
                  struct error *error) MUST_CHECK;

/* For struct tool's `fill`: when the call's option `model` names a model, its settings become those options of the call
 * that were not given. Any other name is the server's, which must be told then. Errors: as models_load(), models_need()
 * and models_apply(). */
bool models_fill(struct tool_call *call, struct error *error) MUST_CHECK;

#endif
