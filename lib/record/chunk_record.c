/* chunk_record.c - the records of a document's chunks. */
#include "record/chunk_record.h"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#include "base/hash.h"
#include "json/write.h"

enum { EDITS_MAXIMUM = 12, NUMBER_ROOM = 24, STRIDE = 16, PLACE_DISTANCE = 64 };

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

/* Bytes of UTF-8 of the \uXXXX at escape; a pair of surrogates is one, of two escapes. */
static size_t unicode_escape(const char *escape, size_t *escaped)
{
    unsigned value = 0;
    for (int i = 2; i < 6; i++) {
        unsigned char digit = (unsigned char)escape[i];
        value = value << 4 | (unsigned)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    bool is_pair = value >= 0xd800 && value <= 0xdfff;
    *escaped = is_pair ? 12 : 6;
    return is_pair ? 4 : value < 0x80 ? 1 : value < 0x800 ? 2 : 3;
}

/* Bit i: a backslash at start + i, for the next 16 bytes or as many as there are. */
static unsigned backslashes(struct slice text, size_t start)
{
    unsigned mask = 0;
#if defined(__x86_64__) /* which always has SSE2 */
    if (text.length - start >= STRIDE) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text.bytes + start));
        return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    }
#endif
    for (unsigned i = 0; i < STRIDE && start + i < text.length; i++)
        mask |= (unsigned)(text.bytes[start + i] == '\\') << i;
    return mask;
}

/* Bytes of an escape as it stands, and of what it means. The text was decoded, so it is well-formed. */
static struct chunk_place escape_at(const char *escape)
{
    struct chunk_place size = { 2, 1 };
    if (escape[1] == 'u') {
        size_t escaped;
        size.plain = (uint32_t)unicode_escape(escape, &escaped);
        size.escaped = (uint32_t)escaped;
    }
    return size;
}

/* Notes the places up to `until`, where plain bytes end. */
static void note_places(struct chunk_place *places, size_t *count, struct chunk_place last, size_t until)
{
    while (*count * PLACE_DISTANCE <= until) {
        uint32_t plain = (uint32_t)(*count * PLACE_DISTANCE);
        places[*count] = plain < last.plain ? last : (struct chunk_place){ last.escaped + (plain - last.plain), plain };
        ++*count;
    }
}

