/* ledger_private.h - what the files of the ledger share. Private to store. */
#ifndef STORE_LEDGER_PRIVATE_H
#define STORE_LEDGER_PRIVATE_H

#include "store/ledger.h"

/* Statements that stay prepared; their texts stand in ledger.c. */
enum ledger_query {
    QUERY_SCAN,
    QUERY_RUN_BEGIN,
    QUERY_RUN_END,
    QUERY_RUN_FIND,
    QUERY_RUN_ACKNOWLEDGE,
    QUERY_FILE_FIND,
    QUERY_FILE_GET,
    QUERY_FILE_ADD,
    QUERY_FILE_OPEN,
    QUERY_FILE_END,
    QUERY_FILE_TOUCH,
    QUERY_FILE_GONE,
    QUERY_DOCUMENT_FIND,
    QUERY_DOCUMENT_PUT,
    QUERY_DOCUMENT_SEEN,
    QUERY_DOCUMENT_OLD,
    QUERY_DOCUMENT_LEAVES,
    QUERY_DOCUMENT_OTHER,
    QUERY_FAULTS_CLEAR,
    QUERY_FAULT_ADD,
    QUERY_FAULTS,
    QUERY_EVENT_ADD,
    QUERY_DONE_DOCUMENTS,
    QUERY_DONE_GONE_DOCUMENTS,
    QUERY_DONE_GONE_FAULTS,
    QUERY_DONE_GONE_FILES,
    QUERY_DONE_FILES,
    QUERY_COUNT
};

/* The file between begin and end. */
struct ledger_current {
    int64_t number;
    bool is_new;
    bool was_done;       /* what an index has of it is known */
    struct hash128 hash; /* as it was */
    int64_t documents, faults;
    int64_t put_out; /* documents and tombstones that come out */
};

struct ledger {
    struct database *database;
    struct statement *statements[QUERY_COUNT];
    int64_t run;                /* 0: none yet */
    struct hash_stream *digest; /* of the run */
    int64_t put_out;            /* by the run */
    struct ledger_current current;
    struct buffer root, path; /* of the current file */
};

/* Prepared once; NULL on failure. */
struct statement *ledger_statement(struct ledger *ledger, enum ledger_query query, struct error *error);

/* A transaction is open and the run has a number. */
bool ledger_start_writing(struct ledger *ledger, struct error *error) MUST_CHECK;

extern const char *const ledger_schema[]; /* NULL-terminated */

enum { LEDGER_HASH_BYTES = 16 };
/* As xxhsum prints it, so that hex(hash) says the same. */
void ledger_pack_hash(struct hash128 hash, char bytes[LEDGER_HASH_BYTES]);
struct hash128 ledger_unpack_hash(struct slice bytes);

#endif
