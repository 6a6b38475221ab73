/* chunk_record.c - the records of a document's chunks. */
#include "record/chunk_record.h"

#include "base/hash.h"
#include "json/write.h"

enum { EDITS_MAXIMUM = (CHUNK_PARTS_MAXIMUM - 1) / 2 };

/* What takes the place of line[offset, offset + length). */
struct edit {
    size_t offset, length;
    enum chunk_slot slot;
    const char *before; /* bytes that are put in front of the value; static */
};

struct editor {
    struct chunk_source *source;
    struct record *record;
    const struct json_object *object;
    struct arena *arena;
    struct error *error;
    struct edit edits[EDITS_MAXIMUM];
    size_t count;
};

static bool fail_at(struct editor *editor, struct slice field)
{
    error_field(editor->error, field);
    return error_place(editor->error, editor->record->file, editor->record->line_number, 0);
}

static bool fail_type(struct editor *editor, struct slice field, enum json_type found, const char *expected)
{
    error_set(editor->error, E_FIELD_TYPE, "field '%.*s' is %s, expected %s", (int)field.length, field.bytes,
              json_type_phrase(found), expected);
    return fail_at(editor, field);
}

static size_t offset_of(const struct editor *editor, const char *place)
{
    return (size_t)(place - editor->record->line.bytes);
}

/* Kept in the order of the line; of several at one place the one added first comes first. */
static void add_edit(struct editor *editor, struct edit edit)
{
    size_t place = editor->count++;
    while (place > 0 && editor->edits[place - 1].offset > edit.offset) {
        editor->edits[place] = editor->edits[place - 1];
        place--;
    }
    editor->edits[place] = edit;
}

static void replace_value(struct editor *editor, struct json_value value, enum chunk_slot slot)
{
    add_edit(editor, (struct edit){ offset_of(editor, value.text.bytes), value.text.length, slot, "" });
}

/* The one member of that name among the top-level fields; type JSON_MISSING when there is none. */
static bool find_field(struct editor *editor, struct slice name, struct json_value *value)
{
    *value = (struct json_value){ .type = JSON_MISSING };
    for (size_t i = 0; i < editor->object->count; i++) {
        if (!json_key_equal(&editor->object->fields[i], name))
            continue;
        if (value->type != JSON_MISSING) {
            error_set(editor->error, E_JSON_DUPKEY, "field '%.*s' stands twice", (int)name.length, name.bytes);
            return fail_at(editor, name);
        }
        *value = editor->object->fields[i].value;
    }
    return true;
}

static struct slice between_quotes(struct json_value value)
{
    return value.type == JSON_STRING ? slice_between(value.text, 1, value.text.length - 1) : value.text;
}

static struct slice hash_of_line(struct editor *editor)
{
    char *text = arena_allocate_text(editor->arena, HASH128_TEXT + 1);
    hash128_format(hash_128(editor->record->line), text);
    return slice_of(text, HASH128_TEXT);
}

static bool read_id(struct editor *editor, size_t end)
{
    struct json_value id, beir;
    if (!find_field(editor, SLICE("id"), &id) || !find_field(editor, SLICE("_id"), &beir))
        return false;
    struct slice name = id.type != JSON_MISSING ? SLICE("id") : SLICE("_id");
    struct json_value found = id.type != JSON_MISSING ? id : beir;
    if (found.type != JSON_MISSING && found.type != JSON_STRING && found.type != JSON_NUMBER)
        return fail_type(editor, name, found.type, "a string or a number");
    editor->source->id = found.type == JSON_MISSING ? hash_of_line(editor) : between_quotes(found);
    if (id.type != JSON_MISSING)
        replace_value(editor, id, SLOT_ID);
    else
        add_edit(editor, (struct edit){ end, 0, SLOT_ID, ",\"id\":" });
    return true;
}

