/* shard.c - rows dealt to the shards of a set, in frames. */
#include "dataset/shard.h"

#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "dataset/shard_tar.h"

bool shard_layout_of(const char *pattern, struct shard_layout *layout, struct error *error)
{
    static const char placeholder[] = "{shard}";
    struct slice name = slice_of_string(pattern);
    const char *found = strstr(pattern, placeholder);
    if (!found || strstr(found + 1, placeholder) || strchr(found, '/'))
        return error_set(error, E_USAGE, "--output: '%s' must have {shard} once, in the file's name", pattern);
    layout->is_compressed = slice_ends_with(name, SLICE(".zst"));
    if (layout->is_compressed)
        name.length -= strlen(".zst");
    layout->is_tar = slice_ends_with(name, SLICE(".tar"));
    if (layout->is_tar || slice_ends_with(name, SLICE(".jsonl")))
        return true;
    return error_set(error, E_USAGE, "--output: shards are .jsonl, .jsonl.zst, .tar or .tar.zst, '%s' is none",
                     pattern);
}

/* A frame that is being filled. */
struct open_frame {
    struct buffer text;
    struct shard_row *rows;
    size_t count, capacity;
};

struct shard_dealer {
    struct shard_settings settings;
    struct open_frame *frames; /* one for each of `count` shards */
    size_t frame_count;
    size_t frame_bytes;     /* from which on a frame is full */
    size_t current;         /* the frame of the row that was begun last */
    size_t row_start;       /* in its text */
    int64_t rows, in_shard; /* so far */
    size_t next_left;       /* at the end: the first frame that may hold rows */
};

struct shard_dealer *shard_dealer_create(const struct shard_settings *settings)
{
    enum { ALL_FRAMES_BYTES = 64 * 1024 * 1024, FRAME_BYTES_MINIMUM = 64 * 1024 };
    struct shard_dealer *dealer = memory_allocate_zeroed(1, sizeof *dealer);
    dealer->settings = *settings;
    dealer->frame_count = settings->count ? (size_t)settings->count : 1;
    dealer->frames = memory_allocate_zeroed(dealer->frame_count, sizeof *dealer->frames);
    dealer->frame_bytes = ALL_FRAMES_BYTES / dealer->frame_count;
    if (dealer->frame_bytes > SHARD_FRAME_BYTES)
        dealer->frame_bytes = SHARD_FRAME_BYTES;
    /* A small shard is more than one frame, so that its size is about what was asked for. */
    if (settings->bytes && dealer->frame_bytes > (size_t)settings->bytes / 4)
        dealer->frame_bytes = (size_t)settings->bytes / 4;
    if (dealer->frame_bytes < FRAME_BYTES_MINIMUM)
        dealer->frame_bytes = FRAME_BYTES_MINIMUM;
    return dealer;
}

void shard_dealer_free(struct shard_dealer *dealer)
{
    if (!dealer)
        return;
    for (size_t i = 0; i < dealer->frame_count; i++) {
        buffer_release(&dealer->frames[i].text);
        memory_free(dealer->frames[i].rows);
    }
    memory_free(dealer->frames);
    memory_free(dealer);
}

struct buffer *shard_dealer_begin(struct shard_dealer *dealer)
{
    dealer->current = (size_t)(dealer->rows % (int64_t)dealer->frame_count);
    struct buffer *text = &dealer->frames[dealer->current].text;
    if (dealer->settings.layout.is_tar)
        buffer_append_repeated(text, '\0', SHARD_TAR_BLOCK);
    dealer->row_start = text->length;
    return text;
}

void shard_dealer_end(struct shard_dealer *dealer, uint32_t tokens)
{
    struct open_frame *frame = &dealer->frames[dealer->current];
    size_t length = frame->text.length - dealer->row_start;
    if (frame->count == frame->capacity)
        frame->rows = memory_grow(frame->rows, &frame->capacity, frame->count + 1, sizeof *frame->rows);
    frame->rows[frame->count++] = (struct shard_row){ (uint32_t)dealer->row_start, (uint32_t)length, tokens, 0 };
    if (dealer->settings.layout.is_tar) {
        shard_tar_header((uint64_t)dealer->rows, length, frame->text.bytes + dealer->row_start - SHARD_TAR_BLOCK);
        buffer_append_repeated(&frame->text, '\0', shard_tar_padding(length));
    } else {
        buffer_append_byte(&frame->text, '\n');
    }
    dealer->rows++;
    dealer->in_shard++;
}

static void take_frame(struct shard_dealer *dealer, size_t number, bool ends_shard, struct arena *arena,
                       struct shard_frame *taken)
{
    struct open_frame *frame = &dealer->frames[number];
    struct shard_row *rows = arena_allocate(arena, frame->count * sizeof *rows);
    memcpy(rows, frame->rows, frame->count * sizeof *rows);
    struct slice text = arena_copy(arena, buffer_slice(&frame->text));
    *taken = (struct shard_frame){
        .text = text, .rows = rows, .count = frame->count, .shard = (uint32_t)number, .ends_shard = ends_shard
    };
    frame->count = 0;
    buffer_reset(&frame->text);
    if (ends_shard)
        dealer->in_shard = 0;
}

bool shard_dealer_take(struct shard_dealer *dealer, bool is_last, struct arena *arena, struct shard_frame *frame)
{
    bool ends_shard = dealer->settings.rows && dealer->in_shard == dealer->settings.rows;
    struct open_frame *current = &dealer->frames[dealer->current];
    if (current->count > 0 && (ends_shard || current->text.length >= dealer->frame_bytes)) {
        take_frame(dealer, dealer->current, ends_shard, arena, frame);
        return true;
    }
    for (; is_last && dealer->next_left < dealer->frame_count; dealer->next_left++) {
        if (dealer->frames[dealer->next_left].count == 0)
            continue;
        take_frame(dealer, dealer->next_left, false, arena, frame);
        return true;
    }
    return false;
}

void shard_frame_seal(struct shard_frame *frame, struct frame_compressor *compressor, struct arena *arena)
{
    for (size_t i = 0; i < frame->count; i++) {
        struct shard_row *row = &frame->rows[i];
        row->check = (uint32_t)hash_64(slice_between(frame->text, row->offset, row->offset + row->length), 0);
    }
    frame->file = frame->text;
    if (!compressor)
        return;
    struct buffer bytes = { 0 };
    frame_compress(compressor, frame->text, &bytes);
    frame->file = arena_copy(arena, buffer_slice(&bytes));
    buffer_release(&bytes);
}
