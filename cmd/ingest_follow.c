/* ingest_follow.c - the source of `ingest --follow`: files that grow, and standard input that trickles. */
#include "ingest_follow.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "cli/say.h"
#include "document/follow.h"
#include "ingest_options.h"
#include "stream/watch.h"

enum { PIECE_BYTES = 256 * 1024 };

/* With inotify this is only for what it does not tell: quiet files that are done with, folders made later. */
#define LOOK_SECONDS 1.0

/* One operand. */
struct growing {
    const char *path;
    struct slice source;
    const struct document_format *format; /* NULL: told by the first row */
    struct follow *follow;
    bool is_input, is_ended;
};

struct following {
    struct ingest_settings settings;
    struct document_options csv_options;
    struct document_decoder *decoder, *csv_decoder;
    struct arena arena;
    struct growing *list;
    size_t count;
    size_t open_count;   /* that have not ended */
    struct watch *watch; /* NULL: there is only looking from time to time */
    double look_seconds, idle_seconds;
    double looked, received;
    bool has_news;
    int64_t rows;
    /* Of the pull under way. */
    struct stage *stage;
    struct sink *sink;
    struct error *error;
    struct batch *batch;
    enum flow flow;
    const struct growing *current;
};

/* By --as and the name. What neither tells is decided by the first row: an object, or a line of text. */
static const struct document_format *choose_format(const struct following *following, const char *name)
{
    static const char *const rows[] = { "csv", "tsv", "jsonl" };
    const struct document_format *as = following->settings.file.as;
    const char *dot = strrchr(name, '.');
    const struct document_format *format = as ? as : dot ? document_format_find(slice_of_string(dot + 1)) : NULL;
    if (as && strcmp(as->name, "json") != 0 && as->shape != DOCUMENT_ROWS)
        return document_format_find(SLICE("lines"));
    if (format && strcmp(format->name, "json") == 0)
        return document_format_find(SLICE("jsonl"));
    if (as)
        return as;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && format; i++)
        if (strcmp(format->name, rows[i]) == 0)
            return format;
    return NULL;
}

static bool is_table(const struct document_format *format)
{
    return format && (strcmp(format->name, "csv") == 0 || strcmp(format->name, "tsv") == 0);
}

static struct slice source_of(struct following *following, const char *path)
{
    const struct walk_settings *walk = &following->settings.walk;
    const char *slash = strrchr(path, '/');
    const char *name = strcmp(path, "-") == 0 ? walk->standard_input : slash ? slash + 1 : path;
    struct buffer source = { 0 };
    if (walk->root_name && *walk->root_name && strcmp(path, "-") != 0)
        buffer_append_format(&source, "%s/", walk->root_name);
    (void)walk_append_source(&source, slice_of_string(name));
    struct slice kept = arena_copy(&following->arena, buffer_slice(&source));
    buffer_release(&source);
    return kept;
}

static bool open_one(struct following *following, struct growing *growing, const char *path, struct error *error)
{
    growing->is_input = strcmp(path, "-") == 0;
    growing->path = growing->is_input ? "stdin" : path;
    growing->source = source_of(following, path);
    growing->format = choose_format(following, growing->is_input ? following->settings.walk.standard_input : path);
    bool has_rows = is_table(growing->format);
    struct follow_settings settings = { has_rows, has_rows && !following->settings.file.decode.has_no_header };
    if (!growing->is_input) {
        growing->follow = follow_open(path, &settings);
        return true;
    }
    struct input *input = input_open("-", NULL, error);
    if (!input)
        return false;
    growing->follow = follow_open_input(input, &settings);
    return true;
}

/* The folder of a path that need not exist. */
static void watch_folder_of(struct following *following, const struct stage *stage, const char *path)
{
    struct error fault;
    const char *slash = strrchr(path, '/');
    char *folder = arena_copy_string(&following->arena, slice_of_string(slash ? path : "."));
    if (slash)
        folder[slash == path ? 1 : slash - path] = '\0';
    int number;
    if (!watch_hears(folder)) {
        following->look_seconds = following->look_seconds < LOOK_SECONDS ? following->look_seconds : LOOK_SECONDS;
        return;
    }
    if (!watch_add(following->watch, folder, &number, &fault))
        stage->run->say(stage->step, &fault);
}

