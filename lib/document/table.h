/* table.h - the rows of a file as JSON objects: what is small, looked at as a whole, and written in one of the plain
 * forms: JSON lines; a JSON array of objects; an object with one member that is an array of objects (BIG-bench tasks,
 * {"data": [...]}), which are the rows then; any other object, a row by itself; CSV and TSV, by the name's extension,
 * whose first row names the members (all values are strings). Compressed files are read, too. */
#ifndef DOCUMENT_TABLE_H
#define DOCUMENT_TABLE_H

#include "json/json.h"

enum { TABLE_BYTES_MAXIMUM = 1024 * 1024 * 1024 };

/* Hands out each row with the line on which it begins; borrowed for the call. visit returns false, with the error set,
 * to end. Memory: the file. Errors, placed: those of visit; E_NO_INPUT, E_IO, E_COMPRESSED; E_LIMIT above
 * TABLE_BYTES_MAXIMUM; E_JSON_..., E_RECORD_TYPE; E_CSV_FIELDS, E_CSV_QUOTE; E_JSON_UTF8. */
bool table_read(const char *path,
                bool (*visit)(void *context, const struct json_object *row, int64_t line, struct error *error),
                void *context, struct error *error) MUST_CHECK;

#endif
