/* ingest.c - files, folders and archives to document records.
 *
 * Two stages. The first, in the driver's thread, walks and makes parcels of files; large archives and streams it
 * unpacks itself, so that their members can be decoded on all workers. The second, on every worker, opens and decodes.
 * Whatever the first one has to say travels in the parcels too: what comes out is in one order for any --jobs. */
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/say.h"
#include "ingest_ids.h"
#include "ingest_options.h"
#include "tools.h"

enum {
    PIECE_BYTES = 256 * 1024,       /* records, and members, go on in batches of about that size */
    FILE_WEIGHT = 32 * 1024,        /* what a file not yet opened counts for */
    SHARED_ARCHIVE_BYTES = 8 << 20, /* archives from here on are unpacked for all workers */
    DRY_RUN_LISTED = 1              /* verbosity at which --dry-run names every file */
};

static bool ingest_check(const struct tool_call *call, struct error *error)
{
    const struct ingest_options *options = call->options;
    struct ingest_settings settings;
    bool is_good = ingest_settings_make(options, &settings, error);
    if (is_good && options->paths.count == 0 && isatty(STDIN_FILENO))
        is_good = error_set(error, E_USAGE, "PATH is missing");
    if (is_good) {
        struct file_reader *reader = file_reader_create(&settings.file, error);
        is_good = reader != NULL;
        file_reader_free(reader);
    }
    ingest_settings_release(&settings);
    return is_good;
}

enum item_kind { ITEM_FILE, ITEM_MEMBER, ITEM_RECORD, ITEM_FAULT, ITEM_DROP };

/* One piece of work for the second stage; its batch has a record for each, so that they are counted. */
struct item {
    enum item_kind kind;
    struct walk_file file;
    struct file_member member;
    struct slice bytes; /* of the member, the record or the faulty row */
    const char *path;   /* of a record or drop */
    int64_t line;
    const struct document_format *format;
    struct error *fault;
};

/* The payload of a batch. */
struct parcel {
    struct item *items;
    size_t count, capacity;
    size_t weight;
    struct file_counts counts; /* of what was unpacked for it */
};

struct finder {
    struct ingest_settings settings;
    struct walk *walk;
    struct file_reader *reader; /* for what is unpacked here; made when needed */
    struct arena names;         /* of the file that is: the batch it was found for leaves meanwhile */
    struct sink *sink;          /* of the pull under way */
    struct batch *batch;        /* NULL until there is something to put in */
    enum flow flow;
    struct error *error;
    struct file_counts told; /* counts that left with parcels */
    int64_t files, bytes;
};

static bool finder_open(struct stage *stage, struct error *error)
{
    struct finder *finder = memory_allocate_zeroed(1, sizeof *finder);
    stage->state = finder;
    if (!ingest_settings_make(stage->options, &finder->settings, error))
        return false;
    finder->walk = walk_open(&finder->settings.walk, error);
    return finder->walk != NULL;
}

static struct batch *open_batch(struct finder *finder)
{
    if (!finder->batch) {
        finder->batch = batch_create();
        finder->batch->payload = arena_allocate_zeroed(&finder->batch->arena, 1, sizeof(struct parcel));
    }
    return finder->batch;
}

/* A new item at the end of the open batch. */
static struct item *add_item(struct finder *finder, enum item_kind kind, const char *path)
{
    struct batch *batch = open_batch(finder);
    struct parcel *parcel = batch->payload;
    if (parcel->count == parcel->capacity)
        parcel->items =
            arena_grow(&batch->arena, parcel->items, &parcel->capacity, parcel->count + 1, sizeof *parcel->items);
    struct item *item = &parcel->items[parcel->count++];
    *item = (struct item){ .kind = kind, .path = path };
    batch_append(batch)->file = path;
    return item;
}

static bool send_parcel(struct finder *finder)
{
    struct batch *batch = finder->batch;
    struct parcel *parcel = batch->payload;
    if (finder->reader) {
        const struct file_counts *counts = file_reader_counts(finder->reader);
        parcel->counts = (struct file_counts){ .links = counts->links - finder->told.links,
                                               .special = counts->special - finder->told.special,
                                               .members = counts->members - finder->told.members,
                                               .web_passed = counts->web_passed - finder->told.web_passed };
        finder->told = *counts;
    }
    finder->batch = NULL;
    finder->flow = sink_emit(finder->sink, batch, finder->error);
    return finder->flow == FLOW_OK;
}

