/* pii_number.c - numbers in groups, their surroundings, and which checker gets them. */
#include "curate/pii_scan.h"

bool is_free_before(struct slice text, size_t start)
{
    char last = byte_before(text, start), previous = byte_before(text, start ? start - 1 : 0);
    if (is_alphanumeric(last) || last == '_' || last == '#')
        return false;
    bool joins = last == '-' || last == '.' || last == ',' || last == '/' || last == '+';
    return !(joins && start > 1 && is_alphanumeric(previous));
}

bool is_free_after(struct slice text, size_t end)
{
    char next = slice_byte(text, end), second = slice_byte(text, end + 1);
    if (is_alphanumeric(next) || next == '_')
        return false;
    if (next == '.' || next == ',')
        return !is_digit(second);
    return !((next == '-' || next == '/' || next == '+') && is_alphanumeric(second));
}

/* Whether `word` of that length ends at a place in the line where a word ends (or anywhere, when it may go on). */
static bool holds_word(struct slice line, const char *word, size_t length)
{
    bool goes_on = length > 0 && word[length - 1] == '*';
    length -= goes_on;
    for (size_t i = 0; length > 0 && i + length <= line.length; i++) {
        size_t same = 0;
        while (same < length && lower_of(line.bytes[i + same]) == word[same])
            same++;
        if (same < length || (is_letter(word[0]) && i > 0 && is_letter(line.bytes[i - 1])))
            continue;
        if (goes_on || i + length == line.length || !is_letter(line.bytes[i + length]))
            return true;
    }
    return false;
}

/* a to z; all other bytes share one more. */
static unsigned letter_bit(char byte)
{
    char lower = lower_of(byte);
    return lower >= 'a' && lower <= 'z' ? (unsigned)(lower - 'a') : 26;
}

/* The bytes that a word of the line can begin with: most words that are asked for begin with none of them. */
static uint32_t letters_of(struct slice line)
{
    uint32_t letters = 0;
    for (size_t i = 0; i < line.length; i++)
        letters |= UINT32_C(1) << letter_bit(line.bytes[i]);
    return letters;
}

static bool has_word_within(struct slice text, size_t start, size_t bytes, const char *words)
{
    size_t from = start > bytes ? start - bytes : 0;
    for (size_t i = start; i > from; i--)
        if (text.bytes[i - 1] == '\n') {
            from = i;
            break;
        }
    /* the rest of a word that the window cuts is another word */
    bool is_cut = from > 0 && is_letter(text.bytes[from - 1]);
    while (is_cut && from < start && is_letter(text.bytes[from]))
        from++;
    struct slice line = slice_between(text, from, start);
    uint32_t letters = letters_of(line);
    for (const char *word = words; *word;) {
        size_t length = strcspn(word, "|");
        if (letters >> letter_bit(*word) & 1 && holds_word(line, word, length))
            return true;
        word += length + (word[length] == '|');
    }
    return false;
}

bool has_context(struct slice text, size_t start, const char *words)
{
    return has_word_within(text, start, CONTEXT_BYTES, words);
}

bool has_context_near(struct slice text, size_t start, const char *words)
{
    return has_word_within(text, start, NEAR_BYTES, words);
}

/* How many digits stand there, counted up to one more than the limit. */
static size_t digits_at(struct slice text, size_t start, size_t limit)
{
    size_t count = 0;
    while (count <= limit && is_digit(slice_byte(text, start + count)))
        count++;
    return count;
}

void number_read(struct slice text, size_t start, struct number *number)
{
    size_t total = 0, position = start;
    number->start = start;
    number->group_count = 0;
    while (number->group_count < NUMBER_GROUPS) {
        size_t group = number->group_count, size = digits_at(text, position, NUMBER_DIGITS);
        if (size == 0 || total + size > NUMBER_DIGITS)
            break;
        memcpy(number->digits + total, text.bytes + position, size);
        total += size;
        number->before[group] = group ? text.bytes[position - 1] : '\0';
        number->sizes[group] = size;
        number->totals[group] = total;
        number->ends[group] = position + size;
        number->group_count++;
        char next = slice_byte(text, position + size);
        if (next != ' ' && next != '-' && next != '.' && next != '/')
            break;
        position += size + 1;
    }
    number->digits[total] = '\0';
}

bool number_has_shape(const struct number *number, struct slice text, const char *shape, size_t *end)
{
    size_t group = 0, size = 0;
    char same = '\0';
    if (!number_may_have_shape(number, shape))
        return false;
    for (; *shape; shape++) {
        if (is_digit(*shape)) {
            size = size * 10 + (size_t)(*shape - '0');
            continue;
        }
        char found = group + 1 < number->group_count ? number->before[group + 1] : '\0';
        if (number->sizes[group] != size || found == '\0')
            return false;
        if (*shape == '?' ? found == '/' || (same && found != same) : found != *shape)
            return false;
        same = found;
        size = 0;
        group++;
    }
    if (group >= number->group_count || number->sizes[group] != size)
        return false;
    *end = number->ends[group];
    return is_free_after(text, *end);
}

bool luhn_is_valid(const char *digits, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)(digits[count - 1 - i] - '0') << (i & 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

/* Most numbers of a text are years, counts and prices. What is found at a number has seven digits, with blanks and
 * signs between them, or the three dots of an address, or letters in front of at least two digits (IBAN, national
 * numbers). */
enum { NUMBER_DIGITS_LEAST = 7, ADDRESS_DOTS = 3 };
static bool may_be_found(struct slice text, size_t start)
{
    size_t digits = 0, dots = 0;
    for (size_t i = start; i < text.length; i++) {
        char byte = text.bytes[i];
        if (is_digit(byte)) {
            if (++digits >= NUMBER_DIGITS_LEAST)
                return true;
        } else if (byte == '.') {
            if (++dots >= ADDRESS_DOTS)
                return true;
        } else if (byte != ' ' && byte != '-' && byte != '/' && byte != '(' && byte != ')') {
            break;
        }
    }
    char before = byte_before(text, start);
    return is_digit(slice_byte(text, start + 1)) &&
           (is_letter(before) || (before == ' ' && start > 1 && is_upper(text.bytes[start - 2])));
}

size_t pii_at_number(struct pii_scan *scan, size_t start)
{
    struct number number;
    size_t end;
    if (!may_be_found(scan->text, start))
        return 0;
    number_read(scan->text, start, &number);
    if (number.group_count == 0)
        return 0;
    if ((end = pii_check_ipv4(scan, &number)) || (end = pii_check_payment(scan, &number)) ||
        (end = pii_check_national(scan, &number)))
        return end;
    return pii_check_phone(scan, &number);
}
