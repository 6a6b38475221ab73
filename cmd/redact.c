/* redact.c - finds personal data and secrets in records, and takes them out or marks them. */
#include "curate/redact.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "cli/say.h"
#include "record/expression.h"
#include "record/text_fields.h"
#include "stream/input.h"
#include "tools.h"
#include "json/write.h"

struct redact_options {
    struct option_list kinds, fields, patterns, lists;
    unsigned action, addresses;
    const char *key_file, *into;
};

enum { ACTION_MASK, ACTION_HASH, ACTION_PSEUDONYM, ACTION_DROP, ACTION_TAG };
static const char *const action_choices[] = { "mask", "hash", "pseudonym", "drop", "tag", NULL };
static const char *const address_choices[] = { "all", "public", NULL };

#define FIELD(name) OPTION_FIELD(struct redact_options, name)
static const struct option redact_options[] = {
    { .name = "kind",
      FIELD(kinds),
      .argument = "KIND",
      .initial = "all",
      .help = "what to look for: names of kinds or groups; -KIND leaves one out",
      .details = "Groups: personal (email, phone, credit-card, iban), network (ipv4, ipv6, mac), national-id (us-ssn, "
                 "uk-nino, de-tax-id, es-dni, fr-nir, it-codice-fiscale, br-cpf, in-aadhaar, nl-bsn, ca-sin, "
                 "pl-pesel), secrets (url-credentials, jwt, private-key, api-key, secret), all. Example: "
                 "--kind=all,-phone. Own kinds (--patterns, --list) are looked for whenever they are given." },
    { .name = "action",
      FIELD(action),
      .argument = "WHAT",
      .initial = "mask",
      .choices = action_choices,
      .help = "what to do with a find",
      .details = "mask: [EMAIL] in its place. hash: [EMAIL:1f3a9c0d4e5b], by the key. pseudonym: something of the same "
                 "form that belongs to nobody, the same for the same value under one key. drop: the record goes to "
                 "--dropped. tag: the text stays, and --into gets kind, start, end (code points) and path of each." },
    { .name = "pseudonym-key-file",
      FIELD(key_file),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "the key of hash and pseudonym: at least 16 random bytes",
      .details = "Make one with: head -c 32 /dev/urandom > FILE. Whoever has it can test guesses; without it nobody "
                 "can. A final newline does not count." },
    { .name = "patterns",
      FIELD(patterns),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "own kinds: a YAML file of NAME: PCRE lines",
      .details = "A name may also have a list of patterns. The whole match is the find." },
    { .name = "list",
      FIELD(lists),
      .keeps_commas = true,
      .argument = "KIND=FILE",
      .help = "own kinds: names, addresses, one a line of FILE",
      .details = "Found at word boundaries; ASCII letters match in any case, any blanks for a blank." },
    { .name = "addresses",
      FIELD(addresses),
      .argument = "WHICH",
      .initial = "all",
      .choices = address_choices,
      .help = "IP addresses: all, or only those of the public network" },
    { .name = "field",
      FIELD(fields),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the texts to look at [text, or the messages, prompt, answers of the form found]" },
    { .name = "into",
      FIELD(into),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .initial = "metadata.redactions",
      .help = "where --action tag puts the list of finds" },
    { .name = NULL },
};

struct redact_worker {
    struct pii_finds finds;
    struct buffer line, list;
    struct redact_paths paths;
    int64_t *counts; /* of each kind */
    int64_t records; /* with a find */
};

struct redact_state {
    struct arena arena;
    struct pii_detector *detector;
    struct redact_rule rule;
    struct buffer key;
    struct text_fields fields;
    struct json_path into;
    struct redact_worker *workers;
};

/* The whole file, bounded. */
static bool read_file(const char *path, struct buffer *content, struct error *error)
{
    struct input_settings settings = { .decoded_maximum = PII_FILE_BYTES_MAXIMUM,
                                       .limit_name = "8 MiB for such a file" };
    if (!input_read_all(path, &settings, content, error))
        return false;
    return utf8_is_valid(buffer_slice(content)) || error_set(error, E_CONFIG, "'%s' is not valid UTF-8", path);
}

static bool select_kinds(const struct redact_options *options, uint64_t *kinds, struct error *error)
{
    *kinds = options->kinds.count && options->kinds.values[0][0] == '-' ? PII_ALL_KINDS : 0;
    for (size_t i = 0; i < options->kinds.count; i++)
        if (!pii_kinds_select(options->kinds.values[i], kinds, error))
            return expression_label_error(error, "--kind");
    return true;
}

static bool compile_paths(const struct redact_options *options, struct arena *arena, struct redact_state *state,
                          struct error *error)
{
    if (!json_path_compile(slice_of_string(options->into), arena, &state->into, error))
        return expression_label_error(error, "--into");
    if (!text_fields_compile(options->fields.values, options->fields.count, arena, &state->fields, error))
        return expression_label_error(error, "--field");
    return true;
}

static bool needs_key(const struct redact_options *options)
{
    return options->action == ACTION_HASH || options->action == ACTION_PSEUDONYM;
}

static bool redact_check(const struct tool_call *call, struct error *error)
{
    const struct redact_options *options = call->options;
    struct redact_state state = { 0 };
    uint64_t kinds;
    if (needs_key(options) && !options->key_file)
        return error_set(error, E_USAGE, "--action: '%s' needs --pseudonym-key-file", action_choices[options->action]);
    for (size_t i = 0; i < options->lists.count; i++)
        if (!strchr(options->lists.values[i], '='))
            return error_set(error, E_USAGE, "--list: '%s' has no '=', expected KIND=FILE", options->lists.values[i]);
    return select_kinds(options, &kinds, error) && compile_paths(options, call->arena, &state, error);
}

static bool read_own_kinds(const struct redact_options *options, struct redact_state *state, struct error *error)
{
    bool is_good = true;
    for (size_t i = 0; is_good && i < options->patterns.count; i++) {
        struct buffer content = { 0 };
        is_good = read_file(options->patterns.values[i], &content, error) &&
                  pii_add_patterns(state->detector, buffer_slice(&content), options->patterns.values[i], error);
        buffer_release(&content);
    }
    for (size_t i = 0; is_good && i < options->lists.count; i++) {
        const char *list = options->lists.values[i], *equals = strchr(list, '=');
        struct buffer content = { 0 };
        is_good = read_file(equals + 1, &content, error) &&
                  pii_add_list(state->detector, slice_of(list, (size_t)(equals - list)), buffer_slice(&content),
                               equals + 1, error);
        buffer_release(&content);
    }
    return is_good;
}

/* The key's bytes may be anything; a final newline is an editor's. */
static bool read_key(const struct redact_options *options, struct redact_state *state, struct error *error)
{
    struct input_settings settings = { .is_raw = true, .decoded_maximum = 65536, .limit_name = "64 KiB for a key" };
    if (!input_read_all(options->key_file, &settings, &state->key, error))
        return false;
    if (state->key.length > 0 && state->key.bytes[state->key.length - 1] == '\n')
        state->key.length--;
    if (state->key.length < REDACT_KEY_BYTES_MINIMUM)
        return error_set(error, E_CONFIG, "--pseudonym-key-file: '%s' has %zu bytes, expected at least %d",
                         options->key_file, state->key.length, REDACT_KEY_BYTES_MINIMUM);
    state->rule.key = buffer_slice(&state->key);
    return digest_load(error);
}

static bool redact_open(struct stage *stage, struct error *error)
{
    const struct redact_options *options = stage->options;
    struct redact_state *state = memory_allocate_zeroed(1, sizeof *state);
    uint64_t kinds;
    stage->state = state;
    if (!select_kinds(options, &kinds, error) || !compile_paths(options, &state->arena, state, error))
        return false;
    state->detector = pii_detector_create(kinds, options->addresses == 1);
    if (!read_own_kinds(options, state, error) || (needs_key(options) && !read_key(options, state, error)))
        return false;
    state->rule.action = options->action == ACTION_HASH        ? REDACT_HASH
                         : options->action == ACTION_PSEUDONYM ? REDACT_PSEUDONYM
                                                               : REDACT_MASK;
    state->workers = memory_allocate_zeroed(stage->run->jobs, sizeof *state->workers);
    for (unsigned i = 0; i < stage->run->jobs; i++)
        state->workers[i].counts = memory_allocate_zeroed(pii_kind_count(state->detector), sizeof(int64_t));
    return true;
}

static void redact_close(struct stage *stage)
{
    struct redact_state *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; state->workers && i < stage->run->jobs; i++) {
        struct redact_worker *worker = &state->workers[i];
        pii_finds_release(&worker->finds);
        buffer_release(&worker->line);
        buffer_release(&worker->list);
        redact_paths_release(&worker->paths);
        memory_free(worker->counts);
    }
    memory_free(state->workers);
    pii_detector_free(state->detector);
    buffer_release(&state->key);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

static void append_tags(const struct redact_state *state, struct redact_worker *worker, struct json_value value,
                        struct slice text)
{
    struct slice path = redact_paths_find(&worker->paths, value);
    size_t offset = 0, start = 0;
    for (size_t i = 0; i < worker->finds.count; i++) {
        const struct pii_find *find = &worker->finds.finds[i];
        start += utf8_count(slice_between(text, offset, find->start));
        size_t end = start + utf8_count(slice_between(text, find->start, find->end));
        buffer_append_string(&worker->list, worker->list.length ? ",{\"kind\":" : "[{\"kind\":");
        json_append_string(&worker->list, slice_of_string(pii_kind_name(state->detector, find->kind)));
        buffer_append_format(&worker->list, ",\"start\":%zu,\"end\":%zu,\"path\":", start, end);
        json_append_string(&worker->list, path);
        buffer_append_byte(&worker->list, '}');
        offset = find->end;
        start = end;
    }
}

struct taken {
    size_t finds;
    unsigned first_kind; /* of the first find, and where it is */
    size_t first_start;
    struct json_value first_value;
};

/* Looks through the texts; the changed line, or the list of tags, is in the worker's buffers then. */
static bool look_through(const struct stage *stage, struct redact_worker *worker, struct batch *batch,
                         struct record *record, struct taken *taken, struct error *error)
{
    const struct redact_state *state = stage->state;
    const struct redact_options *options = stage->options;
    struct json_value *values;
    size_t count;
    if (!text_fields_find(&state->fields, batch, record, &values, &count, error))
        return false;
    const char *copied = record->line.bytes;
    count = text_fields_order(values, count);
    redact_paths_begin(&worker->paths, record->object);
    for (size_t i = 0; i < count; i++) {
        struct slice text;
        if (!json_decode(values[i], &batch->arena, &text, error) ||
            !pii_detect(state->detector, text, &worker->finds, error))
            return error_place(error, record->file, record->line_number, 0);
        if (worker->finds.count == 0)
            continue;
        if (taken->finds == 0) {
            taken->first_kind = worker->finds.finds[0].kind;
            taken->first_start = utf8_count(slice_between(text, 0, worker->finds.finds[0].start));
            taken->first_value = values[i];
        }
        taken->finds += worker->finds.count;
        for (size_t j = 0; j < worker->finds.count; j++)
            worker->counts[worker->finds.finds[j].kind]++;
        if (options->action == ACTION_TAG)
            append_tags(state, worker, values[i], text);
        if (options->action == ACTION_TAG || options->action == ACTION_DROP)
            continue;
        buffer_append(&worker->line, copied, (size_t)(values[i].text.bytes - copied));
        redact_string(&state->rule, state->detector, values[i], text, &worker->finds, &worker->line);
        copied = values[i].text.bytes + values[i].text.length;
    }
    if (worker->line.length > 0)
        buffer_append(&worker->line, copied, (size_t)(record->line.bytes + record->line.length - copied));
    return true;
}

static void drop(struct batch *batch, const struct stage *stage, struct redact_worker *worker,
                 const struct record *record, const struct taken *taken)
{
    const struct redact_state *state = stage->state;
    const char *name = pii_kind_name(state->detector, taken->first_kind);
    const char *field = arena_copy_string(&batch->arena, redact_paths_find(&worker->paths, taken->first_value));
    batch_drop(batch, stage, record, name, field,
               arena_format(&batch->arena, "holds %s at character %zu", name, taken->first_start));
}

/* false: a reject ends the run. */
static bool take_record(const struct stage *stage, struct redact_worker *worker, struct batch *batch,
                        struct record *record)
{
    const struct redact_state *state = stage->state;
    const struct redact_options *options = stage->options;
    struct taken taken = { 0 };
    struct error error;
    if (record->kind != RECORD_DATA) {
        *batch_append(batch) = *record;
        return true;
    }
    buffer_reset(&worker->line);
    buffer_reset(&worker->list);
    error_reset(&error);
    if (!look_through(stage, worker, batch, record, &taken, &error))
        return batch_reject(batch, stage, record, &error);
    worker->records += taken.finds > 0;
    if (taken.finds == 0) {
        *batch_append(batch) = *record;
        return true;
    }
    if (options->action == ACTION_DROP) {
        drop(batch, stage, worker, record, &taken);
        return true;
    }
    if (options->action == ACTION_TAG) {
        buffer_append_byte(&worker->list, ']');
        if (!json_path_set(&state->into, record->object, buffer_slice(&worker->list), &worker->line, &error)) {
            error_place(&error, record->file, record->line_number, 0);
            return batch_reject(batch, stage, record, &error);
        }
    }
    batch_append_changed(batch, record, arena_copy(&batch->arena, buffer_slice(&worker->line)));
    return true;
}

static enum flow redact_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                             struct error *error)
{
    struct redact_state *state = stage->state;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++)
        if (!take_record(stage, &state->workers[worker], batch, &records[i]))
            break;
    return sink_emit(sink, batch, error);
}