/* false: nobody wants more. */
static bool add_weight(struct finder *finder, size_t weight)
{
    struct parcel *parcel = finder->batch->payload;
    parcel->weight += weight;
    return parcel->weight < PIECE_BYTES || send_parcel(finder);
}

/* No fault of the file: a library is missing, a process cannot be had, or somebody wants us to stop. */
static bool is_fatal(const struct error *error)
{
    return error->code == E_UNAVAILABLE || error->code == E_SYSTEM || error->signal != 0;
}

static bool post_record(void *context, struct slice record, const char *path, int64_t line)
{
    struct finder *finder = context;
    struct arena *arena = &open_batch(finder)->arena;
    struct item *item = add_item(finder, ITEM_RECORD, arena_copy_string(arena, slice_of_string(path)));
    item->bytes = arena_copy(arena, record);
    item->line = line;
    return add_weight(finder, record.length);
}

static bool post_fault(void *context, const struct error *error, struct slice raw)
{
    struct finder *finder = context;
    if (is_fatal(error)) {
        *finder->error = *error;
        finder->flow = FLOW_ERROR;
        return false;
    }
    struct arena *arena = &open_batch(finder)->arena;
    struct item *item = add_item(finder, ITEM_FAULT, "");
    item->bytes = arena_copy(arena, raw);
    item->fault = arena_allocate(arena, sizeof *item->fault);
    *item->fault = *error;
    return add_weight(finder, raw.length + sizeof *item->fault);
}

static bool post_drop(void *context, const char *path, const struct document_format *format)
{
    struct finder *finder = context;
    struct arena *arena = &open_batch(finder)->arena;
    struct item *item = add_item(finder, ITEM_DROP, arena_copy_string(arena, slice_of_string(path)));
    item->format = format;
    return add_weight(finder, sizeof *item);
}

static bool post_member(void *context, const struct file_member *member, struct slice bytes)
{
    struct finder *finder = context;
    struct arena *arena = &open_batch(finder)->arena;
    struct item *item = add_item(finder, ITEM_MEMBER, arena_copy_string(arena, slice_of_string(member->path)));
    item->member = *member;
    item->member.path = item->path;
    item->member.source = arena_copy(arena, member->source);
    item->member.name = arena_copy(arena, member->name);
    item->member.raw_name = arena_copy(arena, member->raw_name);
    item->member.mime = arena_copy(arena, member->mime);
    item->member.metadata = arena_copy(arena, member->metadata);
    item->bytes = arena_copy(arena, bytes);
    return add_weight(finder, bytes.length + sizeof *item);
}

/* A large archive or a stream: unpacked in this thread, so that the workers decode what is in it. */
static bool unpack_here(struct finder *finder, const struct walk_file *file)
{
    struct file_sink sink = { finder, post_record, post_fault, post_drop, post_member };
    if (!finder->reader)
        finder->reader = file_reader_create(&finder->settings.file, finder->error);
    if (!finder->reader) {
        finder->flow = FLOW_ERROR;
        return false;
    }
    arena_reset(&finder->names);
    struct walk_file kept = *file;
    kept.path = arena_copy_string(&finder->names, slice_of_string(file->path));
    kept.source = arena_copy(&finder->names, file->source);
    return file_reader_read(finder->reader, &kept, &sink);
}

/* --dry-run: the file is counted and not handed on. */
static void count_only(struct stage *stage, const struct walk_file *file)
{
    struct finder *finder = stage->state;
    int64_t bytes = walk_file_size(file);
    finder->bytes += bytes > 0 ? bytes : 0;
    stage->in++;
    say_detail(DRY_RUN_LISTED, stage->class->name, "would read %s (%lld bytes)", file->path,
               (long long)(bytes > 0 ? bytes : 0));
}

static bool take_file(struct stage *stage, const struct walk_file *file)
{
    struct finder *finder = stage->state;
    finder->files++;
    if (stage->run->is_dry_run) {
        count_only(stage, file);
        return true;
    }
    if (file->is_operand || file->is_archive) {
        int64_t bytes = walk_file_size(file);
        if (bytes < 0 || (file->is_archive && bytes >= SHARED_ARCHIVE_BYTES))
            return unpack_here(finder, file);
    }
    add_item(finder, ITEM_FILE, file->path)->file = *file;
    return add_weight(finder, FILE_WEIGHT);
}

