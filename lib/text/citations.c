/* citations.c - which numbered passages an answer cites, and whether they say what it quotes. */
#include "text/citations.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "text/segment.h"

enum { NUMBER_MAXIMUM = 1000000 };

/* A mark in the answer: a quotation, or brackets with numbers. */
struct mark {
    bool is_quotation;
    size_t paragraph;
    struct slice text; /* what stands between the quotes, or the brackets */
};

struct marks {
    struct mark *list; /* arena */
    size_t count, capacity;
    struct arena *arena;
};

static void add_mark(struct marks *marks, bool is_quotation, size_t paragraph, struct slice text)
{
    marks->list = arena_grow(marks->arena, marks->list, &marks->capacity, marks->count + 1, sizeof *marks->list);
    marks->list[marks->count++] = (struct mark){ is_quotation, paragraph, text };
}

static bool opens_quotation(uint32_t code_point)
{
    return code_point == '"' || code_point == 0x201c || code_point == 0x201d || code_point == 0x201e ||
           code_point == 0x201f || code_point == 0xab || code_point == 0xbb;
}

/* What opened with the left one ends with the right one. German, Swedish and French quotes point either way. */
static bool closes_quotation(uint32_t opening, uint32_t code_point)
{
    switch (opening) {
    case '"':
        return code_point == '"';
    case 0x201c:
    case 0x201d:
    case 0x201f:
        return code_point == 0x201d;
    case 0x201e:
        return code_point == 0x201c || code_point == 0x201d;
    case 0xab:
        return code_point == 0xbb;
    default:
        return code_point == 0xab || code_point == 0xbb;
    }
}

static bool is_number_list(struct slice text)
{
    bool has_digit = false;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        bool is_digit = byte >= '0' && byte <= '9';
        has_digit = has_digit || is_digit;
        if (!is_digit && byte != ',' && byte != ';' && byte != ' ' && byte != '-')
            return false;
    }
    return has_digit;
}

/* The place behind the quotation that opens before `place`, 0 when none ends in the paragraph that ends at `end`. */
static size_t quotation_end(struct slice answer, size_t place, size_t end, uint32_t opening, size_t *inner_end)
{
    while (place < end) {
        uint32_t code_point = 0;
        size_t length = utf8_decode(slice_from(answer, place), &code_point);
        if (closes_quotation(opening, code_point)) {
            *inner_end = place;
            return place + length;
        }
        place += length;
    }
    return 0;
}

static size_t paragraph_end(struct slice answer, size_t place)
{
    while (place < answer.length) {
        place += slice_find_byte(slice_from(answer, place), '\n') + 1;
        size_t next = place;
        while (next < answer.length &&
               (answer.bytes[next] == ' ' || answer.bytes[next] == '\t' || answer.bytes[next] == '\r'))
            next++;
        if (next >= answer.length || answer.bytes[next] == '\n')
            break;
    }
    return place < answer.length ? place : answer.length;
}

/* One paragraph, [place, end). Once a kind of quotation mark was not closed it is no longer looked for. */
static void find_in_paragraph(struct slice answer, size_t place, size_t end, size_t number, struct marks *marks)
{
    bool is_unclosed = false;
    while (place < end) {
        uint32_t code_point = 0;
        size_t start = place, inner_end = 0;
        place += utf8_decode(slice_from(answer, place), &code_point);
        if (opens_quotation(code_point) && !is_unclosed) {
            size_t behind = quotation_end(answer, place, end, code_point, &inner_end);
            is_unclosed = behind == 0;
            if (behind && slice_trim(slice_between(answer, place, inner_end)).length)
                add_mark(marks, true, number, slice_between(answer, place, inner_end));
            place = behind ? behind : place;
        } else if (code_point == '[') {
            size_t length = slice_find_byte(slice_between(answer, start, end), ']');
            struct slice inner = slice_of(answer.bytes + place, length > 0 ? length - 1 : 0);
            if (start + length < end && is_number_list(inner)) {
                add_mark(marks, false, number, inner);
                place = start + length + 1;
            }
        }
    }
}

static void find_marks(struct slice answer, struct marks *marks)
{
    size_t number = 0;
    for (size_t place = 0; place < answer.length; number++) {
        size_t end = paragraph_end(answer, place);
        find_in_paragraph(answer, place, end, number, marks);
        place = end;
    }
}

static size_t read_number(struct slice text, size_t *place)
{
    size_t number = 0;
    while (*place < text.length && text.bytes[*place] >= '0' && text.bytes[*place] <= '9') {
        if (number < NUMBER_MAXIMUM)
            number = number * 10 + (size_t)(text.bytes[*place] - '0');
        ++*place;
    }
    return number;
}

