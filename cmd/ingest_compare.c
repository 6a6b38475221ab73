/* ingest_compare.c - the walk beside the ledger. */
#include "ingest_compare.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "document/sidecar.h"
#include "ingest_deletes.h"
#include "store/ledger.h"
#include "stream/files.h"

enum { BUSY_SECONDS = 60 /* another process's transaction is short */ };

struct comparison {
    const struct ingest_options *options;
    const struct ingest_settings *settings;
    struct file_lock lock;
    struct ledger *ledger; /* NULL: a dry run without a ledger */
    struct deletes_limit limit;
    struct hash128 recipe;
    size_t operand; /* under way; operand_count: none any more */
    bool has_operand;
    struct buffer root;
    struct ledger_scan *scan;
    const struct ledger_file *next; /* of the scan; NULL: at its end */
    struct buffer *faults;          /* paths that could not be read, each with a '/' at its end, in the walk's order */
    size_t fault_count, fault_capacity, first_fault;
    int64_t operand_files, operand_vanished;
    int64_t *numbers; /* of rows to bury */
    size_t number_count, number_capacity;
    struct ingest_known known;
    struct comparison_counts counts;
    int64_t opened; /* when */
    bool is_again;  /* not the first walk */
};

static bool lock_ledger(struct comparison *comparison, struct error *error)
{
    const char *ledger = comparison->options->ledger, *slash = strrchr(ledger, '/');
    struct buffer path = { 0 };
    buffer_append(&path, ledger, slash ? (size_t)(slash - ledger) : 0);
    if (path.length > 0 && !folder_create(buffer_string(&path), error)) {
        buffer_release(&path);
        return false;
    }
    buffer_reset(&path);
    ledger_lock_path(ledger, &path);
    bool is_good = file_lock_acquire(buffer_string(&path), comparison->options->wait, &comparison->lock, error);
    buffer_release(&path);
    return is_good;
}

struct comparison *comparison_open(const struct ingest_options *options, const struct ingest_settings *settings,
                                   bool is_dry_run, struct error *error)
{
    struct comparison *comparison = memory_allocate_zeroed(1, sizeof *comparison);
    comparison->options = options;
    comparison->settings = settings;
    comparison->lock.descriptor = -1;
    comparison->recipe = ingest_recipe(options);
    comparison->opened = clock_nanoseconds();
    bool is_there = access(options->ledger, F_OK) == 0 || errno != ENOENT;
    bool is_good = deletes_limit_parse(options->max_deletes, &comparison->limit, error) &&
                   (is_dry_run || lock_ledger(comparison, error));
    if (is_good && (!is_dry_run || is_there)) {
        comparison->ledger = ledger_open(options->ledger, is_dry_run ? LEDGER_READ : LEDGER_WRITE, BUSY_SECONDS, error);
        is_good = comparison->ledger != NULL;
    }
    if (is_good)
        return comparison;
    comparison_close(comparison);
    return NULL;
}

void comparison_close(struct comparison *comparison)
{
    if (!comparison)
        return;
    ledger_scan_close(comparison->scan);
    ledger_close(comparison->ledger);
    file_lock_release(&comparison->lock);
    for (size_t i = 0; i < comparison->fault_capacity; i++)
        buffer_release(&comparison->faults[i]);
    memory_free(comparison->faults);
    memory_free(comparison->numbers);
    buffer_release(&comparison->root);
    memory_free(comparison);
}

void comparison_restart(struct comparison *comparison)
{
    ledger_scan_close(comparison->scan);
    comparison->scan = NULL;
    comparison->next = NULL;
    comparison->operand = 0;
    comparison->has_operand = false;
    comparison->number_count = 0;
    comparison->counts = (struct comparison_counts){ 0 };
    comparison->is_again = true;
}