static int64_t count_of(const struct stage *stage, unsigned kind)
{
    const struct redact_state *state = stage->state;
    int64_t count = 0;
    for (unsigned i = 0; i < stage->run->jobs; i++)
        count += state->workers[i].counts[kind];
    return count;
}

static int64_t records_with_finds(const struct stage *stage)
{
    const struct redact_state *state = stage->state;
    int64_t records = 0;
    for (unsigned i = 0; i < stage->run->jobs; i++)
        records += state->workers[i].records;
    return records;
}

static void redact_summarize(const struct stage *stage, struct buffer *json)
{
    const struct redact_state *state = stage->state;
    int64_t finds = 0;
    if (!state || !state->workers)
        return;
    buffer_append_string(json, "\"kinds\":{");
    for (unsigned kind = 0; kind < pii_kind_count(state->detector); kind++) {
        int64_t count = count_of(stage, kind);
        if (count > 0) {
            json_append_key(json, slice_of_string(pii_kind_name(state->detector, kind)));
            json_append_integer(json, count);
        }
        finds += count;
    }
    buffer_append_format(json, "},\"finds\":%lld,\"records_with_finds\":%lld", (long long)finds,
                         (long long)records_with_finds(stage));
}

/* One line for -v: how many finds of which kinds. */
static enum flow redact_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    const struct redact_state *state = stage->state;
    struct buffer list = { 0 };
    int64_t finds = 0;
    (void)sink;
    (void)error;
    for (unsigned kind = 0; kind < pii_kind_count(state->detector); kind++) {
        int64_t count = count_of(stage, kind);
        if (count > 0)
            buffer_append_format(&list, "%s%s %lld", finds ? ", " : ": ", pii_kind_name(state->detector, kind),
                                 (long long)count);
        finds += count;
    }
    say_detail(1, stage->step, "%lld finds in %lld records%s", (long long)finds, (long long)records_with_finds(stage),
               buffer_string(&list));
    buffer_release(&list);
    return FLOW_OK;
}

