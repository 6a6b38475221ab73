/* ledger.c - index --acknowledge follows from ingest --ledger. */
#include "pipeline/load.h"

/* The ledger whose marks come out of the chain: of its own steps, or of the chain that wrote what it reads. */
static const char *ledger_of(const struct pipeline *pipeline, const char *const *ledgers, size_t index)
{
    const struct pipeline_chain *chain = &pipeline->chains[index];
    const char *ledger = chain->step_count ? step_value(&chain->steps[0], "ledger") : NULL;
    const struct option_list *inputs = chain->step_count && chain->steps[0].call.common.inputs.count
                                           ? &chain->steps[0].call.common.inputs
                                           : &chain->inputs;
    for (size_t i = 0; i < index && !ledger && inputs->count == 1; i++) {
        const struct pipeline_chain *before = &pipeline->chains[i];
        const char *own = before->step_count ? before->steps[before->step_count - 1].call.common.output : NULL;
        const char *output = own ? own : before->output;
        if (output && strcmp(output, inputs->values[0]) == 0)
            ledger = ledgers[i];
    }
    return ledger;
}

void join_ledgers(struct loader *loader, struct pipeline *pipeline)
{
    const char **ledgers = arena_allocate(loader->arena, (pipeline->chain_count + 1) * sizeof *ledgers);
    for (size_t i = 0; i < pipeline->chain_count; i++) {
        const struct pipeline_chain *chain = &pipeline->chains[i];
        ledgers[i] = ledger_of(pipeline, ledgers, i);
        if (!ledgers[i] || chain->step_count == 0)
            continue;
        struct pipeline_step *last = &chain->steps[chain->step_count - 1];
        bool takes_it = last->call.tool->options && option_find(last->call.tool->options, SLICE("acknowledge")) != NULL;
        if (takes_it && !step_value(last, "acknowledge"))
            step_give(loader, last, "acknowledge", ledgers[i]);
    }
}
