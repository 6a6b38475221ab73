/* shard_set.c - writing a set of shards. */
#include "dataset/shard_set.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/hash.h"
#include "base/memory.h"
#include "dataset/shard_manifest.h"
#include "dataset/shard_tar.h"
#include "stream/files.h"
#include "stream/output_set.h"

static const char *const pattern_names[] = { "shard", NULL };

/* A shard that is being written, or was. */
struct shard {
    uint32_t output, index; /* numbers in the two sets of outputs */
    int64_t number, rows, tokens, bytes, decompressed;
    struct digest_stream *digest, *index_digest; /* NULL: it is ended */
    struct frame_size *frames;                   /* for the seek table */
    size_t frame_count, frame_capacity;
    char sha256[DIGEST_TEXT + 1], index_sha256[DIGEST_TEXT + 1];
};

struct shard_set {
    struct shard_set_settings settings;
    struct output_set *outputs, *indexes;
    struct buffer index_pattern, manifest, scratch;
    struct shard *shards; /* count of them, by number */
    size_t count, capacity;
    bool is_between; /* the last shard has ended, or there is none yet */
    struct shard_totals totals;
};

struct shard_set *shard_set_create(const struct shard_set_settings *settings, struct error *error)
{
    struct output_settings plain = { .compression = OUTPUT_PLAIN };
    struct shard_set *set = memory_allocate_zeroed(1, sizeof *set);
    set->settings = *settings;
    set->is_between = true;
    buffer_append_format(&set->index_pattern, "%s" SHARD_INDEX_SUFFIX, settings->pattern);
    shard_manifest_path(settings->pattern, &set->manifest);
    bool is_good = digest_load(error);
    if (is_good)
        set->outputs = output_set_create(settings->pattern, pattern_names, &plain, error);
    if (set->outputs)
        set->indexes = output_set_create(buffer_string(&set->index_pattern), pattern_names, &plain, error);
    if (set->indexes)
        return set;
    shard_set_close(set);
    return NULL;
}

static void release_shard(struct shard *shard)
{
    digest_stream_free(shard->digest);
    digest_stream_free(shard->index_digest);
    memory_free(shard->frames);
    shard->digest = shard->index_digest = NULL;
    shard->frames = NULL;
}

void shard_set_close(struct shard_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->count; i++)
        release_shard(&set->shards[i]);
    memory_free(set->shards);
    output_set_close(set->outputs);
    output_set_close(set->indexes);
    buffer_release(&set->index_pattern);
    buffer_release(&set->manifest);
    buffer_release(&set->scratch);
    memory_free(set);
}

static bool open_shard(struct shard_set *set, struct error *error)
{
    if (set->count == set->capacity)
        set->shards = memory_grow(set->shards, &set->capacity, set->count + 1, sizeof *set->shards);
    ENSURE(set->shards != NULL);
    struct shard *shard = &set->shards[set->count];
    *shard = (struct shard){ .number = (int64_t)set->count };
    char text[32];
    snprintf(text, sizeof text, "%05zu", set->count);
    struct slice value = slice_of_string(text);
    if (!output_set_find(set->outputs, &value, &shard->output, error) ||
        !output_set_find(set->indexes, &value, &shard->index, error))
        return false;
    shard->digest = digest_stream_create();
    shard->index_digest = digest_stream_create();
    set->count++;
    return true;
}

static bool write_bytes(struct shard_set *set, struct shard *shard, struct slice bytes, struct error *error)
{
    shard->bytes += (int64_t)bytes.length;
    digest_stream_add(shard->digest, bytes);
    return output_write(output_set_output(set->outputs, shard->output), bytes, error);
}

/* Into the seek table. */
static void note_frame(struct shard *shard, size_t compressed, size_t decompressed)
{
    if (shard->frame_count == shard->frame_capacity)
        shard->frames =
            memory_grow(shard->frames, &shard->frame_capacity, shard->frame_count + 1, sizeof *shard->frames);
    shard->frames[shard->frame_count++] = (struct frame_size){ (uint32_t)compressed, (uint32_t)decompressed };
}

