/* index.c - writes records into an index: new versions in, old ones out, one commit. */
#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/number.h"
#include "cli/parse.h"
#include "cli/say.h"
#include "index/prepare.h"
#include "index_acknowledge.h"
#include "tools.h"
#include "json/path.h"

struct index_options {
    const char *path;
    struct option_list deletes;
    const char *commit_every;
    bool compacts;
    int64_t memory;
    double wait;
    const char *language;
    unsigned metric;
    struct option_list fields;
    const char *query_prefix, *document_prefix;
    const char *embedded_field;
    const char *acknowledge;
};

static const char *const metrics[] = { "", "cosine", "dot", "euclidean", NULL };

#define FIELD(name) OPTION_FIELD(struct index_options, name)
static const struct option index_options[] = {
    { .name = "path",
      .is_operand = true,
      .is_required = true,
      FIELD(path),
      .meaning = MEANING_FOLDER,
      .argument = "DIR",
      .help = "the index: a folder, made when it is missing" },
    { .name = "delete",
      FIELD(deletes),
      .keeps_commas = true,
      .argument = "ID",
      .help = "remove a document with all its chunks, or one record",
      .details =
          "The id of a document or of a record. Repeat the option for more. What the stream brings under the same "
          "id comes after it." },
    { .name = "commit-every",
      FIELD(commit_every),
      .argument = "N|TIME",
      .help = "make visible what is complete after N records, or after 1s, 5m, 1h",
      .details =
          "Without it everything becomes visible at the end, or nothing. Only whole documents are committed: one is "
          "complete when the next begins, or when a live stream pauses for --max-delay. Small commits are merged as "
          "they pile up." },
    { .name = "acknowledge",
      FIELD(acknowledge),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "note in this ledger, after each commit, what arrived from 'garner ingest --ledger'",
      .details = "A run of ingest ends with a mark in its stream; once what stands before the mark is committed, the "
                 "ledger calls it done. What was not acknowledged comes out again in the next run." },
    { .name = "compact",
      FIELD(compacts),
      .help = "merge all segments and give back the space of what was removed",
      .details = "Happens by itself, bit by bit; this does all of it now." },
    { .name = "memory",
      FIELD(memory),
      .meaning = MEANING_BYTES,
      .argument = "SIZE",
      .initial = "256M",
      .minimum = 16 << 20,
      .maximum = 1e15,
      .help = "gather so much before a part goes to disk" },
    { .name = "wait",
      FIELD(wait),
      .meaning = MEANING_SECONDS,
      .argument = "TIME",
      .initial = "10",
      .minimum = 0,
      .maximum = 1e9,
      .help = "how long to wait for another writer's commit",
      .details = "The lock is held only during a commit. After that time the exit code is 75." },
    { .name = "language",
      FIELD(language),
      .heading = "Settled by the first record",
      .argument = "NAME",
      .help = "language of stems and stop words; none for neither [english]" },
    { .name = "field",
      FIELD(fields),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "text that lexical search sees [title,text]" },
    { .name = "metric",
      FIELD(metric),
      .choices = metrics,
      .argument = "NAME",
      .help = "nearness of vectors: cosine, dot, euclidean [cosine]" },
    { .name = "query-prefix",
      FIELD(query_prefix),
      .argument = "TEXT",
      .help = "what the model wants in front of a query",
      .details = "For instance 'query: '. Kept in the index; 'garner query' puts it there." },
    { .name = "document-prefix",
      FIELD(document_prefix),
      .argument = "TEXT",
      .help = "what stood in front of each text when it was embedded" },
    { .name = "embedded-field",
      FIELD(embedded_field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .initial = "text",
      .help = "the text that was embedded: one is kept, so that a query by another model is refused" },
    { .name = NULL },
};

struct commit_rule {
    int64_t records; /* 0: not by count */
    double seconds;  /* 0: not by time */
};

/* "1000", "30s", "5m", "1h". */
static bool parse_rule(const char *text, struct commit_rule *rule, struct error *error)
{
    *rule = (struct commit_rule){ 0 };
    if (!text)
        return true;
    struct slice number = slice_of_string(text);
    double factor = slice_ends_with(number, SLICE("s")) ? 1 : slice_ends_with(number, SLICE("m")) ? 60 : 0;
    if (slice_ends_with(number, SLICE("h")))
        factor = 3600;
    double seconds = 0;
    if (factor > 0 && number_parse_double(slice_of(text, number.length - 1), &seconds) && seconds > 0) {
        rule->seconds = seconds * factor;
        return true;
    }
    if (number_parse_integer(number, &rule->records) && rule->records > 0)
        return true;
    return error_set(error, E_USAGE, "--commit-every: '%s' is neither a number of records nor a time such as 30s",
                     text);
}

static bool check_language(const char *language, struct error *error)
{
    size_t count = 0;
    while (analyser_languages[count]) {
        if (!language || strcmp(analyser_languages[count], language) == 0)
            return true;
        count++;
    }
    const char *nearest = nearest_name(slice_of_string(language), analyser_languages, count);
    if (nearest)
        return error_set(error, E_USAGE, "--language: no language '%s', nearest is '%s'", language, nearest);
    return error_set(error, E_USAGE, "--language: no language '%s'; see 'garner help index'", language);
}

static bool index_check(const struct tool_call *call, struct error *error)
{
    const struct index_options *options = call->options;
    struct commit_rule rule;
    struct arena arena = { 0 };
    struct json_path path;
    bool is_good = parse_rule(options->commit_every, &rule, error) && check_language(options->language, error) &&
                   json_path_compile(slice_of_string(options->embedded_field), &arena, &path, error);
    for (size_t i = 0; i < options->fields.count && is_good; i++) {
        is_good = json_path_compile(slice_of_string(options->fields.values[i]), &arena, &path, error);
    }
    arena_release(&arena);
    return is_good;
}

/* Deleting and compacting alone take no records. */
static bool index_reads_nothing(const struct tool_call *call)
{
    const struct index_options *options = call->options;
    return (options->deletes.count || options->compacts) && call->common.inputs.count == 0;
}

/* Owned: index_writer_close(). */
static struct index_writer *open_writer(const struct index_options *options, struct arena *arena, struct error *error)
{
    struct index_writer_settings settings = { .folder = options->path,
                                              .memory = (size_t)options->memory,
                                              .wait_seconds = options->wait,
                                              .has_metric = options->metric > 0,
                                              .compacts = options->compacts };
    struct index_settings *wanted = &settings.wanted;
    wanted->language = slice_of_string(options->language);
    wanted->query_prefix = slice_of_string(options->query_prefix);
    wanted->document_prefix = slice_of_string(options->document_prefix);
    wanted->metric = options->metric ? (enum vector_metric)(options->metric - 1) : METRIC_COSINE;
    struct slice *fields = arena_allocate(arena, (options->fields.count + 1) * sizeof *fields);
    for (size_t i = 0; i < options->fields.count; i++)
        fields[i] = slice_of_string(options->fields.values[i]);
    wanted->fields = fields;
    wanted->field_count = options->fields.count;
    return index_writer_open(&settings, error);
}

/* First stage, on all processors: records to rows. */
struct preparing {
    struct arena arena;
    struct row_plan plan;
    struct analyser *analyser;
    struct worker {
        struct analyser_scratch *scratch; /* NULL until the worker has work */
    } * workers;
};

/* The writer is opened for its settings alone: it touches nothing before its first commit. */
static bool prepare_open(struct stage *stage, struct error *error)
{
    const struct index_options *options = stage->options;
    struct preparing *preparing = memory_allocate_zeroed(1, sizeof *preparing);
    stage->state = preparing;
    struct index_writer *writer = open_writer(stage->options, &preparing->arena, error);
    if (!writer)
        return false;
    const struct index_settings *settings = index_writer_settings_of(writer);
    preparing->workers = memory_allocate_zeroed(stage->run->jobs, sizeof preparing->workers[0]);
    preparing->analyser = analyser_open(settings->language, error);
    bool is_good = preparing->analyser && row_plan_make(settings, slice_of_string(options->embedded_field),
                                                        &preparing->arena, &preparing->plan, error);
    index_writer_close(writer);
    return is_good;
}

static enum flow prepare_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                              struct error *error)
{
    struct preparing *preparing = stage->state;
    struct worker *own = &preparing->workers[worker];
    if (!own->scratch)
        own->scratch = analyser_scratch_create(preparing->analyser);
    struct index_new_row *rows = arena_allocate(&batch->arena, (batch->count + 1) * sizeof *rows);
    size_t kept = 0;
    bool goes_on = true;
    for (size_t i = 0; i < batch->count && goes_on; i++) {
        struct error fault;
        error_reset(&fault);
        if (row_prepare(&preparing->plan, own->scratch, batch, &batch->records[i], &rows[kept], &fault))
            batch->records[kept++] = batch->records[i];
        else
            goes_on = batch_reject(batch, stage, &batch->records[i], &fault);
    }
    batch->count = kept;
    batch->payload = rows;
    return sink_emit(sink, batch, error);
}

