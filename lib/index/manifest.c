/* manifest.c - reads and writes the file that says what an index is. */
#include "index/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/hash.h"
#include "json/json.h"
#include "json/write.h"

static const char *const metric_names[] = { "cosine", "dot", "euclidean" };

const char *vector_metric_name(enum vector_metric metric)
{
    return metric_names[metric];
}

char *segment_path(struct arena *arena, const char *folder, uint32_t number)
{
    return arena_format(arena, "%s/segment-%08" PRIu32 ".seg", folder, number);
}

char *tombstones_path(struct arena *arena, const char *folder, uint32_t number)
{
    return arena_format(arena, "%s/tombstones-%08" PRIu32 ".seg", folder, number);
}

static void append_text(struct buffer *output, const char *key, struct slice text)
{
    json_append_key(output, slice_of_string(key));
    json_append_string(output, text);
}

static void append_number(struct buffer *output, const char *key, uint64_t number)
{
    json_append_key(output, slice_of_string(key));
    buffer_append_format(output, "%" PRIu64, number);
}

static void append_seal(struct buffer *output, const struct file_seal *seal)
{
    append_number(output, "bytes", seal->bytes);
    json_append_key(output, SLICE("checksum"));
    buffer_append_format(output, "\"%016" PRIx64 "\"", seal->checksum);
}

static void append_settings(struct buffer *output, const struct index_settings *settings)
{
    json_append_key(output, SLICE("settings"));
    buffer_append_byte(output, '{');
    append_text(output, "model", settings->model);
    append_number(output, "dimension", settings->dimension);
    append_text(output, "metric", slice_of_string(vector_metric_name(settings->metric)));
    append_text(output, "query_prefix", settings->query_prefix);
    append_text(output, "document_prefix", settings->document_prefix);
    append_text(output, "language", settings->language);
    json_append_key(output, SLICE("fields"));
    buffer_append_byte(output, '[');
    for (size_t i = 0; i < settings->field_count; i++) {
        if (i > 0)
            buffer_append_byte(output, ',');
        json_append_string(output, settings->fields[i]);
    }
    buffer_append_byte(output, ']');
    json_append_key(output, SLICE("probes"));
    buffer_append_byte(output, '[');
    for (size_t i = 0; i < settings->probe_count; i++) {
        buffer_append_string(output, i ? ",{" : "{");
        append_text(output, "text", settings->probes[i].text);
        json_append_key(output, SLICE("vector"));
        buffer_append_byte(output, '"');
        base64_append(output, slice_of((const char *)settings->probes[i].vector,
                                       settings->dimension * sizeof settings->probes[i].vector[0]));
        buffer_append_string(output, "\"}");
    }
    buffer_append_string(output, "]}");
}

void manifest_render(const struct manifest *manifest, struct buffer *output)
{
    size_t start = output->length;
    buffer_append_string(output, "{\"garner\":\"index\"");
    append_number(output, "format", INDEX_FORMAT_VERSION);
    append_number(output, "sequence", manifest->sequence);
    append_number(output, "next_number", manifest->next_number);
    append_number(output, "rows", manifest->row_count);
    append_settings(output, &manifest->settings);
    json_append_key(output, SLICE("segments"));
    buffer_append_byte(output, '[');
    for (size_t i = 0; i < manifest->segment_count; i++) {
        const struct manifest_segment *segment = &manifest->segments[i];
        buffer_append_string(output, i ? ",{" : "{");
        append_number(output, "number", segment->number);
        append_number(output, "rows", segment->row_count);
        append_number(output, "documents", segment->document_count);
        append_number(output, "deleted", segment->deleted_count);
        append_seal(output, &segment->seal);
        buffer_append_byte(output, '}');
    }
    buffer_append_byte(output, ']');
    if (manifest->tombstones_number) {
        buffer_append_string(output, ",\"tombstones\":{");
        append_number(output, "number", manifest->tombstones_number);
        append_seal(output, &manifest->tombstones_seal);
        buffer_append_byte(output, '}');
    }
    buffer_append_string(output, "}\n");
    uint64_t checksum = hash_64(slice_from(buffer_slice(output), start), 0);
    buffer_append_format(output, "{\"checksum\":\"%016" PRIx64 "\"}\n", checksum);
}

