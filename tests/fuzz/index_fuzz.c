/* index_fuzz.c - the bytes of a segment file, read as if they had come by mail.
 *
 * Checksum and length of the header are put right first: otherwise nearly all inputs would end there. */
#include "../support/index_exercise.h"
#include "base/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < SECTION_START || size > 1024 * 1024)
        return 0;
    char *bytes = memory_allocate_aligned(SECTION_START, (size + SECTION_START - 1) / SECTION_START * SECTION_START);
    memcpy(bytes, data, size);
    struct file_header *header = (void *)bytes;
    const void *entries = bytes + sizeof *header;
    header->file_bytes = size;
    if (header->section_count <= SECTION_COUNT_MAXIMUM)
        header->checksum = header_checksum(header, entries);
    struct index_segment segment;
    struct error error = { 0 };
    if (segment_open_memory(slice_of(bytes, size), &segment, &error)) {
        exercise_segment(&segment);
        segment_close(&segment);
    }
    memory_free(bytes);
    return 0;
}
