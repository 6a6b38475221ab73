/* training.h - what sft, distill and dpo share: options of mapping and profile, and a stage that writes rows.
 *
 * A record, or a group of records (gather.h), gives any number of rows. One that gives none is dropped, with the reason
 * of its first row that was not made; reasons of rows that were not made beside others are counted. */
#ifndef CMD_TRAINING_H
#define CMD_TRAINING_H

#include "base/map.h"
#include "cli/option.h"
#include "dataset/compose.h"
#include "dataset/outlet.h"
#include "gather.h"

struct training_options {
    struct gather_options gather; /* first */
    const char *system, *user, *assistant, *image, *passage;
    const char *profile;
    struct option_list keep;
};

#define TRAINING_FIELD(type, field) OPTION_FIELD(type, training.field)

/* Rows of a table for struct `type`, whose first member is `struct training_options training`. */
#define TRAINING_MAPPING_ROWS(type)                                                                                    \
    { .name = "preset",                                                                                                \
      TRAINING_FIELD(type, gather.preset),                                                                             \
      .argument = "NAME",                                                                                              \
      .help = "a ready mapping: 'garner help mappings' lists them" },                                                  \
        { .name = "map",                                                                                               \
          TRAINING_FIELD(type, gather.map),                                                                            \
          .meaning = MEANING_FILE,                                                                                     \
          .argument = "FILE",                                                                                          \
          .help = "your own mapping in YAML: 'garner help mappings' is its language" },                                \
        { .name = "system",                                                                                            \
          TRAINING_FIELD(type, system),                                                                                \
          .argument = "TEMPLATE",                                                                                      \
          .help = "the system text, in place of the mapping's" },                                                      \
    {                                                                                                                  \
        .name = "user", TRAINING_FIELD(type, user), .argument = "TEMPLATE",                                            \
        .help = "the question, such as '{{title}}: {{text}}'",                                                         \
        .details = "A field that is missing or null is a reject unless a default stands behind a bar: {{title|}}. "    \
                   "White space around the result is cut."                                                             \
    }

/* Members of a row, to which a heading may be added. */
#define TRAINING_ROW_PROFILE(type)                                                                                     \
    .name = "profile", TRAINING_FIELD(type, profile), .argument = "NAME",                                              \
    .help = "the form of the rows: 'garner validate --list' names them [garner]"
#define TRAINING_LAST_ROWS(type)                                                                                       \
    { .name = "keep",                                                                                                  \
      TRAINING_FIELD(type, keep),                                                                                      \
      .meaning = MEANING_PATH,                                                                                         \
      .argument = "PATH",                                                                                              \
      .help = "fields of the record that rows take along, where the profile allows others [id]" },                     \
    {                                                                                                                  \
        .name = "memory", TRAINING_FIELD(type, gather.memory), .meaning = MEANING_BYTES, .argument = "SIZE",           \
        .initial = "256M", .minimum = 2.0 * 1024 * 1024, .maximum = (double)((int64_t)1 << 40),                        \
        .help = "memory for threads and groups; more go to a temporary file in $TMPDIR"                                \
    }

struct training_worker {
    struct buffer line;
    void *tokenizer_memory;
    struct outlet_losses losses;
    struct map drops; /* rows that were not made beside others, by code */
    int64_t rows, turns_cut;
};

/* Adds the rows of one conversation. worker: of the push. Errors: of its record. */
typedef bool training_build_function(struct stage *stage, unsigned worker, const struct mapping *mapping,
                                     struct dialogue *dialogue, struct arena *arena, struct composed *composed,
                                     struct error *error);

/* What a stage's state begins with. */
struct training {
    /* Set by the tool before training_open(). */
    training_build_function *build;
    bool chooses; /* conversations are prompts with answers, where the mapping has some */
    /* May be NULL: the mapping of a record that is not the options'. */
    const struct mapping *(*mapping_of)(const struct stage *stage, const struct json_object *object);
    /* May be NULL: told of each row that became the last record of the batch. */
    void (*note)(struct batch *batch, const struct dataset_row *row);

    struct arena arena;
    struct mapping mapping;
    struct outlet outlet;
    struct json_path *keep;
    size_t keep_count;
    struct training_worker *workers;
    unsigned worker_count;
};

/* Loads what the options name. Errors: those of the mapping and the profile. */
bool training_load(const struct training_options *options, struct arena *arena, struct training *training,
                   struct error *error) MUST_CHECK;

/* The stage's state begins with a struct training: opens it. */
bool training_open(struct stage *stage, struct training *training, struct error *error) MUST_CHECK;
void training_close(struct training *training);

/* Members of the tool's stage_class as they are. */
enum flow training_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                        struct error *error);
/* The closing remark: rows that were not made, and what the profile has no place for. */
enum flow training_finish(struct stage *stage, struct sink *sink, struct error *error);
/* Adds `"rows":N,...` for --summary. */
void training_summarize(const struct stage *stage, struct buffer *json);

#endif
