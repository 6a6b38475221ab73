/* ledger_run.c - what a run writes: files, their documents and faults, what vanished. */
#include "base/clock.h"
#include "base/memory.h"
#include "store/ledger_private.h"

bool ledger_start_writing(struct ledger *ledger, struct error *error)
{
    if (!database_is_open(ledger->database) && !database_begin(ledger->database, error))
        return false;
    if (ledger->run != 0)
        return true;
    struct statement *statement = ledger_statement(ledger, QUERY_RUN_BEGIN, error);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, clock_nanoseconds());
    if (!statement_run(statement, error))
        return false;
    ledger->run = database_last_number(ledger->database);
    ledger->digest = hash_stream_create();
    ledger->put_out = 0;
    return true;
}

/* What the run wrote, so that its mark can be told from another ledger's. */
static void add_to_digest(struct ledger *ledger, struct slice root, struct slice path, struct hash128 hash)
{
    char packed[LEDGER_HASH_BYTES];
    ledger_pack_hash(hash, packed);
    hash_stream_add(ledger->digest, root);
    hash_stream_add(ledger->digest, slice_of("/", 1));
    hash_stream_add(ledger->digest, path);
    hash_stream_add(ledger->digest, slice_of("", 1));
    hash_stream_add(ledger->digest, slice_of(packed, sizeof packed));
}

static bool add_event(struct ledger *ledger, const char *type, struct slice root, struct slice path, int64_t size,
                      int64_t modified, struct hash128 hash, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_EVENT_ADD, error);
    char packed[LEDGER_HASH_BYTES];
    if (!statement)
        return false;
    ledger_pack_hash(hash, packed);
    statement_bind_text(statement, 1, slice_of_string(type));
    statement_bind_integer(statement, 2, clock_nanoseconds());
    statement_bind_text(statement, 3, root);
    statement_bind_bytes(statement, 4, path);
    statement_bind_integer(statement, 5, size);
    statement_bind_integer(statement, 6, modified);
    statement_bind_bytes(statement, 7, slice_of(packed, sizeof packed));
    statement_bind_integer(statement, 8, ledger->run);
    return statement_run(statement, error);
}

/* Finds the row of the current file. *is_there false: there is none. */
static bool find_file(struct ledger *ledger, bool *is_there, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_FILE_FIND, error);
    struct ledger_current *current = &ledger->current;
    if (!statement)
        return false;
    statement_bind_text(statement, 1, buffer_slice(&ledger->root));
    statement_bind_bytes(statement, 2, buffer_slice(&ledger->path));
    if (!statement_step(statement, is_there, error))
        return false;
    if (*is_there) {
        current->number = statement_integer(statement, 0);
        current->hash = ledger_unpack_hash(statement_bytes(statement, 7));
        current->was_done = statement_integer(statement, 9) == LEDGER_DONE;
    }
    statement_reset(statement);
    return true;
}

static bool add_file(struct ledger *ledger, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_FILE_ADD, error);
    if (!statement)
        return false;
    statement_bind_text(statement, 1, buffer_slice(&ledger->root));
    statement_bind_bytes(statement, 2, buffer_slice(&ledger->path));
    statement_bind_integer(statement, 3, ledger->run);
    bool is_good = statement_run(statement, error);
    ledger->current.number = database_last_number(ledger->database);
    return is_good;
}

/* One parameter pair, no result. */
static bool run_with(struct ledger *ledger, enum ledger_query query, int64_t first, int64_t second, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, query, error);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, first);
    if (second >= 0)
        statement_bind_integer(statement, 2, second);
    return statement_run(statement, error);
}

/* Pending from now on, and of no known state: a kill in the middle has it read again. */
bool ledger_file_begin(struct ledger *ledger, struct slice root, struct slice path, struct error *error)
{
    struct ledger_current *current = &ledger->current;
    bool is_there;
    *current = (struct ledger_current){ 0 };
    buffer_reset(&ledger->root);
    buffer_reset(&ledger->path);
    buffer_append_slice(&ledger->root, root);
    buffer_append_slice(&ledger->path, path);
    if (!ledger_start_writing(ledger, error) || !find_file(ledger, &is_there, error))
        return false;
    current->is_new = !is_there;
    if (!is_there)
        return add_file(ledger, error);
    return run_with(ledger, QUERY_FILE_OPEN, current->number, ledger->run, error) &&
           run_with(ledger, QUERY_FAULTS_CLEAR, current->number, -1, error);
}

static bool put_document(struct ledger *ledger, struct slice id, uint64_t hash, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_DOCUMENT_PUT, error);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, ledger->current.number);
    statement_bind_text(statement, 2, id);
    statement_bind_integer(statement, 3, (int64_t)hash);
    statement_bind_integer(statement, 4, ledger->run);
    return statement_run(statement, error);
}

static bool mark_seen(struct ledger *ledger, struct slice id, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_DOCUMENT_SEEN, error);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, ledger->current.number);
    statement_bind_text(statement, 2, id);
    statement_bind_integer(statement, 3, ledger->run);
    return statement_run(statement, error);
}

