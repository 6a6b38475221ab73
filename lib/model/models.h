/* models.h - named models: what the user's configuration and a pipeline say once, and --model NAME refers to.
 *
 *     models:
 *       default: {provider: openai, url: "http://127.0.0.1:8080", model: bge-small, query-prefix: "query: "}
 *       teacher: {kind: chat, provider: anthropic, url: "https://api.anthropic.com", model: claude, api-key-env:
 * ANTHROPIC_API_KEY, requests-per-minute: 50, input-price: 3, output-price: 15}
 *
 * The keys are the long names of the options that they stand for, so a tool applies an entry by its own option table:
 * what the command line says wins. Prices are in money per million tokens. A file from a pipeline comes first, then
 * $GARNER_CONFIG, else $XDG_CONFIG_HOME/garner/config.yaml, else ~/.config/garner/config.yaml. Keys of servers never
 * stand there: api-key-env and api-key-file name where they are. */
#ifndef MODEL_MODELS_H
#define MODEL_MODELS_H

#include "base/arena.h"
#include "base/error.h"

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
    struct named_model *models; /* in the order told; a name told twice: the first counts */
    size_t count;
};

/* Reads the user's configuration; none is an empty list. Arena. Errors: E_CONFIG with file, line and column; E_NO_INPUT
 * when $GARNER_CONFIG names a file that is not there. */
bool models_load(struct arena *arena, struct model_list *models, struct error *error) MUST_CHECK;

const struct named_model *models_find(const struct model_list *models, const char *name);

/* The value of a key, NULL when it is not told. */
const char *model_setting_find(const struct named_model *model, const char *key);

#endif
