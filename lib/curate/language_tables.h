/* language_tables.h - letter sequences that tell languages of one script apart.
 *
 * A line holds entries with a blank between them: a sequence of one to five lowered letters, _ for an end of a word,
 * and behind it a character for each two languages of the table: its place in language_levels is 9 times the first
 * language's level plus the second one's. A level is 8 less the halvings of the sequence's share against the language
 * where it is commonest, at least 0. Constant. */
#ifndef CURATE_LANGUAGE_TABLES_H
#define CURATE_LANGUAGE_TABLES_H

#include <stddef.h>

enum { LANGUAGE_LEVELS = 9, LANGUAGE_SEQUENCE_MAXIMUM = 5 };

/* Scripts that several languages share. */
enum {
    LANGUAGE_TABLE_LATIN,
    LANGUAGE_TABLE_CYRILLIC,
    LANGUAGE_TABLE_ARABIC,
    LANGUAGE_TABLE_DEVANAGARI,
    LANGUAGE_TABLE_BENGALI,
    LANGUAGE_TABLE_HEBREW,
    LANGUAGE_TABLES
};

struct language_table {
    const char *languages; /* codes between blanks */
    const char *lines;     /* count of them, each NUL-terminated in `width` bytes */
    size_t width, count;
};

extern const struct language_table language_tables[LANGUAGE_TABLES];
extern const char language_levels[];

#endif
