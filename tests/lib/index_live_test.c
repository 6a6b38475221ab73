/* index_live_test.c - commits in the middle of a stream: during a pause, and thousands of small ones. */
#include <stdio.h>

#include "index_case.h"
#include "test.h"

static void commit_paused(struct index_writer *writer)
{
    struct error error = { 0 };
    if (!index_writer_commit(writer, COMMIT_PAUSED, &error))
        test_fail(__FILE__, __LINE__, "index_writer_commit: %s", error.message);
}

TEST(index_paused, "index: a commit in a pause shows the open document; what still follows of it is added")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 1);
    case_add(writer, "a#1", "a", 2);
    case_commit(writer, false);
    EXPECT_INTEGER(case_files(folder, "seg"), 0);
    commit_paused(writer);
    EXPECT_IDS(folder, "a#0 a#1");
    commit_paused(writer);
    EXPECT_INTEGER(index_writer_changes(writer)->commits, 1);
    case_add(writer, "a#2", "a", 3);
    EXPECT_IDS(folder, "a#0 a#1");
    commit_paused(writer);
    EXPECT_IDS(folder, "a#0 a#1 a#2");
    case_add(writer, "b#0", "b", 4);
    case_commit(writer, false);
    EXPECT_INTEGER(index_writer_changes(writer)->commits, 2);
    case_finish(writer);
    EXPECT_IDS(folder, "a#0 a#1 a#2 b#0");
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_paused_end, "index: a document shown in a pause is complete when another begins or the stream ends")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 1);
    commit_paused(writer);
    case_add(writer, "a#1", "a", 2);
    case_add(writer, "b#0", "b", 3);
    commit_paused(writer);
    case_finish(writer);
    EXPECT_IDS(folder, "a#0 a#1 b#0");
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_paused_anew, "index: the first id again after a pause is a new version, also without a tombstone")
{
    const char *folder = test_folder();
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 1);
    case_add(writer, "a#1", "a", 2);
    commit_paused(writer);
    case_add(writer, "a#0", "a", 3);
    commit_paused(writer);
    EXPECT_IDS(folder, "a#0");
    EXPECT_INTEGER(index_writer_changes(writer)->row_count, 1);
    case_finish(writer);
    EXPECT_IDS(folder, "a#0");
}

TEST(index_paused_tombstone,
     "index: a tombstone after a pause takes what the pause showed, in one commit with what follows")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    struct index_writer *writer = case_writer(folder, 0);
    case_add(writer, "a#0", "a", 1);
    case_add(writer, "a#1", "a", 2);
    commit_paused(writer);
    EXPECT_OK(index_writer_delete_document(writer, SLICE("a"), &error), &error);
    case_add(writer, "a#0", "a", 3);
    commit_paused(writer);
    EXPECT_IDS(folder, "a#0");
    case_finish(writer);
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_small_commits, "index: a thousand commits of one row leave few segments, and the index of one commit")
{
    enum { COMMITS = 1000 };
    const char *folder = test_folder();
    char id[16];
    struct index_writer *writer = case_writer(folder, 0);
    for (int i = 0; i < COMMITS; i++) {
        snprintf(id, sizeof id, "d%d", i % 700);
        case_add(writer, id, id, i);
        commit_paused(writer);
        if (i % 100 == 0)
            EXPECT(case_files(folder, "segment") < 20);
    }
    case_finish(writer);
    EXPECT(case_files(folder, "segment") < 20);
    EXPECT_INTEGER(case_faults(folder), 0);
    char digest[64];
    snprintf(digest, sizeof digest, "%s", case_digest(folder));
    folder = test_folder();
    writer = case_writer(folder, 0);
    for (int i = 300; i < COMMITS; i++) {
        snprintf(id, sizeof id, "d%d", i % 700);
        case_add(writer, id, id, i);
    }
    case_finish(writer);
    EXPECT_SLICE(slice_of_string(case_digest(folder)), slice_of_string(digest));
}
