/* load.h - what the files that check a pipeline share. Private to the pipeline module. */
#ifndef PIPELINE_LOAD_H
#define PIPELINE_LOAD_H

#include "pipeline/models.h"
#include "pipeline/pipeline.h"
#include "pipeline/variables.h"

struct loader {
    const char *file;
    const struct pipeline_settings *settings;
    struct arena *arena;
    struct pipeline_faults *faults;
    struct variables variables;
    const struct yaml_node *models; /* NULL when there is no such section */
    struct model_list *named;       /* arena: the same, for options that take a model's name; variables filled in */
};

/* Notes a fault at the node's place. */
void loader_fault(struct loader *loader, const struct yaml_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same from a set error; prefix such as "filter: " or "". */
void loader_fault_error(struct loader *loader, const struct yaml_node *node, const char *prefix,
                        const struct error *error);

/* The characters of a scalar, variables filled in; NULL after noting a fault. */
const char *loader_text(struct loader *loader, const struct yaml_node *node);

/* An unknown key: names the nearest of the known ones. what: "the file", "stage 'x'". */
void loader_unknown_key(struct loader *loader, const struct yaml_node *key, const char *what, const char *const *known,
                        size_t count);

/* One step of a chain. false after noting faults. */
bool load_step(struct loader *loader, const struct yaml_node *node, struct pipeline_step *step);

/* The value that the file gives an option of the step; NULL: none, or the tool has no such option. */
const char *step_value(const struct pipeline_step *step, const char *name);
/* Gives an option that the file leaves open. false after noting a fault. */
bool step_give(struct loader *loader, struct pipeline_step *step, const char *name, const char *text);

/* Steps that index what a ledger's run put out acknowledge it, in its chain or behind the file that it wrote. */
void join_ledgers(struct loader *loader, struct pipeline *pipeline);

/* Whether the steps fit one another: sources first, terminal steps last, tools with streams of their own alone. */
void check_chain(struct loader *loader, const struct pipeline_chain *chain, const struct yaml_node *node);

#endif
