/* rtf.c - Rich Text Format to text: paragraphs, headings, lists, tables, notes. Source: RTF Specification 1.9.1.
 *
 * One pass, no recursion: groups are a stack of small states. The text of a paragraph gathers as UTF-8 and goes to the
 * flow when the paragraph or cell ends, when it is known what it is. Bytes are of the font's charset, else of the
 * document's. */
#include "document/rtf.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/number.h"
#include "document/charset.h"
#include "json/write.h"

/* \fcharsetN. Source: RTF 1.9.1, Font Table. */
static const char *charset_of_font(long number)
{
    static const struct {
        short number;
        const char *label;
    } charsets[] = { { 0, "windows-1252" },   { 77, "macintosh" },     { 128, "shift_jis" },    { 129, "euc-kr" },
                     { 134, "gbk" },          { 136, "big5" },         { 161, "windows-1253" }, { 162, "windows-1254" },
                     { 163, "windows-1258" }, { 177, "windows-1255" }, { 178, "windows-1256" }, { 186, "windows-1257" },
                     { 204, "windows-1251" }, { 222, "windows-874" },  { 238, "windows-1250" } };
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        if (charsets[i].number == number)
            return charset_find(slice_of_string(charsets[i].label));
    return NULL;
}

static const char *charset_of_page(long number)
{
    char label[32];
    const char *text = label;
    int length = snprintf(label, sizeof label, "windows-%ld", number);
    switch (number) {
    case 932:
        text = "shift_jis";
        break;
    case 936:
        text = "gbk";
        break;
    case 949:
        text = "euc-kr";
        break;
    case 950:
        text = "big5";
        break;
    case 10000:
        text = "macintosh";
        break;
    case 65001:
        return "UTF-8";
    default:
        break;
    }
    const char *charset = length > 0 ? charset_find(slice_of_string(text)) : NULL;
    return charset ? charset : "windows-1252";
}

static unsigned heading_of_style(struct slice name)
{
    struct slice start = SLICE("heading ");
    name = slice_trim(name);
    if (name.length != start.length + 1 || !slice_equal_ignore_case(slice_between(name, 0, start.length), start))
        return 0;
    char digit = name.bytes[start.length];
    return digit >= '1' && digit <= '0' + HEADINGS ? (unsigned)(digit - '0') : 0;
}

/* A word that names where the text of its group goes. false: it does not. */
static bool set_target(struct rtf *rtf, const char *word)
{
    static const struct {
        const char *word;
        enum target target;
    } targets[] = {
        { "fonttbl", TO_FONTS },
        { "stylesheet", TO_STYLES },
        { "listtext", TO_MARKER },
        { "pntext", TO_MARKER },
        { "title", TO_TITLE },
        { "author", TO_AUTHOR },
        { "creatim", TO_CREATED },
        { "revtim", TO_CHANGED },
        { "colortbl", TO_NOWHERE },
        { "info", TO_NOWHERE },
        { "pict", TO_NOWHERE },
        { "objdata", TO_NOWHERE },
        { "header", TO_NOWHERE },
        { "headerl", TO_NOWHERE },
        { "headerr", TO_NOWHERE },
        { "headerf", TO_NOWHERE },
        { "footer", TO_NOWHERE },
        { "footerl", TO_NOWHERE },
        { "footerr", TO_NOWHERE },
        { "footerf", TO_NOWHERE },
        { "fldinst", TO_NOWHERE },
        { "listtable", TO_NOWHERE },
        { "annotation", TO_NOWHERE },
        { "listoverridetable", TO_NOWHERE },
        { "rsidtbl", TO_NOWHERE },
        { "themedata", TO_NOWHERE },
        { "datastore", TO_NOWHERE },
        { "xmlnstbl", TO_NOWHERE },
        { "generator", TO_NOWHERE },
        { "atnid", TO_NOWHERE },
        { "nonesttables", TO_NOWHERE },
        { "bkmkstart", TO_NOWHERE },
        { "revtbl", TO_NOWHERE },
        { "tc", TO_NOWHERE },
        { "xe", TO_NOWHERE },
        { "filetbl", TO_NOWHERE },
        { "upr", TO_TEXT },
    };
    struct group *group = rtf_top(rtf);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        if (strcmp(word, targets[i].word) != 0)
            continue;
        bool is_fact = targets[i].target >= TO_TITLE; /* stands inside of \info, which is left out */
        if (group->target == TO_NOWHERE && !is_fact)
            return true;
        group->target = targets[i].target;
        return true;
    }
    return false;
}

