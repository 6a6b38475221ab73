/* common.c - the options that every tool has. */
#include "cli/common.h"

static const char *const on_error_choices[] = { "", "fail", "skip", NULL };
static const char *const log_format_choices[] = { "text", "json", NULL };
static const char *const progress_choices[] = { "auto", "always", "never", NULL };

/* For whom a row is. The order is that of common_option_table. */
enum common_class {
    FOR_ALL,
    FOR_WRITERS,        /* writes records or bytes */
    FOR_WORKERS,        /* all but those with has_few_common */
    FOR_REJECTERS,      /* of them all but those with rejects_nothing */
    FOR_RECORD_READERS, /* reads records */
    FOR_RECORD_WRITERS,
    FOR_STAGES,      /* made of stages */
    FOR_FILE_READERS /* reads records from FILE operands */
};

#define FIELD(name) OPTION_FIELD(struct common_options, name)

const struct option common_option_table[] = {
    { .name = "output",
      .letter = 'o',
      FIELD(output),
      .argument = "FILE",
      .meaning = MEANING_FILE,
      .help = "write there instead of standard output",
      .details = "The file appears whole or not at all: it is written beside its place and renamed at the end. A name "
                 "that ends in .zst or .gz is compressed." },
    { .name = "jobs",
      .letter = 'j',
      FIELD(jobs),
      .argument = "N",
      .initial = "0",
      .minimum = 0,
      .maximum = 256,
      .help = "threads to use; 0: one for each processor",
      .details = "The output does not depend on it." },
    { .name = "seed",
      FIELD(seed),
      .argument = "N",
      .initial = "0",
      .help = "start of everything random",
      .details = "The same seed gives the same output." },
    { .name = "on-error",
      FIELD(on_error),
      .argument = "ACTION",
      .choices = on_error_choices,
      .help = "at a faulty record",
      .details = "fail stops at the first one; skip rejects it, counts it and goes on, and the exit code is 2 at the "
                 "end. The default is fail; for ingest, and with --rejects or --max-errors, it is skip." },
    { .name = "rejects",
      FIELD(rejects),
      .argument = "FILE",
      .meaning = MEANING_FILE,
      .help = "keep rejected records there, with the reason",
      .details = "Each line is a JSON object with tool, file, line, field, code, reason and record (raw, in base64, "
                 "where it is no JSON)." },
    { .name = "dropped",
      FIELD(dropped),
      .argument = "FILE",
      .meaning = MEANING_FILE,
      .help = "keep records that were dropped by design there",
      .details = "The lines have the form of --rejects. Dropped records never change the exit code." },
    { .name = "max-errors",
      FIELD(max_errors),
      .argument = "N|P%",
      .help = "up to so many rejects the exit code is 0, beyond it stops",
      .details = "A number of records, or a share of those read such as 0.5%." },
    { .name = "summary",
      FIELD(summary),
      .argument = "FILE",
      .meaning = MEANING_FILE,
      .help = "write counts, codes, seconds and digests there as JSON",
      .details = "It is written after a failure, too." },
    { .name = "require",
      FIELD(require),
      .argument = "EXPR",
      .meaning = MEANING_EXPRESSION,
      .keeps_commas = true,
      .help = "exit 1 unless this holds for the summary",
      .details = "An expression over the summary's members, as 'rejected < 0.01 * in'. May be given several times." },
    { .name = "dry-run", FIELD(dry_run), .help = "say what would be done; write nothing, ask no server" },
    { .name = "offline", FIELD(offline), .help = "refuse to contact any host" },
    { .name = "seal",
      FIELD(seal),
      .help = "end the output with a line that says it is complete",
      .details = "A reader with --sealed then notices a writer that was killed." },
    { .name = "sealed", FIELD(sealed), .help = "refuse an input that does not end with a seal" },
    { .name = "max-delay",
      FIELD(max_delay),
      .argument = "TIME",
      .meaning = MEANING_SECONDS,
      .minimum = 0,
      .maximum = 1e9,
      .help = "of a live input, hold records back at most so long",
      .details = "Records that are done leave as soon as the input pauses. This is for what is gathered: texts for one "
                 "request to a server are sent when so much time has passed, if their number was not reached before "
                 "(without it at once), and index takes a document for complete when nothing came behind it for so "
                 "long (0.2s without it)." },
    { .name = "quiet", .letter = 'q', FIELD(quiet), .help = "no remarks and no progress, only warnings and errors" },
    { .name = "verbose", .letter = 'v', FIELD(verbose), .maximum = 3, .help = "say more; twice for still more" },
    { .name = "log-format",
      FIELD(log_format),
      .argument = "FORMAT",
      .choices = log_format_choices,
      .initial = "text",
      .help = "how messages look on standard error" },
    { .name = "progress",
      FIELD(progress),
      .argument = "WHEN",
      .choices = progress_choices,
      .initial = "auto",
      .help = "progress line on standard error",
      .details = "auto shows it on a terminal only, after one second." },
    { .name = "input",
      .is_operand = true,
      FIELD(inputs),
      .argument = "FILE",
      .meaning = MEANING_FILE,
      .help = "records, one JSON object a line; - or none: standard input" },
    { .name = NULL },
};

static const enum common_class classes[] = {
    FOR_WRITERS /* output */,        FOR_WORKERS /* jobs */,      FOR_WORKERS /* seed */,
    FOR_REJECTERS /* on-error */,    FOR_REJECTERS /* rejects */, FOR_REJECTERS /* dropped */,
    FOR_REJECTERS /* max-errors */,  FOR_WORKERS /* summary */,   FOR_WORKERS /* require */,
    FOR_REJECTERS /* dry-run */,     FOR_WORKERS /* offline */,   FOR_RECORD_WRITERS /* seal */,
    FOR_RECORD_READERS /* sealed */, FOR_STAGES /* max-delay */,  FOR_ALL /* quiet */,
    FOR_ALL /* verbose */,           FOR_ALL /* log-format */,    FOR_WORKERS /* progress */,
    FOR_FILE_READERS /* input */,
};

_Static_assert(sizeof classes / sizeof classes[0] == sizeof common_option_table / sizeof common_option_table[0] - 1,
               "every common option has its class");

bool common_applies(const struct tool *tool, const struct option *row)
{
    switch (classes[row - common_option_table]) {
    case FOR_ALL:
        return true;
    case FOR_WRITERS:
        return tool->writes != TOOL_NOTHING;
    case FOR_WORKERS:
        return !tool->has_few_common;
    case FOR_REJECTERS:
        return !tool->has_few_common && !tool->rejects_nothing;
    case FOR_RECORD_READERS:
        return tool->reads == TOOL_RECORDS && !tool->has_few_common;
    case FOR_RECORD_WRITERS:
        return tool->writes == TOOL_RECORDS && !tool->has_few_common;
    case FOR_STAGES:
        return tool_has_stages(tool);
    case FOR_FILE_READERS:
        return tool->reads == TOOL_RECORDS && !tool->has_own_inputs;
    }
    return false;
}
