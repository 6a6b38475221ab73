/* package.c - the parts of a zip container. */
#include "document/package.h"

#include <stdlib.h>

#include "base/number.h"
#include "document/file.h"

enum { BYTES_A_GRANT = 64 * 1024 * 1024, RELATIONS_MAXIMUM = 65536 };

static void grant(const struct package *package)
{
    if (package->grant)
        package->grant(package->context);
}

static bool count_entry(struct package *package, int64_t entries, struct error *error)
{
    if (entries <= package->limits.max_entries)
        return true;
    return error_set(error, E_LIMIT, "more than %lld members (--max-entries)", (long long)package->limits.max_entries);
}

/* A name as parts are called: some writers have backslashes, or '/' in front. */
static struct slice clean_name(struct package *package, struct slice raw)
{
    while (raw.length && (raw.bytes[0] == '/' || raw.bytes[0] == '\\'))
        raw = slice_from(raw, 1);
    char *name = arena_copy_string(&package->arena, raw);
    for (size_t i = 0; i < raw.length; i++)
        if (name[i] == '\\')
            name[i] = '/';
    return slice_of(name, raw.length);
}

static bool visit_member(struct package *package, const struct archive_member *member,
                         bool (*visit)(void *context, struct slice name, struct error *error), void *context,
                         struct error *error)
{
    struct arena before = package->arena;
    if (member->kind != ARCHIVE_FILE)
        return true;
    if (member->is_encrypted)
        return error_set(error, E_ENCRYPTED, "the file is encrypted");
    grant(package);
    package->name = clean_name(package, member->name);
    size_t parts = package->part_count, held = package->held;
    bool is_good = visit(context, package->name, error);
    if (is_good && package->part_count == parts && package->held == held)
        arena_rewind(&package->arena, &before);
    return is_good;
}

bool package_pass(struct package *package, bool (*visit)(void *context, struct slice name, struct error *error),
                  void *context, struct error *error)
{
    struct archive_member member;
    bool has_member = true, is_good = true;
    int64_t entries = 0;
    package->archive = package->open(package->context, error);
    if (!package->archive)
        return false;
    while (is_good) {
        is_good = archive_next(package->archive, &member, &has_member, error);
        if (!is_good || !has_member)
            break;
        is_good = count_entry(package, ++entries, error) && visit_member(package, &member, visit, context, error);
    }
    archive_close(package->archive);
    package->archive = NULL;
    return is_good;
}

/* Also what is parsed: parts may be asked for again and again. */
static bool count_bytes(struct package *package, size_t bytes, struct error *error)
{
    int64_t before = package->unpacked;
    package->unpacked += (int64_t)bytes;
    if (before / BYTES_A_GRANT != package->unpacked / BYTES_A_GRANT)
        grant(package);
    if (package->unpacked <= FILE_EXPANSION_FREE_BYTES ||
        package->unpacked / package->limits.max_expansion <= package->size)
        return true;
    return error_set(error, E_LIMIT, "unpacks to more than %lld times its size (--max-expansion)",
                     (long long)package->limits.max_expansion);
}

bool package_read(struct package *package, struct slice *bytes, struct error *error)
{
    return archive_read(package->archive, bytes, error) && count_bytes(package, bytes->length, error);
}

bool package_read_xml(struct package *package, const struct xml_handlers *handlers, struct error *error)
{
    struct xml_reader *reader = xml_open(handlers, package->name.bytes);
    struct slice bytes;
    bool is_good;
    do
        is_good = package_read(package, &bytes, error) && xml_feed(reader, bytes, bytes.length == 0, error);
    while (is_good && bytes.length > 0);
    xml_close(reader);
    return is_good;
}

struct gathering {
    struct package *package;
    bool (*is_wanted)(struct slice name);
    struct buffer buffer;
};

static bool gather_part(void *context, struct slice name, struct error *error)
{
    struct gathering *gathering = context;
    struct package *package = gathering->package;
    struct slice bytes;
    size_t maximum = package->limits.text_maximum * 2;
    if (!gathering->is_wanted(name))
        return true;
    buffer_reset(&gathering->buffer);
    do {
        if (!package_read(package, &bytes, error))
            return false;
        package->held += bytes.length;
        if (package->held > maximum)
            return error_set(error, E_LIMIT, "its parts have more than twice the %zu bytes of --max-document-bytes",
                             package->limits.text_maximum);
        buffer_append_slice(&gathering->buffer, bytes);
    } while (bytes.length > 0);
    if (package->part_count == package->part_capacity)
        package->parts = arena_grow(&package->arena, package->parts, &package->part_capacity, package->part_count + 1,
                                    sizeof *package->parts);
    package->parts[package->part_count++] =
        (struct package_part){ name, arena_copy(&package->arena, buffer_slice(&gathering->buffer)) };
    return true;
}

static int compare_parts(const void *left, const void *right)
{
    const struct package_part *a = left, *b = right;
    int order = slice_compare(a->name, b->name);
    return order ? order : (a->bytes.bytes > b->bytes.bytes) - (a->bytes.bytes < b->bytes.bytes);
}

