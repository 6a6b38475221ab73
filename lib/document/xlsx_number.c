/* xlsx_number.c - numbers of workbooks as their number formats show them. */
#include "document/xlsx.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/number.h"

enum {
    FORMATS_MAXIMUM = 100000,
    NUMBER_MAXIMUM = 1000000000,
    EPOCH_1900 = -25569, /* days from 1970 to serial 0 of a workbook, for serials from March 1900 on */
    EPOCH_1904 = -24107,
    LAST_SERIAL = 2958465, /* the end of the year 9999 */
    DAY_SECONDS = 86400
};

/* Formats that every workbook has by number; those of date and time in other languages, too. */
static enum xlsx_form builtin_form(long id)
{
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) ||
        (id >= 57 && id <= 58))
        return XLSX_DATE;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47 || id == 55 || id == 56)
        return XLSX_TIME;
    if (id == 22)
        return XLSX_DATE_TIME;
    if (id == 46)
        return XLSX_DURATION;
    return id == 9 || id == 10 ? XLSX_PERCENT : XLSX_NUMBER;
}

enum xlsx_form xlsx_form_of_code(struct slice code)
{
    bool has_date = false, has_time = false, has_month = false;
    for (size_t i = 0; i < code.length && code.bytes[i] != ';'; i++) {
        char c = code.bytes[i];
        if (c == '\\' || c == '_' || c == '*')
            i++; /* a character by itself, or its width */
        else if (c == '"')
            i += slice_find_byte(slice_from(code, i + 1), '"') + 1;
        else if (c == '[') {
            char unit = (char)(slice_byte(code, i + 1) | 0x20), next = (char)(slice_byte(code, i + 2) | 0x20);
            if ((unit == 'h' || unit == 'm' || unit == 's') && (next == unit || slice_byte(code, i + 2) == ']'))
                return XLSX_DURATION; /* [h]:mm; others are colours, conditions and languages */
            i += slice_find_byte(slice_from(code, i), ']');
        } else if (c == '%')
            return XLSX_PERCENT;
        else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D')
            has_date = true;
        else if (c == 'h' || c == 'H' || c == 's' || c == 'S')
            has_time = true;
        else if (c == 'm' || c == 'M')
            has_month = true;
        else if ((c | 0x20) == 'g' && code.length - i >= 7 &&
                 slice_equal_ignore_case(slice_between(code, i, i + 7), SLICE("general")))
            return XLSX_NUMBER;
    }
    if (has_date || (has_month && !has_time))
        return has_time ? XLSX_DATE_TIME : XLSX_DATE;
    return has_time ? XLSX_TIME : XLSX_NUMBER;
}

static enum xlsx_form form_of_id(const struct xlsx_formats *formats, long id)
{
    for (size_t i = 0; i < formats->custom_count; i++)
        if (formats->customs[i].id == id)
            return formats->customs[i].form;
    return builtin_form(id);
}

static void start_of_styles(void *context, const char *name, const char *const *attributes)
{
    struct xlsx_formats *formats = context;
    const char *code = xml_attribute(attributes, "formatCode");
    long id = xml_number(xml_attribute(attributes, "numFmtId"), NUMBER_MAXIMUM, 0);
    if (xml_is(name, "cellXfs"))
        formats->in_styles = true;
    if (xml_is(name, "numFmt") && code && formats->custom_count < FORMATS_MAXIMUM / 100) {
        if (formats->custom_count == formats->custom_capacity)
            formats->customs = memory_grow(formats->customs, &formats->custom_capacity, formats->custom_count + 1,
                                           sizeof *formats->customs);
        formats->customs[formats->custom_count++] =
            (struct xlsx_custom){ id, xlsx_form_of_code(slice_of_string(code)) };
    } else if (xml_is(name, "xf") && formats->in_styles && formats->style_count < FORMATS_MAXIMUM) {
        if (formats->style_count == formats->style_capacity)
            formats->styles = memory_grow(formats->styles, &formats->style_capacity, formats->style_count + 1,
                                          sizeof *formats->styles);
        formats->styles[formats->style_count++] = form_of_id(formats, id);
    }
}

static void end_of_styles(void *context, const char *name)
{
    struct xlsx_formats *formats = context;
    if (xml_is(name, "cellXfs"))
        formats->in_styles = false;
}

bool xlsx_read_formats(struct xlsx_formats *formats, struct package *package, struct slice part, struct error *error)
{
    const struct xml_handlers handlers = { formats, start_of_styles, end_of_styles, NULL };
    return package_parse(package, part, &handlers, error);
}

void xlsx_formats_release(struct xlsx_formats *formats)
{
    memory_free(formats->customs);
    memory_free(formats->styles);
}

enum xlsx_form xlsx_form_of(const struct xlsx_formats *formats, size_t style)
{
    return style < formats->style_count ? formats->styles[style] : XLSX_NUMBER;
}

static void append_date(struct buffer *output, int64_t days)
{
    /* As in file.c: Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days. */
    days += 719468;
    int64_t era = days / 146097, of_era = days % 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * of_year + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;
    buffer_append_format(output, "%04d-%02d-%02d", (int)(year_of_era + era * 400 + (month <= 2)), (int)month,
                         (int)(of_year - (153 * shifted + 2) / 5 + 1));
}

static void append_moment(struct buffer *output, double serial, enum xlsx_form form, bool has_1904_dates)
{
    double whole = floor(serial);
    int64_t days = (int64_t)whole, seconds = (int64_t)((serial - whole) * DAY_SECONDS + 0.5);
    if (seconds >= DAY_SECONDS) {
        seconds -= DAY_SECONDS;
        days++;
    }
    if (form == XLSX_DURATION) {
        buffer_append_format(output, "%lld:%02d:%02d", (long long)days * 24 + seconds / 3600, (int)(seconds / 60 % 60),
                             (int)(seconds % 60));
        return;
    }
    /* The year 1900 has a 29th of February there, which is serial 60. */
    if (!has_1904_dates && days < 60)
        days++;
    bool has_date = form != XLSX_TIME || whole >= 1, has_time = form != XLSX_DATE && (form == XLSX_TIME || seconds);
    if (has_date)
        append_date(output, days + (has_1904_dates ? EPOCH_1904 : EPOCH_1900));
    if (has_date && has_time)
        buffer_append_byte(output, ' ');
    if (has_time)
        buffer_append_format(output, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                             (int)(seconds % 60));
}

void xlsx_append_number(struct buffer *output, struct slice number, enum xlsx_form form, bool has_1904_dates)
{
    double value;
    char text[64];
    if (number_read_double(number, &value) != number.length || number.length == 0 || !isfinite(value)) {
        buffer_append_slice(output, number);
        return;
    }
    bool is_moment = form != XLSX_NUMBER && form != XLSX_PERCENT;
    if (is_moment && value >= 0 && value <= LAST_SERIAL) {
        append_moment(output, value, form, has_1904_dates);
        return;
    }
    if (form == XLSX_PERCENT)
        value *= 100;
    else if (number.length <= 15) { /* digits that need no rounding stay as they are written */
        buffer_append_slice(output, number);
        return;
    }
    int length = snprintf(text, sizeof text, "%.15g", value);
    buffer_append(output, text, (size_t)length);
    if (form == XLSX_PERCENT)
        buffer_append_byte(output, '%');
}