static bool read_text(struct editor *editor, const struct json_path *field)
{
    bool is_ambiguous = false;
    struct json_value value = json_path_find(field, editor->object, &is_ambiguous);
    struct slice name = field->text;
    if (is_ambiguous) {
        error_set(editor->error, E_JSON_DUPKEY, "field '%.*s' stands twice", (int)name.length, name.bytes);
        return fail_at(editor, name);
    }
    if (value.type == JSON_MISSING) {
        error_set(editor->error, E_FIELD_MISSING, "field '%.*s' is missing", (int)name.length, name.bytes);
        return fail_at(editor, name);
    }
    if (value.type != JSON_STRING)
        return fail_type(editor, name, value.type, "a string");
    editor->source->is_clean = !value.has_escape;
    if (!json_decode(value, editor->arena, &editor->source->text, editor->error)) {
        error_set(editor->error, E_JSON_SURROGATE, "field '%.*s' holds half a surrogate pair", (int)name.length,
                  name.bytes);
        return fail_at(editor, name);
    }
    replace_value(editor, value, SLOT_TEXT);
    return true;
}

/* metadata.pages, when it is an array of integers that are no offsets below 0. */
static void read_pages(struct editor *editor, struct json_value pages)
{
    struct json_iterator iterator = json_iterate(pages);
    struct json_field field;
    size_t *offsets = NULL, capacity = 0, count = 0;
    int64_t number;
    while (json_next(&iterator, &field)) {
        if (!json_integer(field.value, &number) || number < 0)
            return;
        offsets = arena_grow(editor->arena, offsets, &capacity, count + 1, sizeof *offsets);
        offsets[count++] = (size_t)number;
    }
    editor->source->pages = offsets;
    editor->source->page_count = count;
}

/* One [code point, seconds, seconds] of metadata.times. */
static bool read_time(struct json_value row, struct chunk_time *time)
{
    struct json_iterator iterator = json_iterate(row);
    struct json_field field[4];
    int64_t offset;
    if (row.type != JSON_ARRAY || !json_next(&iterator, &field[0]) || !json_next(&iterator, &field[1]) ||
        !json_next(&iterator, &field[2]) || json_next(&iterator, &field[3]) || !json_integer(field[0].value, &offset) ||
        offset < 0 || field[1].value.type != JSON_NUMBER || field[2].value.type != JSON_NUMBER)
        return false;
    *time = (struct chunk_time){ (size_t)offset, field[1].value.text, field[2].value.text };
    return true;
}

/* metadata.times, when it is the map that subtitles have; anything else of that name stays as it is. */
static void read_times(struct editor *editor, struct json_value times)
{
    struct json_iterator iterator = json_iterate(times);
    struct json_field field;
    struct chunk_time *items = NULL, time;
    size_t capacity = 0, count = 0;
    if (times.type != JSON_ARRAY)
        return;
    while (json_next(&iterator, &field)) {
        if (!read_time(field.value, &time) || (count > 0 && time.offset < items[count - 1].offset))
            return;
        items = arena_grow(editor->arena, items, &capacity, count + 1, sizeof *items);
        items[count++] = time;
    }
    editor->source->times = items;
    editor->source->time_count = count;
}

/* The members of metadata that are ours, in the order in which missing ones are appended. */
enum {
    MEMBER_DOCUMENT_ID,
    MEMBER_NUMBER,
    MEMBER_START,
    MEMBER_END,
    MEMBER_HEADINGS,
    MEMBER_PAGE,
    MEMBER_PARENT_ID,
    MEMBER_PARENT_START,
    MEMBER_PARENT_END,
    MEMBER_PARENT_TEXT,
    MEMBER_PAGES,
    MEMBER_TIMES,
    MEMBERS
};
enum { PARENT_MEMBERS = MEMBER_PARENT_TEXT - MEMBER_PARENT_ID + 1 };

static const struct {
    struct slice name;
    enum chunk_slot slot;
} members[MEMBERS] = {
    { SLICE_INIT("document_id"), SLOT_DOCUMENT_ID },
    { SLICE_INIT("chunk"), SLOT_NUMBER },
    { SLICE_INIT("start"), SLOT_START },
    { SLICE_INIT("end"), SLOT_END },
    { SLICE_INIT("headings"), SLOT_HEADINGS },
    { SLICE_INIT("page"), SLOT_PAGE },
    { SLICE_INIT("parent_id"), SLOT_PARENT_ID },
    { SLICE_INIT("parent_start"), SLOT_PARENT_START },
    { SLICE_INIT("parent_end"), SLOT_PARENT_END },
    { SLICE_INIT("parent_text"), SLOT_PARENT_TEXT },
    { SLICE_INIT("pages"), SLOT_NONE },
    { SLICE_INIT("times"), SLOT_NONE },
};

