/* dialogue.c - records to rows, and rows to conversations. */
#include <math.h>
#include <stdlib.h>

#include "dialogue_private.h"
#include "yaml/yaml.h"

struct dialogue_turn *turn_list_add(struct turn_list *list, struct arena *arena)
{
    if (list->count == list->capacity)
        list->turns = arena_grow(arena, list->turns, &list->capacity, list->count + 1, sizeof *list->turns);
    struct dialogue_turn *turn = &list->turns[list->count++];
    *turn = (struct dialogue_turn){ .role = DATASET_ROLE_UNKNOWN };
    return turn;
}

static bool count_bytes(struct dialogues *dialogues, struct slice text, struct error *error)
{
    dialogues->bytes += text.length;
    return dialogues->bytes <= DIALOGUE_BYTES_MAXIMUM ||
           error_set(error, E_LIMIT, "the record or thread makes more than %d MiB of text, the most that one may",
                     DIALOGUE_BYTES_MAXIMUM >> 20);
}

bool dialogues_add(struct dialogues *dialogues, const struct dialogue_turn *turns, size_t count, struct error *error)
{
    if (dialogues->turn_count + count > DIALOGUE_TURNS_MAXIMUM)
        return error_set(error, E_LIMIT, "the record or thread makes more than %d turns, the most that one may",
                         DIALOGUE_TURNS_MAXIMUM);
    dialogues->turn_count += count;
    for (size_t i = 0; i < count; i++)
        if (!count_bytes(dialogues, turns[i].text, error))
            return false;
    if (dialogues->count == dialogues->capacity)
        dialogues->list = arena_grow(dialogues->arena, dialogues->list, &dialogues->capacity, dialogues->count + 1,
                                     sizeof *dialogues->list);
    struct dialogue *dialogue = &dialogues->list[dialogues->count++];
    *dialogue =
        (struct dialogue){ .turns = arena_allocate(dialogues->arena, (count + 1) * sizeof *turns), .count = count };
    if (count > 0)
        memcpy(dialogue->turns, turns, count * sizeof *turns);
    return true;
}

/* The fields of outer that inner does not have go behind it. */
static struct json_object join_fields(const struct json_object *inner, struct json_value outer, struct arena *arena)
{
    struct json_object view = *inner;
    struct json_iterator iterator = json_iterate(outer);
    struct json_field field;
    size_t capacity = inner->count;
    while (json_next(&iterator, &field)) {
        bool is_there = false;
        for (size_t i = 0; i < inner->count && !is_there; i++)
            is_there = slice_equal(inner->fields[i].key, field.key);
        if (is_there)
            continue;
        if (view.count == capacity) {
            const struct json_field *fields = view.fields;
            capacity = capacity * 2 + 8;
            view.fields = arena_allocate(arena, capacity * sizeof field);
            if (view.count > 0)
                memcpy(view.fields, fields, view.count * sizeof field);
        }
        view.fields[view.count++] = field;
    }
    return view;
}

struct json_object mapping_view(const struct json_object *object, struct arena *arena)
{
    const struct json_field *metadata = json_object_find(object, SLICE("metadata"));
    if (!metadata || metadata->value.type != JSON_OBJECT)
        return *object;
    return join_fields(object, metadata->value, arena);
}

const struct json_path mapping_whole = { .text = { "$", 1 } };

bool mapping_refuse_type(const struct json_path *path, struct json_value value, const char *expected,
                         struct error *error)
{
    const struct json_path *named = path->count ? path : &mapping_whole;
    error_set(error, value.type == JSON_MISSING ? E_FIELD_MISSING : E_FIELD_TYPE, "'%.*s' is %s, expected %s",
              (int)named->text.length, named->text.bytes, json_type_phrase(value.type), expected);
    return error_field(error, named->text);
}

static bool refuse_twice(const struct json_path *path, struct error *error)
{
    error_set(error, E_JSON_DUPKEY, "a key of '%.*s' stands twice", (int)path->text.length, path->text.bytes);
    return error_field(error, path->text);
}

