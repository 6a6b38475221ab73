/* verify.c - says whether a file or folder is whole. */
#include <errno.h>
#include <inttypes.h>

#include "cli/say.h"
#include "dataset/shard_set.h"
#include "index/verify.h"
#include "look.h"
#include "record/record.h"
#include "store/cache.h"
#include "store/ledger.h"
#include "stream/lines.h"
#include "tools.h"
#include "json/write.h"

struct verify_options {
    struct option_list paths;
    bool is_sealed;
    unsigned format;
};

#define FIELD(name) OPTION_FIELD(struct verify_options, name)
static const struct option verify_options[] = {
    { .name = "path",
      .is_operand = true,
      .is_required = true,
      FIELD(paths),
      .meaning = MEANING_FILE,
      .argument = "PATH",
      .help = "an index, a ledger, a set of shards or a file of records; - is stdin" },
    { .name = "sealed",
      FIELD(is_sealed),
      .help = "a file of records must end with its seal",
      .details = "Tools write one with --seal. A file without it may be cut between two lines." },
    LOOK_FORMAT_ROW(struct verify_options),
    { .name = NULL },
};

enum { FAULTS_SHOWN = 20, READ_SECONDS = 10 /* wait for a run that writes a ledger */ };

/* One path under test. */
struct check {
    size_t faults;
    int exit_code;
    const char *kind;
    int64_t records;
};

/* The faults of a database. */
struct database_check {
    struct check *check;
    const char *path;
};

static void add_fault(void *context, const struct error *error)
{
    struct check *check = context;
    if (check->faults++ < FAULTS_SHOWN)
        say_error("verify", error);
    int exit_code = error_exit_code(error);
    if (check->exit_code == EXIT_DONE || exit_code != EXIT_NO)
        check->exit_code = exit_code;
}

static void check_index(const char *path, struct check *check)
{
    check->kind = "index";
    index_verify(path, add_fault, check);
    struct error error = { 0 };
    struct index *index = check->faults ? NULL : index_open(path, &error);
    if (index)
        check->records = (int64_t)index->manifest.row_count;
    else if (check->faults == 0)
        add_fault(check, &error);
    index_close(index);
}

static void check_cache(const char *path, struct check *check)
{
    struct cache_info info;
    struct error error = { 0 };
    check->kind = "cache";
    if (!cache_verify(path, add_fault, check, &info, &error))
        add_fault(check, &error);
    for (unsigned kind = 0; kind <= CACHE_KIND_MAXIMUM; kind++)
        check->records += info.entries[kind];
}

static void check_shards(const char *path, struct check *check)
{
    struct shard_totals totals = { 0 };
    struct error error = { 0 };
    check->kind = "shards";
    if (!shard_set_verify(path, add_fault, check, &totals, &error))
        add_fault(check, &error);
    check->records = totals.rows;
}

/* A segment alone: its checksums, without a manifest to compare with. */
static void check_segment(const char *path, struct check *check)
{
    struct sections sections;
    struct error error = { 0 };
    check->kind = "segment";
    bool is_open = sections_open(path, NULL, FILE_ANY, &sections, &error);
    if (!is_open || !sections_verify(&sections, path, &error))
        add_fault(check, &error);
    if (!is_open)
        return;
    check->records = (int64_t)sections.header->row_count;
    sections_close(&sections);
}

struct record_check {
    struct check *check;
    const char *path;
    bool is_ended; /* by an error record or a seal */
    bool is_sealed;
    struct arena arena; /* of one line */
};

static void fault_at(struct record_check *records, int64_t line, struct error *error)
{
    error_place(error, records->path, line, 0);
    add_fault(records->check, error);
}

static void check_seal(struct record_check *records, struct slice line, int64_t number)
{
    struct error error = { 0 };
    int64_t count = record_seal_count(line);
    records->is_ended = records->is_sealed = true;
    if (count != records->check->records) {
        error_set(&error, E_UNSEALED, "the seal counts %" PRId64 " records, there are %" PRId64, count,
                  records->check->records);
        fault_at(records, number, &error);
    }
}

static bool check_line(void *context, struct slice line, int64_t number, struct error *reading_error)
{
    struct record_check *records = context;
    struct error error = { 0 };
    struct json_object object;
    enum record_kind kind = record_kind_of(line);
    (void)reading_error;
    if (records->is_ended) {
        error_set(&error, E_DATA, "a line after the end of the stream");
        fault_at(records, number, &error);
    } else if (kind == RECORD_ERROR) {
        error_set(&error, E_UPSTREAM, "the stream ends with the failure of its writer");
        fault_at(records, number, &error);
        records->is_ended = true;
    } else if (kind == RECORD_END) {
        check_seal(records, line, number);
    } else {
        records->check->records++;
        if (!json_scan_object(line, &records->arena, &object, &error))
            fault_at(records, number, &error);
        arena_reset(&records->arena);
    }
    return true;
}

