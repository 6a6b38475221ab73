/* profile.c - the list of all profiles, and what is looked up in their tables. */
#include "dataset/profile_list.h"

#include "base/nearest.h"

#define PROFILE_ROW(name) &profile_##name,
const struct profile *const profiles[] = { PROFILE_LIST(PROFILE_ROW) };
#undef PROFILE_ROW
#define PROFILE_PLACE(name) PLACE_##name,
enum { PROFILE_LIST(PROFILE_PLACE) PROFILES };
#undef PROFILE_PLACE
const size_t profile_count = PROFILES;

const struct profile_node *profile_node_of(const struct profile_shape *shape, const struct json_field *field)
{
    for (size_t i = 0; shape && i < shape->count; i++)
        if (json_key_equal(field, slice_of_string(shape->nodes[i].key)))
            return &shape->nodes[i];
    return NULL;
}

static bool fits(const struct profile_shape *shape, struct json_value object)
{
    if (!shape->discriminator)
        return true;
    struct json_value member = json_member(object, slice_of_string(shape->discriminator));
    if (member.type == JSON_MISSING || !shape->discriminator_value)
        return member.type != JSON_MISSING;
    return member.type == JSON_STRING && slice_equal(slice_between(member.text, 1, member.text.length - 1),
                                                     slice_of_string(shape->discriminator_value));
}

const struct profile_shape *profile_shape_of(const struct profile_shape *const *shapes, struct json_value object)
{
    for (; shapes && *shapes; shapes++)
        if (fits(*shapes, object))
            return *shapes;
    return NULL;
}

const struct profile *profile_find(struct slice name, struct error *error)
{
    const char *names[PROFILES];
    for (size_t i = 0; i < profile_count; i++) {
        names[i] = profiles[i]->name;
        if (slice_equal(name, slice_of_string(names[i])))
            return profiles[i];
    }
    const char *nearest = nearest_name(name, names, profile_count);
    if (nearest)
        error_set(error, E_USAGE, "no profile '%.*s', nearest is '%s'", (int)name.length, name.bytes, nearest);
    else
        error_set(error, E_USAGE, "no profile '%.*s'; 'garner validate --list' shows all", (int)name.length,
                  name.bytes);
    return NULL;
}