/* Reading. A parser remembers the first fault, so that the members can be read one after the other. */
struct manifest_parser {
    struct arena *arena;
    struct error *error;
    bool has_failed;
};

static void fail(struct manifest_parser *parser, const char *key, const char *expected)
{
    if (!parser->has_failed)
        error_set(parser->error, E_INDEX_DAMAGED, "member '%s' is wrong, expected %s", key, expected);
    parser->has_failed = true;
}

static uint64_t read_number(struct manifest_parser *parser, struct json_value object, const char *key, uint64_t maximum)
{
    int64_t number = 0;
    if (json_integer(json_member(object, slice_of_string(key)), &number) && number >= 0 && (uint64_t)number <= maximum)
        return (uint64_t)number;
    fail(parser, key, "a number in its range");
    return 0;
}

static uint32_t read_number_32(struct manifest_parser *parser, struct json_value object, const char *key)
{
    return (uint32_t)read_number(parser, object, key, SEGMENT_ROWS_MAXIMUM);
}

static struct slice read_text_value(struct manifest_parser *parser, struct json_value value, const char *key)
{
    struct slice text = SLICE("");
    if (value.type != JSON_STRING || !json_decode(value, parser->arena, &text, NULL))
        fail(parser, key, "a string");
    return arena_copy(parser->arena, text);
}

static struct slice read_text(struct manifest_parser *parser, struct json_value object, const char *key)
{
    return read_text_value(parser, json_member(object, slice_of_string(key)), key);
}

