/* dpo_conflicts.c - the second stage of dpo: what all rows about one prompt say together, and how long answers are. */
#include "base/big_endian.h"
#include "base/memory.h"
#include "dataset/preference_graph.h"
#include "dpo.h"
#include "reorder.h"

/* Of an edge in the sorter: what follows its key. */
struct edge_item {
    struct hash128 better, worse;
    int64_t better_characters, worse_characters;
};

struct conflicts {
    bool drops;
    struct reorder rows;   /* by number */
    struct sorter *edges;  /* by prompt and number */
    struct sorter *faults; /* by number: enum preference_fault */
    uint64_t next;
    bool has_fault; /* the next one of the sorter */
    uint64_t fault_row;
    enum preference_fault fault;
    struct error broken; /* of the sorter, while rows are let go */
    int64_t counts[PREFERENCE_IN_CYCLE + 1];
    /* Of the rows that are kept; a labelled answer is on one side alone. */
    int64_t better, worse, pairs, longer, better_characters, worse_characters;
};

static bool conflicts_open(struct stage *stage, struct error *error)
{
    const struct dpo_options *options = stage->options;
    struct conflicts *state = memory_allocate_zeroed(1, sizeof *state);
    size_t memory = (size_t)options->training.gather.memory;
    (void)error;
    stage->state = state;
    state->drops = options->conflicts == DPO_CONFLICTS_DROP;
    reorder_open(&state->rows, (int64_t)(memory / 2));
    state->edges = sorter_create(memory / 4);
    state->faults = sorter_create(memory / 4);
    return true;
}

static void conflicts_close(struct stage *stage)
{
    struct conflicts *state = stage->state;
    if (!state)
        return;
    reorder_close(&state->rows);
    sorter_free(state->edges);
    sorter_free(state->faults);
    memory_free(state);
    stage->state = NULL;
}

static bool add_edge(struct conflicts *state, const struct dpo_edge *edge, struct error *error)
{
    char key[sizeof edge->prompt + 8];
    struct edge_item item = { edge->better, edge->worse, edge->better_characters, edge->worse_characters };
    memcpy(key, &edge->prompt, sizeof edge->prompt);
    big_endian_write(state->next, key + sizeof edge->prompt, BIG_ENDIAN_BYTES);
    return sorter_add(state->edges, slice_of(key, sizeof key), slice_of((const char *)&item, sizeof item), error);
}

static enum flow conflicts_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                                struct error *error)
{
    struct conflicts *state = stage->state;
    const struct dpo_edges *edges = batch->payload;
    size_t count, place = 0;
    struct record *records = batch_take_records(batch, &count);
    bool is_good = true;
    (void)worker;
    batch->payload = NULL;
    for (size_t i = 0; i < count && is_good; i++) {
        char key[8];
        if (records[i].kind != RECORD_DATA) {
            if (state->drops)
                reorder_pass(&state->rows, batch, &records[i]);
            else
                *batch_append(batch) = records[i];
            continue;
        }
        big_endian_write(state->next, key, BIG_ENDIAN_BYTES);
        is_good = add_edge(state, &edges->edges[place++], error);
        if (is_good && state->drops)
            is_good = reorder_add(&state->rows, slice_of(key, sizeof key), &records[i], error);
        else
            *batch_append(batch) = records[i];
        state->next++;
    }
    if (is_good)
        return sink_emit(sink, batch, error);
    batch_free(batch);
    return FLOW_ERROR;
}

struct group_row {
    struct edge_item item;
    uint64_t number;
};

/* The edges of one prompt. */
struct group {
    struct hash128 prompt;
    struct preference_edge *edges;
    struct group_row *rows; /* of the edges */
    size_t count, edge_capacity, row_capacity;
    struct arena scratch;
};

static bool is_nothing(const struct hash128 *hash)
{
    return hash->low == 0 && hash->high == 0;
}

static void measure(struct conflicts *state, const struct edge_item *item)
{
    bool has_better = !is_nothing(&item->better), has_worse = !is_nothing(&item->worse);
    state->better += has_better;
    state->worse += has_worse;
    state->pairs += has_better && has_worse;
    state->longer += has_better && has_worse && item->better_characters > item->worse_characters;
    state->better_characters += item->better_characters;
    state->worse_characters += item->worse_characters;
}

static double mean(int64_t sum, int64_t count)
{
    return count ? (double)sum / (double)count : 0;
}

static bool judge_group(struct conflicts *state, struct group *group, struct error *error)
{
    preference_graph_judge(group->edges, group->count, &group->scratch);
    for (size_t i = 0; i < group->count; i++) {
        const struct group_row *row = &group->rows[i];
        char key[8], fault = (char)group->edges[i].fault;
        state->counts[group->edges[i].fault]++;
        if (fault == PREFERENCE_FINE || !state->drops)
            measure(state, &row->item);
        big_endian_write(row->number, key, BIG_ENDIAN_BYTES);
        if (fault != PREFERENCE_FINE && state->drops &&
            !sorter_add(state->faults, slice_of(key, sizeof key), slice_of(&fault, 1), error))
            return false;
    }
    group->count = 0;
    arena_reset(&group->scratch);
    return true;
}