static void open_watch(struct following *following, const struct stage *stage)
{
    const struct ingest_options *options = stage->options;
    struct error fault;
    following->look_seconds = options->watch_poll > 0 ? options->watch_poll : LOOK_SECONDS;
    if (options->watch_poll > 0)
        return;
    following->watch = watch_open(&fault);
    if (!following->watch)
        stage->run->say(stage->step, &fault);
    for (size_t i = 0; i < following->count && following->watch; i++)
        if (!following->list[i].is_input)
            watch_folder_of(following, stage, following->list[i].path);
}

static bool follow_stage_open(struct stage *stage, struct error *error)
{
    struct following *following = memory_allocate_zeroed(1, sizeof *following);
    const struct ingest_options *options = stage->options;
    stage->state = following;
    if (!ingest_settings_make(options, &following->settings, error))
        return false;
    /* A delimiter that is told from what has come by chance so far would not be told the same way twice. */
    following->csv_options = following->settings.file.decode;
    if (following->csv_options.delimiter == '\0')
        following->csv_options.delimiter = ',';
    following->decoder = document_decoder_create(&following->settings.file.decode, error);
    following->csv_decoder = following->decoder ? document_decoder_create(&following->csv_options, error) : NULL;
    if (!following->csv_decoder)
        return false;
    const struct walk_settings *walk = &following->settings.walk;
    following->list = arena_allocate_zeroed(&following->arena, walk->operand_count + 1, sizeof *following->list);
    for (size_t i = 0; i < walk->operand_count; i++, following->count++)
        if (!open_one(following, &following->list[i], walk->operands[i], error))
            return false;
    following->open_count = following->count;
    following->idle_seconds = options->idle_exit;
    following->received = clock_seconds();
    following->has_news = true;
    open_watch(following, stage);
    return true;
}

static struct batch *open_batch(struct following *following)
{
    if (!following->batch) {
        following->batch = batch_create();
        following->batch->stops_at_reject = following->stage->run->stops_at_reject;
    }
    return following->batch;
}

static bool send_batch(struct following *following)
{
    struct batch *batch = following->batch;
    following->batch = NULL;
    if (batch)
        following->flow = sink_emit(following->sink, batch, following->error);
    return following->flow == FLOW_OK;
}

static bool take_record(void *context, struct slice record, int64_t line)
{
    struct following *following = context;
    struct batch *batch = open_batch(following);
    struct record *kept = batch_append(batch);
    kept->line = arena_copy(&batch->arena, record);
    kept->file = following->current->path;
    kept->line_number = line;
    batch->bytes += record.length;
    following->rows++;
    return batch->bytes < PIECE_BYTES || send_batch(following);
}

static bool take_reject(void *context, const struct error *error, struct slice raw)
{
    struct following *following = context;
    struct batch *batch = open_batch(following);
    struct record row = { .file = following->current->path, .line = arena_copy(&batch->arena, raw) };
    batch->bytes += raw.length;
    return batch_reject(batch, following->stage, &row, error);
}

/* Without a name that tells, one look at the first row does. */
static const struct document_format *format_of_row(struct slice bytes)
{
    bool is_object = slice_starts_with(slice_trim(bytes), SLICE("{"));
    return document_format_find(is_object ? SLICE("jsonl") : SLICE("lines"));
}

static bool decode(struct following *following, struct growing *growing, const struct follow_piece *piece)
{
    struct error fault;
    error_reset(&fault);
    if (!growing->format)
        growing->format = format_of_row(piece->bytes);
    struct document_sink sink = { following, take_record, take_reject };
    struct document_source source = {
        .name = growing->source, .path = growing->path, .bytes = piece->bytes, .growth = piece->growth
    };
    struct document_decoder *decoder =
        strcmp(growing->format->name, "csv") == 0 ? following->csv_decoder : following->decoder;
    following->current = growing;
    if (!document_decode(decoder, growing->format, &source, &sink, &fault))
        (void)take_reject(following, &fault, SLICE(""));
    return following->flow == FLOW_OK;
}

/* Everything that is there of one file. */
static bool read_growing(struct following *following, struct growing *growing)
{
    for (;;) {
        struct follow_piece piece;
        struct error fault;
        switch (follow_read(growing->follow, &piece, &fault)) {
        case FOLLOW_PIECE:
            following->received = clock_seconds();
            if (!decode(following, growing, &piece))
                return false;
            if (following->batch)
                continue;
            following->has_news = true; /* a long file: others, and signals, have their turn */
            return true;
        case FOLLOW_FAULT:
            if (growing->is_input || fault.signal) {
                *following->error = fault;
                following->flow = FLOW_ERROR;
                return false;
            }
            following->stage->run->say(following->stage->step, &fault);
            return true;
        case FOLLOW_END:
            growing->is_ended = true;
            following->open_count--;
            return true;
        case FOLLOW_QUIET:
            return true;
        }
    }
}

