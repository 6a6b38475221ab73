/* shard_manifest.c - the file that names the shards of a set. */
#include "dataset/shard_manifest.h"

#include <inttypes.h>

#include "base/memory.h"
#include "stream/files.h"
#include "json/json.h"
#include "json/write.h"

void shard_manifest_path(const char *pattern, struct buffer *path)
{
    const char *place = strstr(pattern, "{shard}");
    buffer_append(path, pattern, place ? (size_t)(place - pattern) : strlen(pattern));
    buffer_append_string(path, "manifest.json");
}

void shard_manifest_sibling(const char *manifest, struct slice file, const char *suffix, struct buffer *path)
{
    const char *name = strrchr(manifest, '/');
    buffer_reset(path);
    buffer_append(path, manifest, name ? (size_t)(name + 1 - manifest) : 0);
    buffer_append_slice(path, file);
    buffer_append_string(path, suffix);
}

bool shard_manifest_make_folder(const char *manifest, struct error *error)
{
    struct buffer folder = { 0 };
    const char *name = strrchr(manifest, '/');
    buffer_append(&folder, manifest, name ? (size_t)(name - manifest) : 0);
    bool is_made = folder.length == 0 || folder_create(buffer_string(&folder), error);
    buffer_release(&folder);
    return is_made;
}

static void append_number(struct buffer *json, const char *key, int64_t number)
{
    json_append_key(json, slice_of_string(key));
    json_append_integer(json, number);
}

static void append_text(struct buffer *json, const char *key, struct slice text)
{
    json_append_key(json, slice_of_string(key));
    json_append_string(json, text);
}

void shard_manifest_append(const struct shard_manifest *manifest, struct buffer *json)
{
    buffer_append_byte(json, '{');
    append_text(json, "kind", SLICE("shards"));
    append_number(json, "version", SHARD_SET_VERSION);
    append_text(json, "container", manifest->layout.is_tar ? SLICE("tar") : SLICE("jsonl"));
    append_text(json, "compression", manifest->layout.is_compressed ? SLICE("zstd") : SLICE("none"));
    append_number(json, "rows", manifest->totals.rows);
    append_number(json, "tokens", manifest->totals.tokens);
    append_number(json, "bytes", manifest->totals.bytes);
    append_number(json, "decompressed", manifest->totals.decompressed);
    if (manifest->options.length) {
        json_append_key(json, SLICE("options"));
        buffer_append_slice(json, manifest->options);
    }
    json_append_key(json, SLICE("shards"));
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < manifest->count; i++) {
        const struct shard_entry *entry = &manifest->entries[i];
        buffer_append_string(json, i ? ",\n{" : "\n{");
        append_text(json, "file", entry->file);
        append_number(json, "rows", entry->rows);
        append_number(json, "tokens", entry->tokens);
        append_number(json, "bytes", entry->bytes);
        append_number(json, "decompressed", entry->decompressed);
        append_text(json, "sha256", slice_of_string(entry->sha256));
        append_text(json, "index_sha256", slice_of_string(entry->index_sha256));
        buffer_append_byte(json, '}');
    }
    buffer_append_string(json, manifest->count ? "\n]}\n" : "]}\n");
}

static bool fail(struct error *error, const char *key)
{
    error_set(error, E_SHARDS, "'%s' is missing or is not what a manifest of shards has there", key);
    return false;
}

static bool read_number(struct json_value object, const char *key, int64_t *number, struct error *error)
{
    struct json_value value = json_member(object, slice_of_string(key));
    if (value.type == JSON_NUMBER && json_integer(value, number) && *number >= 0)
        return true;
    return fail(error, key);
}

static bool read_text(struct json_value object, const char *key, struct arena *arena, struct slice *text,
                      struct error *error)
{
    struct json_value value = json_member(object, slice_of_string(key));
    if (value.type == JSON_STRING && json_decode(value, arena, text, error))
        return true;
    return fail(error, key);
}

static bool read_digest(struct json_value object, const char *key, struct arena *arena, char digest[DIGEST_TEXT + 1],
                        struct error *error)
{
    struct slice text;
    if (!read_text(object, key, arena, &text, error))
        return false;
    if (text.length != DIGEST_TEXT)
        return fail(error, key);
    memcpy(digest, text.bytes, DIGEST_TEXT);
    digest[DIGEST_TEXT] = '\0';
    return true;
}

