/* chain.h - stages joined to one another: segments, worker pools, the order behind them.
 *
 * Neighbouring parallel stages form one segment: a batch goes through all of them on one worker, and what they emit is
 * delivered in the order in which the batches came. Serial stages run in the calling thread. Everything but the push of
 * a parallel stage happens there. */
#ifndef CLI_CHAIN_H
#define CLI_CHAIN_H

#include "cli/outcomes.h"
#include "cli/writer.h"

struct chain;

struct chain_settings {
    struct stage *stages; /* count of them, opened by chain_open(); totals are kept in them */
    size_t count;
    unsigned jobs;
    struct writer *writer;
};

/* Opens every stage. Owned: chain_close(). */
struct chain *chain_open(const struct chain_settings *settings, struct error *error) MUST_CHECK;

/* Takes the batch over. FLOW_STOP: a stage or the reader of stdout wants no more. */
enum flow chain_push(struct chain *chain, struct batch *batch, struct error *error) MUST_CHECK;

/* Lets the first stage, a source, emit some batches. */
enum flow chain_pull(struct chain *chain, struct error *error) MUST_CHECK;

/* Everything held back goes out: a live stream pauses. */
enum flow chain_flush(struct chain *chain, struct error *error) MUST_CHECK;
/* Waits for what the workers have; stages keep what they gather. */
enum flow chain_drain(struct chain *chain, struct error *error) MUST_CHECK;

/* The input ended well. Stages finish in order; before_terminal (may be NULL) runs before a terminal stage commits and
 * may refuse. */
enum flow chain_finish(struct chain *chain, bool (*before_terminal)(void *context, struct error *error), void *context,
                       struct error *error) MUST_CHECK;

/* What was delivered so far stays; what is under way is thrown away. Closes every stage. */
void chain_close(struct chain *chain);

#endif