static bool is_idle(const struct following *following)
{
    return following->idle_seconds > 0 && clock_seconds() - following->received >= following->idle_seconds;
}

static enum flow follow_pull(struct stage *stage, struct sink *sink, struct error *error)
{
    struct following *following = stage->state;
    following->stage = stage;
    following->sink = sink;
    following->error = error;
    following->flow = FLOW_OK;
    following->looked = clock_seconds();
    following->has_news = false;
    bool goes_on = true;
    for (size_t i = 0; i < following->count && goes_on; i++)
        if (!following->list[i].is_ended)
            goes_on = read_growing(following, &following->list[i]);
    if (goes_on)
        goes_on = send_batch(following);
    if (!goes_on)
        return following->flow == FLOW_OK ? FLOW_STOP : following->flow;
    return following->open_count == 0 || is_idle(following) ? FLOW_STOP : FLOW_OK;
}

/* Whatever happened in a folder, all files are looked at: that is two calls each. */
static bool hear(struct following *following, int milliseconds)
{
    struct watch_event event;
    bool is_news = watch_wait(following->watch, milliseconds);
    while (watch_next(following->watch, &event)) {
    }
    return is_news;
}

/* Standard input and inotify have no descriptor in common that one call could wait for here: with both, in turns. */
static bool wait_for_news(struct following *following, int milliseconds)
{
    enum { TURN_MILLISECONDS = 10 };
    const struct growing *input = NULL;
    bool has_files = false;
    for (size_t i = 0; i < following->count; i++) {
        const struct growing *growing = &following->list[i];
        has_files |= !growing->is_input;
        if (growing->is_input && !growing->is_ended)
            input = growing;
    }
    if (input) {
        int turn = has_files && milliseconds > TURN_MILLISECONDS ? TURN_MILLISECONDS : milliseconds;
        if (follow_wait_input(input->follow, turn))
            return true;
        milliseconds = 0;
    }
    if (following->watch && has_files)
        return hear(following, milliseconds);
    if (!input && milliseconds > 0) {
        struct timespec pause = { .tv_nsec = (long)milliseconds * 1000000 };
        nanosleep(&pause, NULL);
    }
    return false;
}

static bool follow_wait(struct stage *stage, int milliseconds)
{
    struct following *following = stage->state;
    if (following->has_news || wait_for_news(following, milliseconds))
        return true;
    return clock_seconds() - following->looked >= following->look_seconds || is_idle(following);
}

static enum flow follow_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    (void)sink;
    (void)error;
    const struct following *following = stage->state;
    int64_t cut = 0;
    for (size_t i = 0; i < following->count; i++)
        cut += follow_counts(following->list[i].follow)->cut;
    if (cut > 0)
        say_note(stage->class->name,
                 "%lld times a file was emptied and no copy of it was found; what was written "
                 "right before may be missing",
                 (long long)cut);
    return FLOW_OK;
}

static void follow_stage_close(struct stage *stage)
{
    struct following *following = stage->state;
    if (!following)
        return;
    for (size_t i = 0; i < following->count; i++)
        follow_close(following->list[i].follow);
    watch_close(following->watch);
    batch_free(following->batch);
    document_decoder_free(following->decoder);
    document_decoder_free(following->csv_decoder);
    ingest_settings_release(&following->settings);
    arena_release(&following->arena);
    memory_free(following);
    stage->state = NULL;
}

static void follow_summarize(const struct stage *stage, struct buffer *json)
{
    const struct following *following = stage->state;
    struct follow_counts sum = { 0 };
    for (size_t i = 0; following && i < following->count; i++) {
        const struct follow_counts *counts = follow_counts(following->list[i].follow);
        sum.rotations += counts->rotations;
        sum.truncations += counts->truncations;
    }
    buffer_append_format(json, "\"files\":%zu,\"rotations\":%lld,\"truncations\":%lld",
                         following ? following->count : 0, (long long)sum.rotations, (long long)sum.truncations);
}

const struct stage_class ingest_follow_class = {
    .name = "ingest",
    .open = follow_stage_open,
    .pull = follow_pull,
    .wait = follow_wait,
    .finish = follow_finish,
    .close = follow_stage_close,
    .summarize = follow_summarize,
};
