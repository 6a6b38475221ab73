/* pack.c - a record as bytes, and back. */
#include "record/pack.h"

#include <string.h>

#include "base/memory.h"

/* In front of the line, the model and the vector. Never leaves the process, so it is as the machine has it. */
struct pack_head {
    int64_t line_number;
    uint64_t line_length;
    uint32_t file, kind, dimension, model_length;
};

void pack_files_release(struct pack_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        memory_free(files->names[i]);
    memory_free(files->names);
    *files = (struct pack_files){ 0 };
}

/* Records of one file come together, and files are few. */
static uint32_t file_number(struct pack_files *files, const char *name)
{
    for (size_t i = files->count; i > 0; i--)
        if (strcmp(files->names[i - 1], name) == 0)
            return (uint32_t)(i - 1);
    if (files->count == files->capacity)
        files->names = memory_grow(files->names, &files->capacity, files->count + 1, sizeof *files->names);
    files->names[files->count] = memory_copy_string(name);
    return (uint32_t)files->count++;
}

void record_pack(const struct record *record, struct pack_files *files, struct buffer *output)
{
    bool has_vector = record->vector != NULL;
    struct pack_head head = { .line_number = record->line_number,
                              .line_length = record->line.length,
                              .file = file_number(files, record->file ? record->file : ""),
                              .kind = (uint32_t)record->kind,
                              .dimension = has_vector ? record->dimension : 0,
                              .model_length = has_vector ? (uint32_t)record->vector_model.length : 0 };
    buffer_append(output, &head, sizeof head);
    buffer_append_slice(output, record->line);
    buffer_append(output, record->vector_model.bytes, head.model_length);
    buffer_append(output, record->vector, head.dimension * sizeof *record->vector);
}

struct record *record_unpack(struct batch *batch, struct slice packed, const struct pack_files *files)
{
    struct pack_head head;
    ENSURE(packed.length >= sizeof head);
    memcpy(&head, packed.bytes, sizeof head);
    packed = slice_from(packed, sizeof head);
    struct record *record = batch_append(batch);
    record->line = arena_copy(&batch->arena, slice_between(packed, 0, head.line_length));
    record->file = files->names[head.file];
    record->line_number = head.line_number;
    record->kind = (enum record_kind)head.kind;
    packed = slice_from(packed, head.line_length);
    if (head.dimension > 0) {
        size_t bytes = head.dimension * sizeof(float);
        record->vector_model = arena_copy(&batch->arena, slice_between(packed, 0, head.model_length));
        record->vector = memcpy(arena_allocate(&batch->arena, bytes), packed.bytes + head.model_length, bytes);
        record->dimension = head.dimension;
    }
    batch->bytes += record->line.length;
    return record;
}
