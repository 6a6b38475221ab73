/* ledger.c - the ledger's tables, and reading them. */
#include "store/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "store/ledger_private.h"

enum {
    LEDGER_APPLICATION = 0x67726e4c, /* "grnL" */
    LEDGER_VERSION = 1,
    SCAN_ROWS = 1000,
    COARSE_NANOSECONDS = 2100000000, /* FAT keeps every second second, old NFS and ext3 every one */
    FINE_NANOSECONDS = 100000000     /* others the kernel's tick */
};

/* clang-format off */
#define FILE_COLUMNS "number,path,size,modified,changed,inode,checked,hash,recipe,state,documents,faults"

static const char *const queries[QUERY_COUNT] = {
    [QUERY_SCAN] = "select " FILE_COLUMNS " from file where root=?1 and path>?2 order by path limit ?3",
    [QUERY_RUN_BEGIN] = "insert into run(started) values(?1)",
    [QUERY_RUN_END] = "update run set ended=?2,digest=?3,acknowledged=?4 where number=?1",
    [QUERY_RUN_FIND] = "select digest,acknowledged from run where number=?1",
    [QUERY_RUN_ACKNOWLEDGE] = "update run set acknowledged=?2 where number=?1",
    [QUERY_FILE_FIND] = "select " FILE_COLUMNS " from file where root=?1 and path=?2",
    [QUERY_FILE_GET] = "select root,path,size,modified,hash,state from file where number=?1",
    [QUERY_FILE_ADD] = "insert into file(root,path,size,modified,changed,inode,checked,state,run) "
                       "values(?1,?2,-1,0,0,0,0,0,?3)",
    [QUERY_FILE_OPEN] = "update file set size=-1,state=0,run=?2 where number=?1",
    [QUERY_FILE_END] = "update file set size=?2,modified=?3,changed=?4,inode=?5,checked=?6,hash=?7,recipe=?8,state=?9,"
                       "run=?10,documents=?11,faults=?12,sequence=max(sequence,?13) where number=?1",
    [QUERY_FILE_TOUCH] = "update file set size=?2,modified=?3,changed=?4,inode=?5,checked=?6 where number=?1",
    [QUERY_FILE_GONE] = "update file set size=-1,state=2,run=?2 where number=?1",
    [QUERY_DOCUMENT_FIND] = "select hash,is_gone from document where file=?1 and id=?2",
    [QUERY_DOCUMENT_PUT] = "insert or replace into document(file,id,hash,run,is_gone) values(?1,?2,?3,?4,0)",
    [QUERY_DOCUMENT_SEEN] = "update document set run=?3 where file=?1 and id=?2",
    [QUERY_DOCUMENT_OLD] = "select id from document where file=?1 and run<>?2",
    [QUERY_DOCUMENT_LEAVES] = "update document set is_gone=1 where file=?1 and run<>?2",
    [QUERY_DOCUMENT_OTHER] = "select 1 from document join file on file.number=document.file where document.id=?2 and "
                             "document.file<>?1 and is_gone=0 and state<>2 limit 1",
    [QUERY_FAULTS_CLEAR] = "delete from fault where file=?1",
    [QUERY_FAULT_ADD] = "insert into fault(file,position,code,place,line,column_number,field,message) "
                        "values(?1,?2,?3,?4,?5,?6,?7,?8)",
    [QUERY_FAULTS] = "select code,place,line,column_number,field,message,faults from fault join file on file.number=fault.file "
                     "where fault.file=?1 order by position",
    [QUERY_EVENT_ADD] = "insert into event(type,time,root,path,size,modified,hash,run) values(?1,?2,?3,?4,?5,?6,?7,?8)",
    [QUERY_DONE_DOCUMENTS] = "delete from document where is_gone=1 and file in "
                             "(select number from file where run=?1 and state=0)",
    [QUERY_DONE_GONE_DOCUMENTS] = "delete from document where file in (select number from file where run=?1 and state=2)",
    [QUERY_DONE_GONE_FAULTS] = "delete from fault where file in (select number from file where run=?1 and state=2)",
    [QUERY_DONE_GONE_FILES] = "delete from file where run=?1 and state=2",
    [QUERY_DONE_FILES] = "update file set state=1 where run=?1 and state=0",
};
/* clang-format on */

void ledger_pack_hash(struct hash128 hash, char bytes[LEDGER_HASH_BYTES])
{
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (char)(hash.high >> (56 - 8 * i));
        bytes[8 + i] = (char)(hash.low >> (56 - 8 * i));
    }
}

