/* tombstones.c - the file that says which rows of which segments are dead. */
#include "index/tombstones.h"

#include <inttypes.h>

_Static_assert(sizeof(struct tombstones_entry) == 16, "entry is 16 bytes");

static const struct tombstones_entry *entries_of(struct slice section, uint64_t *count)
{
    *count = load_u64(section.bytes);
    return (const void *)(section.bytes + sizeof(uint64_t));
}

static bool check_section(struct slice section, struct error *error)
{
    uint64_t count = 0;
    if (section.length < sizeof count || section.length % 8 != 0)
        return error_set(error, E_INDEX_DAMAGED, "the tombstones are cut short");
    const struct tombstones_entry *entries = entries_of(section, &count);
    if (count > (section.length - sizeof count) / sizeof entries[0])
        return error_set(error, E_INDEX_DAMAGED, "the tombstones claim too many segments");
    for (uint64_t i = 0; i < count; i++) {
        uint64_t bytes = bitmap_words(entries[i].row_count) * sizeof(uint64_t);
        if (entries[i].offset % 8 != 0 || entries[i].offset > section.length ||
            bytes > section.length - entries[i].offset)
            return error_set(error, E_INDEX_DAMAGED, "the tombstones of segment %" PRIu32 " reach beyond their section",
                             entries[i].number);
    }
    return true;
}

bool tombstones_open(const char *path, const struct file_seal *seal, struct sections *sections, struct error *error)
{
    if (!sections_open(path, seal, FILE_TOMBSTONES, sections, error))
        return false;
    const struct section_entry *entry = sections_find(sections, SECTION_TOMBSTONES, 0);
    bool is_sound = entry ? check_section(sections_bytes(sections, entry), error)
                          : error_set(error, E_INDEX_DAMAGED, "it holds no tombstones");
    if (!is_sound) {
        error_place(error, path, 0, 0);
        sections_close(sections);
    }
    return is_sound;
}

const uint64_t *tombstones_find(const struct sections *sections, uint32_t number, uint32_t row_count,
                                struct error *error)
{
    const struct section_entry *section = sections_find(sections, SECTION_TOMBSTONES, 0);
    struct slice bytes = sections_bytes(sections, section);
    uint64_t count = 0;
    const struct tombstones_entry *entries = entries_of(bytes, &count);
    for (uint64_t i = 0; i < count; i++) {
        if (entries[i].number != number)
            continue;
        const uint64_t *words = (const void *)(bytes.bytes + entries[i].offset);
        bool has_stray_bits = row_count % 64 != 0 && words[row_count / 64] >> (row_count % 64) != 0;
        if (entries[i].row_count == row_count && !has_stray_bits)
            return words;
        error_set(error, E_INDEX_DAMAGED, "the tombstones of segment %" PRIu32 " do not fit its rows", number);
        return NULL;
    }
    return NULL;
}

bool tombstones_write(const struct tombstones_part *parts, size_t count, struct sections_writer *writer,
                      struct error *error)
{
    uint64_t count_word = count;
    bool is_done = sections_begin(writer, SECTION_TOMBSTONES, 1, 0, SECTION_ALIGNMENT, error) &&
                   sections_append(writer, &count_word, sizeof count_word, error);
    uint64_t offset = sizeof count_word + count * sizeof(struct tombstones_entry);
    for (size_t i = 0; i < count && is_done; i++) {
        struct tombstones_entry entry = { parts[i].number, parts[i].row_count, offset };
        is_done = sections_append(writer, &entry, sizeof entry, error);
        offset += bitmap_words(parts[i].row_count) * sizeof(uint64_t);
    }
    for (size_t i = 0; i < count && is_done; i++)
        is_done = sections_append(writer, parts[i].deleted, bitmap_words(parts[i].row_count) * sizeof(uint64_t), error);
    if (is_done)
        sections_end(writer);
    return is_done;
}
