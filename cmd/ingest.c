/* ingest.c - files, folders and archives to document records. */
#include <unistd.h>

#include "base/memory.h"
#include "cli/say.h"
#include "document/file.h"
#include "tools.h"

enum {
    FILES_A_BATCH = 32,        /* enough to make hand-over cheap, few enough to share small folders */
    PIECE_BYTES = 1024 * 1024, /* records go on in batches of about that size */
    DRY_RUN_LISTED = 1         /* verbosity at which --dry-run names every file */
};

struct ingest_options {
    struct option_list paths;
    unsigned as;
    const char *name, *root_name;
    struct option_list include, exclude;
    bool gitignore, hidden, follow_links;
    struct option_list text_fields, metadata_fields;
    const char *id_field, *charset, *delimiter;
    bool header;
    bool modified;
    int64_t max_document_bytes, max_entries, max_expansion, max_nesting;
};

static const char *const as_choices[] = {
    "auto", "text", "markdown", "html", "xml", "csv", "tsv", "json", "jsonl", NULL
};

#define FIELD(name) OPTION_FIELD(struct ingest_options, name)
static const struct option ingest_table[] = {
    { .name = "paths",
      .is_operand = true,
      FIELD(paths),
      .argument = "PATH",
      .meaning = MEANING_FILE,
      .keeps_commas = true,
      .help = "files, folders and archives; - is standard input",
      .details = "Without one standard input is read as one document." },
    { .name = "as",
      FIELD(as),
      .argument = "FORMAT",
      .initial = "auto",
      .choices = as_choices,
      .help = "read every file as this, instead of by content and name",
      .details = "Archives and compressed files are unpacked all the same." },
    { .name = "name",
      FIELD(name),
      .argument = "NAME",
      .initial = "stdin",
      .help = "what standard input is called in ids",
      .details = "Its extension helps to tell the format." },
    { .name = "root-name",
      FIELD(root_name),
      .argument = "NAME",
      .help = "stands in ids for the folder's own name",
      .details = "A file below /srv/wiki has an id such as wiki/a.md; with --root-name handbook it is handbook/a.md, "
                 "with an empty name a.md. A file operand comes below it." },
    { .name = "include",
      .letter = 'i',
      FIELD(include),
      .argument = "GLOB",
      .heading = "What is read",
      .keeps_commas = true,
      .meaning = MEANING_PATTERN,
      .help = "only files that match",
      .details = "As in a .gitignore: *.md at any depth, /notes/*.md below the operand, drafts/ a folder with all "
                 "below, ** any number of folders. Archives are looked into as folders are. Repeat it for more." },
    { .name = "exclude",
      .letter = 'x',
      FIELD(exclude),
      .argument = "GLOB",
      .keeps_commas = true,
      .meaning = MEANING_PATTERN,
      .help = "leave out files and folders that match",
      .details = "The same patterns; goes before --include. Of several that match the last one decides, and one with "
                 "'!' in front takes the file back." },
    { .name = "gitignore",
      FIELD(gitignore),
      .help = "leave out what .gitignore files say",
      .details = "Those below the operand and those above it in the same repository, and its .git/info/exclude." },
    { .name = "hidden",
      FIELD(hidden),
      .help = "also read names that begin with a dot",
      .details = "Never .git, .hg, .svn, .bzr, .jj, CVS and the like, unless one is an operand itself." },
    { .name = "follow-links",
      FIELD(follow_links),
      .help = "follow symbolic links below folders",
      .details = "A link back to a folder above it is passed over. Operands are always followed." },
    { .name = "text-field",
      FIELD(text_fields),
      .argument = "FIELD",
      .heading = "Rows (CSV, JSON, JSONL)",
      .meaning = MEANING_PATH,
      .help = "columns or JSON paths that make the text",
      .details = "Without it: of CSV all columns; of JSON the field text, content or body, else all values." },
    { .name = "id-field",
      FIELD(id_field),
      .argument = "FIELD",
      .meaning = MEANING_PATH,
      .help = "column or JSON path of the id",
      .details = "Without it a JSON row that has \"id\" and \"text\" keeps its id; any other gets the file's id, '#' "
                 "and a hash of the row." },
    { .name = "metadata-fields",
      FIELD(metadata_fields),
      .argument = "FIELD",
      .meaning = MEANING_PATH,
      .help = "columns or JSON paths that go to metadata; * for all",
      .details = "Without it all but the text's, when --text-field is given; else none." },
    { .name = "delimiter",
      FIELD(delimiter),
      .argument = "CHARACTER",
      .help = "between the columns of CSV; 'tab' for a tab",
      .details = "Without it told from the first rows among , ; tab and |." },
    { .name = "header",
      FIELD(header),
      .initial = "true",
      .help = "the first row of CSV names the columns",
      .details = "With --no-header it is data and the columns are column1, column2 and so on." },
    { .name = "charset",
      FIELD(charset),
      .argument = "NAME",
      .heading = "Documents",
      .help = "of files that are not UTF-8 and do not say what they are",
      .details = "A label such as windows-1251 or shift_jis. Without it Western text is taken for windows-1252, and in "
                 "anything else wrong bytes become U+FFFD, counted in metadata.replaced." },
    { .name = "modified",
      FIELD(modified),
      .help = "put the file's time into metadata.modified",
      .details = "Off by default, so that a fresh checkout gives the same bytes." },
    { .name = "max-document-bytes",
      FIELD(max_document_bytes),
      .argument = "SIZE",
      .heading = "Limits",
      .meaning = MEANING_BYTES,
      .initial = "48M",
      .minimum = 1,
      .maximum = 1024.0 * 1024 * 1024,
      .help = "longest text of one document",
      .details = "Also the largest archive inside another one that has to be held whole." },
    { .name = "max-entries",
      FIELD(max_entries),
      .argument = "N",
      .initial = "1000000",
      .minimum = 1,
      .maximum = 1e12,
      .help = "most members of one archive, nested ones included" },
    { .name = "max-expansion",
      FIELD(max_expansion),
      .argument = "N",
      .initial = "100",
      .minimum = 1,
      .maximum = 1e9,
      .help = "how many times its size a file may unpack to",
      .details = "Counts beyond 64 MiB." },
    { .name = "max-nesting",
      FIELD(max_nesting),
      .argument = "N",
      .initial = "2",
      .minimum = 0,
      .maximum = FILE_NESTING_MAXIMUM,
      .help = "archives inside archives are opened so deep" },
    { .name = NULL },
};