/* The end of an archive, and the seek table. */
static bool write_end(struct shard_set *set, struct shard *shard, struct error *error)
{
    const struct shard_layout *layout = &set->settings.shards.layout;
    static const char zeros[SHARD_TAR_END];
    struct slice end = slice_of(zeros, layout->is_tar ? SHARD_TAR_END : 0);
    shard->decompressed += (int64_t)end.length;
    if (!layout->is_compressed)
        return write_bytes(set, shard, end, error);
    buffer_reset(&set->scratch);
    if (end.length) {
        struct frame_compressor *compressor = frame_compressor_create();
        frame_compress(compressor, end, &set->scratch);
        frame_compressor_free(compressor);
        note_frame(shard, set->scratch.length, end.length);
    }
    frame_table_append(shard->frames, shard->frame_count, &set->scratch);
    return write_bytes(set, shard, buffer_slice(&set->scratch), error);
}

static bool end_shard(struct shard_set *set, struct shard *shard, struct error *error)
{
    if (!write_end(set, shard, error) || !output_set_end(set->outputs, shard->output, error) ||
        !output_set_end(set->indexes, shard->index, error))
        return false;
    digest_stream_finish(shard->digest, shard->sha256);
    digest_stream_finish(shard->index_digest, shard->index_sha256);
    release_shard(shard);
    set->totals.bytes += shard->bytes;
    set->totals.decompressed += shard->decompressed;
    return true;
}

static void append_little_endian(struct buffer *output, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buffer_append_byte(output, (char)(number >> (8 * i) & 0xff));
}

static bool write_index(struct shard_set *set, struct shard *shard, const struct shard_frame *frame,
                        struct error *error)
{
    buffer_reset(&set->scratch);
    for (size_t i = 0; i < frame->count; i++) {
        const struct shard_row *row = &frame->rows[i];
        append_little_endian(&set->scratch, (uint64_t)shard->decompressed + row->offset, 8);
        append_little_endian(&set->scratch, row->length, 4);
        append_little_endian(&set->scratch, row->check, 4);
        shard->tokens += row->tokens;
        set->totals.tokens += row->tokens;
    }
    shard->rows += (int64_t)frame->count;
    set->totals.rows += (int64_t)frame->count;
    digest_stream_add(shard->index_digest, buffer_slice(&set->scratch));
    return output_write(output_set_output(set->indexes, shard->index), buffer_slice(&set->scratch), error);
}

/* The shard that takes the frame. NULL: error. */
static struct shard *shard_for(struct shard_set *set, const struct shard_frame *frame, struct error *error)
{
    const struct shard_settings *settings = &set->settings.shards;
    if (settings->count) {
        while (set->count < (size_t)settings->count)
            if (!open_shard(set, error))
                return NULL;
        return &set->shards[frame->shard];
    }
    struct shard *last = set->count ? &set->shards[set->count - 1] : NULL;
    if (last && !set->is_between && settings->bytes) {
        size_t end = settings->layout.is_compressed ? frame_table_bytes(last->frame_count + 2) : 0;
        end += settings->layout.is_tar ? SHARD_TAR_END : 0;
        if (last->bytes + (int64_t)(frame->file.length + end) > settings->bytes) {
            if (!end_shard(set, last, error))
                return NULL;
            set->is_between = true;
        }
    }
    if (set->is_between && !open_shard(set, error))
        return NULL;
    set->is_between = false;
    return &set->shards[set->count - 1];
}

bool shard_set_add(struct shard_set *set, const struct shard_frame *frame, struct error *error)
{
    struct shard *shard = shard_for(set, frame, error);
    if (!shard || !write_index(set, shard, frame, error) || !write_bytes(set, shard, frame->file, error))
        return false;
    if (set->settings.shards.layout.is_compressed)
        note_frame(shard, frame->file.length, frame->text.length);
    shard->decompressed += (int64_t)frame->text.length;
    if (frame->ends_shard && !set->settings.shards.count) {
        set->is_between = true;
        return end_shard(set, shard, error);
    }
    return true;
}