static void prepare_close(struct stage *stage)
{
    struct preparing *preparing = stage->state;
    if (!preparing)
        return;
    for (unsigned i = 0; preparing->workers && i < stage->run->jobs; i++)
        analyser_scratch_free(preparing->workers[i].scratch);
    memory_free(preparing->workers);
    analyser_close(preparing->analyser);
    arena_release(&preparing->arena);
    memory_free(preparing);
    stage->state = NULL;
}

/* In a pipe the one who writes may stop to think in the middle of a document. */
#define DOCUMENT_PAUSE_SECONDS 0.2

/* Second stage: rows into the index, in order. */
struct writing {
    struct arena arena;
    struct index_writer *writer;
    struct commit_rule rule;
    int64_t records_since;   /* since the last commit */
    double committed;        /* when that was, seconds */
    double received;         /* when the last record came */
    struct buffer tombstone; /* the document of the last record, if that was one */
    bool is_dry_run;
    struct acknowledgement acknowledgement;
    bool is_at_mark; /* the last thing that came says that all before it is whole */
};

static bool write_open(struct stage *stage, struct error *error)
{
    const struct index_options *options = stage->options;
    struct writing *writing = memory_allocate_zeroed(1, sizeof *writing);
    stage->state = writing;
    writing->is_dry_run = stage->run->is_dry_run;
    writing->committed = clock_seconds();
    if (!parse_rule(options->commit_every, &writing->rule, error) ||
        !acknowledgement_open(&writing->acknowledgement, options->acknowledge, options->wait, error))
        return false;
    writing->writer = open_writer(options, &writing->arena, error);
    if (!writing->writer)
        return false;
    for (size_t i = 0; i < options->deletes.count && !writing->is_dry_run; i++)
        if (!index_writer_delete_id(writing->writer, slice_of_string(options->deletes.values[i]), error))
            return false;
    return true;
}

