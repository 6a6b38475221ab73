/* outer.c - something that holds files, under way: names, counts and faults of its members. */
#include "document/outer.h"

#include "base/interrupt.h"

void outer_release(struct outer *outer)
{
    member_names_release(&outer->names);
    buffer_release(&outer->inner);
    buffer_release(&outer->source);
    buffer_release(&outer->path);
    buffer_release(&outer->kept);
}

bool outer_count_entry(struct outer *outer)
{
    struct file_reader *reader = outer->reader;
    struct error error;
    if (interrupt_signal())
        reader->is_stopped = true;
    if (++reader->entries <= reader->settings->max_entries)
        return !reader->is_stopped;
    error_set(&error, E_LIMIT, "more than %lld members (--max-entries)", (long long)reader->settings->max_entries);
    reader_report(reader, outer->piece, &error);
    outer->is_ended = true;
    return false;
}

void outer_report(struct outer *outer, const struct error *fault)
{
    struct error error = *fault;
    if (outer->inner.length > 0)
        error_set(&error, fault->code, "%s (after member '%s')", fault->message, buffer_string(&outer->inner));
    error.signal = fault->signal;
    reader_report(outer->reader, outer->piece, &error);
}

bool outer_take_name(struct outer *outer, struct piece *member)
{
    const struct piece *piece = outer->piece;
    *member = (struct piece){ .nesting = piece->nesting + 1, .modified = DATE_UNKNOWN, .is_taken = piece->is_taken };
    struct slice inner = buffer_slice(&outer->inner);
    const struct file_settings *settings = outer->reader->settings;
    if (glob_list_ask_way(settings->exclude, inner, false) == GLOB_YES)
        return false;
    member->is_taken |= glob_list_ask_way(settings->include, inner, false) == GLOB_YES;
    buffer_reset(&outer->source);
    buffer_append_slice(&outer->source, piece->source);
    buffer_append_string(&outer->source, "!/");
    buffer_append_slice(&outer->source, inner);
    uint32_t times = member_names_add(&outer->names, inner);
    if (times > 1)
        buffer_append_format(&outer->source, "~%u", times);
    buffer_reset(&outer->path);
    buffer_append_string(&outer->path, piece->path);
    buffer_append_string(&outer->path, "!/");
    buffer_append_slice(&outer->path, inner);
    member->source = buffer_slice(&outer->source);
    member->path = buffer_string(&outer->path);
    member->name = inner;
    outer->reader->counts.members++;
    return true;
}

bool outer_name_file(struct outer *outer, struct slice raw, struct piece *member)
{
    buffer_reset(&outer->inner);
    bool is_changed = member_append_name(&outer->inner, raw);
    if (walk_is_hidden(buffer_slice(&outer->inner), outer->reader->settings->with_hidden) ||
        !outer_take_name(outer, member))
        return false;
    if (is_changed)
        member->raw_name = raw;
    return true;
}

void outer_report_member(struct outer *outer, const struct piece *member, enum code code, const char *message)
{
    struct error error;
    error_set(&error, code, "%s", message);
    reader_report(outer->reader, member, &error);
}
