/* index_writer_test.c - what a commit makes visible: rows, replaced and deleted documents, merges. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "index_case.h"
#include "stream/files.h"
#include "test.h"

TEST(index_round_trip, "index: a committed row comes back with id, document, record and vector")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 7);
    case_add(writer, "b#0", "b", 8);
    case_finish(writer);
    struct index *index = index_open(folder, &error);
    EXPECT(index != NULL);
    EXPECT_INTEGER(index->manifest.row_count, 2);
    EXPECT_TEXT(index->manifest.settings.model, "test:model:3");
    EXPECT_TEXT(index->manifest.settings.language, "english");
    struct index_row row;
    EXPECT(index_find_id(index, SLICE("b#0"), &row));
    EXPECT(!index_find_id(index, SLICE("b"), &row));
    EXPECT_TEXT(index_document_id(index, row), "b");
    struct index_scratch scratch = { 0 };
    struct slice json;
    EXPECT_OK(index_record(index, row, &scratch, &json, &error), &error);
    EXPECT_TEXT(json, "{\"id\":\"b#0\",\"text\":\"text 8\",\"metadata\":{\"document_id\":\"b\",\"n\":8}}");
    const struct vector_rows *vectors = &index->segments[row.segment].vectors;
    EXPECT_INTEGER(vectors->dimension, 3);
    EXPECT_INTEGER(vectors->stride, 4);
    EXPECT_INTEGER((uintptr_t)vectors->values % 64, 0);
    EXPECT_NEAR(vectors->values[row.row * 4], 8, 0);
    EXPECT_NEAR(vectors->scales[row.row], 1 / sqrt(65), 1e-8);
    index_scratch_release(&scratch);
    index_close(index);
    EXPECT_INTEGER(case_faults(folder), 0);
    EXPECT_INTEGER(case_files(folder, "tmp"), 0);
}

TEST(index_replace, "index: a document's new rows take the place of all its old ones")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    for (int i = 0; i < 4; i++) {
        char id[8];
        snprintf(id, sizeof id, "a#%d", i);
        case_add(writer, id, "a", i);
    }
    case_add(writer, "b#0", "b", 9);
    case_finish(writer);
    EXPECT_IDS(folder, "a#0 a#1 a#2 a#3 b#0");
    writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 5);
    case_add(writer, "a#1", "a", 6);
    case_commit(writer, true);
    EXPECT_INTEGER(index_writer_changes(writer)->documents_replaced, 1);
    EXPECT_INTEGER(index_writer_changes(writer)->documents_added, 0);
    EXPECT_INTEGER(index_writer_changes(writer)->added, 2);
    EXPECT_INTEGER(index_writer_changes(writer)->removed, 4);
    EXPECT_INTEGER(index_writer_changes(writer)->row_count, 3);
    index_writer_close(writer);
    EXPECT_IDS(folder, "b#0 a#0 a#1");
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_scattered, "index: rows of a document that come scattered in one commit add up")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#1", "a", 1);
    case_add(writer, "b#0", "b", 2);
    case_add(writer, "a#0", "a", 3);
    case_add(writer, "b#1", "b", 4);
    case_add(writer, "a#2", "a", 5);
    case_finish(writer);
    EXPECT_IDS(folder, "a#1 b#0 a#0 b#1 a#2");
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_new_version, "index: an id that comes again in one commit is a new version of its document")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 1);
    case_add(writer, "a#1", "a", 2);
    case_add(writer, "a#2", "a", 2);
    case_add(writer, "b#0", "b", 3);
    case_add(writer, "a#0", "a", 4);
    case_add(writer, "a#1", "a", 5);
    case_finish(writer);
    EXPECT_IDS(folder, "b#0 a#0 a#1");
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_id_is_identity, "index: an id stands once, whatever document it comes with")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "x", "a", 1);
    case_add(writer, "x", "a", 2);
    case_add(writer, "y", "a", 2);
    case_finish(writer);
    EXPECT_IDS(folder, "x y");
    writer = case_writer(folder, 0);
    case_add(writer, "x", "b", 3);
    case_finish(writer);
    EXPECT_IDS(folder, "y x");
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_delete, "index: a tombstone removes what came before it and not what follows")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 1);
    case_add(writer, "a#1", "a", 2);
    case_add(writer, "b#0", "b", 3);
    case_add(writer, "c#0", "c", 3);
    case_finish(writer);
    writer = case_writer(folder, 0);
    EXPECT_OK(index_writer_delete_document(writer, SLICE("a"), &error), &error);
    case_add(writer, "a#0", "a", 4);
    EXPECT_OK(index_writer_delete_document(writer, SLICE("b"), &error), &error);
    case_add(writer, "d#0", "d", 5);
    EXPECT_OK(index_writer_delete_document(writer, SLICE("d"), &error), &error);
    EXPECT_OK(index_writer_delete_document(writer, SLICE("nobody"), &error), &error);
    case_commit(writer, true);
    EXPECT_INTEGER(index_writer_changes(writer)->documents_deleted, 1);
    EXPECT_INTEGER(index_writer_changes(writer)->documents_replaced, 1);
    EXPECT_INTEGER(index_writer_changes(writer)->documents_added, 0);
    index_writer_close(writer);
    EXPECT_IDS(folder, "c#0 a#0");
    EXPECT_INTEGER(case_faults(folder), 0);
    writer = case_writer(folder, 0);
    EXPECT_OK(index_writer_delete_id(writer, SLICE("c#0"), &error), &error);
    case_finish(writer);
    EXPECT_IDS(folder, "a#0");
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_cut, "index: the rows of an unfinished document are not committed")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 1);
    case_add(writer, "b#0", "b", 2);
    case_finish(writer);
    writer = case_writer(folder, 0);
    case_add(writer, "c#0", "c", 3);
    case_add(writer, "a#0", "a", 4);
    case_commit(writer, false);
    EXPECT_IDS(folder, "a#0 b#0 c#0");
    case_add(writer, "a#1", "a", 5);
    index_writer_close(writer);
    EXPECT_IDS(folder, "a#0 b#0 c#0");
    EXPECT_INTEGER(case_files(folder, "tmp"), 0);
    EXPECT_INTEGER(case_faults(folder), 0);
}

/* Two documents of many rows, then one that replaces the first; memory so small that segments go to disk within a
 * document. */
