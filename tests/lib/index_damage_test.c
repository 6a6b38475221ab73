/* index_damage_test.c - files of an index that were cut, changed or made by somebody else. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/number.h"
#include "index_case.h"
#include "index_exercise.h"
#include "stream/files.h"
#include "test.h"

/* Two segments, tombstones, vectors, columns of every kind. */
static void make_index(const char *folder)
{
    struct error error = { 0 };
    float vector[3] = { 1, 2, 3 };
    struct index_writer *writer = case_writer(folder, 0);
    EXPECT(case_add_json(writer, "a#0", "a",
                         "{\"id\":\"a#0\",\"text\":\"Green tea\",\"n\":1,\"x\":1.5,\"metadata\":{\"tags\":[\"tea\"],"
                         "\"ok\":true,\"document_id\":\"a\"}}",
                         vector, 3, &error));
    EXPECT(
        case_add_json(writer, "a#1", "a", "{\"id\":\"a#1\",\"text\":\"\",\"n\":null,\"x\":\"s\"}", vector, 3, &error));
    case_add(writer, "b#0", "b", 3);
    case_finish(writer);
    writer = case_writer(folder, 0);
    case_add(writer, "b#0", "b", 4);
    case_add(writer, "c#0", "c", 5);
    case_finish(writer);
}

/* Reads everything of an index that opens. */
static void read_all(const char *folder)
{
    struct error error = { 0 };
    struct index *index = index_open(folder, &error);
    if (!index) {
        EXPECT(error.code == E_INDEX_DAMAGED || error.code == E_INDEX_FORMAT || error.code == E_NO_INPUT);
        return;
    }
    for (size_t i = 0; i < index->segment_count; i++)
        exercise_segment(&index->segments[i]);
    index_close(index);
}

static void write_file(const char *path, struct slice bytes)
{
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    EXPECT(bytes.length == 0 || fwrite(bytes.bytes, 1, bytes.length, file) == bytes.length);
    EXPECT_INTEGER(fclose(file), 0);
}

/* Calls work for each file of the folder but the lock. */
static void for_each_file(const char *folder, void (*work)(const char *folder, const char *path, struct slice bytes))
{
    DIR *stream = opendir(folder);
    struct dirent *entry;
    size_t count = 0;
    EXPECT(stream != NULL);
    while ((entry = readdir(stream)) != NULL) {
        char path[600];
        struct buffer bytes = { 0 };
        struct error error = { 0 };
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "lock") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        EXPECT_OK(file_read(path, 1 << 20, "test", &bytes, &error), &error);
        work(folder, path, buffer_slice(&bytes));
        write_file(path, buffer_slice(&bytes));
        buffer_release(&bytes);
        count++;
    }
    closedir(stream);
    EXPECT_INTEGER(count, 4);
}

static void truncate_file(const char *folder, const char *path, struct slice bytes)
{
    struct error error = { 0 };
    /* Every byte of the manifest; of the others each length is told by the header, so steps will do. */
    size_t step = bytes.length < SECTION_START ? 1 : 61;
    for (size_t length = 0; length < bytes.length; length += step) {
        write_file(path, slice_between(bytes, 0, length));
        struct index *index = index_open(folder, &error);
        if (index)
            test_fail(__FILE__, __LINE__, "%s opens when cut to %zu bytes", path, length);
        EXPECT_INTEGER(error_exit_code(&error), EXIT_DATA);
    }
}

TEST(index_truncated, "index: a file cut at any byte is refused")
{
    const char *folder = test_folder();
    make_index(folder);
    EXPECT_INTEGER(case_faults(folder), 0);
    for_each_file(folder, truncate_file);
    EXPECT_INTEGER(case_faults(folder), 0);
}

static void flip_bits(const char *folder, const char *path, struct slice bytes)
{
    char *copy = memory_allocate(bytes.length);
    for (size_t i = 0; i < bytes.length; i++) {
        bool is_gap = i > 640 && i < SECTION_START - 8; /* the zeros behind the table: a few do */
        if (i > 256 && i % (is_gap ? 97 : 5))
            continue;
        memcpy(copy, bytes.bytes, bytes.length);
        copy[i] = (char)(copy[i] ^ 1 << i % 8);
        write_file(path, slice_of(copy, bytes.length));
        if (case_faults(folder) == 0)
            test_fail(__FILE__, __LINE__, "bit %zu of byte %zu of %s goes unseen", i % 8, i, path);
        read_all(folder);
    }
    memory_free(copy);
}