/* Which of them stand in metadata, and where. */
static bool find_members(struct editor *editor, struct json_value metadata, struct json_field found[MEMBERS])
{
    struct json_iterator iterator = json_iterate(metadata);
    struct json_field field;
    while (json_next(&iterator, &field)) {
        if (json_key_equal(&field, SLICE("mime")) && field.value.type == JSON_STRING)
            editor->source->mime = between_quotes(field.value);
        for (size_t i = 0; i < MEMBERS; i++) {
            if (!json_key_equal(&field, members[i].name))
                continue;
            if (found[i].value.type != JSON_MISSING) {
                error_set(editor->error, E_JSON_DUPKEY, "field 'metadata.%s' stands twice", members[i].name.bytes);
                return fail_at(editor, SLICE("metadata"));
            }
            found[i] = field;
        }
    }
    return true;
}

/* What is appended at offset, in front of a closing brace; the members that follow begin with a comma. */
static void append_members(struct editor *editor, size_t offset, bool is_first, const struct json_field found[MEMBERS])
{
    static const char *const with_comma[] = { ",\"document_id\":", ",\"chunk\":", ",\"start\":", ",\"end\":" };
    for (size_t i = 0; i <= MEMBER_END; i++) {
        if (found[i].value.type != JSON_MISSING)
            continue;
        add_edit(editor, (struct edit){ offset, 0, members[i].slot, with_comma[i] + is_first });
        is_first = false;
    }
    if (found[MEMBER_HEADINGS].value.type == JSON_MISSING)
        add_edit(editor, (struct edit){ offset, 0, SLOT_HEADINGS_MEMBER, "" });
    if (found[MEMBER_PAGE].value.type == JSON_MISSING && found[MEMBER_PAGES].value.type == JSON_MISSING)
        add_edit(editor, (struct edit){ offset, 0, SLOT_PAGE_MEMBER, "" });
    for (unsigned i = 0; i < PARENT_MEMBERS; i++)
        if (found[MEMBER_PARENT_ID + i].value.type == JSON_MISSING)
            editor->source->parent_missing |= 1u << i;
    if (editor->source->parent_missing)
        add_edit(editor, (struct edit){ offset, 0, SLOT_PARENT_MEMBERS, "" });
}

static void edit_metadata(struct editor *editor, struct json_value metadata, const struct json_field found[MEMBERS])
{
    struct json_iterator iterator = json_iterate(metadata);
    struct json_field first;
    bool is_empty = !json_next(&iterator, &first);
    for (size_t i = 0; i < MEMBER_PAGES; i++)
        if (found[i].value.type != JSON_MISSING)
            replace_value(editor, found[i].value, members[i].slot);
    if (found[MEMBER_PAGES].value.type != JSON_MISSING && found[MEMBER_PAGE].value.type == JSON_MISSING) {
        const struct json_field *pages = &found[MEMBER_PAGES];
        size_t start = offset_of(editor, pages->key.bytes - 1);
        size_t end = offset_of(editor, pages->value.text.bytes + pages->value.text.length);
        add_edit(editor, (struct edit){ start, end - start, SLOT_PAGE_FOR_PAGES, "" });
    }
    if (editor->source->time_count > 0) {
        const struct json_field *times = &found[MEMBER_TIMES];
        size_t start = offset_of(editor, times->key.bytes - 1);
        size_t end = offset_of(editor, times->value.text.bytes + times->value.text.length);
        add_edit(editor, (struct edit){ start, end - start, SLOT_TIME_FOR_TIMES, "" });
    }
    append_members(editor, offset_of(editor, metadata.text.bytes + metadata.text.length - 1), is_empty, found);
}

/* A record without metadata gets the object whole, at the place of a null or at the end. */
static void make_metadata(struct editor *editor, struct json_value metadata, size_t end)
{
    static const struct json_field none[MEMBERS];
    bool is_null = metadata.type == JSON_NULL;
    size_t offset = is_null ? offset_of(editor, metadata.text.bytes) : end;
    add_edit(editor, (struct edit){ offset, 0, SLOT_NONE, is_null ? "{" : ",\"metadata\":{" });
    append_members(editor, offset, true, none);
    add_edit(editor, (struct edit){ offset, is_null ? metadata.text.length : 0, SLOT_NONE, "}" });
}

