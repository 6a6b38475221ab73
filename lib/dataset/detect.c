/* detect.c - tries the profiles on a record. */
#include "dataset/detect.h"

/* One profile's reading of the record. */
struct attempt {
    const struct profile *profile;
    struct dataset_row row;
    struct dataset_faults faults;
    size_t misfits; /* refusals, and fields that mean something to other profiles */
};

/* Whether that key of a row means something in any profile: "system" beside messages is no remark. */
static bool means_something(const struct json_field *field)
{
    for (size_t i = 0; i < profile_count; i++)
        for (size_t j = 0; profiles[i]->layouts[j]; j++) {
            const struct profile_node *node = profile_node_of(profiles[i]->layouts[j]->shape, field);
            if (node && node->meaning != MEANING_NONE)
                return true;
        }
    return false;
}

static size_t count_misfits(const struct attempt *attempt)
{
    size_t misfits = attempt->faults.refusals;
    for (size_t i = 0; i < attempt->row.extra_count; i++)
        misfits += !attempt->profile->layouts[0]->shape->is_closed && means_something(&attempt->row.extras[i]);
    return misfits;
}

/* All keys of a closed shape are known, and what it requires is there. */
static bool has_required(const struct profile_layout *layout, const struct json_object *object)
{
    const struct profile_shape *shape = layout->shape;
    for (size_t i = 0; i < shape->count; i++)
        if (shape->nodes[i].flags & NODE_REQUIRED && !json_object_find(object, slice_of_string(shape->nodes[i].key)))
            return false;
    for (size_t i = 0; shape->is_closed && i < object->count; i++)
        if (!profile_node_of(shape, &object->fields[i]) && means_something(&object->fields[i]))
            return false;
    return true;
}

/* A form without its answers is another form. */
static size_t answers_wanted(enum dataset_form form)
{
    if (form == DATASET_CHAT || form == DATASET_TEXT)
        return 0;
    return form == DATASET_PREFERENCE ? 2 : 1;
}

/* false: the record is none of this profile's. */
static bool attempt_profile(const struct profile *profile, const struct json_object *object, struct arena *arena,
                            const struct dataset_faults *faults, struct attempt *attempt)
{
    struct dataset_faults none = { .arena = faults->arena, .root = faults->root };
    const struct profile_layout *layout = dataset_layout_of(profile, object, &none);
    if (!layout || !has_required(layout, object))
        return false;
    *attempt = (struct attempt){ .profile = profile, .faults = { .arena = faults->arena, .root = faults->root } };
    dataset_read(profile, layout, object, arena, &attempt->row, &attempt->faults);
    attempt->misfits = count_misfits(attempt);
    return attempt->row.answer_count >= answers_wanted(layout->form);
}

static size_t fault_count(const struct attempt *attempt)
{
    return attempt->faults.count + attempt->faults.beyond;
}

/* Fewer misfits, then fewer remarks. */
static bool is_better(const struct attempt *attempt, const struct attempt *best)
{
    if (attempt->misfits != best->misfits)
        return attempt->misfits < best->misfits;
    return fault_count(attempt) < fault_count(best);
}

const struct profile *dataset_detect(const struct json_object *object, struct arena *arena, struct dataset_row *row,
                                     struct dataset_faults *faults, struct error *error)
{
    struct attempt best = { 0 }, attempt;
    const struct profile *other = NULL;
    for (size_t i = 0; i < profile_count; i++) {
        if (!attempt_profile(profiles[i], object, arena, faults, &attempt))
            continue;
        if (!best.profile || is_better(&attempt, &best)) {
            best = attempt;
            other = NULL;
        } else if (!is_better(&best, &attempt) && attempt.row.form != best.row.form && !other) {
            other = attempt.profile;
        }
        if (fault_count(&best) == 0 && best.profile == profiles[0])
            break;
    }
    if (!best.profile) {
        error_set(error, E_FORMAT_UNKNOWN, "the row has the keys of no profile; --from names one");
        return NULL;
    }
    if (other) {
        error_set(error, E_FORMAT_AMBIGUOUS, "the row may be one of %s or of %s; --from says which", best.profile->name,
                  other->name);
        return NULL;
    }
    *row = best.row;
    *faults = best.faults;
    return best.profile;
}
