/* chunk_options.c - the options of the chunk tool and what they mean. */
#include "chunk_options.h"

#include <inttypes.h>

#include "base/number.h"
#include "document/document.h"

enum {
    SIZE_MAXIMUM = 100000000, /* more than any document has */
    SIZE_DEFAULT = 300,
    PARENT_SIZE_DEFAULT = 1500
};

#define OVERLAP_DEFAULT    "20%"
#define BREAKPOINT_DEFAULT 95

/* In the order of enum chunk_strategy, enum chunk_unit, enum chunk_headings. */
static const char *const strategies[] = { "",     "recursive", "fixed",        "sentence", "markdown", "regex",
                                          "page", "semantic",  "hierarchical", "none",     NULL };
static const char *const units[] = { "tokens", "words", "chars", NULL };
static const char *const headings_choices[] = { "auto", "always", "never", NULL };

/* How Amazon Bedrock knowledge bases cut: the default (about 300 tokens, whole sentences), FIXED_SIZE, HIERARCHICAL and
 * SEMANTIC with the values of its own constructs, NONE. */
static const char *const presets[] = {
    "", "bedrock-default", "bedrock-fixed", "bedrock-hierarchical", "bedrock-semantic", "bedrock-none", NULL
};
static const struct preset {
    enum chunk_strategy strategy;
    int64_t size, parent_size;
    const char *overlap;
} preset_values[] = {
    { CHUNK_RECURSIVE, SIZE_DEFAULT, PARENT_SIZE_DEFAULT, OVERLAP_DEFAULT }, /* no preset */
    { CHUNK_SENTENCE, 300, 0, "0" },
    { CHUNK_FIXED, 300, 0, "20%" },
    { CHUNK_HIERARCHICAL, 300, 1500, "60" },
    { CHUNK_SEMANTIC, 300, 0, "0" },
    { CHUNK_NONE, 300, 0, "0" },
};

