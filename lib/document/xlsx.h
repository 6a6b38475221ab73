/* xlsx.h - numbers of workbooks as their number formats show them, as far as it matters: dates, times, percent. Private
 * to document. */
#ifndef DOCUMENT_XLSX_H
#define DOCUMENT_XLSX_H

#include "base/buffer.h"
#include "document/package.h"

enum { XLSX_SHEETS_MAXIMUM = 1024 };

enum xlsx_form { XLSX_NUMBER, XLSX_DATE, XLSX_TIME, XLSX_DATE_TIME, XLSX_DURATION, XLSX_PERCENT };

struct xlsx_custom {
    long id;
    enum xlsx_form form;
};

/* The zeroed struct has no formats: all is XLSX_NUMBER. */
struct xlsx_formats {
    struct xlsx_custom *customs; /* formats of the workbook itself */
    size_t custom_count, custom_capacity;
    enum xlsx_form *styles; /* by the style number of a cell */
    size_t style_count, style_capacity;
    bool in_styles;
};

bool xlsx_read_formats(struct xlsx_formats *formats, struct package *package, struct slice part,
                       struct error *error) MUST_CHECK;
void xlsx_formats_release(struct xlsx_formats *formats);
enum xlsx_form xlsx_form_of(const struct xlsx_formats *formats, size_t style);

/* What a format code such as "yyyy\-mm\-dd" or "0.0%" shows. */
enum xlsx_form xlsx_form_of_code(struct slice code);

/* Appends the number: with at most 15 digits, as Excel shows it; dates as 2024-05-31, times as 07:30:00. What is no
 * number stays as it is. */
void xlsx_append_number(struct buffer *output, struct slice number, enum xlsx_form form, bool has_1904_dates);

#endif