static void write_large(const char *folder, size_t memory, bool commits_between)
{
    struct index_writer *writer = case_writer(folder, memory);
    for (int version = 0; version < 2; version++)
        for (int document = 0; document < 3; document++)
            for (int i = 0; i < 700 - 200 * version; i++) {
                char id[32], name[32];
                if (version == 1 && document == 2)
                    continue;
                snprintf(name, sizeof name, "doc%d", document);
                snprintf(id, sizeof id, "doc%d#%d", document, i);
                case_add(writer, id, name, i + version);
                if (commits_between && i % 97 == 0)
                    case_commit(writer, false);
            }
    case_finish(writer);
}

TEST(index_memory, "index: the content does not depend on memory or on commits in between")
{
    char first[256], second[256], third[256], wanted[64];
    const char *folder = test_folder();
    snprintf(first, sizeof first, "%s/a", folder);
    snprintf(second, sizeof second, "%s/b", folder);
    snprintf(third, sizeof third, "%s/c", folder);
    write_large(first, 0, false);
    write_large(second, 300000, false);
    write_large(third, 300000, true);
    snprintf(wanted, sizeof wanted, "%s", case_digest(first));
    EXPECT_SLICE(slice_of_string(case_digest(second)), slice_of_string(wanted));
    EXPECT_SLICE(slice_of_string(case_digest(third)), slice_of_string(wanted));
    EXPECT_INTEGER(case_faults(first) + case_faults(second) + case_faults(third), 0);
    EXPECT_INTEGER(case_files(second, "tmp") + case_files(third, "tmp"), 0);
}