static void set_date(struct rtf *rtf, const char *word, long number)
{
    static const char *const words[] = { "yr", "mo", "dy", "hr", "min", "sec" };
    enum target target = rtf_top(rtf)->target;
    if ((target != TO_CREATED && target != TO_CHANGED) || number < 0 || number > 9999)
        return;
    for (size_t i = 0; i < 6; i++)
        if (strcmp(word, words[i]) == 0)
            rtf->dates[target - TO_CREATED][i] = (int)number;
}

/* Words that are a character or white space. */
static bool is_character(struct rtf *rtf, const char *word)
{
    static const struct {
        const char *word, *text;
    } characters[] = { { "tab", " " },
                       { "line", "\n" },
                       { "emdash", "\xe2\x80\x94" },
                       { "endash", "\xe2\x80\x93" },
                       { "bullet", "\xe2\x80\xa2" },
                       { "lquote", "\xe2\x80\x98" },
                       { "rquote", "\xe2\x80\x99" },
                       { "ldblquote", "\xe2\x80\x9c" },
                       { "rdblquote", "\xe2\x80\x9d" },
                       { "emspace", " " },
                       { "enspace", " " },
                       { "qmspace", " " } };
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        if (strcmp(word, characters[i].word) == 0) {
            if (rtf->skip > 0)
                rtf->skip--;
            else
                rtf_append_text(rtf, slice_of_string(characters[i].text));
            return true;
        }
    return false;
}

/* Words that end or describe a paragraph. */
static void set_paragraph(struct rtf *rtf, const char *word, long number)
{
    if (strcmp(word, "par") == 0 || strcmp(word, "sect") == 0 || strcmp(word, "page") == 0)
        rtf_end_paragraph(rtf);
    else if (strcmp(word, "cell") == 0 || strcmp(word, "nestcell") == 0)
        rtf_end_cell(rtf);
    else if (strcmp(word, "row") == 0 || strcmp(word, "nestrow") == 0)
        rtf_end_row(rtf);
    else if (strcmp(word, "pard") == 0) {
        rtf->heading = 0;
        rtf->in_table = false;
    } else if (strcmp(word, "intbl") == 0)
        rtf->in_table = true;
    else if (strcmp(word, "outlinelevel") == 0)
        rtf->heading = number >= 0 && number < HEADINGS ? (unsigned)number + 1 : 0;
    else if (strcmp(word, "s") == 0 && number >= 0 && number < STYLES_MAXIMUM && rtf->headings[number])
        rtf->heading = rtf->headings[number];
}

static void set_text(struct rtf *rtf, const char *word, bool has_number, long number)
{
    struct group *group = rtf_top(rtf);
    if (strcmp(word, "u") == 0 && has_number)
        rtf_append_unicode(rtf, number);
    else if (strcmp(word, "uc") == 0)
        group->unicode_skip = number >= 0 && number < 16 ? (unsigned char)number : 1;
    else if (strcmp(word, "f") == 0) {
        rtf_flush_bytes(rtf);
        group->font = number >= 0 && number < FONTS_MAXIMUM ? (int)number : -1;
    } else if (strcmp(word, "v") == 0 || strcmp(word, "deleted") == 0) {
        rtf_flush_bytes(rtf);
        group->is_hidden = !has_number || number != 0;
    } else if (strcmp(word, "plain") == 0) {
        rtf_flush_bytes(rtf);
        group->is_hidden = false;
    } else if (strcmp(word, "footnote") == 0)
        rtf_start_note(rtf);
    else if (strcmp(word, "ansicpg") == 0)
        rtf->charset = charset_of_page(number);
    else if (strcmp(word, "mac") == 0)
        rtf->charset = charset_of_page(10000);
    else if (strcmp(word, "bin") == 0 && number > 0)
        rtf->rest = slice_from(rtf->rest, (size_t)number);
}