#define FIELD(name) OPTION_FIELD(struct chunk_options, name)
const struct option chunk_table[] = {
    { .name = "strategy",
      FIELD(strategy),
      .argument = "STRATEGY",
      .choices = strategies,
      .help = "where to cut [recursive]",
      .details =
          "recursive: at blank lines, else newlines, sentences, clauses, words; fixed: by count alone; sentence: "
          "whole sentences, whatever paragraph they are in; markdown: as recursive, but never past a heading; "
          "regex: never past the start of a match of --separator; page: never past a form feed or the start of "
          "a page in metadata.pages; semantic: where the subject changes, see --breakpoint; hierarchical: parents of "
          "--parent-size, and each cut again into pieces of --size that carry it; none: the whole text as one piece." },
    { .name = "preset",
      FIELD(preset),
      .argument = "NAME",
      .choices = presets,
      .help = "strategy, size and overlap as a known system has them; other options still count",
      .details =
          "bedrock-default: sentence, 300 tokens, no overlap; bedrock-fixed: fixed, 300, 20%; "
          "bedrock-hierarchical: parents of 1500, pieces of 300, overlap 60; bedrock-semantic: semantic, 300, no "
          "overlap, --breakpoint 95, --buffer 0; bedrock-none: none." },
    { .name = "size",
      .letter = 's',
      FIELD(size),
      .argument = "N",
      .minimum = 1,
      .maximum = SIZE_MAXIMUM,
      .help = "largest piece, in units [300]" },
    { .name = "overlap",
      FIELD(overlap),
      .argument = "N|P%",
      .help = "at most so many units shared by neighbours, or a share of the size [20%]",
      .details = "Whole sentences where one is short enough, else whole words. A unit of text that would no longer fit "
                 "comes first: the overlap then is smaller." },
    { .name = "unit",
      .letter = 'u',
      FIELD(unit),
      .argument = "UNIT",
      .initial = "tokens",
      .choices = units,
      .help = "what is counted; chars are Unicode code points" },
    { .name = "parent-size",
      FIELD(parent_size),
      .argument = "N",
      .minimum = 1,
      .maximum = SIZE_MAXIMUM,
      .help = "for --strategy hierarchical: largest parent, in units [1500]",
      .details = "Parents overlap as pieces do. 'garner query --parents' answers with them." },
    { .name = "breakpoint",
      FIELD(breakpoint),
      .argument = "PERCENTILE",
      .minimum = 50,
      .maximum = 99,
      .help = "for --strategy semantic: how unlike neighbouring sentences must be to be parted [95]",
      .details = "Each sentence is embedded. Of the dissimilarities (1 - cosine) of neighbours, those above this "
                 "percentile are breaks: with 95 the twentieth of the pairs that are least alike is parted. What is "
                 "longer than --size then is cut as by recursive." },
    { .name = "buffer",
      FIELD(buffer),
      .argument = "N",
      .initial = "0",
      .minimum = 0,
      .maximum = 1,
      .help = "for --strategy semantic: sentences on each side that are embedded with one" },
    { .name = "separator",
      FIELD(separator),
      .meaning = MEANING_PATTERN,
      .argument = "PCRE",
      .help = "for --strategy regex: cut before each match",
      .details = "Lines are not special unless the pattern begins with (?m). To cut behind something, write "
                 "(?<=something)." },
    { .name = "tokenizer",
      FIELD(tokenizer),
      .meaning = MEANING_FILE,
      .argument = "NAME|FILE",
      .initial = "o200k-estimate",
      .help = "how tokens are counted: o200k-estimate, cl100k-estimate, or a vocabulary file",
      .details = "The estimates need no vocabulary and are within 10 % for English prose, code, Chinese, Japanese and "
                 "Korean. A .tiktoken or tokenizer.json file counts exactly: see 'garner tokens --help'." },
    { .name = "field",
      FIELD(field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .initial = "text",
      .help = "the text to cut" },
    { .name = "headings",
      FIELD(headings),
      .argument = "WHEN",
      .initial = "auto",
      .choices = headings_choices,
      .help = "whether lines that begin with # are headings",
      .details = "auto: when metadata.mime is of a format that ingest gives headings (Markdown, HTML, office files, "
                 "EPUB, RTF, reStructuredText), or with --strategy markdown. Then code fences "
                 "and tables are kept whole where they fit, and each piece says under which headings it stands." },
    EMBED_MODEL_ROWS(struct chunk_options),
    { .name = NULL },
};

enum chunk_strategy chunk_strategy_of(const struct chunk_options *options)
{
    return options->strategy ? (enum chunk_strategy)(options->strategy - 1) : preset_values[options->preset].strategy;
}

/* "60" or "20%". */
static bool parse_overlap(const char *given, int64_t size, bool has_sizes, size_t *overlap, struct error *error)
{
    struct slice text = slice_of_string(given);
    bool is_share = slice_ends_with(text, SLICE("%"));
    int64_t number;
    if (is_share)
        text.length--;
    if (!number_parse_integer(text, &number) || number < 0 || (is_share && number > 99))
        return error_set(error, E_USAGE, "--overlap: '%s' is not a number of units or a share from 0%% to 99%%", given);
    if (is_share)
        number = size * number / 100;
    if (number >= size && has_sizes)
        return error_set(error, E_USAGE, "--overlap: %" PRId64 " must be below --size %" PRId64, number, size);
    *overlap = (size_t)number;
    return true;
}

static bool check_tokenizer(const char *name, struct error *error)
{
    if (tokenizer_check(name, error))
        return true;
    struct error inner = *error;
    return error_set(error, inner.code, "--tokenizer: %s", inner.message);
}

static bool compile_separator(const struct chunk_options *options, enum chunk_strategy strategy,
                              struct pattern **separator, struct error *error)
{
    bool is_regex = strategy == CHUNK_REGEX;
    *separator = NULL;
    if (is_regex != (options->separator != NULL))
        return error_set(error, E_USAGE,
                         is_regex ? "--strategy regex: needs --separator" : "--separator: needs --strategy regex");
    if (!is_regex)
        return true;
    *separator = pattern_compile(slice_of_string(options->separator), 0, error);
    if (*separator)
        return true;
    struct error inner = *error;
    return error_set(error, E_USAGE, "--separator: column %" PRId64 ": %s", inner.column, inner.message);
}

static bool compile_field(const struct chunk_options *options, struct arena *arena, struct json_path *path,
                          struct error *error)
{
    if (json_path_compile(slice_of_string(options->field), arena, path, error))
        return true;
    struct error inner = *error;
    return error_set(error, E_USAGE, "--field: column %" PRId64 ": %s", inner.column, inner.message);
}

/* An option that would do nothing is a mistake. */
static bool check_strategy(const struct chunk_options *options, enum chunk_strategy strategy, struct error *error)
{
    const struct embed_model_options *model = &options->model;
    const char *lost = NULL;
    if (strategy != CHUNK_SEMANTIC)
        lost = options->breakpoint > 0                           ? "--breakpoint"
               : options->buffer > 0                             ? "--buffer"
               : model->provider || model->url || model->command ? "a model"
                                                                 : NULL;
    if (lost)
        return error_set(error, E_USAGE, "%s: needs --strategy semantic", lost);
    if (strategy != CHUNK_HIERARCHICAL && options->parent_size)
        return error_set(error, E_USAGE, "--parent-size: needs --strategy hierarchical");
    return true;
}

bool chunk_plan_make(const struct chunk_options *options, bool is_offline, struct arena *arena, struct chunk_plan *plan,
                     struct error *error)
{
    const struct preset *preset = &preset_values[options->preset];
    enum chunk_strategy strategy = chunk_strategy_of(options);
    int64_t size = options->size ? options->size : preset->size;
    int64_t parent_size = options->parent_size  ? options->parent_size
                          : preset->parent_size ? preset->parent_size
                                                : PARENT_SIZE_DEFAULT;
    *plan = (struct chunk_plan){ .settings = { .strategy = strategy,
                                               .unit = (enum chunk_unit)options->unit,
                                               .size = (size_t)size,
                                               .parent_size = (size_t)parent_size },
                                 .breakpoint = options->breakpoint > 0 ? options->breakpoint : BREAKPOINT_DEFAULT,
                                 .buffer = (size_t)options->buffer };
    if (!check_strategy(options, strategy, error) ||
        !parse_overlap(options->overlap ? options->overlap : preset->overlap, size, strategy != CHUNK_NONE,
                       &plan->settings.overlap, error) ||
        !check_tokenizer(options->tokenizer, error) || !compile_field(options, arena, &plan->field, error))
        return false;
    if (strategy == CHUNK_HIERARCHICAL && parent_size < size)
        return error_set(error, E_USAGE, "--parent-size: %" PRId64 " must be at least --size %" PRId64, parent_size,
                         size);
    if (strategy == CHUNK_SEMANTIC && !embed_model_settings(&options->model, is_offline, &plan->model, error))
        return false;
    if (strategy == CHUNK_SEMANTIC)
        embed_model_cache(&options->model, arena, &plan->model);
    if (!compile_separator(options, strategy, &plan->separator, error))
        return false;
    plan->settings.separator = plan->separator;
    return true;
}

bool chunk_has_headings(const struct chunk_options *options, struct slice mime)
{
    if (options->headings != HEADINGS_AUTO)
        return options->headings == HEADINGS_ALWAYS;
    return chunk_strategy_of(options) == CHUNK_MARKDOWN || document_has_headings(mime);
}
