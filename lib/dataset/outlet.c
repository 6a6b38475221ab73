/* outlet.c - rows through the renderer, and a count of what it says. */
#include "dataset/outlet.h"

#include "dataset/render.h"

_Static_assert((int)LOSS_COUNT <= (int)OUTLET_LOSSES, "a count for each loss");

bool outlet_open(const char *name, struct outlet *outlet, struct error *error)
{
    struct error fault;
    *outlet = (struct outlet){ .profile = profile_find(slice_of_string(name ? name : "garner"), &fault),
                               .keeps_extras = !name || strcmp(name, "garner") == 0 };
    return outlet->profile || error_set(error, E_USAGE, "--profile: %s", fault.message);
}

bool outlet_has_form(const struct outlet *outlet, enum dataset_form form)
{
    const struct profile_layout *const *layout = outlet->profile->layouts;
    while (*layout && (*layout)->form != form)
        layout++;
    return *layout != NULL;
}

bool outlet_render(const struct outlet *outlet, const struct dataset_row *row, struct arena *scratch,
                   struct buffer *output, struct outlet_losses *losses, struct error *error)
{
    const struct dataset_render_options options = { .keeps_extras = outlet->keeps_extras,
                                                    .system_joiner = outlet->system_joiner };
    unsigned lost = 0;
    if (!dataset_render(outlet->profile, row, &options, scratch, output, &lost, error))
        return false;
    for (unsigned i = 0; i < LOSS_COUNT; i++)
        losses->rows[i] += lost >> i & 1;
    return true;
}

void outlet_losses_add(struct outlet_losses *all, const struct outlet_losses *some)
{
    for (size_t i = 0; i < LOSS_COUNT; i++)
        all->rows[i] += some->rows[i];
}

void outlet_losses_append_json(const struct outlet_losses *losses, struct buffer *json)
{
    const char *separator = ",\"lost\":{\"";
    for (size_t i = 0; i < LOSS_COUNT; i++) {
        if (losses->rows[i] == 0)
            continue;
        buffer_append_format(json, "%s%s\":%lld", separator, dataset_loss_names[i], (long long)losses->rows[i]);
        separator = ",\"";
    }
    if (separator[1] == '"' && separator[2] == '\0')
        buffer_append_byte(json, '}');
}

bool outlet_losses_append_text(const struct outlet_losses *losses, struct buffer *text)
{
    size_t length = text->length;
    for (size_t i = 0; i < LOSS_COUNT; i++)
        if (losses->rows[i])
            buffer_append_format(text, "%s%s %lld", text->length > length ? ", " : "", dataset_loss_names[i],
                                 (long long)losses->rows[i]);
    return text->length > length;
}
