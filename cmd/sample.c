/* sample.c - keeps some of the records, chosen by hash.
 *
 * A share is a record's own business: its hash, of its number or of the value of --by, is below the share or not. A
 * count is the smallest so many hashes of all, or of each group: a heap holds the smallest ones so far, whatever is
 * larger goes at once, and what may still be among them waits in a sorter until the end. */
#include <inttypes.h>
#include <math.h>

#include "base/big_endian.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/number.h"
#include "cli/parse.h"
#include "record/expression.h"
#include "record/sort_key.h"
#include "reorder.h"
#include "tools.h"
#include "json/path.h"

enum { GROUPS_MAXIMUM = 1000000, COUNT_MAXIMUM = 1000000000 };

struct sample_options {
    int64_t count;
    const char *share, *by, *per;
    int64_t memory;
};

#define FIELD(name) OPTION_FIELD(struct sample_options, name)
static const struct option sample_options[] = {
    { .name = "count",
      .letter = 'n',
      FIELD(count),
      .argument = "N",
      .initial = "1000",
      .minimum = 0,
      .maximum = COUNT_MAXIMUM,
      .help = "keep so many records, or all when there are fewer" },
    { .name = "share", FIELD(share), .argument = "P%", .help = "keep about that share of the records" },
    { .name = "by",
      FIELD(by),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "with --share: records with the same value there stay or go together",
      .details = "The choice depends on the value and --seed alone: records that are added later change nothing for "
                 "those that were there." },
    { .name = "per",
      FIELD(per),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "with --count: so many for each value of that field" },
    REORDER_MEMORY_ROW(struct sample_options),
    { .name = NULL },
};

/* "10", "10%" or "0.5%" as a bound of hashes; 100 % keeps all. */
static bool parse_share(const char *text, uint64_t *bound, struct error *error)
{
    struct slice number = slice_of_string(text);
    double share;
    if (slice_ends_with(number, SLICE("%")))
        number.length--;
    if (!number_parse_double(number, &share) || !(share >= 0 && share <= 100))
        return error_set(error, E_USAGE, "--share: '%s' is not a share from 0%% to 100%%", text);
    *bound = share >= 100 ? UINT64_MAX : (uint64_t)ldexp(share / 100, 64);
    return true;
}

static bool compile_path(const struct sample_options *options, struct arena *arena, struct json_path *path,
                         struct error *error)
{
    const char *text = options->by ? options->by : options->per;
    if (!text || json_path_compile(slice_of_string(text), arena, path, error))
        return true;
    return expression_label_error(error, options->by ? "--by" : "--per");
}

static bool sample_check(const struct tool_call *call, struct error *error)
{
    const struct sample_options *options = call->options;
    struct json_path path;
    uint64_t bound;
    bool has_count = tool_call_has(call, "count");
    if (has_count && options->share)
        return error_set(error, E_USAGE, "--count: excludes --share");
    if (options->by && !options->share)
        return error_set(error, E_USAGE, "--by: needs --share; with --count, --per names the groups");
    if (options->per && options->share)
        return error_set(error, E_USAGE, "--per: needs --count");
    return (!options->share || parse_share(options->share, &bound, error)) &&
           compile_path(options, call->arena, &path, error);
}

/* The first stage: the value of --by or --per as a key. */
struct sample_keys {
    struct arena arena;
    struct json_path path;
};

static bool keys_open(struct stage *stage, struct error *error)
{
    struct sample_keys *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    return compile_path(stage->options, &state->arena, &state->path, error);
}

static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    (void)worker;
    const struct sample_keys *state = stage->state;
    return state->path.count == 0 ||
           sort_key_append_path(key, &state->path, record->object, false, &batch->arena, error);
}

static enum flow keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_key, sink, error);
}

