/* sqlite_library.h - SQLite, loaded on first use: linked, it would cost every start 0.35 ms. Private to store. */
#ifndef STORE_SQLITE_LIBRARY_H
#define STORE_SQLITE_LIBRARY_H

#include <sqlite3.h>

#include "base/error.h"

/* The functions that we call; no other one of the library can be reached. */
#define SQLITE_FUNCTIONS(FUNCTION)                                                                                     \
    FUNCTION(sqlite3_bind_blob64)                                                                                      \
    FUNCTION(sqlite3_bind_int64)                                                                                       \
    FUNCTION(sqlite3_bind_null)                                                                                        \
    FUNCTION(sqlite3_bind_text64)                                                                                      \
    FUNCTION(sqlite3_busy_timeout)                                                                                     \
    FUNCTION(sqlite3_close)                                                                                            \
    FUNCTION(sqlite3_column_blob)                                                                                      \
    FUNCTION(sqlite3_column_bytes)                                                                                     \
    FUNCTION(sqlite3_column_count)                                                                                     \
    FUNCTION(sqlite3_column_double)                                                                                    \
    FUNCTION(sqlite3_column_int64)                                                                                     \
    FUNCTION(sqlite3_column_name)                                                                                      \
    FUNCTION(sqlite3_column_text)                                                                                      \
    FUNCTION(sqlite3_column_type)                                                                                      \
    FUNCTION(sqlite3_db_config)                                                                                        \
    FUNCTION(sqlite3_errmsg)                                                                                           \
    FUNCTION(sqlite3_exec)                                                                                             \
    FUNCTION(sqlite3_extended_errcode)                                                                                 \
    FUNCTION(sqlite3_finalize)                                                                                         \
    FUNCTION(sqlite3_get_autocommit)                                                                                   \
    FUNCTION(sqlite3_last_insert_rowid)                                                                                \
    FUNCTION(sqlite3_limit)                                                                                            \
    FUNCTION(sqlite3_open_v2)                                                                                          \
    FUNCTION(sqlite3_prepare_v3)                                                                                       \
    FUNCTION(sqlite3_progress_handler)                                                                                 \
    FUNCTION(sqlite3_reset)                                                                                            \
    FUNCTION(sqlite3_set_authorizer)                                                                                   \
    FUNCTION(sqlite3_step)                                                                                             \
    FUNCTION(sqlite3_system_errno)

struct sqlite_library {
#define SQLITE_POINTER(name) __typeof__(name) *name;
    SQLITE_FUNCTIONS(SQLITE_POINTER)
#undef SQLITE_POINTER
};

/* NULL: E_UNAVAILABLE naming the package. Not thread safe. */
const struct sqlite_library *sqlite_library(struct error *error);

#endif
