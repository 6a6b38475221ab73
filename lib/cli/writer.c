/* writer.c - the edge where records become lines. */
#include "cli/writer.h"

void writer_render(struct batch *batch)
{
    struct buffer line = { 0 };
    for (size_t i = 0; i < batch->count; i++) {
        struct record *record = &batch->records[i];
        if (!record->vector)
            continue;
        buffer_reset(&line);
        record_render(record, false, &line);
        record->line = arena_copy(&batch->arena, buffer_slice(&line));
        record->object = NULL;
        record->vector = NULL;
    }
    buffer_release(&line);
}

static enum flow put(struct writer *writer, struct slice bytes, struct error *error)
{
    if (writer->digest)
        hash_stream_add(writer->digest, bytes);
    if (output_write(writer->output, bytes, error))
        return FLOW_OK;
    return output_is_closed(writer->output) ? FLOW_STOP : FLOW_ERROR;
}

enum flow writer_line(struct writer *writer, struct slice line, struct error *error)
{
    buffer_reset(&writer->scratch);
    buffer_append_slice(&writer->scratch, line);
    buffer_append_byte(&writer->scratch, '\n');
    return put(writer, buffer_slice(&writer->scratch), error);
}

/* Whether b stands right behind a and its newline in the same block: then both leave in one piece. */
static bool is_adjacent(const struct batch *batch, struct slice run, struct slice b)
{
    const char *block = batch->block.text.bytes, *after = run.bytes + run.length;
    return block && run.bytes >= block && after < block + batch->block.text.length && after + 1 == b.bytes &&
           *after == '\n';
}

enum flow writer_write(struct writer *writer, const struct batch *batch, struct error *error)
{
    writer->records += (int64_t)batch->count;
    if (!writer->output)
        return FLOW_OK;
    for (size_t i = 0; i < batch->count;) {
        struct slice run = batch->records[i++].line;
        while (i < batch->count && is_adjacent(batch, run, batch->records[i].line))
            run.length += 1 + batch->records[i++].line.length;
        const char *end = run.bytes + run.length, *block = batch->block.text.bytes;
        bool has_newline = block && run.bytes >= block && end < block + batch->block.text.length && *end == '\n';
        run.length += has_newline;
        enum flow flow = put(writer, run, error);
        if (flow == FLOW_OK && !has_newline)
            flow = put(writer, SLICE("\n"), error);
        if (flow != FLOW_OK)
            return flow;
    }
    return FLOW_OK;
}