struct hash128 ledger_unpack_hash(struct slice bytes)
{
    struct hash128 hash = { 0, 0 };
    for (unsigned i = 0; i < 8 && bytes.length == LEDGER_HASH_BYTES; i++) {
        hash.high = hash.high << 8 | (unsigned char)bytes.bytes[i];
        hash.low = hash.low << 8 | (unsigned char)bytes.bytes[8 + i];
    }
    return hash;
}

struct ledger *ledger_open(const char *path, enum ledger_access access, double wait_seconds, struct error *error)
{
    struct database_settings settings = { .path = path,
                                          .access = access == LEDGER_READ          ? DATABASE_READ
                                                    : access == LEDGER_ACKNOWLEDGE ? DATABASE_WRITE
                                                                                   : DATABASE_CREATE,
                                          .title = "a ledger of 'garner ingest'",
                                          .application = LEDGER_APPLICATION,
                                          .version = LEDGER_VERSION,
                                          .schema = ledger_schema,
                                          .wait_seconds = wait_seconds };
    struct database *database = database_open(&settings, error);
    if (!database)
        return NULL;
    struct ledger *ledger = memory_allocate_zeroed(1, sizeof *ledger);
    ledger->database = database;
    return ledger;
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    for (size_t i = 0; i < QUERY_COUNT; i++)
        statement_free(ledger->statements[i]);
    database_close(ledger->database);
    hash_stream_free(ledger->digest);
    buffer_release(&ledger->root);
    buffer_release(&ledger->path);
    memory_free(ledger);
}

struct database *ledger_database(struct ledger *ledger)
{
    return ledger->database;
}

/* The application_id stands at offset 68 of every SQLite file, big-endian. */
bool ledger_is_at(const char *path)
{
    static const char magic[16] = "SQLite format 3";
    unsigned char header[72];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t length = descriptor >= 0 ? read(descriptor, header, sizeof header) : -1;
    if (descriptor >= 0)
        close(descriptor);
    if (length != (ssize_t)sizeof header || memcmp(header, magic, sizeof magic) != 0)
        return false;
    uint32_t application =
        (uint32_t)header[68] << 24 | (uint32_t)header[69] << 16 | (uint32_t)header[70] << 8 | header[71];
    return application == LEDGER_APPLICATION;
}

void ledger_lock_path(const char *path, struct buffer *lock_path)
{
    buffer_append_string(lock_path, path);
    buffer_append_string(lock_path, ".lock");
}

struct statement *ledger_statement(struct ledger *ledger, enum ledger_query query, struct error *error)
{
    if (!ledger->statements[query])
        ledger->statements[query] = statement_create(ledger->database, queries[query], error);
    return ledger->statements[query];
}

bool ledger_is_current(const struct ledger_file *file, const struct ledger_stamp *stamp)
{
    const struct ledger_stamp *known = &file->stamp;
    if (file->state != LEDGER_DONE || known->size != stamp->size || known->modified != stamp->modified ||
        known->changed != stamp->changed || known->inode != stamp->inode)
        return false;
    int64_t latest = known->modified > known->changed ? known->modified : known->changed;
    int64_t margin = known->modified % 1000000000 == 0 ? COARSE_NANOSECONDS : FINE_NANOSECONDS;
    return latest < file->checked - margin;
}

struct ledger_scan {
    struct ledger *ledger;
    struct arena arena; /* of the page */
    struct buffer root, last;
    struct ledger_file *files;
    size_t count, next;
    bool is_started, is_last_page;
};

struct ledger_scan *ledger_scan_open(struct ledger *ledger, struct slice root)
{
    struct ledger_scan *scan = memory_allocate_zeroed(1, sizeof *scan);
    scan->ledger = ledger;
    buffer_append_slice(&scan->root, root);
    scan->files = memory_allocate_zeroed(SCAN_ROWS, sizeof *scan->files);
    return scan;
}

void ledger_scan_close(struct ledger_scan *scan)
{
    if (!scan)
        return;
    arena_release(&scan->arena);
    buffer_release(&scan->root);
    buffer_release(&scan->last);
    memory_free(scan->files);
    memory_free(scan);
}