/* Options as the library takes them. */
struct settings {
    struct glob_list include, exclude;
    struct file_settings file;
    struct walk_settings walk;
};

static void settings_release(struct settings *settings)
{
    glob_list_release(&settings->include);
    glob_list_release(&settings->exclude);
}

static bool add_globs(struct glob_list *globs, const struct option_list *patterns, const char *option,
                      struct error *error)
{
    for (size_t i = 0; i < patterns->count; i++) {
        struct error fault;
        if (!glob_list_add(globs, slice_of_string(patterns->values[i]), &fault))
            return error_set(error, E_USAGE, "--%s: %s", option, fault.message);
    }
    return true;
}

static bool set_delimiter(const char *text, char *delimiter, struct error *error)
{
    *delimiter = '\0';
    if (!text)
        return true;
    *delimiter = strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0 ? '\t' : text[0];
    bool is_one = *delimiter == '\t' || strlen(text) == 1;
    bool is_usable = (unsigned char)*delimiter < 0x80 && *delimiter != '"' && *delimiter != '\n' && *delimiter != '\r';
    return (is_one && is_usable) ||
           error_set(error, E_USAGE, "--delimiter: '%s' is not one ASCII character that can stand between columns",
                     text);
}

/* Errors: E_USAGE. Released by settings_release() either way. */
static bool settings_make(const struct ingest_options *options, struct settings *settings, struct error *error)
{
    static const char *const standard_input[] = { "-" };
    bool has_paths = options->paths.count > 0;
    *settings = (struct settings){ 0 };
    settings->walk = (struct walk_settings){ .operands = has_paths ? options->paths.values : standard_input,
                                             .operand_count = has_paths ? options->paths.count : 1,
                                             .root_name = options->root_name,
                                             .standard_input = options->name,
                                             .with_hidden = options->hidden,
                                             .with_gitignore = options->gitignore,
                                             .follows_links = options->follow_links,
                                             .include = &settings->include,
                                             .exclude = &settings->exclude };
    settings->file = (struct file_settings){
        .decode = { .charset = options->charset,
                    .text_fields = options->text_fields.values,
                    .text_field_count = options->text_fields.count,
                    .metadata_fields = options->metadata_fields.values,
                    .metadata_field_count = options->metadata_fields.count,
                    .id_field = options->id_field,
                    .has_no_header = !options->header,
                    .max_document_bytes = (size_t)options->max_document_bytes },
        .as = options->as ? document_format_find(slice_of_string(as_choices[options->as])) : NULL,
        .include = &settings->include,
        .exclude = &settings->exclude,
        .with_hidden = options->hidden,
        .follows_links = options->follow_links,
        .with_modified = options->modified,
        .max_entries = options->max_entries,
        .max_expansion = options->max_expansion,
        .max_nesting = options->max_nesting,
    };
    return add_globs(&settings->include, &options->include, "include", error) &&
           add_globs(&settings->exclude, &options->exclude, "exclude", error) &&
           set_delimiter(options->delimiter, &settings->file.decode.delimiter, error);
}

