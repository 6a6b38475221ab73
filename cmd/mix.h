/* mix.h - what the files of mix share: options, sources, and the plan. */
#ifndef CMD_MIX_H
#define CMD_MIX_H

#include "base/arena.h"
#include "base/error.h"
#include "cli/option.h"
#include "cli/reader.h"

enum { MIX_SOURCES_MAXIMUM = 1024 };
enum mix_unit { MIX_ROWS, MIX_TOKENS };
enum mix_stop { MIX_FIRST_EXHAUSTED, MIX_ALL_EXHAUSTED };

struct mix_options {
    struct option_list sources, weight;
    unsigned unit; /* enum mix_unit */
    unsigned stop; /* enum mix_stop */
    double temperature, epochs, max_repeats;
    int64_t max_rows, max_tokens;
    const char *tokenizer, *into;
};

/* A file that rows are taken from. */
struct mix_source {
    const char *path;
    double weight; /* negative: not given, its size */
    int64_t rows, tokens;
    double share;   /* of the mix, in units */
    int64_t wanted; /* rows */
    int64_t passes; /* whole ones; what is left of wanted is chosen in one more */
    int64_t emitted;
    double next; /* where its next row stands in the mix, 0 to 1 */

    struct reader *reader; /* of the pass under way */
    struct batch *batch;
    size_t place;      /* in it */
    int64_t pass, row; /* how many before */
    int64_t chosen;    /* in the last pass */
    bool is_done;      /* all passes were read to their ends */
};

struct mix_plan {
    struct mix_source *sources;
    size_t count;
};

/* Sources and weights as the options have them. Errors: E_USAGE. */
bool mix_plan_read(struct mix_plan *plan, const struct mix_options *options, struct arena *arena,
                   struct error *error) MUST_CHECK;

/* How many rows of each, once their sizes are known. Errors: E_DATA: there is nothing to mix. */
bool mix_plan_make(struct mix_plan *plan, const struct mix_options *options, struct error *error) MUST_CHECK;

#endif
