/* date.h - dates as documents write them, as seconds since 1970, and those as RFC 3339 text.
 *
 * The proleptic Gregorian calendar; years 1 to 9999. Nothing depends on the zone or locale of the machine: a date
 * without a zone is taken for UTC. */
#ifndef DOCUMENT_DATE_H
#define DOCUMENT_DATE_H

#include <stdint.h>

#include "base/buffer.h"

#define DATE_UNKNOWN INT64_MIN

/* "2024-05-17T09:30:00Z" without quotes. seconds must be of a year that RFC 3339 can write: date_is_known(). */
void date_append(struct buffer *output, int64_t seconds);

/* Not DATE_UNKNOWN, and of the years 1 to 9999. */
bool date_is_known(int64_t seconds);

/* ISO 8601 and its kin: "2024", "2024-05", "2024-05-17", "2024-05-17T09:30[:00[.5]][Z|+02|+02:00|+0200]", a space for
 * the T. DATE_UNKNOWN: it is none. */
int64_t date_read_iso(struct slice text);

/* RFC 5322, and what mail programs make of it: the day's name may be missing, the year have two digits, the zone be a
 * name; comments are passed over. Also asctime, as in mbox and old HTTP headers. DATE_UNKNOWN: it is none. */
int64_t date_read_mail(struct slice text);

#endif
