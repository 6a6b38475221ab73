/* expression_any.c - the elements of a [*] path, one after the other, without a list of them. */
#include "record/expression_node.h"

bool star_begin(const struct value *base, struct star_walk *walk)
{
    if (base->type != VALUE_JSON || base->json.type != JSON_ARRAY)
        return false;
    walk->iterators[0] = json_iterate(base->json);
    walk->depth = 1;
    return true;
}

/* Each level is an array; the steps behind its [*] lead from an element to the value, or to the next array. */
bool star_next(const struct star *star, struct star_walk *walk, struct value *element, bool *is_found,
               struct error *error)
{
    *is_found = false;
    while (walk->depth > 0) {
        struct json_field field;
        size_t level = walk->depth - 1;
        if (!json_next(&walk->iterators[level], &field)) {
            walk->depth--;
            continue;
        }
        bool is_ambiguous = false;
        struct json_value value = field.value;
        if (star->levels[level].count)
            value = json_path_find_value(&star->levels[level], field.value, &is_ambiguous);
        if (is_ambiguous) {
            error_set(error, E_JSON_DUPKEY, "a key of '%.*s' stands twice in one object", (int)star->text.length,
                      star->text.bytes);
            return error_field(error, star->text);
        }
        if (walk->depth == star->level_count) {
            value_of_json_lazily(value, element);
            *is_found = true;
            return true;
        }
        if (value.type == JSON_ARRAY)
            walk->iterators[walk->depth++] = json_iterate(value);
    }
    return true;
}
