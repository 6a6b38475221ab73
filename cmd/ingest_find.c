/* ingest_find.c - the first stage of ingest: walks, and makes parcels of what it finds. */
#include "base/clock.h"
#include "base/memory.h"
#include "cli/say.h"
#include "document/sidecar.h"
#include "ingest_compare.h"
#include "ingest_options.h"
#include "ingest_parcel.h"
#include "ingest_watch.h"

enum {
    FILE_WEIGHT = 32 * 1024,        /* what a file not yet opened counts for */
    SHARED_ARCHIVE_BYTES = 8 << 20, /* archives from here on are unpacked for all workers */
    DRY_RUN_LISTED = 1,             /* verbosity at which --dry-run names every file */
    STEPS_MAXIMUM = 4096            /* of the walk in one pull, so that signals are seen */
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
    struct comparison *comparison;    /* NULL: without a ledger */
    const struct ingest_known *known; /* of the file that is unpacked here, NULL: the ledger does not ask */
    struct file_state state;
    int64_t checked;
    bool has_begun;
    int64_t touched;            /* by a dry run: files with another stamp and the same content */
    bool is_passed_over;        /* the last file left no trace in the batch */
    struct ingest_watch *watch; /* NULL: one walk is all */
    bool is_between_rounds;
};

static bool finder_open(struct stage *stage, struct error *error)
{
    struct finder *finder = memory_allocate_zeroed(1, sizeof *finder);
    stage->state = finder;
    if (!ingest_settings_make(stage->options, &finder->settings, error))
        return false;
    const struct ingest_options *options = stage->options;
    if (options->watch && !stage->run->is_dry_run) {
        finder->watch = ingest_watch_open(stage, &finder->settings.walk);
        finder->settings.walk.enters = ingest_watch_enter;
        finder->settings.walk.context = finder->watch;
        ingest_watch_begin_round(finder->watch);
    }
    finder->walk = walk_open(&finder->settings.walk, error);
    if (!finder->walk || !options->ledger)
        return finder->walk != NULL;
    finder->comparison = comparison_open(options, &finder->settings, stage->run->is_dry_run, error);
    return finder->comparison != NULL;
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
    return parcel->weight < INGEST_PIECE_BYTES || send_parcel(finder);
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
    if (ingest_is_fatal(error)) {
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

static struct ingest_event *post_event(struct finder *finder, enum ingest_event_kind kind)
{
    struct arena *arena = &open_batch(finder)->arena;
    struct ingest_event *event = arena_allocate_zeroed(arena, 1, sizeof *event);
    event->kind = kind;
    add_item(finder, ITEM_EVENT, "")->event = event;
    return event;
}

/* As the workers do for other files. */
static bool examine_here(void *context, const struct file_state *state)
{
    struct finder *finder = context;
    const struct ingest_known *known = finder->known;
    bool is_same = known->may_be_same && known->hash.low == state->hash.low && known->hash.high == state->hash.high;
    struct ingest_event *event = post_event(finder, is_same ? EVENT_TOUCH : EVENT_BEGIN);
    event->known = *ingest_known_copy(known, &finder->batch->arena);
    event->state = finder->state = *state;
    event->checked = finder->checked;
    finder->has_begun = !is_same;
    return !is_same;
}

/* A large archive or a stream: unpacked in this thread, so that the workers decode what is in it. */
static bool unpack_here(struct finder *finder, const struct walk_file *file, const struct ingest_known *known)
{
    struct file_sink sink = { .context = finder,
                              .examine = known ? examine_here : NULL,
                              .emit = post_record,
                              .reject = post_fault,
                              .drop = post_drop,
                              .member = post_member };
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
    finder->has_begun = false;
    finder->checked = clock_nanoseconds();
    if (known)
        finder->known = ingest_known_copy(known, &finder->names);
    bool goes_on = file_reader_read(finder->reader, &kept, &sink);
    if (!finder->has_begun || finder->flow != FLOW_OK)
        return goes_on;
    struct ingest_event *event = post_event(finder, EVENT_END);
    event->state = finder->state;
    event->checked = finder->checked;
    event->is_stable = file_reader_is_stable(finder->reader);
    return goes_on;
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

/* Asks the ledger. *is_wanted false: the file need not be opened. */
static bool ask_ledger(struct finder *finder, const struct walk_file *file, const struct ingest_known **known,
                       bool *is_wanted)
{
    enum verdict verdict;
    if (!comparison_file(finder->comparison, finder->walk, file, &verdict, known, finder->error)) {
        finder->flow = FLOW_ERROR;
        return false;
    }
    finder->is_passed_over = verdict == VERDICT_UNCHANGED;
    if (verdict == VERDICT_REPEAT)
        post_event(finder, EVENT_REPEAT)->known.number = (*known)->number;
    *is_wanted = verdict == VERDICT_READ;
    return true;
}

static bool only_look(void *context, const struct file_state *state)
{
    struct finder *finder = context;
    finder->state = *state;
    finder->has_begun = true;
    return false;
}

static bool ignore_fault(void *context, const struct error *error, struct slice raw)
{
    (void)context;
    (void)error;
    (void)raw;
    return true;
}

/* --dry-run: a file that was only touched would not come out. */
static bool is_same_content(struct finder *finder, const struct walk_file *file, const struct ingest_known *known)
{
    struct file_sink sink = { .context = finder, .examine = only_look, .reject = ignore_fault };
    if (!finder->reader)
        finder->reader = file_reader_create(&finder->settings.file, finder->error);
    finder->has_begun = false;
    bool is_read = finder->reader && file_reader_read(finder->reader, file, &sink) && finder->has_begun;
    return is_read && known->hash.low == finder->state.hash.low && known->hash.high == finder->state.hash.high;
}

/* What a program or child process decodes takes long: such a file ends its parcel, so that the next one goes to another
 * worker. */
static bool is_slow(struct slice name)
{
    static const struct slice ends[] = { SLICE_INIT(".pdf"),  SLICE_INIT(".docx"), SLICE_INIT(".pptx"),
                                         SLICE_INIT(".xlsx"), SLICE_INIT(".odt"),  SLICE_INIT(".ods"),
                                         SLICE_INIT(".odp"),  SLICE_INIT(".epub"), SLICE_INIT(".zip"),
                                         SLICE_INIT(".7z") };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends_with(name, ends[i]))
            return true;
    return false;
}

static bool take_file(struct stage *stage, const struct walk_file *file)
{
    struct finder *finder = stage->state;
    const struct ingest_known *known = NULL;
    bool is_wanted = true;
    finder->files++;
    finder->is_passed_over =
        finder->comparison && !file->is_operand && finder->settings.file.with_sidecars && sidecar_belongs(file->path);
    if (finder->is_passed_over) /* it counts as a part of the other file */
        return true;
    if (finder->comparison && (!ask_ledger(finder, file, &known, &is_wanted) || !is_wanted))
        return finder->flow == FLOW_OK;
    if (stage->run->is_dry_run && known && known->may_be_same && is_same_content(finder, file, known)) {
        finder->touched++;
        return true;
    }
    if (stage->run->is_dry_run) {
        count_only(stage, file);
        return true;
    }
    if (file->is_operand || file->is_archive) {
        int64_t bytes = walk_file_size(file);
        if (bytes < 0 || (file->is_archive && bytes >= SHARED_ARCHIVE_BYTES))
            return unpack_here(finder, file, known);
    }
    struct item *item = add_item(finder, ITEM_FILE, file->path);
    item->file = *file;
    if (known)
        item->known = ingest_known_copy(known, &finder->batch->arena);
    return add_weight(finder, is_slow(file->source) ? INGEST_PIECE_BYTES : FILE_WEIGHT);
}

/* What vanished comes last: only now is it known that it is not too much. */
static enum flow end_walk(struct finder *finder)
{
    const int64_t *numbers = NULL;
    size_t count = 0;
    if (finder->comparison) {
        if (!comparison_end(finder->comparison, &numbers, &count, finder->error))
            return FLOW_ERROR;
        for (size_t i = 0; i < count; i++)
            post_event(finder, EVENT_GONE)->known.number = numbers[i];
        post_event(finder, EVENT_ROUND)->unchanged = comparison_counts(finder->comparison)->unchanged;
    }
    send_parcel(finder);
    if (finder->flow != FLOW_OK || !finder->watch)
        return finder->flow == FLOW_OK ? FLOW_STOP : finder->flow;
    const struct comparison_counts *counts = comparison_counts(finder->comparison);
    finder->is_between_rounds = true;
    ingest_watch_end_round(finder->watch, counts->added + counts->changed + counts->pending + (int64_t)count > 0);
    return FLOW_OK;
}

/* The next round of --watch. An operand that is not there now is said, and looked for again; its documents stay. */
static bool begin_round(struct stage *stage)
{
    struct finder *finder = stage->state;
    struct error fault;
    walk_close(finder->walk);
    ingest_watch_begin_round(finder->watch);
    comparison_restart(finder->comparison);
    finder->walk = walk_open(&finder->settings.walk, &fault);
    finder->is_between_rounds = finder->walk == NULL;
    if (finder->walk)
        return true;
    ingest_watch_fail_round(finder->watch, &fault);
    return false;
}

static bool finder_wait(struct stage *stage, int milliseconds)
{
    struct finder *finder = stage->state;
    return !finder->is_between_rounds || ingest_watch_wait(finder->watch, milliseconds);
}

static bool take_fault(struct finder *finder, const struct error *fault)
{
    if (finder->comparison && !comparison_fault(finder->comparison, finder->walk, finder->error)) {
        finder->flow = FLOW_ERROR;
        return false;
    }
    return post_fault(finder, fault, slice_of("", 0));
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
    int steps = 0;
    if (finder->is_between_rounds && ingest_watch_is_idle(finder->watch))
        return FLOW_STOP;
    if (finder->is_between_rounds && !begin_round(stage))
        return FLOW_OK;
    do {
        struct arena before = open_batch(finder)->arena;
        switch (walk_next(finder->walk, &open_batch(finder)->arena, &file, &fault)) {
        case WALK_FILE:
            goes_on = take_file(stage, &file);
            if (finder->is_passed_over) /* its path is not needed */
                arena_rewind(&finder->batch->arena, &before);
            break;
        case WALK_FAULT:
            goes_on = take_fault(finder, &fault);
            break;
        case WALK_END:
            return end_walk(finder);
        }
        goes_on = goes_on && ++steps < STEPS_MAXIMUM;
    } while (goes_on && finder->batch); /* one parcel a pull, so that progress is seen */
    return finder->flow;
}

static void say_counts(const struct stage *stage)
{
    const struct finder *finder = stage->state;
    const struct ingest_options *options = stage->options;
    const struct comparison_counts *counts = comparison_counts(finder->comparison);
    say_note(stage->class->name, "ledger: %lld new, %lld changed, %lld pending, %lld unchanged, %lld vanished%s",
             (long long)counts->added, (long long)(counts->changed - finder->touched), (long long)counts->pending,
             (long long)(counts->unchanged + finder->touched), (long long)counts->vanished,
             counts->vanished && !options->prune ? " (--prune deletes them)" : "");
}

static enum flow finder_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    (void)sink;
    (void)error;
    const struct finder *finder = stage->state;
    if (!finder->walk)
        return FLOW_OK;
    const struct walk_counts *counts = walk_counts(finder->walk);
    long long links = counts->links + counts->loops;
    if (finder->comparison && (stage->run->is_dry_run || stage->run->verbosity > 0))
        say_counts(stage);
    if (stage->run->is_dry_run)
        say_note(stage->class->name, "would read %lld files, %lld bytes", (long long)stage->in,
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
    comparison_close(finder->comparison);
    ingest_watch_close(finder->watch);
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

const struct stage_class ingest_find_class = {
    .name = "ingest",
    .open = finder_open,
    .pull = finder_pull,
    .wait = finder_wait,
    .finish = finder_finish,
    .close = finder_close,
    .summarize = finder_summarize,
};