static enum flow finder_pull(struct stage *stage, struct sink *sink, struct error *error)
{
    struct finder *finder = stage->state;
    struct error fault;
    struct walk_file file;
    finder->sink = sink;
    finder->error = error;
    finder->flow = FLOW_OK;
    bool goes_on = true;
    do {
        switch (walk_next(finder->walk, &open_batch(finder)->arena, &file, &fault)) {
        case WALK_FILE:
            goes_on = take_file(stage, &file);
            break;
        case WALK_FAULT:
            goes_on = post_fault(finder, &fault, slice_of("", 0));
            break;
        case WALK_END:
            send_parcel(finder);
            return finder->flow == FLOW_OK ? FLOW_STOP : finder->flow;
        }
    } while (goes_on && finder->batch); /* one parcel a pull, so that progress is seen */
    return finder->flow;
}

static enum flow finder_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    (void)sink;
    (void)error;
    const struct finder *finder = stage->state;
    const struct walk_counts *counts = walk_counts(finder->walk);
    long long links = counts->links + counts->loops;
    if (stage->run->is_dry_run)
        say_note(stage->class->name, "would read %lld files, %lld bytes", (long long)finder->files,
                 (long long)finder->bytes);
    if (links > 0)
        say_detail(1, stage->class->name, "%lld symbolic links passed over%s", links,
                   counts->links ? " (--follow-links reads them)" : ", which lead back to a folder above");
    if (counts->special > 0)
        say_detail(1, stage->class->name, "%lld pipes, sockets and devices passed over", (long long)counts->special);
    return FLOW_OK;
}

static void finder_close(struct stage *stage)
{
    struct finder *finder = stage->state;
    walk_close(finder->walk);
    file_reader_free(finder->reader);
    batch_free(finder->batch);
    arena_release(&finder->names);
    ingest_settings_release(&finder->settings);
    memory_free(finder);
}

static void finder_summarize(const struct stage *stage, struct buffer *json)
{
    const struct finder *finder = stage->state;
    const struct walk_counts none = { 0 }, *counts = finder && finder->walk ? walk_counts(finder->walk) : &none;
    long long files = finder ? finder->files : 0, links = counts->links + counts->loops;
    buffer_append_format(json, "\"files\":%lld,\"links_passed\":%lld,\"special_passed\":%lld,\"excluded\":%lld", files,
                         links, (long long)counts->special, (long long)counts->excluded);
}

static const struct stage_class finder_class = {
    .name = "ingest",
    .open = finder_open,
    .pull = finder_pull,
    .finish = finder_finish,
    .close = finder_close,
    .summarize = finder_summarize,
};

/* The second stage. */
struct worker {
    struct file_reader *reader;
    struct file_counts counts; /* of what was unpacked for its parcels */
    int64_t *left_out;         /* by format: files dropped */
};

struct readers {
    struct ingest_settings settings;
    struct worker *workers; /* stage->run->jobs of them */
    size_t format_count;
};

/* Where the records of one parcel go. The batch that was pushed owns the parcel and leaves last, emptied. */
struct outflow {
    const struct stage *stage;
    struct sink *sink;
    struct worker *worker;
    bool stops_at_reject;
    struct batch *batch; /* NULL until there is something to put in */
    const char *path;    /* the last one, in the batch's arena */
    enum flow flow;
    struct error *error;
};

static bool readers_open(struct stage *stage, struct error *error)
{
    struct readers *readers = memory_allocate_zeroed(1, sizeof *readers);
    stage->state = readers;
    document_formats(&readers->format_count);
    readers->workers = memory_allocate_zeroed(stage->run->jobs, sizeof *readers->workers);
    if (!ingest_settings_make(stage->options, &readers->settings, error))
        return false;
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        struct worker *worker = &readers->workers[i];
        worker->left_out = memory_allocate_zeroed(readers->format_count, sizeof *worker->left_out);
        worker->reader = file_reader_create(&readers->settings.file, error);
        if (!worker->reader)
            return false;
    }
    return true;
}

static struct batch *open_output(struct outflow *outflow)
{
    if (!outflow->batch) {
        outflow->batch = batch_create();
        outflow->batch->stops_at_reject = outflow->stops_at_reject;
        outflow->path = NULL;
    }
    return outflow->batch;
}

static bool send_output(struct outflow *outflow)
{
    struct batch *batch = outflow->batch;
    outflow->batch = NULL;
    if (batch)
        outflow->flow = sink_emit(outflow->sink, batch, outflow->error);
    return outflow->flow == FLOW_OK;
}