static const struct stage_class redact_stage = { .name = "redact",
                                                 .is_parallel = true,
                                                 .open = redact_open,
                                                 .push = redact_push,
                                                 .finish = redact_finish,
                                                 .close = redact_close,
                                                 .summarize = redact_summarize };
static const struct stage_class *const redact_stages[] = { &redact_stage, NULL };

static const struct tool_example redact_examples[] = {
    { "garner redact", "{\"id\":\"a\",\"text\":\"Mail ann@tea.org or call +1 415 555 2671.\"}\n",
      "{\"id\":\"a\",\"text\":\"Mail [EMAIL] or call [PHONE].\"}\n", "masked" },
    { "garner redact --action tag --kind email", "{\"id\":\"a\",\"text\":\"Mail ann@tea.org\"}\n",
      "{\"id\":\"a\",\"text\":\"Mail ann@tea.org\",\"metadata\":{\"redactions\":[{\"kind\":\"email\",\"start\":5,"
      "\"end\":16,\"path\":\"text\"}]}}\n",
      "the text stays, the record says what it holds" },
    { "garner redact --kind secrets --action drop", "{\"text\":\"tea\"}\n{\"text\":\"https://ann:pa55@tea.org\"}\n",
      "{\"text\":\"tea\"}\n", "no record with a secret" },
    { .command = "garner redact --action hash --pseudonym-key-file key notes.jsonl",
      .remark = "the same value is the same hash everywhere" },
    { .command = "garner redact --list person=people.txt notes.jsonl", .remark = "names that you list" },
    { .command = NULL },
};

const struct tool tool_redact = {
    .name = "redact",
    .summary = "Take personal data and secrets out of texts, or mark them",
    .description =
        "Finds e-mail addresses, telephone numbers, IP and MAC addresses, credit cards, bank accounts, national "
        "numbers, keys, tokens and passwords by their form and their check digits; numbers without a strong check "
        "only behind words that say what they are (call, BSN, Aadhaar). Names and street addresses have no form: "
        "give them by --list.\n\n"
        "Only the text is looked at (--field), not the id, title or other metadata. What is found is replaced in "
        "place; every other byte stays. Finds that overlap count as one, of the most certain kind.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = redact_options,
    .options_bytes = sizeof(struct redact_options),
    .check = redact_check,
    .examples = redact_examples,
    .stages = redact_stages,
};