bool mapping_value_at(const struct json_path *path, const struct json_object *view, struct json_value *value,
                      struct error *error)
{
    bool is_ambiguous = false;
    *value = json_path_find(path, view, &is_ambiguous);
    return !is_ambiguous || refuse_twice(path, error);
}

/* The text parts of a content list. */
static bool join_parts(struct json_value list, struct arena *arena, struct slice *text, struct error *error)
{
    struct json_iterator iterator = json_iterate(list);
    struct json_field part;
    struct buffer joined = { 0 };
    bool is_good = true;
    while (is_good && json_next(&iterator, &part)) {
        struct json_value value = part.value.type == JSON_STRING ? part.value : json_member(part.value, SLICE("text"));
        struct slice piece;
        if (value.type != JSON_STRING)
            continue;
        is_good = json_decode(value, arena, &piece, error);
        if (is_good && joined.length > 0)
            buffer_append_byte(&joined, '\n');
        if (is_good)
            buffer_append_slice(&joined, piece);
    }
    *text = arena_copy(arena, buffer_slice(&joined));
    buffer_release(&joined);
    return is_good;
}

/* A value that stands at a path as text. */
static bool read_text(const struct json_path *path, struct json_value found, struct arena *arena, struct slice *text,
                      struct error *error)
{
    bool is_good = true;
    *text = (struct slice){ 0 };
    if (found.type == JSON_STRING)
        is_good = json_decode(found, arena, text, error);
    else if (found.type == JSON_ARRAY)
        is_good = join_parts(found, arena, text, error);
    else if (found.type == JSON_OBJECT)
        is_good = mapping_refuse_type(path, found, "a text", error);
    else if (found.type != JSON_MISSING && found.type != JSON_NULL)
        *text = found.text;
    *text = slice_trim(*text);
    return is_good || error_field(error, path->text);
}

bool mapping_text_at(const struct json_path *path, struct json_value value, struct arena *arena, struct slice *text,
                     struct error *error)
{
    bool is_ambiguous = false;
    struct json_value found = path->count ? json_path_find_value(path, value, &is_ambiguous) : value;
    *text = (struct slice){ 0 };
    return is_ambiguous ? refuse_twice(path, error) : read_text(path, found, arena, text, error);
}

bool mapping_text_in(const struct json_path *path, const struct json_object *view, struct arena *arena,
                     struct slice *text, struct error *error)
{
    struct json_value value;
    *text = (struct slice){ 0 };
    return mapping_value_at(path, view, &value, error) && read_text(path, value, arena, text, error);
}

bool mapping_render(const struct mapping_template *template, const struct json_object *view, struct arena *arena,
                    struct slice *text, struct error *error)
{
    struct buffer output = { 0 };
    *text = (struct slice){ 0 };
    if (!template->is_given)
        return true;
    bool is_good = template_render(&template->template, view, arena, &output, error);
    if (is_good)
        *text = slice_trim(arena_copy(arena, buffer_slice(&output)));
    buffer_release(&output);
    return is_good;
}

static bool add_rendered(const struct mapping_template *template, enum dataset_role role, const struct mapping_row *row,
                         struct turn_list *list, struct arena *arena, struct error *error)
{
    struct slice text;
    if (!template->is_given)
        return true;
    if (!mapping_render(template, &row->view, arena, &text, error))
        return false;
    /* "{{system|}}", "{{completion|}}": what is not there is no turn. */
    if (text.length == 0 && role != DATASET_USER)
        return true;
    struct dialogue_turn *turn = turn_list_add(list, arena);
    turn->role = role;
    turn->text = text;
    return true;
}

struct ordered_turn {
    double order;
    size_t place;
    struct json_value value;
};

