/* evaluate.c - nDCG, recall, precision, MRR, MAP over judged queries. */
#include "index/evaluate.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "stream/lines.h"
#include "json/json.h"

static struct evaluation_list *list_of(struct evaluation_set *set, struct slice query)
{
    bool is_new;
    struct map_entry *entry = map_insert(&set->queries, query, &is_new);
    if (is_new) {
        entry->value = set->queries.count - 1;
        set->lists = memory_grow(set->lists, &set->capacity, set->queries.count, sizeof *set->lists);
        set->lists[entry->value] = (struct evaluation_list){ .query = arena_copy(&set->arena, query) };
    }
    return &set->lists[entry->value];
}

static void add(struct evaluation_set *set, struct slice query, const struct evaluation_document *document)
{
    struct evaluation_list *list = list_of(set, query);
    list->documents = memory_grow(list->documents, &list->capacity, list->count + 1, sizeof *list->documents);
    list->documents[list->count] = *document;
    list->documents[list->count++].id = arena_copy(&set->arena, document->id);
}

enum { COLUMNS_MAXIMUM = 8 };

/* The columns of a line, split at blanks and tabs; returns how many there are. */
static size_t split(struct slice line, struct slice columns[COLUMNS_MAXIMUM])
{
    size_t count = 0, position = 0;
    while (position < line.length) {
        size_t start = position;
        while (position < line.length && !strchr(" \t\r", line.bytes[position]))
            position++;
        if (position > start && count < COLUMNS_MAXIMUM)
            columns[count] = slice_between(line, start, position);
        count += position > start;
        position++;
    }
    return count;
}

static bool take_judgement(struct evaluation_set *set, struct slice line, int64_t number, struct error *error)
{
    struct slice columns[COLUMNS_MAXIMUM];
    struct evaluation_document document = { 0 };
    size_t count = split(line, columns);
    bool is_header = number == 1 && count == 3 && slice_equal(columns[0], SLICE("query-id"));
    if (count == 0 || is_header)
        return true;
    if (count != 3 && count != 4)
        return error_set(error, E_DATA,
                         "%zu columns, expected 'query 0 document relevance' or 'query document relevance'", count);
    document.id = columns[count - 2];
    if (!number_parse_integer(columns[count - 1], &document.relevance))
        return error_set(error, E_DATA, "the relevance '%.*s' is not an integer", (int)columns[count - 1].length,
                         columns[count - 1].bytes);
    add(set, columns[0], &document);
    return true;
}

static bool take_json_hit(struct evaluation_set *set, struct slice line, struct error *error)
{
    struct arena arena = { 0 };
    struct json_value root;
    struct evaluation_document document = { 0 };
    struct slice query;
    bool is_good = json_scan(line, &root, error) &&
                   json_decode(json_member(root, SLICE("id")), &arena, &document.id, error) &&
                   json_decode(json_member(root, SLICE("query")), &arena, &query, error);
    if (is_good && !json_double(json_member(root, SLICE("score")), &document.score))
        is_good = error_set(error, E_DATA, "no number 'score'");
    if (is_good)
        add(set, query, &document);
    arena_release(&arena);
    return is_good;
}

static bool take_hit(struct evaluation_set *set, struct slice line, int64_t number, struct error *error)
{
    struct slice columns[COLUMNS_MAXIMUM];
    struct evaluation_document document = { 0 };
    (void)number;
    if (line.length && line.bytes[0] == '{')
        return take_json_hit(set, line, error);
    size_t count = split(line, columns);
    if (count == 0)
        return true;
    if (count != 6)
        return error_set(error, E_DATA, "%zu columns, expected 'query Q0 document rank score tag'", count);
    document.id = columns[2];
    if (!number_parse_double(columns[4], &document.score))
        return error_set(error, E_DATA, "the score '%.*s' is not a number", (int)columns[4].length, columns[4].bytes);
    add(set, columns[0], &document);
    return true;
}

static int compare_ids(const void *a, const void *b)
{
    const struct evaluation_document *first = a, *second = b;
    return slice_compare(first->id, second->id);
}

static bool check_doubles(struct evaluation_set *set, const char *path, struct error *error)
{
    for (size_t q = 0; q < set->queries.count; q++) {
        struct evaluation_list *list = &set->lists[q];
        qsort(list->documents, list->count, sizeof *list->documents, compare_ids);
        for (size_t i = 1; i < list->count; i++)
            if (slice_equal(list->documents[i - 1].id, list->documents[i].id)) {
                error_set(error, E_DATA, "document '%.*s' stands twice for query '%.*s'",
                          (int)list->documents[i].id.length, list->documents[i].id.bytes, (int)list->query.length,
                          list->query.bytes);
                return error_place(error, path, 0, 0);
            }
    }
    return true;
}

