/* ingest_read.c - the second stage of ingest: opens and decodes, on every worker. */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/say.h"
#include "ingest_options.h"
#include "ingest_parcel.h"

bool ingest_is_fatal(const struct error *error)
{
    return error->code == E_UNAVAILABLE || error->code == E_SYSTEM || error->signal != 0;
}

struct worker {
    struct file_reader *reader;
    struct file_counts counts; /* of what was unpacked for its parcels */
    int64_t *left_out;         /* by format: files dropped */
};

struct readers {
    struct ingest_settings settings;
    struct worker *workers; /* stage->run->jobs of them */
    size_t format_count;
    bool has_ledger;
};

/* Where the records of one parcel go. The batch that was pushed owns the parcel and leaves last, emptied. */
struct outflow {
    const struct stage *stage;
    struct sink *sink;
    struct worker *worker;
    bool stops_at_reject;
    struct batch *batch; /* NULL until there is something to put in */
    const char *path;    /* the last one, in the batch's arena */
    bool has_ledger;
    const struct ingest_known *known; /* of the file under way */
    struct file_state state;
    int64_t checked;
    bool has_begun;
    enum flow flow;
    struct error *error;
};

static bool readers_open(struct stage *stage, struct error *error)
{
    struct readers *readers = memory_allocate_zeroed(1, sizeof *readers);
    stage->state = readers;
    const struct ingest_options *options = stage->options;
    readers->has_ledger = options->ledger != NULL;
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
    return batch->bytes < INGEST_PIECE_BYTES || send_output(outflow);
}

static bool take_reject(void *context, const struct error *error, struct slice raw)
{
    struct outflow *outflow = context;
    if (ingest_is_fatal(error)) {
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
    if (outflow->has_ledger) {
        ingest_event_add_fault(batch, error);
        batch->bytes += sizeof *error;
    }
    return goes_on && (batch->bytes < INGEST_PIECE_BYTES || send_output(outflow));
}

/* A file that the ledger may know: is it worth reading? */
static bool examine(void *context, const struct file_state *state)
{
    struct outflow *outflow = context;
    struct batch *batch = open_output(outflow);
    const struct ingest_known *known = outflow->known;
    bool is_same = known->may_be_same && known->hash.low == state->hash.low && known->hash.high == state->hash.high;
    struct ingest_event *event = ingest_event_add(batch, is_same ? EVENT_TOUCH : EVENT_BEGIN);
    event->known = *ingest_known_copy(known, &batch->arena);
    event->state = outflow->state = *state;
    event->checked = outflow->checked;
    outflow->has_begun = !is_same;
    return !is_same;
}

static bool read_known(struct outflow *outflow, const struct item *item, struct file_sink *sink)
{
    struct file_reader *reader = outflow->worker->reader;
    outflow->known = item->known;
    outflow->has_begun = false;
    outflow->checked = clock_nanoseconds();
    sink->examine = examine;
    bool goes_on = file_reader_read(reader, &item->file, sink);
    if (!outflow->has_begun || outflow->flow != FLOW_OK)
        return goes_on;
    struct ingest_event *event = ingest_event_add(open_output(outflow), EVENT_END);
    event->state = outflow->state;
    event->checked = outflow->checked;
    event->is_stable = file_reader_is_stable(reader);
    return goes_on;
}

static bool take_event(struct outflow *outflow, const struct ingest_event *from)
{
    struct batch *batch = open_output(outflow);
    struct ingest_event *event = ingest_event_add(batch, from->kind);
    struct ingest_known known = *ingest_known_copy(&from->known, &batch->arena);
    *event = *from;
    event->known = known;
    batch->bytes += sizeof *event;
    return batch->bytes < INGEST_PIECE_BYTES || send_output(outflow);
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
    struct file_sink sink = { .context = outflow, .emit = take_record, .reject = take_reject, .drop = take_drop };
    switch (item->kind) {
    case ITEM_FILE:
        if (item->known)
            return read_known(outflow, item, &sink);
        return file_reader_read(reader, &item->file, &sink);
    case ITEM_MEMBER:
        return file_reader_decode(reader, &item->member, item->bytes, &sink);
    case ITEM_RECORD:
        return take_record(outflow, item->bytes, item->path, item->line);
    case ITEM_FAULT:
        return take_reject(outflow, item->fault, item->bytes);
    case ITEM_EVENT:
        return take_event(outflow, item->event);
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
                               .has_ledger = readers->has_ledger,
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

const struct stage_class ingest_read_class = {
    .name = "ingest",
    .is_parallel = true,
    .open = readers_open,
    .push = readers_push,
    .finish = readers_finish,
    .close = readers_close,
    .summarize = readers_summarize,
};
