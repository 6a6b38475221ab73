/* shard_verify.c - whether a set of shards is whole. */
#include <inttypes.h>

#include "base/hash.h"
#include "base/memory.h"
#include "dataset/shard_manifest.h"
#include "dataset/shard_tar.h"
#include "stream/files.h"
#include "json/json.h"

/* One set under test. */
struct verifying {
    void (*report)(void *context, const struct error *error);
    void *context;
    const struct shard_manifest *manifest;
    const struct shard_entry *entry;
    struct buffer path, text;
    struct slice index;
    uint64_t rows;        /* that the index has */
    uint64_t row;         /* the next one */
    uint64_t position;    /* in the decompressed shard: where what follows the rows so far begins */
    struct arena scratch; /* of a row */
};

static void report(struct verifying *verifying, struct error *error)
{
    error_place(error, buffer_string(&verifying->path), 0, 0);
    verifying->report(verifying->context, error);
    error_reset(error);
}

__attribute__((format(printf, 2, 3))) static void fault(struct verifying *verifying, const char *format, ...)
{
    struct buffer message = { 0 };
    struct error error;
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(&message, format, arguments);
    va_end(arguments);
    error_set(&error, E_SHARDS, "%s", buffer_string(&message));
    report(verifying, &error);
    buffer_release(&message);
}