static bool is_due(const struct writing *writing)
{
    const struct commit_rule *rule = &writing->rule;
    return (rule->records && writing->records_since >= rule->records) ||
           (rule->seconds > 0 && clock_seconds() - writing->committed >= rule->seconds);
}

static bool commit(struct writing *writing, enum commit_extent extent, struct error *error)
{
    if (!writing->is_dry_run && (!index_writer_commit(writing->writer, extent, error) ||
                                 !acknowledgement_send(&writing->acknowledgement, error)))
        return false;
    writing->records_since = 0;
    writing->committed = clock_seconds();
    return true;
}

/* Faults that only the record itself has. */
static bool is_of_record(const struct error *error)
{
    return error->code == E_FIELD_MISSING || error->code == E_FIELD_VALUE || error->code == E_FIELD_TYPE;
}

/* The documents before it are whole, and so is the last one. */
static bool write_mark(struct writing *writing, const struct record *record, struct error *error)
{
    if (!acknowledgement_add(&writing->acknowledgement, record->line, error))
        return false;
    buffer_reset(&writing->tombstone);
    writing->records_since++; /* there is something to acknowledge */
    writing->is_at_mark = true;
    return writing->is_dry_run || index_writer_end_document(writing->writer, error);
}

static bool write_row(struct writing *writing, const struct record *record, const struct index_new_row *row,
                      struct error *error)
{
    bool is_tombstone = record->kind == RECORD_TOMBSTONE;
    if (record->kind == RECORD_MARK)
        return write_mark(writing, record, error);
    writing->is_at_mark = false;
    /* A tombstone and the new version behind it are one change. */
    bool is_same = slice_equal(buffer_slice(&writing->tombstone), row->document);
    bool is_between = is_tombstone || (!is_same && !index_writer_continues(writing->writer, row->document));
    if (is_between && is_due(writing) && !commit(writing, COMMIT_ALL, error))
        return false;
    buffer_reset(&writing->tombstone);
    if (is_tombstone)
        buffer_append_slice(&writing->tombstone, row->document);
    writing->records_since++;
    if (writing->is_dry_run)
        return is_tombstone || index_writer_check(writing->writer, row, error);
    if (is_tombstone)
        return index_writer_delete_document(writing->writer, row->document, error);
    return index_writer_add(writing->writer, row, error);
}