static void check_records(const char *path, bool must_be_sealed, struct check *check)
{
    struct record_check records = { .check = check, .path = path };
    struct error error = { 0 };
    check->kind = "records";
    struct input *input = input_open(path, NULL, &error);
    if (!input) {
        add_fault(check, &error);
        return;
    }
    struct lines *lines = lines_create(input, 0);
    if (!lines_visit(lines, check_line, &records, &error)) {
        add_fault(check, &error);
    } else if (must_be_sealed && !records.is_sealed && check->faults == 0) {
        error_set(&error, E_UNSEALED, "it ends without a seal: its writer did not finish");
        fault_at(&records, 0, &error);
    }
    arena_release(&records.arena);
    lines_close(lines);
}

static void report_fault(void *context, const char *fault)
{
    struct database_check *database = context;
    struct error error = { 0 };
    error_set(&error, E_LEDGER, "%s", fault);
    error_place(&error, database->path, 0, 0);
    add_fault(database->check, &error);
}

static void check_database(const char *path, struct check *check)
{
    struct database_check database = { check, path };
    struct error error = { 0 };
    check->kind = "ledger";
    struct ledger_counts counts = { 0 };
    struct ledger *ledger = ledger_open(path, LEDGER_READ, READ_SECONDS, &error);
    if (!ledger || !ledger_count(ledger, &counts, &error) ||
        !database_check(ledger_database(ledger), FAULTS_SHOWN, report_fault, &database, &error))
        add_fault(check, &error);
    check->records = counts.files;
    ledger_close(ledger);
}

static void check_path(const char *path, const struct verify_options *options, struct check *check)
{
    struct error error = { 0 };
    switch (look_at(path).kind) {
    case LOOK_MISSING:
        error_set_system(&error, E_NO_INPUT, errno, "cannot open '%s'", path);
        add_fault(check, &error);
        break;
    case LOOK_FOLDER:
        if (cache_is_one(path))
            check_cache(path, check);
        else if (shard_set_is_one(path))
            check_shards(path, check);
        else
            check_index(path, check);
        break;
    case LOOK_SEGMENT:
        check_segment(path, check);
        break;
    case LOOK_DATABASE:
        check_database(path, check);
        break;
    case LOOK_STREAM:
    case LOOK_FILE:
        if (shard_set_is_one(path))
            check_shards(path, check);
        else
            check_records(path, options->is_sealed, check);
        break;
    }
}

/* What a kind of file is counted in. */
static const char *unit_of(const char *kind)
{
    return strcmp(kind, "records") == 0 ? "records" : strcmp(kind, "ledger") == 0 ? "files" : "rows";
}

static bool show(struct tool_call *call, const char *path, const struct check *check, struct error *error)
{
    const struct verify_options *options = call->options;
    struct buffer text = { 0 };
    if (options->format == LOOK_JSON) {
        buffer_append_string(&text, "{\"path\":");
        json_append_string(&text, slice_of_string(path));
        buffer_append_format(&text, ",\"kind\":\"%s\",\"whole\":%s,\"faults\":%zu,\"records\":%" PRId64 "}\n",
                             check->kind ? check->kind : "unknown", check->faults ? "false" : "true", check->faults,
                             check->records);
    } else {
        text_append_printable(&text, slice_of_string(path));
        if (check->faults)
            buffer_append_format(&text, ": %zu %s\n", check->faults, check->faults == 1 ? "fault" : "faults");
        else
            buffer_append_format(&text, ": whole (%s, %" PRId64 " %s)\n", check->kind, check->records,
                                 unit_of(check->kind));
    }
    bool is_done = output_write(call->output, buffer_slice(&text), error);
    buffer_release(&text);
    return is_done;
}

static int verify_run(struct tool_call *call, struct error *error)
{
    const struct verify_options *options = call->options;
    int exit_code = EXIT_DONE;
    for (size_t i = 0; i < options->paths.count; i++) {
        struct check check = { 0 };
        check_path(options->paths.values[i], options, &check);
        if (!show(call, options->paths.values[i], &check, error))
            return error_exit_code(error);
        if (check.exit_code)
            exit_code = check.exit_code;
    }
    return exit_code;
}

static const struct tool_example verify_examples[] = {
    { "garner verify -", "{\"id\":\"a\",\"text\":\"Tea.\"}\n", "-: whole (records, 1 records)\n", "a stream" },
    { .command = NULL },
};

const struct tool tool_verify = {
    .name = "verify",
    .summary = "Say whether a file or folder is whole",
    .description = "Reads every byte. Of an index: checksums of manifest, segments and sections, their structure, and "
                   "that ids, records and vectors agree; of a set of shards: digests, indexes and every row; of a file "
                   "of records: that each line is one JSON object in valid UTF-8, that its writer did not fail, and "
                   "with --sealed that nothing is missing. Each fault is one line on stderr that names file and place. "
                   "Exit code 0: whole; 65: damaged; 66: not there.",
    .group = GROUP_LOOK,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = verify_options,
    .options_bytes = sizeof(struct verify_options),
    .has_few_common = true,
    .examples = verify_examples,
    .run = verify_run,
};
