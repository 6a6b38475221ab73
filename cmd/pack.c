/* pack.c - documents into rows of one length, and rows into shards. */
#include "pack.h"

#include "cli/parse.h"
#include "record/expression.h"
#include "stream/output_set.h"
#include "tools.h"
#include "json/path.h"

enum { LENGTH_MINIMUM = 16, SHARD_BYTES_MINIMUM = 64 * 1024 };
#define SHARD_BYTES_DEFAULT ((int64_t)256 * 1024 * 1024)

/* In the order of enum pack_choice, pack_long, pack_emit. */
static const char *const strategies[] = { "best-fit", "greedy", "wrapped", "none", NULL };
static const char *const actions[] = { "split", "drop", "truncate", NULL };
static const char *const emits[] = { "text", "ids", NULL };

#define FIELD(name) OPTION_FIELD(struct pack_options, name)
static const struct option pack_options[] = {
    { .name = "length",
      .letter = 'l',
      FIELD(length),
      .argument = "TOKENS",
      .initial = "4096",
      .minimum = LENGTH_MINIMUM,
      .maximum = PACK_LENGTH_MAXIMUM,
      .help = "tokens of a row: the sequence length of the training" },
    { .name = "tokenizer",
      FIELD(tokenizer),
      .meaning = MEANING_FILE,
      .argument = "NAME|FILE",
      .initial = "o200k-estimate",
      .help = "what counts tokens: o200k-estimate, cl100k-estimate, or a vocabulary file",
      .details = "See 'garner help tokens'. --emit ids needs a file: that of the model to be trained." },
    { .name = "strategy",
      FIELD(strategy),
      .argument = "STRATEGY",
      .choices = strategies,
      .initial = "best-fit",
      .help = "how rows are filled",
      .details =
          "best-fit: the longest documents first, each into the fullest row that has room (best fit decreasing), "
          "within a window of --window; no document that fits a row is cut. greedy: in order, a new row when the "
          "next document does not fit. wrapped: one stream cut every --length tokens, so that no room is left and "
          "documents are cut anywhere. none: rows go on as they are, to be put into shards." },
    { .name = "long",
      FIELD(action),
      .argument = "ACTION",
      .choices = actions,
      .initial = "split",
      .help = "what becomes of a document longer than a row",
      .details = "split: into pieces, cut between words where that costs at most 64 tokens; drop: it is dropped, with "
                 "the reason too_long; truncate: its start is kept." },
    { .name = "separator",
      FIELD(separator),
      .argument = "TEXT",
      .help = "what stands behind each document [\\n\\n in texts, nothing in ids]",
      .details =
          "Often the model's end-of-text token: '<|endoftext|>'. With a vocabulary file it is that token where the "
          "file knows it. \\n and \\t stand for a line end and a tab; white space is left out at a row's end. A "
          "document's own text is never taken for a special token." },
    { .name = "field",
      FIELD(field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .initial = "text",
      .help = "the text of a record, and of a row" },
    { .name = "emit",
      FIELD(emit),
      .argument = "WHAT",
      .choices = emits,
      .initial = "text",
      .help = "rows of text, or of token ids",
      .details = "ids: {\"input_ids\":[...],\"seq_lengths\":[...]}, with the number of tokens of each document in "
                 "the row, from which trainers keep attention inside a document." },
    { .name = "positions", FIELD(has_positions), .help = "ids: also position_ids, from 0 in each document" },
    { .name = "documents", FIELD(names_documents), .help = "also the ids of the documents in each row" },
    { .name = "window",
      FIELD(window),
      .meaning = MEANING_BYTES,
      .argument = "SIZE",
      .initial = "64M",
      .minimum = 1024 * 1024,
      .maximum = (double)((int64_t)1 << 40),
      .help = "best-fit: so much text is looked at together; this much memory" },
    { .name = "shard-size",
      FIELD(shard_bytes),
      .heading = "Shards: --output 'out/{shard}.jsonl.zst'",
      .meaning = MEANING_BYTES,
      .argument = "SIZE",
      .minimum = SHARD_BYTES_MINIMUM,
      .maximum = 1e15,
      .help = "bytes of a shard's file, at most [256M]" },
    { .name = "shard-rows",
      FIELD(shard_rows),
      .argument = "N",
      .minimum = 1,
      .maximum = 1e15,
      .help = "rows of a shard, instead" },
    { .name = "shards",
      FIELD(shard_count),
      .argument = "N",
      .minimum = 1,
      .maximum = SHARD_COUNT_MAXIMUM,
      .help = "so many shards, to which rows are dealt in turn, instead" },
    { .name = "verify",
      FIELD(verify),
      .meaning = MEANING_FILE,
      .argument = "PATH",
      .help = "look whether a set of shards (its folder or manifest) is whole; nothing is packed" },
    { .name = NULL },
};

static bool check_shards(const struct tool_call *call, struct error *error)
{
    const struct pack_options *options = call->options;
    int limits = tool_call_has(call, "shard-size") + (options->shard_rows > 0) + (options->shard_count > 0);
    struct shard_layout layout;
    if (limits > 1)
        return error_set(error, E_USAGE, "--shard-size, --shard-rows, --shards: one of them is enough");
    if (output_template_is(call->common.output))
        return shard_layout_of(call->common.output, &layout, error);
    return limits == 0 || !call->common.output ||
           error_set(error, E_USAGE, "--output: shards need a name with {shard}, such as 'out/{shard}.jsonl.zst'");
}

/* Without a limit a shard has 256 MiB. */
static bool pack_fill_options(struct tool_call *call, struct error *error)
{
    struct pack_options *options = call->options;
    (void)error;
    if (!options->shard_bytes && !options->shard_rows && !options->shard_count)
        options->shard_bytes = SHARD_BYTES_DEFAULT;
    return true;
}

static bool pack_check(const struct tool_call *call, struct error *error)
{
    const struct pack_options *options = call->options;
    struct json_path path;
    bool is_ids = options->emit == PACK_EMIT_IDS;
    if (options->verify.count > 0)
        return !output_template_is(call->common.output) || error_set(error, E_USAGE, "--verify: excludes {shard}");
    if (!tokenizer_check(options->tokenizer, error)) {
        struct error inner = *error;
        return error_set(error, inner.code, "--tokenizer: %s", inner.message);
    }
    for (size_t i = 0; is_ids && tokenizer_builtin_names[i]; i++)
        if (strcmp(options->tokenizer, tokenizer_builtin_names[i]) == 0)
            return error_set(error, E_USAGE, "--emit: '%s' only estimates counts, ids need --tokenizer FILE",
                             options->tokenizer);
    if (options->has_positions && !is_ids)
        return error_set(error, E_USAGE, "--positions: needs --emit ids");
    if (options->strategy == PACK_CHOICE_WRAPPED && tool_call_has(call, "long"))
        return error_set(error, E_USAGE, "--long: --strategy wrapped cuts every document where a row ends");
    if (options->strategy == PACK_CHOICE_NONE && (is_ids || tool_call_has(call, "separator")))
        return error_set(error, E_USAGE, "--strategy: none leaves rows as they are");
    if (!json_path_compile(slice_of_string(options->field), call->arena, &path, error))
        return expression_label_error(error, "--field");
    return check_shards(call, error);
}

static bool pack_reads_nothing(const struct tool_call *call)
{
    const struct pack_options *options = call->options;
    return options->verify.count > 0 && call->common.inputs.count == 0;
}

static const char *const output_names[] = { "shard", NULL };
static const struct stage_class *const pack_stages[] = { &pack_measure_stage, &pack_fill_stage, NULL };
static const struct stage_class *const shard_stages[] = { &pack_measure_stage, &pack_fill_stage, &pack_compress_stage,
                                                          &pack_write_stage, NULL };
static const struct stage_class *const verify_stages[] = { &pack_verify_stage, NULL };

static const struct stage_class *const *pack_choose(const void *options)
{
    return ((const struct pack_options *)options)->verify.count > 0 ? verify_stages : pack_stages;
}

static const struct tool_example pack_examples[] = {
    { "garner pack --length 16 --separator '<|endoftext|>' --documents",
      "{\"id\":\"a\",\"text\":\"The tide is high at noon today.\"}\n{\"id\":\"b\",\"text\":\"Ships wait outside of the "
      "harbour until it turns.\"}\n{\"id\":\"c\",\"text\":\"Tea is hot.\"}\n",
      "{\"text\":\"The tide is high at noon today.<|endoftext|>\",\"documents\":[\"a\"]}\n"
      "{\"text\":\"Ships wait outside of the harbour until it turns.<|endoftext|>Tea is hot.<|endoftext|>\","
      "\"documents\":[\"b\",\"c\"]}\n",
      "rows of up to 16 tokens" },
    { .command = "garner pack --strategy none --shards 2 -o 'out/{shard}.tar' notes.jsonl",
      .remark = "two shards, their indexes and a manifest" },
    { .command = NULL },
};

const struct tool tool_pack = {
    .name = "pack",
    .summary = "Fill rows of one length with documents, and write shards",
    .description =
        "Joins the texts of records into rows of up to --length tokens, so that a trainer pads little: {\"text\"}, or "
        "with --emit ids {\"input_ids\",\"seq_lengths\"} as TRL and others read them. Rows and what is in them stand "
        "in the order of the input; shuffle before, and after for best-fit. The summary has the share of padding, and "
        "how many documents were split.\n\n"
        "With {shard} in --output rows go into files of about one size that can be read in any order: JSON lines "
        "(.jsonl, .jsonl.zst) or a ustar archive with a NUMBER.json for each row (.tar, .tar.zst), as WebDataset reads "
        "it. Compressed shards consist of frames with a seek table. FILE.index has 16 bytes a row: offset (8, "
        "little-endian), length and a check (4 each); manifest.json beside them has rows, tokens and SHA-256 of each "
        "shard and comes last, so a set with a manifest is whole. --verify, and 'garner verify', compare all of it. "
        "Tombstones do not go into shards.",
    .group = GROUP_TRAIN,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = pack_options,
    .options_bytes = sizeof(struct pack_options),
    .fill = pack_fill_options,
    .check = pack_check,
    .reads_nothing = pack_reads_nothing,
    .examples = pack_examples,
    .stages = pack_stages,
    .output_names = output_names,
    .file_stages = shard_stages,
    .choose_stages = pack_choose,
};
