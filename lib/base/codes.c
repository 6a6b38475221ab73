/* codes.c - the registry of stable error codes. */
#include "base/codes.h"

static const struct code_entry entries[CODE_COUNT] = { { "", EXIT_DONE, "", "" },
#define CODE_ROW(name, exit_code, summary, explanation) { #name, exit_code, summary, explanation },
                                                       CODE_LIST(CODE_ROW)
#undef CODE_ROW
};

const struct code_entry *code_entry(enum code code)
{
    return &entries[(size_t)code < CODE_COUNT ? (size_t)code : 0];
}

enum code code_find(struct slice name)
{
    for (size_t i = 1; i < CODE_COUNT; i++)
        if (slice_equal_ignore_case(name, slice_of_string(entries[i].name)))
            return (enum code)i;
    return E_NONE;
}