static void keys_close(struct stage *stage)
{
    struct sample_keys *state = stage->state;
    if (!state)
        return;
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

/* A hash and the number of its record: no two are equal. */
struct rank {
    uint64_t hash, number;
};

static bool is_less(struct rank left, struct rank right)
{
    return left.hash < right.hash || (left.hash == right.hash && left.number < right.number);
}

/* The smallest ranks of a group, the largest of them on top. */
struct group {
    struct rank *heap;
    size_t count, capacity;
};

struct sample {
    uint64_t bound;    /* of hashes, for a share */
    size_t wanted;     /* of each group, for a count */
    struct map groups; /* by value of --per; their numbers */
    struct group *all;
    size_t group_capacity;
    uint64_t next; /* number of the next record */
    struct reorder reorder;
};

static bool sample_open(struct stage *stage, struct error *error)
{
    const struct sample_options *options = stage->options;
    struct sample *sample = memory_allocate_zeroed(1, sizeof *sample);
    stage->state = sample;
    sample->wanted = (size_t)options->count;
    reorder_open(&sample->reorder, options->memory);
    return !options->share || parse_share(options->share, &sample->bound, error);
}

static void sample_close(struct stage *stage)
{
    struct sample *sample = stage->state;
    if (!sample)
        return;
    for (size_t i = 0; i < sample->groups.count; i++)
        memory_free(sample->all[i].heap);
    memory_free(sample->all);
    map_release(&sample->groups);
    reorder_close(&sample->reorder);
    memory_free(sample);
    stage->state = NULL;
}

static void sink_top(struct group *group)
{
    struct rank top = group->heap[0];
    size_t place = 0;
    for (size_t child; (child = 2 * place + 1) < group->count; place = child) {
        if (child + 1 < group->count && is_less(group->heap[child], group->heap[child + 1]))
            child++;
        if (!is_less(top, group->heap[child]))
            break;
        group->heap[place] = group->heap[child];
    }
    group->heap[place] = top;
}

/* Whether the rank is, so far, among the `wanted` smallest. */
static bool take_rank(struct group *group, size_t wanted, struct rank rank)
{
    if (group->count == wanted) {
        if (wanted == 0 || !is_less(rank, group->heap[0]))
            return false;
        group->heap[0] = rank;
        sink_top(group);
        return true;
    }
    if (group->count == group->capacity)
        group->heap = memory_grow(group->heap, &group->capacity, group->count + 1, sizeof *group->heap);
    size_t place = group->count++;
    for (; place > 0 && is_less(group->heap[(place - 1) / 2], rank); place = (place - 1) / 2)
        group->heap[place] = group->heap[(place - 1) / 2];
    group->heap[place] = rank;
    return true;
}

static bool find_group(struct sample *sample, struct slice key, uint64_t *number, struct error *error)
{
    bool is_new;
    struct map_entry *entry = map_insert(&sample->groups, key, &is_new);
    if (is_new) {
        entry->value = sample->groups.count - 1;
        if (sample->groups.count > GROUPS_MAXIMUM)
            return error_set(error, E_LIMIT, "--per: more than %d values", GROUPS_MAXIMUM);
        if (sample->groups.count > sample->group_capacity)
            sample->all = memory_grow(sample->all, &sample->group_capacity, sample->groups.count, sizeof *sample->all);
        sample->all[entry->value] = (struct group){ 0 };
    }
    *number = entry->value;
    return true;
}

static uint64_t hash_number(uint64_t number, int64_t seed)
{
    return hash_64(slice_of((const char *)&number, sizeof number), (uint64_t)seed);
}

/* What waits is sorted by its number: the order of the input. */
struct candidate {
    char place[8];
    uint64_t group;
    struct rank rank;
};

static bool hold_back(struct sample *sample, uint64_t group, struct rank rank, const struct record *record,
                      struct error *error)
{
    struct candidate candidate = { .group = group, .rank = rank };
    big_endian_write(rank.number, candidate.place, sizeof candidate.place);
    return reorder_add(&sample->reorder, slice_of((const char *)&candidate, sizeof candidate), record, error);
}

static void drop(struct stage *stage, struct batch *batch, const struct record *record)
{
    batch_drop(batch, stage, record, "not_sampled", "", "the record was not chosen");
}

/* false: an error that ends the run. */
static bool take_record(struct stage *stage, struct batch *batch, struct record *record, struct slice key,
                        struct error *error)
{
    const struct sample_options *options = stage->options;
    struct sample *sample = stage->state;
    if (record->kind != RECORD_DATA) {
        reorder_pass(&sample->reorder, batch, record);
        return true;
    }
    uint64_t number = sample->next++, group = 0;
    if (options->share) {
        uint64_t hash = options->by ? hash_64(key, (uint64_t)stage->run->seed) : hash_number(number, stage->run->seed);
        if (hash < sample->bound || sample->bound == UINT64_MAX)
            *batch_append(batch) = *record;
        else
            drop(stage, batch, record);
        return true;
    }
    struct rank rank = { hash_number(number, stage->run->seed), number };
    if (!find_group(sample, key, &group, error))
        return false;
    if (!take_rank(&sample->all[group], sample->wanted, rank)) {
        drop(stage, batch, record);
        return true;
    }
    return hold_back(sample, group, rank, record, error);
}

static enum flow sample_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                             struct error *error)
{
    (void)worker;
    return reorder_take_all(stage, batch, take_record, sink, error);
}

/* Whether the rank is still among the smallest: none of them is larger than the one on top. */
static bool is_chosen(struct stage *stage, struct batch *batch, struct slice key, const struct record *record)
{
    const struct sample *sample = stage->state;
    struct candidate candidate;
    memcpy(&candidate, key.bytes, sizeof candidate);
    const struct group *group = &sample->all[candidate.group];
    if (group->count > 0 && !is_less(group->heap[0], candidate.rank))
        return true;
    drop(stage, batch, record);
    return false;
}

static enum flow sample_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct sample *sample = stage->state;
    if (!sorter_finish(sample->reorder.sorter, error))
        return FLOW_ERROR;
    return reorder_release(stage, &sample->reorder, is_chosen, sink, error);
}

static const struct stage_class keys_stage = {
    .name = "sample", .is_parallel = true, .open = keys_open, .push = keys_push, .close = keys_close
};
static const struct stage_class sample_stage = {
    .name = "sample", .open = sample_open, .push = sample_push, .finish = sample_finish, .close = sample_close
};
static const struct stage_class *const sample_stages[] = { &keys_stage, &sample_stage, NULL };

static const struct tool_example sample_examples[] = {
    { .command = "garner sample --count 100 notes.jsonl > some.jsonl", .remark = "100 records, in their order" },
    { .command = "garner sample --share 5% --by metadata.source notes.jsonl",
      .remark = "one document in twenty, whole" },
    { .command = "garner sample --count 2 --per metadata.year notes.jsonl", .remark = "two of each year" },
    { .command = NULL },
};

const struct tool tool_sample = {
    .name = "sample",
    .summary = "Keep some of the records, chosen at random",
    .description =
        "Keeps records chosen by a hash of their number and --seed, in the order of the input: the same input "
        "and seed give the same records. With --count each set of that size is as likely as another, and of "
        "each group with --per; with --share each record is chosen by itself, or with all that have the same "
        "value of --by. What is not chosen is dropped; tombstones are kept.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = sample_options,
    .options_bytes = sizeof(struct sample_options),
    .check = sample_check,
    .examples = sample_examples,
    .stages = sample_stages,
};
