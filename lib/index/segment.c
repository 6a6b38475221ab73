/* segment.c - opens one segment: finds its sections and checks that they fit each other. */
#include <inttypes.h>

#include "index/reader.h"
#include "index/screen.h"

/* Says which section is damaged and where it stands in the file. */
static bool place_fault(const struct index_segment *segment, const struct section_entry *entry, struct error *error)
{
    struct error reason = *error;
    error_set(error, E_INDEX_DAMAGED, "damaged in section '%s' at byte %" PRIu64 ": %s", section_type_name(entry->type),
              entry->offset, reason.message);
    error_place(error, segment->path, 0, 0);
    return false;
}

static bool find_section(const struct index_segment *segment, enum section_type type,
                         const struct section_entry **entry, struct slice *bytes, struct error *error)
{
    *entry = sections_find(&segment->sections, type, 0);
    if (!*entry) {
        error_set(error, E_INDEX_DAMAGED, "has no section '%s'", section_type_name((uint32_t)type));
        error_place(error, segment->path, 0, 0);
        return false;
    }
    *bytes = sections_bytes(&segment->sections, *entry);
    return true;
}

static bool wrong_count(struct error *error, uint64_t count, uint32_t row_count)
{
    return error_set(error, E_INDEX_DAMAGED, "it has %" PRIu64 " entries, expected %" PRIu32, count, row_count);
}

static bool open_ids(struct index_segment *segment, struct error *error)
{
    const struct section_entry *entry = NULL;
    struct slice bytes;
    if (!find_section(segment, SECTION_IDS, &entry, &bytes, error))
        return false;
    if (!strings_open(bytes, &segment->ids, error))
        return place_fault(segment, entry, error);
    if (segment->ids.count != segment->row_count) {
        wrong_count(error, segment->ids.count, segment->row_count);
        return place_fault(segment, entry, error);
    }
    return true;
}

static bool open_documents(struct index_segment *segment, struct error *error)
{
    const struct section_entry *entry = NULL;
    struct slice bytes;
    if (!sections_find(&segment->sections, SECTION_DOCUMENTS, 0)) {
        segment->documents = segment->ids;
        return true;
    }
    if (!find_section(segment, SECTION_DOCUMENTS, &entry, &bytes, error))
        return false;
    if (!strings_open(bytes, &segment->documents, error))
        return place_fault(segment, entry, error);
    if (!find_section(segment, SECTION_DOCUMENT_RUNS, &entry, &bytes, error))
        return false;
    uint64_t wanted = (uint64_t)segment->documents.count + 1;
    const struct document_run *runs = (const void *)bytes.bytes;
    if (bytes.length != wanted * sizeof runs[0] || runs[wanted - 1].first_row != segment->row_count) {
        error_set(error, E_INDEX_DAMAGED, "its runs do not cover the rows");
        return place_fault(segment, entry, error);
    }
    segment->runs = runs;
    return true;
}

static bool open_contents(struct index_segment *segment, struct error *error)
{
    const struct section_entry *entry = NULL;
    struct slice bytes;
    if (!find_section(segment, SECTION_STORED, &entry, &bytes, error))
        return false;
    bool is_sound = stored_open(bytes, &segment->stored, error);
    if (is_sound && segment->stored.row_count != segment->row_count)
        is_sound = wrong_count(error, segment->stored.row_count, segment->row_count);
    if (!is_sound)
        return place_fault(segment, entry, error);
    if (!find_section(segment, SECTION_COLUMNS, &entry, &bytes, error))
        return false;
    if (!columns_open(bytes, segment->row_count, &segment->columns, error))
        return place_fault(segment, entry, error);
    if (!find_section(segment, SECTION_LEXICAL, &entry, &bytes, error))
        return false;
    if (!lexical_open(bytes, segment->row_count, &segment->lexical, error))
        return place_fault(segment, entry, error);
    return true;
}

/* Not every segment has one, and one of a later version is left alone. */
static bool open_screen(struct index_segment *segment, struct error *error)
{
    const struct section_entry *entry = sections_find(&segment->sections, SECTION_SCREEN, 0);
    if (!entry || entry->version != 1 || entry->codec != 0)
        return true;
    struct slice bytes = sections_bytes(&segment->sections, entry);
    const struct screen_header *header = (const void *)bytes.bytes;
    const struct vector_rows *rows = &segment->vectors;
    bool is_sound =
        bytes.length >= sizeof *header && header->dimension == rows->dimension &&
        header->stride == screen_stride(rows->dimension) && header->row_count == rows->count && header->element == 0 &&
        bytes.length - sizeof *header == (uint64_t)rows->count * (header->stride + sizeof(struct screen_bound));
    if (!is_sound) {
        error_set(error, E_INDEX_DAMAGED, "its header does not fit its length");
        return place_fault(segment, entry, error);
    }
    segment->vectors.screen_codes = (const void *)(bytes.bytes + sizeof *header);
    segment->vectors.screen_bounds =
        (const void *)(bytes.bytes + sizeof *header + (size_t)rows->count * header->stride);
    return true;
}