/* What lines of one file go to. */
struct reading {
    struct evaluation_set *set;
    const char *path;
    bool (*take)(struct evaluation_set *set, struct slice line, int64_t number, struct error *error);
};

static bool take_line(void *context, struct slice line, int64_t number, struct error *error)
{
    const struct reading *reading = context;
    return reading->take(reading->set, slice_trim(line), number, error) || error_place(error, reading->path, number, 0);
}

static bool read_file(struct evaluation_set *set, const char *path,
                      bool (*take)(struct evaluation_set *, struct slice, int64_t, struct error *), struct error *error)
{
    struct input *input = input_open(path, NULL, error);
    if (!input)
        return false;
    struct reading reading = { set, path, take };
    struct lines *lines = lines_create(input, 0);
    bool is_good = lines_visit(lines, take_line, &reading, error);
    lines_close(lines);
    return is_good && check_doubles(set, path, error);
}

bool evaluation_read_judgements(struct evaluation_set *set, const char *path, struct error *error)
{
    return read_file(set, path, take_judgement, error);
}

bool evaluation_read_run(struct evaluation_set *set, const char *path, struct error *error)
{
    return read_file(set, path, take_hit, error);
}

void evaluation_release(struct evaluation_set *set)
{
    for (size_t q = 0; q < set->queries.count; q++)
        memory_free(set->lists[q].documents);
    memory_free(set->lists);
    map_release(&set->queries);
    arena_release(&set->arena);
    *set = (struct evaluation_set){ 0 };
}

static int compare_scores(const void *a, const void *b)
{
    const struct evaluation_document *first = a, *second = b;
    if (first->score != second->score)
        return first->score > second->score ? -1 : 1;
    return slice_compare(second->id, first->id);
}

static int compare_relevance(const void *a, const void *b)
{
    const struct evaluation_document *first = a, *second = b;
    return (first->relevance < second->relevance) - (first->relevance > second->relevance);
}

/* Judgements are sorted by id when they were read. */
static int64_t relevance_of(const struct evaluation_list *judgements, const struct evaluation_document *document)
{
    const struct evaluation_document *found =
        judgements && judgements->count
            ? bsearch(document, judgements->documents, judgements->count, sizeof *document, compare_ids)
            : NULL;
    return found ? found->relevance : 0;
}

static double gain(int64_t relevance, size_t rank)
{
    return relevance > 0 ? (double)relevance / log2((double)rank + 1) : 0;
}

/* The best gains that any ranking could have, up to each cutoff. */
static void divide_by_ideal(const struct evaluation_list *judgements, const int64_t *cutoffs, size_t cutoff_count,
                            struct evaluation_scores *scores)
{
    size_t count = judgements ? judgements->count : 0;
    struct evaluation_document *ideal = memory_resize(NULL, count + 1, sizeof *ideal);
    if (count)
        memcpy(ideal, judgements->documents, count * sizeof *ideal);
    qsort(ideal, count, sizeof *ideal, compare_relevance);
    for (size_t c = 0; c < cutoff_count; c++) {
        double sum = 0;
        for (size_t i = 0; i < count && i < (size_t)cutoffs[c]; i++)
            sum += gain(ideal[i].relevance, i + 1);
        scores->ndcg[c] = sum > 0 ? scores->ndcg[c] / sum : 0;
    }
    memory_free(ideal);
}

void evaluate_query(struct evaluation_list *run, struct evaluation_list *judgements, const int64_t *cutoffs,
                    size_t cutoff_count, struct evaluation_scores *scores)
{
    double precision_sum = 0;
    *scores = (struct evaluation_scores){ .retrieved = run ? (int64_t)run->count : 0 };
    for (size_t i = 0; judgements && i < judgements->count; i++)
        scores->relevant += judgements->documents[i].relevance > 0;
    if (run)
        qsort(run->documents, run->count, sizeof *run->documents, compare_scores);
    for (size_t i = 0; run && i < run->count; i++) {
        int64_t relevance = relevance_of(judgements, &run->documents[i]);
        if (relevance <= 0)
            continue;
        scores->relevant_retrieved++;
        precision_sum += (double)scores->relevant_retrieved / (double)(i + 1);
        if (scores->relevant_retrieved == 1)
            scores->mrr = 1 / (double)(i + 1);
        for (size_t c = 0; c < cutoff_count; c++)
            if (i < (size_t)cutoffs[c]) {
                scores->ndcg[c] += gain(relevance, i + 1);
                scores->recall[c] += 1;
                scores->precision[c] += 1;
            }
    }
    divide_by_ideal(judgements, cutoffs, cutoff_count, scores);
    for (size_t c = 0; c < cutoff_count; c++) {
        scores->recall[c] = scores->relevant ? scores->recall[c] / (double)scores->relevant : 0;
        scores->precision[c] /= (double)cutoffs[c];
    }
    scores->map = scores->relevant ? precision_sum / (double)scores->relevant : 0;
}