TEST(index_tiers, "index: many small commits leave few segments, and compacting leaves one")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    for (int i = 0; i < 100; i++) {
        char id[16];
        snprintf(id, sizeof id, "d%d", i % 80);
        struct index_writer *writer = case_writer(folder, 0);
        case_add(writer, id, id, i);
        case_finish(writer);
    }
    EXPECT(case_files(folder, "segment-") < 16);
    EXPECT_INTEGER(case_faults(folder), 0);
    char digest[64];
    snprintf(digest, sizeof digest, "%s", case_digest(folder));
    struct index_writer_settings settings = { .folder = folder, .compacts = true };
    struct index_writer *writer = index_writer_open(&settings, &error);
    EXPECT(writer != NULL);
    case_finish(writer);
    EXPECT_INTEGER(case_files(folder, "segment-"), 1);
    EXPECT_INTEGER(case_files(folder, "tombstones-"), 0);
    EXPECT_INTEGER(case_files(folder, ""), 3);
    EXPECT_SLICE(slice_of_string(case_digest(folder)), slice_of_string(digest));
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_empty, "index: a stream without records makes an index without rows")
{
    const char *folder = test_folder();
    case_finish(case_writer(folder, 0));
    EXPECT_IDS(folder, "");
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a", "a", -1);
    case_finish(writer);
    EXPECT_IDS(folder, "a");
    struct error error = { 0 };
    writer = case_writer(folder, 0);
    EXPECT_OK(index_writer_delete_id(writer, SLICE("a"), &error), &error);
    case_finish(writer);
    EXPECT_INTEGER(case_files(folder, "segment-"), 0);
    writer = case_writer(folder, 0);
    case_add(writer, "b", "b", 3);
    case_finish(writer);
    EXPECT_IDS(folder, "b");
}

TEST(index_refuses, "index: vectors of another model or dimension, none, zero or infinite ones are refused")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    float vector[4] = { 1, 2, 3, 4 };
    float zero[3] = { 0, -0.0F, 0 };
    float infinite[3] = { 1, INFINITY, 0 };
    struct index_writer *writer = case_writer(folder, 0);
    EXPECT(!case_add_json(writer, "z", "z", "{}", zero, 3, &error));
    EXPECT_ERROR(&error, E_FIELD_VALUE, "field 'embedding' is a zero vector, which has no direction");
    EXPECT(!case_add_json(writer, "z", "z", "{}", infinite, 3, &error));
    EXPECT_ERROR(&error, E_FIELD_VALUE, "field 'embedding' holds a number that is not finite");
    EXPECT(!case_add_json(writer, "", "z", "{}", vector, 3, &error));
    EXPECT_ERROR(&error, E_FIELD_VALUE, "field 'id' is empty");
    case_add(writer, "a", "a", 1);
    EXPECT(!case_add_json(writer, "b", "b", "{}", NULL, 0, &error));
    EXPECT_ERROR(&error, E_FIELD_MISSING,
                 "field 'embedding' is missing, the index holds vectors of model 'test:model:3'");
    EXPECT(!case_add_json(writer, "b", "b", "{}", vector, 4, &error));
    EXPECT_ERROR(&error, E_INDEX_MODEL,
                 "a vector of 4 dimensions by model 'test:model:3', the index holds 3 dimensions by 'test:model:3'");
    case_finish(writer);
    writer = case_writer(folder, 0);
    EXPECT(!case_add_json(writer, "b", "b", "{}", vector, 4, &error));
    EXPECT_ERROR(&error, E_INDEX_MODEL, NULL);
    index_writer_close(writer);
    struct index_writer_settings settings = { .folder = folder, .wanted = { .language = SLICE_INIT("german") } };
    EXPECT(index_writer_open(&settings, &error) == NULL);
    EXPECT_ERROR(&error, E_INDEX_SETTINGS, "the index was made with language 'english', not 'german'");
    EXPECT_INTEGER(error_exit_code(&error), EXIT_CONFIG);
}

