/* digest.c - hashes by which rows are compared. */
#include "dataset/digest.h"

#include "base/error.h"
#include "base/hash.h"
#include "text/fold.h"
#include "json/write.h"

enum { SEED_TEXT = 1, SEED_WORD, SEED_ARRAY, SEED_OBJECT, SEED_KEY };

/* Of two numbers one, so that no order of them is another's. Constants: splitmix64. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 31)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 29);
}

/* What stands between quotes. Without \u and \/ there is one way to write each string, and the bytes are hashed as
 * they stand; others are written that way first. */
static uint64_t hash_string(struct slice inner, bool has_escape, uint64_t seed, struct arena *scratch)
{
    struct json_value quoted = { slice_of(inner.bytes - 1, inner.length + 2), JSON_STRING, true };
    struct slice text;
    struct error error;
    if (!has_escape ||
        (slice_find(inner, SLICE("\\u")) == inner.length && slice_find(inner, SLICE("\\/")) == inner.length) ||
        !json_decode(quoted, scratch, &text, &error))
        return hash_64(inner, seed);
    struct buffer canonical = { 0 };
    json_append_escaped(&canonical, text);
    uint64_t hash = hash_64(buffer_slice(&canonical), seed);
    buffer_release(&canonical);
    return hash;
}

static uint64_t hash_child(struct json_iterator *iterator, struct json_value child, struct arena *scratch);

/* Of the children up to the end of inner. An object's are summed: a sum has no order. */
static uint64_t hash_children(struct json_iterator *inner, struct arena *scratch)
{
    struct json_field field;
    uint64_t hash = inner->is_object ? SEED_OBJECT : SEED_ARRAY;
    while (json_next_shallow(inner, &field)) {
        uint64_t child = hash_child(inner, field.value, scratch);
        if (inner->is_object)
            hash += mix(hash_string(field.key, field.key_has_escape, SEED_KEY, scratch), child);
        else
            hash = mix(hash, child);
    }
    return mix(hash, SEED_OBJECT);
}

static uint64_t hash_child(struct json_iterator *iterator, struct json_value child, struct arena *scratch)
{
    if (child.type == JSON_STRING)
        return hash_string(slice_between(child.text, 1, child.text.length - 1), child.has_escape, SEED_TEXT, scratch);
    if (child.type != JSON_ARRAY && child.type != JSON_OBJECT)
        return hash_64(child.text, SEED_WORD);
    struct json_iterator inner = json_enter(child);
    uint64_t hash = hash_children(&inner, scratch);
    if (iterator)
        json_leave(iterator, &inner, &child);
    return hash;
}

uint64_t dataset_hash_value(struct json_value value, struct arena *scratch)
{
    return hash_child(NULL, value, scratch);
}

static uint64_t hash_text(struct slice text, struct buffer *folded)
{
    if (!folded)
        return hash_64(text, SEED_TEXT);
    buffer_reset(folded);
    text_fold(folded, text);
    return hash_64(folded->length > 0 ? buffer_slice(folded) : text, SEED_TEXT);
}

static uint64_t hash_message(uint64_t hash, const struct dataset_message *message, struct buffer *folded)
{
    hash = mix(hash, (uint64_t)message->role);
    for (size_t i = 0; i < message->part_count; i++) {
        const struct dataset_part *part = &message->parts[i];
        if (part->kind == DATASET_PART_TEXT)
            hash = mix(hash, hash_text(part->text, folded));
        else if (part->kind != DATASET_PART_REASONING)
            hash = mix(mix(hash, hash_64(part->uri, SEED_KEY)), hash_64(part->data, SEED_WORD));
    }
    for (size_t i = 0; i < message->tool_call_count; i++)
        hash = mix(mix(hash, hash_64(message->tool_calls[i].name, SEED_KEY)),
                   hash_64(message->tool_calls[i].arguments, SEED_WORD));
    return hash;
}

uint64_t dataset_hash_prompt(const struct dataset_row *row, struct buffer *folded)
{
    uint64_t hash = SEED_ARRAY;
    size_t end = row->message_count, count = 0;
    if (row->form == DATASET_TEXT)
        return row->text.length > 0 ? hash_text(row->text, folded) : 0;
    if (row->form == DATASET_CHAT) {
        while (end > 0 && row->messages[end - 1].role != DATASET_ASSISTANT)
            end--;
        end = end > 0 ? end - 1 : row->message_count;
    }
    for (size_t i = 0; i < end; i++)
        if (row->messages[i].role != DATASET_SYSTEM) {
            hash = hash_message(hash, &row->messages[i], folded);
            count++;
        }
    return count > 0 ? hash : 0;
}

uint64_t dataset_hash_answer(const struct dataset_answer *answer)
{
    uint64_t hash = SEED_ARRAY;
    for (size_t i = 0; i < answer->count; i++)
        hash = hash_message(hash, &answer->messages[i], NULL);
    return hash;
}