static bool read_metadata(struct editor *editor, size_t end)
{
    struct json_field found[MEMBERS] = { 0 };
    struct json_value metadata;
    if (!find_field(editor, SLICE("metadata"), &metadata))
        return false;
    if (metadata.type == JSON_MISSING || metadata.type == JSON_NULL) {
        make_metadata(editor, metadata, end);
        return true;
    }
    if (metadata.type != JSON_OBJECT)
        return fail_type(editor, SLICE("metadata"), metadata.type, "an object");
    if (!find_members(editor, metadata, found))
        return false;
    if (found[MEMBER_PAGES].value.type == JSON_ARRAY)
        read_pages(editor, found[MEMBER_PAGES].value);
    read_times(editor, found[MEMBER_TIMES].value);
    edit_metadata(editor, metadata, found);
    return true;
}

static void add_part(struct chunk_source *source, struct slice bytes, enum chunk_slot slot, struct slice replaced)
{
    if (bytes.length || slot != SLOT_NONE)
        source->parts[source->part_count++] = (struct chunk_part){ bytes, slot, replaced };
}

/* The line as parts. The text may lie anywhere, but not where the chunk's own values go. */
static bool make_parts(struct editor *editor, const struct json_path *field)
{
    struct chunk_source *source = editor->source;
    struct slice line = editor->record->line;
    size_t done = 0;
    for (size_t i = 0; i < editor->count; i++) {
        const struct edit *edit = &editor->edits[i];
        if (edit->offset < done) {
            error_set(editor->error, E_FIELD_VALUE, "field '%.*s' is one that a chunk's record sets, expected a text",
                      (int)field->text.length, field->text.bytes);
            return fail_at(editor, field->text);
        }
        add_part(source, slice_between(line, done, edit->offset), SLOT_NONE, SLICE(""));
        done = edit->offset + edit->length;
        struct slice replaced = edit->slot == SLOT_TEXT ? SLICE("") : slice_between(line, edit->offset, done);
        add_part(source, slice_of_string(edit->before), edit->slot, replaced);
    }
    add_part(source, slice_from(line, done), SLOT_NONE, SLICE(""));
    return true;
}

bool chunk_source_read(struct chunk_source *source, struct batch *batch, struct record *record,
                       const struct json_path *field, struct arena *arena, struct error *error)
{
    struct editor editor = { .source = source, .record = record, .arena = arena, .error = error };
    *source = (struct chunk_source){ 0 };
    editor.object = record_object(batch, record, error);
    if (!editor.object)
        return false;
    const struct slice *object = &editor.object->text;
    size_t end = offset_of(&editor, object->bytes + object->length - 1);
    return read_text(&editor, field) && read_id(&editor, end) && read_metadata(&editor, end) &&
           make_parts(&editor, field);
}

static void write_headings(const struct chunk *chunk, struct buffer *output)
{
    buffer_append_byte(output, '[');
    for (size_t i = 0; i < chunk->heading_count; i++) {
        if (i)
            buffer_append_byte(output, ',');
        json_append_string(output, chunk->headings[i]);
    }
    buffer_append_byte(output, ']');
}

static void write_text(const struct chunk_source *source, struct slice text, struct buffer *output)
{
    buffer_append_byte(output, '"');
    if (source->is_clean)
        buffer_append_slice(output, text);
    else
        json_append_escaped(output, text);
    buffer_append_byte(output, '"');
}

static void write_number(struct buffer *output, size_t number)
{
    buffer_append_decimal(output, (int64_t)number);
}

