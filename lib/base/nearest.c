/* nearest.c - the name somebody probably meant. */
#include "base/nearest.h"

enum { NAME_BYTES_MAXIMUM = 64, EDITS_MAXIMUM = 3, PREFIX_BYTES_MINIMUM = 3 };

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Edits between two texts of at most NAME_BYTES_MAXIMUM bytes. */
static unsigned edit_distance(struct slice a, struct slice b)
{
    unsigned rows[3][NAME_BYTES_MAXIMUM + 1];
    unsigned *before_last = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b.length; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= a.length; i++) {
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= b.length; j++) {
            char x = lower(a.bytes[i - 1]), y = lower(b.bytes[j - 1]);
            now[j] = smaller(smaller(last[j], now[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b.bytes[j - 2]) && y == lower(a.bytes[i - 2]))
                now[j] = smaller(now[j], before_last[j - 2] + 1);
        }
        unsigned *oldest = before_last;
        before_last = last;
        last = now;
        now = oldest;
    }
    return last[b.length];
}

const char *nearest_name(struct slice wanted, const char *const *names, size_t count)
{
    if (wanted.length == 0 || wanted.length > NAME_BYTES_MAXIMUM)
        return NULL;
    unsigned limit = smaller(EDITS_MAXIMUM, wanted.length < 3 ? 1 : (unsigned)(wanted.length / 3));
    const char *best = NULL, *continued = NULL;
    unsigned best_edits = limit + 1;
    for (size_t i = 0; i < count; i++) {
        struct slice name = slice_of_string(names[i]);
        if (name.length == 0 || name.length > NAME_BYTES_MAXIMUM)
            continue;
        if (!continued && wanted.length >= PREFIX_BYTES_MINIMUM && slice_starts_with(name, wanted))
            continued = names[i];
        unsigned edits = edit_distance(wanted, name);
        if (edits < best_edits && edits < name.length) {
            best_edits = edits;
            best = names[i];
        }
    }
    return best && (best_edits <= 1 || !continued) ? best : continued;
}