static void group_add(struct group *group, struct slice key, struct slice payload)
{
    struct edge_item item;
    memcpy(&item, payload.bytes, sizeof item);
    memcpy(&group->prompt, key.bytes, sizeof group->prompt);
    if (group->count == group->edge_capacity)
        group->edges = memory_grow(group->edges, &group->edge_capacity, group->count + 1, sizeof *group->edges);
    if (group->count == group->row_capacity)
        group->rows = memory_grow(group->rows, &group->row_capacity, group->count + 1, sizeof *group->rows);
    group->edges[group->count] = (struct preference_edge){ .better = item.better, .worse = item.worse };
    group->rows[group->count++] =
        (struct group_row){ .item = item,
                            .number = big_endian_read(slice_from(key, sizeof group->prompt), BIG_ENDIAN_BYTES) };
}

static bool judge_all(struct conflicts *state, struct error *error)
{
    struct group group = { 0 };
    struct slice key, payload;
    bool has_item = false;
    bool is_good = sorter_finish(state->edges, error);
    while (is_good && (is_good = sorter_next(state->edges, &key, &payload, &has_item, error)) && has_item) {
        if (group.count > 0 && memcmp(&group.prompt, key.bytes, sizeof group.prompt) != 0)
            is_good = judge_group(state, &group, error);
        group_add(&group, key, payload);
    }
    is_good = is_good && judge_group(state, &group, error) && sorter_finish(state->faults, error);
    memory_free(group.edges);
    memory_free(group.rows);
    arena_release(&group.scratch);
    return is_good;
}

static bool next_fault(struct conflicts *state, struct error *error)
{
    struct slice key, payload;
    if (!sorter_next(state->faults, &key, &payload, &state->has_fault, error))
        return false;
    if (state->has_fault) {
        state->fault_row = big_endian_read(key, BIG_ENDIAN_BYTES);
        state->fault = (enum preference_fault)payload.bytes[0];
    }
    return true;
}

static bool decide(struct stage *stage, struct batch *batch, struct slice key, const struct record *record)
{
    static const char *const codes[] = { "", "repeated", "W_PREF_CONTRADICTION", "W_PREF_CYCLE" };
    static const char *const reasons[] = { "", "an earlier row says the same",
                                           "another row says the opposite of the same prompt",
                                           "the preferences about this prompt go round in a circle" };
    struct conflicts *state = stage->state;
    if (!state->has_fault || state->fault_row != big_endian_read(key, BIG_ENDIAN_BYTES))
        return true;
    batch_drop(batch, stage, record, codes[state->fault], "", reasons[state->fault]);
    if (!next_fault(state, &state->broken))
        state->has_fault = false;
    return false;
}

static void say_figures(const struct stage *stage)
{
    const struct conflicts *state = stage->state;
    struct buffer text = { 0 };
    struct error note;
    if (stage->run->is_quiet || state->next == 0)
        return;
    buffer_append_format(&text, "good answers have %.0f characters, others %.0f",
                         mean(state->better_characters, state->better), mean(state->worse_characters, state->worse));
    if (state->pairs)
        buffer_append_format(&text, "; the good one is the longer in %.1f%% of %lld pairs",
                             100 * mean(state->longer, state->pairs), (long long)state->pairs);
    static const char *const phrases[] = { NULL, "repeated", "contradict others", "in cycles" };
    for (int fault = PREFERENCE_REPEATED; fault <= PREFERENCE_IN_CYCLE; fault++)
        if (state->counts[fault])
            buffer_append_format(&text, "; %lld %s", (long long)state->counts[fault], phrases[fault]);
    error_set(&note, E_USAGE, "%s", buffer_string(&text));
    stage->run->say(stage->step, &note);
    buffer_release(&text);
}

static enum flow conflicts_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct conflicts *state = stage->state;
    enum flow flow = FLOW_OK;
    if (!judge_all(state, error))
        return FLOW_ERROR;
    if (state->drops) {
        error_reset(&state->broken);
        if (!next_fault(state, error) || !sorter_finish(state->rows.sorter, error))
            return FLOW_ERROR;
        flow = reorder_release(stage, &state->rows, decide, sink, error);
        if (flow == FLOW_OK && error_is_set(&state->broken)) {
            *error = state->broken;
            return FLOW_ERROR;
        }
    }
    if (flow == FLOW_OK)
        say_figures(stage);
    return flow;
}

static void conflicts_summarize(const struct stage *stage, struct buffer *json)
{
    static const struct conflicts none;
    const struct conflicts *state = stage->state ? stage->state : &none;
    buffer_append_format(json,
                         "\"good\":%lld,\"bad\":%lld,\"contradictions\":%lld,\"cycles\":%lld,\"repeated\":%lld,"
                         "\"length\":{\"good\":%.1f,\"bad\":%.1f,\"good_longer\":%.4f}",
                         (long long)state->better, (long long)state->worse,
                         (long long)state->counts[PREFERENCE_CONTRADICTS],
                         (long long)state->counts[PREFERENCE_IN_CYCLE], (long long)state->counts[PREFERENCE_REPEATED],
                         mean(state->better_characters, state->better), mean(state->worse_characters, state->worse),
                         mean(state->longer, state->pairs));
}

const struct stage_class dpo_conflicts_stage = { .name = "dpo",
                                                 .open = conflicts_open,
                                                 .push = conflicts_push,
                                                 .finish = conflicts_finish,
                                                 .close = conflicts_close,
                                                 .summarize = conflicts_summarize };