static bool parse_checksum(struct slice text, uint64_t *checksum)
{
    *checksum = 0;
    for (size_t i = 0; i < text.length; i++) {
        char digit = text.bytes[i];
        if (digit >= '0' && digit <= '9')
            *checksum = *checksum << 4 | (uint64_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            *checksum = *checksum << 4 | (uint64_t)(digit - 'a' + 10);
        else
            return false;
    }
    return text.length == 16;
}

static struct file_seal read_seal(struct manifest_parser *parser, struct json_value object)
{
    struct file_seal seal = { .bytes = read_number(parser, object, "bytes", INT64_MAX) };
    if (!parse_checksum(read_text(parser, object, "checksum"), &seal.checksum))
        fail(parser, "checksum", "16 hexadecimal digits");
    return seal;
}

static size_t count_children(struct json_value container)
{
    size_t count = 0;
    struct json_field field;
    struct json_iterator iterator = json_iterate(container);
    while (json_next(&iterator, &field))
        count++;
    return count;
}

static struct json_value read_array(struct manifest_parser *parser, struct json_value object, const char *key)
{
    struct json_value array = json_member(object, slice_of_string(key));
    if (array.type == JSON_ARRAY)
        return array;
    fail(parser, key, "an array");
    return (struct json_value){ .text = SLICE("[]"), .type = JSON_ARRAY };
}

static void read_probes(struct manifest_parser *parser, struct json_value object, struct index_settings *settings)
{
    struct json_field field;
    struct json_iterator iterator = json_iterate(read_array(parser, object, "probes"));
    while (json_next(&iterator, &field) && settings->probe_count < PROBES_MAXIMUM) {
        struct slice code = read_text(parser, field.value, "vector");
        void *bytes = arena_allocate(parser->arena, base64_decoded_bound(code.length));
        size_t length = 0;
        if (!base64_decode(code, bytes, &length) || length != settings->dimension * sizeof(float))
            fail(parser, "vector", "base64 of as many float32 as the dimension says");
        settings->probes[settings->probe_count++] =
            (struct probe){ .text = read_text(parser, field.value, "text"), .vector = bytes };
    }
}

static void read_settings(struct manifest_parser *parser, struct json_value object, struct index_settings *settings)
{
    settings->model = read_text(parser, object, "model");
    settings->dimension = (uint32_t)read_number(parser, object, "dimension", VECTOR_DIMENSION_MAXIMUM);
    settings->query_prefix = read_text(parser, object, "query_prefix");
    settings->document_prefix = read_text(parser, object, "document_prefix");
    settings->language = read_text(parser, object, "language");
    struct slice metric = read_text(parser, object, "metric");
    size_t number = 0;
    size_t metric_count = sizeof metric_names / sizeof metric_names[0];
    while (number < metric_count && !slice_equal(metric, slice_of_string(metric_names[number])))
        number++;
    if (number == metric_count)
        fail(parser, "metric", "cosine, dot or euclidean");
    settings->metric = (enum vector_metric)(number % metric_count);
    struct json_value array = read_array(parser, object, "fields");
    struct slice *fields = arena_allocate(parser->arena, (count_children(array) + 1) * sizeof *fields);
    struct json_field field;
    struct json_iterator iterator = json_iterate(array);
    while (json_next(&iterator, &field))
        fields[settings->field_count++] = read_text_value(parser, field.value, "fields");
    settings->fields = fields;
    read_probes(parser, object, settings);
}

static void read_segments(struct manifest_parser *parser, struct json_value root, struct manifest *manifest)
{
    struct json_value array = read_array(parser, root, "segments");
    size_t count = count_children(array);
    if (count > INDEX_SEGMENTS_MAXIMUM) {
        fail(parser, "segments", "fewer segments");
        return;
    }
    manifest->segments = arena_allocate_zeroed(parser->arena, count + 1, sizeof manifest->segments[0]);
    uint64_t live_count = 0;
    struct json_field field;
    struct json_iterator iterator = json_iterate(array);
    while (json_next(&iterator, &field) && !parser->has_failed) {
        struct manifest_segment *segment = &manifest->segments[manifest->segment_count++];
        segment->number = read_number_32(parser, field.value, "number");
        segment->row_count = read_number_32(parser, field.value, "rows");
        segment->document_count = read_number_32(parser, field.value, "documents");
        segment->deleted_count = read_number_32(parser, field.value, "deleted");
        segment->seal = read_seal(parser, field.value);
        if (segment->number == 0 || segment->number >= manifest->next_number)
            fail(parser, "number", "one that was given out");
        if (segment->deleted_count > segment->row_count)
            fail(parser, "deleted", "at most the segment's rows");
        live_count += segment->row_count - segment->deleted_count;
    }
    if (live_count != manifest->row_count)
        fail(parser, "rows", "the sum of the segments' rows");
}

static void read_root(struct manifest_parser *parser, struct json_value root, struct manifest *manifest)
{
    manifest->sequence = read_number(parser, root, "sequence", INT64_MAX);
    manifest->next_number = read_number_32(parser, root, "next_number");
    manifest->row_count = read_number(parser, root, "rows", INT64_MAX);
    read_settings(parser, json_member(root, SLICE("settings")), &manifest->settings);
    read_segments(parser, root, manifest);
    struct json_value tombstones = json_member(root, SLICE("tombstones"));
    if (tombstones.type == JSON_OBJECT) {
        manifest->tombstones_number = read_number_32(parser, tombstones, "number");
        manifest->tombstones_seal = read_seal(parser, tombstones);
        if (manifest->tombstones_number == 0)
            fail(parser, "number", "one that was given out");
    }
    for (size_t i = 0; i < manifest->segment_count; i++)
        if (manifest->segments[i].deleted_count && !manifest->tombstones_number)
            fail(parser, "tombstones", "the file that says which rows are dead");
}

/* Splits text into its two lines and compares the checksum. */
static bool check_seal(struct slice text, struct slice *first, struct error *error)
{
    size_t length = slice_find_byte(text, '\n');
    *first = slice_between(text, 0, length);
    struct slice second = slice_from(text, length + 1);
    struct json_value seal;
    uint64_t checksum = 0;
    bool is_sealed = second.length == 32 && second.bytes[31] == '\n' && json_scan(second, &seal, NULL);
    struct json_value member = is_sealed ? json_member(seal, SLICE("checksum")) : (struct json_value){ 0 };
    if (member.type != JSON_STRING || !parse_checksum(slice_between(member.text, 1, member.text.length - 1), &checksum))
        return error_set(error, E_INDEX_DAMAGED, "the manifest is cut short: it has no checksum");
    if (checksum != hash_64(slice_between(text, 0, length + 1), 0))
        return error_set(error, E_INDEX_DAMAGED, "the checksum of the manifest does not match");
    return true;
}

bool manifest_parse(struct slice text, const char *name, struct arena *arena, struct manifest *manifest,
                    struct error *error)
{
    *manifest = (struct manifest){ 0 };
    struct slice first;
    struct json_value root;
    struct manifest_parser parser = { .arena = arena, .error = error };
    bool is_sound = check_seal(text, &first, error);
    if (is_sound && (!json_scan(first, &root, NULL) || root.type != JSON_OBJECT))
        is_sound = error_set(error, E_INDEX_DAMAGED, "the manifest is no JSON object");
    if (is_sound && !slice_equal(json_member(root, SLICE("garner")).text, SLICE("\"index\"")))
        is_sound = error_set(error, E_INDEX_DAMAGED, "this is no manifest of an index");
    int64_t version = 0;
    if (is_sound && json_integer(json_member(root, SLICE("format")), &version) && version > INDEX_FORMAT_VERSION)
        is_sound = error_set(error, E_INDEX_FORMAT, "has format version %" PRId64 ", this garner reads up to %d",
                             version, INDEX_FORMAT_VERSION);
    if (is_sound) {
        read_root(&parser, root, manifest);
        is_sound = !parser.has_failed;
    }
    if (!is_sound)
        error_place(error, name, 0, 0);
    return is_sound;
}

bool manifest_read(const char *folder, struct arena *arena, struct manifest *manifest, struct error *error)
{
    struct buffer text = { 0 };
    char *path = arena_format(arena, "%s/manifest", folder);
    *manifest = (struct manifest){ 0 };
    bool is_done = access(path, F_OK) == 0 || errno != ENOENT;
    if (!is_done)
        error_set(error, E_NO_INPUT, "'%s' is no index: it has no manifest", folder);
    is_done = is_done && file_read(path, MANIFEST_BYTES_MAXIMUM, "the limit of a manifest", &text, error) &&
              manifest_parse(buffer_slice(&text), path, arena, manifest, error);
    buffer_release(&text);
    return is_done;
}

bool manifest_write(const char *folder, const struct manifest *manifest, struct error *error)
{
    struct arena arena = { 0 };
    struct buffer text = { 0 };
    char *path = arena_format(&arena, "%s/manifest", folder);
    char *temporary = arena_format(&arena, "%s/manifest.tmp.%ld", folder, (long)getpid());
    manifest_render(manifest, &text);
    int handle = temporary_register(temporary);
    bool is_done = false;
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0)
        error_set_system(error, E_CREATE, errno, "cannot create '%s'", temporary);
    else if (!write_fully(descriptor, text.bytes, text.length)) {
        error_set_system(error, E_IO, errno, "cannot write %zu bytes to '%s'", text.length, temporary);
        close(descriptor);
        unlink(temporary);
    } else {
        is_done = file_publish(descriptor, temporary, path, error);
    }
    if (handle >= 0)
        temporary_forget(handle);
    buffer_release(&text);
    arena_release(&arena);
    return is_done;
}
