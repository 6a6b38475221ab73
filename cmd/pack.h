/* pack.h - what the stages of pack share.
 *
 *     records ─> measure ─> fill ─> records                        one output
 *                parallel   serial
 *     records ─> measure ─> fill ─> compress ─> write              --output with {shard}
 *                parallel   serial  parallel    terminal
 */
#ifndef CMD_PACK_H
#define CMD_PACK_H

#include "cli/option.h"
#include "dataset/pack.h"
#include "dataset/pieces.h"
#include "dataset/shard_set.h"
#include "text/tokens.h"

/* The order of the choices of --strategy; PACK_NONE is none of pack.h. */
enum pack_choice { PACK_CHOICE_BEST_FIT, PACK_CHOICE_GREEDY, PACK_CHOICE_WRAPPED, PACK_CHOICE_NONE };
enum pack_emit { PACK_EMIT_TEXT, PACK_EMIT_IDS };

struct pack_options {
    int64_t length;
    const char *tokenizer, *separator, *field;
    unsigned strategy; /* enum pack_choice */
    unsigned action;   /* enum pack_long */
    unsigned emit;     /* enum pack_emit */
    bool has_positions, names_documents;
    int64_t window;
    int64_t shard_bytes, shard_rows, shard_count;
    struct option_list verify;
};

/* What options and tokenizer come to. */
struct pack_plan {
    struct tokenizer tokenizer;
    struct buffer separator; /* JSON: settings.separator */
    struct pack_settings settings;
};

/* Errors: E_USAGE, those of tokenizer_open(). The plan is released in any case. */
bool pack_plan_make(const struct pack_options *options, struct pack_plan *plan, struct error *error) MUST_CHECK;
void pack_plan_release(struct pack_plan *plan);

/* A JSON object of the options that made the rows; appends. Errors: those of tokenizer_check(). */
bool pack_append_options(const struct pack_options *options, struct buffer *json, struct error *error) MUST_CHECK;

/* The payload of a batch between measure and fill. The plan is that of measure: a vocabulary is read once. */
struct pack_measured {
    const struct pack_plan *plan;
    const struct pack_measured_record {
        struct pack_document document;
        struct slice id; /* JSON; empty: unknown */
    } * records;
};

/* Tokens of whatever texts a row has, for --strategy none. */
extern const struct stage_class pack_measure_stage;
extern const struct stage_class pack_fill_stage;
extern const struct stage_class pack_compress_stage; /* payload: struct shard_frame */
extern const struct stage_class pack_write_stage;
extern const struct stage_class pack_verify_stage;

#endif
