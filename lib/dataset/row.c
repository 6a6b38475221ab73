/* row.c - names of forms and roles, texts of messages. */
#include "dataset/row.h"

const char *const dataset_form_names[] = { "chat", "completion", "preference", "unpaired", "stepwise", "text" };
const char *const dataset_role_names[] = { "system", "user", "assistant", "tool", "unknown" };

struct slice dataset_message_text(const struct dataset_message *message, struct arena *arena)
{
    const struct dataset_part *only = NULL;
    size_t count = 0, length = 0;
    for (size_t i = 0; i < message->part_count; i++)
        if (message->parts[i].kind == DATASET_PART_TEXT) {
            only = &message->parts[i];
            length += only->text.length + 1;
            count++;
        }
    if (count <= 1)
        return only ? only->text : SLICE("");
    char *text = arena_allocate_text(arena, length);
    size_t at = 0;
    for (size_t i = 0; i < message->part_count; i++)
        if (message->parts[i].kind == DATASET_PART_TEXT) {
            if (at > 0)
                text[at++] = '\n';
            memcpy(text + at, message->parts[i].text.bytes, message->parts[i].text.length);
            at += message->parts[i].text.length;
        }
    return slice_of(text, at);
}

struct slice dataset_part_ending(const struct dataset_part *part)
{
    size_t dot = part->uri.length;
    while (dot > 0 && part->uri.bytes[dot - 1] != '.' && part->uri.bytes[dot - 1] != '/')
        dot--;
    return dot > 0 && part->uri.bytes[dot - 1] == '.' ? slice_from(part->uri, dot) : SLICE("");
}

struct slice dataset_join(struct slice first, struct slice between, struct slice second, struct arena *arena)
{
    const struct slice pieces[] = { first, between, second };
    char *text = arena_allocate_text(arena, first.length + between.length + second.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < 3; i++) {
        if (pieces[i].length)
            memcpy(text + length, pieces[i].bytes, pieces[i].length);
        length += pieces[i].length;
    }
    return slice_of(text, length);
}