struct checking {
    const struct slice *passages; /* normalised */
    size_t passage_count;
    struct slice question; /* normalised */
    bool *is_cited;        /* by passage */
    size_t fault_capacity;
    struct arena *arena;
    struct citations *citations;
};

static void add_fault(struct checking *checking, struct citation_fault fault)
{
    struct citations *citations = checking->citations;
    citations->faults = arena_grow(checking->arena, citations->faults, &checking->fault_capacity,
                                   citations->fault_count + 1, sizeof *citations->faults);
    citations->faults[citations->fault_count++] = fault;
}

/* Calls `take` for each number that brackets name: 1, 3 and 1-3; a range ends at the first number that is unknown. */
static void each_number(struct checking *checking, struct slice text,
                        bool (*take)(struct checking *checking, size_t number, void *context), void *context)
{
    for (size_t place = 0; place < text.length;) {
        if (text.bytes[place] < '0' || text.bytes[place] > '9') {
            place++;
            continue;
        }
        size_t first = read_number(text, &place), last = first;
        if (place + 1 < text.length && text.bytes[place] == '-' && text.bytes[place + 1] >= '0' &&
            text.bytes[place + 1] <= '9') {
            place++;
            last = read_number(text, &place);
        }
        for (size_t number = first; number <= last || number == first; number++)
            if (!take(checking, number, context))
                break;
    }
}

static bool cite(struct checking *checking, size_t number, void *context)
{
    (void)context;
    if (number == 0 || number > checking->passage_count) {
        add_fault(checking, (struct citation_fault){ .kind = CITATION_UNKNOWN, .number = number });
        return false;
    }
    checking->is_cited[number - 1] = true;
    return true;
}

static bool is_ignored(uint32_t code_point)
{
    return code_point == '*' || code_point == '`' || code_point == 0xad || code_point == 0x200b || code_point == 0xfeff;
}

static uint32_t fold(uint32_t code_point)
{
    if (opens_quotation(code_point))
        return '"';
    if (code_point == 0x2018 || code_point == 0x2019 || code_point == 0x201a || code_point == 0x201b)
        return '\'';
    return code_point >= 0x2010 && code_point <= 0x2015 ? '-' : code_point;
}

/* One blank for white space, one kind of quotes and dashes; "..." for an ellipsis. */
static struct slice normalise(struct slice text, struct arena *arena)
{
    struct buffer output = { 0 };
    bool is_blank = false;
    for (size_t place = 0; place < text.length;) {
        uint32_t code_point = 0;
        size_t white = white_space_end(text, place);
        is_blank = is_blank || white > place;
        if (white > place) {
            place = white;
            continue;
        }
        place += utf8_decode(slice_from(text, place), &code_point);
        if (is_ignored(code_point))
            continue;
        if (is_blank && output.length)
            buffer_append_byte(&output, ' ');
        is_blank = false;
        if (code_point == 0x2026)
            buffer_append_string(&output, "...");
        else
            utf8_append(&output, fold(code_point));
    }
    struct slice result = arena_copy(arena, buffer_slice(&output));
    buffer_release(&output);
    return result;
}

static struct slice trim_end(struct slice text)
{
    while (text.length && strchr(" .,;:!?", text.bytes[text.length - 1]))
        text.length--;
    return text;
}

static char other_case(char byte)
{
    bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    return (char)(is_letter ? byte ^ 0x20 : byte);
}

/* Where part ends in text at or behind `from`, SIZE_MAX: nowhere. may_fold: its first letter may have the other case.
 */
static size_t find_part(struct slice text, size_t from, struct slice part, bool may_fold, struct arena *arena)
{
    struct slice rest = slice_from(text, from);
    size_t place = slice_find(rest, part);
    if (place == rest.length && may_fold) {
        char *folded = arena_copy_string(arena, part);
        folded[0] = other_case(folded[0]);
        place = slice_find(rest, slice_of(folded, part.length));
    }
    return place < rest.length ? from + place + part.length : SIZE_MAX;
}

/* Whether text holds the parts of a normalised quotation, between "..." and "[...]", in their order. */
static bool holds(struct slice text, struct slice quotation, struct arena *arena)
{
    size_t from = 0;
    bool is_first = true;
    while (quotation.length) {
        size_t length = slice_find(quotation, SLICE("..."));
        struct slice part = slice_of(quotation.bytes, length);
        bool is_last = length == quotation.length;
        quotation = slice_from(quotation, is_last ? length : length + 3);
        while (part.length && (part.bytes[0] == ']' || part.bytes[0] == ' '))
            part = slice_from(part, 1);
        while (part.length && (part.bytes[part.length - 1] == '[' || part.bytes[part.length - 1] == ' '))
            part.length--;
        if (is_last)
            part = trim_end(part);
        if (part.length) {
            from = find_part(text, from, part, is_first, arena);
            if (from == SIZE_MAX)
                return false;
            is_first = false;
        }
    }
    return true;
}