static void find_places(struct editor *editor)
{
    struct chunk_source *source = editor->source;
    struct slice text = source->escaped;
    struct chunk_place *places =
        arena_allocate(editor->arena, (source->text.length / PLACE_DISTANCE + 1) * sizeof *places);
    struct chunk_place last = { 0, 0 }; /* behind the last escape */
    size_t count = 0;
    for (size_t start = 0; start < text.length; start += STRIDE) {
        for (unsigned left = backslashes(text, start); left; left &= left - 1) {
            size_t place = start + (size_t)__builtin_ctz(left);
            if (place < last.escaped) /* the second of two */
                continue;
            struct chunk_place size = escape_at(text.bytes + place);
            struct chunk_place here = { (uint32_t)place, last.plain + (uint32_t)place - last.escaped };
            note_places(places, &count, last, here.plain);
            last = (struct chunk_place){ here.escaped + size.escaped, here.plain + size.plain };
            while (count * PLACE_DISTANCE < last.plain) /* what the escape itself covers */
                places[count++] = here;
        }
    }
    note_places(places, &count, last, source->text.length);
    source->places = places;
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
    editor->source->escaped = between_quotes(value);
    if (!json_decode(value, editor->arena, &editor->source->text, editor->error)) {
        error_set(editor->error, E_JSON_SURROGATE, "field '%.*s' holds half a surrogate pair", (int)name.length,
                  name.bytes);
        return fail_at(editor, name);
    }
    if (value.has_escape)
        find_places(editor);
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

/* The members of metadata that are ours, in the order in which missing ones are appended. */
enum {
    MEMBER_DOCUMENT_ID,
    MEMBER_NUMBER,
    MEMBER_START,
    MEMBER_END,
    MEMBER_HEADINGS,
    MEMBER_PAGE,
    MEMBER_PAGES,
    MEMBERS
};

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
    { SLICE_INIT("pages"), SLOT_NONE },
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

/* The place in the text as it stands in the line. */
static size_t escaped_place(const struct chunk_source *source, size_t plain)
{
    if (!source->places)
        return plain;
    struct chunk_place place = source->places[plain / PLACE_DISTANCE];
    while (place.plain < plain) {
        struct chunk_place size = { 1, 1 };
        if (source->escaped.bytes[place.escaped] == '\\')
            size = escape_at(source->escaped.bytes + place.escaped);
        place.escaped += size.escaped;
        place.plain += size.plain;
    }
    return place.escaped;
}

static struct slice escaped_text(const struct chunk_source *source, const struct chunk *chunk)
{
    size_t start = (size_t)(chunk->text.bytes - source->text.bytes);
    return slice_between(source->escaped, escaped_place(source, start),
                         escaped_place(source, start + chunk->text.length));
}

static char *put(char *place, struct slice bytes)
{
    if (bytes.length)
        memcpy(place, bytes.bytes, bytes.length);
    return place + bytes.length;
}

static char *put_number(char *place, size_t number)
{
    char digits[NUMBER_ROOM];
    size_t first = sizeof digits;
    do
        digits[--first] = (char)('0' + number % 10);
    while (number /= 10);
    return put(place, slice_of(digits + first, sizeof digits - first));
}

static char *put_headings(char *place, const struct chunk *chunk)
{
    struct buffer escaped = { 0 };
    buffer_append_byte(&escaped, '[');
    for (size_t i = 0; i < chunk->heading_count; i++) {
        if (i)
            buffer_append_byte(&escaped, ',');
        json_append_string(&escaped, chunk->headings[i]);
    }
    buffer_append_byte(&escaped, ']');
    place = put(place, buffer_slice(&escaped));
    buffer_release(&escaped);
    return place;
}

/* Heading paths and pages: what stood in their place stays when there is none. */
static char *put_optional(char *place, const struct chunk_part *part, const struct chunk *chunk)
{
    bool is_path = part->slot == SLOT_HEADINGS || part->slot == SLOT_HEADINGS_MEMBER;
    if (is_path ? chunk->heading_count == 0 : chunk->page == 0)
        return put(place, part->replaced);
    if (part->slot == SLOT_HEADINGS_MEMBER)
        place = put(place, SLICE(",\"headings\":"));
    if (part->slot == SLOT_PAGE_MEMBER)
        place = put(place, SLICE(",\"page\":"));
    if (part->slot == SLOT_PAGE_FOR_PAGES)
        place = put(place, SLICE("\"page\":"));
    return is_path ? put_headings(place, chunk) : put_number(place, chunk->page);
}

static char *put_slot(char *place, const struct chunk_source *source, const struct chunk_part *part,
                      const struct chunk *chunk)
{
    switch (part->slot) {
    case SLOT_NONE:
        break;
    case SLOT_ID:
    case SLOT_DOCUMENT_ID:
        *place++ = '"';
        place = put(place, source->id);
        if (part->slot == SLOT_ID) {
            *place++ = '#';
            place = put_number(place, chunk->number);
        }
        *place++ = '"';
        break;
    case SLOT_TEXT:
        *place++ = '"';
        place = put(place, escaped_text(source, chunk));
        *place++ = '"';
        break;
    case SLOT_NUMBER:
        return put_number(place, chunk->number);
    case SLOT_START:
        return put_number(place, chunk->start);
    case SLOT_END:
        return put_number(place, chunk->end);
    case SLOT_HEADINGS:
    case SLOT_HEADINGS_MEMBER:
    case SLOT_PAGE:
    case SLOT_PAGE_MEMBER:
    case SLOT_PAGE_FOR_PAGES:
        return put_optional(place, part, chunk);
    }
    return place;
}

/* At least as many bytes as the line will have. */
static size_t line_bound(const struct chunk_source *source, const struct chunk *chunk)
{
    enum { SLOT_ROOM = 64, ESCAPE_BYTES = 6 };
    size_t bound = escaped_text(source, chunk).length;
    for (size_t i = 0; i < source->part_count; i++)
        bound += source->parts[i].bytes.length + source->parts[i].replaced.length + source->id.length + SLOT_ROOM;
    for (size_t i = 0; i < chunk->heading_count; i++)
        bound += chunk->headings[i].length * ESCAPE_BYTES + SLOT_ROOM;
    return bound;
}

struct slice chunk_source_line(const struct chunk_source *source, const struct chunk *chunk, struct arena *arena)
{
    char *line = arena_allocate_text(arena, line_bound(source, chunk)), *place = line;
    for (size_t i = 0; i < source->part_count; i++) {
        place = put(place, source->parts[i].bytes);
        place = put_slot(place, source, &source->parts[i], chunk);
    }
    arena_shorten(arena, place);
    return slice_of(line, (size_t)(place - line));
}