static int compare_order(const void *left, const void *right)
{
    const struct ordered_turn *a = left, *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

/* The elements of an array, by a number in each of them if that is asked for. */
static size_t list_elements(const struct mapping_turns *turns, struct json_value array, struct arena *arena,
                            struct ordered_turn **elements)
{
    struct json_iterator iterator = json_iterate(array);
    struct json_field field;
    size_t count = 0, capacity = 0;
    *elements = NULL;
    while (json_next(&iterator, &field)) {
        if (count == capacity)
            *elements = arena_grow(arena, *elements, &capacity, count + 1, sizeof **elements);
        struct ordered_turn *element = &(*elements)[count];
        *element = (struct ordered_turn){ .place = count++, .value = field.value };
        if (turns->order.count && !json_double(json_path_find_value(&turns->order, field.value, NULL), &element->order))
            element->order = INFINITY;
    }
    if (turns->order.count && count > 1)
        qsort(*elements, count, sizeof **elements, compare_order);
    return count;
}

/* [question, answer] */
static bool add_pair(struct json_value pair, struct turn_list *list, struct arena *arena, struct error *error)
{
    struct json_iterator iterator = json_iterate(pair);
    struct json_field side;
    for (int i = 0; i < 2 && pair.type == JSON_ARRAY && json_next(&iterator, &side); i++) {
        struct dialogue_turn *turn = turn_list_add(list, arena);
        turn->role = i == 0 ? DATASET_USER : DATASET_ASSISTANT;
        if (!mapping_text_at(&mapping_whole, side.value, arena, &turn->text, error))
            return false;
    }
    return true;
}

static bool add_element(const struct mapping_turns *turns, struct json_value element, size_t place,
                        struct turn_list *list, struct arena *arena, struct error *error)
{
    if (turns->shape == SHAPE_PAIRS)
        return add_pair(element, list, arena, error);
    struct dialogue_turn *turn = turn_list_add(list, arena);
    if (turns->shape != SHAPE_OBJECTS) {
        turn->role = turns->shape == SHAPE_ALTERNATING && place % 2 == 1 ? DATASET_ASSISTANT : DATASET_USER;
        return mapping_text_at(&turns->content, element, arena, &turn->text, error);
    }
    if (turns->weight.count)
        turn->weight = json_path_find_value(&turns->weight, element, NULL);
    if (!mapping_text_at(&turns->role, element, arena, &turn->speaker, error) ||
        !mapping_text_at(&turns->content, element, arena, &turn->text, error))
        return false;
    if (turn->speaker.length > 0)
        return true;
    error_set(error, E_FIELD_MISSING, "a turn has no '%.*s'", (int)turns->role.text.length, turns->role.text.bytes);
    return error_field(error, turns->role.text);
}

/* A question and its answers: a dialogue each. */
static bool add_alternatives(const struct ordered_turn *elements, size_t count, const struct turn_list *before,
                             struct dialogues *dialogues, struct error *error)
{
    struct turn_list list = { 0 };
    for (size_t i = 0; i < before->count; i++)
        *turn_list_add(&list, dialogues->arena) = before->turns[i];
    size_t start = list.count;
    for (size_t i = 0; i < count; i++) {
        list.count = i == 0 ? start : start + 1;
        struct dialogue_turn *turn = turn_list_add(&list, dialogues->arena);
        turn->role = i == 0 ? DATASET_USER : DATASET_ASSISTANT;
        if (!mapping_text_at(&mapping_whole, elements[i].value, dialogues->arena, &turn->text, error))
            return false;
        if ((i > 0 || count == 1) && !dialogues_add(dialogues, list.turns, list.count, error))
            return false;
    }
    return true;
}

static bool expect_array(const struct mapping *mapping, const struct json_path *path, struct json_value value,
                         struct error *error)
{
    bool is_all = !mapping->user.is_given && !mapping->assistant.is_given && !mapping->answers.has_array;
    if (value.type == JSON_ARRAY || ((value.type == JSON_MISSING || value.type == JSON_NULL) && !is_all))
        return true;
    return mapping_refuse_type(path, value, "an array", error);
}

/* Turns of an array into the list, or, alternatives, into dialogues. */
static bool add_turns(const struct mapping *mapping, const struct mapping_row *row, struct turn_list *list,
                      struct dialogues *dialogues, struct error *error)
{
    const struct mapping_turns *turns = &mapping->turns;
    struct json_value array = row->value;
    struct ordered_turn *elements = NULL;
    if (turns->path.count && !mapping_value_at(&turns->path, &row->view, &array, error))
        return false;
    if (!expect_array(mapping, &turns->path, array, error))
        return false;
    size_t count = array.type == JSON_ARRAY ? list_elements(turns, array, dialogues->arena, &elements) : 0;
    if (turns->shape == SHAPE_ALTERNATIVES)
        return add_alternatives(elements, count, list, dialogues, error);
    for (size_t i = 0; i < count; i++)
        if (!add_element(turns, elements[i].value, i, list, dialogues->arena, error))
            return false;
    return true;
}

static bool add_lines(const struct mapping *mapping, const struct mapping_row *row, struct turn_list *list,
                      struct dialogues *dialogues, struct error *error)
{
    const struct json_path *path = mapping->lines.path.count ? &mapping->lines.path : &mapping->text;
    struct json_value value;
    struct slice text;
    if (!mapping_value_at(path, &row->view, &value, error))
        return false;
    if (value.type != JSON_STRING)
        return mapping_refuse_type(path, value, "a text", error);
    struct turn_list lines = { 0 };
    if (!mapping->lines.addressed)
        lines = *list;
    if (!json_decode(value, dialogues->arena, &text, error) ||
        !turns_of_text(&mapping->lines, text, &lines, dialogues->arena, error))
        return false;
    if (mapping->lines.addressed)
        return dialogues_of_chains(&mapping->lines, &lines, dialogues, error);
    *list = lines;
    return true;
}

/* What stands behind the turns, and before them. */
static bool complete(const struct mapping *mapping, const struct mapping_row *row, struct turn_list *list,
                     struct dialogues *dialogues, struct error *error)
{
    struct slice image = { 0 };
    bool is_good = mapping_render(&mapping->image, &row->view, dialogues->arena, &image, error);
    size_t user = list->count;
    is_good = is_good && add_rendered(&mapping->user, DATASET_USER, row, list, dialogues->arena, error);
    if (is_good && list->count > user && list->turns[user].text.length == 0 && user > 0 && image.length == 0)
        list->count--; /* behind turns, "{{prompt|}}" need not be there */
    if (is_good && image.length > 0) {
        struct dialogue_turn *turn = list->count > user ? &list->turns[user] : turn_list_add(list, dialogues->arena);
        turn->role = DATASET_USER;
        turn->image = image;
    }
    return is_good &&
           (dialogues->wants_answers ||
            add_rendered(&mapping->assistant, DATASET_ASSISTANT, row, list, dialogues->arena, error)) &&
           dialogues_add(dialogues, list->turns, list->count, error) &&
           (!dialogues->wants_answers ||
            dialogue_find_answers(mapping, row, dialogues->arena, &dialogues->list[dialogues->count - 1], error));
}

static bool dialogues_of_row(const struct mapping *mapping, const struct mapping_row *row, struct dialogues *dialogues,
                             struct error *error)
{
    struct turn_list list = { 0 };
    struct slice passage = { 0 };
    size_t first = dialogues->count;
    bool is_done = false;
    if (!add_rendered(&mapping->system, DATASET_SYSTEM, row, &list, dialogues->arena, error) ||
        !mapping_render(&mapping->passage, &row->view, dialogues->arena, &passage, error) ||
        !count_bytes(dialogues, passage, error))
        return false;
    if (mapping->turns.is_given && !add_turns(mapping, row, &list, dialogues, error))
        return false;
    if (mapping->lines.is_given && !mapping->answers.list && !add_lines(mapping, row, &list, dialogues, error))
        return false;
    is_done = mapping->turns.is_given && mapping->turns.shape == SHAPE_ALTERNATIVES;
    is_done |= mapping->lines.is_given && mapping->lines.addressed;
    if (mapping->tree.is_given) {
        struct json_value root = { 0 };
        is_done = true;
        if (!mapping_value_at(&mapping->tree.path, &row->view, &root, error) ||
            !dialogues_of_tree(mapping, root, &list, dialogues, error))
            return false;
    }
    if (!is_done && !complete(mapping, row, &list, dialogues, error))
        return false;
    for (size_t i = first; i < dialogues->count; i++) {
        dialogues->list[i].passage = passage;
        dialogues->list[i].has_passage = mapping->passage.is_given;
    }
    return true;
}

/* The element of rows as templates see it; a list's elements are called 0, 1, ... */
static void view_element(struct json_value element, const struct json_object *outside, struct arena *arena,
                         struct mapping_row *row)
{
    struct json_object own = { .text = element.text };
    struct json_iterator iterator = json_iterate(element);
    struct json_field field;
    size_t capacity = 0;
    *row = (struct mapping_row){ .value = element };
    while ((element.type == JSON_OBJECT || element.type == JSON_ARRAY) && json_next(&iterator, &field)) {
        if (own.count + 1 >= capacity)
            own.fields = arena_grow(arena, own.fields, &capacity, own.count + 2, sizeof *own.fields);
        if (element.type == JSON_ARRAY)
            field.key = slice_of_string(arena_format(arena, "%zu", own.count));
        own.fields[own.count++] = field;
    }
    if (own.count + 1 >= capacity)
        own.fields = arena_grow(arena, own.fields, &capacity, own.count + 2, sizeof *own.fields);
    own.fields[own.count++] =
        (struct json_field){ .key = SLICE("record"), .value = { .text = outside->text, .type = JSON_OBJECT } };
    row->view = own;
}

/* The record's text as a value of its own. */
static bool parse_text(const struct mapping *mapping, const struct json_object *view, struct arena *arena,
                       struct json_value *root, struct error *error)
{
    struct json_value value;
    struct slice text;
    struct buffer json = { 0 };
    if (!mapping_value_at(&mapping->text, view, &value, error))
        return false;
    if (value.type != JSON_STRING)
        return mapping_refuse_type(&mapping->text, value, "a text", error);
    if (!json_decode(value, arena, &text, error))
        return false;
    if (mapping->parse == PARSE_YAML) {
        const struct yaml_node *node = yaml_parse(text, NULL, arena, error);
        if (!node)
            return error_set(error, E_DATA, "the text is no YAML that is read: line %lld: %s", (long long)error->line,
                             arena_copy_string(arena, slice_of_string(error->message)));
        yaml_append_json(node, &json);
        text = arena_copy(arena, buffer_slice(&json));
        buffer_release(&json);
    }
    return json_scan(text, root, error) || error_set(error, E_DATA, "the text is no JSON: %s",
                                                     arena_copy_string(arena, slice_of_string(error->message)));
}

bool dialogues_of_record(const struct mapping *mapping, const struct json_object *object, struct dialogues *dialogues,
                         struct error *error)
{
    struct mapping_row row = { .value = { .text = object->text, .type = JSON_OBJECT } };
    struct json_value rows;
    row.view = mapping_view(object, dialogues->arena);
    if (mapping->parse != PARSE_NONE) {
        struct json_value root = { 0 };
        if (!parse_text(mapping, &row.view, dialogues->arena, &root, error))
            return false;
        view_element(root, object, dialogues->arena, &row);
    }
    if (!mapping->has_rows)
        return dialogues_of_row(mapping, &row, dialogues, error);
    rows = row.value;
    if (!mapping->rows_are_root && !mapping_value_at(&mapping->rows, &row.view, &rows, error))
        return false;
    if (rows.type != JSON_ARRAY)
        return mapping_refuse_type(&mapping->rows, rows, "an array", error);
    struct json_iterator iterator = json_iterate(rows);
    struct json_field element;
    while (json_next(&iterator, &element)) {
        view_element(element.value, object, dialogues->arena, &row);
        if (!dialogues_of_row(mapping, &row, dialogues, error))
            return false;
    }
    return true;
}

static bool gather_thread(const struct mapping *mapping, const struct json_object *const *objects, size_t count,
                          struct dialogues *dialogues, struct error *error)
{
    struct turn_list list = { 0 };
    for (size_t i = 0; i < count; i++) {
        struct mapping_row row = { .view = mapping_view(objects[i], dialogues->arena) };
        dialogues->object = i;
        if (i == 0 && !add_rendered(&mapping->system, DATASET_SYSTEM, &row, &list, dialogues->arena, error))
            return false;
        struct dialogue_turn *turn = turn_list_add(&list, dialogues->arena);
        if (!mapping_text_in(&mapping->thread.role, &row.view, dialogues->arena, &turn->speaker, error) ||
            !mapping_text_in(&mapping->thread.content, &row.view, dialogues->arena, &turn->text, error))
            return false;
    }
    return dialogues_add(dialogues, list.turns, list.count, error);
}

/* The answers of all records go to the dialogue of the first. */
static bool gather_answers(const struct mapping *mapping, const struct json_object *const *objects, size_t count,
                           struct dialogues *dialogues, struct error *error)
{
    size_t first = dialogues->count, capacity = 0;
    for (size_t i = 0; i < count; i++) {
        dialogues->object = i;
        if (!dialogues_of_record(mapping, objects[i], dialogues, error))
            return false;
    }
    if (dialogues->count == first)
        return true;
    struct dialogue *joined = &dialogues->list[first];
    capacity = joined->answer_count;
    for (size_t i = first + 1; i < dialogues->count; i++)
        for (size_t k = 0; k < dialogues->list[i].answer_count; k++) {
            if (joined->answer_count == capacity)
                joined->answers = arena_grow(dialogues->arena, joined->answers, &capacity, joined->answer_count + 1,
                                             sizeof *joined->answers);
            joined->answers[joined->answer_count++] = dialogues->list[i].answers[k];
        }
    dialogues->count = first + 1;
    return true;
}

bool dialogues_of_group(const struct mapping *mapping, const struct json_object *const *objects, size_t count,
                        struct dialogues *dialogues, struct error *error)
{
    if (mapping->thread.is_given)
        return gather_thread(mapping, objects, count, dialogues, error);
    return gather_answers(mapping, objects, count, dialogues, error);
}

const char *dialogue_tell_roles(const struct mapping *mapping, struct dialogue *dialogue)
{
    struct slice opener = { 0 };
    bool has_opener = false;
    size_t kept = 0;
    for (size_t i = 0; i < dialogue->count; i++) {
        struct dialogue_turn turn = dialogue->turns[i];
        bool skips = false;
        if (turn.role == DATASET_ROLE_UNKNOWN)
            turn.role = mapping_role(mapping, turn.speaker, &skips);
        if (turn.role == DATASET_ROLE_UNKNOWN && !skips) {
            if (mapping->others == OTHERS_REFUSE)
                return "unknown_role";
            skips = mapping->others == OTHERS_SKIP;
            if (mapping->others == OTHERS_OPENER && !has_opener && !skips) {
                opener = turn.speaker;
                has_opener = true;
            }
            bool is_user = mapping->others == OTHERS_USER ||
                           (mapping->others == OTHERS_OPENER && slice_equal_ignore_case(opener, turn.speaker));
            turn.role = is_user ? DATASET_USER : DATASET_ASSISTANT;
        }
        if (!skips)
            dialogue->turns[kept++] = turn;
    }
    dialogue->count = kept;
    return NULL;
}

const char *dialogue_tell_answer(const struct mapping *mapping, struct dialogue_answer *answer)
{
    struct dialogue dialogue = { .turns = answer->turns, .count = answer->count };
    const char *code = dialogue_tell_roles(mapping, &dialogue);
    if (code)
        return code;
    answer->count = dialogue.count;
    for (size_t i = 0; i < answer->count; i++)
        if (answer->turns[i].text.length == 0)
            return "no_answer";
    return answer->count > 0 ? NULL : "no_answer";
}
