/* chunk_options.h - the options of the chunk tool and what they mean. */
#ifndef CMD_CHUNK_OPTIONS_H
#define CMD_CHUNK_OPTIONS_H

#include "cli/tool.h"
#include "model_options.h"
#include "record/record.h"
#include "text/chunk.h"
#include "json/path.h"

/* 0 and NULL: not said. */
struct chunk_options {
    struct embed_model_options model;
    unsigned preset, strategy, unit, headings;
    int64_t size, parent_size;
    const char *overlap;
    const char *separator, *tokenizer, *field;
    double breakpoint;
    int64_t buffer; /* sentences on each side that are embedded with one */
};

enum chunk_headings { HEADINGS_AUTO, HEADINGS_ALWAYS, HEADINGS_NEVER };

extern const struct option chunk_table[];

/* What the options say, the preset and the defaults; the tokenizer is opened by whoever cuts. */
struct chunk_plan {
    struct chunk_settings settings;
    struct pattern *separator; /* owned: pattern_free(); NULL without one */
    struct json_path field;
    double breakpoint;
    size_t buffer;
    struct embedder_settings model; /* for CHUNK_SEMANTIC */
};

/* Errors: E_USAGE for everything that can be wrong with the options. Texts live in the arena. */
bool chunk_plan_make(const struct chunk_options *options, bool is_offline, struct arena *arena, struct chunk_plan *plan,
                     struct error *error) MUST_CHECK;

/* The strategy alone, whatever else is wrong. */
enum chunk_strategy chunk_strategy_of(const struct chunk_options *options);

/* For CHUNK_SEMANTIC: where the records of a batch are to be cut. */
struct chunk_cuts {
    size_t *places; /* rising offsets in bytes of the record's text; arena */
    size_t count;
    enum code code; /* of a text that the model refused */
    const char *reason;
};

/* Fills cuts[count], asking for all sentences of the records together. What is wrong with a record itself is found
 * again by whoever cuts it. chunker: any text may follow. Errors: those of embedder_embed(). */
bool chunk_find_cuts(const struct chunk_options *options, const struct chunk_plan *plan, struct embedder *embedder,
                     struct chunker *chunker, struct batch *batch, struct record *records, size_t count,
                     struct arena *arena, struct chunk_cuts *cuts, struct error *error) MUST_CHECK;

/* Whether lines that begin with # are headings in a text of that type. */
bool chunk_has_headings(const struct chunk_options *options, struct slice mime);

#endif
