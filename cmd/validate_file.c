/* validate_file.c - what holds for a file as a whole, row after row in its order: counts, mixed forms, ids, rows that
 * repeat or contradict each other, leaks. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "dataset/preference_graph.h"
#include "validate.h"

bool validate_accepts(const struct validate_run *run, const struct validate_verdict *verdict)
{
    bool is_accepted = verdict->faulty == 0;
    for (enum code code = E_NONE; code < CODE_COUNT; code++)
        if (verdict->counts[code] > 0 && (run->options->is_strict || code_entry(code)->name[0] != 'W'))
            is_accepted = false;
    return is_accepted;
}

/* Counts a fault, keeps the first refusal, and shows it unless there were enough of its kind. */
static bool take_fault(struct validate_run *run, struct validate_verdict *verdict, const struct validate_fault *fault,
                       bool is_counted)
{
    verdict->counts[fault->code] += is_counted;
    if (run->is_against)
        return true;
    bool is_warning = code_entry(fault->code)->name[0] == 'W';
    if (!is_warning && verdict->first.code == E_NONE) {
        verdict->first = *fault;
        verdict->first.pointer = arena_copy_string(run->call->arena, slice_of_string(fault->pointer));
        verdict->first.message = arena_copy_string(run->call->arena, slice_of_string(fault->message));
    }
    if (run->profile_count > 1 || verdict->shown[fault->code] >= run->options->faults_maximum)
        return true;
    verdict->shown[fault->code]++;
    return validate_show_fault(run, verdict->profile, fault);
}

bool validate_file_fault(struct validate_run *run, size_t profile, int64_t line, enum code code, const char *expected,
                         const char *hint, const char *format, ...)
{
    struct buffer message = { 0 };
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(&message, format, arguments);
    va_end(arguments);
    struct validate_fault fault = { .line = line,
                                    .code = code,
                                    .pointer = "",
                                    .message = buffer_string(&message),
                                    .expected = expected,
                                    .hint = hint };
    bool is_good = take_fault(run, &run->verdicts[profile], &fault, true);
    buffer_release(&message);
    return is_good;
}

/* The line on which the hash was seen first; 0: it is new. */
static int64_t seen_before(struct validate_run *run, struct seen *seen, uint64_t hash, int64_t line,
                           struct slice *label)
{
    struct slice none = SLICE("");
    uint64_t row = (uint64_t)line;
    if (!seen || hash == 0)
        return 0;
    enum seen_answer answer = seen_take(seen, (struct hash128){ hash, 0 }, &row, label ? label : &none);
    run->seen_is_full |= answer == SEEN_FULL;
    return answer == SEEN_BEFORE ? (int64_t)row : 0;
}

/* The same two answers to the same prompt, preferred the other way round. */
static bool check_pair(struct validate_run *run, const struct validate_facts *facts)
{
    bool is_up = facts->chosen < facts->rejected;
    uint64_t low = is_up ? facts->chosen : facts->rejected, high = is_up ? facts->rejected : facts->chosen;
    uint64_t pair = (facts->prompt * 31 + low) * UINT64_C(0x9e3779b97f4a7c15) + high;
    struct slice label = is_up ? SLICE("<") : SLICE(">");
    int64_t before = seen_before(run, run->pairs, pair | 1, facts->line, &label);
    if (before && (slice_byte(label, 0) == '<') != is_up)
        return validate_file_fault(run, 0, facts->line, W_PREF_CONTRADICTION, NULL, "keep one of them, or none",
                                   "line %" PRId64 " prefers the opposite for the same prompt", before);
    if (before || facts->chosen == facts->rejected) /* the same once more, or none: E_PREF_IDENTICAL */
        return true;
    if (run->edge_count * sizeof *run->edges >= (size_t)run->options->memory) {
        run->seen_is_full = true;
        return true;
    }
    if (run->edge_count == run->edge_capacity)
        run->edges = memory_grow(run->edges, &run->edge_capacity, run->edge_count + 1, sizeof *run->edges);
    run->edges[run->edge_count++] =
        (struct validate_edge){ facts->prompt, facts->chosen, facts->rejected, facts->line };
    return true;
}

/* By what a row is looked for in other files; 0: not at all. */
enum { LEAK_KEYS = 3 };
static void leak_keys(const struct validate_facts *facts, struct hash128 keys[LEAK_KEYS])
{
    const uint64_t hashes[LEAK_KEYS] = { facts->whole, facts->prompt, facts->folded };
    for (size_t i = 0; i < LEAK_KEYS; i++)
        keys[i] = (struct hash128){ hashes[i], i };
}

/* Is the row, or its prompt, in the files of --against? A table is only asked, so new hashes must not go in. */
static bool check_leaks(struct validate_run *run, const struct validate_facts *facts)
{
    static const enum code codes[LEAK_KEYS] = { E_LEAK_EXACT, E_LEAK_PROMPT, E_LEAK_NORMALISED };
    static const char *const messages[LEAK_KEYS] = {
        "the row is that of line", "the prompt is that of line",
        "but for case, spaces and punctuation the prompt is that of line"
    };
    struct hash128 keys[LEAK_KEYS];
    leak_keys(facts, keys);
    for (size_t i = 0; i < LEAK_KEYS; i++) {
        uint64_t line = 0;
        if (keys[i].low != 0 && seen_look(run->leaks, keys[i], &line))
            return validate_file_fault(run, 0, facts->line, codes[i], NULL, "remove it from one of the files",
                                       "%s %" PRIu64 " of the other file", messages[i], line);
    }
    return true;
}

