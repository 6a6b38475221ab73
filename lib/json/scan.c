/* scan.c - the strict scanner, byte by byte: the reference, and the one that says what is wrong. */
#include "json/scan.h"

#include "base/utf8.h"

struct scanner {
    const char *start; /* of the text */
    const char *next;  /* the byte to look at */
    const char *end;
    struct json_collector *collector;
    struct error *error;
    size_t depth;
    char closers[JSON_DEPTH_MAXIMUM]; /* the bracket that each open container waits for */
};

const uint8_t json_type_of_byte[256] = {
    ['n'] = JSON_NULL,   ['f'] = JSON_FALSE,  ['t'] = JSON_TRUE,   ['"'] = JSON_STRING, ['['] = JSON_ARRAY,
    ['{'] = JSON_OBJECT, ['-'] = JSON_NUMBER, ['0'] = JSON_NUMBER, ['1'] = JSON_NUMBER, ['2'] = JSON_NUMBER,
    ['3'] = JSON_NUMBER, ['4'] = JSON_NUMBER, ['5'] = JSON_NUMBER, ['6'] = JSON_NUMBER, ['7'] = JSON_NUMBER,
    ['8'] = JSON_NUMBER, ['9'] = JSON_NUMBER,
};

static bool fail(struct scanner *scanner, enum code code, const char *place, const char *message)
{
    error_set(scanner->error, code, "%s", message);
    return error_place(scanner->error, NULL, 0, place - scanner->start + 1);
}

