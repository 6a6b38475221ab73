/* word_list.c - names and addresses that the user lists, found at word boundaries. */
#include "base/map.h"
#include "base/memory.h"
#include "curate/pii_scan.h"

struct word_list {
    struct map firsts;  /* the first word of entries: bit n - 1 for entries of n words */
    struct map phrases; /* entries: their kind */
};

/* Words in lower case, joined by what stands between them: a blank for blanks, else the marks without blanks. */
struct phrase {
    char bytes[PII_LIST_ENTRY_BYTES_MAXIMUM];
    size_t length;
    size_t words;
};

static bool is_word(char byte)
{
    return is_alphanumeric(byte) || (byte & 0x80);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool append(struct phrase *phrase, char byte)
{
    if (phrase->length == sizeof phrase->bytes)
        return false;
    phrase->bytes[phrase->length++] = byte;
    return true;
}

/* The word at *position and what stands in front of it; false when there is none or no room. */
static bool append_word(struct phrase *phrase, struct slice text, size_t *position)
{
    size_t next = *position;
    bool has_mark = false, is_good = true;
    for (; next < text.length && !is_word(text.bytes[next]) && is_good && next - *position < 16; next++)
        if (phrase->words > 0 && !is_blank(text.bytes[next])) {
            has_mark = true;
            is_good = append(phrase, text.bytes[next]);
        }
    if (next == text.length || !is_good || !is_word(text.bytes[next]))
        return false;
    if (phrase->words > 0 && !has_mark)
        is_good = append(phrase, ' ');
    for (; next < text.length && is_word(text.bytes[next]) && is_good; next++)
        is_good = append(phrase, lower_of(text.bytes[next]));
    *position = next;
    phrase->words++;
    return is_good;
}

struct word_list *word_list_create(void)
{
    return memory_allocate_zeroed(1, sizeof(struct word_list));
}

void word_list_free(struct word_list *list)
{
    if (!list)
        return;
    map_release(&list->firsts);
    map_release(&list->phrases);
    memory_free(list);
}

static bool add_entry(struct word_list *list, struct slice entry, unsigned kind, struct error *error)
{
    struct phrase phrase = { .length = 0 };
    size_t position = 0, first = 0;
    while (append_word(&phrase, entry, &position) && phrase.words < PII_LIST_WORDS_MAXIMUM + 1)
        first = phrase.words == 1 ? phrase.length : first;
    if (phrase.words == 0)
        return error_set(error, E_CONFIG, "an entry has no letter or digit");
    for (size_t i = position; i < entry.length; i++)
        if (is_word(entry.bytes[i]))
            return error_set(error, E_LIMIT, "an entry is longer than %d words or %d bytes", PII_LIST_WORDS_MAXIMUM,
                             PII_LIST_ENTRY_BYTES_MAXIMUM);
    if (phrase.words > PII_LIST_WORDS_MAXIMUM || phrase.length >= sizeof phrase.bytes)
        return error_set(error, E_LIMIT, "an entry is longer than %d words or %d bytes", PII_LIST_WORDS_MAXIMUM,
                         PII_LIST_ENTRY_BYTES_MAXIMUM);
    map_insert(&list->firsts, slice_of(phrase.bytes, first), NULL)->value |= UINT64_C(1) << (phrase.words - 1);
    /* marks behind the last word are not asked for again */
    size_t length = phrase.length;
    while (length > 0 && !is_word(phrase.bytes[length - 1]))
        length--;
    map_insert(&list->phrases, slice_of(phrase.bytes, length), NULL)->value = kind;
    return true;
}

bool word_list_add(struct word_list *list, struct slice text, unsigned kind, const char *file, struct error *error)
{
    int64_t line = 0;
    while (text.length > 0) {
        size_t end = slice_find_byte(text, '\n');
        struct slice entry = slice_trim(slice_between(text, 0, end));
        line++;
        if (entry.length > 0 && entry.bytes[0] != '#' && !add_entry(list, entry, kind, error))
            return error_place(error, file, line, 0);
        text = slice_from(text, end + 1);
    }
    return true;
}

/* The longest entry whose first word begins at start; returns its end, 0 for none. */
static size_t match_at(const struct word_list *list, struct slice text, size_t start, unsigned *kind)
{
    struct phrase phrase = { .length = 0 };
    size_t position = start, best = 0;
    if (!append_word(&phrase, text, &position))
        return 0;
    const struct map_entry *first = map_find(&list->firsts, slice_of(phrase.bytes, phrase.length));
    for (uint64_t counts = first ? first->value : 0; counts; counts >>= 1) {
        const struct map_entry *entry =
            counts & 1 ? map_find(&list->phrases, slice_of(phrase.bytes, phrase.length)) : NULL;
        if (entry) {
            best = position;
            *kind = (unsigned)entry->value;
        }
        if (counts > 1 && !append_word(&phrase, text, &position))
            break;
    }
    return best;
}

void word_list_find(const struct word_list *list, struct slice text, struct pii_finds *finds)
{
    for (size_t i = 0; i < text.length;) {
        unsigned kind = 0;
        size_t end = is_word(text.bytes[i]) ? match_at(list, text, i, &kind) : i + 1;
        if (end > i && is_word(text.bytes[i])) {
            pii_add(finds, i, end, kind, OWN_CERTAINTY);
            i = end;
            continue;
        }
        while (i < text.length && is_word(text.bytes[i]))
            i++;
        while (i < text.length && !is_word(text.bytes[i]))
            i++;
    }
}