static enum flow write_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    (void)worker;
    struct writing *writing = stage->state;
    const struct index_new_row *rows = batch->payload;
    bool goes_on = true;
    for (size_t i = 0; i < batch->count && goes_on; i++) {
        const struct record *record = &batch->records[i];
        struct error fault;
        error_reset(&fault);
        if (write_row(writing, record, &rows[i], &fault))
            continue;
        error_place(&fault, record->file, record->line_number, 0);
        if (!is_of_record(&fault)) {
            *error = fault;
            batch_free(batch);
            return FLOW_ERROR;
        }
        goes_on = batch_reject(batch, stage, record, &fault);
    }
    batch->count = 0;
    writing->received = clock_seconds();
    return sink_emit(sink, batch, error);
}

/* A live stream pauses: its last document counts as complete when nothing of it came for a while. */
static bool is_paused(const struct stage *stage)
{
    const struct writing *writing = stage->state;
    const struct run_settings *run = stage->run;
    double delay = run->max_delay > 0 ? run->max_delay : DOCUMENT_PAUSE_SECONDS;
    return run->flush_ends_document || writing->is_at_mark || clock_seconds() - writing->received >= delay;
}

static enum flow write_flush(struct stage *stage, struct sink *sink, struct error *error)
{
    struct writing *writing = stage->state;
    (void)sink;
    bool has_rule = writing->rule.records || writing->rule.seconds > 0;
    bool is_wanted = is_due(writing) || (stage->run->is_stopping && has_rule);
    if (!is_wanted || writing->records_since == 0 || !is_paused(stage))
        return FLOW_OK;
    return commit(writing, COMMIT_PAUSED, error) ? FLOW_OK : FLOW_ERROR;
}

static void say_changes(const struct stage *stage, const struct index_changes *changes)
{
    if (stage->run->verbosity == 0 && isatty(STDERR_FILENO) != 1)
        return;
    const struct index_options *options = stage->options;
    say_note(stage->step,
             "'%s': %" PRId64 " documents added, %" PRId64 " replaced, %" PRId64 " deleted; %" PRId64 " rows now",
             options->path, changes->documents_added, changes->documents_replaced, changes->documents_deleted,
             changes->row_count);
}

