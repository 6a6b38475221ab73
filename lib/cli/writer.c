/* writer.c - the edge where records become lines. */
#include "cli/writer.h"

#include <stdio.h>

#include "base/memory.h"

void writer_release(struct writer *writer)
{
    output_close(writer->whole.output);
    hash_stream_free(writer->whole.digest);
    for (size_t i = 0; i < writer->part_count; i++)
        hash_stream_free(writer->parts[i].digest);
    memory_free(writer->parts);
    output_set_close(writer->set);
    buffer_release(&writer->scratch);
    *writer = (struct writer){ 0 };
}

void writer_update_parts(struct writer *writer)
{
    size_t count = writer->set ? output_set_count(writer->set) : 0;
    if (count > writer->part_capacity)
        writer->parts = memory_grow(writer->parts, &writer->part_capacity, count, sizeof *writer->parts);
    for (; writer->part_count < count; writer->part_count++)
        writer->parts[writer->part_count] =
            (struct writer_part){ .output = output_set_output(writer->set, (uint32_t)writer->part_count),
                                  .digest = writer->has_digest ? hash_stream_create() : NULL };
}

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

static enum flow put(struct writer_part *part, struct slice bytes, struct error *error)
{
    if (part->digest)
        hash_stream_add(part->digest, bytes);
    if (output_write(part->output, bytes, error))
        return FLOW_OK;
    return output_is_closed(part->output) ? FLOW_STOP : FLOW_ERROR;
}

static enum flow put_line(struct writer *writer, struct writer_part *part, struct slice line, struct error *error)
{
    buffer_reset(&writer->scratch);
    buffer_append_slice(&writer->scratch, line);
    buffer_append_byte(&writer->scratch, '\n');
    return put(part, buffer_slice(&writer->scratch), error);
}

/* A line that belongs to every output, of those that exist. */
static enum flow put_everywhere(struct writer *writer, struct slice line, bool is_record, struct error *error)
{
    enum flow flow = FLOW_OK;
    for (size_t i = 0; i < writer->part_count && flow == FLOW_OK; i++) {
        flow = put_line(writer, &writer->parts[i], line, error);
        writer->parts[i].records += is_record;
    }
    return flow;
}

enum flow writer_line(struct writer *writer, struct slice line, struct error *error)
{
    return writer->set ? put_everywhere(writer, line, false, error) : put_line(writer, &writer->whole, line, error);
}

static enum flow seal_part(struct writer *writer, struct writer_part *part, struct error *error)
{
    char line[80];
    int length = snprintf(line, sizeof line, "{\"garner\":{\"end\":{\"records\":%lld}}}", (long long)part->records);
    return put_line(writer, part, slice_of(line, (size_t)length), error);
}

enum flow writer_seal(struct writer *writer, struct error *error)
{
    enum flow flow = FLOW_OK;
    if (!writer->set)
        return seal_part(writer, &writer->whole, error);
    for (size_t i = 0; i < writer->part_count && flow == FLOW_OK; i++)
        flow = seal_part(writer, &writer->parts[i], error);
    return flow;
}

/* Whether b stands right behind a and its newline in the same block: then both leave in one piece. */
static bool is_adjacent(const struct batch *batch, struct slice run, struct slice b)
{
    const char *block = batch->block.text.bytes, *after = run.bytes + run.length;
    return block && run.bytes >= block && after < block + batch->block.text.length && after + 1 == b.bytes &&
           *after == '\n';
}

/* Lines that follow each other in memory and in one output leave together. */
static enum flow put_run(struct writer_part *part, const struct batch *batch, struct slice run, struct error *error)
{
    const char *end = run.bytes + run.length, *block = batch->block.text.bytes;
    bool has_newline = block && run.bytes >= block && end < block + batch->block.text.length && *end == '\n';
    run.length += has_newline;
    enum flow flow = put(part, run, error);
    return flow == FLOW_OK && !has_newline ? put(part, SLICE("\n"), error) : flow;
}

static enum flow write_parts(struct writer *writer, const struct batch *batch, struct error *error)
{
    enum flow flow = FLOW_OK;
    writer_update_parts(writer);
    for (size_t i = 0; i < batch->count && flow == FLOW_OK;) {
        const struct record *record = &batch->records[i++];
        if (record->kind != RECORD_DATA) {
            flow = put_everywhere(writer, record->line, true, error);
            continue;
        }
        ENSURE(record->part < writer->part_count);
        struct writer_part *part = &writer->parts[record->part];
        struct slice run = record->line;
        part->records++;
        while (i < batch->count && batch->records[i].kind == RECORD_DATA && batch->records[i].part == record->part &&
               is_adjacent(batch, run, batch->records[i].line)) {
            run.length += 1 + batch->records[i++].line.length;
            part->records++;
        }
        flow = put_run(part, batch, run, error);
    }
    return flow;
}

enum flow writer_write(struct writer *writer, const struct batch *batch, struct error *error)
{
    if (writer->set)
        return write_parts(writer, batch, error);
    writer->whole.records += (int64_t)batch->count;
    if (!writer->whole.output)
        return FLOW_OK;
    enum flow flow = FLOW_OK;
    for (size_t i = 0; i < batch->count && flow == FLOW_OK;) {
        struct slice run = batch->records[i++].line;
        while (i < batch->count && is_adjacent(batch, run, batch->records[i].line))
            run.length += 1 + batch->records[i++].line.length;
        flow = put_run(&writer->whole, batch, run, error);
    }
    return flow;
}
