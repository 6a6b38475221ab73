/* database.h - a file of tables, by SQLite: opening it with care, statements, transactions.
 *
 * The file is made for its owner alone (0600), keeps a rollback journal and no WAL, and syncs at every commit: it may
 * lie on a network file system and a kill leaves the old state or the new one. It is known by its application number
 * and version: another program's file, a newer one and a damaged one are refused by name, never overwritten.
 *
 * Errors: E_BUSY another process writes; E_LEDGER the file is damaged, foreign or newer; E_IO, E_CREATE, E_NO_INPUT;
 * E_UNAVAILABLE without the library. One thread. */
#ifndef STORE_DATABASE_H
#define STORE_DATABASE_H

#include "base/error.h"

enum database_access {
    DATABASE_READ,  /* must exist; nothing is ever written */
    DATABASE_WRITE, /* must exist */
    DATABASE_CREATE /* made when missing */
};

struct database_settings {
    const char *path;
    enum database_access access;
    const char *title;         /* in messages: "a ledger" */
    uint32_t application;      /* the file's application_id */
    int32_t version;           /* of the schema: user_version; a higher one in the file is refused */
    const char *const *schema; /* statements that make the tables of a new file; NULL-terminated */
    double wait_seconds;       /* for other writers */
};

struct database;

/* Owned: database_close(). */
struct database *database_open(const struct database_settings *settings, struct error *error) MUST_CHECK;
void database_close(struct database *database); /* rolls back what is open; NULL is fine */
const char *database_path(const struct database *database);

/* Statements without results, split by semicolons. */
bool database_execute(struct database *database, const char *sql, struct error *error) MUST_CHECK;

/* One transaction at a time; begin takes the right to write at once. */
bool database_begin(struct database *database, struct error *error) MUST_CHECK;
bool database_commit(struct database *database, struct error *error) MUST_CHECK;
void database_roll_back(struct database *database);
bool database_is_open(const struct database *database); /* a transaction is */

/* For statements that a stranger wrote: only reading, no other file, no extension, at most maximum_steps steps of
 * SQLite's machine (E_LIMIT beyond, naming limit_name). A signal ends it, too. */
void database_confine(struct database *database, int64_t maximum_steps, const char *limit_name);

/* Every fault that a full check of the file finds, one call each, at most `maximum`. */
bool database_check(struct database *database, int maximum, void (*report)(void *context, const char *fault),
                    void *context, struct error *error) MUST_CHECK;

/* Prepared: parameters are numbered from 1, columns from 0. */
struct statement;

/* Owned: statement_free(), before the database is closed. Errors: E_USAGE for what is no SQL. */
struct statement *statement_create(struct database *database, const char *sql, struct error *error) MUST_CHECK;
void statement_free(struct statement *statement); /* NULL is fine */

/* Borrowed until the statement is reset or bound anew. */
void statement_bind_integer(struct statement *statement, int parameter, int64_t value);
void statement_bind_text(struct statement *statement, int parameter, struct slice text);
void statement_bind_bytes(struct statement *statement, int parameter, struct slice bytes);
void statement_bind_nothing(struct statement *statement, int parameter);

/* The next row; *has_row false at the end, and the statement is reset. */
bool statement_step(struct statement *statement, bool *has_row, struct error *error) MUST_CHECK;
/* For one that gives no row, or whose first row is enough: steps once and resets. */
bool statement_run(struct statement *statement, struct error *error) MUST_CHECK;
void statement_reset(struct statement *statement);

enum cell_kind { CELL_NULL, CELL_INTEGER, CELL_REAL, CELL_TEXT, CELL_BYTES };

/* Of the row, borrowed until the next step. */
int statement_column_count(const struct statement *statement);
const char *statement_column_name(const struct statement *statement, int column);
enum cell_kind statement_kind(const struct statement *statement, int column);
int64_t statement_integer(const struct statement *statement, int column);
double statement_real(const struct statement *statement, int column);
struct slice statement_text(const struct statement *statement, int column);
struct slice statement_bytes(const struct statement *statement, int column);

int64_t database_last_number(const struct database *database); /* the row number of the last insertion */

#endif
