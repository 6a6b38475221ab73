/* encoder.c - texts to tokens: added tokens, the normal form, splitting, and remembering. */
#include "text/encoder.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/bits.h"
#include "text/encoder_private.h"
#include "text/kinds.h"
#include "text/segment.h"

struct encoder *encoder_create(const struct vocabulary *vocabulary, enum added_tokens added)
{
    struct encoder *encoder = memory_allocate_zeroed(1, sizeof *encoder);
    encoder->vocabulary = vocabulary;
    encoder->splits_added = added == ADDED_AS_FILE ? vocabulary->splits_added : added == ADDED_AS_TOKENS;
    /* zeroed pages come when they are touched: a few texts need few of them */
    encoder->piece_memory = memory_allocate_zeroed(PIECE_SLOTS + PIECE_WAYS, sizeof *encoder->pieces);
    size_t beyond = (uintptr_t)encoder->piece_memory % (PIECE_WAYS * sizeof *encoder->pieces);
    encoder->pieces = (void *)(encoder->piece_memory + (beyond ? PIECE_WAYS * sizeof *encoder->pieces - beyond : 0));
    return encoder;
}

void encoder_free(struct encoder *encoder)
{
    if (!encoder)
        return;
    memory_free(encoder->piece_memory);
    memory_free(encoder->ids.all);
    memory_free(encoder->parts);
    memory_free(encoder->heap);
    buffer_release(&encoder->normalized);
    memory_free(encoder);
}

/* 1 to PIECE_BYTES bytes and their number. `end`: how far memory may be read. */
static inline void piece_key(struct slice piece, const char *end, uint64_t key[2])
{
    static const unsigned char ones[32] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    uint64_t mask[2];
    if (end - piece.bytes >= 16) {
        memcpy(key, piece.bytes, 16);
        memcpy(mask, ones + 16 - piece.length, 16);
        key[0] &= mask[0];
        key[1] &= mask[1];
    } else {
        key[0] = key[1] = 0;
        memcpy(key, piece.bytes, piece.length);
    }
    key[1] |= (uint64_t)piece.length << 56;
}

/* The first of the two places where a piece may be. */
static inline size_t piece_place(const uint64_t key[2])
{
    uint64_t mixed = (key[0] ^ key[1] * 0x9e3779b97f4a7c15u) * 0xd6e8feb86659fd93u;
    return (size_t)(mixed >> 40) & (PIECE_SLOTS - PIECE_WAYS);
}

static inline void put_ids(struct encoder *encoder, const uint32_t *ids, size_t count)
{
    struct token_ids *all = &encoder->ids;
    if (all->count + PIECE_IDS > all->capacity)
        all->all = memory_grow(all->all, &all->capacity, all->count + PIECE_IDS, sizeof *all->all);
    memcpy(all->all + all->count, ids, PIECE_IDS * sizeof *ids);
    all->count += count;
}

static void merge_piece(struct encoder *encoder, struct slice piece)
{
    size_t before = encoder->ids.count;
    encoder_merge(encoder, piece);
    encoder->count += encoder->ids.count - before;
    if (encoder->counts_only)
        encoder->ids.count = before;
}

static void remember(struct encoder *encoder, struct slice piece, const uint64_t key[2], struct piece_slot *slots)
{
    size_t before = encoder->ids.count;
    encoder_merge(encoder, piece);
    size_t count = encoder->ids.count - before;
    encoder->count += count;
    if (count <= PIECE_IDS) {
        slots[1] = slots[0];
        slots[0] = (struct piece_slot){ .key = { key[0], key[1] }, .count = (uint32_t)count };
        memcpy(slots[0].ids, encoder->ids.all + before, count * sizeof *slots[0].ids);
    }
    if (encoder->counts_only)
        encoder->ids.count = before;
}

static inline bool is_in_slot(const struct piece_slot *slot, const uint64_t key[2])
{
    return slot->key[0] == key[0] && slot->key[1] == key[1];
}

/* A piece, and where to look for it: NULL, too long to be remembered. */
struct waiting_piece {
    struct slice piece;
    uint64_t key[2];
    struct piece_slot *slots;
};

/* end: how far the memory of the text goes. The slots' line of the cache is asked for. */
static inline struct waiting_piece find_slots(struct encoder *encoder, struct slice piece, const char *end)
{
    struct waiting_piece waiting = { .piece = piece };
    if (piece.length <= PIECE_BYTES) {
        piece_key(piece, end, waiting.key);
        waiting.slots = &encoder->pieces[piece_place(waiting.key)];
        __builtin_prefetch(waiting.slots);
    }
    return waiting;
}

static inline void take_piece(struct encoder *encoder, const struct waiting_piece *waiting)
{
    struct piece_slot *slot = waiting->slots;
    if (!slot) {
        merge_piece(encoder, waiting->piece);
        return;
    }
    if (!is_in_slot(slot, waiting->key) && !is_in_slot(++slot, waiting->key)) {
        remember(encoder, waiting->piece, waiting->key, waiting->slots);
        return;
    }
    encoder->count += slot->count;
    if (!encoder->counts_only)
        put_ids(encoder, slot->ids, slot->count);
}

static void take_split(void *context, struct slice piece)
{
    struct waiting_piece waiting = find_slots(context, piece, piece.bytes + piece.length);
    take_piece(context, &waiting);
}