static bool ingest_check(const struct tool_call *call, struct error *error)
{
    const struct ingest_options *options = call->options;
    struct settings settings;
    bool is_good = settings_make(options, &settings, error);
    if (is_good && options->paths.count == 0 && isatty(STDIN_FILENO))
        is_good = error_set(error, E_USAGE, "PATH is missing");
    if (is_good) {
        struct file_reader *reader = file_reader_create(&settings.file, error);
        is_good = reader != NULL;
        file_reader_free(reader);
    }
    settings_release(&settings);
    return is_good;
}

/* The first stage walks: a record of its batches stands for a file, the batch's payload are the files. */
struct finder {
    struct settings settings;
    struct walk *walk;
    int64_t files, bytes; /* of a dry run */
};

static bool finder_open(struct stage *stage, struct error *error)
{
    struct finder *finder = memory_allocate_zeroed(1, sizeof *finder);
    stage->state = finder;
    if (!settings_make(stage->options, &finder->settings, error))
        return false;
    finder->walk = walk_open(&finder->settings.walk, error);
    return finder->walk != NULL;
}

/* --dry-run: the file is counted and not handed on. */
static void count_only(struct stage *stage, const struct walk_file *file)
{
    struct finder *finder = stage->state;
    int64_t bytes = walk_file_size(file);
    finder->files++;
    finder->bytes += bytes;
    say_detail(DRY_RUN_LISTED, stage->class->name, "would read %s (%lld bytes)", file->path, (long long)bytes);
}

static bool reject_path(struct batch *batch, const struct stage *stage, const struct error *error)
{
    struct record none = { .file = "" };
    bool goes_on = batch_reject(batch, stage, &none, error);
    batch->outcomes[batch->outcome_count - 1].is_raw = false; /* there are no bytes to keep */
    return goes_on;
}

static enum flow finder_pull(struct stage *stage, struct sink *sink, struct error *error)
{
    struct finder *finder = stage->state;
    struct batch *batch = batch_create();
    batch->stops_at_reject = stage->run->stops_at_reject;
    struct walk_file *files = arena_allocate_zeroed(&batch->arena, FILES_A_BATCH, sizeof *files);
    batch->payload = files;
    enum walk_step step = WALK_FILE;
    while (step != WALK_END && batch->count < FILES_A_BATCH && !batch->has_failed) {
        struct error fault;
        step = walk_next(finder->walk, &batch->arena, &files[batch->count], &fault);
        if (step == WALK_FAULT)
            reject_path(batch, stage, &fault);
        else if (step == WALK_FILE && stage->run->is_dry_run)
            count_only(stage, &files[batch->count]);
        else if (step == WALK_FILE)
            batch_append(batch)->file = files[batch->count].path;
    }
    enum flow flow = sink_emit(sink, batch, error);
    return flow == FLOW_OK && step == WALK_END ? FLOW_STOP : flow;
}