static void learn_leaks(struct validate_run *run, const struct validate_facts *facts)
{
    struct hash128 keys[LEAK_KEYS];
    leak_keys(facts, keys);
    for (size_t i = 0; i < LEAK_KEYS; i++) {
        struct slice none = SLICE("");
        uint64_t row = (uint64_t)facts->line;
        if (keys[i].low != 0 && seen_take(run->leaks, keys[i], &row, &none) == SEEN_FULL)
            run->seen_is_full = true;
    }
}

/* Rows of one file under one profile: what must be alike in all of them. */
static bool check_alike(struct validate_run *run, size_t p, const struct validate_facts *facts)
{
    struct validate_verdict *verdict = &run->verdicts[p];
    unsigned rules = verdict->profile->file_rules;
    if (rules & FILE_ONE_LAYOUT && facts->layout) {
        if (verdict->layout == 0) {
            verdict->layout = facts->layout;
            verdict->layout_line = facts->line;
        } else if (verdict->layout != facts->layout &&
                   !validate_file_fault(run, p, facts->line, E_FORMAT_MIXED, "one form in a file", NULL,
                                        "the row is %s, line %" PRId64 " is %s",
                                        verdict->profile->layouts[facts->layout - 1]->shape->name, verdict->layout_line,
                                        verdict->profile->layouts[verdict->layout - 1]->shape->name)) {
            return false;
        }
    }
    if (rules & FILE_ONE_MODEL && facts->model) {
        if (verdict->model && verdict->model != facts->model &&
            !validate_file_fault(run, p, facts->line, E_MODEL_MIXED, "one model in a file", NULL,
                                 "the row asks another model than the first one"))
            return false;
        verdict->model = verdict->model ? verdict->model : facts->model;
    }
    if (rules & FILE_ONE_URL && facts->url) {
        if (verdict->url && verdict->url != facts->url &&
            !validate_file_fault(run, p, facts->line, E_URL_MIXED, "one url in a file", NULL,
                                 "the row goes to another url than the first one"))
            return false;
        verdict->url = verdict->url ? verdict->url : facts->url;
    }
    return true;
}

static bool take_row(struct validate_run *run, size_t p, const struct validate_facts *facts)
{
    struct validate_verdict *verdict = &run->verdicts[p];
    verdict->labels[facts->label]++;
    if (!check_alike(run, p, facts))
        return false;
    if (run->profile_count > 1)
        return true;
    int64_t before = 0;
    if (verdict->profile->file_rules & FILE_UNIQUE_IDS &&
        (before = seen_before(run, run->ids, facts->id, facts->line, NULL)) &&
        !validate_file_fault(run, p, facts->line, E_ID_DUP, "ids that differ", NULL, "the id is that of line %" PRId64,
                             before))
        return false;
    before = seen_before(run, run->rows, facts->whole, facts->line, NULL);
    if (before && !validate_file_fault(run, p, facts->line, W_DUP_ROW, NULL, "'garner dedup' removes it",
                                       "the row is the same as line %" PRId64, before))
        return false;
    return (!facts->chosen || before || check_pair(run, facts)) && (!run->leaks || check_leaks(run, facts));
}

bool validate_take_batch(struct validate_run *run, struct validate_batch *batch)
{
    if (run->is_against) {
        for (size_t i = 0; i < batch->count; i++)
            learn_leaks(run, &batch->facts[i]);
        run->against_rows += (int64_t)batch->count;
        return true;
    }
    run->blanks += batch->blanks;
    run->fixes += batch->fixes + (run->options->fixes ? batch->blanks : 0);
    for (size_t p = 0; p < run->profile_count; p++) {
        struct validate_verdict *verdict = &run->verdicts[p];
        struct validate_faults *faults = &batch->faults[p];
        size_t next = 0;
        verdict->rows += (int64_t)batch->count;
        verdict->faulty += faults->faulty;
        verdict->warned += faults->warned;
        for (enum code code = E_NONE; code < CODE_COUNT; code++)
            verdict->counts[code] += faults->counts[code];
        for (size_t i = 0; i < batch->count; i++) {
            for (; next < faults->shown_count && faults->shown[next].line == batch->lines[i].number; next++)
                if (!take_fault(run, verdict, &faults->shown[next], false))
                    return false;
            if (!take_row(run, p, &batch->facts[p * batch->count + i]))
                return false;
        }
        if (!verdict->sample && run->profile_count > 1 && batch->count > 0 && faults->faulty == 0)
            verdict->sample = arena_copy_string(run->call->arena, batch->lines[0].text);
    }
    return output_write(run->call->output, buffer_slice(&batch->fixed), run->error);
}