TEST(index_two_writers, "index: two writers at work at once both commit, and disagreeing ones are told")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    float vector[4] = { 1, 2, 3, 4 };
    struct index_writer *first = case_writer(folder, 0);
    struct index_writer *second = case_writer(folder, 0);
    struct index_writer *third = case_writer(folder, 0);
    case_add(first, "a", "a", 1);
    case_add(second, "b", "b", 2);
    case_add(second, "a", "a", 3);
    EXPECT(case_add_json(third, "c", "c", "{}", vector, 4, &error));
    case_finish(first);
    EXPECT_IDS(folder, "a");
    case_finish(second);
    EXPECT_IDS(folder, "b a");
    EXPECT(!index_writer_commit(third, COMMIT_ALL, &error));
    EXPECT_ERROR(&error, E_INDEX_MODEL, NULL);
    index_writer_close(third);
    EXPECT_IDS(folder, "b a");
    EXPECT_INTEGER(case_files(folder, "tmp"), 0);
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_locked, "index: a lock that is held gives E_BUSY, and nothing changes")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    char path[512];
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a", "a", 1);
    case_commit(writer, true);
    snprintf(path, sizeof path, "%s/lock", folder);
    struct file_lock lock;
    EXPECT_OK(file_lock_acquire(path, 0, &lock, &error), &error);
    case_add(writer, "b", "b", 1);
    EXPECT(!index_writer_commit(writer, COMMIT_ALL, &error));
    EXPECT_ERROR(&error, E_BUSY, NULL);
    EXPECT_IDS(folder, "a");
    file_lock_release(&lock);
    case_finish(writer);
    EXPECT_IDS(folder, "a b");
}

static void touch(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL);
    fputs("litter", file);
    fclose(file);
}

TEST(index_litter, "index: the next commit removes what dead writers left, and nothing else")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a", "a", 1);
    case_finish(writer);
    touch(folder, "segment.tmp.999999.0");
    touch(folder, "manifest.tmp.999999");
    touch(folder, "segment-00000099.seg");
    touch(folder, "tombstones-00000098.seg");
    touch(folder, "notes.txt");
    EXPECT_IDS(folder, "a");
    struct index_writer *other = case_writer(folder, 1);
    case_add(other, "x", "x", 1);
    case_add(other, "y", "y", 1);
    EXPECT_INTEGER(case_files(folder, "segment.tmp"), 3); /* one of the dead, two of other */
    writer = case_writer(folder, 0);
    case_add(writer, "b", "b", 1);
    case_finish(writer);
    EXPECT_IDS(folder, "a b");
    EXPECT_INTEGER(case_files(folder, "tmp"), 2);
    EXPECT_INTEGER(case_files(folder, "notes.txt"), 1);
    EXPECT_INTEGER(case_files(folder, "-0000009"), 0);
    case_finish(other);
    EXPECT_IDS(folder, "a b x y");
    EXPECT_INTEGER(case_files(folder, "tmp"), 0);
}

TEST(index_foreign, "index: a folder with files of others is not made an index")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    touch(folder, "letter.txt");
    struct index_writer_settings settings = { .folder = folder };
    EXPECT(index_writer_open(&settings, &error) == NULL);
    EXPECT_ERROR(&error, E_CREATE, NULL);
    EXPECT(index_open(folder, &error) == NULL);
    EXPECT_ERROR(&error, E_NO_INPUT, NULL);
}

TEST(index_same_bytes, "index: the same rows give the same bytes")
{
    const char *names[2] = { "a", "b" };
    uint64_t hashes[2];
    for (int i = 0; i < 2; i++) {
        char folder[512], path[600];
        struct error error = { 0 };
        struct file_map map;
        snprintf(folder, sizeof folder, "%s/%s", test_folder(), names[i]);
        write_large(folder, 300000, i == 3);
        snprintf(path, sizeof path, "%s/manifest", folder);
        EXPECT_OK(file_map_open(path, &map, &error), &error);
        hashes[i] = hash_64(map.bytes, 0); /* it holds the checksum of every other byte */
        file_map_close(&map);
    }
    EXPECT(hashes[0] == hashes[1]);
}
