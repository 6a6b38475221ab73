/* sidecar.c - attributes that stand beside a file. */
#include "document/sidecar.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document/document.h"
#include "document/walk.h"
#include "json/json.h"
#include "json/write.h"

static const char ending[] = SIDECAR_ENDING;

bool sidecar_belongs(const char *path)
{
    struct stat status;
    struct slice name = slice_of_string(path);
    if (!slice_ends_with(name, slice_of(ending, sizeof ending - 1)) || name.length == sizeof ending - 1)
        return false;
    struct buffer owner = { 0 };
    buffer_append_slice(&owner, slice_between(name, 0, name.length - (sizeof ending - 1)));
    bool belongs = owner.bytes[owner.length - 1] != '/' && stat(owner.bytes, &status) == 0 && S_ISREG(status.st_mode);
    buffer_release(&owner);
    return belongs;
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void sidecar_add_state(const char *path, struct file_state *state)
{
    struct stat status;
    struct buffer name = { 0 };
    buffer_append_string(&name, path);
    buffer_append_string(&name, ending);
    bool is_there = lstat(buffer_string(&name), &status) == 0 && S_ISREG(status.st_mode);
    buffer_release(&name);
    if (!is_there)
        return;
    int64_t modified = nanoseconds(status.st_mtim), changed = nanoseconds(status.st_ctim);
    state->size += (int64_t)status.st_size;
    state->modified = modified > state->modified ? modified : state->modified;
    state->changed = changed > state->changed ? changed : state->changed;
    state->inode ^= (int64_t)((uint64_t)status.st_ino << 20);
}

static bool fail_attribute(struct error *error, struct slice key, const char *what)
{
    return error_set(error, E_DATA, "attribute '%.*s' %s", (int)(key.length < 100 ? key.length : 100), key.bytes, what);
}

/* The value of {"type":"NUMBER","numberValue":1}. */
static bool typed_value(struct json_value *value)
{
    static const struct {
        const char *type, *member;
        enum json_type is;
    } types[] = { { "\"STRING\"", "stringValue", JSON_STRING },
                  { "\"NUMBER\"", "numberValue", JSON_NUMBER },
                  { "\"BOOLEAN\"", "booleanValue", JSON_TRUE },
                  { "\"STRING_LIST\"", "stringListValue", JSON_ARRAY } };
    struct json_value type = json_member(*value, SLICE("type"));
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!slice_equal(type.text, slice_of_string(types[i].type)))
            continue;
        *value = json_member(*value, slice_of_string(types[i].member));
        return value->type == types[i].is || (types[i].is == JSON_TRUE && value->type == JSON_FALSE);
    }
    return false;
}

/* One attribute in either form. */
static bool append_attribute(struct json_field field, struct slice key, struct buffer *members, struct buffer *embedded,
                             struct error *error)
{
    struct json_value value = field.value;
    bool is_embedded = false;
    if (value.type == JSON_OBJECT) {
        struct json_value embeds = json_member(field.value, SLICE("includeForEmbedding"));
        value = json_member(field.value, SLICE("value"));
        if (!typed_value(&value))
            return fail_attribute(error, key, "has no value of the type that it names");
        is_embedded = embeds.type == JSON_TRUE;
    }
    size_t before = members->length + (members->length > 0); /* behind the comma */
    document_append_key(members, key);
    if (is_embedded) { /* under the name that it has in metadata */
        buffer_append_byte(embedded, embedded->length ? ',' : '[');
        buffer_append_slice(embedded, slice_between(buffer_slice(members), before, members->length - 1));
    }
    buffer_append_slice(members, value.text);
    return true;
}

static bool append_attributes(struct json_value attributes, struct arena *arena, struct buffer *members,
                              struct buffer *embedded, struct error *error)
{
    struct json_iterator iterator = json_iterate(attributes);
    struct json_field field;
    size_t count = 0;
    while (json_next(&iterator, &field)) {
        if (++count > SIDECAR_ATTRIBUTES_MAXIMUM)
            return error_set(error, E_LIMIT, "more than %d attributes", SIDECAR_ATTRIBUTES_MAXIMUM);
        const struct json_value quoted = { slice_of(field.key.bytes - 1, field.key.length + 2), JSON_STRING,
                                           field.key_has_escape };
        struct slice key;
        if (!json_decode(quoted, arena, &key, error))
            return false;
        key = arena_copy(arena, key);
        struct json_iterator others = iterator;
        struct json_field other;
        while (json_next(&others, &other))
            if (json_key_equal(&other, key)) {
                fail_attribute(error, key, "stands twice");
                error->code = E_JSON_DUPKEY;
                return false;
            }
        if (!append_attribute(field, key, members, embedded, error))
            return false;
    }
    return true;
}

bool sidecar_parse(struct slice text, struct buffer *members, struct error *error)
{
    struct arena arena = { 0 };
    struct json_object object;
    struct buffer embedded = { 0 };
    bool is_good = json_scan_object(text, &arena, &object, error);
    if (is_good) {
        struct json_field *attributes = json_object_find(&object, SLICE("metadataAttributes"));
        if (attributes && attributes->value.type == JSON_OBJECT)
            is_good = append_attributes(attributes->value, &arena, members, &embedded, error);
        else
            is_good = error_set(error, E_DATA, "there is no object 'metadataAttributes'");
    }
    if (is_good && embedded.length) {
        json_append_key(members, SLICE("embed_fields"));
        buffer_append_slice(members, buffer_slice(&embedded));
        buffer_append_byte(members, ']');
    }
    buffer_release(&embedded);
    arena_release(&arena);
    return is_good;
}

static bool read_all(int descriptor, struct buffer *text, struct error *error)
{
    for (;;) {
        char *place = buffer_reserve(text, 64 * 1024);
        ssize_t length = read(descriptor, place, 64 * 1024);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return error_set_system(error, E_IO, errno, "cannot read");
        if (length == 0)
            return true;
        text->length += (size_t)length;
        if (text->length > SIDECAR_BYTES_MAXIMUM)
            return error_set(error, E_LIMIT, "larger than %d bytes", SIDECAR_BYTES_MAXIMUM);
    }
}

bool sidecar_read(const char *path, struct buffer *members, struct error *error)
{
    struct buffer name = { 0 }, text = { 0 };
    buffer_append_string(&name, path);
    buffer_append_string(&name, ending);
    int descriptor = walk_file_open(buffer_string(&name), false);
    bool is_good = true;
    if (descriptor >= 0) {
        is_good = read_all(descriptor, &text, error) && sidecar_parse(slice_trim(buffer_slice(&text)), members, error);
        close(descriptor);
    } else if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG && errno != EINVAL)
        is_good = error_set_system(error, E_IO, errno, "cannot open");
    if (!is_good) {
        struct error inner = *error;
        error_set(error, inner.code, "its sidecar %s: %s", buffer_string(&name), inner.message);
    }
    buffer_release(&name);
    buffer_release(&text);
    return is_good;
}
