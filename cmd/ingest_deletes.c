/* ingest_deletes.c - --max-deletes: how many files may vanish at once. */
#include "ingest_deletes.h"

#include "base/number.h"

bool deletes_limit_parse(const char *text, struct deletes_limit *limit, struct error *error)
{
    struct slice number = slice_of_string(text);
    *limit = (struct deletes_limit){ .count = -1, .text = text };
    if (slice_ends_with(number, SLICE("%"))) {
        number.length--;
        bool is_share = number_parse_double(number, &limit->share) && limit->share >= 0 && limit->share <= 100;
        limit->share /= 100;
        if (is_share)
            return true;
    } else if (number_parse_integer(number, &limit->count) && limit->count >= 0) {
        return true;
    }
    return error_set(error, E_USAGE, "--max-deletes: '%s' is neither a count such as 50 nor a share such as 10%%",
                     text);
}

bool deletes_limit_check_share(const struct deletes_limit *limit, const char *operand, int64_t vanished, int64_t files,
                               struct error *error)
{
    if (limit->count >= 0 || vanished == 0)
        return true;
    int64_t allowed = (int64_t)(limit->share * (double)files);
    if (allowed < 1 && limit->share > 0)
        allowed = 1;
    if (limit->share < 1 && allowed >= files)
        allowed = files - 1;
    return vanished == 0 || vanished <= allowed ||
           error_set(error, E_MAX_DELETES,
                     "%lld of %lld files of '%s' vanished, --max-deletes %s allows %lld: nothing "
                     "was deleted",
                     (long long)vanished, (long long)files, operand, limit->text,
                     (long long)(allowed > 0 ? allowed : 0));
}

bool deletes_limit_check_count(const struct deletes_limit *limit, int64_t vanished, struct error *error)
{
    return limit->count < 0 || vanished <= limit->count ||
           error_set(error, E_MAX_DELETES, "%lld files vanished, --max-deletes allows %s: nothing was deleted",
                     (long long)vanished, limit->text);
}