static uint64_t little_endian(const char *bytes, int count)
{
    uint64_t number = 0;
    for (int i = count - 1; i >= 0; i--)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

struct index_row {
    uint64_t offset, length;
    uint32_t check;
};

static struct index_row row_at(const struct verifying *verifying, uint64_t row)
{
    const char *bytes = verifying->index.bytes + row * SHARD_INDEX_BYTES;
    return (struct index_row){ little_endian(bytes, 8), little_endian(bytes + 8, 4),
                               (uint32_t)little_endian(bytes + 12, 4) };
}

/* What stands around a row: a newline behind it, or a member's header and zeros. */
static bool is_framed(const struct verifying *verifying, struct slice text, struct slice row)
{
    const char *end = row.bytes + row.length;
    if (!verifying->manifest->layout.is_tar)
        return *end == '\n';
    char header[SHARD_TAR_BLOCK];
    size_t padding = shard_tar_padding(row.length);
    const char *start = row.bytes - SHARD_TAR_BLOCK;
    /* The number in the name goes over all shards and is not known here. */
    shard_tar_header(0, row.length, header);
    bool is_same =
        start >= text.bytes && memcmp(start + 124, header + 124, 12) == 0 && memcmp(start + 257, header + 257, 8) == 0;
    for (size_t i = 0; is_same && i < padding; i++)
        is_same = end[i] == '\0';
    return is_same;
}

/* The rows that lie in this part of the shard. */
static void check_rows(struct verifying *verifying, struct slice text, uint64_t start)
{
    bool is_tar = verifying->manifest->layout.is_tar;
    uint64_t before = is_tar ? SHARD_TAR_BLOCK : 0, end = start + text.length;
    for (; verifying->row < verifying->rows; verifying->row++) {
        struct index_row row = row_at(verifying, verifying->row);
        uint64_t after = is_tar ? shard_tar_padding((size_t)row.length) : 1;
        if (row.offset >= end)
            return;
        if (row.offset != verifying->position + before || row.length + after > end - row.offset) {
            fault(verifying, "row %" PRIu64 " is not where the index says (offset %" PRIu64 ", length %" PRIu64 ")",
                  verifying->row, row.offset, row.length);
            if (row.offset < start || row.length + after > end - row.offset)
                continue;
        }
        struct slice line = slice_of(text.bytes + (row.offset - start), (size_t)row.length);
        struct json_object object;
        struct error error = { 0 };
        if ((uint32_t)hash_64(line, 0) != row.check)
            fault(verifying, "row %" PRIu64 " is not the row that was written", verifying->row);
        else if (!is_framed(verifying, text, line))
            fault(verifying, "what stands around row %" PRIu64 " is damaged", verifying->row);
        else if (!json_scan_object(line, &verifying->scratch, &object, &error))
            fault(verifying, "row %" PRIu64 ": %s", verifying->row, error.message);
        arena_reset(&verifying->scratch);
        verifying->position = row.offset + row.length + after;
    }
}

/* Passes over the rows of a frame that cannot be read. */
static void skip_rows(struct verifying *verifying, uint64_t end, const struct error *reason)
{
    uint64_t first = verifying->row;
    while (verifying->row < verifying->rows && row_at(verifying, verifying->row).offset < end)
        verifying->row++;
    if (verifying->row > first)
        fault(verifying, "rows %" PRIu64 " to %" PRIu64 " cannot be read: %s", first, verifying->row - 1,
              reason->message);
    else
        fault(verifying, "a frame cannot be read: %s", reason->message);
    verifying->position = end;
}

/* Returns how long the decompressed shard is. */
static uint64_t check_frames(struct verifying *verifying, struct slice file)
{
    const struct frame_size *frames;
    struct arena arena = { 0 };
    struct error error = { 0 };
    size_t count;
    uint64_t start = 0;
    if (!frame_table_read(file, &arena, &frames, &count, &error)) {
        fault(verifying, "%s", error.message);
        arena_release(&arena);
        return UINT64_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        struct slice frame = slice_between(file, 0, frames[i].compressed);
        buffer_reset(&verifying->text);
        error_reset(&error);
        if (frame_decompress(frame, frames[i], &verifying->text, &error))
            check_rows(verifying, buffer_slice(&verifying->text), start);
        else
            skip_rows(verifying, start + frames[i].decompressed, &error);
        file = slice_from(file, frames[i].compressed);
        start += frames[i].decompressed;
    }
    arena_release(&arena);
    return start;
}

/* Maps a file of the set and compares its digest. */
static bool open_file(struct verifying *verifying, const char *sha256, struct file_map *map)
{
    struct error error = { 0 };
    if (!file_map_open(buffer_string(&verifying->path), map, &error)) {
        report(verifying, &error);
        return false;
    }
    char digest[DIGEST_TEXT + 1];
    digest_sha256(map->bytes, digest);
    if (strcmp(digest, sha256) != 0)
        fault(verifying, "the SHA-256 is %.12s..., the manifest has %.12s...", digest, sha256);
    return true;
}

static void check_content(struct verifying *verifying, struct slice file)
{
    const struct shard_entry *entry = verifying->entry;
    uint64_t length = file.length, end = verifying->manifest->layout.is_tar ? SHARD_TAR_END : 0;
    if ((int64_t)file.length != entry->bytes)
        fault(verifying, "it has %zu bytes, the manifest has %" PRId64, file.length, entry->bytes);
    if ((int64_t)verifying->rows != entry->rows)
        fault(verifying, "its index has %" PRIu64 " rows, the manifest has %" PRId64, verifying->rows, entry->rows);
    if (verifying->manifest->layout.is_compressed)
        length = check_frames(verifying, file);
    else
        check_rows(verifying, file, 0);
    if (length == UINT64_MAX)
        return;
    if (verifying->row < verifying->rows)
        fault(verifying, "rows from %" PRIu64 " on are not there", verifying->row);
    else if (verifying->rows == 0 && length != end)
        fault(verifying, "its index knows none of its bytes");
    else if (verifying->position + end != length)
        fault(verifying, "bytes that the index does not know follow row %" PRIu64, verifying->row - 1);
    if ((int64_t)length != entry->decompressed)
        fault(verifying, "it holds %" PRIu64 " bytes, the manifest has %" PRId64, length, entry->decompressed);
}

static void check_shard(struct verifying *verifying, const char *manifest)
{
    const struct shard_entry *entry = verifying->entry;
    struct file_map index = { 0 }, file = { 0 };
    verifying->row = verifying->position = 0;
    shard_manifest_sibling(manifest, entry->file, SHARD_INDEX_SUFFIX, &verifying->path);
    if (open_file(verifying, entry->index_sha256, &index)) {
        if (index.bytes.length % SHARD_INDEX_BYTES)
            fault(verifying, "it is cut: %zu bytes are no whole number of rows", index.bytes.length);
        verifying->index = index.bytes;
        verifying->rows = index.bytes.length / SHARD_INDEX_BYTES;
        shard_manifest_sibling(manifest, entry->file, "", &verifying->path);
        if (open_file(verifying, entry->sha256, &file))
            check_content(verifying, file.bytes);
    }
    file_map_close(&index);
    file_map_close(&file);
}

struct verification {
    void (*report)(void *context, const struct error *error);
    void *context;
    struct shard_totals *totals;
};

static bool verify_one(void *context, const char *path, struct error *error)
{
    const struct verification *verification = context;
    struct arena arena = { 0 };
    struct shard_manifest manifest;
    bool is_good = digest_load(error) && shard_manifest_read(path, &arena, &manifest, error);
    if (is_good) {
        struct verifying verifying = { .report = verification->report,
                                       .context = verification->context,
                                       .manifest = &manifest };
        for (size_t i = 0; i < manifest.count; i++) {
            verifying.entry = &manifest.entries[i];
            check_shard(&verifying, path);
        }
        shard_totals_add(verification->totals, &manifest.totals);
        buffer_release(&verifying.path);
        buffer_release(&verifying.text);
        arena_release(&verifying.scratch);
    }
    arena_release(&arena);
    return is_good;
}

bool shard_set_verify(const char *path, void (*report_fault)(void *context, const struct error *error), void *context,
                      struct shard_totals *totals, struct error *error)
{
    struct verification verification = { report_fault, context, totals };
    *totals = (struct shard_totals){ 0 };
    return shard_manifests_visit(path, verify_one, &verification, error);
}