static void take_table_word(struct rtf *rtf, const char *word, long number)
{
    enum target target = rtf_top(rtf)->target;
    if (target == TO_FONTS && strcmp(word, "f") == 0)
        rtf->font = number;
    else if (target == TO_FONTS && strcmp(word, "fcharset") == 0 && rtf->font >= 0 && rtf->font < FONTS_MAXIMUM)
        rtf->fonts[rtf->font] = charset_of_font(number);
    else if (target == TO_STYLES && strcmp(word, "s") == 0)
        rtf->style = number;
}

static void take_word(struct rtf *rtf, const char *word, bool has_number, long number)
{
    struct group *group = rtf_top(rtf);
    bool was_first = group->is_first;
    group->is_first = false;
    if (set_target(rtf, word))
        return;
    if (was_first && group->is_ignorable && strcmp(word, "ud") != 0 && strcmp(word, "shpinst") != 0 &&
        strcmp(word, "shptxt") != 0 && group->target == TO_TEXT) {
        group->target = TO_NOWHERE;
        return;
    }
    set_date(rtf, word, number);
    if (group->target == TO_FONTS || group->target == TO_STYLES)
        take_table_word(rtf, word, number);
    else if (!is_character(rtf, word)) {
        if (group->target == TO_TEXT)
            set_paragraph(rtf, word, number);
        set_text(rtf, word, has_number, number);
    }
}

/* Behind a backslash. */
static void take_control(struct rtf *rtf)
{
    char first = slice_byte(rtf->rest, 0), word[WORD_BYTES + 1];
    size_t length = 0, i = 0;
    while (i < rtf->rest.length && (rtf->rest.bytes[i] | 0x20) >= 'a' && (rtf->rest.bytes[i] | 0x20) <= 'z') {
        if (length < WORD_BYTES)
            word[length++] = rtf->rest.bytes[i];
        i++;
    }
    word[length] = '\0';
    if (i > 0) {
        bool is_negative = slice_byte(rtf->rest, i) == '-', has_number = false;
        long number = 0;
        i += is_negative;
        for (; i < rtf->rest.length && rtf->rest.bytes[i] >= '0' && rtf->rest.bytes[i] <= '9'; i++) {
            has_number = true;
            if (number < 100000000)
                number = number * 10 + (rtf->rest.bytes[i] - '0');
        }
        i += slice_byte(rtf->rest, i) == ' ';
        rtf->rest = slice_from(rtf->rest, i);
        take_word(rtf, word, has_number, is_negative ? -number : number);
        return;
    }
    rtf->rest = slice_from(rtf->rest, 1);
    if (first == '\'') {
        int high = number_hexadecimal(slice_byte(rtf->rest, 0)), low = number_hexadecimal(slice_byte(rtf->rest, 1));
        rtf->rest = slice_from(rtf->rest, 2);
        if (high >= 0 && low >= 0)
            rtf_append_byte(rtf, (char)(high * 16 + low));
    } else if (first == '*')
        rtf_top(rtf)->is_ignorable = true;
    else if (first == '~')
        rtf_append_text(rtf, SLICE("\xc2\xa0"));
    else if (first == '_')
        rtf_append_text(rtf, SLICE("-"));
    else if (first == '\n' || first == '\r')
        take_word(rtf, "par", false, 0);
    else if (first == '\\' || first == '{' || first == '}')
        rtf_append_byte(rtf, first);
}

static bool open_group(struct rtf *rtf, struct error *error)
{
    rtf_flush_bytes(rtf);
    if (rtf->depth + 1 >= GROUPS_MAXIMUM)
        return error_set(error, E_LIMIT, "groups nest deeper than %d", GROUPS_MAXIMUM);
    rtf->groups[rtf->depth + 1] = rtf->groups[rtf->depth];
    rtf->depth++;
    rtf_top(rtf)->is_first = true;
    rtf_top(rtf)->is_ignorable = rtf_top(rtf)->is_note = false;
    rtf->skip = 0;
    if (rtf_top(rtf)->target == TO_STYLES) {
        rtf->style = 0;
        buffer_reset(&rtf->style_name);
    }
    return true;
}