static void take_file(const struct statement *statement, struct arena *arena, struct ledger_file *file)
{
    *file = (struct ledger_file){ .number = statement_integer(statement, 0),
                                  .path = arena_copy(arena, statement_bytes(statement, 1)),
                                  .stamp = { .size = statement_integer(statement, 2),
                                             .modified = statement_integer(statement, 3),
                                             .changed = statement_integer(statement, 4),
                                             .inode = statement_integer(statement, 5) },
                                  .checked = statement_integer(statement, 6),
                                  .hash = ledger_unpack_hash(statement_bytes(statement, 7)),
                                  .recipe = ledger_unpack_hash(statement_bytes(statement, 8)),
                                  .documents = statement_integer(statement, 10),
                                  .faults = statement_integer(statement, 11) };
    int64_t state = statement_integer(statement, 9);
    file->state = state == LEDGER_DONE ? LEDGER_DONE : state == LEDGER_GONE ? LEDGER_GONE : LEDGER_PENDING;
}

static bool read_page(struct ledger_scan *scan, struct error *error)
{
    struct statement *statement = ledger_statement(scan->ledger, QUERY_SCAN, error);
    if (!statement)
        return false;
    statement_bind_text(statement, 1, buffer_slice(&scan->root));
    if (scan->is_started)
        statement_bind_bytes(statement, 2, buffer_slice(&scan->last));
    else
        statement_bind_integer(statement, 2, 0); /* below every path, the empty one, too */
    statement_bind_integer(statement, 3, SCAN_ROWS);
    arena_reset(&scan->arena);
    scan->count = scan->next = 0;
    scan->is_started = true;
    bool has_row = true;
    while (has_row) {
        if (!statement_step(statement, &has_row, error))
            return false;
        if (has_row)
            take_file(statement, &scan->arena, &scan->files[scan->count++]);
        if (scan->count == SCAN_ROWS)
            has_row = false;
    }
    statement_reset(statement);
    scan->is_last_page = scan->count < SCAN_ROWS;
    if (scan->count > 0) {
        buffer_reset(&scan->last);
        buffer_append_slice(&scan->last, scan->files[scan->count - 1].path);
    }
    return true;
}

bool ledger_scan_next(struct ledger_scan *scan, const struct ledger_file **file, struct error *error)
{
    *file = NULL;
    if (scan->next == scan->count && !scan->is_last_page && !read_page(scan, error))
        return false;
    if (scan->next < scan->count)
        *file = &scan->files[scan->next++];
    return true;
}

static void take_fault(const struct statement *statement, struct error *fault)
{
    struct buffer place = { 0 };
    struct slice message = statement_text(statement, 5);
    enum code code = code_find(statement_text(statement, 0));
    error_set(fault, code == E_NONE ? E_DATA : code, "%.*s", (int)message.length, message.bytes);
    buffer_append_slice(&place, statement_text(statement, 1));
    error_place(fault, buffer_string(&place), statement_integer(statement, 2), statement_integer(statement, 3));
    error_field(fault, statement_text(statement, 4));
    buffer_release(&place);
}

bool ledger_faults(struct ledger *ledger, int64_t number, void (*tell)(void *context, const struct error *fault),
                   void *context, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_FAULTS, error);
    struct error fault;
    int64_t told = 0, faults = 0;
    bool has_row = true;
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, number);
    while (has_row) {
        if (!statement_step(statement, &has_row, error))
            return false;
        if (!has_row)
            break;
        take_fault(statement, &fault);
        faults = statement_integer(statement, 6);
        tell(context, &fault);
        told++;
    }
    if (told < faults) {
        struct error rest;
        error_set(&rest, fault.code, "%lld more faults", (long long)(faults - told));
        error_place(&rest, fault.file, 0, 0);
        tell(context, &rest);
    }
    return true;
}

bool ledger_count(struct ledger *ledger, struct ledger_counts *counts, struct error *error)
{
    static const char query[] =
        "select count(*),ifnull(sum(state=0),0),ifnull(sum(state=2),0),ifnull(sum(state=1 and faults>0 and "
        "documents=0),0),"
        "(select count(*) from document where is_gone=0),(select count(*) from fault),(select count(*) from event),"
        "(select count(*) from run) from file";
    struct statement *statement = statement_create(ledger->database, query, error);
    bool has_row = false;
    bool is_good = statement && statement_step(statement, &has_row, error);
    if (is_good && has_row)
        *counts = (struct ledger_counts){ .files = statement_integer(statement, 0),
                                          .pending = statement_integer(statement, 1),
                                          .gone = statement_integer(statement, 2),
                                          .failed = statement_integer(statement, 3),
                                          .documents = statement_integer(statement, 4),
                                          .faults = statement_integer(statement, 5),
                                          .events = statement_integer(statement, 6),
                                          .runs = statement_integer(statement, 7) };
    statement_free(statement);
    return is_good;
}