bool ledger_document(struct ledger *ledger, struct slice id, uint64_t hash, enum ledger_document_change *change,
                     struct error *error)
{
    struct ledger_current *current = &ledger->current;
    current->documents++;
    *change = LEDGER_DOCUMENT_NEW;
    if (!current->is_new) {
        struct statement *statement = ledger_statement(ledger, QUERY_DOCUMENT_FIND, error);
        bool is_there;
        if (!statement)
            return false;
        statement_bind_integer(statement, 1, current->number);
        statement_bind_text(statement, 2, id);
        if (!statement_step(statement, &is_there, error))
            return false;
        if (is_there) {
            bool is_same = current->was_done && statement_integer(statement, 0) == (int64_t)hash &&
                           statement_integer(statement, 1) == 0;
            *change = is_same ? LEDGER_DOCUMENT_SAME : LEDGER_DOCUMENT_CHANGED;
        }
        statement_reset(statement);
    }
    if (*change == LEDGER_DOCUMENT_SAME)
        return mark_seen(ledger, id, error);
    current->put_out++;
    return put_document(ledger, id, hash, error);
}

bool ledger_fault(struct ledger *ledger, const struct error *fault, struct error *error)
{
    struct ledger_current *current = &ledger->current;
    if (current->faults++ >= LEDGER_FAULTS_MAXIMUM)
        return true;
    struct statement *statement = ledger_statement(ledger, QUERY_FAULT_ADD, error);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, current->number);
    statement_bind_integer(statement, 2, current->faults);
    statement_bind_text(statement, 3, slice_of_string(code_entry(fault->code)->name));
    statement_bind_text(statement, 4, slice_of_string(fault->file));
    statement_bind_integer(statement, 5, fault->line);
    statement_bind_integer(statement, 6, fault->column);
    statement_bind_text(statement, 7, slice_of_string(fault->field));
    statement_bind_text(statement, 8, slice_of_string(fault->message));
    return statement_run(statement, error);
}

/* Whether another file's document has the id: then a tombstone would take that one. */
static bool is_elsewhere(struct ledger *ledger, int64_t number, struct slice id, bool *is_there, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_DOCUMENT_OTHER, error);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, number);
    statement_bind_text(statement, 2, id);
    bool is_good = statement_step(statement, is_there, error);
    statement_reset(statement);
    return is_good;
}

/* The file's documents that the run did not meet; run 0: all. */
static bool bury_old(struct ledger *ledger, int64_t number, int64_t run, const struct ledger_tombstones *tombstones,
                     int64_t *count, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_DOCUMENT_OLD, error);
    bool has_row = statement != NULL, is_good = has_row, is_any = false;
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, number);
    statement_bind_integer(statement, 2, run);
    while (is_good && has_row) {
        bool is_there = false;
        is_good = statement_step(statement, &has_row, error);
        if (!is_good || !has_row)
            break;
        is_any = true;
        struct slice id = statement_text(statement, 0);
        is_good = is_elsewhere(ledger, number, id, &is_there, error);
        if (is_good && !is_there) {
            tombstones->add(tombstones->context, id);
            ++*count;
        }
    }
    statement_reset(statement);
    return is_good && (!is_any || run_with(ledger, QUERY_DOCUMENT_LEAVES, number, run, error));
}

static bool write_file(struct ledger *ledger, const struct ledger_reading *reading, int64_t sequence,
                       struct error *error)
{
    const struct ledger_current *current = &ledger->current;
    struct statement *statement = ledger_statement(ledger, QUERY_FILE_END, error);
    char hash[LEDGER_HASH_BYTES], recipe[LEDGER_HASH_BYTES];
    if (!statement)
        return false;
    bool is_done = current->put_out == 0 && (current->was_done || current->is_new);
    ledger_pack_hash(reading->hash, hash);
    ledger_pack_hash(reading->recipe, recipe);
    statement_bind_integer(statement, 1, current->number);
    statement_bind_integer(statement, 2, reading->is_stable && reading->is_whole ? reading->stamp.size : -1);
    statement_bind_integer(statement, 3, reading->stamp.modified);
    statement_bind_integer(statement, 4, reading->stamp.changed);
    statement_bind_integer(statement, 5, reading->stamp.inode);
    statement_bind_integer(statement, 6, reading->checked);
    statement_bind_bytes(statement, 7, slice_of(hash, sizeof hash));
    statement_bind_bytes(statement, 8, slice_of(recipe, sizeof recipe));
    statement_bind_integer(statement, 9, is_done ? LEDGER_DONE : LEDGER_PENDING);
    statement_bind_integer(statement, 10, ledger->run);
    statement_bind_integer(statement, 11, current->documents);
    statement_bind_integer(statement, 12, current->faults);
    statement_bind_integer(statement, 13, sequence);
    return statement_run(statement, error);
}

