/* encoder_merge.c - merges neighbouring parts of a piece, lowest rank first and, among equals, leftmost.
 *
 * Short pieces look for the lowest rank each time, which for a few parts is faster than anything clever; long ones keep
 * the candidates in a heap, so that a megabyte without a place to split costs n log n. */
#include "base/memory.h"
#include "text/encoder_private.h"

enum { SHORT_PARTS = 64 };
#define PART_NONE UINT32_MAX

static void add_id(struct encoder *encoder, uint32_t id)
{
    struct token_ids *ids = &encoder->ids;
    if (ids->count == ids->capacity)
        ids->all = memory_grow(ids->all, &ids->capacity, ids->count + 1, sizeof *ids->all);
    ids->all[ids->count++] = id;
}

/* Sets rank and merged of the pair that begins with a part; end: where the second part ends. */
static inline void rank_pair(const struct vocabulary *vocabulary, struct slice piece, struct merge_part *left,
                             const struct merge_part *right, size_t end)
{
    if (vocabulary->merges) {
        const struct merge_slot *merge = merge_find(vocabulary, left->id, right->id);
        left->rank = merge ? merge->rank : TOKEN_NONE;
        left->merged = merge ? merge->merged : TOKEN_NONE;
        return;
    }
    const unsigned char *bytes = (const unsigned char *)piece.bytes + left->start;
    size_t length = end - left->start;
    left->rank = length == 2 ? vocabulary->byte_pairs[bytes[0] << 8 | bytes[1]]
                             : token_find(vocabulary, (const char *)bytes, length);
    left->merged = left->rank;
}

static inline size_t part_end(const struct merge_part *parts, uint32_t part, struct slice piece)
{
    uint32_t next = parts[part].next;
    return next == PART_NONE ? piece.length : parts[next].start;
}

static void merge_short(struct encoder *encoder, struct slice piece)
{
    const struct vocabulary *vocabulary = encoder->vocabulary;
    struct merge_part parts[SHORT_PARTS + 1];
    size_t count = piece.length;
    for (size_t i = 0; i < count; i++)
        parts[i] =
            (struct merge_part){ .start = (uint32_t)i, .id = vocabulary->byte_tokens[(unsigned char)piece.bytes[i]] };
    parts[count].start = (uint32_t)piece.length;
    for (size_t i = 0; i + 1 < count; i++)
        rank_pair(vocabulary, piece, &parts[i], &parts[i + 1], i + 2);
    while (count > 1) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < count; i++)
            if (parts[i].rank < parts[best].rank)
                best = i;
        if (parts[best].rank == TOKEN_NONE)
            break;
        parts[best].id = parts[best].merged;
        count--;
        memmove(&parts[best + 1], &parts[best + 2], (count - best) * sizeof *parts);
        if (best + 1 < count)
            rank_pair(vocabulary, piece, &parts[best], &parts[best + 1], parts[best + 2].start);
        if (best > 0)
            rank_pair(vocabulary, piece, &parts[best - 1], &parts[best], parts[best + 1].start);
    }
    for (size_t i = 0; i < count; i++)
        add_id(encoder, parts[i].id);
}

static inline bool comes_before(struct merge_candidate a, struct merge_candidate b)
{
    return a.rank < b.rank || (a.rank == b.rank && a.part < b.part);
}

static void heap_push(struct encoder *encoder, size_t *size, struct merge_candidate candidate)
{
    if (*size == encoder->heap_capacity)
        encoder->heap = memory_grow(encoder->heap, &encoder->heap_capacity, *size + 1, sizeof *encoder->heap);
    size_t place = (*size)++;
    for (; place > 0 && comes_before(candidate, encoder->heap[(place - 1) / 2]); place = (place - 1) / 2)
        encoder->heap[place] = encoder->heap[(place - 1) / 2];
    encoder->heap[place] = candidate;
}

static struct merge_candidate heap_pop(struct encoder *encoder, size_t *size)
{
    struct merge_candidate *heap = encoder->heap, first = heap[0], last = heap[--*size];
    size_t place = 0;
    for (size_t child; (child = 2 * place + 1) < *size; place = child) {
        if (child + 1 < *size && comes_before(heap[child + 1], heap[child]))
            child++;
        if (!comes_before(heap[child], last))
            break;
        heap[place] = heap[child];
    }
    heap[place] = last;
    return first;
}

static void propose(struct encoder *encoder, struct slice piece, uint32_t part, size_t *size)
{
    struct merge_part *parts = encoder->parts;
    uint32_t next = parts[part].next;
    parts[part].rank = TOKEN_NONE;
    if (next == PART_NONE)
        return;
    rank_pair(encoder->vocabulary, piece, &parts[part], &parts[next], part_end(parts, next, piece));
    if (parts[part].rank != TOKEN_NONE)
        heap_push(encoder, size, (struct merge_candidate){ parts[part].rank, part });
}

static void merge_long(struct encoder *encoder, struct slice piece)
{
    if (piece.length > encoder->part_capacity)
        encoder->parts = memory_grow(encoder->parts, &encoder->part_capacity, piece.length, sizeof *encoder->parts);
    struct merge_part *parts = encoder->parts;
    size_t size = 0;
    for (size_t i = 0; i < piece.length; i++)
        parts[i] = (struct merge_part){ .start = (uint32_t)i,
                                        .id = encoder->vocabulary->byte_tokens[(unsigned char)piece.bytes[i]],
                                        .previous = i ? (uint32_t)i - 1 : PART_NONE,
                                        .next = i + 1 < piece.length ? (uint32_t)i + 1 : PART_NONE };
    for (uint32_t i = 0; i < piece.length; i++)
        propose(encoder, piece, i, &size);
    while (size > 0) {
        struct merge_candidate best = heap_pop(encoder, &size);
        struct merge_part *part = &parts[best.part];
        if (part->rank != best.rank)
            continue; /* its neighbour is another one by now */
        struct merge_part *gone = &parts[part->next];
        part->id = part->merged;
        part->next = gone->next;
        if (gone->next != PART_NONE)
            parts[gone->next].previous = best.part;
        gone->rank = TOKEN_NONE;
        propose(encoder, piece, best.part, &size);
        if (part->previous != PART_NONE)
            propose(encoder, piece, part->previous, &size);
    }
    for (uint32_t i = 0; i != PART_NONE; i = parts[i].next)
        add_id(encoder, parts[i].id);
}

void encoder_merge(struct encoder *encoder, struct slice piece)
{
    const struct vocabulary *vocabulary = encoder->vocabulary;
    uint32_t whole = piece.length == 1         ? vocabulary->byte_tokens[(unsigned char)piece.bytes[0]]
                     : vocabulary->takes_whole ? token_find(vocabulary, piece.bytes, piece.length)
                                               : TOKEN_NONE;
    if (whole != TOKEN_NONE)
        add_id(encoder, whole);
    else if (piece.length <= SHORT_PARTS)
        merge_short(encoder, piece);
    else
        merge_long(encoder, piece);
}