static enum flow finder_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    (void)sink;
    (void)error;
    const struct finder *finder = stage->state;
    const struct walk_counts *counts = walk_counts(finder->walk);
    if (stage->run->is_dry_run)
        say_note(stage->class->name, "would read %lld files, %lld bytes", (long long)finder->files,
                 (long long)finder->bytes);
    if (counts->links + counts->loops > 0)
        say_detail(1, stage->class->name, "%lld symbolic links passed over%s",
                   (long long)(counts->links + counts->loops),
                   counts->links ? " (--follow-links reads them)" : ", which lead back to a folder above");
    if (counts->special > 0)
        say_detail(1, stage->class->name, "%lld pipes, sockets and devices passed over", (long long)counts->special);
    return FLOW_OK;
}

static void finder_close(struct stage *stage)
{
    struct finder *finder = stage->state;
    walk_close(finder->walk);
    settings_release(&finder->settings);
    memory_free(finder);
}

static void finder_summarize(const struct stage *stage, struct buffer *json)
{
    const struct finder *finder = stage->state;
    if (!finder || !finder->walk)
        return;
    const struct walk_counts *counts = walk_counts(finder->walk);
    buffer_append_format(json, "\"files\":%lld,\"links_passed\":%lld,\"special_passed\":%lld,\"excluded\":%lld",
                         (long long)stage->out, (long long)(counts->links + counts->loops), (long long)counts->special,
                         (long long)counts->excluded);
}

static const struct stage_class finder_class = {
    .name = "ingest",
    .open = finder_open,
    .pull = finder_pull,
    .finish = finder_finish,
    .close = finder_close,
    .summarize = finder_summarize,
};

/* The second stage reads, on every worker. */
struct worker {
    struct file_reader *reader;
    struct arena files; /* of the batch under way: its own arena may leave with the first records */
    int64_t *left_out;  /* by format: files dropped */
};

struct readers {
    struct settings settings;
    struct worker *workers; /* stage->run->jobs of them */
    size_t format_count;
};

