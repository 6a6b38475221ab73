/* run_file.c - sorted runs in a temporary file. */
#include "spill/run_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "spill/nameless.h"

enum { LENGTHS_BYTES = 20 /* of two numbers, at most */ };

void run_file_init(struct run_file *file)
{
    *file = (struct run_file){ .descriptor = -1 };
}

void run_file_release(struct run_file *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    buffer_release(&file->pending);
    memory_free(file->runs);
    run_file_init(file);
}

static bool write_pending(struct run_file *file, struct error *error)
{
    if (!nameless_write(file->descriptor, file->pending.bytes, file->pending.length, error))
        return false;
    file->length += file->pending.length;
    buffer_reset(&file->pending);
    return true;
}

bool run_file_begin(struct run_file *file, struct error *error)
{
    if (!nameless_open(&file->descriptor, error))
        return false;
    if (file->count == file->capacity)
        file->runs = memory_grow(file->runs, &file->capacity, file->count + 1, sizeof *file->runs);
    file->runs[file->count++] = (struct run_extent){ .offset = file->length };
    return true;
}

static void append_length(struct buffer *output, size_t length)
{
    for (; length >= 0x80; length >>= 7)
        buffer_append_byte(output, (char)(0x80 | (length & 0x7f)));
    buffer_append_byte(output, (char)length);
}

bool run_file_put(struct run_file *file, struct slice key, struct slice payload, struct error *error)
{
    append_length(&file->pending, key.length);
    append_length(&file->pending, payload.length);
    buffer_append_slice(&file->pending, key);
    buffer_append_slice(&file->pending, payload);
    return file->pending.length < RUN_BUFFER_BYTES || write_pending(file, error);
}

bool run_file_end(struct run_file *file, struct error *error)
{
    if (file->pending.length > 0 && !write_pending(file, error))
        return false;
    struct run_extent *run = &file->runs[file->count - 1];
    run->length = file->length - run->offset;
    return true;
}

void run_reader_open(struct run_reader *reader, const struct run_file *file, size_t number)
{
    const struct run_extent *run = &file->runs[number];
    *reader = (struct run_reader){ .file = file, .next = run->offset, .end = run->offset + run->length };
}

void run_reader_close(struct run_reader *reader)
{
    buffer_release(&reader->buffer);
    *reader = (struct run_reader){ 0 };
}

/* Makes sure that `wanted` bytes stand behind the place, or all that are left. */
static bool fill(struct run_reader *reader, size_t wanted, struct error *error)
{
    struct buffer *buffer = &reader->buffer;
    size_t left = buffer->length - reader->place;
    if (left >= wanted || reader->next == reader->end)
        return true;
    if (left)
        memmove(buffer->bytes, buffer->bytes + reader->place, left);
    buffer->length = left;
    reader->place = 0;
    size_t size = wanted > RUN_BUFFER_BYTES ? wanted : RUN_BUFFER_BYTES;
    char *room = buffer_reserve(buffer, size - left);
    uint64_t rest = reader->end - reader->next;
    size_t count = rest < size - left ? (size_t)rest : size - left;
    if (!nameless_read(reader->file->descriptor, reader->next, room, count, error))
        return false;
    buffer->length += count;
    reader->next += count;
    return true;
}

static size_t take_length(struct run_reader *reader)
{
    size_t length = 0;
    for (unsigned shift = 0; shift < 64 && reader->place < reader->buffer.length; shift += 7) {
        unsigned char byte = (unsigned char)reader->buffer.bytes[reader->place++];
        length |= (size_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return length;
}

bool run_reader_next(struct run_reader *reader, bool *has_item, struct error *error)
{
    *has_item = false;
    if (!fill(reader, LENGTHS_BYTES, error))
        return false;
    if (reader->place == reader->buffer.length)
        return true;
    size_t key = take_length(reader), payload = take_length(reader);
    if (!fill(reader, key + payload, error))
        return false;
    if (reader->buffer.length - reader->place < key + payload)
        return nameless_fail(E_IO, EIO, "read: it is cut short", error);
    reader->key = slice_of(reader->buffer.bytes + reader->place, key);
    reader->payload = slice_of(reader->buffer.bytes + reader->place + key, payload);
    reader->place += key + payload;
    *has_item = true;
    return true;
}
