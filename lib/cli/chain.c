/* chain.c - stages joined to one another: segments, worker pools, the order behind them. */
#include "cli/chain.h"

#include "base/memory.h"
#include "parallel/parallel.h"

struct segment {
    struct chain *chain;
    size_t first, count;   /* stages */
    struct parallel *pool; /* NULL: one serial stage */
};

struct chain {
    struct chain_settings settings;
    size_t opened; /* stages whose open was called: close must be */
    struct segment *segments;
    size_t segment_count;
    enum flow flow;     /* of deliveries: the pool only knows a bool */
    struct error error; /* when flow is FLOW_ERROR */
};

/* One batch on its way through a parallel segment. */
struct job {
    struct segment *segment;
    struct parallel_job *running;
    struct batch *batch;
    unsigned worker;
    int64_t *in, *out; /* per stage of the segment */
};

/* What a job delivers: a batch, or (last) its counts or its error. */
struct result {
    struct batch *batch;
    int64_t *counts; /* 2 x stages of the segment, or NULL */
    struct error *error;
};

/* A place between two stages that run on the same worker. */
struct joint {
    struct job *job;
    size_t stage; /* index in the segment of the stage that emits */
};

static enum flow segment_push(struct chain *chain, size_t index, struct batch *batch, struct error *error);

static int64_t count_data(const struct batch *batch)
{
    int64_t count = 0;
    for (size_t i = 0; i < batch->count; i++)
        count += batch->records[i].kind == RECORD_DATA;
    return count;
}

static enum flow stage_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    batch->stops_at_reject = stage->run->stops_at_reject;
    return stage->class->push(stage, worker, batch, sink, error);
}

static void free_result(struct result *result)
{
    batch_free(result->batch);
    memory_free(result->counts);
    memory_free(result->error);
    memory_free(result);
}

/* On a worker: the next stage of the segment, or the way out. */
static enum flow joint_emit(void *context, struct batch *batch, struct error *error)
{
    struct joint *joint = context;
    struct job *job = joint->job;
    struct segment *segment = job->segment;
    struct stage *stages = segment->chain->settings.stages + segment->first;
    job->out[joint->stage] += count_data(batch);
    struct joint next = { job, joint->stage + 1 };
    if (next.stage == segment->count) {
        if (segment->first + segment->count == segment->chain->settings.count)
            writer_render(batch);
        struct result *result = memory_allocate_zeroed(1, sizeof *result);
        size_t bytes = batch->bytes + arena_bytes(&batch->arena);
        result->batch = batch;
        return parallel_emit(job->running, result, bytes) ? FLOW_OK : FLOW_STOP;
    }
    if (batch->count == 0) /* only outcomes ride on it */
        return joint_emit(&next, batch, error);
    struct stage *stage = stages + next.stage;
    struct sink sink = { &next, joint_emit };
    job->in[next.stage] += count_data(batch);
    return stage_push(stage, job->worker, batch, &sink, error);
}

/* On a worker: a batch through all stages of the segment. */
static void run_job(void *context, unsigned worker, void *work, struct parallel_job *running)
{
    struct segment *segment = context;
    struct job job = { segment, running, work, worker, NULL, NULL };
    struct error error;
    error_reset(&error);
    struct result *last = memory_allocate_zeroed(1, sizeof *last);
    last->counts = memory_allocate_zeroed(segment->count * 2, sizeof *last->counts);
    job.in = last->counts;
    job.out = last->counts + segment->count;
    struct joint first = { &job, 0 };
    struct sink sink = { &first, joint_emit };
    struct stage *stage = segment->chain->settings.stages + segment->first;
    job.in[0] = count_data(job.batch);
    enum flow flow = stage_push(stage, worker, job.batch, &sink, &error);
    if (flow == FLOW_ERROR) {
        last->error = memory_allocate(sizeof *last->error);
        *last->error = error;
    }
    parallel_emit(running, last, 0);
}

static void discard_job(void *context, void *work)
{
    (void)context;
    batch_free(work);
}

static void discard_result(void *context, void *result)
{
    (void)context;
    free_result(result);
}