static int compare_edges(const void *left, const void *right)
{
    const struct validate_edge *a = left, *b = right;
    if (a->prompt != b->prompt)
        return a->prompt < b->prompt ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

/* The line of the last of these preferences, which are of one prompt, that is in a circle; 0: none is. */
static int64_t find_cycle(const struct validate_edge *edges, size_t count, struct arena *arena)
{
    int64_t line = 0;
    struct preference_edge *graph = arena_allocate(arena, count * sizeof *graph);
    for (size_t i = 0; i < count; i++)
        graph[i] = (struct preference_edge){ .better = { edges[i].chosen, 0 }, .worse = { edges[i].rejected, 0 } };
    preference_graph_judge(graph, count, arena);
    for (size_t i = 0; i < count; i++)
        if (graph[i].fault == PREFERENCE_IN_CYCLE)
            line = edges[i].line;
    arena_reset(arena);
    return line;
}

static bool check_cycles(struct validate_run *run)
{
    struct arena arena = { 0 };
    bool is_good = true;
    if (run->edge_count > 1)
        qsort(run->edges, run->edge_count, sizeof *run->edges, compare_edges);
    for (size_t start = 0, end; start < run->edge_count && is_good; start = end) {
        for (end = start + 1; end < run->edge_count && run->edges[end].prompt == run->edges[start].prompt;)
            end++;
        int64_t line = end - start >= 3 ? find_cycle(run->edges + start, end - start, &arena) : 0;
        is_good = !line || validate_file_fault(run, 0, line, W_PREF_CYCLE, NULL, "remove one of the preferences",
                                               "the preferences for this prompt go round in a circle");
    }
    arena_release(&arena);
    return is_good;
}

static bool check_rows(struct validate_run *run, size_t p)
{
    const struct validate_verdict *verdict = &run->verdicts[p];
    const struct profile_limits *limits = &verdict->profile->limits;
    bool is_train = run->options->role == VALIDATE_TRAIN;
    int64_t least = is_train ? limits->rows_minimum : limits->validation_rows_minimum;
    int64_t most = is_train ? limits->rows_maximum : limits->validation_rows_maximum;
    int64_t bytes = is_train ? limits->file_bytes_maximum : limits->validation_bytes_maximum;
    const char *name = verdict->profile->name;
    if (verdict->rows == 0 && verdict->first.code == E_JSON_UTF8)
        return true; /* UTF-16: nothing was read */
    if (verdict->rows == 0)
        return validate_file_fault(run, p, 0, E_FILE_EMPTY, "a row at least", NULL, "the file has no rows");
    if (!is_train && verdict->profile->file_rules & FILE_NO_VALIDATION_SET &&
        !validate_file_fault(run, p, 0, E_NO_VALIDATION_SET, NULL, NULL, "%s takes no validation file", name))
        return false;
    if (verdict->rows < least && !validate_file_fault(run, p, 0, E_TOO_FEW, NULL, NULL,
                                                      "the file has %" PRId64 " rows, %s wants %" PRId64 " at least",
                                                      verdict->rows, name, least))
        return false;
    if (most > 0 && verdict->rows > most &&
        !validate_file_fault(run, p, 0, E_TOO_MANY_ROWS, NULL, NULL,
                             "the file has %" PRId64 " rows, %s takes %" PRId64 " at most", verdict->rows, name, most))
        return false;
    int64_t together = verdict->rows + run->against_rows;
    if (limits->rows_together_maximum > 0 && run->against_rows > 0 && together > limits->rows_together_maximum &&
        !validate_file_fault(run, p, 0, E_TOO_MANY_ROWS, NULL, NULL,
                             "the file and those of --against have %" PRId64 " rows, %s takes %" PRId64 " at most",
                             together, name, limits->rows_together_maximum))
        return false;
    return bytes == 0 || run->bytes <= bytes ||
           validate_file_fault(run, p, 0, E_FILE_SIZE, NULL, NULL,
                               "the file has %" PRId64 " bytes, %s takes %" PRId64 " at most", run->bytes, name, bytes);
}

static bool check_labels(struct validate_run *run, size_t p)
{
    const struct validate_verdict *verdict = &run->verdicts[p];
    int64_t good = verdict->labels[DATASET_LABEL_GOOD], bad = verdict->labels[DATASET_LABEL_BAD];
    return good + bad < 2 || (good > 0 && bad > 0) ||
           validate_file_fault(run, p, 0, W_LABEL_ONE_SIDED, NULL, NULL, "all %" PRId64 " rows are labelled %s",
                               good + bad, good ? "true" : "false");
}

bool validate_finish_file(struct validate_run *run)
{
    for (size_t p = 0; p < run->profile_count; p++) {
        if (run->blanks > 0 && !run->options->fixes &&
            !validate_file_fault(run, p, 0, W_BLANK_LINE, NULL, "'garner validate --fix' removes them",
                                 "the file has %" PRId64 " blank %s", run->blanks, run->blanks == 1 ? "line" : "lines"))
            return false;
        if (!check_rows(run, p) || !check_labels(run, p))
            return false;
    }
    return check_cycles(run);
}