static void close_group(struct rtf *rtf)
{
    rtf_flush_bytes(rtf);
    rtf->skip = 0;
    if (rtf->depth == 0)
        return;
    if (rtf_top(rtf)->is_note)
        rtf_end_note(rtf);
    if (rtf_top(rtf)->target == TO_STYLES && rtf->style >= 0 && rtf->style < STYLES_MAXIMUM) {
        struct slice name = buffer_slice(&rtf->style_name);
        unsigned heading = heading_of_style(slice_between(name, 0, slice_find_byte(name, ';')));
        if (heading)
            rtf->headings[rtf->style] = (unsigned char)heading;
        buffer_reset(&rtf->style_name);
    }
    rtf->depth--;
}

static bool walk(struct rtf *rtf, struct error *error)
{
    size_t maximum = rtf->decode->decoder->maximum;
    while (rtf->rest.length > 0) {
        char c = rtf->rest.bytes[0];
        rtf->rest = slice_from(rtf->rest, 1);
        if (c == '\\')
            take_control(rtf);
        else if (c == '{') {
            if (!open_group(rtf, error))
                return false;
        } else if (c == '}')
            close_group(rtf);
        else if (c != '\n' && c != '\r' && c != '\0')
            rtf_append_byte(rtf, c);
        if (rtf->flow.output->length > maximum || rtf->notes.length > maximum)
            return error_set(error, E_LIMIT, "the text has more than the %zu bytes of --max-document-bytes", maximum);
    }
    rtf->depth = 0;
    rtf->output = &rtf->line;
    rtf_end_paragraph(rtf);
    rtf_leave_table(rtf);
    if (rtf->notes.length) /* it begins with a blank line */
        buffer_append_slice(rtf->flow.output, slice_from(buffer_slice(&rtf->notes), rtf->flow.output->length ? 0 : 2));
    return true;
}

static int64_t date_of(const int date[6])
{
    char text[40];
    if (date[0] == 0)
        return DATE_UNKNOWN;
    int length = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", date[0], date[1], date[2], date[3],
                          date[4], date[5]);
    return date_read_iso(slice_of(text, (size_t)length));
}

static struct slice make_metadata(struct decode *decode, struct rtf *rtf)
{
    struct buffer metadata = { 0 };
    struct slice author = decode_title(decode, buffer_slice(&rtf->facts[TO_AUTHOR]));
    int64_t created = date_of(rtf->dates[0]);
    if (author.length) {
        json_append_key(&metadata, SLICE("author"));
        json_append_string(&metadata, author);
    }
    if (date_is_known(created)) {
        json_append_key(&metadata, SLICE("created"));
        buffer_append_byte(&metadata, '"');
        date_append(&metadata, created);
        buffer_append_byte(&metadata, '"');
    }
    struct slice result = arena_copy(&decode->decoder->arena, buffer_slice(&metadata));
    buffer_release(&metadata);
    return result;
}

static void rtf_free(struct rtf *rtf)
{
    buffer_release(&rtf->style_name);
    buffer_release(&rtf->bytes);
    buffer_release(&rtf->line);
    buffer_release(&rtf->marker);
    buffer_release(&rtf->notes);
    buffer_release(&rtf->note);
    for (size_t i = 0; i < sizeof rtf->facts / sizeof *rtf->facts; i++)
        buffer_release(&rtf->facts[i]);
    memory_free(rtf);
}

bool decode_rtf(struct decode *decode, struct error *error)
{
    struct document document = { 0 };
    struct slice bytes;
    if (!decode_gather(decode, &bytes, error))
        return false;
    struct rtf *rtf = memory_allocate_zeroed(1, sizeof *rtf);
    rtf->decode = decode;
    rtf->rest = bytes;
    rtf->charset = "windows-1252";
    rtf->output = &rtf->line;
    rtf->flow.output = &decode->decoder->text;
    rtf->groups[0] = (struct group){ .unicode_skip = 1, .font = -1 };
    bool is_good = walk(rtf, error);
    if (is_good) {
        document.text = buffer_slice(&decode->decoder->text);
        document.replaced = rtf->replaced;
        document.title = decode_title(decode, buffer_slice(&rtf->facts[TO_TITLE]));
        document.modified = date_of(rtf->dates[1]);
        document.metadata = make_metadata(decode, rtf);
        decode_describe(decode, bytes, &document);
        is_good = decode_emit(decode, &document, error);
    }
    rtf_free(rtf);
    return is_good;
}