/* The file's name in its folder. */
static struct slice name_of(const struct shard_set *set, const struct shard *shard)
{
    const char *path = output_name(output_set_output(set->outputs, shard->output));
    const char *slash = strrchr(path, '/');
    return slice_of_string(slash ? slash + 1 : path);
}

static void describe(const struct shard_set *set, struct buffer *json)
{
    struct shard_manifest manifest = { .layout = set->settings.shards.layout, .totals = set->totals };
    struct arena arena = { 0 };
    struct shard_entry *entries = arena_allocate_zeroed(&arena, set->count + 1, sizeof *entries);
    for (size_t i = 0; i < set->count; i++) {
        const struct shard *shard = &set->shards[i];
        entries[i] = (struct shard_entry){ .file = name_of(set, shard),
                                           .rows = shard->rows,
                                           .tokens = shard->tokens,
                                           .bytes = shard->bytes,
                                           .decompressed = shard->decompressed };
        memcpy(entries[i].sha256, shard->sha256, sizeof shard->sha256);
        memcpy(entries[i].index_sha256, shard->index_sha256, sizeof shard->index_sha256);
    }
    manifest.entries = entries;
    manifest.count = set->count;
    manifest.totals.shards = (int64_t)set->count;
    manifest.options = set->settings.options;
    shard_manifest_append(&manifest, json);
    arena_release(&arena);
}

static bool is_in(const struct shard_set *set, struct slice file)
{
    for (size_t i = 0; i < set->count; i++)
        if (slice_equal(name_of(set, &set->shards[i]), file))
            return true;
    return false;
}

/* Files of the set that was there before and that this one does not have. Those that cannot be removed harm nobody: no
 * manifest names them. */
static void remove_leftovers(const struct shard_set *set, const struct shard_manifest *before)
{
    struct buffer path = { 0 };
    for (size_t i = 0; i < before->count; i++) {
        if (is_in(set, before->entries[i].file))
            continue;
        shard_manifest_sibling(buffer_string(&set->manifest), before->entries[i].file, "", &path);
        unlink(buffer_string(&path));
        shard_manifest_sibling(buffer_string(&set->manifest), before->entries[i].file, SHARD_INDEX_SUFFIX, &path);
        unlink(buffer_string(&path));
    }
    buffer_release(&path);
}

/* From here on the set of before is no more; until the manifest is there this one is not yet. */
static bool publish(struct shard_set *set, struct output *manifest, struct error *error)
{
    const char *path = buffer_string(&set->manifest);
    struct arena arena = { 0 };
    struct shard_manifest before;
    struct error ignored;
    if (!shard_manifest_read(path, &arena, &before, &ignored))
        before.count = 0;
    bool is_good =
        unlink(path) == 0 || errno == ENOENT || error_set_system(error, E_CREATE, errno, "cannot replace '%s'", path);
    is_good = is_good && output_set_commit(set->indexes, error) && output_set_commit(set->outputs, error) &&
              output_publish(manifest, error) && folder_sync_of(path, error);
    if (is_good)
        remove_leftovers(set, &before);
    arena_release(&arena);
    return is_good;
}

bool shard_set_commit(struct shard_set *set, struct error *error)
{
    while (set->count < (size_t)set->settings.shards.count)
        if (!open_shard(set, error))
            return false;
    for (size_t i = 0; i < set->count; i++)
        if (set->shards[i].digest && !end_shard(set, &set->shards[i], error))
            return false;
    set->totals.shards = (int64_t)set->count;
    struct buffer json = { 0 };
    describe(set, &json);
    bool is_good = shard_manifest_make_folder(buffer_string(&set->manifest), error);
    struct output *manifest = is_good ? output_open(buffer_string(&set->manifest), NULL, error) : NULL;
    is_good = manifest && output_write(manifest, buffer_slice(&json), error) && output_end(manifest, error) &&
              publish(set, manifest, error);
    output_close(manifest);
    buffer_release(&json);
    return is_good;
}

const struct shard_totals *shard_set_totals(const struct shard_set *set)
{
    return &set->totals;
}