/* Records of one file share its path. */
static const char *keep_path(struct outflow *outflow, const char *path)
{
    struct batch *batch = open_output(outflow);
    if (!outflow->path || strcmp(path, outflow->path) != 0)
        outflow->path = arena_copy_string(&batch->arena, slice_of_string(path));
    return outflow->path;
}

static bool take_record(void *context, struct slice record, const char *path, int64_t line)
{
    struct outflow *outflow = context;
    struct batch *batch = open_output(outflow);
    struct record *kept = batch_append(batch);
    kept->line = arena_copy(&batch->arena, record);
    kept->file = keep_path(outflow, path);
    kept->line_number = line;
    batch->bytes += record.length;
    return batch->bytes < PIECE_BYTES || send_output(outflow);
}

static bool take_reject(void *context, const struct error *error, struct slice raw)
{
    struct outflow *outflow = context;
    if (is_fatal(error)) {
        *outflow->error = *error;
        outflow->flow = FLOW_ERROR;
        return false;
    }
    struct batch *batch = open_output(outflow);
    struct record row = { .file = "", .line = arena_copy(&batch->arena, raw) };
    batch->bytes += raw.length;
    bool goes_on = batch_reject(batch, outflow->stage, &row, error);
    if (raw.length == 0) /* a file: there are no bytes to keep */
        batch->outcomes[batch->outcome_count - 1].is_raw = false;
    return goes_on && (batch->bytes < PIECE_BYTES || send_output(outflow));
}

static bool take_drop(void *context, const char *path, const struct document_format *format)
{
    struct outflow *outflow = context;
    size_t count;
    struct record file = { .file = keep_path(outflow, path) };
    batch_drop(outflow->batch, outflow->stage, &file, format->name, NULL, format->title);
    outflow->worker->left_out[format - document_formats(&count)]++;
    return true;
}

static bool take_item(struct outflow *outflow, const struct item *item)
{
    struct file_reader *reader = outflow->worker->reader;
    struct file_sink sink = { outflow, take_record, take_reject, take_drop, NULL };
    switch (item->kind) {
    case ITEM_FILE:
        return file_reader_read(reader, &item->file, &sink);
    case ITEM_MEMBER:
        return file_reader_decode(reader, &item->member, item->bytes, &sink);
    case ITEM_RECORD:
        return take_record(outflow, item->bytes, item->path, item->line);
    case ITEM_FAULT:
        return take_reject(outflow, item->fault, item->bytes);
    case ITEM_DROP:
        break;
    }
    return take_drop(outflow, item->path, item->format);
}

static enum flow readers_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                              struct error *error)
{
    struct readers *readers = stage->state;
    const struct parcel *parcel = batch->payload;
    struct outflow outflow = { .stage = stage,
                               .sink = sink,
                               .worker = &readers->workers[worker],
                               .stops_at_reject = batch->stops_at_reject,
                               .error = error };
    outflow.worker->counts.links += parcel->counts.links;
    outflow.worker->counts.special += parcel->counts.special;
    outflow.worker->counts.members += parcel->counts.members;
    outflow.worker->counts.web_passed += parcel->counts.web_passed;
    bool goes_on = true;
    for (size_t i = 0; i < parcel->count && goes_on; i++)
        goes_on = take_item(&outflow, &parcel->items[i]);
    if (outflow.flow == FLOW_OK)
        send_output(&outflow);
    else
        batch_free(outflow.batch);
    size_t taken;
    struct error unused;
    batch_take_records(batch, &taken);
    enum flow last = sink_emit(sink, batch, outflow.flow == FLOW_OK ? error : &unused);
    return outflow.flow != FLOW_OK ? outflow.flow : last;
}

static int64_t count_left_out(const struct stage *stage, size_t format)
{
    const struct readers *readers = stage->state;
    int64_t count = 0;
    for (unsigned i = 0; i < stage->run->jobs; i++)
        count += readers->workers[i].left_out[format];
    return count;
}

static struct file_counts sum_counts(const struct stage *stage)
{
    const struct readers *readers = stage->state;
    struct file_counts sum = { 0 };
    for (unsigned i = 0; readers && i < stage->run->jobs; i++) {
        const struct worker *worker = &readers->workers[i];
        const struct file_counts none = { 0 }, *own = worker->reader ? file_reader_counts(worker->reader) : &none;
        sum.links += own->links + worker->counts.links;
        sum.special += own->special + worker->counts.special;
        sum.members += own->members + worker->counts.members;
        sum.web_passed += own->web_passed + worker->counts.web_passed;
    }
    return sum;
}