/* A segment without vectors has neither of the two sections. */
static bool open_vectors(struct index_segment *segment, struct error *error)
{
    const struct section_entry *entry = sections_find(&segment->sections, SECTION_VECTORS, 0);
    if (!entry)
        return true;
    struct slice bytes = sections_bytes(&segment->sections, entry);
    const struct vectors_header *header = (const void *)bytes.bytes;
    bool is_sound = bytes.length >= sizeof *header && entry->offset % SECTION_START == 0 && header->dimension > 0 &&
                    header->dimension <= VECTOR_DIMENSION_MAXIMUM && header->stride >= header->dimension &&
                    header->stride % 4 == 0 && header->stride <= VECTOR_DIMENSION_MAXIMUM &&
                    header->row_count == segment->row_count && header->element == 0 &&
                    bytes.length - sizeof *header == (uint64_t)header->stride * header->row_count * sizeof(float);
    if (!is_sound) {
        error_set(error, E_INDEX_DAMAGED, "its header does not fit its length");
        return place_fault(segment, entry, error);
    }
    segment->vectors = (struct vector_rows){ .values = (const void *)(bytes.bytes + sizeof *header),
                                             .stride = header->stride,
                                             .dimension = header->dimension,
                                             .count = header->row_count };
    if (!find_section(segment, SECTION_VECTOR_SCALES, &entry, &bytes, error))
        return false;
    if (bytes.length != (uint64_t)segment->row_count * sizeof(float)) {
        wrong_count(error, bytes.length / sizeof(float), segment->row_count);
        return place_fault(segment, entry, error);
    }
    segment->vectors.scales = (const void *)bytes.bytes;
    return open_screen(segment, error);
}

static bool attach_sections(struct index_segment *segment, struct error *error)
{
    segment->row_count = (uint32_t)segment->sections.header->row_count;
    segment->live_count = segment->row_count;
    if (open_ids(segment, error) && open_documents(segment, error) && open_contents(segment, error) &&
        open_vectors(segment, error))
        return true;
    segment_close(segment);
    return false;
}

bool segment_open(const char *path, const struct file_seal *seal, struct index_segment *segment, struct error *error)
{
    *segment = (struct index_segment){ .path = path };
    return sections_open(path, seal, FILE_SEGMENT, &segment->sections, error) && attach_sections(segment, error);
}

bool segment_open_memory(struct slice bytes, struct index_segment *segment, struct error *error)
{
    *segment = (struct index_segment){ .path = "memory" };
    return sections_open_memory(bytes, NULL, FILE_SEGMENT, &segment->sections, error) &&
           attach_sections(segment, error);
}

void segment_close(struct index_segment *segment)
{
    sections_close(&segment->sections);
    *segment = (struct index_segment){ 0 };
}

/* The run that holds row: the last one that begins at or before it. */
uint32_t segment_document_of(const struct index_segment *segment, uint32_t row)
{
    if (!segment->runs)
        return row;
    uint32_t low = 0;
    uint32_t high = segment->documents.count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (segment->runs[middle].first_row <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void segment_run_rows(const struct index_segment *segment, uint32_t document, uint32_t *start, uint32_t *end)
{
    *start = *end = 0;
    if (document >= segment->documents.count)
        return;
    if (!segment->runs) {
        *start = document;
        *end = document + 1;
        return;
    }
    uint32_t first = segment->runs[document].first_row;
    uint32_t behind = segment->runs[document + 1].first_row;
    if (first <= behind && behind <= segment->row_count) {
        *start = first;
        *end = behind;
    }
}

bool segment_find_document(const struct index_segment *segment, struct slice document, uint32_t *run)
{
    return strings_find(&segment->documents, document, run);
}

/* Runs of one document are chained backwards; a damaged chain that goes forwards ends. */
bool segment_previous_run(const struct index_segment *segment, uint32_t *run)
{
    uint32_t previous = segment->runs ? segment->runs[*run].previous : 0;
    if (previous == 0 || previous > *run)
        return false;
    *run = previous - 1;
    return true;
}

uint64_t *segment_live_rows(const struct index_segment *segment, struct arena *arena)
{
    size_t words = bitmap_words(segment->row_count);
    uint64_t *live = arena_allocate_zeroed(arena, words + 1, sizeof live[0]);
    for (size_t i = 0; i < words; i++)
        live[i] = segment->deleted ? ~segment->deleted[i] : UINT64_MAX;
    if (segment->row_count % 64 != 0)
        live[words - 1] &= (UINT64_C(1) << (segment->row_count % 64)) - 1;
    return live;
}
