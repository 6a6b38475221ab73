/* database.c - a file of tables, by SQLite. */
#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "store/sqlite_library.h"

enum { PROGRESS_STEPS = 10000 /* of SQLite's machine between two looks at signals and limits */ };

struct database {
    const struct sqlite_library *library;
    sqlite3 *handle;
    char *path;
    const char *title;
    bool is_writing;
    int64_t steps, maximum_steps; /* 0: no maximum */
    const char *limit_name;
};

struct statement {
    struct database *database;
    sqlite3_stmt *handle;
};

/* Turns the last fault of the connection into an error. */
static bool set_error(const struct database *database, int result, struct error *error)
{
    const struct sqlite_library *library = database->library;
    const char *message = library->sqlite3_errmsg(database->handle);
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, E_BUSY, "'%s' is being written by another process", database->path);
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
        return error_set(error, E_LEDGER, "'%s' is damaged: %s", database->path, message);
    case SQLITE_NOTADB:
        return error_set(error, E_LEDGER, "'%s' is not %s, but some other file", database->path, database->title);
    case SQLITE_NOMEM:
        return error_set(error, E_SYSTEM, "'%s': out of memory", database->path);
    case SQLITE_INTERRUPT:
        if (interrupt_signal())
            return interrupt_error(error);
        return error_set(error, E_LIMIT, "the query needs more than %lld steps (%s)",
                         (long long)database->maximum_steps, database->limit_name ? database->limit_name : "");
    case SQLITE_CANTOPEN:
        return error_set(error, E_CREATE, "'%s' cannot be opened: %s", database->path, message);
    case SQLITE_FULL:
        return error_set(error, E_IO, "cannot write '%s': no space left", database->path);
    case SQLITE_IOERR: {
        int failure = library->sqlite3_system_errno(database->handle);
        if (failure != 0)
            return error_set_system(error, E_IO, failure, "'%s' cannot be read or written", database->path);
        return error_set(error, E_IO, "'%s' cannot be read or written: %s", database->path, message);
    }
    case SQLITE_READONLY:
        return error_set(error, E_CREATE, "'%s' may not be written", database->path);
    case SQLITE_AUTH:
        return error_set(error, E_USAGE, "a query may only read the tables of '%s' (%s)", database->path, message);
    case SQLITE_ERROR:
        if (database->limit_name)
            return error_set(error, E_USAGE, "%s", message);
        return error_set(error, E_LEDGER, "'%s' is damaged: %s", database->path, message);
    default:
        return error_set(error, E_IO, "'%s': %s", database->path, message);
    }
}

/* Signals end a long statement, and so does the limit of a confined one. */
static int on_progress(void *context)
{
    struct database *database = context;
    database->steps += PROGRESS_STEPS;
    return interrupt_signal() != 0 || (database->maximum_steps && database->steps > database->maximum_steps);
}

static bool read_number(struct database *database, const char *sql, int64_t *number, struct error *error)
{
    struct statement *statement = statement_create(database, sql, error);
    bool has_row = false;
    bool is_good = statement && statement_step(statement, &has_row, error);
    *number = is_good && has_row ? statement_integer(statement, 0) : 0;
    statement_free(statement);
    return is_good;
}

/* The tables and the marks that they are ours come in one transaction: a kill leaves an empty file or a whole one. */
static bool make_tables(struct database *database, const struct database_settings *settings, struct error *error)
{
    struct buffer marks = { 0 };
    buffer_append_format(&marks, "pragma application_id=%ld;pragma user_version=%ld",
                         (long)(int32_t)settings->application, (long)settings->version);
    int64_t tables = 0;
    bool is_good =
        database_begin(database, error) && read_number(database, "select count(*) from sqlite_schema", &tables, error);
    for (const char *const *part = settings->schema; is_good && tables == 0 && *part; part++)
        is_good = database_execute(database, *part, error);
    if (is_good && tables == 0)
        is_good = database_execute(database, buffer_string(&marks), error);
    if (is_good)
        is_good = database_commit(database, error);
    else
        database_roll_back(database);
    buffer_release(&marks);
    return is_good;
}