/* Where the records of one pushed batch go. */
struct outflow {
    const struct stage *stage;
    struct sink *sink;
    struct worker *worker;
    struct batch *batch; /* the one that was pushed: its records leave in others, but for the last ones */
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
    if (!settings_make(stage->options, &readers->settings, error))
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

/* Sends what the batch holds in another one, so that the pushed one stays the last. */
static bool send_piece(struct outflow *outflow)
{
    struct batch *piece = batch_create(), *batch = outflow->batch;
    *piece = *batch;
    *batch = (struct batch){ .stops_at_reject = piece->stops_at_reject };
    outflow->path = NULL;
    outflow->flow = sink_emit(outflow->sink, piece, outflow->error);
    return outflow->flow == FLOW_OK;
}

/* Records of one file share its path. */
static const char *keep_path(struct outflow *outflow, const char *path)
{
    if (!outflow->path || strcmp(path, outflow->path) != 0)
        outflow->path = arena_copy_string(&outflow->batch->arena, slice_of_string(path));
    return outflow->path;
}

static bool take_record(void *context, struct slice record, const char *path, int64_t line)
{
    struct outflow *outflow = context;
    struct batch *batch = outflow->batch;
    struct record *kept = batch_append(batch);
    kept->line = arena_copy(&batch->arena, record);
    kept->file = keep_path(outflow, path);
    kept->line_number = line;
    batch->bytes += record.length;
    return batch->bytes < PIECE_BYTES || send_piece(outflow);
}

static bool take_reject(void *context, const struct error *error, struct slice raw)
{
    struct outflow *outflow = context;
    struct batch *batch = outflow->batch;
    if (raw.length == 0)
        return reject_path(batch, outflow->stage, error);
    struct record row = { .file = "", .line = arena_copy(&batch->arena, raw) };
    batch->bytes += raw.length;
    return batch_reject(batch, outflow->stage, &row, error);
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

/* The files of the batch, copied to the worker's arena. */
static struct walk_file *take_files(struct worker *worker, struct batch *batch, size_t *count)
{
    const struct walk_file *given = batch->payload;
    batch_take_records(batch, count);
    batch->payload = NULL;
    arena_reset(&worker->files);
    struct walk_file *files = arena_allocate(&worker->files, (*count + 1) * sizeof *files);
    for (size_t i = 0; i < *count; i++) {
        files[i] = given[i];
        files[i].path = arena_copy_string(&worker->files, slice_of_string(given[i].path));
        files[i].source = arena_copy(&worker->files, given[i].source);
    }
    return files;
}

static enum flow readers_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                              struct error *error)
{
    struct readers *readers = stage->state;
    struct outflow outflow = {
        .stage = stage, .sink = sink, .worker = &readers->workers[worker], .batch = batch, .error = error
    };
    struct file_sink files_sink = { &outflow, take_record, take_reject, take_drop };
    size_t count;
    struct walk_file *files = take_files(outflow.worker, batch, &count);
    bool goes_on = true;
    for (size_t i = 0; i < count && goes_on; i++)
        goes_on = file_reader_read(outflow.worker->reader, &files[i], &files_sink);
    enum flow last = sink_emit(sink, batch, error);
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

static void add_counts(const struct stage *stage, struct file_counts *sum)
{
    const struct readers *readers = stage->state;
    *sum = (struct file_counts){ 0 };
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        const struct file_counts *counts = file_reader_counts(readers->workers[i].reader);
        sum->links += counts->links;
        sum->special += counts->special;
        sum->members += counts->members;
    }
}

static enum flow readers_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    (void)sink;
    (void)error;
    const struct readers *readers = stage->state;
    const struct document_format *formats = document_formats(&(size_t){ 0 });
    struct buffer kinds = { 0 };
    int64_t total = 0;
    for (size_t i = 0; i < readers->format_count; i++) {
        int64_t count = count_left_out(stage, i);
        total += count;
        if (count > 0)
            buffer_append_format(&kinds, "%s%s %lld", kinds.length ? ", " : "", formats[i].name, (long long)count);
    }
    if (total > 0)
        say_note(stage->class->name, "%lld %s left out, no text in them (%s)", (long long)total,
                 total == 1 ? "file was" : "files were", buffer_string(&kinds));
    buffer_release(&kinds);
    return FLOW_OK;
}

static void readers_close(struct stage *stage)
{
    struct readers *readers = stage->state;
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        file_reader_free(readers->workers[i].reader);
        arena_release(&readers->workers[i].files);
        memory_free(readers->workers[i].left_out);
    }
    memory_free(readers->workers);
    settings_release(&readers->settings);
    memory_free(readers);
}

static void readers_summarize(const struct stage *stage, struct buffer *json)
{
    const struct readers *readers = stage->state;
    if (!readers || !readers->workers[stage->run->jobs - 1].reader)
        return;
    struct file_counts counts;
    add_counts(stage, &counts);
    buffer_append_format(json, "\"archive_members\":%lld,\"archive_links_passed\":%lld,\"archive_special_passed\":%lld",
                         (long long)counts.members, (long long)counts.links, (long long)counts.special);
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

static const struct stage_class *const ingest_stages[] = { &finder_class, &readers_class, NULL };

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
        "told by content first, then by name.\n\n"
        "Archives (tar, zip, 7z, cpio) and compressed files (gzip, zstd, xz, bzip2, lz4) are looked into; a member's "
        "id "
        "is OUTER!/INNER. Files come in the order of their names, so the same tree gives the same bytes everywhere.\n\n"
        "A file that cannot be read, or has a format that is not read yet, is a reject: it is named, the rest goes on, "
        "and the exit code is 2. Images, programs and other files without text are left out and counted.",
    .group = GROUP_GET,
    .reads = TOOL_NOTHING,
    .writes = TOOL_RECORDS,
    .options = ingest_table,
    .options_bytes = sizeof(struct ingest_options),
    .skips_errors = true,
    .check = ingest_check,
    .examples = ingest_examples,
    .stages = ingest_stages,
};
