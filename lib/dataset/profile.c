/* profile.c - the list of all profiles. */
#include "dataset/profile_list.h"

#include "base/nearest.h"

#define PROFILE_ROW(name) &profile_##name,
const struct profile *const profiles[] = { PROFILE_LIST(PROFILE_ROW) };
#undef PROFILE_ROW
#define PROFILE_PLACE(name) PLACE_##name,
enum { PROFILE_LIST(PROFILE_PLACE) PROFILES };
#undef PROFILE_PLACE
const size_t profile_count = PROFILES;

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
