/* sections.c - .seg files: mapped, checked, verified. */
#include "index/sections.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/hash.h"

const char *section_type_name(uint32_t type)
{
    static const struct {
        uint32_t type;
        const char *name;
    } names[] = {
        { SECTION_IDS, "ids" },
        { SECTION_DOCUMENTS, "documents" },
        { SECTION_DOCUMENT_RUNS, "document runs" },
        { SECTION_STORED, "stored records" },
        { SECTION_COLUMNS, "columns" },
        { SECTION_LEXICAL, "lexical" },
        { SECTION_VECTORS, "vectors" },
        { SECTION_VECTOR_SCALES, "vector scales" },
        { SECTION_SCREEN, "vector screen" },
        { SECTION_TOMBSTONES, "tombstones" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].type == type)
            return names[i].name;
    return "unknown";
}

/* A version that is higher than the one written here may mean anything. */
static bool section_is_known(const struct section_entry *entry)
{
    return entry->type >= SECTION_IDS && entry->type <= SECTION_SCREEN && entry->version <= 1 && entry->codec == 0;
}

uint64_t header_checksum(const struct file_header *header, const struct section_entry *entries)
{
    struct file_header plain = *header;
    plain.checksum = 0;
    struct hash_stream *stream = hash_stream_create();
    hash_stream_add(stream, slice_of((const char *)&plain, sizeof plain));
    hash_stream_add(stream, slice_of((const char *)entries, header->section_count * sizeof *entries));
    uint64_t checksum = hash_stream_digest_64(stream);
    hash_stream_free(stream);
    return checksum;
}

static bool damaged(struct error *error, size_t offset, const char *what)
{
    return error_set(error, E_INDEX_DAMAGED, "damaged at byte %zu: %s", offset, what);
}

static bool check_header(const struct sections *sections, const struct file_seal *seal, enum file_kind kind,
                         struct error *error)
{
    const struct file_header *header = sections->header;
    if (memcmp(header->magic, FILE_MAGIC, sizeof header->magic) != 0)
        return damaged(error, 0, "this is no file of an index");
    if (header->byte_order != FILE_BYTE_ORDER)
        return error_set(error, E_INDEX_FORMAT, "written by a machine of the other byte order");
    if (header->version > INDEX_FORMAT_VERSION)
        return error_set(error, E_INDEX_FORMAT, "has format version %" PRIu32 ", this garner reads up to %d",
                         header->version, INDEX_FORMAT_VERSION);
    if (header->version == 0)
        return damaged(error, offsetof(struct file_header, version), "the format version is 0");
    if (kind != FILE_ANY && header->kind != (uint32_t)kind)
        return damaged(error, offsetof(struct file_header, kind), "this is another kind of file");
    if (header->section_count > SECTION_COUNT_MAXIMUM)
        return damaged(error, offsetof(struct file_header, section_count), "too many sections");
    if (header->file_bytes != sections->map.bytes.length)
        return error_set(error, E_INDEX_DAMAGED, "has %zu bytes, its header says %" PRIu64 ": cut short or added to",
                         sections->map.bytes.length, header->file_bytes);
    if (header->row_count > SEGMENT_ROWS_MAXIMUM)
        return damaged(error, offsetof(struct file_header, row_count), "too many rows");
    if (header->checksum != header_checksum(header, sections->entries))
        return damaged(error, 0, "the checksum of header and section table does not match");
    if (seal && (seal->bytes != header->file_bytes || seal->checksum != header->checksum))
        return damaged(error, 0, "this is not the file that the manifest names");
    return true;
}