/* A text without added tokens. */
static bool encode_plain(struct encoder *encoder, struct slice text, struct error *error)
{
    const struct splitter *splitter = &encoder->vocabulary->splitter;
    if (splitter->count != 1 || splitter->steps[0].kind == SPLIT_PATTERN)
        return splitter_split(splitter, text, take_split, encoder, error);
    split_next_function *next = splitter_scanner(splitter->steps[0].kind);
    const char *end_of_text = text.bytes + text.length;
    /* some pieces are found before the first is looked up: the table is larger than the caches near the processor */
    enum { PIECES_AHEAD = 16 };
    struct waiting_piece waiting[PIECES_AHEAD];
    for (size_t start = 0; start < text.length;) {
        size_t count = 0;
        for (size_t end; count < PIECES_AHEAD && start < text.length; start = end) {
            end = next(text, start);
            waiting[count++] = find_slots(encoder, slice_between(text, start, end), end_of_text);
        }
        for (size_t i = 0; i < count; i++)
            take_piece(encoder, &waiting[i]);
    }
    return true;
}

static bool encode_normalized(struct encoder *encoder, struct slice text, struct error *error)
{
    const struct vocabulary *vocabulary = encoder->vocabulary;
    bool adds_space = vocabulary->adds_space && text.length > 0 && text.bytes[0] != ' ';
    bool is_changed = normal_form_is_needed(text, vocabulary->form);
    if (adds_space || is_changed) {
        struct buffer *changed = &encoder->normalized;
        buffer_reset(changed);
        if (adds_space)
            buffer_append_byte(changed, ' ');
        if (is_changed)
            normal_form_append(changed, text, vocabulary->form);
        else
            buffer_append_slice(changed, text);
        text = buffer_slice(changed);
    }
    return encode_plain(encoder, text, error);
}

static bool is_inside_word(struct slice text, size_t start, size_t end)
{
    uint32_t code_point = 0;
    if (start > 0) {
        utf8_decode(slice_from(text, character_before(text, 0, start)), &code_point);
        if (letter_kind(code_point) != LETTER_NONE)
            return true;
    }
    return end < text.length && utf8_decode(slice_from(text, end), &code_point) &&
           letter_kind(code_point) != LETTER_NONE;
}

static const struct added_token *added_at(const struct vocabulary *vocabulary, struct slice text, size_t place)
{
    if (!vocabulary->added_first[(unsigned char)text.bytes[place]])
        return NULL;
    for (size_t i = 0; i < vocabulary->added_count; i++) {
        const struct added_token *added = &vocabulary->added[i];
        if (slice_starts_with(slice_from(text, place), added->text) &&
            !(added->is_single_word && is_inside_word(text, place, place + added->text.length)))
            return added;
    }
    return NULL;
}

static bool encode(struct encoder *encoder, struct slice text, struct error *error)
{
    const struct vocabulary *vocabulary = encoder->vocabulary;
    encoder->ids.count = encoder->count = 0;
    if (!encoder->splits_added || vocabulary->added_count == 0)
        return encode_normalized(encoder, text, error);
    size_t start = 0, place = 0;
    while (place < text.length) {
        const struct added_token *added = added_at(vocabulary, text, place);
        if (!added) {
            place++;
            continue;
        }
        size_t end = added->takes_left ? white_space_start(text, start, place) : place;
        if (end > start && !encode_normalized(encoder, slice_between(text, start, end), error))
            return false;
        encoder->count++;
        if (!encoder->counts_only)
            put_ids(encoder, (const uint32_t[PIECE_IDS]){ added->id }, 1);
        place += added->text.length;
        if (added->takes_right)
            place = white_space_end(text, place);
        start = place;
    }
    return start == text.length || encode_normalized(encoder, slice_from(text, start), error);
}

bool encoder_count(struct encoder *encoder, struct slice text, size_t *count, struct error *error)
{
    encoder->counts_only = true;
    bool is_good = encode(encoder, text, error);
    *count = encoder->count;
    return is_good;
}

bool encoder_encode(struct encoder *encoder, struct slice text, const uint32_t **ids, size_t *count,
                    struct error *error)
{
    encoder->counts_only = false;
    bool is_good = encode(encoder, text, error);
    *ids = encoder->ids.all;
    *count = encoder->ids.count;
    return is_good;
}

/* Tokens cover the text without a gap, so each begins where the one before ends. */
bool encoder_mark(struct encoder *encoder, struct slice text, uint64_t *marks, struct error *error)
{
    const struct vocabulary *vocabulary = encoder->vocabulary;
    size_t place = 0;
    encoder->counts_only = false;
    encoder->ids.count = encoder->count = 0;
    memset(marks, 0, bits_words(text.length) * sizeof *marks);
    if (!encode_plain(encoder, text, error))
        return false;
    for (size_t i = 0; i < encoder->ids.count; i++) {
        uint32_t id = encoder->ids.all[i];
        bits_set(marks, place);
        place += vocabulary->offsets[id + 1] - vocabulary->offsets[id];
    }
    return true;
}

bool vocabulary_decode(const struct vocabulary *vocabulary, const uint32_t *ids, size_t count, struct buffer *output,
                       struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        struct slice bytes;
        if (!vocabulary_token(vocabulary, ids[i], &bytes))
            return error_set(error, E_FIELD_VALUE, "there is no token %u in %s", ids[i], vocabulary->name);
        buffer_append_slice(output, bytes);
    }
    return true;
}