/* A mistyped id should not pass for a deletion. */
static void say_missing(const struct stage *stage, const struct index_writer *writer)
{
    const struct index_options *options = stage->options;
    for (size_t i = 0; i < options->deletes.count; i++) {
        struct slice id = slice_of_string(options->deletes.values[i]);
        struct error warning;
        if (index_writer_was_there(writer, id))
            continue;
        error_set(&warning, E_FIELD_VALUE, "--delete: there is no document or record '%.*s'", (int)id.length, id.bytes);
        say_warning(stage->step, &warning);
    }
}

static enum flow write_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct writing *writing = stage->state;
    (void)sink;
    if (writing->is_dry_run)
        return FLOW_OK;
    if (!commit(writing, COMMIT_ALL, error))
        return FLOW_ERROR;
    say_missing(stage, writing->writer);
    say_changes(stage, index_writer_changes(writing->writer));
    return FLOW_OK;
}

static void write_close(struct stage *stage)
{
    struct writing *writing = stage->state;
    if (!writing)
        return;
    index_writer_close(writing->writer);
    acknowledgement_close(&writing->acknowledgement);
    arena_release(&writing->arena);
    buffer_release(&writing->tombstone);
    memory_free(writing);
    stage->state = NULL;
}

static void write_summarize(const struct stage *stage, struct buffer *json)
{
    const struct writing *writing = stage->state;
    if (!writing || !writing->writer)
        return;
    const struct index_changes *changes = index_writer_changes(writing->writer);
    buffer_append_format(json,
                         "\"rows_added\":%" PRId64 ",\"rows_removed\":%" PRId64 ",\"documents_added\":%" PRId64
                         ",\"documents_replaced\":%" PRId64 ",\"documents_deleted\":%" PRId64 ",\"commits\":%" PRId64
                         ",\"rows\":%" PRId64,
                         changes->added, changes->removed, changes->documents_added, changes->documents_replaced,
                         changes->documents_deleted, changes->commits, changes->row_count);
}

static const struct stage_class prepare_stage = {
    .name = "index",
    .is_parallel = true,
    .open = prepare_open,
    .push = prepare_push,
    .close = prepare_close,
};
static const struct stage_class write_stage = {
    .name = "index",
    .is_terminal = true,
    .open = write_open,
    .push = write_push,
    .flush = write_flush,
    .finish = write_finish,
    .close = write_close,
    .summarize = write_summarize,
};
static const struct stage_class *const index_stages[] = { &prepare_stage, &write_stage, NULL };

#define NOTES                                                                                                          \
    "{\"id\":\"tea.md\",\"text\":\"Green tea is steeped at 70 degrees.\"}\n"                                           \
    "{\"id\":\"coffee.md\",\"text\":\"Coffee wants water just off the boil.\"}\n"

static const struct tool_example index_examples[] = {
    { "garner index kb", NOTES, "", "from a stream of records; 'garner query kb tea' finds them" },
    { "garner index kb --delete notes/old.md --compact", NULL, "", "remove a document for good" },
    { .command = NULL },
};

const struct tool tool_index = {
    .name = "index",
    .summary = "Write records into an index, document by document",
    .description =
        "Takes records with id and text, and with the embedding that 'garner embed' adds; without one the index is for "
        "lexical search alone. A document's records replace all that the index held of it: its chunks by "
        "metadata.document_id, else the record of the same id. A tombstone ({\"id\": DOCUMENT, \"deleted\": true}) "
        "removes it.\n\n"
        "Nothing is visible before the whole stream ended well, and then all of it at once: a kill at any moment "
        "leaves "
        "the old state or the new one. Readers are never blocked; several writers queue for their commits. Of a stream "
        "that breaks off nothing is used, unless --commit-every made whole documents visible before.\n\n"
        "Model, dimension, language and fields are settled by the first record; other vectors are refused (exit 78).",
    .group = GROUP_SEARCH,
    .reads = TOOL_RECORDS,
    .writes = TOOL_NOTHING,
    .options = index_options,
    .options_bytes = sizeof(struct index_options),
    .check = index_check,
    .reads_nothing = index_reads_nothing,
    .examples = index_examples,
    .stages = index_stages,
};