static bool check_marks(struct database *database, const struct database_settings *settings, struct error *error)
{
    int64_t application = 0, version = 0, tables = 0;
    if (!read_number(database, "pragma application_id", &application, error) ||
        !read_number(database, "pragma user_version", &version, error) ||
        !read_number(database, "select count(*) from sqlite_schema", &tables, error))
        return false;
    bool is_new = tables == 0 && application == 0 && version == 0;
    if (is_new && settings->access == DATABASE_CREATE)
        return make_tables(database, settings, error) && check_marks(database, settings, error);
    if (is_new)
        return error_set(error, E_LEDGER, "'%s' is empty, expected %s", database->path, database->title);
    if ((uint32_t)application != settings->application)
        return error_set(error, E_LEDGER, "'%s' is a database of another program, expected %s", database->path,
                         database->title);
    if (version > settings->version)
        return error_set(error, E_LEDGER, "'%s' was written by a newer garner (version %lld, this one knows %ld)",
                         database->path, (long long)version, (long)settings->version);
    return true;
}

/* For its owner alone. SQLite would make the file with the umask's mode, and gives its journal the file's. */
static bool make_file(const struct database_settings *settings, struct error *error)
{
    if (settings->access != DATABASE_CREATE)
        return true;
    int descriptor = open(settings->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (descriptor < 0)
        return error_set_system(error, E_CREATE, errno, "cannot create '%s'", settings->path);
    close(descriptor);
    return true;
}

static bool open_handle(struct database *database, const struct database_settings *settings, struct error *error)
{
    struct stat status;
    if (stat(settings->path, &status) != 0)
        return error_set_system(error, E_NO_INPUT, errno, "cannot open '%s'", settings->path);
    if (!S_ISREG(status.st_mode))
        return error_set(error, E_LEDGER, "'%s' is not a file, expected %s", settings->path, settings->title);
    int flags = settings->access == DATABASE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int result = database->library->sqlite3_open_v2(settings->path, &database->handle,
                                                    flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (result != SQLITE_OK)
        return set_error(database, result, error);
    database->library->sqlite3_busy_timeout(database->handle, (int)(settings->wait_seconds * 1000));
    database->library->sqlite3_progress_handler(database->handle, PROGRESS_STEPS, on_progress, database);
    database->library->sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    database->library->sqlite3_db_config(database->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (settings->access == DATABASE_READ)
        return database_execute(database, "pragma cell_size_check=on", error);
    database->is_writing = true;
    return database_execute(database,
                            "pragma cell_size_check=on;pragma synchronous=full;pragma cache_spill=off;"
                            "pragma journal_mode=truncate;pragma temp_store=memory",
                            error);
}

/* A writer that was killed left its journal: who may write rolls it back, then it can be read. */
static void recover(struct database *database, const struct database_settings *settings)
{
    struct database_settings writing = *settings;
    writing.access = DATABASE_WRITE;
    database->library->sqlite3_close(database->handle);
    database->handle = NULL;
    database_close(database_open(&writing, NULL));
}

static bool open_marked(struct database *database, const struct database_settings *settings, struct error *error)
{
    if (open_handle(database, settings, error) && check_marks(database, settings, error))
        return true;
    bool has_journal = database->handle && settings->access == DATABASE_READ &&
                       (database->library->sqlite3_extended_errcode(database->handle) & 0xff) == SQLITE_READONLY;
    if (!has_journal)
        return false;
    recover(database, settings);
    return open_handle(database, settings, error) && check_marks(database, settings, error);
}

struct database *database_open(const struct database_settings *settings, struct error *error)
{
    const struct sqlite_library *library = sqlite_library(error);
    if (!library || !make_file(settings, error))
        return NULL;
    struct database *database = memory_allocate_zeroed(1, sizeof *database);
    database->library = library;
    database->path = memory_copy_string(settings->path);
    database->title = settings->title;
    if (open_marked(database, settings, error))
        return database;
    database_close(database);
    return NULL;
}

void database_close(struct database *database)
{
    if (!database)
        return;
    database_roll_back(database);
    if (database->handle && database->is_writing) /* the empty journal goes */
        database->library->sqlite3_exec(database->handle, "pragma journal_mode=delete", NULL, NULL, NULL);
    if (database->handle)
        database->library->sqlite3_close(database->handle);
    memory_free(database->path);
    memory_free(database);
}

const char *database_path(const struct database *database)
{
    return database->path;
}

bool database_execute(struct database *database, const char *sql, struct error *error)
{
    int result = database->library->sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
    return result == SQLITE_OK || set_error(database, result, error);
}

bool database_begin(struct database *database, struct error *error)
{
    return database_execute(database, "begin immediate", error);
}

bool database_commit(struct database *database, struct error *error)
{
    return database_execute(database, "commit", error);
}

bool database_is_open(const struct database *database)
{
    return database->handle && !database->library->sqlite3_get_autocommit(database->handle);
}

void database_roll_back(struct database *database)
{
    if (database_is_open(database))
        database->library->sqlite3_exec(database->handle, "rollback", NULL, NULL, NULL);
}

/* Reading tables, calling functions and recursion: all that a SELECT needs. */
static int authorize(void *context, int action, const char *first, const char *second, const char *third,
                     const char *fourth)
{
    (void)context;
    (void)first;
    (void)third;
    (void)fourth;
    if (action == SQLITE_FUNCTION && second && strcmp(second, "load_extension") == 0)
        return SQLITE_DENY;
    bool is_reading =
        action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE;
    return is_reading ? SQLITE_OK : SQLITE_DENY;
}

void database_confine(struct database *database, int64_t maximum_steps, const char *limit_name)
{
    const struct sqlite_library *library = database->library;
    database->maximum_steps = maximum_steps;
    database->steps = 0;
    database->limit_name = limit_name;
    library->sqlite3_limit(database->handle, SQLITE_LIMIT_ATTACHED, 0);
    library->sqlite3_limit(database->handle, SQLITE_LIMIT_LENGTH, 64 << 20);
    library->sqlite3_limit(database->handle, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
    library->sqlite3_set_authorizer(database->handle, authorize, database);
}

bool database_check(struct database *database, int maximum, void (*report)(void *context, const char *fault),
                    void *context, struct error *error)
{
    struct buffer sql = { 0 }, text = { 0 };
    buffer_append_format(&sql, "pragma integrity_check(%d)", maximum);
    struct statement *statement = statement_create(database, buffer_string(&sql), error);
    bool has_row = statement != NULL, is_good = has_row;
    while (is_good && has_row) {
        is_good = statement_step(statement, &has_row, error);
        if (!is_good || !has_row || slice_equal(statement_text(statement, 0), SLICE("ok")))
            continue;
        buffer_reset(&text);
        text_append_printable(&text, statement_text(statement, 0));
        report(context, buffer_string(&text));
    }
    statement_free(statement);
    buffer_release(&sql);
    buffer_release(&text);
    return is_good;
}

struct statement *statement_create(struct database *database, const char *sql, struct error *error)
{
    sqlite3_stmt *handle = NULL;
    const char *rest = NULL;
    int result = database->library->sqlite3_prepare_v3(database->handle, sql, -1, 0, &handle, &rest);
    if (result != SQLITE_OK) {
        set_error(database, result, error);
        return NULL;
    }
    bool is_one = handle && slice_trim(slice_of_string(rest)).length == 0;
    if (!is_one) {
        error_set(error, E_USAGE, "expected one SQL statement");
        database->library->sqlite3_finalize(handle);
        return NULL;
    }
    struct statement *statement = memory_allocate_zeroed(1, sizeof *statement);
    statement->database = database;
    statement->handle = handle;
    return statement;
}

void statement_free(struct statement *statement)
{
    if (!statement)
        return;
    statement->database->library->sqlite3_finalize(statement->handle);
    memory_free(statement);
}

/* A parameter that is not there, or out of memory: rules of ours. SQLite copies nothing: the caller keeps the bytes. */
void statement_bind_integer(struct statement *statement, int parameter, int64_t value)
{
    ENSURE(statement->database->library->sqlite3_bind_int64(statement->handle, parameter, value) == SQLITE_OK);
}

void statement_bind_text(struct statement *statement, int parameter, struct slice text)
{
    ENSURE(statement->database->library->sqlite3_bind_text64(statement->handle, parameter,
                                                             text.length ? text.bytes : "", text.length, SQLITE_STATIC,
                                                             SQLITE_UTF8) == SQLITE_OK);
}

void statement_bind_bytes(struct statement *statement, int parameter, struct slice bytes)
{
    ENSURE(statement->database->library->sqlite3_bind_blob64(statement->handle, parameter,
                                                             bytes.length ? bytes.bytes : "", bytes.length,
                                                             SQLITE_STATIC) == SQLITE_OK);
}

void statement_bind_nothing(struct statement *statement, int parameter)
{
    ENSURE(statement->database->library->sqlite3_bind_null(statement->handle, parameter) == SQLITE_OK);
}

bool statement_step(struct statement *statement, bool *has_row, struct error *error)
{
    const struct sqlite_library *library = statement->database->library;
    int result = library->sqlite3_step(statement->handle);
    *has_row = result == SQLITE_ROW;
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        set_error(statement->database, result, error);
    library->sqlite3_reset(statement->handle);
    return result == SQLITE_DONE;
}

bool statement_run(struct statement *statement, struct error *error)
{
    bool has_row;
    bool is_good = statement_step(statement, &has_row, error);
    statement_reset(statement);
    return is_good;
}

void statement_reset(struct statement *statement)
{
    statement->database->library->sqlite3_reset(statement->handle);
}

int statement_column_count(const struct statement *statement)
{
    return statement->database->library->sqlite3_column_count(statement->handle);
}

const char *statement_column_name(const struct statement *statement, int column)
{
    return statement->database->library->sqlite3_column_name(statement->handle, column);
}

enum cell_kind statement_kind(const struct statement *statement, int column)
{
    switch (statement->database->library->sqlite3_column_type(statement->handle, column)) {
    case SQLITE_INTEGER:
        return CELL_INTEGER;
    case SQLITE_FLOAT:
        return CELL_REAL;
    case SQLITE_TEXT:
        return CELL_TEXT;
    case SQLITE_BLOB:
        return CELL_BYTES;
    default:
        return CELL_NULL;
    }
}

int64_t statement_integer(const struct statement *statement, int column)
{
    return statement->database->library->sqlite3_column_int64(statement->handle, column);
}

double statement_real(const struct statement *statement, int column)
{
    return statement->database->library->sqlite3_column_double(statement->handle, column);
}

struct slice statement_text(const struct statement *statement, int column)
{
    const struct sqlite_library *library = statement->database->library;
    const unsigned char *text = library->sqlite3_column_text(statement->handle, column);
    return slice_of((const char *)text, text ? (size_t)library->sqlite3_column_bytes(statement->handle, column) : 0);
}

struct slice statement_bytes(const struct statement *statement, int column)
{
    const struct sqlite_library *library = statement->database->library;
    const void *bytes = library->sqlite3_column_blob(statement->handle, column);
    return slice_of(bytes, bytes ? (size_t)library->sqlite3_column_bytes(statement->handle, column) : 0);
}

int64_t database_last_number(const struct database *database)
{
    return database->library->sqlite3_last_insert_rowid(database->handle);
}