/* Heading paths and pages: what stood in their place stays when there is none. */
/* The last part that begins at or before offset; the first one where none does. */
static const struct chunk_time *time_at(const struct chunk_source *source, size_t offset)
{
    size_t low = 0, high = source->time_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (source->times[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return &source->times[low > 0 ? low - 1 : 0];
}

static void write_time(const struct chunk_source *source, const struct chunk *chunk, struct buffer *output)
{
    buffer_append_slice(output, SLICE("\"time_start\":"));
    buffer_append_slice(output, time_at(source, chunk->start)->start);
    buffer_append_slice(output, SLICE(",\"time_end\":"));
    buffer_append_slice(output, time_at(source, chunk->end > chunk->start ? chunk->end - 1 : chunk->start)->end);
}

static void write_optional(const struct chunk_part *part, const struct chunk *chunk, struct buffer *output)
{
    bool has_value =
        part->slot == SLOT_HEADINGS || part->slot == SLOT_HEADINGS_MEMBER ? chunk->heading_count > 0 : chunk->page > 0;
    if (!has_value) {
        buffer_append_slice(output, part->replaced);
        return;
    }
    if (part->slot == SLOT_HEADINGS_MEMBER)
        buffer_append_slice(output, SLICE(",\"headings\":"));
    if (part->slot == SLOT_PAGE_MEMBER)
        buffer_append_slice(output, SLICE(",\"page\":"));
    if (part->slot == SLOT_PAGE_FOR_PAGES)
        buffer_append_slice(output, SLICE("\"page\":"));
    if (part->slot == SLOT_HEADINGS || part->slot == SLOT_HEADINGS_MEMBER)
        write_headings(chunk, output);
    else
        write_number(output, chunk->page);
}

static void write_id(const struct chunk_source *source, const char *sign, size_t number, struct buffer *output)
{
    buffer_append_byte(output, '"');
    buffer_append_slice(output, source->id);
    buffer_append_string(output, sign);
    write_number(output, number);
    buffer_append_byte(output, '"');
}

static void write_parent(const struct chunk_source *source, enum chunk_slot slot, const struct chunk_parent *parent,
                         struct buffer *output)
{
    if (slot == SLOT_PARENT_ID)
        write_id(source, "#p", parent->number, output);
    else if (slot == SLOT_PARENT_TEXT)
        write_text(source, parent->text, output);
    else
        write_number(output, slot == SLOT_PARENT_START ? parent->start : parent->end);
}

static void write_parent_slot(const struct chunk_source *source, const struct chunk_part *part,
                              const struct chunk_parent *parent, struct buffer *output)
{
    if (!parent->text.bytes) {
        buffer_append_slice(output, part->replaced);
        return;
    }
    if (part->slot != SLOT_PARENT_MEMBERS) {
        write_parent(source, part->slot, parent, output);
        return;
    }
    for (unsigned i = 0; i < PARENT_MEMBERS; i++)
        if (source->parent_missing >> i & 1) {
            buffer_append_string(output, ",\"");
            buffer_append_slice(output, members[MEMBER_PARENT_ID + i].name);
            buffer_append_string(output, "\":");
            write_parent(source, members[MEMBER_PARENT_ID + i].slot, parent, output);
        }
}

static void write_slot(const struct chunk_source *source, const struct chunk_part *part, const struct chunk *chunk,
                       struct buffer *output)
{
    switch (part->slot) {
    case SLOT_NONE:
        break;
    case SLOT_ID:
        write_id(source, "#", chunk->number, output);
        break;
    case SLOT_DOCUMENT_ID:
        buffer_append_byte(output, '"');
        buffer_append_slice(output, source->id);
        buffer_append_byte(output, '"');
        break;
    case SLOT_TEXT:
        write_text(source, chunk->text, output);
        break;
    case SLOT_NUMBER:
        write_number(output, chunk->number);
        break;
    case SLOT_START:
        write_number(output, chunk->start);
        break;
    case SLOT_END:
        write_number(output, chunk->end);
        break;
    case SLOT_HEADINGS:
    case SLOT_HEADINGS_MEMBER:
    case SLOT_PAGE:
    case SLOT_PAGE_MEMBER:
    case SLOT_PAGE_FOR_PAGES:
        write_optional(part, chunk, output);
        break;
    case SLOT_TIME_FOR_TIMES:
        write_time(source, chunk, output);
        break;
    case SLOT_PARENT_ID:
    case SLOT_PARENT_START:
    case SLOT_PARENT_END:
    case SLOT_PARENT_TEXT:
    case SLOT_PARENT_MEMBERS:
        write_parent_slot(source, part, &chunk->parent, output);
        break;
    }
}

void chunk_source_write(const struct chunk_source *source, const struct chunk *chunk, struct buffer *output)
{
    for (size_t i = 0; i < source->part_count; i++) {
        buffer_append_slice(output, source->parts[i].bytes);
        write_slot(source, &source->parts[i], chunk, output);
    }
}