/* A quotation and the passages it may come from. */
struct quoted {
    struct slice text; /* normalised */
    size_t first;      /* of those named; 0: none */
    bool is_there;
};

static bool look(struct checking *checking, size_t number, void *context)
{
    struct quoted *quoted = context;
    if (number == 0 || number > checking->passage_count)
        return false;
    if (!quoted->first)
        quoted->first = number;
    quoted->is_there = quoted->is_there || holds(checking->passages[number - 1], quoted->text, checking->arena);
    return !quoted->is_there;
}

/* [*from, *end): the brackets next to a quotation in its paragraph, other quotations passed over, on the side that
 * step says: 1 behind, -1 before. Returns whether another quotation lies between. */
static bool find_group(const struct marks *marks, size_t quotation, int step, size_t *from, size_t *end)
{
    size_t paragraph = marks->list[quotation].paragraph, place = quotation + (step > 0);
    bool is_apart = false;
    while (step > 0 ? place < marks->count && marks->list[place].is_quotation
                    : place > 0 && marks->list[place - 1].is_quotation) {
        if (marks->list[step > 0 ? place : place - 1].paragraph != paragraph)
            break;
        place = step > 0 ? place + 1 : place - 1;
        is_apart = true;
    }
    *from = *end = place;
    while (step > 0 && *end < marks->count && !marks->list[*end].is_quotation &&
           marks->list[*end].paragraph == paragraph)
        ++*end;
    while (step < 0 && *from > 0 && !marks->list[*from - 1].is_quotation &&
           marks->list[*from - 1].paragraph == paragraph)
        --*from;
    return is_apart;
}

static void look_in(struct checking *checking, const struct marks *marks, size_t from, size_t end,
                    struct quoted *quoted)
{
    for (size_t i = from; i < end; i++)
        each_number(checking, marks->list[i].text, look, quoted);
}

static void check_quotation(struct checking *checking, const struct marks *marks, size_t number)
{
    struct slice text = marks->list[number].text;
    struct quoted quoted = { .text = normalise(text, checking->arena) };
    size_t behind, behind_end, before, before_end;
    checking->citations->quotation_count++;
    bool is_apart = find_group(marks, number, 1, &behind, &behind_end);
    find_group(marks, number, -1, &before, &before_end);
    look_in(checking, marks, behind, behind_end, &quoted);
    if (is_apart || behind == behind_end)
        look_in(checking, marks, before, before_end, &quoted);
    bool is_uncited = behind == behind_end && before == before_end;
    for (size_t i = 0; i < checking->passage_count && is_uncited && !quoted.is_there; i++)
        quoted.is_there = holds(checking->passages[i], quoted.text, checking->arena);
    if (!quoted.is_there && !holds(checking->question, quoted.text, checking->arena))
        add_fault(checking,
                  (struct citation_fault){ .kind = CITATION_NOT_SAID, .number = quoted.first, .quotation = text });
}

void citations_check(struct slice answer, const struct slice *passages, size_t passage_count, struct slice question,
                     struct arena *arena, struct citations *citations)
{
    struct marks marks = { .arena = arena };
    struct slice *normalised = arena_allocate(arena, (passage_count + 1) * sizeof *normalised);
    struct checking checking = { .passages = normalised,
                                 .passage_count = passage_count,
                                 .question = normalise(question, arena),
                                 .is_cited = arena_allocate_zeroed(arena, passage_count + 1, sizeof(bool)),
                                 .arena = arena,
                                 .citations = citations };
    *citations = (struct citations){ .numbers = arena_allocate(arena, (passage_count + 1) * sizeof(size_t)) };
    for (size_t i = 0; i < passage_count; i++)
        normalised[i] = normalise(passages[i], arena);
    find_marks(answer, &marks);
    bool has_any = false;
    for (size_t i = 0; i < marks.count; i++) {
        has_any = has_any || !marks.list[i].is_quotation;
        if (marks.list[i].is_quotation)
            check_quotation(&checking, &marks, i);
        else
            each_number(&checking, marks.list[i].text, cite, NULL);
    }
    for (size_t i = 0; i < passage_count; i++)
        if (checking.is_cited[i])
            citations->numbers[citations->count++] = i + 1;
    if (!has_any)
        add_fault(&checking, (struct citation_fault){ .kind = CITATION_MISSING });
}
