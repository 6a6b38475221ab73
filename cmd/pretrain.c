/* pretrain.c - documents as rows of plain text, for continued pre-training. */
#include "pretrain.h"

#include "cli/parse.h"
#include "dataset/plain_text.h"
#include "record/expression.h"
#include "text/tokens.h"
#include "tools.h"
#include "json/path.h"

#define FIELD(name) OPTION_FIELD(struct pretrain_options, name)
static const struct option pretrain_options[] = {
    { .name = "profile",
      FIELD(profile),
      .argument = "PROFILE",
      .initial = "trl-text",
      .help = "who trains: trl-text, nova-cpt ({\"text\"}), bedrock-cpt ({\"input\"})",
      .details = "Any profile with rows of plain text; 'garner validate --list' has them all." },
    { .name = "field",
      FIELD(field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .initial = "text",
      .help = "the text of a record" },
    { .name = "keep",
      FIELD(keep),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "fields that stay beside the text, under their last key: id,metadata.source",
      .details = "All others go. A profile that takes one key alone, such as bedrock-cpt, keeps none." },
    { .name = "join",
      FIELD(joins),
      .help = "put chunks that follow one another together into their document again",
      .details = "By metadata.document_id. What they overlap by metadata.start and end stands once. To join documents "
                 "into rows of one length, see 'garner pack'." },
    { .name = "separator",
      FIELD(separator),
      .argument = "TEXT",
      .initial = "\\n\\n",
      .help = "--join: what stands where more than one character is missing between chunks" },
    { .name = "strip", FIELD(strips), .initial = "true", .help = "take white space off both ends of a text" },
    { .name = "tidy",
      FIELD(tidies),
      .help = "no blanks at line ends, one kind of line end, no more than one empty line at a time" },
    { .name = "min-chars",
      FIELD(minimum_chars),
      .argument = "N",
      .initial = "0",
      .minimum = 0,
      .maximum = 1e9,
      .help = "drop shorter texts" },
    { .name = "max-tokens",
      FIELD(maximum_tokens),
      .argument = "N",
      .initial = "0",
      .minimum = 0,
      .maximum = 1e8,
      .help = "split longer texts: at paragraphs, else sentences, else words [0: never]" },
    { .name = "tokenizer",
      FIELD(tokenizer),
      .meaning = MEANING_FILE,
      .argument = "NAME|FILE",
      .initial = "o200k-estimate",
      .help = "what counts tokens; see 'garner help tokens'" },
    { .name = NULL },
};

static bool check_keep(const struct tool_call *call, const struct plain_text_form *form, struct error *error)
{
    const struct pretrain_options *options = call->options;
    if (options->keep.count > 0 && form->is_closed)
        return error_set(error, E_USAGE, "--keep: %s takes '%s' and no other key", options->profile, form->key);
    for (size_t i = 0; i < options->keep.count; i++) {
        struct json_path path;
        const char *text = options->keep.values[i];
        if (!json_path_compile(slice_of_string(text), call->arena, &path, error))
            return expression_label_error(error, "--keep");
        if (path.count == 0 || path.steps[path.count - 1].kind != JSON_STEP_KEY)
            return error_set(error, E_USAGE, "--keep: '%s' does not end with a key", text);
        if (slice_equal(path.steps[path.count - 1].key, slice_of_string(form->key)))
            return error_set(error, E_USAGE, "--keep: '%s' would be called as the text is", text);
    }
    return true;
}

static bool pretrain_check(const struct tool_call *call, struct error *error)
{
    const struct pretrain_options *options = call->options;
    struct plain_text_form form;
    struct json_path path;
    if (!plain_text_form_of(options->profile, &form, error))
        return expression_label_error(error, "--profile");
    if (!json_path_compile(slice_of_string(options->field), call->arena, &path, error))
        return expression_label_error(error, "--field");
    if (!tokenizer_check(options->tokenizer, error))
        return expression_label_error(error, "--tokenizer");
    if (tool_call_has(call, "separator") && !options->joins)
        return error_set(error, E_USAGE, "--separator: needs --join");
    return check_keep(call, &form, error);
}

static const struct stage_class *const plain_stages[] = { &pretrain_write_stage, NULL };
static const struct stage_class *const join_stages[] = { &pretrain_look_stage, &pretrain_join_stage,
                                                         &pretrain_write_stage, NULL };

static const struct stage_class *const *pretrain_choose(const void *options)
{
    return ((const struct pretrain_options *)options)->joins ? join_stages : plain_stages;
}

static const struct tool_example pretrain_examples[] = {
    { "garner pretrain --profile bedrock-cpt",
      "{\"id\":\"a\",\"text\":\"  Basalt is a rock.\\n\",\"metadata\":{\"source\":\"a.md\"}}\n",
      "{\"input\":\"Basalt is a rock.\"}\n", "the text alone" },
    { "garner pretrain --join --keep id",
      "{\"id\":\"a#0\",\"text\":\"Boil water. Add tea.\",\"metadata\":{\"document_id\":\"a\",\"start\":0,\"end\":20}}\n"
      "{\"id\":\"a#1\",\"text\":\"Add tea. Wait.\",\"metadata\":{\"document_id\":\"a\",\"start\":12,\"end\":26}}\n",
      "{\"text\":\"Boil water. Add tea. Wait.\",\"id\":\"a\"}\n", "chunks, whole again" },
    { .command = "garner pretrain --max-tokens 512 --min-chars 200 notes.jsonl",
      .remark = "short ones dropped, long ones split" },
    { .command = NULL },
};

const struct tool tool_pretrain = {
    .name = "pretrain",
    .summary = "Write documents as rows of plain text",
    .description =
        "Rows for continued pre-training: the text under the key that a profile wants, and of the other fields those "
        "of --keep. A text that nothing changes leaves as it is written. Empty and too short ones are dropped, with "
        "the reasons empty_text and too_short.\n\n"
        "The summary counts rows, characters, bytes and tokens, and in plan_tokens what the service plans with: 6 "
        "characters a token on Bedrock, where the profile has no other number. 'garner pack' fills rows of a "
        "training's length and writes shards.",
    .group = GROUP_TRAIN,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = pretrain_options,
    .options_bytes = sizeof(struct pretrain_options),
    .check = pretrain_check,
    .examples = pretrain_examples,
    .stages = plain_stages,
    .choose_stages = pretrain_choose,
};
