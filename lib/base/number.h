/* number.h - numbers to text and back, free of the locale.
 *
 * Writing gives the shortest decimal that reads back as the same value (Ryu/Schubfach class algorithms); reading is
 * correctly rounded. -0 is written as 0: the sign of zero is not data here. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { NUMBER_TEXT = 32 };

/* Return the length, without a NUL. value must be finite. JSON syntax: 0.5, 1e-7, 12. Exponents where shorter
 * than fixed notation: from 1e21 upwards and below 1e-6, as JavaScript prints them. */
size_t number_format_float(float value, char text[NUMBER_TEXT]);
size_t number_format_double(double value, char text[NUMBER_TEXT]);

/* Read one JSON number that fills all of text. false: not a number (or for integer: has a fraction or exponent or does
 * not fit). A value beyond the range becomes infinity in float and double; the caller decides. */
bool number_parse_double(struct slice text, double *value);
bool number_parse_integer(struct slice text, int64_t *value);

/* The same for the longest number at the start of text, whatever follows; return its length, 0 when there is none. */
size_t number_read_double(struct slice text, double *value);
size_t number_read_float(struct slice text, float *value);

/* "64K", "16MiB", "1G", "250000": bytes with K M G T as powers of 1024, "KB" "MB" of 1000. */
bool number_parse_size(struct slice text, int64_t *bytes);

/* The value of a hexadecimal digit of either case, -1 for anything else. */
static inline int number_hexadecimal(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

#endif