bool ledger_file_end(struct ledger *ledger, const struct ledger_reading *reading,
                     const struct ledger_tombstones *tombstones, struct error *error)
{
    struct ledger_current *current = &ledger->current;
    struct slice root = buffer_slice(&ledger->root), path = buffer_slice(&ledger->path);
    int64_t sequence = 0;
    if (!current->is_new && reading->is_whole &&
        !bury_old(ledger, current->number, ledger->run, tombstones, &current->put_out, error))
        return false;
    bool is_changed =
        current->is_new || current->hash.low != reading->hash.low || current->hash.high != reading->hash.high;
    if (is_changed) {
        if (!add_event(ledger, current->is_new ? "CREATE" : "UPDATE", root, path, reading->stamp.size,
                       reading->stamp.modified, reading->hash, error))
            return false;
        sequence = database_last_number(ledger->database);
    }
    add_to_digest(ledger, root, path, reading->hash);
    ledger->put_out += current->put_out;
    return write_file(ledger, reading, sequence, error);
}

bool ledger_file_touch(struct ledger *ledger, int64_t number, const struct ledger_stamp *stamp, int64_t checked,
                       struct error *error)
{
    if (!database_is_open(ledger->database) && !database_begin(ledger->database, error))
        return false;
    struct statement *statement = ledger_statement(ledger, QUERY_FILE_TOUCH, error);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, number);
    statement_bind_integer(statement, 2, stamp->size);
    statement_bind_integer(statement, 3, stamp->modified);
    statement_bind_integer(statement, 4, stamp->changed);
    statement_bind_integer(statement, 5, stamp->inode);
    statement_bind_integer(statement, 6, checked);
    return statement_run(statement, error);
}

/* Its names go to the ledger's buffers, since the statement's texts end with it. */
static bool get_file(struct ledger *ledger, int64_t number, struct ledger_file *file, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_FILE_GET, error);
    bool is_there;
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, number);
    if (!statement_step(statement, &is_there, error))
        return false;
    if (!is_there)
        return error_set(error, E_LEDGER, "'%s' is damaged: file %lld is missing", database_path(ledger->database),
                         (long long)number);
    buffer_reset(&ledger->root);
    buffer_reset(&ledger->path);
    buffer_append_slice(&ledger->root, statement_text(statement, 0));
    buffer_append_slice(&ledger->path, statement_bytes(statement, 1));
    file->stamp.size = statement_integer(statement, 2);
    file->stamp.modified = statement_integer(statement, 3);
    file->hash = ledger_unpack_hash(statement_bytes(statement, 4));
    file->state = statement_integer(statement, 5) == LEDGER_GONE ? LEDGER_GONE : LEDGER_DONE;
    statement_reset(statement);
    return true;
}

bool ledger_file_gone(struct ledger *ledger, int64_t number, const struct ledger_tombstones *tombstones,
                      struct error *error)
{
    struct ledger_file file = { 0 };
    int64_t count = 0;
    if (!ledger_start_writing(ledger, error) || !get_file(ledger, number, &file, error) ||
        !bury_old(ledger, number, 0, tombstones, &count, error))
        return false;
    struct slice root = buffer_slice(&ledger->root), path = buffer_slice(&ledger->path);
    if (file.state != LEDGER_GONE &&
        !add_event(ledger, "DELETE", root, path, file.stamp.size, file.stamp.modified, file.hash, error))
        return false;
    add_to_digest(ledger, root, path, (struct hash128){ 0, 0 });
    ledger->put_out++; /* also a file without documents is forgotten by an acknowledgement */
    return run_with(ledger, QUERY_FILE_GONE, number, ledger->run, error);
}

bool ledger_commit(struct ledger *ledger, struct error *error)
{
    return !database_is_open(ledger->database) || database_commit(ledger->database, error);
}

bool ledger_run_end(struct ledger *ledger, struct ledger_mark *mark, bool *has_mark, struct error *error)
{
    *has_mark = false;
    if (ledger->run == 0)
        return ledger_commit(ledger, error);
    struct statement *statement = ledger_statement(ledger, QUERY_RUN_END, error);
    char packed[LEDGER_HASH_BYTES];
    if (!statement || !ledger_start_writing(ledger, error))
        return false;
    *mark = (struct ledger_mark){ ledger->run, hash_stream_digest_128(ledger->digest) };
    ledger_pack_hash(mark->digest, packed);
    statement_bind_integer(statement, 1, mark->run);
    statement_bind_integer(statement, 2, clock_nanoseconds());
    statement_bind_bytes(statement, 3, slice_of(packed, sizeof packed));
    if (ledger->put_out > 0)
        statement_bind_nothing(statement, 4);
    else
        statement_bind_integer(statement, 4, clock_nanoseconds());
    if (!statement_run(statement, error) || !ledger_commit(ledger, error))
        return false;
    *has_mark = ledger->put_out > 0;
    ledger->run = 0;
    hash_stream_free(ledger->digest);
    ledger->digest = NULL;
    return true;
}