bool package_gather(struct package *package, bool (*is_wanted)(struct slice name), struct error *error)
{
    struct gathering gathering = { package, is_wanted, { 0 } };
    bool is_good = package_pass(package, gather_part, &gathering, error);
    buffer_release(&gathering.buffer);
    if (is_good && package->part_count > 0)
        qsort(package->parts, package->part_count, sizeof *package->parts, compare_parts);
    return is_good;
}

const struct package_part *package_find(const struct package *package, struct slice name)
{
    size_t low = 0, high = package->part_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(package->parts[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < package->part_count && slice_equal(package->parts[low].name, name) ? &package->parts[low] : NULL;
}

bool package_parse(struct package *package, struct slice name, const struct xml_handlers *handlers, struct error *error)
{
    const struct package_part *part = package_find(package, name);
    if (!part)
        return true;
    return count_bytes(package, part->bytes.length, error) && xml_parse(handlers, part->name.bytes, part->bytes, error);
}

void package_release(struct package *package)
{
    archive_close(package->archive);
    arena_release(&package->arena);
}

/* Appends one component to a name of `length` bytes; returns the new length. */
static size_t add_component(char *name, size_t length, struct slice component)
{
    if (component.length == 0 || slice_equal(component, SLICE(".")))
        return length;
    if (slice_equal(component, SLICE(".."))) {
        while (length > 0 && name[--length] != '/')
            continue;
        return length;
    }
    if (length > 0)
        name[length++] = '/';
    for (size_t i = 0; i < component.length; i++) {
        int high = component.bytes[i] == '%' ? number_hexadecimal(slice_byte(component, i + 1)) : -1;
        int low = high >= 0 ? number_hexadecimal(slice_byte(component, i + 2)) : -1;
        if (low >= 0 && high * 16 + low > 0) {
            name[length++] = (char)(high * 16 + low);
            i += 2;
        } else
            name[length++] = component.bytes[i];
    }
    return length;
}

struct slice package_resolve(struct package *package, struct slice base, struct slice reference)
{
    reference = slice_between(reference, 0, slice_find_byte(reference, '#'));
    char *name = arena_allocate_text(&package->arena, base.length + reference.length + 3);
    size_t length = 0;
    bool is_absolute = slice_byte(reference, 0) == '/';
    struct slice ways[2] = { is_absolute ? SLICE("") : base, reference };
    for (size_t i = 0; i < 2; i++) {
        struct slice rest = ways[i];
        while (rest.length > 0) {
            size_t end = slice_find_byte(rest, '/');
            if (i == 0 && end == rest.length)
                break; /* the base's own name */
            length = add_component(name, length, slice_between(rest, 0, end));
            rest = slice_from(rest, end + 1);
        }
    }
    name[length] = '\0';
    return slice_of(name, length);
}

struct relation_walk {
    struct package *package;
    struct slice part;
    struct package_relations *relations;
};

static void start_relation(void *context, const char *name, const char *const *attributes)
{
    struct relation_walk *walk = context;
    struct package_relations *relations = walk->relations;
    struct arena *arena = &walk->package->arena;
    const char *mode = xml_attribute(attributes, "TargetMode"), *id = xml_attribute(attributes, "Id");
    const char *type = xml_attribute(attributes, "Type"), *target = xml_attribute(attributes, "Target");
    if (!xml_is(name, "Relationship") || !id || !type || !target || relations->count >= RELATIONS_MAXIMUM ||
        (mode && xml_is(mode, "External")))
        return;
    const char *slash = strrchr(type, '/');
    if (relations->count == relations->capacity)
        relations->items =
            arena_grow(arena, relations->items, &relations->capacity, relations->count + 1, sizeof *relations->items);
    relations->items[relations->count++] = (struct package_relation){
        .id = arena_copy(arena, slice_of_string(id)),
        .kind = arena_copy(arena, slice_of_string(slash ? slash + 1 : type)),
        .target = package_resolve(walk->package, walk->part, slice_of_string(target)),
    };
}

static void end_nothing(void *context, const char *name)
{
    (void)context;
    (void)name;
}

bool package_relations_of(struct package *package, struct slice part, struct package_relations *relations,
                          struct error *error)
{
    size_t folder = part.length;
    while (folder > 0 && part.bytes[folder - 1] != '/')
        folder--;
    struct buffer name = { 0 };
    buffer_append_slice(&name, slice_between(part, 0, folder));
    buffer_append_string(&name, "_rels/");
    buffer_append_slice(&name, slice_from(part, folder));
    buffer_append_string(&name, ".rels");
    *relations = (struct package_relations){ 0 };
    struct relation_walk walk = { package, part, relations };
    struct xml_handlers handlers = { &walk, start_relation, end_nothing, NULL };
    bool is_good = package_parse(package, buffer_slice(&name), &handlers, error);
    buffer_release(&name);
    return is_good;
}

struct slice package_target(const struct package_relations *relations, const char *id)
{
    for (size_t i = 0; id && i < relations->count; i++)
        if (slice_equal(relations->items[i].id, slice_of_string(id)))
            return relations->items[i].target;
    return SLICE("");
}

struct slice package_target_of_kind(const struct package_relations *relations, const char *kind)
{
    for (size_t i = 0; i < relations->count; i++)
        if (slice_equal(relations->items[i].kind, slice_of_string(kind)))
            return relations->items[i].target;
    return SLICE("");
}
