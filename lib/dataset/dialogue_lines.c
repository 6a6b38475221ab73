/* dialogue_lines.c - texts that hold turns: transcripts and chat logs. */
#include "dataset/joined.h"
#include "dialogue_private.h"

/* Ends the text of the last turn where another one begins. */
static void end_turn(struct turn_list *list, size_t first, struct slice text, size_t start, size_t end)
{
    if (list->count > first)
        list->turns[list->count - 1].text = slice_trim(slice_between(text, start, end));
}

bool turns_of_text(const struct mapping_lines *lines, struct slice text, struct turn_list *list, struct arena *arena,
                   struct error *error)
{
    size_t first = list->count, start = 0;
    struct pattern_search search;
    bool is_found = false, is_good;
    pattern_search_begin(&search, lines->pattern, text);
    while ((is_good = pattern_search_next(&search, &is_found, error)) && is_found) {
        struct pattern_span whole = pattern_search_span(&search, 0),
                            name = pattern_search_span(&search, lines->speaker);
        if (!lines->text)
            end_turn(list, first, text, start, whole.start);
        start = whole.end;
        if (!name.is_set)
            continue;
        if (list->count - first >= DIALOGUE_TURNS_MAXIMUM) {
            is_good = error_set(error, E_LIMIT, "the text has more than %d turns", DIALOGUE_TURNS_MAXIMUM);
            break;
        }
        struct dialogue_turn *turn = turn_list_add(list, arena);
        turn->speaker = slice_trim(slice_between(text, name.start, name.end));
        if (lines->text) {
            struct pattern_span body = pattern_search_span(&search, lines->text);
            turn->text = body.is_set ? slice_trim(slice_between(text, body.start, body.end)) : (struct slice){ 0 };
        }
    }
    if (is_good && !lines->text)
        end_turn(list, first, text, start, text.length);
    pattern_search_end(&search);
    return is_good;
}

/* A turn of a log, and who answers it. */
struct link {
    struct dialogue_turn turn;
    struct slice to; /* whom it answers; empty: nobody */
    size_t chain;    /* whose last turn it is; SIZE_MAX: of none */
};

static bool read_address(const struct mapping_lines *lines, struct link *link, struct error *error)
{
    struct pattern_search search;
    bool is_found = false;
    pattern_search_begin(&search, lines->addressed, link->turn.text);
    bool is_good = pattern_search_next(&search, &is_found, error);
    if (is_good && is_found) {
        struct pattern_span whole = pattern_search_span(&search, 0), name = pattern_search_span(&search, lines->to);
        link->to = slice_between(link->turn.text, name.start, name.end);
        if (whole.start == 0 && name.is_set)
            link->turn.text = slice_trim(slice_from(link->turn.text, whole.end));
    }
    pattern_search_end(&search);
    return is_good;
}

/* Lines that one speaker wrote in a row, the later ones to nobody else, are one turn. */
static bool join_lines(const struct mapping_lines *lines, const struct turn_list *list, struct arena *arena,
                       struct link **links, size_t *count, struct error *error)
{
    struct joined said = { 0 };
    *links = arena_allocate(arena, (list->count + 1) * sizeof **links);
    *count = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct link link = { .turn = list->turns[i], .chain = SIZE_MAX };
        if (!read_address(lines, &link, error))
            return false;
        struct link *before = *count ? &(*links)[*count - 1] : NULL;
        if (before && slice_equal(before->turn.speaker, link.turn.speaker) &&
            (link.to.length == 0 || slice_equal_ignore_case(link.to, before->to))) {
            joined_add(&said, arena, SLICE("\n"), link.turn.text);
            before->turn.text = said.text;
            continue;
        }
        (*links)[(*count)++] = link;
        said = (struct joined){ .text = link.turn.text };
    }
    return true;
}

/* The last turn before `place` that the addressee spoke; `place` when there is none. */
static size_t find_addressee(const struct link *links, size_t place, int64_t within)
{
    for (size_t i = place; i > 0 && (int64_t)(place - i) < within; i--)
        if (slice_equal_ignore_case(links[i - 1].turn.speaker, links[place].to))
            return i - 1;
    return place;
}

bool dialogues_of_chains(const struct mapping_lines *lines, const struct turn_list *list, struct dialogues *dialogues,
                         struct error *error)
{
    struct link *links;
    struct turn_list *chains = NULL; /* of answers, being built; each becomes a dialogue */
    size_t count, chain_count = 0, capacity = 0;
    if (!join_lines(lines, list, dialogues->arena, &links, &count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t asked = links[i].to.length ? find_addressee(links, i, lines->within) : i;
        if (asked == i)
            continue;
        size_t chain = links[asked].chain;
        if (chain == SIZE_MAX) { /* nobody answered that yet, or it has been answered: a chain of its own */
            if (chain_count == capacity)
                chains = arena_grow(dialogues->arena, chains, &capacity, chain_count + 1, sizeof *chains);
            chain = chain_count++;
            chains[chain] = (struct turn_list){ 0 };
            *turn_list_add(&chains[chain], dialogues->arena) = links[asked].turn;
        }
        links[asked].chain = SIZE_MAX;
        links[i].chain = chain;
        *turn_list_add(&chains[chain], dialogues->arena) = links[i].turn;
    }
    for (size_t i = 0; i < chain_count; i++)
        if (!dialogues_add(dialogues, chains[i].turns, chains[i].count, error))
            return false;
    return true;
}