static bool check_table(const struct sections *sections, struct error *error)
{
    uint64_t end = SECTION_START;
    for (uint32_t i = 0; i < sections->header->section_count; i++) {
        const struct section_entry *entry = &sections->entries[i];
        size_t place = sizeof(struct file_header) + i * sizeof *entry;
        if (entry->offset < end || entry->offset % SECTION_ALIGNMENT != 0)
            return damaged(error, place, "a section overlaps another one");
        if (entry->offset > sections->header->file_bytes || entry->bytes > sections->header->file_bytes - entry->offset)
            return damaged(error, place, "a section reaches beyond the end of the file");
        end = entry->offset + entry->bytes;
        if ((entry->flags & SECTION_REQUIRED) && !section_is_known(entry))
            return error_set(error, E_INDEX_FORMAT,
                             "needs a section of type %" PRIu32 " version %u, which this garner does not know",
                             entry->type, (unsigned)entry->version);
    }
    return true;
}

static bool check_file(struct sections *sections, const struct file_seal *seal, enum file_kind kind,
                       struct error *error)
{
    struct slice bytes = sections->map.bytes;
    if (bytes.length < SECTION_START)
        return error_set(error, E_INDEX_DAMAGED, "has %zu bytes, expected at least %d: cut short", bytes.length,
                         (int)SECTION_START);
    const void *start = bytes.bytes;
    const void *table = bytes.bytes + sizeof(struct file_header);
    sections->header = start;
    sections->entries = table;
    return check_header(sections, seal, kind, error) && check_table(sections, error);
}

bool sections_open(const char *path, const struct file_seal *seal, enum file_kind kind, struct sections *sections,
                   struct error *error)
{
    *sections = (struct sections){ 0 };
    if (!file_map_open(path, &sections->map, error))
        return false;
    if (check_file(sections, seal, kind, error))
        return true;
    error_place(error, path, 0, 0);
    sections_close(sections);
    return false;
}

bool sections_open_memory(struct slice bytes, const struct file_seal *seal, enum file_kind kind,
                          struct sections *sections, struct error *error)
{
    *sections = (struct sections){ .map = { .bytes = bytes }, .is_borrowed = true };
    if (check_file(sections, seal, kind, error))
        return true;
    sections_close(sections);
    return false;
}

const struct section_entry *sections_find(const struct sections *sections, enum section_type type, uint32_t argument)
{
    for (uint32_t i = 0; i < sections->header->section_count; i++) {
        const struct section_entry *entry = &sections->entries[i];
        if (entry->type == (uint32_t)type && entry->argument == argument && section_is_known(entry))
            return entry;
    }
    return NULL;
}

struct slice sections_bytes(const struct sections *sections, const struct section_entry *entry)
{
    return slice_of(sections->map.bytes.bytes + entry->offset, (size_t)entry->bytes);
}

/* The bytes between sections carry nothing, so they must be zero: otherwise damage there would go unseen. */
static bool check_gap(const struct sections *sections, uint64_t start, uint64_t end, struct error *error)
{
    for (uint64_t i = start; i < end; i++)
        if (sections->map.bytes.bytes[i] != 0)
            return damaged(error, (size_t)i, "a byte between sections is not zero");
    return true;
}

bool sections_verify(const struct sections *sections, const char *path, struct error *error)
{
    uint64_t end = sizeof(struct file_header) + sections->header->section_count * sizeof(struct section_entry);
    bool is_sound = true;
    for (uint32_t i = 0; i < sections->header->section_count && is_sound; i++) {
        const struct section_entry *entry = &sections->entries[i];
        is_sound = check_gap(sections, end, entry->offset, error);
        if (is_sound && hash_64(sections_bytes(sections, entry), 0) != entry->checksum)
            is_sound = error_set(error, E_INDEX_DAMAGED,
                                 "damaged in section '%s' at byte %" PRIu64 ", length %" PRIu64
                                 ": its checksum does not match",
                                 section_type_name(entry->type), entry->offset, entry->bytes);
        end = entry->offset + entry->bytes;
    }
    is_sound = is_sound && check_gap(sections, end, sections->header->file_bytes, error);
    if (!is_sound)
        error_place(error, path, 0, 0);
    return is_sound;
}

void sections_close(struct sections *sections)
{
    if (!sections->is_borrowed)
        file_map_close(&sections->map);
    *sections = (struct sections){ 0 };
}