static bool read_entry(struct json_value object, struct arena *arena, struct shard_entry *entry, struct error *error)
{
    if (!read_text(object, "file", arena, &entry->file, error) || !read_number(object, "rows", &entry->rows, error) ||
        !read_number(object, "tokens", &entry->tokens, error) || !read_number(object, "bytes", &entry->bytes, error) ||
        !read_number(object, "decompressed", &entry->decompressed, error) ||
        !read_digest(object, "sha256", arena, entry->sha256, error) ||
        !read_digest(object, "index_sha256", arena, entry->index_sha256, error))
        return false;
    bool is_name = entry->file.length > 0 && entry->file.bytes[0] != '.' &&
                   !memchr(entry->file.bytes, '/', entry->file.length) &&
                   !memchr(entry->file.bytes, '\0', entry->file.length);
    return is_name || fail(error, "file");
}

static bool read_layout(struct json_value root, struct arena *arena, struct shard_layout *layout, struct error *error)
{
    struct slice container, compression;
    if (!read_text(root, "container", arena, &container, error) ||
        !read_text(root, "compression", arena, &compression, error))
        return false;
    layout->is_tar = slice_equal(container, SLICE("tar"));
    layout->is_compressed = slice_equal(compression, SLICE("zstd"));
    if (!layout->is_tar && !slice_equal(container, SLICE("jsonl")))
        return fail(error, "container");
    return layout->is_compressed || slice_equal(compression, SLICE("none")) || fail(error, "compression");
}

static bool read_entries(struct json_value root, struct arena *arena, struct shard_manifest *manifest,
                         struct error *error)
{
    struct json_value shards = json_member(root, SLICE("shards"));
    struct shard_entry *entries = NULL;
    struct json_field field;
    size_t capacity = 0;
    int64_t rows = 0;
    if (shards.type != JSON_ARRAY)
        return fail(error, "shards");
    for (struct json_iterator iterator = json_iterate(shards); json_next(&iterator, &field);) {
        if (manifest->count == capacity)
            entries = arena_grow(arena, entries, &capacity, manifest->count + 1, sizeof *entries);
        ENSURE(entries != NULL);
        if (!read_entry(field.value, arena, &entries[manifest->count], error))
            return false;
        if (__builtin_add_overflow(rows, entries[manifest->count].rows, &rows))
            return fail(error, "rows");
        manifest->count++;
    }
    manifest->entries = entries;
    manifest->totals.shards = (int64_t)manifest->count;
    return rows == manifest->totals.rows || fail(error, "rows");
}

bool shard_manifest_parse(struct slice text, struct arena *arena, struct shard_manifest *manifest, struct error *error)
{
    *manifest = (struct shard_manifest){ 0 };
    struct json_value root;
    struct slice kind;
    int64_t version;
    if (!json_scan(arena_copy(arena, text), &root, error)) {
        error->code = E_SHARDS;
        return false;
    }
    if (!read_text(root, "kind", arena, &kind, error) || !slice_equal(kind, SLICE("shards")))
        return fail(error, "kind");
    if (!read_number(root, "version", &version, error))
        return false;
    if (version != SHARD_SET_VERSION)
        return error_set(error, E_SHARDS, "the set has version %" PRId64 ", version %d is read", version,
                         SHARD_SET_VERSION);
    manifest->options = json_member(root, SLICE("options")).text;
    return read_layout(root, arena, &manifest->layout, error) &&
           read_number(root, "rows", &manifest->totals.rows, error) &&
           read_number(root, "tokens", &manifest->totals.tokens, error) &&
           read_number(root, "bytes", &manifest->totals.bytes, error) &&
           read_number(root, "decompressed", &manifest->totals.decompressed, error) &&
           read_entries(root, arena, manifest, error);
}

bool shard_manifest_read(const char *path, struct arena *arena, struct shard_manifest *manifest, struct error *error)
{
    struct buffer content = { 0 };
    *manifest = (struct shard_manifest){ 0 };
    bool is_good = file_read(path, SHARD_MANIFEST_MAXIMUM, "the size of a manifest", &content, error);
    if (is_good) {
        is_good = shard_manifest_parse(buffer_slice(&content), arena, manifest, error);
        if (!is_good)
            error_place(error, path, 0, 0);
    }
    buffer_release(&content);
    return is_good;
}