/* A syntax error here; a text that stops too early says so. */
static bool fail_here(struct scanner *scanner, const char *message)
{
    if (scanner->next < scanner->end)
        return fail(scanner, E_JSON_SYNTAX, scanner->next, message);
    error_set(scanner->error, E_JSON_SYNTAX, "the text is cut short: %s", message);
    return error_place(scanner->error, NULL, 0, scanner->next - scanner->start + 1);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_hexadecimal(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/* The byte to look at, NUL at the end: no rule of the grammar accepts a NUL. */
static char peek(const struct scanner *scanner)
{
    if (scanner->next == scanner->end)
        return '\0';
    return *scanner->next;
}

static void skip_space(struct scanner *scanner)
{
    while (scanner->next < scanner->end &&
           (*scanner->next == ' ' || *scanner->next == '\n' || *scanner->next == '\r' || *scanner->next == '\t'))
        scanner->next++;
}

static bool starts_with(const struct scanner *scanner, struct slice word)
{
    return slice_starts_with(slice_of(scanner->next, (size_t)(scanner->end - scanner->next)), word);
}

static bool skip_escape(struct scanner *scanner)
{
    const char *backslash = scanner->next++;
    char kind = peek(scanner);
    if (kind && strchr("\"\\/bfnrtu", kind))
        scanner->next++;
    else
        return fail(scanner, E_JSON_SYNTAX, backslash,
                    "unknown escape in a string, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
    for (int i = 0; kind == 'u' && i < 4; i++, scanner->next++)
        if (!is_hexadecimal(peek(scanner)))
            return fail(scanner, E_JSON_SYNTAX, backslash, "\\u in a string needs four hexadecimal digits");
    return true;
}

/* Is there a quote, a backslash, a control byte or a byte of a longer character among these eight? */
static bool has_special(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t quotes = word ^ ones * '"', backslashes = word ^ ones * '\\';
    return ((word - ones * 0x20) | (quotes - ones) | (backslashes - ones) | word) & highs;
}

/* From the opening quote to behind the closing one. */
static bool skip_string(struct scanner *scanner, bool *has_escape)
{
    const char *opening = scanner->next++;
    *has_escape = false;
    while (scanner->next < scanner->end) {
        uint64_t word;
        while (scanner->end - scanner->next >= (ptrdiff_t)sizeof word) {
            memcpy(&word, scanner->next, sizeof word);
            if (has_special(word))
                break;
            scanner->next += sizeof word;
        }
        unsigned char byte = (unsigned char)peek(scanner);
        if (scanner->next == scanner->end)
            break;
        uint32_t code_point;
        size_t length = 1;
        if (byte == '"') {
            scanner->next++;
            return true;
        }
        if (byte == '\\') {
            *has_escape = true;
            if (!skip_escape(scanner))
                return false;
            continue;
        }
        if (byte < 0x20)
            return fail(scanner, E_JSON_SYNTAX, scanner->next, "a control byte in a string must be escaped");
        if (byte >= 0x80)
            length = utf8_decode(slice_of(scanner->next, (size_t)(scanner->end - scanner->next)), &code_point);
        if (length == 0)
            return fail(scanner, E_JSON_UTF8, scanner->next, "a string is not valid UTF-8");
        scanner->next += length;
    }
    return fail(scanner, E_JSON_SYNTAX, opening,
                "the text is cut short: the string that starts here has no closing quote");
}

static bool skip_digits(struct scanner *scanner, const char *message)
{
    if (!is_digit(peek(scanner)))
        return fail_here(scanner, message);
    while (is_digit(peek(scanner)))
        scanner->next++;
    return true;
}

static bool skip_number(struct scanner *scanner)
{
    if (peek(scanner) == '-')
        scanner->next++;
    const char *first = scanner->next;
    if (!skip_digits(scanner, "expected a digit after '-'"))
        return false;
    if (*first == '0' && scanner->next > first + 1)
        return fail(scanner, E_JSON_SYNTAX, first, "a number must not have leading zeros");
    if (peek(scanner) == '.') {
        scanner->next++;
        if (!skip_digits(scanner, "expected a digit after '.'"))
            return false;
    }
    if (peek(scanner) == 'e' || peek(scanner) == 'E') {
        scanner->next++;
        if (peek(scanner) == '+' || peek(scanner) == '-')
            scanner->next++;
        if (!skip_digits(scanner, "expected a digit in the exponent of a number"))
            return false;
    }
    return true;
}

/* What people and programs write that is not JSON gets a message of its own. */
static bool fail_at_value(struct scanner *scanner)
{
    static const struct {
        struct slice start;
        const char *message;
    } habits[] = {
        { SLICE_INIT("\xef\xbb\xbf"), "a byte order mark (BOM) must not stand before the value" },
        { SLICE_INIT("'"), "strings stand in double quotes, not in single ones" },
        { SLICE_INIT("/"), "comments are not JSON, expected a value" },
        { SLICE_INIT("+"), "a number must not start with '+'" },
        { SLICE_INIT("."), "a number must have a digit before '.'" },
        { SLICE_INIT("NaN"), "NaN is not JSON, expected a value" },
        { SLICE_INIT("nan"), "NaN is not JSON, expected a value" },
        { SLICE_INIT("Infinity"), "Infinity is not JSON, expected a value" },
        { SLICE_INIT("True"), "expected a value, literals are lower case: true" },
        { SLICE_INIT("False"), "expected a value, literals are lower case: false" },
        { SLICE_INIT("None"), "expected a value, None is null in JSON" },
        { SLICE_INIT("undefined"), "undefined is not JSON, expected a value" },
    };
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (starts_with(scanner, habits[i].start))
            return fail_here(scanner, habits[i].message);
    const char *before = scanner->next;
    while (before > scanner->start && strchr(" \t\n\r", before[-1]) && before[-1])
        before--;
    bool is_behind_comma = before > scanner->start && before[-1] == ',';
    bool is_closed = peek(scanner) == ']' || peek(scanner) == '}';
    return fail_here(scanner, is_behind_comma && is_closed ? "a comma must not stand before the closing bracket"
                                                           : "expected a value");
}

static bool skip_literal(struct scanner *scanner, struct slice word)
{
    if (!starts_with(scanner, word))
        return fail_at_value(scanner);
    scanner->next += word.length;
    return true;
}

static bool skip_scalar(struct scanner *scanner, bool *has_escape)
{
    *has_escape = false;
    switch (peek(scanner)) {
    case '"':
        return skip_string(scanner, has_escape);
    case 't':
        return skip_literal(scanner, SLICE("true"));
    case 'f':
        return skip_literal(scanner, SLICE("false"));
    case 'n':
        return skip_literal(scanner, SLICE("null"));
    default:
        return peek(scanner) == '-' || is_digit(peek(scanner)) ? skip_number(scanner) : fail_at_value(scanner);
    }
}

/* "key" and its colon; at the top level a field begins. */
static bool skip_key(struct scanner *scanner)
{
    skip_space(scanner);
    if (peek(scanner) == '}')
        return fail_here(scanner, "a comma must not stand before the closing bracket");
    if (peek(scanner) != '"')
        return fail_here(scanner, "expected a key in double quotes");
    const char *opening = scanner->next;
    bool has_escape;
    if (!skip_string(scanner, &has_escape))
        return false;
    if (scanner->depth == 1 && scanner->collector->arena) {
        struct json_field *field = json_collector_next(scanner->collector);
        field->key = slice_of(opening + 1, (size_t)(scanner->next - opening) - 2);
        field->key_has_escape = has_escape;
    }
    skip_space(scanner);
    if (peek(scanner) != ':')
        return fail_here(scanner, "expected ':' after a key");
    scanner->next++;
    return true;
}

static bool open_container(struct scanner *scanner, char opening)
{
    if (scanner->depth == JSON_DEPTH_MAXIMUM)
        return fail(scanner, E_JSON_DEPTH, scanner->next, "arrays and objects are nested more than 512 deep");
    scanner->next++;
    scanner->closers[scanner->depth++] = opening == '{' ? '}' : ']';
    return true;
}

static char closer(const struct scanner *scanner)
{
    if (scanner->depth == 0)
        return '\0';
    return scanner->closers[scanner->depth - 1];
}

/* A value that began at `first` has ended; at the top level it completes a field. */
static void end_value(struct scanner *scanner, const char *first, bool has_escape)
{
    if (scanner->depth != 1 || closer(scanner) != '}' || !scanner->collector->arena)
        return;
    struct json_field *field = json_collector_next(scanner->collector);
    field->value.text = slice_of(first, (size_t)(scanner->next - first));
    field->value.type = (enum json_type)json_type_of_byte[(unsigned char)*first];
    field->value.has_escape = has_escape;
    scanner->collector->count++;
}

/* After a value: closes what ends here; *is_done when that was all, else a comma was passed and a value follows. */
static bool skip_to_next_value(struct scanner *scanner, const char *top_value, bool *is_done)
{
    for (;;) {
        skip_space(scanner);
        *is_done = scanner->depth == 0;
        if (*is_done)
            return true;
        if (peek(scanner) == ',') {
            scanner->next++;
            return closer(scanner) == ']' || skip_key(scanner);
        }
        if (peek(scanner) != closer(scanner))
            return fail_here(scanner, closer(scanner) == '}' ? "expected ',' or '}' after a value"
                                                             : "expected ',' or ']' after a value");
        scanner->next++;
        scanner->depth--;
        end_value(scanner, top_value, false);
    }
}

static bool scan_tree(struct scanner *scanner)
{
    const char *top_value = scanner->next; /* where the container of a top-level field began */
    for (bool is_done = false; !is_done;) {
        skip_space(scanner);
        const char *first = scanner->next;
        char byte = peek(scanner);
        if (byte == '{' || byte == '[') {
            if (scanner->depth == 1)
                top_value = first;
            if (!open_container(scanner, byte))
                return false;
            skip_space(scanner);
            if (peek(scanner) != closer(scanner)) {
                if (byte == '{' && !skip_key(scanner))
                    return false;
                continue;
            }
        } else {
            bool has_escape;
            if (!skip_scalar(scanner, &has_escape))
                return false;
            end_value(scanner, first, has_escape);
        }
        if (!skip_to_next_value(scanner, top_value, &is_done))
            return false;
    }
    return true;
}

bool json_scan_bytes(struct slice text, struct json_collector *collector, struct slice *value, struct error *error)
{
    if (!text.bytes)
        text = SLICE("");
    struct scanner scanner;
    scanner.start = text.bytes;
    scanner.next = text.bytes;
    scanner.end = text.bytes + text.length;
    scanner.collector = collector;
    scanner.error = error;
    scanner.depth = 0;
    skip_space(&scanner);
    const char *first = scanner.next;
    if (first == scanner.end)
        return fail(&scanner, E_JSON_SYNTAX, first, "there is nothing, expected a value");
    if (!scan_tree(&scanner))
        return false;
    if (scanner.next < scanner.end)
        return fail_here(&scanner, "nothing may follow the value");
    while (scanner.end > first && strchr(" \t\r\n", scanner.end[-1]))
        scanner.end--;
    *value = slice_of(first, (size_t)(scanner.end - first));
    return true;
}
