/* pack_shards.c - frames of rows into the files of a set, and sets looked at again. */
#include <inttypes.h>

#include "base/memory.h"
#include "pack.h"
#include "json/write.h"

/* On all workers. */
struct compressing {
    struct shard_layout layout;
    struct frame_compressor **workers;
};

static bool compress_open(struct stage *stage, struct error *error)
{
    struct compressing *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    if (!shard_layout_of(stage->files, &state->layout, error))
        return false;
    state->workers = memory_allocate_zeroed(stage->run->jobs, sizeof(struct frame_compressor *));
    return true;
}

static void compress_close(struct stage *stage)
{
    struct compressing *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; state->workers && i < stage->run->jobs; i++)
        frame_compressor_free(state->workers[i]);
    memory_free(state->workers);
    memory_free(state);
    stage->state = NULL;
}

static enum flow compress_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                               struct error *error)
{
    struct compressing *state = stage->state;
    if (state->layout.is_compressed && !state->workers[worker])
        state->workers[worker] = frame_compressor_create();
    shard_frame_seal(batch->payload, state->workers[worker], &batch->arena);
    return sink_emit(sink, batch, error);
}

const struct stage_class pack_compress_stage = {
    .name = "pack", .is_parallel = true, .open = compress_open, .push = compress_push, .close = compress_close
};

/* In order. */
struct writing {
    struct buffer options;
    struct shard_set *set;
};

static bool write_open(struct stage *stage, struct error *error)
{
    const struct pack_options *options = stage->options;
    struct writing *writing = memory_allocate_zeroed(1, sizeof *writing);
    stage->state = writing;
    struct shard_set_settings settings = {
        .pattern = stage->files,
        .shards = { .bytes = options->shard_bytes, .rows = options->shard_rows, .count = options->shard_count }
    };
    if (!shard_layout_of(settings.pattern, &settings.shards.layout, error) ||
        !pack_append_options(options, &writing->options, error))
        return false;
    settings.options = buffer_slice(&writing->options);
    writing->set = shard_set_create(&settings, error);
    return writing->set != NULL;
}

static void write_close(struct stage *stage)
{
    struct writing *writing = stage->state;
    if (!writing)
        return;
    shard_set_close(writing->set);
    buffer_release(&writing->options);
    memory_free(writing);
    stage->state = NULL;
}

static enum flow write_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    (void)worker;
    struct writing *writing = stage->state;
    if (!shard_set_add(writing->set, batch->payload, error)) {
        batch_free(batch);
        return FLOW_ERROR;
    }
    stage->out += (int64_t)((const struct shard_frame *)batch->payload)->count;
    batch->count = 0;
    return sink_emit(sink, batch, error);
}

static enum flow write_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    (void)sink;
    struct writing *writing = stage->state;
    return shard_set_commit(writing->set, error) ? FLOW_OK : FLOW_ERROR;
}

static void write_summarize(const struct stage *stage, struct buffer *json)
{
    const struct writing *writing = stage->state;
    if (!writing || !writing->set)
        return;
    const struct shard_totals *totals = shard_set_totals(writing->set);
    buffer_append_format(json,
                         "\"shards\":%" PRId64 ",\"shard_rows\":%" PRId64 ",\"shard_bytes\":%" PRId64
                         ",\"decompressed_bytes\":%" PRId64,
                         totals->shards, totals->rows, totals->bytes, totals->decompressed);
}

const struct stage_class pack_write_stage = { .name = "pack",
                                              .is_terminal = true,
                                              .open = write_open,
                                              .push = write_push,
                                              .finish = write_finish,
                                              .close = write_close,
                                              .summarize = write_summarize };

/* For --verify: no records come. */
struct verifying {
    const struct stage *stage;
    int64_t faults;
};

static void tell_fault(void *context, const struct error *error)
{
    enum { FAULTS_SHOWN = 20 };
    struct verifying *verifying = context;
    if (verifying->faults++ < FAULTS_SHOWN)
        verifying->stage->run->say("pack", error);
}

static enum flow verify_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                             struct error *error)
{
    (void)stage;
    (void)worker;
    return sink_emit(sink, batch, error);
}

static enum flow verify_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    const struct pack_options *options = stage->options;
    int64_t faults = 0;
    const char *faulty = NULL;
    struct batch *batch = batch_create();
    struct buffer line = { 0 };
    for (size_t i = 0; i < options->verify.count; i++) {
        const char *path = options->verify.values[i];
        struct verifying verifying = { .stage = stage };
        struct shard_totals totals = { 0 };
        if (!shard_set_verify(path, tell_fault, &verifying, &totals, error)) {
            batch_free(batch);
            buffer_release(&line);
            return FLOW_ERROR;
        }
        buffer_reset(&line);
        buffer_append_string(&line, "{\"path\":");
        json_append_string(&line, slice_of_string(path));
        buffer_append_format(&line,
                             ",\"kind\":\"shards\",\"whole\":%s,\"faults\":%" PRId64 ",\"shards\":%" PRId64
                             ",\"rows\":%" PRId64 ",\"tokens\":%" PRId64 ",\"bytes\":%" PRId64 "}",
                             verifying.faults ? "false" : "true", verifying.faults, totals.shards, totals.rows,
                             totals.tokens, totals.bytes);
        struct record *record = batch_append(batch);
        record->line = arena_copy(&batch->arena, buffer_slice(&line));
        record->file = "";
        faults += verifying.faults;
        faulty = verifying.faults ? path : faulty;
    }
    buffer_release(&line);
    enum flow flow = sink_emit(sink, batch, error);
    if (flow != FLOW_OK || faults == 0)
        return flow;
    error_set(error, E_SHARDS, "'%s' is not whole: %" PRId64 " %s", faulty, faults, faults == 1 ? "fault" : "faults");
    return FLOW_ERROR;
}

const struct stage_class pack_verify_stage = { .name = "pack", .push = verify_push, .finish = verify_finish };
