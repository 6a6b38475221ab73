/* dedup.c - keeps the first of rows that are the same. */
#include "dedup.h"

#include "cli/parse.h"
#include "curate/simhash.h"
#include "tools.h"

enum { MEMORY_MINIMUM = 4 * 1024 * 1024 };

const char *const dedup_methods[] = { "exact",     "normalized", "minhash",  "simhash", "lines",
                                      "sentences", "substring",  "semantic", NULL };
const char *const dedup_presets[] = { "", "datatrove", "datatrove-sha1", "data-juicer", "nemo", "text-dedup", NULL };
static const char *const units[] = { "bytes", "words", NULL };
static const char *const emits[] = { "rows", "clusters", "pairs", "ids", NULL };

#define FIELD(name) OPTION_FIELD(struct dedup_options, name)
static const struct option dedup_options[] = {
    { .name = "method",
      FIELD(method),
      .argument = "NAME",
      .initial = "exact",
      .choices = dedup_methods,
      .help = "when rows are the same",
      .details =
          "exact: the same text; of a record without the field text all fields but id, _id and metadata, as "
          "values. normalized: the same but for case, white space, punctuation and Unicode normal form; what "
          "holds nothing else is compared as it is. minhash: texts that share most of their stretches of five words; "
          "a text of fewer words is one stretch. simhash: texts whose 64-bit sketches, made of stretches of three "
          "words, differ in few bits. semantic: embeddings (of embed) whose cosine is at least --threshold. The others "
          "remove parts of texts that stand in an earlier row, too (what a row "
          "repeats within itself stays), and drop a row of which nothing is left. lines: but for white space at "
          "their ends. sentences: as many in a row as --window says, but for case, white space and punctuation. "
          "substring: any stretch, byte for byte. Use them before chunk and embed: offsets and vectors stay as they "
          "are." },
    { .name = "preset",
      FIELD(preset),
      .argument = "NAME",
      .choices = dedup_presets,
      .help = "minhash with the signatures and bands of another tool, simhash with its parameters",
      .details = "minhash: bit for bit, where white space parts words and letters have simple lower-case forms. As "
                 "there, rows that share a band are duplicates, unless --threshold is given; the kept row is the "
                 "first, and texts too short for a shingle are kept. simhash: data-juicer (6 words, distance 4) and "
                 "text-dedup (3 words, distance 3)." },
    { .name = "threshold",
      FIELD(threshold),
      .argument = "SHARE",
      .maximum = 1,
      .help = "of shingles that candidates must share [0.7; with --preset none], or least cosine [0.95]" },
    { .name = "distance",
      FIELD(distance),
      .argument = "BITS",
      .minimum = 1,
      .maximum = SIMHASH_DISTANCE_MAXIMUM,
      .help = "of 64, in which rows may differ for simhash [6; with --preset 4 or 3]" },
    { .name = "least",
      FIELD(least),
      .argument = "N",
      .minimum = 1,
      .maximum = 1 << 20,
      .help = "shortest part that is removed [lines: 20 characters; sentences: 10 words; substring: 100 bytes or 50 "
              "words]" },
    { .name = "unit",
      FIELD(unit),
      .argument = "UNIT",
      .initial = "bytes",
      .choices = units,
      .help = "of --least for substring; words are parted by white space" },
    { .name = "window",
      FIELD(window),
      .argument = "N",
      .initial = "3",
      .minimum = 1,
      .maximum = 64,
      .help = "sentences in a row that are compared together" },
    { .name = "rest",
      FIELD(rest),
      .argument = "WORDS",
      .maximum = 1 << 20,
      .help = "drop a row that lost some of its text and has fewer words left [any]" },
    { .name = "field",
      FIELD(field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the text to compare; several are compared together" },
    { .name = "by",
      FIELD(by),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "compare the values of these keys instead; a row that has none of them is kept" },
    { .name = "against",
      FIELD(against),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "drop what stands in these files or indexes, too: only what is new goes on",
      .details = "The rows of a file, or of an index folder the records that it holds." },
    { .name = "emit",
      FIELD(emit),
      .argument = "WHAT",
      .initial = "rows",
      .choices = emits,
      .help = "what to write",
      .details =
          "rows: those that are kept. pairs: for each duplicate its id and row, and those of the row that is "
          "kept. ids: of each duplicate. clusters: the rows of each set, the kept one first. A row is the "
          "number of a record in the stream, without rejected ones. Where parts are removed, a pair names one of "
          "them by its characters [start, end), counted through the texts of the row; ids are those of rows "
          "that lost some, and rows that share a part are one cluster." },
    { .name = "memory",
      FIELD(memory),
      .meaning = MEANING_BYTES,
      .argument = "SIZE",
      .initial = "256M",
      .minimum = MEMORY_MINIMUM,
      .maximum = (double)((int64_t)1 << 40),
      .help = "memory for what was seen; beyond it rows wait in a temporary file in $TMPDIR" },
    { .name = NULL },
};

static bool is_near(const struct dedup_options *options)
{
    return options->method == DEDUP_MINHASH || options->method == DEDUP_SIMHASH || options->preset != 0;
}

static bool is_cutting(const struct dedup_options *options)
{
    return options->method == DEDUP_LINES || options->method == DEDUP_SENTENCES || options->method == DEDUP_SUBSTRING;
}

static bool check_parts(const struct tool_call *call, struct error *error)
{
    const struct dedup_options *options = call->options;
    if ((options->least > 0 || options->rest > 0) && !is_cutting(options))
        return error_set(error, E_USAGE, "--%s: goes with --method lines, sentences and substring",
                         options->least > 0 ? "least" : "rest");
    if (tool_call_has(call, "unit") && options->method != DEDUP_SUBSTRING)
        return error_set(error, E_USAGE, "--unit: goes with --method substring");
    if (tool_call_has(call, "window") && options->method != DEDUP_SENTENCES)
        return error_set(error, E_USAGE, "--window: goes with --method sentences");
    return true;
}

static bool dedup_check(const struct tool_call *call, struct error *error)
{
    const struct dedup_options *options = call->options;
    bool is_told = tool_call_has(call, "method");
    if (options->preset && is_told && options->method != DEDUP_MINHASH && options->method != DEDUP_SIMHASH)
        return error_set(error, E_USAGE, "--preset: goes with --method minhash and simhash");
    if (options->threshold > 0 && !is_near(options) && options->method != DEDUP_SEMANTIC)
        return error_set(error, E_USAGE, "--threshold: goes with --method minhash, simhash and semantic");
    if (options->distance > 0 && options->method != DEDUP_SIMHASH)
        return error_set(error, E_USAGE, "--distance: goes with --method simhash");
    if (!check_parts(call, error))
        return false;
    if (is_near(options))
        return dedup_near_check(options, call->arena, error);
    if (options->method == DEDUP_SEMANTIC)
        return dedup_semantic_check(options, call->arena, error);
    return is_cutting(options) ? dedup_cut_check(options, call->arena, error)
                               : dedup_exact_check(options, call->arena, error);
}

static const struct stage_class *const *choose_stages(const void *settings)
{
    const struct dedup_options *options = settings;
    if (is_near(options))
        return dedup_near_stages;
    if (options->method == DEDUP_SEMANTIC)
        return dedup_semantic_stages;
    return is_cutting(options) ? dedup_cut_stages : dedup_exact_stages;
}

#define NOTES                                                                                                          \
    "{\"id\":\"a\",\"text\":\"Tea, please.\"}\n"                                                                       \
    "{\"id\":\"b\",\"text\":\"Tea, please.\",\"metadata\":{\"year\":2004}}\n"                                          \
    "{\"id\":\"c\",\"text\":\"tea please\"}\n"

static const struct tool_example dedup_examples[] = {
    { "garner dedup", NOTES, "{\"id\":\"a\",\"text\":\"Tea, please.\"}\n{\"id\":\"c\",\"text\":\"tea please\"}\n",
      "the same text" },
    { "garner dedup --method normalized --emit pairs", NOTES,
      "{\"id\":\"b\",\"row\":2,\"duplicate_of\":\"a\",\"duplicate_of_row\":1}\n"
      "{\"id\":\"c\",\"row\":3,\"duplicate_of\":\"a\",\"duplicate_of_row\":1}\n",
      "which rows repeat which" },
    { "garner dedup --method minhash",
      "{\"id\":1,\"text\":\"Boil the water, add the tea, wait four minutes, take it out, drink it slowly.\"}\n"
      "{\"id\":2,\"text\":\"Boil the water, add the tea, wait four minutes, take it out, drink it at once.\"}\n",
      "{\"id\":1,\"text\":\"Boil the water, add the tea, wait four minutes, take it out, drink it slowly.\"}\n",
      "texts that are much alike" },
    { "garner dedup --method lines",
      "{\"id\":1,\"text\":\"Home | News | Contact us\\nTea is nice.\"}\n"
      "{\"id\":2,\"text\":\"Home | News | Contact us\\nMilk is white.\"}\n",
      "{\"id\":1,\"text\":\"Home | News | Contact us\\nTea is nice.\"}\n{\"id\":2,\"text\":\"Milk is white.\"}\n",
      "what stands on every page stays on the first" },
    { .command = "garner dedup --against old.jsonl notes.jsonl > new.jsonl", .remark = "what is new since last time" },
    { .command = NULL },
};

const struct tool tool_dedup = {
    .name = "dedup",
    .summary = "Keep the first of rows, or parts of rows, that are the same",
    .description =
        "Of rows that are the same the first one goes on, at once and byte for byte; the others are dropped with the "
        "reason duplicate, which names the kept row. Files are read in the order given, so the kept row does not "
        "depend on --jobs or --memory. Tombstones go on in their place.\n\n"
        "Fingerprints of 128 bits are compared: some 50 bytes a row in memory. When --memory is full, later rows wait "
        "in a temporary file until the input ends.\n\n"
        "With minhash all rows wait until the input ends, on disk where --memory is short; 16 bytes a row stay in "
        "memory. Candidates are found by 22 bands of 5 of 112 permutations and checked by the real share of common "
        "shingles. Rows that are alike through a third one count as one set. simhash works likewise: all rows that "
        "differ in at most --distance bits are found (but in groups of more than 65536 that agree in the bits of a "
        "table, which are held beside the first so many). It is the cheaper and the coarser one: few bits tell long "
        "texts "
        "with few changes from others, and short texts hardly.\n\n"
        "lines, sentences and substring let all rows wait, too. For substring every stretch of --least bytes that "
        "stands in an earlier row is removed, as by a suffix array over the whole input, but by sorting on disk: a "
        "hash at about one byte of 20, and one at each byte only where texts begin to differ.\n\n"
        "semantic compares all rows with all, exactly: fine for some 100,000 rows.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = dedup_options,
    .options_bytes = sizeof(struct dedup_options),
    .check = dedup_check,
    .examples = dedup_examples,
    .stages = dedup_exact_stages,
    .choose_stages = choose_stages,
};