static bool advance(struct comparison *comparison, struct error *error)
{
    if (!ledger_scan_next(comparison->scan, &comparison->next, error))
        return false;
    if (comparison->next && comparison->next->state != LEDGER_GONE)
        comparison->operand_files++;
    return true;
}

/* Faults and rows come in the same order, so each fault is passed once. */
static bool is_unreadable(struct comparison *comparison, struct slice path)
{
    while (comparison->first_fault < comparison->fault_count) {
        struct slice fault = buffer_slice(&comparison->faults[comparison->first_fault]);
        struct slice place = slice_between(fault, 0, fault.length - 1);
        if (place.length == 0 || slice_equal(path, place) || slice_starts_with(path, fault))
            return true;
        if (slice_compare(fault, path) > 0)
            return false;
        comparison->first_fault++;
    }
    return false;
}

static void bury(struct comparison *comparison, int64_t number)
{
    if (comparison->number_count == comparison->number_capacity)
        comparison->numbers = memory_grow(comparison->numbers, &comparison->number_capacity,
                                          comparison->number_count + 1, sizeof *comparison->numbers);
    comparison->numbers[comparison->number_count++] = number;
}

/* The row's file was not met. */
static void note_missing(struct comparison *comparison, const struct ledger_file *file)
{
    if (is_unreadable(comparison, file->path))
        return;
    if (file->state == LEDGER_GONE) {
        if (comparison->is_again)
            return; /* its tombstones are out */
        comparison->counts.vanished_before++;
        bury(comparison, file->number);
        return;
    }
    comparison->counts.vanished++;
    comparison->operand_vanished++;
    if (comparison->options->prune)
        bury(comparison, file->number);
}

static bool start_operand(struct comparison *comparison, size_t operand, struct error *error)
{
    comparison->operand = operand;
    comparison->has_operand = true;
    comparison->operand_files = comparison->operand_vanished = 0;
    comparison->fault_count = comparison->first_fault = 0;
    buffer_reset(&comparison->root);
    walk_append_root(&comparison->settings->walk, operand, &comparison->root);
    comparison->next = NULL;
    if (!comparison->ledger)
        return true;
    comparison->scan = ledger_scan_open(comparison->ledger, buffer_slice(&comparison->root));
    return advance(comparison, error);
}

static bool finish_operand(struct comparison *comparison, struct error *error)
{
    while (comparison->next) {
        note_missing(comparison, comparison->next);
        if (!advance(comparison, error))
            return false;
    }
    ledger_scan_close(comparison->scan);
    comparison->scan = NULL;
    comparison->has_operand = false;
    const char *operand = comparison->settings->walk.operands[comparison->operand];
    return !comparison->options->prune ||
           deletes_limit_check_share(&comparison->limit, operand, comparison->operand_vanished,
                                     comparison->operand_files, error);
}

/* Up to that operand; those in between had nothing. */
static bool go_to_operand(struct comparison *comparison, size_t operand, struct error *error)
{
    size_t next = comparison->has_operand ? comparison->operand + 1 : comparison->operand;
    if (comparison->has_operand && comparison->operand == operand)
        return true;
    for (;;) {
        if (comparison->has_operand && !finish_operand(comparison, error))
            return false;
        comparison->operand = next;
        if (next > operand || next == comparison->settings->walk.operand_count)
            return true;
        if (!start_operand(comparison, next, error))
            return false;
        if (next++ == operand)
            return true;
    }
}