static enum flow readers_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    (void)sink;
    (void)error;
    size_t format_count;
    const struct document_format *formats = document_formats(&format_count);
    struct buffer kinds = { 0 };
    int64_t total = 0;
    for (size_t i = 0; i < format_count; i++) {
        int64_t count = count_left_out(stage, i);
        total += count;
        if (count > 0)
            buffer_append_format(&kinds, "%s%s %lld", kinds.length ? ", " : "", formats[i].name, (long long)count);
    }
    if (total > 0)
        say_note(stage->class->name, "%lld %s left out, no text in them (%s)", (long long)total,
                 total == 1 ? "file was" : "files were", buffer_string(&kinds));
    buffer_release(&kinds);
    struct file_counts sum = sum_counts(stage);
    if (sum.links + sum.special > 0)
        say_detail(1, stage->class->name, "%lld links and devices in archives passed over",
                   (long long)sum.links + (long long)sum.special);
    if (sum.web_passed > 0)
        say_detail(1, stage->class->name, "%lld records of web archives passed over: requests, redirects, revisits",
                   (long long)sum.web_passed);
    return FLOW_OK;
}

static void readers_close(struct stage *stage)
{
    struct readers *readers = stage->state;
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        file_reader_free(readers->workers[i].reader);
        memory_free(readers->workers[i].left_out);
    }
    memory_free(readers->workers);
    ingest_settings_release(&readers->settings);
    memory_free(readers);
}

static void readers_summarize(const struct stage *stage, struct buffer *json)
{
    struct file_counts sum = sum_counts(stage);
    buffer_append_format(json,
                         "\"archive_members\":%lld,\"archive_links_passed\":%lld,\"archive_special_passed\":%lld,"
                         "\"web_records_passed\":%lld",
                         (long long)sum.members, (long long)sum.links, (long long)sum.special,
                         (long long)sum.web_passed);
}

static const struct stage_class readers_class = {
    .name = "ingest",
    .is_parallel = true,
    .open = readers_open,
    .push = readers_push,
    .finish = readers_finish,
    .close = readers_close,
    .summarize = readers_summarize,
};

/* Sources are different by themselves, and so are rows that are named by their content. */
static const struct stage_class *const *ingest_choose_stages(const void *options)
{
    static const struct stage_class *const plain[] = { &finder_class, &readers_class, NULL };
    static const struct stage_class *const with_ids[] = { &finder_class, &readers_class, &ingest_ids_class, NULL };
    const struct ingest_options *given = options;
    return given->id_field ? with_ids : plain;
}

static const struct tool_example ingest_examples[] = {
    { .command = "garner ingest --name note.md",
      .input = "# Keys\n\nRotate them yearly.\n",
      .remark = "One document from standard input." },
    { .command = "garner ingest --include '*.md' --exclude drafts/ docs/", .remark = "Only Markdown, without drafts." },
    { .command = "tar -cf - docs | garner ingest --as text --name docs.tar",
      .remark = "Every member of an archive, as plain text." },
    { .command = NULL },
};

const struct tool tool_ingest = {
    .name = "ingest",
    .summary = "Read files, folders and archives into document records",
    .description =
        "Writes one record a document: {\"id\", \"text\", \"metadata\"}. Text, Markdown, HTML and XML files are one "
        "document each; every row of a CSV, TSV or JSONL file and every element of a JSON array is one. Formats are "
        "told by content first, then by name. A PDF keeps its pages (metadata.pages); it needs pdftotext. A mail "
        "message is "
        "one document, what is attached to it are others.\n\n"
        "Archives (tar, zip, 7z, cpio), mailboxes, web archives (WARC) and compressed files (gzip, zstd, xz, bzip2, "
        "lz4) are looked into; a "
        "member's "
        "id "
        "is OUTER!/INNER. Files come in the order of their names, so the same tree gives the same bytes everywhere.\n\n"
        "A file that cannot be read, or has a format that is not read yet, is a reject: it is named, the rest goes on, "
        "and the exit code is 2. Images, programs and other files without text are left out and counted.",
    .group = GROUP_GET,
    .reads = TOOL_NOTHING,
    .writes = TOOL_RECORDS,
    .options = ingest_option_table,
    .options_bytes = sizeof(struct ingest_options),
    .skips_errors = true,
    .check = ingest_check,
    .examples = ingest_examples,
    .choose_stages = ingest_choose_stages,
};