/* Outcomes are settled before the records go on, but a failing batch still hands on what came before its fault. */
static enum flow pass_on(struct chain *chain, size_t segment, struct batch *batch, struct error *error)
{
    struct error fault;
    error_reset(&fault);
    bool is_good = outcomes_settle(batch, &fault);
    enum flow flow = FLOW_OK;
    if (batch->count)
        flow = segment_push(chain, segment, batch, error);
    else
        batch_free(batch);
    if (!is_good && flow == FLOW_OK) {
        *error = fault;
        flow = FLOW_ERROR;
    }
    return flow;
}

/* In the owner's thread, in order. */
static bool deliver(void *context, void *delivered)
{
    struct segment *segment = context;
    struct chain *chain = segment->chain;
    struct result *result = delivered;
    enum flow flow = FLOW_OK;
    if (result->counts) {
        struct stage *stages = chain->settings.stages + segment->first;
        for (size_t i = 0; i < segment->count; i++) {
            stages[i].in += result->counts[i];
            stages[i].out += result->counts[segment->count + i];
        }
    }
    if (result->error) {
        chain->error = *result->error;
        flow = FLOW_ERROR;
    } else if (result->batch) {
        struct batch *batch = result->batch;
        result->batch = NULL;
        flow = pass_on(chain, (size_t)(segment - chain->segments) + 1, batch, &chain->error);
    }
    free_result(result);
    if (flow != FLOW_OK)
        chain->flow = flow;
    return flow == FLOW_OK;
}

static enum flow delivered_flow(struct chain *chain, bool is_good, struct error *error)
{
    if (is_good)
        return FLOW_OK;
    if (chain->flow == FLOW_ERROR)
        *error = chain->error;
    return chain->flow == FLOW_OK ? FLOW_STOP : chain->flow;
}

/* What a serial stage, or any stage in finish and flush, emits. */
struct outlet {
    struct chain *chain;
    size_t stage; /* index among all */
    size_t segment;
};

static enum flow outlet_emit(void *context, struct batch *batch, struct error *error)
{
    struct outlet *outlet = context;
    struct chain *chain = outlet->chain;
    struct segment *segment = &chain->segments[outlet->segment];
    chain->settings.stages[outlet->stage].out += count_data(batch);
    size_t next = outlet->stage + 1;
    if (next == segment->first + segment->count)
        return pass_on(chain, outlet->segment + 1, batch, error);
    /* Inside a parallel segment whose pool is idle now: the next stage runs here. */
    struct outlet after = { chain, next, outlet->segment };
    if (batch->count == 0)
        return outlet_emit(&after, batch, error);
    struct stage *stage = &chain->settings.stages[next];
    struct sink sink = { &after, outlet_emit };
    stage->in += count_data(batch);
    return stage_push(stage, 0, batch, &sink, error);
}

static enum flow segment_push(struct chain *chain, size_t index, struct batch *batch, struct error *error)
{
    if (index == chain->segment_count) {
        writer_render(batch);
        enum flow flow = writer_write(chain->settings.writer, batch, error);
        batch_free(batch);
        return flow;
    }
    struct segment *segment = &chain->segments[index];
    if (segment->pool)
        return delivered_flow(chain, parallel_submit(segment->pool, batch), error);
    struct stage *stage = &chain->settings.stages[segment->first];
    struct outlet outlet = { chain, segment->first, index };
    struct sink sink = { &outlet, outlet_emit };
    stage->in += count_data(batch);
    return stage_push(stage, 0, batch, &sink, error);
}

enum flow chain_push(struct chain *chain, struct batch *batch, struct error *error)
{
    return segment_push(chain, 0, batch, error);
}

enum flow chain_pull(struct chain *chain, struct error *error)
{
    struct stage *source = &chain->settings.stages[0];
    struct outlet outlet = { chain, 0, 0 };
    struct sink sink = { &outlet, outlet_emit };
    return source->class->pull(source, &sink, error);
}

enum flow chain_drain(struct chain *chain, struct error *error)
{
    enum flow flow = FLOW_OK;
    for (size_t i = 0; i < chain->segment_count && flow == FLOW_OK; i++)
        if (chain->segments[i].pool)
            flow = delivered_flow(chain, parallel_drain(chain->segments[i].pool), error);
    return flow;
}