static struct ledger_stamp stamp_of(const struct comparison *comparison, const struct walk_file *file,
                                    const struct stat *status)
{
    struct file_state state = {
        .size = (int64_t)status->st_size,
        .modified = (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec,
        .changed = (int64_t)status->st_ctim.tv_sec * 1000000000 + status->st_ctim.tv_nsec,
        .inode = (int64_t)status->st_ino,
    };
    if (comparison->options->sidecars && (file->has_sidecar || file->is_operand))
        sidecar_add_state(file->path, &state);
    return (struct ledger_stamp){ state.size, state.modified, state.changed, state.inode };
}

static bool is_same_hash(struct hash128 a, struct hash128 b)
{
    return a.low == b.low && a.high == b.high;
}

/* Its documents are out and on their way. */
static bool is_under_way(const struct comparison *comparison, const struct ledger_file *row)
{
    return comparison->is_again && row->state == LEDGER_PENDING && row->checked >= comparison->opened;
}

/* The file has a row: what became of it since. */
static enum verdict judge(struct comparison *comparison, const struct walk_file *file, const struct ledger_file *found)
{
    struct ledger_file copy = *found;
    const struct ledger_file *row = &copy;
    if (is_under_way(comparison, found))
        copy.state = LEDGER_DONE;
    struct stat status;
    struct ingest_known *known = &comparison->known;
    bool is_of_recipe = is_same_hash(row->recipe, comparison->recipe);
    known->number = row->number;
    known->hash = row->hash;
    known->has_faults = row->faults > 0;
    known->may_be_same = row->state == LEDGER_DONE && row->stamp.size >= 0 && is_of_recipe;
    if (row->state != LEDGER_DONE) {
        comparison->counts.pending++;
        return VERDICT_READ;
    }
    if (known->may_be_same && walk_file_status(file, comparison->options->follow_links, &status)) {
        struct ledger_stamp stamp = stamp_of(comparison, file, &status);
        if (ledger_is_current(row, &stamp)) {
            comparison->counts.unchanged++;
            return known->has_faults ? VERDICT_REPEAT : VERDICT_UNCHANGED;
        }
    }
    comparison->counts.changed++;
    return VERDICT_READ;
}

bool comparison_file(struct comparison *comparison, const struct walk *walk, const struct walk_file *file,
                     enum verdict *verdict, const struct ingest_known **known, struct error *error)
{
    struct walk_place place = walk_place(walk);
    if (!go_to_operand(comparison, place.operand, error))
        return false;
    while (comparison->next && slice_compare(comparison->next->path, place.below) < 0) {
        note_missing(comparison, comparison->next);
        if (!advance(comparison, error))
            return false;
    }
    comparison->known = (struct ingest_known){ .root = buffer_slice(&comparison->root), .path = place.below };
    *known = &comparison->known;
    if (comparison->next && slice_equal(comparison->next->path, place.below)) {
        *verdict = judge(comparison, file, comparison->next);
        return advance(comparison, error);
    }
    *verdict = VERDICT_READ;
    comparison->counts.added++;
    return true;
}

bool comparison_fault(struct comparison *comparison, const struct walk *walk, struct error *error)
{
    struct walk_place place = walk_place(walk);
    if (!go_to_operand(comparison, place.operand, error))
        return false;
    if (comparison->fault_count == comparison->fault_capacity) {
        size_t capacity = comparison->fault_capacity;
        comparison->faults =
            memory_grow(comparison->faults, &capacity, comparison->fault_count + 1, sizeof *comparison->faults);
        for (size_t i = comparison->fault_capacity; i < capacity; i++)
            comparison->faults[i] = (struct buffer){ 0 };
        comparison->fault_capacity = capacity;
    }
    struct buffer *fault = &comparison->faults[comparison->fault_count++];
    buffer_reset(fault);
    buffer_append_slice(fault, place.below);
    buffer_append_byte(fault, '/');
    return true;
}

bool comparison_end(struct comparison *comparison, const int64_t **numbers, size_t *count, struct error *error)
{
    if (!go_to_operand(comparison, comparison->settings->walk.operand_count, error))
        return false;
    *numbers = comparison->numbers;
    *count = comparison->number_count;
    return !comparison->options->prune ||
           deletes_limit_check_count(&comparison->limit, comparison->counts.vanished, error);
}

const struct comparison_counts *comparison_counts(const struct comparison *comparison)
{
    return &comparison->counts;
}
