/* ledger_mark.c - the end of a run: its mark in the stream, its acknowledgement, the journal's length. */
#include "base/clock.h"
#include "base/memory.h"
#include "store/ledger_private.h"
#include "json/json.h"

void ledger_mark_append(const struct ledger_mark *mark, struct buffer *line)
{
    char digest[HASH128_TEXT + 1];
    hash128_format(mark->digest, digest);
    buffer_append_format(line, "{\"garner\":{\"ledger\":{\"run\":%lld,\"digest\":\"%s\"}}}", (long long)mark->run,
                         digest);
}

static bool parse_digest(struct slice text, struct hash128 *digest)
{
    *digest = (struct hash128){ 0, 0 };
    if (text.length != HASH128_TEXT)
        return false;
    for (size_t i = 0; i < HASH128_TEXT; i++) {
        char digit = text.bytes[i];
        bool is_decimal = digit >= '0' && digit <= '9';
        if (!is_decimal && !(digit >= 'a' && digit <= 'f'))
            return false;
        uint64_t value = (uint64_t)(is_decimal ? digit - '0' : digit - 'a' + 10);
        uint64_t *half = i < HASH128_TEXT / 2 ? &digest->high : &digest->low;
        *half = *half << 4 | value;
    }
    return true;
}

bool ledger_mark_parse(struct slice line, struct ledger_mark *mark)
{
    struct error unused;
    struct json_value whole;
    if (!json_scan(line, &whole, &unused))
        return false;
    struct json_value ledger = json_member(json_member(whole, SLICE("garner")), SLICE("ledger"));
    struct json_value digest = json_member(ledger, SLICE("digest"));
    return json_integer(json_member(ledger, SLICE("run")), &mark->run) && digest.type == JSON_STRING &&
           parse_digest(slice_between(digest.text, 1, digest.text.length - 1), &mark->digest);
}

static bool find_run(struct ledger *ledger, const struct ledger_mark *mark, bool *is_done, struct error *error)
{
    struct statement *statement = ledger_statement(ledger, QUERY_RUN_FIND, error);
    bool is_there;
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, mark->run);
    if (!statement_step(statement, &is_there, error))
        return false;
    char packed[LEDGER_HASH_BYTES];
    ledger_pack_hash(mark->digest, packed);
    bool is_same = is_there && slice_equal(statement_bytes(statement, 0), slice_of(packed, sizeof packed));
    *is_done = is_same && statement_kind(statement, 1) != CELL_NULL;
    statement_reset(statement);
    return is_same || error_set(error, E_LEDGER, "the stream's run %lld is not one of '%s': it has another ledger",
                                (long long)mark->run, database_path(ledger->database));
}

bool ledger_check_mark(struct ledger *ledger, const struct ledger_mark *mark, struct error *error)
{
    bool is_done;
    return find_run(ledger, mark, &is_done, error);
}

static bool settle(struct ledger *ledger, int64_t run, struct error *error)
{
    static const enum ledger_query steps[] = { QUERY_DONE_DOCUMENTS, QUERY_DONE_GONE_DOCUMENTS, QUERY_DONE_GONE_FAULTS,
                                               QUERY_DONE_GONE_FILES, QUERY_DONE_FILES };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct statement *statement = ledger_statement(ledger, steps[i], error);
        if (!statement)
            return false;
        statement_bind_integer(statement, 1, run);
        if (!statement_run(statement, error))
            return false;
    }
    struct statement *statement = ledger_statement(ledger, QUERY_RUN_ACKNOWLEDGE, error);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, run);
    statement_bind_integer(statement, 2, clock_nanoseconds());
    return statement_run(statement, error);
}

bool ledger_acknowledge(struct ledger *ledger, const struct ledger_mark *mark, struct error *error)
{
    bool is_done = false;
    if (!database_begin(ledger->database, error))
        return false;
    bool is_good = find_run(ledger, mark, &is_done, error) && (is_done || settle(ledger, mark->run, error)) &&
                   database_commit(ledger->database, error);
    if (!is_good)
        database_roll_back(ledger->database);
    return is_good;
}

bool ledger_prune_journal(struct ledger *ledger, int64_t events, double seconds, struct error *error)
{
    struct buffer sql = { 0 };
    if (events >= 0)
        buffer_append_format(&sql, "delete from event where sequence<=(select max(sequence) from event)-%lld;",
                             (long long)events);
    if (seconds >= 0) {
        int64_t oldest = clock_nanoseconds() - (int64_t)(seconds * 1e9);
        buffer_append_format(&sql, "delete from event where time<%lld;", (long long)oldest);
    }
    bool is_good = sql.length == 0 || database_execute(ledger->database, buffer_string(&sql), error);
    buffer_release(&sql);
    return is_good;
}
