/* pretrain.h - what the stages of pretrain share.
 *
 *     records ─> write                          parallel
 *     records ─> look ─> join ─> write          --join: parallel, serial, parallel
 */
#ifndef CMD_PRETRAIN_H
#define CMD_PRETRAIN_H

#include "cli/option.h"
#include "record/stage.h"

struct pretrain_options {
    const char *profile, *field, *separator, *tokenizer;
    struct option_list keep;
    bool joins, strips, tidies;
    int64_t minimum_chars, maximum_tokens;
};

extern const struct stage_class pretrain_look_stage, pretrain_join_stage, pretrain_write_stage;

#endif
