/* ingest.c - files, folders and archives to document records. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest_follow.h"
#include "ingest_ids.h"
#include "ingest_options.h"
#include "ingest_parcel.h"
#include "tools.h"

static bool check_live(const struct ingest_options *options, struct error *error)
{
    struct stat status;
    if (options->watch && options->follow)
        return error_set(error, E_USAGE, "--watch is for folders, --follow for files that grow: not both");
    if (options->watch && !options->ledger)
        return error_set(error, E_USAGE, "--watch needs --ledger FILE, to know what changed");
    if (options->watch && options->paths.count == 0)
        return error_set(error, E_USAGE, "PATH is missing");
    for (size_t i = 0; i < options->paths.count && options->watch; i++)
        if (strcmp(options->paths.values[i], "-") == 0)
            return error_set(error, E_USAGE, "--watch: standard input cannot be watched (--follow reads it)");
    if (!options->follow && !options->watch && (options->watch_poll > 0 || options->idle_exit > 0))
        return error_set(error, E_USAGE, "%s goes with --watch and --follow only",
                         options->watch_poll > 0 ? "--watch-poll" : "--idle-exit");
    for (size_t i = 0; i < options->paths.count && options->follow; i++)
        if (stat(options->paths.values[i], &status) == 0 && S_ISDIR(status.st_mode))
            return error_set(error, E_USAGE, "--follow: '%s' is a folder, expected a file", options->paths.values[i]);
    if (options->follow && options->ledger)
        return error_set(error, E_USAGE, "--ledger does not go with --follow: rows have their content as id");
    if (options->follow && (options->modified || options->digest))
        return error_set(error, E_USAGE, "%s does not go with --follow: a file that grows has neither",
                         options->modified ? "--modified" : "--digest");
    return true;
}

static bool ingest_check(const struct tool_call *call, struct error *error)
{
    const struct ingest_options *options = call->options;
    struct ingest_settings settings;
    if (!check_live(options, error))
        return false;
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

/* A stream that is followed may bring an id again on purpose: there only --id-field asks for a comparison. */
static const struct stage_class *const *ingest_choose_stages(const void *options)
{
    static const struct stage_class *const plain[] = { &ingest_find_class, &ingest_read_class, &ingest_ids_class,
                                                       NULL };
    static const struct stage_class *const with_ledger[] = { &ingest_find_class, &ingest_read_class, &ingest_ids_class,
                                                             &ingest_ledger_class, NULL };
    static const struct stage_class *const following[] = { &ingest_follow_class, NULL };
    static const struct stage_class *const following_with_ids[] = { &ingest_follow_class, &ingest_ids_class, NULL };
    const struct ingest_options *given = options;
    if (given->follow)
        return given->id_field ? following_with_ids : following;
    return given->ledger ? with_ledger : plain;
}

static const struct tool_example ingest_examples[] = {
    { .command = "garner ingest --name note.md",
      .input = "# Keys\n\nRotate them yearly.\n",
      .remark = "One document from standard input." },
    { .command = "garner ingest --include '*.md' --exclude drafts/ docs/", .remark = "Only Markdown, without drafts." },
    { .command = "garner ingest --ledger L --prune docs | garner index kb --acknowledge L",
      .remark = "Every night: only what changed since, and what vanished." },
    { .command = "garner ingest --watch --ledger L --idle-exit 0.1 docs | garner index kb",
      .remark = "What is saved is found a second later; without --idle-exit for ever." },
    { .command = "garner ingest --follow --as lines --name log",
      .input = "a line\n",
      .remark = "Line by line as they come; of a file that grows with its name." },
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
        "and the exit code is 2. Images (but see --images), programs and other files without text are left out and "
        "counted.",
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
