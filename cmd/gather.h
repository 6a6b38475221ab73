/* gather.h - records that belong together, made to stand together: threads, answers to one prompt. Shared by sft,
 * distill and dpo.
 *
 * Two stages in front of the tool's own. The first, on all workers, says to which group a record belongs; the second,
 * in one thread, holds all back (spill/sorter.h) and lets the groups go in the order of their first records, each whole
 * in one batch. Tombstones and marks: as reorder.h has it. */
#ifndef CMD_GATHER_H
#define CMD_GATHER_H

#include "dataset/mapping.h"
#include "record/stage.h"

enum { GATHER_GROUP_BYTES_MAXIMUM = 64 * 1024 * 1024 };

/* Where groups end in batch->records: batch->payload of what the second stage emits; arena of the batch. */
struct gathered {
    size_t *ends;
    size_t count, capacity;
};

/* What the stages' options begin with. */
struct gather_options {
    const char *map, *preset;
    int64_t memory;
};

/* name: the tool's. */
#define GATHER_STAGES(prefix, tool_name)                                                                               \
    static const struct stage_class prefix##_keys_stage = { .name = (tool_name),                                       \
                                                            .is_parallel = true,                                       \
                                                            .open = gather_keys_open,                                  \
                                                            .push = gather_keys_push,                                  \
                                                            .close = gather_keys_close };                              \
    static const struct stage_class prefix##_gather_stage = {                                                          \
        .name = (tool_name), .open = gather_open, .push = gather_push, .finish = gather_finish, .close = gather_close  \
    }

bool gather_keys_open(struct stage *stage, struct error *error);
enum flow gather_keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error);
void gather_keys_close(struct stage *stage);
bool gather_open(struct stage *stage, struct error *error);
enum flow gather_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                      struct error *error);
enum flow gather_finish(struct stage *stage, struct sink *sink, struct error *error);
void gather_close(struct stage *stage);

/* Whether those options need the two stages; false also when the mapping cannot be loaded. */
bool gather_is_needed(const struct gather_options *options);

/* The mapping of --map or --preset; an empty one without them. Errors: as mapping_load(). */
bool gather_load_mapping(const struct gather_options *options, struct arena *arena, struct mapping *mapping,
                         struct error *error) MUST_CHECK;

#endif