TEST(index_flipped, "index: verify finds flipped bits anywhere, and a reader survives them")
{
    const char *folder = test_folder();
    make_index(folder);
    for_each_file(folder, flip_bits);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Damage with right checksums in front: what a hostile file has. */
static void forge(const char *folder, const char *path, struct slice bytes)
{
    uint64_t state = 0x9e3779b97f4a7c15;
    if (!slice_starts_with(bytes, SLICE(FILE_MAGIC)))
        return;
    (void)folder;
    (void)path;
    size_t room = (bytes.length + SECTION_START - 1) / SECTION_START * SECTION_START;
    char *copy = memory_allocate_aligned(SECTION_START, room);
    for (int i = 0; i < 20000; i++) {
        static const uint32_t words[] = { 0, 1, 2, 0x7f, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff };
        memcpy(copy, bytes.bytes, bytes.length);
        for (uint64_t changes = next_random(&state) % 4 + 1; changes > 0; changes--) {
            bool in_table = next_random(&state) % 4 == 0;
            size_t place = in_table ? next_random(&state) % 512 + 12
                                    : SECTION_START + next_random(&state) % (bytes.length - SECTION_START);
            uint32_t word = words[next_random(&state) % 10];
            if (place + sizeof word <= bytes.length && next_random(&state) % 2)
                memcpy(copy + place, &word, sizeof word);
            else
                copy[place] = (char)next_random(&state);
        }
        struct file_header *header = (void *)copy;
        const void *entries = copy + sizeof *header;
        if (header->section_count <= SECTION_COUNT_MAXIMUM)
            header->checksum = header_checksum(header, entries);
        struct index_segment segment;
        struct error error = { 0 };
        if (segment_open_memory(slice_of(copy, bytes.length), &segment, &error)) {
            exercise_segment(&segment);
            segment_close(&segment);
        }
    }
    memory_free(copy);
}

TEST(index_forged, "index: 20,000 forged segments are read without harm")
{
    const char *folder = test_folder();
    make_index(folder);
    for_each_file(folder, forge);
}

TEST(index_newer, "index: a newer format and an unknown required section are named")
{
    const char *folder = test_folder();
    char path[512];
    struct error error = { 0 };
    struct buffer bytes = { 0 };
    make_index(folder);
    snprintf(path, sizeof path, "%s/segment-00000001.seg", folder);
    EXPECT_OK(file_read(path, 1 << 20, "test", &bytes, &error), &error);
    char *copy = memory_allocate_aligned(SECTION_START, bytes.length);
    struct file_header *header = (void *)copy;
    struct section_entry *entries = (void *)(copy + sizeof *header);
    struct sections sections;
    memcpy(copy, bytes.bytes, bytes.length);
    header->version = 2;
    EXPECT(!sections_open_memory(slice_of(copy, bytes.length), NULL, FILE_SEGMENT, &sections, &error));
    EXPECT_ERROR(&error, E_INDEX_FORMAT, "has format version 2, this garner reads up to 1");
    memcpy(copy, bytes.bytes, bytes.length);
    entries[4].type = SECTION_GRAPH;
    header->checksum = header_checksum(header, entries);
    EXPECT(!sections_open_memory(slice_of(copy, bytes.length), NULL, FILE_SEGMENT, &sections, &error));
    EXPECT_ERROR(&error, E_INDEX_FORMAT, NULL);
    entries[4].flags = 0;
    header->checksum = header_checksum(header, entries);
    EXPECT_OK(sections_open_memory(slice_of(copy, bytes.length), NULL, FILE_SEGMENT, &sections, &error), &error);
    EXPECT(sections_find(&sections, SECTION_GRAPH, 0) == NULL);
    memory_free(copy);
    buffer_release(&bytes);
}

TEST(index_swapped, "index: files of two indexes that were swapped are found out")
{
    char first[512], second[512], from[600], to[600];
    struct error error = { 0 };
    snprintf(first, sizeof first, "%s/a", test_folder());
    snprintf(second, sizeof second, "%s/b", test_folder());
    make_index(first);
    struct index_writer *writer = case_writer(second, 0);
    case_add(writer, "z", "z", 1);
    case_finish(writer);
    snprintf(from, sizeof from, "%s/segment-00000001.seg", second);
    snprintf(to, sizeof to, "%s/segment-00000001.seg", first);
    EXPECT_INTEGER(rename(from, to), 0);
    EXPECT(index_open(first, &error) == NULL);
    EXPECT_ERROR(&error, E_INDEX_DAMAGED, "damaged at byte 0: this is not the file that the manifest names");
    EXPECT(case_faults(first) > 0);
    EXPECT(index_open(second, &error) == NULL);
    EXPECT_INTEGER(error_exit_code(&error), EXIT_DATA);
}