enum flow chain_flush(struct chain *chain, struct error *error)
{
    for (size_t i = 0; i < chain->segment_count; i++) {
        struct segment *segment = &chain->segments[i];
        if (segment->pool) {
            enum flow drained = delivered_flow(chain, parallel_drain(segment->pool), error);
            if (drained != FLOW_OK)
                return drained;
        }
        for (size_t k = 0; k < segment->count; k++) {
            struct stage *stage = &chain->settings.stages[segment->first + k];
            struct outlet outlet = { chain, segment->first + k, i };
            struct sink sink = { &outlet, outlet_emit };
            enum flow flow = stage->class->flush ? stage->class->flush(stage, &sink, error) : FLOW_OK;
            if (flow != FLOW_OK)
                return flow;
        }
    }
    return FLOW_OK;
}

static enum flow finish_stage(struct chain *chain, size_t segment, size_t index, struct error *error)
{
    struct stage *stage = &chain->settings.stages[index];
    struct outlet outlet = { chain, index, segment };
    struct sink sink = { &outlet, outlet_emit };
    return stage->class->finish ? stage->class->finish(stage, &sink, error) : FLOW_OK;
}

enum flow chain_finish(struct chain *chain, bool (*before_terminal)(void *context, struct error *error), void *context,
                       struct error *error)
{
    bool wants_no_more = false;
    for (size_t i = 0; i < chain->segment_count; i++) {
        struct segment *segment = &chain->segments[i];
        if (segment->pool) {
            enum flow drained = delivered_flow(chain, parallel_drain(segment->pool), error);
            if (drained == FLOW_ERROR)
                return drained;
            wants_no_more |= drained == FLOW_STOP;
        }
        for (size_t k = 0; k < segment->count; k++) {
            bool is_terminal = chain->settings.stages[segment->first + k].class->is_terminal;
            if (is_terminal && before_terminal && !before_terminal(context, error))
                return FLOW_ERROR;
            enum flow flow = finish_stage(chain, i, segment->first + k, error);
            if (flow == FLOW_ERROR)
                return flow;
            wants_no_more |= flow == FLOW_STOP;
        }
    }
    return wants_no_more ? FLOW_STOP : FLOW_OK;
}

/* A source is a segment of its own: it is pulled, not pushed. */
static bool continues_segment(const struct chain_settings *settings, size_t index)
{
    const struct stage_class *class = settings->stages[index].class, *before = settings->stages[index - 1].class;
    return class->is_parallel && before->is_parallel && !before->pull;
}

static void make_segments(struct chain *chain)
{
    const struct chain_settings *settings = &chain->settings;
    chain->segments = memory_allocate_zeroed(settings->count, sizeof *chain->segments);
    for (size_t i = 0; i < settings->count; i++) {
        if (i == 0 || !continues_segment(settings, i))
            chain->segments[chain->segment_count++] = (struct segment){ .chain = chain, .first = i };
        chain->segments[chain->segment_count - 1].count++;
    }
    for (size_t i = 0; i < chain->segment_count; i++) {
        struct segment *segment = &chain->segments[i];
        const struct stage_class *class = settings->stages[segment->first].class;
        if (!class->is_parallel || class->pull)
            continue;
        struct parallel_settings pool = { settings->jobs, segment, run_job, deliver, discard_job, discard_result };
        segment->pool = parallel_create(&pool);
    }
}

struct chain *chain_open(const struct chain_settings *settings, struct error *error)
{
    struct chain *chain = memory_allocate_zeroed(1, sizeof *chain);
    chain->settings = *settings;
    for (size_t i = 0; i < settings->count; i++) {
        struct stage *stage = &settings->stages[i];
        chain->opened = i + 1;
        if (stage->class->open && !stage->class->open(stage, error)) {
            chain_close(chain);
            return NULL;
        }
    }
    make_segments(chain);
    return chain;
}

void chain_close(struct chain *chain)
{
    if (!chain)
        return;
    for (size_t i = 0; i < chain->segment_count; i++)
        if (chain->segments[i].pool)
            parallel_free(chain->segments[i].pool);
    for (size_t i = 0; i < chain->opened; i++)
        if (chain->settings.stages[i].class->close)
            chain->settings.stages[i].class->close(&chain->settings.stages[i]);
    memory_free(chain->segments);
    memory_free(chain);
}
