/* verdict.c - verdicts out of text, and agreement. */
#include "model/verdict.h"

#include "base/number.h"
#include "json/json.h"

/* The last object in the text that is JSON: models like to think aloud before it. */
static bool find_object(struct slice text, struct json_value *object)
{
    struct error ignored;
    size_t end = text.length;
    while (end > 0 && text.bytes[end - 1] != '}')
        end--;
    for (size_t start = 0; start < end; start++) {
        start += slice_find_byte(slice_between(text, start, end), '{');
        if (start >= end)
            break;
        if (json_scan(slice_between(text, start, end), object, &ignored))
            return true;
        if (start > 65536)
            break;
    }
    return false;
}

static struct slice text_member(struct json_value object, struct slice key, struct arena *arena)
{
    struct slice text = { 0 };
    struct error ignored;
    struct json_value value = json_member(object, key);
    if (value.type != JSON_STRING || !json_decode(value, arena, &text, &ignored))
        return (struct slice){ 0 };
    return text;
}

/* What stands in the last [[...]]. */
static struct slice find_bracketed(struct slice text)
{
    struct slice found = { 0 };
    for (size_t at = 0; at < text.length; at += 2) {
        at += slice_find(slice_from(text, at), SLICE("[["));
        if (at >= text.length)
            break;
        struct slice rest = slice_from(text, at + 2);
        size_t length = slice_find(rest, SLICE("]]"));
        if (length < rest.length)
            found = slice_trim(slice_between(rest, 0, length));
    }
    return found;
}

bool verdict_read_score(struct slice text, double minimum, double maximum, struct arena *arena, struct verdict *verdict,
                        struct error *error)
{
    struct json_value object;
    bool is_read = false;
    *verdict = (struct verdict){ 0 };
    if (find_object(text, &object)) {
        verdict->reason = text_member(object, SLICE("reason"), arena);
        is_read = json_double(json_member(object, SLICE("score")), &verdict->score) ||
                  number_parse_double(slice_trim(text_member(object, SLICE("score"), arena)), &verdict->score);
    }
    if (!is_read)
        is_read = number_parse_double(find_bracketed(text), &verdict->score) ||
                  number_parse_double(slice_trim(text), &verdict->score);
    if (!is_read)
        return error_set(error, E_ANSWER_SCHEMA, "the judge's answer has no score");
    if (!verdict->reason.length && !find_object(text, &object))
        verdict->reason = slice_trim(text);
    return (verdict->score >= minimum && verdict->score <= maximum) ||
           error_set(error, E_ANSWER_SCHEMA, "the judge's score %g is outside %g to %g", verdict->score, minimum,
                     maximum);
}

static bool read_preference(struct slice word, enum preference *better)
{
    static const struct {
        const char *word;
        enum preference better;
    } words[] = { { "a", PREFER_FIRST }, { "b", PREFER_SECOND }, { "tie", PREFER_NEITHER },    { "c", PREFER_NEITHER },
                  { "1", PREFER_FIRST }, { "2", PREFER_SECOND }, { "neither", PREFER_NEITHER } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_equal_ignore_case(slice_trim(word), slice_of_string(words[i].word))) {
            *better = words[i].better;
            return true;
        }
    return false;
}

bool verdict_read_better(struct slice text, struct arena *arena, struct verdict *verdict, struct error *error)
{
    static const char *const keys[] = { "better", "winner", "verdict" };
    struct json_value object;
    *verdict = (struct verdict){ 0 };
    if (find_object(text, &object)) {
        verdict->reason = text_member(object, SLICE("reason"), arena);
        for (size_t i = 0; i < 3; i++)
            if (read_preference(text_member(object, slice_of_string(keys[i]), arena), &verdict->better))
                return true;
    }
    if (read_preference(find_bracketed(text), &verdict->better) || read_preference(text, &verdict->better)) {
        verdict->reason = verdict->reason.length ? verdict->reason : slice_trim(text);
        return true;
    }
    return error_set(error, E_ANSWER_SCHEMA, "the judge's answer says neither A, B nor tie");
}

static size_t find_label(struct agreement *agreement, struct slice label)
{
    struct slice cut = slice_between(label, 0, sizeof agreement->labels[0] - 1);
    size_t i = 0;
    while (i < agreement->label_count && !slice_equal(slice_of_string(agreement->labels[i]), cut))
        i++;
    if (i == agreement->label_count && i < AGREEMENT_LABELS) {
        if (cut.length)
            memcpy(agreement->labels[i], cut.bytes, cut.length);
        agreement->label_count++;
    }
    return i;
}

void agreement_add(struct agreement *agreement, struct slice judge, struct slice human)
{
    size_t row = find_label(agreement, judge), column = find_label(agreement, human);
    if (row >= AGREEMENT_LABELS || column >= AGREEMENT_LABELS) {
        agreement->beyond++;
        return;
    }
    agreement->counts[row][column]++;
    agreement->total++;
}

double agreement_share(const struct agreement *agreement)
{
    int64_t equal = 0;
    for (size_t i = 0; i < agreement->label_count; i++)
        equal += agreement->counts[i][i];
    return agreement->total ? (double)equal / (double)agreement->total : 0;
}

double agreement_kappa(const struct agreement *agreement)
{
    double expected = 0, total = (double)agreement->total;
    if (agreement->total == 0)
        return 0;
    for (size_t i = 0; i < agreement->label_count; i++) {
        int64_t row = 0, column = 0;
        for (size_t k = 0; k < agreement->label_count; k++) {
            row += agreement->counts[i][k];
            column += agreement->counts[k][i];
        }
        expected += (double)row / total * ((double)column / total);
    }
    return expected >= 1 ? 1 : (agreement_share(agreement) - expected) / (1 - expected);
}
