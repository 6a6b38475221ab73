/* index_case.h - what the tests of the index share: rows from short texts, commits, contents. */
#ifndef TESTS_INDEX_CASE_H
#define TESTS_INDEX_CASE_H

#include "index/reader.h"
#include "index/writer.h"

/* A writer over folder; fails the test when there is an error. memory 0: the default. */
struct index_writer *case_writer(const char *folder, size_t memory);

/* Adds {"id":id,"metadata":{"document_id":document,"n":n}} with the vector (n, 1, 0), or without when n is negative. */
void case_add(struct index_writer *writer, const char *id, const char *document, int n);
/* Adds any record; dimension 0: no vector. */
bool case_add_json(struct index_writer *writer, const char *id, const char *document, const char *json,
                   const float *vector, uint32_t dimension, struct error *error);
void case_commit(struct index_writer *writer, bool ends);
/* Commits and closes. */
void case_finish(struct index_writer *writer);

/* "a#0 a#1 b#0": the ids of the live rows in order of the rows; static. */
const char *case_ids(const char *folder);
#define EXPECT_IDS(folder, wanted) EXPECT_SLICE(slice_of_string(case_ids(folder)), slice_of_string(wanted))
/* 32 hexadecimal digits of the digest; static. */
const char *case_digest(const char *folder);
/* Number of faults that verify finds. */
size_t case_faults(const char *folder);
/* Files in the folder whose name holds part ("" for all). */
size_t case_files(const char *folder, const char *part);

#endif
